//! What a reader should know of a scenario's figures: assumptions, rumours, refusals and limits.

use crate::analysis::Engine;
use crate::catalog::Status;
use crate::engine::outcome::{Outcome, ServingRefusal};
use crate::engine::precision::Precision;
use crate::scenario::Scenario;
use crate::scenario::resolve;
use crate::text::quantity::{self, Unit};

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A figure does not exist, and why.
    Refusal,
    /// A figure rests on an assumption or a rumour.
    Assumption,
    /// Good to know.
    Remark,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub weight: Weight,
    /// The sentence.
    pub text: String,
}

/// The notes of a scenario, the weightiest first.
#[must_use]
pub fn notes(engine: &Engine, scenario: &Scenario, outcome: &Outcome) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut add = |weight, text: String| notes.push(Note { weight, text });
    if let Err(refusal) = &outcome.serving {
        add(Weight::Refusal, refusal_words(refusal, engine, scenario));
    }
    let run = &outcome.training.run;
    if !run.fits {
        let gpu = engine.catalog.gpu(resolve::training_gpu(scenario, engine.catalog));
        add(
            Weight::Refusal,
            format!(
                "training does not fit on {} x {}: it takes {} a GPU; at least {} GPUs, full recomputation or adapters \
                 would do",
                quantity::format(run.gpus, Unit::Count),
                gpu.short_name(),
                quantity::format(run.memory_per_gpu_bytes, Unit::Bytes),
                quantity::format(run.min_gpus_to_fit, Unit::Count),
            ),
        );
    }
    model_notes(engine, scenario, &mut add);
    hardware_notes(engine, scenario, &mut add);
    if let Ok(serving) = &outcome.serving {
        let replica = &serving.main.replica;
        if let crate::engine::serving::Batch::Requests(wanted) = serving.main.plan.deployment.batch
            && replica.max_batch < wanted
        {
            add(
                Weight::Remark,
                format!(
                    "memory holds {} requests at a time, not {}: the others queue",
                    quantity::format(replica.max_batch, Unit::Count),
                    quantity::format(wanted, Unit::Count),
                ),
            );
        }
        if serving.day.utilization < 0.3 && serving.day.replicas_peak <= serving.main.plan.min_replicas {
            add(
                Weight::Remark,
                format!(
                    "the smallest fleet is {} busy: more traffic would cost nothing yet",
                    quantity::format(serving.day.utilization, Unit::Share)
                ),
            );
        }
    }
    notes.sort_by_key(|note| note.weight);
    notes
}

/// Why a model cannot be served as asked, and what would do.
#[must_use]
pub fn refusal_words(refusal: &ServingRefusal, engine: &Engine, scenario: &Scenario) -> String {
    let gpu = engine.catalog.gpu(resolve::serving_gpu(scenario)).short_name();
    let mut ways = Vec::new();
    if let Some(gpus) = refusal.min_gpus_to_fit {
        ways.push(format!("needs {gpus} x {gpu}"));
    }
    if let Some(precision) = refusal.precision_to_fit {
        let on = if refusal.gpus > 1 { format!(" on {}", refusal.gpus) } else { String::new() };
        ways.push(format!("{} weights{on}", precision.id().to_uppercase()));
    }
    if ways.is_empty() {
        ways.push("no number of these GPUs holds it; choose one with more memory".to_owned());
    }
    format!(
        "does not fit: {} a GPU where {} may be used; {}",
        quantity::format(refusal.reason.needed_bytes_per_gpu, Unit::Bytes),
        quantity::format(refusal.reason.usable_bytes_per_gpu, Unit::Bytes),
        ways.join(", or ")
    )
}

fn model_notes(engine: &Engine, scenario: &Scenario, add: &mut impl FnMut(Weight, String)) {
    let Some(preset) = scenario.model.preset.map(|preset| engine.catalog.model(preset)) else {
        return;
    };
    match preset.status {
        Status::Rumoured => {
            add(Weight::Assumption, format!("the shape of {} is rumoured, never confirmed", preset.name));
        }
        Status::Assumed => {
            add(Weight::Assumption, format!("the shape of {} is assumed: none was published", preset.name));
        }
        Status::Unverified => {
            add(Weight::Assumption, format!("the shape of {} was not read in its source", preset.name));
        }
        Status::Read | Status::Derived | Status::Mixed => {}
    }
    if scenario.training.tokens.is_none() {
        if preset.training_tokens.is_none() {
            add(
                Weight::Assumption,
                format!(
                    "training tokens are undisclosed: {} for each parameter are assumed",
                    resolve::ASSUMED_TOKENS_PER_PARAMETER
                ),
            );
        } else if preset.training_tokens_status != "reported" {
            add(
                Weight::Assumption,
                format!("the number of training tokens is from {} reports", preset.training_tokens_status),
            );
        }
    }
    if let Some(size) = scenario.model.size
        && (size / preset.shape.total_parameters() - 1.0).abs() > 0.005
    {
        add(
            Weight::Assumption,
            format!(
                "{} is the shape of {} scaled from {}",
                quantity::format(size, Unit::Parameters),
                preset.name,
                quantity::format(preset.shape.total_parameters(), Unit::Parameters)
            ),
        );
    }
    if let Some(longest) = preset.max_context
        && scenario.workload.sequence_length > longest
    {
        add(
            Weight::Assumption,
            format!(
                "{} was made for {} tokens; {} go beyond that",
                preset.name,
                quantity::format(longest, Unit::Context),
                quantity::format(scenario.workload.sequence_length, Unit::Context)
            ),
        );
    }
    if let Some(note) = &preset.note {
        add(Weight::Remark, note.clone());
    }
}

fn hardware_notes(engine: &Engine, scenario: &Scenario, add: &mut impl FnMut(Weight, String)) {
    let serving = engine.catalog.gpu(resolve::serving_gpu(scenario));
    let training = engine.catalog.gpu(resolve::training_gpu(scenario, engine.catalog));
    let price_missing = |gpu: &crate::engine::gpu::Gpu| {
        gpu.prices.on_demand_usd_per_hour.or(gpu.prices.hyperscaler_usd_per_hour).is_none()
    };
    if scenario.serving.price_per_gpu_hour.is_none() && price_missing(&serving.gpu) {
        add(
            Weight::Assumption,
            format!(
                "no cloud price of {} is known: owning cost and a margin of half are assumed",
                serving.name
            ),
        );
    }
    if scenario.training.price_per_gpu_hour.is_none()
        && training.id != serving.id
        && price_missing(&training.gpu)
    {
        add(
            Weight::Assumption,
            format!(
                "no cloud price of {} is known: owning cost and a margin of half are assumed",
                training.name
            ),
        );
    }
    let weights = resolve::weight_precision(scenario, &resolve::served_shape(scenario, engine.catalog));
    let native = match weights {
        Precision::Fp8 => serving.gpu.rates.fp8.is_some(),
        Precision::Int8 => serving.gpu.rates.int8.is_some(),
        Precision::Fp4 => serving.gpu.rates.fp4.is_some(),
        Precision::Bf16 => serving.gpu.rates.bf16,
        Precision::Fp32 | Precision::Tf32 | Precision::Fp16 | Precision::Int4 => true,
    };
    if !native {
        add(
            Weight::Remark,
            format!(
                "{} has no {} arithmetic: weights are stored so and widened to compute",
                serving.name,
                weights.id().to_uppercase()
            ),
        );
    }
    let arithmetic = resolve::training_precision(scenario, engine.catalog);
    let able = match arithmetic {
        Precision::Fp8 => training.gpu.rates.fp8.is_some(),
        Precision::Bf16 => training.gpu.rates.bf16,
        Precision::Tf32 => training.gpu.rates.tf32.is_some(),
        _ => true,
    };
    if !able {
        add(
            Weight::Assumption,
            format!("{} has no {} arithmetic", training.name, arithmetic.id().to_uppercase()),
        );
    }
}
