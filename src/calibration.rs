//! The fitted constants that are checked in, and how far off the engine is with them.

pub mod serving;

use serde::de::DeserializeOwned;

use crate::analysis::Engine;
use crate::catalog::{Catalog, PRESETS};
use crate::engine::Constants;
use crate::engine::outcome::Outcome;
use crate::validation::error::{ErrorModel, ErrorSpread};
use serving::ServingCalibration;

/// Constants and the engine's error, as embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Fitted constants.
    pub constants: Constants,
    /// Logarithmic standard deviation of the engine's error in GPU-hours of training: from runs whose model was left
    /// out of the fit, of which 80% lay within a factor of 1.33.
    pub training_spread: f64,
    /// The engine's error in serving, by figure and by what is served.
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
                training: read("training.toml"),
            },
            training_spread: 0.23,
            errors: ErrorModel::embedded(),
        }
    }

    /// What analyses work with, on a catalog.
    #[must_use]
    pub fn engine<'a>(&'a self, catalog: &'a Catalog) -> Engine<'a> {
        Engine { catalog, constants: &self.constants }
    }

    /// How far off the engine may be in an outcome: wider where the scenario lies outside what was measured.
    #[must_use]
    pub fn spread_of(&self, outcome: &Outcome) -> ErrorSpread {
        match &outcome.serving {
            Ok(serving) => self.errors.deviations(&serving.main.plan.deployment, self.training_spread),
            // Nothing is served: only training has a range.
            Err(_) => ErrorSpread { throughput: 0.0, tpot: 0.0, ttft: 0.0, training: self.training_spread },
        }
    }
}

pub(crate) fn read<T: DeserializeOwned>(name: &str) -> T {
    let file = PRESETS.get_file(format!("calibration/{name}"));
    let text = file.and_then(|file| file.contents_utf8()).unwrap_or_default();
    toml::from_str(text).unwrap_or_else(|error| panic!("presets/calibration/{name}: {error}"))
}
