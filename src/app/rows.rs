//! The rows of the view at hand: what can be chosen there, and what choosing it does.

use crate::analysis::answer::Answer;
use crate::analysis::attribution::{Attribution, attribute};
use crate::analysis::changes::{Change, changes};
use crate::analysis::frontier::{Frontier, Point, frontier};
use crate::analysis::hardware::{HardwareRow, hardware, serve_on};
use crate::analysis::levers::{Lever, apply, levers};
use crate::analysis::sensitivity::{Sensitivity, sensitivities};
use crate::app::{App, View};
use crate::scenario::domain::Domain;
use crate::scenario::{ParamId, Scenario};

/// What a view lists.
#[derive(Debug, Clone)]
pub enum Rows {
    /// Levers, best first.
    Levers(Vec<Lever>),
    /// Accelerators, cheapest first.
    Hardware(Vec<HardwareRow>),
    /// Parameters by how far they move the answer.
    Sensitivity(Vec<Sensitivity>),
    /// Efficient points, fastest first, and all others.
    Frontier(Box<Frontier>, Vec<Point>),
    /// What differs from the baseline, and what it caused.
    Compare(Comparison),
    /// Lines to read: so many.
    Lines(usize),
}

/// What the table of accelerators is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Cost of a day, those that miss the target after those that meet it.
    #[default]
    Day,
    /// Cost of a million tokens.
    Tokens,
    /// Time to first token.
    First,
    /// Time per output token.
    Token,
    /// Days of training.
    TrainingDays,
    /// Cost of training.
    Training,
}

impl Order {
    /// The next column.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Day => Self::Tokens,
            Self::Tokens => Self::First,
            Self::First => Self::Token,
            Self::Token => Self::TrainingDays,
            Self::TrainingDays => Self::Training,
            Self::Training => Self::Day,
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Day => "cost of a day",
            Self::Tokens => "cost of a million tokens",
            Self::First => "time to first token",
            Self::Token => "time per token",
            Self::TrainingDays => "training days",
            Self::Training => "training cost",
        }
    }

    /// Sorts rows; what does not exist comes last.
    fn sort(self, rows: &mut [HardwareRow]) {
        let serving = |row: &HardwareRow| row.serving.as_ref().ok().copied();
        let training = |row: &HardwareRow| row.training.fits.then_some(row.training);
        let key = |row: &HardwareRow| match self {
            Self::Day => None,
            Self::Tokens => serving(row).and_then(|serving| serving.usd_per_million_tokens),
            Self::First => serving(row).map(|serving| serving.ttft_ms),
            Self::Token => serving(row).map(|serving| serving.tpot_ms),
            Self::TrainingDays => training(row).map(|training| training.days),
            Self::Training => training(row).map(|training| training.programme_usd),
        };
        let key = |row: &HardwareRow| key(row).unwrap_or(f64::INFINITY);
        // The day's order is the analysis's own.
        if self != Self::Day {
            rows.sort_by(|a, b| key(a).total_cmp(&key(b)));
        }
    }
}

/// The scenario against its baseline.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Inputs that differ.
    pub changes: Vec<Change>,
    /// What changed the cost of a day.
    pub daily: Option<Attribution>,
    /// What changed the cost of training.
    pub training: Option<Attribution>,
}

/// What Enter does to the chosen row.
#[derive(Debug, Clone)]
pub enum Choice {
    /// The scenario becomes this, as one step of undo.
    Apply {
        /// What it is called in the history.
        label: String,
        /// The scenario.
        scenario: Box<Scenario>,
    },
    /// A slider gets the focus.
    Focus(ParamId),
    /// Nothing, and why.
    Nothing(&'static str),
}

impl Rows {
    /// The rows of the view at hand.
    #[must_use]
    pub fn of(app: &App) -> Self {
        let case = &app.case;
        match app.view {
            View::Levers => Self::Levers(levers(case)),
            View::Hardware => {
                let mut rows = hardware(case);
                app.order.sort(&mut rows);
                Self::Hardware(rows)
            }
            View::Sensitivity => {
                // Another model or accelerator changes everything: they have views of their own.
                let mut rows = sensitivities(case, app.answer);
                rows.retain(|row| !matches!(row.param.domain, Domain::Model | Domain::Gpu));
                Self::Sensitivity(rows)
            }
            View::Frontier => {
                let frontier = frontier(case);
                let efficient = frontier.efficient().copied().collect();
                Self::Frontier(Box::new(frontier), efficient)
            }
            View::Compare => match &app.baseline {
                Some(baseline) => Self::Compare(Comparison {
                    changes: changes(&baseline.case.scenario, &case.scenario),
                    daily: attribute(&baseline.case, case, Answer::DailyCost),
                    training: attribute(&baseline.case, case, Answer::TrainingCost),
                }),
                None => Self::Lines(0),
            },
            View::Overview | View::Growth | View::Explain | View::Advice => Self::Lines(LONGEST),
        }
    }

    /// Rows that can be chosen.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Levers(rows) => rows.len(),
            Self::Hardware(rows) => rows.len(),
            Self::Sensitivity(rows) => rows.len(),
            Self::Frontier(_, efficient) => efficient.len(),
            Self::Compare(comparison) => comparison.changes.len(),
            Self::Lines(count) => *count,
        }
    }

    /// Nothing can be chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What Enter does to a row.
    #[must_use]
    pub fn choose(&self, row: usize, scenario: &Scenario, catalog: &crate::catalog::Catalog) -> Choice {
        let mut changed = *scenario;
        let label = match self {
            Self::Levers(rows) => match rows.get(row) {
                Some(lever) if !lever.changes.is_empty() => {
                    apply(lever, &mut changed);
                    lever.label.to_owned()
                }
                _ => return Choice::Nothing("this lever is in use, or cannot be switched here"),
            },
            Self::Hardware(rows) => match rows.get(row) {
                Some(row) if !row.serves_now => {
                    serve_on(&mut changed, row.gpu);
                    format!("serve on {}", catalog.gpu(row.gpu).short_name())
                }
                _ => return Choice::Nothing("the scenario serves on it already"),
            },
            Self::Frontier(_, efficient) => match efficient.get(row) {
                Some(point) => {
                    point.apply(&mut changed);
                    format!("batch {} on {} GPUs", point.batch, point.tensor_parallel)
                }
                None => return Choice::Nothing("no point fits"),
            },
            Self::Sensitivity(rows) => return focus(rows.get(row).map(|row| row.param)),
            Self::Compare(comparison) => {
                return focus(comparison.changes.get(row).map(|change| change.param));
            }
            Self::Lines(_) => return Choice::Nothing("there is nothing to apply in this view"),
        };
        Choice::Apply { label, scenario: Box::new(changed) }
    }
}

/// Lines that a text view may scroll through.
const LONGEST: usize = 400;

fn focus(param: Option<ParamId>) -> Choice {
    param.map_or(Choice::Nothing("nothing is chosen"), Choice::Focus)
}
