//! Goal seek, growth, alerts, advice and the other questions that take many evaluations.

use proptest::prelude::*;
use whatif::analysis::Engine;
use whatif::analysis::advice::{Basis, Profile, Verdict, advice};
use whatif::analysis::alerts::{AlertKind, Severity, alerts, check};
use whatif::analysis::answer::Answer;
use whatif::analysis::goal::{GoalResult, solve};
use whatif::analysis::growth::growth;
use whatif::calibration::Calibration;
use whatif::catalog::Catalog;
use whatif::document::Document;
use whatif::engine::Constants;
use whatif::params::Param;
use whatif::scenario::Scenario;
use whatif::scenario::fields::Value;

/// A catalog with constants to build scenarios on.
struct Bench {
    catalog: Catalog,
    constants: Constants,
}

impl Bench {
    fn new() -> Self {
        Self { catalog: Catalog::embedded(), constants: Calibration::embedded().constants }
    }

    fn engine(&self) -> Engine<'_> {
        Engine { catalog: &self.catalog, constants: &self.constants }
    }

    fn scenario(&mut self, text: &str) -> Scenario {
        Document::parse("test", text, &mut self.catalog).expect("the scenario is well formed").scenario
    }

    fn figure(&self, answer: Answer, scenario: &Scenario) -> f64 {
        answer.of(&self.engine().evaluate(scenario)).expect("the figure exists")
    }
}

fn param(path: &str) -> &'static Param {
    Param::find(path).unwrap_or_else(|| panic!("no parameter is called {path}"))
}

/// Every scenario that is built in, as its path and text.
fn built_in_scenarios() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/scenarios");
    let files = std::fs::read_dir(folder).expect("the folder of scenarios is there");
    files
        .map(|file| {
            let path = file.expect("the folder can be listed").path();
            let text = std::fs::read_to_string(&path).expect("the file can be read");
            (path.display().to_string(), text)
        })
        .collect()
}

/// A scenario somewhere among the sensible ones.
fn any_scenario() -> impl Strategy<Value = String> {
    let model = prop::sample::select(vec!["llama-2-7b", "llama-3.1-70b", "mixtral-8x7b", "deepseek-v3"]);
    let gpu = prop::sample::select(vec!["h100-sxm", "a100-80-sxm", "h200-sxm", "b200-sxm", "mi300x"]);
    (model, gpu, 3.0_f64..9.0, 8.0_f64..14.0, 0.0_f64..0.9, 0_u32..8, 0.0_f64..0.1).prop_map(
        |(model, gpu, requests, tokens, hits, batch, growth)| {
            format!(
                "[model]\npreset = \"{model}\"\n[hardware]\ngpu = \"{gpu}\"\n\
                 [serving]\nbatch_size = {}\nweight_precision = \"fp8\"\n\
                 [workload]\nrequests_per_day = {}\nsequence_length = {}\ncache_hit_rate = {hits}\n\
                 growth_per_month = {growth}\n",
                1 << batch,
                10.0_f64.powf(requests).round(),
                2.0_f64.powf(tokens).round(),
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn goal_seek_reproduces_its_goal(text in any_scenario(), place in 0.02_f64..0.98) {
        let mut bench = Bench::new();
        let scenario = bench.scenario(&text);
        let engine = bench.engine();
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
            let Some(target) = answer.of(&engine.evaluate(&there)) else { continue };
            match solve(&engine, &scenario, answer, target, param) {
                GoalResult::Found { value, reached } => {
                    let mut applied = scenario;
                    param.set(&mut applied, value);
                    prop_assert!(param.check(value).is_ok(), "{path} = {value:?} is allowed");
                    prop_assert_eq!(answer.of(&engine.evaluate(&applied)), Some(reached));
                    // An answer that jumps may pass the goal by; it is then not above what was wanted.
                    let exact = (reached - target).abs() <= 2e-6 * target.abs();
                    prop_assert!(
                        exact || reached <= target || answer == Answer::InferenceShare,
                        "{path}: {} of {target} reached {reached}", answer.label()
                    );
                    if path == "training.tokens" || path == "serving.price_per_gpu_hour" {
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
        let mut bench = Bench::new();
        let mut scenario = bench.scenario(&text);
        scenario.workload.horizon_months = horizon;
        scenario.training.versions_per_year = 2.0;
        let outcome = bench.engine().evaluate(&scenario);
        let Some(split) = outcome.split else { return Ok(()) };
        let growth = growth(&bench.engine(), &scenario).expect("serving fits");
        let last = growth.months.last().expect("a month at least");
        prop_assert_eq!(last.inference_usd, split.inference_usd);
        prop_assert_eq!(last.training_usd, split.training_usd);
        prop_assert_eq!(last.inference_share(), split.inference_share());
        let serving = outcome.serving.expect("serving fits");
        prop_assert_eq!(growth.months[0].daily_usd, serving.daily_usd);
        prop_assert_eq!(growth.months[0].gpus_peak, serving.gpus_peak);
    }
}

#[test]
fn a_goal_out_of_reach_names_what_can_be_reached() {
    let mut bench = Bench::new();
    let scenario = bench.scenario("");
    let day = bench.figure(Answer::DailyCost, &scenario);
    let result =
        solve(&bench.engine(), &scenario, Answer::DailyCost, day * 100.0, param("workload.cache_hit_rate"));
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
    let mut bench = Bench::new();
    let scenario = bench.scenario("");
    let result = solve(&bench.engine(), &scenario, Answer::DailyCost, 1.0, param("training.tokens"));
    assert!(matches!(result, GoalResult::NoEffect { .. }), "{result:?}");
}

#[test]
fn a_goal_by_choice_takes_the_nearest_that_is_good_enough() {
    let mut bench = Bench::new();
    let scenario = bench.scenario("");
    let target = bench.figure(Answer::DailyCost, &scenario) * 0.8;
    let gpu = param("hardware.gpu");
    let result = solve(&bench.engine(), &scenario, Answer::DailyCost, target, gpu);
    let GoalResult::Found { value, reached } = result else { panic!("some GPU is cheaper: {result:?}") };
    assert!(reached <= target);
    for other in bench.catalog.gpu_ids() {
        let mut changed = scenario;
        gpu.set(&mut changed, Value::Gpu(other));
        if let Some(cost) = Answer::DailyCost.of(&bench.engine().evaluate(&changed)) {
            assert!(cost > target || cost <= reached, "{other:?} at {cost} is nearer than {value:?}");
        }
    }
}

#[test]
fn crossed_budgets_and_missed_targets_are_breaches() {
    let mut bench = Bench::new();
    let scenario = bench.scenario(
        "
        [workload]
        latency_target_ms = 10
        [budget]
        training_usd = 1000
        monthly_inference_usd = 10
        ",
    );
    let breaches = check(&bench.engine(), &scenario);
    assert_eq!(breaches.len(), 3, "{breaches:?}");
    assert!(breaches.iter().all(|alert| alert.severity == Severity::Breach && !alert.text().contains('\n')));
    let calm = bench.scenario("");
    assert_eq!(check(&bench.engine(), &calm), []);
}

#[test]
fn growth_names_the_month_that_crosses_a_budget() {
    let mut bench = Bench::new();
    let mut scenario = bench.scenario("[workload]\nrequests_per_day = 100_000_000\ngrowth_per_month = 0.1");
    let month = bench.figure(Answer::MonthlyCost, &scenario);
    // 1.1^8 = 2.14: the ninth month is the first at twice the cost.
    scenario.budget.monthly_inference_usd = Some(month * 2.0);
    let found = alerts(&bench.engine(), &scenario);
    let crossing = found.iter().find_map(|alert| match alert.kind {
        AlertKind::MonthlyBudgetWillBeCrossed { month, .. } => Some(month),
        _ => None,
    });
    assert_eq!(crossing, Some(9), "{found:?}");
    assert_eq!(check(&bench.engine(), &scenario), [], "what is to come fails no check");
    let growth = growth(&bench.engine(), &scenario).expect("serving fits");
    assert_eq!(growth.crosses_monthly_budget, Some(8), "months of the curve count from 0");
}

#[test]
fn a_model_that_does_not_fit_names_the_way_out() {
    let mut bench = Bench::new();
    let scenario = bench.scenario("[model]\npreset = \"llama-3.1-70b\"\n[serving]\ntensor_parallel = 1");
    let found = check(&bench.engine(), &scenario);
    assert!(found[0].text().contains("does not fit") && found[0].text().contains("needs"), "{found:?}");
}

#[test]
fn a_chip_without_fp8_is_named() {
    let mut bench = Bench::new();
    let scenario = bench.scenario("[hardware]\ngpu = \"a100-80-sxm\"\n[serving]\nweight_precision = \"fp8\"");
    let found = alerts(&bench.engine(), &scenario);
    let named =
        found.iter().any(|alert| matches!(alert.kind, AlertKind::NoArithmetic { training: false, .. }));
    assert!(named, "{found:?}");
}

#[test]
fn advice_follows_the_figures_and_the_stated_answers() {
    let mut bench = Bench::new();
    let busy = bench.scenario(
        "
        [workload]
        requests_per_day = 1_000_000_000
        latency_target_ms = 100
        ",
    );
    let busy = advice(&bench.engine(), &busy);
    assert_eq!(busy.profile, Profile::Inference);
    assert_eq!(busy.met(Profile::Inference), 4, "{busy:?}");
    let research = bench.scenario(
        "
        [workload]
        requests_per_day = 10
        [advice]
        research_first = true
        develops_often = true
        ",
    );
    let research = advice(&bench.engine(), &research);
    assert_eq!(research.profile, Profile::Training);
    let stated = research.of(Profile::Training).find(|criterion| criterion.path == "advice.research_first");
    assert_eq!(stated.map(|criterion| criterion.basis), Some(Basis::Stated));
    let unknown = research.of(Profile::Both).filter(|criterion| criterion.verdict == Verdict::Unknown);
    assert_eq!(unknown.count(), 4, "nothing was said of a platform");
}

#[test]
fn everything_answers_for_every_built_in_scenario() {
    let mut bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        let scenario = bench.scenario(&text);
        let engine = bench.engine();
        for alert in alerts(&engine, &scenario) {
            assert!(!alert.text().is_empty(), "{id}");
        }
        assert_eq!(advice(&engine, &scenario).criteria.len(), 12, "{id}");
        assert!(growth(&engine, &scenario).is_some(), "{id} can be served");
    }
}
