//! A deck: a scenario that is changed step by step in front of people, and what each step shows of it.
//!
//! Plain data: `files` reads and writes it, [`stage`] works out its figures.

pub mod check;
pub mod stage;
pub mod words;

use crate::analysis::answer::Answer;
use crate::engine::choice::choices;
use crate::scenario::domain::Group;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};

choices! {
    /// A view of the explorer that a step can show, large.
    pub enum ViewName {
        /// Cost over time.
        Overview = "overview",
        /// What each lever would save.
        Levers = "levers",
        /// Every accelerator for the scenario.
        Hardware = "hardware",
        /// What moves an answer most.
        Sensitivity = "sensitivity",
        /// Cost against speed.
        Frontier = "frontier",
        /// What caused the change.
        Compare = "compare",
        /// Cost month by month.
        Growth = "growth",
        /// Where a figure comes from.
        Explain = "explain",
        /// Where to focus, and the same traffic through hosted APIs.
        Advice = "advice",
        /// Requests and cost of each pool.
        Pools = "pools",
    }
}

/// The most figures that a step shows.
pub const MOST_SHOWN: usize = 3;
/// The most sliders that a step offers.
pub const MOST_ASKED: usize = 6;
/// The most steps of a deck.
pub const MOST_STEPS: usize = 100;

/// A story told with figures that are worked out as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Deck {
    /// Its headline.
    pub title: String,
    /// One sentence: what it shows.
    pub summary: String,
    /// Where its inputs come from.
    pub sources: Vec<String>,
    /// What its first step starts from.
    pub start: Start,
    /// Its steps, each of which builds on the one before.
    pub steps: Vec<Step>,
}

/// A scenario that steps start from.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// What opens it, as the deck says it; `None` where the deck writes it out.
    pub named: Option<String>,
    /// The id of a built-in scenario or a model, under which figures were published.
    pub id: Option<String>,
    /// Its name for people.
    pub name: String,
    /// Where its inputs come from.
    pub sources: Vec<String>,
    /// The scenario itself.
    pub scenario: Scenario,
}

/// One idea: what changes, and what is shown of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its headline.
    pub title: String,
    /// Another scenario from which it and the steps after it start; `None` where it builds on the step before.
    pub start: Option<Start>,
    /// What it sets, in the order of the table of parameters.
    pub set: Vec<(ParamId, Value)>,
    /// The figures that it shows large; [`Step::shown`] is never empty.
    pub show: Vec<Answer>,
    /// The figures in which it is paid for.
    pub paid_with: Vec<Answer>,
    /// A view that it shows.
    pub view: Option<ViewName>,
    /// The parameters that people will want to turn.
    pub ask: Vec<ParamId>,
    /// Ids of published figures that stand beside the derived ones.
    pub claims: Vec<String>,
    /// Where else its statements come from.
    pub sources: Vec<String>,
    /// What the presenter says.
    pub say: String,
}

impl Step {
    /// A step with a headline that changes nothing.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            start: None,
            set: Vec::new(),
            show: Vec::new(),
            paid_with: Vec::new(),
            view: None,
            ask: Vec::new(),
            claims: Vec::new(),
            sources: Vec::new(),
            say: String::new(),
        }
    }

    /// The figures that it shows, the one that its view is about first: the cost of a day where none is stated.
    pub fn shown(&self) -> &[Answer] {
        if self.show.is_empty() { &[Answer::DailyCost] } else { &self.show }
    }

    /// It changes something, or shows something else than the step before it.
    pub fn is_new_after(&self, before: &Self) -> bool {
        let is_same_view = self.view.is_none_or(|view| Some(view) == before.view);
        self.start.is_some() || !self.set.is_empty() || self.shown() != before.shown() || !is_same_view
    }

    /// The scenario of the step, from that of the step before.
    pub fn scenario(&self, before: &Scenario) -> Scenario {
        let mut scenario = self.start.as_ref().map_or(*before, |start| start.scenario);
        for (param, value) in &self.set {
            param.set(&mut scenario, *value);
        }
        scenario
    }
}

impl Deck {
    /// A deck of one step about a scenario as it is.
    pub fn of(start: Start) -> Self {
        let step = Step {
            show: vec![Answer::DailyCost, Answer::TrainingCost, Answer::InferenceShare],
            paid_with: vec![Answer::Ttft],
            ask: ParamId::ALL
                .into_iter()
                .filter(|param| param.group == Group::Main)
                .take(MOST_ASKED)
                .collect(),
            ..Step::new(&start.name)
        };
        Self {
            title: start.name.clone(),
            summary: String::new(),
            sources: start.sources.clone(),
            start,
            steps: vec![step],
        }
    }

    /// The scenario of each step.
    pub fn scenarios(&self) -> Vec<Scenario> {
        let steps = self.steps.iter();
        steps
            .scan(self.start.scenario, |scenario, step| {
                *scenario = step.scenario(scenario);
                Some(*scenario)
            })
            .collect()
    }

    /// What a step starts from, its own or that of the last step before it that has one.
    pub fn start_of(&self, step: usize) -> &Start {
        let mut steps = self.steps.iter().take(step + 1).rev();
        steps.find_map(|step| step.start.as_ref()).unwrap_or(&self.start)
    }
}
