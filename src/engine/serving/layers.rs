//! Linear layers: weights that are read, arithmetic, and what passes between the products.

use crate::engine::precision::Precision;
use crate::engine::serving::constants::ServingConstants;
use crate::engine::serving::deployment::Deployment;
use crate::engine::shape::{Experts, ModelShape};

/// Bytes of one parameter of the output head: quantized checkpoints keep it in 16 bits.
const HEAD_BYTES: f64 = 2.0;
/// Bytes of one activation: 16 bits, whatever the weights are stored in.
pub(super) const ACTIVATION_BYTES: f64 = 2.0;
/// Activations pass through the cache as much as through memory, so their time falls with the square root of the
/// memory's bandwidth; at this bandwidth, bytes per second, both count alike.
const ACTIVATION_BANDWIDTH_PIVOT: f64 = 3e12;
/// A half-empty tile takes as long as its weights take to pass, so that its time falls with the square root of the chip's
/// rate; at this rate, FLOP/s, with the rate itself.
const TILE_RATE_PIVOT: f64 = 1e15;
/// Visited experts of a GPU below which the fullest is taken to hold no more.
const FEWEST_EXPERTS: f64 = 0.3;

/// Time of the linear layers on one GPU of a replica, as functions of the tokens that pass through together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layers {
    /// Reading what every token needs: attention, dense feed-forward, shared experts, head; seconds.
    shared_read_s: f64,
    /// Arithmetic of one token without routed experts and the output head, seconds.
    token_s: f64,
    /// Arithmetic of one token in the output head, seconds.
    head_token_s: f64,
    /// Routed experts; `None` for a dense model.
    routed: Option<Routed>,
}

/// Time of the routed experts.
#[derive(Debug, Clone, Copy)]
struct Routed {
    /// Reading all of them, seconds.
    read_s: f64,
    /// Arithmetic of one token, seconds.
    token_s: f64,
    /// Rounding up to whole tiles when every expert is visited, seconds.
    tiles_s: f64,
    /// Natural logarithm of the chance that a token passes an expert by.
    ln_passed_by: f64,
    /// Share of tokens that choose their experts independently.
    independent_share: f64,
    /// GPUs over which they are spread.
    spread: f64,
    /// Experts that one of these holds, and that a token visits there.
    held: f64,
    visits: f64,
    /// What the fullest of so many GPUs lies above the mean: the expected maximum of normals, times its fitted constant.
    fullest: f64,
    /// Slowing by spreading alone.
    slowing: f64,
}

/// Time of one pass through the linear layers, seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    /// The whole pass.
    pub total_s: f64,
    /// The part of it that reading weights accounts for.
    pub reading_s: f64,
}

impl Pass {
    /// Reading and arithmetic in turn: kernels of today hide little of one behind the other.
    fn new(reading_s: f64, arithmetic_s: f64) -> Self {
        Self { total_s: reading_s + arithmetic_s, reading_s }
    }
}

impl Layers {
    pub(super) fn new(deployment: &Deployment, shared: &Shared, constants: &ServingConstants) -> Self {
        let Deployment { shape, gpu, .. } = deployment;
        let gpus = deployment.stage_gpus();
        let bandwidth = gpu.bandwidth_bytes_per_s * constants.bandwidth_use.of(gpu.family);
        let rate = |precision| constants.achieved_flops_per_s(gpu, precision) * gpus;
        let expert_share = shape.expert_layers() / shape.layers;
        let (active, width) =
            shape.experts.map_or((0.0, shape.ffn), |experts| (experts.active, experts.active * experts.ffn));
        // Norms and residuals run on every GPU that holds the token. What is sent to experts, and the feed-forward's middle,
        // is split.
        let holders = 1.0 / deployment.schedulers();
        let passed_values =
            2.0 * shape.layers * (shape.hidden * (holders + expert_share * active / gpus) + width / gpus);
        let activation_bandwidth = (gpu.bandwidth_bytes_per_s * ACTIVATION_BANDWIDTH_PIVOT).sqrt();
        Self {
            shared_read_s: (shared.bytes()
                + shape.head_parameters() * head_bytes(deployment.weight_precision))
                / (bandwidth * deployment.attention_gpus()),
            token_s: constants.activation_passes * passed_values / activation_bandwidth
                + shared
                    .0
                    .iter()
                    .map(|&(parameters, precision)| 2.0 * parameters / rate(precision))
                    .sum::<f64>(),
            head_token_s: 2.0 * shape.head_parameters() / rate(Precision::Fp16),
            routed: shape.experts.map(|experts| Routed::new(deployment, &experts, bandwidth, constants)),
        }
    }

    /// One decode step in which so many tokens pass.
    #[inline]
    pub(super) fn decode(&self, tokens: f64) -> Pass {
        let arithmetic = tokens * (self.token_s + self.head_token_s);
        let (reading, products) = self.routed.map_or((0.0, 0.0), |routed| routed.times(tokens));
        Pass::new(self.shared_read_s + reading, arithmetic + products)
    }

    /// A pass over the `tokens` of prompts, with the weights read for it alone.
    #[inline]
    pub(super) fn prefill(&self, tokens: f64, requests: f64) -> Pass {
        let (reading, tiles) = self.routed.map_or((0.0, 0.0), |routed| {
            let visited = routed.visited(tokens);
            (routed.read_s * visited, routed.tiles_s * visited)
        });
        Pass::new(self.shared_read_s + reading, self.marginal_prefill_s(tokens * requests) + tiles)
    }

    /// Arithmetic of `tokens` that join a pass whose weights are read anyway, seconds.
    #[inline]
    pub(super) fn marginal_prefill_s(&self, tokens: f64) -> f64 {
        tokens * (self.token_s + self.routed.map_or(0.0, |routed| routed.token_s * routed.slowing))
    }
}

impl Routed {
    fn new(deployment: &Deployment, experts: &Experts, bandwidth: f64, constants: &ServingConstants) -> Self {
        let Deployment { shape, gpu, weight_precision, .. } = deployment;
        let fitted = &constants.experts;
        let gpus = deployment.stage_gpus();
        let parameters = shape.routed_parameters();
        let spread = f64::from(deployment.layout.expert_parallel.max(1));
        let narrow = 1.0 + fitted.half_rate_width * gpus / spread / experts.ffn;
        let rate = constants.expert_flops_per_s(gpu, *weight_precision);
        // Weights that are widened first pass as fast as any while the tile is half empty.
        let tile_rate = rate.max(constants.achieved_flops_per_s(gpu, Precision::Fp16));
        let active_share = experts.active / experts.count;
        Self {
            read_s: parameters * weight_precision.bytes() / (bandwidth * gpus),
            token_s: 2.0 * parameters * active_share * narrow / (rate * gpus),
            tiles_s: 2.0 * parameters * fitted.tile_tokens * narrow
                / ((tile_rate * TILE_RATE_PIVOT).sqrt() * gpus),
            ln_passed_by: if active_share < 1.0 { (1.0 - active_share).ln() } else { f64::NEG_INFINITY },
            independent_share: fitted.independent_share,
            spread,
            held: experts.count / spread,
            visits: experts.active / spread,
            fullest: fitted.imbalance * (2.0 * spread.ln()).sqrt(),
            slowing: 1.0 + fitted.spread_slowdown * (1.0 - 1.0 / spread),
        }
    }

    /// Reading and arithmetic of so many tokens on the fullest GPU, seconds.
    ///
    /// Of `m` visited experts on a GPU on average, out of all of which a share `v` is visited, the fullest of `e` GPUs holds
    /// `m + sqrt(2 ln e (1 - v) m)`; of `T` tokens on average it gets `T + sqrt(2 ln e T)`.
    #[inline]
    fn times(&self, tokens: f64) -> (f64, f64) {
        let visited = self.visited(tokens);
        let (mut fuller_reading, mut fuller_products) = (1.0, 1.0);
        if self.spread > 1.0 {
            let experts = (visited * self.held).max(FEWEST_EXPERTS);
            fuller_reading += self.fullest * ((1.0 - visited) / experts).sqrt();
            let copies = (tokens * self.visits).max(1.0);
            fuller_products = (self.slowing + self.fullest / copies.sqrt()).min(self.spread);
        }
        let products = tokens * self.token_s * fuller_products + self.tiles_s * visited;
        (self.read_s * visited * fuller_reading, products)
    }

    /// Share of the experts that some token visits: `1 - (1 - k/E)^n` for `n` independent tokens.
    #[inline]
    fn visited(&self, tokens: f64) -> f64 {
        let independent = 1.0 + (tokens - 1.0).max(0.0) * self.independent_share;
        -(self.ln_passed_by * independent).exp_m1()
    }
}

/// Parameters of the layers that every token passes, with the format in which they are stored: mixtures of experts in four
/// bits keep attention and routers in 16 (`hf_quant_config.json` of nvidia/DeepSeek-R1-FP4; gpt-oss).
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared([(f64, Precision); 2]);

impl Shared {
    pub(super) fn new(shape: &ModelShape, weights: Precision) -> Self {
        let attention = shape.layers * shape.attention_parameters_per_layer()
            + shape.expert_layers() * shape.router_parameters();
        let kept = if shape.experts.is_some() && weights.bytes() < 1.0 { Precision::Bf16 } else { weights };
        Self([(attention, kept), (shape.shared_layer_parameters() - attention, weights)])
    }

    /// Bytes of those.
    #[inline]
    pub(super) fn bytes(&self) -> f64 {
        self.0.iter().map(|(parameters, precision)| parameters * precision.bytes()).sum()
    }
}

/// Bytes of one parameter of the head.
pub(super) fn head_bytes(weights: Precision) -> f64 {
    HEAD_BYTES.max(if weights == Precision::Fp32 { 4.0 } else { 0.0 })
}
