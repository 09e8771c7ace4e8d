//! Goal seek: bringing an answer to a target by changing a parameter.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::analysis::answer::Answer;
use crate::analysis::goal::{GoalResult, solve};
use crate::app::dialog::field::Field;
use crate::app::dialog::{Dialog, Face, LISTED, Outcome, preview};
use crate::app::hints::Hint;
use crate::app::state::State;
use crate::keymap::Action;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// A goal: bring an answer to a target by changing a parameter.
#[derive(Debug)]
pub struct GoalDialog {
    /// The parameter that may change.
    param: ParamId,
    /// The answer that is aimed at.
    answer: Answer,
    /// The target value, as typed.
    field: Field,
    /// What was found; `Err` in words where nothing was.
    result: Option<Result<Value, String>>,
}

impl GoalDialog {
    /// Stating a goal for an answer.
    pub fn new(param: ParamId, answer: Answer) -> Self {
        Self { param, answer, field: Field::default(), result: None }
    }

    /// Looks for the value that reaches what is typed, and shows the scenario with it.
    fn seek(&mut self, state: &State) -> Outcome {
        let text = self.field.text().trim();
        self.result = (!text.is_empty()).then(|| match quantity::parse(text, self.answer.unit()) {
            Err(error) => Err(error.to_string()),
            Ok(target) => self.solve(target, state),
        });
        preview(state, self.param, self.result.clone().and_then(Result::ok))
    }

    fn solve(&self, target: f64, state: &State) -> Result<Value, String> {
        let words = |number: f64| quantity::format(number, self.answer.unit());
        let shown = |value: Value| self.param.display(value, &state.world.catalog);
        match solve(&state.case.of(state.document.scenario), self.answer, target, self.param) {
            GoalResult::Found { value, .. } => Ok(value),
            GoalResult::OutOfReach { low, low_at, high, high_at } => Err(format!(
                "out of reach: it ranges from {} (at {}) to {} (at {})",
                words(low),
                shown(low_at),
                words(high),
                shown(high_at)
            )),
            GoalResult::NoEffect { answer } => {
                Err(format!("it stays {} wherever this slider is", words(answer)))
            }
            GoalResult::NoAnswer => Err("this figure does not exist at any value of this slider".to_owned()),
        }
    }
}

impl Dialog for GoalDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Up, Action::Down], "figure"),
            (&[Action::Enter], "set"),
            (&[Action::Escape], "cancel"),
        ];
        Face::new("Goal", 9, LISTED, HINTS)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        match (action, &self.result) {
            (Action::Enter, Some(Ok(value))) => return Outcome::Set(self.param, *value),
            (Action::Down, _) => self.answer = self.answer.after(1),
            (Action::Up, _) => self.answer = self.answer.after(-1),
            (Action::Edit(edit), _) => self.field.edit(edit),
            _ => return Outcome::of(action),
        }
        self.seek(state)
    }

    fn insert(&mut self, text: &str, state: &State) -> Outcome {
        self.field.insert(text);
        self.seek(state)
    }

    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) {
        let shown = |value: Value| self.param.display(value, &state.world.catalog);
        let [goal, field, by, _, found] =
            Layout::vertical([1, 1, 1, 1, 2].map(Constraint::Length)).areas(room);
        paragraph(&format!("Bring the {}", self.answer.label()), theme.answer, goal, buffer);
        self.field.draw("to ", theme, field, buffer);
        let now = shown(self.param.effective(&state.document.scenario, &state.world.catalog));
        paragraph(&format!("by changing {} (now {now})", self.param.label), theme.base, by, buffer);
        let (words, style) = match &self.result {
            None => return,
            Some(Ok(value)) => {
                let reached = state.figures.words(self.answer);
                (format!("= {}, which gives {reached}", shown(*value)), theme.answer)
            }
            Some(Err(error)) => (error.clone(), theme.alert),
        };
        paragraph(&words, style, found, buffer);
    }
}
