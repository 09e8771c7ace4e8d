//! Choosing a word, a model or an accelerator from a list, with what helps to choose.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::analysis::answer::Answer;
use crate::app::dialog::filtered::Filtered;
use crate::app::dialog::{Dialog, Face, LISTED, Outcome, preview};
use crate::app::state::State;
use crate::keymap::Action;
use crate::scenario::ParamId;
use crate::scenario::domain::Domain;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::views::scene::Hint;
use crate::widgets::glyphs;
use crate::widgets::theme::Theme;

/// Columns of a fact beside a name.
const FACT: usize = 10;
/// The most columns of a name.
const NAME: usize = 34;

/// A choice from a parameter's words, models or accelerators.
#[derive(Debug)]
pub struct ChoiceDialog {
    param: ParamId,
    choices: Filtered<Choice>,
}

/// A value with its name and what helps to choose it.
#[derive(Debug, Clone)]
struct Choice {
    value: Value,
    name: String,
    facts: Vec<String>,
}

impl ChoiceDialog {
    /// Every choice, the current one chosen, or those that a typed text leaves.
    pub fn new(param: ParamId, start: &str, state: &State) -> Self {
        let (catalog, scenario) = (&state.world.catalog, &state.document.scenario);
        let mut values = param.choices(catalog);
        if param.optional {
            values.insert(0, Value::Auto);
        }
        let present = if param.optional { param.stated(scenario) } else { param.shown(scenario, catalog) };
        let present = values.iter().position(|value| *value == present).unwrap_or(0);
        let choices = values.into_iter().map(|value| Choice::new(param, value, state));
        let searched = |choice: &Choice| {
            let id = match choice.value {
                Value::Gpu(id) => catalog.gpu(id).id.clone(),
                Value::Model(id) => catalog.model(id).id.clone(),
                _ => String::new(),
            };
            (choice.name.clone(), id)
        };
        let mut choices = Filtered::new(choices, searched, present);
        if !start.is_empty() {
            choices.insert(start);
        }
        Self { param, choices }
    }

    /// What the facts of a choice are called.
    fn headings(&self) -> &'static [&'static str] {
        match self.param.domain {
            Domain::Gpu => &["memory", "price", "a day"],
            Domain::Model => &["size", "training", "a day"],
            _ => &["a day"],
        }
    }

    fn preview(&self, state: &State) -> Outcome {
        preview(state, self.param, self.choices.chosen().map(|choice| choice.value))
    }
}

impl Choice {
    fn new(param: ParamId, value: Value, state: &State) -> Self {
        let (catalog, scenario) = (&state.world.catalog, &state.document.scenario);
        let changed = {
            let mut scenario = *scenario;
            param.put(&mut scenario, value);
            scenario
        };
        let outcome = state.world.evaluate(&changed);
        let words = |answer: Answer| {
            answer.of(&outcome).map_or(glyphs::DASH.to_owned(), |value| format(value, answer.unit()))
        };
        let mut facts = match value {
            Value::Gpu(id) => {
                let gpu = catalog.gpu(id);
                let price = gpu.offer(scenario.prices.basis).on_demand.as_ref();
                vec![
                    format(gpu.gpu.memory_bytes, Unit::Bytes),
                    price.map_or(glyphs::DASH.to_owned(), |quote| {
                        let mark = if quote.standing.mark().is_some() { "~" } else { "" };
                        format!("{mark}{}", format(quote.usd_per_hour, Unit::UsdPerHour))
                    }),
                ]
            }
            Value::Model(_) => {
                vec![format(outcome.total_parameters, Unit::Parameters), words(Answer::TrainingCost)]
            }
            _ => Vec::new(),
        };
        facts.push(words(Answer::DailyCost));
        Self { value, name: param.display(value, catalog), facts }
    }
}

impl Dialog for ChoiceDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "set"),
            (&[Action::Escape], "cancel"),
            (&[Action::Up, Action::Down], "choose"),
        ];
        Face::new(self.param.label, self.choices.shown().len() as u16 + 6, LISTED, HINTS)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        if self.choices.act(action) {
            return self.preview(state);
        }
        match (action, self.choices.chosen()) {
            (Action::Enter, Some(choice)) => Outcome::Set(self.param, choice.value),
            _ => Outcome::of(action),
        }
    }

    fn insert(&mut self, text: &str, state: &State) -> Outcome {
        self.choices.insert(text);
        self.preview(state)
    }

    fn point(&mut self, row: usize, state: &State) -> Outcome {
        self.choices.choose(row);
        self.preview(state)
    }

    fn count(&self) -> usize {
        self.choices.shown().len()
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let headings = self.headings();
        let facts = headings.len() * FACT;
        let longest = self.choices.shown().map(|choice| columns(&choice.name)).max().unwrap_or(0);
        let name = longest.clamp(12, NAME).min(usize::from(room.width).saturating_sub(facts + 2));
        let line = |choice: &Choice| {
            let facts: String = choice.facts.iter().map(|fact| align_right(fact, FACT)).collect();
            (fit(&choice.name, name), facts)
        };
        let places = self.choices.draw(
            |_| "",
            |choice, style| {
                let (short, facts) = line(choice);
                let lit = if short == choice.name {
                    self.choices.lit(&choice.name, style, theme)
                } else {
                    vec![Span::styled(short.clone(), style)]
                };
                let mut spans = vec![Span::styled(" ", style)];
                spans.extend(lit);
                spans.push(Span::styled(pad("", name.saturating_sub(columns(&short))), style));
                spans.push(Span::styled(facts, style));
                Line::from(spans)
            },
            theme,
            room,
            buffer,
        );
        let words: String = headings.iter().map(|heading| align_right(heading, FACT)).collect();
        let x = room.x + 1 + name as u16;
        buffer.set_stringn(x, room.y, words, usize::from(room.right().saturating_sub(x)), theme.dim);
        places
    }
}
