//! `whatif solve`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use thiserror::Error;

use crate::analysis::answer::Answer;
use crate::analysis::goal::{GoalResult, solve};
use crate::cli::input::{Scenario, Unknown, answer, parameter};
use crate::cli::output::{CHECK_FAILED, print};
use crate::scenario::ParamId;
use crate::text::quantity::{self, NumberError, format};

/// Goal seek: find the value of one parameter that brings an output to a target
#[derive(Debug, Args)]
pub(super) struct Solve {
    #[command(flatten)]
    scenario: Scenario,
    /// The target, for example `inference.daily_usd=50k`
    #[arg(long, value_name = "OUTPUT=VALUE", value_parser = target)]
    target: Target,
    /// The parameter to change
    #[arg(long, value_name = "PATH", value_parser = parameter)]
    by: ParamId,
}

/// What an answer should be.
#[derive(Debug, Clone, Copy)]
struct Target {
    answer: Answer,
    value: f64,
}

impl Solve {
    /// Fails with what can be reached where the goal cannot.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let case = self.scenario.open()?.case();
        let catalog = case.catalog();
        let (Target { answer, value: goal }, param) = (self.target, self.by);
        let (label, path, unit) = (answer.label(), param.path, answer.unit());
        let text = match solve(&case, answer, goal, param) {
            GoalResult::Found { value, reached } => {
                let value = param.written(value, catalog);
                return print(format!("{path} = {value}\n{} = {}\n", answer.id(), format(reached, unit)));
            }
            GoalResult::OutOfReach { low, low_at, high, high_at } => format!(
                "{label} cannot reach {} by changing {path}: it ranges from {} (at {}) to {} (at {})\n",
                format(goal, unit),
                format(low, unit),
                param.display(low_at, catalog),
                format(high, unit),
                param.display(high_at, catalog)
            ),
            GoalResult::NoEffect { answer: same } => {
                format!("{label} stays {} whatever {path} is\n", format(same, unit))
            }
            GoalResult::NoAnswer => format!("{label} does not exist at any value of {path}\n"),
        };
        print(text)?;
        Ok(ExitCode::from(CHECK_FAILED))
    }
}

/// Why there is no such goal.
#[derive(Debug, Error)]
enum TargetError {
    #[error("write it as OUTPUT=VALUE")]
    Form,
    #[error(transparent)]
    Unknown(#[from] Unknown),
    #[error(transparent)]
    Number(#[from] NumberError),
}

/// Reads `OUTPUT=VALUE`.
fn target(text: &str) -> Result<Target, TargetError> {
    let (id, value) = text.split_once('=').ok_or(TargetError::Form)?;
    let answer = answer(id)?;
    Ok(Target { answer, value: quantity::parse(value, answer.unit())? })
}
