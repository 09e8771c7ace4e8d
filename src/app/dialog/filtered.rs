//! A list narrowed by typed words, the best match first, with one selected row.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect};
use ratatui_core::style::Style;
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget as _;

use crate::app::dialog::field::Field;
use crate::keymap::Action;
use crate::text::rank::rank;
use crate::widgets::list::window;
use crate::widgets::theme::Theme;

/// Rows that a page has.
const PAGE: usize = 10;

/// An item by what is typed to find it.
#[derive(Debug, Clone)]
struct Entry<T> {
    name: String,
    /// Words that lead to it as well.
    also: String,
    item: T,
}

/// Items, the words that narrow them, and the chosen one of those that are left.
#[derive(Debug, Clone)]
pub struct Filtered<T> {
    entries: Vec<Entry<T>>,
    /// The entries that are left, the best match first; in their own order where nothing is typed.
    left: Vec<usize>,
    filter: Field,
    row: usize,
}

impl<T> Filtered<T> {
    /// Every item, one of them chosen. `searched` gives the name by which an item is found, and other words that lead
    /// to it.
    pub fn new(
        items: impl IntoIterator<Item = T>,
        searched: impl Fn(&T) -> (String, String),
        chosen: usize,
    ) -> Self {
        let entry = |item: T| {
            let (name, also) = searched(&item);
            Entry { name, also, item }
        };
        let entries: Vec<Entry<T>> = items.into_iter().map(entry).collect();
        Self { left: (0..entries.len()).collect(), entries, filter: Field::default(), row: chosen }
    }

    fn narrow(&mut self) {
        let typed = self.filter.text();
        let ranks = self.entries.iter().map(|entry| rank(typed, &entry.name, &entry.also)).enumerate();
        let mut ranked: Vec<(u32, usize)> = ranks.filter_map(|(index, rank)| Some((rank?, index))).collect();
        ranked.sort_unstable();
        self.left = ranked.into_iter().map(|(_, index)| index).collect();
    }

    /// The items that are left.
    pub fn shown(&self) -> impl ExactSizeIterator<Item = &T> {
        self.left.iter().map(|index| &self.entries[*index].item)
    }

    pub fn chosen(&self) -> Option<&T> {
        self.left.get(self.row).map(|index| &self.entries[*index].item)
    }

    /// Nothing is typed.
    pub fn is_whole(&self) -> bool {
        self.filter.text().is_empty()
    }

    /// Nothing matches what is typed, and a choice was asked for: what is typed next replaces it.
    pub fn refuse(&mut self) {
        self.filter.select();
    }

    /// Adds to the words, and chooses the best match.
    pub fn insert(&mut self, text: &str) {
        self.filter.insert(text);
        self.row = 0;
        self.narrow();
    }

    /// Chooses another item or changes the words; `false` when the action is for something else.
    pub fn act(&mut self, action: Action) -> bool {
        let last = self.left.len().saturating_sub(1);
        self.row = match action {
            Action::Up => self.row.checked_sub(1).unwrap_or(last),
            Action::Down if self.row >= last => 0,
            Action::Down => self.row + 1,
            Action::PageUp => self.row.saturating_sub(PAGE),
            Action::PageDown => (self.row + PAGE).min(last),
            Action::Edit(edit) => {
                self.filter.edit(edit);
                self.narrow();
                0
            }
            _ => return false,
        };
        true
    }

    /// Chooses a row of those that are left.
    pub fn choose(&mut self, row: usize) {
        self.row = row.min(self.left.len().saturating_sub(1));
    }

    /// Replaces the items with those of another list.
    pub fn replace(&mut self, other: Self) {
        self.entries = other.entries;
        self.narrow();
    }

    /// Removes items.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.entries.retain(|entry| keep(&entry.item));
        self.narrow();
        self.choose(self.row);
    }

    /// A name with the letters lit that were typed.
    pub fn lit<'a>(&self, name: &'a str, style: Style, theme: &Theme) -> Vec<Span<'a>> {
        let lower = name.to_lowercase();
        let found = self.filter.text().to_lowercase().split_whitespace().find_map(|word| {
            let at = lower.find(word)?;
            // Lower case may take other bytes than what it was made of.
            (lower.len() == name.len()).then_some(at..at + word.len())
        });
        match found {
            Some(at) => vec![
                Span::styled(&name[..at.start], style),
                Span::styled(&name[at.clone()], Style { bg: style.bg, ..theme.knob }.underlined()),
                Span::styled(&name[at.end..], style),
            ],
            None => vec![Span::styled(name, style)],
        }
    }

    /// Draws the field for the words, and under it the items around the chosen one: each as a line in the style that
    /// it gets, while nothing is typed under a heading where the one before has another, or none. Says where each
    /// item's row is.
    pub fn draw<'a>(
        &'a self,
        heading: impl Fn(&T) -> &'static str,
        line: impl Fn(&'a T, Style) -> Line<'a>,
        theme: &Theme,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Vec<(Rect, usize)> {
        let [filter, list] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
        self.filter.draw("find ", theme, filter, buffer);
        let shown: Vec<&T> = self.shown().collect();
        let mut lines: Vec<Result<usize, &str>> = Vec::new();
        let mut last = "";
        for (index, item) in shown.iter().enumerate() {
            let heading = if self.is_whole() { heading(item) } else { "" };
            if heading != last {
                lines.push(Err(heading));
                last = heading;
            }
            lines.push(Ok(index));
        }
        if lines.is_empty() {
            let words = format!("nothing matches `{}`", self.filter.text().trim());
            Line::styled(words, theme.warning).render(list, buffer);
        }
        let at = lines.iter().position(|line| *line == Ok(self.row)).unwrap_or(0);
        let mut places = Vec::new();
        for (row, index) in list.rows().zip(window(at, lines.len(), list.height)) {
            match lines[index] {
                Err(heading) => Line::styled(heading, theme.heading).render(row, buffer),
                Ok(index) => {
                    let style = if index == self.row { theme.chosen } else { theme.base };
                    line(shown[index], style).render(row, buffer);
                    places.push((row, index));
                }
            }
        }
        places
    }
}
