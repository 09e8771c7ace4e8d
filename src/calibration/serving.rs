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
        bandwidth_use.nvidia,
        bandwidth_use.other,
        compute_use.nvidia,
        compute_use.other,
        compute_use.widened,
        attention_bandwidth_use,
        activation_passes,
        overhead.layer_s,
        overhead.layer_tensorrt_llm_s,
        overhead.layer_vllm_2023_s,
        overhead.more_kernels_s,
        overhead.expert_layer_8bit_s,
        overhead.request_tensorrt_llm_s,
        overhead.request_python_s,
        links.large_exchange_s,
        links.bandwidth_use,
        experts.half_rate_width,
        experts.tile_tokens,
        experts.independent_share,
        experts.imbalance,
        experts.spread_slowdown,
        working_bytes,
        load.prefill_interleave,
        load.first_token_s,
        load.first_token_sglang_s,
        load.first_token_steps,
        load.first_token_steps_sglang,
        load.arrival_tensorrt_llm,
        load.arrival_python,
        load.arrival_steps,
        drift.nvidia,
        drift.other,
    ];
}
