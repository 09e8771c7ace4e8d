//! A report's table on the screen: the columns that have room, bars in the room that is left, and the rows around the
//! chosen one.

use std::borrow::Cow;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Modifier, Style};

use crate::rank;
use crate::report::table::{Align, Cell, Column, Table};
use crate::text::column::column;
use crate::text::quantity::Unit;
use crate::text::wrap::{align_right, columns, fit};
use crate::views::scene::{Drawn, Hit};
use crate::widgets::list::{seen, window};
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{bar, glyphs};

/// Columns between two columns.
const GAP: u16 = 2;
/// The least columns of a bar, those that it has before there are columns of less weight, and the most.
const BAR: [u16; 3] = [5, 8, 40];
/// Columns from this priority on are left out before the first column is cut.
const UNCUT: u8 = 4;

/// The cells as they are read, with the room that they take: columns stay where they are while figures change.
#[derive(Debug)]
pub(super) struct Sheet {
    columns: Vec<SheetColumn>,
    rows: Vec<Row>,
    /// The lines from top to bottom: the headings of rows and the rows.
    lines: Vec<Line>,
    /// The least columns to which the first column is cut for others; 0 where it is not.
    least: usize,
    /// The column beside which bars are, how soon a narrow screen leaves them out, and what is said of their scale.
    barred: Option<(usize, u8, &'static str)>,
}

#[derive(Debug)]
struct SheetColumn {
    key: Cow<'static, str>,
    heading: &'static str,
    align: Align,
    priority: u8,
    width: usize,
    cells: Vec<String>,
    /// Its place among the orders of the rows.
    order: Option<usize>,
    /// The rows are ordered by it.
    is_sorted: bool,
}

/// What a row looks like.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) role: Role,
    /// It is what is in use now.
    pub(super) is_present: bool,
    /// A sign of its own before its name.
    pub(super) mark: Option<&'static str>,
    /// Words in place of all cells but the first.
    pub(super) instead: Option<String>,
    pub(super) bar: Option<Bar>,
    /// What stands above it.
    pub(super) above: Option<Above>,
}

/// A figure as a bar.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar {
    /// Share of the longest bar.
    pub(super) share: f64,
    pub(super) style: Fill,
}

/// The style of a bar.
pub(super) type Fill = fn(&Theme) -> Style;

/// A line between rows.
#[derive(Debug)]
pub(super) enum Above {
    Heading(String),
    /// A line across the table with words in it.
    Rule(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Above(usize),
    Row(usize),
}

impl Sheet {
    /// The columns of a table that have a name on the screen.
    pub(super) fn new(table: &Table, least: usize, rows: Vec<Row>) -> Self {
        let shown = table.columns.iter().enumerate().filter(|(_, column)| !column.short.is_empty());
        let columns = shown.map(|(index, column)| SheetColumn::new(table, index, column)).collect();
        let lines = rows.iter().enumerate().flat_map(|(index, row)| {
            row.above.is_some().then_some(Line::Above(index)).into_iter().chain([Line::Row(index)])
        });
        Self { columns, lines: lines.collect(), rows, least, barred: None }
    }

    /// The same with the bars of its rows beside the column with this key; a narrow screen leaves them out as it does
    /// columns of this priority. Above them is what is said of their scale.
    pub(super) fn barred(self, key: &str, priority: u8, scale: &'static str) -> Self {
        let at = self.columns.iter().position(|column| column.key == key);
        Self { barred: at.map(|index| (index, priority, scale)), ..self }
    }

    /// The same in one of several orders, each by the column with its key. The one by which it is ordered is always seen.
    pub(super) fn ordered<'a>(mut self, keys: impl Iterator<Item = &'a str>, sorted: usize) -> Self {
        for (order, key) in keys.enumerate() {
            if let Some(column) = self.columns.iter_mut().find(|column| column.key == key) {
                column.order = Some(order);
                if order == sorted {
                    column.is_sorted = true;
                    column.priority = 0;
                    column.width = column.width.max(columns(column.heading) + 1);
                }
            }
        }
        self
    }

    /// The last row; the first of an empty table.
    pub(super) fn last_row(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    /// The lines that all of it takes.
    pub(super) fn height(&self) -> u16 {
        self.lines.len() as u16 + 1
    }

    /// Draws headings and rows.
    pub(super) fn draw(&self, chosen: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let mut drawn = Drawn::default();
        let Some(height) = area.height.checked_sub(1) else { return drawn };
        let places = self.places(area);
        for (column, place) in &places.columns {
            let sign = if column.is_sorted { glyphs::OPEN } else { "" };
            put_words(&format!("{sign}{}", column.heading), column.align, theme.heading, *place, buffer);
            if let Some(order) = column.order {
                let hit = Rect { x: place.x.saturating_sub(GAP), width: place.width + GAP, ..*place };
                drawn.hits.push((hit.intersection(area), Hit::Order(order)));
            }
        }
        if let (Some((.., scale)), Some(place)) = (self.barred, places.bar) {
            let scale = [scale, scale.split(' ').next().unwrap_or_default()];
            let scale = scale.into_iter().find(|words| columns(words) <= usize::from(place.width));
            buffer.set_string(place.x, area.y, scale.unwrap_or_default(), theme.dim);
        }
        let list = Rect { y: area.y + 1, height, ..area };
        let at = self.lines.iter().position(|line| *line == Line::Row(chosen)).unwrap_or(0);
        let shown = window(at, self.lines.len(), height);
        for (y, line) in (list.y..).zip(&self.lines[shown.clone()]) {
            // No heading is without a row below it.
            if y + 1 == list.bottom() && matches!(line, Line::Above(_)) {
                break;
            }
            let place = Rect { y, height: 1, ..list };
            match line {
                Line::Above(index) => self.rows[*index].above(theme, place, buffer),
                Line::Row(index) => {
                    let style =
                        if *index == chosen { theme.chosen } else { theme.style(self.rows[*index].role) };
                    self.row(*index, &places, style, theme, place, buffer);
                    drawn.hits.push((place, Hit::Row(*index)));
                }
            }
        }
        let mut rows = self.lines[shown].iter().filter_map(|line| match line {
            Line::Row(index) => Some(*index),
            Line::Above(_) => None,
        });
        if let Some(first) = rows.next() {
            drawn.seen = seen(&(first..rows.next_back().unwrap_or(first) + 1), self.rows.len());
        }
        drawn
    }

    fn row(
        &self,
        index: usize,
        places: &Places,
        style: Style,
        theme: &Theme,
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let row = &self.rows[index];
        buffer.set_style(area, style);
        let colored = |own: Style| Style { fg: own.fg, ..style };
        let signs = [row.is_present.then_some(glyphs::FOCUS), row.mark];
        let signs = signs.into_iter().zip([places.has_present, places.has_marks]).filter(|(_, has)| *has);
        for (x, (sign, _)) in (area.x..).zip(signs) {
            buffer.set_stringn(x, area.y, sign.unwrap_or_default(), 1, colored(theme.knob));
        }
        for (column, place) in &places.columns {
            let place = Rect { y: area.y, ..*place };
            put_words(&column.cells[index], column.align, style, place, buffer);
            if let Some(words) = &row.instead {
                let x = place.right() + GAP;
                let room = usize::from(area.right().saturating_sub(x));
                buffer.set_string(x, area.y, fit(words, room), style);
                return;
            }
        }
        if let (Some(bar), Some(place)) = (&row.bar, places.bar) {
            // A reversed bar of a color would have that of the ground.
            let reversed = style.add_modifier & Modifier::REVERSED;
            let own = (bar.style)(theme);
            let style = if own.fg.is_some() { colored(own).remove_modifier(reversed) } else { colored(own) };
            bar::draw(bar.share, style, Rect { y: area.y, ..place }, buffer);
        }
    }

    /// What there should be room for, the first first: what has no room leaves none for what follows, so that a wider
    /// table has every column of a narrower one.
    fn by_weight(&self) -> Vec<Part> {
        let columns = self.columns.iter().enumerate().skip(1);
        let mut parts: Vec<(u8, bool, Part)> =
            columns
                .map(|(index, column)| (column.priority, !column.is_sorted, Part::Column(index)))
                .chain(self.barred.into_iter().flat_map(|(_, priority, _)| {
                    [(priority, true, Part::Bar), (priority, true, Part::LongBar)]
                }))
                .chain([(UNCUT, false, Part::WholeName)])
                .collect();
        rank::by_key(&mut parts, |(priority, is_not_sorted, _)| (*priority, *is_not_sorted));
        parts.into_iter().map(|(.., part)| part).collect()
    }

    /// Where columns and bars are.
    fn places(&self, area: Rect) -> Places<'_> {
        let has_present = self.rows.iter().any(|row| row.is_present);
        let has_marks = self.rows.iter().any(|row| row.mark.is_some());
        let signs = u16::from(has_present) + u16::from(has_marks);
        let signs = signs + u16::from(signs > 0);
        let Some((first, others)) = self.columns.split_first() else {
            return Places { has_present, has_marks, columns: Vec::new(), bar: None };
        };
        let width = usize::from(area.width.saturating_sub(signs));
        let least = if self.least == 0 { first.width } else { self.least.min(first.width) };
        let bar = usize::from(BAR[0]) + 1;
        let gap = usize::from(GAP);
        let mut room = width.saturating_sub(least);
        let mut shown = vec![false; self.columns.len()];
        let mut has_bar = false;
        for part in self.by_weight() {
            let needed = match part {
                Part::Column(index) => self.columns[index].width + gap,
                Part::Bar => bar,
                Part::LongBar => usize::from(BAR[1] - BAR[0]),
                Part::WholeName => first.width - least,
            };
            let Some(left) = room.checked_sub(needed) else { break };
            room = left;
            match part {
                Part::Column(index) => shown[index] = true,
                Part::Bar => has_bar = true,
                Part::LongBar | Part::WholeName => {}
            }
        }
        let used: usize = (others.iter().zip(&shown[1..]))
            .filter(|(_, is_shown)| **is_shown)
            .map(|(column, _)| column.width + gap)
            .sum();
        let name = first.width.min(width.saturating_sub(used + if has_bar { bar } else { 0 }));
        let spare = width.saturating_sub(used + name + 1).min(usize::from(BAR[2])) as u16;
        let mut places = Places { has_present, has_marks, columns: Vec::new(), bar: None };
        let mut x = area.x + signs;
        for (index, column) in self.columns.iter().enumerate() {
            let (before, width) = match index {
                0 => (0, name as u16),
                _ if shown[index] => (GAP, column.width as u16),
                _ => continue,
            };
            let place = Rect { x: x + before, y: area.y, width, height: 1 }.intersection(area);
            places.columns.push((column, place));
            x = place.right();
            if has_bar && self.barred.is_some_and(|(barred, ..)| barred == index) {
                places.bar = Some(Rect { x: x + 1, width: spare, ..place }.intersection(area));
                x += 1 + spare;
            }
        }
        places
    }
}

/// What a row has room for, or not.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// A column, but the first.
    Column(usize),
    Bar,
    /// What makes it longer than the least.
    LongBar,
    /// The first column, where it could be cut.
    WholeName,
}

/// Where the parts of a row are.
struct Places<'a> {
    has_present: bool,
    has_marks: bool,
    columns: Vec<(&'a SheetColumn, Rect)>,
    bar: Option<Rect>,
}

impl SheetColumn {
    fn new(table: &Table, index: usize, column: &Column) -> Self {
        let cells = cells(table, index, column.unit);
        let longest = cells.iter().map(|cell| columns(cell)).max().unwrap_or(0);
        let usual = if column.align == Align::Right { usual_width(column.unit) } else { 0 };
        Self {
            key: column.key.clone(),
            heading: column.short,
            align: column.align,
            priority: column.priority,
            width: longest.max(usual).max(columns(column.short)),
            cells,
            order: None,
            is_sorted: false,
        }
    }
}

impl Row {
    fn above(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let width = usize::from(area.width);
        match &self.above {
            Some(Above::Heading(words)) => {
                buffer.set_string(area.x, area.y, fit(words, width), theme.answer);
            }
            Some(Above::Rule(words)) => rule(words, theme, area, buffer),
            None => {}
        }
    }
}

/// Draws a line across an area, with words in it.
pub(super) fn rule(words: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width);
    buffer.set_string(area.x, area.y, glyphs::HORIZONTAL.repeat(width), theme.border);
    if !words.is_empty() {
        buffer.set_string(area.x + 2, area.y, fit(&format!(" {words} "), width.saturating_sub(2)), theme.dim);
    }
}

/// The cells of a column; its figures on one scale.
fn cells(table: &Table, index: usize, unit: Unit) -> Vec<String> {
    let figure = |row: &Vec<Cell>| match row[index] {
        Cell::Number(figure) => Some(figure),
        _ => None,
    };
    let figures: Vec<Option<f64>> = table.rows.iter().map(figure).collect();
    let aligned = column(&figures, unit);
    let shown = |(row, aligned): (&Vec<Cell>, String)| match &row[index] {
        Cell::Number(_) => aligned,
        other => other.show(unit).into_owned(),
    };
    table.rows.iter().zip(aligned).map(shown).collect()
}

/// Writes words at the side of their place at which their column is flush.
fn put_words(words: &str, align: Align, style: Style, place: Rect, buffer: &mut Buffer) {
    let width = usize::from(place.width);
    let words = match align {
        Align::Left => fit(words, width),
        Align::Right => align_right(words, width),
    };
    buffer.set_stringn(place.x, place.y, words, width, style);
}

/// Columns that most figures of a unit take.
fn usual_width(unit: Unit) -> usize {
    match unit {
        Unit::Count => 4,
        Unit::Share => 5,
        Unit::Usd => 8,
        _ => 7,
    }
}
