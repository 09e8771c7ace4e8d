//! What a training run is asked to be.

use crate::engine::choice::choices;
use crate::engine::gpu::Gpu;
use crate::engine::precision::Precision;
use crate::engine::shape::ModelShape;

/// GPUs of one server of a training cluster.
pub(super) const SERVER: f64 = 8.0;

choices! {
    /// Which activations are recomputed in the backward pass.
    pub enum Recompute {
        /// All activations are kept.
        None = "none",
        /// The cheap, large ones (attention scores) are recomputed.
        Selective = "selective",
        /// Only layer inputs are kept: one more forward pass.
        Full = "full",
    }
}

choices! {
    /// What is trained.
    pub enum TrainingMethod {
        /// A model from scratch.
        Pretrain = "pretrain",
        /// All weights of a given model.
        Finetune = "finetune",
        /// Low-rank adapters on a frozen model: no gradients or optimizer states for its weights.
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
    /// Precision of the matrix multiplications.
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
    /// Steady model FLOPs utilization, when it is known.
    pub mfu: Option<f64>,
    /// Share of the billed time that advances the run, when it is known.
    pub goodput: Option<f64>,
}

impl TrainingPlan {
    /// Bytes of a number that is handed from layer to layer: TF32 is FP32 in memory, and FP8 recipes keep 16 bits there.
    pub(super) fn activation_bytes(&self) -> f64 {
        match self.precision {
            Precision::Fp32 | Precision::Tf32 => 4.0,
            _ => 2.0,
        }
    }
}

impl Recompute {
    /// Work of a step relative to one without recomputation: 8 FLOPs for each parameter instead of 6 where the whole
    /// forward pass is repeated. What is cheap to recompute costs nothing that shows.
    pub const fn work(self) -> f64 {
        match self {
            Self::None | Self::Selective => 1.0,
            Self::Full => 8.0 / 6.0,
        }
    }
}

impl TrainingMethod {
    /// FLOPs relative to training all weights. Adapters need no weight gradients of the frozen model: forward, and
    /// backward through activations only, 4 of 6.
    pub const fn work(self) -> f64 {
        match self {
            Self::Pretrain | Self::Finetune => 1.0,
            Self::Adapter => 4.0 / 6.0,
        }
    }
}
