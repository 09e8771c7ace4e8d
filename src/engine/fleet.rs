//! The fleet: how many replicas a day of demand takes, and what they cost.

mod choose;
mod curve;
mod paid;
mod sizing;

pub(super) use crate::engine::fleet::choose::is_alike;
use crate::engine::fleet::choose::{Chosen, choose};
use crate::engine::fleet::curve::DailyCurve;
use crate::engine::fleet::paid::{Paid, Terms, followed};
use crate::engine::fleet::sizing::{Sizing, mean_rate, peak_rate};
use crate::engine::inputs::{Inputs, PoolPlan, Traffic};
use crate::engine::money::{self, ByKind, Cost};
use crate::engine::serving::queue::Latencies;
use crate::engine::serving::{
    Batch, Deployment, DoesNotFit, Layout, Replica, Server, ServingConstants, serve,
};

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
    /// `None` where there can be no such model or layout, or no layout that may be chosen holds it.
    pub fn new(
        plan: &PoolPlan,
        slowest_s: f64,
        inputs: &Inputs,
        constants: &ServingConstants,
    ) -> Option<Self> {
        if inputs.fault().or(plan.deployment.fault()).is_some() {
            return None;
        }
        Self::near(None, plan, slowest_s, inputs, constants).ok()
    }

    /// The same of a model that can be, near a pool that is known already.
    ///
    /// # Errors
    ///
    /// [`DoesNotFit`] when no layout that may be chosen holds the model.
    pub(super) fn near(
        known: Option<&Self>,
        plan: &PoolPlan,
        slowest_s: f64,
        inputs: &Inputs,
        constants: &ServingConstants,
    ) -> Result<Self, DoesNotFit> {
        let curve = followed(plan, inputs.demand.peak_to_mean, known.and_then(|pool| pool.curve.as_ref()));
        let chosen = choose(plan, slowest_s, curve.as_ref(), inputs, constants)?;
        Ok(Self::of(plan, chosen, curve, inputs))
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
        let curve = followed(plan, inputs.demand.peak_to_mean, self.curve.as_ref());
        let sizing = self.sizing.with_error(plan, self.gpus_per_replica, inputs);
        let is_loaded_alike = plan.latency_load == self.plan.latency_load
            && (plan.latency_load.is_some() || sizing == self.sizing);
        if is_loaded_alike {
            return Ok(Self::running(plan, &self.as_running(), sizing, curve, inputs));
        }
        let server = Server::new(&self.plan.deployment, constants)?;
        let chosen = Chosen { server, load: self.planned_load, keeps_promise: self.keeps_promise };
        Ok(Self::of(plan, chosen, curve, inputs))
    }

    /// The pool of a plan with the replica that was chosen for it.
    fn of(plan: &PoolPlan, chosen: Chosen, curve: Option<DailyCurve>, inputs: &Inputs) -> Self {
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
        Self::running(plan, &running, sizing, curve, inputs)
    }

    /// The pool of a plan with a replica that runs, of which so many are needed.
    fn running(
        plan: &PoolPlan,
        running: &Running,
        sizing: Sizing,
        curve: Option<DailyCurve>,
        inputs: &Inputs,
    ) -> Self {
        let Running { deployment, replica, latencies, keeps_promise, load } = *running;
        let gpus_per_replica = f64::from(deployment.layout.gpus());
        let hour = money::hours(&plan.rate, &deployment.gpu, &inputs.facility);
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
            peak_to_mean: inputs.demand.peak_to_mean,
            curve,
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
    #[inline]
    pub fn usd_per_hour(&self) -> Option<f64> {
        self.hour.map(|hour| money::blended_hour(&self.plan.rate, &hour, 1.0).total())
    }

    /// How its replicas are paid for under this traffic.
    fn terms(&self, traffic: &Traffic) -> Terms<'_> {
        Terms::new(&self.plan, traffic, self.peak_to_mean, self.curve.as_ref())
    }

    /// Share of a day's requests that wait for a replica to start.
    pub(super) fn cold_share(&self, traffic: &Traffic) -> f64 {
        self.terms(traffic).cold_share(&self.sizing)
    }

    /// What such a day costs, USD; `None` where a price is missing.
    #[inline]
    fn usd(&self, paid: &Paid, moment: &Moment) -> Option<f64> {
        self.usd_per_replica.map(|usd| {
            let replicas = paid.mean.with(&moment.price(), |replicas, price| replicas * price);
            usd.with(&replicas, |usd, replicas| usd * replicas).sum()
        })
    }

    /// Its day under this traffic, a month's `moment` away from the start.
    pub fn day(&self, traffic: &Traffic, moment: &Moment) -> PoolDay {
        let terms = self.terms(traffic);
        let paid = terms.paid(&self.sizing, moment);
        let usd = self.usd(&paid, moment);
        let Paid { peak, mean } = paid;
        let mean_rate = mean_rate(&self.plan, traffic) * moment.requests;
        let idle = terms.idle(&self.sizing, mean.owned + mean.reserved, peak, moment);
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
}

impl Spending {
    /// That of these pools under this traffic, a month's `moment` away from the start.
    #[inline]
    pub fn new<'a>(pools: impl Iterator<Item = &'a Pool>, traffic: &Traffic, moment: &Moment) -> Self {
        let mut all = Self {
            requests: traffic.asked * moment.requests,
            gpus_peak: 0.0,
            usd: Some(traffic.edge_usd * moment.requests),
        };
        pools.filter(|pool| pool.plan.share > 0.0).for_each(|pool| {
            let paid = pool.terms(traffic).paid(&pool.sizing, moment);
            all.gpus_peak += paid.peak * pool.gpus_per_replica;
            all.usd = all.usd.zip(pool.usd(&paid, moment)).map(|(all, own)| all + own);
        });
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
