//! Published serving measurements: `presets/measurements/serving.csv`.
//!
//! Rules by which the rows were chosen. Dropped: `llama.cpp` (one user, layers split over GPUs), `MLPerf` (best of many
//! submissions), disaggregated and cached deployments, rows without a degree of tensor parallelism, accelerators that
//! the catalog does not have. Lengths: benchmarks that draw them between 0.8 and 1.0 of the nominal count as 0.9.
//! Kept in the table but left out of fit and summary: [`LeftOut`]. TensorRT-LLM 0.5 to 0.9 and `TurboMind` are an engine
//! of their own; their prefills at batch 1 count as TensorRT-LLM's, since nothing newer was published.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::calibration::error::ErrorModel;
use crate::catalog::{Catalog, PRESETS};
use crate::engine::precision::Precision;
use crate::engine::serving::{Batch, Batching, Deployment, ServingConstants, ServingEngine, serve};
use crate::{calibration::kind::Kind, evidence::Comparison};

/// Why a row says nothing about the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOut {
    /// First tokens took over 9% of the requests' time: more were in flight than the server admitted.
    Queued,
    /// Several tokens a step by speculative decoding: time per token far below that of the same GPUs without.
    Speculative,
}

/// One published result.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// Name of the row.
    pub id: String,
    /// What was measured.
    pub kind: Kind,
    /// Catalog id of the model.
    pub model: String,
    /// Catalog id of the accelerator.
    pub gpu: String,
    /// The deployment, as far as it was stated.
    pub deployment: Deployment,
    /// The published value, in the figure's unit.
    pub published: f64,
    /// Where it was published.
    pub source: String,
    /// Why it is left out; `None` when it counts.
    pub left_out: Option<LeftOut>,
}

/// The published serving results.
#[derive(Debug, Clone, PartialEq)]
pub struct ServingTable {
    /// Every row, in the order of the file.
    pub rows: Vec<Measurement>,
}

/// A row as it is written.
#[derive(Debug, Deserialize)]
struct Record {
    id: String,
    figure: Kind,
    model: String,
    gpu: String,
    engine: ServingEngine,
    weights: Precision,
    kv_cache: Precision,
    tensor_parallel: u32,
    expert_parallel: u32,
    batch: String,
    batching: Batching,
    prompt_tokens: f64,
    output_tokens: f64,
    value: f64,
    source: String,
    entry: String,
    left_out: Option<LeftOut>,
}

/// A line of `presets/measurements/sources.csv`.
#[derive(Debug, Deserialize)]
struct Source {
    id: String,
    source: String,
}

static EMBEDDED: LazyLock<ServingTable> = LazyLock::new(ServingTable::read);

impl ServingTable {
    /// The table that is built in, read when first asked for.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Reads the table.
    ///
    /// # Panics
    ///
    /// When the embedded table is malformed or names an unknown model or accelerator; a test reads it.
    fn read() -> Self {
        let mut catalog = Catalog::embedded();
        if let Err(error) = catalog.add_file("measurements/models.toml", text("models.toml")) {
            panic!("{error}");
        }
        let sources: Vec<Source> = records("sources.csv");
        let rows = records("serving.csv")
            .into_iter()
            .map(|record: Record| {
                let row = record.id.clone();
                record
                    .read(&catalog, &sources)
                    .unwrap_or_else(|what| panic!("measurements/serving.csv: {row}: {what}"))
            })
            .collect();
        Self { rows }
    }

    /// Every row that counts beside what the engine says of it.
    #[must_use]
    pub fn comparisons(&self, constants: &ServingConstants, errors: &ErrorModel) -> Vec<Comparison> {
        self.counted()
            .map(|row| {
                let spread = errors.serving_spread(row.kind, &row.deployment);
                Comparison {
                    id: row.id.clone(),
                    kind: row.kind,
                    model: row.model.clone(),
                    gpu: row.gpu.clone(),
                    setting: row.setting(),
                    // What is said not to fit yields nothing: wholly wrong, since it ran.
                    predicted: row.predicted(constants).unwrap_or(0.0),
                    published: row.published,
                    low_factor: spread.low_factor,
                    high_factor: spread.high_factor,
                    source: row.source.clone(),
                }
            })
            .collect()
    }

    /// The rows that count.
    pub fn counted(&self) -> impl Iterator<Item = &Measurement> {
        self.rows.iter().filter(|row| row.left_out.is_none())
    }
}

impl Record {
    /// The measurement, or what is wrong with the row.
    fn read(self, catalog: &Catalog, sources: &[Source]) -> Result<Measurement, String> {
        let model = catalog.model_id(&self.model).ok_or_else(|| format!("no model {}", self.model))?;
        let gpu = catalog.gpu_id(&self.gpu).ok_or_else(|| format!("no accelerator {}", self.gpu))?;
        let batch = match self.batch.as_str() {
            "max" => Batch::Max,
            number => Batch::Requests(number.parse().map_err(|_| format!("batch {number}"))?),
        };
        let source = sources.iter().find(|source| source.id == self.source).ok_or("no such source")?;
        let source = if self.entry.is_empty() {
            source.source.clone()
        } else {
            format!("{} {}", source.source, self.entry)
        };
        Ok(Measurement {
            id: self.id,
            kind: self.figure,
            deployment: Deployment {
                shape: catalog.model(model).shape,
                gpu: catalog.gpu(gpu).gpu,
                engine: self.engine,
                weight_precision: self.weights,
                kv_precision: self.kv_cache,
                tensor_parallel: self.tensor_parallel,
                expert_parallel: self.expert_parallel,
                batch,
                batching: self.batching,
                prompt_tokens: self.prompt_tokens,
                output_tokens: self.output_tokens,
                prefix_hit_rate: 0.0,
            },
            model: self.model,
            gpu: self.gpu,
            published: self.value,
            source,
            left_out: self.left_out,
        })
    }
}

impl Measurement {
    /// What the engine says, in the figure's unit; `None` when it says that the deployment does not fit.
    #[must_use]
    pub fn predicted(&self, constants: &ServingConstants) -> Option<f64> {
        let replica = serve(&self.deployment, constants).ok()?;
        Some(match self.kind {
            Kind::Throughput | Kind::StaticThroughput => {
                replica.output_tokens_per_s / f64::from(self.deployment.tensor_parallel)
            }
            Kind::TtftSingle | Kind::TtftLoaded | Kind::StaticTtft => replica.ttft_s * 1e3,
            _ => replica.tpot_s * 1e3,
        })
    }

    /// What tells the row from others of its model and accelerator.
    fn setting(&self) -> String {
        let deployment = &self.deployment;
        let batch = match deployment.batch {
            Batch::Requests(requests) => requests.to_string(),
            Batch::Max => "max".to_owned(),
        };
        format!(
            "{} {}, KV {}, TP {}, EP {}, batch {batch}, {:.0} + {:.0} tokens",
            deployment.engine.id(),
            deployment.weight_precision.id(),
            deployment.kv_precision.id(),
            deployment.tensor_parallel,
            deployment.expert_parallel,
            deployment.prompt_tokens,
            deployment.output_tokens
        )
    }
}

fn text(name: &str) -> &'static str {
    PRESETS.get_file(format!("measurements/{name}")).and_then(|file| file.contents_utf8()).unwrap_or_default()
}

fn records<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    csv::Reader::from_reader(text(name).as_bytes())
        .into_deserialize()
        .map(|record| record.unwrap_or_else(|error| panic!("measurements/{name}: {error}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::Calibration;
    use crate::evidence::summary;

    #[test]
    fn the_bars_are_met() {
        let calibration = Calibration::embedded();
        let table = ServingTable::embedded();
        let rows = table.comparisons(&calibration.constants.serving, &calibration.errors);
        // Rows, median, nine in ten.
        let bars = [
            (Kind::Tpot, 600, 0.09, 0.30),
            (Kind::Throughput, 457, 0.09, 0.28),
            (Kind::TtftSingle, 117, 0.15, 0.35),
            (Kind::TtftLoaded, 600, 0.30, 0.50),
        ];
        for (kind, fewest, median, p90) in bars {
            let summary = summary(kind, &rows).unwrap();
            assert!(summary.count >= fewest && summary.median <= median && summary.p90 <= p90, "{summary:?}");
            assert!(summary.bias.abs() < 0.05 && summary.in_range > 0.75, "{summary:?}");
        }
    }

    #[test]
    fn every_row_fits_and_names_its_source() {
        let constants = Calibration::embedded().constants.serving;
        for row in &ServingTable::embedded().rows {
            assert!(row.predicted(&constants).is_some_and(|value| value > 0.0), "{row:?}");
            assert!(row.source.contains('.') && row.published > 0.0, "{row:?}");
        }
    }

    #[test]
    fn queued_and_speculative_rows_do_not_count() {
        let table = ServingTable::embedded();
        let of = |why| table.rows.iter().filter(|row| row.left_out == Some(why)).count();
        assert_eq!((of(LeftOut::Queued), of(LeftOut::Speculative)), (64, 17));
        assert_eq!(table.counted().count(), table.rows.len() - 81);
    }
}
