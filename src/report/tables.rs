//! The explorer's views as tables: for a terminal, for programs, for spreadsheets.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use crate::analysis::answer::Answer;
use crate::analysis::api_costs::api_costs;
use crate::analysis::case::Case;
use crate::analysis::frontier::{Point, frontier};
use crate::analysis::growth::growth;
use crate::analysis::hardware::hardware;
use crate::analysis::levers::{State, levers};
use crate::analysis::sensitivity::sensitivities;
use crate::text::quantity::{Unit, format};

/// A cell: a figure, words, or nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A figure in its column's unit.
    Number(f64),
    /// Words.
    Words(String),
    /// Yes or no.
    Flag(bool),
    /// A figure that does not exist.
    Missing,
}

/// A column: its key in JSON and CSV, which names the unit, and how its figures are printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Key.
    pub key: &'static str,
    /// Unit of its figures.
    pub unit: Unit,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, as many cells each as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

impl From<Option<f64>> for Cell {
    fn from(figure: Option<f64>) -> Self {
        figure.map_or(Self::Missing, Self::Number)
    }
}

impl From<f64> for Cell {
    fn from(figure: f64) -> Self {
        Self::Number(figure)
    }
}

impl From<&str> for Cell {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl Table {
    fn new(columns: &[(&'static str, Unit)]) -> Self {
        let columns = columns.iter().map(|(key, unit)| Column { key, unit: *unit }).collect();
        Self { columns, rows: Vec::new() }
    }

    /// Aligned columns.
    #[must_use]
    pub fn text(&self) -> String {
        let words: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().zip(&self.columns).map(|(cell, column)| shown(cell, column.unit)).collect())
            .collect();
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let longest = words.iter().map(|row| row[index].chars().count()).max().unwrap_or(0);
                longest.max(column.key.len())
            })
            .collect();
        let mut out = String::new();
        let headings: Vec<String> = self.columns.iter().map(|column| column.key.to_owned()).collect();
        for row in std::iter::once(&headings).chain(&words) {
            let mut line = String::new();
            for (index, (word, width)) in row.iter().zip(&widths).enumerate() {
                // Names stand left, figures right.
                let _ = if index == 0 {
                    write!(line, "{word:<width$}")
                } else {
                    write!(line, "  {word:>width$}")
                };
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out
    }

    /// One object a row.
    #[must_use]
    pub fn json(&self) -> Json {
        self.rows
            .iter()
            .map(|row| {
                let object: Map<String, Json> = row
                    .iter()
                    .zip(&self.columns)
                    .map(|(cell, column)| {
                        let value = match cell {
                            Cell::Number(figure) => json!(figure),
                            Cell::Words(words) => json!(words),
                            Cell::Flag(flag) => json!(flag),
                            Cell::Missing => Json::Null,
                        };
                        (column.key.to_owned(), value)
                    })
                    .collect();
                Json::Object(object)
            })
            .collect()
    }

    /// One line a row, figures to the last digit.
    ///
    /// # Errors
    ///
    /// Never in practice: the table is written to memory.
    pub fn csv(&self) -> Result<String, csv::Error> {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(self.columns.iter().map(|column| column.key))?;
        for row in &self.rows {
            table.write_record(row.iter().map(|cell| match cell {
                Cell::Number(figure) => figure.to_string(),
                Cell::Words(words) => words.clone(),
                Cell::Flag(flag) => flag.to_string(),
                Cell::Missing => String::new(),
            }))?;
        }
        let bytes = table.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn shown(cell: &Cell, unit: Unit) -> String {
    match cell {
        Cell::Number(figure) => format(*figure, unit),
        Cell::Words(words) => words.clone(),
        Cell::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Cell::Missing => "–".to_owned(),
    }
}

/// Levers, the greatest saving first.
#[must_use]
pub fn lever_table(case: &Case) -> Table {
    let mut table = Table::new(&[
        ("lever", Unit::Count),
        ("path", Unit::Count),
        ("to", Unit::Count),
        ("saves_daily_usd", Unit::Usd),
        ("saves_training_usd", Unit::Usd),
        ("latency_change_ms", Unit::Milliseconds),
        ("memory_change_bytes", Unit::Bytes),
        ("state", Unit::Count),
    ]);
    for lever in levers(case) {
        let to = lever
            .changes
            .iter()
            .map(|change| change.param.display(change.to, case.catalog()))
            .collect::<Vec<_>>()
            .join(", ");
        let state = match lever.state {
            State::Off => "can be switched",
            State::On => "in use",
            State::NotApplicable(why) => why,
        };
        table.rows.push(vec![
            lever.label.into(),
            lever.param.path.into(),
            to.into(),
            lever.effect.saves_daily_usd.into(),
            lever.effect.saves_training_usd.into(),
            lever.effect.latency_change_ms.into(),
            lever.effect.memory_change_bytes.into(),
            state.into(),
        ]);
    }
    table
}

/// Every accelerator, the cheapest day first.
#[must_use]
pub fn hardware_table(case: &Case) -> Table {
    let mut table = Table::new(&[
        ("gpu", Unit::Count),
        ("gpus_per_replica", Unit::Count),
        ("daily_usd", Unit::Usd),
        ("usd_per_million_tokens", Unit::Usd),
        ("ttft_ms", Unit::Milliseconds),
        ("tpot_ms", Unit::Milliseconds),
        ("meets_target", Unit::Count),
        ("min_gpus_to_fit", Unit::Count),
        ("training_days", Unit::Days),
        ("training_usd", Unit::Usd),
        ("price_is_estimated", Unit::Count),
    ]);
    for row in hardware(case) {
        let serving = row.serving.as_ref().ok();
        let needs = row.serving.as_ref().err().and_then(|refusal| refusal.min_gpus_to_fit).map(f64::from);
        let training = row.training.fits.then_some(row.training);
        table.rows.push(vec![
            case.catalog().gpu(row.gpu).id.as_str().into(),
            serving.map(|serving| serving.gpus_per_replica).into(),
            serving.map(|serving| serving.daily_usd).into(),
            serving.and_then(|serving| serving.usd_per_million_tokens).into(),
            serving.map(|serving| serving.ttft_ms).into(),
            serving.map(|serving| serving.tpot_ms).into(),
            serving.map_or(Cell::Missing, |serving| Cell::Flag(serving.meets_target)),
            needs.into(),
            training.map(|training| training.days).into(),
            training.map(|training| training.programme_usd).into(),
            Cell::Flag(row.price_is_estimated),
        ]);
    }
    table
}

/// What moves an answer, the greatest swing first.
#[must_use]
pub fn sensitivity_table(case: &Case, answer: Answer) -> Table {
    let unit = answer.unit();
    let mut table = Table::new(&[
        ("path", Unit::Count),
        ("low", Unit::Count),
        ("high", Unit::Count),
        ("at_low", unit),
        ("at_high", unit),
        ("at_minus_10_percent", unit),
        ("at_plus_10_percent", unit),
        ("swing", unit),
    ]);
    for row in sensitivities(case, answer) {
        let words = |value| row.param.display(value, case.catalog());
        table.rows.push(vec![
            row.param.path.into(),
            words(row.range.low).into(),
            words(row.range.high).into(),
            row.range.at_low.into(),
            row.range.at_high.into(),
            row.small.and_then(|small| small.at_low).into(),
            row.small.and_then(|small| small.at_high).into(),
            row.swing.into(),
        ]);
    }
    table
}

/// Points of the frontier: those of the chosen GPU, then the best of all.
#[must_use]
pub fn frontier_table(case: &Case) -> Table {
    let mut table = Table::new(&[
        ("gpu", Unit::Count),
        ("weight_precision", Unit::Count),
        ("tensor_parallel", Unit::Count),
        ("batch_size", Unit::Count),
        ("tpot_ms", Unit::Milliseconds),
        ("ttft_ms", Unit::Milliseconds),
        ("usd_per_million_output_tokens", Unit::Usd),
        ("efficient", Unit::Count),
        ("meets_target", Unit::Count),
        ("best_of_all_gpus", Unit::Count),
    ]);
    let frontier = frontier(case);
    let mut push = |point: &Point, best: bool| {
        table.rows.push(vec![
            case.catalog().gpu(point.gpu).id.as_str().into(),
            point.weight_precision.id().into(),
            f64::from(point.tensor_parallel).into(),
            point.batch.into(),
            point.tpot_ms.into(),
            point.ttft_ms.into(),
            point.usd_per_million_output_tokens.into(),
            Cell::Flag(point.efficient),
            Cell::Flag(point.meets_target),
            Cell::Flag(best),
        ]);
    };
    for point in &frontier.points {
        push(point, false);
    }
    for point in &frontier.best_of_all {
        push(point, true);
    }
    table
}

/// Month by month to the horizon.
#[must_use]
pub fn growth_table(case: &Case) -> Table {
    let mut table = Table::new(&[
        ("month", Unit::Count),
        ("requests_per_day", Unit::Count),
        ("daily_usd", Unit::Usd),
        ("gpus_peak", Unit::Count),
        ("inference_usd", Unit::Usd),
        ("training_usd", Unit::Usd),
        ("inference_share", Unit::Share),
    ]);
    for month in growth(case).map(|growth| growth.months).unwrap_or_default() {
        table.rows.push(vec![
            (month.month + 1.0).into(),
            month.requests_per_day.into(),
            month.daily_usd.into(),
            month.gpus_peak.into(),
            month.inference_usd.into(),
            month.training_usd.into(),
            month.inference_share().into(),
        ]);
    }
    table
}

/// The same traffic at the prices of every API.
#[must_use]
pub fn api_table(case: &Case) -> Table {
    let mut table = Table::new(&[
        ("api", Unit::Count),
        ("provider", Unit::Count),
        ("is_served_model", Unit::Count),
        ("daily_usd", Unit::Usd),
        ("usd_per_request", Unit::Usd),
        ("self_hosting_saves_daily_usd", Unit::Usd),
        ("break_even_requests_per_day", Unit::Count),
        ("break_even_utilization", Unit::Share),
    ]);
    for cost in api_costs(case) {
        table.rows.push(vec![
            cost.price.name.as_str().into(),
            cost.price.provider.as_str().into(),
            Cell::Flag(cost.is_served_model),
            cost.daily_usd.into(),
            cost.usd_per_request.into(),
            cost.self_hosting_saves_daily_usd.into(),
            cost.break_even_requests.into(),
            cost.break_even_utilization.into(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_and_keeps_what_is_missing() {
        let mut table = Table::new(&[("name", Unit::Count), ("usd", Unit::Usd)]);
        table.rows.push(vec!["one".into(), 1235.0.into()]);
        table.rows.push(vec!["another".into(), None.into()]);
        assert_eq!(table.text(), "name        usd\none      $1,235\nanother       –\n");
        assert_eq!(table.json()[1]["usd"], Json::Null);
        assert_eq!(table.csv().ok().as_deref(), Some("name,usd\none,1235\nanother,\n"));
    }
}
