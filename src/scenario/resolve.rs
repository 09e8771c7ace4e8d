//! From what a user states to what the engine needs: catalog entries looked up, defaults filled in.

use crate::catalog::{Catalog, GpuId, ModelId, TrainedOn};
use crate::engine::gpu::Gpu;
use crate::engine::inputs::{Demand, Edge, Inputs, ModelError, PoolName, PoolPlan};
use crate::engine::precision::Precision;
use crate::engine::promise::Promise;
use crate::engine::serving::{
    Batch, Degree, Deployment, Layouts, MAX_BATCH, Prefills, Speculation, SpeculationMethod,
};
use crate::engine::session::Session;
use crate::engine::shape::{Experts, LatentAttention, LocalLayers, Locality, ModelShape};
use crate::engine::training::{TrainingMethod, TrainingPlan};
use crate::scenario::pricing;
use crate::scenario::small_gpu::small_gpu;
use crate::scenario::stated::{ModelChoice, Scenario, Serving, Target, Tier, Workload};

/// Training tokens for each parameter where nobody disclosed them: the level of recent open models
/// (Llama 3 70B: 15T tokens, 214 each; Qwen2.5 72B: 250 each). Assumption.
pub const ASSUMED_TOKENS_PER_PARAMETER: f64 = 200.0;
/// Sequence length of training where none is stated. Assumption: most runs of `training_runs` use 4,096.
const ASSUMED_TRAINING_SEQUENCE: f64 = 4096.0;
/// The largest share of prompt tokens that a prefix cache is taken to hold.
pub(super) const MOST_CACHED: f64 = 0.99;

/// The engine's inputs for a scenario.
pub fn resolve(scenario: &Scenario, catalog: &Catalog) -> Inputs {
    let shape = shape(&scenario.model, catalog);
    let served = scenario.distilled_model.map_or(shape, |model| catalog.model(model).shape);
    let mut others = Vec::new();
    if let Some(model) = scenario.routing.small_model.filter(|_| scenario.routing.share > 0.0) {
        others.push((PoolName::Small, small_pool(scenario, catalog, model)));
    }
    for (index, tier) in scenario.tier.iter().enumerate().filter(|(_, tier)| tier.share > 0.0) {
        others.push((PoolName::Tier(index), tier_pool(tier, scenario, catalog, served)));
    }
    let elsewhere = others.iter().map(|(_, pool)| pool.share).sum::<f64>();
    let mut main_pool = pool(scenario, catalog, served, serving_gpu(scenario));
    main_pool.share = rest_of_one(elsewhere);
    Inputs {
        training: training_plan(scenario, catalog, shape),
        training_money: pricing::training_money(scenario, catalog, &shape),
        main_pool,
        others,
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
        facility: pricing::facility(scenario),
        interruptions: pricing::interruptions(scenario),
        people: pricing::people(scenario, catalog, &shape),
        trend: pricing::trend(scenario),
        model_error: ModelError::NONE,
    }
}

/// What shares leave of one; rounding noise is nothing.
fn rest_of_one(shares: f64) -> f64 {
    let rest = 1.0 - shares;
    if rest > 1e-9 { rest } else { 0.0 }
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

/// The published run of the preset, when the scenario trains that model itself, of its own size and on its own hardware.
pub fn published_run<'a>(scenario: &Scenario, catalog: &'a Catalog) -> Option<&'a TrainedOn> {
    published_recipe(scenario, catalog).filter(|run| training_gpu(scenario, catalog) == run.gpu)
}

/// The same on whatever hardware: its sequences and its batch make the model, not the chip.
fn published_recipe<'a>(scenario: &Scenario, catalog: &'a Catalog) -> Option<&'a TrainedOn> {
    let itself = scenario.model.size.is_none() && scenario.training.method == TrainingMethod::Pretrain;
    catalog.model(scenario.model.preset?).trained_on.as_ref().filter(|_| itself)
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
    let published = || published_recipe(scenario, catalog)?.sequence_length;
    scenario.training.sequence_length.or_else(published).unwrap_or(ASSUMED_TRAINING_SEQUENCE)
}

/// Date of the training software, in months: stated, else that of the published run, else the date of the presets.
pub(super) fn training_software_month(scenario: &Scenario, catalog: &Catalog) -> f64 {
    let published = || published_run(scenario, catalog)?.released;
    scenario.training.software_date.or_else(published).unwrap_or_else(|| catalog.rates().months())
}

/// Date of the serving software, in months: stated, else the date of the presets.
pub(super) fn serving_software_month(scenario: &Scenario, catalog: &Catalog) -> f64 {
    scenario.serving.software_date.unwrap_or_else(|| catalog.rates().months())
}

fn training_plan(scenario: &Scenario, catalog: &Catalog, shape: ModelShape) -> TrainingPlan {
    let training = &scenario.training;
    let (recipe, published) = (published_recipe(scenario, catalog), published_run(scenario, catalog));
    let degree = |set: Option<f64>| set.map(|degree| degree as u32);
    TrainingPlan {
        shape,
        gpu: catalog.gpu(training_gpu(scenario, catalog)).gpu,
        gpus: training.gpus.or(published.and_then(|run| run.gpus)),
        tokens: training_tokens(scenario, catalog),
        sequence_length: training_sequence(scenario, catalog),
        global_batch_tokens: training.global_batch_tokens.or(recipe.and_then(|run| run.global_batch_tokens)),
        precision: training_precision(scenario, catalog),
        recompute: training.recompute.or(published.and_then(|run| run.recompute)),
        method: training.method,
        tensor_parallel: degree(training.tensor_parallel),
        pipeline_parallel: degree(training.pipeline_parallel),
        expert_parallel: degree(training.expert_parallel),
        context_parallel: degree(training.context_parallel),
        microbatch_sequences: None,
        software_date: training_software_month(scenario, catalog) / 12.0,
        mfu: training.mfu,
        goodput: training.goodput,
    }
}

/// The weight format: stated, else the one in which the model is published (16 bits where that is the usual).
pub(super) fn weight_precision(scenario: &Scenario, shape: &ModelShape) -> Precision {
    scenario.serving.weight_precision.unwrap_or(shape.native_precision)
}

/// The sessions of the workload.
pub fn session(workload: &Workload) -> Session {
    let answer_tokens = (workload.sequence_length * workload.output_share).max(1.0);
    Session {
        asked_tokens: (workload.sequence_length - answer_tokens).max(1.0),
        answer_tokens,
        thinking_tokens: workload.thinking_tokens,
        turns: workload.turns,
        spread: workload.length_spread,
    }
}

/// Share of prompt tokens in the prefix cache: stated, else the history of the sessions, as far as it keeps its place.
/// Assumption: engines keep that as long as somebody may come back to it.
pub(super) fn prefix_hit_rate(workload: &Workload) -> f64 {
    workload.prefix_cache_hit_rate.unwrap_or_else(|| session(workload).cached_share().min(MOST_CACHED))
}

fn pool(scenario: &Scenario, catalog: &Catalog, shape: ModelShape, gpu: GpuId) -> PoolPlan {
    let serving = &scenario.serving;
    let workload = &scenario.workload;
    let preset = catalog.gpu(gpu);
    let session = session(workload);
    let prefix_hit_rate = prefix_hit_rate(workload);
    PoolPlan {
        deployment: Deployment {
            shape,
            gpu: preset.gpu,
            engine: serving.engine,
            software_date: serving_software_month(scenario, catalog) / 12.0,
            weight_precision: weight_precision(scenario, &shape),
            kv_precision: serving.kv_precision.unwrap_or(Precision::Bf16),
            layout: layouts(serving, &preset.gpu),
            batch: serving.batch_size,
            batching: serving.batching,
            prompt_tokens: session.prompt_tokens(),
            output_tokens: session.output_tokens(),
            prefix_hit_rate,
            prompt_spread: session.fresh_spread(prefix_hit_rate),
            output_spread: session.spread,
            speculation: speculation(scenario, catalog, &shape),
            prefills: match (serving.disaggregated, serving.prefill_share) {
                (true, share) => Prefills::Apart { share },
                (false, _) => Prefills::Beside,
            },
        },
        session,
        share: 1.0,
        arrivals: workload.arrivals,
        concurrency: serving.concurrency,
        latency_load: None,
        rate: pricing::serving_rate(scenario, catalog, gpu),
        latency_target_s: workload.latency_target_ms.map_or(f64::INFINITY, |target| target / 1e3),
        promise: promise(&scenario.target),
        target_utilization: serving.target_utilization,
        autoscaling: serving.autoscaling,
        min_replicas: serving.min_replicas,
        cold_start_s: serving.cold_start_s,
        automatic_batch: false,
    }
}

/// What may be chosen of the layout: what is not stated.
fn layouts(serving: &Serving, gpu: &Gpu) -> Layouts {
    let degree = |stated: Option<f64>| stated.map(|degree| degree as u32);
    Layouts {
        tensor_parallel: degree(serving.tensor_parallel).map_or(Degree::UpTo(gpu.server()), Degree::Set),
        pipeline_parallel: degree(serving.pipeline_parallel),
        expert_parallel: degree(serving.expert_parallel),
        attention_data_parallel: serving.attention_data_parallel,
    }
}

/// Share of guesses that hold where none is stated: of a model's own head (DeepSeek-V3 technical report, section 5.4.3: 85-90%
/// of the second token), of a small model (Leviathan et al. 2023, table 3: 0.5-0.9), of sequences in the prompt. The last is
/// an assumption.
pub(super) const fn acceptance(method: SpeculationMethod) -> Option<f64> {
    match method {
        SpeculationMethod::None => None,
        SpeculationMethod::Mtp => Some(0.85),
        SpeculationMethod::Draft => Some(0.7),
        SpeculationMethod::Ngram => Some(0.4),
    }
}

/// Tokens guessed in a step where none are stated.
pub(super) const fn draft_tokens(method: SpeculationMethod) -> Option<f64> {
    match method {
        SpeculationMethod::None => None,
        SpeculationMethod::Mtp => Some(1.0),
        SpeculationMethod::Draft | SpeculationMethod::Ngram => Some(4.0),
    }
}

/// The size of an unnamed draft model relative to the one for which it guesses. Assumption: 1B for 70B.
pub const DRAFT_SHARE: f64 = 1.0 / 70.0;
/// Its layers, and its cache of a token, relative to those of the model: of Llama 3.2 1B beside Llama 3.1 70B, 16 of 80 layers,
/// each with heads of 64 rather than 128.
const DRAFT_LAYERS: f64 = 0.2;
const DRAFT_CACHE: f64 = 0.1;

fn speculation(scenario: &Scenario, catalog: &Catalog, shape: &ModelShape) -> Option<Speculation> {
    let serving = &scenario.serving;
    let method = serving.speculation;
    let nothing = Speculation {
        draft_tokens: serving.draft_tokens.or(draft_tokens(method))?,
        acceptance: serving.acceptance_rate.or(acceptance(method))?,
        draft_share: 0.0,
        draft_layers: 0.0,
        draft_weights: 0.0,
        draft_cache: 0.0,
    };
    let [active, total] = [shape.active_parameters(), shape.total_parameters()];
    Some(match method {
        SpeculationMethod::None | SpeculationMethod::Ngram => nothing,
        // One layer more, and the head, which is the model's own (DeepSeek-V3, section 2.2).
        SpeculationMethod::Mtp => Speculation {
            draft_share: (active / shape.layers + shape.embedding_parameters()) / active,
            draft_layers: shape.layers.recip(),
            draft_weights: (total - shape.embedding_parameters()) / shape.layers / total,
            draft_cache: shape.layers.recip(),
            ..nothing
        },
        SpeculationMethod::Draft => {
            let Some(draft) = serving.draft_model.map(|draft| &catalog.model(draft).shape) else {
                return Some(Speculation {
                    draft_share: DRAFT_SHARE,
                    draft_layers: DRAFT_LAYERS,
                    draft_weights: DRAFT_SHARE * active / total,
                    draft_cache: DRAFT_CACHE,
                    ..nothing
                });
            };
            let session = session(&scenario.workload);
            let context = session.prompt_tokens() + session.output_tokens();
            let cache = |shape: &ModelShape| shape.growing_cache_bytes(context, Precision::Bf16);
            Speculation {
                draft_share: draft.active_parameters() / active,
                draft_layers: draft.layers / shape.layers,
                draft_weights: draft.total_parameters() / total,
                draft_cache: cache(draft) / cache(shape),
                ..nothing
            }
        }
    })
}

fn promise(target: &Target) -> Promise {
    let seconds = |ms: Option<f64>| ms.map(|ms| ms / 1e3);
    Promise {
        ttft_s: seconds(target.ttft_ms),
        tpot_s: seconds(target.tpot_ms),
        tokens_per_s_per_user: target.tokens_per_s_per_user,
        request_s: seconds(target.request_ms),
        percentile: target.percentile,
    }
}

/// The pool of a model or an accelerator of its own: what was set for the large model says nothing about it.
fn own_pool(
    scenario: &Scenario,
    catalog: &Catalog,
    shape: ModelShape,
    gpu: GpuId,
    batch: Option<f64>,
) -> PoolPlan {
    let mut plan = pool(scenario, catalog, shape, gpu);
    plan.automatic_batch = batch.is_none();
    if let Some(batch) = batch {
        plan.deployment.batch = Batch::Requests(batch.min(MAX_BATCH));
    }
    plan
}

/// The pool of the small model, in a layout of the engine's.
fn small_pool(scenario: &Scenario, catalog: &Catalog, model: ModelId) -> PoolPlan {
    let gpu = small_gpu(scenario, catalog).unwrap_or_else(|| serving_gpu(scenario));
    let mut plan = own_pool(scenario, catalog, catalog.model(model).shape, gpu, scenario.routing.batch_size);
    plan.share = scenario.routing.share;
    plan.deployment.layout = layouts(&Serving::default(), &plan.deployment.gpu);
    // What guesses for the large model does not for the small one.
    plan.deployment.speculation = None;
    plan
}

fn tier_pool(tier: &Tier, scenario: &Scenario, catalog: &Catalog, shape: ModelShape) -> PoolPlan {
    let main = serving_gpu(scenario);
    let gpu = tier.gpu.unwrap_or(main);
    let mut plan = own_pool(scenario, catalog, shape, gpu, tier.batch_size);
    plan.share = tier.share;
    if gpu != main {
        plan.deployment.layout = layouts(&Serving::default(), &plan.deployment.gpu);
    }
    if let Some(target) = tier.latency_target_ms {
        // Its own target takes the place of what is promised to all.
        plan.latency_target_s = target / 1e3;
        plan.promise = Promise::NONE;
    }
    for price in [&mut plan.rate.on_demand_usd, &mut plan.rate.spot_usd, &mut plan.rate.reserved_usd] {
        *price = price.map(|usd| usd * tier.price_factor);
    }
    plan
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
