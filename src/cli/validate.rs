//! `whatif validate`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::calibration::Calibration;
use crate::catalog::Catalog;
use crate::cli::output::FormatArgs;
use crate::evidence::serving::ServingTable;
use crate::evidence::{Comparison, training};
use crate::report::validation;

/// Predicted against published results, per kind
#[derive(Debug, Args)]
pub(super) struct Validate {
    #[command(flatten)]
    format: FormatArgs,
    /// Predict each group from constants that were fitted without it; takes half a minute
    #[cfg(feature = "fit")]
    #[arg(long, value_enum, value_name = "GROUP")]
    leave_out: Option<left_out::Group>,
}

impl Validate {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let catalog = Catalog::embedded();
        let calibration = Calibration::embedded();
        #[cfg_attr(not(feature = "fit"), expect(unused_mut, reason = "only a fit leaves rows out"))]
        let mut rows = comparisons(&catalog, &calibration);
        #[cfg(feature = "fit")]
        if let Some(group) = self.leave_out {
            left_out::predict(&mut rows, &catalog, group);
        }
        self.format.print(&validation::page(&rows))
    }
}

/// Every published figure beside the engine's own.
fn comparisons(catalog: &Catalog, calibration: &Calibration) -> Vec<Comparison> {
    let mut rows = ServingTable::embedded().comparisons(&calibration.constants.serving, &calibration.errors);
    rows.extend(training::comparisons(catalog, &calibration.constants.training, &calibration.errors));
    rows
}

#[cfg(feature = "fit")]
mod left_out {
    use clap::ValueEnum;

    use crate::calibration::serving::ServingCalibration;
    use crate::calibration::training::TrainingCalibration;
    use crate::catalog::Catalog;
    use crate::evidence::serving::ServingTable;
    use crate::evidence::{Comparison, LeaveOut, training};
    use crate::fitting;

    /// What may be left out.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
    pub(super) enum Group {
        /// Whole models
        Model,
        /// Whole accelerators
        Gpu,
        /// Whole hardware families
        Family,
    }

    /// Predicts each row from constants that were fitted without its group.
    pub(super) fn predict(rows: &mut [Comparison], catalog: &Catalog, group: Group) {
        let by = match group {
            Group::Model => LeaveOut::Model,
            Group::Gpu => LeaveOut::Gpu,
            Group::Family => LeaveOut::Family,
        };
        let table = ServingTable::embedded();
        let mut errors = fitting::serving::cross::left_out_errors(table, &ServingCalibration::embedded(), by);
        errors.extend(fitting::training::cross::left_out_errors(
            &training::measurements(catalog),
            &TrainingCalibration::embedded(),
            by,
        ));
        for (row, error) in rows.iter_mut().zip(errors) {
            // What is said not to fit yields nothing: wholly wrong, since it ran.
            row.predicted = if error.is_finite() { row.published / error.exp() } else { 0.0 };
        }
    }
}
