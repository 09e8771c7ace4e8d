//! One evaluation: training, pools, day and horizon put together.

use crate::engine::fleet::{Pool, SPOT_PREEMPTION_OVERHEAD};
use crate::engine::inputs::{Inputs, MAX_TIERS, PoolPlan};
use crate::engine::money;
use crate::engine::outcome::{Outcome, ServingOutcome, ServingRefusal, TrainingBreakdown, TrainingOutcome};
use crate::engine::precision::Precision;
use crate::engine::serving::{Degree, Deployment, DoesNotFit, ServingConstants, serve};
use crate::engine::training::{TrainingConstants, train};

/// Cheap time windows: ten night hours of twenty-four. Assumption.
const OFF_PEAK_SHARE_OF_DAY: f64 = 10.0 / 24.0;
/// Beyond this many GPUs a replica that does not fit is not looked for.
const MOST_GPUS: u32 = 1024;

/// The engine's fitted constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants {
    /// Of serving.
    pub serving: ServingConstants,
    /// Of training.
    pub training: TrainingConstants,
}

/// Evaluates a scenario.
pub fn evaluate(inputs: &Inputs, constants: &Constants) -> Outcome {
    let shape = &inputs.training.shape;
    let training = evaluate_training(inputs, constants);
    let serving = evaluate_serving(inputs, constants);
    let course = training.course(&inputs.demand);
    let served = &inputs.main_pool.deployment;
    Outcome {
        total_parameters: shape.total_parameters(),
        active_parameters: shape.active_parameters(),
        kv_cache_bytes_per_token: served.shape.kv_bytes_per_token(served.kv_precision),
        training,
        split: serving.as_ref().ok().map(|serving| course.split(|factor| serving.day_at(factor))),
        serving,
    }
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
    let breakdown = TrainingBreakdown::new(gpu_hours, hour, multiplier, terms.staff_share);
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

/// Every pool's replica, and their day.
fn evaluate_serving(inputs: &Inputs, constants: &Constants) -> Result<ServingOutcome, ServingRefusal> {
    let pool = |plan: &PoolPlan| {
        Pool::new(plan, inputs, &constants.serving)
            .map_err(|reason| refusal(plan, reason, &constants.serving))
    };
    let main = pool(&inputs.main_pool)?;
    let small = inputs.small_pool.as_ref().map(pool).transpose()?;
    let mut tiers = [None; MAX_TIERS];
    for (tier, plan) in tiers.iter_mut().zip(&inputs.tiers) {
        *tier = plan.as_ref().map(pool).transpose()?;
    }
    Ok(ServingOutcome::new(main, small, tiers, inputs))
}

/// What would make a pool fit: more GPUs of its kind, or a narrower weight format.
fn refusal(plan: &PoolPlan, reason: DoesNotFit, constants: &ServingConstants) -> ServingRefusal {
    let gpus = plan.deployment.tensor_parallel.highest();
    let fits = |gpus: u32, weight_precision: Precision| {
        serve(&Deployment { weight_precision, ..plan.deployment.on(gpus) }, constants).is_ok()
    };
    let own = plan.deployment.weight_precision;
    let narrower = [Precision::Fp8, Precision::Int4];
    ServingRefusal {
        reason,
        min_gpus_to_fit: Degree::UpTo(MOST_GPUS).choices().find(|gpus| fits(*gpus, own)),
        precision_to_fit: narrower
            .into_iter()
            .find(|precision| precision.bytes() < own.bytes() && fits(gpus, *precision)),
        gpus,
    }
}
