//! Markdown, for a document or a pull request.

use std::io::{self, Write};

use crate::report::page::{Block, Figure, Page, Section};
use crate::report::table::{Align, Table};

/// Writes the sections.
pub fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let mut first = true;
    let mut paragraph = |text: String, out: &mut dyn Write| {
        let gap = if std::mem::take(&mut first) { "" } else { "\n" };
        writeln!(out, "{gap}{text}")
    };
    if !page.title.is_empty() {
        paragraph(format!("# {}", escaped(&page.title)), out)?;
    }
    for sentence in &page.introduction {
        paragraph(escaped(sentence), out)?;
    }
    let blocks = |section: &Section| -> Vec<String> {
        let blocks = section.blocks.iter().map(|block| block_lines(block).join("\n"));
        blocks.filter(|lines| !lines.is_empty()).collect()
    };
    for section in &page.sections {
        if !section.heading.is_empty() {
            paragraph(format!("## {}", escaped(&section.heading)), out)?;
        }
        for block in blocks(section) {
            paragraph(block, out)?;
        }
    }
    // Folded away until somebody asks.
    for section in &page.appendix {
        paragraph(format!("<details>\n<summary>{}</summary>", escaped(&section.heading)), out)?;
        for block in blocks(section) {
            paragraph(block, out)?;
        }
        paragraph("</details>".to_owned(), out)?;
    }
    page.closing.iter().try_for_each(|closing| paragraph(format!("*{}*", escaped(closing)), out))
}

/// The lines of a block.
pub fn block_lines(block: &Block) -> Vec<String> {
    match block {
        Block::Table(table) | Block::Listing(table) => table_lines(table),
        Block::Figures(figures) => figure_lines(figures),
        Block::Items(items) => items.iter().map(|item| format!("- {}", escaped(item))).collect(),
        Block::Lines(lines) => lines.iter().map(|text| item(text)).collect(),
    }
}

/// An item of a list, as deep as the line is indented.
fn item(line: &str) -> String {
    let text = line.trim_start();
    format!("{}- {}", &line[..line.len() - text.len()], escaped(text))
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

/// A line of a table.
pub fn line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let mut line = "|".to_owned();
    for cell in cells {
        line.extend([" ", &escaped(cell.as_ref()), " |"]);
    }
    line
}

/// Words on one line in which nothing is markup, wherever they stand; what is none as it stands, as the underline within a
/// name or a hyphen, is left alone.
pub fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut letters = words.char_indices().peekable();
    while let Some((index, letter)) = letters.next() {
        let inside = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        let next = letters.peek().map(|(_, letter)| *letter);
        match letter {
            '_' if inside(words[..index].chars().next_back()) && inside(next) => out.push('_'),
            '#' if index > 0 => out.push('#'),
            // Code stays code where nothing in it could be anything else.
            '`' => {
                let rest = &words[index + 1..];
                let is_plain = |code: &&str| {
                    !code.is_empty()
                        && code
                            .chars()
                            .all(|letter| letter.is_ascii_alphanumeric() || " -._=/%".contains(letter))
                };
                match rest.split_once('`').map(|(code, _)| code).filter(is_plain) {
                    Some(code) => {
                        out.extend(["`", code, "`"]);
                        letters.by_ref().take(code.len() + 1).for_each(drop);
                    }
                    None => out.push_str("\\`"),
                }
            }
            '\\' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => out.extend(['\\', letter]),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' if index == 0 => out.push_str("&gt;"),
            '\n' | '\r' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
