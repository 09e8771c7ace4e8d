//! Attention over the cache in decode, and over the prompt in prefill.

use crate::engine::precision::Precision;
use crate::engine::serving::constants::ServingConstants;
use crate::engine::serving::deployment::Deployment;
use crate::engine::serving::memory::cache_shards;

/// Rate of attention in prefill, as a share of the 16-bit rate that products reach (assumption: kernels of the Hopper generation
/// report 0.6-0.75 of the data sheet, products no more).
const COMPUTE_USE: f64 = 0.7;

/// Times of attention on one GPU of a replica, seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attention {
    /// Reading the cache of one request in one decode step.
    pub read: f64,
    /// Arithmetic of one token of it, where queries are multiplied into a latent space.
    pub token: f64,
    /// One request's fresh prompt tokens.
    pub prefill: f64,
}

impl Attention {
    pub(super) fn new(deployment: &Deployment, constants: &ServingConstants) -> Self {
        let Deployment { shape, gpu, .. } = deployment;
        let gpus = deployment.stage_gpus();
        let bandwidth = gpu.bandwidth_bytes_per_s * constants.attention_bandwidth_use;
        let rate = constants.achieved_flops_per_s(gpu, Precision::Fp16) * COMPUTE_USE * gpus;

        let mean_context = deployment.prompt_tokens + deployment.running_output() / 2.0;
        // The requests of schedulers side by side are read side by side.
        let cache = shape.growing_cache_bytes(mean_context, deployment.kv_precision)
            / (cache_shards(deployment) * deployment.schedulers());
        // The state of linear attention is read and written back.
        let state = 2.0 * shape.linear_state_bytes() / gpus;
        // Queries are multiplied into the latent space: 2 FLOPs a value for scores and 2 for the mix of values.
        let absorbed = shape.latent.map_or(0.0, |latent| {
            2.0 * shape.heads * (2.0 * latent.kv_rank + latent.rope_dim) * shape.layers * mean_context
        });

        let fresh = deployment.fresh_tokens();
        // Causal: a fresh token attends to the cached prefix and to half of the fresh ones of its prompt; more fresh tokens
        // are in long prompts.
        let spread = deployment.prompt_spread;
        let span = deployment.prompt_tokens - fresh / 2.0 * (1.0 - spread * spread);
        // Scores and values each take `h d_h` multiply-adds for a pair of tokens.
        let pairs = fresh * shape.attended_tokens(span);
        Self {
            read: (cache + state) / bandwidth,
            token: absorbed / rate,
            prefill: 4.0 * shape.attention_width() * pairs / rate,
        }
    }
}
