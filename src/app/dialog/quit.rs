//! The question of what to do with unsaved changes.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

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
        Face::new("Unsaved changes", 6, &[Place::Quitting], HINTS)
    }

    fn act(&mut self, action: Action, _state: &State) -> Outcome {
        match action {
            Action::Save => Outcome::SaveAndQuit,
            Action::Quit => Outcome::Quit,
            _ => Outcome::of(action),
        }
    }

    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let deck = state.draft.as_ref().filter(|draft| !draft.is_saved).map(|draft| draft.document.deck());
        let changed = if state.draft.is_some() { "has changed since its last step" } else { "has changed" };
        let scenario =
            state.is_scenario_unsaved().then(|| format!("{} {changed}.", fit(&state.document.name, 40)));
        let deck = deck.map(|deck| match deck.steps.len() {
            1 => format!("The deck {} (1 step) is not saved.", fit(&deck.title, 40)),
            count => format!("The deck {} ({count} steps) is not saved.", fit(&deck.title, 40)),
        });
        let words = scenario.into_iter().chain(deck).collect::<Vec<_>>().join("\n");
        paragraph(&words, theme.base, room, buffer);
        Vec::new()
    }
}
