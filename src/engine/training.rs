//! Training: FLOPs, memory, the parallel layout, GPU-hours and days of one run.
//!
//! Three utilizations are kept apart: steady MFU (the step), HFU (recomputation counted as work) and all-in MFU
//! (over billed hours, with restarts and evaluation). `constants` are fitted to published tables and runs.

mod choose;
mod constants;
mod cut;
mod exchange;
mod flops;
mod launch;
mod memory;
mod plan;
mod step;

pub use constants::{GoodputConstants, TrainingConstants};
pub use flops::{attention_flops_per_token, flops_per_token};
pub use memory::ADAPTER_SHARE;
use memory::Parameters;
pub use plan::{Recompute, TrainingMethod, TrainingPlan};

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
    /// GPUs that share each sequence.
    pub context_parallel: u32,
    /// Data-parallel replicas.
    pub data_parallel: f64,
    /// Recomputation.
    pub recompute: Recompute,
    /// Bytes that one GPU holds: weights, gradients, optimizer states and activations.
    pub memory_per_gpu_bytes: f64,
    /// Bytes of a GPU's memory that it may fill.
    pub usable_bytes_per_gpu: f64,
    /// GPUs that its degrees take at least.
    pub layout_gpus: f64,
    /// Why no run is laid out so, on however many GPUs; `None` where one may be.
    pub fault: Option<&'static str>,
    /// It may be laid out so, there are GPUs for that, and it fits their memory.
    pub fits: bool,
    /// The least GPUs on which it would fit.
    pub min_gpus_to_fit: f64,
    /// Share of a step that is pipeline bubble.
    pub bubble: f64,
    /// Share of a step that is exposed communication.
    pub communication: f64,
    /// Steady model FLOPs utilization, of the dense peak of the chosen precision.
    pub mfu: f64,
    /// Hardware FLOPs utilization: recomputation counted.
    pub hfu: f64,
    /// Share of the billed time that advances the run.
    pub goodput: f64,
    /// Utilization over billed hours: steady times goodput.
    pub all_in_mfu: f64,
    /// Steady tokens per second of one GPU.
    pub tokens_per_s_per_gpu: f64,
    /// Billed GPU-hours.
    pub gpu_hours: f64,
    /// Days from start to end.
    pub days: f64,
}

/// Lays out and evaluates one training run.
pub fn train(plan: &TrainingPlan, constants: &TrainingConstants) -> TrainingRun {
    let parameters = Parameters::of(&plan.shape);
    let layout = choose::layout(plan, parameters);
    let cut = &layout.cut;
    let flops_per_token = flops_per_token(&plan.shape, plan.sequence_length, plan.method);
    let peak = plan.gpu.flops_per_s(plan.precision);
    let step = step::time_per_token(plan, parameters, &layout, constants);
    let mfu = plan.mfu.unwrap_or(flops_per_token / (peak * step.seconds));
    let tokens_per_s_per_gpu = mfu * peak / flops_per_token;
    let goodput = plan.goodput.unwrap_or_else(|| {
        constants.goodput.at(plan.software_age(), cut.gpus, plan.shape.active_parameters())
    });
    let gpu_hours = plan.tokens / (tokens_per_s_per_gpu * goodput) / 3600.0;
    TrainingRun {
        flops: flops_per_token * plan.tokens,
        gpus: cut.gpus,
        global_batch_tokens: cut.global_batch_tokens,
        tensor_parallel: cut.tensor_parallel,
        pipeline_parallel: cut.pipeline_parallel,
        expert_parallel: cut.expert_parallel,
        context_parallel: cut.context_parallel,
        data_parallel: cut.data_parallel(),
        recompute: layout.recompute,
        memory_per_gpu_bytes: layout.memory_per_gpu_bytes,
        usable_bytes_per_gpu: memory::usable_bytes(plan),
        layout_gpus: cut.least_gpus(),
        fault: cut.fault(plan),
        fits: layout.fits(plan),
        min_gpus_to_fit: memory::least_gpus(plan, parameters).max(cut.least_gpus()),
        bubble: step.bubble,
        communication: step.communication,
        mfu,
        hfu: mfu * (1.0 + layout.recompute.again() / plan.method.work()),
        goodput,
        all_in_mfu: mfu * goodput,
        tokens_per_s_per_gpu,
        gpu_hours,
        days: gpu_hours / cut.gpus / 24.0,
    }
}
