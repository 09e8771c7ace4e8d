//! Waiting: the closed forms against a simulation of every step of a replica, and what must hold of them at any load.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use proptest::prelude::*;
use whatif::engine::serving::queue::{Latencies, Work};

/// A replica whose step rises evenly: a fixed part, and a part for each request.
#[derive(Debug, Clone, Copy)]
struct Site {
    fixed_s: f64,
    request_s: f64,
    prefill_s: f64,
    prefill_spread: f64,
    chunk_s: f64,
    output_tokens: f64,
    output_spread: f64,
    slots: f64,
}

impl Site {
    fn work(self) -> Work<impl Fn(f64) -> f64> {
        Work {
            step: move |requests| self.fixed_s + self.request_s * requests,
            prefill_s: self.prefill_s,
            prefill_spread: self.prefill_spread,
            chunk_s: self.chunk_s,
            output_tokens: self.output_tokens,
            output_spread: self.output_spread,
            slots: self.slots,
            wait_ratio: 1.0,
        }
    }
}

/// Short and long prompts, long and short outputs, few and many slots; equal lengths and scattered ones. A full step
/// takes 20 to 40 ms.
const SITES: [Site; 6] = [
    // A short chat: ten prompts fit in the budget of a step.
    Site {
        fixed_s: 0.015,
        request_s: 0.000_1,
        prefill_s: 0.003,
        prefill_spread: 0.5,
        chunk_s: 0.03,
        output_tokens: 120.0,
        output_spread: 0.5,
        slots: 128.0,
    },
    // Each request adds to the step; lengths scatter as much as they can.
    Site {
        fixed_s: 0.008,
        request_s: 0.000_4,
        prefill_s: 0.02,
        prefill_spread: 1.0,
        chunk_s: 0.16,
        output_tokens: 150.0,
        output_spread: 1.0,
        slots: 64.0,
    },
    // Long prompts, of three steps each.
    Site {
        fixed_s: 0.02,
        request_s: 0.000_1,
        prefill_s: 0.3,
        prefill_spread: 0.0,
        chunk_s: 0.1,
        output_tokens: 300.0,
        output_spread: 0.5,
        slots: 48.0,
    },
    // Equal lengths, few slots.
    Site {
        fixed_s: 0.02,
        request_s: 0.000_5,
        prefill_s: 0.02,
        prefill_spread: 0.0,
        chunk_s: 0.2,
        output_tokens: 100.0,
        output_spread: 0.0,
        slots: 16.0,
    },
    // Prompts of a whole budget, short outputs: prefills are the limit, not slots.
    Site {
        fixed_s: 0.02,
        request_s: 0.000_05,
        prefill_s: 0.1,
        prefill_spread: 0.5,
        chunk_s: 0.1,
        output_tokens: 60.0,
        output_spread: 0.5,
        slots: 400.0,
    },
    // A large batch.
    Site {
        fixed_s: 0.01,
        request_s: 0.000_05,
        prefill_s: 0.01,
        prefill_spread: 1.0,
        chunk_s: 0.08,
        output_tokens: 200.0,
        output_spread: 0.5,
        slots: 256.0,
    },
];

/// Numbers that look random and are the same in every run (Steele, Lea and Flood's splitmix, 2014).
struct Random(u64);

impl Random {
    /// At least 0 and below 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) as f64 / u64::MAX as f64
    }

    fn exponential(&mut self) -> f64 {
        -(-self.uniform()).ln_1p()
    }

    /// Of mean 1: as many exponential times together as give the spread.
    fn scattered(&mut self, spread: f64) -> f64 {
        if spread == 0.0 {
            return 1.0;
        }
        let parts = (1.0 / (spread * spread)).round();
        (0..parts as usize).map(|_| self.exponential()).sum::<f64>() / parts
    }
}

/// How requests come.
#[derive(Debug, Clone, Copy)]
enum Arrivals {
    /// At random, so many a second.
    Poisson(f64),
    /// So many, the next one as one ends.
    Closed(usize),
    /// So many at once.
    Burst(usize),
}

#[derive(Debug, Clone, Copy)]
struct Request {
    came_s: f64,
    prefill_s: f64,
    tokens: u64,
    first_s: f64,
}

/// What a simulation measured of each request that ended, and when the last did, seconds.
#[derive(Debug, Default)]
struct Measured {
    ttft: Vec<f64>,
    tpot: Vec<f64>,
    request: Vec<f64>,
    ended: f64,
}

/// Runs step by step until so many requests have ended, and measures all but the first `unmeasured`.
fn simulate(site: &Site, arrivals: Arrivals, ends: usize, unmeasured: usize, seed: u64) -> Measured {
    let mut random = Random(seed);
    let mut measured = Measured::default();
    let draw = |random: &mut Random, came_s: f64| Request {
        came_s,
        prefill_s: site.prefill_s * random.scattered(site.prefill_spread),
        tokens: (site.output_tokens * random.scattered(site.output_spread)).round().max(2.0) as u64,
        first_s: 0.0,
    };
    let mut waiting = VecDeque::new();
    let mut next_s = f64::INFINITY;
    match arrivals {
        Arrivals::Poisson(rate) => next_s = random.exponential() / rate,
        Arrivals::Closed(requests) | Arrivals::Burst(requests) => {
            waiting.extend((0..requests).map(|_| draw(&mut random, 0.0)));
        }
    }
    let mut prefilling = VecDeque::new();
    // The running requests by the step of their last token, as places in `decoding`.
    let mut running = BinaryHeap::new();
    let mut decoding: Vec<Request> = Vec::new();
    let (mut now_s, mut step, mut ended) = (0.0, 0_u64, 0);
    while ended < ends {
        while let Arrivals::Poisson(rate) = arrivals
            && next_s <= now_s
        {
            waiting.push_back(draw(&mut random, next_s));
            next_s += random.exponential() / rate;
        }
        while running.len() + prefilling.len() < site.slots as usize {
            let Some(request) = waiting.pop_front() else { break };
            prefilling.push_back(request);
        }
        if running.is_empty() && prefilling.is_empty() {
            now_s = next_s;
            continue;
        }
        let mut left_s = site.chunk_s;
        let mut prefilled = Vec::new();
        while let Some(mut request) = prefilling.pop_front() {
            let done_s = request.prefill_s.min(left_s);
            left_s -= done_s;
            request.prefill_s -= done_s;
            if request.prefill_s > 0.0 {
                prefilling.push_front(request);
                break;
            }
            prefilled.push(request);
        }
        now_s += site.fixed_s + site.request_s * running.len() as f64 + site.chunk_s - left_s;
        step += 1;
        while let Some(&Reverse((last, place))) = running.peek()
            && last <= step
        {
            running.pop();
            let request: Request = decoding[place];
            ended += 1;
            if ended > unmeasured {
                measured.ttft.push(request.first_s - request.came_s);
                measured.tpot.push((now_s - request.first_s) / (request.tokens - 1) as f64);
                measured.request.push(now_s - request.came_s);
            }
            if let Arrivals::Closed(_) = arrivals {
                waiting.push_back(draw(&mut random, now_s));
            }
        }
        for mut request in prefilled {
            request.first_s = now_s;
            running.push(Reverse((step + request.tokens - 1, decoding.len())));
            decoding.push(request);
        }
    }
    measured.ended = now_s;
    measured
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The value that a share of all do not exceed.
fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

/// The factor between two times, at least 1.
fn factor(stated: f64, measured: f64) -> f64 {
    (stated / measured).ln().abs().exp()
}

/// The simulation of a site at a share of its capacity beside the closed form.
fn at_load(site: &Site, load: f64) -> (Measured, Latencies) {
    let rate = load * site.work().capacity();
    let slots = site.slots as usize;
    let measured = simulate(site, Arrivals::Poisson(rate), 20_000 + 40 * slots, 1_000 + 8 * slots, 7);
    (measured, site.work().poisson(rate).expect("below capacity"))
}

/// Fails where the stated times are further off the measured ones than `typical` at half the sites, or than `farthest` at
/// any of them; as factors.
fn assert_close(what: &str, times: &[(f64, f64)], typical: f64, farthest: f64) {
    let mut factors: Vec<f64> = times.iter().map(|&(stated, measured)| factor(stated, measured)).collect();
    factors.sort_by(f64::total_cmp);
    let middle = factors[factors.len() / 2];
    assert!(middle <= typical, "{what}: typically off by {middle:.3}, {times:?}");
    let last = factors[factors.len() - 1];
    assert!(last <= farthest, "{what}: off by {last:.3} at the farthest, {times:?}");
}

#[test]
fn the_closed_form_agrees_with_the_simulation_from_a_tenth_of_the_capacity_to_nearly_all_of_it() {
    // From 70% of the capacity on, a few percent of the requests may wait for a slot, or none: percentiles hang on it. Near all
    // of it a simulation would have to run far longer to settle.
    for (load, mean_ttft, ttft, token) in [
        (0.1, (1.02, 1.03), (1.08, 1.15), (1.02, 1.03)),
        (0.3, (1.02, 1.04), (1.06, 1.15), (1.02, 1.03)),
        (0.5, (1.02, 1.05), (1.05, 1.30), (1.02, 1.05)),
        (0.7, (1.03, 1.16), (1.08, 1.60), (1.04, 1.08)),
        (0.8, (1.03, 1.18), (1.06, 1.25), (1.06, 1.10)),
        (0.9, (1.18, 1.20), (1.17, 1.95), (1.06, 1.20)),
        (0.98, (1.20, 1.60), (1.85, 1.90), (1.18, 1.45)),
    ] {
        let sites: Vec<(Measured, Latencies)> = SITES.iter().map(|site| at_load(site, load)).collect();
        let check = |what: &str,
                     (typical, farthest),
                     stated: fn(&Latencies) -> f64,
                     measured: &dyn Fn(&Measured) -> f64| {
            let times: Vec<(f64, f64)> =
                sites.iter().map(|(site, latencies)| (stated(latencies), measured(site))).collect();
            assert_close(&format!("{what} at {load}"), &times, typical, farthest);
        };
        check("mean TTFT", mean_ttft, |of| of.ttft.mean, &|of| mean(&of.ttft));
        check("p50 of TTFT", ttft, |of| of.ttft.p50, &|of| percentile(&of.ttft, 0.50));
        check("p95 of TTFT", ttft, |of| of.ttft.p95, &|of| percentile(&of.ttft, 0.95));
        check("p99 of TTFT", ttft, |of| of.ttft.p99, &|of| percentile(&of.ttft, 0.99));
        check("mean TPOT", token, |of| of.tpot_s, &|of| mean(&of.tpot));
        check("p95 of TPOT", token, |of| of.tpot_p95_s, &|of| percentile(&of.tpot, 0.95));
        check("mean request", token, |of| of.request_s, &|of| mean(&of.request));
        check("p95 of requests", token, |of| of.request_p95_s, &|of| percentile(&of.request, 0.95));
    }
}

#[test]
fn kept_in_flight_requests_wait_as_in_the_simulation() {
    let rounds = 10;
    for share in [0.3, 1.0] {
        let (mut ttft, mut p99, mut tpot) = (Vec::new(), Vec::new(), Vec::new());
        for site in &SITES {
            let in_flight = (site.slots * share).round();
            let ends = rounds * in_flight as usize;
            let measured = simulate(site, Arrivals::Closed(in_flight as usize), ends, 0, 7);
            let stated = site.work().closed(in_flight, rounds as f64);
            ttft.push((stated.ttft.mean, mean(&measured.ttft)));
            p99.push((stated.ttft.p99, percentile(&measured.ttft, 0.99)));
            tpot.push((stated.tpot_s, mean(&measured.tpot)));
        }
        assert_close("mean TTFT", &ttft, 1.12, 1.40);
        assert_close("p99 of TTFT", &p99, 1.25, 1.40);
        assert_close("mean TPOT", &tpot, 1.06, 1.08);
    }
}

#[test]
fn a_burst_drains_as_in_the_simulation() {
    for waves in [0.6, 1.5, 4.0] {
        let (mut ttft, mut p95, mut p99, mut drain) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut tpot, mut request, mut request_p95) = (Vec::new(), Vec::new(), Vec::new());
        for site in &SITES {
            let requests = (site.slots * waves).round();
            let stated = site.work().burst(requests);
            // The longest of the last requests is a matter of luck: the mean of many bursts.
            let bursts: Vec<Measured> = (0..20)
                .map(|seed| simulate(site, Arrivals::Burst(requests as usize), requests as usize, 0, seed))
                .collect();
            let ttft_s: Vec<f64> = bursts.iter().flat_map(|burst| burst.ttft.iter().copied()).collect();
            let all = |of: fn(&Measured) -> &Vec<f64>| -> Vec<f64> {
                bursts.iter().flat_map(|burst| of(burst).iter().copied()).collect()
            };
            tpot.push((stated.tpot_s, mean(&all(|of| &of.tpot))));
            let requests_s = all(|of| &of.request);
            request.push((stated.request_s, mean(&requests_s)));
            request_p95.push((stated.request_p95_s, percentile(&requests_s, 0.95)));
            let drains_s: Vec<f64> = bursts.iter().map(|burst| burst.ended).collect();
            ttft.push((stated.ttft.mean, mean(&ttft_s)));
            p95.push((stated.ttft.p95, percentile(&ttft_s, 0.95)));
            p99.push((stated.ttft.p99, percentile(&ttft_s, 0.99)));
            drain.push((stated.drain_s, mean(&drains_s)));
        }
        assert_close("mean TTFT", &ttft, 1.04, 1.10);
        assert_close("p95 of TTFT", &p95, 1.04, 1.12);
        assert_close("p99 of TTFT", &p99, 1.10, 1.25);
        assert_close("drain", &drain, 1.12, 1.20);
        // A short request meets more prefills for each of its tokens: the mean of all requests' is above that of all tokens.
        assert_close("TPOT", &tpot, 1.10, 1.6);
        assert_close("mean request", &request, 1.05, 1.10);
        assert_close("p95 of requests", &request_p95, 1.20, 1.35);
    }
}

#[test]
fn the_capacity_is_that_of_full_slots_or_of_full_steps() {
    let site = Site {
        fixed_s: 0.01,
        request_s: 0.001,
        prefill_s: 0.1,
        prefill_spread: 0.0,
        chunk_s: 0.5,
        output_tokens: 100.0,
        output_spread: 0.0,
        slots: 10.0,
    };
    // Ten requests take ten prefills and 100 steps of 20 ms: 3 s.
    assert!((site.work().capacity() - 10.0 / 3.0).abs() < 1e-12);
    // A step that carries 2.5 ms of prefill and two and a half requests (12.5 ms): a prefill takes 40 such steps, 0.6 s.
    let starved = Site { chunk_s: 0.0025, ..site };
    assert!((starved.work().capacity() - 1.0 / 0.6).abs() < 1e-12);
    // For ten tokens, a quarter of a request decodes beside them: 40 steps of 2.5 and 10.25 ms.
    let hardly = Site { output_tokens: 10.0, ..starved };
    assert!((hardly.work().capacity() - 1.0 / 0.51).abs() < 1e-12);
}

#[test]
fn a_request_on_its_own_waits_for_its_prefill_and_a_step() {
    for site in SITES {
        let stated = site.work().poisson(1e-6).unwrap();
        let step_s = site.fixed_s + site.request_s;
        let steps = (site.prefill_s / site.chunk_s).max(1.0);
        let apart = site.prefill_s + steps * step_s;
        // A prefill of several steps ends in the middle of the last.
        assert!(stated.ttft.mean > 0.99 * apart && stated.ttft.mean < apart + step_s, "{stated:?}");
        assert!((stated.tpot_s / step_s - 1.0).abs() < 1e-3, "{stated:?}");
        assert!(stated.in_flight < 1e-4);
    }
}

#[test]
fn prefills_alone_wait_as_pollaczek_and_khinchine_say() {
    // Steps that take next to nothing: a queue of prefills with one server, of equal and of exponential lengths.
    for spread in [0.0, 1.0] {
        let site = Site {
            fixed_s: 1e-7,
            request_s: 0.0,
            prefill_s: 0.1,
            prefill_spread: spread,
            chunk_s: 1e-3,
            output_tokens: 2.0,
            output_spread: 0.0,
            slots: 1e6,
        };
        for share in [0.2, 0.5, 0.8] {
            let wait_s = share * 0.1 * (1.0 + spread * spread) / (2.0 * (1.0 - share));
            let stated = site.work().poisson(share / site.prefill_s).unwrap();
            assert!(factor(stated.ttft.mean, 0.1 + wait_s) < 1.02, "{share}: {stated:?}, wait {wait_s}");
        }
    }
}

#[test]
fn equal_requests_in_a_burst_run_in_waves() {
    let site = Site { output_spread: 0.0, ..SITES[3] };
    let full_s = site.fixed_s + 16.0 * site.request_s;
    let half_s = site.fixed_s + 8.0 * site.request_s;
    let wave_s = 16.0 * site.prefill_s + 100.0 * full_s;
    // Two waves of 16, and 8 more with a batch of their own.
    let drain_s = 2.0 * wave_s + 8.0 * site.prefill_s + 100.0 * half_s;
    let burst = site.work().burst(40.0);
    assert!((burst.drain_s / drain_s - 1.0).abs() < 1e-12, "{burst:?}");
    assert!((burst.output_tokens_per_s * drain_s / 4000.0 - 1.0).abs() < 1e-12);
    let alone = site.work().burst(1.0);
    assert!((alone.ttft.p50 - (site.prefill_s + site.fixed_s + site.request_s)).abs() < 1e-12);
}

fn site() -> impl Strategy<Value = Site> {
    let spread = || proptest::sample::select(vec![0.0, 0.3, 1.0, 1.5, 5.0]);
    let times = (0.0..1.0_f64, -3.0..1.6_f64, -2.0..2.0_f64);
    (times, spread(), 0.3..3.6_f64, spread(), 0.0..3.3_f64).prop_map(
        |((fixed, prefill, chunk), prefill_spread, output, output_spread, slots)| {
            // A full step of 20 ms, some of it fixed.
            let slots = 10_f64.powf(slots);
            let prefill_s = 0.02 * 10_f64.powf(prefill);
            Site {
                fixed_s: 0.02 * fixed,
                request_s: 0.02 * (1.0 - fixed) / slots,
                prefill_s,
                prefill_spread,
                chunk_s: prefill_s * 10_f64.powf(chunk),
                output_tokens: 10_f64.powf(output),
                output_spread,
                slots,
            }
        },
    )
}

/// All times of some latencies.
fn times(latencies: &Latencies) -> [f64; 9] {
    let Latencies { ttft, tpot_s, tpot_p95_s, request_s, request_p95_s, in_flight, .. } = *latencies;
    [ttft.mean, ttft.p50, ttft.p95, ttft.p99, tpot_s, tpot_p95_s, request_s, request_p95_s, in_flight]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_load_never_lowers_latency(site in site(), load in 0.0..0.999_f64, more in 0.0..1.0_f64) {
        let work = site.work();
        let at = |load: f64| work.poisson(load * work.capacity()).expect("below capacity");
        let (less, more) = (at(load), at(load + more * (0.999 - load)));
        for (less, more) in times(&less).into_iter().zip(times(&more)) {
            prop_assert!(less.is_finite() && more.is_finite());
            prop_assert!(more >= less * (1.0 - 1e-6), "{less} -> {more}");
        }
    }

    #[test]
    fn percentiles_come_in_order(site in site(), load in 0.0..0.999_f64) {
        let work = site.work();
        let poisson = work.poisson(load * work.capacity()).expect("below capacity");
        let in_flight = 1.0 + load * 3.0 * site.slots;
        let closed = work.closed(in_flight, 10.0);
        let burst = work.burst(in_flight);
        for ttft in [poisson.ttft, closed.ttft, burst.ttft] {
            prop_assert!(ttft.p50 > 0.0 && ttft.p50 <= ttft.p95 && ttft.p95 <= ttft.p99, "{ttft:?}");
            prop_assert!(ttft.mean <= ttft.p95 && ttft.p99.is_finite(), "{ttft:?}");
        }
        prop_assert!(poisson.tpot_s <= poisson.tpot_p95_s && poisson.request_s <= poisson.request_p95_s);
    }

    #[test]
    fn nothing_is_promised_at_capacity(site in site(), excess in 0.0..10.0_f64) {
        let work = site.work();
        prop_assert_eq!(work.poisson(work.capacity() * (1.0 + excess)), None);
    }

    #[test]
    fn in_flight_is_what_littles_law_says(site in site(), load in 0.01..0.999_f64) {
        let work = site.work();
        let rate = load * work.capacity();
        let stated = work.poisson(rate).expect("below capacity");
        prop_assert!((stated.in_flight / (rate * stated.request_s) - 1.0).abs() < 1e-12);
    }
}
