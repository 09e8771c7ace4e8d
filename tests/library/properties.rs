//! What must hold whatever is set.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use whatif::analysis::answer::Answer;
use whatif::analysis::case::{Case, World};
use whatif::analysis::growth::crossings;
use whatif::catalog::ModelId;
use whatif::engine::serving::Batch;
use whatif::scenario::step::{Direction, StepSize};
use whatif::scenario::value::{StatedRange, Value};
use whatif::scenario::{ParamId, Scenario};

/// The built-in facts and constants, read once.
static WORLD: LazyLock<Arc<World>> = LazyLock::new(|| Arc::new(World::embedded()));

fn figure(scenario: &Scenario, answer: Answer) -> Option<f64> {
    answer.of(&WORLD.evaluate(scenario))
}

/// A scenario with a few parameters at random places of their tracks, some of the numbers as ranges around them.
fn scenario() -> impl Strategy<Value = Scenario> {
    let setting = (0..ParamId::ALL.len(), 0.0..1.0_f64, proptest::option::of((0.0..1.0_f64, 0.0..1.0_f64)));
    proptest::collection::vec(setting, 0..8).prop_map(|settings| {
        let catalog = &WORLD.catalog;
        let mut scenario = Scenario::defaults(catalog);
        for (index, fraction, reach) in settings {
            let param = ParamId::ALL[index];
            if param.path.starts_with("tier.") || param.path.starts_with("model.") {
                continue;
            }
            let Some(mut value) = param.at_fraction(fraction, catalog) else { continue };
            if let (Value::Number(likely), Some(domain), Some((below, above))) =
                (value, param.number(), reach)
            {
                let end = |fraction: f64| domain.rounded(domain.at_fraction(fraction));
                let low = end(fraction * (1.0 - below)).min(likely);
                let high = end(fraction + (1.0 - fraction) * above).max(likely);
                value = Value::Range(StatedRange { low, likely, high });
            }
            // No file may state shares that add up to more than everything.
            if param.has_room(value, &scenario) {
                param.set(&mut scenario, value);
            }
        }
        scenario
    })
}

/// A scenario with a few parameters anywhere on their tracks, tiers and shapes of models among them.
fn any_at_all() -> impl Strategy<Value = Scenario> {
    let setting = (0..ParamId::ALL.len(), prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64]);
    proptest::collection::vec(setting, 0..12).prop_map(|settings| {
        let mut scenario = Scenario::defaults(&WORLD.catalog);
        for (param, fraction) in settings.into_iter().map(|(index, fraction)| (ParamId::ALL[index], fraction))
        {
            let value = param.at_fraction(fraction, &WORLD.catalog);
            if let Some(value) = value.filter(|value| param.has_room(*value, &scenario)) {
                param.set(&mut scenario, value);
            }
        }
        scenario
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_taken_over_from_another_scenario_changes_no_figure(
        scenario in scenario(), index in 0..ParamId::ALL.len(), fraction in 0.0..1.0_f64,
    ) {
        let case = Case::new(&WORLD, scenario);
        let param = ParamId::ALL[index];
        let value = param.at_fraction(fraction, &WORLD.catalog).filter(|value| param.has_room(*value, &scenario));
        let changed = case.changed(|scenario| value.iter().for_each(|value| param.set(scenario, *value)));
        // As words, in which what is no number equals itself.
        prop_assert_eq!(format!("{:?}", case.evaluate(&changed)), format!("{:?}", WORLD.evaluate(&changed)));
    }

    #[test]
    fn every_answer_is_a_number_or_does_not_exist(scenario in any_at_all()) {
        let outcome = WORLD.evaluate(&scenario);
        for answer in Answer::ALL {
            prop_assert!(!answer.is_broken(&outcome), "{answer:?}");
        }
    }

    #[test]
    fn what_is_written_of_a_value_is_read_again(scenario in scenario(), index in 0..ParamId::ALL.len()) {
        let catalog = &WORLD.catalog;
        let param = ParamId::ALL[index];
        let value = param.stated(&scenario);
        prop_assert_eq!(param.parse(&param.written(value, catalog), &scenario, catalog).ok(), Some(value));
    }

    #[test]
    fn a_step_stays_in_bounds_and_moves_or_stands_at_an_end(
        scenario in scenario(),
        index in 0..ParamId::ALL.len(),
        up in any::<bool>(),
        size in proptest::sample::select(vec![StepSize::Fine, StepSize::Usual, StepSize::Coarse, StepSize::End]),
    ) {
        let catalog = &WORLD.catalog;
        let param = ParamId::ALL[index];
        let direction = if up { Direction::Up } else { Direction::Down };
        let before = param.effective(&scenario, catalog);
        let after = param.stepped(&scenario, catalog, direction, size);
        prop_assert!(param.check(after).is_ok(), "{} steps to {:?}", param.path, after);
        if let (Value::Number(before), Value::Number(after), Some(domain)) = (before, after, param.number()) {
            let end = if up { domain.max } else { domain.min };
            let moved = if up { after > before } else { after < before };
            prop_assert!(moved || before == end, "{} stays at {before}", param.path);
        }
    }

    #[test]
    fn shares_sum_to_one_and_the_days_cross_in_order(scenario in scenario()) {
        let case = Case::new(&WORLD, scenario);
        let Some(split) = case.outcome.split() else { return Ok(()) };
        if let (Some(training), Some(inference)) = (split.training_share(), split.inference_share()) {
            prop_assert!((training + inference - 1.0).abs() < 1e-12);
        }
        let crossings = crossings(&case).expect("it has a price");
        if let Some(reached) = crossings.inference_reaches_80_percent {
            let passed = crossings.inference_passes_training;
            prop_assert!(passed.is_some_and(|passed| passed <= reached), "80% on day {reached}, passed {passed:?}");
        }
    }

    #[test]
    fn a_response_cache_never_raises_the_cost_of_a_day(scenario in scenario(), rate in 0.0..0.9_f64) {
        let at = |rate: f64| {
            let mut scenario = scenario;
            scenario.workload.cache_hit_rate = rate;
            figure(&scenario, Answer::DailyCost)
        };
        if let (Some(less), Some(more)) = (at(rate), at(rate + 0.09)) {
            prop_assert!(more <= less + 1e-9, "{less} rises to {more}");
        }
    }

    #[test]
    fn training_costs_more_with_more_tokens_and_a_higher_price(scenario in scenario(), by in 1.01..3.0_f64) {
        let mut base = scenario;
        base.training.tokens = Some(1e12);
        base.training.price_per_gpu_hour = Some(2.0);
        base.training.gpus = Some(1024.0);
        base.training.mfu = Some(0.4);
        let mut longer = base;
        longer.training.tokens = Some(1e12 * by);
        let mut dearer = base;
        dearer.training.price_per_gpu_hour = Some(2.0 * by);
        let cost = |scenario: &Scenario| figure(scenario, Answer::FinalRunCost);
        if let (Some(base_cost), Some(longer), Some(dearer)) = (cost(&base), cost(&longer), cost(&dearer)) {
            prop_assert!(longer > base_cost && (base.training.owned_share == 1.0 || dearer >= base_cost));
        }
    }

    #[test]
    fn a_bigger_batch_never_lowers_throughput_until_memory_ends(
        model in 0_u16..76,
        degree in proptest::sample::select(vec![1.0, 2.0, 4.0, 8.0]),
        batch in 1.0..512.0_f64,
    ) {
        let mut scenario = Scenario::defaults(&WORLD.catalog);
        scenario.model.preset = Some(ModelId(model));
        scenario.serving.tensor_parallel = Some(degree);
        // One layout: another may hold more, more slowly.
        scenario.serving.attention_data_parallel = Some(false);
        let at = |batch: f64| {
            let mut scenario = scenario;
            scenario.serving.batch_size = Batch::Requests(batch.round());
            figure(&scenario, Answer::ThroughputPerGpu)
        };
        if let (Some(small), Some(large)) = (at(batch), at(batch * 2.0)) {
            prop_assert!(large >= small * 0.999, "model {model} at {degree}: {small} falls to {large}");
        }
    }
}
