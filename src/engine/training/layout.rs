//! The parallel layout: how many GPUs, how the model is cut, what one GPU holds.

use crate::engine::gpu::GpuFamily;
use crate::engine::precision::Precision;
use crate::engine::training::{Recompute, TrainingMethod, TrainingPlan, flops_per_token};

/// Share of a GPU's memory that a run may fill.
pub(super) const USABLE_MEMORY: f64 = 0.95;
/// Buffers, fragmentation and the runtime, bytes.
const WORKING_BYTES: f64 = 4e9;
/// Adapter parameters as a share of the model's (factor table: 0.5%, 0.1-2%).
const ADAPTER_SHARE: f64 = 0.005;
/// GPUs of the largest automatic cluster.
const LARGEST_CLUSTER: f64 = 16_384.0;
/// Days that an automatic cluster aims at. Assumption: large published runs took one to three months.
const USUAL_DAYS: f64 = 60.0;
/// Utilisation by which an automatic cluster is sized; the run's own follows from its step.
const SIZING_MFU: f64 = 0.4;
/// GPUs of the largest automatic tensor-parallel group.
const WIDEST_TENSOR: u32 = 8;
/// GPUs over which activations of a long sequence are cut at most.
const LONGEST_SPLIT: f64 = 8.0;
/// Share of memory up to which weights and gradients are left on one GPU before layers are split.
const WEIGHTS_SHARE: f64 = 0.35;
/// Share of memory up to which they are left before the layers are cut into stages.
const STAGE_SHARE: f64 = 0.45;

/// How a run is laid out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Layout {
    pub gpus: f64,
    pub global_batch_tokens: f64,
    pub tensor_parallel: u32,
    pub pipeline_parallel: u32,
    pub expert_parallel: u32,
    pub recompute: Recompute,
    pub memory_per_gpu_bytes: f64,
}

impl Layout {
    /// GPUs that hold one copy of the model's layers.
    pub fn model_parallel(&self) -> f64 {
        f64::from(self.tensor_parallel) * f64::from(self.pipeline_parallel)
    }

    pub fn data_parallel(&self) -> f64 {
        (self.gpus / self.model_parallel()).max(1.0)
    }
}

/// The layout of a plan: what is set, and what the memory asks for.
pub(super) fn choose(plan: &TrainingPlan) -> Layout {
    let gpus = plan.gpus.unwrap_or_else(|| usual_cluster(plan));
    let global_batch_tokens = plan.global_batch_tokens.unwrap_or_else(|| usual_batch(plan));
    let (tensor_parallel, pipeline_parallel, expert_parallel) = degrees(plan, gpus);
    let mut layout = Layout {
        gpus,
        global_batch_tokens,
        tensor_parallel,
        pipeline_parallel,
        expert_parallel,
        recompute: plan.recompute.unwrap_or(Recompute::Selective),
        memory_per_gpu_bytes: 0.0,
    };
    layout.memory_per_gpu_bytes = memory(plan, &layout);
    let usable = USABLE_MEMORY * plan.gpu.memory_bytes;
    if plan.recompute.is_none() && layout.memory_per_gpu_bytes > usable {
        layout.recompute = Recompute::Full;
        layout.memory_per_gpu_bytes = memory(plan, &layout);
    }
    layout
}

/// The power of two of GPUs that finishes nearest to the usual time, and holds the model.
fn usual_cluster(plan: &TrainingPlan) -> f64 {
    let flops = flops_per_token(&plan.shape, plan.sequence_length, plan.method) * plan.tokens;
    let peak = plan.gpu.flops_per_s(plan.precision).unwrap_or(1e12);
    let wanted = flops / (peak * SIZING_MFU) / 86_400.0 / USUAL_DAYS;
    let nearest = wanted.clamp(8.0, LARGEST_CLUSTER).log2().round().exp2();
    nearest.max(least_gpus(plan).log2().ceil().exp2())
}

/// Tokens between two optimiser steps: 4M at 30B active parameters, rising with the root of the size, as published
/// runs did.
fn usual_batch(plan: &TrainingPlan) -> f64 {
    let active = plan.shape.active_parameters();
    let usual = (4e6 * (active / 30e9).sqrt()).clamp(0.5e6, 16e6);
    match plan.method {
        TrainingMethod::Pretrain => usual,
        TrainingMethod::Finetune | TrainingMethod::Adapter => usual.min(0.5e6),
    }
}

/// Weights and gradients that stay on a GPU, bytes per parameter: 2 + 4, or the frozen weights alone.
fn resident_bytes(plan: &TrainingPlan) -> f64 {
    match (plan.method, plan.precision) {
        (TrainingMethod::Adapter, _) => 2.0,
        (_, Precision::Fp32 | Precision::Tf32) => 8.0,
        _ => 6.0,
    }
}

/// Optimiser states that are shared out over all GPUs, bytes per parameter: master weights and two moments.
fn sharded_bytes(plan: &TrainingPlan) -> f64 {
    match plan.method {
        TrainingMethod::Adapter => 16.0 * ADAPTER_SHARE,
        TrainingMethod::Pretrain | TrainingMethod::Finetune => 12.0,
    }
}

/// Mixtures of experts, TPU pods and adapters spread weights over data-parallel replicas instead of cutting layers.
fn shards_over_data(plan: &TrainingPlan) -> bool {
    plan.shape.experts.is_some()
        || plan.gpu.family == GpuFamily::Tpu
        || plan.method == TrainingMethod::Adapter
}

/// Tensor, pipeline and expert degrees: those that are set, else the least that the weights ask for.
fn degrees(plan: &TrainingPlan, gpus: f64) -> (u32, u32, u32) {
    let shape = &plan.shape;
    let resident = shape.total_parameters() * resident_bytes(plan);
    let memory = plan.gpu.memory_bytes;
    let shards_over_data = shards_over_data(plan);
    let tensor = plan.tensor_parallel.unwrap_or_else(|| {
        let widest = WIDEST_TENSOR.min(plan.gpu.scale_up_domain);
        let mut degree = 1;
        while !shards_over_data
            && degree < widest
            && f64::from(degree) < gpus
            && resident / f64::from(degree) > memory * WEIGHTS_SHARE
        {
            degree *= 2;
        }
        degree
    });
    let pipeline = plan.pipeline_parallel.unwrap_or_else(|| {
        let mut degree = 1;
        while !shards_over_data
            && degree < 64
            && f64::from(tensor * degree) < gpus
            && resident / f64::from(tensor * degree) > memory * STAGE_SHARE
        {
            degree *= 2;
        }
        degree
    });
    let expert = plan.expert_parallel.unwrap_or_else(|| {
        let experts = shape.experts.map_or(1.0, |experts| experts.count);
        let most = experts.min(gpus).min(f64::from(plan.gpu.scale_up_domain.min(64)));
        most.max(1.0).log2().floor().exp2() as u32
    });
    (tensor, pipeline, expert)
}

/// Bytes that one GPU holds.
///
/// Weights and gradients are cut by the model-parallel degrees, and by data parallelism where the layout shards over it
/// (`FSDP`, `ZeRO`-3); optimiser states are shared out over all GPUs. Activations of a layer take `34 s d` bytes for
/// each sequence with selective recomputation, `2 s d` with full, `s d (34 + 5 h s / d)` with none (Korthikanti et
/// al. 2022, table 2); long sequences, and those of sharded layouts, are cut over up to eight GPUs.
fn memory(plan: &TrainingPlan, layout: &Layout) -> f64 {
    let shape = &plan.shape;
    let parameters = shape.total_parameters();
    let resident = parameters * resident_bytes(plan);
    let one_copy = resident / layout.model_parallel();
    let sharded = shards_over_data(plan) || one_copy > STAGE_SHARE * plan.gpu.memory_bytes;
    // A sharded layout holds its part, and gathers the 16-bit weights of one layer at a time.
    let weights = if sharded {
        let gathered = f64::from(layout.tensor_parallel) * f64::from(layout.expert_parallel);
        resident / layout.gpus + 2.0 * parameters / shape.layers / gathered
    } else {
        one_copy
    };
    let states = parameters * sharded_bytes(plan) / layout.gpus;
    let long =
        if sharded { LONGEST_SPLIT } else { (plan.sequence_length / 4096.0).clamp(1.0, LONGEST_SPLIT) };
    let sequence_split = long.min(layout.data_parallel());
    let per_layer =
        plan.sequence_length * shape.hidden / (f64::from(layout.tensor_parallel) * sequence_split);
    let scores = 5.0 * shape.heads * plan.sequence_length / shape.hidden;
    let kept = match layout.recompute {
        Recompute::None => 34.0 + scores,
        Recompute::Selective => 34.0,
        Recompute::Full => 2.0,
    };
    let activations = per_layer * (shape.layers * kept + 34.0);
    weights + states + activations + WORKING_BYTES
}

/// The least GPUs on which the states fit when everything is sharded and recomputed.
pub(super) fn least_gpus(plan: &TrainingPlan) -> f64 {
    let bytes = resident_bytes(plan) + sharded_bytes(plan);
    let room = USABLE_MEMORY * plan.gpu.memory_bytes - WORKING_BYTES;
    let activations = plan.sequence_length.min(4096.0) * plan.shape.hidden * (plan.shape.layers * 2.0 + 34.0);
    let total = plan.shape.total_parameters() * bytes;
    let shared = (room - activations / f64::from(WIDEST_TENSOR)).max(0.1 * room);
    (total / shared).ceil().max(1.0)
}
