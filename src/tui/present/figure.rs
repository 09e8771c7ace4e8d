//! A figure of a step: as large as there is room for, and what is said of it.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::analysis::answer::{Answer, Better};
use crate::analysis::deck::stage::{Shown, Stage};
use crate::analysis::findings::{findings, why_missing};
use crate::text::capital;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{columns, fit, wrapped};
use crate::tui::cards::compact;
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{blocks, digits};

/// What stands before the ends of a range.
const RANGE: &str = "80% range: ";
/// Columns between a figure and what is said of it.
const BESIDE: usize = 4;

/// How large figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Signs whose points are so many columns wide.
    Blocks(u16),
    /// Signs of three rows.
    Lines,
    /// Letters like any others.
    Letters,
}

impl Scale {
    /// From the largest to the smallest.
    pub(super) const ALL: [Self; 6] =
        [Self::Blocks(4), Self::Blocks(3), Self::Blocks(2), Self::Blocks(1), Self::Lines, Self::Letters];

    /// Columns between two figures: more than between two signs of one.
    pub(super) fn between(self) -> u16 {
        match self {
            Self::Blocks(points) => 2 * points + 1,
            Self::Lines | Self::Letters => 3,
        }
    }

    pub(super) fn rows(self) -> u16 {
        match self {
            Self::Blocks(points) => blocks::size("0", points).map_or(1, |size| size.height),
            Self::Lines => digits::HEIGHT,
            Self::Letters => 1,
        }
    }

    /// Columns of a figure; `None` where it cannot be written so.
    fn columns(self, figure: &str, is_ascii: bool) -> Option<u16> {
        match self {
            // Half a row has no sign in ASCII.
            Self::Blocks(points) if is_ascii && points % 2 == 1 => None,
            Self::Blocks(points) => blocks::size(figure, points).map(|size| size.width),
            Self::Lines => digits::width(figure, is_ascii),
            Self::Letters => Some(columns(figure) as u16),
        }
    }
}

/// How much is said where there is little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// Why a cost has changed, too.
    Why,
    All,
    /// How figures have changed, and who published what.
    Few,
    /// The same without where that is from.
    Fewest,
}

/// A figure and what is said of it.
#[derive(Debug)]
pub(super) struct Figure {
    label: String,
    /// The figure, and the same in fewer digits.
    values: [String; 2],
    /// What it was, how it has changed, its range, what was published; with less room, and all of it.
    said: Vec<(Words, Role, String)>,
}

/// How figures are written side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hand {
    pub(super) scale: Scale,
    /// In all of their digits, or in few.
    pub(super) digits: usize,
    pub(super) words: Words,
    pub(super) is_ascii: bool,
}

impl Figure {
    pub(super) fn new(shown: &Shown, stage: &Stage) -> Self {
        let (answer, unit) = (shown.answer, shown.answer.unit());
        let label = capital(answer.label());
        let Some(now) = shown.now else {
            let findings = findings(&stage.case);
            let why = why_missing(answer, &findings);
            let why = why.map_or("not known".to_owned(), |finding| finding.text.clone());
            return Self {
                label,
                values: ["-", "-"].map(str::to_owned),
                said: vec![(Words::Few, Role::Warning, why)],
            };
        };
        let mut said = Vec::new();
        let change = shown.before.zip(shown.change());
        let has_changed = change.is_some();
        if let Some((before, words)) = change {
            said.push((Words::Few, Role::Base, format!("was {}", format(before.value, unit))));
            said.push((Words::Few, way(answer, before.value, now.value), words));
        }
        if now.low < now.high {
            let ends = [now.low, now.high].map(|end| format(end, unit)).join(" to ");
            let words = if has_changed { Words::All } else { Words::Few };
            said.push((words, Role::Dim, format!("{RANGE}{ends}")));
        }
        let about = stage.published.iter().filter(|published| published.meant() == Some(answer));
        said.extend(
            about.map(|published| (Words::All, Role::Heading, format!("published {}", published.name()))),
        );
        Self { label, values: [format(now.value, unit), compact(now.value, unit)], said }
    }

    /// The value in large signs, the unit after it, and the columns of both.
    fn value(&self, hand: Hand) -> Option<(&str, &str, u16)> {
        let value = &self.values[hand.digits];
        let (figure, unit) = match hand.scale {
            Scale::Letters => (value.as_str(), ""),
            _ => value.split_once(' ').unwrap_or((value, "")),
        };
        let behind = if unit.is_empty() { 0 } else { columns(unit) as u16 + 1 };
        Some((figure, unit, hand.scale.columns(figure, hand.is_ascii)? + behind))
    }

    /// The columns that it takes at least; `None` where it cannot be written so.
    pub(super) fn columns(&self, hand: Hand) -> Option<u16> {
        self.value(hand).map(|(_, _, wide)| wide.max(columns(&self.label) as u16))
    }

    /// The columns that it takes with what is said of it in a line each.
    pub(super) fn wanted(&self, hand: Hand) -> Option<u16> {
        let said = self.said(hand).map(|(_, words)| columns(words)).max().unwrap_or(0);
        self.columns(hand).map(|needed| needed.max(said as u16))
    }

    fn said(&self, hand: Hand) -> impl Iterator<Item = (Role, &str)> {
        let is_said =
            move |words: Words| matches!(hand.words, Words::Why | Words::All) || words == Words::Few;
        self.said
            .iter()
            .filter(move |(words, ..)| is_said(*words))
            .map(|(_, role, said)| (*role, said.as_str()))
    }

    /// What is said of it stands beside it where the room is this wide.
    pub(super) fn is_beside(&self, hand: Hand, width: u16) -> bool {
        let widest = self.said(hand).map(|(_, words)| columns(words)).max().unwrap_or(0);
        hand.scale != Scale::Letters
            && self.said(hand).count() <= usize::from(hand.scale.rows())
            && self
                .value(hand)
                .is_some_and(|(_, _, wide)| usize::from(wide) + BESIDE + widest <= usize::from(width))
    }

    /// Rows that it takes in a room of this width.
    pub(super) fn rows(&self, hand: Hand, width: u16, is_beside: bool) -> u16 {
        let below = if is_beside { 0 } else { self.lines(hand, width).len() as u16 };
        1 + hand.scale.rows() + below
    }

    fn lines(&self, hand: Hand, width: u16) -> Vec<(Role, String)> {
        let width = usize::from(width);
        let lines = self.said(hand).flat_map(|(role, words)| {
            // A range has its longer name where that takes no second line.
            let short = words.strip_prefix(RANGE).filter(|_| columns(words) > width);
            let words = short.map_or(words.to_owned(), |ends| format!("80%: {ends}"));
            // A change in two lines has its two parts in a line each.
            let words = if columns(&words) > width { words.replacen(", ", ",\n", 1) } else { words };
            let lines: Vec<String> = words.lines().flat_map(|part| wrapped(part, width)).collect();
            lines.into_iter().map(move |line| (role, line))
        });
        lines.collect()
    }

    pub(super) fn draw(&self, hand: Hand, is_beside: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        buffer.set_string(area.x, area.y, fit(&self.label, usize::from(area.width)), theme.base);
        let Some((figure, unit, wide)) = self.value(hand) else { return };
        let top = area.y + 1;
        let rows = hand.scale.rows();
        let room = Rect { y: top, height: rows.min(area.bottom().saturating_sub(top)), ..area };
        match hand.scale {
            Scale::Blocks(points) => blocks::draw(figure, points, theme.answer, room, buffer),
            Scale::Lines => digits::draw(figure, theme, room, buffer),
            Scale::Letters if !room.is_empty() => {
                buffer.set_stringn(area.x, top, figure, usize::from(area.width), theme.answer);
            }
            Scale::Letters => {}
        }
        if !unit.is_empty() && wide <= area.width && !room.is_empty() {
            let x = area.x + wide - columns(unit) as u16;
            buffer.set_string(x, room.bottom() - 1, unit, theme.answer);
        }
        let (x, y, lines): (u16, u16, Vec<(Role, String)>) = if is_beside {
            let lines: Vec<_> = self.said(hand).map(|(role, words)| (role, words.to_owned())).collect();
            let above = rows.saturating_sub(lines.len() as u16) / 2;
            (area.x + wide + BESIDE as u16, top + above, lines)
        } else {
            (area.x, room.bottom(), self.lines(hand, area.width))
        };
        let width = usize::from(area.right().saturating_sub(x));
        for (y, (role, words)) in (y..area.bottom()).zip(lines) {
            buffer.set_stringn(x, y, words, width, theme.style(role));
        }
    }
}

/// For the better or for the worse.
fn way(answer: Answer, before: f64, now: f64) -> Role {
    // A change that is not seen in the figure is none.
    let is_same = format(before, answer.unit()) == format(now, answer.unit()) && answer.unit() != Unit::Share;
    match answer.better() {
        _ if is_same => Role::Base,
        Better::Neither => Role::Strong,
        Better::Lower if now < before => Role::Better,
        Better::Higher if now > before => Role::Better,
        _ => Role::Worse,
    }
}
