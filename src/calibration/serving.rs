//! The serving model's constants by the path that files use.

use crate::calibration::constants::{Field, Fitted, fields};
use crate::engine::serving::ServingConstants;

impl Fitted for ServingConstants {
    const FILE: &'static str = "serving.toml";

    const PREAMBLE: &'static str = "\
# Constants of the serving model. `whatif fit` writes this file: values by robust least squares on the logarithm of
# (predicted / published) over presets/measurements/serving.csv, pulled toward `prior` by its spread; `low` to `high`
# is the 80% range that the rows leave. `prior_spread` is a standard deviation of the logarithm.
";

    const FIELDS: &'static [(&'static str, Field<Self>)] = fields![
        bandwidth_use.ampere,
        bandwidth_use.ada,
        bandwidth_use.hopper,
        bandwidth_use.blackwell,
        bandwidth_use.cdna,
        compute_use_16bit.ampere,
        compute_use_16bit.ada,
        compute_use_16bit.hopper,
        compute_use_16bit.blackwell,
        compute_use_16bit.cdna,
        compute_use_8bit.ampere,
        compute_use_8bit.ada,
        compute_use_8bit.hopper,
        compute_use_8bit.blackwell,
        compute_use_8bit.cdna,
        compute_use_4bit,
        ridge_exponent,
        attention_bandwidth_use,
        attention_compute_use,
        activation_passes,
        overhead.layer_s,
        overhead.expert_layer_s,
        overhead.expert_layer_8bit_s,
        overhead.blackwell_ratio,
        overhead.step_s,
        overhead.request_tensorrt_llm_s,
        overhead.request_python_s,
        links.fabric_latency_s,
        links.pcie_latency_s,
        links.fabric_use,
        links.pcie_use,
        links.expert_parallel_gain,
        experts.half_rate_width,
        experts.tile_tokens,
        experts.independent_share,
        experts.imbalance,
        memory.cache_share,
        memory.working_bytes,
        memory.reserved_output_share,
        load.prefill_interleave,
        load.prefill_queue_share,
        load.first_token_tensorrt_llm_s,
        load.first_token_vllm_s,
        load.first_token_sglang_s,
        load.first_token_steps,
        load.first_token_steps_sglang,
        legacy.tensorrt_llm_layer_s,
        legacy.tensorrt_llm_compute,
        legacy.vllm_layer_s,
    ];
}
