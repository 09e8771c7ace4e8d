//! Communication of a training step, in seconds of a GPU for one token, were none of it hidden.

use crate::engine::gpu::Gpu;
use crate::engine::training::cut::Cut;
use crate::engine::training::memory::{ADAPTER_SHARE, Layout, Parameters};
use crate::engine::training::plan::{SERVER, TrainingMethod, TrainingPlan};

/// Ring all-reduces of tensor parallelism, `passes` for each layer: each moves `2 (t-1)/t` of a token's state, and all
/// `t` GPUs wait for it.
pub(super) fn all_reduce(plan: &TrainingPlan, tensor: f64, passes: f64) -> f64 {
    let bytes = 2.0 * (tensor - 1.0) * plan.shape.hidden * plan.activation_bytes();
    passes * plan.shape.layers * bytes / plan.gpu.scale_up_bytes_per_s
}

/// Ring of context parallelism: each GPU hands keys and values of its part of a sequence on to all others, forward and
/// backward, and back come their gradients (Liu et al. 2023, section 3).
pub(super) fn ring(plan: &TrainingPlan, cut: &Cut) -> f64 {
    let others = f64::from(cut.context_parallel) - 1.0;
    let gpu = &plan.gpu;
    let near = cut.tensor_parallel * cut.context_parallel <= gpu.scale_up_domain;
    let link = if near { gpu.scale_up_bytes_per_s } else { gpu.scale_out_bytes_per_s };
    let bytes = plan.shape.kv_values_per_layer() * plan.activation_bytes();
    3.0 * others * bytes * plan.shape.layers / link
}

/// Other ranks that a token is sent to when its `active` experts lie anywhere on `ranks`: a rank gets it once.
pub(super) fn copies(ranks: f64, active: f64) -> f64 {
    if ranks <= 1.0 { 0.0 } else { (ranks - 1.0) * (1.0 - (1.0 - ranks.recip()).powf(active)) }
}

/// The all-to-all of mixtures of experts: out and back, forward and backward; to other servers over the network, once
/// for each of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct AllToAll {
    seconds_per_layer: f64,
}

impl AllToAll {
    pub fn new(plan: &TrainingPlan, expert_parallel: f64) -> Self {
        let active = plan.shape.experts.map_or(0.0, |experts| experts.active);
        let gpu = &plan.gpu;
        let servers = expert_parallel / f64::from(gpu.scale_up_domain);
        let per_byte = copies(expert_parallel, active) / gpu.scale_up_bytes_per_s
            + copies(servers, active) / gpu.scale_out_bytes_per_s;
        Self { seconds_per_layer: 4.0 * plan.shape.hidden * plan.activation_bytes() * per_byte }
    }

    /// Seconds over all layers with experts.
    pub fn seconds(self, plan: &TrainingPlan) -> f64 {
        self.seconds_per_layer * plan.shape.expert_layers()
    }
}

/// Gradients out and weights in: once a step (4 bytes a parameter) or, where the weights are sharded, two gathers and a
/// reduction for every microbatch (6 bytes).
pub(super) fn replicas(plan: &TrainingPlan, parameters: Parameters, layout: &Layout) -> f64 {
    let cut = &layout.cut;
    if cut.gpus <= 1.0 {
        return 0.0;
    }
    let everyone = bandwidth(&plan.gpu, cut.gpus);
    let stages = f64::from(cut.pipeline_parallel);
    let ranks = f64::from(cut.expert_parallel);
    // An expert's copies are spread over servers, each of which has its own way out, which its GPUs share where the
    // scale-up domain is no larger.
    let experts_link =
        if ranks > 1.0 { plan.gpu.scale_out_bytes_per_s.max(everyone / SERVER) } else { everyone };
    let per_byte =
        parameters.dense() / (stages * everyone) + parameters.routed / (stages * ranks * experts_link);
    let tokens_per_gpu = cut.tokens_per_gpu(plan);
    let gathered_for = layout.microbatch;
    match (layout.sharded, plan.method) {
        // Frozen weights are gathered twice, and only adapters have gradients.
        (true, TrainingMethod::Adapter) => 4.0 * per_byte / gathered_for,
        (false, TrainingMethod::Adapter) => 4.0 * ADAPTER_SHARE * per_byte / tokens_per_gpu,
        (true, _) => 6.0 * per_byte / gathered_for,
        (false, _) => 4.0 * per_byte / tokens_per_gpu,
    }
}

/// Bytes per second at which each of `gpus` gathers what the others hold: the scale-up link, or what a domain's network
/// adapters bring in together.
fn bandwidth(gpu: &Gpu, gpus: f64) -> f64 {
    let domain = f64::from(gpu.scale_up_domain);
    if gpus <= domain {
        gpu.scale_up_bytes_per_s
    } else {
        gpu.scale_up_bytes_per_s.min(domain * gpu.scale_out_bytes_per_s)
    }
}
