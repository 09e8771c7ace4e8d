//! The fit of the training model's constants: robust least squares on the logarithm of (predicted / published), every
//! constant drawn towards its prior.

use std::collections::HashMap;

use crate::calibration::FittedConstant;
use crate::calibration::kind::Kind;
use crate::calibration::training::TrainingCalibration;
use crate::catalog::Catalog;
use crate::engine::gpu::GpuFamily;
use crate::evidence::training::{Measurement, measurements};
use crate::fitting::least_squares::{Constant, Fit, fit_from};

/// Logarithmic error at which a row's pull begins to level off.
const SCALE: f64 = 0.10;
/// Rows of one model on one hardware family count for their number to this power in all: a long table must not outvote
/// the rest.
const CROWD_POWER: f64 = 0.65;
/// Weight of a real run beside a benchmark.
const RUN_WEIGHT: f64 = 1.5;
/// Standard normal deviate of the 90% quantile.
const Z_80: f64 = 1.281_551_565_545;

/// The constants that fit the tables best, with the ranges that these leave them.
#[must_use]
pub fn fit(catalog: &Catalog) -> TrainingCalibration {
    let calibration = TrainingCalibration::embedded();
    let start: Vec<f64> = calibration.constants.iter().map(|entry| entry.prior).collect();
    let rows = measurements(catalog);
    let Fit { values, spreads } = solve(&calibration, &rows.iter().collect::<Vec<_>>(), &start);
    let constants = calibration
        .constants
        .into_iter()
        .zip(values.into_iter().zip(spreads))
        .map(|(entry, (value, spread))| {
            let reach = (Z_80 * spread).exp();
            FittedConstant { value, low: value / reach, high: value * reach, ..entry }
        })
        .collect();
    TrainingCalibration { constants }
}

/// The values that fit these rows best, starting from others.
pub(super) fn solve(calibration: &TrainingCalibration, rows: &[&Measurement], start: &[f64]) -> Fit {
    let priors: Vec<Constant> = calibration
        .constants
        .iter()
        .map(|entry| Constant { prior: entry.prior, spread: entry.prior_spread })
        .collect();
    let weights = weights(rows);
    fit_from(&priors, start, |values| {
        let constants = calibration.with(values);
        let error = |row: &Measurement| (row.predicted(&constants) / row.published).ln();
        rows.iter().zip(&weights).map(|(row, weight)| error(row) * weight / SCALE).collect()
    })
}

fn weights(rows: &[&Measurement]) -> Vec<f64> {
    let crowd_of = |row: &Measurement| (row.series(), row.plan.gpu.family, row.kind);
    let mut crowds: HashMap<(&str, GpuFamily, Kind), f64> = HashMap::new();
    for row in rows {
        *crowds.entry(crowd_of(row)).or_default() += 1.0;
    }
    rows.iter()
        .map(|row| {
            let own = if row.kind == Kind::TrainingHours { RUN_WEIGHT } else { 1.0 };
            own * crowds[&crowd_of(row)].powf(CROWD_POWER - 1.0)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fit_reproduces_the_constants_that_are_checked_in() {
        let fitted = fit(&Catalog::embedded());
        for (now, checked_in) in fitted.constants.iter().zip(TrainingCalibration::embedded().constants) {
            let ratio = now.value / checked_in.value;
            assert!((ratio - 1.0).abs() < 0.005, "{}: {} and {}", now.id, now.value, checked_in.value);
        }
    }
}
