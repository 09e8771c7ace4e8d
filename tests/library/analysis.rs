//! Goal seek, growth, alerts, advice and the other questions that take many evaluations.

use std::collections::HashSet;

use crate::bench::{Bench, built_in_scenarios};
use proptest::prelude::*;
use whatif::analysis::actuals::actuals;
use whatif::analysis::advice::{Basis, Profile, Verdict, advice};
use whatif::analysis::answer::Answer;
use whatif::analysis::api_costs::{ApiClass, api_costs, usd_per_request, version_cost};
use whatif::analysis::attribution::attribute;
use whatif::analysis::case::Case;
use whatif::analysis::findings::{Finding, Severity, Topic, alerts, findings};
use whatif::analysis::frontier::frontier;
use whatif::analysis::goal::{GoalResult, solve};
use whatif::analysis::growth::growth;
use whatif::analysis::hardware::{HardwareRow, firm_gpus, hardware};
use whatif::analysis::sensitivity::sensitivities;
use whatif::analysis::sweep::{Axis, sweep};
use whatif::catalog::prices::Basis as PriceBasis;
use whatif::catalog::records::{API_PRICES, ApiPrice};
use whatif::scenario::value::Value;
use whatif::scenario::{ParamId, Scenario};

fn param(path: &str) -> ParamId {
    ParamId::from_path(path).unwrap_or_else(|| panic!("no parameter is called {path}"))
}

/// What is exceeded now.
fn breaches(case: &Case) -> Vec<Finding> {
    let mut alerts = alerts(case, false);
    alerts.retain(|alert| alert.severity == Severity::Breach);
    alerts
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

#[test]
fn crossed_budgets_and_missed_targets_are_breaches() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "
        [workload]
        latency_target_ms = 10
        [budget]
        training_usd = 1000
        monthly_inference_usd = 10
        ",
    );
    let exceeded = breaches(&bench.case(&scenario));
    assert_eq!(exceeded.len(), 3, "{exceeded:?}");
    assert!(exceeded.iter().all(|alert| alert.severity == Severity::Breach && !alert.text.contains('\n')));
    let calm = bench.scenario("");
    assert_eq!(breaches(&bench.case(&calm)), []);
}

#[test]
fn growth_names_the_month_that_crosses_a_budget() {
    let bench = Bench::new();
    let mut scenario = bench.scenario("[workload]\nrequests_per_day = 100_000_000\ngrowth_per_month = 0.1");
    let month = bench.figure(Answer::MonthlyCost, &scenario);
    // 1.1^8 = 2.14: the ninth month is the first at twice the cost.
    scenario.budget.monthly_inference_usd = Some(month * 2.0);
    let found = findings(&bench.case(&scenario));
    let crossing = found.iter().find(|finding| finding.topic == Topic::MonthlyBudget).expect("it is crossed");
    assert!(crossing.severity == Severity::Warning && crossing.text.ends_with("in month 9"), "{found:?}");
    assert_eq!(breaches(&bench.case(&scenario)), [], "what is to come fails no check");
    let growth = growth(&bench.case(&scenario)).expect("serving fits");
    assert_eq!(growth.crosses_monthly_budget, Some(8), "months of the curve count from 0");
}

/// The findings of a topic.
fn about(topic: Topic, findings: Vec<Finding>) -> Vec<Finding> {
    findings.into_iter().filter(|finding| finding.topic == topic).collect()
}

#[test]
fn what_is_to_guess_is_told_where_it_does_not_exist_or_is_assumed() {
    let bench = Bench::new();
    let told = |model: &str, serving: &str| {
        let text =
            format!("[model]\npreset = \"{model}\"\n[hardware]\ngpu = \"h200-sxm\"\n[serving]\n{serving}");
        let found = about(Topic::Speculation, findings(&bench.case(&bench.scenario(&text))));
        found.into_iter().map(|finding| (finding.severity, finding.text)).collect::<Vec<_>>()
    };
    let head = told("llama-2-70b", "speculation = \"mtp\"");
    assert!(head[0].0 == Severity::Warning && head[0].1.contains("has no head"), "{head:?}");
    assert_eq!(told("deepseek-v3", "speculation = \"mtp\""), []);
    let further = told("deepseek-v3", "speculation = \"mtp\"\ndraft_tokens = 3");
    assert!(further[0].0 == Severity::Warning && further[0].1.contains("not 3"), "{further:?}");
    let unnamed = told("llama-3.1-70b", "speculation = \"draft\"");
    // A seventieth of 70.55 billion.
    assert!(unnamed[0].0 == Severity::Assumption && unnamed[0].1.contains("one of 1.01B"), "{unnamed:?}");
    assert_eq!(told("llama-3.1-70b", "speculation = \"draft\"\ndraft_model = \"llama-3.1-8b\""), []);
}

#[test]
fn what_will_be_exceeded_by_the_horizon_is_exceeded_where_that_is_asked() {
    let bench = Bench::new();
    let mut scenario = bench.scenario(
        "[workload]\nrequests_per_day = 100_000_000\ngrowth_per_month = 0.1\nhorizon_months = 8\n[training]\n\
         versions_per_year = 2\nupdate_cost_share = 0.3",
    );
    // 1.1^8 = 2.14: twice the cost is crossed in month 9. A version costs 0.3 and there is one each half year, so that
    // training is at 1 + 0.6 x 5 / 12 = 1.25 after five months and at 1.3 after six.
    let training = bench.figure(Answer::TrainingCost, &scenario);
    scenario.budget.monthly_inference_usd = Some(bench.figure(Answer::MonthlyCost, &scenario) * 2.0);
    scenario.budget.training_usd = Some(training * 1.26);
    let severities = |horizon: f64, to_horizon: bool| {
        let mut scenario = scenario;
        scenario.workload.horizon_months = horizon;
        let found = alerts(&bench.case(&scenario), to_horizon);
        [Topic::TrainingBudget, Topic::MonthlyBudget]
            .map(|topic| about(topic, found.clone()).pop().map(|finding| (finding.month, finding.severity)))
    };
    let (breach, warning) = (Severity::Breach, Severity::Warning);
    assert_eq!(severities(8.0, false), [Some((Some(6), warning)), Some((Some(9), warning))]);
    assert_eq!(severities(8.0, true), [Some((Some(6), breach)), Some((Some(9), warning))]);
    assert_eq!(severities(9.0, true), [Some((Some(6), breach)), Some((Some(9), breach))]);
    assert_eq!(
        severities(5.0, true),
        [None, Some((Some(9), warning))],
        "no version is made after the horizon"
    );
}

#[test]
fn a_bill_over_its_budget_is_a_breach_whatever_the_figures_say() {
    let bench = Bench::new();
    let mut scenario = bench.scenario(
        "[budget]\ntraining_usd = 1e12\nmonthly_inference_usd = 1e12\n[actual]\ntraining_usd = 1e12\n\
         monthly_inference_usd = 1e12",
    );
    assert_eq!(breaches(&bench.case(&scenario)), [], "what was billed is just the budget");
    scenario.budget.training_usd = Some(9e11);
    let found = breaches(&bench.case(&scenario));
    assert_eq!(found.iter().map(|finding| finding.topic).collect::<Vec<_>>(), [Topic::TrainingBill]);
    scenario.budget.monthly_inference_usd = Some(9e11);
    // Of a model that cannot be served, a bill can be too high all the same.
    scenario.serving.tensor_parallel = Some(1.0);
    let found = breaches(&bench.case(&scenario));
    assert_eq!(about(Topic::MonthlyBill, found.clone()).len(), 1, "{found:?}");
    assert_eq!(about(Topic::ServingDoesNotFit, found).len(), 1);
}

#[test]
fn a_contract_that_outlasts_the_scenario_is_a_warning() {
    let bench = Bench::new();
    let found = |text: &str| about(Topic::Commitment, alerts(&bench.case(&bench.scenario(text)), true));
    let horizon = "[workload]\nhorizon_months = 24\n";
    let contract = |side: &str, share: f64, months: u32| {
        found(&format!("{horizon}[{side}]\nreserved_share = {share}\ncommitment_months = {months}"))
    };
    for side in ["serving", "training"] {
        assert_eq!(contract(side, 0.5, 24), [], "it ends with the scenario");
        assert_eq!(contract(side, 0.0, 36), [], "nothing is under contract");
        let found = contract(side, 0.1, 36);
        assert!(found.len() == 1 && found[0].severity == Severity::Warning, "{found:?}");
        assert!(found[0].text.contains(side) && found[0].text.contains("36"), "{found:?}");
    }
}

#[test]
fn a_target_that_rests_on_spot_alone_is_a_warning() {
    let bench = Bench::new();
    let found = |text: &str| about(Topic::Spot, alerts(&bench.case(&bench.scenario(text)), false));
    let target = "[workload]\nlatency_target_ms = 5000\n";
    assert_eq!(found(target), []);
    assert_eq!(found("[serving]\nspot_share = 1"), [], "nobody waits");
    assert_eq!(found(&format!("{target}[serving]\nspot_share = 0.9")), [], "a tenth stays");
    assert_eq!(found(&format!("{target}[serving]\nspot_share = 1")).len(), 1);
    let tier = "[serving]\nspot_share = 1\n[[tier]]\nshare = 0.2\nlatency_target_ms = 500";
    assert_eq!(found(tier).len(), 1, "a tier's target counts as well");
}

#[test]
fn a_model_that_does_not_fit_names_the_way_out() {
    let bench = Bench::new();
    let scenario = bench.scenario("[model]\npreset = \"llama-3.1-70b\"\n[serving]\ntensor_parallel = 1");
    let found = breaches(&bench.case(&scenario));
    assert!(found[0].text.contains("does not fit") && found[0].text.contains("needs"), "{found:?}");
}

#[test]
fn a_chip_without_fp8_is_named() {
    let bench = Bench::new();
    let scenario = bench.scenario("[hardware]\ngpu = \"a100-80-sxm\"\n[serving]\nweight_precision = \"fp8\"");
    let found = findings(&bench.case(&scenario));
    let named: Vec<_> = found.iter().filter(|finding| finding.topic == Topic::Arithmetic).collect();
    assert_eq!(named.len(), 1, "{found:?}");
    assert!(named[0].text.contains("A100") && named[0].text.contains("FP8"), "{named:?}");
}

#[test]
fn advice_follows_the_figures_and_the_stated_answers() {
    let bench = Bench::new();
    let busy = bench.scenario(
        "
        [workload]
        requests_per_day = 1_000_000_000
        latency_target_ms = 100
        ",
    );
    let busy = advice(&bench.case(&busy));
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
    let research = advice(&bench.case(&research));
    assert_eq!(research.profile, Profile::Training);
    let stated =
        research.of(Profile::Training).find(|criterion| criterion.param == ParamId::AdviceResearchFirst);
    assert_eq!(stated.map(|criterion| criterion.basis), Some(Basis::Stated));
    let unknown = research.of(Profile::Both).filter(|criterion| criterion.verdict == Verdict::Unknown);
    assert_eq!(unknown.count(), 4, "nothing was said of a platform");
}

#[test]
fn advice_never_leads_away_from_most_of_the_money() {
    let bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        // Answers that speak for training, for inference, and none.
        for stated in [
            "develops_often = true\nresearch_first = true\nquality_moves_business = true",
            "stable_model = true",
            "",
        ] {
            let mut scenario = bench.scenario(&text);
            for line in stated.lines() {
                let (word, _) = line.split_once(' ').expect("a key");
                let param = ParamId::from_path(&format!("advice.{word}")).expect("it is a parameter");
                param.set(&mut scenario, Value::Flag(true));
            }
            let case = bench.case(&scenario);
            let share =
                case.outcome.split().and_then(|split| split.inference_share()).expect("it has a price");
            let advice = advice(&case);
            let rule = &advice.rule;
            assert!(share > 0.2 || advice.profile != Profile::Inference, "{id}: {share} {rule}");
            assert!(share < 0.8 || advice.profile != Profile::Training, "{id}: {share} {rule}");
        }
    }
}

#[test]
fn a_majority_is_more_than_half_of_what_was_answered() {
    let bench = Bench::new();
    let of = |text: &str| {
        let case = bench.case(&bench.scenario(text));
        let share = case.outcome.split().and_then(|split| split.inference_share()).expect("it has a price");
        (share, advice(&case))
    };
    // Four answered: production traffic and 16M / 15 = 1.07M users, but neither five times the cost nor 100 ms. Two of four are
    // no majority, so that spending decides.
    let (share, half) = of("[workload]\nrequests_per_day = 16_000_000\nlatency_target_ms = 1000");
    assert_eq!(half.met(Profile::Inference), 2);
    assert!(
        half.rule.ends_with("but no focus has most of the 4 criteria answered; 8 are open"),
        "{}",
        half.rule
    );
    assert!(!half.is_decided, "what nothing decides is no advice");
    assert_eq!(half.profile == Profile::Inference, share > 0.5, "{share}");
    // 100 ms is the third of four; data at 100 million USD keep inference below five times the cost.
    let dear = |usd: f64| {
        format!(
            "[workload]\nrequests_per_day = 16_000_000\nlatency_target_ms = 100\n[training]\ndata_usd = {usd}"
        )
    };
    let (_, most) = of(&dear(1e8));
    assert_eq!(
        (most.profile, most.rule.as_str(), most.is_decided),
        (Profile::Inference, "3 of the 4 criteria answered speak for it", true)
    );
    // The same three, with nearly all of the money in training.
    let (share, dear) = of(&dear(1e10));
    assert!(share < 0.2, "{share}");
    assert_eq!(dear.met(Profile::Inference), 3);
    assert_eq!(dear.profile, Profile::Training);
    assert!(
        dear.rule.contains("of spending is training, though 3 of the 4 criteria answered"),
        "{}",
        dear.rule
    );
}

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn causes_add_up_to_the_whole_difference(one in any_scenario(), other in any_scenario()) {
        let bench = Bench::new();
        let (before, after) = (bench.scenario(&one), bench.scenario(&other));
        for answer in [Answer::DailyCost, Answer::TrainingCost] {
            let attribution = attribute(&bench.case(&before), &bench.case(&after), answer);
            prop_assume!(attribution.is_some());
            let attribution = attribution.expect("just assumed");
            let sum: f64 = attribution.shares.iter().map(|share| share.amount).sum();
            let whole = bench.figure(answer, &after) - bench.figure(answer, &before);
            let scale = attribution.shares.iter().map(|share| share.amount.abs()).fold(1.0, f64::max);
            prop_assert!((sum - whole).abs() <= scale * 1e-9, "{sum} of {whole}");
        }
    }

    #[test]
    fn no_efficient_point_is_beaten(text in any_scenario()) {
        let bench = Bench::new();
        let scenario = bench.scenario(&text);
        let frontier = frontier(&bench.case(&scenario));
        for point in frontier.efficient() {
            let beaten = frontier.points.iter().any(|other| {
                other.tpot_ms < point.tpot_ms
                    && other.usd_per_million_output_tokens < point.usd_per_million_output_tokens
            });
            prop_assert!(!beaten, "{point:?}");
        }
        let point = frontier.efficient().last().expect("something fits and nothing beats it");
        let mut applied = scenario;
        point.apply(&mut applied);
        let tpot = bench.figure(Answer::Tpot, &applied);
        prop_assert!((tpot / point.tpot_ms - 1.0).abs() < 1e-9, "{tpot} instead of {}", point.tpot_ms);
    }
}

#[test]
fn two_causes_share_what_they_do_together() {
    let bench = Bench::new();
    let before = bench.scenario("[training]\nprice_per_gpu_hour = 1\nexperiments = 2");
    let after = bench.scenario("[training]\nprice_per_gpu_hour = 2\nexperiments = 4");
    let found = attribute(&bench.case(&before), &bench.case(&after), Answer::ComputeCost).expect("both fit");
    // One becomes four: each of two doublings adds 1 alone and 2 after the other, on average 1.5.
    assert!(found.exact && found.shares.len() == 2);
    for share in &found.shares {
        assert!((share.amount / found.before - 1.5).abs() < 1e-9, "{share:?}");
    }
}

#[test]
fn three_causes_have_the_shares_of_the_textbook() {
    let bench = Bench::new();
    let run = "[training]\ngpu = \"h100-sxm\"\ngpus = 1024\n";
    let before = bench.scenario(&format!("{run}price_per_gpu_hour = 1\nexperiments = 1\ngoodput = 0.9"));
    let after = bench.scenario(&format!("{run}price_per_gpu_hour = 2\nexperiments = 3\ngoodput = 0.18"));
    let found = attribute(&bench.case(&before), &bench.case(&after), Answer::ComputeCost).expect("both fit");
    // Compute is price x experiments / goodput: factors of 2, 3 and 0.9 / 0.18 = 5. A factor a beside b
    // and c adds (a - 1) once alone, times b or c in one order of six each, times bc in two.
    let share = |a: f64, b: f64, c: f64| (a - 1.0) * (2.0 + b + c + 2.0 * b * c) / 6.0;
    let of = |path: &str| {
        let share = found.shares.iter().find(|share| share.changes[0].param.path == path);
        share.expect("it was changed").amount / found.before
    };
    for (path, expected) in [
        ("training.price_per_gpu_hour", share(2.0, 3.0, 5.0)),
        ("training.experiments", share(3.0, 2.0, 5.0)),
        ("training.goodput", share(5.0, 2.0, 3.0)),
    ] {
        assert!((of(path) - expected).abs() < 1e-9, "{path}: {} against {expected} by hand", of(path));
    }
}

#[test]
fn many_causes_are_sampled_and_still_add_up() {
    let bench = Bench::new();
    let before = bench.scenario("");
    let after = bench.scenario(
        "
        [serving]
        spot_share = 0.3
        target_utilization = 0.5
        autoscaling = true
        batch_size = 64
        price_per_gpu_hour = 3
        kv_precision = \"fp8\"
        [workload]
        requests_per_day = 5_000_000
        cache_hit_rate = 0.2
        prefix_cache_hit_rate = 0.5
        output_share = 0.4
        sequence_length = 4096
        ",
    );
    let found = attribute(&bench.case(&before), &bench.case(&after), Answer::DailyCost).expect("both fit");
    assert!(!found.exact && found.shares.len() == 11);
    let sum: f64 = found.shares.iter().map(|share| share.amount).sum();
    assert!((sum - (found.after - found.before)).abs() < 1e-6 * found.after.abs());
    let again = attribute(&bench.case(&before), &bench.case(&after), Answer::DailyCost).expect("both fit");
    assert_eq!(found.shares[0].amount, again.shares[0].amount, "the sample is the same every time");
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
fn nothing_proposes_an_accelerator_with_a_weak_price() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let case = bench.case(&scenario);
    let firm: Vec<_> = firm_gpus(&case).collect();
    assert!(firm.len() > 5 && firm.len() < bench.world.catalog.gpus().len());
    let best = frontier(&case).best_of_all;
    assert!(!best.is_empty() && best.iter().all(|point| firm.contains(&point.gpu)));
    for row in sensitivities(&case, Answer::DailyCost) {
        for end in [row.range.low, row.range.high] {
            assert!(!matches!(end, Value::Gpu(gpu) if !firm.contains(&gpu)), "{}", row.param.path);
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
fn every_accelerator_stands_in_the_table_with_its_own_figures() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let rows = hardware(&bench.case(&scenario));
    assert_eq!(rows.len(), bench.world.catalog.gpus().len());
    let own = rows.iter().find(|row| row.serves_now).expect("the scenario serves on one of them");
    let serving = own.serving.as_ref().expect("it fits");
    assert_eq!(serving.daily_usd, Some(bench.figure(Answer::DailyCost, &scenario)));
    let trains = rows.iter().find(|row| row.trains_now).expect("the scenario trains on one of them");
    assert_eq!(trains.training.programme_usd, Some(bench.figure(Answer::TrainingCost, &scenario)));
    // The cheapest first, and of those that meet the target, the ones with a weak price after all others.
    let fast =
        |row: &HardwareRow| row.serving.as_ref().ok().filter(|serving| serving.meets_target)?.daily_usd;
    let fitting: Vec<(bool, f64)> =
        rows.iter().filter_map(|row| Some((!row.is_firm(), fast(row)?))).collect();
    assert!(fitting.len() > rows.len() / 2 && fitting.is_sorted(), "{fitting:?}");
    assert!(fitting.iter().any(|(weak, _)| *weak) && !fitting[0].0);
}

#[test]
fn the_accelerator_in_use_stands_in_the_table_with_the_price_that_its_day_is_computed_with() {
    let bench = Bench::new();
    let scenario = bench.scenario("[serving]\nprice_per_gpu_hour = 2.5");
    let rows = hardware(&bench.case(&scenario));
    let (own, others): (Vec<&HardwareRow>, Vec<&HardwareRow>) = rows.iter().partition(|row| row.serves_now);
    let price = own[0].price.expect("it is stated");
    assert_eq!((price.usd_per_hour, own[0].mark()), (2.5, Some("set by hand")));
    let serving = own[0].serving.as_ref().expect("it fits");
    assert_eq!(serving.usd_per_gpu_hour, Some(price.usd_per_hour));
    assert!(others.iter().all(|row| row.price.is_none_or(|price| !price.is_by_hand)));
    assert!(own[0].is_firm(), "what one pays is known");
}

#[test]
fn an_api_charges_prompt_prefix_and_output_at_their_own_prices() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "
        [workload]
        requests_per_day = 1_000_000
        sequence_length = 2000
        output_share = 0.25
        prefix_cache_hit_rate = 0.4
        cache_hit_rate = 0.2
        ",
    );
    let costs = api_costs(&bench.case(&scenario));
    let plain = |price: &ApiPrice| price.cache_write.is_none() && price.off_peak.is_none();
    let priced = costs.iter().find(|cost| cost.price.cached_input.is_some() && plain(cost.price));
    let priced = priced.expect("one has a cached price");
    let price = priced.price;
    let cached = price.cached_input.expect("it has");
    let prompt = 1500.0 * (0.6 * price.input + 0.4 * cached);
    let by_hand = 800_000.0 * (prompt + 500.0 * price.output) / 1e6;
    assert!((priced.daily_usd / by_hand - 1.0).abs() < 1e-12, "{} against {by_hand}", priced.daily_usd);
}

/// What a request costs at an API of the table, USD.
fn at_api(bench: &Bench, id: &str, scenario: &Scenario) -> f64 {
    let price = API_PRICES.iter().find(|price| price.id == id).unwrap_or_else(|| panic!("no API {id}"));
    usd_per_request(price, scenario.prices.api_service, &bench.world.inputs(scenario))
}

#[test]
fn an_api_has_prices_for_writes_long_prompts_hours_and_services() {
    let bench = Bench::new();
    let request = |more: &str| {
        bench.scenario(&format!("[workload]\nsequence_length = 2000\noutput_share = 0.25\n{more}"))
    };
    let close = |found: f64, expected: f64| {
        assert!((found / expected - 1.0).abs() < 1e-12, "{found}, not {expected}");
    };
    // DeepSeek V4 Pro: 133 of 168 hours at $0.66 and $1.98 a million, the others at $1.32 and $3.96.
    let off_peak = (1500.0 * 0.66 + 500.0 * 1.98) / 1e6;
    close(at_api(&bench, "deepseek/deepseek-v4-pro", &request("")), (133.0 + 2.0 * 35.0) / 168.0 * off_peak);
    // Claude Sonnet 5.5: $2 a million, $0.10 from the cache, $2.50 to write it, $10 out. Of 1,500 tokens 600 are hit.
    let hits = request("prefix_cache_hit_rate = 0.4");
    close(at_api(&bench, "claude-sonnet-5-5", &hits), (600.0 * 0.1 + 900.0 * 2.5 + 500.0 * 10.0) / 1e6);
    close(at_api(&bench, "claude-sonnet-5-5", &request("")), (1500.0 * 2.0 + 500.0 * 10.0) / 1e6);
    // A hundred requests a day come more rarely than every five minutes: an hour's cache, $4.
    let rare = request("prefix_cache_hit_rate = 0.8\nrequests_per_day = 100");
    close(at_api(&bench, "claude-sonnet-5-5", &rare), (1200.0 * 0.1 + 300.0 * 4.0 + 500.0 * 10.0) / 1e6);
    // With few hits, writes cost more than they save: nobody turns the cache on.
    let few = request("prefix_cache_hit_rate = 0.1");
    close(at_api(&bench, "claude-sonnet-5-5", &few), (1500.0 * 2.0 + 500.0 * 10.0) / 1e6);
    // Gemini 2.5 Pro beyond 200k tokens of prompt: all of it at $2.50 and $15 instead of $1.25 and $10.
    let long = bench.scenario("[workload]\nsequence_length = 400_000\noutput_share = 0.01");
    close(at_api(&bench, "gemini/gemini-2.5-pro", &long), (396_000.0 * 2.5 + 4_000.0 * 15.0) / 1e6);
    // GPT-5.2 in batches is half the price, with priority twice; an API without the service is at its standard price.
    let standard = at_api(&bench, "gpt-5.2", &request(""));
    for (service, factor) in [("batch", 0.5), ("priority", 2.0)] {
        let asked = request(&format!("[prices]\napi_service = \"{service}\""));
        close(at_api(&bench, "gpt-5.2", &asked), factor * standard);
        close(at_api(&bench, "gpt-4-turbo", &asked), at_api(&bench, "gpt-4-turbo", &request("")));
        let costs = api_costs(&bench.case(&asked));
        assert!(costs.iter().any(|cost| !cost.has_service) && costs.iter().any(|cost| cost.has_service));
    }
}

#[test]
fn apis_of_the_same_class_come_first() {
    let bench = Bench::new();
    let costs = api_costs(&bench.case(&bench.scenario("[model]\npreset = \"llama-3.1-70b\"")));
    assert!(costs.is_sorted_by_key(|cost| cost.class));
    let class = |name: &str| costs.iter().find(|cost| cost.price.name == name).map(|cost| cost.class);
    assert_eq!(class("Qwen2.5 72B"), Some(ApiClass::SameSize));
    assert_eq!(class("Llama 3.1 8B"), Some(ApiClass::Smaller));
    assert_eq!(class("Llama 3.1 405B"), Some(ApiClass::Larger));
    assert_eq!(class("GPT-5.2"), Some(ApiClass::Unknown));
    assert_eq!(costs[0].class, ApiClass::SameModel);
}

#[test]
fn at_the_break_even_both_cost_the_same_and_beyond_it_hosting_is_cheaper() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let mut found = 0;
    for cost in api_costs(&bench.case(&scenario)) {
        let Some(requests) = cost.break_even_requests.filter(|requests| *requests > 1.0) else { continue };
        found += 1;
        let mut changed = scenario;
        changed.workload.requests_per_day = requests * 1.000_001;
        // The team is that of the load, as the scenario would have it there.
        let people =
            |scenario: &Scenario| bench.world.evaluate(scenario).serving.expect("it fits").people_usd_per_day;
        let hosting = bench.figure(Answer::DailyCost, &changed) + people(&changed);
        let api = changed.workload.requests_per_day
            * (1.0 - changed.workload.cache_hit_rate)
            * cost.usd_per_request;
        assert!(hosting <= api * 1.000_01, "{}: {hosting} against {api}", cost.price.name);
        // Just below it hosting is the dearer, by nothing or by a whole replica.
        changed.workload.requests_per_day = requests * 0.999_999;
        let before = bench.figure(Answer::DailyCost, &changed) + people(&changed);
        assert!(before >= api * 0.999_99, "{}: {before} against {api}", cost.price.name);
    }
    assert!(found > 0, "self-hosting breaks even against some API");
}

#[test]
fn a_version_pays_back_from_what_serving_leaves_of_its_value() {
    let bench = Bench::new();
    let mut scenario = bench.scenario(
        "[training]\nversions_per_year = 4\nupdate_cost_share = 0.5\n[workload]\nhorizon_months = 12",
    );
    let programme = bench.figure(Answer::TrainingCost, &scenario);
    let serving = bench.world.evaluate(&scenario).serving.expect("it fits");
    // A month of 30.4 days, people included.
    let month = (serving.daily_usd().expect("a price") + serving.people_usd_per_day) * 30.4;
    scenario.training.version_value_usd_per_month = Some(month + programme / 6.0);
    let versions = version_cost(&bench.case(&scenario)).expect("the run fits");
    assert!((versions.months_to_pay_back_first.expect("a value is stated") - 6.0).abs() < 1e-9);
    assert!((versions.months_to_pay_back_update.expect("there are updates") - 3.0).abs() < 1e-9);
    // One whole programme and four halves, over five versions.
    assert!((versions.usd_per_version / programme - 0.6).abs() < 1e-12);
    // Twelve months earn 12 months of serving and two programmes; three programmes and those months are spent.
    let earned = 12.0 * month + 2.0 * programme;
    let spent = 12.0 * month + 3.0 * programme;
    assert!((versions.return_on_spending.expect("a price") - (earned / spent - 1.0)).abs() < 1e-9);
    // What serving takes in full pays nothing back.
    scenario.training.version_value_usd_per_month = Some(month * 0.9);
    let versions = version_cost(&bench.case(&scenario)).expect("the run fits");
    assert_eq!((versions.months_to_pay_back_first, versions.months_to_pay_back_update), (None, None));
}

#[test]
fn a_sweep_meets_its_ends_and_steps_as_its_track_does() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let requests = Axis::between(param("workload.requests_per_day"), 1e3, 1e9, 7).expect("a number");
    let hits = Axis::between(param("workload.cache_hit_rate"), 0.0, 0.6, 3).expect("a number");
    assert!((requests.values[1].number().expect("a number") / 1e4 - 1.0).abs() < 1e-9);
    assert_eq!(hits.values, [0.0, 0.3, 0.6].map(Value::Number));
    let points = sweep(&bench.case(&scenario), &[requests, hits]);
    assert_eq!(points.len(), 21);
    let mut last = scenario;
    last.workload.requests_per_day = 1e9;
    last.workload.cache_hit_rate = 0.6;
    let by_sweep = points[20].outcome.as_ref().and_then(|outcome| Answer::DailyCost.of(outcome));
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
