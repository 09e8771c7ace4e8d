//! What the engine says about models and accelerators that it never saw: whole groups are left out of the fit in turn,
//! and then predicted.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::thread;

use crate::calibration::Calibration;
use crate::calibration::constants::ConstantsFile;
use crate::engine::training::TrainingPlan;
use crate::evidence::comparison::Comparison;
use crate::evidence::measurement::{Group, Measurement};
use crate::evidence::serving::Trial;
use crate::fitting::fit::{Fits, rows, solve};
use crate::fitting::least_squares::Care;

/// A group that was left out.
pub(super) struct LeftOut {
    /// Its rows, by their place among all.
    rows: Vec<usize>,
    /// The values of the constants that fit the others best.
    pub values: Vec<f64>,
}

/// Leaves out every group of `rows` in turn, and fits the constants of a file to the others, starting from `start`.
pub(super) fn without<S: Fits>(
    file: &ConstantsFile<S::Constants>,
    rows: &[Measurement<S>],
    start: &[f64],
    by: Group,
) -> Vec<LeftOut> {
    let groups: Vec<String> = rows.iter().map(|row| row.group(by)).collect();
    let distinct: Vec<&String> = groups.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let leave_out = &|group: &String| {
        let (left_out, kept): (Vec<usize>, Vec<usize>) =
            (0..rows.len()).partition(|row| groups[*row] == *group);
        let kept: Vec<&Measurement<S>> = kept.into_iter().map(|row| &rows[row]).collect();
        LeftOut { rows: left_out, values: solve(file, &kept, start, Care::ENOUGH).values }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let start = |first| {
            let own = distinct.iter().skip(first).step_by(threads);
            scope.spawn(move || own.map(|group| leave_out(group)).collect::<Vec<_>>())
        };
        let workers: Vec<_> = (0..threads).map(start).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

/// What the engine says of each row that counts, from constants that were fitted without its group, starting from
/// those of a file; `None` where it says that the setup does not fit.
pub fn predictions<S: Fits>(file: &ConstantsFile<S::Constants>, by: Group) -> Vec<Option<f64>> {
    let rows = rows::<S>();
    let mut predicted = vec![None; rows.len()];
    for group in without(file, &rows, &file.values(), by) {
        let constants = file.constants(&group.values);
        for row in group.rows {
            predicted[row] = rows[row].predicted(&constants);
        }
    }
    predicted
}

/// Every row that counts, with the engine's prediction without its group.
pub fn comparisons(calibration: &Calibration, by: Group) -> Vec<Comparison> {
    fn of<S: Fits>(calibration: &Calibration, by: Group) -> impl Iterator<Item = Comparison> {
        let predicted = predictions::<S>(&ConstantsFile::embedded(), by);
        Measurement::<S>::counted()
            .zip(predicted)
            .map(|(row, predicted)| row.compared(predicted, &calibration.errors))
    }
    of::<Trial>(calibration, by).chain(of::<TrainingPlan>(calibration, by)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::kind::Kind;
    use crate::evidence::comparison::quantile;

    /// Families only, which are few; `whatif validate --leave-out` does models and accelerators.
    #[test]
    fn training_on_hardware_families_left_out_is_predicted_nearly_as_well() {
        let predicted = predictions::<TrainingPlan>(&ConstantsFile::embedded(), Group::Family);
        for (kind, bar) in [(Kind::TrainingThroughput, 0.15), (Kind::TrainingHours, 0.20)] {
            let mut sizes: Vec<f64> = Measurement::<TrainingPlan>::counted()
                .zip(&predicted)
                .filter(|(row, _)| row.kind == kind)
                .map(|(row, predicted)| (predicted.unwrap() / row.published - 1.0).abs())
                .collect();
            sizes.sort_by(f64::total_cmp);
            let median = quantile(&sizes, 0.5).unwrap();
            assert!(median <= bar, "{kind:?}: {median}");
        }
    }
}
