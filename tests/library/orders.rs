//! Orders that hold whatever else is stated, the engine's own choices among it: what is more work costs no less, what is easier
//! costs no more. Each test names where its order ends. `WHATIF_STORM` asks for another number of scenarios.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use whatif::analysis::answer::Answer;
use whatif::analysis::case::{Case, World};
use whatif::analysis::profile::response;
use whatif::engine::serving::Batch;
use whatif::scenario::{ParamId, Scenario};

/// The built-in facts and constants, read once.
static WORLD: LazyLock<Arc<World>> = LazyLock::new(|| Arc::new(World::embedded()));

/// What makes one scenario most unlike another.
const OFTEN: [ParamId; 8] = [
    ParamId::ModelPreset,
    ParamId::HardwareGpu,
    ParamId::WorkloadSequenceLength,
    ParamId::WorkloadRequestsPerDay,
    ParamId::ServingBatchSize,
    ParamId::ServingAutoscaling,
    ParamId::ServingOwnedShare,
    ParamId::ServingReservedShare,
];

/// A scenario of some model, hardware and demand, with a few other parameters anywhere on their tracks.
fn scenario() -> impl Strategy<Value = Scenario> {
    let often = proptest::array::uniform8(proptest::option::of(0.0..1.0_f64));
    let others = proptest::collection::vec((0..ParamId::ALL.len(), 0.0..1.0_f64), 0..8);
    (often, others).prop_map(|(often, others)| {
        let often = OFTEN.into_iter().zip(often).filter_map(|(param, fraction)| Some((param, fraction?)));
        let others = others.into_iter().map(|(index, fraction)| (ParamId::ALL[index], fraction));
        let mut scenario = Scenario::defaults(&WORLD.catalog);
        for (param, fraction) in often.chain(others) {
            let is_shape = param.path.starts_with("model.")
                && ![ParamId::ModelPreset, ParamId::ModelSize].contains(&param);
            let value = param.at_fraction(fraction, &WORLD.catalog).filter(|_| !is_shape);
            if let Some(value) = value.filter(|value| param.has_room(*value, &scenario)) {
                param.set(&mut scenario, value);
            }
        }
        scenario
    })
}

/// The same, all of it served by one pool. With several, orders may fail by whole replicas: one without a target of its own is to
/// be no slower than the main pool, which may be another one a step further.
fn one_pool() -> impl Strategy<Value = Scenario> {
    scenario().prop_map(|mut scenario| {
        scenario.tier = Scenario::defaults(&WORLD.catalog).tier;
        scenario.routing.small_model = None;
        scenario
    })
}

/// The same, and what follows demand is paid for in one way: where a share of its peak is committed or on spot capacity, in whole
/// replicas, more demand may move some to what is cheaper by the hour, or less of it may stand idle at night.
fn paid_in_one_way() -> impl Strategy<Value = Scenario> {
    one_pool().prop_map(|mut scenario| {
        let serving = &mut scenario.serving;
        if serving.autoscaling {
            (serving.owned_share, serving.reserved_share, serving.spot_share) = (0.0, 0.0, 0.0);
        }
        scenario
    })
}

/// The same with a change.
fn with(scenario: &Scenario, change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut changed = *scenario;
    change(&mut changed);
    changed
}

fn figure(scenario: &Scenario, answer: Answer) -> Option<f64> {
    answer.of(&WORLD.evaluate(scenario))
}

/// What a day costs where users get what they are promised.
fn kept_usd(scenario: &Scenario) -> Option<f64> {
    let outcome = WORLD.evaluate(scenario);
    let kept = outcome.serving.as_ref().is_ok_and(|serving| serving.pools().all(|pool| pool.keeps_promise));
    Answer::DailyCost.of(&outcome).filter(|_| kept)
}

/// Scenarios of a test: as many as are asked for, else a few.
fn cases() -> u32 {
    std::env::var("WHATIF_STORM").ok().and_then(|count| count.parse().ok()).unwrap_or(2000)
}

/// The first is no more than the second, but for rounding, where there are both.
fn in_order(less: Option<f64>, more: Option<f64>) -> Result<(), TestCaseError> {
    match (less, more) {
        (Some(less), Some(more)) if less > more * 1.000_001 => {
            Err(TestCaseError::fail(format!("{less} is more than {more}")))
        }
        _ => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// Within a server: what spans several is looked at only where none within holds the model.
    #[test]
    fn the_automatic_degree_is_the_cheapest_that_meets_the_target(scenario in one_pool(), power in 0_u32..4) {
        let degree = f64::from(1 << power);
        let gpu = scenario.serving.gpu.unwrap_or(scenario.hardware.gpu);
        if degree <= f64::from(WORLD.catalog.gpu(gpu).gpu.scale_up_domain) {
            let at = |degree: Option<f64>| kept_usd(&with(&scenario, |scenario| scenario.serving.tensor_parallel = degree));
            if let Some(fixed) = at(Some(degree)) {
                let chosen = at(None);
                prop_assert!(chosen.is_some(), "{degree} GPUs keep the promise, and so must what is chosen");
                in_order(chosen, Some(fixed))?;
            }
        }
    }

    #[test]
    fn a_lower_price_never_raises_the_day(scenario in one_pool(), price in 0.1..10.0_f64, by in 1.0..3.0_f64) {
        let at = |price: f64| {
            let scenario = with(&scenario, |scenario| scenario.serving.price_per_gpu_hour = Some(price));
            figure(&scenario, Answer::DailyCost)
        };
        in_order(at(price), at(price * by))?;
    }

    /// Where what is promised is kept: what cannot be is planned at the least load, and a layout that comes nearer to it may be
    /// dearer.
    #[test]
    fn more_hits_fewer_requests_and_a_looser_target_never_raise_the_day(
        scenario in paid_in_one_way(), hits in 0.0..0.99_f64, more in 0.0..1.0_f64, power in 0.0..9.0_f64,
        target in 1.5..5.0_f64, times in 1.0..4.0_f64,
    ) {
        let at = |hits: f64| kept_usd(&with(&scenario, |scenario| scenario.workload.cache_hit_rate = hits));
        in_order(at(hits + (0.99 - hits) * more), at(hits))?;
        let requests = 10_f64.powf(power);
        let at = |requests: f64| kept_usd(&with(&scenario, |scenario| scenario.workload.requests_per_day = requests.round()));
        in_order(at(requests), at(requests * times))?;
        let target = 10_f64.powf(target);
        let at = |target: f64| kept_usd(&with(&scenario, |scenario| scenario.workload.latency_target_ms = Some(target)));
        in_order(at(target * times), at(target))?;
    }

    /// In one layout: another may hold more, more slowly, and a promise may call for it.
    #[test]
    fn a_larger_batch_never_lowers_throughput_until_memory_ends(
        scenario in one_pool(), degree in 0_u32..4, power in 0.0..2.5_f64, times in 1.0..4.0_f64,
    ) {
        let at = |batch: f64| {
            let scenario = with(&scenario, |scenario| {
                scenario.serving.tensor_parallel = Some(f64::from(1 << degree));
                scenario.serving.attention_data_parallel = Some(false);
                scenario.serving.batch_size = Batch::Requests(batch.round());
            });
            figure(&scenario, Answer::ThroughputPerGpu)
        };
        in_order(at(10_f64.powf(power)), at(10_f64.powf(power) * times))?;
    }

    /// On so many GPUs, each of which has a sequence of its own: where the cluster is left to follow, more tokens get a larger
    /// one, and where GPUs share a sequence, the larger batch of more tokens lets fewer of them wait.
    #[test]
    fn more_tokens_never_take_fewer_days_or_dollars(
        scenario in scenario(), power in 9.0..14.0_f64, times in 1.0..4.0_f64, servers in 0.0..3.0_f64,
    ) {
        let gpus = 8.0 * 10_f64.powf(servers).round();
        let at = |tokens: f64| {
            let scenario = with(&scenario, |scenario| {
                scenario.training.gpus = Some(gpus);
                scenario.training.tokens = Some(tokens);
            });
            WORLD.evaluate(&scenario)
        };
        let tokens = 10_f64.powf(power);
        let [fewer, more] = [at(tokens), at(tokens * times)];
        let sequence = WORLD.inputs(&scenario).training.sequence_length;
        if fewer.training.run.global_batch_tokens >= gpus * sequence {
            for answer in [Answer::TrainingDays, Answer::TrainingCost] {
                in_order(answer.of(&fewer).map(|less| less * TOKENS), answer.of(&more))?;
            }
        }
    }

    /// As long as the batch grows with them and degrees are left to the engine: GPUs without a sequence of their own only fail
    /// more often, a stated degree may come to need more of them, and spot capacity stops the whole run with each server.
    #[test]
    fn twice_the_gpus_never_take_longer(scenario in scenario(), power in 0_i32..10) {
        let at = |gpus: f64| {
            let scenario = with(&scenario, |scenario| {
                let training = &mut scenario.training;
                training.gpus = Some(gpus);
                training.spot_share = 0.0;
                (training.global_batch_tokens, training.sequence_length) = (None, None);
                (training.tensor_parallel, training.pipeline_parallel) = (None, None);
                (training.expert_parallel, training.context_parallel) = (None, None);
            });
            figure(&scenario, Answer::TrainingDays)
        };
        let gpus = 8.0 * 2_f64.powi(power);
        in_order(at(gpus * 2.0), at(gpus))?;
    }
}

/// The cheapest layout for a larger batch may be dearer by the weights that it gathers: what is left of the order.
const TOKENS: f64 = 0.98;

/// 40% of one replica round to none that is owned, 40% of two to one: with what is owned the day costs less from there on.
#[test]
fn a_response_marks_where_whole_replicas_stand_against_an_order() {
    let response_where = |owned_share: f64| {
        let mut scenario = Scenario::defaults(&WORLD.catalog);
        scenario.hardware.gpu =
            WORLD.catalog.gpu_ids().find(|id| WORLD.catalog.gpu(*id).id == "h200-sxm").expect("a GPU");
        scenario.model.preset =
            WORLD.catalog.model_ids().find(|id| WORLD.catalog.model(*id).id == "deepseek-v3");
        (scenario.serving.autoscaling, scenario.serving.owned_share) = (true, owned_share);
        let requests = ParamId::WorkloadRequestsPerDay;
        response(&Case::new(&WORLD, scenario), requests, Answer::DailyCost)
            .out_of_order(requests, Answer::DailyCost)
    };
    assert_eq!(response_where(0.0), None);
    let (_, [one, two]) = response_where(0.4).expect("a place");
    assert!(two < 0.9 * one, "{two} after {one}");
}
