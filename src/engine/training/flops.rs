//! Model FLOPs of training.

use crate::engine::shape::ModelShape;
use crate::engine::training::plan::TrainingMethod;

/// Model FLOPs of training on one token: 6 for each parameter that multiplies, fewer where the method trains only a
/// part, and causal attention.
pub fn flops_per_token(shape: &ModelShape, sequence_length: f64, method: TrainingMethod) -> f64 {
    6.0 * method.work() * shape.matmul_parameters() + attention_flops_per_token(shape, sequence_length)
}

/// FLOPs of attention on one token, forward and backward: `12 L h d_h` for each token it sees, `s/2` of a causal
/// sequence (Chowdhery et al. 2022, appendix B, halved for the mask), a window at most in local layers.
pub fn attention_flops_per_token(shape: &ModelShape, sequence_length: f64) -> f64 {
    12.0 * shape.attention_width() * shape.attended_tokens(sequence_length / 2.0)
}
