//! What one GPU of a training run holds, and what that makes of a cut: sharded weights, recomputation.

use crate::engine::gpu::GpuFamily;
use crate::engine::precision::Precision;
use crate::engine::shape::ModelShape;
use crate::engine::training::cut::{Cut, power_of_two_from};
use crate::engine::training::plan::{Recompute, TrainingMethod, TrainingPlan};

/// Share of a GPU's memory that a run may fill.
const USABLE: f64 = 0.95;
/// Share of it up to which weights and gradients may be kept whole: the rest is for activations.
const RESIDENT: f64 = 0.5;
/// Share that buffers, fragmentation and the runtime take: 4 GB of 80.
const WORKING: f64 = 0.05;
/// Adapter parameters as a share of the model's (factor table: 0.5%, 0.1-2%).
pub const ADAPTER_SHARE: f64 = 0.005;
/// Sequence length from which a sequence is cut over several GPUs, tokens.
const WHOLE_SEQUENCE: f64 = 8192.0;
/// Tokens of the largest microbatch.
const LARGEST_MICROBATCH: f64 = 16_384.0;
/// Chips over which a TPU pod cuts a sequence's activations. Assumption.
const TPU_SPLIT: f64 = 8.0;

/// A cut with what it makes necessary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Layout {
    pub cut: Cut,
    /// Weights are spread over the data-parallel replicas too.
    pub sharded: bool,
    pub recompute: Recompute,
    /// Activations of one sequence, or of the GPU's part of it.
    pub sequence_bytes: f64,
    /// All that one GPU holds, with one sequence in flight.
    pub memory_per_gpu_bytes: f64,
    /// Tokens that the matrices of one GPU work on at a time.
    pub microbatch: f64,
}

/// Parameters of the model that is cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Parameters {
    pub total: f64,
    /// Those of all routed experts.
    pub routed: f64,
}

impl Parameters {
    pub fn of(shape: &ModelShape) -> Self {
        Self { total: shape.total_parameters(), routed: shape.routed_parameters() }
    }

    /// Those that every token passes.
    pub fn dense(self) -> f64 {
        self.total - self.routed
    }
}

impl Layout {
    /// Shards what must be sharded and recomputes as stated, or as little as fits.
    pub fn new(plan: &TrainingPlan, parameters: Parameters, cut: Cut) -> Self {
        let sharded = must_shard(plan, parameters, &cut);
        let usual = if plan.fuses_attention() { Recompute::Selective } else { Recompute::Full };
        let states = states(plan, parameters, &cut, sharded);
        let least = plan.recompute.unwrap_or(usual);
        let least_bytes = activations(plan, &cut, least);
        // A TPU's compiler recomputes as it must; its efficiency has that in it.
        let chosen = plan.recompute.is_none() && plan.gpu.family != GpuFamily::Tpu;
        let (recompute, sequence_bytes) = if chosen && spare(plan, states + least_bytes) < 0.0 {
            (Recompute::Full, activations(plan, &cut, Recompute::Full))
        } else {
            (least, least_bytes)
        };
        let memory_per_gpu_bytes = states + sequence_bytes;
        let microbatch = microbatch(plan, &cut, sequence_bytes, spare(plan, memory_per_gpu_bytes));
        Self { cut, sharded, recompute, sequence_bytes, memory_per_gpu_bytes, microbatch }
    }

    /// The least degree of context parallelism, a power of two, at which what is cheap to recompute is all that must be;
    /// infinite when the states alone do not fit.
    pub fn context_to_fit(&self, plan: &TrainingPlan) -> f64 {
        let whole = Cut { context_parallel: 1, ..self.cut };
        let room = spare(plan, self.memory_per_gpu_bytes) + self.sequence_bytes;
        let kept = activations(plan, &whole, plan.recompute.unwrap_or(Recompute::Selective));
        if room > 0.0 { power_of_two_from(kept / room) } else { f64::INFINITY }
    }

    /// A run may be cut so, has the GPUs for it, and their memory holds it.
    pub fn fits(&self, plan: &TrainingPlan) -> bool {
        self.cut.fault(plan).is_none()
            && self.cut.least_gpus() <= self.cut.gpus
            && spare(plan, self.memory_per_gpu_bytes) >= 0.0
    }
}

/// Bytes of a GPU's memory that a run may fill.
pub(super) fn usable_bytes(plan: &TrainingPlan) -> f64 {
    USABLE * plan.gpu.memory_bytes
}

/// Memory that so much leaves of a GPU, bytes; negative where it does not fit.
fn spare(plan: &TrainingPlan, held_bytes: f64) -> f64 {
    usable_bytes(plan) - held_bytes
}

/// Tokens that the matrices of one GPU work on at a time: as many sequences as are stated or memory holds, of which one in flight
/// leaves so much, one where they pass through stages, of each sequence its own part, and no more than a replica has.
fn microbatch(plan: &TrainingPlan, cut: &Cut, sequence_bytes: f64, spare: f64) -> f64 {
    let part = cut.part(plan);
    let tokens = match plan.microbatch_sequences {
        Some(sequences) => sequences * part,
        None if cut.pipeline_parallel > 1 => part,
        // Its compiler cuts what a TPU does not hold.
        None if plan.gpu.family == GpuFamily::Tpu => LARGEST_MICROBATCH,
        None => {
            let more = (spare / sequence_bytes).max(0.0).floor();
            ((1.0 + more) * part).min(LARGEST_MICROBATCH)
        }
    };
    tokens.min(cut.tokens_per_gpu(plan) * cut.model_parallel())
}

/// Weights and gradients, bytes per parameter: 2 + 4; 2 + 2 in fine-tuning, which adds up few microbatches; the frozen
/// weights alone; on TPUs gradients alone, since weights are cast from the optimizer's as they are gathered.
pub(super) fn resident_bytes(plan: &TrainingPlan) -> f64 {
    match (plan.method, plan.precision) {
        (TrainingMethod::Adapter, _) => 2.0,
        (_, Precision::Fp32 | Precision::Tf32) => 8.0,
        (TrainingMethod::Finetune, _) => 4.0,
        (TrainingMethod::Pretrain, _) if plan.gpu.family == GpuFamily::Tpu => 2.0,
        (TrainingMethod::Pretrain, _) => 6.0,
    }
}

/// Optimizer states, bytes per parameter: master weights and two moments; shared out over all GPUs. Recipes of fine-tuning
/// keep of the master weights only what 16 bits lack (`NeMo` 24.07: Llama 2 70B on 16 H100).
pub(super) fn optimizer_bytes(plan: &TrainingPlan) -> f64 {
    match plan.method {
        TrainingMethod::Adapter => 16.0 * ADAPTER_SHARE,
        TrainingMethod::Pretrain => 12.0,
        TrainingMethod::Finetune => 10.0,
    }
}

/// Parameters of a GPU's part of the model: dense ones cut by tensor, routed experts by expert parallelism, both by
/// pipeline stages.
fn part(parameters: Parameters, cut: &Cut) -> f64 {
    let dense = parameters.dense() / f64::from(cut.tensor_parallel);
    (dense + parameters.routed / f64::from(cut.expert_parallel)) / f64::from(cut.pipeline_parallel)
}

/// The least stages, a power of two, whose weights and gradients fit their share of memory; infinite when the
/// optimizer's part alone does not.
pub(super) fn least_stages(plan: &TrainingPlan, parameters: Parameters, cut: &Cut) -> f64 {
    let one_stage = Cut { pipeline_parallel: 1, ..*cut };
    let room = RESIDENT * plan.gpu.memory_bytes - optimizer_part(plan, parameters, cut);
    if room <= 0.0 {
        return f64::INFINITY;
    }
    power_of_two_from(resident_bytes(plan) * part(parameters, &one_stage) / room)
}

fn optimizer_part(plan: &TrainingPlan, parameters: Parameters, cut: &Cut) -> f64 {
    optimizer_bytes(plan) * parameters.total / cut.gpus
}

/// Weights must be sharded over the data-parallel replicas too (FSDP, `ZeRO`-3): they do not fit whole otherwise. TPU pods
/// always shard.
fn must_shard(plan: &TrainingPlan, parameters: Parameters, cut: &Cut) -> bool {
    let resident = resident_bytes(plan) * part(parameters, cut) + optimizer_part(plan, parameters, cut);
    plan.gpu.family == GpuFamily::Tpu || resident > RESIDENT * plan.gpu.memory_bytes
}

/// Bytes that one GPU holds beside activations: states, one gathered layer of a sharded model, workspace.
fn states(plan: &TrainingPlan, parameters: Parameters, cut: &Cut, sharded: bool) -> f64 {
    let resident = if sharded {
        let gathered = 2.0 * part(parameters, cut) / plan.shape.layers;
        resident_bytes(plan) * parameters.total / cut.gpus + gathered
    } else {
        resident_bytes(plan) * part(parameters, cut)
    };
    resident + optimizer_part(plan, parameters, cut) + WORKING * plan.gpu.memory_bytes
}

/// Bytes of activations of one sequence in flight. Pipelining does not lower them: the first of `p` stages holds `p`
/// sequences in a `p`-th of the layers.
///
/// Korthikanti et al. 2022 (table 2) count `s d (34 + 5 h s / d)` bytes a layer; fused attention does without the
/// scores, and recomputing what is cheap (norms, activation functions) leaves about 16; full recomputation leaves
/// the layer's input.
fn activations(plan: &TrainingPlan, cut: &Cut, recompute: Recompute) -> f64 {
    let shape = &plan.shape;
    // A TPU's compiler recomputes what it must, and the pod cuts sequences.
    let (kept, split) = if plan.gpu.family == GpuFamily::Tpu && recompute != Recompute::None {
        (2.0, TPU_SPLIT.min(cut.gpus).max(f64::from(cut.context_parallel)))
    } else {
        let kept = match recompute {
            Recompute::None if !plan.fuses_attention() => {
                34.0 + 5.0 * shape.heads * plan.sequence_length / shape.hidden
            }
            Recompute::None => 34.0,
            Recompute::Selective => 16.0,
            Recompute::Full => 2.0,
        };
        (kept, f64::from(cut.tensor_parallel * cut.context_parallel))
    };
    // The published counts are of 16-bit numbers.
    let width = plan.activation_bytes() / 2.0;
    kept * width * plan.sequence_length * shape.hidden * shape.layers / split
}

/// The least GPUs on which the states fit when everything is sharded and recomputed.
pub(super) fn least_gpus(plan: &TrainingPlan, parameters: Parameters) -> f64 {
    let bytes = resident_bytes(plan) + optimizer_bytes(plan);
    let room = (USABLE - WORKING) * plan.gpu.memory_bytes;
    let activations = plan.activation_bytes()
        * plan.sequence_length.min(WHOLE_SEQUENCE)
        * plan.shape.hidden
        * plan.shape.layers;
    let total = parameters.total * bytes;
    (total / (room - activations / 8.0).max(0.1 * room)).ceil().max(1.0)
}
