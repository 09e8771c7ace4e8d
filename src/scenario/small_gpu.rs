//! The accelerator of the small model where none is stated: what an estimate finds cheapest.

use crate::catalog::{Catalog, GpuId, GpuPreset};
use crate::engine::precision::Precision;
use crate::engine::shape::ModelShape;
use crate::scenario::pricing;
use crate::scenario::resolve::{prefix_hit_rate, serving_gpu, session, weight_precision};
use crate::scenario::stated::Scenario;

/// The accelerator of the small model: stated, else what an estimate finds cheapest among those of the same maker as
/// the main one, so that one software stack serves both; `None` without a small model.
pub(super) fn small_gpu(scenario: &Scenario, catalog: &Catalog) -> Option<GpuId> {
    let model = scenario.routing.small_model?;
    let main = serving_gpu(scenario);
    let vendor = &catalog.gpu(main).vendor;
    let shape = &catalog.model(model).shape;
    let work = Roofline::new(scenario, shape);
    let cost = |id: GpuId| work.usd(scenario, catalog.gpu(id)).unwrap_or(f64::INFINITY);
    let others = catalog.gpu_ids().filter(|id| *id == main || catalog.gpu(*id).vendor == *vendor);
    let cheapest = || others.map(|id| (id, cost(id))).min_by(|(_, one), (_, other)| one.total_cmp(other));
    scenario.routing.gpu.or_else(|| cheapest().map(|(id, _)| id))
}

/// What requests to the small pool ask of an accelerator at best: prefill at half the arithmetic, decoding at the memory's
/// bandwidth. Ranks accelerators; the engine works out the figures.
struct Roofline {
    precision: Precision,
    /// Bytes of the weights, and of a request's cache.
    weights: f64,
    each: f64,
    /// Arithmetic of a prefill, FLOP.
    prefill: f64,
    /// Tokens of an answer.
    output: f64,
    /// Requests at the peak, a second.
    requests: f64,
}

impl Roofline {
    fn new(scenario: &Scenario, shape: &ModelShape) -> Self {
        let workload = &scenario.workload;
        let precision = weight_precision(scenario, shape);
        let session = session(workload);
        let output = session.output_tokens();
        let prompt = session.prompt_tokens() * (1.0 - prefix_hit_rate(workload));
        let cache = shape.kv_bytes_per_token(scenario.serving.kv_precision.unwrap_or(Precision::Bf16));
        Self {
            precision,
            weights: shape.total_parameters() * precision.bytes(),
            each: (cache * (session.prompt_tokens() + output)).max(1.0),
            prefill: 2.0 * shape.active_parameters() * prompt,
            output,
            requests: workload.requests_per_day / 86_400.0
                * (1.0 - workload.cache_hit_rate)
                * scenario.routing.share
                * workload.peak_to_mean,
        }
    }

    /// What an hour of whole replicas costs, USD, with as many requests in flight as memory holds; `None` without a firm
    /// price, or where a server does not hold the model.
    fn usd(&self, scenario: &Scenario, preset: &GpuPreset) -> Option<f64> {
        /// Most requests in flight that are counted on. Assumption.
        const IN_FLIGHT: f64 = 256.0;
        /// Share of the arithmetic that prefill reaches. Assumption.
        const ARITHMETIC: f64 = 0.5;
        /// Share of the memory that weights and cache may fill.
        const USABLE: f64 = 0.9;
        let usd_per_hour = pricing::firm_usd_per_hour(scenario, preset)?;
        let Self { weights, each, .. } = *self;
        let gpu = &preset.gpu;
        // The least power of two whose memory holds the weights twice: the other half is for the cache.
        let gpus = (2.0 * weights / (USABLE * gpu.memory_bytes)).max(1.0).log2().ceil().exp2();
        if gpus > f64::from(gpu.server()) {
            return None;
        }
        let batch = ((gpus * gpu.memory_bytes * USABLE - weights) / each).clamp(1.0, IN_FLIGHT);
        let prefill = self.prefill / (gpus * gpu.flops_per_s(self.precision) * ARITHMETIC);
        let step = (weights + batch * each) / (gpus * gpu.bandwidth_bytes_per_s);
        let busy =
            self.requests * (prefill + self.output * step / batch) / scenario.serving.target_utilization;
        Some(busy.ceil().max(1.0) * gpus * usd_per_hour)
    }
}
