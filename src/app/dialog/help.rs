//! Help: every key by what it has to do with, and what the signs on the screen mean. Typing looks for something.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::app::dialog::{Dialog, Face, Outcome};
use crate::app::state::State;
use crate::files::settings::ThemeName;
use crate::keymap::{Action, Binding, Place, readable};
use crate::text::wrap::{pad, wrapped};
use crate::views::KEYMAP;
use crate::views::scene::Hint;
use crate::widgets::glyphs;
use crate::widgets::theme::{Look, Theme};

/// The groups of actions, in the order of help.
const GROUPS: [&str; 5] = ["Move", "Change", "Compare", "Views", "Files"];
/// Columns of the keys.
const KEYS: usize = 15;
/// Columns of the widest dialog.
const WIDEST: u16 = 160;
/// Lines of a page.
const PAGE: usize = 10;
/// From this width on there are two columns.
const TWO_COLUMNS: u16 = 96;

/// Every key and every sign.
#[derive(Debug, Default)]
pub struct HelpDialog {
    /// The first line that is seen.
    first: usize,
}

/// A line of help: a heading, or a key or sign with what it means.
enum Entry {
    Heading(&'static str),
    Key(String, &'static str),
    Sign(&'static str, fn(&Theme) -> Style, &'static str),
    Empty,
}

/// A sign, how it looks, and what it means.
type Sign = (&'static str, fn(&Theme) -> Style, &'static str);

/// The signs of the screen.
const SIGNS: [Sign; 14] = [
    (glyphs::KNOB, |theme| theme.knob, "where the slider is; on a range: the likely value"),
    (glyphs::GHOST, |theme| theme.ghost, "where it was at the start, or in the baseline"),
    ("▁▃▅▇", |theme| theme.ramp[1], "how high the chosen figure would be at that place; half as it is now"),
    (glyphs::HATCH, |theme| theme.worse, "a target or promise is missed there; dim: nothing fits"),
    ("├──┤", |theme| theme.track, "the 80% range: one in ten lies below it, one in ten above"),
    (glyphs::PUBLISHED, |theme| theme.heading, "a published figure"),
    (glyphs::TRAINING, |theme| theme.training, "training"),
    (glyphs::INFERENCE, |theme| theme.inference, "inference"),
    (glyphs::MARK, |theme| theme.answer, "where inference would be 80% of all spending"),
    ("▲ ▼", |theme| theme.better, "more or less than before; in color: better or worse"),
    ("*", |theme| theme.knob, "differs from the start"),
    ("~", |theme| theme.base, "estimated, old, unverified or a single listing: never proposed"),
    (glyphs::STAR, |theme| theme.better, "the best of a column within the target"),
    (glyphs::LOCK, |theme| theme.knob, "locked against goals"),
];

impl HelpDialog {
    fn entries() -> Vec<Entry> {
        let is_of = |binding: &&Binding, group: &str| {
            binding.group == group && matches!(binding.place, Place::Screen | Place::Sliders | Place::Reading)
        };
        let mut entries = Vec::new();
        for group in GROUPS {
            entries.push(Entry::Heading(group));
            for binding in KEYMAP.bindings().iter().filter(|binding| is_of(binding, group)) {
                let keys: Vec<String> = binding.keys.iter().map(|key| readable(key)).collect();
                entries.push(Entry::Key(keys.join(" "), binding.help));
            }
            entries.push(Entry::Empty);
        }
        entries.push(Entry::Heading("Signs on the screen"));
        entries.extend(SIGNS.iter().map(|(sign, style, words)| Entry::Sign(sign, *style, words)));
        entries
    }

    /// The lines, in columns of so many columns of text.
    fn lines(theme: &Theme, width: usize) -> Vec<Line<'static>> {
        Self::entries().into_iter().flat_map(|entry| entry.lines(theme, width)).collect()
    }

    /// Columns of text, and how wide each is.
    fn columns(width: u16) -> (usize, u16) {
        if width >= TWO_COLUMNS { (2, (width - 2) / 2) } else { (1, width) }
    }
}

impl Dialog for HelpDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Find], "find anything, or just type"),
            (&[Action::Escape], "close"),
            (&[Action::Up, Action::Down], "scroll"),
        ];
        Face::new("Keys and signs", u16::MAX, &[Place::Help, Place::Dialog], HINTS)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        match action {
            Action::Up => self.first = self.first.saturating_sub(1),
            Action::Down => self.first += 1,
            Action::PageUp => self.first = self.first.saturating_sub(PAGE),
            Action::PageDown => self.first += PAGE,
            Action::Enter => return Outcome::Close,
            Action::Find => return Outcome::Find(String::new()),
            _ => return Outcome::of(action),
        }
        // No further than its end, in the room that it had when it was drawn last.
        let room = state.dialog_room();
        let (count, width) = Self::columns(room.width.min(WIDEST).saturating_sub(4));
        let lines = Self::lines(&Theme::new(ThemeName::Mono, Look::default()), usize::from(width));
        let last = lines.len().div_ceil(count).saturating_sub(usize::from(room.height.saturating_sub(3)));
        self.first = self.first.min(last);
        Outcome::Open
    }

    fn insert(&mut self, text: &str, _state: &State) -> Outcome {
        Outcome::Find(text.to_owned())
    }

    fn area(&self, screen: Rect, _slider: Option<u16>) -> Rect {
        let width = screen.width.min(WIDEST);
        Rect { x: screen.x + (screen.width - width) / 2, width, ..screen }
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let (count, width) = Self::columns(room.width);
        let lines = Self::lines(theme, usize::from(width));
        let in_a_column = lines.len().div_ceil(count);
        for (index, line) in lines.into_iter().enumerate() {
            let (column, y) = (index / in_a_column, index % in_a_column);
            let y = y.checked_sub(self.first).filter(|y| *y < usize::from(room.height));
            if let Some(y) = y {
                let x = room.x + column as u16 * (width + 2);
                line.render(Rect { x, y: room.y + y as u16, width, height: 1 }, buffer);
            }
        }
        Vec::new()
    }
}

impl Entry {
    fn lines(self, theme: &Theme, width: usize) -> Vec<Line<'static>> {
        let (first, style, words) = match self {
            Self::Heading(words) => return vec![Line::styled(words, theme.heading)],
            Self::Empty => return vec![Line::default()],
            Self::Key(keys, words) => (keys, theme.key, words),
            Self::Sign(sign, style, words) => (sign.to_owned(), style(theme), words),
        };
        let mut first = pad(&first, KEYS);
        let mut lines = Vec::new();
        for words in wrapped(words, width.saturating_sub(KEYS + 1)) {
            let next = " ".repeat(KEYS);
            lines.push(Line::from(vec![
                Span::styled(std::mem::replace(&mut first, next), style),
                Span::styled(format!(" {words}"), theme.base),
            ]));
        }
        lines
    }
}
