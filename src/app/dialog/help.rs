//! Help: every key by what it has to do with, and what the signs on the screen mean. Typing looks for something.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};
use ratatui_core::style::Style;
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget as _;

use crate::app::dialog::{Dialog, Face, Outcome, middle, widest};
use crate::app::state::State;
use crate::files::settings::ThemeName;
use crate::keymap::{Action, Binding, Place, readable};
use crate::text::wrap::{columns as wide, pad, wrapped};
use crate::views::KEYMAP;
use crate::views::scene::Hint;
use crate::widgets::glyphs;
use crate::widgets::list::seen;
use crate::widgets::theme::{Look, Theme};

/// The groups of actions, in the order of help.
const GROUPS: [&str; 6] = ["Move", "Change", "Compare", "Views", "Files", "Meetings"];
/// The group of the keys in front of people.
const PRESENTING: [&str; 1] = ["Present"];
/// Columns of the widest keys beside which words begin; wider ones push theirs.
const KEYS: usize = 18;
/// Columns of the widest dialog.
const WIDEST: u16 = 170;
/// The least columns of a column, and how many of them there are at most.
const COLUMN: u16 = 47;
const MOST: u16 = 3;
/// Columns between two columns.
const GAP: u16 = 3;

/// Every key and every sign.
#[derive(Debug, Default)]
pub struct HelpDialog {
    /// The first column that is seen.
    first: usize,
    /// It is about the keys in front of people.
    is_presenting: bool,
}

/// A key or a sign, how it looks, and what it means.
type Entry = (String, Style, &'static str);
/// Lines that are read from top to bottom.
type Column = Vec<Line<'static>>;

/// A sign, how it looks, and what it means.
type Sign = (&'static str, fn(&Theme) -> Style, &'static str);

/// The signs of the screen.
const SIGNS: [Sign; 21] = [
    (glyphs::KNOB, |theme| theme.knob, "Where the slider is; on a range: the likely value"),
    (glyphs::GHOST, |theme| theme.ghost, "Where it was at the start, or in the baseline"),
    ("▁▃▅▇", |theme| theme.ramp[1], "How high the chosen figure would be at that place; half as it is now"),
    (glyphs::HATCH, |theme| theme.worse, "A target or promise is missed there; dim: nothing fits"),
    ("├──┤", |theme| theme.track, "The 80% range: one in ten lies below it, one in ten above"),
    ("◆◇", |theme| theme.heading, "A published figure; hollow, of another total; on curves, as it says"),
    (glyphs::TRAINING, |theme| theme.training, "Training"),
    (glyphs::INFERENCE, |theme| theme.inference, "Inference"),
    (glyphs::BAND, |theme| theme.dim, "The 80% range of what is spent; a dotted line is its low end"),
    (glyphs::DASHED[0], |theme| theme.ghost, "Before: the start or the baseline"),
    (glyphs::MARK, |theme| theme.answer, "Where inference would be 80% of all spending"),
    (glyphs::INLAY, |theme| theme.answer, "On a bar of Sensitivity: what 10% less and 10% more do"),
    ("▲ ▼", |theme| theme.better, "More or less than before; in color: better or worse"),
    ("*", |theme| theme.knob, "Differs from the start"),
    (
        "~",
        |theme| theme.base,
        "A weak price: estimated, old, unverified or a single listing; never proposed first",
    ),
    ("?", |theme| theme.base, "A lever that rests on an assumption; in Advice: not answered"),
    (glyphs::STAR, |theme| theme.better, "The best of a column within the target"),
    (glyphs::FOCUS, |theme| theme.knob, "The line with the focus; in a table: what is in use now"),
    (glyphs::OPEN, |theme| theme.heading, "Open, with more below; on a heading of a table: sorted by it"),
    ("‹ ›", |theme| theme.dim, "There are more on that side; at the end of a bar: it goes on"),
    (glyphs::LOCK, |theme| theme.knob, "Locked against goals"),
];

impl HelpDialog {
    /// The keys in front of people.
    pub fn presenting() -> Self {
        Self { is_presenting: true, ..Self::default() }
    }

    /// What is told, under headings. Signs are told of before the keys that are used least.
    fn groups(&self, theme: &Theme) -> Vec<(&'static str, Vec<Entry>)> {
        let key = |binding: &Binding| {
            let keys: Vec<String> = binding.keys.iter().map(|key| readable(key)).collect();
            (keys.join(" "), theme.key, binding.help)
        };
        let keys = |group: &'static str| {
            let bindings = KEYMAP.bindings().iter().filter(|binding| binding.group == group);
            (group, bindings.map(key).collect())
        };
        let signs = SIGNS.iter().map(|(sign, style, words)| ((*sign).to_owned(), style(theme), *words));
        if self.is_presenting {
            return PRESENTING.map(keys).into();
        }
        let mut groups: Vec<_> = GROUPS.into_iter().map(keys).collect();
        groups.insert(2, ("Signs on the screen", signs.collect()));
        groups
    }

    /// The text in columns of this size, one after the other: no entry is in two of them, and no heading is without one.
    fn columns(&self, theme: &Theme, width: u16, height: u16) -> Vec<Column> {
        let (width, height) = (usize::from(width), usize::from(height.max(2)));
        let mut columns: Vec<Column> = vec![Vec::new()];
        let mut last: Column = Vec::new();
        for (heading, entries) in self.groups(theme) {
            let keys = entries.iter().map(|(keys, ..)| wide(keys)).max().unwrap_or(0).min(KEYS);
            let mut above = vec![Line::default(), Line::styled(heading, theme.heading)];
            for entry in &entries {
                let lines = lines(entry, keys, width, theme);
                if last.len() + above.len() + lines.len() > height {
                    columns.push(std::mem::take(&mut last));
                }
                // No empty line begins a column.
                let skipped = usize::from(last.is_empty() && !above.is_empty());
                last.extend(above.drain(..).skip(skipped));
                last.extend(lines);
            }
        }
        columns.push(last);
        columns.retain(|column| !column.is_empty());
        columns
    }

    /// Columns that are seen at once, and how wide each is.
    fn shape(width: u16) -> (usize, u16) {
        let count = (width / COLUMN).clamp(1, MOST);
        (usize::from(count), (width - (count - 1) * GAP) / count)
    }

    /// The columns in the room for them, and how many are seen at once.
    fn laid_out(&self, theme: &Theme, room: Size) -> (Vec<Column>, usize) {
        let (count, width) = Self::shape(room.width);
        (self.columns(theme, width, room.height), count)
    }
}

/// A key or a sign with its meaning, broken to a width.
fn lines((keys, style, words): &Entry, key_columns: usize, width: usize, theme: &Theme) -> Column {
    let mut first = pad(keys, key_columns.max(wide(keys)));
    let mut lines = Vec::new();
    for words in wrapped(words, width.saturating_sub(wide(&first) + 2)) {
        let next = " ".repeat(wide(&first));
        lines.push(Line::from(vec![
            Span::styled(std::mem::replace(&mut first, next), *style),
            Span::styled(format!("  {words}"), theme.base),
        ]));
    }
    lines
}

impl Dialog for HelpDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Find], "find anything, or just type"),
            (&[Action::Escape], "close"),
            (&[Action::PageUp, Action::PageDown], "page"),
        ];
        Face { is_whole: true, ..Face::new("Keys and signs", u16::MAX, &[Place::Help, Place::Dialog], HINTS) }
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        // No further than its end, in the room that it had when it was drawn last.
        let screen = state.screen();
        let room = Size::new(widest(screen.width, WIDEST).saturating_sub(4), screen.height.saturating_sub(3));
        let theme = Theme::new(ThemeName::Mono, Look::default());
        let (columns, count) = self.laid_out(&theme, room);
        let first = match action {
            Action::Up => self.first.saturating_sub(1),
            Action::Down => self.first + 1,
            Action::PageUp => self.first.saturating_sub(count),
            Action::PageDown => self.first + count,
            Action::First => 0,
            Action::Last => usize::MAX,
            Action::Enter => return Outcome::Close,
            Action::Find => return Outcome::Find(String::new()),
            _ => return Outcome::of(action),
        };
        self.first = first.min(columns.len().saturating_sub(count));
        Outcome::Open
    }

    fn insert(&mut self, text: &str, _state: &State) -> Outcome {
        Outcome::Find(text.to_owned())
    }

    fn area(&self, screen: Rect, _slider: Option<u16>) -> Rect {
        middle(screen, WIDEST)
    }

    fn seen(&self, room: Size) -> Option<String> {
        let theme = Theme::new(ThemeName::Mono, Look::default());
        let (columns, count) = self.laid_out(&theme, room);
        let until = |column: usize| columns.iter().take(column).map(Vec::len).sum::<usize>();
        seen(&(until(self.first)..until(self.first + count)), until(columns.len()))
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let (count, width) = Self::shape(room.width);
        let columns = self.columns(theme, width, room.height);
        for (index, column) in columns.into_iter().skip(self.first).take(count).enumerate() {
            let x = room.x + index as u16 * (width + GAP);
            for (y, line) in (room.y..room.bottom()).zip(column) {
                line.render(Rect { x, y, width, height: 1 }, buffer);
            }
        }
        Vec::new()
    }
}
