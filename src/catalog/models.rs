//! Models of the catalog: a shape with its source, what it was trained on, and how far it can be trusted.

use serde::Deserialize;

use crate::catalog::field::{FieldError, within};
use crate::catalog::gpus::GpuPreset;
use crate::catalog::{GpuId, Status};
use crate::engine::precision::Precision;
use crate::engine::shape::{DeltaNet, Experts, LatentAttention, LocalLayers, Locality, ModelShape};
use crate::engine::training::Recompute;
use crate::text::control::one_line;
use crate::text::date::month;
use crate::text::suggest::closest;

/// A model of the catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelPreset {
    /// Id in files and on the command line.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Who made it.
    pub organization: String,
    /// When it was released.
    pub released: String,
    /// Its shape.
    pub shape: ModelShape,
    /// Total parameters as stated by its makers.
    pub stated_parameters: Option<f64>,
    /// Active parameters as stated by its makers.
    pub stated_active_parameters: Option<f64>,
    /// Longest context, tokens.
    pub max_context: Option<f64>,
    /// Further tokens that a head of its own was trained to guess; 0 without one (technical reports of DeepSeek-V3, GLM-4.5
    /// and `MiMo`, announcements of Qwen3-Next and Qwen3.5). Of the families' later models an assumption.
    pub predicted_tokens: u32,
    /// Tokens of its training, where disclosed or reported.
    pub training_tokens: Option<f64>,
    /// How that number is known, in a word.
    pub training_tokens_status: String,
    /// The hardware of its training, where published.
    pub trained_on: Option<TrainedOn>,
    /// How far the shape can be trusted.
    pub status: Status,
    /// Fields that were not read in the source.
    pub unverified: Vec<String>,
    /// License of the weights.
    pub license: String,
    /// Where the shape was read.
    pub source: String,
    /// What a reader should know of it.
    pub note: Option<String>,
    /// Why the shape's parameters differ from the stated ones by more than 3%, or none were stated.
    pub exception: Option<String>,
}

impl ModelPreset {
    /// The name without the remark in parentheses: what fits on a slider.
    pub fn slider_name(&self) -> &str {
        self.name.split(" (").next().unwrap_or(&self.name)
    }
}

/// The hardware of a published training run.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedOn {
    /// The accelerator.
    pub gpu: GpuId,
    /// How many of them.
    pub gpus: Option<f64>,
    /// Published GPU-hours: shown next to the engine's own, never used by it.
    pub gpu_hours: Option<f64>,
    /// Sequence length of the run, tokens.
    pub sequence_length: Option<f64>,
    /// Global batch of the run, tokens.
    pub global_batch_tokens: Option<f64>,
    /// Arithmetic of its matrix products, where it is not 16 bits.
    pub precision: Option<Precision>,
    /// What it recomputed, where that was published.
    pub recompute: Option<Recompute>,
    /// When the model was released, in months: its software is no younger.
    pub released: Option<f64>,
    /// Why its hours are not those that the engine derives, where they differ by more than the engine's error.
    pub reason: Option<String>,
    /// Where it was published, and whether the hours were reported or derived.
    pub source: String,
}

/// A `[[model]]` table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelEntry {
    id: String,
    name: Option<String>,
    #[serde(default, alias = "organisation")]
    organization: String,
    #[serde(default)]
    released: String,
    stated_parameters: Option<f64>,
    stated_active_parameters: Option<f64>,
    layers: f64,
    hidden: f64,
    heads: f64,
    kv_heads: f64,
    head_dim: f64,
    ffn: Option<f64>,
    #[serde(default = "yes")]
    gated: bool,
    vocab: f64,
    #[serde(default)]
    tied_embeddings: bool,
    experts: Option<f64>,
    active_experts: Option<f64>,
    #[serde(default)]
    shared_experts: f64,
    expert_ffn: Option<f64>,
    #[serde(default)]
    dense_layers: f64,
    kv_lora_rank: Option<f64>,
    #[serde(default)]
    q_lora_rank: f64,
    #[serde(default)]
    qk_rope_dim: f64,
    #[serde(default)]
    qk_nope_dim: f64,
    #[serde(default)]
    v_head_dim: f64,
    sliding_window: Option<f64>,
    global_every: Option<f64>,
    #[serde(default)]
    linear_attention: bool,
    linear_key_width: Option<f64>,
    linear_value_width: Option<f64>,
    #[serde(default = "one")]
    kv_compression: f64,
    #[serde(default = "bf16")]
    native_precision: Precision,
    max_context: Option<f64>,
    #[serde(default)]
    predicted_tokens: u32,
    training_tokens: Option<f64>,
    #[serde(default = "undisclosed")]
    training_tokens_status: String,
    #[serde(default = "unverified")]
    status: Status,
    #[serde(default)]
    unverified: Vec<String>,
    #[serde(default = "undisclosed", alias = "licence")]
    license: String,
    #[serde(default)]
    source: String,
    note: Option<String>,
    exception: Option<String>,
    trained_on: Option<RunEntry>,
}

/// A `[model.trained_on]` table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RunEntry {
    gpu: String,
    gpus: Option<f64>,
    gpu_hours: Option<f64>,
    sequence_length: Option<f64>,
    global_batch_tokens: Option<f64>,
    precision: Option<Precision>,
    recompute: Option<Recompute>,
    reason: Option<String>,
    source: String,
}

fn yes() -> bool {
    true
}

fn one() -> f64 {
    1.0
}

fn undisclosed() -> String {
    "undisclosed".to_owned()
}

fn unverified() -> Status {
    Status::Unverified
}

fn bf16() -> Precision {
    Precision::Bf16
}

const EXPERTS_GO_TOGETHER: &str = "`experts`, `active_experts` and `expert_ffn` must be set together";
const WIDTHS_GO_TOGETHER: &str = "`linear_key_width` and `linear_value_width` must be set together";

impl RunEntry {
    fn into_run(self, gpus: &[GpuPreset], released: &str) -> Result<TrainedOn, FieldError> {
        let Some(index) = gpus.iter().position(|gpu| gpu.id == self.gpu) else {
            let near = closest(&self.gpu, gpus.iter().map(|gpu| gpu.id.as_str()));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            return Err(FieldError::new("gpu", format!("unknown accelerator `{}`", self.gpu), help));
        };
        within("gpus", self.gpus, 1.0, 1e7)?;
        within("gpu_hours", self.gpu_hours, 0.0, 1e12)?;
        within("sequence_length", self.sequence_length, 1.0, 1e9)?;
        within("global_batch_tokens", self.global_batch_tokens, 1.0, 1e12)?;
        Ok(TrainedOn {
            gpu: GpuId(index as u16),
            gpus: self.gpus,
            gpu_hours: self.gpu_hours,
            sequence_length: self.sequence_length,
            global_batch_tokens: self.global_batch_tokens,
            precision: self.precision,
            recompute: self.recompute,
            released: month(released).map(f64::from),
            reason: self.reason,
            source: self.source,
        })
    }
}

impl ModelEntry {
    /// The preset, with the accelerator of its training looked up among `gpus`.
    pub(super) fn into_preset(self, gpus: &[GpuPreset]) -> Result<ModelPreset, FieldError> {
        let shape = self.shape()?;
        within("stated_parameters", self.stated_parameters, 1.0, 1e15)?;
        within("stated_active_parameters", self.stated_active_parameters, 1.0, 1e15)?;
        within("max_context", self.max_context, 1.0, 1e9)?;
        within("training_tokens", self.training_tokens, 1.0, 1e18)?;
        let trained_on = self.trained_on.map(|run| run.into_run(gpus, &self.released)).transpose()?;
        Ok(ModelPreset {
            name: one_line(&self.name.unwrap_or_else(|| self.id.clone())),
            id: self.id,
            organization: self.organization,
            released: self.released,
            shape,
            stated_parameters: self.stated_parameters,
            stated_active_parameters: self.stated_active_parameters,
            max_context: self.max_context,
            predicted_tokens: self.predicted_tokens,
            training_tokens: self.training_tokens,
            training_tokens_status: self.training_tokens_status,
            trained_on,
            status: self.status,
            unverified: self.unverified,
            license: self.license,
            source: self.source,
            note: self.note,
            exception: self.exception,
        })
    }

    fn check(&self) -> Result<(), FieldError> {
        let width = |field, value| within(field, Some(value), 1.0, 1e7);
        width("layers", self.layers)?;
        width("hidden", self.hidden)?;
        width("heads", self.heads)?;
        within("kv_heads", Some(self.kv_heads), 1.0, self.heads)?;
        width("head_dim", self.head_dim)?;
        within("ffn", self.ffn, 1.0, 1e7)?;
        width("vocab", self.vocab)?;
        within("expert_ffn", self.expert_ffn, 1.0, 1e7)?;
        within("experts", self.experts, 1.0, 1e5)?;
        within("active_experts", self.active_experts, 1.0, self.experts.unwrap_or(1e5))?;
        within("shared_experts", Some(self.shared_experts), 0.0, 1e5)?;
        within("dense_layers", Some(self.dense_layers), 0.0, self.layers)?;
        within("global_every", self.global_every, 1.0, self.layers)?;
        within("sliding_window", self.sliding_window, 1.0, 1e9)?;
        within("linear_key_width", self.linear_key_width, 1.0, 1e7)?;
        within("linear_value_width", self.linear_value_width, 1.0, 1e7)?;
        width("kv_compression", self.kv_compression)?;
        if self.kv_lora_rank.is_some() {
            within("kv_lora_rank", self.kv_lora_rank, 1.0, 1e6)?;
            width("qk_nope_dim", self.qk_nope_dim)?;
            width("v_head_dim", self.v_head_dim)?;
        }
        Ok(())
    }

    fn shape(&self) -> Result<ModelShape, FieldError> {
        self.check()?;
        let missing = |field, because: &str| {
            Err(FieldError::new(field, format!("`{field}` is missing"), Some(because.to_owned())))
        };
        let experts = match (self.experts, self.active_experts, self.expert_ffn) {
            (None, None, None) => None,
            (Some(count), Some(active), Some(ffn)) => Some(Experts {
                count,
                active,
                shared: self.shared_experts,
                ffn,
                dense_layers: self.dense_layers,
            }),
            (None, ..) => return missing("experts", EXPERTS_GO_TOGETHER),
            (_, None, _) => return missing("active_experts", EXPERTS_GO_TOGETHER),
            (.., None) => return missing("expert_ffn", EXPERTS_GO_TOGETHER),
        };
        let ffn = match (self.ffn, &experts) {
            (Some(ffn), _) => ffn,
            (None, Some(experts)) => experts.ffn,
            (None, None) => return missing("ffn", "a dense model needs a feed-forward width"),
        };
        if self.global_every.is_none() && (self.sliding_window.is_some() || self.linear_attention) {
            return missing("global_every", "a sliding window needs it: one layer in how many is global?");
        }
        let net = match (self.linear_key_width, self.linear_value_width) {
            (None, None) => None,
            (Some(key_width), Some(value_width)) if self.linear_attention => {
                Some(DeltaNet { key_width, value_width })
            }
            (Some(_), Some(_)) => {
                return missing("linear_attention", "widths of linear attention belong to it");
            }
            (None, _) => return missing("linear_key_width", WIDTHS_GO_TOGETHER),
            (_, None) => return missing("linear_value_width", WIDTHS_GO_TOGETHER),
        };
        let locality = self.global_every.map(|global_every| Locality {
            global_every,
            local: match self.sliding_window {
                Some(window) if !self.linear_attention => LocalLayers::Window(window),
                _ => LocalLayers::Linear(net),
            },
        });
        Ok(ModelShape {
            layers: self.layers,
            hidden: self.hidden,
            heads: self.heads,
            kv_heads: self.kv_heads,
            head_dim: self.head_dim,
            ffn,
            gated: self.gated,
            vocab: self.vocab,
            tied_embeddings: self.tied_embeddings,
            experts,
            latent: self.kv_lora_rank.map(|kv_rank| LatentAttention {
                q_rank: self.q_lora_rank,
                kv_rank,
                rope_dim: self.qk_rope_dim,
                nope_dim: self.qk_nope_dim,
                value_dim: self.v_head_dim,
            }),
            locality,
            kv_compression: self.kv_compression,
            native_precision: self.native_precision,
        })
    }
}
