//! A line of text that is being typed.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::keymap::Edit;
use crate::widgets::field;
use crate::widgets::theme::Theme;

/// The longest text that a field takes, in characters.
const LONGEST: usize = 200;

/// A text and where its cursor is, in characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    text: String,
    cursor: usize,
    /// All of it is selected: what is typed next replaces it.
    selected: bool,
}

impl Field {
    /// A field with a text, the cursor at its end.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.chars().count(), selected: false }
    }

    /// A field with a text that is replaced by what is typed, and kept where its cursor is moved.
    pub fn selected(text: &str) -> Self {
        Self { selected: true, ..Self::new(text) }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Selects all of it, so that what is typed next replaces it: after a refusal, say.
    pub fn select(&mut self) {
        self.selected = true;
    }

    /// Inserts a text at the cursor, or in the place of what is selected, as much of it as there is room for.
    pub fn insert(&mut self, text: &str) {
        if self.selected {
            *self = Self::default();
        }
        let room = LONGEST.saturating_sub(self.text.chars().count());
        for character in text.chars().take(room) {
            self.text.insert(self.byte(self.cursor), character);
            self.cursor += 1;
        }
    }

    /// Changes the text or moves the cursor.
    pub fn edit(&mut self, edit: Edit) {
        let count = self.text.chars().count();
        match edit {
            Edit::Backspace | Edit::Delete if self.selected => self.text.clear(),
            Edit::Left => self.cursor = self.cursor.saturating_sub(1),
            Edit::Right => self.cursor = (self.cursor + 1).min(count),
            Edit::Start => self.cursor = 0,
            Edit::End => self.cursor = count,
            Edit::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.text.remove(self.byte(self.cursor));
            }
            Edit::Delete if self.cursor < count => {
                self.text.remove(self.byte(self.cursor));
            }
            Edit::Backspace | Edit::Delete => {}
            Edit::Clear => self.text.clear(),
        }
        self.selected = false;
        self.cursor = self.cursor.min(self.text.chars().count());
    }

    /// Draws it after a label.
    pub fn draw(&self, label: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let style = if self.selected { theme.chosen } else { theme.answer };
        field::draw(label, &self.text, self.cursor, style, theme, area, buffer);
    }

    fn byte(&self, cursor: usize) -> usize {
        self.text.char_indices().nth(cursor).map_or(self.text.len(), |(byte, _)| byte)
    }
}
