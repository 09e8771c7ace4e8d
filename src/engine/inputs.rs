//! Everything that an evaluation needs, resolved to plain numbers.

use crate::engine::arrivals::Arrivals;
use crate::engine::gpu::Gpu;
use crate::engine::interruptions::Interruptions;
use crate::engine::money::DAYS_PER_YEAR;
use crate::engine::promise::Promise;
use crate::engine::serving::{Deployment, Layouts};
use crate::engine::session::Session;
use crate::engine::shape::ModelShape;
use crate::engine::training::TrainingPlan;

/// The most service tiers that one scenario may describe.
pub const MAX_TIERS: usize = 4;

/// All that one evaluation depends on. Plain data: a changed copy is how a what-if is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Inputs {
    /// The training run.
    pub training: TrainingPlan,
    /// What training costs besides GPU-hours.
    pub training_money: TrainingMoney,
    /// The pool that answers what no other pool takes.
    pub main_pool: PoolPlan,
    /// Those that take a part of the requests: a smaller model for simple queries, then service tiers with their own targets.
    pub others: Vec<(PoolName, PoolPlan)>,
    /// Requests answered on the users' own devices.
    pub edge: Edge,
    /// Demand: how many requests, and how they grow.
    pub demand: Demand,
    /// Electricity and owned hardware.
    pub facility: Facility,
    /// Interruptions of spot capacity.
    pub interruptions: Interruptions,
    /// The people.
    pub people: People,
    /// Prices over the horizon.
    pub trend: Trend,
    /// Factors that a range multiplies into the engine's own figures; all 1 for the likely value.
    pub model_error: ModelError,
}

/// Prices of one GPU, and how much of the capacity is paid for in which way. Prices are USD per GPU and hour, `None`
/// where there is none. What no share takes is rented on demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Rented while it runs.
    pub on_demand_usd: Option<f64>,
    /// Rented while it runs, and taken away at any time.
    pub spot_usd: Option<f64>,
    /// Under a contract: paid around the clock.
    pub reserved_usd: Option<f64>,
    /// Purchase of one GPU with its share of the server, USD; `None` where it cannot be bought.
    pub purchase_usd: Option<f64>,
    /// Share that is owned: paid around the clock.
    pub owned_share: f64,
    /// Share under a contract.
    pub reserved_share: f64,
    /// Share on spot capacity.
    pub spot_share: f64,
}

/// What a training run costs besides its GPU-hours, and how often it is repeated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingMoney {
    /// Price of the GPUs; its shares are of the hours.
    pub rate: Rate,
    /// Share of the rented hours in cheap time windows.
    pub off_peak_share: f64,
    /// Discount in those windows.
    pub off_peak_discount: f64,
    /// Compute of experiments and failed runs relative to the final run.
    pub experiments: f64,
    /// Share of them that an automated pipeline saves.
    pub automation: f64,
    /// Storage of data and checkpoints, USD.
    pub storage_usd: f64,
    /// Data that is bought, licensed or labeled, USD.
    pub data_usd: f64,
    /// New versions a year after the first.
    pub versions_per_year: f64,
    /// Cost of one new version relative to the first version.
    pub update_cost_share: f64,
}

/// The people who train and serve. They are paid by the month, whatever the hardware does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct People {
    /// Engineers on one version of the model.
    pub training_engineers: f64,
    /// Months that they work on it.
    pub training_months: f64,
    /// Engineers who keep the service running at the start.
    pub serving_engineers: f64,
    /// A day's work relative to what one engineer keeps running, where their number follows from it; `None` where it is
    /// stated and stays.
    pub serving_work: Option<f64>,
    /// What one of them costs, USD a year, overhead included.
    pub usd_per_year: f64,
}

/// How prices move over the horizon, and what later money is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Change of rented prices a year, 0.1 for 10% more.
    pub change_per_year: f64,
    /// Months after which a contract is made anew, at the price of that day.
    pub contract_months: f64,
    /// Discount of later money a year, 0 for none.
    pub discount_rate: f64,
    /// Months from one generation of hardware to the next; infinite for none.
    pub refresh_months: f64,
    /// What each saves of the price of the same work.
    pub refresh_saving: f64,
}

/// Replicas of one deployment and the part of the traffic that they take. Where the engine chooses the layout, it is
/// the cheapest that fits and keeps the promise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolPlan<L = Layouts> {
    /// The replica.
    pub deployment: Deployment<L>,
    /// The sessions that its mean request is taken from.
    pub session: Session,
    /// Share of the requests.
    pub share: f64,
    /// How they come.
    pub arrivals: Arrivals,
    /// Requests in flight for which latencies are given; `None` for as many as the planned peak brings.
    pub concurrency: Option<f64>,
    /// Share of what a replica sustains for which latencies of requests at random are given; `None` for that of the planned
    /// peak.
    pub latency_load: Option<f64>,
    /// Price of its GPUs.
    pub rate: Rate,
    /// Target mean time to first token, seconds; infinite for none.
    pub latency_target_s: f64,
    /// What else is promised, and for whom.
    pub promise: Promise,
    /// Share of a replica's full rate that is planned at peak.
    pub target_utilization: f64,
    /// Replicas follow the daily curve.
    pub autoscaling: bool,
    /// Replicas that always run; with none and autoscaling, the pool scales to zero.
    pub min_replicas: f64,
    /// Seconds from the decision to start a replica until it answers.
    pub cold_start_s: f64,
    /// The engine picks the batch: all that memory holds, under a load at which it is no slower than the main pool.
    pub automatic_batch: bool,
}

/// Which of the pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PoolName {
    /// The one that answers what no other takes.
    Main,
    /// The smaller model.
    Small,
    /// A service tier, counted from 0.
    Tier(usize),
}

impl PoolName {
    /// The words in reports.
    pub const fn words(self) -> &'static str {
        const TIERS: [&str; MAX_TIERS] = ["tier 1", "tier 2", "tier 3", "tier 4"];
        match self {
            Self::Main => "main",
            Self::Small => "small model",
            Self::Tier(index) => TIERS[index],
        }
    }
}

/// Requests that the users' own devices answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Share of the requests.
    pub share: f64,
    /// What one of them costs, USD.
    pub usd_per_request: f64,
    /// Network time that each saves, seconds.
    pub latency_saved_s: f64,
}

/// Demand: how many requests, and how they grow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Requests a day, before any cache.
    pub requests_per_day: f64,
    /// Share of the requests that a response cache answers.
    pub cache_hit_rate: f64,
    /// Peak of the daily curve relative to its mean.
    pub peak_to_mean: f64,
    /// Growth of the requests a month, 0.05 for 5%.
    pub growth_per_month: f64,
    /// Months over which training and inference are compared.
    pub horizon_months: f64,
}

/// A day's requests by who answers them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Traffic {
    /// Asked.
    pub asked: f64,
    /// Those that the response cache cannot answer.
    pub missed: f64,
    /// Those of them that reach the fleet; the others are answered on the users' devices.
    pub served: f64,
    /// What the devices cost, USD.
    pub edge_usd: f64,
}

/// Electricity and the terms of owned hardware.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facility {
    /// Electricity, USD per kWh.
    pub electricity_usd_per_kwh: f64,
    /// Power usage effectiveness: facility power over server power.
    pub pue: f64,
    /// Server power over GPU power.
    pub server_power_ratio: f64,
    /// Share of that power which is drawn under load.
    pub draw: f64,
    /// Cluster network as a share of the whole cluster's price.
    pub interconnect_share: f64,
    /// Years for which owned hardware is used.
    pub lifetime_years: f64,
    /// Interest on what is bought, a year.
    pub cost_of_capital: f64,
    /// What the hardware is still worth at the end of its life, share of its price.
    pub residual_share: f64,
    /// Support and spare parts, share of the price a year.
    pub support_share: f64,
    /// Hands in the data center, USD per GPU and month.
    pub hands_usd_per_gpu_month: f64,
    /// Space and connection, USD per month and kW of server power.
    pub colocation_usd_per_kw_month: f64,
}

/// Factors that a range multiplies into figures, each the model's error of that kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelError {
    /// On a replica's rate.
    pub throughput: f64,
    /// On time per output token.
    pub tpot: f64,
    /// On time to first token.
    pub ttft: f64,
    /// On GPU-hours of training.
    pub training: f64,
}

impl ModelError {
    /// The likely value: no error.
    pub const NONE: Self = Self { throughput: 1.0, tpot: 1.0, ttft: 1.0, training: 1.0 };
}

impl Inputs {
    /// Why there can be none of the models that are trained and served, in words; `None` where there can.
    pub fn fault(&self) -> Option<&'static str> {
        let served = self.plans().map(|(_, plan)| &plan.deployment.shape);
        std::iter::once(&self.training.shape).chain(served).find_map(ModelShape::fault)
    }

    /// The plan of every pool that takes a part of the requests.
    pub fn plans(&self) -> impl Iterator<Item = (PoolName, &PoolPlan)> {
        std::iter::once((PoolName::Main, &self.main_pool))
            .chain(self.others.iter().map(|(name, plan)| (*name, plan)))
            .filter(|(_, plan)| plan.share > 0.0)
    }

    /// The plan of a pool; `None` where there is none.
    pub(super) fn plan(&self, name: PoolName) -> Option<&PoolPlan> {
        match name {
            PoolName::Main => Some(&self.main_pool),
            _ => self.others.iter().find(|(other, _)| *other == name).map(|(_, plan)| plan),
        }
    }

    /// A day's requests.
    pub fn traffic(&self) -> Traffic {
        let asked = self.demand.requests_per_day;
        let missed = asked * self.demand.miss_share();
        Traffic {
            asked,
            missed,
            served: missed * (1.0 - self.edge.share),
            edge_usd: missed * self.edge.share * self.edge.usd_per_request,
        }
    }
}

impl Demand {
    /// Share of the requests that the response cache cannot answer.
    pub fn miss_share(&self) -> f64 {
        1.0 - self.cache_hit_rate
    }
}

impl<L> PoolPlan<L> {
    /// The same with another replica.
    pub(super) fn with<M>(&self, deployment: Deployment<M>) -> PoolPlan<M> {
        PoolPlan {
            deployment,
            session: self.session,
            share: self.share,
            arrivals: self.arrivals,
            concurrency: self.concurrency,
            latency_load: self.latency_load,
            rate: self.rate,
            latency_target_s: self.latency_target_s,
            promise: self.promise,
            target_utilization: self.target_utilization,
            autoscaling: self.autoscaling,
            min_replicas: self.min_replicas,
            cold_start_s: self.cold_start_s,
            automatic_batch: self.automatic_batch,
        }
    }
}

impl TrainingMoney {
    /// Compute of the whole effort relative to the final run: what automation saves of the experiments is left out.
    pub fn compute_multiple(&self) -> f64 {
        1.0 + self.experiments * (1.0 - self.automation)
    }
}

impl Rate {
    /// Share that is paid around the clock.
    pub fn committed_share(&self) -> f64 {
        self.owned_share + self.reserved_share
    }

    /// Spot as a share of what is not paid around the clock.
    pub(super) fn spot_of_rest(&self) -> f64 {
        let rest = 1.0 - self.committed_share();
        if rest > 0.0 { (self.spot_share / rest).min(1.0) } else { 0.0 }
    }
}

/// The least part of an engineer that a service of one's own takes. Assumption.
const LEAST_ENGINEER: f64 = 0.5;

/// Engineers for so many times the work that one keeps running: four times as much takes two. Assumption.
pub fn team(work: f64) -> f64 {
    work.sqrt().max(LEAST_ENGINEER)
}

impl People {
    /// The people of one version, USD.
    pub fn training_usd(&self) -> f64 {
        self.training_engineers * self.training_months * self.usd_per_year / 12.0
    }

    /// The people of the service at so many times the requests of the start, USD a day.
    #[inline]
    pub fn serving_usd_per_day(&self, requests: f64) -> f64 {
        let more = self.serving_work.map_or(1.0, |work| team(work * requests) / team(work));
        self.serving_engineers * more * self.usd_per_year / DAYS_PER_YEAR
    }
}

impl Facility {
    /// Power that a GPU with its share of the server draws from the grid under load, kW.
    pub(super) fn grid_kw(&self, gpu: &Gpu) -> f64 {
        self.server_kw(gpu) * self.draw * self.pue
    }

    /// Rated power of a GPU with its share of the server, kW.
    pub(super) fn server_kw(&self, gpu: &Gpu) -> f64 {
        gpu.tdp_w / 1000.0 * self.server_power_ratio
    }
}
