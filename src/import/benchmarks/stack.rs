//! What results of benchmarks make of the constants of a stack, and what that is worth.

use std::path::Path;

use crate::analysis::case::Case;
use crate::catalog::profiles::{Point, Profile, ProfileError};
use crate::engine::arrivals::Arrivals;
use crate::engine::serving::Deployment;
use crate::evidence::measurement::Measurement;
use crate::evidence::serving::Trial;
use crate::fitting::profile::{Update, is_rate, is_wait, objection, update};
use crate::import::benchmarks::Run;

/// Fewest figures that move constants.
pub const FEWEST: usize = 3;
/// A constant so far from that of other stacks, in standard deviations, makes up for something else.
const MOST_DEVIATIONS: f64 = 3.0;
/// A logarithmic error that no constants explain: 1.5 times as much.
const FAR_OFF: f64 = 0.4;
/// Requests that came faster than they were answered waited, unless nearly all were answered.
const ANSWERED: f64 = 0.95;

/// A measurement that was left aside, and why.
#[derive(Debug)]
pub struct Aside {
    /// Which.
    pub place: String,
    /// Which figure of it; all where none is named.
    pub figure: Option<&'static str>,
    pub reason: String,
}

impl Aside {
    /// Both in words.
    pub fn words(&self) -> String {
        let figure = self.figure.map(|figure| format!(", {figure}")).unwrap_or_default();
        format!("{}{figure}: {}", file_name(&self.place), self.reason)
    }
}

/// A place without its folder.
pub fn file_name(place: &str) -> &str {
    Path::new(place).file_name().and_then(|name| name.to_str()).unwrap_or(place)
}

/// A figure for people.
pub fn figure(row: &Measurement<Trial>) -> &'static str {
    if is_rate(row.kind) {
        "tokens/s per GPU"
    } else if is_wait(row.kind) {
        "ms to first token"
    } else {
        "ms per token"
    }
}

/// What runs made of the constants.
#[derive(Debug)]
pub struct Calibration {
    /// The figures that say something about the engine.
    pub rows: Vec<Measurement<Trial>>,
    pub update: Update,
    pub verdict: Verdict,
}

/// Moves the constants by the runs of a stack; what was left aside is told either way, and there is no calibration where too
/// little is left.
pub fn calibrate(runs: &[Run], stack: &Deployment) -> (Option<Calibration>, Vec<Aside>) {
    let (rows, aside) = sift(runs, stack);
    if rows.len() < FEWEST {
        return (None, aside);
    }
    let update = update(&rows.iter().collect::<Vec<_>>());
    let verdict = Verdict::of(&update);
    (Some(Calibration { rows, update, verdict }), aside)
}

impl Calibration {
    /// The profile that it makes, under a name.
    pub fn profile(&self, id: &str, case: &Case) -> Profile {
        let Self { rows, update, .. } = self;
        let percent = |errors: &[f64]| 100.0 * (size(errors).exp() - 1.0);
        let (before, left) = (percent(&update.before), percent(&update.left_out));
        let summary = format!(
            "{} figures of {}: off by {before:.0}% before, and by {left:.0}% where they were left out.",
            rows.len(),
            case.served_model().map_or("a model", |model| case.catalog().model(model).slider_name()),
        );
        let near = |belongs: fn(&Measurement<Trial>) -> bool| {
            let own = rows.iter().zip(&update.left_out).filter(|(row, _)| belongs(row));
            let squares: Vec<f64> = own.map(|(_, error)| error * error).collect();
            let count = squares.len() as f64;
            // Of few rows, the next may lie further out.
            (!squares.is_empty())
                .then(|| (squares.iter().sum::<f64>() / count).sqrt() * (1.0 + count.recip()))
        };
        Profile {
            id: id.to_owned(),
            summary,
            constants: update.constants,
            error: ProfileError {
                throughput: near(|row| is_rate(row.kind)),
                tpot: near(|row| !is_rate(row.kind) && !is_wait(row.kind)),
                ttft: near(|row| is_wait(row.kind)),
            },
            measured: rows.iter().map(|row| Point::from(&row.setup.deployment)).collect(),
        }
    }
}

/// What a calibration is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Helps,
    /// Figures that were left out are no nearer than before.
    NoBetter,
    /// Even the figures that moved the constants are far off, or a constant went farther than any stack's.
    AnotherStack,
}

impl Verdict {
    /// Why nothing is kept, in words; `None` where it helps.
    pub const fn objection(self) -> Option<&'static str> {
        match self {
            Self::Helps => None,
            Self::NoBetter => Some("Figures that were left out are predicted no better: nothing is kept."),
            Self::AnotherStack => Some(
                "No constants of such a stack come near these figures: what was measured is hardly the stack that the scenario \
                 describes. Nothing is kept.",
            ),
        }
    }

    fn of(update: &Update) -> Self {
        let strained = update.moved.iter().any(|moved| moved.deviations.abs() > MOST_DEVIATIONS);
        if strained || size(&update.after) > FAR_OFF {
            Self::AnotherStack
        } else if size(&update.left_out) < size(&update.before) {
            Self::Helps
        } else {
            Self::NoBetter
        }
    }
}

/// The deployment that a scenario describes; `None` where the model does not fit. Prompts of benchmarks share nothing, unless
/// the scenario says so.
pub fn stack(case: &Case) -> Option<Deployment> {
    let main = &case.outcome.serving.as_ref().ok()?.main;
    let prefix_hit_rate = case.scenario.workload.prefix_cache_hit_rate.unwrap_or(0.0);
    Some(Deployment { prefix_hit_rate, prompt_spread: 0.0, output_spread: 0.0, ..main.plan.deployment })
}

/// The figures that say something about the engine, and those that do not, with the reason.
fn sift(runs: &[Run], stack: &Deployment) -> (Vec<Measurement<Trial>>, Vec<Aside>) {
    let (mut rows, mut asides) = (Vec::new(), Vec::new());
    for run in runs {
        let whole = |reason: String| Aside { place: run.place.clone(), figure: None, reason };
        if let Some(reason) = run.unusable {
            asides.push(whole(reason.to_owned()));
            continue;
        }
        if run.arrivals == Arrivals::Poisson && run.answered_share < ANSWERED {
            let share = 100.0 * run.answered_share;
            asides.push(whole(format!("looks queued: {share:.0}% of what came was answered")));
            continue;
        }
        for row in run.measured(stack) {
            if let Some(reason) = objection(&row) {
                asides.push(Aside { place: row.id.clone(), figure: Some(figure(&row)), reason });
            } else {
                rows.push(row);
            }
        }
    }
    (rows, asides)
}

/// The mean size of errors.
fn size(errors: &[f64]) -> f64 {
    errors.iter().map(|error| error.abs()).sum::<f64>() / errors.len() as f64
}
