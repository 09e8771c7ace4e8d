//! `whatif calibrate`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;

use crate::analysis::case::Case;
use crate::catalog::profiles::{Point, Profile, ProfileError};
use crate::cli::input::{Opened, Options};
use crate::cli::output::{CHECK_FAILED, FormatArgs};
use crate::engine::arrivals::Arrivals;
use crate::engine::serving::Deployment;
use crate::evidence::measurement::Measurement;
use crate::evidence::serving::Trial;
use crate::files::store::DEFAULT_SCENARIO;
use crate::fitting::profile::{Update, is_rate, is_wait, objection, update};
use crate::import::benchmarks::{self, Run};
use crate::report::profile::{Aside, Calibrated, figure, page};

/// Fewest figures that move constants.
const FEWEST: usize = 3;
/// A constant so far from that of other stacks, in standard deviations, makes up for something else.
const MOST_DEVIATIONS: f64 = 4.0;
/// A logarithmic error that no constants explain: 1.5 times as much.
const FAR_OFF: f64 = 0.4;
/// Requests that came faster than they were answered waited, unless nearly all were answered.
const ANSWERED: f64 = 0.95;

/// Move the constants to your own stack, from results of your benchmarks
#[derive(Debug, Args)]
pub(super) struct Calibrate {
    /// Results of vllm bench serve, `SGLang`, `GuideLLM`, `AIPerf` or llama-bench
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Keep what was found as a profile, for `serving.profile`
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// The scenario that says what was measured: model, GPU, engine, formats, parallel degrees
    #[arg(long, value_name = "NAME", default_value = DEFAULT_SCENARIO)]
    scenario: String,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    format: FormatArgs,
}

impl Calibrate {
    /// Shows row by row what is predicted and what was measured, and what was moved; status 1 where that does not help.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut world = self.options.world()?;
        let (document, origin) = self.options.open(&self.scenario, &mut world.catalog)?;
        let case = Opened { document, origin, world }.case();
        let stack = stack(&case)?;
        let mut runs = Vec::new();
        for file in &self.files {
            runs.extend(benchmarks::open(file)?);
        }
        let (measured, aside) = sift(&runs, &stack);
        let rows: Vec<&Measurement<Trial>> = measured.iter().collect();
        if rows.len() < FEWEST {
            let reasons: Vec<String> = aside.iter().map(|aside| format!("\n{}", aside.words())).collect();
            return Err(anyhow!(
                "figures that say something about the engine: {}; at least {FEWEST} are needed{}",
                rows.len(),
                reasons.concat()
            ));
        }
        let update = update(&rows);
        let verdict = Verdict::of(&update);
        let outcome = self.keep(&case, &rows, &update, verdict)?;
        let found =
            Calibrated { stack: words(&case, &stack), rows: &rows, aside: &aside, update: &update, outcome };
        let status = self.format.print(&page(&found))?;
        Ok(if verdict == Verdict::Helps { status } else { ExitCode::from(CHECK_FAILED) })
    }

    /// Keeps the profile where it helps, and says what became of it.
    fn keep(
        &self,
        case: &Case,
        rows: &[&Measurement<Trial>],
        update: &Update,
        verdict: Verdict,
    ) -> Result<String> {
        match verdict {
            Verdict::Helps => {}
            Verdict::NoBetter => {
                return Ok("Figures that were left out are predicted no better: nothing is kept.".to_owned());
            }
            Verdict::AnotherStack => {
                return Ok(
                    "No constants of such a stack come near these figures: what was measured is hardly the \
                           stack that the scenario describes. Nothing is kept."
                        .to_owned(),
                );
            }
        }
        let Some(name) = &self.save else {
            return Ok("Nothing is kept without --save NAME.".to_owned());
        };
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
        let profile = Profile {
            id: name.clone(),
            summary,
            constants: update.constants,
            error: ProfileError {
                throughput: near(|row| is_rate(row.kind)),
                tpot: near(|row| !is_rate(row.kind) && !is_wait(row.kind)),
                ttft: near(|row| is_wait(row.kind)),
            },
            measured: rows.iter().map(|row| Point::from(&row.setup.deployment)).collect(),
        };
        self.options.store().keep_profile(&profile, &update.moved)?;
        Ok(format!("Saved: --set serving.profile={name}"))
    }
}

/// What a calibration is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Helps,
    /// Figures that were left out are no nearer than before.
    NoBetter,
    /// Even the figures that moved the constants are far off, or a constant went farther than any stack's.
    AnotherStack,
}

impl Verdict {
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

/// The deployment that a scenario describes. Prompts of benchmarks share nothing, unless the scenario says so.
fn stack(case: &Case) -> Result<Deployment> {
    let serving = case.outcome.serving.as_ref();
    let main = &serving.map_err(|_| anyhow!("the model does not fit as the scenario describes it"))?.main;
    let prefix_hit_rate = case.scenario.workload.prefix_cache_hit_rate.unwrap_or(0.0);
    Ok(Deployment { prefix_hit_rate, prompt_spread: 0.0, output_spread: 0.0, ..main.plan.deployment })
}

/// The stack in words.
fn words(case: &Case, stack: &Deployment) -> String {
    let model = case.served_model().map_or("a model", |model| case.catalog().model(model).slider_name());
    format!(
        "{model} in {} on {} x {}, {}. Where that is not what was measured, say so with --set.",
        stack.weight_precision.id(),
        stack.layout.gpus(),
        case.serving_gpu().name,
        stack.engine.id(),
    )
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
