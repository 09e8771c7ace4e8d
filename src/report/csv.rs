//! CSV: the table of a page, figures to the last digit, nothing where a figure does not exist.

use std::io::{self, Write};

use crate::report::page::Page;
use crate::report::table::Cell;

/// Writes the table.
pub fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(page.table.columns.iter().map(|column| column.key.as_bytes()))?;
    for row in &page.table.rows {
        csv.write_record(row.iter().map(|cell| match cell {
            Cell::Number(figure) | Cell::Figure(figure, _) => figure.to_string(),
            Cell::Range(figures, _) => figures.map(|figure| figure.to_string()).join(".."),
            Cell::Words(words) => words.to_string(),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Missing => String::new(),
        }))?;
    }
    csv.flush()
}
