//! What is exceeded, missed, assumed or does not fit, and what is said of it.

use crate::bench::{Bench, param};
use whatif::analysis::answer::Answer;
use whatif::analysis::case::Case;
use whatif::analysis::explain::{Explanation, explain};
use whatif::analysis::findings::{Finding, NO_SUCH_MODEL, Severity, Topic, alerts, findings, refusals};
use whatif::analysis::growth::growth;
use whatif::analysis::hardware::hardware;
use whatif::analysis::levers::{State, levers};
use whatif::analysis::profile::{Point, profile};
use whatif::engine::fleet::Pool;
use whatif::scenario::value::Value;

/// What is exceeded now.
fn breaches(case: &Case) -> Vec<Finding> {
    let mut alerts = alerts(case, false);
    alerts.retain(|alert| alert.severity == Severity::Breach);
    alerts
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

/// Shapes that contradict themselves, and why.
const IMPOSSIBLE: [(&str, &str); 5] = [
    (
        "kv_lora_rank = 512\nqk_rope_dim = 64\nqk_nope_dim = 128\nv_head_dim = 0",
        "values of its latent attention",
    ),
    ("kv_lora_rank = 512\nqk_rope_dim = 0\nqk_nope_dim = 0", "keys of its latent attention"),
    ("experts = 8\nactive_experts = 9\nexpert_ffn = 1024", "more experts are active"),
    ("experts = 8\nactive_experts = 2\nexpert_ffn = 1024\ndense_layers = 81", "more layers are dense"),
    ("kv_heads = 128", "more key/value heads"),
];

#[test]
fn a_model_that_cannot_be_has_no_figures_but_the_reason() {
    let bench = Bench::new();
    for (shape, why) in IMPOSSIBLE {
        // What is distilled from a model that cannot be cannot be either.
        for served in ["", "distilled_model = \"llama-3.1-8b\"\n"] {
            let case = bench.case(&bench.scenario(&format!("{served}[model]\n{shape}\n")));
            let outcome = &case.outcome;
            assert!(outcome.fault.is_some_and(|fault| fault.contains(why)), "{shape}: {:?}", outcome.fault);
            for answer in Answer::ALL {
                assert_eq!(answer.of(outcome), None, "{answer:?} of {shape}");
            }
            assert_eq!((outcome.training.bill, outcome.course, outcome.split()), (None, None, None));
            let told = breaches(&case);
            assert!(told.len() == 1 && told[0].text.contains(why), "{told:?}");
            assert!(refusals(&case)[0].contains(why));
            assert!(levers(&case).iter().all(|lever| lever.state == State::NotApplicable(NO_SUCH_MODEL)));
            let rows = hardware(&case);
            assert!(rows.iter().all(|row| row.serving.is_err() && row.training.programme_usd.is_none()));
            let plan = &case.inputs.main_pool;
            assert!(Pool::new(plan, f64::INFINITY, &case.inputs, &case.constants().serving).is_none());
        }
    }
    assert_eq!(bench.case(&bench.scenario("")).outcome.fault, None);
}

/// By memory, by its cluster, and by a layout that no run has.
#[test]
fn a_run_that_does_not_fit_costs_nothing_and_leaves_no_split() {
    let bench = Bench::new();
    let runs = ["gpus = 1", "gpus = 8\ntensor_parallel = 16", "global_batch_tokens = 1000"];
    for run in runs {
        let case = bench.case(&bench.scenario(&format!("[training]\n{run}\n")));
        let outcome = &case.outcome;
        assert!(!outcome.training.run.fits && outcome.serving.is_ok(), "{run}");
        assert_eq!((outcome.training.bill, outcome.course, outcome.split()), (None, None, None), "{run}");
        assert_eq!(Answer::InferenceShare.of(outcome), None, "{run}");
        assert!(Answer::DailyCost.of(outcome).is_some(), "{run}");
        let [refused] = &breaches(&case)[..] else { panic!("{run}: {:?}", breaches(&case)) };
        let explained = explain(&case, &[]);
        let told = |explained: &Explanation| explained.lines.iter().any(|line| line.words == refused.text);
        assert!(explained.iter().any(told), "{run}");
    }
}

#[test]
fn a_track_shows_where_there_can_be_no_such_model() {
    let bench = Bench::new();
    let case = bench.case(&bench.scenario("[model]\nkv_lora_rank = 512\nqk_nope_dim = 128"));
    let width = param("model.v_head_dim");
    for answer in [Answer::DailyCost, Answer::TrainingCost] {
        let points = profile(&case, width, answer, 9).expect("it has a track").points;
        assert!(points[0].1 == Point::Nothing && points[0].0 == Value::Number(0.0), "{points:?}");
        assert!(points[1..].iter().all(|(_, point)| *point != Point::Nothing), "{points:?}");
    }
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
fn growth_past_what_can_be_stated_is_a_warning_of_its_month() {
    let bench = Bench::new();
    let found = |growth: &str, months: u32| {
        let text = format!(
            "[workload]\nrequests_per_day = \"10B\"\ngrowth_per_month = \"{growth}\"\nhorizon_months = {months}"
        );
        about(Topic::Growth, alerts(&bench.case(&bench.scenario(&text)), true))
    };
    // 10, 20, 40, 80 and 160 billion a day: the fifth is more than 100.
    assert_eq!(found("100%", 4), []);
    assert_eq!(found("100%", 5)[0].month, Some(5));
    assert_eq!(found("0%", 60), []);
    assert_eq!(found("-5%", 60), []);
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
fn what_is_no_number_is_no_answer_and_fails_every_check() {
    let bench = Bench::new();
    let sound = bench.case(&bench.scenario("[budget]\ntraining_usd = 1e9\n"));
    assert!(breaches(&sound).is_empty());
    for figure in [f64::NAN, f64::INFINITY] {
        let mut broken = sound.clone();
        if let Some(bill) = &mut broken.outcome.training.bill {
            bill.programme_usd = figure;
        }
        assert_eq!(Answer::TrainingCost.of(&broken.outcome), None);
        let breaches = breaches(&broken);
        assert_eq!(breaches[0].topic, Topic::NoNumber, "{breaches:?}");
        assert!(breaches[0].text.starts_with("training cost"), "{}", breaches[0].text);
    }
}

#[test]
fn a_shape_that_no_model_can_have_fails_every_check_and_says_why() {
    let bench = Bench::new();
    for (shape, why) in [
        ("preset = \"deepseek-v3\"\nqk_rope_dim = 0\nqk_nope_dim = 0", "keys of its latent attention"),
        ("preset = \"deepseek-v3\"\nv_head_dim = 0", "values of its latent attention"),
        ("preset = \"mixtral-8x7b\"\nexperts = 4\nactive_experts = 5", "more experts are active"),
        ("experts = 8\nactive_experts = 9", "more experts are active"),
        ("experts = 8\ndense_layers = 81", "more layers are dense"),
        ("heads = 8\nkv_heads = 9", "more key/value heads"),
        ("layers = 8", "must all be stated"),
    ] {
        let mut scenario = bench.scenario(&format!("[model]\n{shape}"));
        if shape == "layers = 8" {
            scenario.model.preset = None;
        }
        let case = bench.case(&scenario);
        let told = about(Topic::NoNumber, breaches(&case));
        assert!(told.len() == 1 && told[0].text.contains(why), "{shape}: {told:?}");
    }
    for shape in ["preset = \"deepseek-v3\"\nqk_nope_dim = 0", "experts = 8", "kv_heads = 1", "experts = 0"] {
        let case = bench.case(&bench.scenario(&format!("[model]\n{shape}")));
        assert_eq!(about(Topic::NoNumber, breaches(&case)), [], "{shape}");
    }
}

#[test]
fn a_layout_larger_than_its_cluster_is_refused_by_its_name() {
    let bench = Bench::new();
    for (layout, takes) in [
        ("tensor_parallel = 8\npipeline_parallel = 8", "its layout takes 64 GPUs; try at least 64 GPUs"),
        (
            "tensor_parallel = 1\npipeline_parallel = 1\ncontext_parallel = 128",
            "its layout takes 128 GPUs; try at least 128 GPUs",
        ),
    ] {
        let case = bench.case(&bench.scenario(&format!("[training]\ngpus = 48\n{layout}")));
        let told = about(Topic::TrainingDoesNotFit, breaches(&case));
        assert!(told.len() == 1 && told[0].text.contains(takes), "{layout}: {told:?}");
        assert_eq!(Answer::TrainingCost.of(&case.outcome), None, "{layout}");
        // Where the cluster is left to follow, it has room for the layout.
        let case = bench.case(&bench.scenario(&format!("[training]\n{layout}")));
        assert!(case.outcome.training.run.fits, "{layout}: {:?}", case.outcome.training.run);
    }
    let experts = "[model]\npreset = \"mixtral-8x7b\"\n[training]\ngpus = 32\nexpert_parallel = 64";
    let told = about(Topic::TrainingDoesNotFit, breaches(&bench.case(&bench.scenario(experts))));
    assert!(told.len() == 1 && told[0].text.contains("its layout takes 64 GPUs"), "{told:?}");
}

#[test]
fn a_run_that_spot_capacity_never_lets_end_fails_the_check() {
    let bench = Bench::new();
    let on_spot =
        |share: f64| bench.case(&bench.scenario(&format!("[training]\ngpus = 20000\nspot_share = {share}")));
    let told = about(Topic::Interrupted, breaches(&on_spot(0.7)));
    assert!(told.len() == 1 && told[0].text.ends_with("take less spot capacity or fewer GPUs"), "{told:?}");
    assert_eq!(about(Topic::Interrupted, breaches(&on_spot(0.01))), []);
}
