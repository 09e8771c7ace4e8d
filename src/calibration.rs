//! The fitted constants that are checked in, and how far off the engine is with them.

pub mod error;
pub mod kind;
pub mod serving;
pub mod training;

use std::fmt::Write as _;

use serde::Deserialize;

use crate::calibration::error::{ErrorModel, ErrorSpread};
use crate::engine::Constants;
use crate::engine::outcome::Outcome;
use crate::engine::training::TrainingPlan;
use serving::ServingCalibration;
use training::TrainingCalibration;

/// Constants and the engine's error, as embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Fitted constants.
    pub constants: Constants,
    /// The engine's error by figure, and by what is served or trained.
    pub errors: ErrorModel,
}

impl Calibration {
    /// What is built in.
    ///
    /// # Panics
    ///
    /// When an embedded file is malformed; a test reads them all.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            constants: Constants {
                serving: ServingCalibration::embedded().values(),
                training: TrainingCalibration::embedded().values(),
            },
            errors: ErrorModel::embedded(),
        }
    }

    /// How far off the engine may be in an outcome: wider where the scenario lies outside what was measured.
    #[must_use]
    pub fn spread_of(&self, outcome: &Outcome, run: &TrainingPlan) -> ErrorSpread {
        let training = self.errors.training_deviation(run);
        match &outcome.serving {
            Ok(serving) => self.errors.deviations(&serving.main.plan.deployment, training),
            // Nothing is served: only training has a range.
            Err(_) => ErrorSpread { throughput: 0.0, tpot: 0.0, ttft: 0.0, training },
        }
    }
}

/// One constant of a file in `presets/calibration`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedConstant {
    /// Path of the field in the engine's constants.
    pub id: String,
    /// Fitted value.
    pub value: f64,
    /// Low end of the 80% range that the measurements leave.
    pub low: f64,
    /// High end of it.
    pub high: f64,
    /// What was believed before the measurements.
    pub prior: f64,
    /// How firmly: standard deviation of the prior's logarithm.
    pub prior_spread: f64,
    /// Unit of the value.
    pub unit: String,
    /// Hardware family, number format, engine or kind of model that it belongs to.
    pub family: String,
    /// What it means.
    pub meaning: String,
    /// What the prior rests on.
    pub source: String,
}

/// A file of constants, as it is checked in.
fn write(preamble: &str, constants: &[FittedConstant]) -> String {
    let mut text = preamble.to_owned();
    for entry in constants {
        let FittedConstant { id, unit, family, meaning, source, prior_spread, .. } = entry;
        let numbers =
            [("value", entry.value), ("low", entry.low), ("high", entry.high), ("prior", entry.prior)];
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n[[constant]]\nid = \"{id}\"");
        for (name, number) in numbers {
            let _ = writeln!(text, "{name} = {number:.4e}");
        }
        let _ = writeln!(
            text,
            "prior_spread = {prior_spread}\nunit = \"{unit}\"\nfamily = \"{family}\"\nmeaning = \"{meaning}\"\n\
             source = \"{source}\""
        );
    }
    text
}
