//! What the host does for a step: it launches kernels one by one, and where they are short, GPUs wait for it.

use crate::engine::gpu::GpuFamily;
use crate::engine::training::memory::Layout;
use crate::engine::training::plan::TrainingPlan;

/// Groups of products of a layer beside its routed experts: attention and feed-forward.
const GROUPS: f64 = 2.0;

/// Time that the host takes for kernels, GPU-seconds per token, where it launches a group of products in `launch_us`: for
/// each microbatch the two of every layer and one for each expert that a GPU holds. Compiled programs, and graphs that
/// are replayed, are launched as a whole.
pub(super) fn seconds(plan: &TrainingPlan, layout: &Layout, launch_us: f64) -> f64 {
    let compiled = matches!(plan.gpu.family, GpuFamily::Tpu | GpuFamily::Neuron);
    if compiled || plan.shape.experts.is_some() && plan.fuses_experts() {
        return 0.0;
    }
    let cut = &layout.cut;
    let held = plan.shape.experts.map_or(0.0, |experts| experts.count / f64::from(cut.expert_parallel));
    let groups = GROUPS * plan.shape.layers + held * plan.shape.expert_layers();
    groups * launch_us * 1e-6 * f64::from(cut.tensor_parallel) / layout.microbatch
}

/// The longer of what GPUs and their host take, or more where both take about as long and each waits for the other at times.
pub(super) fn slower(gpus: f64, host: f64) -> f64 {
    (gpus.powi(4) + host.powi(4)).sqrt().sqrt()
}
