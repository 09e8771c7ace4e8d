//! What the engine says about training of models and on accelerators that it never saw: whole groups are left out of the
//! fit in turn, and then predicted.

use std::collections::BTreeSet;

use crate::calibration::error::ErrorEntry;
use crate::calibration::training::TrainingCalibration;
use crate::catalog::Catalog;
use crate::evidence::training::{Measurement, measurements};
use crate::fitting::training::fit::solve;
use crate::{
    calibration::kind::Kind,
    evidence::{LeaveOut, quantile},
};

/// Share of left-out rows beyond either end of a range: a little under a tenth, since results that nobody has seen yet may
/// be stranger than those at hand.
const TAIL: f64 = 0.085;

/// The group of a row: models of one benchmark series go together.
fn group(by: LeaveOut, row: &Measurement) -> String {
    match by {
        LeaveOut::Model => row.series().to_owned(),
        LeaveOut::Gpu => row.gpu().to_owned(),
        LeaveOut::Family => format!("{:?}", row.plan.gpu.family),
        LeaveOut::Precision => format!("{:?} {}", row.plan.gpu.family, row.plan.precision.id()),
    }
}

/// Logarithm of (published / predicted) of each row, predicted from constants that were fitted without its group.
#[must_use]
pub fn left_out_errors(rows: &[Measurement], calibration: &TrainingCalibration, by: LeaveOut) -> Vec<f64> {
    let start: Vec<f64> = calibration.constants.iter().map(|entry| entry.value).collect();
    let groups: Vec<String> = rows.iter().map(|row| group(by, row)).collect();
    let mut errors = vec![f64::NAN; rows.len()];
    for left_out in groups.iter().collect::<BTreeSet<_>>() {
        let kept: Vec<&Measurement> =
            rows.iter().zip(&groups).filter(|(_, of)| *of != left_out).map(|(row, _)| row).collect();
        let constants = calibration.with(&solve(calibration, &kept, &start).values);
        for ((row, of), error) in rows.iter().zip(&groups).zip(&mut errors) {
            if of == left_out {
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

    /// Families only, which are few; `whatif validate --leave-out` does models and accelerators.
    #[test]
    fn training_on_hardware_families_left_out_is_predicted_nearly_as_well() {
        let rows = measurements(&Catalog::embedded());
        let calibration = TrainingCalibration::embedded();
        let errors = left_out_errors(&rows, &calibration, LeaveOut::Family);
        for (kind, bar) in [(Kind::TrainingThroughput, 0.15), (Kind::TrainingHours, 0.20)] {
            let mut sizes: Vec<f64> = rows
                .iter()
                .zip(&errors)
                .filter(|(row, _)| row.kind == kind)
                .map(|(_, error)| ((-error).exp() - 1.0).abs())
                .collect();
            sizes.sort_by(f64::total_cmp);
            let median = quantile(&sizes, 0.5).unwrap();
            assert!(median <= bar, "{kind:?}: {median}");
        }
    }
}
