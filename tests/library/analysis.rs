//! Questions that take many evaluations: what matters most, sweeps, bills beside figures.

use std::collections::HashSet;

use crate::bench::{Bench, built_in_scenarios, param};
use whatif::analysis::actuals::actuals;
use whatif::analysis::advice::advice;
use whatif::analysis::answer::Answer;
use whatif::analysis::attribution::attribute;
use whatif::analysis::case::Case;
use whatif::analysis::findings::findings;
use whatif::analysis::growth::growth;
use whatif::analysis::sensitivity::sensitivities;
use whatif::analysis::sweep::{Axis, points, sweep};
use whatif::catalog::prices::Basis as PriceBasis;
use whatif::scenario::ParamId;
use whatif::scenario::value::Value;

#[test]
fn everything_answers_for_every_built_in_scenario() {
    let bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        let scenario = bench.scenario(&text);
        for finding in findings(&bench.case(&scenario)) {
            assert!(!finding.text.is_empty(), "{id}");
        }
        assert_eq!(advice(&bench.case(&scenario)).criteria.len(), 12, "{id}");
        assert!(growth(&bench.case(&scenario)).is_some(), "{id} can be served");
    }
}

#[test]
fn sensitivities_are_sorted_and_reproduce_their_ends() {
    let bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        let scenario = bench.scenario(&text);
        for answer in [Answer::DailyCost, Answer::TrainingCost, Answer::InferenceShare, Answer::Ttft] {
            let rows = sensitivities(&bench.case(&scenario), answer);
            assert!(rows.len() >= 3, "{id}: something moves the {}", answer.label());
            assert!(rows.windows(2).all(|pair| pair[0].swing >= pair[1].swing), "{id}");
            for row in &rows {
                let mut changed = scenario;
                row.param.set(&mut changed, row.range.high);
                assert_eq!(
                    answer.of(&bench.world.evaluate(&changed)),
                    row.range.at_high,
                    "{id}: {}",
                    row.param.path
                );
            }
        }
    }
}

#[test]
fn a_price_that_is_not_set_by_hand_swings_between_what_providers_ask() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let case = bench.case(&scenario);
    let row = |case: &Case| {
        let rows = sensitivities(case, Answer::DailyCost);
        rows.into_iter().find(|row| row.param == ParamId::ServingPricePerGpuHour).expect("it moves the cost")
    };
    let quote = case.serving_gpu().offer(PriceBasis::Market).on_demand.as_ref().expect("a price");
    let range = row(&case).range;
    assert_eq!((range.low, range.high), (Value::Number(quote.low), Value::Number(quote.high)));
    let mut stated = scenario;
    stated.serving.price_per_gpu_hour = Some(2.0);
    assert_eq!(row(&bench.case(&stated)).range.low, Value::Number(1.8), "ten percent of what is stated");
}

#[test]
fn a_sweep_meets_its_ends_and_steps_as_its_track_does() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let requests = Axis::between(param("workload.requests_per_day"), 1e3, 1e9, 7).expect("a number");
    let hits = Axis::between(param("workload.cache_hit_rate"), 0.0, 0.6, 3).expect("a number");
    assert!((requests.values[1].number().expect("a number") / 1e4 - 1.0).abs() < 1e-9);
    assert_eq!(hits.values, [0.0, 0.3, 0.6].map(Value::Number));
    let (case, axes) = (bench.case(&scenario), [requests, hits]);
    let all: Vec<_> = sweep(&case, &axes).collect();
    assert_eq!((all.len(), points(&axes)), (21, 21));
    let values: Vec<&[Value]> = all.iter().map(|point| &point.values[..]).collect();
    assert!(values.is_sorted_by_key(|values| values.iter().map(|value| value.number()).collect::<Vec<_>>()));
    let mut last = scenario;
    last.workload.requests_per_day = 1e9;
    last.workload.cache_hit_rate = 0.6;
    let by_sweep = all[20].outcome.as_ref().and_then(|outcome| Answer::DailyCost.of(outcome));
    assert_eq!(by_sweep, Some(bench.figure(Answer::DailyCost, &last)));
}

#[test]
fn a_bill_stands_beside_the_model() {
    let bench = Bench::new();
    let mut scenario = bench.scenario("");
    assert_eq!(actuals(&bench.case(&scenario)), []);
    let month = bench.figure(Answer::MonthlyCost, &scenario);
    scenario.actual.monthly_inference_usd = Some(month / 1.25);
    let found = actuals(&bench.case(&scenario));
    assert_eq!(found.len(), 1);
    assert!((found[0].relative().expect("both exist") - 0.25).abs() < 1e-12);
    assert!((found[0].difference().expect("both exist") - month * 0.2).abs() < 1e-6 * month);
}

#[test]
fn a_step_without_an_answer_still_leaves_shares_that_add_up() {
    let bench = Bench::new();
    let before = bench.scenario(
        "[model]\npreset = \"llama-2-7b\"\n[hardware]\ngpu = \"l4\"\n[serving]\ntensor_parallel = 1",
    );
    let after = bench.scenario(
        "[model]\npreset = \"llama-3.1-70b\"\n[hardware]\ngpu = \"b300-sxm\"\n[serving]\ntensor_parallel = 1",
    );
    let mut between = before;
    between.model = after.model;
    assert!(bench.world.evaluate(&between).serving.is_err(), "70B do not fit an L4");
    let found =
        attribute(&bench.case(&before), &bench.case(&after), Answer::DailyCost).expect("both ends fit");
    assert_eq!(found.shares.len(), 2);
    let sum: f64 = found.shares.iter().map(|share| share.amount).sum();
    assert!((sum - (found.after - found.before)).abs() < 1e-9 * found.after);
}

#[test]
fn every_answer_is_called_by_its_path_and_by_its_last_word() {
    let words: HashSet<&str> =
        Answer::ALL.into_iter().filter_map(|answer| answer.id().split('.').next_back()).collect();
    assert_eq!(words.len(), Answer::ALL.len(), "no two share their last word");
    for answer in Answer::ALL {
        assert_eq!(Answer::from_id(answer.id()), Some(answer));
    }
    assert_eq!(Answer::from_id("daily_usd"), Some(Answer::DailyCost));
}
