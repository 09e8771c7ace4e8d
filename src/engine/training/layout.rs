//! The parallel layout: how many GPUs, how the model is cut over them, what is computed twice.

use crate::engine::gpu::GpuFamily;
use crate::engine::precision::Precision;
use crate::engine::training::exchange::{AllToAll, all_reduce, replicas};
use crate::engine::training::memory::{
    bytes_per_gpu, fits, least_gpus, least_stages, must_shard, optimiser_bytes, standing_bytes,
};
use crate::engine::training::step::FULL_RECOMPUTE;
use crate::engine::training::{Recompute, TrainingMethod, TrainingPlan, attention_width};

/// GPUs of the largest automatic cluster.
const LARGEST_CLUSTER: f64 = 16_384.0;
/// Days that an automatic cluster aims at. Assumption: large published runs took one to three months.
const USUAL_DAYS: f64 = 60.0;
/// Utilisation by which an automatic cluster is sized; the run's own follows from its step.
const SIZING_MFU: f64 = 0.4;
/// Share of memory that an automatic cluster gives to states.
const SIZING_MEMORY: f64 = 0.8;
/// An automatic cluster has whole servers of so many GPUs.
const SERVER: f64 = 8.0;
/// Widest automatic expert parallelism (DeepSeek-V3 section 3.2 trains with 64).
const WIDEST_EXPERTS: f64 = 64.0;
/// Most automatic pipeline stages.
const MOST_STAGES: f64 = 64.0;
/// What a layout that does not fit is taken to cost, as a multiple: it loses to any that does.
const MISFIT: f64 = 10.0;

/// Round values of the constants by which layouts are weighed against each other. They do not follow the fit, so that the
/// layouts of the measured rows stay put while it runs.
mod weigh {
    pub const PRODUCT_EFFICIENCY: f64 = 0.6;
    pub const HALF_WIDTH: f64 = 250.0;
    pub const TENSOR_EXPOSED: f64 = 0.45;
    pub const EXPERT_EXPOSED: f64 = 1.5;
    pub const DATA_EXPOSED: f64 = 0.25;
}

/// How a run is laid out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Layout {
    pub gpus: f64,
    pub global_batch_tokens: f64,
    pub tensor_parallel: u32,
    pub pipeline_parallel: u32,
    pub expert_parallel: u32,
    /// Weights are spread over the data-parallel replicas too.
    pub sharded: bool,
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

    /// Time of a step with its pipeline bubble relative to one without.
    ///
    /// With stages interleaved down to single layers (Narayanan et al. 2021, section 2.2) the bubble is
    /// `(p-1) / (v m)` of the work, `v = L/p` turns, `m` sequences for each replica.
    pub fn bubble_factor(&self, plan: &TrainingPlan) -> f64 {
        let stages = f64::from(self.pipeline_parallel);
        let sequences = (self.global_batch_tokens / plan.sequence_length / self.data_parallel()).max(1.0);
        1.0 + (stages - 1.0) * stages / plan.shape.layers / sequences
    }
}

/// The layout of a plan: what is set, and otherwise the cheapest that fits.
pub(super) fn choose(plan: &TrainingPlan) -> Layout {
    let gpus = plan.gpus.unwrap_or_else(|| usual_cluster(plan));
    let routed = plan.shape.routed_parameters();
    let start = Layout {
        gpus,
        global_batch_tokens: plan.global_batch_tokens.unwrap_or_else(|| usual_batch(plan)),
        tensor_parallel: plan.tensor_parallel.unwrap_or(1),
        pipeline_parallel: plan.pipeline_parallel.unwrap_or(1),
        expert_parallel: if routed > 0.0 { plan.expert_parallel.unwrap_or(1) } else { 1 },
        sharded: false,
        recompute: plan.recompute.unwrap_or(Recompute::Selective),
        memory_per_gpu_bytes: 0.0,
    };
    let weighing = Weighing::new(plan);
    let mut best = start;
    let mut least = f64::INFINITY;
    for expert_parallel in expert_degrees(plan, gpus) {
        let all_to_all = AllToAll::new(plan, f64::from(expert_parallel)).seconds(plan);
        for tensor_parallel in tensor_degrees(plan, gpus) {
            let layout = Layout { tensor_parallel, expert_parallel, ..start };
            for pipeline_parallel in stage_degrees(plan, routed, &layout) {
                let candidate = Layout { pipeline_parallel, ..layout };
                let (candidate, cost) = weighing.weigh(plan, routed, candidate, all_to_all);
                if cost < least {
                    (best, least) = (candidate, cost);
                }
            }
        }
    }
    best
}

/// GPUs that finish in the usual time and hold the states, in whole servers.
fn usual_cluster(plan: &TrainingPlan) -> f64 {
    let peak = plan.gpu.flops_per_s(Precision::Bf16).unwrap_or(1e12);
    let flops = 6.0 * plan.shape.active_parameters() * plan.tokens;
    let wanted = flops / (peak * SIZING_MFU) / 86_400.0 / USUAL_DAYS;
    let states = plan.shape.total_parameters() * (standing_bytes(plan) + optimiser_bytes(plan));
    let needed = (states / (SIZING_MEMORY * plan.gpu.memory_bytes)).max(least_gpus(plan));
    (wanted.min(LARGEST_CLUSTER).max(needed) / SERVER).ceil().max(1.0) * SERVER
}

/// Tokens between two optimiser steps: 4M at 1e23 FLOPs over all parameters, rising with their fourth root, as
/// published runs did (Llama 4M, Llama 3.1 405B 16M).
fn usual_batch(plan: &TrainingPlan) -> f64 {
    let compute = 6.0 * plan.shape.total_parameters() * plan.tokens;
    let usual = (4e6 * (compute / 1e23).sqrt().sqrt()).clamp(0.5e6, 64e6);
    match plan.method {
        TrainingMethod::Pretrain => usual,
        TrainingMethod::Finetune | TrainingMethod::Adapter => usual.min(0.5e6),
    }
}

/// A stated degree, or powers of two up to eight within the scale-up domain. TPU pods shard instead.
fn tensor_degrees(plan: &TrainingPlan, gpus: f64) -> impl Iterator<Item = u32> {
    let widest = if plan.gpu.family == GpuFamily::Tpu { 1 } else { plan.gpu.scale_up_domain.min(8) };
    let stated = plan.tensor_parallel;
    let automatic = [1, 2, 4, 8]
        .into_iter()
        .filter(move |degree| stated.is_none() && *degree <= widest && f64::from(*degree) <= gpus.max(1.0));
    stated.into_iter().chain(automatic)
}

/// A stated degree, or: all experts on each GPU, spread over the scale-up domain, spread as far as is usual.
fn expert_degrees(plan: &TrainingPlan, gpus: f64) -> impl Iterator<Item = u32> {
    let count = plan.shape.experts.map_or(1.0, |experts| experts.count);
    let power_below = |most: f64| most.max(1.0).log2().floor().exp2() as u32;
    let far = count.min(gpus).min(WIDEST_EXPERTS);
    let (near, far) = (power_below(far.min(f64::from(plan.gpu.scale_up_domain))), power_below(far));
    let degrees = match plan.expert_parallel {
        Some(stated) if count > 1.0 => [Some(stated), None, None],
        _ => [Some(1), (near > 1).then_some(near), (far > near).then_some(far)],
    };
    degrees.into_iter().flatten()
}

/// A stated degree, or: none, with the weights sharded if they must be, and the least that lets them stand.
fn stage_degrees(plan: &TrainingPlan, routed: f64, layout: &Layout) -> impl Iterator<Item = u32> {
    let degrees = match plan.pipeline_parallel {
        Some(stated) => [Some(stated), None],
        None if plan.gpu.family == GpuFamily::Tpu => [Some(1), None],
        None => {
            let least = least_stages(plan, routed, layout);
            let most = MOST_STAGES.min(plan.shape.layers / 2.0);
            let possible = least > 1.0
                && least <= most
                && least * f64::from(layout.tensor_parallel.max(layout.expert_parallel)) <= layout.gpus;
            [Some(1), possible.then_some(least as u32)]
        }
    };
    degrees.into_iter().flatten()
}

/// What the cost of a layout is made of, as far as every layout shares it.
struct Weighing {
    /// Products, GPU-seconds per token.
    work: f64,
    /// How much one more GPU of tensor parallelism slows products, since their widths shrink.
    narrowing: f64,
    data_exposed: f64,
}

impl Weighing {
    fn new(plan: &TrainingPlan) -> Self {
        let shape = &plan.shape;
        let peak = plan.gpu.flops_per_s(Precision::Bf16).unwrap_or(f64::NAN);
        let ffn = if shape.ffn > 0.0 { shape.ffn } else { shape.hidden };
        let widths = f64::midpoint(ffn.recip(), attention_width(shape).recip());
        Self {
            work: 6.0 * shape.matmul_parameters() / (weigh::PRODUCT_EFFICIENCY * peak),
            narrowing: weigh::HALF_WIDTH * widths,
            data_exposed: weigh::DATA_EXPOSED,
        }
    }

    /// The layout with what follows from its degrees, and what it costs, GPU-seconds per token.
    fn weigh(&self, plan: &TrainingPlan, routed: f64, layout: Layout, all_to_all: f64) -> (Layout, f64) {
        let sharded = must_shard(plan, routed, &layout);
        let mut layout = Layout { sharded, ..layout };
        layout.memory_per_gpu_bytes = bytes_per_gpu(plan, routed, &layout, layout.recompute);
        // A TPU's compiler recomputes as it must; its efficiency has that in it.
        let chosen = plan.recompute.is_none() && plan.gpu.family != GpuFamily::Tpu;
        if chosen && !fits(plan, layout.memory_per_gpu_bytes) {
            layout.recompute = Recompute::Full;
            layout.memory_per_gpu_bytes = bytes_per_gpu(plan, routed, &layout, Recompute::Full);
        }
        let tensor = f64::from(layout.tensor_parallel);
        let repeated = if layout.recompute == Recompute::Full { FULL_RECOMPUTE } else { 1.0 };
        let products = self.work * repeated * (1.0 + self.narrowing * (tensor - 1.0));
        let exposed = weigh::TENSOR_EXPOSED * all_reduce(plan, tensor, 4.0)
            + weigh::EXPERT_EXPOSED * all_to_all
            + self.data_exposed * replicas(plan, routed, &layout);
        let misfit = if fits(plan, layout.memory_per_gpu_bytes) { 1.0 } else { MISFIT };
        (layout, (products + exposed) * layout.bubble_factor(plan) * misfit)
    }
}
