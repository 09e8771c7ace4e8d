//! Model shape: single fields, which otherwise follow from the preset.

use super::{number, shape};
use crate::engine::shape::{LocalLayers, ModelShape};
use crate::scenario::param::Group::Shape;
use crate::scenario::param::{Domain, NumberDomain, Param};
use crate::scenario::value::{Field as _, Value};
use crate::text::quantity::Unit;

/// A number of the model's shape: `model.layers` and so on, which follows from the preset.
macro_rules! shape_param {
    ($field:ident, $label:literal, $domain:expr, $help:literal, $of_shape:expr) => {
        Param {
            path: concat!("model.", stringify!($field)),
            aliases: &[],
            label: $label,
            group: Shape,
            domain: $domain,
            help: $help,
            get: |scenario| scenario.model.shape.$field.value(),
            set: |scenario, value| scenario.model.shape.$field.assign(value),
            fallback: Some(|scenario, catalog| {
                let of_shape: fn(&ModelShape) -> Option<f64> = $of_shape;
                of_shape(&shape(scenario, catalog)).map_or(Value::Auto, Value::Number)
            }),
        }
    };
}

/// A yes or no of the model's shape.
macro_rules! shape_flag {
    ($field:ident, $label:literal, $help:literal, $of_shape:expr) => {
        Param {
            path: concat!("model.", stringify!($field)),
            aliases: &[],
            label: $label,
            group: Shape,
            domain: Domain::Flag,
            help: $help,
            get: |scenario| scenario.model.shape.$field.value(),
            set: |scenario, value| scenario.model.shape.$field.assign(value),
            fallback: Some(|scenario, catalog| {
                let of_shape: fn(&ModelShape) -> bool = $of_shape;
                Value::Flag(of_shape(&shape(scenario, catalog)))
            }),
        }
    };
}

/// A whole number of the model's shape.
const fn count(min: f64, max: f64) -> NumberDomain {
    NumberDomain::linear(Unit::Count, min, max, 1.0)
}

/// The sliding window of the layers that are not global.
fn window(shape: &ModelShape) -> Option<f64> {
    match shape.locality?.local {
        LocalLayers::Window(window) => Some(window),
        LocalLayers::Linear => None,
    }
}

/// The rows.
#[expect(clippy::too_many_lines, reason = "a table is as long as it has rows")]
pub(super) fn rows() -> Vec<Param> {
    vec![
        shape_param!(layers, "Layers", number(count(1.0, 1000.0)), "Transformer layers", |shape| Some(
            shape.layers
        )),
        shape_param!(hidden, "Hidden", number(count(16.0, 1e6)), "Width of the residual stream", |shape| {
            Some(shape.hidden)
        }),
        shape_param!(heads, "Heads", number(count(1.0, 4096.0)), "Query heads", |shape| Some(shape.heads)),
        shape_param!(
            kv_heads,
            "KV heads",
            number(count(1.0, 4096.0)),
            "Key and value heads: fewer than heads in grouped-query attention, else one",
            |shape| Some(shape.kv_heads)
        ),
        shape_param!(head_dim, "Head width", number(count(8.0, 4096.0)), "Width of one head", |shape| Some(
            shape.head_dim
        )),
        shape_param!(
            ffn,
            "FFN width",
            number(count(16.0, 1e7)),
            "Feed-forward width of a dense layer",
            |shape| Some(shape.ffn)
        ),
        shape_flag!(gated, "Gated", "Three feed-forward matrices instead of two", |shape| shape.gated),
        shape_param!(vocab, "Vocabulary", number(count(256.0, 1e7)), "Entries of the vocabulary", |shape| {
            Some(shape.vocab)
        }),
        shape_flag!(tied_embeddings, "Tied", "One matrix is embedding and output head", |shape| shape
            .tied_embeddings),
        shape_param!(
            experts,
            "Experts",
            number(count(0.0, 1e5)),
            "Routed experts in a layer; 0 for a dense model",
            |shape| shape.experts.map(|e| e.count)
        ),
        shape_param!(
            active_experts,
            "Active experts",
            number(count(1.0, 1e5)),
            "Routed experts that a token visits",
            |shape| shape.experts.map(|e| e.active)
        ),
        shape_param!(
            shared_experts,
            "Shared experts",
            number(count(0.0, 1e5)),
            "Experts that every token visits",
            |shape| shape.experts.map(|e| e.shared)
        ),
        shape_param!(
            expert_ffn,
            "Expert width",
            number(count(16.0, 1e7)),
            "Feed-forward width of one expert",
            |shape| shape.experts.map(|e| e.ffn)
        ),
        shape_param!(
            dense_layers,
            "Dense layers",
            number(count(0.0, 1000.0)),
            "Layers with a dense feed-forward in a mixture of experts",
            |shape| shape.experts.map(|e| e.dense_layers)
        ),
        shape_param!(
            kv_lora_rank,
            "KV rank",
            number(count(0.0, 1e5)),
            "Rank of the latent key and value; 0 for ordinary attention",
            |shape| shape.latent.map(|l| l.kv_rank)
        ),
        shape_param!(q_lora_rank, "Q rank", number(count(0.0, 1e5)), "Rank of the latent query", |shape| {
            shape.latent.map(|l| l.q_rank)
        }),
        shape_param!(
            qk_rope_dim,
            "RoPE width",
            number(count(0.0, 4096.0)),
            "Width of the rotary key of latent attention",
            |shape| shape.latent.map(|l| l.rope_dim)
        ),
        shape_param!(
            qk_nope_dim,
            "NoPE width",
            number(count(0.0, 4096.0)),
            "Width of a latent head without rotary embedding",
            |shape| shape.latent.map(|l| l.nope_dim)
        ),
        shape_param!(
            v_head_dim,
            "V width",
            number(count(0.0, 4096.0)),
            "Width of a latent value head",
            |shape| shape.latent.map(|l| l.value_dim)
        ),
        shape_param!(
            sliding_window,
            "Window",
            number(count(16.0, 1e7)),
            "Tokens that a local layer sees",
            window
        ),
        shape_param!(
            global_every,
            "Global every",
            number(count(1.0, 1000.0)),
            "Every n-th layer sees the whole context",
            |shape| shape.locality.map(|l| l.global_every)
        ),
    ]
}
