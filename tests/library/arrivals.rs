//! How long users wait when they come when they like, all at once, or as others end; and what a promise of that costs.

use whatif::analysis::answer::Answer;
use whatif::engine::serving::queue::Latencies;
use whatif::engine::serving::{Batch, Deployment, Load, Prefills, ServingEngine, burst};

use crate::bench::Bench;
use crate::house::{House, at_batch};

/// All that users wait for.
fn waits(latencies: &Latencies) -> [f64; 8] {
    let ttft = &latencies.ttft;
    [
        ttft.mean,
        ttft.p50,
        ttft.p95,
        ttft.p99,
        latencies.tpot_s,
        latencies.tpot_p95_s,
        latencies.request_s,
        latencies.request_p95_s,
    ]
}

/// Every fifth replica of all, with even and with uneven lengths, each with the most that it holds.
fn some(house: &House) -> Vec<(String, Deployment)> {
    let every = house.everywhere().into_iter().step_by(5);
    every
        .flat_map(|(name, deployment)| {
            [0.0, 0.5, 1.0].map(|spread| {
                let deployment = Deployment {
                    batch: Batch::Max,
                    prompt_spread: spread,
                    output_spread: spread,
                    ..deployment
                };
                (format!("{name}, spread {spread}"), deployment)
            })
        })
        .collect()
}

#[test]
fn more_load_never_lowers_a_latency() {
    let house = House::new();
    let mut fallen = Vec::new();
    for (name, deployment) in some(&house) {
        for prefills in [Prefills::Beside, Prefills::Apart { share: None }] {
            let deployment = Deployment { prefills, ..deployment };
            let full = house.serve(&deployment).requests_per_s;
            let loads = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99];
            let under = loads.map(|load| house.latencies(&deployment, Load::Random(load * full)));
            for (pair, load) in under.windows(2).zip(&loads[1..]) {
                for (index, (before, after)) in waits(&pair[0]).into_iter().zip(waits(&pair[1])).enumerate() {
                    if after < before * (1.0 - 1e-9) {
                        fallen
                            .push(format!("{name}, {prefills:?}, {load}: wait {index} {before} -> {after}"));
                    }
                }
                assert!(pair[1].in_flight > pair[0].in_flight, "{name}");
            }
        }
    }
    assert!(fallen.is_empty(), "{} of them: {:#?}", fallen.len(), &fallen[..fallen.len().min(20)]);
}

#[test]
fn as_many_are_in_flight_as_come_while_one_is_answered() {
    let house = House::new();
    for (name, deployment) in some(&house) {
        let full = house.serve(&deployment).requests_per_s;
        for load in [0.05, 0.5, 0.9, 0.99] {
            let found = house.latencies(&deployment, Load::Random(load * full));
            assert!(
                (found.in_flight / (load * full * found.request_s) - 1.0).abs() < 1e-9,
                "{name} at {load}"
            );
        }
    }
}

#[test]
fn a_request_alone_waits_for_itself_whoever_sent_it() {
    let house = House::new();
    for (name, deployment) in house.everywhere() {
        for prefills in [Prefills::Beside, Prefills::Apart { share: None }] {
            let deployment = Deployment { prefills, batch: Batch::Max, ..deployment };
            let [closed, burst] =
                [Load::Closed(1.0), Load::Burst(1.0)].map(|load| house.latencies(&deployment, load));
            let figures = |found: Latencies| [found.ttft.mean, found.ttft.p99, found.tpot_s, found.request_s];
            for (closed, burst) in figures(closed).into_iter().zip(figures(burst)) {
                assert!((closed / burst - 1.0).abs() < 1e-3, "{name}, {prefills:?}: {closed} {burst}");
            }
            let step_s = house.serve(&at_batch(&deployment, 1.0)).step_s;
            assert!(
                (closed.tpot_s / step_s - 1.0).abs() < 1e-9,
                "{name}: no prompt comes between its tokens"
            );
        }
    }
}

#[test]
fn requests_that_come_at_once_wait_longer_the_more_they_are() {
    let house = House::new();
    for (name, deployment) in some(&house) {
        let most = house.serve(&deployment).max_batch;
        let bursts = [0.1, 0.5, 1.0, 1.5, 2.0, 4.0, 10.0].map(|times| (times * most).max(1.0));
        let under = bursts.map(|requests| house.latencies(&deployment, Load::Burst(requests)));
        for pair in under.windows(2).filter(|pair| pair[1].in_flight > pair[0].in_flight) {
            let worst =
                waits(&pair[0]).into_iter().zip(waits(&pair[1])).map(|(before, after)| after / before);
            let worst = worst.fold(f64::INFINITY, f64::min);
            assert!(worst > 1.0 - 1e-9, "{name}: {worst} {pair:#?}");
        }
    }
}

#[test]
fn nobody_in_a_burst_is_answered_after_its_end() {
    let house = House::new();
    for (name, deployment) in some(&house) {
        for prefills in [Prefills::Beside, Prefills::Apart { share: None }] {
            let deployment = Deployment { prefills, ..deployment };
            let most = house.serve(&deployment).max_batch;
            for requests in [0.1, 0.5, 1.0, 1.5, 2.0, 4.0, 10.0].map(|times| (times * most).max(1.0)) {
                let waits = house.latencies(&deployment, Load::Burst(requests));
                let burst = burst(&deployment, &house.constants, requests).expect("fits");
                assert!(waits.request_s <= waits.request_p95_s, "{name}: {waits:?}");
                let end_s = burst.drain_s * (1.0 + 1e-9);
                assert!(waits.ttft.p99 <= end_s, "{name}, {requests}: {waits:?} {burst:?}");
                assert!(waits.request_p95_s <= end_s, "{name}, {requests}: {waits:?} {burst:?}");
                assert!((requests / waits.rate / burst.drain_s - 1.0).abs() < 1e-9, "{name}: {burst:?}");
            }
        }
    }
}

#[test]
fn more_than_have_a_slot_wait_for_one() {
    let house = House::new();
    for (name, deployment) in some(&house) {
        let slots = (house.serve(&deployment).max_batch / 2.0).max(1.0);
        let deployment = at_batch(&deployment, slots);
        let full = house.serve(&deployment).requests_per_s;
        let times = [0.5, 1.0, 1.5, 2.0, 4.0, 10.0];
        let under = times.map(|times| house.latencies(&deployment, Load::Closed((times * slots).max(1.0))));
        for pair in under.windows(2) {
            let [before, after] = [waits(&pair[0]), waits(&pair[1])];
            for (before, after) in before.into_iter().zip(after) {
                assert!(after >= before * (1.0 - 1e-9), "{name}: {pair:#?}");
            }
        }
        for latencies in under {
            let share = latencies.rate / full;
            assert!(share <= 1.0 + 1e-9, "{name}, {} in flight: {share} of the most", latencies.in_flight);
        }
        // Twice as many as have a slot: half of them wait while as many are answered.
        let [served, waiting] = [&under[1], &under[3]];
        let longer_s = waiting.request_s - served.request_s;
        assert!((longer_s * full / slots - 1.0).abs() < 0.25, "{name}: {longer_s} {full} {slots}");
    }
}

#[test]
fn newer_software_is_never_slower() {
    let house = House::new();
    for (name, deployment) in house.everywhere().into_iter().step_by(5) {
        for engine in ServingEngine::ALL {
            let of = |date| Deployment { engine: *engine, software_date: date, ..deployment };
            // As many as the oldest holds.
            let batch = house.serve(&of(2022.5)).max_batch.min(16.0);
            let at = |date| house.serve(&at_batch(&of(date), batch));
            for (older, newer) in [(2022.5, 2024.0), (2024.0, 2025.5), (2025.5, 2026.25), (2026.25, 2027.0)] {
                let (before, after) = (at(older), at(newer));
                assert!(after.step_s <= before.step_s && after.prefill_s <= before.prefill_s, "{name}");
                assert!(after.ttft_s <= before.ttft_s && after.request_s <= before.request_s, "{name}");
                assert!(after.requests_per_s >= before.requests_per_s, "{name}");
            }
        }
    }
    // Two years before the newest, on the device: e to the drift of both.
    let deployment = Deployment { software_date: 2024.25, ..house.deployment("llama-3.1-70b", "mi300x") };
    let slower = house.serve(&deployment).step.weights_s;
    let newest = house.serve(&Deployment { software_date: 2026.25, ..deployment }).step.weights_s;
    assert!((slower / newest / (2.0 * house.constants.drift.other).exp() - 1.0).abs() < 1e-9);
}

/// A pool under targets: whether it keeps them, GPUs at the peak, and USD a day.
fn promised(bench: &Bench, text: &str) -> Option<(bool, f64, f64)> {
    let scenario = bench.scenario(text);
    let outcome = bench.world.evaluate(&scenario);
    let serving = outcome.serving.ok()?;
    let main = serving.main;
    if main.keeps_promise {
        assert!(main.plan.promise.holds(&main.latencies), "{text}: {:?}", main.latencies);
    }
    Some((main.keeps_promise, serving.day.gpus_peak, bench.figure(Answer::DailyCost, &scenario)))
}

#[test]
fn a_tighter_promise_takes_more_gpus_and_more_money() {
    let bench = Bench::new();
    let mut costlier = 0;
    for model in ["llama-3.1-8b", "llama-3.1-70b", "gpt-oss-120b", "deepseek-v3"] {
        for serving in ["batch_size = \"max\"", "batch_size = 64", "tensor_parallel = 8\nbatch_size = 128"] {
            for (target, tightest_ms) in [("ttft_ms", 40.0), ("tpot_ms", 4.0), ("request_ms", 3000.0)] {
                for percentile in ["mean", "p95", "p99"] {
                    let text = |target: &str| {
                        format!(
                            "[model]\npreset = \"{model}\"\n[hardware]\ngpu = \"h200-sxm\"\n[workload]\nrequests_per_day = 300_000_000\n\
                             [workload.target]\n{target}percentile = \"{percentile}\"\n[serving]\n{serving}"
                        )
                    };
                    let (_, gpus, usd) = promised(&bench, &text("")).expect("fits");
                    let mut last = (gpus, usd);
                    for times in [64.0, 32.0, 16.0, 8.0, 6.0, 4.0, 3.0, 2.0, 1.5, 1.0] {
                        let text = text(&format!("{target} = {}\n", tightest_ms * times));
                        let (_, gpus, usd) = promised(&bench, &text).expect("fits");
                        assert!(
                            gpus >= last.0 && usd >= last.1 * (1.0 - 1e-12),
                            "{text}: {gpus}, {usd}; {last:?}"
                        );
                        costlier += usize::from(usd > 1.01 * last.1);
                        last = (gpus, usd);
                    }
                }
            }
        }
    }
    assert!(costlier > 100, "only {costlier} promises cost anything");
}
