//! `whatif sweep`.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use thiserror::Error;

use crate::analysis::sweep::{Axis, sweep};
use crate::cli::input::{Scenario, Unknown, parameter};
use crate::cli::output::print_as;
use crate::report::format::Format;
use crate::report::tables;
use crate::text::quantity::{self, NumberError};

/// Most points of an axis.
const MOST_POINTS: usize = 10_000;

/// Sweep one or two parameters and tabulate every answer
#[derive(Debug, Args)]
pub(super) struct Sweep {
    #[command(flatten)]
    scenario: Scenario,
    /// What to sweep, for example `serving.batch_size=1..256:9`
    #[arg(long, required = true, value_name = "PATH=FROM..TO:N", value_parser = axis)]
    over: Vec<Axis>,
    /// Output format
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
}

impl Sweep {
    pub(super) fn run(&self) -> Result<ExitCode> {
        ensure!(self.over.len() <= 2, "give --over once or twice, each as PATH=FROM..TO:N");
        let case = self.scenario.open()?.case();
        let points = sweep(&case, &self.over);
        print_as(self.format, &tables::sweep(case.catalog(), &self.over, &points).into())
    }
}

/// Why there is no such axis.
#[derive(Debug, Error)]
enum AxisError {
    #[error("write it as PATH=FROM..TO:N, for example serving.batch_size=1..256:9")]
    Form,
    #[error(transparent)]
    Unknown(#[from] Unknown),
    #[error("`{0}` is not a number")]
    NoNumber(&'static str),
    #[error(transparent)]
    Number(#[from] NumberError),
    #[error("allowed for `{0}`: {1}")]
    OutOfRange(&'static str, String),
}

/// Reads `PATH=FROM..TO:N`.
fn axis(text: &str) -> Result<Axis, AxisError> {
    let (path, span) = text.split_once('=').ok_or(AxisError::Form)?;
    let param = parameter(path)?;
    let (from, rest) = span.split_once("..").ok_or(AxisError::Form)?;
    let (to, count) = rest.rsplit_once(':').ok_or(AxisError::Form)?;
    let unit = param.unit().ok_or(AxisError::NoNumber(param.path))?;
    let count = count.trim().parse().ok().filter(|count| (1..=MOST_POINTS).contains(count));
    let (from, to) = (quantity::parse(from, unit)?, quantity::parse(to, unit)?);
    Axis::between(param, from, to, count.ok_or(AxisError::Form)?)
        .ok_or_else(|| AxisError::OutOfRange(param.path, param.allowed()))
}
