//! Pools: who answers a day's requests, on what, at what cost and how fast.

use crate::analysis::case::Case;
use crate::analysis::service::{first_token, within};
use crate::engine::fleet::{Moment, Pool};
use crate::engine::inputs::PoolName;
use crate::engine::outcome::ServingOutcome;

/// Who answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answerer {
    /// The response cache.
    Cache,
    /// The users' own devices.
    Edge,
    /// A pool of replicas.
    Pool(PoolName),
}

/// A part of a day's requests, and what answering it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Who answers it.
    pub by: Answerer,
    /// Requests a day.
    pub requests: f64,
    /// Share of the requests that are asked.
    pub share: f64,
    /// GPUs at the peak; `None` where no replica answers.
    pub gpus_peak: Option<f64>,
    /// Cost of a day, USD; `None` where a price is missing.
    pub daily_usd: Option<f64>,
    /// Mean time to first token, ms; `None` where no replica answers.
    pub ttft_ms: Option<f64>,
    /// Mean time to the last token, ms.
    pub request_ms: Option<f64>,
    /// Target of the mean time to first token, ms.
    pub target_ms: Option<f64>,
    /// What is promised is kept; `None` where no replica answers.
    pub keeps: Option<bool>,
}

/// The parts of a day's requests: every pool of replicas that answers any, the devices, and the response cache. Their requests
/// add up to those that are asked, and their costs to the day's.
pub fn parts(case: &Case, serving: &ServingOutcome) -> Vec<Part> {
    let (inputs, traffic) = (&case.inputs, &serving.traffic);
    let pools =
        inputs.plans().filter_map(|(name, _)| Some(of_pool(case, serving, name, serving.pool(name)?)));
    let unserved = |by: Answerer, requests: f64, usd: f64| Part {
        by,
        requests,
        share: share(requests, traffic.asked),
        gpus_peak: None,
        daily_usd: Some(usd),
        ttft_ms: None,
        request_ms: None,
        target_ms: None,
        keeps: None,
    };
    let edge = unserved(Answerer::Edge, traffic.missed - traffic.served, traffic.edge_usd);
    let cache = unserved(Answerer::Cache, traffic.asked - traffic.missed, 0.0);
    pools.chain([edge, cache].into_iter().filter(|part| part.requests > 0.0)).collect()
}

fn of_pool(case: &Case, serving: &ServingOutcome, name: PoolName, pool: &Pool) -> Part {
    let day = pool.day(&serving.traffic, &Moment::START);
    let requests = serving.traffic.served * pool.plan.share;
    let error = &case.inputs.model_error;
    let is_main = name == PoolName::Main;
    let ttft_s = if is_main { serving.ttft_s } else { pool.latencies.ttft.mean * error.ttft };
    let first = if is_main { first_token(serving) } else { pool.latencies.ttft };
    let further_tokens = (pool.plan.deployment.output_tokens - 1.0).max(0.0);
    Part {
        by: Answerer::Pool(name),
        requests,
        share: share(requests, serving.traffic.asked),
        gpus_peak: Some(day.replicas_peak * pool.gpus_per_replica),
        daily_usd: day.cost.map(|cost| cost.sum().total()),
        ttft_ms: Some(ttft_s * 1e3),
        request_ms: Some((ttft_s + further_tokens * pool.latencies.tpot_s * error.tpot) * 1e3),
        target_ms: Some(pool.plan.latency_target_s * 1e3).filter(|target| target.is_finite()),
        keeps: Some(within(pool, &first)),
    }
}

fn share(requests: f64, asked: f64) -> f64 {
    if asked > 0.0 { requests / asked } else { 0.0 }
}
