//! The fitted constants that are checked in, and how far off the engine is with them.

pub mod serving;

use serde::de::DeserializeOwned;

use crate::analysis::range::ErrorSpread;
use crate::catalog::PRESETS;
use crate::engine::Constants;
use crate::validation::error::ErrorModel;
use serving::ServingCalibration;

/// Constants and the engine's error, as embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Fitted constants.
    pub constants: Constants,
    /// Spread of the engine's error by kind of figure.
    pub spread: ErrorSpread,
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
            spread: ErrorSpread { throughput: 0.2, tpot: 0.2, ttft: 0.4, training: 0.23 },
            errors: ErrorModel::embedded(),
        }
    }
}

pub(crate) fn read<T: DeserializeOwned>(name: &str) -> T {
    let file = PRESETS.get_file(format!("calibration/{name}"));
    let text = file.and_then(|file| file.contents_utf8()).unwrap_or_default();
    toml::from_str(text).unwrap_or_else(|error| panic!("presets/calibration/{name}: {error}"))
}
