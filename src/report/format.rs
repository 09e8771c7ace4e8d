//! The formats: one row each.

use std::io::{self, Write};

use crate::report::page::Page;
use crate::report::{csv, json, markdown, text};

#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its word on the command line.
    pub id: &'static str,
    pub help: &'static str,
    pub write: fn(&Page, &mut dyn Write) -> io::Result<()>,
}

pub const FORMATS: [Format; 4] = [
    Format { id: "text", help: "For reading", write: text::write },
    Format { id: "json", help: "For programs", write: json::write },
    Format { id: "markdown", help: "For documents", write: markdown::write },
    Format { id: "csv", help: "For spreadsheets", write: csv::write },
];
