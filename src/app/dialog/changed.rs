//! The question of what to do with a file that somebody has changed since it was opened.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};
use similar::{ChangeTag, TextDiff};

use crate::app::dialog::{Dialog, FRAME, Face, Outcome, WIDTH};
use crate::app::state::State;
use crate::keymap::{Action, Place, key_of};
use crate::views::scene::Hint;
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

/// Rows of the frame.
const HEIGHT: u16 = 14;
/// Lines that are shown around a difference.
const AROUND: usize = 1;

/// What the file holds against what would be saved.
#[derive(Debug)]
pub struct ChangedDialog {
    text: Text,
    /// The first line that is seen.
    first: usize,
}

impl ChangedDialog {
    /// The text that was found in the file of the scenario.
    pub fn new(state: &State, found: &str) -> Self {
        let mut text = Text::default();
        let path = state.file().map_or(String::new(), |path| path.display().to_string());
        text.add(Role::Warning, format!("{path} has changed since it was opened."));
        let save_as = key_of(Action::SaveAs);
        let words =
            format!("Replacing it takes away - and puts +. {save_as} saves under another name instead.");
        text.add(Role::Base, words);
        let own = state.document.to_toml(&state.world.catalog);
        let difference = TextDiff::from_lines(found, &own);
        for operation in difference.grouped_ops(AROUND).iter().flatten() {
            for change in difference.iter_changes(operation) {
                let (role, sign) = match change.tag() {
                    ChangeTag::Delete => (Role::Worse, "-"),
                    ChangeTag::Insert => (Role::Better, "+"),
                    ChangeTag::Equal => (Role::Base, " "),
                };
                text.add(role, format!("{sign} {}", change.value().trim_end()));
            }
        }
        Self { text, first: 0 }
    }
}

impl Dialog for ChangedDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Yes], "replace"),
            (&[Action::No], "keep it"),
            (&[Action::Up, Action::Down], "scroll"),
        ];
        Face {
            question: "replace it? ",
            ..Face::new("The file has changed", HEIGHT, &[Place::Question, Place::List, Place::Dialog], HINTS)
        }
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        let page = usize::from(HEIGHT - FRAME[1]);
        let first = match action {
            Action::Yes => return Outcome::Replace,
            Action::No => return Outcome::Close,
            Action::Up => self.first.saturating_sub(1),
            Action::Down => self.first + 1,
            Action::PageUp => self.first.saturating_sub(page),
            Action::PageDown => self.first + page,
            _ => return Outcome::of(action),
        };
        let width = WIDTH.min(state.screen().width).saturating_sub(FRAME[0]);
        self.first = first.min(self.text.last_line(Size { width, height: page as u16 }));
        Outcome::Open
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        self.text.draw(self.first, theme, room, buffer);
        Vec::new()
    }
}
