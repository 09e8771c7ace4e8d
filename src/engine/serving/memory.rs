//! Memory: weights, workspace, and the largest batch whose cache fits beside them.

use crate::engine::serving::constants::ServingConstants;
use crate::engine::serving::deployment::{Deployment, MAX_BATCH, ServingEngine};
use crate::engine::serving::layers::{ACTIVATION_BYTES, Shared, head_bytes};
use crate::engine::shape::{LocalLayers, ModelShape};

/// Tokens of one step for which engines keep buffers: their usual budget.
pub(super) const STEP_TOKENS: f64 = 8192.0;

/// Share of what weights and workspace leave that the cache may take: the engines' defaults are 0.90, benchmarks set 0.95.
const CACHE_SHARE: f64 = 0.95;

/// Date from which `trtllm-bench` builds TensorRT-LLM for the batch that memory holds, years (its `bench/build/tuning.py`; in
/// version 0.14 its documentation still shows 4,096).
const TUNED: f64 = 2025.0;

/// Bytes of sampling for each request and word of the vocabulary (assumption: logits in 16 bits, as
/// the head makes them, and in 32).
const SAMPLING_BYTES: f64 = 6.0;

/// What one GPU of a replica holds, and how many requests fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capacity {
    /// Weights, bytes.
    pub weights: f64,
    /// Cache that one running request holds on the GPUs that hold it, bytes.
    pub cache_per_request: f64,
    /// Workspace, bytes.
    pub working: f64,
    /// What weights, workspace and cache may take together, bytes.
    pub usable: f64,
    /// Schedulers, each with requests and a cache of its own.
    schedulers: f64,
    /// Requests that the schedulers of the replica run together at most.
    most_requests: f64,
}

impl Capacity {
    pub(super) fn new(deployment: &Deployment, shared: &Shared, constants: &ServingConstants) -> Self {
        let weights = weight_bytes(deployment, shared);
        // A running request holds room for all of its output.
        let context = deployment.prompt_tokens + deployment.running_output().max(1.0);
        let working = constants.working_bytes + step_buffers(deployment) + sampling_buffers(deployment);
        let memory_bytes = deployment.gpu.memory_bytes;
        let free = (memory_bytes - weights - working).max(0.0);
        let schedulers = deployment.schedulers();
        Self {
            weights,
            cache_per_request: held_cache_bytes(deployment, context),
            working,
            schedulers,
            most_requests: MAX_BATCH * schedulers,
            usable: (weights + working + CACHE_SHARE * free).min(memory_bytes),
        }
    }

    /// Bytes that a GPU has to hold for a single request.
    pub(super) fn least(&self) -> f64 {
        self.weights + self.working + self.cache_per_request
    }

    /// Requests whose cache fits. Not rounded, so that sliders move it smoothly.
    pub(super) fn max_batch(&self) -> f64 {
        let each = (self.usable - self.weights - self.working) / self.cache_per_request;
        (each * self.schedulers).clamp(1.0, self.most_requests)
    }

    /// Memory would hold more than the schedulers run.
    pub(super) fn is_capped(&self) -> bool {
        self.max_batch() >= self.most_requests
    }

    /// Cache of so many running requests on one GPU, bytes.
    pub(super) fn cache_bytes(&self, batch: f64) -> f64 {
        batch * self.cache_per_request / self.schedulers
    }
}

/// Bytes of the weights that one GPU holds: those of its stage, routed experts split over all of its GPUs, the rest over
/// those that attend together; and what guesses the next tokens, split alike. The last stage holds all of that.
fn weight_bytes(deployment: &Deployment, shared: &Shared) -> f64 {
    let shape = &deployment.shape;
    let weights = deployment.weight_precision;
    let whole = shared.bytes() + shape.embedding_parameters() * head_bytes(weights);
    let routed = shape.routed_parameters() * weights.bytes();
    let stages = deployment.stages();
    let guessing = deployment.speculation.map_or(0.0, |guessing| guessing.draft_weights);
    (whole / deployment.attention_gpus() + routed / deployment.stage_gpus()) * (stages.recip() + guessing)
}

/// Buffers for the activations of a full step, bytes: what enters and leaves a layer, and the middle of its feed-forward.
fn step_buffers(deployment: &Deployment) -> f64 {
    let shape = &deployment.shape;
    let width = shape.experts.map_or(0.0, |experts| experts.active * experts.ffn).max(shape.ffn);
    let widths = 2.0 * width / deployment.attention_gpus() + 2.0 * shape.hidden;
    STEP_TOKENS * ACTIVATION_BYTES * widths
}

/// Bytes of the buffers in which tokens are sampled, for each request: in engines of TensorRT-LLM from before [`TUNED`], which
/// were built for [`MAX_BATCH`] whatever memory held.
fn sampling_buffers(deployment: &Deployment) -> f64 {
    let built_for_most = deployment.engine == ServingEngine::TensorRtLlm && deployment.software_date < TUNED;
    if built_for_most { MAX_BATCH * SAMPLING_BYTES * deployment.shape.vocab } else { 0.0 }
}

/// Bytes of cache that a sequence of `context` tokens holds on one GPU, with its linear-attention state and what guesses for it.
///
/// TensorRT-LLM holds the whole context also of layers that see a window of it.
fn held_cache_bytes(deployment: &Deployment, context: f64) -> f64 {
    let shape = &deployment.shape;
    let whole = match deployment.engine {
        ServingEngine::TensorRtLlm | ServingEngine::TensorRtLlm2023 => without_windows(shape),
        ServingEngine::Vllm | ServingEngine::Sglang | ServingEngine::Vllm2023 => *shape,
    };
    let growing = whole.growing_cache_bytes(context, deployment.kv_precision) / cache_shards(deployment);
    let guessing = deployment.speculation.map_or(0.0, |guessing| guessing.draft_cache);
    let stages = deployment.stages();
    growing * (stages.recip() + guessing) + shape.linear_state_bytes() / deployment.attention_gpus() / stages
}

/// The shape with every window as wide as the context.
fn without_windows(shape: &ModelShape) -> ModelShape {
    let windows = shape.locality.filter(|locality| matches!(locality.local, LocalLayers::Linear(_)));
    ModelShape { locality: windows, ..*shape }
}

/// GPUs over which one request's cache is divided; beyond the KV heads it is copied. The latent cache of MLA cannot be divided
/// by heads: every GPU that attends to the request holds all of it.
pub(super) fn cache_shards(deployment: &Deployment) -> f64 {
    if deployment.shape.latent.is_some() {
        return 1.0;
    }
    deployment.attention_gpus().min(deployment.shape.kv_heads.max(1.0))
}
