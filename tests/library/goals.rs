//! Values that reach a goal, and what to say where none does.

use crate::bench::{Bench, any_scenario, param};
use proptest::prelude::*;
use whatif::analysis::answer::Answer;
use whatif::analysis::goal::{GoalResult, solve};
use whatif::analysis::growth::growth;
use whatif::analysis::hardware::firm_gpus;
use whatif::scenario::value::Value;

/// A dip of two thousandths, narrower than the places at which the track is looked at first.
#[test]
fn goal_seek_finds_what_hides_between_two_places() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "[model]\npreset = \"llama-3.1-70b\"\n[hardware]\ngpu = \"h100-sxm\"\n[serving]\nbatch_size = 128\n\
         weight_precision = \"fp8\"\n[workload]\nrequests_per_day = 1000\nsequence_length = 256\n",
    );
    let param = param("workload.sequence_length");
    let number = param.number().expect("a number").at_fraction(0.283_457_118_186_254_24);
    let mut there = scenario;
    param.set(&mut there, Value::Number(number));
    let target = bench.figure(Answer::Ttft, &there);
    let found = solve(&bench.case(&scenario), Answer::Ttft, target, param);
    assert!(matches!(found, GoalResult::Found { reached, .. } if reached <= target * 1.000_001), "{found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn goal_seek_reproduces_its_goal(text in any_scenario(), place in 0.02_f64..0.98) {
        let bench = Bench::new();
        let scenario = bench.scenario(&text);
        for (answer, path) in [
            (Answer::TrainingCost, "training.tokens"),
            (Answer::DailyCost, "workload.cache_hit_rate"),
            (Answer::DailyCost, "workload.requests_per_day"),
            (Answer::DailyCost, "serving.price_per_gpu_hour"),
            (Answer::Ttft, "workload.sequence_length"),
            (Answer::InferenceShare, "workload.horizon_months"),
            (Answer::Tpot, "serving.batch_size"),
        ] {
            let param = param(path);
            let domain = param.number().expect("a number");
            let raw = domain.at_fraction(place);
            let wanted = Value::Number(if domain.whole { raw.round() } else { raw });
            let mut there = scenario;
            param.set(&mut there, wanted);
            let target = answer.of(&bench.world.evaluate(&there));
            prop_assume!(target.is_some());
            let target = target.expect("just assumed");
            match solve(&bench.case(&scenario), answer, target, param) {
                GoalResult::Found { value, reached } => {
                    let mut applied = scenario;
                    param.set(&mut applied, value);
                    prop_assert!(param.check(value).is_ok(), "{path} = {value:?} is allowed");
                    prop_assert_eq!(answer.of(&bench.world.evaluate(&applied)), Some(reached));
                    // An answer that jumps may pass the goal by; it is then not above what was wanted.
                    let exact = (reached - target).abs() <= 2e-6 * target.abs();
                    prop_assert!(
                        exact || reached <= target || answer == Answer::InferenceShare,
                        "{path}: {} of {target} reached {reached}", answer.label()
                    );
                    // The cost of a run jumps where its automatic layout changes.
                    if path == "serving.price_per_gpu_hour" {
                        prop_assert!(exact, "{path}: {target} is reached, not {reached}");
                    }
                }
                GoalResult::NoEffect { answer } => prop_assert!((answer - target).abs() <= 1e-9 * target.abs()),
                other => prop_assert!(false, "{path}: {target} can be reached, but {other:?}"),
            }
        }
    }

    #[test]
    fn growth_adds_up_to_the_split(text in any_scenario(), horizon in 1.0_f64..60.0) {
        let bench = Bench::new();
        let mut scenario = bench.scenario(&text);
        scenario.workload.horizon_months = horizon;
        scenario.training.versions_per_year = 2.0;
        let outcome = bench.world.evaluate(&scenario);
        prop_assume!(outcome.split().is_some());
        let split = outcome.split().expect("just assumed");
        let growth = growth(&bench.case(&scenario)).expect("serving fits");
        let last = growth.months.last().expect("a month at least");
        prop_assert_eq!(last.inference_usd, split.inference_usd);
        prop_assert_eq!(last.training_usd, split.training_usd);
        prop_assert_eq!(last.inference_share(), split.inference_share());
        let serving = outcome.serving.expect("serving fits");
        prop_assert_eq!(Some(growth.months[0].daily_usd), serving.daily_usd());
        prop_assert_eq!(growth.months[0].gpus_peak, serving.day.gpus_peak);
    }
}

#[test]
fn a_goal_out_of_reach_names_what_can_be_reached() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let day = bench.figure(Answer::DailyCost, &scenario);
    let result =
        solve(&bench.case(&scenario), Answer::DailyCost, day * 100.0, param("workload.cache_hit_rate"));
    let GoalResult::OutOfReach { low, low_at, high, high_at } = result else {
        panic!("a cache cannot make serving a hundred times dearer: {result:?}")
    };
    assert!(low < day && day <= high * 1.0001, "{low} to {high} holds {day}");
    // Whole replicas make flat ends: any place of them will do.
    let (low_at, high_at) = (low_at.number().expect("a number"), high_at.number().expect("a number"));
    assert!(low_at > 0.8 && high_at < 0.2, "least at {low_at}, most at {high_at}");
}

#[test]
fn a_goal_by_something_without_effect_says_so() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let result = solve(&bench.case(&scenario), Answer::DailyCost, 1.0, param("training.tokens"));
    assert!(matches!(result, GoalResult::NoEffect { .. }), "{result:?}");
}

#[test]
fn a_goal_by_choice_takes_the_nearest_that_is_good_enough() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let target = bench.figure(Answer::DailyCost, &scenario) * 0.8;
    let gpu = param("hardware.gpu");
    let result = solve(&bench.case(&scenario), Answer::DailyCost, target, gpu);
    let GoalResult::Found { value, reached } = result else { panic!("some GPU is cheaper: {result:?}") };
    assert!(reached <= target);
    // Accelerators whose price is weak are not proposed.
    for other in firm_gpus(&bench.case(&scenario)) {
        let mut changed = scenario;
        gpu.set(&mut changed, Value::Gpu(other));
        if let Some(cost) = Answer::DailyCost.of(&bench.world.evaluate(&changed)) {
            assert!(cost > target || cost <= reached, "{other:?} at {cost} is nearer than {value:?}");
        }
    }
}
