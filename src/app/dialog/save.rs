//! Saving under a name.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect};

use crate::app::dialog::field::Field;
use crate::app::dialog::{ASKED, Dialog, Face, Outcome, TYPED};
use crate::app::state::State;
use crate::keymap::Action;
use crate::views::scene::Hint;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// A name to save under.
#[derive(Debug)]
pub struct SaveDialog {
    field: Field,
    /// A file of that name exists: asks whether to replace it.
    exists: bool,
}

impl SaveDialog {
    /// Saving under this name, or another.
    pub fn new(name: &str) -> Self {
        Self { field: Field::selected(name), exists: false }
    }

    fn save(&self, overwrite: bool) -> Outcome {
        Outcome::SaveAs { name: self.field.text().trim().to_owned(), overwrite }
    }
}

impl Dialog for SaveDialog {
    fn face(&self) -> Face {
        const SAVE: &[Hint] = &[(&[Action::Enter], "save"), (&[Action::Escape], "cancel")];
        const REPLACE: &[Hint] = &[(&[Action::Yes], "replace"), (&[Action::No], "keep")];
        let face = Face::new("Save the scenario", 8, TYPED, SAVE);
        if self.exists {
            Face { places: ASKED, question: "it already exists; replace it? ", hints: REPLACE, ..face }
        } else {
            face
        }
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        if action == Action::Quit {
            return Outcome::of(action);
        }
        if std::mem::take(&mut self.exists) {
            return if action == Action::Yes { self.save(true) } else { Outcome::Open };
        }
        match action {
            Action::Edit(edit) => self.field.edit(edit),
            Action::Enter => match state.store.new_file(self.field.text(), &state.world.catalog) {
                Some(path) if path.exists() => self.exists = true,
                Some(_) => return self.save(false),
                None => {}
            },
            _ => return Outcome::of(action),
        }
        Outcome::Open
    }

    fn insert(&mut self, text: &str, _state: &State) -> Outcome {
        if !std::mem::take(&mut self.exists) {
            self.field.insert(text);
        }
        Outcome::Open
    }

    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let [field, file] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(room);
        self.field.draw("name ", theme, field, buffer);
        let (words, style) = match state.store.new_file(self.field.text(), &state.world.catalog) {
            Some(path) => (format!("file: {}", path.display()), theme.dim),
            None => ("use letters and digits in the name".to_owned(), theme.warning),
        };
        paragraph(&words, style, file, buffer);
        Vec::new()
    }
}
