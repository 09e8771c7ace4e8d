//! The record in sections, for reading.

use serde_json::json;

use crate::analysis::actuals::Actual;
use crate::analysis::advice::{Criterion, Verdict};
use crate::analysis::answer::Answer;
use crate::analysis::api_costs::ApiCost;
use crate::analysis::findings::{Finding, no_such_model, why_missing};
use crate::analysis::growth::{NOT_REACHED, beyond};
use crate::report::page::{Block, Figure, Page, Section};
use crate::report::record::{Published, Record, Switch};
use crate::report::table::{Table, WORDS, table};
use crate::text::quantity::{Unit, count_of, format};

/// Levers that are listed.
const LEVERS: usize = 8;
/// APIs that are listed.
const APIS: usize = 5;

impl From<&Record> for Page {
    fn from(record: &Record) -> Self {
        let items = |heading: &str, items: &[String]| Section::new(heading, Block::Items(items.to_vec()));
        let mut sections = vec![figures("", answers(record))];
        sections.extend(details(record));
        sections.extend([items("Alerts", &record.alerts), items("Notes", &record.notes)]);
        Self {
            title: record.scenario.name.clone(),
            introduction: introduction(record),
            appendix: vec![figures("Inputs", inputs(record))],
            ..Self::new(sections, json!(record), record.table())
        }
    }
}

/// What a scenario shows, and what it serves on what.
pub fn introduction(record: &Record) -> Vec<String> {
    let scenario = &record.scenario;
    let model = scenario.model_name.as_deref().unwrap_or("a custom model");
    let served = format!(
        "{model}, {} parameters ({} active), served on {}",
        format(record.model.total_parameters, Unit::Parameters),
        format(record.model.active_parameters, Unit::Parameters),
        scenario.gpu_name
    );
    let summary = Some(scenario.summary.clone()).filter(|summary| !summary.is_empty());
    summary.into_iter().chain([served]).collect()
}

/// The figures behind the answers, those sections that hold any.
pub fn details(record: &Record) -> Vec<Section> {
    let mut sections = vec![
        figures("Training", training(record)),
        figures("Serving", serving(record)),
        figures("Levers: what each would save now", levers(record)),
        advice(record),
        Section::new("The same traffic through an API, per day", Block::Listing(apis(record))),
        figures("Actuals vs. the model", actuals(record)),
        Section::new("Published figures", Block::Items(published(record))),
    ];
    sections.retain(|section| !section.is_empty());
    sections
}

fn figures(heading: &str, figures: Vec<Figure>) -> Section {
    Section::new(heading, Block::Figures(figures))
}

fn inputs(record: &Record) -> Vec<Figure> {
    record.scenario.inputs.iter().map(|(path, value)| Figure::new(*path, value)).collect()
}

fn ranged(record: &Record, label: &str, answer: Answer) -> Figure {
    let words = |figure: f64| format(figure, answer.unit());
    let Some(range) = record.figures.range(answer) else {
        let why = why_missing(answer, &record.findings).map_or("see the notes", Finding::problem);
        return Figure::new(label, format!("–           {why}"));
    };
    Figure {
        range: Some(format!("{} to {}", words(range.low), words(range.high))),
        ..Figure::new(label, words(range.value))
    }
}

fn answers(record: &Record) -> Vec<Figure> {
    let split = &record.split;
    let horizon = format!("Split over {}", format(split.horizon_months, Unit::Months));
    let mut figures = vec![
        ranged(record, "Training, once", Answer::TrainingCost),
        ranged(record, "Inference, per day", Answer::DailyCost),
    ];
    let Some(training) = split.training_share else {
        figures.push(Figure::new(horizon, "–"));
        return figures;
    };
    let day = |day: Option<f64>| {
        day.map_or(NOT_REACHED.to_owned(), |day| {
            format!("day {}{}", format(day.ceil(), Unit::Count), beyond(day, split.horizon_months))
        })
    };
    let shares = format!(
        "training {}, inference {}",
        format(training, Unit::Share),
        format(1.0 - training, Unit::Share)
    );
    figures.extend([
        Figure::new(horizon, shares),
        Figure::new("Inference passes training", day(split.day_inference_passes_training)),
        Figure::new("Inference reaches 80%", day(split.day_inference_reaches_80_percent)),
    ]);
    figures
}

fn training(record: &Record) -> Vec<Figure> {
    let training = &record.training;
    if let Some(fault) = record.fault {
        return vec![Figure::new("Run", no_such_model(fault))];
    }
    let gpus = format!("{} x {}", format(training.gpus, Unit::Count), training.gpu_name);
    let layout = format!(
        "tensor {} x pipeline {} x context {} x expert {} x data {}",
        training.tensor_parallel,
        training.pipeline_parallel,
        training.context_parallel,
        training.expert_parallel,
        format(training.data_parallel, Unit::Count)
    );
    let mut figures = vec![
        Figure::new("GPUs", gpus),
        Figure::new("Layout", layout),
        Figure::new("FLOPs", format!("{:.2e}", training.flops)),
        ranged(record, "GPU-hours", Answer::GpuHours),
        ranged(record, "Days", Answer::TrainingDays),
        ranged(record, "Steady MFU", Answer::Mfu),
        Figure::new("Goodput", format(training.goodput, Unit::Share)),
        Figure::new("Memory per GPU", format(training.memory_per_gpu_bytes, Unit::Bytes)),
        price(record, "training"),
        ranged(record, "Final run", Answer::FinalRunCost),
        ranged(record, "All compute", Answer::ComputeCost),
        ranged(record, "Whole program", Answer::TrainingCost),
    ];
    let lines = training.breakdown.iter().flatten();
    figures.extend(lines.map(|line| Figure::new(format!("  {}", line.item), format(line.usd, Unit::Usd))));
    figures.extend(
        training.energy_mwh.map(|mwh| Figure::new("Energy, final run", format(mwh, Unit::MegawattHours))),
    );
    figures
}

fn serving(record: &Record) -> Vec<Figure> {
    let (serving, day) = (&record.serving, &record.inference);
    let Some((memory, bound)) = serving.memory.as_ref().zip(serving.bound) else {
        let why = why_missing(Answer::DailyCost, &record.findings).map_or("see the notes", Finding::problem);
        return vec![Figure::new("Replica", why)];
    };
    let count = |count: Option<f64>| count.map_or("–".to_owned(), |count| format(count, Unit::Count));
    let counted =
        |of: Option<f64>, noun: &str| of.map_or(format!("– {noun}s"), |count| count_of(count, noun));
    let batch = format!("{} of at most {}", count(serving.batch_size), count(serving.max_batch_size));
    let held = format!(
        "{} weights, {} cache, {} working, of {}",
        format(memory.weights, Unit::Bytes),
        format(memory.kv_cache, Unit::Bytes),
        format(memory.working, Unit::Bytes),
        format(memory.usable, Unit::Bytes)
    );
    let fleet = format!(
        "{} in {} at the peak, {} on average",
        counted(day.gpus_peak.map(|range| range.value), "GPU"),
        counted(day.replicas_peak, "replica"),
        counted(day.gpus_mean, "GPU")
    );
    let ms = |ms: Option<f64>| ms.map_or("–".to_owned(), |ms| format(ms, Unit::Milliseconds));
    let mut figures = vec![
        Figure::new("Replica", format!("{}, bound by {bound}", serving.layout)),
        Figure::new("Batch", batch),
        Figure::new("Memory per GPU", held),
        Figure::new("Latencies at", &serving.load),
        ranged(record, "Time to first token", Answer::Ttft),
        ranged(record, "  for 95 of 100 within", Answer::TtftP95),
        Figure::new(
            "  half, 99 of 100 within",
            format!("{}, {}", ms(serving.ttft_p50_ms), ms(serving.ttft_p99_ms)),
        ),
    ];
    let thought = |ms: &f64| serving.ttft_ms.as_ref().is_some_and(|ttft| *ms > ttft.value);
    figures.extend(
        serving
            .first_answer_ms
            .filter(thought)
            .map(|ms| Figure::new("Time to the answer", format(ms, Unit::Milliseconds))),
    );
    figures.extend([
        ranged(record, "Time per output token", Answer::Tpot),
        Figure::new("  for 95 of 100 within", ms(serving.tpot_p95_ms)),
        ranged(record, "Request latency", Answer::RequestLatency),
        Figure::new("  for 95 of 100 within", ms(serving.request_p95_ms)),
    ]);
    figures.extend(
        serving
            .keeping
            .map(|keeping| Figure::new(keeping.name(), format!("{}; {}", keeping.words(), keeping.price()))),
    );
    figures.extend([
        ranged(record, "Output per GPU when busy", Answer::ThroughputPerGpu),
        Figure::new("Fleet", fleet),
        ranged(record, "Mean utilization", Answer::Utilization),
        ranged(record, "Per month", Answer::MonthlyCost),
        ranged(record, "Per year", Answer::YearlyCost),
        ranged(record, "Per request", Answer::CostPerRequest),
        ranged(record, "Per 1M tokens on GPUs", Answer::PaidPerMillionTokens),
        ranged(record, "Per 1M tokens if always busy", Answer::BusyPerMillionTokens),
        ranged(record, "Per 1M tokens served", Answer::CostPerMillionTokens),
        price(record, "serving"),
    ]);
    figures
        .extend(day.people_usd.map(|usd| Figure::new("People beside it, per day", format(usd, Unit::Usd))));
    let idle = day.reserved_waste_usd.filter(|usd| *usd > 0.0);
    figures.extend(idle.map(|usd| Figure::new("Paid and idle, per day", format(usd, Unit::Usd))));
    let paid = day.breakdown.iter().flatten().filter(|line| line.usd > 0.0);
    figures.extend(
        paid.map(|line| Figure::new(format!("  {}, per day", line.item), format(line.usd, Unit::Usd))),
    );
    figures
}

/// The price of a GPU, and what it rests on.
fn price(record: &Record, side: &str) -> Figure {
    let label = "GPU-hour on demand";
    let Some(of) = record.prices.iter().find(|of| of.used_for == side) else {
        return Figure::new(label, "–");
    };
    let Some(usd) = of.on_demand_usd else { return Figure::new(label, "no price: set one") };
    let from = match (of.providers, of.as_of.as_deref()) {
        (Some(count), Some(date)) if count > 1 => format!(", median of {count} providers to {date}"),
        (Some(_), Some(date)) => format!(", {date}"),
        _ => String::new(),
    };
    let mark = of.mark.map_or(String::new(), |mark| format!(", {mark}"));
    let spread = of
        .low
        .zip(of.high)
        .map(|(low, high)| format!(" ({} to {})", format(low, Unit::Usd), format(high, Unit::Usd)));
    let owned =
        of.owned_usd.map_or(String::new(), |usd| format!("; {} an hour owned", format(usd, Unit::Usd)));
    Figure::new(
        label,
        format!("{}{}, {}{from}{mark}{owned}", format(usd, Unit::Usd), spread.unwrap_or_default(), of.basis),
    )
}

/// What each lever would save now, best first.
fn levers(record: &Record) -> Vec<Figure> {
    let saves = |usd: Option<f64>, what: &str| {
        usd.filter(|usd| *usd != 0.0).map(|usd| format!("{}{what}", format(usd, Unit::Usd)))
    };
    let figure = |lever: &Switch| {
        let assumed = lever.assumes.as_ref().map(|what| format!("(assumed: {what})"));
        let kept = lever.keeps_promise.then(|| "(keeps the promise)".to_owned());
        let saved = [
            saves(lever.saves_daily_usd, " a day"),
            saves(lever.saves_training_usd, " on training"),
            assumed,
            kept,
        ];
        Figure::new(lever.label, saved.into_iter().flatten().collect::<Vec<_>>().join("  "))
    };
    record.levers.iter().take(LEVERS).map(figure).collect()
}

/// The profile, and what speaks for it.
fn advice(record: &Record) -> Section {
    let advice = &record.advice;
    let profile = if advice.is_decided { advice.profile } else { "undecided" };
    let focus = Figure::new("Focus", format!("{profile} ({})", advice.rule));
    let item = |criterion: &Criterion| {
        let verdict = match criterion.verdict {
            Verdict::Met => "met",
            Verdict::NotMet => "not met",
            Verdict::Unknown => "not stated",
        };
        format!("{}: {verdict}", criterion.words)
    };
    let criteria = advice.criteria.iter().map(item).collect();
    Section {
        heading: "Where to focus".to_owned(),
        blocks: vec![Block::Figures(vec![focus]), Block::Items(criteria)],
    }
}

/// The same traffic at APIs' prices.
fn apis(record: &Record) -> Table {
    let even = |cost: &ApiCost| {
        let hosted = cost.self_hosting_saves_daily_usd.is_some();
        let never = match (hosted, record.serving.fits) {
            (true, _) => "self-hosting never breaks even",
            (false, true) => "self-hosting has no price",
            (false, false) => "self-hosting is not possible",
        };
        let even = cost.break_even_requests.map_or(never.to_owned(), |requests| {
            format!("break-even at {} requests a day", format(requests, Unit::Count))
        });
        if cost.has_service { even } else { format!("{even}; standard price") }
    };
    table!(record.apis.iter().take(APIS), |cost: &ApiCost| {
        "class", "Class", WORDS => cost.class.words();
        "api", "Model", WORDS => cost.price.name.as_str();
        "daily_usd", "Cost per day", Unit::Usd => cost.daily_usd;
        "break_even", "Break-even", WORDS => even(cost);
        "provider", "Provider", WORDS => cost.price.provider.as_str();
    })
}

/// What was actually paid and measured, beside the engine's figures.
fn actuals(record: &Record) -> Vec<Figure> {
    let figure = |row: &Actual| {
        let unit = row.answer.unit();
        let model = row.model.map_or("–".to_owned(), |model| format(model, unit));
        let off = row.relative().map_or(String::new(), |share| format!(" ({:+.0}%)", share * 100.0));
        Figure::new(row.param.path, format!("actual {}, model {model}{off}", format(row.actual, unit)))
    };
    record.actuals.iter().map(figure).collect()
}

/// Published figures, each with what is derived for it and why the two differ below it.
fn published(record: &Record) -> Vec<String> {
    let item = |claim: &Published| {
        let mut text = format!("{} ({})", claim.statement, claim.source);
        for line in [&claim.relation, &claim.reason].into_iter().flatten() {
            text.push('\n');
            text.push_str(line);
        }
        text
    };
    record.published.iter().map(item).collect()
}
