//! What a training run is asked to be.

use crate::engine::choice::choices;
use crate::engine::gpu::{Gpu, GpuFamily};
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
    /// GPUs that share each sequence.
    pub context_parallel: Option<u32>,
    /// Sequences that pass through a replica at a time, where it is known.
    pub microbatch_sequences: Option<f64>,
    /// Date of the software, years: 2022.75 is the fourth quarter of 2022.
    pub software_date: f64,
    /// Steady model FLOPs utilization, when it is known.
    pub mfu: Option<f64>,
    /// Share of the billed time that advances the run, when it is known.
    pub goodput: Option<f64>,
}

/// Date from which training software fuses attention and recomputes no more than it must, years. `FlashAttention` was
/// published in May 2022 (Dao et al. 2022); models that were released until that autumn were trained before it.
const FUSED_ATTENTION: f64 = 2022.75;

/// Date from which attention kernels overlap softmax with products on Hopper, years: `FlashAttention`-3, July 2024.
const OVERLAPPED_ATTENTION: f64 = 2024.5;
/// What kernels before it reach of that: it is 1.5 to 2.0 times as fast (Shah et al. 2024, abstract).
const WITHOUT_OVERLAP: f64 = 1.0 / 1.75;

/// Date from which software replays a whole step of a mixture of experts as one graph and fuses the products of its experts,
/// in 8 and 4 bits on Blackwell: June 2026 (Megatron-Bridge pull request 4249).
const FUSED_EXPERTS: f64 = 2026.4;

impl TrainingPlan {
    /// The software fuses attention: scores never reach memory. The compiler of TPUs always did.
    pub(super) fn fuses_attention(&self) -> bool {
        self.gpu.family == GpuFamily::Tpu || self.software_date >= FUSED_ATTENTION
    }

    /// Rate of attention relative to kernels that overlap softmax with products, as those of Hopper must to keep up.
    pub(super) fn attention_overlap(&self) -> f64 {
        let needed = matches!(self.gpu.family, GpuFamily::Hopper | GpuFamily::Blackwell);
        if needed && self.software_date < OVERLAPPED_ATTENTION { WITHOUT_OVERLAP } else { 1.0 }
    }

    /// The software fuses the products of experts, and no host launches them one by one.
    pub(super) fn fuses_experts(&self) -> bool {
        let narrow = self.precision.bytes() < 2.0;
        self.gpu.family == GpuFamily::Blackwell && narrow && self.software_date >= FUSED_EXPERTS
    }

    /// Years from the chip's launch to the software's date.
    pub(super) fn software_age(&self) -> f64 {
        (self.software_date - self.gpu.software_since).max(0.0)
    }

    /// Bytes of a number that is handed from layer to layer: TF32 is FP32 in memory, and FP8 recipes keep 16 bits there.
    pub(super) fn activation_bytes(&self) -> f64 {
        match self.precision {
            Precision::Fp32 | Precision::Tf32 => 4.0,
            _ => 2.0,
        }
    }
}

impl Recompute {
    /// FLOPs that are repeated, relative to those of training all weights: 2 for each parameter beside 6 where the whole
    /// forward pass is repeated. What is cheap to recompute costs nothing that shows.
    pub const fn again(self) -> f64 {
        match self {
            Self::None | Self::Selective => 0.0,
            Self::Full => 2.0 / 6.0,
        }
    }
}

impl TrainingMethod {
    /// FLOPs of products relative to training all weights. Adapters need no weight gradients of the frozen model: forward, and
    /// backward through activations only, 4 of 6.
    pub const fn work(self) -> f64 {
        match self {
            Self::Pretrain | Self::Finetune => 1.0,
            Self::Adapter => 4.0 / 6.0,
        }
    }
}
