//! The fleet: how many replicas a day of demand takes, and what they cost.

use crate::engine::inputs::{Inputs, PoolPlan, Traffic};
use crate::engine::money::{self, ByKind, Cost};
use crate::engine::serving::{Batch, Deployment, DoesNotFit, Replica, ServingConstants, serve};

/// Points of the half day from peak to trough at which the daily curve is read; the other half mirrors it.
const CURVE_POINTS: usize = 12;
/// Lowest point of the daily curve relative to its mean. Assumption: consumer services keep about a third at night.
const CURVE_FLOOR: f64 = 0.3;
/// Seconds for which a replica stays up after it was last needed. Assumption.
const QUIET_S: f64 = 1_500.0;
/// Powers of two that an automatic batch is tried at below the largest: up to 1,024.
const LARGEST_TRIED: u32 = 11;

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
    pub plan: PoolPlan<u32>,
    /// The replica.
    pub replica: Replica,
    /// GPUs of one replica.
    pub gpus_per_replica: f64,
    /// Requests per second that one replica is planned for at peak.
    pub planned_rate: f64,
    /// One hour of a GPU by how it is paid for; `None` where a price is missing.
    pub hour: Option<ByKind<Cost>>,
    /// What divides the replica's rate: the model's error on it, and spot capacity that is being replaced.
    slowdown: f64,
    peak_to_mean: f64,
    /// What its replicas follow, where they follow demand or idle under a commitment.
    curve: Option<DailyCurve>,
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
    /// Works out the replica of a plan; with an automatic degree, the cheapest that fits and meets the target.
    ///
    /// An automatic batch is the largest that meets the target and answers within `slowest_s`.
    ///
    /// # Errors
    ///
    /// [`DoesNotFit`] when no degree that may be chosen holds the model.
    pub fn new(
        plan: &PoolPlan,
        slowest_s: f64,
        inputs: &Inputs,
        constants: &ServingConstants,
    ) -> Result<Self, DoesNotFit> {
        let (replica, deployment) = if plan.automatic_batch {
            choose_batch(plan, slowest_s, constants)?
        } else {
            choose_degree(plan, constants)?
        };
        let peak_to_mean = inputs.demand.peak_to_mean;
        let gpus_per_replica = f64::from(deployment.tensor_parallel);
        let replaced =
            plan.rate.spot_share * inputs.interruptions.time_lost(gpus_per_replica, plan.cold_start_s);
        let lag_hours = if plan.autoscaling { (plan.cold_start_s + QUIET_S) / 3600.0 } else { 0.0 };
        let follows = plan.autoscaling || plan.rate.committed_share() > 0.0;
        Ok(Self {
            plan: plan.with(deployment),
            replica,
            gpus_per_replica,
            planned_rate: replica.requests_per_s * plan.target_utilization,
            hour: money::hours(&plan.rate, &deployment.gpu, &inputs.facility),
            slowdown: (1.0 + replaced) / inputs.model_error.throughput,
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
        let replicas = requests_per_s * self.slowdown / self.planned_rate;
        // A value just above a whole number is rounding noise, not another replica.
        (replicas - 1e-9).ceil().max(self.plan.min_replicas)
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
        let capacity = replicas_mean * self.replica.requests_per_s / self.slowdown;
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
    let one = Deployment { batch: Batch::Requests(1.0), ..*deployment };
    let mut gpus = one.tensor_parallel;
    while gpus > 1 && serve(&one.on(gpus / 2), constants).is_ok() {
        gpus /= 2;
    }
    gpus
}

/// The replica at the degree of the least GPU time per request among those that fit and meet the latency target; when
/// none meets it, the fastest.
fn choose_degree(plan: &PoolPlan, constants: &ServingConstants) -> Result<(Replica, Deployment), DoesNotFit> {
    let mut best: Option<((Replica, Deployment), (bool, f64))> = None;
    let mut refusal = None;
    for gpus in plan.deployment.tensor_parallel.choices() {
        let deployment = plan.deployment.on(gpus);
        match serve(&deployment, constants) {
            Ok(replica) => {
                // With a set batch, memory that holds only part of it is a degree too low: requests would queue.
                let holds_batch = match deployment.batch {
                    Batch::Requests(requests) => replica.max_batch >= requests,
                    Batch::Max => true,
                };
                let meets = holds_batch && replica.ttft_s <= plan.latency_target_s;
                let score = if meets { f64::from(gpus) / replica.requests_per_s } else { replica.ttft_s };
                let better = best
                    .as_ref()
                    .is_none_or(|(_, (met, least))| (meets && !met) || (meets == *met && score < *least));
                if better {
                    best = Some(((replica, deployment), (meets, score)));
                }
            }
            Err(reason) => refusal = Some(reason),
        }
    }
    match (best, refusal) {
        (Some((choice, _)), _) => Ok(choice),
        (None, Some(reason)) => Err(reason),
        (None, None) => {
            let deployment = plan.deployment.on(plan.deployment.tensor_parallel.highest());
            serve(&deployment, constants).map(|replica| (replica, deployment))
        }
    }
}

/// The largest batch, at the degree that suits it, that meets the target and answers within `slowest_s`: the most work
/// for each hour. Where none does, the batch that was planned.
fn choose_batch(
    plan: &PoolPlan,
    slowest_s: f64,
    constants: &ServingConstants,
) -> Result<(Replica, Deployment), DoesNotFit> {
    let at = |batch: Batch| {
        choose_degree(&PoolPlan { deployment: Deployment { batch, ..plan.deployment }, ..*plan }, constants)
    };
    let suits = |(replica, _): &(Replica, Deployment)| {
        replica.ttft_s <= plan.latency_target_s && replica.request_s <= slowest_s
    };
    let largest = at(Batch::Max)?;
    if suits(&largest) {
        return Ok(largest);
    }
    // The more run together, the longer each takes: halve the powers of two that may suit.
    let (mut found, mut low, mut high) = (None, 0, LARGEST_TRIED);
    while low < high {
        let middle = u32::midpoint(low, high);
        let choice = at(Batch::Requests(f64::from(1_u32 << middle)))?;
        if suits(&choice) {
            (found, low) = (Some(choice), middle + 1);
        } else {
            high = middle;
        }
    }
    found.map_or_else(|| choose_degree(plan, constants), Ok)
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
