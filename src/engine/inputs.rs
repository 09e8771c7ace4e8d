//! Everything that an evaluation needs, resolved to plain numbers.

use crate::engine::choice::choices;
use crate::engine::gpu::Gpu;
use crate::engine::serving::{Degree, Deployment};
use crate::engine::training::TrainingPlan;

/// The most service tiers that one scenario may describe.
pub const MAX_TIERS: usize = 4;

/// All that one evaluation depends on. Plain data: copying it is how a what-if is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inputs {
    /// The training run.
    pub training: TrainingPlan,
    /// What training costs besides GPU-hours.
    pub training_money: TrainingMoney,
    /// The pool that answers what no other pool takes.
    pub main_pool: PoolPlan,
    /// A smaller model for simple queries.
    pub small_pool: Option<PoolPlan>,
    /// Service tiers with their own targets.
    pub tiers: [Option<PoolPlan>; MAX_TIERS],
    /// Requests answered on the users' own devices.
    pub edge: Edge,
    /// Demand: how many requests, and how they grow.
    pub demand: Demand,
    /// Electricity and owned hardware.
    pub facility: Facility,
    /// Factors that a range multiplies into the engine's own figures; all 1 for the likely value.
    pub model_error: ModelError,
}

choices! {
    /// How GPUs are paid for.
    pub enum Commitment {
        /// By the hour.
        OnDemand = "on-demand",
        /// Reserved for a year.
        Reserved1Year = "reserved-1y",
        /// Reserved for three years.
        Reserved3Years = "reserved-3y",
        /// Owned.
        Owned = "owned",
    }
}

/// The hourly price of a rented GPU and how it is lowered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Rented, on the chosen commitment, USD per GPU and hour.
    pub usd_per_gpu_hour: f64,
    /// Share of the hours on spot capacity.
    pub spot_share: f64,
    /// Discount of spot capacity, share of `usd_per_gpu_hour`.
    pub spot_discount: f64,
    /// Share of the hours in cheap time windows.
    pub off_peak_share: f64,
    /// Discount in those windows.
    pub off_peak_discount: f64,
    /// Share of the capacity that is owned: the baseline under a rented burst.
    pub owned_share: f64,
    /// Purchase of one GPU with its share of the server, USD; `None` where it cannot be bought.
    pub purchase_usd: Option<f64>,
}

/// What a training run costs besides its GPU-hours, and how often it is repeated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingMoney {
    /// Price of the GPUs.
    pub rate: Rate,
    /// Compute of the whole training effort relative to the final run, at least 1.
    pub experiments: f64,
    /// Share of the experiments beyond the final run that an automated pipeline saves.
    pub automation: f64,
    /// Staff as a share of the whole training effort.
    pub staff_share: f64,
    /// New versions a year after the first.
    pub versions_per_year: f64,
    /// Cost of one new version relative to the first version.
    pub update_cost_share: f64,
}

/// Replicas of one deployment and the part of the traffic that they take. Where the engine chooses the degree, it is
/// the cheapest that fits and meets the latency target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolPlan<D = Degree> {
    /// The replica.
    pub deployment: Deployment<D>,
    /// Share of the requests.
    pub share: f64,
    /// Price of its GPUs.
    pub rate: Rate,
    /// Target mean time to first token, seconds; infinite for none.
    pub latency_target_s: f64,
    /// Share of a replica's full rate that is planned at peak.
    pub target_utilization: f64,
    /// Replicas follow the daily curve.
    pub autoscaling: bool,
    /// Replicas that always run.
    pub min_replicas: f64,
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
    /// Years over which owned hardware is depreciated.
    pub lifetime_years: f64,
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

impl Traffic {
    /// So many times the requests.
    pub(super) fn times(self, factor: f64) -> Self {
        Self {
            asked: self.asked * factor,
            missed: self.missed * factor,
            served: self.served * factor,
            edge_usd: self.edge_usd * factor,
        }
    }
}

impl<D> PoolPlan<D> {
    /// The same with another replica.
    pub(super) fn with<E>(&self, deployment: Deployment<E>) -> PoolPlan<E> {
        PoolPlan {
            deployment,
            share: self.share,
            rate: self.rate,
            latency_target_s: self.latency_target_s,
            target_utilization: self.target_utilization,
            autoscaling: self.autoscaling,
            min_replicas: self.min_replicas,
        }
    }
}

impl Rate {
    /// What an hour of a rented GPU costs once spot and off-peak hours are counted in, USD.
    pub(super) fn rented_usd_per_hour(&self) -> f64 {
        self.usd_per_gpu_hour
            * (1.0 - self.spot_share * self.spot_discount)
            * (1.0 - self.off_peak_share * self.off_peak_discount)
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
