//! A report's table on the screen: the columns that have room, and the rows around the chosen one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::report::table::{Align, Column, Table};
use crate::text::quantity::Unit;
use crate::text::wrap::{align_right, columns, pad};
use crate::widgets::list::{marks, window};
use crate::widgets::theme::{Role, Theme};

/// The cells as they are read, with the room that they take: columns stay where they are while figures change.
#[derive(Debug)]
pub(super) struct Sheet {
    columns: Vec<SheetColumn>,
    rows: Vec<Row>,
    /// The least columns to which the first column is cut for others.
    least: usize,
}

#[derive(Debug)]
struct SheetColumn {
    heading: &'static str,
    align: Align,
    priority: u8,
    width: usize,
    cells: Vec<String>,
}

/// What a row looks like.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) role: Role,
    /// It is what is in use now.
    pub(super) is_present: bool,
    /// Words in place of all cells but the first.
    pub(super) instead: Option<String>,
}

impl Sheet {
    /// The columns of a table that have a name on the screen.
    pub(super) fn new(table: &Table, least: usize, rows: Vec<Row>) -> Self {
        let shown = table.columns.iter().enumerate().filter(|(_, column)| !column.short.is_empty());
        let column = |(index, column): (usize, &Column)| {
            let cells: Vec<String> =
                table.rows.iter().map(|row| row[index].show(column.unit).into_owned()).collect();
            let longest = cells.iter().map(|cell| columns(cell)).max().unwrap_or(0);
            let usual = if column.align == Align::Right { usual_width(column.unit) } else { 0 };
            let width = longest.max(usual).max(columns(column.short)) + 1;
            SheetColumn {
                heading: column.short,
                align: column.align,
                priority: column.priority,
                width,
                cells,
            }
        };
        Self { columns: shown.map(column).collect(), rows, least }
    }

    /// The last row; the first of an empty table.
    pub(super) fn last_row(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    /// Draws headings and rows.
    pub(super) fn draw(&self, chosen: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let Some((first, others)) = self.columns.split_first() else { return };
        let Some(height) = area.height.checked_sub(1) else { return };
        let has_marks = self.rows.iter().any(|row| row.is_present);
        // The last column is left to the signs that tell where the list goes on.
        let width = usize::from(area.width).saturating_sub(1 + usize::from(has_marks));
        let mut room = width.saturating_sub(self.least);
        let mut last = u8::MAX;
        for priority in 0..=others.iter().map(|column| column.priority).max().unwrap_or(0) {
            let these = others.iter().filter(|column| column.priority == priority);
            let needed: usize = these.map(|column| column.width).sum();
            if needed > room && priority > 0 {
                last = priority - 1;
                break;
            }
            room = room.saturating_sub(needed);
        }
        let others: Vec<&SheetColumn> = others.iter().filter(|column| column.priority <= last).collect();
        let used: usize = others.iter().map(|column| column.width).sum();
        let name = first.width.min(width.saturating_sub(used));
        let mark = |is_present: bool| match (has_marks, is_present) {
            (true, true) => theme.glyphs.focus,
            (true, false) => " ",
            (false, _) => "",
        };
        let first_cell = |words: &str| match first.align {
            Align::Left => pad(words, name),
            Align::Right => align_right(words, name),
        };
        let mut heading = format!("{}{}", mark(false), first_cell(first.heading));
        heading.extend(others.iter().map(|column| align_right(column.heading, column.width)));
        let width = usize::from(area.width);
        buffer.set_stringn(area.x, area.y, heading, width, theme.heading);
        let list = Rect { y: area.y + 1, height, ..area };
        let shown = window(chosen, self.rows.len(), list.height);
        for (y, index) in (list.y..).zip(shown.clone()) {
            let row = &self.rows[index];
            let mut line = format!("{}{}", mark(row.is_present), first_cell(&first.cells[index]));
            match &row.instead {
                Some(words) => line.push_str(words),
                None => {
                    line.extend(others.iter().map(|column| align_right(&column.cells[index], column.width)));
                }
            }
            let style = if index == chosen { theme.chosen } else { theme.style(row.role) };
            buffer.set_stringn(list.x, y, line, width, style);
        }
        marks(&shown, self.rows.len(), theme.knob, theme, list, buffer);
    }
}

/// Columns that most figures of a unit take.
fn usual_width(unit: Unit) -> usize {
    match unit {
        Unit::Count => 4,
        Unit::Share => 5,
        _ => 7,
    }
}
