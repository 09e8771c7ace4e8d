//! Explanations: each figure's formula with the scenario's numbers in it, down to data sheets, prices and the measured
//! results that lie nearest.

mod waits;

use crate::analysis::case::Case;
use crate::analysis::published::published_hours;
use crate::calibration::kind::Kind;
use crate::catalog::GpuPreset;
use crate::engine::fleet::Moment;
use crate::engine::outcome::ServingOutcome;
use crate::evidence::comparison::quantile;
use crate::evidence::nearest::nearest;
use crate::text::quantity::{self, Unit, format};

/// Measured rows that a figure is held against.
const NEAREST: usize = 5;
/// Dated prices that are listed.
const PRICES_SHOWN: usize = 8;

/// What is said where a price is missing.
const NO_PRICE: &str = "no price: set one";

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
        sections.push(waits::latency(case, serving));
        sections.push(waits::replica(case, serving));
        sections.push(memory(case, serving));
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

/// A bill to the cent: its lines add up to the total as it is printed, rounding included.
fn bill(total: &str, lines: impl IntoIterator<Item = (String, f64)>) -> Vec<String> {
    let mut sum = 0.0;
    let mut bill: Vec<String> = Vec::new();
    for (item, usd) in lines.into_iter().filter(|(_, usd)| *usd != 0.0) {
        let before = cents(sum);
        sum += usd;
        bill.push(format!("  {} {item}", quantity::usd_and_cents(cents(sum) - before)));
    }
    bill.push(format!("  {} {total}", quantity::usd_and_cents(cents(sum))));
    bill
}

fn cents(usd: f64) -> f64 {
    (usd * 100.0).round() / 100.0
}

fn training_cost(case: &Case) -> Explanation {
    let training = &case.outcome.training;
    let terms = &case.inputs.training_money;
    let people = &case.inputs.people;
    let Some(paid) = &training.bill else {
        return Explanation {
            title: "Training, once: no price".to_owned(),
            lines: vec![NO_PRICE.to_owned()],
        };
    };
    let mut lines = vec![
        format!(
            "final run = GPU-hours x price = {} x {} = {}",
            format(training.gpu_hours, Unit::GpuHours),
            format(paid.usd_per_gpu_hour, Unit::UsdPerHour),
            usd(paid.final_run_usd)
        ),
        format!(
            "compute = final run x (1 + experiments and trials {:.2} x (1 - automation {})) = {}",
            terms.experiments,
            format(terms.automation, Unit::Share),
            usd(paid.compute_usd)
        ),
        format!(
            "people = {} engineers x {} x {} a year = {}",
            count(people.training_engineers),
            format(people.training_months, Unit::Months),
            usd(people.usd_per_year),
            usd(training.people_usd)
        ),
    ];
    if training.spot_repeats > 1.0 {
        lines.push(format!(
            "interruptions of spot capacity repeat work: GPU-hours x {:.3}",
            training.spot_repeats
        ));
    }
    let items = paid.breakdown.lines().into_iter().map(|(item, usd)| (item.to_owned(), usd));
    lines.extend(bill("in all", items));
    if paid.bought_usd > 0.0 {
        lines.push(format!(
            "the hardware bought for it costs {}; {} of that is left over after its time",
            usd(paid.bought_usd),
            usd(paid.left_over_usd)
        ));
    }
    Explanation { title: format!("Training, once: {}", usd(paid.programme_usd)), lines }
}

fn gpu_hours(case: &Case) -> Explanation {
    let training = &case.outcome.training;
    let run = &training.run;
    let plan = &case.inputs.training;
    let peak = plan.gpu.flops_per_s(plan.precision);
    let mut lines = vec![
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
            "layout: tensor {} x pipeline {} x context {} x expert {}, bubble {}, exposed communication {}",
            run.tensor_parallel,
            run.pipeline_parallel,
            run.context_parallel,
            run.expert_parallel,
            format(run.bubble, Unit::Share),
            format(run.communication, Unit::Share)
        ),
        format!(
            "software of {}, {:.1} years after the first chip that it was written for: steps and goodput follow",
            format(plan.software_date * 12.0, Unit::Date),
            plan.software_date - plan.gpu.software_since
        ),
        format!("days = hours / {} GPUs / 24 = {}", count(run.gpus), format(training.days, Unit::Days)),
    ];
    if let Some(hours) = published_hours(case) {
        lines.push(format!("{} ({})", hours.statement, hours.source));
        lines.extend(
            hours
                .relation()
                .into_iter()
                .chain(hours.reason.map(String::from))
                .map(|line| format!("  {line}")),
        );
    }
    Explanation { title: format!("GPU-hours: {}", format(training.gpu_hours, Unit::GpuHours)), lines }
}

fn daily_cost(case: &Case, serving: &ServingOutcome) -> Explanation {
    let demand = &case.inputs.demand;
    let (traffic, edge) = (&serving.traffic, &case.inputs.edge);
    let mut lines = vec![format!(
        "requests that reach a model = {} per day x (1 - cache hits {}) = {}",
        count(demand.requests_per_day),
        format(demand.cache_hit_rate, Unit::Share),
        count(traffic.missed)
    )];
    if edge.share > 0.0 {
        lines.push(format!(
            "of them {} are answered on devices; {} reach the fleet",
            format(edge.share, Unit::Share),
            count(traffic.served)
        ));
    }
    let mut items = Vec::new();
    let pools = case.inputs.plans().filter_map(|(name, _)| Some((name.words(), serving.pool(name)?)));
    for (name, pool) in pools {
        let day = pool.day(traffic, &Moment::START);
        lines.push(format!(
            "{name}: replicas at peak = share {} x mean rate x {:.1} / ({:.2} requests/s x {} load) = {}, of {} GPUs",
            format(pool.plan.share, Unit::Share),
            demand.peak_to_mean,
            pool.planned_rate / pool.planned_load,
            format(pool.planned_load, Unit::Share),
            count(day.replicas_peak),
            count(pool.gpus_per_replica),
        ));
        let Some(cost) = day.cost else { continue };
        for ((kind, hours), (_, cost)) in day.hours.named().into_iter().zip(cost.named()) {
            let words = format!(
                "{name}, {kind}: {} GPU-hours x {}",
                count(hours),
                format(cost.total() / hours, Unit::UsdPerHour)
            );
            items.push((words, cost.total()));
        }
    }
    items.push((
        format!("devices: {} requests x {}", count(traffic.missed * edge.share), usd(edge.usd_per_request)),
        traffic.edge_usd,
    ));
    let title = if let Some(daily) = serving.daily_usd() {
        lines.extend(bill("a day", items));
        format!("Inference, per day: {}", usd(daily))
    } else {
        lines.push(NO_PRICE.to_owned());
        "Inference, per day: no price".to_owned()
    };
    let day = &serving.day;
    if day.idle.sum() > 0.0 {
        lines.push(format!(
            "commitments cover {} of the hours; {} GPU-hours of them are paid and idle, {} a day",
            format(day.coverage(), Unit::Share),
            count(day.idle.sum()),
            usd(day.waste_usd)
        ));
    }
    let people = &case.inputs.people;
    lines.push(format!(
        "people beside it = {} engineers x {} a year = {} a day, whatever the hardware",
        count(people.serving_engineers),
        usd(people.usd_per_year),
        usd(serving.people_usd_per_day)
    ));
    Explanation { title, lines }
}

fn throughput(serving: &ServingOutcome) -> Explanation {
    let replica = &serving.main.replica;
    let deployment = &serving.main.plan.deployment;
    let step = &replica.step;
    let each = if deployment.speculation.is_some() { ", for each token that it yields," } else { "" };
    let mut lines = vec![
        format!(
            "step of {} requests{each} = weights {} + matmuls {} + attention {} + communication {} + overhead {} ~ {}",
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
    let session = &serving.main.plan.session;
    if session.turns > 1.0 {
        lines.push(format!(
            "a prompt is {} asked + (turns {} - 1) / 2 x {} of each earlier turn; {} of it is in the prefix cache",
            count(session.asked_tokens),
            count(session.turns),
            count(session.asked_tokens + session.answer_tokens),
            format(deployment.prefix_hit_rate, Unit::Share)
        ));
    }
    if session.thinking_tokens > 0.0 {
        lines.push(format!(
            "an output is {} tokens of thinking + {} of the answer",
            count(session.thinking_tokens),
            count(session.answer_tokens)
        ));
    }
    let rate = format(serving.output_tokens_per_s_per_gpu, Unit::TokensPerSecond);
    Explanation { title: format!("Output per GPU when busy: {rate}"), lines }
}

fn memory(case: &Case, serving: &ServingOutcome) -> Explanation {
    let memory = &serving.main.replica.memory;
    let bytes = |value| format(value, Unit::Bytes);
    let (stored, published) = (case.weight_precision(), case.served_shape().native_precision);
    let origin = if stored == published {
        "the format in which the model is published".to_owned()
    } else {
        format!("set so; the model is published in {}", published.id().to_uppercase())
    };
    let lines = vec![
        format!(
            "weights {} + KV cache {} + workspace {} = {} of {} usable; at most {} requests fit",
            bytes(memory.weights),
            bytes(memory.kv_cache),
            bytes(memory.working),
            bytes(memory.in_use()),
            bytes(memory.usable),
            count(serving.main.replica.max_batch)
        ),
        format!("weights are in {}: {origin}", stored.id().to_uppercase()),
    ];
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

/// The price of an accelerator on the scenario's basis, and the rows that it was taken from.
fn quoted(case: &Case, gpu: &GpuPreset) -> Vec<String> {
    let basis = case.scenario.prices.basis;
    let Some(quote) = &gpu.offer(basis).on_demand else {
        return vec![format!("  {} price: nobody lists one; {NO_PRICE}", basis.id())];
    };
    let mark = quote.standing.mark().map_or(String::new(), |mark| format!(", {mark}"));
    let from = match quote.providers {
        0 => String::new(),
        1 => ", one provider".to_owned(),
        count => format!(", the median of {count} providers"),
    };
    let mut lines = vec![format!(
        "  {} price on demand: {} ({} to {}){from}{mark}",
        basis.id(),
        format(quote.usd_per_hour, Unit::UsdPerHour),
        format(quote.low, Unit::Usd),
        format(quote.high, Unit::Usd),
    )];
    let rates = case.catalog().rates();
    for price in quote.rows.iter().take(PRICES_SHOWN).filter_map(|row| rates.prices.get(*row)) {
        if let Some(rent) = price.usd_per_gpu_hour {
            let rent = format(rent, Unit::UsdPerHour);
            lines.push(format!("    {} {rent}, {} ({})", price.provider, price.as_of, price.source));
        }
    }
    lines
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
        lines.extend(quoted(case, gpu));
    }
    Explanation { title: "Sources".to_owned(), lines }
}
