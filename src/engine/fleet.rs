//! The fleet: how many replicas a day of demand takes, and what they cost.

use crate::engine::inputs::{Inputs, PoolPlan, Traffic};
use crate::engine::money::{self, Cost};
use crate::engine::serving::{Batch, Deployment, DoesNotFit, Replica, ServingConstants, serve};

/// Points of the half day from peak to trough at which the daily curve is read; the other half mirrors it.
const CURVE_POINTS: usize = 12;
/// Lowest point of the daily curve relative to its mean. Assumption: consumer services keep about a third at night.
const CURVE_FLOOR: f64 = 0.3;
/// Hours by which autoscaling runs ahead of a rise and behind a fall: start-up of a replica and a quiet period.
/// Assumption.
const AUTOSCALING_LAG_HOURS: f64 = 0.5;
/// Share of the time that preempted spot capacity is lost or replaced (assumption of the factor table, 0.03-0.25).
pub const SPOT_PREEMPTION_OVERHEAD: f64 = 0.10;

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

/// A pool with its replica worked out: what a day costs is now a matter of counting replicas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pool {
    /// What it was planned as, at the degree that was chosen.
    pub plan: PoolPlan<u32>,
    /// The replica.
    pub replica: Replica,
    /// GPUs of one replica.
    pub gpus_per_replica: f64,
    /// Requests per second that one replica is planned for at peak.
    pub planned_rate: f64,
    /// One hour of a rented GPU.
    pub rented: Cost,
    /// One hour of an owned GPU, when some are owned.
    pub owned: Option<Cost>,
    /// What divides the replica's rate: the model's error on it.
    slowdown: f64,
    peak_to_mean: f64,
    /// What its replicas follow, where they follow demand.
    curve: Option<DailyCurve>,
}

/// A day of one pool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolDay {
    /// Replicas at the peak of the day.
    pub replicas_peak: f64,
    /// Mean replicas over the day.
    pub replicas_mean: f64,
    /// GPU-hours.
    pub gpu_hours: f64,
    /// What they cost.
    pub cost: Cost,
    /// Mean load over the capacity that ran, at full rate.
    pub utilization: f64,
}

/// A day of all pools together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Day {
    /// Requests asked, before any cache.
    pub requests: f64,
    /// Replicas at the peak.
    pub replicas_peak: f64,
    /// Mean replicas over the day.
    pub replicas_mean: f64,
    /// GPUs at the peak.
    pub gpus_peak: f64,
    /// GPU-hours.
    pub gpu_hours: f64,
    /// What they cost.
    pub cost: Cost,
    /// Requests answered on the users' devices, USD.
    pub edge_usd: f64,
    /// Mean load over the capacity that ran, at full rate.
    pub utilization: f64,
}

impl Pool {
    /// Works out the replica of a plan; with an automatic degree, the cheapest that fits and meets the target.
    ///
    /// # Errors
    ///
    /// [`DoesNotFit`] when no degree that may be chosen holds the model.
    pub fn new(plan: &PoolPlan, inputs: &Inputs, constants: &ServingConstants) -> Result<Self, DoesNotFit> {
        let (replica, deployment) = choose_degree(plan, constants)?;
        let peak_to_mean = inputs.demand.peak_to_mean;
        Ok(Self {
            plan: plan.with(deployment),
            replica,
            gpus_per_replica: f64::from(deployment.tensor_parallel),
            planned_rate: replica.requests_per_s * plan.target_utilization,
            rented: money::rented_hour(&plan.rate, &deployment.gpu, &inputs.facility),
            owned: plan
                .rate
                .purchase_usd
                .filter(|_| plan.rate.owned_share > 0.0)
                .map(|price| money::owned_hour(price, &deployment.gpu, &inputs.facility)),
            slowdown: 1.0 / inputs.model_error.throughput,
            peak_to_mean,
            curve: plan.autoscaling.then(|| DailyCurve::new(peak_to_mean, AUTOSCALING_LAG_HOURS)),
        })
    }

    /// Its day under this traffic.
    pub fn day(&self, traffic: &Traffic) -> PoolDay {
        let requests = traffic.served * self.plan.share;
        let mean_rate = requests / 86_400.0;
        let spot_overhead = 1.0 + self.plan.rate.spot_share * SPOT_PREEMPTION_OVERHEAD;
        let needed = |rate: f64| {
            let replicas = rate * self.slowdown * spot_overhead / self.planned_rate;
            // A value just above a whole number is rounding noise, not another replica.
            (replicas - 1e-9).ceil().max(self.plan.min_replicas)
        };
        let peak =
            if requests > 0.0 { needed(mean_rate * self.peak_to_mean) } else { self.plan.min_replicas };
        let owned = if self.owned.is_some() { (peak * self.plan.rate.owned_share).round() } else { 0.0 };
        let (mean, rented) = if let Some(curve) = &self.curve {
            let levels = curve.levels();
            let count = levels.len() as f64;
            let mut running = 0.0;
            let mut burst = 0.0;
            for level in levels {
                let replicas = needed(mean_rate * level).min(peak);
                running += replicas.max(owned);
                burst += (replicas - owned).max(0.0);
            }
            (running / count, burst / count)
        } else {
            (peak, peak - owned)
        };
        let hours = 24.0 * self.gpus_per_replica;
        let capacity = mean * self.replica.requests_per_s / self.slowdown;
        PoolDay {
            replicas_peak: peak,
            replicas_mean: mean,
            gpu_hours: mean * hours,
            cost: self.rented * (rented * hours) + self.owned.unwrap_or_default() * (owned * hours),
            utilization: if capacity > 0.0 { (mean_rate / capacity).min(1.0) } else { 0.0 },
        }
    }
}

impl Day {
    /// The day of these pools under this traffic.
    pub fn new<'a>(pools: impl Iterator<Item = &'a Pool>, traffic: &Traffic) -> Self {
        let mut day = Self { requests: traffic.asked, edge_usd: traffic.edge_usd, ..Self::default() };
        let mut busy_hours = 0.0;
        for pool in pools {
            let own = pool.day(traffic);
            day.replicas_peak += own.replicas_peak;
            day.replicas_mean += own.replicas_mean;
            day.gpus_peak += own.replicas_peak * pool.gpus_per_replica;
            day.gpu_hours += own.gpu_hours;
            day.cost = day.cost + own.cost;
            busy_hours += own.utilization * own.gpu_hours;
        }
        day.utilization = if day.gpu_hours > 0.0 { busy_hours / day.gpu_hours } else { 0.0 };
        day
    }

    /// All that it costs, USD.
    pub fn usd(&self) -> f64 {
        self.cost.total() + self.edge_usd
    }

    /// Mean GPUs.
    pub fn gpus_mean(&self) -> f64 {
        self.gpu_hours / 24.0
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
