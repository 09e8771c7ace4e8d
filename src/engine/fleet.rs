//! The fleet: how many replicas a day of demand takes, and what they cost.

use crate::engine::arrivals::Arrivals;
use crate::engine::inputs::{Inputs, PoolPlan, Traffic};
use crate::engine::money::{self, ByKind, Cost};
use crate::engine::serving::queue::Latencies;
use crate::engine::serving::{
    Batch, Batching, Deployment, DoesNotFit, Layout, Load, Replica, Server, ServingConstants, serve,
};

/// Points of the half day from peak to trough at which the daily curve is read; the other half mirrors it.
const CURVE_POINTS: usize = 12;
/// Lowest point of the daily curve relative to its mean. Assumption: consumer services keep about a third at night.
const CURVE_FLOOR: f64 = 0.3;
/// Seconds for which a replica stays up after it was last needed. Assumption.
const QUIET_S: f64 = 1_500.0;
/// Halvings by which the highest load is found that keeps a promise: to a hundredth of the planned one.
const HALVINGS: u32 = 7;
/// The least load, as a share of a replica's full rate, at which a promise is tried.
const LEAST_LOAD: f64 = 0.02;

/// A day's demand curve, as multiples of its mean at points from trough to peak.
///
/// Between the floor and the peak it follows `s^m` with `s` running from 0 to 1, and `m` chosen so that the mean
/// is 1: `m = (peak - 1) / (1 - floor)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DailyCurve {
    levels: [f64; CURVE_POINTS],
}

impl DailyCurve {
    /// The curve with this peak, read `lag_hours` closer to the peak than the clock.
    pub fn new(peak_to_mean: f64, lag_hours: f64) -> Self {
        let peak = peak_to_mean.max(1.0);
        let floor = CURVE_FLOOR;
        let exponent = (peak - 1.0) / (1.0 - floor);
        let mut levels = [1.0; CURVE_POINTS];
        if peak > 1.0 {
            for (point, level) in levels.iter_mut().enumerate() {
                let s = ((point as f64 + 0.5) / CURVE_POINTS as f64 + lag_hours / 12.0).min(1.0);
                *level = floor + (peak - floor) * s.powf(exponent);
            }
        }
        Self { levels }
    }

    /// The levels, trough first.
    pub(super) fn levels(&self) -> &[f64] {
        &self.levels
    }
}

/// Demand and prices of a month relative to those at the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Requests.
    pub requests: f64,
    /// Requests for which hardware has been bought.
    pub owned_for: f64,
    /// Requests for which contracts have been made.
    pub reserved_for: f64,
    /// Price of what is paid by the hour.
    pub rented: f64,
    /// Price of the contracts in force.
    pub reserved: f64,
    /// Price of the same work on owned hardware.
    pub owned: f64,
}

impl Moment {
    /// The start.
    pub const START: Self = Self::sized_for(1.0);

    /// So many times the requests, and a fleet made for them, at the prices of the start.
    pub const fn sized_for(requests: f64) -> Self {
        Self { requests, owned_for: requests, reserved_for: requests, rented: 1.0, reserved: 1.0, owned: 1.0 }
    }

    fn price(&self) -> ByKind<f64> {
        ByKind { owned: self.owned, reserved: self.reserved, spot: self.rented, on_demand: self.rented }
    }
}

/// A pool with its replica worked out: what a day costs is now a matter of counting replicas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pool {
    /// What it was planned as, at the degree and the batch that were chosen.
    pub plan: PoolPlan<Layout>,
    /// The replica, with its batch kept full.
    pub replica: Replica,
    /// How long its users wait under the planned peak.
    pub latencies: Latencies,
    /// The promise holds for them.
    pub keeps_promise: bool,
    /// GPUs of one replica.
    pub gpus_per_replica: f64,
    /// Share of the most that one replica sustains for which it is planned at peak: less than was asked for where the promise
    /// holds up to no more.
    pub planned_load: f64,
    /// Requests per second that one replica is planned for at peak.
    pub planned_rate: f64,
    /// One hour of a GPU by how it is paid for; `None` where a price is missing.
    pub hour: Option<ByKind<Cost>>,
    /// How many replicas a rate takes.
    sizing: Sizing,
    peak_to_mean: f64,
    /// What its replicas follow, where they follow demand or idle under a commitment.
    curve: Option<DailyCurve>,
}

/// How many replicas a rate takes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sizing {
    /// Requests per second that one is planned for at peak.
    planned_rate: f64,
    /// What divides its rate: the model's error on it, and spot capacity that is being replaced.
    slowdown: f64,
    /// Those that always run.
    least: f64,
}

/// A day of one pool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolDay {
    /// Replicas at the peak of the day.
    pub replicas_peak: f64,
    /// Mean replicas that are paid for.
    pub replicas_mean: f64,
    /// GPU-hours that are paid for.
    pub hours: ByKind<f64>,
    /// Those of them that are committed and that demand does not need.
    pub idle: ByKind<f64>,
    /// What the hours cost; `None` where a price is missing.
    pub cost: Option<ByKind<Cost>>,
    /// Mean load over the capacity that is paid for, at full rate.
    pub utilization: f64,
    /// Share of the requests that wait for a replica to start.
    pub cold_share: f64,
}

/// A day of all pools together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Day {
    /// Requests asked, before any cache.
    pub requests: f64,
    /// Replicas at the peak.
    pub replicas_peak: f64,
    /// Mean replicas that are paid for.
    pub replicas_mean: f64,
    /// GPUs at the peak.
    pub gpus_peak: f64,
    /// GPU-hours that are paid for.
    pub hours: ByKind<f64>,
    /// Committed GPU-hours that demand does not need.
    pub idle: ByKind<f64>,
    /// What the hours cost; `None` where a price is missing.
    pub cost: Option<ByKind<Cost>>,
    /// What is paid for committed hours that demand does not need, USD.
    pub waste_usd: f64,
    /// What the work would cost at the full rate of every pool, USD.
    pub busy_usd: f64,
    /// Requests answered on the users' devices, USD.
    pub edge_usd: f64,
    /// Mean load over the capacity that is paid for, at full rate.
    pub utilization: f64,
}

impl Pool {
    /// Works out the replica of a plan; with an automatic layout, the cheapest that fits and keeps the promise.
    ///
    /// An automatic batch is all that memory holds, under a load at which it answers within `slowest_s`.
    ///
    /// # Errors
    ///
    /// [`DoesNotFit`] when no layout that may be chosen holds the model.
    pub fn new(
        plan: &PoolPlan,
        slowest_s: f64,
        inputs: &Inputs,
        constants: &ServingConstants,
    ) -> Result<Self, DoesNotFit> {
        let Choice { deployment, load, keeps_promise, .. } = choose(plan, slowest_s, constants)?;
        let server = Server::new(&deployment, constants)?;
        let peak_to_mean = inputs.demand.peak_to_mean;
        let gpus_per_replica = server.gpus;
        let replaced =
            plan.rate.spot_share * inputs.interruptions.time_lost(gpus_per_replica, plan.cold_start_s);
        let sizing = Sizing {
            planned_rate: server.sustained_rate * load,
            slowdown: (1.0 + replaced) / inputs.model_error.throughput,
            least: plan.min_replicas,
        };
        let peak = inputs.traffic().served * plan.share / 86_400.0 * peak_to_mean;
        // Above what a replica can answer there is no steady state: its latencies are those of a full batch.
        let waits = sizing.load(plan, &server, peak).and_then(|load| server.under(load));
        let waits = waits.unwrap_or_else(|| server.full());
        let lag_hours = if plan.autoscaling { (plan.cold_start_s + QUIET_S) / 3600.0 } else { 0.0 };
        let follows = plan.autoscaling || plan.rate.committed_share() > 0.0;
        Ok(Self {
            plan: plan.with(deployment),
            replica: server.replica(&waits),
            latencies: waits.latencies,
            keeps_promise,
            gpus_per_replica,
            planned_load: load,
            planned_rate: sizing.planned_rate,
            hour: money::hours(&plan.rate, &deployment.gpu, &inputs.facility),
            sizing,
            peak_to_mean,
            curve: follows.then(|| DailyCurve::new(peak_to_mean, lag_hours)),
        })
    }

    /// One hour of a GPU in the mix that the plan asks for, USD; `None` where a price is missing.
    pub fn usd_per_hour(&self) -> Option<f64> {
        self.hour.map(|hour| money::blended_hour(&self.plan.rate, &hour, 1.0).total())
    }

    /// Replicas that a rate takes, not fewer than always run.
    fn needed(&self, requests_per_s: f64) -> f64 {
        self.sizing.needed(requests_per_s)
    }

    /// Replicas at the peak of a day with this mean rate.
    fn needed_at_peak(&self, requests_per_s: f64) -> f64 {
        self.needed(requests_per_s * self.peak_to_mean)
    }

    /// Mean replicas up, and the share of requests that wait for one to start, where the pool scales to zero and one
    /// replica is enough. Requests come at random: one finds the pool asleep when none came for as long as it stays up.
    fn asleep(&self, requests_per_s: f64) -> (f64, f64) {
        let cold = (-requests_per_s * QUIET_S).exp();
        let up = 1.0 - cold + requests_per_s * cold * self.plan.cold_start_s;
        (up.min(1.0), cold)
    }

    /// Its day under this traffic, a month's `moment` away from the start.
    // Inlined, the months of a horizon work out no more of a day than they look at.
    #[inline]
    pub fn day(&self, traffic: &Traffic, moment: &Moment) -> PoolDay {
        let rate = &self.plan.rate;
        let at_start = traffic.served * self.plan.share / 86_400.0;
        let mean_rate = at_start * moment.requests;
        let peak = self.needed_at_peak(mean_rate);
        // Contracts are for whole replicas; those under contract stand on top of those that are owned.
        let committed = |requests: f64, share: f64| {
            if share > 0.0 { (self.needed_at_peak(at_start * requests) * share).round() } else { 0.0 }
        };
        let owned = committed(moment.owned_for, rate.owned_share);
        let both = committed(moment.reserved_for, rate.committed_share());
        let reserved = (both - committed(moment.reserved_for, rate.owned_share)).max(0.0);
        let always = owned + reserved;
        let spot_most = (peak - always).max(0.0) * rate.spot_of_rest();
        let to_zero = self.plan.autoscaling && self.plan.min_replicas == 0.0 && always == 0.0;

        let (mut idle, mut spot, mut on_demand, mut cold) = (0.0, 0.0, 0.0, 0.0);
        let mut hour = |level: f64, share: f64| {
            let needed = self.needed(mean_rate * level).min(peak);
            let (running, waiting) =
                if to_zero && needed <= 1.0 { self.asleep(mean_rate * level) } else { (needed, 0.0) };
            let paid = if self.plan.autoscaling { running } else { peak };
            let by_the_hour = (paid - always).max(0.0);
            let on_spot = by_the_hour.min(spot_most);
            spot += on_spot * share;
            on_demand += (by_the_hour - on_spot) * share;
            idle += (always - running).max(0.0) * share;
            cold += waiting * level * share;
        };
        if let Some(curve) = &self.curve {
            let levels = curve.levels();
            for level in levels {
                hour(*level, 1.0 / levels.len() as f64);
            }
        } else {
            hour(self.peak_to_mean, 1.0);
        }

        let hours_of_one = 24.0 * self.gpus_per_replica;
        let replicas_mean = always + spot + on_demand;
        let hours = ByKind { owned, reserved, spot, on_demand }.map(|replicas| replicas * hours_of_one);
        let idle_reserved = idle.min(reserved);
        let capacity = replicas_mean * self.replica.requests_per_s / self.sizing.slowdown;
        PoolDay {
            replicas_peak: peak.max(always),
            replicas_mean,
            hours,
            idle: ByKind {
                owned: (idle - idle_reserved) * hours_of_one,
                reserved: idle_reserved * hours_of_one,
                ..ByKind::default()
            },
            cost: self.hour.map(|hour| {
                let paid = hours.with(&moment.price(), |hours, price| hours * price);
                hour.with(&paid, |cost, hours| cost * hours)
            }),
            utilization: if capacity > 0.0 { (mean_rate / capacity).min(1.0) } else { 0.0 },
            cold_share: cold,
        }
    }
}

impl Day {
    /// The day of these pools under this traffic, a month's `moment` away from the start.
    #[inline]
    pub fn new<'a>(pools: impl Iterator<Item = &'a Pool>, traffic: &Traffic, moment: &Moment) -> Self {
        let mut day = Self {
            requests: traffic.asked * moment.requests,
            edge_usd: traffic.edge_usd * moment.requests,
            cost: Some(ByKind::default()),
            ..Self::default()
        };
        let mut busy_hours = 0.0;
        for pool in pools.filter(|pool| pool.plan.share > 0.0) {
            let own = pool.day(traffic, moment);
            day.replicas_peak += own.replicas_peak;
            day.replicas_mean += own.replicas_mean;
            day.gpus_peak += own.replicas_peak * pool.gpus_per_replica;
            day.hours = day.hours.with(&own.hours, |a, b| a + b);
            day.idle = day.idle.with(&own.idle, |a, b| a + b);
            if let (Some(cost), Some(hour)) = (own.cost, pool.hour) {
                day.busy_usd += cost.sum().total() * own.utilization;
                if own.idle.sum() > 0.0 {
                    let idle = own.idle.with(&moment.price(), |hours, price| hours * price);
                    day.waste_usd += hour.with(&idle, |cost, hours| cost.total() * hours).sum();
                }
            }
            day.cost = day.cost.zip(own.cost).map(|(all, own)| all.with(&own, |a, b| a + b));
            busy_hours += own.utilization * own.hours.sum();
        }
        let hours = day.hours.sum();
        day.utilization = if hours > 0.0 { busy_hours / hours } else { 0.0 };
        day
    }

    /// All that it costs, USD; `None` where a price is missing.
    pub fn usd(&self) -> Option<f64> {
        Some(self.cost?.sum().total() + self.edge_usd)
    }

    /// Mean GPUs that are paid for.
    pub fn gpus_mean(&self) -> f64 {
        self.hours.sum() / 24.0
    }

    /// Share of the GPU-hours that demand needs which the commitments cover.
    pub fn coverage(&self) -> f64 {
        let committed = self.hours.owned + self.hours.reserved - self.idle.sum();
        let needed = self.hours.sum() - self.idle.sum();
        if needed > 0.0 { committed / needed } else { 0.0 }
    }
}

/// The least power of two of GPUs that hold the model and one request, knowing that the deployment fits.
pub fn least_gpus(deployment: &Deployment, constants: &ServingConstants) -> u32 {
    let fits = |gpus: u32| {
        let one = Deployment { batch: Batch::Requests(1.0), ..deployment.laid_out(Layout::tensor(gpus)) };
        serve(&one, constants).is_ok()
    };
    let mut gpus = deployment.layout.gpus();
    while gpus > 1 && fits(gpus / 2) {
        gpus /= 2;
    }
    gpus
}

impl Sizing {
    fn needed(&self, requests_per_s: f64) -> f64 {
        let replicas = requests_per_s * self.slowdown / self.planned_rate;
        // A value just above a whole number is rounding noise, not another replica.
        (replicas - 1e-9).ceil().max(self.least)
    }

    /// The load of a replica at a peak rate, for which latencies are given; `None` for the batch kept full.
    fn load(&self, plan: &PoolPlan, server: &Server, peak: f64) -> Option<Load> {
        match (plan.arrivals, plan.concurrency) {
            // Slower replicas are as busy with fewer requests.
            (Arrivals::Poisson, None) => {
                Some(Load::Random(peak * self.slowdown / self.needed(peak).max(1.0)))
            }
            (Arrivals::Poisson, Some(in_flight)) => Some(Load::InFlight(in_flight)),
            (Arrivals::Closed | Arrivals::Burst, _) => counted_load(plan, server),
        }
    }
}

/// The load of a replica whose requests are counted; `None` for the batch kept full.
fn counted_load(plan: &PoolPlan, server: &Server) -> Option<Load> {
    match (plan.arrivals, plan.concurrency) {
        (Arrivals::Burst, in_flight) => Some(Load::Burst(in_flight.unwrap_or(server.batch()))),
        (_, in_flight) => in_flight.map(Load::Closed),
    }
}

/// A layout, and how much of what a replica sustains is planned.
struct Choice {
    deployment: Deployment,
    load: f64,
    keeps_promise: bool,
    /// GPU time per request at the most that it sustains, seconds.
    gpu_time_s: f64,
}

/// The layout of the least GPU time per request among those that fit and keep the promise, each at the highest load at
/// which it does; when none keeps it, the one that answers soonest. Beyond a server only where none within holds the
/// model.
fn choose(plan: &PoolPlan, slowest_s: f64, constants: &ServingConstants) -> Result<Choice, DoesNotFit> {
    let experts = plan.deployment.shape.experts.is_some();
    let batch = if plan.automatic_batch { Batch::Max } else { plan.deployment.batch };
    let plan = &PoolPlan { deployment: Deployment { batch, ..plan.deployment }, ..*plan };
    let limit = Limit { plan, slowest_s: if plan.automatic_batch { slowest_s } else { f64::INFINITY } };
    let mut best: Option<Choice> = None;
    let mut refusal = None;
    for layout in plan.deployment.layout.within_server(experts) {
        let deployment = plan.deployment.laid_out(layout);
        match Server::new(&deployment, constants) {
            Ok(server) if server.holds(batch) => {
                // One that costs more at the planned load than another does at its own is not worth a look.
                let most = best.as_ref().map_or(f64::INFINITY, Choice::cost);
                if server.gpu_time_s() / plan.target_utilization < most {
                    let choice = limit.choice(&server);
                    if choice.keeps_promise && choice.cost() < most {
                        best = Some(choice);
                    }
                }
            }
            Ok(_) => {}
            Err(reason) => refusal = Some(reason),
        }
    }
    if let Some(choice) = best.or_else(|| soonest(&limit, experts, constants)) {
        return Ok(choice);
    }
    for layout in plan.deployment.layout.beyond_server(experts) {
        if let Ok(server) = Server::new(&plan.deployment.laid_out(layout), constants) {
            return Ok(limit.choice(&server));
        }
    }
    Err(refusal.unwrap_or(DoesNotFit { needed_bytes_per_gpu: f64::INFINITY, usable_bytes_per_gpu: 0.0 }))
}

/// Where none holds the batch and keeps the promise: one that keeps it, else the one that answers soonest; `None` where none
/// fits.
fn soonest(limit: &Limit, experts: bool, constants: &ServingConstants) -> Option<Choice> {
    let plan = limit.plan;
    let mut best: Option<(Choice, (bool, f64))> = None;
    for layout in plan.deployment.layout.within_server(experts) {
        let deployment = plan.deployment.laid_out(layout);
        let Ok(server) = Server::new(&deployment, constants) else { continue };
        let choice = limit.choice(&server);
        let (kept, ttft_s) = (choice.keeps_promise, server.full().latencies.ttft.mean);
        let better = best
            .as_ref()
            .is_none_or(|(_, (other, least))| (kept && !other) || (kept == *other && ttft_s < *least));
        if better {
            best = Some((choice, (kept, ttft_s)));
        }
    }
    best.map(|(choice, _)| choice)
}

impl Choice {
    /// GPU time of a request at the load that is planned, seconds.
    fn cost(&self) -> f64 {
        self.gpu_time_s / self.load
    }
}

/// What the users of a pool are promised.
struct Limit<'a> {
    plan: &'a PoolPlan,
    /// Longest mean time from request to last token, seconds.
    slowest_s: f64,
}

impl Limit<'_> {
    /// A layout at the highest load at which it holds, or, where it never does, the planned one.
    fn choice(&self, server: &Server) -> Choice {
        let kept = self.highest_load(server);
        Choice {
            deployment: *server.deployment,
            load: kept.unwrap_or(self.plan.target_utilization),
            keeps_promise: kept.is_some(),
            gpu_time_s: server.gpu_time_s(),
        }
    }

    fn holds(&self, latencies: &Latencies) -> bool {
        latencies.ttft.mean <= self.plan.latency_target_s
            && latencies.request_s <= self.slowest_s
            && self.plan.promise.holds(latencies)
    }

    /// The highest load at which it holds, as a share of a replica's full rate and at most the planned one; `None` where it
    /// holds at none.
    fn highest_load(&self, server: &Server) -> Option<f64> {
        let plan = self.plan;
        let planned = plan.target_utilization;
        if plan.latency_target_s.is_infinite() && plan.promise.is_empty() && self.slowest_s.is_infinite() {
            return Some(planned);
        }
        let random = plan.arrivals == Arrivals::Poisson && plan.deployment.batching == Batching::Continuous;
        if !random && !plan.automatic_batch {
            let waits =
                counted_load(plan, server).map_or_else(|| Some(server.full()), |load| server.under(load));
            return waits.filter(|waits| self.holds(&waits.latencies)).map(|_| planned);
        }
        let holds_at = |load: f64| {
            let waits = server.under(Load::Random(load * server.sustained_rate));
            waits.is_some_and(|waits| self.holds(&waits.latencies))
        };
        if holds_at(planned) {
            return Some(planned);
        }
        let (mut low, mut high) = (LEAST_LOAD.min(planned), planned);
        if !holds_at(low) {
            return None;
        }
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if holds_at(middle) { low = middle } else { high = middle }
        }
        Some(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daily_curve_keeps_its_mean_and_peak() {
        for peak in [1.0, 1.3, 1.7, 2.5, 4.0] {
            let curve = DailyCurve::new(peak, 0.0);
            let mean = curve.levels().iter().sum::<f64>() / CURVE_POINTS as f64;
            assert!((mean - 1.0).abs() < 0.01, "peak {peak} gives a mean of {mean}");
            assert!(curve.levels().is_sorted() && curve.levels()[CURVE_POINTS - 1] <= peak);
            // A level stands for the middle of its hour; half an hour later the last one is the peak itself.
            assert_eq!(DailyCurve::new(peak, 0.5).levels()[CURVE_POINTS - 1], peak);
        }
    }
}
