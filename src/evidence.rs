//! Evidence: published measurements of serving and training, compared with the engine.

pub mod comparison;
pub mod measurement;
pub mod nearest;
pub mod noise;
pub mod serving;
mod table;
mod training;

use comparison::Comparison;
use measurement::{Measurement, Setup};
use serving::Trial;

use crate::calibration::Calibration;
use crate::calibration::error::ErrorModel;
use crate::engine::training::TrainingPlan;

/// Every row that counts, with the engine's prediction.
pub fn comparisons(calibration: &Calibration) -> Vec<Comparison> {
    fn of<S: Setup>(constants: &S::Constants, errors: &ErrorModel) -> impl Iterator<Item = Comparison> {
        Measurement::<S>::counted().map(|row| row.compared(row.predicted(constants), errors))
    }
    let Calibration { constants, errors } = calibration;
    of::<Trial>(&constants.serving, errors).chain(of::<TrainingPlan>(&constants.training, errors)).collect()
}
