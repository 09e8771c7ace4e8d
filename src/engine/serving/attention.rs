//! Attention over the cache in decode, and over the prompt in prefill.

use crate::engine::precision::Precision;
use crate::engine::serving::constants::ServingConstants;
use crate::engine::serving::deployment::Deployment;
use crate::engine::serving::layers::join;
use crate::engine::serving::memory::cache_shards;

/// Time of attention on one GPU of a replica.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attention {
    /// One request in one decode step, seconds.
    pub decode_request_s: f64,
    /// One request's fresh prompt tokens, seconds.
    pub prefill_s: f64,
}

impl Attention {
    pub(super) fn new(deployment: &Deployment, constants: &ServingConstants) -> Self {
        let Deployment { shape, gpu, .. } = deployment;
        let gpus = f64::from(deployment.tensor_parallel);
        let bandwidth = gpu.bandwidth_bytes_per_s * constants.attention_bandwidth_use;
        let rate =
            constants.achieved_flops_per_s(gpu, Precision::Fp16) * constants.attention_compute_use * gpus;

        let mean_context = deployment.prompt_tokens + deployment.running_output() / 2.0;
        let cache =
            shape.growing_cache_bytes(mean_context, deployment.kv_precision) / cache_shards(deployment);
        // The state of linear attention is read and written back.
        let state = 2.0 * shape.linear_state_bytes() / gpus;
        let absorbed = shape.latent.map_or(0.0, |latent| {
            // Queries are multiplied into the latent space: 2 FLOPs a value for scores and 2 for the mix of values.
            2.0 * shape.heads * (2.0 * latent.kv_rank + latent.rope_dim) * shape.layers * mean_context / rate
        });

        let prompt = deployment.prompt_tokens;
        let fresh = prompt * (1.0 - deployment.prefix_hit_rate);
        // Causal: a fresh token attends to the cached prefix and to half of the fresh ones of its prompt; more fresh tokens
        // are in long prompts.
        let spread = deployment.prompt_spread;
        let span = prompt - fresh / 2.0 * (1.0 - spread * spread);
        // Scores and values each take `h d_h` multiply-adds for a pair of tokens.
        let pairs = fresh * shape.attended_tokens(span);
        Self {
            decode_request_s: join((cache + state) / bandwidth, absorbed, constants.ridge_exponent),
            prefill_s: 4.0 * shape.attention_width() * pairs / rate,
        }
    }
}
