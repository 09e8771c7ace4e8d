//! One evaluation: training, pools, day and horizon put together.

use crate::engine::fleet::{Pool, PoolDay, SPOT_PREEMPTION_OVERHEAD};
use crate::engine::horizon;
use crate::engine::inputs::{Inputs, MAX_TIERS, PoolPlan};
use crate::engine::money;
use crate::engine::outcome::{Outcome, ProgrammeCost, ServingOutcome, ServingRefusal, TrainingOutcome};
use crate::engine::precision::Precision;
use crate::engine::serving::{DoesNotFit, ServingConstants, serve};
use crate::engine::training::{TrainingConstants, train};

/// Cheap time windows: ten night hours of twenty-four. Assumption.
const OFF_PEAK_SHARE_OF_DAY: f64 = 10.0 / 24.0;

/// The engine's fitted constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants {
    /// Of serving.
    pub serving: ServingConstants,
    /// Of training.
    pub training: TrainingConstants,
}

/// Evaluates a scenario.
#[must_use]
pub fn evaluate(inputs: &Inputs, constants: &Constants) -> Outcome {
    let shape = &inputs.training.shape;
    let training = evaluate_training(inputs, constants);
    let serving = evaluate_serving(inputs, constants);
    let split = serving.as_ref().ok().map(|serving| {
        let growth = 1.0 + inputs.demand.growth_per_month;
        let mut factor = 1.0;
        let mut factor_month = 0.0;
        let updates = training.updates_usd_per_year;
        horizon::split(training.programme_usd, updates, inputs.demand.horizon_months, |month| {
            while factor_month < month {
                factor *= growth;
                factor_month += 1.0;
            }
            if factor == 1.0 { serving.daily_usd } else { daily_usd_at(serving, inputs, factor) }
        })
    });
    let served = &inputs.main_pool.deployment;
    Outcome {
        total_parameters: shape.total_parameters(),
        active_parameters: shape.active_parameters(),
        kv_cache_bytes_per_token: served.shape.kv_bytes_per_token(served.kv_precision),
        training,
        serving,
        split,
    }
}

/// The cost of a day at `factor` times the scenario's requests, USD: the same replicas, counted again.
#[must_use]
pub fn daily_usd_at(serving: &ServingOutcome, inputs: &Inputs, factor: f64) -> f64 {
    let demand = &inputs.demand;
    let missed = demand.requests_per_day * factor * (1.0 - demand.cache_hit_rate);
    let served = missed * (1.0 - inputs.edge.share);
    let slowdown = 1.0 / inputs.model_error.throughput;
    let pools: f64 = serving
        .pools()
        .map(|(pool, _)| pool.day(served * pool.plan.share, demand.peak_to_mean, slowdown).cost.total())
        .sum();
    pools + missed * inputs.edge.share * inputs.edge.usd_per_request
}

/// The run, its days and its money.
fn evaluate_training(inputs: &Inputs, constants: &Constants) -> TrainingOutcome {
    let run = train(&inputs.training, &constants.training);
    let terms = &inputs.training_money;
    let repeated = 1.0 + terms.rate.spot_share * SPOT_PREEMPTION_OVERHEAD;
    let gpu_hours = run.gpu_hours * inputs.model_error.training * repeated;
    // Hours that must wait for a cheap window stretch the calendar once they are more than the windows' own share.
    let waiting = (terms.rate.off_peak_share / OFF_PEAK_SHARE_OF_DAY).max(1.0);
    let hour = money::blended_hour(&terms.rate, &inputs.training.gpu, &inputs.facility);
    let multiplier = 1.0 + (terms.experiments - 1.0) * (1.0 - terms.automation);
    let breakdown = ProgrammeCost::new(gpu_hours, hour, multiplier, terms.staff_share);
    let programme_usd = breakdown.total();
    TrainingOutcome {
        run,
        gpu_hours,
        mfu: (run.mfu / inputs.model_error.training).min(1.0),
        days: gpu_hours / run.gpus / 24.0 * waiting,
        final_run_usd: gpu_hours * hour.total(),
        programme_usd,
        breakdown,
        energy_mwh: gpu_hours * inputs.facility.grid_kw(&inputs.training.gpu) / 1000.0,
        updates_usd_per_year: programme_usd * terms.update_cost_share * terms.versions_per_year,
    }
}

/// Every pool's replica and day.
fn evaluate_serving(inputs: &Inputs, constants: &Constants) -> Result<ServingOutcome, ServingRefusal> {
    let demand = &inputs.demand;
    let error = &inputs.model_error;
    let pool = |plan: &PoolPlan| {
        Pool::new(plan, &inputs.facility, demand.peak_to_mean, &constants.serving)
            .map_err(|reason| refusal(plan, reason, &constants.serving))
    };
    let missed = demand.requests_per_day * (1.0 - demand.cache_hit_rate);
    let served = missed * (1.0 - inputs.edge.share);
    let slowdown = 1.0 / error.throughput;
    let day = |pool: &Pool| pool.day(served * pool.plan.share, demand.peak_to_mean, slowdown);

    let main = pool(&inputs.main_pool)?;
    let main_day = day(&main);
    let small = match &inputs.small_pool {
        Some(plan) => {
            let pool = pool(plan)?;
            Some((pool, day(&pool)))
        }
        None => None,
    };
    let mut tiers = [None; MAX_TIERS];
    for (tier, plan) in tiers.iter_mut().zip(&inputs.tiers) {
        if let Some(plan) = plan {
            let pool = pool(plan)?;
            *tier = Some((pool, day(&pool)));
        }
    }

    let mut outcome = ServingOutcome {
        main,
        main_day,
        small,
        tiers,
        edge_usd: missed * inputs.edge.share * inputs.edge.usd_per_request,
        ttft_s: main.replica.ttft_s * error.ttft,
        tpot_s: main.replica.tpot_s * error.tpot,
        request_s: 0.0,
        output_tokens_per_s_per_gpu: main.replica.output_tokens_per_s * error.throughput
            / main.gpus_per_replica,
        day: PoolDay::default(),
        gpus_peak: 0.0,
        gpus_mean: 0.0,
        daily_usd: 0.0,
        usd_per_request: None,
        usd_per_million_tokens: None,
        usd_per_million_output_tokens_busy: 0.0,
    };
    add_up(&mut outcome, inputs);
    Ok(outcome)
}

/// Sums over the pools and derives the unit costs.
fn add_up(outcome: &mut ServingOutcome, inputs: &Inputs) {
    let error = &inputs.model_error;
    let mut total = PoolDay::default();
    let (mut gpus_peak, mut request_s, mut busy) = (0.0, 0.0, 0.0);
    for (pool, day) in outcome.pools() {
        total.replicas_peak += day.replicas_peak;
        total.replicas_mean += day.replicas_mean;
        total.gpu_hours += day.gpu_hours;
        total.cost.hardware += day.cost.hardware;
        total.cost.electricity += day.cost.electricity;
        total.cost.cooling += day.cost.cooling;
        busy += day.utilization * day.gpu_hours;
        gpus_peak += day.replicas_peak * pool.gpus_per_replica;
        let output = pool.plan.deployment.output_tokens;
        let latency =
            pool.replica.ttft_s * error.ttft + (output - 1.0).max(0.0) * pool.replica.tpot_s * error.tpot;
        request_s += pool.plan.share * latency;
    }
    total.utilization = if total.gpu_hours > 0.0 { busy / total.gpu_hours } else { 0.0 };
    outcome.day = total;
    outcome.gpus_peak = gpus_peak;
    outcome.gpus_mean = total.gpu_hours / 24.0;
    outcome.request_s = (request_s - inputs.edge.share * inputs.edge.latency_saved_s).max(0.0);
    outcome.daily_usd = total.cost.total() + outcome.edge_usd;

    let requests = inputs.demand.requests_per_day;
    let served = &outcome.main.plan.deployment;
    let tokens = served.prompt_tokens + served.output_tokens;
    if requests > 0.0 {
        outcome.usd_per_request = Some(outcome.daily_usd / requests);
        outcome.usd_per_million_tokens = Some(outcome.daily_usd / requests / tokens * 1e6);
    }
    let hour = outcome.main.rented.total();
    outcome.usd_per_million_output_tokens_busy = hour / (outcome.output_tokens_per_s_per_gpu * 3600.0) * 1e6;
}

/// What would make a pool fit: more GPUs of its kind, or a narrower weight format.
fn refusal(plan: &PoolPlan, reason: DoesNotFit, constants: &ServingConstants) -> ServingRefusal {
    let deployment = &plan.deployment;
    let fits = |degree: u32, precision: Precision| {
        let mut tried = *deployment;
        tried.tensor_parallel = degree;
        tried.expert_parallel = tried.expert_parallel.min(degree);
        tried.weight_precision = precision;
        serve(&tried, constants).is_ok()
    };
    let own = deployment.weight_precision;
    let mut degree = 1;
    let mut min_gpus_to_fit = None;
    while degree <= 1024 {
        if fits(degree, own) {
            min_gpus_to_fit = Some(degree);
            break;
        }
        degree *= 2;
    }
    let narrower = [Precision::Fp8, Precision::Int4];
    let precision_to_fit = narrower
        .into_iter()
        .find(|precision| precision.bytes() < own.bytes() && fits(deployment.tensor_parallel, *precision));
    ServingRefusal { reason, min_gpus_to_fit, precision_to_fit, gpus: deployment.tensor_parallel }
}
