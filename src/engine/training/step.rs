//! One training step: the time that a GPU spends on a token, part by part.

use crate::engine::training::constants::TrainingConstants;
use crate::engine::training::exchange::{AllToAll, all_reduce, replicas, ring};
use crate::engine::training::flops::attention_flops_per_token;
use crate::engine::training::launch;
use crate::engine::training::memory::{Layout, Parameters};
use crate::engine::training::plan::{Recompute, SERVER, TrainingPlan};

/// Head width at which attention kernels reach their rate; narrower heads reach a share by the square root.
const FULL_HEAD: f64 = 128.0;
/// Bytes that 8-bit and 4-bit recipes route relative to 16-bit ones: one way of the two in 8 bits.
const FP8_ROUTING: f64 = 0.75;

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

/// GPU-seconds per token: products, attention, memory traffic, communication, launches, bubble and stragglers.
pub(super) fn time_per_token(
    plan: &TrainingPlan,
    parameters: Parameters,
    layout: &Layout,
    constants: &TrainingConstants,
) -> StepTime {
    let cut = &layout.cut;
    let (trained, again) = (plan.method.work(), layout.recompute.again());
    let work = layer_products(plan, layout, constants) * (trained + again)
        + head_product(plan, layout, constants) * trained
        + (attention(plan, constants) + activation_traffic(plan, constants)) * (1.0 + again)
        + score_traffic(plan, constants);

    let routing_bytes = if plan.precision.bytes() < 2.0 { FP8_ROUTING } else { 1.0 };
    let active = plan.shape.experts.map_or(0.0, |experts| experts.active);
    let copies = plan.shape.expert_layers() * active * plan.shape.hidden * plan.activation_bytes();
    let routing = constants.routing_passes * copies * routing_bytes / plan.gpu.bandwidth_bytes_per_s;
    let routed = expert_products(plan, layout, constants) * (trained + again) + routing;

    // Two all-reduces a layer forward and two backward; two more when the forward pass is repeated.
    let passes = if layout.recompute == Recompute::Full { 6.0 } else { 4.0 };
    let tensor = all_reduce(plan, f64::from(cut.tensor_parallel), passes);
    let experts = AllToAll::new(plan, f64::from(cut.expert_parallel)).seconds(plan) * routing_bytes;
    let data = replicas(plan, parameters, layout) + ring(plan, cut);
    let communication = constants.tensor_exposed * tensor
        + constants.expert_exposed * experts
        + constants.data_exposed * data;

    // Within one server stragglers do not show.
    let doublings = (cut.working(plan) / SERVER).log2().max(0.0);
    let busy = (work + routed + communication) * (1.0 + constants.straggling * doublings);
    let waited = launch::slower(busy, launch::seconds(plan, layout, constants.launch_us));
    let bubble = cut.bubble_factor(plan);
    let seconds = waited * bubble * cut.idle_factor(plan);
    StepTime { seconds, bubble: 1.0 - bubble.recip(), communication: communication / seconds }
}

/// Achieved rate of infinitely large matmuls, FLOP/s, each format at its own peak.
fn product_rate(plan: &TrainingPlan, constants: &TrainingConstants) -> f64 {
    plan.gpu.flops_per_s(plan.precision) * constants.efficiency(&plan.gpu)
}

/// Width of a matrix at which a matmul takes twice as long as an infinitely large one: reading its operands in 16 bits takes
/// the time of `rate / bandwidth` FLOPs a byte. Formats that halve the bytes double the rate.
fn half_width(plan: &TrainingPlan, constants: &TrainingConstants) -> f64 {
    let gpu = &plan.gpu;
    constants.operand_reads * gpu.rates.fp16 / gpu.bandwidth_bytes_per_s
}

/// Matmuls of the layers without their experts. One of widths `a` and `b` over `m` tokens takes `1 + w/a + w/b + w/m` times
/// as long as an infinitely large one; tensor parallelism narrows one of the widths, the others the tokens.
fn layer_products(plan: &TrainingPlan, layout: &Layout, constants: &TrainingConstants) -> f64 {
    let shape = &plan.shape;
    let microbatch = layout.microbatch;
    let slowing =
        |a: f64, b: f64| 1.0 + half_width(plan, constants) * (a.recip() + b.recip() + microbatch.recip());
    let tensor = f64::from(layout.cut.tensor_parallel);
    let attention = shape.layers
        * shape.attention_parameters_per_layer()
        * slowing(shape.hidden, shape.attention_width() / tensor);
    let dense_layers = shape.dense_layers();
    let dense = if dense_layers > 0.0 {
        dense_layers * shape.dense_ffn_parameters_per_layer() * slowing(shape.hidden, shape.ffn / tensor)
    } else {
        0.0
    };
    6.0 * (attention + dense) / product_rate(plan, constants)
}

/// Matmuls of experts, each over the tokens that come to it from all that share it. Where they are not fused, narrow ones lose
/// more.
fn expert_products(plan: &TrainingPlan, layout: &Layout, constants: &TrainingConstants) -> f64 {
    let shape = &plan.shape;
    shape.experts.map_or(0.0, |experts| {
        let each = experts.shared + experts.active;
        let tokens =
            layout.microbatch * f64::from(layout.cut.expert_parallel) * experts.active / experts.count;
        let widths = shape.hidden.recip() + experts.ffn.recip() + tokens.recip();
        let unfused = if plan.fuses_experts() { 1.0 } else { 1.0 + constants.unfused_experts };
        let slowing = 1.0 + half_width(plan, constants) * unfused * widths;
        6.0 * shape.expert_layers() * each * shape.expert_parameters() * slowing
            / product_rate(plan, constants)
    })
}

/// The output head, which is never recomputed and stays in 16 bits.
fn head_product(plan: &TrainingPlan, layout: &Layout, constants: &TrainingConstants) -> f64 {
    let slowing = 1.0 + half_width(plan, constants) * (2.0 / plan.shape.hidden + layout.microbatch.recip());
    let half = plan.gpu.rates.fp16 * constants.efficiency(&plan.gpu);
    let rate = product_rate(plan, constants).min(half);
    6.0 * plan.shape.head_parameters() * slowing / rate
}

/// Attention, in 16 bits whatever the recipe.
fn attention(plan: &TrainingPlan, constants: &TrainingConstants) -> f64 {
    let head = plan.shape.attention_width() / plan.shape.heads;
    let rate = plan.gpu.rates.fp16 * constants.attention_efficiency * (head / FULL_HEAD).min(1.0).sqrt();
    attention_flops_per_token(&plan.shape, plan.sequence_length) / (rate * plan.attention_overlap())
}

/// Norms, residuals, rotary embeddings and activation functions, which the memory bus bounds.
fn activation_traffic(plan: &TrainingPlan, constants: &TrainingConstants) -> f64 {
    let shape = &plan.shape;
    let expert_width = shape.experts.map_or(0.0, |experts| (experts.active + experts.shared) * experts.ffn);
    let widths = shape.layers * (8.0 * shape.hidden + 4.0 * shape.attention_width())
        + shape.ffn_matrices() * (shape.dense_layers() * shape.ffn + shape.expert_layers() * expert_width);
    let casts = if plan.precision.bytes() < 2.0 { constants.cast_passes } else { 0.0 };
    (constants.activation_passes + casts) * widths * plan.activation_bytes() / plan.gpu.bandwidth_bytes_per_s
}

/// Attention scores that are written and read: early software had no fused attention.
fn score_traffic(plan: &TrainingPlan, constants: &TrainingConstants) -> f64 {
    if plan.fuses_attention() {
        return 0.0;
    }
    let scores = plan.shape.global_layers() * plan.shape.heads * plan.sequence_length;
    constants.score_passes * scores * plan.activation_bytes() / plan.gpu.bandwidth_bytes_per_s
}
