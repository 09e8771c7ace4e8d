//! Training: published throughput tables and real runs against the engine.
//!
//! Rows are chosen by rule. Left out of the throughput tables are rows without a shape that is public, formats that are
//! not stated, boards below the catalog's power limit or outside of it (H200 NVL), CPU offload, dropped tokens, scaling
//! series without their batch, models that are not transformers, and a run that another table has already. Fewer than 5
//! FLOPs a parameter tell adapters, whatever the label. Where a stated layout has more replicas than the batch has
//! sequences, the batch is left open. Degrees of Trainium count chips, of two cores each. Microbatches
//! are those that a row states.
//!
//! A row's date is that of its software: the framework's release where the row names it, else the round of the benchmark or
//! the month of the paper, else, by assumption, that of the page. A run of the second table is dated by the model's release.
//! Runs of tier C (estimates and upper bounds) are carried, but neither fitted to nor counted.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::calibration::error::Place;
use crate::calibration::kind::Kind;
use crate::engine::precision::Precision;
use crate::engine::shape::{Experts, ModelShape};
use crate::engine::training::{Recompute, TrainingConstants, TrainingMethod, TrainingPlan, train};
use crate::evidence::measurement::{LeftOut, Measurement, Setup};
use crate::evidence::table;
use crate::text::date::years;

/// Tokens for each active parameter that a benchmark row is taken to train on: it sizes what the row does not state.
const BENCHMARK_TOKENS_PER_PARAMETER: f64 = 20.0;

/// Benchmarks of one recipe over a series of sizes, by how their names begin.
const SERIES: [&str; 2] = ["MPT-", "MaxText "];

/// A row of either table. Where `model` is empty the shape is in the row.
#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    name: String,
    model: String,
    layers: Option<f64>,
    hidden: Option<f64>,
    heads: Option<f64>,
    kv_heads: Option<f64>,
    head_dim: Option<f64>,
    ffn: Option<f64>,
    gated: Option<u8>,
    vocab: Option<f64>,
    experts: Option<f64>,
    active_experts: Option<f64>,
    shared_experts: Option<f64>,
    expert_ffn: Option<f64>,
    dense_layers: Option<f64>,
    method: TrainingMethod,
    gpu: String,
    gpus: Option<f64>,
    software_date: String,
    precision: Precision,
    sequence_length: f64,
    global_batch_tokens: Option<f64>,
    tensor_parallel: Option<u32>,
    pipeline_parallel: Option<u32>,
    expert_parallel: Option<u32>,
    context_parallel: Option<u32>,
    #[serde(default)]
    microbatch_sequences: Option<f64>,
    recompute: Option<Recompute>,
    /// Of the throughput table.
    #[serde(default)]
    tokens_per_s_per_gpu: Option<f64>,
    /// Of the table of runs.
    #[serde(default)]
    tokens: Option<f64>,
    #[serde(default)]
    gpu_hours: Option<f64>,
    #[serde(default)]
    tier: String,
    source: String,
}

static ROWS: LazyLock<Vec<Measurement<TrainingPlan>>> = LazyLock::new(|| {
    ["training.csv", "training_runs.csv"].into_iter().flat_map(|file| table::read(file, Row::read)).collect()
});

impl Row {
    /// The shape that is in the row.
    fn shape(&self) -> Option<ModelShape> {
        let (hidden, heads) = (self.hidden?, self.heads?);
        let experts = self.experts.map(|count| Experts {
            count,
            active: self.active_experts.unwrap_or(1.0),
            shared: self.shared_experts.unwrap_or(0.0),
            ffn: self.expert_ffn.unwrap_or(hidden),
            dense_layers: self.dense_layers.unwrap_or(0.0),
        });
        Some(ModelShape {
            layers: self.layers?,
            hidden,
            heads,
            kv_heads: self.kv_heads.unwrap_or(heads),
            head_dim: self.head_dim.unwrap_or(hidden / heads),
            ffn: self.ffn?,
            gated: self.gated == Some(1),
            vocab: self.vocab?,
            tied_embeddings: true,
            experts,
            latent: None,
            locality: None,
            kv_compression: 1.0,
            native_precision: Precision::Bf16,
        })
    }

    /// The measurement, or what is wrong with the row.
    fn read(self) -> Result<Measurement<TrainingPlan>, String> {
        let shape = match self.model.as_str() {
            "" => self.shape().ok_or("neither a model nor its shape")?,
            model => table::shape(model)?,
        };
        let (kind, published) = match (self.tokens_per_s_per_gpu, self.gpu_hours) {
            (Some(rate), _) if self.method == TrainingMethod::Adapter => (Kind::TrainingAdapters, rate),
            (Some(rate), _) => (Kind::TrainingThroughput, rate),
            (None, Some(hours)) => (Kind::TrainingHours, hours),
            (None, None) => return Err("no figure".to_owned()),
        };
        let series = SERIES
            .into_iter()
            .find(|series| kind == Kind::TrainingThroughput && self.name.starts_with(series));
        Ok(Measurement {
            id: self.id,
            kind,
            setup: TrainingPlan {
                shape,
                gpu: table::gpu(&self.gpu)?,
                gpus: self.gpus,
                tokens: self.tokens.unwrap_or(BENCHMARK_TOKENS_PER_PARAMETER * shape.active_parameters()),
                sequence_length: self.sequence_length,
                global_batch_tokens: self.global_batch_tokens,
                precision: self.precision,
                recompute: self.recompute,
                method: self.method,
                tensor_parallel: self.tensor_parallel,
                pipeline_parallel: self.pipeline_parallel,
                expert_parallel: self.expert_parallel,
                context_parallel: self.context_parallel,
                microbatch_sequences: self.microbatch_sequences,
                software_date: years(&self.software_date).ok_or("no date of the software")?,
                mfu: None,
                goodput: None,
            },
            series: series.unwrap_or(&self.name).to_owned(),
            model: self.name,
            gpu: self.gpu,
            published,
            source: self.source,
            left_out: (self.tier == "C").then_some(LeftOut::Estimated),
        })
    }
}

impl Setup for TrainingPlan {
    type Constants = TrainingConstants;

    fn rows() -> &'static [Measurement<Self>] {
        &ROWS
    }

    fn place(&self) -> Place {
        self.into()
    }

    fn software_date(&self) -> f64 {
        self.software_date
    }

    fn setting(&self) -> String {
        format!(
            "{} GPUs, {}, {} tokens",
            self.gpus.map_or("auto".to_owned(), |gpus| gpus.to_string()),
            self.precision.id(),
            self.sequence_length
        )
    }

    fn predict(&self, kind: Kind, constants: &TrainingConstants) -> Option<f64> {
        let run = train(self, constants);
        Some(if kind == Kind::TrainingHours { run.gpu_hours } else { run.tokens_per_s_per_gpu })
    }
}
