//! A scenario as its user states it: catalog ids, set values, and everything else left to follow.
//!
//! [`Scenario`] is plain, copyable data; [`resolve`](resolve::resolve) turns it into the engine's
//! [`Inputs`](crate::engine::inputs::Inputs). `None` always means "follows from the rest".

pub mod entry;
pub mod param;
pub mod resolve;
pub mod step;
pub mod table;
pub mod value;

use crate::catalog::{GpuId, ModelId};
use crate::engine::inputs::{Commitment, MAX_TIERS};
use crate::engine::precision::Precision;
use crate::engine::serving::{Batch, Batching, ServingEngine};
use crate::engine::training::{Recompute, TrainingMethod};

/// Everything that a person can state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scenario {
    /// The model.
    pub model: ModelChoice,
    /// The hardware that serves, and trains where nothing else is known.
    pub hardware: Hardware,
    /// The training run and its money.
    pub training: Training,
    /// How the model is served.
    pub serving: Serving,
    /// Who asks, how much and how it grows.
    pub workload: Workload,
    /// Simple queries to a smaller model.
    pub routing: Routing,
    /// A smaller model that answers everything in the large one's place.
    pub distilled_model: Option<ModelId>,
    /// Requests on the users' own devices.
    pub edge: EdgeChoice,
    /// Customers with a service level of their own.
    pub tier: [Tier; MAX_TIERS],
    /// Electricity and owned hardware.
    pub power: Power,
    /// What may be spent.
    pub budget: Budget,
    /// What was spent, from a bill.
    pub actual: Actual,
    /// Stated answers that the advice weighs.
    pub advice: AdviceAnswers,
}

/// A catalog model, its size, and single fields of its shape set by hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelChoice {
    /// Catalog model; `None` when the shape is stated in full.
    pub preset: Option<ModelId>,
    /// Total parameters; scales the shape.
    pub size: Option<f64>,
    /// Fields of the shape set by hand.
    pub shape: ShapeFields,
}

/// Fields of a shape, set by hand. Names and meaning are those of [`crate::engine::shape::ModelShape`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[expect(missing_docs, reason = "documented where the shape is, in the engine")]
pub struct ShapeFields {
    pub layers: Option<f64>,
    pub hidden: Option<f64>,
    pub heads: Option<f64>,
    pub kv_heads: Option<f64>,
    pub head_dim: Option<f64>,
    pub ffn: Option<f64>,
    pub gated: Option<bool>,
    pub vocab: Option<f64>,
    pub tied_embeddings: Option<bool>,
    pub experts: Option<f64>,
    pub active_experts: Option<f64>,
    pub shared_experts: Option<f64>,
    pub expert_ffn: Option<f64>,
    pub dense_layers: Option<f64>,
    pub kv_lora_rank: Option<f64>,
    pub q_lora_rank: Option<f64>,
    pub qk_rope_dim: Option<f64>,
    pub qk_nope_dim: Option<f64>,
    pub v_head_dim: Option<f64>,
    pub sliding_window: Option<f64>,
    pub global_every: Option<f64>,
}

/// The hardware that serves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hardware {
    /// Catalog GPU.
    pub gpu: GpuId,
}

/// The training run and its money.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct Training {
    pub method: TrainingMethod,
    pub tokens: Option<f64>,
    pub sequence_length: Option<f64>,
    pub global_batch_tokens: Option<f64>,
    pub gpu: Option<GpuId>,
    pub gpus: Option<f64>,
    pub precision: Option<Precision>,
    pub recompute: Option<Recompute>,
    pub tensor_parallel: Option<f64>,
    pub pipeline_parallel: Option<f64>,
    pub expert_parallel: Option<f64>,
    pub mfu: Option<f64>,
    pub goodput: Option<f64>,
    pub commitment: Commitment,
    pub price_per_gpu_hour: Option<f64>,
    pub spot_share: f64,
    pub spot_discount: f64,
    pub off_peak_share: f64,
    pub off_peak_discount: f64,
    pub owned_share: f64,
    pub experiments: f64,
    pub automation: f64,
    pub staff_share: f64,
    pub versions_per_year: f64,
    pub update_cost_share: f64,
    pub version_value_usd_per_month: Option<f64>,
}

/// How the model is served.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct Serving {
    pub gpu: Option<GpuId>,
    pub batch_size: Batch,
    pub batching: Batching,
    pub tensor_parallel: Option<f64>,
    pub expert_parallel: Option<f64>,
    pub weight_precision: Option<Precision>,
    pub kv_precision: Option<Precision>,
    pub engine: ServingEngine,
    pub commitment: Commitment,
    pub price_per_gpu_hour: Option<f64>,
    pub spot_share: f64,
    pub spot_discount: f64,
    pub owned_share: f64,
    pub target_utilization: f64,
    pub autoscaling: bool,
    pub min_replicas: f64,
}

/// Who asks, how much and how it grows.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct Workload {
    pub sequence_length: f64,
    pub output_share: f64,
    pub requests_per_day: f64,
    pub cache_hit_rate: f64,
    pub prefix_cache_hit_rate: f64,
    pub peak_to_mean: f64,
    pub growth_per_month: f64,
    pub horizon_months: f64,
    pub latency_target_ms: Option<f64>,
}

/// Simple queries to a smaller model.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct Routing {
    pub small_model: Option<ModelId>,
    pub share: f64,
}

/// Requests on the users' own devices.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct EdgeChoice {
    pub share: f64,
    pub cost_per_request: f64,
    pub latency_saved_ms: f64,
}

/// A service level: its part of the traffic, its batch, its latency target, and its GPUs' price against the main one.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct Tier {
    pub share: f64,
    pub batch_size: Option<f64>,
    pub latency_target_ms: Option<f64>,
    pub price_factor: f64,
}

/// Electricity and owned hardware.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct Power {
    pub electricity_usd_per_kwh: f64,
    pub pue: f64,
    pub server_power_ratio: f64,
    pub draw: f64,
    pub interconnect_share: f64,
    pub lifetime_years: f64,
    pub colocation_usd_per_kw_month: f64,
}

/// What may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct Budget {
    pub training_usd: Option<f64>,
    pub monthly_inference_usd: Option<f64>,
}

/// What was spent and measured.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct Actual {
    pub training_usd: Option<f64>,
    pub monthly_inference_usd: Option<f64>,
    pub usd_per_request: Option<f64>,
    pub utilization: Option<f64>,
    pub ttft_ms: Option<f64>,
}

/// Yes or no, where a person has said so.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[expect(missing_docs, reason = "each field is a row of the parameter table, which says what it means")]
pub struct AdviceAnswers {
    pub develops_often: Option<bool>,
    pub research_first: Option<bool>,
    pub quality_moves_business: Option<bool>,
    pub stable_model: Option<bool>,
    pub building_platform: Option<bool>,
    pub continuous_updates: Option<bool>,
    pub velocity_and_efficiency: Option<bool>,
    pub dedicated_teams: Option<bool>,
}

impl Scenario {
    /// Every default around a model and a GPU. The figures' sources stand with the parameters in
    /// [`crate::scenario::table`].
    #[must_use]
    pub fn new(preset: ModelId, gpu: GpuId) -> Self {
        Self {
            model: ModelChoice { preset: Some(preset), size: None, shape: ShapeFields::default() },
            hardware: Hardware { gpu },
            training: Training::default(),
            serving: Serving::default(),
            workload: Workload::default(),
            routing: Routing { small_model: None, share: 0.0 },
            distilled_model: None,
            edge: EdgeChoice { share: 0.0, cost_per_request: 0.0001, latency_saved_ms: 50.0 },
            tier: [Tier::default(); MAX_TIERS],
            power: Power::default(),
            budget: Budget::default(),
            actual: Actual::default(),
            advice: AdviceAnswers::default(),
        }
    }
}

impl Default for Training {
    fn default() -> Self {
        Self {
            method: TrainingMethod::Pretrain,
            tokens: None,
            sequence_length: None,
            global_batch_tokens: None,
            gpu: None,
            gpus: None,
            precision: None,
            recompute: None,
            tensor_parallel: None,
            pipeline_parallel: None,
            expert_parallel: None,
            mfu: None,
            goodput: None,
            commitment: Commitment::OnDemand,
            price_per_gpu_hour: None,
            spot_share: 0.0,
            spot_discount: 0.65,
            off_peak_share: 0.0,
            off_peak_discount: 0.2,
            owned_share: 0.0,
            experiments: 2.2,
            automation: 0.0,
            staff_share: 0.39,
            versions_per_year: 0.0,
            update_cost_share: 0.2,
            version_value_usd_per_month: None,
        }
    }
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            gpu: None,
            batch_size: Batch::Requests(32.0),
            batching: Batching::Continuous,
            tensor_parallel: None,
            expert_parallel: None,
            weight_precision: None,
            kv_precision: None,
            engine: ServingEngine::Vllm,
            commitment: Commitment::OnDemand,
            price_per_gpu_hour: None,
            spot_share: 0.0,
            spot_discount: 0.65,
            owned_share: 0.0,
            target_utilization: 0.7,
            autoscaling: false,
            min_replicas: 1.0,
        }
    }
}

impl Default for Workload {
    fn default() -> Self {
        Self {
            sequence_length: 2048.0,
            output_share: 0.25,
            requests_per_day: 1e6,
            cache_hit_rate: 0.0,
            prefix_cache_hit_rate: 0.0,
            peak_to_mean: 1.5,
            growth_per_month: 0.0,
            horizon_months: 24.0,
            latency_target_ms: None,
        }
    }
}

impl Default for Tier {
    fn default() -> Self {
        Self { share: 0.0, batch_size: None, latency_target_ms: None, price_factor: 1.0 }
    }
}

impl Default for Power {
    fn default() -> Self {
        Self {
            electricity_usd_per_kwh: 0.0826,
            pue: 1.2,
            server_power_ratio: 1.8,
            draw: 0.75,
            interconnect_share: 0.19,
            lifetime_years: 4.0,
            colocation_usd_per_kw_month: 150.0,
        }
    }
}
