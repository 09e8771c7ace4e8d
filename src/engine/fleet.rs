//! The fleet: how many replicas a day of demand takes, and what they cost.

mod choose;
mod sizing;

pub(super) use crate::engine::fleet::choose::is_alike;
use crate::engine::fleet::choose::{Chosen, choose};
use crate::engine::fleet::sizing::{Sizing, peak_rate};
use crate::engine::inputs::{Inputs, PoolPlan, Traffic};
use crate::engine::money::{self, ByKind, Cost};
use crate::engine::serving::queue::Latencies;
use crate::engine::serving::{
    Batch, Deployment, DoesNotFit, Layout, Replica, Server, ServingConstants, serve,
};

/// Points of the half day from peak to trough at which the daily curve is read; the other half mirrors it.
const CURVE_POINTS: usize = 12;
/// Lowest point of the daily curve relative to its mean. Assumption: consumer services keep about a third at night.
const CURVE_FLOOR: f64 = 0.3;
/// Seconds for which a replica stays up after it was last needed. Assumption.
const QUIET_S: f64 = 1_500.0;

/// A day's demand curve, as multiples of its mean at points from trough to peak.
///
/// Between the floor and the peak it follows `s^m` with `s` running from 0 to 1, and `m` chosen so that the mean
/// is 1: `m = (peak - 1) / (1 - floor)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DailyCurve {
    peak_to_mean: f64,
    lag_hours: f64,
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
        Self { peak_to_mean, lag_hours, levels }
    }

    /// The same, where another one may be it already: a dozen powers are a tenth of an evaluation.
    fn near(known: Option<&Self>, peak_to_mean: f64, lag_hours: f64) -> Self {
        let is_same = |other: &&Self| (other.peak_to_mean, other.lag_hours) == (peak_to_mean, lag_hours);
        known.filter(is_same).copied().unwrap_or_else(|| Self::new(peak_to_mean, lag_hours))
    }

    /// The mean over a day of what follows from the level of demand.
    fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        // Two sums side by side take half as long as one.
        let mut sums = [0.0; 2];
        for levels in self.levels.chunks_exact(2) {
            sums[0] += of(levels[0]);
            sums[1] += of(levels[1]);
        }
        (sums[0] + sums[1]) / CURVE_POINTS as f64
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
    /// GPUs of one replica, whether it decodes or reads prompts for those that do.
    pub gpus_per_replica: f64,
    /// Replicas at the peak of the start that do nothing but read prompts.
    pub readers: f64,
    /// Share of the most that one replica sustains for which it is planned at peak: less than was asked for where the promise
    /// holds up to no more.
    pub planned_load: f64,
    /// Requests per second that one replica is planned for at peak.
    pub planned_rate: f64,
    /// One hour of a GPU by how it is paid for; `None` where a price is missing.
    pub hour: Option<ByKind<Cost>>,
    /// A day of one replica by how it is paid for, USD; `None` where a price is missing.
    usd_per_replica: Option<ByKind<f64>>,
    /// How many replicas a rate takes.
    sizing: Sizing,
    peak_to_mean: f64,
    /// What its replicas follow, where they follow demand or idle under a commitment.
    curve: Option<DailyCurve>,
}

/// A replica that was chosen, under the load for which its latencies are given.
#[derive(Clone, Copy)]
struct Running {
    deployment: Deployment<Layout>,
    replica: Replica,
    latencies: Latencies,
    keeps_promise: bool,
    /// The load that is planned.
    load: f64,
}

/// Replicas of one pool that are paid for on a day.
struct Paid {
    /// At its peak, those that are committed and not needed included.
    peak: f64,
    /// On average.
    mean: ByKind<f64>,
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
    /// All of it, USD.
    usd: Option<f64>,
    /// Mean load over the capacity that is paid for, at full rate.
    pub utilization: f64,
}

/// What the months of a horizon add up of their days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spending {
    /// Requests asked, before any cache.
    pub requests: f64,
    /// GPUs at the peak.
    pub gpus_peak: f64,
    /// What the day costs, USD; `None` where a price is missing.
    pub usd: Option<f64>,
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
    /// All that it costs, USD; `None` where a price is missing.
    usd: Option<f64>,
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
        Self::near(None, plan, slowest_s, inputs, constants)
    }

    /// The same, near a pool that is known already.
    pub(super) fn near(
        known: Option<&Self>,
        plan: &PoolPlan,
        slowest_s: f64,
        inputs: &Inputs,
        constants: &ServingConstants,
    ) -> Result<Self, DoesNotFit> {
        Ok(Self::of(plan, choose(plan, slowest_s, inputs, constants)?, inputs, known))
    }

    /// The pool of a plan that is [alike](is_alike), with the replica that was chosen for this one; under the same load its
    /// users wait as long.
    ///
    /// # Errors
    ///
    /// [`DoesNotFit`] where this one does not either.
    pub(super) fn planned_as(
        &self,
        plan: &PoolPlan,
        inputs: &Inputs,
        constants: &ServingConstants,
    ) -> Result<Self, DoesNotFit> {
        let sizing = self.sizing.with_error(plan, self.gpus_per_replica, inputs);
        let is_loaded_alike = plan.latency_load == self.plan.latency_load
            && (plan.latency_load.is_some() || sizing == self.sizing);
        if is_loaded_alike {
            return Ok(Self::running(plan, &self.as_running(), sizing, inputs, Some(self)));
        }
        let server = Server::new(&self.plan.deployment, constants)?;
        let chosen = Chosen { server, load: self.planned_load, keeps_promise: self.keeps_promise };
        Ok(Self::of(plan, chosen, inputs, Some(self)))
    }

    /// The pool of a plan with the replica that was chosen for it.
    fn of(plan: &PoolPlan, chosen: Chosen, inputs: &Inputs, known: Option<&Self>) -> Self {
        let Chosen { server, load, keeps_promise } = chosen;
        let gpus = f64::from(server.deployment.layout.gpus());
        let sizing = Sizing::new(plan, &server, load, inputs).with_error(plan, gpus, inputs);
        // Above what a replica can answer there is no steady state: its latencies are those of a full batch.
        let waits = sizing.load(plan, &server, peak_rate(plan, inputs)).and_then(|load| server.under(load));
        let waits = waits.unwrap_or_else(|| server.full());
        let running = Running {
            deployment: server.deployment,
            replica: server.replica(&waits),
            latencies: waits.latencies,
            keeps_promise,
            load,
        };
        Self::running(plan, &running, sizing, inputs, known)
    }

    /// The pool of a plan with a replica that runs, of which so many are needed.
    fn running(
        plan: &PoolPlan,
        running: &Running,
        sizing: Sizing,
        inputs: &Inputs,
        known: Option<&Self>,
    ) -> Self {
        let Running { deployment, replica, latencies, keeps_promise, load } = *running;
        let peak_to_mean = inputs.demand.peak_to_mean;
        let gpus_per_replica = f64::from(deployment.layout.gpus());
        let lag_hours = if plan.autoscaling { (plan.cold_start_s + QUIET_S) / 3600.0 } else { 0.0 };
        let hour = money::hours(&plan.rate, &deployment.gpu, &inputs.facility);
        let follows = plan.autoscaling || plan.rate.committed_share() > 0.0;
        Self {
            plan: plan.with(deployment),
            replica,
            latencies,
            keeps_promise,
            gpus_per_replica,
            readers: sizing.readers(sizing.busy(peak_rate(plan, inputs))),
            planned_load: load,
            planned_rate: sizing.planned_rate,
            hour,
            usd_per_replica: hour.map(|hour| hour.map(|cost| cost.total() * 24.0 * gpus_per_replica)),
            sizing,
            peak_to_mean,
            curve: follows.then(|| {
                let known = known.and_then(|pool| pool.curve.as_ref());
                DailyCurve::near(known, peak_to_mean, lag_hours)
            }),
        }
    }

    fn as_running(&self) -> Running {
        Running {
            deployment: self.plan.deployment,
            replica: self.replica,
            latencies: self.latencies,
            keeps_promise: self.keeps_promise,
            load: self.planned_load,
        }
    }

    /// Share of what a replica sustains for which the latencies are given.
    pub fn latency_load(&self) -> f64 {
        self.latencies.rate * self.planned_load / self.planned_rate
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

    /// Mean replicas up at a rate, and the share of its requests that wait for one to start, where the pool scales to zero.
    ///
    /// Where the fewest replicas are enough, requests come at random: one finds the pool asleep when none came for as long as it stays up.
    fn running_to_zero(&self, requests_per_s: f64) -> (f64, f64) {
        let needed = self.needed(requests_per_s);
        let fewest = self.sizing.fewest();
        if needed > fewest {
            return (needed, 0.0);
        }
        let cold = (-requests_per_s * QUIET_S).exp();
        let up = 1.0 - cold + requests_per_s * cold * self.plan.cold_start_s;
        (up.min(1.0) * fewest, cold)
    }

    /// Its mean rate at the start, requests per second.
    fn mean_rate(&self, traffic: &Traffic) -> f64 {
        traffic.served * self.plan.share / 86_400.0
    }

    /// It scales to zero: nothing of it always runs.
    fn scales_to_zero(&self, always: f64) -> bool {
        self.plan.autoscaling && self.plan.min_replicas == 0.0 && always == 0.0
    }

    /// Replicas that are paid for under this traffic, a month's `moment` away from the start.
    fn paid(&self, traffic: &Traffic, moment: &Moment) -> Paid {
        let at_start = self.mean_rate(traffic);
        let peak = self.needed_at_peak(at_start * moment.requests);
        if let Some(curve) = &self.curve {
            return self.paid_along(curve, at_start, peak, moment);
        }
        let spot = peak * self.plan.rate.spot_of_rest();
        Paid { peak, mean: ByKind { spot, on_demand: peak - spot, ..ByKind::default() } }
    }

    /// The same where some are committed or all follow demand, of which so many are needed at its peak.
    fn paid_along(&self, curve: &DailyCurve, at_start: f64, needed_at_peak: f64, moment: &Moment) -> Paid {
        let rate = &self.plan.rate;
        let mean_rate = at_start * moment.requests;
        // Contracts are for whole replicas; those under contract stand on top of those that are owned.
        let committed = |requests: f64, share: f64| {
            if share > 0.0 { (self.needed_at_peak(at_start * requests) * share).round() } else { 0.0 }
        };
        let owned = committed(moment.owned_for, rate.owned_share);
        let both = committed(moment.reserved_for, rate.committed_share());
        let reserved = (both - committed(moment.reserved_for, rate.owned_share)).max(0.0);
        let always = owned + reserved;
        let spot_most = (needed_at_peak - always).max(0.0) * rate.spot_of_rest();
        let by_the_hour = |running: f64| (running - always).max(0.0);
        // What of it is on spot capacity, and all of it.
        let [spot, all] = if self.scales_to_zero(always) {
            let more = |level| by_the_hour(self.running_to_zero(mean_rate * level).0.min(needed_at_peak));
            [curve.mean(|level| more(level).min(spot_most)), curve.mean(more)]
        } else if self.plan.autoscaling {
            let busy = self.sizing.busy(mean_rate);
            let more = |level| by_the_hour(self.sizing.counted(busy * level));
            let spot = if spot_most > 0.0 { curve.mean(|level| more(level).min(spot_most)) } else { 0.0 };
            [spot, curve.mean(more)]
        } else {
            let more = by_the_hour(needed_at_peak);
            [more.min(spot_most), more]
        };
        let on_demand = all - spot;
        Paid { peak: needed_at_peak.max(always), mean: ByKind { owned, reserved, spot, on_demand } }
    }

    /// What such a day costs, USD; `None` where a price is missing.
    fn usd(&self, paid: &Paid, moment: &Moment) -> Option<f64> {
        self.usd_per_replica.map(|usd| {
            let replicas = paid.mean.with(&moment.price(), |replicas, price| replicas * price);
            usd.with(&replicas, |usd, replicas| usd * replicas).sum()
        })
    }

    /// Its day under this traffic, a month's `moment` away from the start.
    pub fn day(&self, traffic: &Traffic, moment: &Moment) -> PoolDay {
        let paid = self.paid(traffic, moment);
        let usd = self.usd(&paid, moment);
        let Paid { peak, mean } = paid;
        let mean_rate = self.mean_rate(traffic) * moment.requests;
        let always = mean.owned + mean.reserved;
        let idle = self.curve.as_ref().filter(|_| always > 0.0).map_or(0.0, |curve| {
            curve.mean(|level| (always - self.needed(mean_rate * level).min(peak)).max(0.0))
        });
        let hours_of_one = 24.0 * self.gpus_per_replica;
        let replicas_mean = mean.sum();
        let hours = mean.map(|replicas| replicas * hours_of_one);
        let idle_reserved = idle.min(mean.reserved);
        let full_rate = self.replica.requests_per_s * self.gpus_per_replica / self.replica.gpus;
        let capacity = replicas_mean * full_rate / self.sizing.slowdown;
        PoolDay {
            replicas_peak: peak,
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
            usd,
            utilization: if capacity > 0.0 { (mean_rate / capacity).min(1.0) } else { 0.0 },
        }
    }

    /// Share of a day's requests that wait for a replica to start.
    pub(super) fn cold_share(&self, traffic: &Traffic) -> f64 {
        let Some(curve) = &self.curve else { return 0.0 };
        let mean_rate = self.mean_rate(traffic);
        // A small share of few replicas commits to none.
        let Paid { mean, .. } =
            self.paid_along(curve, mean_rate, self.needed_at_peak(mean_rate), &Moment::START);
        if !self.scales_to_zero(mean.owned + mean.reserved) {
            return 0.0;
        }
        curve.mean(|level| self.running_to_zero(mean_rate * level).1 * level)
    }
}

impl Spending {
    /// That of these pools under this traffic, a month's `moment` away from the start.
    pub fn new<'a>(pools: impl Iterator<Item = &'a Pool>, traffic: &Traffic, moment: &Moment) -> Self {
        let mut all = Self {
            requests: traffic.asked * moment.requests,
            gpus_peak: 0.0,
            usd: Some(traffic.edge_usd * moment.requests),
        };
        for pool in pools.filter(|pool| pool.plan.share > 0.0) {
            let paid = pool.paid(traffic, moment);
            all.gpus_peak += paid.peak * pool.gpus_per_replica;
            all.usd = all.usd.zip(pool.usd(&paid, moment)).map(|(all, own)| all + own);
        }
        all
    }
}

impl Day {
    /// The day of these pools under this traffic, a month's `moment` away from the start.
    pub fn new<'a>(pools: impl Iterator<Item = &'a Pool>, traffic: &Traffic, moment: &Moment) -> Self {
        let mut day = Self {
            requests: traffic.asked * moment.requests,
            edge_usd: traffic.edge_usd * moment.requests,
            cost: Some(ByKind::default()),
            // As the months add it up: the first of them is this day.
            usd: Some(traffic.edge_usd * moment.requests),
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
            day.usd = day.usd.zip(own.usd).map(|(all, own)| all + own);
            day.cost = day.cost.zip(own.cost).map(|(all, own)| all.with(&own, |a, b| a + b));
            busy_hours += own.utilization * own.hours.sum();
        }
        let hours = day.hours.sum();
        day.utilization = if hours > 0.0 { busy_hours / hours } else { 0.0 };
        day
    }

    /// All that it costs, USD; `None` where a price is missing.
    pub fn usd(&self) -> Option<f64> {
        self.usd
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daily_curve_keeps_its_mean_and_peak() {
        for peak in [1.0, 1.3, 1.7, 2.5, 4.0] {
            let curve = DailyCurve::new(peak, 0.0);
            let mean = curve.mean(|level| level);
            assert!((mean - 1.0).abs() < 0.01, "peak {peak} gives a mean of {mean}");
            assert!(curve.levels.is_sorted() && curve.levels[CURVE_POINTS - 1] <= peak);
            // A level stands for the middle of its hour; half an hour later the last one is the peak itself.
            assert_eq!(DailyCurve::new(peak, 0.5).levels[CURVE_POINTS - 1], peak);
        }
    }
}
