//! Choosing a word, a model or an accelerator from a list.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::App;
use crate::app::dialog::filtered::Filtered;
use crate::app::dialog::{Dialog, Face, Outcome, preview};
use crate::keymap::{Action, Place};
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::widgets::list::window;
use crate::widgets::theme::Theme;

/// A choice from a parameter's words, models or accelerators.
#[derive(Debug)]
pub struct ChoiceDialog {
    /// The parameter.
    param: ParamId,
    /// Values with their names.
    choices: Filtered<(Value, String)>,
}

impl ChoiceDialog {
    /// Every choice, the present one chosen, or those that a typed text leaves.
    #[must_use]
    pub fn new(param: ParamId, start: &str, app: &App) -> Self {
        let (catalog, scenario) = (&app.world.catalog, &app.document.scenario);
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

    fn preview(&self, app: &App) -> Outcome {
        preview(app, self.param, self.choices.chosen().map(|(value, _)| *value))
    }
}

impl Dialog for ChoiceDialog {
    fn face(&self) -> Face {
        Face {
            title: self.param.label,
            height: self.choices.shown().count() as u16 + 5,
            places: &[Place::List, Place::Field, Place::Dialog],
            question: "",
            hints: &[
                (&[Action::Enter], "set"),
                (&[Action::Escape], "leave"),
                (&[Action::Up, Action::Down], "choose"),
            ],
        }
    }

    fn act(&mut self, action: Action, app: &App) -> Outcome {
        if self.choices.act(action) {
            return self.preview(app);
        }
        match (action, self.choices.chosen()) {
            (Action::Enter, Some((value, _))) => Outcome::Set(self.param, *value),
            _ => Outcome::of(action),
        }
    }

    fn insert(&mut self, text: &str, app: &App) -> Outcome {
        self.choices.insert(text);
        self.preview(app)
    }

    fn draw(&self, _app: &App, theme: &Theme, room: Rect, buffer: &mut Buffer) {
        let [filter, list] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(room);
        self.choices.draw_filter(theme, filter, buffer);
        let shown: Vec<_> = self.choices.shown().collect();
        for (y, row) in (list.y..).zip(window(self.choices.row(), shown.len(), list.height)) {
            let style = if row == self.choices.row() { theme.chosen } else { theme.base };
            buffer.set_stringn(list.x, y, format!(" {} ", shown[row].1), usize::from(list.width), style);
        }
    }
}
