//! Feed-forward experts, under the names that each family gives them.

use serde_json::Value;

use crate::engine::shape::Experts;
use crate::import::config::family::{ExpertKeys, Family, Quirk};
use crate::import::config::object::Object;
use crate::text::diagnostic::Diagnostic;

const COUNT: &[&str] = &[
    "num_local_experts",
    "n_routed_experts",
    "num_experts",
    "moe_num_experts",
    "ffn_config.moe_num_experts",
];
const ACTIVE: &[&str] = &[
    "num_experts_per_tok",
    "num_experts_per_token",
    "experts_per_token",
    "top_k_experts",
    "moe_top_k",
    "moe_topk",
    "moe_k",
    "ffn_config.moe_top_k",
];
const WIDTH: &[&str] = &["moe_intermediate_size", "expert_ffn_hidden_size", "expert_intermediate_size"];
const SHARED: &[&str] =
    &["n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts"];
const SHARED_WIDTH: &[&str] = &[
    "shared_expert_intermediate_size",
    "moe_shared_expert_intermediate_size",
    "share_expert_dim",
    "shared_intermediate_size",
];

/// The experts, whose feed-forward without a width of its own is `ffn` wide; `None` for a dense model.
pub(super) fn read(
    part: &Object<'_>,
    family: &Family,
    layers: f64,
    ffn: Option<f64>,
) -> Result<Option<Experts>, Diagnostic> {
    let Some(keys) = family.experts else { return Ok(None) };
    let count = part.count(COUNT, 0.0..=1e5)?;
    let may_be_dense = matches!(family.quirk, Quirk::Gemma4) || has_dense_sibling(part);
    let count = match count {
        Some(count) if count > 1.0 => count,
        None if !may_be_dense => return Err(part.missing(COUNT, "the number of experts")),
        Some(_) | None => return Ok(None),
    };
    let Some(active) = part.count(ACTIVE, 1.0..=count)? else {
        return Err(part.missing(ACTIVE, "the experts that a token visits"));
    };
    let own = if keys == ExpertKeys::Own { part.count(WIDTH, 1.0..=1e6)? } else { ffn };
    let Some(width) = own.or(part.count(&["ffn_config.ffn_hidden_size"], 1.0..=1e6)?) else {
        return Err(part.missing(WIDTH, "the width of an expert"));
    };
    let shared = match family.quirk {
        Quirk::Llama4 => 1.0,
        Quirk::Gemma4 | Quirk::LongCat => ffn.unwrap_or(0.0) / width,
        _ => match part.count(SHARED, 0.0..=1e4)? {
            Some(shared) => shared,
            None => part.count(SHARED_WIDTH, 0.0..=1e5)?.unwrap_or(0.0) / width,
        },
    };
    // Experts that compute nothing are chosen as often as others.
    let idle =
        if family.quirk == Quirk::LongCat { part.count(&["zero_expert_num"], 0.0..=1e5)? } else { None };
    let active = active * count / (count + idle.unwrap_or(0.0));
    let dense_layers = layers - sparse_layers(part, layers)?;
    Ok(Some(Experts { count, active, shared, ffn: width, dense_layers }))
}

/// Families whose dense models have the same type, with no or one expert.
fn has_dense_sibling(part: &Object<'_>) -> bool {
    part.has(&["shared_intermediate_size"]) && !part.has(ACTIVE)
}

/// Layers with experts.
fn sparse_layers(part: &Object<'_>, layers: f64) -> Result<f64, Diagnostic> {
    if let Some(kinds) = part.each_layer("mlp_layer_types", layers)? {
        return Ok(kinds.iter().filter(|kind| kind.as_str() == Some("sparse")).count() as f64);
    }
    if let Some(freq) = part.each_layer("moe_layer_freq", layers)? {
        return Ok(freq.iter().filter(|freq| freq.as_f64() != Some(0.0)).count() as f64);
    }
    if let Some((_, Value::Array(sparse))) = part.find(&["moe_layers"]) {
        return Ok((sparse.len() as f64).min(layers));
    }
    let whole = |name, least| part.count(&[name], least..=1e5);
    let first = whole("first_k_dense_replace", 0.0)?.unwrap_or(0.0);
    let first = first.max(whole("moe_layer_start_index", 0.0)?.unwrap_or(0.0));
    let end = part.count(&["moe_layer_end_index"], -1.0..=1e5)?.filter(|end| *end >= 0.0).unwrap_or(1e5);
    let every = whole("moe_layer_freq", 1.0)?.unwrap_or(1.0);
    // Counted from the end of each group.
    let step = ["decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_interval"];
    let step = part.count(&step, 1.0..=1e5)?.unwrap_or(1.0);
    let dense = match part.find(&["mlp_only_layers"]) {
        Some((_, Value::Array(dense))) => dense.as_slice(),
        _ => &[],
    };
    let is_sparse = |layer: &f64| {
        (first..=end).contains(layer)
            && layer % every == 0.0
            && (layer + 1.0) % step == 0.0
            && !dense.iter().any(|dense| dense.as_f64() == Some(*layer))
    };
    Ok((0..layers as u32).map(f64::from).filter(is_sparse).count() as f64)
}
