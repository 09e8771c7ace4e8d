//! The question of what to do with unsaved changes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::dialog::{Dialog, Face, Outcome};
use crate::app::state::State;
use crate::keymap::{Action, Place};
use crate::text::wrap::fit;
use crate::views::scene::Hint;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// There are unsaved changes, and quitting was asked for.
#[derive(Debug)]
pub struct QuitDialog;

impl Dialog for QuitDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] =
            &[(&[Action::Save], "save"), (&[Action::Quit], "quit unsaved"), (&[Action::Escape], "stay")];
        Face::new("Unsaved changes", 5, &[Place::Quitting], HINTS)
    }

    fn act(&mut self, action: Action, _state: &State) -> Outcome {
        match action {
            Action::Save => Outcome::SaveAndQuit,
            Action::Quit => Outcome::Quit,
            _ => Outcome::of(action),
        }
    }

    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let words = if state.is_changed() {
            format!("{} has changed.", fit(&state.document.name, 40))
        } else {
            "The deck is not saved.".to_owned()
        };
        paragraph(&words, theme.base, room, buffer);
        Vec::new()
    }
}
