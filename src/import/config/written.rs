//! A model as a file of the catalog has it, to be kept beside scenarios.

use std::fmt::Write as _;

use crate::catalog::ModelPreset;
use crate::engine::precision::Precision;
use crate::engine::shape::LocalLayers;
use crate::text::quantity::{Unit, format};

/// The text of a file that holds the model, headed by what it comes to.
pub fn to_toml(model: &ModelPreset) -> String {
    let shape = &model.shape;
    let [total, active] = [shape.total_parameters(), shape.active_parameters()];
    let weights = total * shape.native_precision.bytes();
    let cache = shape.kv_bytes_per_token(Precision::Bf16);
    let mut text = format!("# {}: {} parameters", model.name, format(total, Unit::Count));
    if shape.experts.is_some() {
        let _ = write!(text, ", {} of them active", format(active, Unit::Count));
    }
    let _ = writeln!(
        text,
        "; {} GB of weights in {}, {:.0} KiB of cache a token in 16 bits",
        format(weights / 1e9, Unit::Count),
        shape.native_precision.id(),
        cache / 1024.0
    );
    text += "[[model]]\n";
    let mut field = |key: &str, value: toml::Value| {
        let _ = writeln!(text, "{key} = {value}");
    };
    field("id", model.id.as_str().into());
    field("name", model.name.as_str().into());
    for (key, value) in numbers(model) {
        // Whole numbers are written as such.
        let is_whole = value.fract() == 0.0 && value.abs() < 1e15;
        field(key, if is_whole { toml::Value::Integer(value as i64) } else { toml::Value::Float(value) });
    }
    let linear = matches!(shape.locality.map(|locality| locality.local), Some(LocalLayers::Linear(_)));
    for (key, flag, usual) in [
        ("gated", shape.gated, true),
        ("tied_embeddings", shape.tied_embeddings, false),
        ("linear_attention", linear, false),
    ] {
        if flag != usual {
            field(key, flag.into());
        }
    }
    field("native_precision", shape.native_precision.id().into());
    field("status", "read".into());
    field("source", model.source.as_str().into());
    if let Some(note) = &model.note {
        field("note", note.as_str().into());
    }
    text
}

/// The numbers of a model that are stated of it.
fn numbers(model: &ModelPreset) -> Vec<(&'static str, f64)> {
    let shape = &model.shape;
    let mut numbers = vec![
        ("layers", shape.layers),
        ("hidden", shape.hidden),
        ("heads", shape.heads),
        ("kv_heads", shape.kv_heads),
        ("head_dim", shape.head_dim),
        ("ffn", shape.ffn),
        ("vocab", shape.vocab),
    ];
    if let Some(experts) = shape.experts {
        numbers.extend([
            ("experts", experts.count),
            ("active_experts", experts.active),
            ("shared_experts", experts.shared),
            ("expert_ffn", experts.ffn),
            ("dense_layers", experts.dense_layers),
        ]);
    }
    if let Some(latent) = shape.latent {
        numbers.extend([
            ("q_lora_rank", latent.q_rank),
            ("kv_lora_rank", latent.kv_rank),
            ("qk_rope_dim", latent.rope_dim),
            ("qk_nope_dim", latent.nope_dim),
            ("v_head_dim", latent.value_dim),
        ]);
    }
    if let Some(locality) = shape.locality {
        numbers.push(("global_every", locality.global_every));
        match locality.local {
            LocalLayers::Window(window) => numbers.push(("sliding_window", window)),
            LocalLayers::Linear(net) => numbers.extend(net.into_iter().flat_map(|net| {
                [("linear_key_width", net.key_width), ("linear_value_width", net.value_width)]
            })),
        }
    }
    if shape.kv_compression != 1.0 {
        numbers.push(("kv_compression", shape.kv_compression));
    }
    if model.predicted_tokens > 0 {
        numbers.push(("predicted_tokens", f64::from(model.predicted_tokens)));
    }
    numbers.extend(model.max_context.map(|context| ("max_context", context)));
    numbers
}
