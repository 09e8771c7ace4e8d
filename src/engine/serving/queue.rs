//! Waiting: latency of one replica under requests that come when they like, all at once, or as others end.
//!
//! Prefills are done first come, first served, as much in each step as its token budget allows, beside the decoding of
//! all running requests; a request then takes part in one step for each output token. Closed forms, checked against a
//! simulation of every step.

mod burst;
mod prefill;
mod slots;

pub use burst::Burst;
use prefill::PrefillQueue;
use slots::SlotQueue;

use crate::engine::serving::Replica;

/// What requests ask of one replica.
///
/// `step` is the time in seconds of a decode step of so many requests, without prefills; it rises with them, and is also asked
/// for a few more than there are slots.
#[derive(Debug, Clone, Copy)]
pub struct Work<F> {
    /// Seconds of a decode step.
    pub step: F,
    /// Prefill of one request beside other work, seconds.
    pub prefill_s: f64,
    /// Standard deviation of that, as a share of it.
    pub prefill_spread: f64,
    /// Prefill that one step carries at most, seconds: the token budget of a step.
    pub chunk_s: f64,
    /// Output tokens of one request.
    pub output_tokens: f64,
    /// Standard deviation of those, as a share of them.
    pub output_spread: f64,
    /// Requests that run together at most.
    pub slots: f64,
    /// What requests that come at random wait behind the prefills of others, relative to this queue: front ends and schedulers
    /// add to it.
    pub wait_ratio: f64,
}

/// Mean and percentiles of a time, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentiles {
    /// Mean.
    pub mean: f64,
    /// Half wait no longer.
    pub p50: f64,
    /// 95 of 100 wait no longer.
    pub p95: f64,
    /// 99 of 100 wait no longer.
    pub p99: f64,
}

/// How long the users of one replica wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latencies {
    /// Requests per second.
    pub rate: f64,
    /// Requests that have come and not ended, on average.
    pub in_flight: f64,
    /// Time to first token.
    pub ttft: Percentiles,
    /// Mean time per output token, seconds.
    pub tpot_s: f64,
    /// 95th percentile of the requests' times per output token, seconds.
    pub tpot_p95_s: f64,
    /// Mean time from request to last token, seconds.
    pub request_s: f64,
    /// 95th percentile of that, seconds.
    pub request_p95_s: f64,
}

/// The steady state of the running requests, were there always a free slot.
#[derive(Debug, Clone, Copy)]
struct Flow {
    /// Requests per second.
    rate: f64,
    /// Share of the time that prefills take.
    prefill_share: f64,
    /// Steps that requests come for in a second, prefills beside them counted as part of the steps.
    demand: f64,
    /// Decoding requests that an arrival finds, on average.
    found: f64,
    /// What one request more amounts to once the others that it slows have gathered: variance of those found, over their mean.
    response: f64,
    /// Size of the groups in which requests come to the running ones: a prefill stops those, and more come meanwhile. As a
    /// member of a group sees it.
    group: f64,
    /// Decoding requests of the likeliest state.
    likeliest: f64,
    /// A decode step that an arrival finds, without prefills, seconds.
    step_s: f64,
    /// What one more request adds to a step, seconds.
    slope_s: f64,
}

/// The queues of requests that come at random.
struct Steady {
    /// Requests per second that the replica can sustain.
    capacity: f64,
    flow: Flow,
    prefill: PrefillQueue,
    slots: SlotQueue,
    /// Mean time to first token, a slot being free, seconds.
    first_s: f64,
}

/// Mean and 95th percentile of the time per output token.
#[derive(Debug, Clone, Copy)]
struct Tpot {
    mean_s: f64,
    p95_s: f64,
}

impl Percentiles {
    /// The same for all.
    pub const fn all(seconds: f64) -> Self {
        Self { mean: seconds, p50: seconds, p95: seconds, p99: seconds }
    }

    /// From the mean and the 95th percentile, as if normal.
    fn normal(mean: f64, p95: f64) -> Self {
        Self { mean, p50: mean, p95, p99: mean + (p95 - mean) * P99_TO_P95 }
    }

    fn map(self, change: impl Fn(f64) -> f64) -> Self {
        let Self { mean, p50, p95, p99 } = self;
        Self { mean: change(mean), p50: change(p50), p95: change(p95), p99: change(p99) }
    }
}

/// The standard normal's 99th percentile over its 95th.
const P99_TO_P95: f64 = 2.326 / P95;

impl Latencies {
    /// Of a replica whose batch is kept full.
    pub fn of(replica: &Replica) -> Self {
        Self {
            rate: replica.requests_per_s,
            in_flight: replica.requests_per_s * replica.request_s,
            ttft: Percentiles::all(replica.ttft_s),
            tpot_s: replica.tpot_s,
            tpot_p95_s: replica.tpot_s,
            request_s: replica.request_s,
            request_p95_s: replica.request_s,
        }
    }

    /// Times per output token.
    pub fn tpot(&self) -> Percentiles {
        Percentiles::normal(self.tpot_s, self.tpot_p95_s)
    }

    /// Times from request to last token.
    pub fn request(&self) -> Percentiles {
        Percentiles::normal(self.request_s, self.request_p95_s)
    }

    /// The same with every first token so much later.
    pub(super) fn later(self, seconds: f64) -> Self {
        Self {
            ttft: self.ttft.map(|ttft| ttft + seconds),
            request_s: self.request_s + seconds,
            request_p95_s: self.request_p95_s + seconds,
            ..self
        }
        .at_its_rate()
    }

    /// In flight by Little's law, no fewer than before.
    fn at_its_rate(self) -> Self {
        Self { in_flight: self.in_flight.max(self.rate * self.request_s), ..self }
    }
}

/// The standard normal's 95th percentile.
const P95: f64 = 1.645;
/// Its 99th.
const P99: f64 = 2.33;

/// What the 95th percentile lies above the mean, in standard deviations, of times that vary by `spread` of themselves:
/// a normal's where the spread is nil, an exponential's where it is whole.
fn p95_deviations(spread: f64) -> f64 {
    (P95 + 0.36 * spread.min(1.0)) * beyond_whole(spread, P95)
}

/// As [`p95_deviations`], of the 99th percentile.
fn p99_deviations(spread: f64) -> f64 {
    (P99 + 1.28 * spread.min(1.0)) * beyond_whole(spread, P99)
}

/// By how much the deviations of a percentile are fewer where the spread is more than whole. What it lies above the mean grows
/// as in a lognormal distribution (Crow and Shimizu 1988): it has an end, however far a few of the times lie.
fn beyond_whole(spread: f64, normal: f64) -> f64 {
    if spread <= 1.0 {
        return 1.0;
    }
    let above = |spread: f64| {
        let variance = (spread * spread).ln_1p();
        (normal * variance.sqrt() - variance / 2.0).exp_m1()
    };
    above(spread) / above(1.0) / spread
}

/// Root of the sum of squares, for deviations that have nothing to do with each other; the care that [`f64::hypot`] takes for
/// huge numbers costs more than all else here.
fn combined(one: f64, other: f64) -> f64 {
    (one * one + other * other).sqrt()
}

/// About the smaller of two numbers, without the corner; nil where one is not above that.
fn smaller(one: f64, other: f64) -> f64 {
    if one > 0.0 && other > 0.0 { one * other / combined(one * one, other * other).sqrt() } else { 0.0 }
}

impl<F: Fn(f64) -> f64> Work<F> {
    /// Requests per second that the replica can sustain.
    ///
    /// With `B` running, each request takes `prefill + O step(B) / B` of the replica's time. The budget of a step holds `B`
    /// down where slots would free faster than prefills can fill them: below one where a prefill takes more steps than the
    /// output.
    pub fn capacity(&self) -> f64 {
        self.rate_of(self.slots.min(self.most_fed()))
    }

    /// Latencies when requests come at random, `rate` a second, independently of each other; `None` where that is at
    /// least the [`capacity`](Self::capacity): the queue then grows without end.
    ///
    /// In flight follows from Little's law (1961). The running requests share the replica, so their number has a product
    /// form that depends on the means of the lengths alone (Cohen, "The multiple phase service network with generalized
    /// processor sharing", 1979).
    pub fn poisson(&self, rate: f64) -> Option<Latencies> {
        let Steady { capacity, flow, prefill, slots, first_s } = self.steady(rate)?;
        let mean_s = first_s + slots.mean_s();
        let percentile = |uniform: f64, random: f64, own: f64, queue: f64, beyond: f64| {
            let prefill_s = self.wait_ratio * prefill.deviation_s(uniform, random, own, queue);
            mean_s + combined(prefill_s, (slots.exceeded_s(beyond) - slots.mean_s()).max(0.0))
        };
        let ttft = Percentiles {
            mean: mean_s,
            p50: first_s - self.wait_ratio * prefill.median_below_mean_s() + slots.exceeded_s(0.5),
            p95: percentile(0.45, 1.8, p95_deviations(self.prefill_spread), 2.0, 0.05),
            p99: percentile(0.49, 2.8, p99_deviations(self.prefill_spread), 3.6, 0.01),
        };
        Some(self.latencies(&flow, ttft, self.tpot(&flow, self.most_running(), capacity)))
    }

    /// The mean time to first token of [`poisson`](Self::poisson) alone, seconds.
    pub fn mean_ttft_s(&self, rate: f64) -> Option<f64> {
        let Steady { slots, first_s, .. } = self.steady(rate)?;
        Some(first_s + slots.mean_s())
    }

    /// The queues of requests that come at random; `None` where they grow without end.
    fn steady(&self, rate: f64) -> Option<Steady> {
        let capacity = self.capacity();
        if rate >= capacity {
            return None;
        }
        let flow = self.flow(rate);
        let prefill = PrefillQueue::new(self, flow.step_s, rate, flow.prefill_share);
        let slots = SlotQueue::new(self, &flow);
        // A replica that stands idle starts at once.
        let residual_s = -(-flow.found).exp_m1() * prefill.interval_s;
        let alone_s = prefill.alone_s();
        let first_s = alone_s + self.wait_ratio * (prefill.mean_s(residual_s / 2.0) - alone_s);
        Some(Steady { capacity, flow, prefill, slots, first_s })
    }

    /// Latencies when `in_flight` requests are kept in flight, the next one sent as one ends, `rounds` times as many in
    /// all: they start with a burst, which weighs the more the fewer rounds there are.
    ///
    /// Lengths that vary by more than a step scatter the requests; equal ones stay in the bunches in which the first burst
    /// was prefilled.
    pub fn closed(&self, in_flight: f64, rounds: f64) -> Latencies {
        let running = in_flight.min(self.most_running()).max(1.0);
        let rate = self.rate_of(running);
        let others = 1.0 - 1.0 / running;
        let step_s = (self.step)(running);
        let prefill_share = rate * self.prefill_s * others;
        let prefill = PrefillQueue::new(self, step_s, rate * others, prefill_share).of_at_most(running);
        let wait_s = (in_flight - running).max(0.0) / rate;
        // The next request comes when a step ends, and with it the others of its bunch.
        let scattered_s = prefill.mean_s(0.0);
        let bunched_s = step_s * (self.prefill_s / self.chunk_s).max(1.0) + self.bunch_s(running);
        let bunched = 1.0 / (1.0 + self.output_spread * self.output_tokens);
        let steady_s = scattered_s + bunched * (bunched_s - scattered_s).max(0.0) + wait_s;
        let burst = 1.0 / rounds.max(1.0);
        let percentile = |random: f64, own: f64, queue: f64, beyond: f64| {
            let steady_s = steady_s + prefill.deviation_s(0.0, random, own, queue);
            let rank = in_flight * (1.0 - beyond / burst);
            if rank > 0.0 { steady_s.max(self.burst_ttft_s(rank, in_flight)) } else { steady_s }
        };
        let mean = burst * self.burst_mean_ttft_s(in_flight) + (1.0 - burst) * steady_s;
        let ttft = Percentiles {
            mean,
            p50: steady_s - prefill.median_below_mean_s(),
            p95: percentile(1.8, p95_deviations(self.prefill_spread), 2.0, 0.05).max(mean),
            p99: percentile(2.8, p99_deviations(self.prefill_spread), 3.6, 0.01).max(mean),
        };
        let flow = Flow {
            rate,
            prefill_share,
            demand: rate * self.output_tokens,
            found: running - 1.0,
            response: 0.0,
            group: 1.0,
            likeliest: running,
            step_s,
            slope_s: 0.0,
        };
        let tpot = self.tpot(&flow, running, rate);
        // Nobody disturbs a request on its own.
        let tpot = Tpot { p95_s: if running <= 1.0 { tpot.mean_s } else { tpot.p95_s }, ..tpot };
        Latencies { in_flight, ..self.latencies(&flow, ttft, tpot) }
    }

    /// Requests per second with `running` of them at any time.
    fn rate_of(&self, running: f64) -> f64 {
        running / (running * self.prefill_s + self.output_tokens * (self.step)(running))
    }

    /// Requests that run, on average, when every step carries all the prefill that it can.
    fn most_fed(&self) -> f64 {
        self.output_tokens * self.chunk_s / self.prefill_s.max(f64::MIN_POSITIVE)
    }

    /// Requests that run together at most, as one of them sees it.
    fn most_running(&self) -> f64 {
        self.slots.min(self.most_fed()).max(1.0)
    }

    fn flow(&self, rate: f64) -> Flow {
        let prefill_share = rate * self.prefill_s;
        let demand = rate * self.output_tokens / (1.0 - prefill_share);
        let found = self.found(demand);
        let reach = 1.0 + 0.05 * found;
        let running = combined(found, 1.0);
        let step_s = (self.step)(running);
        let slope_s = (((self.step)(running + reach) - step_s) / reach).max(0.0);
        // What the step would take with nobody in it, were it to rise evenly.
        let fixed_s = (step_s - slope_s * found).max(0.0);
        Flow {
            rate,
            prefill_share,
            demand,
            found,
            response: 1.0 / (1.0 - demand * slope_s).max(1.0 / self.slots),
            group: (1.0 + (prefill_share * self.prefill_spread).powi(2)) / (1.0 - prefill_share).powi(2),
            likeliest: (found * fixed_s / (fixed_s + slope_s)).min(self.slots),
            step_s,
            slope_s,
        }
    }

    /// Requests found, the solution of `found = demand step(1 + found)`: a request sees those that it found and itself.
    fn found(&self, demand: f64) -> f64 {
        let excess = |seen: f64| demand * (self.step)(seen) - (seen - 1.0);
        let (most, least) = (self.slots + 1.0, 1.0);
        let over = excess(most);
        if over >= 0.0 {
            return self.slots;
        }
        // False position from the lower end: exact at once where the step rises evenly, as it nearly does.
        let mut seen = least;
        for _ in 0..3 {
            let under = excess(seen);
            seen += (most - seen) * under / (under - over);
        }
        seen - 1.0
    }

    /// Time per output token, where so many run at most, at such a rate.
    fn tpot(&self, flow: &Flow, running: f64, most_rate: f64) -> Tpot {
        let speed = 1.0 - flow.prefill_share;
        // Prefills that fall evenly on all requests; what they take when as many run as can.
        let even_s = (self.step)((flow.found + 1.0).min(running)) / speed;
        let left_s = running / (most_rate * self.output_tokens) - even_s;
        // The prefills of a group fall on those of it that came first. Others come and go.
        let grouped_s = (flow.group - 1.0) / 2.0 * flow.response * self.prefill_s / self.output_tokens;
        let others_s = P95 * flow.slope_s / speed * (1.15 * flow.found * flow.response).sqrt();
        let mean_s = even_s + smaller(grouped_s, left_s);
        let gathered_s = smaller(grouped_s + others_s, left_s);
        // Prefills fall unevenly, but no step carries more than its budget.
        let square = 2.2 * flow.rate * mean_s / self.output_tokens * self.square_prefill();
        let uneven_s = combined(gathered_s, P95 * square.sqrt() / speed) - gathered_s;
        let least_s = even_s + gathered_s;
        let most_s = (self.step)(running) + self.chunk_s - least_s;
        // No less than the mean, however both are rounded.
        Tpot { mean_s, p95_s: (least_s + smaller(uneven_s, most_s)).max(mean_s) }
    }

    /// All latencies, from the running requests and the times to first token and per token.
    fn latencies(&self, flow: &Flow, ttft: Percentiles, tpot: Tpot) -> Latencies {
        let Tpot { mean_s: tpot_s, p95_s: tpot_p95_s } = tpot;
        let steps = (self.output_tokens - 1.0).max(0.0);
        let request_s = ttft.mean + steps * tpot_s;
        let own_s = p95_deviations(self.output_spread) * self.output_spread * self.output_tokens * tpot_s;
        let deviation_s = combined(combined(ttft.p95 - ttft.mean, steps * (tpot_p95_s - tpot_s)), own_s);
        Latencies {
            rate: flow.rate,
            in_flight: flow.rate * request_s,
            ttft,
            tpot_s,
            tpot_p95_s,
            request_s,
            request_p95_s: request_s + deviation_s,
        }
    }

    /// Mean square of a prefill, seconds squared.
    fn square_prefill(&self) -> f64 {
        self.prefill_s.powi(2) * (1.0 + self.prefill_spread.powi(2))
    }
}
