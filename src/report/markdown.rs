//! Markdown, for a document or a pull request.

use std::io::{self, Write};

use crate::report::page::{Block, Figure, Page};
use crate::report::table::{Align, Table};

/// Writes the sections.
pub fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let mut first = true;
    let mut paragraph = |text: String, out: &mut dyn Write| {
        let gap = if std::mem::take(&mut first) { "" } else { "\n" };
        writeln!(out, "{gap}{text}")
    };
    if !page.title.is_empty() {
        paragraph(format!("# {}", page.title), out)?;
    }
    for sentence in &page.introduction {
        paragraph(sentence.clone(), out)?;
    }
    for section in page.sections.iter().chain(&page.appendix) {
        if !section.heading.is_empty() {
            paragraph(format!("## {}", section.heading), out)?;
        }
        for block in &section.blocks {
            let lines = match block {
                Block::Table(table) | Block::Listing(table) => table_lines(table),
                Block::Figures(figures) => figure_lines(figures),
                Block::Items(items) => {
                    items.iter().map(|item| format!("- {}", item.replace('\n', " "))).collect()
                }
                Block::Lines(lines) => lines.iter().map(|text| item(text)).collect(),
            };
            if !lines.is_empty() {
                paragraph(lines.join("\n"), out)?;
            }
        }
    }
    Ok(())
}

/// An item of a list, as deep as the line is indented.
fn item(line: &str) -> String {
    let text = line.trim_start();
    format!("{}- {text}", &line[..line.len() - text.len()])
}

/// A table of figures, with ranges where any has one.
fn figure_lines(figures: &[Figure]) -> Vec<String> {
    let ranged = figures.iter().any(|figure| figure.range.is_some());
    let columns = if ranged { 3 } else { 2 };
    let head = [["Figure", if ranged { "Likely" } else { "Value" }, "80% range"], ["---", "---:", "---:"]];
    let rows = figures.iter().map(|figure| {
        [figure.label.trim_start(), &figure.words, figure.range.as_deref().unwrap_or_default()]
    });
    head.into_iter().chain(rows).map(|cells| line(&cells[..columns])).collect()
}

fn table_lines(table: &Table) -> Vec<String> {
    let rule = table.columns.iter().map(|column| match column.align {
        Align::Left => "---",
        Align::Right => "---:",
    });
    let rows = table
        .rows
        .iter()
        .map(|row| line(row.iter().zip(&table.columns).map(|(cell, column)| cell.show(column.unit))));
    [line(table.columns.iter().map(|column| &column.heading)), line(rule)].into_iter().chain(rows).collect()
}

/// A line of a table: a bar in a cell would end it.
fn line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let mut line = "|".to_owned();
    for cell in cells {
        line.extend([" ", &cell.as_ref().replace('|', "\\|").replace('\n', " "), " |"]);
    }
    line
}
