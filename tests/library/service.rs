//! What users see: percentiles, the load they belong to, and promises with what they take and what would keep them.

use crate::bench::{Bench, built_in_scenarios};
use whatif::analysis::answer::Answer;
use whatif::analysis::explain::explain;
use whatif::analysis::findings::{Severity, Topic, alerts};
use whatif::analysis::levers::{Lever, State, apply, keeping_promise, levers};
use whatif::analysis::service::{first_token, keeping, keeps};
use whatif::scenario::Scenario;
use whatif::scenario::value::Value;

/// A fleet in replicas of eight, promised a time to first token that holds at less than the planned load.
const PROMISED: &str = "
    [workload]
    requests_per_day = 30_000_000
    [workload.target]
    ttft_ms = 400
    percentile = \"p99\"
    [serving]
    tensor_parallel = 8
";

impl Bench {
    fn lever_of(&self, text: &str, label: &str) -> Lever {
        let found = levers(&self.case(&self.scenario(text))).into_iter().find(|lever| lever.label == label);
        found.unwrap_or_else(|| panic!("no lever is called {label}"))
    }

    /// The lines that explain a scenario.
    fn explained(&self, text: &str) -> String {
        let sections = explain(&self.case(&self.scenario(text)), &[]);
        sections
            .iter()
            .flat_map(|section| &section.lines)
            .fold(String::new(), |all, line| all + &line.text() + "\n")
    }
}

#[test]
fn percentiles_ascend_and_the_requests_in_flight_are_those_of_the_rate() {
    let bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        let serving =
            bench.case(&bench.scenario(&text)).outcome.serving.expect("every built-in scenario fits");
        let (first, waits) = (first_token(&serving), &serving.main.latencies);
        assert!(
            first.p50 <= first.p95 && first.p95 <= first.p99 && first.mean <= first.p99,
            "{id}: {first:?}"
        );
        assert!(
            waits.tpot_s <= waits.tpot_p95_s && waits.request_s <= waits.request_p95_s,
            "{id}: {waits:?}"
        );
        let little = waits.rate * waits.request_s / waits.in_flight;
        assert!((little - 1.0).abs() < 0.01, "{id}: rate x time is {little} of those in flight");
    }
}

#[test]
fn who_waits_for_a_replica_to_start_is_among_the_slowest() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "[workload]\nrequests_per_day = 20\npeak_to_mean = 1\nlatency_target_ms = \"auto\"\n[serving]\nautoscaling = true\nmin_replicas = 0\ncold_start_s = 60",
    );
    let serving = bench.case(&scenario).outcome.serving.expect("it fits");
    // 20 requests a day and 1,500 s of waiting for the next: e^(-0.347) find nothing running.
    assert!((serving.cold_share - 0.7066).abs() < 0.001, "{}", serving.cold_share);
    let first = first_token(&serving);
    assert!(first.p50 > 60.0 && first.p95 - first.p50 < 1.0, "{first:?}");
    assert!((first.mean - 0.7066 * 60.0 - serving.main.latencies.ttft.mean).abs() < 0.1, "{first:?}");
}

#[test]
fn a_promise_costs_what_the_same_service_without_it_saves() {
    let bench = Bench::new();
    let promised = bench.scenario(PROMISED);
    let keeping = keeping(&bench.case(&promised)).expect("something is promised");
    assert!(keeping.keeps && keeping.holds_load_down(), "{keeping:?}");
    let mut free = promised;
    free.target.ttft_ms = None;
    free.workload.latency_target_ms = None;
    let more = |answer| bench.figure(answer, &promised) - bench.figure(answer, &free);
    assert_eq!(keeping.more_gpus, more(Answer::GpusPeak));
    assert_eq!(keeping.more_replicas * 8.0, keeping.more_gpus);
    assert_eq!(keeping.costs_daily_usd, Some(more(Answer::DailyCost)));
    assert!(keeping.more_replicas >= 1.0);
    let words = format!("{}; {}", keeping.words(), keeping.price());
    assert!(words.starts_with("kept up to ") && words.contains("more replica"), "{words}");
    assert_eq!(whatif::analysis::service::keeping(&bench.case(&free)), None, "nothing is promised");
}

#[test]
fn a_promise_that_no_load_keeps_is_a_breach_with_what_would_keep_it() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "[workload.target]\ntokens_per_s_per_user = 60\n[serving]\ntensor_parallel = 2\n[workload]\nlatency_target_ms = \"auto\"",
    );
    let case = bench.case(&scenario);
    assert!(!keeps(&case.outcome));
    let found = alerts(&case, false).into_iter().find(|finding| finding.topic == Topic::Promise);
    let finding = found.expect("it is not kept");
    assert_eq!(finding.severity, Severity::Breach);
    assert!(finding.text.contains("; the promise is missed at any load; to keep it: "), "{}", finding.text);
    let ways = keeping_promise(&case);
    assert!(ways.iter().any(|lever| lever.label == "Auto-parallel serving"), "{ways:?}");
    for lever in ways {
        let mut applied = scenario;
        apply(&lever, &mut applied);
        assert!(keeps(&bench.world.evaluate(&applied)), "{} does not keep it", lever.label);
        assert!(!alerts(&bench.case(&applied), false).iter().any(|finding| finding.topic == Topic::Promise));
    }
}

#[test]
fn a_tier_answers_for_its_own_target() {
    let bench = Bench::new();
    let scenario = bench.scenario("[[tier]]\nname = \"fast\"\nshare = 0.2\nlatency_target_ms = 20");
    let text = |scenario: &Scenario| {
        let alerts = alerts(&bench.case(scenario), false);
        alerts.iter().map(|finding| finding.text.clone()).collect::<Vec<_>>().join("\n")
    };
    assert!(text(&scenario).starts_with("tier 1: time to first token is "), "{}", text(&scenario));
}

#[test]
fn no_lever_breaks_a_promise_that_is_kept() {
    let bench = Bench::new();
    let scenario = bench.scenario(PROMISED);
    for lever in levers(&bench.case(&scenario)) {
        let mut applied = scenario;
        apply(&lever, &mut applied);
        assert!(keeps(&bench.world.evaluate(&applied)), "{} breaks the promise", lever.label);
    }
}

#[test]
fn what_would_break_the_promise_says_so_instead_of_a_saving() {
    let bench = Bench::new();
    let closed =
        "[workload]\narrivals = \"closed\"\nrequests_per_day = 300_000_000\n[serving]\ntensor_parallel = 8\n";
    assert_eq!(bench.lever_of(closed, "Larger batch").state, State::Off);
    let tpot_ms = bench.figure(Answer::Tpot, &bench.scenario(closed));
    let promised = format!("{closed}[workload.target]\ntpot_ms = {}", tpot_ms * 1.01);
    let lever = bench.lever_of(&promised, "Larger batch");
    assert_eq!(lever.state, State::NotApplicable("it would break the promise"));
}

#[test]
fn guesses_come_from_a_head_a_relative_or_the_prompt_and_are_marked() {
    let bench = Bench::new();
    let sets = |text: &str| {
        let lever = bench.lever_of(text, "Speculative decoding");
        assert_eq!(lever.assumes.is_some(), lever.state == State::Off, "{lever:?}");
        let words = lever.changes.iter().map(|change| change.param.display(change.to, &bench.world.catalog));
        words.collect::<Vec<_>>().join(", ")
    };
    let large = "[workload]\nrequests_per_day = 300_000_000\n";
    assert_eq!(
        sets(&format!("{large}[model]\npreset = \"deepseek-v3\"\n[hardware]\ngpu = \"h200-sxm\"")),
        "mtp"
    );
    assert_eq!(sets(&format!("{large}[model]\npreset = \"llama-3.1-70b\"")), "draft, Llama 3.2 1B");
    assert_eq!(sets(&format!("{large}output_share = 0.05\n[model]\npreset = \"mixtral-8x7b\"")), "ngram");
    let none = bench.lever_of("[model]\npreset = \"mixtral-8x7b\"", "Speculative decoding");
    assert!(matches!(none.state, State::NotApplicable(_)), "{none:?}");
    let on = bench.lever_of("[serving]\nspeculation = \"ngram\"", "Speculative decoding");
    assert_eq!(on.state, State::On);
}

#[test]
fn experts_are_attended_to_apart_where_that_was_forbidden() {
    let bench = Bench::new();
    let text = "[model]\npreset = \"deepseek-v3\"\n[hardware]\ngpu = \"h200-sxm\"\n[serving]\nbatch_size = 512\n\
                [workload]\nrequests_per_day = 300_000_000\n";
    let free = bench.scenario(text);
    let layout = |scenario: &Scenario| {
        bench.world.evaluate(scenario).serving.expect("it fits").main.plan.deployment.layout
    };
    assert!(layout(&free).attention_data_parallel, "the engine takes it by itself");
    let forbidden = text.replace("batch_size", "attention_data_parallel = false\nbatch_size");
    let lever = bench.lever_of(&forbidden, "Data-parallel attention");
    assert!(lever.effect.saves_daily_usd.expect("both fit") > 0.0, "{lever:?}");
    let mut applied = bench.scenario(&forbidden);
    apply(&lever, &mut applied);
    assert!(layout(&applied).attention_data_parallel);
    assert_eq!(bench.lever_of(text, "Data-parallel attention").state, State::On);
    let dense = bench.lever_of("", "Data-parallel attention");
    assert!(matches!(dense.state, State::NotApplicable(_)), "{dense:?}");
}

#[test]
fn more_servers_hold_what_one_does_not() {
    let bench = Bench::new();
    let text = "[model]\npreset = \"llama-3.1-405b\"\n[hardware]\ngpu = \"h100-sxm\"\n[serving]\ntensor_parallel = 8\n\
                weight_precision = \"bf16\"";
    assert!(bench.world.evaluate(&bench.scenario(text)).serving.is_err(), "810 GB do not fit eight of 80 GB");
    let lever = bench.lever_of(text, "Pipeline over servers");
    assert!(lever.effect.makes_it_fit, "{lever:?}");
    assert_eq!(lever.to, Value::Number(2.0));
    let explained = bench.explained(&format!("{text}\npipeline_parallel = 2"));
    assert!(explained.contains("2 stages hand activations on over the network"), "{explained}");
}

#[test]
fn explanations_follow_what_is_stated() {
    let bench = Bench::new();
    let contains = |text: &str, words: &[&str]| {
        let explained = bench.explained(text);
        for words in words {
            assert!(explained.contains(words), "`{words}` is missing from\n{explained}");
        }
    };
    contains("", &["requests come at random", "(Little's law)", "95 of 100 within"]);
    contains(PROMISED, &["the promise is kept up to ", "more replica"]);
    contains("[workload]\narrivals = \"closed\"", &["32 are kept in flight"]);
    contains(
        "[workload]\narrivals = \"burst\"\n[serving]\nconcurrency = 100",
        &["100 (as stated), of which the last"],
    );
    contains("[serving]\nbatching = \"static\"", &["prefills of the whole batch"]);
    contains("[serving]\ndisaggregated = true", &["GPUs beside ", "as many as keep up", "sending the cache"]);
    contains(
        "[serving]\nspeculation = \"draft\"\ndraft_tokens = 4\nacceptance_rate = 0.7",
        // (1 - 0.7^5) / 0.3
        &["tokens a step = (1 - 0.70^5) / (1 - 0.70) = 2.77: 4 are guessed, of which 70% hold"],
    );
    contains("[serving]\nsoftware_date = \"2024-01\"", &["vllm of 2024-01: a step takes 1."]);
}
