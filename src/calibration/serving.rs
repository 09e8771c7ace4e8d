//! The serving model's constants as they are checked in: value, range, prior and source of each.

use serde::Deserialize;

use crate::calibration::FittedConstant;
use crate::engine::serving::ServingConstants;

/// The file of constants, entry by entry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServingCalibration {
    /// Every constant, in the order of the file.
    #[serde(rename = "constant")]
    pub constants: Vec<FittedConstant>,
}

/// Comment at the head of the file.
const PREAMBLE: &str = "\
# Constants of the serving model. `whatif fit` writes this file: values by robust least squares on the logarithm of
# (predicted / published) over presets/measurements/serving.csv, drawn towards `prior` by its spread; `low` to `high`
# is the 80% range that the rows leave. `prior_spread` is a standard deviation of the logarithm.
";

/// Reads the field of a constant.
type Accessor = fn(&mut ServingConstants) -> &mut f64;

/// Every constant by the path that files use.
const FIELDS: [(&str, Accessor); 49] = [
    ("bandwidth_use.ampere", |c| &mut c.bandwidth_use.ampere),
    ("bandwidth_use.ada", |c| &mut c.bandwidth_use.ada),
    ("bandwidth_use.hopper", |c| &mut c.bandwidth_use.hopper),
    ("bandwidth_use.blackwell", |c| &mut c.bandwidth_use.blackwell),
    ("bandwidth_use.cdna", |c| &mut c.bandwidth_use.cdna),
    ("compute_use_16bit.ampere", |c| &mut c.compute_use_16bit.ampere),
    ("compute_use_16bit.ada", |c| &mut c.compute_use_16bit.ada),
    ("compute_use_16bit.hopper", |c| &mut c.compute_use_16bit.hopper),
    ("compute_use_16bit.blackwell", |c| &mut c.compute_use_16bit.blackwell),
    ("compute_use_16bit.cdna", |c| &mut c.compute_use_16bit.cdna),
    ("compute_use_8bit.ampere", |c| &mut c.compute_use_8bit.ampere),
    ("compute_use_8bit.ada", |c| &mut c.compute_use_8bit.ada),
    ("compute_use_8bit.hopper", |c| &mut c.compute_use_8bit.hopper),
    ("compute_use_8bit.blackwell", |c| &mut c.compute_use_8bit.blackwell),
    ("compute_use_8bit.cdna", |c| &mut c.compute_use_8bit.cdna),
    ("compute_use_4bit", |c| &mut c.compute_use_4bit),
    ("ridge_exponent", |c| &mut c.ridge_exponent),
    ("attention_bandwidth_use", |c| &mut c.attention_bandwidth_use),
    ("attention_compute_use", |c| &mut c.attention_compute_use),
    ("activation_passes", |c| &mut c.activation_passes),
    ("overhead.layer_s", |c| &mut c.overhead.layer_s),
    ("overhead.expert_layer_s", |c| &mut c.overhead.expert_layer_s),
    ("overhead.expert_layer_8bit_s", |c| &mut c.overhead.expert_layer_8bit_s),
    ("overhead.blackwell_ratio", |c| &mut c.overhead.blackwell_ratio),
    ("overhead.step_s", |c| &mut c.overhead.step_s),
    ("overhead.request_tensorrt_llm_s", |c| &mut c.overhead.request_tensorrt_llm_s),
    ("overhead.request_python_s", |c| &mut c.overhead.request_python_s),
    ("links.fabric_latency_s", |c| &mut c.links.fabric_latency_s),
    ("links.pcie_latency_s", |c| &mut c.links.pcie_latency_s),
    ("links.fabric_use", |c| &mut c.links.fabric_use),
    ("links.pcie_use", |c| &mut c.links.pcie_use),
    ("links.expert_parallel_gain", |c| &mut c.links.expert_parallel_gain),
    ("experts.half_rate_width", |c| &mut c.experts.half_rate_width),
    ("experts.tile_tokens", |c| &mut c.experts.tile_tokens),
    ("experts.independent_share", |c| &mut c.experts.independent_share),
    ("experts.imbalance", |c| &mut c.experts.imbalance),
    ("memory.cache_share", |c| &mut c.memory.cache_share),
    ("memory.working_bytes", |c| &mut c.memory.working_bytes),
    ("memory.reserved_output_share", |c| &mut c.memory.reserved_output_share),
    ("load.prefill_interleave", |c| &mut c.load.prefill_interleave),
    ("load.prefill_queue_share", |c| &mut c.load.prefill_queue_share),
    ("load.first_token_tensorrt_llm_s", |c| &mut c.load.first_token_tensorrt_llm_s),
    ("load.first_token_vllm_s", |c| &mut c.load.first_token_vllm_s),
    ("load.first_token_sglang_s", |c| &mut c.load.first_token_sglang_s),
    ("load.first_token_steps", |c| &mut c.load.first_token_steps),
    ("load.first_token_steps_sglang", |c| &mut c.load.first_token_steps_sglang),
    ("legacy.tensorrt_llm_layer_s", |c| &mut c.legacy.tensorrt_llm_layer_s),
    ("legacy.tensorrt_llm_compute", |c| &mut c.legacy.tensorrt_llm_compute),
    ("legacy.vllm_layer_s", |c| &mut c.legacy.vllm_layer_s),
];

impl ServingCalibration {
    /// The entries that are built in.
    ///
    /// # Panics
    ///
    /// When the embedded file is malformed or names no field; a test reads it.
    #[must_use]
    pub fn embedded() -> Self {
        let calibration: Self = crate::catalog::embedded_toml("calibration/serving.toml");
        for entry in &calibration.constants {
            assert!(field(&entry.id).is_some(), "presets/calibration/serving.toml: no constant {}", entry.id);
        }
        calibration
    }

    /// The constants that the entries' values make.
    #[must_use]
    pub fn values(&self) -> ServingConstants {
        let mut constants = ServingConstants::default();
        for entry in &self.constants {
            set(&mut constants, &entry.id, entry.value);
        }
        constants
    }

    /// The file that holds these entries.
    #[must_use]
    pub fn to_toml(&self) -> String {
        super::write(PREAMBLE, &self.constants)
    }
}

/// Sets the constant with this path; false when there is none.
pub fn set(constants: &mut ServingConstants, id: &str, value: f64) -> bool {
    match field(id) {
        Some(accessor) => {
            *accessor(constants) = value;
            true
        }
        None => false,
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
        let entries = ServingCalibration::embedded().constants;
        let mut ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
        let fields: Vec<&str> = FIELDS.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, fields);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), fields.len());
    }

    #[test]
    fn values_lie_in_their_ranges_and_reach_their_fields() {
        let calibration = ServingCalibration::embedded();
        let mut values = calibration.values();
        for entry in &calibration.constants {
            assert!(entry.low <= entry.value && entry.value <= entry.high, "{}", entry.id);
            assert_eq!(*field(&entry.id).unwrap()(&mut values), entry.value);
        }
    }

    #[test]
    fn the_priors_of_the_file_are_those_of_the_engine() {
        let mut priors = ServingConstants::default();
        for entry in ServingCalibration::embedded().constants {
            assert_eq!(*field(&entry.id).unwrap()(&mut priors), entry.prior, "{}", entry.id);
        }
    }

    #[test]
    fn the_file_is_written_as_it_is_read() {
        let calibration = ServingCalibration::embedded();
        assert_eq!(toml::from_str::<ServingCalibration>(&calibration.to_toml()).unwrap(), calibration);
    }
}
