//! `whatif solve`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde_json::json;
use thiserror::Error;

use crate::analysis::answer::Answer;
use crate::analysis::findings::refusals;
use crate::analysis::goal::{GoalResult, solve};
use crate::catalog::Catalog;
use crate::cli::input::{Scenario, Unknown, answer, parameter};
use crate::cli::output::{CHECK_FAILED, FormatArgs};
use crate::report::page::{Block, Page, Section};
use crate::report::table::{Cell, WORDS, table};
use crate::scenario::ParamId;
use crate::scenario::value::Value;
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
    #[command(flatten)]
    format: FormatArgs,
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
        let Target { answer, value: goal } = self.target;
        let found = solve(&case, answer, goal, self.by);
        self.format.print(&self.page(&found, case.catalog()).after(refusals(&case)))?;
        let is_found = matches!(found, GoalResult::Found { .. });
        Ok(if is_found { ExitCode::SUCCESS } else { ExitCode::from(CHECK_FAILED) })
    }

    fn page(&self, found: &GoalResult, catalog: &Catalog) -> Page {
        let (Target { answer, value: goal }, param) = (self.target, self.by);
        let (label, path, unit) = (answer.label(), param.path, answer.unit());
        let figure = |figure: f64| format(figure, unit);
        let (result, lines) = match *found {
            GoalResult::Found { value, reached } => {
                let value = param.written(value, catalog);
                let lines =
                    vec![format!("{path} = {value}"), format!("{} = {}", answer.id(), figure(reached))];
                ("found", lines)
            }
            GoalResult::OutOfReach { low, low_at, high, high_at } => {
                let [low_at, high_at] = [low_at, high_at].map(|value| param.display(value, catalog));
                let text = format!(
                    "{label} cannot reach {} by changing {path}: it ranges from {} (at {low_at}) to {} (at {high_at})",
                    figure(goal),
                    figure(low),
                    figure(high),
                );
                ("out-of-reach", vec![text])
            }
            GoalResult::NoEffect { answer: same } => {
                ("no-effect", vec![format!("{label} stays {} whatever {path} is", figure(same))])
            }
            GoalResult::NoAnswer => {
                ("no-answer", vec![format!("{label} does not exist at any value of {path}")])
            }
        };
        let value = |value: Value| Cell::of(param, value, catalog);
        // What is found, or the ends of what can be reached.
        let ends: Vec<(Cell, Cell)> = match *found {
            GoalResult::Found { value: at, reached } => vec![(value(at), reached.into())],
            GoalResult::OutOfReach { low, low_at, high, high_at } => {
                vec![(value(low_at), low.into()), (value(high_at), high.into())]
            }
            GoalResult::NoEffect { answer: same } => vec![(Cell::Missing, same.into())],
            GoalResult::NoAnswer => Vec::new(),
        };
        let table = table!(ends.into_iter(), |end: (Cell, Cell)| {
            "result", "Result", WORDS => result;
            path, param.label, param.unit() => end.0;
            answer.id(), label, unit => end.1;
        });
        let record = json!({
            "result": result,
            "parameter": path,
            "output": answer.id(),
            "target": goal,
            "at": table,
        });
        Page::new(vec![Section::new("", Block::Lines(lines))], record, table)
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
