//! One training step: the time that a GPU spends on a token, part by part.

use crate::engine::precision::Precision;
use crate::engine::training::layout::Layout;
use crate::engine::training::{Recompute, TrainingConstants, TrainingMethod, TrainingPlan};

/// GPUs of one server, within which stragglers do not show.
const ONE_SERVER: f64 = 8.0;
/// Bytes of a 16-bit number.
const HALF: f64 = 2.0;

/// The time that one GPU spends on one token of its share of the batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct StepTime {
    /// All of it, GPU-seconds per token.
    pub seconds: f64,
    /// Share of it that is pipeline bubble.
    pub bubble: f64,
    /// Share of it that is exposed communication.
    pub communication: f64,
}

/// Work of a step relative to one without recomputation: full repeats the forward pass (8 for 6).
pub(super) fn recompute_factor(recompute: Recompute) -> f64 {
    match recompute {
        Recompute::None => 1.0,
        // Attention scores only: a few percent, most of which fused kernels pay anyway.
        Recompute::Selective => 1.02,
        Recompute::Full => 8.0 / 6.0,
    }
}

/// GPU-seconds per token: products, attention, memory traffic, communication, bubble and stragglers.
pub(super) fn time_per_token(
    plan: &TrainingPlan,
    layout: &Layout,
    constants: &TrainingConstants,
) -> StepTime {
    let shape = &plan.shape;
    let gpu = &plan.gpu;
    let family = constants.family(gpu.family);
    let tensor = f64::from(layout.tensor_parallel);
    let pipeline = f64::from(layout.pipeline_parallel);
    let repeated = recompute_factor(layout.recompute);
    let half_peak = gpu.flops_per_s(Precision::Bf16).unwrap_or(f64::NAN);
    let product_rate = product_rate(plan, family.product_efficiency, family.fp8_gain);

    let efficiency = |width: f64| 1.0 / (1.0 + constants.shared.half_width / width);
    let routed_parameters = shape
        .experts
        .map_or(0.0, |experts| shape.expert_layers() * experts.active * shape.expert_parameters());
    let dense_parameters = shape.matmul_parameters() - routed_parameters;
    let dense = 6.0 * dense_parameters / (product_rate * efficiency(shape.hidden / tensor.sqrt()));
    let routed = shape.experts.map_or(0.0, |experts| {
        let width = shape.hidden.min(experts.ffn);
        6.0 * routed_parameters / (product_rate * efficiency(width) * constants.shared.expert_efficiency)
    });
    let attention = 6.0 * shape.global_layers() * shape.heads * shape.head_dim * plan.sequence_length
        / (half_peak * family.attention_efficiency);
    let stream =
        constants.shared.stream_passes * shape.layers * shape.hidden * HALF / gpu.bandwidth_bytes_per_s;
    let method = match plan.method {
        TrainingMethod::Adapter => super::ADAPTER_SHARE_OF_FLOPS,
        TrainingMethod::Pretrain | TrainingMethod::Finetune => 1.0,
    };
    let work = (dense + routed + attention + stream) * repeated * method;

    // Token copies that travel to their experts and back, forward and backward.
    let copies =
        shape.experts.map_or(0.0, |experts| shape.expert_layers() * experts.active * shape.hidden * HALF);
    let routing = constants.shared.routing_passes * copies / gpu.bandwidth_bytes_per_s;
    let communication = tensor_time(plan, tensor, constants)
        + all_to_all_time(plan, layout, copies, constants)
        + data_time(plan, layout, constants);

    let busy = work + routing + communication;
    let microbatches = (layout.global_batch_tokens / plan.sequence_length / layout.data_parallel()).max(1.0);
    let bubble = constants.shared.bubble_left * (pipeline - 1.0) / (microbatches + pipeline - 1.0);
    let doublings = (layout.gpus / ONE_SERVER).log2().max(0.0);
    let seconds = busy / (1.0 - bubble) * (1.0 + constants.shared.straggling * doublings);
    StepTime { seconds, bubble, communication: communication / busy }
}

/// Achieved rate of wide products, FLOP/s: 16-bit, or what FP8 adds to it; FP32 and TF32 at their own peaks.
fn product_rate(plan: &TrainingPlan, efficiency: f64, fp8_gain: f64) -> f64 {
    let gpu = &plan.gpu;
    let half = gpu.flops_per_s(Precision::Bf16).unwrap_or(f64::NAN);
    match plan.precision {
        Precision::Fp32 | Precision::Tf32 => {
            gpu.flops_per_s(plan.precision).unwrap_or(half / 8.0) * efficiency
        }
        Precision::Fp8 => {
            let eight = gpu.flops_per_s(Precision::Fp8).unwrap_or(half);
            (half + (eight - half) * fp8_gain) * efficiency
        }
        _ => half * efficiency,
    }
}

/// Two all-reduces a layer forward and two backward, over the scale-up link.
fn tensor_time(plan: &TrainingPlan, tensor: f64, constants: &TrainingConstants) -> f64 {
    let bytes = 4.0 * 2.0 * (tensor - 1.0) / tensor * plan.shape.layers * plan.shape.hidden * HALF;
    constants.shared.tensor_exposed * bytes / plan.gpu.scale_up_bytes_per_s
}

/// Dispatch and return of token copies, forward and backward; beyond the scale-up domain over the network.
fn all_to_all_time(plan: &TrainingPlan, layout: &Layout, copies: f64, constants: &TrainingConstants) -> f64 {
    let inside = (f64::from(plan.gpu.scale_up_domain) / f64::from(layout.expert_parallel)).min(1.0);
    let per_byte = inside / plan.gpu.scale_up_bytes_per_s + (1.0 - inside) / plan.gpu.scale_out_bytes_per_s;
    constants.shared.expert_exposed * 4.0 * copies * per_byte
}

/// Gradients out and weights in once a step, over the network, shared by the GPUs of a server.
fn data_time(plan: &TrainingPlan, layout: &Layout, constants: &TrainingConstants) -> f64 {
    if layout.gpus <= ONE_SERVER {
        return 0.0;
    }
    let shared_experts = if plan.shape.experts.is_some() { f64::from(layout.expert_parallel) } else { 1.0 };
    let bytes = 4.0 * plan.shape.total_parameters() / layout.model_parallel() / shared_experts;
    let tokens_per_gpu = layout.global_batch_tokens / layout.gpus;
    constants.shared.data_exposed * bytes / plan.gpu.scale_out_bytes_per_s / tokens_per_gpu
}
