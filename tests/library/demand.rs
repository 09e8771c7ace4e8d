//! What users ask and are promised, as the engine gets it.

use proptest::prelude::*;
use whatif::analysis::answer::Answer;
use whatif::analysis::explain::explain;
use whatif::analysis::findings::findings;
use whatif::analysis::levers::{State, apply, levers};
use whatif::engine::inputs::PoolName;
use whatif::engine::promise::{Percentile, Promise};
use whatif::engine::session::Session;
use whatif::scenario::{ParamId, Scenario};

use crate::bench::Bench;

/// A fleet so large that a whole replica more or less hardly shows.
const LARGE_FLEET: &str = "[workload]\nrequests_per_day = 300_000_000\n[serving]\ntensor_parallel = 8";

fn with(scenario: &Scenario, change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut changed = *scenario;
    change(&mut changed);
    changed
}

#[test]
fn a_promise_reaches_every_pool_but_a_tier_with_a_target_of_its_own() {
    let bench = Bench::new();
    assert_eq!(bench.world.inputs(&bench.scenario("")).main_pool.promise, Promise::NONE);
    let scenario = bench.scenario(
        "[workload]\nlatency_target_ms = 800
        [workload.target]
        ttft_ms = 500\ntpot_ms = \"20ms\"\ntokens_per_s_per_user = 40\nrequest_ms = \"30s\"\npercentile = \"p95\"
        [routing]\nsmall_model = \"llama-3.1-8b\"\nshare = 0.2
        [[tier]]\nshare = 0.1
        [[tier]]\nshare = 0.1\nlatency_target_ms = 60000",
    );
    let inputs = bench.world.inputs(&scenario);
    let promise = Promise {
        ttft_s: Some(0.5),
        tpot_s: Some(0.02),
        tokens_per_s_per_user: Some(40.0),
        request_s: Some(30.0),
        percentile: Percentile::P95,
    };
    assert_eq!(inputs.main_pool.promise, promise);
    assert_eq!(inputs.main_pool.latency_target_s, 0.8, "a mean target of its own");
    let [(PoolName::Small, small), (PoolName::Tier(0), same), (PoolName::Tier(1), own)] = &inputs.others[..]
    else {
        panic!("{:?}", inputs.others);
    };
    assert_eq!(small.promise, promise);
    assert_eq!((same.promise, same.latency_target_s), (promise, 0.8));
    assert_eq!((own.promise, own.latency_target_s), (Promise::NONE, 60.0));
}

#[test]
fn a_session_of_four_turns_is_worked_out_by_hand() {
    let (asked, answer) = (1536.0, 512.0);
    let session =
        Session { asked_tokens: asked, answer_tokens: answer, thinking_tokens: 0.0, turns: 4.0, spread: 0.0 };
    let prompts = [1536.0, 3584.0, 5632.0, 7680.0];
    let history: [f64; 4] = prompts.map(|prompt| prompt - asked);
    let mean = prompts.iter().sum::<f64>() / 4.0;
    assert_eq!((session.prompt_tokens(), mean), (4608.0, 4608.0));
    assert_eq!((session.history_tokens(), history.iter().sum::<f64>() / 4.0), (3072.0, 3072.0));
    assert_eq!(session.cached_share(), 3072.0 / 4608.0);
    assert_eq!(session.longest_tokens(), 7680.0 + 512.0);
    let variance = prompts.iter().map(|prompt| (prompt - mean).powi(2)).sum::<f64>() / 4.0;
    assert!((session.fresh_spread(0.0) - variance.sqrt() / mean).abs() < 1e-12);
    assert!(session.fresh_spread(session.cached_share()) < 1e-9, "every turn asks as much");
    // Each turn half as long or half as long again: the mean of the squares grows by a quarter of itself.
    let uneven = Session { spread: 0.5, ..session };
    let squares = prompts.iter().map(|prompt| prompt * prompt * (0.25 + 2.25) / 2.0).sum::<f64>() / 4.0;
    let expected = (squares - mean * mean).sqrt() / mean;
    assert!((uneven.fresh_spread(0.0) - expected).abs() < 1e-12, "{} {expected}", uneven.fresh_spread(0.0));
    assert!((uneven.fresh_spread(uneven.cached_share()) - 0.5).abs() < 1e-9);
}

#[test]
fn an_answer_after_thinking_is_read_again_once() {
    let session = Session {
        asked_tokens: 1536.0,
        answer_tokens: 512.0,
        thinking_tokens: 1024.0,
        turns: 5.0,
        spread: 0.0,
    };
    // The first turn reads its question, each of four others its own and the answer before.
    let read = [1536.0, 2048.0, 2048.0, 2048.0, 2048.0];
    let mean = read.iter().sum::<f64>() / 5.0;
    assert_eq!((session.prompt_tokens(), session.history_tokens()), (5632.0, 4096.0));
    assert!((session.prompt_tokens() * (1.0 - session.cached_share()) - mean).abs() < 1e-9);
    let deviation = |read: &[f64; 5]| {
        let mean = read.iter().sum::<f64>() / 5.0;
        (read.iter().map(|read| (read - mean).powi(2)).sum::<f64>() / 5.0).sqrt() / mean
    };
    assert!((session.fresh_spread(session.cached_share()) - deviation(&read)).abs() < 1e-12);
    // Without a cache every turn reads all that came before.
    let prompts = [1536.0, 3584.0, 5632.0, 7680.0, 9728.0];
    assert!((session.fresh_spread(0.0) - deviation(&prompts)).abs() < 1e-12);
    // A cache of half of what keeps its place: 768, 1,792, 2,816 and 3,840 of it are read again beside question and answer.
    let half = [1536.0, 2816.0, 3840.0, 4864.0, 5888.0];
    assert!((session.fresh_spread(session.cached_share() / 2.0) - deviation(&half)).abs() < 1e-12);
    let answers_alone = Session { thinking_tokens: 0.0, ..session };
    assert_eq!(answers_alone.cached_share(), 4096.0 / 5632.0, "an answer that nothing came before stays");
}

#[test]
fn without_thinking_and_with_one_turn_a_request_is_what_it_was() {
    let bench = Bench::new();
    let plan = bench.world.inputs(&bench.scenario("")).main_pool;
    assert_eq!((plan.deployment.prompt_tokens, plan.deployment.output_tokens), (1536.0, 512.0));
    assert_eq!(plan.deployment.prefix_hit_rate, 0.0);
    assert_eq!(plan.session.fresh_spread(0.0), 0.0);
    let serving = bench.case(&bench.scenario("")).outcome.serving.expect("fits");
    assert_eq!(serving.first_answer_s, serving.ttft_s);
}

#[test]
fn thinking_is_output_that_comes_before_the_answer() {
    let bench = Bench::new();
    let scenario = bench.scenario("[workload]\nthinking_tokens = 1000");
    let case = bench.case(&scenario);
    let request = &case.inputs.main_pool.deployment;
    assert_eq!((request.prompt_tokens, request.output_tokens), (1536.0, 1512.0));
    // The same output, all of it seen.
    let seen = bench
        .case(&bench.scenario("[workload]\nsequence_length = 3048\noutput_share = \"0.49606299212598426\""));
    let serving = case.outcome.serving.as_ref().expect("fits");
    let [thought, all_seen] = [serving, &seen.outcome.serving.expect("fits")]
        .map(|serving| [serving.ttft_s, serving.tpot_s, serving.request_s]);
    for (one, other) in thought.into_iter().zip(all_seen) {
        assert!((one / other - 1.0).abs() < 1e-9, "{thought:?} {all_seen:?}");
    }
    assert_eq!(serving.first_answer_s, serving.ttft_s + 1000.0 * serving.tpot_s);
    assert!(serving.first_answer_s < serving.request_s);
    let mut lines = explain(&case, &[]).into_iter().flat_map(|section| section.lines);
    assert!(lines.any(|line| line.words == "an output is 1,000 tokens of thinking + 512 of the answer"));
}

#[test]
fn half_the_thinking_is_a_lever_where_there_is_any() {
    let bench = Bench::new();
    let lever = |scenario: &Scenario| {
        let all = levers(&bench.case(scenario));
        all.into_iter().find(|lever| lever.param == ParamId::WorkloadThinkingTokens).expect("a lever")
    };
    let scenario = bench.scenario(LARGE_FLEET);
    assert!(matches!(lever(&scenario).state, State::NotApplicable(_)));
    let mut thinks = with(&scenario, |scenario| scenario.workload.thinking_tokens = 2001.0);
    let before = bench.figure(Answer::DailyCost, &thinks);
    let offered = lever(&thinks);
    // 1,001 of 2,513 output tokens are 40% of the decoding; prompts stay as they are, and contexts are a little shorter.
    let saved = offered.effect.saves_daily_usd.expect("a price") / before;
    assert!((0.35..0.42).contains(&saved), "{saved}");
    apply(&offered, &mut thinks);
    assert_eq!(thinks.workload.thinking_tokens, 1000.0);
}

#[test]
fn the_history_of_a_session_is_in_the_prefix_cache_unless_said_otherwise() {
    let bench = Bench::new();
    let rate = |scenario: &Scenario| bench.world.inputs(scenario).main_pool.deployment.prefix_hit_rate;
    let turns = with(&bench.scenario(LARGE_FLEET), |scenario| scenario.workload.turns = 4.0);
    assert_eq!(rate(&turns), 2.0 / 3.0);
    let mut off = with(&turns, |scenario| scenario.workload.prefix_cache_hit_rate = Some(0.0));
    assert_eq!(rate(&off), 0.0);
    let [kept, read_again] = [&turns, &off].map(|scenario| bench.figure(Answer::DailyCost, scenario));
    assert!(read_again > 1.1 * kept, "{read_again} {kept}");
    let all = levers(&bench.case(&off));
    apply(all.iter().find(|lever| lever.label == "Prefix cache").expect("a lever"), &mut off);
    assert_eq!(off, turns, "what the cache does by itself is offered");
}

#[test]
fn the_longest_turn_is_held_against_the_context_window() {
    let bench = Bench::new();
    let alarm = |turns: f64| {
        let scenario = with(&bench.scenario(""), |scenario| scenario.workload.turns = turns);
        let found = findings(&bench.case(&scenario)).into_iter();
        found.map(|finding| finding.problem().to_owned()).find(|text| text.contains("context window"))
    };
    // Two turns of 2,048 tokens fill the 4,096 of Llama 2; the third is one too many.
    assert_eq!(alarm(2.0), None);
    assert_eq!(
        alarm(3.0).as_deref(),
        Some("requests of 6k tokens exceed the 4k context window of Llama 2 70B")
    );
}

#[test]
fn uneven_lengths_hold_more_cache_and_take_longer_to_read() {
    let bench = Bench::new();
    let even = bench.scenario("[workload]\noutput_share = 0.5\n[serving]\ntensor_parallel = 4");
    // Half of the outputs 512 tokens long, half 1,536: of the steps, three of four are of a long one, 1,280 on average.
    let uneven = with(&even, |scenario| scenario.workload.length_spread = 0.5);
    let [even, uneven] = [&even, &uneven].map(|scenario| {
        let serving = bench.case(scenario).outcome.serving.expect("fits");
        (serving.main.replica, serving.main.plan.deployment)
    });
    let held = (1024.0 + 1280.0) / (1024.0 + 1024.0);
    assert!((uneven.0.memory.kv_cache / even.0.memory.kv_cache / held - 1.0).abs() < 1e-9);
    // In decode the context is 1,024 + 1,280 / 2 tokens on average, not 1,024 + 1,024 / 2.
    let read = uneven.0.step.attention_s / even.0.step.attention_s;
    assert!((read / (1664.0 / 1536.0) - 1.0).abs() < 1e-9, "{read}");
    assert!(uneven.0.prefill_s > even.0.prefill_s && uneven.0.max_batch < even.0.max_batch);
    assert_eq!((even.1.prompt_spread, even.1.output_spread), (0.0, 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_thinking_more_turns_and_more_uneven_lengths_cost_more(
        model in prop::sample::select(vec!["llama-3.1-8b", "llama-3.1-70b", "mixtral-8x7b", "gpt-oss-120b"]),
        thinking in 0.0..8192.0, turns in 1.0..12.0, hits in prop::option::of(0.0..0.9), more in 1.05..3.0,
    ) {
        let bench = Bench::new();
        let text = format!("{LARGE_FLEET}\n[model]\npreset = \"{model}\"");
        let scenario = with(&bench.scenario(&text), |scenario| {
            scenario.workload.thinking_tokens = thinking;
            scenario.workload.turns = turns;
            scenario.workload.prefix_cache_hit_rate = hits;
        });
        let cost = |scenario: &Scenario| bench.figure(Answer::DailyCost, scenario);
        let present = cost(&scenario);
        let longer = with(&scenario, |scenario| scenario.workload.thinking_tokens = (thinking + 100.0) * more);
        prop_assert!(cost(&longer) > present);
        let ragged = with(&scenario, |scenario| scenario.workload.length_spread = more);
        prop_assert!(cost(&ragged) >= present);
        let further = with(&scenario, |scenario| scenario.workload.turns = turns * more);
        prop_assert!(cost(&further) >= present);
    }
}
