//! A list narrowed by typed words, with one selected row.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget as _;

use crate::app::dialog::field::Field;
use crate::keymap::Action;
use crate::widgets::list::window;
use crate::widgets::theme::Theme;

/// Rows that a page has.
const PAGE: usize = 10;

/// Items, the words that narrow them, and the chosen one of those that are left.
#[derive(Debug, Clone)]
pub struct Filtered<T> {
    /// With the text that is searched, in lower case.
    items: Vec<(String, T)>,
    filter: Field,
    row: usize,
}

impl<T> Filtered<T> {
    /// Every item, one of them chosen. `searched` is the text in which words are looked for.
    pub fn new(items: impl IntoIterator<Item = T>, searched: impl Fn(&T) -> String, chosen: usize) -> Self {
        let items = items.into_iter().map(|item| (searched(&item).to_lowercase(), item)).collect();
        Self { items, filter: Field::default(), row: chosen }
    }

    /// The items in whose text every typed word occurs.
    pub fn shown(&self) -> impl Iterator<Item = &T> {
        let filter = self.filter.text().to_lowercase();
        let passes = move |text: &str| filter.split_whitespace().all(|word| text.contains(word));
        self.items.iter().filter(move |(text, _)| passes(text)).map(|(_, item)| item)
    }

    pub fn chosen(&self) -> Option<&T> {
        self.shown().nth(self.row)
    }

    /// Adds to the words, and chooses the first item that is left.
    pub fn insert(&mut self, text: &str) {
        self.filter.insert(text);
        self.row = 0;
    }

    /// Chooses another item or changes the words; `false` when the action is for something else.
    pub fn act(&mut self, action: Action) -> bool {
        let last = self.shown().count().saturating_sub(1);
        self.row = match action {
            Action::Up => self.row.checked_sub(1).unwrap_or(last),
            Action::Down if self.row >= last => 0,
            Action::Down => self.row + 1,
            Action::PageUp => self.row.saturating_sub(PAGE),
            Action::PageDown => (self.row + PAGE).min(last),
            Action::Edit(edit) => {
                self.filter.edit(edit);
                0
            }
            _ => return false,
        };
        true
    }

    /// Replaces the items with those of another list.
    pub fn replace(&mut self, other: Self) {
        self.items = other.items;
    }

    /// Removes items.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.items.retain(|(_, item)| keep(item));
        self.row = self.row.min(self.shown().count().saturating_sub(1));
    }

    /// Draws the field for the words, and under it the items around the chosen one: each as a line in the style that
    /// it gets, under a heading where the one before has another, or none.
    pub fn draw<'a>(
        &'a self,
        heading: impl Fn(&T) -> &'static str,
        line: impl Fn(&'a T, Style) -> Line<'a>,
        theme: &Theme,
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let [filter, list] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
        self.filter.draw("find ", theme, filter, buffer);
        let shown: Vec<&T> = self.shown().collect();
        let mut lines: Vec<Result<usize, &str>> = Vec::new();
        let mut last = "";
        for (index, item) in shown.iter().enumerate() {
            let heading = heading(item);
            if heading != last {
                lines.push(Err(heading));
                last = heading;
            }
            lines.push(Ok(index));
        }
        let at = lines.iter().position(|line| *line == Ok(self.row)).unwrap_or(0);
        for (row, index) in list.rows().zip(window(at, lines.len(), list.height)) {
            match lines[index] {
                Err(heading) => Line::styled(heading, theme.heading).render(row, buffer),
                Ok(index) => {
                    let style = if index == self.row { theme.chosen } else { theme.base };
                    line(shown[index], style).render(row, buffer);
                }
            }
        }
    }
}
