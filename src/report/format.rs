//! The formats: one row each.

use std::io::{self, Write};

use crate::report::page::Page;
use crate::report::{csv, json, markdown, text};

/// A way to print a page.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its word on the command line.
    pub id: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Writes a page.
    pub write: fn(&Page, &mut dyn Write) -> io::Result<()>,
}

/// Every format.
pub const FORMATS: [Format; 4] = [
    Format { id: "text", help: "For reading", write: text::write },
    Format { id: "json", help: "For programs", write: json::write },
    Format { id: "markdown", help: "For documents", write: markdown::write },
    Format { id: "csv", help: "For spreadsheets", write: csv::write },
];
