//! JSON: the record of a page.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::report::page::Page;
use crate::report::table::{Cell, Table};

/// Writes the record.
pub fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{:#}", page.record)
}

/// One object a row.
impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Row<'a>(&'a Table, &'a [Cell]);
        impl Serialize for Row<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.columns.iter().map(|column| &column.key).zip(self.1))
            }
        }
        serializer.collect_seq(self.rows.iter().map(|row| Row(self, row)))
    }
}
