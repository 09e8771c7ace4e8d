//! One evaluation: training, pools, day and horizon put together.

use crate::engine::fleet::{Pool, is_alike};
use crate::engine::horizon::Course;
use crate::engine::inputs::{Inputs, PoolName, PoolPlan};
use crate::engine::money;
use crate::engine::outcome::{
    Misfit, Outcome, ServingOutcome, ServingRefusal, TrainingBill, TrainingOutcome,
};
use crate::engine::precision::Precision;
use crate::engine::serving::{Degree, Deployment, DoesNotFit, Layout, ServingConstants, serve};
use crate::engine::training::{TrainingConstants, TrainingRun, train};

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

/// An evaluation that another one is near to: what follows from inputs that they share is worked out once.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What was asked.
    pub inputs: &'a Inputs,
    /// What was answered.
    pub outcome: &'a Outcome,
}

/// Evaluates a scenario.
pub fn evaluate(inputs: &Inputs, constants: &Constants) -> Outcome {
    evaluate_near(inputs, constants, None)
}

/// Evaluates a scenario, of which another one that was evaluated with the same constants may share a part: the training run,
/// and what a pool is planned as. It answers the same without that.
pub fn evaluate_near(inputs: &Inputs, constants: &Constants, known: Option<Known>) -> Outcome {
    let shape = &inputs.training.shape;
    let fault = inputs.fault();
    let run = match known {
        Some(known) if known.inputs.training == inputs.training && known.outcome.fault == fault => {
            known.outcome.training.run
        }
        _ => train(&inputs.training, &constants.training),
    };
    let training = evaluate_training(inputs, run, fault);
    let served = &inputs.main_pool.deployment;
    Outcome {
        fault,
        total_parameters: shape.total_parameters(),
        active_parameters: shape.active_parameters(),
        kv_cache_bytes_per_token: served.shape.kv_bytes_per_token(served.kv_precision),
        training,
        serving: match fault {
            Some(fault) => Err(ServingRefusal::NoSuchModel(fault)),
            None => evaluate_serving(inputs, constants, known),
        },
        course: training.bill.map(
            |TrainingBill { programme_usd: first_usd, updates_usd_per_year, .. }| Course {
                first_usd,
                updates_usd_per_year,
                ..Course::of_serving(inputs)
            },
        ),
    }
}

/// The days and the money of a run. Of one that does not fit there is no money.
fn evaluate_training(inputs: &Inputs, run: TrainingRun, fault: Option<&str>) -> TrainingOutcome {
    let run = TrainingRun { fits: run.fits && fault.is_none(), ..run };
    let terms = &inputs.training_money;
    let spot_repeats = inputs.interruptions.repeats(run.gpus * terms.rate.spot_share);
    let gpu_hours = run.gpu_hours * inputs.model_error.training * spot_repeats;
    // Hours that must wait for a cheap window stretch the calendar once they are more than the windows' own share.
    let waiting = (terms.off_peak_share / OFF_PEAK_SHARE_OF_DAY).max(1.0);
    let rented = 1.0 - terms.off_peak_share * terms.off_peak_discount;
    let (gpu, facility) = (&inputs.training.gpu, &inputs.facility);
    let people_usd = inputs.people.training_usd();
    let hours = money::hours(&terms.rate, gpu, facility).filter(|_| run.fits);
    let bill = hours.map(|hours| {
        let hour = money::blended_hour(&terms.rate, &hours, rented);
        TrainingBill::new(gpu_hours, run.gpus, hour, people_usd, terms, facility)
    });
    TrainingOutcome {
        run,
        gpu_hours,
        spot_repeats,
        mfu: (run.mfu / inputs.model_error.training).min(1.0),
        days: gpu_hours / run.gpus / 24.0 * waiting,
        energy_mwh: gpu_hours * facility.grid_kw(gpu) / 1000.0,
        people_usd,
        bill,
    }
}

/// Every pool's replica, and their day.
fn evaluate_serving(
    inputs: &Inputs,
    constants: &Constants,
    known: Option<Known>,
) -> Result<ServingOutcome, ServingRefusal> {
    if let Some(fault) = inputs.plans().find_map(|(_, plan)| plan.deployment.fault()) {
        return Err(ServingRefusal::NoSuchLayout(fault));
    }
    let pool = |name: PoolName, plan: &PoolPlan, slowest_s: f64| {
        let near = known.and_then(|known| Some((known.pool(name)?, known.inputs)));
        match near {
            Some(((other, pool), others)) if is_alike((plan, inputs), (other, others)) => {
                pool.planned_as(plan, inputs, &constants.serving)
            }
            _ => {
                let pool = near.map(|((_, pool), _)| pool);
                Pool::near(pool, plan, slowest_s, inputs, &constants.serving)
            }
        }
        .map_err(|reason| ServingRefusal::DoesNotFit(misfit(name, plan, reason, &constants.serving)))
    };
    let main = pool(PoolName::Main, &inputs.main_pool, f64::INFINITY)?;
    let slowest_s = main.latencies.request_s;
    let others = inputs.others.iter().map(|(name, plan)| {
        // A tier with a target of its own may take as long as that allows.
        let same_target = plan.latency_target_s == inputs.main_pool.latency_target_s;
        let slowest_s = if same_target { slowest_s } else { f64::INFINITY };
        Ok((*name, pool(*name, plan, slowest_s)?))
    });
    let others = others.collect::<Result<_, _>>()?;
    Ok(ServingOutcome::new(main, others, inputs))
}

impl<'a> Known<'a> {
    /// The plan of a pool, and what became of it; `None` where it has none.
    fn pool(&self, name: PoolName) -> Option<(&'a PoolPlan, &'a Pool)> {
        self.inputs.plan(name).zip(self.outcome.serving.as_ref().ok()?.pool(name))
    }
}

/// What would make a pool fit: more GPUs of its kind, or a narrower weight format.
fn misfit(pool: PoolName, plan: &PoolPlan, reason: DoesNotFit, constants: &ServingConstants) -> Misfit {
    let gpus = plan.deployment.layout.tensor_parallel.highest();
    let fits = |gpus: u32, weight_precision: Precision| {
        let deployment = plan.deployment.laid_out(Layout::tensor(gpus));
        serve(&Deployment { weight_precision, ..deployment }, constants).is_ok()
    };
    let own = plan.deployment.weight_precision;
    let narrower = [Precision::Fp8, Precision::Int4];
    Misfit {
        pool,
        reason,
        min_gpus_to_fit: Degree::UpTo(MOST_GPUS).choices().find(|gpus| fits(*gpus, own)),
        precision_to_fit: narrower
            .into_iter()
            .find(|precision| precision.bytes() < own.bytes() && fits(gpus, *precision)),
        gpus,
    }
}
