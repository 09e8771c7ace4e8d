//! Training: FLOPs, memory, the parallel layout, GPU-hours and days of one run.

use crate::engine::gpu::Gpu;
use crate::engine::precision::Precision;
use crate::engine::shape::ModelShape;

/// Which activations are computed again in the backward pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recompute {
    /// All activations are kept.
    None,
    /// The cheap, large ones (attention scores) are computed again.
    Selective,
    /// Only layer inputs are kept: one more forward pass.
    Full,
}

/// What is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingMethod {
    /// A model from nothing.
    Pretrain,
    /// All weights of a given model.
    Finetune,
    /// Low-rank adapters on a frozen model: no gradients or optimiser states for its weights.
    Adapter,
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

/// Constants of the training model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingConstants {
    /// Steady MFU.
    pub mfu: f64,
    /// Goodput.
    pub goodput: f64,
}

impl Default for TrainingConstants {
    fn default() -> Self {
        Self { mfu: 0.42, goodput: 0.85 }
    }
}

/// Model FLOPs of training on one token: 6 for each parameter that multiplies, and causal attention.
///
/// Causal attention takes `6 L h d_h s` (Chowdhery et al. 2022, appendix B, halved for the mask).
#[must_use]
pub fn flops_per_token(shape: &ModelShape, sequence_length: f64) -> f64 {
    6.0 * shape.matmul_parameters()
        + 6.0 * shape.global_layers() * shape.heads * shape.head_dim * sequence_length
}

/// Lays out and evaluates one training run.
#[must_use]
pub fn train(plan: &TrainingPlan, constants: &TrainingConstants) -> TrainingRun {
    let flops = flops_per_token(&plan.shape, plan.sequence_length) * plan.tokens;
    let peak = plan.gpu.flops_per_s(plan.precision).unwrap_or(1e12);
    let mfu = plan.mfu.unwrap_or(constants.mfu);
    let goodput = plan.goodput.unwrap_or(constants.goodput);
    let gpus = plan.gpus.unwrap_or(1024.0);
    let gpu_hours = flops / (peak * mfu * goodput) / 3600.0;
    let state_bytes = plan.shape.total_parameters() * 16.0;
    let memory_per_gpu_bytes = state_bytes / gpus + 10e9;
    TrainingRun {
        flops,
        gpus,
        global_batch_tokens: plan.global_batch_tokens.unwrap_or(4e6),
        tensor_parallel: plan.tensor_parallel.unwrap_or(1),
        pipeline_parallel: plan.pipeline_parallel.unwrap_or(1),
        expert_parallel: plan.expert_parallel.unwrap_or(1),
        data_parallel: gpus,
        recompute: plan.recompute.unwrap_or(Recompute::Selective),
        memory_per_gpu_bytes,
        fits: memory_per_gpu_bytes < plan.gpu.memory_bytes,
        min_gpus_to_fit: (state_bytes / (plan.gpu.memory_bytes - 10e9)).ceil(),
        bubble: 0.0,
        communication: 0.0,
        mfu,
        hfu: mfu,
        goodput,
        all_in_mfu: mfu * goodput,
        tokens_per_s_per_gpu: peak * mfu / flops_per_token(&plan.shape, plan.sequence_length),
        gpu_hours,
        days: gpu_hours / gpus / 24.0,
    }
}
