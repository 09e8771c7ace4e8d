//! Typing an exact or relative value.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect};

use crate::app::dialog::field::Field;
use crate::app::dialog::{Dialog, Face, Outcome, TYPED, preview, widest};
use crate::app::state::State;
use crate::keymap::Action;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::views::scene::Hint;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// Lines for the message under the field.
const MESSAGE: u16 = 3;

/// An exact value for a number.
#[derive(Debug)]
pub struct EntryDialog {
    param: ParamId,
    field: Field,
    /// What was typed, or why it means nothing; `None` while nothing is typed.
    parsed: Option<Result<Value, String>>,
}

impl EntryDialog {
    /// Typing a value that starts with this text.
    pub fn new(param: ParamId, start: &str, state: &State) -> Self {
        let mut dialog = Self { param, field: Field::new(start), parsed: None };
        dialog.read(state);
        dialog
    }

    /// What may be typed.
    fn allowed(&self, state: &State) -> String {
        let bare = self.param.bare_means(&state.document.scenario, &state.world.catalog);
        let bare = bare.map_or(String::new(), |words| format!("; {words}"));
        format!("allowed: {}{bare}; also +10%, *2, low..high", self.param.allowed())
    }

    /// Reads what is typed, and shows the scenario with it.
    fn read(&mut self, state: &State) -> Outcome {
        let (text, scenario) = (self.field.text(), &state.document.scenario);
        let parse = || self.param.parse_entry(text, scenario, &state.world.catalog);
        self.parsed = (!text.trim().is_empty()).then(|| parse().map_err(|error| error.to_string()));
        preview(state, self.param, self.parsed.clone().and_then(Result::ok))
    }
}

impl Dialog for EntryDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[(&[Action::Enter], "set"), (&[Action::Escape], "cancel")];
        Face::new(self.param.label, 4 + MESSAGE, TYPED, HINTS)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        match (action, &self.parsed) {
            (Action::Edit(edit), _) => {
                self.field.edit(edit);
                self.read(state)
            }
            (Action::Enter, Some(Ok(value))) => Outcome::Set(self.param, *value),
            (Action::Enter, None) => Outcome::Close,
            (Action::Enter, Some(Err(_))) => {
                self.field.select();
                Outcome::Open
            }
            _ => Outcome::of(action),
        }
    }

    fn insert(&mut self, text: &str, state: &State) -> Outcome {
        self.field.insert(text);
        self.read(state)
    }

    /// Under the slider that it is for, or above it where there is no room.
    fn area(&self, screen: Rect, slider: Option<u16>) -> Rect {
        let slider = slider.unwrap_or(screen.y);
        let height = 4 + MESSAGE;
        let below = slider + 1 + height <= screen.bottom();
        let y = if below { slider + 1 } else { slider.saturating_sub(height) };
        Rect { y, width: widest(screen.width, 64), height, ..screen }
    }

    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let [field, message] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(room);
        self.field.draw("value ", theme, field, buffer);
        let (words, style) = match &self.parsed {
            None => (self.allowed(state), theme.dim),
            Some(Ok(value)) => {
                (format!("= {}", self.param.display(*value, &state.world.catalog)), theme.better)
            }
            Some(Err(error)) => (error.clone(), theme.warning),
        };
        paragraph(&words, style, message, buffer);
        Vec::new()
    }
}
