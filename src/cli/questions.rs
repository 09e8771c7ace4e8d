//! Commands that take many evaluations: compare, sweep, solve, check, validate, fit.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value as Json, json};

use crate::analysis::answer::Answer;
use crate::analysis::attribution::attribute;
use crate::analysis::case::Case;
use crate::analysis::changes::changes;
use crate::analysis::explain::explain;
use crate::analysis::findings::breaches;
use crate::analysis::goal::{GoalResult, solve as solve_goal};
use crate::analysis::sweep::{Axis, sweep as sweep_over};
use crate::calibration::Calibration;
use crate::calibration::serving::ServingCalibration;
use crate::calibration::training::TrainingCalibration;
use crate::catalog::Catalog;
use crate::evidence::serving::ServingTable;
use crate::evidence::{Comparison, LeaveOut, training};
use crate::files::document::Document;
use crate::fitting;
use crate::scenario::ParamId;
use crate::text::quantity::{self, format};
use crate::text::suggest::closest;

/// Exit status when a check fails.
const CHECK_FAILED: u8 = 1;

/// Scenarios side by side, inputs that differ, and what caused the change from the first to each other.
pub(super) fn compare(documents: &[Document], cases: &[Case]) -> String {
    let catalog = cases[0].catalog();
    let width = 16;
    let mut out = format!("{:<26}", "");
    for document in documents {
        let _ = write!(out, "{:>width$}", crate::text::wrap::fit(&document.name, width - 1));
    }
    out.push('\n');
    for answer in Answer::ALL {
        let _ = write!(out, "{:<26}", answer.label());
        for case in cases {
            let words =
                answer.of(&case.outcome).map_or("–".to_owned(), |value| format(value, answer.unit()));
            let _ = write!(out, "{words:>width$}");
        }
        out.push('\n');
    }
    out.push_str("\ninputs that differ\n");
    for param in ParamId::ALL {
        let values: Vec<_> = cases.iter().map(|case| param.effective(&case.scenario, catalog)).collect();
        if values.iter().any(|value| *value != values[0]) {
            let _ = write!(out, "{:<26}", crate::text::wrap::fit(param.path, 25));
            for value in values {
                let words = crate::text::wrap::fit(&param.display(value, catalog), width - 1);
                let _ = write!(out, "{words:>width$}");
            }
            out.push('\n');
        }
    }
    for (document, case) in documents.iter().zip(cases).skip(1) {
        for answer in [Answer::DailyCost, Answer::TrainingCost] {
            causes(&mut out, &cases[0], case, &document.name, answer);
        }
    }
    out
}

/// The same as one object: figures, inputs that differ, and shares of the change from the first scenario.
pub(super) fn compare_json(documents: &[Document], cases: &[Case]) -> Json {
    let catalog = cases[0].catalog();
    let scenarios: Vec<Json> = documents
        .iter()
        .zip(cases)
        .map(|(document, case)| {
            let figures: Map<String, Json> = Answer::ALL
                .iter()
                .map(|answer| (answer.id().to_owned(), json!(answer.of(&case.outcome))))
                .collect();
            json!({"name": document.name, "figures": figures})
        })
        .collect();
    let first = &cases[0];
    let differences: Vec<Json> = documents
        .iter()
        .zip(cases)
        .skip(1)
        .map(|(document, case)| {
            let inputs: Vec<Json> = changes(&first.scenario, &case.scenario)
                .iter()
                .map(|change| {
                    let written = |value| change.param.written(value, catalog);
                    json!({"path": change.param.path, "from": written(change.from), "to": written(change.to)})
                })
                .collect();
            let causes: Map<String, Json> = [Answer::DailyCost, Answer::TrainingCost]
                .into_iter()
                .map(|answer| {
                    let shares = attribute(first, case, answer).map(|attribution| {
                        attribution
                            .shares
                            .iter()
                            .map(|share| {
                                let paths: Vec<&str> =
                                    share.changes.iter().map(|change| change.param.path).collect();
                                json!({"paths": paths, "usd": share.amount})
                            })
                            .collect::<Vec<_>>()
                    });
                    (answer.id().to_owned(), json!(shares))
                })
                .collect();
            json!({"name": document.name, "inputs": inputs, "caused_by": causes})
        })
        .collect();
    json!({"scenarios": scenarios, "differences_from_the_first": differences})
}

/// What caused the change of one answer, in shares that sum to it.
fn causes(out: &mut String, before: &Case, after: &Case, name: &str, answer: Answer) {
    let Some(attribution) = attribute(before, after, answer) else { return };
    let unit = answer.unit();
    let _ = writeln!(
        out,
        "\n{} of {}: {} to {}, because of",
        answer.label(),
        name,
        format(attribution.before, unit),
        format(attribution.after, unit)
    );
    for share in &attribution.shares {
        let labels: Vec<&str> = share.changes.iter().map(|change| change.param.path).collect();
        let sign = if share.amount >= 0.0 { "+" } else { "" };
        let _ = writeln!(
            out,
            "  {:<40}{:>12}",
            labels.join(", "),
            format!("{sign}{}", format(share.amount, unit))
        );
    }
}

/// One or two parameters over ranges, every answer a column.
pub(super) fn sweep(case: &Case, over: &[String]) -> Result<String> {
    let axes = over.iter().map(|text| axis(text)).collect::<Result<Vec<_>>>()?;
    if axes.is_empty() || axes.len() > 2 {
        bail!("a sweep takes one or two --over, each PATH=FROM..TO:N");
    }
    let mut table = csv::Writer::from_writer(Vec::new());
    let answers = Answer::ALL.iter().map(|answer| answer.id());
    table.write_record(axes.iter().map(|axis| axis.param.path).chain(answers))?;
    for point in sweep_over(case, &axes) {
        let values =
            axes.iter().zip(&point.values).map(|(axis, value)| axis.param.written(*value, case.catalog()));
        let figures = Answer::ALL
            .iter()
            .map(|answer| answer.of(&point.outcome).map(|figure| figure.to_string()).unwrap_or_default());
        table.write_record(values.chain(figures))?;
    }
    Ok(String::from_utf8_lossy(&table.into_inner()?).into_owned())
}

/// Reads `PATH=FROM..TO:N`.
fn axis(text: &str) -> Result<Axis> {
    let help = || format!("`{text}`: write it as PATH=FROM..TO:N, for example serving.batch_size=1..256:9");
    let (path, span) = text.split_once('=').with_context(help)?;
    let param = find(path)?;
    let (from, rest) = span.split_once("..").with_context(help)?;
    let (to, count) = rest.rsplit_once(':').with_context(help)?;
    let unit = param.unit().with_context(|| format!("`{path}` is not a number"))?;
    let count: usize =
        count.trim().parse().ok().filter(|count| (1..=10_000).contains(count)).with_context(help)?;
    Axis::between(param, quantity::parse(from, unit)?, quantity::parse(to, unit)?, count)
        .with_context(|| format!("`{text}`: allowed for `{path}`: {}", param.allowed()))
}

/// The answer with this id.
pub(super) fn answer_called(id: &str) -> Result<Answer> {
    Answer::from_id(id.trim()).with_context(|| {
        let ids: Vec<&str> = Answer::ALL.iter().map(|answer| answer.id()).collect();
        format!("unknown output `{id}`; outputs: {}", ids.join(", "))
    })
}

/// Every figure's formula with the scenario's numbers, as text or as JSON.
pub(super) fn explanations(case: &Case, as_json: bool) -> String {
    let sections = explain(case);
    if as_json {
        let sections: Vec<Json> =
            sections.iter().map(|section| json!({"figure": section.title, "lines": section.lines})).collect();
        return format!("{:#}\n", Json::Array(sections));
    }
    let mut out = String::new();
    for section in sections {
        let _ = writeln!(out, "{}", section.title);
        for line in section.lines {
            let _ = writeln!(out, "  {line}");
        }
        out.push('\n');
    }
    out
}

fn find(path: &str) -> Result<ParamId> {
    ParamId::from_path(path.trim()).with_context(|| match closest(path.trim(), ParamId::paths()) {
        Some(near) => format!("unknown parameter `{path}`; did you mean `{near}`?"),
        None => format!("unknown parameter `{path}`; `whatif list parameters` names them all"),
    })
}

/// Makes an answer be a value by changing one parameter; `Err` with the reachable range where it cannot.
pub(super) fn solve(case: &Case, target: &str, by: &str) -> Result<(String, ExitCode)> {
    let (id, wanted) =
        target.split_once('=').with_context(|| format!("`{target}`: write it as OUTPUT=VALUE"))?;
    let answer = answer_called(id)?;
    let param = find(by)?;
    let unit = answer.unit();
    let goal = quantity::parse(wanted, unit)?;
    let catalog = case.catalog();
    let text = match solve_goal(case, answer, goal, param) {
        GoalResult::Found { value, reached } => {
            let words = format!(
                "{} = {}\n{} = {}\n",
                param.path,
                param.written(value, catalog),
                answer.id(),
                format(reached, unit)
            );
            return Ok((words, ExitCode::SUCCESS));
        }
        GoalResult::OutOfReach { low, low_at, high, high_at } => format!(
            "{} cannot be {} by {}: it goes from {} (at {}) to {} (at {})\n",
            answer.label(),
            format(goal, unit),
            param.path,
            format(low, unit),
            param.display(low_at, catalog),
            format(high, unit),
            param.display(high_at, catalog)
        ),
        GoalResult::NoEffect { answer: same } => {
            format!("{} is {} whatever {} is\n", answer.label(), format(same, unit), param.path)
        }
        GoalResult::NoAnswer => format!("{} exists at no value of {}\n", answer.label(), param.path),
    };
    Ok((text, ExitCode::from(CHECK_FAILED)))
}

/// One line a breach; fails when there is one.
pub(super) fn check(case: &Case, name: &str) -> (String, ExitCode) {
    let breaches = breaches(case);
    if breaches.is_empty() {
        return (format!("{name}: no budget, target or memory is exceeded\n"), ExitCode::SUCCESS);
    }
    let lines: Vec<String> = breaches.into_iter().map(|breach| breach.text).collect();
    (lines.join("\n") + "\n", ExitCode::from(CHECK_FAILED))
}

/// Every published figure beside the engine's own.
pub(super) fn comparisons(catalog: &Catalog, calibration: &Calibration) -> Vec<Comparison> {
    let mut rows = ServingTable::embedded().comparisons(&calibration.constants.serving, &calibration.errors);
    rows.extend(training::comparisons(catalog, &calibration.constants.training, &calibration.errors));
    rows
}

/// The same, each row predicted from constants that were fitted without its group.
pub(super) fn left_out_comparisons(
    catalog: &Catalog,
    calibration: &Calibration,
    by: LeaveOut,
) -> Vec<Comparison> {
    let table = ServingTable::embedded();
    let mut errors = fitting::serving::cross::left_out_errors(table, &ServingCalibration::embedded(), by);
    let training_rows = training::measurements(catalog);
    errors.extend(fitting::training::cross::left_out_errors(
        &training_rows,
        &TrainingCalibration::embedded(),
        by,
    ));
    let mut rows = comparisons(catalog, calibration);
    for (row, error) in rows.iter_mut().zip(errors) {
        // What is said not to fit yields nothing: wholly wrong, since it ran.
        row.predicted = if error.is_finite() { row.published / error.exp() } else { 0.0 };
    }
    rows
}

/// Fits the constants anew and prints the files that hold them.
pub(super) fn fit(catalog: &Catalog) -> String {
    let serving = fitting::serving::fit::fit(ServingTable::embedded());
    let training = fitting::training::fit::fit(catalog);
    format!(
        "# presets/calibration/serving.toml\n{}\n# presets/calibration/training.toml\n{}",
        serving.to_toml(),
        training.to_toml()
    )
}
