//! Results of load generators: how requests came, and how long they took.
//!
//! Read are those of `vllm bench serve` and `SGLang` (JSON, one object or one a line), `GuideLLM` and `AIPerf` (JSON and CSV) and
//! llama-bench (JSON, JSON lines, CSV), each by keys that no other has.

mod aiperf;
mod guidellm;
mod llama_bench;
mod record;
mod serve;
mod stack;

use std::path::Path;

use serde_json::Value;

use crate::calibration::kind::Kind;
use crate::engine::arrivals::Arrivals;
use crate::engine::serving::{Batch, Deployment};
use crate::evidence::measurement::Measurement;
use crate::evidence::serving::Trial;
use crate::import::ImportError;
use crate::import::json;
use crate::import::text::{bytes_at, decode};
use crate::text::diagnostic::Diagnostic;
use record::Record;
pub use stack::{Aside, Calibration, FEWEST, calibrate, figure, file_name, stack};

/// Results with more bytes are not read: those with ten thousand requests and their texts have 30 MB.
const MOST_BYTES: u64 = 128 << 20;

/// Lengths drawn evenly from 80% to 100% of the most, as in most published benchmarks: taken where nothing is told of them.
const USUAL_SPREAD: f64 = 0.064;

/// One run of a load generator.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The file, and which of its runs it is.
    pub place: String,
    /// How requests came.
    pub arrivals: Arrivals,
    /// How many were in flight: kept there, on average, or at once.
    pub in_flight: f64,
    /// Tokens of a prompt, on average.
    pub prompt_tokens: f64,
    /// Tokens of an output, on average.
    pub output_tokens: f64,
    /// Standard deviation over mean of prompts and of outputs, where it is told.
    pub spreads: [Option<f64>; 2],
    /// Mean time to first token, milliseconds.
    pub ttft_ms: Option<f64>,
    /// Mean time per output token after the first, milliseconds.
    pub tpot_ms: Option<f64>,
    /// Output tokens per second of all requests together.
    pub tokens_per_s: Option<f64>,
    /// Requests that were answered for each that came, where fewer were: the rest waited.
    pub answered_share: f64,
    /// Why it says nothing about the engine.
    pub unusable: Option<&'static str>,
}

impl Run {
    /// Both tell the same, wherever they were read.
    pub fn tells_the_same(&self, other: &Self) -> bool {
        Self { place: other.place.clone(), ..self.clone() } == *other
    }

    /// Its figures as measurements of a stack: a deployment, apart from how many requests were in flight and how long.
    pub fn measured(&self, stack: &Deployment) -> Vec<Measurement<Trial>> {
        let deployment = Deployment {
            batch: Batch::Requests(self.in_flight),
            prompt_tokens: self.prompt_tokens,
            output_tokens: self.output_tokens,
            prompt_spread: self.spreads[0].unwrap_or(USUAL_SPREAD),
            output_spread: self.spreads[1].unwrap_or(USUAL_SPREAD),
            ..*stack
        };
        let alone = self.in_flight <= 1.0;
        let [ttft, tpot, rate] = match self.arrivals {
            Arrivals::Closed if alone => [Kind::TtftSingle, Kind::Tpot, Kind::Throughput],
            Arrivals::Closed => [Kind::TtftLoaded, Kind::Tpot, Kind::Throughput],
            Arrivals::Poisson => [Kind::TtftPoisson, Kind::TpotPoisson, Kind::Throughput],
            Arrivals::Burst => [Kind::TtftBurst, Kind::TpotBurst, Kind::Offline],
        };
        // What came at random is what was asked for, no matter how fast the engine is.
        let per_gpu = self.tokens_per_s.filter(|_| self.arrivals != Arrivals::Poisson);
        let per_gpu = per_gpu.map(|tokens| tokens / f64::from(stack.layout.gpus()));
        [(ttft, self.ttft_ms), (tpot, self.tpot_ms), (rate, per_gpu)]
            .into_iter()
            .filter_map(|(kind, value)| {
                Some(Measurement {
                    id: self.place.clone(),
                    kind,
                    model: String::new(),
                    series: String::new(),
                    gpu: String::new(),
                    setup: Trial { deployment, arrivals: self.arrivals },
                    published: value?,
                    source: self.place.clone(),
                    left_out: None,
                })
            })
            .collect()
    }
}

/// Reads the runs of a file.
pub fn open(path: &Path) -> Result<Vec<Run>, ImportError> {
    let unreadable = |reason| ImportError::Unreadable { path: path.to_owned(), reason };
    let bytes = bytes_at(path, MOST_BYTES).map_err(unreadable)?;
    let name = path.display().to_string();
    Ok(read(&name, &decode(&name, &bytes)?)?)
}

/// Reads the runs of a text.
pub fn read(name: &str, text: &str) -> Result<Vec<Run>, Diagnostic> {
    let start = text.trim_start();
    let runs = if start.starts_with('{') || start.starts_with('[') {
        of_json(name, text)?
    } else {
        of_csv(name, text)?
    };
    if runs.is_empty() {
        return Err(Diagnostic::at(name, text, 0..1, "there is no run in this file", None));
    }
    Ok(runs)
}

/// What all formats are, for whoever has another.
fn unknown(name: &str, text: &str) -> Diagnostic {
    let help = "results of vllm bench serve, SGLang, GuideLLM, AIPerf and llama-bench are read".to_owned();
    let end = text.find('\n').unwrap_or(text.len()).max(1);
    Diagnostic::at(
        name,
        text,
        0..end.min(80),
        "this is not the result of a benchmark that is known",
        Some(help),
    )
}

fn of_json(name: &str, text: &str) -> Result<Vec<Run>, Diagnostic> {
    // One object a line, or one value.
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() > 1 && lines.iter().all(|line| line.starts_with('{') && line.trim_end().ends_with('}')) {
        let mut runs = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let place = format!("{name}:{}", index + 1);
            let value = json::parse(&place, line)?;
            runs.push(
                of_object(&Record::of_json(&place, line, &value))?.ok_or_else(|| unknown(&place, line))?,
            );
        }
        return Ok(runs);
    }
    let value = json::parse(name, text)?;
    if let Value::Array(each) = &value {
        let mut runs = Vec::new();
        for (index, one) in each.iter().enumerate() {
            let place = format!("{name}, run {}", index + 1);
            let record = Record::of_part(&place, text, one);
            runs.push(of_object(&record)?.ok_or_else(|| unknown(name, text))?);
        }
        return Ok(runs);
    }
    if let Some(benchmarks) = value.get("benchmarks").and_then(Value::as_array) {
        return guidellm::of_json(name, text, benchmarks);
    }
    let record = Record::of_json(name, text, &value);
    let run = of_object(&record)?.ok_or_else(|| unknown(name, text))?;
    Ok(vec![run])
}

/// The run of an object; `None` where it is of no known format.
fn of_object(record: &Record<'_>) -> Result<Option<Run>, Diagnostic> {
    if record.has("mean_ttft_ms") {
        serve::read(record).map(Some)
    } else if record.has("aiperf_version") || record.has("time_to_first_token.avg") {
        aiperf::of_json(record).map(Some)
    } else if record.has("avg_ts") {
        llama_bench::read(record).map(Some)
    } else {
        Ok(None)
    }
}

fn of_csv(name: &str, text: &str) -> Result<Vec<Run>, Diagnostic> {
    let first = text.lines().next().unwrap_or_default();
    if first.starts_with("Metric,") {
        return Ok(vec![aiperf::of_csv(name, text)?]);
    }
    let rows = record::rows(name, text)?;
    if first.contains("avg_ts") {
        return rows.records(1).map(|record| llama_bench::read(&record)).collect();
    }
    if first.contains("Run Id") || first.contains("Run Info") {
        return guidellm::of_csv(&rows);
    }
    Err(unknown(name, text))
}
