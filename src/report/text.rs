//! Text for a terminal or a log: columns line up, sentences are broken.

use std::io::{self, Write};

use crate::report::page::{Block, Figure, Page};
use crate::report::table::{Align, Table};
use crate::text::wrap::{align_right, columns, pad, wrapped};

/// Columns of a figure's name.
const LABEL: usize = 28;
/// Columns of a figure with a range.
const WORDS: usize = 12;
/// Columns at which sentences are broken.
const WIDTH: usize = 100;

/// Writes the sections.
pub fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let mut first = page.title.is_empty();
    if !first {
        writeln!(out, "{}", page.title)?;
    }
    for sentence in &page.introduction {
        broken("", sentence, out)?;
    }
    for section in &page.sections {
        if !first {
            writeln!(out)?;
        }
        first = false;
        if !section.heading.is_empty() {
            writeln!(out, "{}", section.heading)?;
        }
        for block in &section.blocks {
            write_block(block, if section.heading.is_empty() { "" } else { "  " }, out)?;
        }
    }
    Ok(())
}

fn write_block(block: &Block, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    match block {
        Block::Table(table) => write_table(table, true, "", out),
        Block::Listing(table) => write_table(table, false, indent, out),
        Block::Figures(figures) => figures.iter().try_for_each(|figure| write_figure(figure, out)),
        Block::Items(items) => items.iter().try_for_each(|item| broken("- ", item, out)),
        Block::Lines(lines) => lines.iter().try_for_each(|line| writeln!(out, "  {line}")),
    }
}

fn write_figure(figure: &Figure, out: &mut dyn Write) -> io::Result<()> {
    let Figure { label, words, range } = figure;
    match range {
        Some(range) if label.len() >= LABEL => {
            let rest = (LABEL + WORDS).saturating_sub(label.len() + 1);
            writeln!(out, "  {label} {words:<rest$}80%: {range}")
        }
        Some(range) => writeln!(out, "  {label:<LABEL$}{words:<WORDS$}80%: {range}"),
        // A path may be longer than the column.
        None if label.len() >= LABEL => writeln!(out, "  {label}  {words}"),
        None => writeln!(out, "  {label:<LABEL$}{words}"),
    }
}

/// Sentences broken at spaces, later lines under the first word.
fn broken(mark: &str, sentences: &str, out: &mut dyn Write) -> io::Result<()> {
    let indent = 2 + mark.len();
    let lines = sentences.lines().flat_map(|sentence| wrapped(sentence, WIDTH - indent));
    for (index, line) in lines.enumerate() {
        let mark = if index == 0 { mark } else { "" };
        writeln!(out, "{:<indent$}{line}", format!("  {mark}"))?;
    }
    Ok(())
}

/// With headings every column, without them those that are always shown.
fn write_table(table: &Table, headed: bool, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let headings = headed.then(|| table.columns.iter().map(|column| column.heading.clone()).collect());
    let rows = table.rows.iter().map(|row| {
        let shown = row.iter().zip(&table.columns).map(|(cell, column)| cell.show(column.unit));
        shown.collect::<Vec<_>>()
    });
    let lines: Vec<Vec<_>> = headings.into_iter().chain(rows).collect();
    let width = |index: usize| lines.iter().map(|line| columns(&line[index])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
    for line in &lines {
        let mut text = indent.to_owned();
        let shown = table.columns.iter().zip(line).zip(&widths);
        for ((column, words), width) in shown.filter(|((column, _), _)| headed || column.priority == 0) {
            let cell = match column.align {
                Align::Left => pad(words, *width),
                Align::Right => align_right(words, *width),
            };
            text.extend([&cell, "  "]);
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}
