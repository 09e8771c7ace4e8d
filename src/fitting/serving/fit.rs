//! The fit of the serving model's constants: robust least squares on the logarithm of (predicted / published), every
//! constant drawn towards its prior.

use std::collections::HashMap;

use crate::calibration::FittedConstant;
use crate::calibration::kind::Kind;
use crate::calibration::serving::{ServingCalibration, set};
use crate::engine::serving::ServingConstants;
use crate::evidence::serving::{Measurement, ServingTable};
use crate::fitting::least_squares::{Constant, Fit, fit_from};

/// Logarithmic error at which a row's pull begins to level off.
const SCALE: f64 = 0.10;
/// Logarithmic error of a row that the engine says does not fit into memory.
const MISFIT: f64 = 1.0;
/// Rows of one model and figure at which they weigh fully; the weight falls with the fourth root of their number, so
/// that a model that was measured often does not drown the others.
const USUAL_ROWS: f64 = 60.0;
/// Standard normal deviate of the 90% quantile.
const Z_80: f64 = 1.281_551_565_545;

/// Weight of a figure: what users ask about most counts most.
const fn weight_of(kind: Kind) -> f64 {
    match kind {
        Kind::Tpot => 1.3,
        Kind::TtftLoaded => 0.45,
        Kind::StaticThroughput | Kind::StaticTpot => 0.35,
        Kind::StaticTtft => 0.3,
        _ => 1.0,
    }
}

/// The constants that fit the table best, with the ranges that it leaves them.
#[must_use]
pub fn fit(table: &ServingTable) -> ServingCalibration {
    let entries = ServingCalibration::embedded().constants;
    let rows: Vec<&Measurement> = table.counted().collect();
    let start: Vec<f64> = entries.iter().map(|entry| entry.prior).collect();
    let Fit { values, spreads } = Problem::new(&rows, &entries).solve(&start);
    let constants = entries
        .into_iter()
        .zip(values.into_iter().zip(spreads))
        .map(|(entry, (value, spread))| {
            let reach = (Z_80 * spread).exp();
            FittedConstant { value, low: value / reach, high: value * reach, ..entry }
        })
        .collect();
    ServingCalibration { constants }
}

/// The constants with these values.
pub(super) fn constants_with(entries: &[FittedConstant], values: &[f64]) -> ServingConstants {
    let mut constants = ServingConstants::default();
    for (entry, value) in entries.iter().zip(values) {
        set(&mut constants, &entry.id, *value);
    }
    constants
}

/// Rows with their weights, and the constants to be found.
pub(super) struct Problem<'a> {
    rows: Vec<(&'a Measurement, f64)>,
    entries: &'a [FittedConstant],
}

impl<'a> Problem<'a> {
    pub(super) fn new(rows: &[&'a Measurement], entries: &'a [FittedConstant]) -> Self {
        let mut alike: HashMap<(&str, Kind), f64> = HashMap::new();
        for row in rows {
            *alike.entry((&row.model, row.kind)).or_default() += 1.0;
        }
        let rows = rows
            .iter()
            .map(|row| {
                let share = (USUAL_ROWS / alike[&(row.model.as_str(), row.kind)]).powf(0.25).clamp(0.5, 1.8);
                (*row, weight_of(row.kind) * share)
            })
            .collect();
        Self { rows, entries }
    }

    /// The values that fit best, starting from these.
    pub(super) fn solve(&self, start: &[f64]) -> Fit {
        let priors: Vec<Constant> = self
            .entries
            .iter()
            .map(|entry| Constant { prior: entry.prior, spread: entry.prior_spread })
            .collect();
        fit_from(&priors, start, |values| self.residuals(values))
    }

    fn residuals(&self, values: &[f64]) -> Vec<f64> {
        let constants = constants_with(self.entries, values);
        self.rows
            .iter()
            .map(|(row, weight)| {
                let error =
                    row.predicted(&constants).map_or(MISFIT, |predicted| (predicted / row.published).ln());
                error * weight / SCALE
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fit_reproduces_the_constants_that_are_checked_in() {
        let fitted = fit(ServingTable::embedded());
        for (now, checked_in) in fitted.constants.iter().zip(ServingCalibration::embedded().constants) {
            let ratio = now.value / checked_in.value;
            assert!((ratio - 1.0).abs() < 0.005, "{}: {} and {}", now.id, now.value, checked_in.value);
        }
    }
}
