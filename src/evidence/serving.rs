//! Published serving measurements: `presets/measurements/serving.csv`.
//!
//! Rules by which the rows were chosen. Dropped: `llama.cpp` (one user, layers split over GPUs), submissions to `MLPerf` in its
//! open division, with a precision that is not stated or that their figures contradict (16 bits, of engines that ran 8), and
//! their throughput where the load is not known; disaggregated and cached deployments; accelerators that the catalog does
//! not have. A degree that is not stated is the least at which weights take no more than 60% of the memory: that of the
//! submissions that do state it. Lengths: the nightly benchmark draws them evenly between 0.8 and 1.0 of the nominal: 0.9 on
//! average, and a spread of 0.064. Dates are those of the software's release, or of the benchmark's round. Kept in the table but
//! left out of fit and summary: [`LeftOut`], of first tokens under a closed load those that come later, by a twentieth, than
//! with twice as many requests in flight or more (cold), and those that come more than twice as much later as there are more
//! requests than in the row before (queued). TensorRT-LLM 0.5 to 0.9, `TurboMind` and Neuron of 2023 are an engine of their own; their prefills at
//! batch 1 count as TensorRT-LLM's, since nothing newer was published. Its tables of gpt-oss keep the
//! cache in 16 bits on Hopper, as their commands say. Of its table of online serving (0.14): rates at which the 500 requests take
//! five times as long to come as one is served, times per token of 10 ms and more, as they are rounded to one, and in flight what
//! Little's law gives (assumption: they came at random, with equal lengths).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::calibration::error::Place;
use crate::calibration::kind::Kind;
use crate::engine::arrivals::Arrivals;
use crate::engine::precision::Precision;
use crate::engine::serving::queue::Latencies;
use crate::engine::serving::{
    Batch, Batching, Deployment, Layout, Load, Prefills, ServingConstants, ServingEngine, burst, latencies,
    serve,
};
use crate::evidence::measurement::{LeftOut, Measurement, Setup};
use crate::evidence::table;
use crate::text::date;

/// What a figure was measured on, and how requests came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// The replica. Its batch is what was in flight: kept there, on average, or at once.
    pub deployment: Deployment,
    /// How requests came.
    pub arrivals: Arrivals,
}

/// A row as it is written.
#[derive(Debug, Deserialize)]
struct Record {
    id: String,
    figure: Kind,
    model: String,
    gpu: String,
    engine: ServingEngine,
    software: String,
    weights: Precision,
    kv_cache: Precision,
    tensor_parallel: u32,
    pipeline_parallel: u32,
    expert_parallel: u32,
    attention_data_parallel: bool,
    arrivals: Arrivals,
    batching: Batching,
    batch: String,
    prompt_tokens: f64,
    output_tokens: f64,
    length_spread: f64,
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

static ROWS: LazyLock<Vec<Measurement<Trial>>> = LazyLock::new(|| {
    let sources = table::read("sources.csv", Ok::<Source, String>);
    table::read("serving.csv", |record: Record| record.read(&sources))
});

impl Record {
    /// The measurement, or what is wrong with the row.
    fn read(self, sources: &[Source]) -> Result<Measurement<Trial>, String> {
        let batch = match self.batch.as_str() {
            "max" => Batch::Max,
            number => Batch::Requests(number.parse().map_err(|_| format!("batch {number}"))?),
        };
        let source = sources.iter().find(|source| source.id == self.source).ok_or("no such source")?;
        let source = format!("{} {}", source.source, self.entry).trim_end().to_owned();
        let deployment = Deployment {
            shape: table::shape(&self.model)?,
            gpu: table::gpu(&self.gpu)?,
            engine: self.engine,
            software_date: date::years(&self.software).ok_or("no date of the software")?,
            weight_precision: self.weights,
            kv_precision: self.kv_cache,
            layout: Layout {
                tensor_parallel: self.tensor_parallel,
                pipeline_parallel: self.pipeline_parallel,
                expert_parallel: self.expert_parallel,
                attention_data_parallel: self.attention_data_parallel,
            },
            batch,
            batching: self.batching,
            prompt_tokens: self.prompt_tokens,
            output_tokens: self.output_tokens,
            prefix_hit_rate: 0.0,
            prompt_spread: self.length_spread,
            output_spread: self.length_spread,
            speculation: None,
            prefills: Prefills::Beside,
        };
        Ok(Measurement {
            id: self.id,
            kind: self.figure,
            setup: Trial { deployment, arrivals: self.arrivals },
            series: self.model.clone(),
            model: self.model,
            gpu: self.gpu,
            published: self.value,
            source,
            left_out: self.left_out,
        })
    }
}

impl Trial {
    /// How long its requests take; `None` where the replica does not fit.
    fn latencies(&self, constants: &ServingConstants) -> Option<Latencies> {
        let deployment = &self.deployment;
        let in_flight = match deployment.batch {
            Batch::Requests(requests) => requests,
            Batch::Max => serve(deployment, constants).ok()?.batch,
        };
        match self.arrivals {
            Arrivals::Closed => latencies(deployment, constants, Load::Closed(in_flight)),
            Arrivals::Burst => latencies(deployment, constants, Load::Burst(in_flight)),
            // What is published is how many were in flight; how many came follows.
            Arrivals::Poisson => {
                let open = Deployment { batch: Batch::Max, ..*deployment };
                latencies(&open, constants, Load::InFlight(in_flight))
            }
        }
    }

    /// Output tokens per second and GPU; `None` where the replica does not fit.
    fn throughput(&self, constants: &ServingConstants) -> Option<f64> {
        let deployment = &self.deployment;
        let rate = match (self.arrivals, deployment.batch) {
            (Arrivals::Burst, Batch::Requests(requests)) => {
                burst(deployment, constants, requests)?.output_tokens_per_s
            }
            _ => serve(deployment, constants).ok()?.output_tokens_per_s,
        };
        Some(rate / f64::from(deployment.layout.gpus()))
    }
}

impl Setup for Trial {
    type Constants = ServingConstants;

    fn rows() -> &'static [Measurement<Self>] {
        &ROWS
    }

    fn place(&self) -> Place {
        (&self.deployment).into()
    }

    fn software_date(&self) -> f64 {
        self.deployment.software_date
    }

    fn setting(&self) -> String {
        let deployment = &self.deployment;
        let batch = match deployment.batch {
            Batch::Requests(requests) => requests.to_string(),
            Batch::Max => "max".to_owned(),
        };
        let layout = &deployment.layout;
        format!(
            "{} {}, KV {}, TP {}{}, EP {}{}, {} {batch}, {:.0} + {:.0} tokens{}",
            deployment.engine.id(),
            deployment.weight_precision.id(),
            deployment.kv_precision.id(),
            layout.tensor_parallel,
            if layout.pipeline_parallel > 1 {
                format!(", PP {}", layout.pipeline_parallel)
            } else {
                String::new()
            },
            layout.expert_parallel,
            if layout.attention_data_parallel { ", attention DP" } else { "" },
            self.arrivals.id(),
            deployment.prompt_tokens,
            deployment.output_tokens,
            if deployment.output_spread > 0.0 {
                format!(", spread {}", deployment.output_spread)
            } else {
                String::new()
            }
        )
    }

    fn predict(&self, kind: Kind, constants: &ServingConstants) -> Option<f64> {
        match kind {
            Kind::Throughput | Kind::Offline | Kind::StaticThroughput => self.throughput(constants),
            Kind::TtftSingle | Kind::TtftLoaded | Kind::TtftPoisson | Kind::TtftBurst | Kind::StaticTtft => {
                Some(self.latencies(constants)?.ttft.mean * 1e3)
            }
            _ => Some(self.latencies(constants)?.tpot_s * 1e3),
        }
    }
}
