//! From what a user states to what the engine needs: catalog entries looked up, defaults filled in.

use crate::catalog::prices::Basis;
use crate::catalog::{Catalog, GpuId, GpuPreset, ModelId, TrainedOn};
use crate::engine::inputs::{
    Commitment, Demand, Edge, Facility, Inputs, MAX_TIERS, ModelError, PoolPlan, Rate, TrainingMoney,
};
use crate::engine::money;
use crate::engine::precision::Precision;
use crate::engine::serving::{Batch, Degree, Deployment, MAX_BATCH};
use crate::engine::shape::{Experts, LatentAttention, LocalLayers, Locality, ModelShape};
use crate::engine::training::TrainingPlan;
use crate::scenario::stated::{ModelChoice, Scenario, Tier};

/// Training tokens for each parameter where nobody disclosed them: the level of recent open models
/// (Llama 3 70B: 15T tokens, 214 each; Qwen2.5 72B: 250 each). Assumption.
pub const ASSUMED_TOKENS_PER_PARAMETER: f64 = 200.0;
/// Sequence length of training where none is stated. Assumption: most runs of `training_runs` use 4,096.
const ASSUMED_TRAINING_SEQUENCE: f64 = 4096.0;
/// What a provider charges over the cost of ownership, for accelerators without a cloud price. Assumption.
const RENT_OVER_OWNING: f64 = 1.5;

/// The engine's inputs for a scenario.
pub fn resolve(scenario: &Scenario, catalog: &Catalog) -> Inputs {
    let shape = shape(&scenario.model, catalog);
    let facility = facility(scenario);
    let served = scenario.distilled_model.map_or(shape, |model| catalog.model(model).shape);
    let main = pool(scenario, catalog, &facility, served);
    let tier_share: f64 = scenario.tier.iter().map(|tier| tier.share).sum::<f64>().min(1.0);
    let small_share = match scenario.routing.small_model {
        Some(_) => scenario.routing.share.min(1.0 - tier_share),
        None => 0.0,
    };
    let small_pool = scenario.routing.small_model.filter(|_| small_share > 0.0).map(|model| {
        let mut plan = pool(scenario, catalog, &facility, catalog.model(model).shape);
        plan.share = small_share;
        // A degree set for the large model says nothing about the small one.
        plan.deployment.tensor_parallel = Degree::UpTo(plan.deployment.gpu.server());
        plan
    });
    let mut tiers = [None; MAX_TIERS];
    for (plan, tier) in tiers.iter_mut().zip(&scenario.tier) {
        *plan = tier_pool(tier, &main);
    }
    Inputs {
        training: training_plan(scenario, catalog, shape),
        training_money: training_money(scenario, catalog, &facility),
        main_pool: PoolPlan { share: (1.0 - tier_share - small_share).max(0.0), ..main },
        small_pool,
        tiers,
        edge: Edge {
            share: scenario.edge.share,
            usd_per_request: scenario.edge.cost_per_request,
            latency_saved_s: scenario.edge.latency_saved_ms / 1e3,
        },
        demand: Demand {
            requests_per_day: scenario.workload.requests_per_day,
            cache_hit_rate: scenario.workload.cache_hit_rate,
            peak_to_mean: scenario.workload.peak_to_mean,
            growth_per_month: scenario.workload.growth_per_month,
            horizon_months: scenario.workload.horizon_months,
        },
        facility,
        model_error: ModelError::NONE,
    }
}

/// The effective shape: the preset's, fields set by hand, then the size.
pub(super) fn shape(choice: &ModelChoice, catalog: &Catalog) -> ModelShape {
    let base = choice.preset.map_or(EMPTY_SHAPE, |preset| catalog.model(preset).shape);
    let shape = with_fields(base, choice);
    match choice.size {
        Some(parameters) => shape.scaled_to(parameters),
        None => shape,
    }
}

/// A shape to fill in when no preset is named: every width must then be stated.
const EMPTY_SHAPE: ModelShape = ModelShape {
    layers: 0.0,
    hidden: 0.0,
    heads: 0.0,
    kv_heads: 0.0,
    head_dim: 0.0,
    ffn: 0.0,
    gated: true,
    vocab: 0.0,
    tied_embeddings: false,
    experts: None,
    latent: None,
    locality: None,
    kv_compression: 1.0,
    native_precision: Precision::Bf16,
};

/// A shape with the fields that were set by hand in place of its own.
fn with_fields(base: ModelShape, set: &ModelChoice) -> ModelShape {
    let heads = set.heads.unwrap_or(base.heads);
    let hidden = set.hidden.unwrap_or(base.hidden);
    let kv_heads = set.kv_heads.unwrap_or(if base.kv_heads > 0.0 { base.kv_heads } else { heads });
    let head_dim = match set.head_dim {
        Some(head_dim) => head_dim,
        None if base.head_dim > 0.0 => base.head_dim,
        None if heads > 0.0 => hidden / heads,
        None => 0.0,
    };
    let ffn = set.ffn.unwrap_or(base.ffn);
    let own =
        base.experts.unwrap_or(Experts { count: 0.0, active: 1.0, shared: 0.0, ffn, dense_layers: 0.0 });
    let experts = Experts {
        count: set.experts.unwrap_or(own.count),
        active: set.active_experts.unwrap_or(own.active),
        shared: set.shared_experts.unwrap_or(own.shared),
        ffn: set.expert_ffn.unwrap_or(own.ffn),
        dense_layers: set.dense_layers.unwrap_or(own.dense_layers),
    };
    let own = base.latent.unwrap_or(LatentAttention {
        q_rank: 0.0,
        kv_rank: 0.0,
        rope_dim: 64.0,
        nope_dim: 128.0,
        value_dim: 128.0,
    });
    let latent = LatentAttention {
        q_rank: set.q_lora_rank.unwrap_or(own.q_rank),
        kv_rank: set.kv_lora_rank.unwrap_or(own.kv_rank),
        rope_dim: set.qk_rope_dim.unwrap_or(own.rope_dim),
        nope_dim: set.qk_nope_dim.unwrap_or(own.nope_dim),
        value_dim: set.v_head_dim.unwrap_or(own.value_dim),
    };
    let locality = match (set.sliding_window, set.global_every, base.locality) {
        (None, None, own) => own,
        (window, every, own) => Some(Locality {
            global_every: every.or(own.map(|own| own.global_every)).unwrap_or(1.0).max(1.0),
            local: match (window, own) {
                (Some(window), _) => LocalLayers::Window(window),
                (None, Some(own)) => own.local,
                (None, None) => LocalLayers::Window(4096.0),
            },
        }),
    };
    ModelShape {
        layers: set.layers.unwrap_or(base.layers),
        hidden,
        heads,
        kv_heads,
        head_dim,
        ffn,
        gated: set.gated.unwrap_or(base.gated),
        vocab: set.vocab.unwrap_or(base.vocab),
        tied_embeddings: set.tied_embeddings.unwrap_or(base.tied_embeddings),
        experts: (experts.count > 0.0).then_some(experts),
        latent: (latent.kv_rank > 0.0).then_some(latent),
        locality,
        ..base
    }
}

/// The GPU that serves.
pub fn serving_gpu(scenario: &Scenario) -> GpuId {
    scenario.serving.gpu.unwrap_or(scenario.hardware.gpu)
}

/// The GPU that trains: the one stated, else the one on which the model was actually trained, else the one that serves.
pub fn training_gpu(scenario: &Scenario, catalog: &Catalog) -> GpuId {
    let trained_on = || {
        let preset = catalog.model(scenario.model.preset?);
        preset.trained_on.as_ref().map(|run| run.gpu)
    };
    scenario.training.gpu.or_else(trained_on).unwrap_or(scenario.hardware.gpu)
}

/// The published run of the preset, when the scenario keeps the model's own size and hardware.
fn published_run<'a>(scenario: &Scenario, catalog: &'a Catalog) -> Option<&'a TrainedOn> {
    let run = catalog.model(scenario.model.preset?).trained_on.as_ref()?;
    (scenario.model.size.is_none() && training_gpu(scenario, catalog) == run.gpu).then_some(run)
}

/// Training tokens: stated, else the preset's own, else an assumed ratio to the parameters.
///
/// A preset of another size keeps its ratio of tokens to parameters.
pub(super) fn training_tokens(scenario: &Scenario, catalog: &Catalog) -> f64 {
    if let Some(tokens) = scenario.training.tokens {
        return tokens;
    }
    let preset = scenario.model.preset.map(|preset| catalog.model(preset));
    let parameters = || shape(&scenario.model, catalog).total_parameters();
    match preset.and_then(|preset| preset.training_tokens.map(|tokens| (tokens, preset))) {
        Some((tokens, preset)) => match scenario.model.size {
            Some(size) => tokens * size / preset.shape.total_parameters(),
            None => tokens,
        },
        None => parameters() * ASSUMED_TOKENS_PER_PARAMETER,
    }
}

/// Arithmetic of training: stated, else that of the published run, else BF16 where the chip has it, else FP16.
pub fn training_precision(scenario: &Scenario, catalog: &Catalog) -> Precision {
    let gpu = &catalog.gpu(training_gpu(scenario, catalog)).gpu;
    let usual = if gpu.rates.bf16 { Precision::Bf16 } else { Precision::Fp16 };
    let published = || published_run(scenario, catalog)?.precision;
    scenario.training.precision.or_else(published).unwrap_or(usual)
}

/// Sequence length of training: stated, else that of the published run, else an assumed one.
pub(super) fn training_sequence(scenario: &Scenario, catalog: &Catalog) -> f64 {
    let published = || published_run(scenario, catalog)?.sequence_length;
    scenario.training.sequence_length.or_else(published).unwrap_or(ASSUMED_TRAINING_SEQUENCE)
}

fn training_plan(scenario: &Scenario, catalog: &Catalog, shape: ModelShape) -> TrainingPlan {
    let training = &scenario.training;
    let published = published_run(scenario, catalog);
    let degree = |set: Option<f64>| set.map(|degree| degree as u32);
    TrainingPlan {
        shape,
        gpu: catalog.gpu(training_gpu(scenario, catalog)).gpu,
        gpus: training.gpus.or(published.and_then(|run| run.gpus)),
        tokens: training_tokens(scenario, catalog),
        sequence_length: training_sequence(scenario, catalog),
        global_batch_tokens: training
            .global_batch_tokens
            .or(published.and_then(|run| run.global_batch_tokens)),
        precision: training_precision(scenario, catalog),
        recompute: training.recompute,
        method: training.method,
        tensor_parallel: degree(training.tensor_parallel),
        pipeline_parallel: degree(training.pipeline_parallel),
        expert_parallel: degree(training.expert_parallel),
        mfu: training.mfu,
        goodput: training.goodput,
    }
}

fn training_money(scenario: &Scenario, catalog: &Catalog, facility: &Facility) -> TrainingMoney {
    let training = &scenario.training;
    let gpu = catalog.gpu(training_gpu(scenario, catalog));
    TrainingMoney {
        rate: Rate {
            usd_per_gpu_hour: training
                .price_per_gpu_hour
                .unwrap_or_else(|| rent(gpu, training.commitment, facility)),
            spot_share: training.spot_share,
            spot_discount: training.spot_discount,
            off_peak_share: training.off_peak_share,
            off_peak_discount: training.off_peak_discount,
            owned_share: owned_share(training.commitment, training.owned_share),
            purchase_usd: purchase(gpu),
        },
        experiments: training.experiments,
        automation: training.automation,
        staff_share: training.staff_share,
        versions_per_year: training.versions_per_year,
        update_cost_share: training.update_cost_share,
    }
}

/// All of it under the commitment "owned", else the stated share.
fn owned_share(commitment: Commitment, share: f64) -> f64 {
    if commitment == Commitment::Owned { 1.0 } else { share }
}

/// USD per GPU and hour on this commitment: the catalog's price, less the reservation's discount.
///
/// Where the catalog has no cloud price: the cost of ownership plus a provider's margin.
pub(super) fn rent(gpu: &GpuPreset, commitment: Commitment, facility: &Facility) -> f64 {
    let offer = gpu.offer(Basis::Market);
    let quote = match commitment {
        Commitment::OnDemand | Commitment::Owned => &offer.on_demand,
        Commitment::Reserved1Year => &offer.one_year,
        Commitment::Reserved3Years => &offer.three_years,
    };
    let owning = purchase(gpu).map(|price| money::owned_hour(price, &gpu.gpu, facility).total());
    quote.as_ref().map(|quote| quote.usd_per_hour).or(owning.map(|usd| usd * RENT_OVER_OWNING)).unwrap_or(0.0)
}

/// The typical purchase price.
fn purchase(gpu: &GpuPreset) -> Option<f64> {
    gpu.purchase_usd.map(|[_, typical, _]| typical)
}

fn facility(scenario: &Scenario) -> Facility {
    let power = &scenario.power;
    Facility {
        electricity_usd_per_kwh: power.electricity_usd_per_kwh,
        pue: power.pue,
        server_power_ratio: power.server_power_ratio,
        draw: power.draw,
        interconnect_share: power.interconnect_share,
        lifetime_years: power.lifetime_years,
        colocation_usd_per_kw_month: power.colocation_usd_per_kw_month,
    }
}

/// The rent of a serving GPU.
pub(super) fn serving_price(scenario: &Scenario, catalog: &Catalog) -> f64 {
    let gpu = catalog.gpu(serving_gpu(scenario));
    let serving = &scenario.serving;
    serving.price_per_gpu_hour.unwrap_or_else(|| rent(gpu, serving.commitment, &facility(scenario)))
}

/// The rent of a training GPU.
pub(super) fn training_price(scenario: &Scenario, catalog: &Catalog) -> f64 {
    let gpu = catalog.gpu(training_gpu(scenario, catalog));
    let training = &scenario.training;
    training.price_per_gpu_hour.unwrap_or_else(|| rent(gpu, training.commitment, &facility(scenario)))
}

/// The weight format: stated, else the one in which the model is published (16 bits where that is the usual).
pub(super) fn weight_precision(scenario: &Scenario, shape: &ModelShape) -> Precision {
    scenario.serving.weight_precision.unwrap_or(shape.native_precision)
}

fn pool(scenario: &Scenario, catalog: &Catalog, facility: &Facility, shape: ModelShape) -> PoolPlan {
    let serving = &scenario.serving;
    let workload = &scenario.workload;
    let preset = catalog.gpu(serving_gpu(scenario));
    let gpu = preset.gpu;
    let output_tokens = (workload.sequence_length * workload.output_share).max(1.0);
    PoolPlan {
        deployment: Deployment {
            shape,
            gpu,
            engine: serving.engine,
            weight_precision: weight_precision(scenario, &shape),
            kv_precision: serving.kv_precision.unwrap_or(Precision::Bf16),
            tensor_parallel: serving
                .tensor_parallel
                .map_or(Degree::UpTo(gpu.server()), |degree| Degree::Set(degree as u32)),
            expert_parallel: serving.expert_parallel.map_or(1, |degree| degree as u32),
            batch: serving.batch_size,
            batching: serving.batching,
            prompt_tokens: (workload.sequence_length - output_tokens).max(1.0),
            output_tokens,
            prefix_hit_rate: workload.prefix_cache_hit_rate,
        },
        share: 1.0,
        rate: Rate {
            usd_per_gpu_hour: serving
                .price_per_gpu_hour
                .unwrap_or_else(|| rent(preset, serving.commitment, facility)),
            spot_share: serving.spot_share,
            spot_discount: serving.spot_discount,
            off_peak_share: 0.0,
            off_peak_discount: 0.0,
            owned_share: owned_share(serving.commitment, serving.owned_share),
            purchase_usd: purchase(preset),
        },
        latency_target_s: workload.latency_target_ms.map_or(f64::INFINITY, |target| target / 1e3),
        target_utilization: serving.target_utilization,
        autoscaling: serving.autoscaling,
        min_replicas: serving.min_replicas,
    }
}

fn tier_pool(tier: &Tier, main: &PoolPlan) -> Option<PoolPlan> {
    (tier.share > 0.0).then(|| {
        let mut plan = PoolPlan { share: tier.share, ..*main };
        if let Some(batch) = tier.batch_size {
            plan.deployment.batch = Batch::Requests(batch.min(MAX_BATCH));
        }
        if let Some(target) = tier.latency_target_ms {
            plan.latency_target_s = target / 1e3;
        }
        plan.rate.usd_per_gpu_hour *= tier.price_factor;
        plan
    })
}

/// The shape that answers requests: the distilled model's, if any, else the scenario's own.
pub(super) fn served_shape(scenario: &Scenario, catalog: &Catalog) -> ModelShape {
    scenario
        .distilled_model
        .map_or_else(|| shape(&scenario.model, catalog), |model| catalog.model(model).shape)
}

/// The model that answers requests: the distilled one, if any, else the scenario's own.
pub fn served_model(scenario: &Scenario) -> Option<ModelId> {
    scenario.distilled_model.or(scenario.model.preset)
}
