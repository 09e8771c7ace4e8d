//! Memory: weights, workspace, and the largest batch whose cache fits beside them.

use crate::engine::serving::constants::ServingConstants;
use crate::engine::serving::deployment::{Deployment, MAX_BATCH};
use crate::engine::serving::layers::{head_bytes, shared_precision};

/// What one GPU of a replica holds, and how many requests fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capacity {
    /// Weights, bytes.
    pub weights: f64,
    /// Cache that one running request holds, bytes.
    pub cache_per_request: f64,
    /// Workspace, bytes.
    pub working: f64,
    /// What weights, workspace and cache may take together, bytes.
    pub usable: f64,
    /// Requests that the schedulers of the replica run together at most.
    pub most_requests: f64,
}

impl Capacity {
    pub(super) fn new(deployment: &Deployment, constants: &ServingConstants) -> Self {
        let memory = &constants.memory;
        let weights = weight_bytes(deployment) / f64::from(deployment.tensor_parallel);
        let context =
            deployment.prompt_tokens + memory.reserved_output_share * deployment.running_output().max(1.0);
        let working = memory.working_bytes;
        let memory_bytes = deployment.gpu.memory_bytes;
        let free = (memory_bytes - weights - working).max(0.0);
        Self {
            weights,
            cache_per_request: cache_bytes(deployment, context),
            working,
            most_requests: MAX_BATCH * deployment.schedulers(),
            usable: (weights + working + memory.cache_share * free).min(memory_bytes),
        }
    }

    /// Bytes that a GPU has to hold for a single request.
    pub(super) fn least(&self) -> f64 {
        self.weights + self.working + self.cache_per_request
    }

    /// Requests whose cache fits, at most [`MAX_BATCH`] for each scheduler. Not rounded, so that sliders move it
    /// smoothly.
    pub(super) fn max_batch(&self) -> f64 {
        ((self.usable - self.weights - self.working) / self.cache_per_request).clamp(1.0, self.most_requests)
    }
}

/// Bytes of all weights.
fn weight_bytes(deployment: &Deployment) -> f64 {
    let shape = &deployment.shape;
    let weights = deployment.weight_precision;
    shape.shared_layer_parameters() * shared_precision(shape, weights).bytes()
        + shape.routed_parameters() * weights.bytes()
        + shape.embedding_parameters() * head_bytes(weights)
}

/// Bytes of cache that a sequence of `context` tokens takes on one GPU, with its linear-attention state.
pub(super) fn cache_bytes(deployment: &Deployment, context: f64) -> f64 {
    let shape = &deployment.shape;
    shape.growing_cache_bytes(context, deployment.kv_precision) / cache_shards(deployment)
        + shape.linear_state_bytes() / f64::from(deployment.tensor_parallel)
}

/// GPUs over which one request's cache is divided; beyond the KV heads it is copied.
///
/// The latent cache of MLA cannot be divided by heads: every GPU holds all of it, unless experts are spread over the
/// GPUs, where attention runs on whole requests instead (DeepSeek-V3, section 3.4).
pub(super) fn cache_shards(deployment: &Deployment) -> f64 {
    let gpus = f64::from(deployment.tensor_parallel);
    if deployment.shape.latent.is_none() {
        gpus.min(deployment.shape.kv_heads.max(1.0))
    } else if deployment.expert_parallel > 1 {
        gpus
    } else {
        1.0
    }
}
