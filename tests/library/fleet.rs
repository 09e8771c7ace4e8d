//! How many replicas a fleet has: whole ones, no more than needed, and for a promise as many as keep it.

use std::sync::LazyLock;

use proptest::prelude::*;
use whatif::analysis::answer::Answer;
use whatif::engine::serving::Replica;
use whatif::scenario::Scenario;

use crate::bench::Bench;

/// The built-in facts and constants, read once.
static BENCH: LazyLock<Bench> = LazyLock::new(Bench::new);

/// GPUs at the peak, those of one replica, the replicas that read prompts, and a replica, of a scenario.
fn fleet(text: &str) -> (f64, f64, f64, Replica) {
    let serving = BENCH.case(&BENCH.scenario(text)).outcome.serving.expect("fits");
    (serving.day.gpus_peak, serving.main.gpus_per_replica, serving.main.readers, serving.main.replica)
}

#[test]
fn prompts_are_read_by_whole_replicas_of_their_own() {
    let text = |requests: f64, more: &str| {
        format!(
            "[model]\npreset = \"llama-3.1-70b\"\n[hardware]\ngpu = \"h100-sxm\"\n[workload]\nrequests_per_day = {requests}\n\
             latency_target_ms = \"auto\"\ncache_hit_rate = 0\npeak_to_mean = 1\noutput_share = 0.02\n[serving]\ntensor_parallel = 4\n\
             target_utilization = 0.5\ndisaggregated = true\n{more}"
        )
    };
    // However few requests come, one replica decodes and one reads.
    assert_eq!(fleet(&text(1000.0, "")).0, 8.0);
    let (gpus, each, readers, replica) = fleet(&text(8.64e6, ""));
    assert_eq!(each, 4.0);
    // 100 requests a second, each planned for half of what it can: both kinds are rounded up on their own.
    let decoders = (100.0 / (0.5 * replica.requests_per_s)).ceil();
    let reads_per_s = replica.requests_per_s / (replica.gpus / 4.0 - 1.0);
    assert_eq!(readers, (100.0 / (0.5 * reads_per_s)).ceil());
    assert_eq!(gpus, 4.0 * (decoders + readers));
    assert!(readers > 3.0 * decoders, "prompts of 98% are most of the work: {readers} {decoders}");
    // As stated, half of them read: they are the limit, and as many decode.
    let (gpus, _, readers, _) = fleet(&text(8.64e6, "prefill_share = 0.5"));
    assert!((gpus - 8.0 * readers).abs() <= 4.0, "{gpus} {readers}");
}

#[test]
fn the_smallest_fleet_is_chosen_and_not_the_busiest_gpu() {
    // A thousand requests a day keep no replica busy: one of the fewest GPUs that hold the batch is enough.
    let (gpus, each, ..) = fleet(
        "[model]\npreset = \"llama-3.1-8b\"\n[hardware]\ngpu = \"h100-sxm\"\n[workload]\nrequests_per_day = 1000",
    );
    assert_eq!((gpus, each), (1.0, 1.0));
}

/// Models, and the GPUs that serve them.
const SITES: [(&str, &str); 4] = [
    ("llama-3.1-8b", "h100-sxm"),
    ("llama-3.1-70b", "h100-sxm"),
    ("gpt-oss-120b", "h200-sxm"),
    ("deepseek-v3", "h200-sxm"),
];

/// A promise, from easy ones to those that nothing keeps.
fn promise() -> impl Strategy<Value = String> {
    let targets = [("ttft_ms", 60.0), ("tpot_ms", 6.0), ("request_ms", 4000.0), ("none", 1.0)];
    let percentiles = prop::sample::select(vec!["mean", "p50", "p95", "p99"]);
    (prop::sample::select(targets.to_vec()), 0.0..2.0_f64, percentiles).prop_map(
        |((target, least), more, percentile)| {
            let target = if target == "none" {
                String::new()
            } else {
                format!("{target} = {}\n", least * 10_f64.powf(more))
            };
            format!("[workload.target]\n{target}percentile = \"{percentile}\"\n")
        },
    )
}

/// A scenario of some model, demand and promise in a set layout. Where the engine chooses, less work may end in a dearer one: the
/// least load that is tried is a share of what a replica sustains, and a layout that just keeps a promise there may miss it when
/// it could sustain more.
fn promised() -> impl Strategy<Value = Scenario> {
    let layout = prop::sample::select(vec![
        "tensor_parallel = 4\nattention_data_parallel = false\n",
        "tensor_parallel = 8\nattention_data_parallel = false\n",
    ]);
    let batch = prop::sample::select(vec!["", "batch_size = \"max\"\n"]);
    let demand = (3.0..9.0_f64, 256.0..8192.0_f64, 0.05..0.6_f64);
    (prop::sample::select(SITES.to_vec()), demand, promise(), layout, batch).prop_map(
        |((model, gpu), (requests, tokens, output), promise, layout, batch)| {
            BENCH.scenario(&format!(
                "[model]\npreset = \"{model}\"\n[hardware]\ngpu = \"{gpu}\"\n[workload]\nrequests_per_day = {:.0}\n\
                 sequence_length = {tokens:.0}\noutput_share = {output:.3}\n{promise}[serving]\n{layout}{batch}",
                10_f64.powf(requests)
            ))
        },
    )
}

/// USD a day of a scenario where what is promised is kept.
fn kept_usd(scenario: &Scenario) -> Option<f64> {
    let outcome = BENCH.world.evaluate(scenario);
    let kept = outcome.serving.as_ref().is_ok_and(|serving| serving.main.keeps_promise);
    kept.then(|| Answer::DailyCost.of(&outcome).expect("a price"))
}

/// The same before and after a change, where both keep it.
fn both_usd(one: &Scenario, other: &Scenario) -> Option<(f64, f64)> {
    kept_usd(one).zip(kept_usd(other))
}

/// A scenario with a change.
fn with(scenario: &Scenario, change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut changed = *scenario;
    change(&mut changed);
    changed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn less_work_never_costs_more(scenario in promised(), hits in 0.0..0.9_f64, turns in 1.0..8.0_f64, more in 0.0..1.0_f64) {
        let at = |hits: f64| with(&scenario, |scenario| scenario.workload.prefix_cache_hit_rate = Some(hits));
        if let Some((fewer, all)) = both_usd(&at(hits), &at(hits + more * (0.95 - hits))) {
            prop_assert!(all <= fewer * 1.001, "hits {hits} {fewer}, {} {all}", hits + more * (0.95 - hits));
        }
        let at = |turns: f64| with(&scenario, |scenario| scenario.workload.turns = turns.round());
        if let Some((short, long)) = both_usd(&at(turns), &at(turns + 4.0 * more + 1.0)) {
            prop_assert!(short <= long * 1.001, "turns {turns} {short}, {} {long}", turns + 4.0 * more + 1.0);
        }
    }

    #[test]
    fn the_automatic_layout_is_the_cheapest_that_keeps_a_promise(scenario in promised()) {
        let automatic = with(&scenario, |scenario| scenario.serving.tensor_parallel = None);
        if let Some(fixed) = kept_usd(&scenario) {
            let chosen = kept_usd(&automatic);
            prop_assert!(chosen.is_some_and(|chosen| chosen <= fixed * 1.001), "{fixed} {chosen:?}");
        }
    }

    #[test]
    fn a_looser_promise_never_costs_more(scenario in promised(), looser in 1.0..4.0_f64) {
        let loose = with(&scenario, |scenario| {
            let target = &mut scenario.target;
            for most in [&mut target.ttft_ms, &mut target.tpot_ms, &mut target.request_ms] {
                *most = most.map(|most| most * looser);
            }
        });
        if let Some((tight, loose)) = both_usd(&scenario, &loose) {
            prop_assert!(loose <= tight * 1.001, "{tight} {loose}");
        }
    }

    #[test]
    fn a_higher_planned_load_never_costs_more(scenario in promised(), load in 0.3..1.0_f64, more in 0.0..1.0_f64) {
        let at = |load: f64| with(&scenario, |scenario| scenario.serving.target_utilization = load);
        if let Some((idle, busy)) = both_usd(&at(load), &at(load + more * (1.0 - load))) {
            prop_assert!(busy <= idle * 1.001, "{load} {idle}, {} {busy}", load + more * (1.0 - load));
        }
    }
}
