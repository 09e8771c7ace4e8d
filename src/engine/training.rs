//! Training: FLOPs, memory, the parallel layout, GPU-hours and days of one run.
//!
//! Three utilisations are kept apart: steady MFU (the step), HFU (recomputation counted as work) and all-in MFU
//! (over billed hours, with restarts and evaluation). `constants` are fitted to published tables and runs.

mod constants;
mod exchange;
mod layout;
mod memory;
mod step;

pub use constants::{GoodputConstants, TrainingConstants};

use crate::engine::choice::choices;
use crate::engine::gpu::Gpu;
use crate::engine::precision::Precision;
use crate::engine::shape::{LocalLayers, ModelShape};

choices! {
    /// Which activations are computed again in the backward pass.
    pub enum Recompute {
        /// All activations are kept.
        None = "none",
        /// The cheap, large ones (attention scores) are computed again.
        Selective = "selective",
        /// Only layer inputs are kept: one more forward pass.
        Full = "full",
    }
}

choices! {
    /// What is trained.
    pub enum TrainingMethod {
        /// A model from nothing.
        Pretrain = "pretrain",
        /// All weights of a given model.
        Finetune = "finetune",
        /// Low-rank adapters on a frozen model: no gradients or optimiser states for its weights.
        Adapter = "adapter",
    }
}

/// A training run as it is asked for; `None` leaves the choice to the engine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingPlan {
    /// The model.
    pub shape: ModelShape,
    /// The accelerator.
    pub gpu: Gpu,
    /// GPUs of the run.
    pub gpus: Option<f64>,
    /// Training tokens.
    pub tokens: f64,
    /// Sequence length, tokens.
    pub sequence_length: f64,
    /// Global batch, tokens.
    pub global_batch_tokens: Option<f64>,
    /// Arithmetic of the matrix products.
    pub precision: Precision,
    /// Recomputation; `None` picks the least that fits.
    pub recompute: Option<Recompute>,
    /// What is trained.
    pub method: TrainingMethod,
    /// Tensor-parallel degree.
    pub tensor_parallel: Option<u32>,
    /// Pipeline-parallel degree.
    pub pipeline_parallel: Option<u32>,
    /// Expert-parallel degree.
    pub expert_parallel: Option<u32>,
    /// Steady model FLOPs utilisation, when it is known.
    pub mfu: Option<f64>,
    /// Share of the billed time that advances the run, when it is known.
    pub goodput: Option<f64>,
}

/// A training run as the engine lays it out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingRun {
    /// Model FLOPs of the run, attention included (causal), recomputation not.
    pub flops: f64,
    /// GPUs.
    pub gpus: f64,
    /// Global batch, tokens.
    pub global_batch_tokens: f64,
    /// Tensor-parallel degree.
    pub tensor_parallel: u32,
    /// Pipeline-parallel degree.
    pub pipeline_parallel: u32,
    /// Expert-parallel degree.
    pub expert_parallel: u32,
    /// Data-parallel replicas.
    pub data_parallel: f64,
    /// Recomputation.
    pub recompute: Recompute,
    /// Bytes that one GPU holds: weights, gradients, optimiser states and activations.
    pub memory_per_gpu_bytes: f64,
    /// It fits the GPU's memory.
    pub fits: bool,
    /// The least GPUs on which it would fit.
    pub min_gpus_to_fit: f64,
    /// Share of a step that is pipeline bubble.
    pub bubble: f64,
    /// Share of a step that is exposed communication.
    pub communication: f64,
    /// Steady model FLOPs utilisation, of the dense peak of the chosen precision.
    pub mfu: f64,
    /// Hardware FLOPs utilisation: recomputation counted.
    pub hfu: f64,
    /// Share of the billed time that advances the run.
    pub goodput: f64,
    /// Utilisation over billed hours: steady times goodput.
    pub all_in_mfu: f64,
    /// Steady tokens per second of one GPU.
    pub tokens_per_s_per_gpu: f64,
    /// Billed GPU-hours.
    pub gpu_hours: f64,
    /// Days from start to end.
    pub days: f64,
}

/// Model FLOPs of training on one token: 6 for each parameter that multiplies, and causal attention.
///
/// Adapters need no weight gradients of the frozen model: 4 instead of 6.
#[must_use]
pub fn flops_per_token(shape: &ModelShape, sequence_length: f64, method: TrainingMethod) -> f64 {
    let full = 6.0 * shape.matmul_parameters() + attention_flops_per_token(shape, sequence_length);
    match method {
        TrainingMethod::Pretrain | TrainingMethod::Finetune => full,
        TrainingMethod::Adapter => full * ADAPTER_SHARE_OF_FLOPS,
    }
}

/// FLOPs of attention on one token, forward and backward: `12 L h d_h` for each token it sees, `s/2` of a causal
/// sequence (Chowdhery et al. 2022, appendix B, halved for the mask), a window at most in local layers.
#[must_use]
pub fn attention_flops_per_token(shape: &ModelShape, sequence_length: f64) -> f64 {
    let causal = sequence_length / 2.0;
    let seen_locally = match shape.locality.map(|locality| locality.local) {
        Some(LocalLayers::Window(window)) => causal.min(window),
        Some(LocalLayers::Linear) | None => 0.0,
    };
    let global = shape.global_layers();
    12.0 * attention_width(shape) * (global * causal + (shape.layers - global) * seen_locally)
}

/// Width of all heads together: `h d_h`; the mean of keys and values where latent attention tells them apart.
fn attention_width(shape: &ModelShape) -> f64 {
    let head = shape
        .latent
        .map_or(shape.head_dim, |latent| f64::midpoint(latent.nope_dim + latent.rope_dim, latent.value_dim));
    shape.heads * head
}

/// Forward, and backward through activations only: 4 of 6.
const ADAPTER_SHARE_OF_FLOPS: f64 = 4.0 / 6.0;

/// Lays out and evaluates one training run.
#[must_use]
pub fn train(plan: &TrainingPlan, constants: &TrainingConstants) -> TrainingRun {
    let layout = layout::choose(plan);
    let flops_per_token = flops_per_token(&plan.shape, plan.sequence_length, plan.method);
    let peak = plan.gpu.flops_per_s(plan.precision).unwrap_or(f64::NAN);
    let step = step::time_per_token(plan, &layout, constants);
    let mfu = plan.mfu.unwrap_or(flops_per_token / (peak * step.seconds));
    let tokens_per_s_per_gpu = mfu * peak / flops_per_token;
    let goodput = plan.goodput.unwrap_or_else(|| constants.goodput(&plan.shape, &plan.gpu, plan.method));
    let flops = flops_per_token * plan.tokens;
    let gpu_hours = plan.tokens / (tokens_per_s_per_gpu * goodput) / 3600.0;
    TrainingRun {
        flops,
        gpus: layout.gpus,
        global_batch_tokens: layout.global_batch_tokens,
        tensor_parallel: layout.tensor_parallel,
        pipeline_parallel: layout.pipeline_parallel,
        expert_parallel: layout.expert_parallel,
        data_parallel: layout.data_parallel(),
        recompute: layout.recompute,
        memory_per_gpu_bytes: layout.memory_per_gpu_bytes,
        fits: memory::fits(plan, layout.memory_per_gpu_bytes),
        min_gpus_to_fit: memory::least_gpus(plan),
        bubble: step.bubble,
        communication: step.communication,
        mfu,
        hfu: mfu * step::recompute_factor(layout.recompute),
        goodput,
        all_in_mfu: mfu * goodput,
        tokens_per_s_per_gpu,
        gpu_hours,
        days: gpu_hours / layout.gpus / 24.0,
    }
}
