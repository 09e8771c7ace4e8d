//! CSV: the table of a page, figures to the last digit, nothing where a figure does not exist.

use std::io::{self, Write};

use crate::report::page::Page;
use crate::report::table::{Cell, Column};
use crate::text::control::visible;

/// Writes the table.
pub fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&page.table.columns, &page.table.rows, out)
}

/// Writes a table whose rows need not be there all at once.
pub fn write_rows<Row: AsRef<[Cell]>>(
    columns: &[Column],
    rows: impl IntoIterator<Item = Row>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(columns.iter().map(|column| column.key.as_bytes()))?;
    for row in rows {
        csv.write_record(row.as_ref().iter().map(|cell| match cell {
            Cell::Number(figure) | Cell::Figure(figure, _) => figure.to_string(),
            Cell::Range(figures, _) => figures.map(|figure| figure.to_string()).join(".."),
            Cell::Words(words) => harmless(words),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Missing => String::new(),
        }))?;
    }
    csv.flush()
}

/// Words that a spreadsheet would take for a formula, or a terminal for a command, as words.
fn harmless(words: &str) -> String {
    let words = visible(words);
    // A sign begins many words; what it begins calls nothing without one of the others.
    let is_formula = words.starts_with(['=', '@'])
        || words.starts_with(['+', '-']) && words.contains(['(', '|', '!', '=']);
    if is_formula { format!("'{words}") } else { words }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_words_become_a_formula() {
        for words in ["=1+1", "+cmd|x", "-1+sum(A1)", "@sum"] {
            assert_eq!(harmless(words), format!("'{words}"));
        }
        for words in ["-5", "-50% to 100%", "+ cache", "a=b", ""] {
            assert_eq!(harmless(words), words);
        }
    }
}
