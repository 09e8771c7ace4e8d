//! What the engine says about models and accelerators that it never saw: whole groups are left out of the fit in turn,
//! and then predicted.

use std::collections::BTreeSet;

use crate::calibration::error::{ErrorEntry, ErrorModel, Widening};
use crate::calibration::serving::ServingCalibration;
use crate::evidence::serving::{Measurement, ServingTable};
use crate::fitting::serving::fit::{Problem, constants_with};
use crate::{
    calibration::kind::Kind,
    evidence::{LeaveOut, quantile},
};

/// The group of a row.
fn group(by: LeaveOut, row: &Measurement) -> String {
    let deployment = &row.deployment;
    match by {
        LeaveOut::Model => row.model.clone(),
        LeaveOut::Gpu => row.gpu.clone(),
        LeaveOut::Family => format!("{:?}", deployment.gpu.family),
        LeaveOut::Precision => format!("{:?} {}", deployment.gpu.family, deployment.weight_precision.id()),
    }
}

/// Logarithm of (published / predicted) of each row that counts, predicted from constants that were fitted without
/// its group.
#[must_use]
pub fn left_out_errors(table: &ServingTable, calibration: &ServingCalibration, by: LeaveOut) -> Vec<f64> {
    let entries = &calibration.constants;
    let start: Vec<f64> = entries.iter().map(|entry| entry.value).collect();
    let rows: Vec<&Measurement> = table.counted().collect();
    let groups: Vec<String> = rows.iter().map(|row| group(by, row)).collect();
    let mut errors = vec![f64::NAN; rows.len()];
    for left_out in groups.iter().collect::<BTreeSet<_>>() {
        let kept: Vec<&Measurement> =
            rows.iter().zip(&groups).filter(|(_, of)| *of != left_out).map(|(row, _)| *row).collect();
        let constants = constants_with(entries, &Problem::new(&kept, entries).solve(&start).values);
        for ((row, of), error) in rows.iter().zip(&groups).zip(&mut errors) {
            if of == left_out {
                *error =
                    row.predicted(&constants).map_or(f64::NAN, |predicted| (row.published / predicted).ln());
            }
        }
    }
    errors
}

/// The error model that follows from leaving out models and accelerators, families and formats.
#[must_use]
pub fn error_model(table: &ServingTable, calibration: &ServingCalibration) -> ErrorModel {
    let errors = |by| left_out_errors(table, calibration, by);
    let (models, gpus) = (errors(LeaveOut::Model), errors(LeaveOut::Gpu));
    let (families, formats) = (errors(LeaveOut::Family), errors(LeaveOut::Precision));
    let rows: Vec<&Measurement> = table.counted().collect();
    let usual = spread_of(&rows, &gpus);
    let widening = Widening {
        family: (spread_of(&rows, &families) / usual).max(1.0),
        maker: 1.5,
        precision: (spread_of(&rows, &formats) / usual).max(1.0),
        sort: 1.4,
        doubling: 1.15,
    };
    let mut entries = Vec::new();
    for kind in Kind::ALL.iter().copied() {
        for experts in [false, true] {
            let own =
                |row: &Measurement| row.kind == kind && row.deployment.shape.experts.is_some() == experts;
            entries.extend(entry(kind, experts, &rows, own, &models, &gpus));
        }
    }
    ErrorModel { widening, entries }
}

/// Share of left-out rows beyond either end of a range: a little under a tenth, since results that nobody has seen yet may
/// be stranger than those at hand.
const TAIL: f64 = 0.085;
/// Fewest rows that make an entry of their own.
const FEWEST_ROWS: usize = 20;

fn entry(
    kind: Kind,
    experts: bool,
    rows: &[&Measurement],
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
        let deployment = &row.deployment;
        push_new(&mut families, deployment.gpu.family);
        push_new(&mut precisions, deployment.weight_precision);
        most_parameters = most_parameters.max(deployment.shape.total_parameters());
        longest_context = longest_context.max(deployment.prompt_tokens + deployment.output_tokens);
    }
    errors.retain(|error| error.is_finite());
    if errors.len() < 2 * FEWEST_ROWS {
        return None;
    }
    let errors = sorted(errors);
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

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Mean over the main figures of the error's size that four rows in five stay below.
fn spread_of(rows: &[&Measurement], errors: &[f64]) -> f64 {
    let kinds = [Kind::Tpot, Kind::Throughput, Kind::TtftLoaded];
    let spread = |kind| {
        let sizes = rows
            .iter()
            .zip(errors)
            .filter(|(row, error)| row.kind == kind && error.is_finite())
            .map(|(_, error)| error.abs());
        quantile(&sorted(sizes.collect()), 0.8).unwrap_or(f64::NAN)
    };
    kinds.into_iter().map(spread).sum::<f64>() / kinds.len() as f64
}
