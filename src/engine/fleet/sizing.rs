//! How many replicas a rate takes, and under which load each is then.

use crate::engine::arrivals::Arrivals;
use crate::engine::inputs::{Inputs, PoolPlan, Traffic};
use crate::engine::serving::{Load, Server};

/// How many replicas a rate takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sizing {
    /// Requests per second that one is planned for at peak.
    pub(super) planned_rate: f64,
    /// Replicas that read prompts, for each that decodes; 0 where each reads its own.
    pub(super) readers: f64,
    /// What divides its rate: the model's error on it, and spot capacity that is being replaced.
    pub(super) slowdown: f64,
    /// Those that always run.
    pub(super) least: f64,
}

impl Sizing {
    /// That of replicas which are planned for such a load.
    pub(super) fn new(plan: &PoolPlan, server: &Server, load: f64, inputs: &Inputs) -> Self {
        let gpus = f64::from(server.deployment.layout.gpus());
        Self {
            planned_rate: server.sustained_rate * load,
            readers: server.readers,
            slowdown: slowdown(plan, gpus, inputs),
            least: plan.min_replicas,
        }
    }

    /// The same with the model's error on the rate of one, for replicas of so many GPUs.
    pub(super) fn with_error(self, plan: &PoolPlan, gpus: f64, inputs: &Inputs) -> Self {
        Self { slowdown: slowdown(plan, gpus, inputs) / inputs.model_error.throughput, ..self }
    }

    /// Replicas that decode and that a rate keeps as busy as planned.
    #[inline]
    pub(super) fn busy(&self, requests_per_s: f64) -> f64 {
        requests_per_s * self.slowdown / self.planned_rate
    }

    /// Whole replicas, not fewer than always run: so many busy ones decode, and others read their prompts.
    #[inline]
    pub(super) fn counted(&self, busy: f64) -> f64 {
        self.decoders(busy) + self.readers(busy)
    }

    /// Whole replicas that decode.
    #[inline]
    pub(super) fn decoders(&self, busy: f64) -> f64 {
        // A value just above a whole number is rounding noise, not another replica.
        whole(busy - 1e-9).max(self.least)
    }

    /// Whole replicas that read prompts for others: one at least where one of those always runs.
    pub(super) fn readers(&self, busy: f64) -> f64 {
        if self.readers == 0.0 {
            return 0.0;
        }
        whole(busy * self.readers - 1e-9).max(self.least.min(1.0))
    }

    /// Replicas without which nobody is answered.
    #[inline]
    pub(super) fn fewest(&self) -> f64 {
        if self.readers == 0.0 { 1.0 } else { 2.0 }
    }

    #[inline]
    pub(super) fn needed(&self, requests_per_s: f64) -> f64 {
        self.counted(self.busy(requests_per_s))
    }

    /// The load of a replica at a peak rate, for which latencies are given; `None` for the batch kept full.
    #[inline]
    pub(super) fn load(&self, plan: &PoolPlan, server: &Server, peak: f64) -> Option<Load> {
        match (plan.arrivals, plan.concurrency) {
            // Slower replicas are as busy with fewer requests.
            (Arrivals::Poisson, None) => Some(Load::Random(plan.latency_load.map_or_else(
                || peak * self.slowdown / self.decoders(self.busy(peak)).max(1.0),
                |load| load * server.sustained_rate,
            ))),
            (Arrivals::Poisson, Some(in_flight)) => Some(Load::InFlight(in_flight)),
            (Arrivals::Closed | Arrivals::Burst, _) => counted_load(plan, server),
        }
    }
}

/// What spot capacity that is being replaced divides the rate of a replica of so many GPUs by.
fn slowdown(plan: &PoolPlan, gpus: f64, inputs: &Inputs) -> f64 {
    1.0 + plan.rate.spot_share * inputs.interruptions.time_lost(gpus, plan.cold_start_s)
}

/// The load of a replica whose requests are counted; `None` for the batch kept full.
pub(super) fn counted_load(plan: &PoolPlan, server: &Server) -> Option<Load> {
    match (plan.arrivals, plan.concurrency) {
        (Arrivals::Burst, in_flight) => Some(Load::Burst(in_flight.unwrap_or(server.batch()))),
        (_, in_flight) => in_flight.map(Load::Closed),
    }
}

/// Requests per second that reach a pool on the mean of a day at the start.
pub(super) fn mean_rate<L>(plan: &PoolPlan<L>, traffic: &Traffic) -> f64 {
    traffic.served * plan.share / 86_400.0
}

/// Requests per second that reach a pool at the peak of the start.
pub(super) fn peak_rate(plan: &PoolPlan, inputs: &Inputs) -> f64 {
    mean_rate(plan, &inputs.traffic()) * inputs.demand.peak_to_mean
}

/// The least whole number that is not below a count. [`f64::ceil`] is a call on processors of 2003, and this is most of
/// what a month takes: a sum with 2^52 has no room for a fraction.
fn whole(count: f64) -> f64 {
    const NO_FRACTION: f64 = 4_503_599_627_370_496.0;
    let nearest = (count + NO_FRACTION) - NO_FRACTION;
    if nearest < count { nearest + 1.0 } else { nearest }
}
