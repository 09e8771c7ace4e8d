//! The training model's constants as they are checked in: value, range, prior and source of each.

use serde::Deserialize;

use crate::calibration::FittedConstant;
use crate::engine::training::TrainingConstants;

/// The file of constants, entry by entry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingCalibration {
    /// Every constant, in the order of the file.
    #[serde(rename = "constant")]
    pub constants: Vec<FittedConstant>,
}

/// Comment at the head of the file.
const PREAMBLE: &str = "\
# Constants of the training model. `whatif fit` writes this file: values by robust least squares on the logarithm of
# (predicted / published) over presets/measurements/training.csv and the runs of tiers A and B in training_runs.csv, drawn
# towards `prior` by its spread; `low` to `high` is the 80% range that the rows leave. `prior_spread` is a standard
# deviation of the logarithm.
";

/// Reads the field of a constant.
type Accessor = fn(&mut TrainingConstants) -> &mut f64;

/// Every constant by the path that files use.
const FIELDS: [(&str, Accessor); 19] = [
    ("product_efficiency", |c| &mut c.product_efficiency),
    ("product_efficiency_tpu", |c| &mut c.product_efficiency_tpu),
    ("power_exponent", |c| &mut c.power_exponent),
    ("half_width", |c| &mut c.half_width),
    ("fp8_gain", |c| &mut c.fp8_gain),
    ("attention_efficiency", |c| &mut c.attention_efficiency),
    ("activation_passes", |c| &mut c.activation_passes),
    ("score_passes", |c| &mut c.score_passes),
    ("routing_passes", |c| &mut c.routing_passes),
    ("expert_efficiency", |c| &mut c.expert_efficiency),
    ("tensor_exposed", |c| &mut c.tensor_exposed),
    ("expert_exposed", |c| &mut c.expert_exposed),
    ("data_exposed", |c| &mut c.data_exposed),
    ("straggling", |c| &mut c.straggling),
    ("goodput.ampere", |c| &mut c.goodput.ampere),
    ("goodput.hopper", |c| &mut c.goodput.hopper),
    ("goodput.tpu", |c| &mut c.goodput.tpu),
    ("goodput.experts", |c| &mut c.goodput.experts),
    ("goodput.size_exponent", |c| &mut c.goodput.size_exponent),
];

impl TrainingCalibration {
    /// The entries that are built in.
    ///
    /// # Panics
    ///
    /// When the embedded file is malformed or names no field; a test reads it.
    #[must_use]
    pub fn embedded() -> Self {
        let calibration: Self = crate::catalog::embedded_toml("calibration/training.toml");
        for entry in &calibration.constants {
            assert!(
                field(&entry.id).is_some(),
                "presets/calibration/training.toml: no constant {}",
                entry.id
            );
        }
        calibration
    }

    /// The constants that the entries' values make.
    #[must_use]
    pub fn values(&self) -> TrainingConstants {
        let values: Vec<f64> = self.constants.iter().map(|entry| entry.value).collect();
        self.with(&values)
    }

    /// The constants with other values for the entries, in their order.
    #[must_use]
    pub fn with(&self, values: &[f64]) -> TrainingConstants {
        let mut constants = TrainingConstants::default();
        for (entry, value) in self.constants.iter().zip(values) {
            if let Some(place) = field(&entry.id) {
                *place(&mut constants) = *value;
            }
        }
        constants
    }

    /// The file that holds these entries.
    #[must_use]
    pub fn to_toml(&self) -> String {
        super::write(PREAMBLE, &self.constants)
    }
}

fn field(id: &str) -> Option<Accessor> {
    FIELDS.iter().find(|(name, _)| *name == id).map(|(_, accessor)| *accessor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_checked_in_once() {
        let entries = TrainingCalibration::embedded().constants;
        let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, FIELDS.map(|(id, _)| id));
    }

    #[test]
    fn values_lie_in_their_ranges_and_reach_their_fields() {
        let calibration = TrainingCalibration::embedded();
        let mut values = calibration.values();
        for entry in &calibration.constants {
            assert!(entry.low <= entry.value && entry.value <= entry.high, "{}", entry.id);
            assert_eq!(*field(&entry.id).unwrap()(&mut values), entry.value);
        }
    }

    #[test]
    fn the_priors_of_the_file_are_those_of_the_engine() {
        let mut priors = TrainingConstants::default();
        for entry in TrainingCalibration::embedded().constants {
            assert_eq!(*field(&entry.id).unwrap()(&mut priors), entry.prior, "{}", entry.id);
        }
    }

    #[test]
    fn the_file_is_written_as_it_is_read() {
        let calibration = TrainingCalibration::embedded();
        assert_eq!(toml::from_str::<TrainingCalibration>(&calibration.to_toml()).unwrap(), calibration);
    }
}
