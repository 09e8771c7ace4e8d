//! Models of the catalog: a shape with its source, what it was trained on, and how far it can be trusted.

use serde::Deserialize;

use crate::catalog::{GpuId, Status};
use crate::engine::precision::Precision;
use crate::engine::shape::{Experts, LatentAttention, LocalLayers, Locality, ModelShape};

/// A model of the catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelPreset {
    /// Id in files and on the command line.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Who made it.
    pub organisation: String,
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
    /// Licence of the weights.
    pub licence: String,
    /// Where the shape was read.
    pub source: String,
    /// What a reader should know of it.
    pub note: Option<String>,
    /// Why the shape's parameters differ from the stated total by more than 3%.
    pub exception: Option<String>,
}

/// The hardware of a published training run.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedOn {
    /// The accelerator.
    pub gpu: GpuId,
    /// How many of them.
    pub gpus: Option<f64>,
    /// Published GPU-hours: shown beside the engine's own, never used by it.
    pub gpu_hours: Option<f64>,
    /// Sequence length of the run, tokens.
    pub sequence_length: Option<f64>,
    /// Global batch of the run, tokens.
    pub global_batch_tokens: Option<f64>,
    /// Where it was published.
    pub source: String,
}

/// A `[[model]]` table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelEntry {
    id: String,
    name: String,
    organisation: String,
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
    #[serde(default = "one")]
    kv_compression: f64,
    #[serde(default = "bf16")]
    native_precision: Precision,
    max_context: Option<f64>,
    training_tokens: Option<f64>,
    training_tokens_status: String,
    status: Status,
    #[serde(default)]
    unverified: Vec<String>,
    licence: String,
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
    source: String,
}

fn yes() -> bool {
    true
}

fn one() -> f64 {
    1.0
}

fn bf16() -> Precision {
    Precision::Bf16
}

impl ModelEntry {
    /// The preset, with the accelerator of its training looked up by `gpu_id`.
    pub(super) fn into_preset(self, gpu_id: impl Fn(&str) -> Option<GpuId>) -> Result<ModelPreset, String> {
        for (name, value) in [
            ("layers", self.layers),
            ("hidden", self.hidden),
            ("heads", self.heads),
            ("kv_heads", self.kv_heads),
            ("head_dim", self.head_dim),
            ("vocab", self.vocab),
        ] {
            if !(value.is_finite() && value >= 1.0) {
                return Err(format!("model `{}`: `{name}` must be at least 1, not {value}", self.id));
            }
        }
        let shape = self.shape()?;
        let trained_on = match self.trained_on {
            Some(run) => Some(TrainedOn {
                gpu: gpu_id(&run.gpu)
                    .ok_or_else(|| format!("model `{}`: unknown accelerator `{}`", self.id, run.gpu))?,
                gpus: run.gpus,
                gpu_hours: run.gpu_hours,
                sequence_length: run.sequence_length,
                global_batch_tokens: run.global_batch_tokens,
                source: run.source,
            }),
            None => None,
        };
        Ok(ModelPreset {
            id: self.id,
            name: self.name,
            organisation: self.organisation,
            released: self.released,
            shape,
            stated_parameters: self.stated_parameters,
            stated_active_parameters: self.stated_active_parameters,
            max_context: self.max_context,
            training_tokens: self.training_tokens,
            training_tokens_status: self.training_tokens_status,
            trained_on,
            status: self.status,
            unverified: self.unverified,
            licence: self.licence,
            source: self.source,
            note: self.note,
            exception: self.exception,
        })
    }

    fn shape(&self) -> Result<ModelShape, String> {
        let experts = match (self.experts, self.active_experts, self.expert_ffn) {
            (None, None, None) => None,
            (Some(count), Some(active), Some(ffn)) if active >= 1.0 && active <= count && ffn >= 1.0 => {
                Some(Experts {
                    count,
                    active,
                    shared: self.shared_experts,
                    ffn,
                    dense_layers: self.dense_layers,
                })
            }
            _ => {
                return Err(format!(
                    "model `{}`: experts take `experts`, `active_experts` (at most as many) and `expert_ffn`",
                    self.id
                ));
            }
        };
        let ffn = match (self.ffn, &experts) {
            (Some(ffn), _) => ffn,
            (None, Some(experts)) => experts.ffn,
            (None, None) => return Err(format!("model `{}`: `ffn` is missing", self.id)),
        };
        let locality = self.global_every.map(|global_every| Locality {
            global_every,
            local: match self.sliding_window {
                Some(window) if !self.linear_attention => LocalLayers::Window(window),
                _ => LocalLayers::Linear,
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
