//! Linear layers: weights that are read, arithmetic, and what passes between the products.

use crate::engine::precision::Precision;
use crate::engine::serving::constants::ServingConstants;
use crate::engine::serving::deployment::{Deployment, ServingEngine};
use crate::engine::shape::ModelShape;

/// Bytes of one parameter of the output head: quantized checkpoints keep it in 16 bits.
const HEAD_BYTES: f64 = 2.0;
/// Bytes of one activation: 16 bits, whatever the weights are stored in.
pub(super) const ACTIVATION_BYTES: f64 = 2.0;
/// Activations pass through the cache as much as through memory, so their time falls with the square root of the
/// memory's bandwidth; at this bandwidth, bytes per second, both count alike.
const ACTIVATION_BANDWIDTH_PIVOT: f64 = 3e12;

/// Time of the linear layers on one GPU of a replica, as functions of the tokens that pass through together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layers {
    /// Reading what every token needs: attention, dense feed-forward, shared experts, head; seconds.
    shared_read_s: f64,
    /// Reading all routed experts, seconds.
    routed_read_s: f64,
    /// Arithmetic of one token without the output head, seconds.
    token_s: f64,
    /// Arithmetic of one token in the output head, seconds.
    head_token_s: f64,
    /// Rounding up to whole tiles when every expert is visited, seconds.
    tiles_s: f64,
    /// Natural logarithm of the chance that a token passes an expert by.
    ln_passed_by: f64,
    /// Share of tokens that choose their experts independently.
    independent_share: f64,
    /// Exponent with which reading and arithmetic join.
    ridge_exponent: f64,
}

/// Time of one pass through the linear layers, seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    /// The whole pass.
    pub total_s: f64,
    /// The part of it that reading weights accounts for.
    pub reading_s: f64,
}

impl Layers {
    pub(super) fn new(deployment: &Deployment, constants: &ServingConstants) -> Self {
        let Deployment { shape, gpu, .. } = deployment;
        let gpus = f64::from(deployment.tensor_parallel);
        let bandwidth = gpu.bandwidth_bytes_per_s * constants.bandwidth_use.of(gpu.family) * gpus;
        let speed = match deployment.engine {
            ServingEngine::TensorRtLlm2023 => constants.legacy.tensorrt_llm_compute,
            _ => 1.0,
        };
        let rate = |precision| constants.achieved_flops_per_s(gpu, precision) * speed * gpus;
        let shared_precision = shared_precision(shape, deployment.weight_precision);
        let (routed_parameters, active_share, slowdown, width) = match shape.experts {
            Some(experts) => {
                let spread = f64::from(deployment.expert_parallel.max(1));
                let slices = gpus / spread;
                let narrow = 1.0 + constants.experts.half_rate_width * slices / experts.ffn;
                let uneven = 1.0 + constants.experts.imbalance * (1.0 - 1.0 / spread);
                let share = experts.active / experts.count;
                (shape.routed_parameters(), share, Slowdown { narrow, uneven }, experts.active * experts.ffn)
            }
            None => (0.0, 1.0, Slowdown { narrow: 1.0, uneven: 1.0 }, shape.ffn),
        };
        let expert_share = shape.expert_layers() / shape.layers;
        let active = shape.experts.map_or(0.0, |experts| experts.active);
        // Norms and residuals run on every GPU that holds the token: all of them, or only the one that scheduled it. What
        // is sent to experts, and the feed-forward's middle, is split.
        let holders = 1.0 / f64::from(deployment.expert_parallel.max(1));
        let passed_values =
            2.0 * shape.layers * (shape.hidden * (holders + expert_share * active / gpus) + width / gpus);
        let activation_bandwidth = (gpu.bandwidth_bytes_per_s * ACTIVATION_BANDWIDTH_PIVOT).sqrt();
        let shared = shape.shared_layer_parameters();
        let shared_rate = rate(shared_precision);
        let expert_rate = rate(deployment.weight_precision) / (slowdown.narrow * slowdown.uneven);
        Self {
            shared_read_s: (shared * shared_precision.bytes()
                + shape.head_parameters() * head_bytes(deployment.weight_precision))
                / bandwidth,
            routed_read_s: routed_parameters * deployment.weight_precision.bytes() * slowdown.uneven
                / bandwidth,
            token_s: constants.activation_passes * passed_values / activation_bandwidth
                + 2.0 * shared / shared_rate
                + 2.0 * routed_parameters * active_share / expert_rate,
            head_token_s: 2.0 * shape.head_parameters() / rate(Precision::Fp16),
            tiles_s: 2.0 * routed_parameters * constants.experts.tile_tokens / expert_rate,
            ln_passed_by: if active_share < 1.0 { (1.0 - active_share).ln() } else { f64::NEG_INFINITY },
            independent_share: constants.experts.independent_share,
            ridge_exponent: constants.ridge_exponent,
        }
    }

    /// One decode step of a batch.
    pub(super) fn decode(&self, batch: f64) -> Pass {
        let visited = self.visited(batch);
        let reading = self.shared_read_s + self.routed_read_s * visited;
        let arithmetic = batch * (self.token_s + self.head_token_s) + self.tiles_s * visited;
        self.pass(reading, arithmetic)
    }

    /// A pass over the `tokens` of prompts, with the weights read for it alone.
    pub(super) fn prefill(&self, tokens: f64, requests: f64) -> Pass {
        let visited = self.visited(tokens);
        let reading = self.shared_read_s + self.routed_read_s * visited;
        self.pass(reading, self.marginal_prefill_s(tokens * requests) + self.tiles_s * visited)
    }

    /// Arithmetic of `tokens` that join a pass whose weights are read anyway, seconds.
    pub(super) fn marginal_prefill_s(&self, tokens: f64) -> f64 {
        tokens * self.token_s
    }

    /// Share of the experts that some token visits: `1 - (1 - k/E)^n` for `n` independent tokens.
    fn visited(&self, tokens: f64) -> f64 {
        if self.routed_read_s == 0.0 {
            return 0.0;
        }
        let independent = 1.0 + (tokens - 1.0).max(0.0) * self.independent_share;
        -(self.ln_passed_by * independent).exp_m1()
    }

    fn pass(&self, reading_s: f64, arithmetic_s: f64) -> Pass {
        let total_s = join(reading_s, arithmetic_s, self.ridge_exponent);
        Pass { total_s, reading_s: total_s * reading_s / (reading_s + arithmetic_s) }
    }
}

/// What makes an expert's products slower than those of a dense layer.
struct Slowdown {
    narrow: f64,
    uneven: f64,
}

/// Two times that overlap in part: their p-norm, between the maximum and the sum.
pub(super) fn join(one: f64, other: f64, exponent: f64) -> f64 {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    if low == 0.0 {
        return high;
    }
    high * (1.0 + (low / high).powf(exponent)).powf(1.0 / exponent)
}

/// Format of the weights that every token passes: mixtures of experts in four bits keep attention in 16.
pub(super) fn shared_precision(shape: &ModelShape, weights: Precision) -> Precision {
    if shape.experts.is_some() && weights == Precision::Fp4 { Precision::Bf16 } else { weights }
}

/// Bytes of one parameter of the head.
pub(super) fn head_bytes(weights: Precision) -> f64 {
    HEAD_BYTES.max(if weights == Precision::Fp32 { 4.0 } else { 0.0 })
}
