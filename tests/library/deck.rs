//! Decks: steps that build on each other, worked out.

use std::sync::{Arc, LazyLock};

use whatif::analysis::answer::Answer;
use whatif::analysis::attribution::attribute;
use whatif::analysis::case::{Case, World};
use whatif::analysis::deck::stage::{Paid, Stage, Target};
use whatif::analysis::deck::words::headline;
use whatif::analysis::deck::{Deck, Start, Step};
use whatif::analysis::findings::{Severity, Topic};
use whatif::scenario::value::Value;
use whatif::scenario::{ParamId, Scenario};

/// The built-in facts and constants, read once.
static WORLD: LazyLock<Arc<World>> = LazyLock::new(|| Arc::new(World::embedded()));

/// A step that sets these and shows the cost of a day, paid for with the first token.
fn step(set: &[(ParamId, f64)]) -> Step {
    Step {
        set: set.iter().map(|(param, number)| (*param, Value::Number(*number))).collect(),
        show: vec![Answer::DailyCost],
        paid_with: vec![Answer::Ttft],
        ..Step::new("a step")
    }
}

/// A deck on the default scenario at $4 a GPU-hour, with a promised first token of a second.
fn deck(steps: Vec<Step>) -> Deck {
    let mut scenario = Scenario::defaults(&WORLD.catalog);
    scenario.serving.price_per_gpu_hour = Some(4.0);
    scenario.workload.latency_target_ms = Some(1000.0);
    let start = Start {
        named: Some("default".to_owned()),
        id: Some("default".to_owned()),
        name: "Default".to_owned(),
        sources: Vec::new(),
        scenario,
    };
    Deck { steps, ..Deck::of(start) }
}

#[test]
fn a_step_tells_what_it_changes_against_the_one_before_by_hand() {
    let deck = deck(vec![step(&[]), step(&[(ParamId::ServingPricePerGpuHour, 3.0)])]);
    let [before, now] = deck.stages(&WORLD).try_into().expect("two steps");
    let first = &before.shown[0];
    assert!(before.changes.is_empty() && first.before.is_none());
    assert_eq!(first.change(), None);

    // Nothing but GPU-hours is paid for, all day long: a dollar less an hour, a quarter.
    let gpus = Answer::GpusPeak.of(&now.case.outcome).expect("it is served");
    let daily = &now.shown[0];
    let [was, is] = [daily.before.expect("before").value, daily.now.expect("now").value];
    assert_eq!([was, is], [gpus * 24.0 * 4.0, gpus * 24.0 * 3.0]);
    let yearly = daily.yearly_usd.expect("a year");
    assert!((yearly + gpus * 24.0 * 365.0).abs() < 1e-6, "{yearly}");
    let usd = whatif::text::quantity::format(-yearly, whatif::text::quantity::Unit::Usd);
    assert_eq!(daily.change().as_deref(), Some(format!("25% less, saves {usd} a year").as_str()));

    let causes = attribute(&before.case, &now.case, Answer::DailyCost).expect("causes");
    assert_eq!((causes.shares.len(), causes.shares[0].amount), (1, is - was));
    let range = daily.now.expect("a range");
    assert!(range.low < range.value && range.value < range.high);
    assert_eq!(now.changed(&before.case), ["Serving price $4.00/h to $3.00/h"]);

    let paid = &now.paid[0];
    let ttft = Answer::Ttft.of(&now.case.outcome);
    assert_eq!((paid.before, paid.now), (ttft, ttft));
    assert_eq!(paid.target, Some(Target { most: 1000.0, is_kept: true }));
    assert!(!paid.is_worse());
    let words = paid.words();
    assert!(words.starts_with("time to first token stays at "), "{words}");
    assert_eq!(paid.role(), "also");
    assert!(words.ends_with(", target 1 s: kept"), "{words}");
}

#[test]
fn a_step_that_starts_from_another_scenario_is_compared_with_nothing() {
    let mut other = Scenario::defaults(&WORLD.catalog);
    other.workload.requests_per_day *= 2.0;
    let mut second = step(&[(ParamId::WorkloadCacheHitRate, 0.5)]);
    let mut deck = deck(vec![step(&[]), step(&[])]);
    second.start = Some(Start { id: None, scenario: other, ..deck.start.clone() });
    deck.steps.insert(1, second);
    let stages = deck.stages(&WORLD);
    assert!(stages[1].changes.is_empty() && stages[1].shown[0].before.is_none());
    // What it sets stays set in the steps after it.
    assert_eq!(stages[2].case.scenario, stages[1].case.scenario);
    assert_eq!(stages[2].case.scenario.workload.cache_hit_rate, 0.5);
    assert_eq!(deck.start_of(0), &deck.start);
    assert_eq!(deck.start_of(2).id, None);
}

#[test]
fn what_is_paid_for_is_told_where_it_gets_worse() {
    let mut steps = [8.0, 128.0].map(|batch| step(&[(ParamId::ServingBatchSize, batch)]));
    steps[1].paid_with = vec![Answer::Tpot];
    let deck = deck(steps.into());
    let stages = deck.stages(&WORLD);
    let paid = &stages[1].paid[0];
    assert!(paid.is_worse() && paid.now > paid.before && paid.target.is_none(), "{paid:?}");
    assert_eq!(paid.role(), "at the cost of");
    // What nobody notices is no cost.
    let near = Paid { before: paid.now.map(|now| now / 1.005), ..*paid };
    assert!(!near.is_worse() && near.words().contains("stays at"), "{}", near.words());
    let words = paid.words();
    assert!(words.starts_with("time per output token ") && words.ends_with(" ms"), "{words}");
    let change = stages[1].shown[0].change().expect("a change");
    assert!(change.contains("% less, saves $") && change.ends_with(" a year"), "{change}");
}

#[test]
fn a_step_says_which_model_and_what_it_runs_on() {
    let mut training = step(&[(ParamId::TrainingGpus, 512.0), (ParamId::TrainingTokens, 1e12)]);
    training.show = vec![Answer::TrainingCost, Answer::TrainingDays];
    let mut served = step(&[(ParamId::WorkloadGrowthPerMonth, 0.05), (ParamId::WorkloadRequestsPerDay, 2e6)]);
    served.show = vec![Answer::InferenceShare, Answer::TrainingCost];
    let own = step(&[(ParamId::ModelSize, 30e9)]);
    let deck = deck(vec![step(&[]), training, served, own]);
    let told: Vec<String> = deck.stages(&WORLD).iter().map(Stage::about).collect();
    assert_eq!(
        told,
        [
            "Llama 2 70B on H100 SXM, 1M requests a day",
            "Llama 2 70B, trained on 1T tokens with 512 A100 80GB SXM",
            "Llama 2 70B on H100 SXM, 2M requests a day, growing 5% a month",
            "30B parameters on H100 SXM, 2M requests a day, growing 5% a month",
        ]
    );
}

#[test]
fn a_check_finds_a_step_that_shows_nothing_new_and_one_that_undoes_another() {
    let price = |usd: f64| step(&[(ParamId::ServingPricePerGpuHour, usd)]);
    let mut claimed = step(&[]);
    claimed.claims = vec!["llama-2-70b-ai-index".to_owned()];
    claimed.show = vec![Answer::TrainingCost];
    let deck = deck(vec![price(3.0), step(&[]), price(2.0), price(3.0), claimed]);
    let findings = deck.findings(&deck.stages(&WORLD));
    let says = |step: usize, words: &str| findings[step].iter().any(|finding| finding.text.contains(words));
    assert!(says(1, "shows nothing that step 1 does not show"), "{findings:?}");
    assert!(!says(2, "goes back") && says(3, "goes back to step 2"), "{findings:?}");
    assert!(says(4, "speaks of final run cost, which it does not show"), "{findings:?}");
}

#[test]
fn a_headline_names_what_changed() {
    let before = Case::new(&WORLD, Scenario::defaults(&WORLD.catalog));
    assert_eq!(headline(&before, &before), "Where we are");
    let small = WORLD.catalog.model_id("llama-3.1-8b");
    let one = before.of(before.changed(|scenario| scenario.distilled_model = small));
    assert_eq!(headline(&before, &one), "Distilled none to Llama 3.1 8B");
    let more = before.of(before.changed(|scenario| {
        scenario.workload.cache_hit_rate = 0.4;
        scenario.workload.requests_per_day *= 2.0;
        scenario.workload.peak_to_mean += 1.0;
    }));
    let words = headline(&before, &more);
    assert!(words.starts_with("Cache hits ") && words.ends_with(" and 1 more"), "{words}");
}

#[test]
fn a_check_finds_what_cannot_be_shown_and_what_changes_nothing() {
    let large = [(ParamId::ServingTensorParallel, 1.0), (ParamId::ModelSize, 4e11)];
    let mut idle = step(&[(ParamId::ServingPricePerGpuHour, 4.0)]);
    idle.claims = vec!["gpt-4-leak".to_owned()];
    let deck = deck(vec![step(&[]), idle, step(&large)]);
    let findings = deck.findings(&deck.stages(&WORLD));
    let has = |step: usize, severity, topic| {
        findings[step].iter().any(|finding| finding.severity == severity && finding.topic == topic)
    };
    assert!(findings[0].iter().all(|finding| finding.severity != Severity::Breach), "{findings:?}");
    assert!(has(1, Severity::Warning, Topic::Step) && has(1, Severity::Breach, Topic::Claim), "{findings:?}");
    assert!(has(2, Severity::Breach, Topic::Step), "{findings:?}");
    assert!(has(2, Severity::Breach, Topic::ServingDoesNotFit), "{findings:?}");
}
