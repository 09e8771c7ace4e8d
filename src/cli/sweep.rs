//! `whatif sweep`.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use thiserror::Error;

use crate::analysis::case::Case;
use crate::analysis::sweep::{Axis, points, sweep};
use crate::cli::input::{Scenario, Unknown, parameter};
use crate::cli::output::{print_as, print_by};
use crate::report::format::Format;
use crate::report::table::Table;
use crate::report::{csv, tables};
use crate::scenario::ParamId;
use crate::scenario::entry::EntryError;
use crate::text::quantity::{self, NumberError};

/// Most points of an axis, and of what is not written as it is worked out.
const MOST_POINTS: usize = 10_000;
/// The format that is.
const CSV: &str = "csv";

/// Sweep one or two parameters and tabulate every answer
#[derive(Debug, Args)]
pub(super) struct Sweep {
    #[command(flatten)]
    scenario: Scenario,
    /// What to sweep, for example `serving.batch_size=1..256:9` or `hardware.gpu=h100-sxm,h200-sxm`
    #[arg(long, required = true, value_name = "PATH=FROM..TO:N | PATH=VALUE,VALUE")]
    over: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
}

impl Sweep {
    pub(super) fn run(&self) -> Result<ExitCode> {
        ensure!(
            self.over.len() <= 2,
            "give --over once or twice, each as PATH=FROM..TO:N or PATH=VALUE,VALUE"
        );
        let case = self.scenario.open()?.case();
        let axes = self.over.iter().map(|text| axis(text, &case)).collect::<Result<Vec<_>, _>>()?;
        if let [one, other] = &axes[..] {
            let path = one.param.path;
            ensure!(
                one.param != other.param,
                "`{path}` is swept twice: name another parameter, or all values in one --over, as {path}=VALUE,VALUE"
            );
        }
        let columns = tables::sweep_columns(&axes);
        let rows = sweep(&case, &axes).map(|point| tables::sweep_row(&case, &axes, &point));
        if self.format.id == CSV {
            // As they are worked out, however many there are.
            return print_by(|out| csv::write_rows(&columns, rows, out));
        }
        ensure!(
            points(&axes) <= MOST_POINTS,
            "{} points are too many to be told at once: take fewer, or `--format {CSV}`",
            points(&axes)
        );
        print_as(self.format, &Table::new(columns, rows).into())
    }
}

/// Why there is no such axis.
#[derive(Debug, Error)]
enum AxisError {
    #[error(
        "`{0}`: write it as PATH=FROM..TO:N or PATH=VALUE,VALUE, for example serving.batch_size=1..256:9 or \
         hardware.gpu=h100-sxm,h200-sxm"
    )]
    Form(String),
    #[error(transparent)]
    Unknown(#[from] Unknown),
    #[error("`{0}` is not a number: write its values with commas between them; allowed: {1}")]
    NoNumber(&'static str, String),
    #[error(transparent)]
    Value(#[from] EntryError),
    #[error(transparent)]
    Number(#[from] NumberError),
    #[error("allowed for `{0}`: {1}")]
    OutOfRange(&'static str, String),
}

/// Reads `PATH=FROM..TO:N` or `PATH=VALUE,VALUE`.
fn axis(text: &str, case: &Case) -> Result<Axis, AxisError> {
    let form = || AxisError::Form(text.to_owned());
    let (path, span) = text.split_once('=').ok_or_else(form)?;
    let param = parameter(path)?;
    let Some((from, rest)) = span.split_once("..") else { return values(param, span, case) };
    let (to, count) = rest.rsplit_once(':').ok_or_else(form)?;
    let unit = param.unit().ok_or_else(|| AxisError::NoNumber(param.path, param.allowed()))?;
    let count = count.trim().parse().ok().filter(|count| (1..=MOST_POINTS).contains(count));
    let (from, to) = (quantity::parse(from, unit)?, quantity::parse(to, unit)?);
    Axis::between(param, from, to, count.ok_or_else(form)?)
        .ok_or_else(|| AxisError::OutOfRange(param.path, param.allowed()))
}

/// Reads values with commas between them.
fn values(param: ParamId, list: &str, case: &Case) -> Result<Axis, AxisError> {
    let value = |text: &str| param.parse(text.trim(), &case.scenario, case.catalog());
    Ok(Axis { param, values: list.split(',').map(value).collect::<Result<_, _>>()? })
}
