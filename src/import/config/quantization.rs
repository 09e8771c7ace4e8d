//! The number format of quantized weights, in the words of whoever quantized them.

use serde_json::Value;

use crate::engine::precision::Precision;
use crate::import::config::object::Object;
use crate::text::diagnostic::Diagnostic;

const METHODS: &str = "fp8, awq, gptq, compressed-tensors, modelopt, mxfp4, bitsandbytes, quark, fbgemm_fp8";
const BITS: &str = "4 or 8 bits, of which there are figures";

/// How weights are quantized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quantization {
    pub(super) precision: Precision,
    /// Parts are left in 16 bits, or in other formats.
    is_partial: bool,
    /// The cache is meant to be in 8 bits, too.
    has_eight_bit_cache: bool,
}

impl Quantization {
    /// Reads what an object says of its quantization: under a key of its own, or by itself.
    pub(super) fn read(part: &Object<'_>) -> Result<Option<Self>, Diagnostic> {
        let mut inner = part.object("quantization_config")?;
        inner = inner.or(part.object("quantization")?);
        let quantized = match inner {
            Some(inner) => inner,
            None if part.has(&["quant_algo"]) => part.clone(),
            None => return Ok(None),
        };
        // Experts may be in a narrower format than the rest: they are most of the weights.
        let experts = match part.word(&["expert_dtype"])? {
            Some("fp4") => Some(Precision::Fp4),
            Some("fp8") => Some(Precision::Fp8),
            Some(_) => return Err(part.wrong("expert_dtype", "fp4 or fp8")),
            None => None,
        };
        let precision = match experts {
            Some(experts) => experts,
            None => precision(&quantized)?,
        };
        let left_out = ["ignore", "modules_to_not_convert", "exclude_modules", "ignored_layers"];
        let left_out = quantized.find(&left_out).is_some_and(|(_, value)| is_more_than_head(value));
        let cache = quantized.find(&["kv_cache_quant_algo", "kv_cache_scheme"]).map(|(_, cache)| cache);
        Ok(Some(Self {
            precision,
            is_partial: experts.is_some() || left_out || quantized.has(&["quantized_layers"]),
            has_eight_bit_cache: match cache {
                Some(Value::String(word)) => word.eq_ignore_ascii_case("fp8"),
                Some(scheme) => scheme.get("num_bits").and_then(Value::as_f64) == Some(8.0),
                None => false,
            },
        }))
    }

    /// What a reader should know of it.
    pub(super) fn note(self) -> Option<String> {
        let word = self.precision.id();
        let partial = format!("Some layers are stored in wider formats: all of them are counted in {word}.");
        let cache = "Its cache is meant to be in 8 bits, too: serving.kv_precision=fp8.";
        match (self.is_partial, self.has_eight_bit_cache) {
            (true, true) => Some(format!("{partial} {cache}")),
            (true, false) => Some(partial),
            (false, true) => Some(cache.to_owned()),
            (false, false) => None,
        }
    }
}

/// Layers are left out other than the head, norms and gates, which are small.
fn is_more_than_head(list: &Value) -> bool {
    let Value::Array(names) = list else { return false };
    let small = ["lm_head", "head", "norm", "gate", "router", "bias", "visual", "vision", "embed", "indexer"];
    names.iter().filter_map(Value::as_str).any(|name| !small.iter().any(|small| name.contains(small)))
}

fn precision(quantized: &Object<'_>) -> Result<Precision, Diagnostic> {
    if let Some(algorithm) = quantized.word(&["quant_algo"])?
        && let Some(precision) = of_algorithm(quantized, algorithm)?
    {
        return Ok(precision);
    }
    let Some(method) = quantized.word(&["quant_method"])? else {
        return match groups(quantized)? {
            Some(precision) => Ok(precision),
            None => Err(quantized.missing(&["quant_method", "quant_algo"], "the method of quantization")),
        };
    };
    match method {
        "fp8" | "fbgemm_fp8" => Ok(Precision::Fp8),
        "mxfp4" => Ok(Precision::Fp4),
        "compressed-tensors" | "modelopt" => match groups(quantized)? {
            Some(precision) => Ok(precision),
            None => Err(quantized.missing(&["config_groups"], "what is quantized, and how")),
        },
        "awq" | "gptq" => match quantized.count(&["bits", "w_bit"], 1.0..=16.0)? {
            Some(bits) => of_bits(bits, false).ok_or_else(|| quantized.wrong("bits", BITS)),
            None => Err(quantized.missing(&["bits", "w_bit"], "the bits of a weight")),
        },
        "bitsandbytes" => {
            let four = quantized.flag("load_in_4bit")?.or(quantized.flag("_load_in_4bit")?);
            Ok(if four == Some(true) { Precision::Int4 } else { Precision::Int8 })
        }
        "quark" => match quantized.word(&["global_quant_config.weight.dtype"])? {
            Some("fp8_e4m3" | "fp8_e5m2") => Ok(Precision::Fp8),
            Some("fp4" | "mxfp4") => Ok(Precision::Fp4),
            Some("int8") => Ok(Precision::Int8),
            Some("int4" | "uint4") => Ok(Precision::Int4),
            _ => Err(quantized.wrong("global_quant_config.weight.dtype", "fp8_e4m3, fp4, int8, int4")),
        },
        _ => Err(quantized.wrong("quant_method", METHODS)),
    }
}

/// The format in the words of NVIDIA's tools; `None` where it differs between layers.
fn of_algorithm(quantized: &Object<'_>, algorithm: &str) -> Result<Option<Precision>, Diagnostic> {
    match algorithm {
        "NVFP4" | "W4A16_NVFP4" | "W4A8_NVFP4_FP8" | "MXFP4" | "NVFP4_AWQ" => Ok(Some(Precision::Fp4)),
        "FP8" | "FP8_PB_WO" | "FP8_PER_CHANNEL_PER_TOKEN" => Ok(Some(Precision::Fp8)),
        "W4A16_AWQ" | "W4A8_AWQ" | "W4A16" => Ok(Some(Precision::Int4)),
        "W8A8_SQ_PER_CHANNEL" | "W8A16" | "INT8_SQ" => Ok(Some(Precision::Int8)),
        // The narrowest is that of the experts, or of the feed-forward: most of the weights.
        "MIXED_PRECISION" => {
            let narrowest = match quantized.find(&["quantized_layers"]) {
                Some((_, Value::Object(layers))) => {
                    let mut found = Vec::new();
                    for layer in layers.values() {
                        let word = layer.get("quant_algo").and_then(Value::as_str);
                        if let Some(word) = word.filter(|word| *word != "MIXED_PRECISION") {
                            found.extend(of_algorithm(quantized, word)?);
                        }
                    }
                    found.into_iter().min_by(|a, b| a.bytes().total_cmp(&b.bytes()))
                }
                _ => None,
            };
            Ok(narrowest)
        }
        _ => Err(quantized.wrong(
            "quant_algo",
            "NVFP4, FP8, MXFP4, W4A16_AWQ, W4A8_AWQ, W8A8_SQ_PER_CHANNEL, MIXED_PRECISION",
        )),
    }
}

/// The narrowest format of the groups in which modules are quantized; `None` without groups.
fn groups(quantized: &Object<'_>) -> Result<Option<Precision>, Diagnostic> {
    let Some((key, Value::Object(groups))) = quantized.find(&["config_groups"]) else { return Ok(None) };
    let mut found = Vec::new();
    for group in groups.values() {
        let weights = group.get("weights");
        let bits = weights.and_then(|weights| weights.get("num_bits")).and_then(Value::as_f64);
        let kind = weights.and_then(|weights| weights.get("type")).and_then(Value::as_str);
        match bits.and_then(|bits| of_bits(bits, kind == Some("float"))) {
            Some(precision) => found.push(precision),
            None => return Err(quantized.error(key, "a group has no weights in 4 or 8 bits", None)),
        }
    }
    Ok(found.into_iter().min_by(|a, b| a.bytes().total_cmp(&b.bytes())))
}

fn of_bits(bits: f64, is_float: bool) -> Option<Precision> {
    match (bits as u32, is_float) {
        (4, true) => Some(Precision::Fp4),
        (4, false) => Some(Precision::Int4),
        (8, true) => Some(Precision::Fp8),
        (8, false) => Some(Precision::Int8),
        _ => None,
    }
}
