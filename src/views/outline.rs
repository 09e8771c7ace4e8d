//! Rows to read and to choose from: indented, with a sign before them, broken to the width of the screen.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use crate::keymap::Action;
use crate::scenario::step::{Direction, StepSize};
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::views::scene::{Drawn, Hit};

use crate::widgets::list::{seen, window};
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{glyphs, stack};

/// The least columns of the first cell; for less, the last cells are left out.
const LEAST_CELL: usize = 20;
/// The least columns in which words that are read second are cut; in less they are left out.
const LEAST_ASIDE: usize = 32;
/// Columns between cells.
const GAP: usize = 2;

/// The keys that fold what is below a row, and show it again.
pub(super) const FOLD: Action = Action::Step(Direction::Down, StepSize::Usual);
pub(super) const UNFOLD: Action = Action::Step(Direction::Up, StepSize::Usual);

/// The rows, of which each can be chosen.
#[derive(Debug, Default)]
pub(super) struct Outline {
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub(super) struct Row {
    /// How many rows it is a part of.
    pub(super) depth: usize,
    pub(super) sign: Sign,
    pub(super) body: Body,
    /// An empty line is above it.
    pub(super) has_gap: bool,
}

/// Words with their roles.
pub(super) type Parts = Vec<(Role, String)>;

#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Broken to the width.
    Words(Parts),
    /// Cut to the width, unless there are rows to spare for what is read second.
    Line(Parts),
    /// In columns with those of other rows: the first takes what is left, the others are flush right.
    Cells(Parts),
    /// A share of training, the rest of it inference, as a bar.
    Split(f64),
}

/// What stands before the lines of a row, and the columns behind which all of them begin.
pub(super) type Sign = (Role, &'static str, usize);

/// Before a row below which others are: whether they are seen.
pub(super) fn fold_sign(is_open: bool) -> Sign {
    (Role::Heading, if is_open { glyphs::OPEN } else { glyphs::CLOSED }, 2)
}

/// A line of a row as it is drawn.
type Drawing = Vec<(Role, String)>;

impl Outline {
    pub(super) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The last row; the first of none.
    pub(super) fn last_row(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    /// Whether what is below a row is seen; `None` where nothing is.
    pub(super) fn is_open(&self, row: usize) -> Option<bool> {
        let (_, sign, _) = self.rows.get(row)?.sign;
        [(glyphs::OPEN, true), (glyphs::CLOSED, false)]
            .into_iter()
            .find(|(fold, _)| *fold == sign)
            .map(|(_, is)| is)
    }

    /// The first row that has these words.
    pub(super) fn find(&self, words: &str) -> Option<usize> {
        let has = |row: &Row| match &row.body {
            Body::Words(parts) | Body::Line(parts) | Body::Cells(parts) => {
                parts.iter().map(|(_, part)| part.as_str()).collect::<String>().contains(words)
            }
            Body::Split(_) => false,
        };
        self.rows.iter().position(has)
    }

    /// Draws the rows around the chosen one.
    pub(super) fn draw(&self, chosen: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let width = usize::from(area.width);
        let widths = self.cell_widths(width);
        let (mut lines, mut here) = self.lines(chosen, width, &widths, 0);
        let spare = usize::from(area.height).saturating_sub(lines.len());
        if spare > 0 {
            (lines, here) = self.lines(chosen, width, &widths, spare);
        }
        let shown = window(here, lines.len(), area.height);
        let mut drawn = Drawn { seen: seen(&shown, lines.len()), hits: Vec::new() };
        for (y, (row, start, parts)) in (area.y..).zip(&lines[shown]) {
            let place = Rect { y, height: 1, ..area };
            let mut x = area.x + *start as u16;
            for (role, words) in parts {
                let room = usize::from(area.right().saturating_sub(x));
                (x, _) = buffer.set_stringn(x, y, words, room, style(theme, *role, words));
            }
            if *row == Some(chosen) {
                buffer.set_style(place, theme.chosen);
            }
            drawn.hits.extend(row.map(|row| (place, Hit::Row(row))));
        }
        drawn
    }

    /// The lines with the rows that they are of and the columns behind which they begin, and the line of the chosen row.
    /// What is cut to the width is broken as long as that takes no more than the spare lines; that of the chosen row always.
    fn lines(
        &self,
        chosen: usize,
        width: usize,
        widths: &[usize],
        mut spare: usize,
    ) -> (Vec<(Option<usize>, usize, Drawing)>, usize) {
        let mut lines = Vec::new();
        let mut here = 0;
        for (index, row) in self.rows.iter().enumerate() {
            if row.has_gap {
                lines.push((None, 0, Vec::new()));
            }
            if index == chosen && index > 0 {
                here = lines.len();
            }
            let (role, sign, indent) = row.sign;
            let start = 2 * row.depth + indent;
            let room = width.saturating_sub(start);
            let mut all = usize::MAX;
            let spare = if index == chosen { &mut all } else { &mut spare };
            let of_row = row.lines(room, widths, spare);
            for (number, mut line) in of_row.into_iter().enumerate() {
                let mut start = start;
                if number == 0 {
                    start -= indent;
                    line.insert(0, (role, sign.to_owned()));
                    line.insert(1, (Role::Base, " ".repeat(indent.saturating_sub(columns(sign)))));
                }
                lines.push((Some(index), start, line));
            }
        }
        (lines, here)
    }

    /// Columns of the cells behind the first, as many as leave room for it.
    fn cell_widths(&self, width: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            let Body::Cells(cells) = &row.body else { continue };
            widths.resize(widths.len().max(cells.len().saturating_sub(1)), 0);
            for (widest, (_, cell)) in widths.iter_mut().zip(&cells[1..]) {
                *widest = (*widest).max(columns(cell) + GAP);
            }
        }
        while widths.iter().sum::<usize>() + LEAST_CELL > width && widths.pop().is_some() {}
        widths
    }
}

/// The two series have fills, which have styles of their own.
fn style(theme: &Theme, role: Role, words: &str) -> Style {
    match words.chars().next() {
        Some(fill) if glyphs::TRAINING.starts_with(fill) => stack::solid(theme.training, theme),
        Some(fill) if glyphs::INFERENCE.starts_with(fill) => theme.inference,
        _ => theme.style(role),
    }
}

impl Row {
    /// The lines of it, without its sign.
    fn lines(&self, room: usize, widths: &[usize], spare: &mut usize) -> Vec<Drawing> {
        match &self.body {
            Body::Words(parts) => wrapped(parts, room),
            Body::Line(parts) => {
                let whole = hanging(parts, room);
                match spare.checked_sub(whole.len() - 1) {
                    Some(left) => {
                        *spare = left;
                        whole
                    }
                    None => vec![cut(parts, room)],
                }
            }
            Body::Cells(cells) => {
                let first = room.saturating_sub(widths.iter().sum());
                let cell =
                    |((role, words), width): (&(Role, String), &usize)| (*role, align_right(words, *width));
                let name = cells.iter().take(1).map(|(role, words)| (*role, pad(&fit(words, first), first)));
                vec![name.chain(cells.iter().skip(1).zip(widths).map(cell)).collect()]
            }
            Body::Split(training) => {
                let width = room.min(60);
                let part = (training * width as f64).round() as usize;
                vec![vec![
                    (Role::Base, glyphs::TRAINING.repeat(part)),
                    (Role::Base, glyphs::INFERENCE.repeat(width - part)),
                ]]
            }
        }
    }
}

/// Words as far as there is room for them; of what is read second not only a few.
fn cut(parts: &Parts, room: usize) -> Drawing {
    let mut left = room;
    let part = |(role, words): &(Role, String)| {
        let is_worth_it = *role != Role::Dim || columns(words) <= left || left >= LEAST_ASIDE;
        let words = if is_worth_it { fit(words, left) } else { String::new() };
        left -= columns(&words);
        (*role, words)
    };
    parts.iter().map(part).collect()
}

/// Words of which those that are read second are broken, their later lines under their first one.
fn hanging(parts: &Parts, room: usize) -> Vec<Drawing> {
    let is_second = |(role, _): &&(Role, String)| *role == Role::Dim;
    let second: Parts = parts.iter().filter(is_second).cloned().collect();
    let first: Parts = parts.iter().filter(|part| !is_second(part)).cloned().collect();
    let indent: usize = first.iter().map(|(_, words)| columns(words)).sum();
    if second.is_empty() || indent + LEAST_ASIDE > room {
        return vec![cut(parts, room)];
    }
    let lines = wrapped(&second, room - indent).into_iter().enumerate();
    let start = |number| if number == 0 { first.clone() } else { vec![(Role::Base, " ".repeat(indent))] };
    lines.map(|(number, line)| [start(number), line].concat()).collect()
}

/// Words broken at spaces, each in its role.
fn wrapped(parts: &Parts, room: usize) -> Vec<Drawing> {
    let mut lines: Vec<Drawing> = vec![Vec::new()];
    let mut used = 0;
    for (role, words) in parts {
        for word in words.split_inclusive(' ').flat_map(|word| pieces(word, room)) {
            let bare = columns(word.trim_end());
            if used > 0 && used + bare > room {
                lines.push(Vec::new());
                used = 0;
            }
            used += columns(word);
            if let Some(line) = lines.last_mut() {
                match line.last_mut().filter(|(last, _)| last == role) {
                    Some((_, before)) => before.push_str(word),
                    None => line.push((*role, word.to_owned())),
                }
            }
        }
    }
    lines
}

/// A word, in pieces where it is longer than a line, as addresses are.
fn pieces(word: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while columns(rest.trim_end()) > room && room > 0 {
        let at = rest.char_indices().map(|(at, _)| at).take_while(|at| columns(&rest[..*at]) <= room).last();
        let (piece, left) = rest.split_at(at.filter(|at| *at > 0).unwrap_or(rest.len()));
        pieces.push(piece);
        rest = left;
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_longer_than_a_line_is_broken_and_nothing_of_it_is_lost() {
        for (word, room, lines) in
            [("short", 5, 1), ("https://a.b/c-d", 6, 3), ("wide 字字字", 4, 3), ("x", 0, 1)]
        {
            let parts = vec![(Role::Base, word.to_owned())];
            let broken = wrapped(&parts, room);
            let all: String = broken.iter().flatten().map(|(_, words)| words.as_str()).collect();
            assert_eq!((all.as_str(), broken.len()), (word, lines), "{broken:?}");
        }
    }

    #[test]
    fn words_are_broken_at_spaces_and_keep_their_roles() {
        let parts = vec![(Role::Base, "one two ".to_owned()), (Role::Strong, "three four".to_owned())];
        let lines = wrapped(&parts, 13);
        let words = |line: &Drawing| line.iter().map(|(_, words)| words.as_str()).collect::<String>();
        assert_eq!(lines.iter().map(words).collect::<Vec<_>>(), ["one two three ", "four"]);
        assert_eq!(lines[0][1], (Role::Strong, "three ".to_owned()));
    }
}
