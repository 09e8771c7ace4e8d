//! Choosing a word, a model or an accelerator from a list, with what helps to choose.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect};
use ratatui_core::style::Style;
use ratatui_core::text::{Line, Span};

use crate::analysis::answer::Answer;
use crate::app::dialog::filtered::Filtered;
use crate::app::dialog::{Dialog, Face, LISTED, Outcome, preview};
use crate::app::state::State;
use crate::catalog::prices::Quote;
use crate::catalog::{Catalog, GpuId};
use crate::engine::outcome::ServingRefusal;
use crate::keymap::Action;
use crate::rank;
use crate::scenario::domain::Domain;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::views::scene::Hint;
use crate::widgets::glyphs;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// Columns of a fact beside a name.
const FACT: usize = 10;
/// The most columns of a name.
const NAME: usize = 34;
/// Lines under the list.
const FOOT: u16 = 2;

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
    /// A day of it costs nothing that is known.
    is_without_cost: bool,
}

impl ChoiceDialog {
    /// Every choice, the current one chosen, or those that a typed text leaves.
    pub fn new(param: ParamId, start: &str, state: &State) -> Self {
        let (catalog, scenario) = (&state.world.catalog, &state.document.scenario);
        let mut values = param.choices(catalog);
        if param.may_be_auto(scenario) {
            values.insert(0, Value::Auto);
        }
        if matches!(param.domain, Domain::Gpu) {
            // The cheapest first, and last what nobody rents out.
            let price = |value: &Value| match value {
                Value::Gpu(id) => {
                    rent(*id, scenario, catalog).map_or(f64::INFINITY, |quote| quote.usd_per_hour)
                }
                _ => 0.0,
            };
            rank::rising(&mut values, price);
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
            Domain::Gpu => &["memory", "price \u{25be}", "a day"],
            Domain::Model => &["size", "training", "a day"],
            _ => &["a day"],
        }
    }

    /// Why the chosen one has no cost, else what is to be known of it, else what is chosen here.
    fn told(&self, state: &State, theme: &Theme) -> (String, Style) {
        let Some(choice) = self.choices.chosen() else { return (String::new(), theme.dim) };
        let refusal = || state.findings.iter().find(|finding| finding.is_refusal());
        if let Some(finding) = refusal().filter(|_| choice.is_without_cost) {
            return (finding.text.clone(), theme.warning);
        }
        let order = if matches!(self.param.domain, Domain::Gpu) {
            " Cheapest hour first; ~ is a weak price."
        } else {
            ""
        };
        (format!("{}{order}", self.param.help), theme.dim)
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
                let price = rent(id, scenario, catalog);
                vec![
                    gpu.memory_words(),
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
        let is_without_cost = Answer::DailyCost.of(&outcome).is_none();
        facts.push(match &outcome.serving {
            Err(ServingRefusal::DoesNotFit(_) | ServingRefusal::NoSuchLayout(_)) => "no fit".to_owned(),
            Err(ServingRefusal::NoSuchModel(_)) => "no model".to_owned(),
            Ok(_) if is_without_cost => "no price".to_owned(),
            Ok(_) => words(Answer::DailyCost),
        });
        Self { value, name: param.display(value, catalog), facts, is_without_cost }
    }
}

/// What an accelerator is rented for on the scenario's basis.
fn rent<'a>(id: GpuId, scenario: &Scenario, catalog: &'a Catalog) -> Option<&'a Quote> {
    catalog.gpu(id).offer(scenario.prices.basis).on_demand.as_ref()
}

impl Dialog for ChoiceDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "set"),
            (&[Action::Escape], "cancel"),
            (&[Action::Up, Action::Down], "choose"),
        ];
        Face::new(self.param.label, self.choices.shown().len().max(1) as u16 + 5 + FOOT, LISTED, HINTS)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        if self.choices.act(action) {
            return self.preview(state);
        }
        match (action, self.choices.chosen()) {
            (Action::Enter, Some(choice)) => Outcome::Set(self.param, choice.value),
            (Action::Enter, None) => {
                self.choices.refuse();
                Outcome::Open
            }
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

    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let [room, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(FOOT)]).areas(room);
        let (words, style) = self.told(state, theme);
        paragraph(&words, style, foot, buffer);
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
