//! Published serving measurements: `presets/measurements/serving.csv`.
//!
//! Rules by which the rows were chosen. Dropped: `llama.cpp` (one user, layers split over GPUs), `MLPerf` (best of many
//! submissions), disaggregated and cached deployments, rows without a degree of tensor parallelism, accelerators that
//! the catalog does not have. Lengths: benchmarks that draw them between 0.8 and 1.0 of the nominal count as 0.9.
//! Kept in the table but left out of fit and summary: [`LeftOut`]. TensorRT-LLM 0.5 to 0.9 and `TurboMind` are an engine
//! of their own; their prefills at batch 1 count as TensorRT-LLM's, since nothing newer was published.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::calibration::error::Place;
use crate::calibration::kind::Kind;
use crate::engine::precision::Precision;
use crate::engine::serving::{Batch, Batching, Deployment, ServingConstants, ServingEngine, serve};
use crate::evidence::measurement::{LeftOut, Measurement, Setup};
use crate::evidence::table;

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

static ROWS: LazyLock<Vec<Measurement<Deployment>>> = LazyLock::new(|| {
    let sources = table::read("sources.csv", Ok::<Source, String>);
    table::read("serving.csv", |record: Record| record.read(&sources))
});

impl Record {
    /// The measurement, or what is wrong with the row.
    fn read(self, sources: &[Source]) -> Result<Measurement<Deployment>, String> {
        let batch = match self.batch.as_str() {
            "max" => Batch::Max,
            number => Batch::Requests(number.parse().map_err(|_| format!("batch {number}"))?),
        };
        let source = sources.iter().find(|source| source.id == self.source).ok_or("no such source")?;
        let source = format!("{} {}", source.source, self.entry).trim_end().to_owned();
        Ok(Measurement {
            id: self.id,
            kind: self.figure,
            setup: Deployment {
                shape: table::shape(&self.model)?,
                gpu: table::gpu(&self.gpu)?,
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
                prompt_spread: 0.0,
                output_spread: 0.0,
            },
            series: self.model.clone(),
            model: self.model,
            gpu: self.gpu,
            published: self.value,
            source,
            left_out: self.left_out,
        })
    }
}

impl Setup for Deployment {
    type Constants = ServingConstants;

    fn rows() -> &'static [Measurement<Self>] {
        &ROWS
    }

    fn place(&self) -> Place {
        self.into()
    }

    fn setting(&self) -> String {
        let batch = match self.batch {
            Batch::Requests(requests) => requests.to_string(),
            Batch::Max => "max".to_owned(),
        };
        format!(
            "{} {}, KV {}, TP {}, EP {}, batch {batch}, {:.0} + {:.0} tokens",
            self.engine.id(),
            self.weight_precision.id(),
            self.kv_precision.id(),
            self.tensor_parallel,
            self.expert_parallel,
            self.prompt_tokens,
            self.output_tokens
        )
    }

    fn predict(&self, kind: Kind, constants: &ServingConstants) -> Option<f64> {
        let replica = serve(self, constants).ok()?;
        Some(match kind {
            Kind::Throughput | Kind::StaticThroughput => {
                replica.output_tokens_per_s / f64::from(self.tensor_parallel)
            }
            Kind::TtftSingle | Kind::TtftLoaded | Kind::StaticTtft => replica.ttft_s * 1e3,
            _ => replica.tpot_s * 1e3,
        })
    }
}
