//! The frontier: what a million output tokens cost against how fast they are generated, over batch size,
//! tensor-parallel degree and weight format of the chosen GPU, and the best of all GPUs.
//!
//! Cost is that of a replica whose slots are all busy; times are those at the planned peak. A point is efficient unless another is both cheaper and faster.

use crate::analysis::case::{Case, World};
use crate::analysis::hardware::{may_be_proposed, serve_on};
use crate::analysis::parallel;
use crate::analysis::service::{in_flight, meets};
use crate::catalog::GpuId;
use crate::engine::fleet::Pool;
use crate::engine::inputs::{Inputs, PoolPlan};
use crate::engine::precision::Precision;
use crate::engine::serving::{Batch, Degree, MAX_BATCH, ServingConstants};
use crate::rank;
use crate::scenario::value::Value;
use crate::scenario::{Scenario, resolve};

/// One way of serving.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The accelerator.
    pub gpu: GpuId,
    /// Requests in flight.
    pub batch: f64,
    /// GPUs of a replica.
    pub tensor_parallel: u32,
    /// Format of the weights.
    pub weight_precision: Precision,
    /// Requests in flight on a replica for which times are given: those of the planned peak.
    pub in_flight: f64,
    /// Requests that a replica answers with every slot busy, per second.
    pub requests_per_s: f64,
    /// Mean time per output token, ms.
    pub tpot_ms: f64,
    /// Mean time to first token, ms.
    pub ttft_ms: f64,
    /// Cost of a million output tokens with every slot busy, USD.
    pub usd_per_million_output_tokens: f64,
    /// The load to which what is promised holds a replica down, a share of its full rate; `None` where it does not.
    pub held_at: Option<f64>,
    /// No other point of its kind is both cheaper and faster.
    pub efficient: bool,
    /// What is promised is kept, or nothing is promised.
    pub meets_target: bool,
}

impl Point {
    /// Serves the scenario so.
    pub fn apply(&self, scenario: &mut Scenario) {
        if self.gpu != resolve::serving_gpu(scenario) {
            crate::analysis::hardware::serve_on(scenario, self.gpu);
        }
        scenario.serving.batch_size = Batch::Requests(self.batch.round());
        scenario.serving.tensor_parallel = Some(f64::from(self.tensor_parallel));
        scenario.serving.weight_precision = Some(self.weight_precision);
    }
}

/// The frontier of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Frontier {
    /// Points of the chosen GPU, the fastest first.
    pub points: Vec<Point>,
    /// The efficient points over all GPUs of the catalog in the current weight format, the fastest first.
    pub best_of_all: Vec<Point>,
    /// The scenario as it is; `None` where it does not fit.
    pub present: Option<Point>,
    /// The target mean time to first token, ms.
    pub latency_target_ms: Option<f64>,
}

impl Frontier {
    /// The efficient points of the chosen GPU, the fastest first.
    pub fn efficient(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(|point| point.efficient)
    }
}

/// The frontier of a scenario.
pub fn frontier(case: &Case) -> Frontier {
    let scenario = &case.scenario;
    let own = resolve::serving_gpu(scenario);
    let search = Search::new(case);
    let all_batches = batches();
    let powers_of_two: Vec<f64> =
        all_batches.iter().copied().filter(|batch| (*batch as u32).is_power_of_two()).collect();
    let present_format = case.weight_precision();
    let formats = formats(case, present_format);
    // The best of all is a proposal: an accelerator with a weak price is none, unless it is in use.
    let gpus = case.catalog().gpu_ids().filter(|gpu| may_be_proposed(case, Value::Gpu(*gpu)));
    let gpus: Vec<GpuId> = gpus.collect();
    let found = parallel::each(formats.len() + gpus.len(), |index| {
        if let Some(format) = formats.get(index) {
            return search.of_gpu(own, scenario, *format, &all_batches);
        }
        let gpu = gpus[index - formats.len()];
        let mut changed = *scenario;
        if gpu != own {
            serve_on(&mut changed, gpu);
        }
        search.of_gpu(gpu, &changed, present_format, &powers_of_two)
    });
    let (own_points, all_points) = found.split_at(formats.len());
    let (mut points, mut best_of_all) = (own_points.concat(), all_points.concat());
    mark_efficient(&mut points);
    mark_efficient(&mut best_of_all);
    best_of_all.retain(|point| point.efficient);
    let present = search.present(own, case, &points);
    Frontier { points, best_of_all, present, latency_target_ms: scenario.workload.latency_target_ms }
}

/// Powers of two and the values halfway between, up to the largest batch.
fn batches() -> Vec<f64> {
    let powers = std::iter::successors(Some(1.0), |batch| Some(batch * 2.0));
    powers
        .flat_map(|batch: f64| [batch, batch * 1.5])
        .filter(|batch| batch.fract() == 0.0)
        .take_while(|batch| *batch <= MAX_BATCH)
        .collect()
}

/// The present weight format and the narrower ones in which the chip computes, each width once.
fn formats(case: &Case, present: Precision) -> Vec<Precision> {
    let rates = &case.serving_gpu().gpu.rates;
    let eight = if rates.fp8.is_some() { Precision::Fp8 } else { Precision::Int8 };
    let four = if rates.fp4.is_some() { Precision::Fp4 } else { Precision::Int4 };
    let mut formats = vec![Precision::Bf16, eight, four];
    formats.retain(|format| format.bytes() != present.bytes());
    formats.push(present);
    rank::falling(&mut formats, |format| format.bytes());
    formats
}

/// Marks the points that no other beats in both cost and speed, and sorts them, the fastest first.
fn mark_efficient(points: &mut Vec<Point>) {
    rank::by(points, |a, b| {
        a.tpot_ms
            .total_cmp(&b.tpot_ms)
            .then(a.usd_per_million_output_tokens.total_cmp(&b.usd_per_million_output_tokens))
    });
    let mut cheapest = f64::INFINITY;
    for point in points {
        point.efficient = point.usd_per_million_output_tokens < cheapest;
        cheapest = cheapest.min(point.usd_per_million_output_tokens);
    }
}

/// The question, asked of one layout after another.
struct Search<'a> {
    world: &'a World,
    constants: ServingConstants,
}

impl<'a> Search<'a> {
    fn new(case: &'a Case) -> Self {
        Self { world: &case.world, constants: case.constants().serving }
    }

    /// Every degree and batch that fit a GPU in one weight format. The scenario must serve on that GPU.
    fn of_gpu(&self, gpu: GpuId, scenario: &Scenario, precision: Precision, batches: &[f64]) -> Vec<Point> {
        let mut points = Vec::new();
        let inputs = self.world.inputs(scenario);
        let mut plan = inputs.main_pool;
        plan.deployment.weight_precision = precision;
        let highest = plan.deployment.gpu.server().max(plan.deployment.layout.tensor_parallel.highest());
        for degree in Degree::UpTo(highest).choices() {
            plan.deployment.layout.tensor_parallel = Degree::Set(degree);
            for &batch in batches {
                plan.deployment.batch = Batch::Requests(batch);
                let Some((point, max_batch)) = self.point(gpu, &plan, &inputs) else { break };
                if batch > max_batch {
                    break;
                }
                points.push(point);
            }
        }
        points
    }

    /// A point and the largest batch that its memory holds.
    fn point(&self, gpu: GpuId, plan: &PoolPlan, inputs: &Inputs) -> Option<(Point, f64)> {
        let pool = Pool::new(plan, f64::INFINITY, inputs, &self.constants)?;
        let rate = pool.replica.output_tokens_per_s / pool.replica.gpus;
        let ttft_ms = pool.latencies.ttft.mean * 1e3;
        let point = Point {
            gpu,
            batch: pool.replica.batch,
            tensor_parallel: pool.plan.deployment.layout.tensor_parallel,
            weight_precision: plan.deployment.weight_precision,
            in_flight: in_flight(&pool),
            requests_per_s: pool.replica.requests_per_s,
            tpot_ms: pool.latencies.tpot_s * 1e3,
            ttft_ms,
            usd_per_million_output_tokens: pool.usd_per_hour()? / (rate * 3600.0) * 1e6,
            held_at: (pool.planned_load < pool.plan.target_utilization).then_some(pool.planned_load),
            efficient: false,
            meets_target: meets(&pool),
        };
        // An empty model takes no time, and has no place on a logarithmic axis.
        point.tpot_ms.is_finite().then_some((point, pool.replica.max_batch))
    }

    /// The scenario as it is, efficient where no point of its GPU beats it.
    fn present(&self, gpu: GpuId, case: &Case, points: &[Point]) -> Option<Point> {
        let (mut present, _) = self.point(gpu, &case.inputs.main_pool, &case.inputs)?;
        present.efficient = !points.iter().any(|point| {
            point.tpot_ms <= present.tpot_ms
                && point.usd_per_million_output_tokens < present.usd_per_million_output_tokens
        });
        Some(present)
    }
}
