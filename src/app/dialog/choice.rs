//! Choosing a word, a model or an accelerator from a list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::dialog::filtered::Filtered;
use crate::app::dialog::{Dialog, Face, LISTED, Outcome, preview};
use crate::app::hints::Hint;
use crate::app::state::State;
use crate::keymap::Action;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::widgets::theme::Theme;

/// A choice from a parameter's words, models or accelerators.
#[derive(Debug)]
pub struct ChoiceDialog {
    param: ParamId,
    /// Values with their names.
    choices: Filtered<(Value, String)>,
}

impl ChoiceDialog {
    /// Every choice, the current one chosen, or those that a typed text leaves.
    pub fn new(param: ParamId, start: &str, state: &State) -> Self {
        let (catalog, scenario) = (&state.world.catalog, &state.document.scenario);
        let mut values = param.choices(catalog);
        if param.optional {
            values.insert(0, Value::Auto);
        }
        let present = values.iter().position(|value| *value == param.stated(scenario)).unwrap_or(0);
        let named = values.into_iter().map(|value| (value, param.display(value, catalog)));
        let mut choices = Filtered::new(named, |(_, name)| name.clone(), present);
        if !start.is_empty() {
            choices.insert(start);
        }
        Self { param, choices }
    }

    fn preview(&self, state: &State) -> Outcome {
        preview(state, self.param, self.choices.chosen().map(|(value, _)| *value))
    }
}

impl Dialog for ChoiceDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "set"),
            (&[Action::Escape], "cancel"),
            (&[Action::Up, Action::Down], "choose"),
        ];
        Face::new(self.param.label, self.choices.shown().count() as u16 + 5, LISTED, HINTS)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        if self.choices.act(action) {
            return self.preview(state);
        }
        match (action, self.choices.chosen()) {
            (Action::Enter, Some((value, _))) => Outcome::Set(self.param, *value),
            _ => Outcome::of(action),
        }
    }

    fn insert(&mut self, text: &str, state: &State) -> Outcome {
        self.choices.insert(text);
        self.preview(state)
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) {
        let line = |(_, name): &(Value, String), style| Line::from(Span::styled(format!(" {name} "), style));
        self.choices.draw(|_| "", line, theme, room, buffer);
    }
}
