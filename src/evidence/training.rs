//! Training: published throughput tables and real runs against the engine.
//!
//! Rows are chosen by rule. Left out of the throughput table are rows without a shape, formats that a plan cannot state
//! (INT8, NVFP4), boards below the catalog's power limit, CPU offload, dropped tokens, adapters that were labelled as
//! full training (fewer than 5 FLOPs a parameter), scaling series without their batch and models that are not
//! transformers. Runs of tier C (estimates and upper bounds) are carried, but neither fitted to nor counted.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::calibration::error::ErrorModel;
use crate::catalog::{Catalog, PRESETS};
use crate::engine::precision::Precision;
use crate::engine::shape::{Experts, ModelShape};
use crate::engine::training::{Recompute, TrainingConstants, TrainingMethod, TrainingPlan, train};
use crate::{calibration::kind::Kind, evidence::Comparison};

/// Tokens for each active parameter that a benchmark row is taken to train on: it sizes what the row does not state.
const BENCHMARK_TOKENS_PER_PARAMETER: f64 = 20.0;

/// A row of either table. Where `model` is empty the shape stands in the row.
#[derive(Debug, Clone, Deserialize)]
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
    gpu: String,
    gpus: Option<f64>,
    precision: Precision,
    sequence_length: f64,
    global_batch_tokens: Option<f64>,
    tensor_parallel: Option<u32>,
    pipeline_parallel: Option<u32>,
    expert_parallel: Option<u32>,
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

static THROUGHPUT: LazyLock<Vec<Row>> = LazyLock::new(|| read("training.csv"));
static RUNS: LazyLock<Vec<Row>> = LazyLock::new(|| read("training_runs.csv"));

/// The rows of an embedded table.
///
/// # Panics
///
/// When it is malformed; a test reads it.
fn read(name: &str) -> Vec<Row> {
    let file = PRESETS.get_file(format!("measurements/{name}"));
    let text = file.and_then(|file| file.contents_utf8()).unwrap_or_default();
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("presets/measurements/{name}: {error}"))
}

/// A published figure of training, ready for the engine.
#[derive(Debug, Clone)]
pub struct Measurement {
    row: &'static Row,
    /// What was run.
    pub plan: TrainingPlan,
    /// Which figure was published.
    pub kind: Kind,
    /// The figure.
    pub published: f64,
}

impl Measurement {
    /// Catalog id of the accelerator.
    #[must_use]
    pub fn gpu(&self) -> &str {
        &self.row.gpu
    }

    fn new(row: &'static Row, catalog: &Catalog) -> Option<Self> {
        let shape = match catalog.model_id(&row.model) {
            Some(model) => catalog.model(model).shape,
            None => row.shape()?,
        };
        let plan = TrainingPlan {
            shape,
            gpu: catalog.gpu(catalog.gpu_id(&row.gpu)?).gpu,
            gpus: row.gpus,
            tokens: row.tokens.unwrap_or(BENCHMARK_TOKENS_PER_PARAMETER * shape.active_parameters()),
            sequence_length: row.sequence_length,
            global_batch_tokens: row.global_batch_tokens,
            precision: row.precision,
            recompute: row.recompute,
            method: TrainingMethod::Pretrain,
            tensor_parallel: row.tensor_parallel,
            pipeline_parallel: row.pipeline_parallel,
            expert_parallel: row.expert_parallel,
            mfu: None,
            goodput: None,
        };
        let (kind, published) = match (row.tokens_per_s_per_gpu, row.gpu_hours) {
            (Some(rate), _) => (Kind::TrainingThroughput, rate),
            (None, hours) => (Kind::TrainingHours, hours?),
        };
        Some(Self { row, plan, kind, published })
    }

    /// What the engine says.
    #[must_use]
    pub fn predicted(&self, constants: &TrainingConstants) -> f64 {
        let run = train(&self.plan, constants);
        match self.kind {
            Kind::TrainingHours => run.gpu_hours,
            _ => run.tokens_per_s_per_gpu,
        }
    }

    /// The model, sizes of one benchmark series together.
    #[cfg(feature = "fit")]
    pub(crate) fn series(&self) -> &'static str {
        let name = self.row.name.as_str();
        let series = ["MPT-", "MaxText "].into_iter().find(|series| name.starts_with(series));
        match self.kind {
            Kind::TrainingThroughput => series.unwrap_or(name),
            _ => name,
        }
    }
}

impl Row {
    /// The shape that stands in the row.
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
}

/// The rows of both tables that count.
#[must_use]
pub fn measurements(catalog: &Catalog) -> Vec<Measurement> {
    THROUGHPUT
        .iter()
        .chain(RUNS.iter())
        .filter(|row| row.tier != "C")
        .filter_map(|row| Measurement::new(row, catalog))
        .collect()
}

/// Every row that counts beside what the engine says of it.
#[must_use]
pub fn comparisons(catalog: &Catalog, constants: &TrainingConstants, errors: &ErrorModel) -> Vec<Comparison> {
    measurements(catalog)
        .iter()
        .map(|measurement| {
            let Measurement { row, plan, kind, published } = measurement;
            let spread = errors.training_spread(*kind, plan);
            Comparison {
                id: row.id.clone(),
                kind: *kind,
                model: row.name.clone(),
                gpu: row.gpu.clone(),
                setting: format!(
                    "{} GPUs, {}, {} tokens",
                    plan.gpus.map_or("auto".to_owned(), |gpus| gpus.to_string()),
                    row.precision.id(),
                    row.sequence_length
                ),
                predicted: measurement.predicted(constants),
                published: *published,
                low_factor: spread.low_factor,
                high_factor: spread.high_factor,
                source: row.source.clone(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::Calibration;
    use crate::evidence::summary;

    #[test]
    fn every_row_is_predicted_and_the_bars_are_met() {
        let catalog = Catalog::embedded();
        let calibration = Calibration::embedded();
        let rows = comparisons(&catalog, &calibration.constants.training, &calibration.errors);
        assert!(rows.iter().all(|row| row.predicted.is_finite() && row.predicted > 0.0));
        for kind in [Kind::TrainingThroughput, Kind::TrainingHours] {
            let summary = summary(kind, &rows).unwrap();
            assert!(summary.count >= 32, "{summary:?}");
            assert!(summary.median <= kind.bar(), "{summary:?}");
            assert!((0.75..=0.92).contains(&summary.in_range), "{summary:?}");
        }
    }
}
