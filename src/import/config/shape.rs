//! The shape of a decoder, from the keys of its configuration.

use serde_json::Value;

use crate::engine::precision::Precision;
use crate::engine::shape::{DeltaNet, LatentAttention, LocalLayers, Locality, ModelShape};
use crate::import::config::experts;
use crate::import::config::family::{Family, KvHeads, Quirk, Windows};
use crate::import::config::object::Object;
use crate::text::diagnostic::Diagnostic;

/// Most that any width or count can be.
const MOST: f64 = 1e6;
/// Most layers: each may be told of by itself.
const MOST_LAYERS: f64 = 1e4;

const LAYERS: &[&str] = &["num_hidden_layers", "n_layer", "n_layers", "num_layers"];
const HIDDEN: &[&str] = &["hidden_size", "n_embd", "n_embed", "d_model"];
const HEADS: &[&str] = &["num_attention_heads", "n_head", "n_heads"];
const KV_HEADS: &[&str] =
    &["num_key_value_heads", "num_kv_heads", "attn_config.kv_n_heads", "multi_query_group_num"];
const HEAD_DIM: &[&str] = &["head_dim", "kv_channels"];
const FFN: &[&str] = &["intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size"];
const VOCAB: &[&str] = &["vocab_size", "padded_vocab_size"];

/// Reads the shape, in 16 bits; `notes` are added where it stands for something else.
pub(super) fn read(
    part: &Object<'_>,
    family: &Family,
    notes: &mut Vec<String>,
) -> Result<ModelShape, Diagnostic> {
    let needed = |names, most, what| match part.count(names, 1.0..=most)? {
        Some(count) => Ok(count),
        None => Err(part.missing(names, what)),
    };
    refuse_unmodeled(part)?;
    let said_layers = needed(LAYERS, MOST_LAYERS, "the number of layers")?;
    let hidden = needed(HIDDEN, MOST, "the width of the model")?;
    let heads = needed(HEADS, MOST, "the number of attention heads")?;
    let vocab = needed(VOCAB, MOST, "the size of the vocabulary")?;
    let layers = match family.quirk {
        Quirk::LongCat => 2.0 * said_layers,
        Quirk::Mllama => said_layers - seeing_layers(part, said_layers, notes)?,
        _ => said_layers,
    };
    let head_dim = part.count(HEAD_DIM, 1.0..=MOST)?.or(family.head_dim);
    let head_dim = head_dim.unwrap_or_else(|| (hidden / heads).floor().max(1.0));
    let said_ffn = ffn(part, family, hidden)?;
    let mut experts = experts::read(part, family, said_layers, said_ffn)?;
    let ffn = match (family.quirk, &experts) {
        (Quirk::Qwen1, _) => said_ffn.map(|both| both / 2.0),
        (Quirk::Llama4, _) => part.count(&["intermediate_size_mlp"], 1.0..=MOST)?.or(said_ffn),
        (Quirk::MiniMaxM3, _) => part.count(&["dense_intermediate_size"], 1.0..=MOST)?.or(said_ffn),
        _ => said_ffn,
    };
    let Some(ffn) = ffn.or(experts.map(|experts| experts.ffn)) else {
        return Err(part.missing(FFN, "the width of the feed-forward"));
    };
    if let (Quirk::LongCat, Some(experts)) = (family.quirk, &mut experts) {
        experts.dense_layers += said_layers;
    }
    let latent = latent(part, family, hidden, heads, head_dim)?;
    let (kv_heads, head_dim) = match (latent, family.quirk) {
        (Some(_), Quirk::DeepSeekV4) => (heads, head_dim),
        (Some(latent), _) => (heads, latent.nope_dim),
        (None, _) => (kv_heads(part, family, heads)?, head_dim),
    };
    let locality = match family.quirk {
        Quirk::DeltaNet | Quirk::Lightning => linear(part, family, layers, heads * head_dim)?,
        Quirk::DeepSeekV4 => None,
        _ => windows(part, family, layers, notes)?,
    };
    tell(part, family, notes)?;
    Ok(ModelShape {
        layers,
        hidden,
        heads,
        kv_heads,
        head_dim,
        ffn,
        gated: family.gated,
        vocab,
        tied_embeddings: part.flag("tie_word_embeddings")?.unwrap_or(family.tied),
        experts,
        latent,
        locality,
        kv_compression: if family.quirk == Quirk::DeepSeekV4 { compression(part, layers)? } else { 1.0 },
        native_precision: Precision::Bf16,
    })
}

/// Refuses what some models of a known family have and the engine has not.
fn refuse_unmodeled(part: &Object<'_>) -> Result<(), Diagnostic> {
    for (key, what) in [
        ("hidden_size_per_layer_input", "embeddings of each layer"),
        ("num_kv_shared_layers", "layers that share the cache of others"),
    ] {
        if part.count(&[key], 0.0..=MOST)?.is_some_and(|count| count > 0.0) {
            return Err(part.error(key, format!("{what} are not modeled"), None));
        }
    }
    for key in ["layers_block_type", "hybrid_override_pattern", "attn_layer_period", "block_configs"] {
        if part.has(&[key]) {
            return Err(part.error(key, "layers of several kinds are not modeled", None));
        }
    }
    Ok(())
}

fn ffn(part: &Object<'_>, family: &Family, hidden: f64) -> Result<Option<f64>, Diagnostic> {
    let said = part.count(FFN, 1.0..=MOST)?.or(part.count(&["ffn_config.ffn_hidden_size"], 1.0..=MOST)?);
    let ratio = part.count(&["expansion_ratio"], 1.0..=1e3)?.or(family.ffn_ratio);
    Ok(said.or(ratio.map(|ratio| ratio * hidden)))
}

fn kv_heads(part: &Object<'_>, family: &Family, heads: f64) -> Result<f64, Diagnostic> {
    let multi_query = part.flag("multi_query")?;
    if family.quirk == Quirk::Falcon && part.flag("new_decoder_architecture")? != Some(true) {
        return Ok(if multi_query.unwrap_or(true) { 1.0 } else { heads });
    }
    match (part.count(KV_HEADS, 1.0..=heads)?, family.kv_heads) {
        (Some(kv_heads), _) => Ok(kv_heads),
        (None, KvHeads::MultiQuery) if family.quirk != Quirk::Falcon && multi_query.unwrap_or(true) => {
            Ok(1.0)
        }
        (None, KvHeads::All | KvHeads::MultiQuery) => Ok(heads),
        (None, KvHeads::Said) => Err(part.missing(KV_HEADS, "the number of heads of keys and values")),
    }
}

/// Multi-head latent attention, where there is any.
fn latent(
    part: &Object<'_>,
    family: &Family,
    hidden: f64,
    heads: f64,
    head_dim: f64,
) -> Result<Option<LatentAttention>, Diagnostic> {
    let width = |names: &[&str], what| match part.count(names, 1.0..=MOST)? {
        Some(width) => Ok(width),
        None => Err(part.missing(names, what)),
    };
    let q_rank = part.count(&["q_lora_rank"], 1.0..=MOST)?.unwrap_or(0.0);
    if family.quirk == Quirk::DeepSeekV4 {
        let rope_dim = width(&["qk_rope_head_dim"], "the rotary width of a key")?;
        let groups = width(&["o_groups"], "the groups of the output")?;
        let rank = width(&["o_lora_rank"], "the rank of the output")?;
        let kv_rank = (head_dim - rope_dim).max(1.0);
        // One cached vector is key and value. The width of a value stands for the output's factors in rank and groups.
        let output = heads * head_dim * rank + groups * rank * hidden;
        let value_dim = (output - kv_rank * heads * kv_rank) / (heads * (kv_rank + hidden));
        return Ok(Some(LatentAttention {
            q_rank,
            kv_rank,
            rope_dim,
            nope_dim: kv_rank,
            value_dim: value_dim.round().max(1.0),
        }));
    }
    let Some(kv_rank) = part.count(&["kv_lora_rank"], 1.0..=MOST)? else { return Ok(None) };
    Ok(Some(LatentAttention {
        q_rank,
        kv_rank,
        rope_dim: width(&["qk_rope_head_dim"], "the rotary width of a key")?,
        nope_dim: width(&["qk_nope_head_dim"], "the width of a key without rotary embedding")?,
        value_dim: width(&["v_head_dim"], "the width of a value")?,
    }))
}

/// The mean compression of a cache whose layers compress it differently; a layer without one keeps a window alone.
fn compression(part: &Object<'_>, layers: f64) -> Result<f64, Diagnostic> {
    let Some(ratios) = part.each_layer("compress_ratios", layers)? else {
        return Err(part.missing(&["compress_ratios"], "the compression of each layer's cache"));
    };
    let kept: f64 =
        ratios.iter().filter_map(Value::as_f64).filter(|ratio| *ratio >= 1.0).map(f64::recip).sum();
    Ok(if kept > 0.0 { (layers / kept).clamp(1.0, MOST) } else { MOST })
}

/// Layers that look at pictures, which text passes by.
fn seeing_layers(part: &Object<'_>, layers: f64, notes: &mut Vec<String>) -> Result<f64, Diagnostic> {
    let Some((key, Value::Array(seeing))) = part.find(&["cross_attention_layers"]) else { return Ok(0.0) };
    let count = seeing.len() as f64;
    if count >= layers {
        return Err(part.error(key, "no layer is left that reads text", None));
    }
    notes.push(format!("{count} layers that look at pictures are left out."));
    Ok(count)
}

/// Linear attention between the global layers.
fn linear(
    part: &Object<'_>,
    family: &Family,
    layers: f64,
    heads_width: f64,
) -> Result<Option<Locality>, Diagnostic> {
    let told = part.each_layer("layer_types", layers)?;
    let told = told.map(|kinds| global_layers(part, kinds, "linear_attention")).transpose()?;
    let every = part.count(&["full_attention_interval"], 1.0..=layers)?;
    let Some(global) = told.or(every.map(|every| layers / every)) else {
        return Err(part.missing(&["layer_types", "full_attention_interval"], "the kind of each layer"));
    };
    if global >= layers {
        return Ok(None);
    }
    let width = |number: &str, width: &str| -> Result<f64, Diagnostic> {
        let of = |name: &str| match part.count(&[name], 1.0..=1e3)? {
            Some(count) => Ok(count),
            None => Err(part.missing(&[name], "a width of linear attention")),
        };
        Ok(of(number)? * of(width)?)
    };
    let net = if family.quirk == Quirk::Lightning {
        DeltaNet { key_width: heads_width, value_width: heads_width }
    } else {
        DeltaNet {
            key_width: width("linear_num_key_heads", "linear_key_head_dim")?,
            value_width: width("linear_num_value_heads", "linear_value_head_dim")?,
        }
    };
    Ok(Some(Locality { global_every: layers / global.max(1.0), local: LocalLayers::Linear(Some(net)) }))
}

/// Sliding windows and chunks between the global layers.
fn windows(
    part: &Object<'_>,
    family: &Family,
    layers: f64,
    notes: &mut Vec<String>,
) -> Result<Option<Locality>, Diagnostic> {
    let names = if family.quirk == Quirk::Llama4 { "attention_chunk_size" } else { "sliding_window" };
    let Some(window) = part.count(&[names], 0.0..=1e9)?.filter(|window| *window > 0.0) else {
        if let Some(kinds) = part.each_layer("layer_types", layers)? {
            global_layers(part, kinds, "sliding_attention")?;
        }
        return Ok(None);
    };
    let longest = part.count(&["max_position_embeddings"], 1.0..=1e9)?;
    let is_off =
        part.flag("use_sliding_window")? == Some(false) || longest.is_some_and(|most| window >= most);
    let global = match part.each_layer("layer_types", layers)? {
        Some(kinds) => global_layers(part, kinds, "sliding_attention")?,
        None if family.quirk == Quirk::Llama4 => unchunked(part, layers)?,
        None => match (pattern(part, layers)?, family.windows) {
            (Some(global), _) => global,
            (None, Windows::Never) => layers,
            (None, Windows::All) => 0.0,
            (None, Windows::Switched) => match part.flag("use_sliding_window")? {
                Some(true) => part.count(&["max_window_layers"], 0.0..=MOST)?.unwrap_or(0.0).min(layers),
                Some(false) | None => layers,
            },
            (None, Windows::Between(every)) => (layers / every).floor(),
        },
    };
    if is_off || global >= layers {
        return Ok(None);
    }
    if global < 1.0 {
        notes.push("Every layer has a window; one is counted without.".to_owned());
    }
    Ok(Some(Locality { global_every: layers / global.max(1.0), local: LocalLayers::Window(window) }))
}

/// Layers that attend to everything, where the kind of each is told. Any kind but those and the `local` one is refused.
fn global_layers(part: &Object<'_>, kinds: &[Value], local: &str) -> Result<f64, Diagnostic> {
    let mut global = 0.0;
    for kind in kinds {
        match kind.as_str() {
            // Which tokens are chosen is told elsewhere.
            Some("full_attention" | "attention" | "deepseek_sparse_attention") => global += 1.0,
            Some("chunked_attention") if local == "sliding_attention" => {}
            Some(kind) if kind == local => {}
            other => {
                let kind = other.unwrap_or("?");
                let message = format!("layers of the kind `{kind}` are not modeled here");
                let help = format!("allowed: full_attention, {local}");
                return Err(part.error("layer_types", message, help));
            }
        }
    }
    Ok(global)
}

/// Global layers by a pattern that repeats: every n-th, or letters of which G is global.
fn pattern(part: &Object<'_>, layers: f64) -> Result<Option<f64>, Diagnostic> {
    const NAMES: &[&str] = &["sliding_window_pattern", "_sliding_window_pattern"];
    match part.find(NAMES) {
        Some((key, Value::String(letters))) => {
            if letters.is_empty() || !letters.chars().all(|letter| "LG".contains(letter)) {
                return Err(part.wrong(key, "a number, or letters: L for a window, G for none"));
            }
            let global =
                letters.chars().cycle().take(layers as usize).filter(|letter| *letter == 'G').count();
            Ok(Some(global as f64))
        }
        _ => Ok(part.count(NAMES, 1.0..=MOST_LAYERS)?.map(|every| (layers / every).floor())),
    }
}

/// Layers of Llama 4 that attend across chunks: those without rotary embedding.
fn unchunked(part: &Object<'_>, layers: f64) -> Result<f64, Diagnostic> {
    if let Some((_, Value::Array(rotary))) = part.find(&["no_rope_layers"])
        && rotary.len() as f64 >= layers
    {
        return Ok(
            rotary.iter().take(layers as usize).filter(|rotary| rotary.as_f64() == Some(0.0)).count() as f64
        );
    }
    let every = part.count(&["no_rope_layer_interval", "nope_layer_interval"], 1.0..=MOST)?;
    Ok((layers / every.unwrap_or(4.0)).floor())
}

/// Says what stands for something else.
fn tell(part: &Object<'_>, family: &Family, notes: &mut Vec<String>) -> Result<(), Diagnostic> {
    let indexed = part.count(&["index_topk"], 1.0..=1e9)?;
    let told = match (family.quirk, indexed) {
        (Quirk::DeepSeekV4, _) => {
            "Written as latent attention: one cached vector a token, compressed as its layers do on average."
        }
        (Quirk::Sparse, _) | (_, Some(_)) => {
            "Attention to chosen tokens is counted as attention to all of them."
        }
        (Quirk::MiniMaxM3, _) if part.has(&["sparse_attention_config"]) => {
            "Attention to chosen blocks is counted as attention to all of them."
        }
        (Quirk::Gemma4, _) if part.has(&["global_head_dim", "num_global_key_value_heads"]) => {
            "The heads of global layers are counted as those of the others."
        }
        (Quirk::LongCat, _) => {
            "Each layer is written as two, and experts that compute nothing are chosen as often as others."
        }
        _ => return Ok(()),
    };
    notes.push(told.to_owned());
    Ok(())
}
