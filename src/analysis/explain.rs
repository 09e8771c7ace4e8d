//! Explanations: each figure's formula with the scenario's numbers in it, down to data sheets, prices and the measured
//! results that lie nearest.

use crate::analysis::case::Case;
use crate::calibration::kind::Kind;
use crate::catalog::records::PRICES;
use crate::engine::outcome::ServingOutcome;
use crate::evidence::comparison::quantile;
use crate::evidence::nearest::nearest;
use crate::text::quantity::{Unit, format};

/// Measured rows that a figure is held against.
const NEAREST: usize = 5;
/// Dated prices that are listed.
const PRICES_SHOWN: usize = 6;

/// A figure and the lines that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The figure and its value.
    pub title: String,
    /// Formula, numbers, sources.
    pub lines: Vec<String>,
}

/// The explanations of a scenario's figures, from money down to sources.
pub fn explain(case: &Case) -> Vec<Explanation> {
    let mut sections = vec![training_cost(case), gpu_hours(case)];
    if let Ok(serving) = &case.outcome.serving {
        sections.push(daily_cost(case, serving));
        sections.push(throughput(serving));
        sections.push(latency(serving));
        sections.push(memory(serving));
        sections.push(measured(case, serving));
    }
    sections.push(sources(case));
    sections
}

fn usd(value: f64) -> String {
    format(value, Unit::Usd)
}

fn count(value: f64) -> String {
    format(value, Unit::Count)
}

fn ms(seconds: f64) -> String {
    format(seconds * 1e3, Unit::Milliseconds)
}

fn training_cost(case: &Case) -> Explanation {
    let training = &case.outcome.training;
    let terms = &case.inputs.training_money;
    let price = training.final_run_usd / training.gpu_hours;
    let multiplier = 1.0 + (terms.experiments - 1.0) * (1.0 - terms.automation);
    let mut lines = vec![
        format!(
            "final run = GPU-hours x price = {} x {} = {}",
            format(training.gpu_hours, Unit::GpuHours),
            format(price, Unit::UsdPerHour),
            usd(training.final_run_usd)
        ),
        format!(
            "total = final run x experiments / (1 - staff) = {} x {:.2} / (1 - {}) = {}",
            usd(training.final_run_usd),
            multiplier,
            format(terms.staff_share, Unit::Share),
            usd(training.programme_usd)
        ),
    ];
    lines.extend(training.breakdown.lines().map(|(item, amount)| format!("  {item}: {}", usd(amount))));
    Explanation { title: format!("Training, once: {}", usd(training.programme_usd)), lines }
}

fn gpu_hours(case: &Case) -> Explanation {
    let training = &case.outcome.training;
    let run = &training.run;
    let plan = &case.inputs.training;
    let peak = plan.gpu.flops_per_s(plan.precision);
    let lines = vec![
        format!(
            "FLOPs = tokens x (6 x matmul parameters + causal attention) = {} x {:.3e} = {:.3e}",
            format(plan.tokens, Unit::Tokens),
            run.flops / plan.tokens,
            run.flops
        ),
        format!(
            "hours = FLOPs / (peak {:.0} TFLOP/s x steady MFU {} x goodput {}) / 3600 = {}",
            peak / 1e12,
            format(run.mfu, Unit::Share),
            format(run.goodput, Unit::Share),
            format(run.gpu_hours, Unit::GpuHours)
        ),
        format!(
            "layout: tensor {} x pipeline {} x expert {}, bubble {}, exposed communication {}",
            run.tensor_parallel,
            run.pipeline_parallel,
            run.expert_parallel,
            format(run.bubble, Unit::Share),
            format(run.communication, Unit::Share)
        ),
        format!("days = hours / {} GPUs / 24 = {}", count(run.gpus), format(training.days, Unit::Days)),
    ];
    Explanation { title: format!("GPU-hours: {}", format(training.gpu_hours, Unit::GpuHours)), lines }
}

fn daily_cost(case: &Case, serving: &ServingOutcome) -> Explanation {
    let demand = &case.inputs.demand;
    let mut lines = vec![format!(
        "requests that reach a model = {} per day x (1 - cache hits {}) = {}",
        count(demand.requests_per_day),
        format(demand.cache_hit_rate, Unit::Share),
        count(serving.traffic.missed)
    )];
    for pool in serving.pools() {
        let day = pool.day(&serving.traffic);
        lines.push(format!(
            "replicas at peak = share {} x mean rate x {:.1} / ({:.2} requests/s x {} utilization) = {}",
            format(pool.plan.share, Unit::Share),
            demand.peak_to_mean,
            pool.replica.requests_per_s,
            format(pool.plan.target_utilization, Unit::Share),
            count(day.replicas_peak)
        ));
        lines.push(format!(
            "cost = {} GPU-hours ({} GPUs per replica) x {} = {}",
            count(day.gpu_hours),
            count(pool.gpus_per_replica),
            format(day.cost.total() / day.gpu_hours, Unit::UsdPerHour),
            usd(day.cost.total())
        ));
    }
    Explanation { title: format!("Inference, per day: {}", usd(serving.daily_usd)), lines }
}

fn throughput(serving: &ServingOutcome) -> Explanation {
    let replica = &serving.main.replica;
    let deployment = &serving.main.plan.deployment;
    let step = &replica.step;
    let lines = vec![
        format!(
            "step of {} requests = weights {} + matmuls {} + attention {} + communication {} + overhead {} ~ {}",
            count(replica.batch),
            ms(step.weights_s),
            ms(step.compute_s),
            ms(step.attention_s),
            ms(step.communication_s),
            ms(step.overhead_s),
            ms(replica.step_s)
        ),
        format!(
            "rate = batch x output / (prefills + output steps) = {} tokens/s on {} GPUs",
            count(replica.output_tokens_per_s),
            count(serving.main.gpus_per_replica)
        ),
        format!(
            "{} prompt and {} output tokens per request; bound by {}",
            count(deployment.prompt_tokens),
            count(deployment.output_tokens),
            replica.bound.words()
        ),
    ];
    let rate = format(serving.output_tokens_per_s_per_gpu, Unit::TokensPerSecond);
    Explanation { title: format!("Output per GPU when busy: {rate}"), lines }
}

fn latency(serving: &ServingOutcome) -> Explanation {
    let replica = &serving.main.replica;
    let mut lines = vec![
        format!(
            "time per output token = step {} + other requests' prefills = {}",
            ms(replica.step_s),
            ms(replica.tpot_s)
        ),
        format!(
            "time to first token = own prefill {} + prefills ahead + current step + overhead = {}",
            ms(replica.prefill_s),
            ms(replica.ttft_s)
        ),
        format!("request = first token + output tokens x time per token = {}", ms(replica.request_s)),
    ];
    if replica.wait_s > 0.0 {
        lines.push(format!("{} of the time to first token is spent waiting for memory", ms(replica.wait_s)));
    }
    Explanation {
        title: format!("First token: {}, then {} each", ms(serving.ttft_s), ms(serving.tpot_s)),
        lines,
    }
}

fn memory(serving: &ServingOutcome) -> Explanation {
    let memory = &serving.main.replica.memory;
    let bytes = |value| format(value, Unit::Bytes);
    let lines = vec![format!(
        "weights {} + KV cache {} + workspace {} = {} of {} usable; at most {} requests fit",
        bytes(memory.weights),
        bytes(memory.kv_cache),
        bytes(memory.working),
        bytes(memory.in_use()),
        bytes(memory.usable),
        count(serving.main.replica.max_batch)
    )];
    Explanation { title: format!("Memory per GPU: {}", bytes(memory.in_use())), lines }
}

/// On which measured results the serving figures rest.
fn measured(case: &Case, serving: &ServingOutcome) -> Explanation {
    let deployment = &serving.main.plan.deployment;
    let mut lines = Vec::new();
    for (kind, words) in [
        (Kind::Tpot, "time per output token"),
        (Kind::Throughput, "throughput"),
        (Kind::TtftLoaded, "time to first token"),
    ] {
        let rows = nearest(&case.world.calibration.constants.serving, kind, deployment, NEAREST);
        let mut errors: Vec<f64> = rows.iter().filter_map(|row| row.error).map(f64::abs).collect();
        errors.sort_by(f64::total_cmp);
        let median = quantile(&errors, 0.5).map_or("–".to_owned(), |error| format(error, Unit::Share));
        lines.push(format!("{words}: the {} nearest rows have a median error of {median}", rows.len()));
        for row in rows.iter().take(2) {
            let off = row.error.map_or("does not fit".to_owned(), |error| format!("{:+.0}%", error * 100.0));
            lines.push(format!(
                "  {} {} on {}: published {:.1}, predicted {off} ({})",
                row.row.id, row.row.model, row.row.gpu, row.row.published, row.row.source
            ));
        }
    }
    Explanation { title: "Nearest published measurements".to_owned(), lines }
}

/// Shape, data sheet and prices with their sources and dates.
fn sources(case: &Case) -> Explanation {
    let mut lines = Vec::new();
    if let Some(model) = case.model() {
        lines.push(format!("{}: shape from {}", model.name, model.source));
        if let Some(run) = &model.trained_on {
            lines.push(format!("  training run: {}", run.source));
        }
    }
    let (serving, training) = (case.serving_gpu(), case.training_gpu());
    let mut gpus = vec![serving];
    if training.id != serving.id {
        gpus.push(training);
    }
    for gpu in gpus {
        lines.push(format!("{}: data sheet from {}", gpu.name, gpu.source));
        if !gpu.unverified.is_empty() {
            lines.push(format!("  unverified: {}", gpu.unverified.join(", ")));
        }
        let prices = PRICES.iter().filter(|price| price.gpu == gpu.id && price.kind == "on_demand");
        for price in prices.take(PRICES_SHOWN) {
            if let Some(rent) = price.usd_per_gpu_hour {
                lines.push(format!(
                    "  {} {}, {} ({})",
                    price.provider,
                    format(rent, Unit::UsdPerHour),
                    price.as_of,
                    price.source
                ));
            }
        }
    }
    Explanation { title: "Sources".to_owned(), lines }
}
