//! The choice of a layout: how many GPUs, and how the model is cut over them.

use crate::engine::gpu::GpuFamily;
use crate::engine::training::cut::{Cut, power_of_two_from, power_of_two_to};
use crate::engine::training::exchange::{AllToAll, all_reduce, replicas, ring};
use crate::engine::training::launch;
use crate::engine::training::memory::{
    Layout, Parameters, least_gpus, least_stages, optimizer_bytes, resident_bytes,
};
use crate::engine::training::plan::{Recompute, SERVER, TrainingMethod, TrainingPlan};

/// GPUs of the largest automatic cluster.
const LARGEST_CLUSTER: f64 = 16_384.0;
/// Days that an automatic cluster aims at. Assumption: large published runs took one to three months.
const USUAL_DAYS: f64 = 60.0;
/// Utilization by which an automatic cluster is sized; the run's own follows from its step.
const SIZING_MFU: f64 = 0.4;
/// Share of memory that an automatic cluster gives to states.
const SIZING_MEMORY: f64 = 0.8;
/// Widest automatic expert parallelism (DeepSeek-V3 section 3.2 trains with 64).
const WIDEST_EXPERTS: f64 = 64.0;
/// Most automatic pipeline stages.
const MOST_STAGES: f64 = 64.0;
/// Fewest tokens of a sequence that an automatic layout gives to a GPU.
const LEAST_PART: f64 = 256.0;
/// What a layout that does not fit is taken to cost, as a multiple: it loses to any that does.
const MISFIT: f64 = 10.0;

/// Round values of the constants by which layouts are weighed against each other. They do not follow the fit, so that the
/// layouts of the measured rows stay put while it runs.
mod weigh {
    pub(super) const PRODUCT_EFFICIENCY: f64 = 0.6;
    pub(super) const HALF_WIDTH: f64 = 250.0;
    pub(super) const TENSOR_EXPOSED: f64 = 0.45;
    pub(super) const EXPERT_EXPOSED: f64 = 1.5;
    pub(super) const DATA_EXPOSED: f64 = 0.25;
    pub(super) const LAUNCH_US: f64 = 500.0;
}

/// The layout of a plan: what is set, and otherwise the cheapest that fits.
pub(super) fn layout(plan: &TrainingPlan, parameters: Parameters) -> Layout {
    let stated = Cut {
        gpus: 1.0,
        global_batch_tokens: 1.0,
        tensor_parallel: plan.tensor_parallel.unwrap_or(1),
        pipeline_parallel: plan.pipeline_parallel.unwrap_or(1),
        context_parallel: plan.context_parallel.unwrap_or(1),
        expert_parallel: if parameters.routed > 0.0 { plan.expert_parallel.unwrap_or(1) } else { 1 },
    };
    let gpus = plan.gpus.unwrap_or_else(|| usual_cluster(plan, parameters, stated.least_gpus()));
    let global_batch_tokens = plan.global_batch_tokens.unwrap_or_else(|| usual_batch(plan, parameters, gpus));
    let start = Cut { gpus, global_batch_tokens, ..stated };
    let weighing = Weighing::new(plan);
    let mut best: Option<(Layout, f64)> = None;
    for expert_parallel in expert_degrees(plan, gpus) {
        let all_to_all = AllToAll::new(plan, f64::from(expert_parallel)).seconds(plan);
        for tensor_parallel in tensor_degrees(plan, gpus) {
            let bound = weighing.least(plan, f64::from(tensor_parallel), all_to_all);
            if best.is_some_and(|(_, least)| bound >= least) {
                continue;
            }
            let cut = Cut { tensor_parallel, expert_parallel, ..start };
            for pipeline_parallel in stage_degrees(plan, parameters, &cut) {
                let mut weigh = |cut: Cut| {
                    let layout = Layout::new(plan, parameters, cut);
                    let cost = weighing.cost(plan, parameters, &layout, all_to_all);
                    if best.is_none_or(|(_, least)| cost < least) {
                        best = Some((layout, cost));
                    }
                    layout
                };
                let cut = cut_sequences(plan, Cut { pipeline_parallel, ..cut });
                let layout = weigh(cut);
                if let Some(further) = cut_further(plan, &layout) {
                    weigh(further);
                }
            }
        }
    }
    best.map_or_else(|| Layout::new(plan, parameters, start), |(layout, _)| layout)
}

/// GPUs that finish in the usual time, hold the states and have room for the stated degrees, in whole servers.
fn usual_cluster(plan: &TrainingPlan, parameters: Parameters, stated: f64) -> f64 {
    let flops = 6.0 * plan.shape.active_parameters() * plan.tokens;
    let wanted = flops / (plan.gpu.rates.fp16 * SIZING_MFU) / 86_400.0 / USUAL_DAYS;
    let states = parameters.total * (resident_bytes(plan) + optimizer_bytes(plan));
    let needed = (states / (SIZING_MEMORY * plan.gpu.memory_bytes)).max(least_gpus(plan, parameters));
    (wanted.min(LARGEST_CLUSTER).max(needed).max(stated) / SERVER).ceil().max(1.0) * SERVER
}

/// Tokens between two optimizer steps: 4M at 1e23 FLOPs over all parameters, rising with their fourth root, as
/// published runs did (Llama 4M, Llama 3.1 405B 16M).
fn usual_batch(plan: &TrainingPlan, parameters: Parameters, gpus: f64) -> f64 {
    let compute = 6.0 * parameters.total * plan.tokens;
    let usual = (4e6 * (compute / 1e23).sqrt().sqrt()).clamp(0.5e6, 64e6);
    let least = 2048.0 * gpus;
    let tokens = match plan.method {
        TrainingMethod::Pretrain => usual.max(least),
        TrainingMethod::Finetune | TrainingMethod::Adapter => usual.min(0.5e6).max(least),
    };
    // No step has less than a sequence.
    tokens.max(plan.sequence_length)
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
    let far = count.min(gpus).min(WIDEST_EXPERTS);
    let near = far.min(f64::from(plan.gpu.scale_up_domain));
    let (near, far) = (power_of_two_to(near) as u32, power_of_two_to(far) as u32);
    let degrees = match plan.expert_parallel {
        Some(stated) if count > 1.0 => [Some(stated), None, None],
        _ => [Some(1), (near > 1).then_some(near), (far > near).then_some(far)],
    };
    degrees.into_iter().flatten()
}

/// A stated degree, or: none, with the weights sharded if they must be, and the fewest stages that let them be kept whole.
fn stage_degrees(plan: &TrainingPlan, parameters: Parameters, cut: &Cut) -> impl Iterator<Item = u32> {
    let degrees = match plan.pipeline_parallel {
        Some(stated) => [Some(stated), None],
        None if plan.gpu.family == GpuFamily::Tpu => [Some(1), None],
        None => {
            let least = least_stages(plan, parameters, cut);
            let most = MOST_STAGES.min(plan.shape.layers / 2.0);
            let possible = least > 1.0
                && least <= most
                && least * f64::from(cut.tensor_parallel.max(cut.expert_parallel)) <= cut.gpus;
            [Some(1), possible.then_some(least as u32)]
        }
    };
    degrees.into_iter().flatten()
}

/// Sequences cut as stated, or so far that every GPU has a part of one.
fn cut_sequences(plan: &TrainingPlan, cut: Cut) -> Cut {
    if plan.context_parallel.is_some() || cut.sequences(plan) >= 1.0 {
        return cut;
    }
    let needed = power_of_two_from(cut.sequences(plan).recip());
    let context_parallel = needed.min(most_parts(plan, &cut)).max(1.0) as u32;
    Cut { context_parallel, ..cut }
}

/// Sequences cut further, where that spares repeating the forward pass or lets the run fit.
fn cut_further(plan: &TrainingPlan, layout: &Layout) -> Option<Cut> {
    let cut = layout.cut;
    let wanting = layout.recompute == Recompute::Full || !layout.fits(plan);
    if plan.context_parallel.is_some() || !wanting || plan.gpu.family == GpuFamily::Tpu {
        return None;
    }
    let needed = layout.context_to_fit(plan);
    let possible = needed > f64::from(cut.context_parallel) && needed <= most_parts(plan, &cut);
    possible.then_some(Cut { context_parallel: needed as u32, ..cut })
}

/// Most parts, a power of two, into which a sequence may be cut.
fn most_parts(plan: &TrainingPlan, cut: &Cut) -> f64 {
    let most = (plan.sequence_length / LEAST_PART).min(cut.gpus / cut.model_parallel());
    power_of_two_to(most)
}

/// What the cost of a layout is made of, as far as every layout shares it.
struct Weighing {
    /// Products, GPU-seconds per token.
    work: f64,
    /// How much one more GPU of tensor parallelism slows products, since their widths shrink.
    narrowing: f64,
}

impl Weighing {
    fn new(plan: &TrainingPlan) -> Self {
        let shape = &plan.shape;
        let ffn = if shape.ffn > 0.0 { shape.ffn } else { shape.hidden };
        let widths = f64::midpoint(ffn.recip(), shape.attention_width().recip());
        Self {
            work: 6.0 * shape.matmul_parameters() / (weigh::PRODUCT_EFFICIENCY * plan.gpu.rates.fp16),
            narrowing: weigh::HALF_WIDTH * widths,
        }
    }

    /// What a layout costs at least, whatever its stages, its replicas and what it must recompute, GPU-seconds per token.
    fn least(&self, plan: &TrainingPlan, tensor: f64, all_to_all: f64) -> f64 {
        self.work * plan.method.work() * self.narrowed(tensor)
            + weigh::TENSOR_EXPOSED * all_reduce(plan, tensor, 4.0)
            + weigh::EXPERT_EXPOSED * all_to_all
    }

    /// Time of products whose widths are split, relative to whole ones.
    fn narrowed(&self, tensor: f64) -> f64 {
        1.0 + self.narrowing * (tensor - 1.0)
    }

    /// What a layout costs, GPU-seconds per token.
    fn cost(&self, plan: &TrainingPlan, parameters: Parameters, layout: &Layout, all_to_all: f64) -> f64 {
        let tensor = f64::from(layout.cut.tensor_parallel);
        let cut = &layout.cut;
        let slowing = self.narrowed(tensor) + weigh::HALF_WIDTH / layout.microbatch;
        let products = self.work * (plan.method.work() + layout.recompute.again()) * slowing;
        let exposed = weigh::TENSOR_EXPOSED * all_reduce(plan, tensor, 4.0)
            + weigh::EXPERT_EXPOSED * all_to_all
            + weigh::DATA_EXPOSED * (replicas(plan, parameters, layout) + ring(plan, cut));
        let misfit = if layout.fits(plan) { 1.0 } else { MISFIT };
        let launches = launch::seconds(plan, layout, weigh::LAUNCH_US);
        launch::slower(products + exposed, launches)
            * cut.bubble_factor(plan)
            * cut.idle_factor(plan)
            * misfit
    }
}
