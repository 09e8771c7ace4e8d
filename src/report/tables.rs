//! Every analysis as a table.

use crate::analysis::answer::Answer;
use crate::analysis::api_costs::ApiCost;
use crate::analysis::case::Case;
use crate::analysis::frontier::Frontier;
use crate::analysis::growth::{Demand, Month};
use crate::analysis::hardware::HardwareRow;
use crate::analysis::levers::{Lever, State};
use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::sweep::{Axis, SweepPoint};
use crate::catalog::Catalog;
use crate::report::table::{Cell, Column, Table, WORDS, table};
use crate::scenario::value::Value;
use crate::text::quantity::Unit;

pub fn levers(catalog: &Catalog, levers: &[Lever]) -> Table {
    let sets = |lever: &Lever| {
        let display = lever.changes.iter().map(|change| change.param.display(change.to, catalog));
        display.collect::<Vec<_>>().join(", ")
    };
    let state = |lever: &Lever| match lever.state {
        State::Off => "available",
        State::On => "in use",
        State::NotApplicable(why) => why,
    };
    table!(levers.iter(), |lever: &Lever| {
        "lever", "Lever", WORDS => lever.label;
        "path", "Parameter", WORDS => lever.param.path;
        "to", "To", WORDS => sets(lever);
        "saves_daily_usd", "Saves per day", Unit::Usd => lever.effect.saves_daily_usd;
        "saves_training_usd", "Saves on training", Unit::Usd => lever.effect.saves_training_usd;
        "latency_change_ms", "Change in first token", Unit::Milliseconds => lever.effect.latency_change_ms;
        "memory_change_bytes", "Change in memory per GPU", Unit::Bytes => lever.effect.memory_change_bytes;
        "state", "State", WORDS => state(lever);
        "paid_with", "At the cost of", WORDS => lever.paid_with;
        "price_mark", "New price is", WORDS => lever.mark;
        "assumes", "Assumed", WORDS => lever.assumes.clone();
    })
}

/// Accelerators for the current scenario.
pub fn hardware(catalog: &Catalog, rows: &[HardwareRow]) -> Table {
    let serving = |row: &HardwareRow| row.serving.as_ref().ok().copied();
    let training = |row: &HardwareRow| row.training.fits.then_some(row.training);
    let needs = |row: &HardwareRow| row.serving.err()?.misfit()?.min_gpus_to_fit.map(f64::from);
    table!(rows.iter(), |row: &HardwareRow| {
        "gpu", "GPU", WORDS, screen "GPU" 0 => catalog.gpu(row.gpu).id.clone();
        "memory_bytes", "Driver memory", Unit::Bytes, screen "memory" 5 => catalog.gpu(row.gpu).gpu.memory_bytes;
        "gpus_per_replica", "GPUs per replica", Unit::Count, screen "replica" 7 => serving(row).map(|on| on.gpus_per_replica);
        "gpus_peak", "GPUs at peak", Unit::Count, screen "GPUs" 0 => serving(row).map(|on| on.gpus_peak);
        "daily_usd", "Cost per day", Unit::Usd, screen "a day" 0 => serving(row).and_then(|on| on.daily_usd);
        "usd_per_million_tokens", "Per 1M tokens served", Unit::Usd, screen "per 1M" 3
            => serving(row).and_then(|on| on.usd_per_million_tokens);
        "ttft_ms", "First token", Unit::Milliseconds, screen "first token" 2 => serving(row).map(|on| on.ttft_ms);
        "tpot_ms", "Per output token", Unit::Milliseconds, screen "output token" 8 => serving(row).map(|on| on.tpot_ms);
        "meets_target", "Meets target", WORDS => serving(row).map(|on| on.meets_target);
        "min_gpus_to_fit", "GPUs to fit", Unit::Count => needs(row);
        "training_days", "Training days", Unit::Days, screen "train" 8 => training(row).map(|on| on.days);
        "training_usd", "Training cost", Unit::Usd, screen "training" 6 => training(row).and_then(|on| on.programme_usd);
        "usd_per_gpu_hour", "Price per GPU-hour", Unit::UsdPerHour, screen "price" 1
            => row.price.map(|price| price.usd_per_hour);
        "providers", "Providers", Unit::Count => row.price.map(|price| price.providers as f64);
        "price_mark", "Price is", WORDS, screen "price is" 9 => row.mark();
    })
}

pub fn sensitivity(catalog: &Catalog, answer: Answer, rows: &[Sensitivity]) -> Table {
    let unit = answer.unit();
    let words = |row: &Sensitivity, value: Value| row.param.display(value, catalog);
    table!(rows.iter(), |row: &Sensitivity| {
        "path", "Parameter", WORDS => row.param.path;
        "low", "Low", WORDS => words(row, row.range.low);
        "high", "High", WORDS => words(row, row.range.high);
        "at_low", "Answer at low", unit => row.range.at_low;
        "at_high", "Answer at high", unit => row.range.at_high;
        "at_minus_10_percent", "At -10%", unit => row.small.and_then(|small| small.at_low);
        "at_plus_10_percent", "At +10%", unit => row.small.and_then(|small| small.at_high);
        "swing", "Swing", unit => row.swing;
    })
}

/// Points of the frontier: those of the chosen GPU, then the best of all.
pub fn frontier(catalog: &Catalog, frontier: &Frontier) -> Table {
    let own = frontier.points.iter().map(|point| (point, false));
    let points = own.chain(frontier.best_of_all.iter().map(|point| (point, true)));
    table!(points, |row| {
        "gpu", "GPU", WORDS => catalog.gpu(row.0.gpu).id.clone();
        "weight_precision", "Weights", WORDS, screen "Weights" 0 => row.0.weight_precision.id();
        "tensor_parallel", "Tensor parallel", Unit::Count, screen "GPUs" 0 => f64::from(row.0.tensor_parallel);
        "batch_size", "Batch", Unit::Count, screen "batch" 0 => row.0.batch;
        "tpot_ms", "Per output token", Unit::Milliseconds, screen "output token" 0 => row.0.tpot_ms;
        "ttft_ms", "First token", Unit::Milliseconds, screen "first token" 1 => row.0.ttft_ms;
        "usd_per_million_output_tokens", "Per 1M output tokens", Unit::Usd, screen "$/1M out" 0
            => row.0.usd_per_million_output_tokens;
        "in_flight", "In flight at peak", Unit::Count, screen "in flight" 2 => row.0.in_flight.round();
        "requests_per_s", "Requests per second", Unit::Count, screen "requests/s" 4 => row.0.requests_per_s;
        "efficient", "Efficient", WORDS => row.0.efficient;
        "meets_target", "Meets target", WORDS, screen "on target" 5 => row.0.meets_target;
        "best_of_all_gpus", "Best of all GPUs", WORDS => row.1;
    })
}

/// Month by month to the horizon.
pub fn growth(months: &[Month]) -> Table {
    table!(months.iter(), |month: &Month| {
        "month", "Month", Unit::Count, screen "Month" 0 => month.month + 1.0;
        "requests_per_day", "Requests per day", Unit::Count, screen "asked" 0 => month.requests_per_day;
        "daily_usd", "Cost per day", Unit::Usd, screen "a day" 0 => month.daily_usd;
        "gpus_peak", "Peak GPUs", Unit::Count, screen "GPUs" 0 => month.gpus_peak;
        "inference_usd", "Inference so far", Unit::Usd, screen "spent" 0 => month.inference_usd;
        "training_usd", "Training so far", Unit::Usd => month.training_usd;
        "inference_share", "Inference share", Unit::Share, screen "share" 0 => month.inference_share();
    })
}

/// What multiples of today's demand take.
pub fn demand(rows: &[Demand]) -> Table {
    let reached = |row: &Demand| match row.reached {
        Some(0) => "now".to_owned(),
        Some(month) => format!("month {}", month + 1),
        None => "never".to_owned(),
    };
    let mut table = table!(rows.iter(), |row: &Demand| {
        "times", "Demand", Unit::Ratio, screen "Demand" 0 => row.times;
        "requests_per_day", "Requests per day", Unit::Count, screen "requests/day" 2 => row.requests_per_day;
        "gpus_peak", "Peak GPUs", Unit::Count, screen "GPUs" 0 => row.gpus_peak;
        "daily_usd", "Cost per day", Unit::Usd, screen "a day" 0 => row.daily_usd;
        "ttft_ms", "First token", Unit::Milliseconds, screen "first token" 0 => row.ttft_ms;
        "meets_target", "Meets target", WORDS, screen "on target" 1 => row.meets_target;
        "reached", "Reached", WORDS, screen "reached" 1 => reached(row);
    });
    table.columns = table.columns.into_iter().map(Column::right).collect();
    table
}

/// The same traffic at the prices of every API.
pub fn apis(costs: &[ApiCost]) -> Table {
    table!(costs.iter(), |cost: &ApiCost| {
        "api", "Model", WORDS => cost.price.name.as_str();
        "provider", "Provider", WORDS => cost.price.provider.as_str();
        "class", "Class", WORDS => cost.class.words();
        "has_service", "Service", WORDS => cost.has_service;
        "daily_usd", "Cost per day", Unit::Usd => cost.daily_usd;
        "usd_per_request", "Per request", Unit::Usd => cost.usd_per_request;
        "self_hosting_saves_daily_usd", "Self-hosting with people saves per day", Unit::Usd => cost.self_hosting_saves_daily_usd;
        "break_even_requests_per_day", "Break-even requests per day", Unit::Count => cost.break_even_requests;
        "break_even_utilization", "Break-even utilization", Unit::Share => cost.break_even_utilization;
    })
}

/// What a sweep tells of each point: the axes' values, every answer, and why some are missing.
pub fn sweep_columns(axes: &[Axis]) -> Vec<Column> {
    let axis = |axis: &Axis| Column::new(axis.param.path, axis.param.label, axis.param.unit());
    let answer = |answer: Answer| Column::new(answer.id(), answer.label(), answer.unit());
    axes.iter()
        .map(axis)
        .chain(Answer::ALL.map(answer))
        .chain([Column::new("refusal", "why not", WORDS)])
        .collect()
}

/// A point of a sweep.
pub fn sweep_row(case: &Case, axes: &[Axis], point: &SweepPoint) -> Vec<Cell> {
    let values = axes.iter().zip(&point.values);
    let values = values.map(|(axis, value)| Cell::of(axis.param, *value, case.catalog()));
    let answers = Answer::ALL.map(|answer| answer.of(point.outcome.as_ref()?));
    let refusal = if answers.contains(&None) { point.refusal(case, axes) } else { None };
    values.chain(answers.map(Cell::from)).chain([Cell::from(refusal)]).collect()
}
