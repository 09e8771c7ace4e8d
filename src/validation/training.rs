//! Training: published throughput tables and real runs against the engine, and the fit of its constants.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::{Catalog, PRESETS};
use crate::engine::precision::Precision;
use crate::engine::shape::{Experts, ModelShape};
use crate::engine::training::{
    FamilyConstants, Recompute, TrainingConstants, TrainingMethod, TrainingPlan, train,
};
use crate::validation::least_squares::{Constant, fit};
use crate::validation::{Comparison, Kind};

/// Expected logarithmic error of a row: what a residual of 1 stands for.
const EXPECTED_ERROR: f64 = 0.15;
/// Rows of one model and family count for their number to this power in all: a long table must not outvote the rest.
const CROWD_POWER: f64 = 0.65;

/// A row of either table. Where `model` is empty the shape stands in the row.
#[derive(Debug, Clone, Deserialize)]
struct Row {
    id: String,
    name: String,
    model: String,
    layers: Option<f64>,
    hidden: Option<f64>,
    heads: Option<f64>,
    ffn: Option<f64>,
    gated: Option<u8>,
    vocab: Option<f64>,
    experts: Option<f64>,
    active_experts: Option<f64>,
    expert_ffn: Option<f64>,
    gpu: String,
    gpus: Option<f64>,
    precision: Precision,
    sequence_length: f64,
    global_batch_tokens: Option<f64>,
    tensor_parallel: Option<u32>,
    pipeline_parallel: Option<u32>,
    expert_parallel: Option<u32>,
    recompute: String,
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

/// A row made ready for the engine.
struct Case {
    row: &'static Row,
    plan: TrainingPlan,
    kind: Kind,
    published: f64,
    weight: f64,
}

impl Case {
    fn new(row: &'static Row, catalog: &Catalog) -> Option<Self> {
        let shape = match catalog.model_id(&row.model) {
            Some(model) => catalog.model(model).shape,
            None => row.shape()?,
        };
        let gpu = catalog.gpu(catalog.gpu_id(&row.gpu)?).gpu;
        let recompute = match row.recompute.as_str() {
            "none" => Some(Recompute::None),
            "selective" => Some(Recompute::Selective),
            "full" => Some(Recompute::Full),
            _ => None,
        };
        let plan = TrainingPlan {
            shape,
            gpu,
            gpus: row.gpus,
            tokens: row.tokens.unwrap_or(1e12),
            sequence_length: row.sequence_length,
            global_batch_tokens: row.global_batch_tokens,
            precision: row.precision,
            recompute,
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
        let weight = match row.tier.as_str() {
            "A" | "B" => 1.5,
            "C" => 0.7,
            _ => 1.0,
        };
        Some(Self { row, plan, kind, published, weight })
    }

    fn predicted(&self, constants: &TrainingConstants) -> f64 {
        let run = train(&self.plan, constants);
        match self.kind {
            Kind::TrainingHours => run.gpu_hours,
            _ => run.tokens_per_s_per_gpu,
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
            shared: 0.0,
            ffn: self.expert_ffn.unwrap_or(hidden),
            dense_layers: 0.0,
        });
        Some(ModelShape {
            layers: self.layers?,
            hidden,
            heads,
            kv_heads: heads,
            head_dim: hidden / heads,
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

/// Every row of both tables beside what the engine says of it. Runs of tier C are fitted to with less weight and not
/// counted here.
#[must_use]
pub fn comparisons(catalog: &Catalog, constants: &TrainingConstants, spread: f64) -> Vec<Comparison> {
    let high_factor = (1.281_551_565_545 * spread).exp();
    cases(catalog)
        .into_iter()
        .filter(|case| case.row.tier != "C")
        .map(|case| Comparison {
            id: case.row.id.clone(),
            kind: case.kind,
            model: case.row.name.clone(),
            gpu: case.row.gpu.clone(),
            setting: format!(
                "{} GPUs, {}, {} tokens",
                case.plan.gpus.map_or("auto".to_owned(), |gpus| gpus.to_string()),
                case.row.precision.id(),
                case.row.sequence_length
            ),
            predicted: case.predicted(constants),
            published: case.published,
            low_factor: 1.0 / high_factor,
            high_factor,
            source: case.row.source.clone(),
        })
        .collect()
}

fn cases(catalog: &Catalog) -> Vec<Case> {
    THROUGHPUT.iter().chain(RUNS.iter()).filter_map(|row| Case::new(row, catalog)).collect()
}

/// One constant: its name in the file, its prior, and where it stands.
struct Entry {
    name: &'static str,
    prior: Constant,
    place: fn(&mut TrainingConstants) -> &mut f64,
}

const fn entry(
    name: &'static str,
    prior: f64,
    spread: f64,
    place: fn(&mut TrainingConstants) -> &mut f64,
) -> Entry {
    Entry { name, prior: Constant { prior, spread }, place }
}

/// The constants that are fitted, in the order of the file. Priors are the known levels of the field: products at
/// 0.62 of their peak, attention at 0.35, half of the communication hidden, goodput 0.85.
static ENTRIES: &[Entry] = &[
    entry("ampere.product_efficiency", 0.62, 0.13, |c| &mut c.ampere.product_efficiency),
    entry("ampere.attention_efficiency", 0.40, 0.40, |c| &mut c.ampere.attention_efficiency),
    entry("ampere.goodput", 0.85, 0.12, |c| &mut c.ampere.goodput),
    entry("hopper.product_efficiency", 0.62, 0.13, |c| &mut c.hopper.product_efficiency),
    entry("hopper.fp8_gain", 0.60, 0.25, |c| &mut c.hopper.fp8_gain),
    entry("hopper.attention_efficiency", 0.35, 0.40, |c| &mut c.hopper.attention_efficiency),
    entry("hopper.goodput", 0.75, 0.12, |c| &mut c.hopper.goodput),
    entry("blackwell.product_efficiency", 0.62, 0.13, |c| &mut c.blackwell.product_efficiency),
    entry("blackwell.fp8_gain", 0.60, 0.25, |c| &mut c.blackwell.fp8_gain),
    entry("blackwell.attention_efficiency", 0.35, 0.40, |c| &mut c.blackwell.attention_efficiency),
    entry("tpu.product_efficiency", 0.62, 0.13, |c| &mut c.tpu.product_efficiency),
    entry("tpu.fp8_gain", 0.60, 0.25, |c| &mut c.tpu.fp8_gain),
    entry("tpu.attention_efficiency", 0.40, 0.40, |c| &mut c.tpu.attention_efficiency),
    entry("tpu.goodput", 0.80, 0.12, |c| &mut c.tpu.goodput),
    entry("shared.half_width", 700.0, 0.5, |c| &mut c.shared.half_width),
    entry("shared.stream_passes", 30.0, 0.3, |c| &mut c.shared.stream_passes),
    entry("shared.routing_passes", 40.0, 0.7, |c| &mut c.shared.routing_passes),
    entry("shared.expert_efficiency", 0.7, 0.3, |c| &mut c.shared.expert_efficiency),
    entry("shared.tensor_exposed", 0.5, 0.6, |c| &mut c.shared.tensor_exposed),
    entry("shared.bubble_left", 0.4, 0.6, |c| &mut c.shared.bubble_left),
    entry("shared.data_exposed", 0.02, 1.5, |c| &mut c.shared.data_exposed),
    entry("shared.expert_exposed", 0.5, 0.6, |c| &mut c.shared.expert_exposed),
    entry("shared.straggling", 0.015, 0.5, |c| &mut c.shared.straggling),
    entry("shared.expert_goodput", 0.85, 0.12, |c| &mut c.shared.expert_goodput),
    entry("shared.small_run_loss", 0.2, 0.4, |c| &mut c.shared.small_run_loss),
];

/// The constants that fit the rows for which `keep` holds, given the row's model and accelerator.
///
/// Blackwell takes Hopper's goodput, since no run on it is published, and Ampere has no FP8 to gain from.
#[must_use]
pub fn fitted(
    catalog: &Catalog,
    start: &TrainingConstants,
    keep: impl Fn(&str, &str) -> bool,
) -> TrainingConstants {
    let cases: Vec<Case> =
        cases(catalog).into_iter().filter(|case| keep(&case.row.name, &case.row.gpu)).collect();
    let weights: Vec<f64> = cases
        .iter()
        .map(|case| {
            let crowd = cases.iter().filter(|other| crowd_of(other) == crowd_of(case)).count() as f64;
            case.weight * crowd.powf(CROWD_POWER - 1.0)
        })
        .collect();
    let priors: Vec<Constant> = ENTRIES.iter().map(|entry| entry.prior).collect();
    let with = |values: &[f64]| {
        let mut constants = *start;
        for (entry, value) in ENTRIES.iter().zip(values) {
            *(entry.place)(&mut constants) = *value;
        }
        constants.blackwell.goodput = constants.hopper.goodput;
        constants
    };
    let values = fit(&priors, |values| {
        let constants = with(values);
        cases
            .iter()
            .zip(&weights)
            .map(|(case, weight)| {
                let error = (case.predicted(&constants) / case.published).ln();
                if error.is_finite() { error / EXPECTED_ERROR * weight } else { 0.0 }
            })
            .collect()
    });
    with(&values)
}

/// Rows of one family of models on one family of chips, tables apart from runs.
fn crowd_of(case: &Case) -> (&str, crate::engine::gpu::GpuFamily, Kind) {
    let name = case.row.name.as_str();
    let family = if name.starts_with("MPT-") { "MPT" } else { name };
    (family, case.plan.gpu.family, case.kind)
}

/// The file that holds the constants.
#[must_use]
pub fn to_toml(constants: &TrainingConstants) -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "# Constants of the training model, as `whatif fit` leaves them: fitted to presets/measurements/training.csv\n\
         # and training_runs.csv. What each means stands in src/engine/training/constants.rs; the priors in\n\
         # src/validation/training.rs.\n",
    );
    let families: [(&str, &FamilyConstants); 4] = [
        ("ampere", &constants.ampere),
        ("hopper", &constants.hopper),
        ("blackwell", &constants.blackwell),
        ("tpu", &constants.tpu),
    ];
    for (name, family) in families {
        let _ = write!(
            text,
            "\n[{name}]\nproduct_efficiency = {:.4}\nfp8_gain = {:.4}\nattention_efficiency = {:.4}\ngoodput = {:.4}\n",
            family.product_efficiency, family.fp8_gain, family.attention_efficiency, family.goodput
        );
    }
    text.push_str("\n[shared]\n");
    let mut copy = *constants;
    for entry in ENTRIES {
        if let Some(name) = entry.name.strip_prefix("shared.") {
            let value = *(entry.place)(&mut copy);
            let _ = writeln!(text, "{name} = {}", significant(value));
        }
    }
    text
}

/// Four significant digits.
fn significant(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
