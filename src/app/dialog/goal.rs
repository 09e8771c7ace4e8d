//! Goal seek: a sentence that says which figure is to become what, and the ways to get there.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::goal::{GoalResult, solve};
use crate::app::dialog::field::Field;
use crate::app::dialog::{Dialog, Face, Outcome, preview};
use crate::app::state::State;
use crate::keymap::{Action, Place};
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{self, Unit, format};
use crate::text::wrap::{columns, fit, pad};
use crate::views::scene::Hint;
use crate::widgets::glyphs;
use crate::widgets::list::window;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// Sliders that may reach a goal, beside the focused one.
const USUAL: [ParamId; 7] = [
    ParamId::ServingBatchSize,
    ParamId::WorkloadCacheHitRate,
    ParamId::WorkloadRequestsPerDay,
    ParamId::WorkloadSequenceLength,
    ParamId::WorkloadPrefixCacheHitRate,
    ParamId::ModelSize,
    ParamId::TrainingTokens,
];
/// Columns of a slider's name.
const LABEL: usize = 16;

/// A goal: bring an answer to a target by changing a parameter.
#[derive(Debug)]
pub struct GoalDialog {
    /// The parameters that may change, the focused one first.
    params: Vec<ParamId>,
    /// The answer that is aimed at.
    answer: Answer,
    /// The target value, as typed.
    field: Field,
    /// What is wrong with what is typed.
    error: Option<String>,
    /// The ways that were found, in the order of the parameters: the focused one also where it leads nowhere.
    ways: Vec<Way>,
    row: usize,
}

#[derive(Debug)]
struct Way {
    param: ParamId,
    /// The value and what the answer becomes; else why there is none.
    found: Result<(Value, f64), String>,
}

impl GoalDialog {
    /// Stating a goal for an answer. Without a focused parameter the usual ones are tried.
    pub fn new(focused: Option<ParamId>, answer: Answer, state: &State) -> Self {
        let usual = USUAL.into_iter().filter(|param| Some(*param) != focused);
        let free = |param: &ParamId| !state.locked.contains(param);
        let params = focused.into_iter().chain(usual).filter(free).collect();
        Self { params, answer, field: Field::default(), error: None, ways: Vec::new(), row: 0 }
    }

    /// Looks for the values that reach what is typed, and shows the scenario with the chosen one.
    fn seek(&mut self, state: &State) -> Outcome {
        self.row = 0;
        self.error = None;
        self.ways.clear();
        let text = self.field.text().trim();
        if !text.is_empty() {
            match quantity::parse(text, self.answer.unit()) {
                Err(error) => self.error = Some(error.to_string()),
                Ok(target) => {
                    let case = state.case.of(state.document.scenario);
                    let ways = self.params.iter().map(|param| self.way(*param, target, &case));
                    let first = self.params.first();
                    self.ways = ways.filter(|way| way.found.is_ok() || Some(&way.param) == first).collect();
                    self.row = self.ways.iter().position(|way| way.found.is_ok()).unwrap_or(0);
                }
            }
        }
        self.preview(state)
    }

    fn way(&self, param: ParamId, target: f64, case: &Case) -> Way {
        let words = |number: f64| format(number, self.answer.unit());
        let shown = |value: Value| param.display(value, case.catalog());
        let found = match solve(case, self.answer, target, param) {
            GoalResult::Found { value, reached } => Ok((value, reached)),
            GoalResult::OutOfReach { low, low_at, high, high_at } => Err(format!(
                "out of reach: {} (at {}) to {} (at {})",
                words(low),
                shown(low_at),
                words(high),
                shown(high_at)
            )),
            GoalResult::NoEffect { answer } => Err(format!("no effect: it stays {}", words(answer))),
            GoalResult::NoAnswer => Err("this figure does not exist at any value".to_owned()),
        };
        Way { param, found }
    }

    fn chosen(&self) -> Option<(ParamId, Value)> {
        let way = self.ways.get(self.row)?;
        Some((way.param, way.found.as_ref().ok()?.0))
    }

    fn preview(&self, state: &State) -> Outcome {
        self.chosen().map_or(Outcome::Preview(None), |(param, value)| preview(state, param, Some(value)))
    }

    fn line(&self, way: &Way, is_chosen: bool, state: &State, theme: &Theme, width: usize) -> Line<'static> {
        let style = if is_chosen { theme.chosen } else { theme.base };
        let catalog = &state.world.catalog;
        let label = pad(way.param.label, LABEL);
        let (words, role) = match &way.found {
            Ok((value, reached)) => {
                let now = way.param.display(way.param.effective(&state.document.scenario, catalog), catalog);
                let then = way.param.display(*value, catalog);
                let change = format!("{now} {} {then}", glyphs::ARROW);
                (format!("{} {}", pad(&change, 24), format(*reached, self.answer.unit())), style)
            }
            Err(why) => (why.clone(), theme.dim),
        };
        let words = fit(&words, width.saturating_sub(columns(&label)));
        Line::from(vec![Span::styled(label, style), Span::styled(words, role)])
    }
}

impl Dialog for GoalDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "set"),
            (&[Action::Escape], "cancel"),
            (&[Action::NextAnswer], "another figure"),
            (&[Action::Up, Action::Down], "another way"),
        ];
        Face::new("Goal", self.ways.len() as u16 + 6, &[Place::Goal, Place::Field, Place::Dialog], HINTS)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        let last = self.ways.len().saturating_sub(1);
        match action {
            Action::Enter => {
                return match self.chosen() {
                    Some((param, value)) => Outcome::Set(param, value),
                    None => Outcome::Open,
                };
            }
            Action::Up | Action::Down => {
                let down = action == Action::Down;
                self.row = if down { (self.row + 1).min(last) } else { self.row.saturating_sub(1) };
                return self.preview(state);
            }
            Action::NextAnswer => self.answer = self.answer.after(1),
            Action::PreviousAnswer => self.answer = self.answer.after(-1),
            Action::Edit(edit) => self.field.edit(edit),
            _ => return Outcome::of(action),
        }
        self.seek(state)
    }

    fn insert(&mut self, text: &str, state: &State) -> Outcome {
        self.field.insert(text);
        self.seek(state)
    }

    fn point(&mut self, row: usize, state: &State) -> Outcome {
        self.row = row;
        self.preview(state)
    }

    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let [sentence, note, list] =
            Layout::vertical([Constraint::Length(1), Constraint::Length(2), Constraint::Fill(1)]).areas(room);
        let before = format!("Make the {} ", self.answer.label());
        self.field.draw(&before, theme, sentence, buffer);
        let now = state.start_of_goal(self.answer);
        let example = match self.answer.unit() {
            Unit::Usd => "as $2,000 or 1.5M",
            Unit::Milliseconds => "as 500 or 2s",
            Unit::Share => "as 60%",
            _ => "as 100",
        };
        let (words, style) = match &self.error {
            Some(error) => (error.clone(), theme.warning),
            None => (format!("now {now}; type what it should be, {example}"), theme.dim),
        };
        paragraph(&words, style, note, buffer);
        let width = usize::from(list.width);
        let shown = window(self.row, self.ways.len(), list.height);
        let mut places = Vec::new();
        for (row, index) in list.rows().zip(shown) {
            self.line(&self.ways[index], index == self.row, state, theme, width).render(row, buffer);
            places.push((row, index));
        }
        places
    }
}
