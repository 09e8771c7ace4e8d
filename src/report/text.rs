//! The report as text for a terminal or a log.

use std::fmt::Write as _;

use crate::analysis::answer::Answer;
use crate::engine::horizon::Split;
use crate::engine::outcome::ServingOutcome;
use crate::quantity::{Unit, format};
use crate::report::{Report, range_words};
use crate::scenario::resolve;

/// Width of a line's label.
const LABEL: usize = 28;
/// Width at which sentences are broken.
const WIDTH: usize = 100;

/// The text.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    heading(report, &mut out);
    answers(report, &mut out);
    training(report, &mut out);
    serving(report, &mut out);
    published(report, &mut out);
    if !report.notes.is_empty() {
        section(&mut out, "Notes");
        for note in &report.notes {
            sentence(&mut out, "- ", &note.text);
        }
    }
    out
}

fn section(out: &mut String, title: &str) {
    let _ = writeln!(out, "\n{title}");
}

fn line(out: &mut String, label: &str, words: &str) {
    let _ = writeln!(out, "  {label:<LABEL$}{words}");
}

/// A sentence broken at spaces, its later lines under the first word.
fn sentence(out: &mut String, mark: &str, text: &str) {
    let indent = " ".repeat(2 + mark.chars().count());
    let mut current = format!("  {mark}");
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && current.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{current}");
            current.clone_from(&indent);
            empty = true;
        }
        if !empty {
            current.push(' ');
        }
        current.push_str(word);
        empty = false;
    }
    let _ = writeln!(out, "{current}");
}

fn heading(report: &Report, out: &mut String) {
    let document = report.document;
    let catalog = report.engine.catalog;
    let _ = writeln!(out, "{}", document.name);
    if !document.summary.is_empty() {
        sentence(out, "", &document.summary);
    }
    let model =
        document.scenario.model.preset.map_or("a model of its own", |id| catalog.model(id).name.as_str());
    let gpu = &catalog.gpu(resolve::serving_gpu(&document.scenario)).name;
    let outcome = &report.headline.outcome;
    let _ = writeln!(
        out,
        "  {model}, {} parameters ({} active), served on {gpu}",
        format(outcome.total_parameters, Unit::Parameters),
        format(outcome.active_parameters, Unit::Parameters),
    );
}

/// A figure and its range.
fn ranged(report: &Report, out: &mut String, label: &str, answer: Answer) {
    let words = match report.headline.range(answer) {
        Some(range) => {
            format!("{:<12}80%: {}", format(range.value, answer.unit()), range_words(&range, answer.unit()))
        }
        None => "–           see the notes".to_owned(),
    };
    line(out, label, &words);
}

fn answers(report: &Report, out: &mut String) {
    let _ = writeln!(out);
    ranged(report, out, "Training, once", Answer::TrainingCost);
    ranged(report, out, "Inference, per day", Answer::DailyCost);
    let months = format(report.document.scenario.workload.horizon_months, Unit::Months);
    let split = report.headline.outcome.split.as_ref();
    let words = match split.and_then(Split::training_share) {
        Some(share) => {
            format!("training {}, inference {}", format(share, Unit::Share), format(1.0 - share, Unit::Share))
        }
        None => "–".to_owned(),
    };
    line(out, &format!("Split over {months}"), &words);
    let day = |day: Option<f64>| match day {
        Some(day) => format!("day {}", format(day.ceil(), Unit::Count)),
        None => "not within twenty years".to_owned(),
    };
    if let Some(split) = split {
        line(out, "Inference passes training", &day(split.day_inference_passes_training));
        line(out, "Inference reaches 80%", &day(split.day_inference_reaches_80_percent));
    }
}

fn training(report: &Report, out: &mut String) {
    let training = &report.headline.outcome.training;
    let run = &training.run;
    let gpu =
        report.engine.catalog.gpu(resolve::training_gpu(&report.document.scenario, report.engine.catalog));
    section(out, "Training");
    line(out, "GPUs", &format!("{} x {}", format(run.gpus, Unit::Count), gpu.name));
    line(
        out,
        "Layout",
        &format!(
            "tensor {} x pipeline {} x expert {} x data {}",
            run.tensor_parallel,
            run.pipeline_parallel,
            run.expert_parallel,
            format(run.data_parallel, Unit::Count)
        ),
    );
    line(out, "FLOPs", &format!("{:.2e}", run.flops));
    ranged(report, out, "GPU-hours", Answer::GpuHours);
    ranged(report, out, "Days", Answer::TrainingDays);
    ranged(report, out, "Steady MFU", Answer::Mfu);
    line(out, "Goodput", &format(run.goodput, Unit::Share));
    line(out, "Memory per GPU", &format(run.memory_per_gpu_bytes, Unit::Bytes));
    ranged(report, out, "Final run", Answer::FinalRunCost);
    if run.fits {
        for (item, usd) in training.breakdown.lines() {
            line(out, &format!("  {item}"), &format(usd, Unit::Usd));
        }
        line(out, "Energy, final run", &format(training.energy_mwh, Unit::MegawattHours));
    }
}

fn serving(report: &Report, out: &mut String) {
    section(out, "Serving");
    let Ok(serving) = &report.headline.outcome.serving else {
        line(out, "Replica", "does not fit; see the notes");
        return;
    };
    replica(report, serving, out);
    let day = &serving.day;
    line(
        out,
        "Fleet",
        &format!(
            "{} GPUs in {} replicas at the peak, {} GPUs on average",
            format(serving.gpus_peak, Unit::Count),
            format(day.replicas_peak, Unit::Count),
            format(serving.gpus_mean, Unit::Count)
        ),
    );
    line(out, "Utilisation", &format(day.utilization, Unit::Share));
    ranged(report, out, "Per month", Answer::MonthlyCost);
    ranged(report, out, "Per year", Answer::YearlyCost);
    ranged(report, out, "Per request", Answer::CostPerRequest);
    ranged(report, out, "Per 1M tokens", Answer::CostPerMillionTokens);
    for (item, usd) in serving.lines() {
        if usd > 0.0 {
            line(out, &format!("  {item}, per day"), &format(usd, Unit::Usd));
        }
    }
}

fn replica(report: &Report, serving: &ServingOutcome, out: &mut String) {
    let replica = &serving.main.replica;
    line(
        out,
        "Replica",
        &format!(
            "{} GPUs, batch {} of at most {}, bound by {}",
            format(serving.main.gpus_per_replica, Unit::Count),
            format(replica.batch, Unit::Count),
            format(replica.max_batch, Unit::Count),
            replica.bound.words()
        ),
    );
    let memory = &replica.memory;
    line(
        out,
        "Memory per GPU",
        &format!(
            "{} weights, {} cache, {} working, of {}",
            format(memory.weights, Unit::Bytes),
            format(memory.kv_cache, Unit::Bytes),
            format(memory.working, Unit::Bytes),
            format(memory.usable, Unit::Bytes)
        ),
    );
    ranged(report, out, "Time to first token", Answer::Ttft);
    ranged(report, out, "Time per output token", Answer::Tpot);
    ranged(report, out, "Request latency", Answer::RequestLatency);
    ranged(report, out, "Output per GPU when busy", Answer::ThroughputPerGpu);
}

fn published(report: &Report, out: &mut String) {
    if report.claims.is_empty() {
        return;
    }
    section(out, "Published beside it");
    for claim in &report.claims {
        sentence(out, "- ", &format!("{} ({})", claim.statement, claim.source));
        if let Some(reason) = &claim.reason {
            sentence(out, "  ", reason);
        }
    }
}
