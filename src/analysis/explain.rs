//! Explanations: each figure's formula with the scenario's numbers in it, down to data sheets, prices and the measured
//! results that lie nearest.

mod capacity;
mod change;
mod costs;
mod facts;
pub mod origin;
mod waits;

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::published::Published;
use crate::scenario::ParamId;
use crate::text::quantity::{self, Unit, format};
use crate::text::wrap::{align_right, columns};

/// What is said where a price is missing.
const NO_PRICE: &str = "no price: set one";

/// A figure that some line of an explanation gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An answer.
    Of(Answer),
    /// Time to the first token after all thinking.
    FirstAnswer,
    /// Requests in flight.
    InFlight,
    /// What was promised.
    Promise,
    /// What is paid and idle.
    Idle,
    /// The people beside a day of serving.
    People,
    /// The price of the GPUs that serve.
    ServingPrice,
    /// Memory of a GPU that serves.
    Memory,
    /// What limits a replica.
    Bound,
    /// The layout of a replica.
    Replica,
    /// GPUs of the training run.
    TrainingGpus,
    /// The people of training.
    TrainingPeople,
    /// The price of the GPUs that train.
    TrainingPrice,
    /// Memory of a GPU that trains.
    TrainingMemory,
}

/// A figure and the lines that lead to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What it is called.
    pub figure: &'static str,
    /// Its value, in words; empty where it is no single one.
    pub value: String,
    /// The answers that it leads to.
    pub answers: &'static [Answer],
    /// Formulas, what goes into them, and what was published.
    pub lines: Vec<Line>,
}

/// A formula with its numbers, an item of one, or a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Of how many of the lines above it is a part.
    pub depth: usize,
    /// What it says.
    pub words: String,
    /// The parameters that go into it.
    pub inputs: &'static [ParamId],
    /// The figures that it gives.
    pub gives: &'static [Subject],
    /// Who published it.
    pub source: Option<String>,
}

impl Explanation {
    /// The figure and its value.
    pub fn title(&self) -> String {
        if self.value.is_empty() {
            self.figure.to_owned()
        } else {
            format!("{}: {}", self.figure, self.value)
        }
    }
}

impl Line {
    /// A line that parameters go into.
    fn of(words: String, inputs: &'static [ParamId]) -> Self {
        Self { depth: 0, words, inputs, gives: &[], source: None }
    }

    /// A line that somebody published.
    fn by(words: String, source: impl Into<String>) -> Self {
        Self { depth: 0, words, inputs: &[], gives: &[], source: Some(source.into()) }
    }

    /// The same as a part of the line above, or of that one's.
    fn at(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// The same as the one that gives these figures.
    fn giving(self, gives: &'static [Subject]) -> Self {
        Self { gives, ..self }
    }

    /// The whole line, indented by its depth, with its source.
    pub fn text(&self) -> String {
        let source = self.source.as_ref().map_or(String::new(), |source| format!(" ({source})"));
        format!("{}{}{source}", "  ".repeat(self.depth), self.words)
    }
}

impl From<String> for Line {
    fn from(words: String) -> Self {
        Self::of(words, &[])
    }
}

/// The explanations of a scenario's figures, from money down to facts; what was published of a figure is told with it.
pub fn explain(case: &Case, published: &[Published]) -> Vec<Explanation> {
    let mut sections = match case.outcome.fault {
        Some(fault) => vec![facts::impossible(fault)],
        None if !case.outcome.training.run.fits => vec![costs::no_training(case)],
        None => vec![costs::training_cost(case), costs::gpu_hours(case)],
    };
    if let Ok(serving) = &case.outcome.serving {
        sections.push(costs::daily_cost(case, serving));
        sections.extend(costs::split(case, serving));
        sections.push(capacity::throughput(serving));
        sections.push(waits::latency(case, serving));
        sections.push(waits::replica(case, serving));
        sections.push(capacity::memory(case, serving));
        sections.push(facts::measured(case, serving));
    }
    sections.push(facts::facts(case));
    for claim in published {
        let answer = claim.answer();
        let section = sections
            .iter_mut()
            .find(|section| answer.is_some_and(|answer| section.answers.contains(&answer)));
        if let Some(section) = section {
            section.lines.extend(told(claim));
        }
    }
    sections
}

/// What changed each cost since another case: before what it comes from now stands why it is another.
pub fn explain_change(before: &Case, now: &Case, sections: &mut [Explanation]) {
    for section in sections {
        for answer in section.answers.iter().take(1) {
            section.lines.splice(0..0, change::since(*answer, before, now));
        }
    }
}

/// What was published, how it compares, and why it differs.
fn told(claim: &Published) -> Vec<Line> {
    let statement = format!("published: {}", claim.statement);
    let why = claim.relation().into_iter().chain(claim.reason.as_deref().map(str::to_owned));
    std::iter::once(Line::by(statement, claim.source.as_ref()))
        .chain(why.map(|words| Line::from(words).at(1)))
        .collect()
}

fn usd(value: f64) -> String {
    format(value, Unit::Usd)
}

fn count(value: f64) -> String {
    format(value, Unit::Count)
}

fn ms(seconds: f64) -> String {
    format(seconds * 1e3, Unit::Milliseconds)
}

/// From this sum on a bill has no cents: its figures are by far not as sure. USD.
const WITHOUT_CENTS: f64 = 1_000.0;

/// A bill to the dollar, a small one to the cent: its lines add up to the total as it is printed, rounding included.
fn bill(total: &str, lines: impl IntoIterator<Item = (String, f64)>) -> Vec<Line> {
    let lines: Vec<(String, f64)> = lines.into_iter().filter(|(_, usd)| *usd != 0.0).collect();
    let is_small = lines.iter().map(|(_, usd)| usd).sum::<f64>() < WITHOUT_CENTS;
    let printed = if is_small { quantity::usd_and_cents } else { quantity::whole_usd };
    let rounded = |usd: f64| if is_small { (usd * 100.0).round() / 100.0 } else { usd.round() };
    let mut sum = 0.0;
    let mut bill: Vec<(String, String)> = Vec::new();
    for (item, usd) in lines {
        let before = rounded(sum);
        sum += usd;
        bill.push((printed(rounded(sum) - before), item));
    }
    bill.push((printed(rounded(sum)), total.to_owned()));
    let width = bill.iter().map(|(amount, _)| columns(amount)).max().unwrap_or(0);
    let line =
        |(amount, item): (String, String)| Line::from(format!("{} {item}", align_right(&amount, width)));
    bill.into_iter().map(|row| line(row).at(1)).collect()
}
