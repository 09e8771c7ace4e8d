//! A model from its `config.json`, as Hugging Face and those who follow it write it.
//!
//! The family says what a configuration leaves unsaid; a type that is not known is refused, and so are layers that the
//! engine does not model. Of a model that sees or hears, the text part is taken, which the model's note says.

mod experts;
mod family;
mod name;
mod object;
mod quantization;
mod shape;
mod written;

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::catalog::{ModelPreset, Status};
use crate::engine::precision::Precision;
use crate::engine::shape::ModelShape;
use crate::import::ImportError;
use crate::import::json;
use crate::import::text::{bytes_at, bytes_of, decode};
use crate::text::diagnostic::Diagnostic;
use crate::text::quantity::{Unit, format};
use crate::text::suggest::closest;
use family::{Family, family, known_types, refusal};
use object::Object;
use quantization::Quantization;
pub use written::to_toml;

/// Configurations with more bytes are none: the longest that are published name every layer and have 3 MB.
const MOST_BYTES: u64 = 16 << 20;
/// The most parameters that the catalog takes.
const MOST_PARAMETERS: f64 = 1e15;

/// Whether a path leads to a configuration rather than to a scenario: a directory that has one, or JSON.
pub fn is_config(path: &Path) -> bool {
    path.join("config.json").is_file() || path.extension().is_some_and(|extension| extension == "json")
}

/// Reads a configuration, or that of a directory. Without an id, the model's name is its id.
pub fn open(path: &Path, id: Option<&str>) -> Result<ModelPreset, ImportError> {
    let inside = path.join("config.json");
    let path = if path.is_dir() { inside.as_path() } else { path };
    let name = path.display().to_string();
    let unreadable = |reason| ImportError::Unreadable { path: path.to_owned(), reason };
    let bytes = bytes_at(path, MOST_BYTES).map_err(unreadable)?;
    // What NVIDIA's tools say of the format stands beside it in older models.
    let beside = path.with_file_name("hf_quant_config.json");
    let beside = beside.is_file().then(|| (beside.display().to_string(), bytes_at(&beside, MOST_BYTES)));
    let beside =
        beside.map(|(name, bytes)| bytes.map(|bytes| (name, bytes))).transpose().map_err(unreadable)?;
    let beside = beside.map(|(name, bytes)| decode(&name, &bytes).map(|text| (name, text))).transpose()?;
    let own = name::of_path(path);
    Ok(read(&name, &decode(&name, &bytes)?, beside.as_ref(), own.as_deref(), id)?)
}

/// Reads a configuration from a stream.
pub fn open_stream(from: impl io::Read, id: Option<&str>) -> Result<ModelPreset, ImportError> {
    let name = "standard input".to_owned();
    let unreadable = |reason| ImportError::Unreadable { path: PathBuf::from(&name), reason };
    let bytes = bytes_of(from, MOST_BYTES).map_err(unreadable)?;
    Ok(read(&name, &decode(&name, &bytes)?, None, None, id)?)
}

/// Reads a text. Its quantization may stand in another one; `own` is what its place calls the model.
fn read(
    source_name: &str,
    text: &str,
    beside: Option<&(String, String)>,
    own: Option<&str>,
    id: Option<&str>,
) -> Result<ModelPreset, Diagnostic> {
    let value = json::parse(source_name, text)?;
    let root = Object::root(source_name, text, &value)?;
    let mut notes = Vec::new();
    let (part, family) = text_part(&root, &mut notes)?;
    let shape = shape::read(&part, family, &mut notes)?;
    let parameters = shape.total_parameters();
    if !(1.0..=MOST_PARAMETERS).contains(&parameters) {
        let message = format!("a model of {} parameters cannot be", format(parameters, Unit::Count));
        return Err(part.error("", message, None));
    }
    let quantization = match beside {
        Some((name, text)) if !root.has(&["quantization_config"]) => {
            let value = json::parse(name, text)?;
            Quantization::read(&Object::root(name, text, &value)?)?
        }
        _ => Quantization::read(&root)?.or(Quantization::read(&part)?),
    };
    let native_precision = match quantization {
        Some(quantization) => {
            notes.extend(quantization.note());
            quantization.precision
        }
        None => dtype(&root, &part, &mut notes)?,
    };
    let name = name::of_config(&root, own);
    let context = ["max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "model_max_length"];
    let predicted = ["num_nextn_predict_layers", "mtp_num_hidden_layers"];
    Ok(ModelPreset {
        id: id.map_or_else(|| name::id(&name), ToOwned::to_owned),
        name,
        organization: String::new(),
        released: String::new(),
        shape: ModelShape { native_precision, ..shape },
        stated_parameters: None,
        stated_active_parameters: None,
        max_context: part.count(&context, 1.0..=1e9)?,
        predicted_tokens: part.count(&predicted, 0.0..=64.0)?.unwrap_or(0.0) as u32,
        training_tokens: None,
        training_tokens_status: "undisclosed".to_owned(),
        trained_on: None,
        status: Status::Read,
        unverified: Vec::new(),
        license: "undisclosed".to_owned(),
        source: format!("the config.json of a {} model", family_name(&part)),
        note: (!notes.is_empty()).then(|| notes.join(" ")),
        exception: None,
    })
}

fn family_name(part: &Object<'_>) -> String {
    part.find(&["model_type"]).and_then(|(_, value)| value.as_str()).unwrap_or_default().to_owned()
}

/// The object that describes a decoder of text, and its family.
fn text_part<'a>(
    root: &Object<'a>,
    notes: &mut Vec<String>,
) -> Result<(Object<'a>, &'static Family), Diagnostic> {
    if let Some((key, _)) = root.find(&["_class_name", "diffusers_version"]) {
        return Err(root.error(key, "this is a part of a diffusion model, which generates no tokens", None));
    }
    let thinker = root.object("thinker_config")?;
    let outer = thinker.as_ref().unwrap_or(root);
    let mut nested = None;
    for key in ["text_config", "llm_config", "language_config"] {
        nested = nested.or(outer.object(key)?);
    }
    let senses = [
        "vision_config",
        "audio_config",
        "mm_vision_tower",
        "vision_lora",
        "image_token_index",
        "image_token_id",
    ];
    if nested.is_some() || thinker.is_some() || root.has(&senses) {
        notes.push("The text part alone: what sees or hears is left out.".to_owned());
    }
    let part = nested.unwrap_or_else(|| outer.clone());
    let Some(model_type) = part.word(&["model_type"])? else {
        return Err(part.missing(&["model_type"], "the family of the model"));
    };
    // What holds a decoder may be refused for what it is.
    for (place, kind) in [(root, root.word(&["model_type"])?), (&part, Some(model_type))] {
        if let Some((kind, reason)) = kind.and_then(|kind| Some((kind, refusal(kind)?))) {
            return Err(place.error("model_type", format!("`{kind}` cannot be costed: {reason}"), None));
        }
    }
    let Some(family) = family(model_type) else {
        let near = closest(model_type, known_types());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "if its layers are those of a type that is known, name that one: llama, mixtral, qwen3, \
                     deepseek_v3, ..."
                .to_owned(),
        };
        return Err(part.error("model_type", format!("the model type `{model_type}` is not known"), help));
    };
    generates(root)?;
    Ok((part, family))
}

/// Refuses what has the layers of a decoder and another head, and a decoder that reads what an encoder makes.
fn generates(root: &Object<'_>) -> Result<(), Diagnostic> {
    if root.flag("is_encoder_decoder")? == Some(true) {
        let message = "its decoder reads what an encoder makes; decoders alone are modeled";
        return Err(root.error("is_encoder_decoder", message, None));
    }
    let Some((_, Value::Array(names))) = root.find(&["architectures"]) else { return Ok(()) };
    let others = ["Classification", "QuestionAnswering", "RewardModel", "MaskedLM", "MultipleChoice"];
    for name in names.iter().filter_map(Value::as_str) {
        if others.iter().any(|other| name.contains(other)) {
            let message = format!("`{name}` judges text, it generates none");
            return Err(root.error("architectures", message, None));
        }
    }
    Ok(())
}

/// The format of weights that are not quantized. Sixteen bits where nothing is said, and of 32 bits, as engines do.
fn dtype(root: &Object<'_>, part: &Object<'_>, notes: &mut Vec<String>) -> Result<Precision, Diagnostic> {
    let names = ["dtype", "torch_dtype"];
    let (place, found) = match part.find(&names) {
        Some(found) => (part, Some(found)),
        None => (root, root.find(&names)),
    };
    let Some((key, _)) = found else { return Ok(Precision::Bf16) };
    match place.word(&[key])?.map(|word| word.trim_start_matches("torch.")) {
        Some("bfloat16" | "auto") | None => Ok(Precision::Bf16),
        Some("float16" | "half") => Ok(Precision::Fp16),
        Some("float32" | "float") => {
            notes.push("Stored in 32 bits, served in 16.".to_owned());
            Ok(Precision::Fp16)
        }
        Some("float8_e4m3fn" | "float8_e5m2") => Ok(Precision::Fp8),
        Some(_) => Err(place.wrong(key, "bfloat16, float16, float32, float8_e4m3fn")),
    }
}
