//! What the engine says about training of models and on accelerators that it never saw: whole groups are left out of the
//! fit in turn, and then predicted.

use std::collections::BTreeSet;

use crate::calibration::training::TrainingCalibration;
use crate::catalog::Catalog;
use crate::validation::error::ErrorEntry;
use crate::validation::training::fit::solve;
use crate::validation::training::{Measurement, measurements};
use crate::validation::{Kind, quantile};

/// Share of left-out rows beyond either end of a range: a little under a tenth, since results that nobody has seen yet may
/// be stranger than those at hand.
const TAIL: f64 = 0.085;

/// What is left out together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveOut {
    /// All rows of one model, or of one benchmark series.
    Model,
    /// All rows of one accelerator.
    Gpu,
    /// All rows of one hardware family.
    Family,
}

impl LeaveOut {
    fn group(self, row: &Measurement) -> String {
        match self {
            Self::Model => row.series().to_owned(),
            Self::Gpu => row.row.gpu.clone(),
            Self::Family => format!("{:?}", row.plan.gpu.family),
        }
    }
}

/// Logarithm of (published / predicted) of each row, predicted from constants that were fitted without its group.
#[must_use]
pub fn left_out_errors(rows: &[Measurement], calibration: &TrainingCalibration, by: LeaveOut) -> Vec<f64> {
    let start: Vec<f64> = calibration.constants.iter().map(|entry| entry.value).collect();
    let groups: Vec<String> = rows.iter().map(|row| by.group(row)).collect();
    let mut errors = vec![f64::NAN; rows.len()];
    for left_out in groups.iter().collect::<BTreeSet<_>>() {
        let kept: Vec<&Measurement> =
            rows.iter().zip(&groups).filter(|(_, group)| *group != left_out).map(|(row, _)| row).collect();
        let constants = calibration.with(&solve(calibration, &kept, &start).values);
        for ((row, group), error) in rows.iter().zip(&groups).zip(&mut errors) {
            if group == left_out {
                *error = (row.published / row.predicted(&constants)).ln();
            }
        }
    }
    errors
}

/// The training part of the error model, from leaving out models and accelerators.
///
/// Real runs of mixtures of experts are too few for an entry of their own: they take that of all runs.
#[must_use]
pub fn error_entries(catalog: &Catalog, calibration: &TrainingCalibration) -> Vec<ErrorEntry> {
    let rows = measurements(catalog);
    let errors = |by| left_out_errors(&rows, calibration, by);
    let (models, gpus) = (errors(LeaveOut::Model), errors(LeaveOut::Gpu));
    let mut entries = Vec::new();
    for kind in [Kind::TrainingThroughput, Kind::TrainingHours] {
        for experts in [false, true] {
            let own = |row: &Measurement| {
                let same_sort = row.plan.shape.experts.is_some() == experts;
                row.kind == kind && (same_sort || kind == Kind::TrainingHours)
            };
            entries.extend(entry(kind, experts, &rows, own, &models, &gpus));
        }
    }
    entries
}

fn entry(
    kind: Kind,
    experts: bool,
    rows: &[Measurement],
    own: impl Fn(&Measurement) -> bool,
    models: &[f64],
    gpus: &[f64],
) -> Option<ErrorEntry> {
    let mut errors = Vec::new();
    let mut families = Vec::new();
    let mut precisions = Vec::new();
    let (mut most_parameters, mut longest_context) = (0.0_f64, 0.0_f64);
    for ((row, by_model), by_gpu) in rows.iter().zip(models).zip(gpus).filter(|((row, _), _)| own(row)) {
        errors.extend([*by_model, *by_gpu]);
        if !families.contains(&row.plan.gpu.family) {
            families.push(row.plan.gpu.family);
        }
        if !precisions.contains(&row.plan.precision) {
            precisions.push(row.plan.precision);
        }
        most_parameters = most_parameters.max(row.plan.shape.total_parameters());
        longest_context = longest_context.max(row.plan.sequence_length);
    }
    errors.sort_by(f64::total_cmp);
    Some(ErrorEntry {
        kind,
        experts,
        rows: errors.len() / 2,
        low_factor: quantile(&errors, TAIL)?.exp(),
        high_factor: quantile(&errors, 1.0 - TAIL)?.exp(),
        families,
        precisions,
        most_parameters,
        longest_context,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a minute without optimisation: `cargo test --release -- --ignored left_out_training --nocapture`.
    #[test]
    #[ignore = "slow: a fit for each model and each accelerator"]
    fn left_out_training_is_predicted_nearly_as_well() {
        let rows = measurements(&Catalog::embedded());
        let calibration = TrainingCalibration::embedded();
        for (by, hours_bar) in [(LeaveOut::Model, 0.18), (LeaveOut::Gpu, 0.18), (LeaveOut::Family, 0.20)] {
            let errors = left_out_errors(&rows, &calibration, by);
            for (kind, bar) in [(Kind::TrainingThroughput, 0.15), (Kind::TrainingHours, hours_bar)] {
                let mut sizes: Vec<f64> = rows
                    .iter()
                    .zip(&errors)
                    .filter(|(row, _)| row.kind == kind)
                    .map(|(_, error)| ((-error).exp() - 1.0).abs())
                    .collect();
                sizes.sort_by(f64::total_cmp);
                let median = quantile(&sizes, 0.5).unwrap();
                println!("{by:?} {kind:?}: {median:.3}, p90 {:.3}", quantile(&sizes, 0.9).unwrap());
                assert!(median <= bar, "{by:?} {kind:?}: {median}");
            }
        }
    }
}
