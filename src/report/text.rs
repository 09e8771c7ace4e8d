//! The report as text for a terminal or a log.

use std::fmt::Write as _;

use crate::analysis::advice::{self, Verdict};
use crate::analysis::answer::Answer;
use crate::analysis::levers::{self, State};
use crate::analysis::{actuals, api_costs};
use crate::engine::horizon::Split;
use crate::engine::outcome::ServingOutcome;
use crate::report::{Report, range_words};
use crate::scenario::resolve;
use crate::text::quantity::{Unit, format};

/// Width of a line's label.
const LABEL: usize = 28;
/// Levers that are listed.
const LEVERS: usize = 8;
/// APIs that are listed.
const APIS: usize = 5;
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
    levers(report, &mut out);
    advice(report, &mut out);
    apis(report, &mut out);
    bills(report, &mut out);
    published(report, &mut out);
    if report.alerts().next().is_some() {
        section(&mut out, "Alerts");
        for alert in report.alerts() {
            sentence(&mut out, "- ", &alert.text);
        }
    }
    if report.notes().next().is_some() {
        section(&mut out, "Notes");
        for note in report.notes() {
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
    let catalog = report.case.catalog();
    let _ = writeln!(out, "{}", document.name);
    if !document.summary.is_empty() {
        sentence(out, "", &document.summary);
    }
    let model =
        document.scenario.model.preset.map_or("a model of its own", |id| catalog.model(id).name.as_str());
    let gpu = &catalog.gpu(resolve::serving_gpu(&document.scenario)).name;
    let outcome = &report.case.outcome;
    let _ = writeln!(
        out,
        "  {model}, {} parameters ({} active), served on {gpu}",
        format(outcome.total_parameters, Unit::Parameters),
        format(outcome.active_parameters, Unit::Parameters),
    );
}

/// A figure and its range.
fn ranged(report: &Report, out: &mut String, label: &str, answer: Answer) {
    let words = match report.figures.range(answer) {
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
    let months = format(report.case.scenario.workload.horizon_months, Unit::Months);
    let split = report.case.outcome.split.as_ref();
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
    let training = &report.case.outcome.training;
    let run = &training.run;
    let gpu = report.case.catalog().gpu(resolve::training_gpu(&report.case.scenario, report.case.catalog()));
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
    let Ok(serving) = &report.case.outcome.serving else {
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

/// What each lever would save now, best first.
fn levers(report: &Report, out: &mut String) {
    section(out, "Levers: what each would save now");
    let switchable = levers::levers(report.case);
    for lever in switchable.iter().filter(|lever| lever.state == State::Off).take(LEVERS) {
        let saves = |usd: Option<f64>, per: &str| match usd {
            Some(usd) if usd != 0.0 => format!("{}{per}  ", format(usd, Unit::Usd)),
            _ => String::new(),
        };
        let words = format!(
            "{}{}",
            saves(lever.effect.saves_daily_usd, " a day"),
            saves(lever.effect.saves_training_usd, " on training")
        );
        line(out, lever.label, &words);
    }
}

/// The profile, and what speaks for it.
fn advice(report: &Report, out: &mut String) {
    let advice = advice::advice(report.case);
    section(out, "Which should you choose?");
    line(out, "Focus", &format!("{} ({})", advice.profile.id(), advice.rule));
    for criterion in advice.of(advice.profile) {
        let verdict = match criterion.verdict {
            Verdict::Met => "met",
            Verdict::NotMet => "not met",
            Verdict::Unknown => "not stated",
        };
        sentence(out, "- ", &format!("{}: {verdict}", criterion.words));
    }
}

/// The same traffic at APIs' prices.
fn apis(report: &Report, out: &mut String) {
    section(out, "The same traffic bought from an API, per day");
    for cost in api_costs::api_costs(report.case).iter().take(APIS) {
        let even = cost.break_even_requests.map_or("self-hosting never breaks even".to_owned(), |requests| {
            format!("break-even at {} requests a day", format(requests, Unit::Count))
        });
        let daily = format(cost.daily_usd, Unit::Usd);
        line(out, &cost.price.name, &format!("{daily:<12}{even} ({})", cost.price.provider));
    }
}

/// What was really paid and measured, beside the engine's figures.
fn bills(report: &Report, out: &mut String) {
    let rows = actuals::actuals(report.case);
    if rows.is_empty() {
        return;
    }
    section(out, "Actuals beside the model");
    for row in rows {
        let unit = row.answer.unit();
        let model = row.model.map_or("–".to_owned(), |model| format(model, unit));
        let off = row.relative().map_or(String::new(), |share| format!(" ({:+.0}%)", share * 100.0));
        line(out, row.param.path, &format!("actual {}, model {model}{off}", format(row.actual, unit)));
    }
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
