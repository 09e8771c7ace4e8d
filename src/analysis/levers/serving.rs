//! The levers of serving.

use super::Proposal::{NotApplicable, On, Search, Switch};
use super::{Proposal, Rule, Side, switch};
use crate::analysis::case::Case;
use crate::analysis::hardware::{firm_gpus, serve_on};
use crate::catalog::{Catalog, ModelId, ModelPreset};
use crate::engine::precision::Precision;
use crate::engine::serving::{Batch, Batching, MAX_BATCH, SpeculationMethod};
use crate::scenario::{ParamId, Scenario, Tier, resolve};

/// Response cache: the middle of the 30-60% that are common, then their upper end.
const CACHE_STEPS: [f64; 2] = [0.45, 0.60];
/// Prefix cache: what a shared system prompt and chat history allow (DeepSeek published 56% in February 2025).
const PREFIX_HIT_RATE: f64 = 0.5;
/// Share of serving that may be preempted while the rest keeps the service up. Assumption.
const SPOT_SHARE: f64 = 0.5;
/// Share of queries simple enough for a small model, as in the claim that routing saves 40-60%.
const ROUTED_SHARE: f64 = 0.5;
/// Size of the small model against the large one in that claim.
const SMALL_MODEL_RATIO: f64 = 0.1;
/// A distilled model is at most this share of the large one: less would save little. Assumption.
const DISTILLED_RATIO: f64 = 0.6;
/// A model that guesses for another has at most this share of its active parameters. Assumption.
const DRAFT_RATIO: f64 = 0.125;
/// Vocabularies that differ by less are the same, padded.
const SAME_VOCABULARY: f64 = 0.01;
/// Prompts so many times as long as the output are taken to hold much of what is answered. Assumption.
const QUOTED_PROMPT: f64 = 8.0;
/// Pipeline stages that are tried where one server does not hold the model.
const STAGES: [f64; 3] = [2.0, 4.0, 8.0];
/// Share of the requests on devices. Assumption.
const EDGE_SHARE: f64 = 0.1;
/// Traffic that can wait: 30% within a minute, on capacity at half the price as in the batch modes of hosted models.
/// Assumption.
const BATCH_TIER: Tier =
    Tier { share: 0.3, batch_size: None, gpu: None, latency_target_ms: Some(60_000.0), price_factor: 0.5 };

/// Every lever of serving.
pub(super) const RULES: [Rule; 22] = [
    rule(
        ParamId::ServingWeightPrecision,
        "Quantize weights",
        ["some quality: test it", "quality"],
        narrower_weights,
    ),
    rule(
        ParamId::ServingKvPrecision,
        "Quantize KV cache",
        ["some quality on long contexts", "quality"],
        narrower_cache,
    ),
    rule(
        ParamId::ServingBatching,
        "Continuous batching",
        ["an engine that supports it", "new engine"],
        continuous_batching,
    ),
    rule(ParamId::ServingBatchSize, "Larger batch", ["slower answers for each user", "slower"], larger_batch),
    rule(
        ParamId::WorkloadCacheHitRate,
        "Response cache",
        ["stale or generic answers", "stale hits"],
        response_cache,
    ),
    rule(
        ParamId::WorkloadPrefixCacheHitRate,
        "Prefix cache",
        ["memory for shared prompts", "memory"],
        prefix_cache,
    ),
    rule(
        ParamId::WorkloadThinkingTokens,
        "Think half as long",
        ["quality on hard questions", "quality"],
        think_less,
    ),
    rule(
        ParamId::DistilledModel,
        "Distilled model",
        ["quality of a smaller model", "quality"],
        distilled_model,
    ),
    rule(ParamId::HardwareGpu, "Switch serving GPU", ["moving the service", "migration"], another_gpu),
    rule(
        ParamId::ServingSpotShare,
        "Serve on spot capacity",
        ["replicas that are taken away", "evictions"],
        spot,
    ),
    rule(
        ParamId::ServingReservedShare,
        "Reserve for a year",
        ["a commitment of one year", "commitment"],
        |present| reserve(present, 12.0),
    ),
    rule(
        ParamId::ServingReservedShare,
        "Reserve for three years",
        ["a commitment of three years", "commitment"],
        |present| reserve(present, 36.0),
    ),
    rule(
        ParamId::ServingOwnedShare,
        "Own the baseline",
        ["money up front and upkeep", "capital"],
        own_baseline,
    ),
    rule(
        ParamId::ServingAutoscaling,
        "Autoscaling",
        ["waits while replicas start", "cold start"],
        autoscaling,
    ),
    rule(ParamId::RoutingShare, "Route simple queries", ["quality of the routed answers", "quality"], route),
    rule(ParamId::Tier1Share, "Add a batch tier", ["a wait of up to a minute", "waiting"], batch_tier),
    rule(ParamId::EdgeShare, "Answer on devices", ["quality, and apps to keep up", "quality"], edge),
    rule(
        ParamId::ServingTensorParallel,
        "Auto-parallel serving",
        ["a new layout of replicas", "new layout"],
        automatic_parallelism,
    ),
    rule(
        ParamId::ServingAttentionDataParallel,
        "Data-parallel attention",
        ["a new layout of replicas", "new layout"],
        attend_apart,
    ),
    rule(
        ParamId::ServingDisaggregated,
        "Disaggregated prefill",
        ["GPUs that only read prompts", "more GPUs"],
        disaggregate,
    ),
    rule(
        ParamId::ServingSpeculation,
        "Speculative decoding",
        ["compute for wrong guesses", "compute"],
        guess_ahead,
    ),
    rule(
        ParamId::ServingPipelineParallel,
        "Pipeline over servers",
        ["time between servers", "slower"],
        span_servers,
    ),
];

const fn rule(
    param: ParamId,
    label: &'static str,
    paid_with: [&'static str; 2],
    propose: fn(&Case) -> Proposal,
) -> Rule {
    Rule { param, label, paid_with, side: Side::Serving, propose }
}

fn narrower_weights(present: &Case) -> Proposal {
    let own = present.weight_precision().bytes();
    let rates = &present.serving_gpu().gpu.rates;
    let able = |precision: &Precision| match precision {
        Precision::Fp8 => rates.fp8.is_some(),
        // Where FP8 exists it loses less at the same speed.
        Precision::Int8 => rates.int8.is_some() && rates.fp8.is_none(),
        Precision::Fp4 => rates.fp4.is_some(),
        // Widened to 16 bits as they are read: any chip can.
        Precision::Int4 => rates.fp4.is_none(),
        _ => false,
    };
    let narrower = Precision::ALL.iter().copied().filter(|precision| precision.bytes() < own).filter(able);
    Switch(
        narrower
            .map(|precision| present.changed(|scenario| scenario.serving.weight_precision = Some(precision)))
            .collect(),
    )
}

fn narrower_cache(present: &Case) -> Proposal {
    let own = present.scenario.serving.kv_precision.unwrap_or(Precision::Bf16);
    let has_fp8 = present.serving_gpu().gpu.rates.fp8.is_some();
    let narrower = if has_fp8 { Precision::Fp8 } else { Precision::Int8 };
    if own.bytes() <= narrower.bytes() {
        return On;
    }
    switch(present, |scenario| scenario.serving.kv_precision = Some(narrower))
}

fn continuous_batching(present: &Case) -> Proposal {
    match present.scenario.serving.batching {
        Batching::Continuous => On,
        Batching::Static => switch(present, |scenario| scenario.serving.batching = Batching::Continuous),
    }
}

fn larger_batch(present: &Case) -> Proposal {
    let Batch::Requests(own) = present.scenario.serving.batch_size else { return On };
    let mut larger = vec![present.changed(|scenario| scenario.serving.batch_size = Batch::Max)];
    let mut batch = own * 2.0;
    while batch <= MAX_BATCH {
        larger.push(present.changed(|scenario| scenario.serving.batch_size = Batch::Requests(batch)));
        batch *= 2.0;
    }
    Search(larger)
}

fn response_cache(present: &Case) -> Proposal {
    let own = present.scenario.workload.cache_hit_rate;
    match CACHE_STEPS.into_iter().find(|step| *step > own) {
        Some(step) => switch(present, |scenario| scenario.workload.cache_hit_rate = step),
        None => On,
    }
}

fn prefix_cache(present: &Case) -> Proposal {
    if present.inputs.main_pool.deployment.prefix_hit_rate >= PREFIX_HIT_RATE {
        return On;
    }
    // What a session leaves is in the cache by itself.
    let history = present.inputs.main_pool.session.cached_share() >= PREFIX_HIT_RATE;
    let rate = if history { None } else { Some(PREFIX_HIT_RATE) };
    switch(present, |scenario| scenario.workload.prefix_cache_hit_rate = rate)
}

fn think_less(present: &Case) -> Proposal {
    let own = present.scenario.workload.thinking_tokens;
    if own == 0.0 {
        return NotApplicable("no thinking tokens are stated");
    }
    switch(present, |scenario| scenario.workload.thinking_tokens = (own / 2.0).floor())
}

fn distilled_model(present: &Case) -> Proposal {
    if present.scenario.distilled_model.is_some() {
        return On;
    }
    let Some(served) = present.served_model() else {
        return NotApplicable("the model is not in the catalog");
    };
    match smaller_relative(present, served) {
        Some(model) => switch(present, |scenario| scenario.distilled_model = Some(model)),
        None => NotApplicable("its developer has no smaller model in the catalog"),
    }
}

/// The largest model of the same maker that is clearly smaller, one of the same family before others.
fn smaller_relative(present: &Case, served: ModelId) -> Option<ModelId> {
    let catalog = present.catalog();
    let own = catalog.model(served);
    let shared_words = |id: ModelId| {
        let words = own.id.split('-').zip(catalog.model(id).id.split('-'));
        words.take_while(|(a, b)| a == b).count()
    };
    let size = |id: ModelId| catalog.model(id).shape.total_parameters();
    catalog
        .model_ids()
        .filter(|id| catalog.model(*id).organization == own.organization)
        .filter(|id| {
            let (total, active) = size_ratios(present, catalog, *id);
            total <= DISTILLED_RATIO && active <= DISTILLED_RATIO
        })
        .max_by(|a, b| shared_words(*a).cmp(&shared_words(*b)).then(size(*a).total_cmp(&size(*b))))
}

/// Total and active parameters of a model relative to those of the served one.
fn size_ratios(present: &Case, catalog: &Catalog, id: ModelId) -> (f64, f64) {
    let shape = &catalog.model(id).shape;
    (
        shape.total_parameters() / present.served_shape().total_parameters(),
        shape.active_parameters() / present.served_shape().active_parameters(),
    )
}

/// The model nearest to a tenth of the served one in total and active parameters; one of the same maker where it
/// comes within a factor of e in sum.
fn tenth_of_the_size(present: &Case) -> Option<ModelId> {
    let catalog = present.catalog();
    let maker = present.served_model().map(|model| &catalog.model(model).organization);
    let distance = |id: ModelId| {
        let (total, active) = size_ratios(present, catalog, id);
        (total / SMALL_MODEL_RATIO).ln().abs() + (active / SMALL_MODEL_RATIO).ln().abs()
    };
    let nearest = |ids: &mut dyn Iterator<Item = ModelId>| {
        ids.map(|id| (id, distance(id))).min_by(|a, b| a.1.total_cmp(&b.1))
    };
    let kin = nearest(&mut catalog.model_ids().filter(|id| Some(&catalog.model(*id).organization) == maker));
    let any = nearest(&mut catalog.model_ids());
    let (id, distance) = kin.filter(|(_, distance)| *distance < 1.0).or(any)?;
    // Twice a factor of three away, a model no longer counts as a tenth.
    (distance < 2.0 * 3.0_f64.ln()).then_some(id)
}

fn route(present: &Case) -> Proposal {
    let routing = &present.scenario.routing;
    if routing.small_model.is_some() && routing.share >= ROUTED_SHARE {
        return On;
    }
    match routing.small_model.or_else(|| tenth_of_the_size(present)) {
        Some(small) => switch(present, |scenario| {
            scenario.routing.small_model = Some(small);
            scenario.routing.share = ROUTED_SHARE;
        }),
        None => NotApplicable("the catalog has no model about a tenth its size"),
    }
}

fn another_gpu(present: &Case) -> Proposal {
    let catalog = present.catalog();
    let own = resolve::serving_gpu(&present.scenario);
    let trains_on = resolve::training_gpu(&present.scenario, catalog);
    let candidates = firm_gpus(present).filter(|gpu| *gpu != own).map(|gpu| {
        present.changed(|scenario| {
            let stated = scenario.serving.gpu.is_some();
            serve_on(scenario, gpu);
            if !stated {
                // The main GPU is the one to change, unless training follows it.
                let mut on_main = *scenario;
                on_main.hardware.gpu = gpu;
                on_main.serving.gpu = None;
                if resolve::training_gpu(&on_main, catalog) == trains_on {
                    *scenario = on_main;
                }
            }
        })
    });
    Search(candidates.collect())
}

fn spot(present: &Case) -> Proposal {
    let rate = &present.inputs.main_pool.rate;
    let share = SPOT_SHARE.min(1.0 - rate.committed_share());
    if rate.spot_share >= share {
        return On;
    }
    switch(present, |scenario| scenario.serving.spot_share = share)
}

/// Shares of the peak that a commitment is tried for: about what the night keeps busy, the mean, and all of it.
const COMMITTED_SHARES: [f64; 5] = [0.3, 0.5, 0.65, 0.8, 1.0];

/// The best of several shares of the peak to commit, without what is committed in another way.
fn commit(present: &Case, taken: f64, change: impl Fn(&mut Scenario, f64)) -> Proposal {
    let shares = COMMITTED_SHARES.into_iter().filter(|share| share + taken <= 1.0);
    Search(shares.map(|share| present.changed(|scenario| change(scenario, share))).collect())
}

fn reserve(present: &Case, months: f64) -> Proposal {
    let serving = &present.scenario.serving;
    if serving.reserved_share > 0.0 && serving.commitment_months >= months {
        return On;
    }
    if months > present.scenario.workload.horizon_months {
        return NotApplicable("the term is longer than the horizon");
    }
    let taken = present.inputs.main_pool.rate.owned_share + serving.spot_share;
    if taken >= 1.0 {
        return NotApplicable("nothing is rented by the hour");
    }
    commit(present, taken, |scenario, share| {
        scenario.serving.reserved_share = share;
        scenario.serving.commitment_months = months;
    })
}

fn own_baseline(present: &Case) -> Proposal {
    let serving = &present.scenario.serving;
    if present.inputs.main_pool.rate.owned_share > 0.0 {
        return On;
    }
    if present.serving_gpu().purchase_usd.is_none() {
        return NotApplicable("it cannot be bought");
    }
    commit(present, serving.reserved_share + serving.spot_share, |scenario, share| {
        scenario.serving.owned_share = share;
    })
}

fn autoscaling(present: &Case) -> Proposal {
    if present.scenario.serving.autoscaling {
        return On;
    }
    switch(present, |scenario| scenario.serving.autoscaling = true)
}

fn batch_tier(present: &Case) -> Proposal {
    let tiers = &present.scenario.tier;
    if tiers.iter().any(|tier| tier.share > 0.0) {
        return On;
    }
    let routed = present.scenario.routing.small_model.map_or(0.0, |_| present.scenario.routing.share);
    if routed + BATCH_TIER.share > 1.0 {
        return NotApplicable("routing leaves too little for the large model");
    }
    switch(present, |scenario: &mut Scenario| scenario.tier[0] = BATCH_TIER)
}

fn edge(present: &Case) -> Proposal {
    if present.scenario.edge.share >= EDGE_SHARE {
        return On;
    }
    switch(present, |scenario| scenario.edge.share = EDGE_SHARE)
}

fn automatic_parallelism(present: &Case) -> Proposal {
    let serving = &present.scenario.serving;
    let degrees = [serving.tensor_parallel, serving.pipeline_parallel, serving.expert_parallel];
    if degrees.iter().all(Option::is_none) {
        return On;
    }
    Search(vec![
        present.changed(|scenario| {
            scenario.serving.tensor_parallel = None;
            scenario.serving.pipeline_parallel = None;
            scenario.serving.expert_parallel = None;
        }),
        present.changed(|scenario| scenario.serving.tensor_parallel = None),
        present.changed(|scenario| scenario.serving.expert_parallel = None),
    ])
}

fn attend_apart(present: &Case) -> Proposal {
    if present.served_shape().experts.is_none() {
        return NotApplicable("not a mixture of experts");
    }
    let layout = present.outcome.serving.as_ref().map(|serving| serving.main.plan.deployment.layout);
    if layout.is_ok_and(|layout| layout.attention_data_parallel) {
        return On;
    }
    // A degree of expert parallelism that was set may be no longer the best.
    let apart = |expert_parallel: Option<f64>| {
        present.changed(|scenario| {
            scenario.serving.attention_data_parallel = Some(true);
            scenario.serving.expert_parallel = expert_parallel;
        })
    };
    Search([present.scenario.serving.expert_parallel, None].map(apart).to_vec())
}

fn disaggregate(present: &Case) -> Proposal {
    let serving = &present.scenario.serving;
    if serving.disaggregated {
        return On;
    }
    if serving.batching == Batching::Static {
        return NotApplicable("a static batch reads its prompts together");
    }
    Search(vec![present.changed(|scenario| {
        scenario.serving.disaggregated = true;
        scenario.serving.prefill_share = None;
    })])
}

/// The best of a head of the model's own, a small model of its family, and, where answers may quote a long prompt, that.
fn guess_ahead(present: &Case) -> Proposal {
    if present.scenario.serving.speculation != SpeculationMethod::None {
        return On;
    }
    let guess = |method: SpeculationMethod, draft: Option<ModelId>| {
        present.changed(|scenario| {
            scenario.serving.speculation = method;
            scenario.serving.draft_model = draft;
        })
    };
    let has_head =
        present.served_model().is_some_and(|model| present.catalog().model(model).predicted_tokens > 0);
    let request = &present.inputs.main_pool.deployment;
    let quotes = request.prompt_tokens >= QUOTED_PROMPT * request.output_tokens;
    let ways = [
        has_head.then(|| guess(SpeculationMethod::Mtp, None)),
        draft_model(present).map(|model| guess(SpeculationMethod::Draft, Some(model))),
        quotes.then(|| guess(SpeculationMethod::Ngram, None)),
    ];
    let ways: Vec<Scenario> = ways.into_iter().flatten().collect();
    if ways.is_empty() {
        return NotApplicable("no prediction head, and no small model of its family");
    }
    Search(ways)
}

/// The smallest model of the served one's family: of one generation and with as large a vocabulary, so that both know the
/// same tokens.
fn draft_model(present: &Case) -> Option<ModelId> {
    let catalog = present.catalog();
    let own = catalog.model(present.served_model()?);
    // `llama-3` of `llama-3.1-70b`.
    let family = |preset: &ModelPreset| {
        let words = preset.id.split('-').take(2);
        words.filter_map(|word| Some(word.split('.').next()?.to_owned())).collect::<Vec<_>>()
    };
    let size = |id: ModelId| catalog.model(id).shape.active_parameters();
    catalog
        .model_ids()
        .filter(|id| family(catalog.model(*id)) == family(own))
        .filter(|id| (catalog.model(*id).shape.vocab / own.shape.vocab - 1.0).abs() < SAME_VOCABULARY)
        .filter(|id| size(*id) <= DRAFT_RATIO * own.shape.active_parameters())
        .min_by(|a, b| size(*a).total_cmp(&size(*b)))
}

fn span_servers(present: &Case) -> Proposal {
    match &present.outcome.serving {
        Ok(serving) if serving.main.plan.deployment.layout.pipeline_parallel > 1 => On,
        Ok(_) => NotApplicable("one server holds the model"),
        Err(_) => {
            let stages =
                |stages: f64| present.changed(|scenario| scenario.serving.pipeline_parallel = Some(stages));
            Switch(STAGES.map(stages).to_vec())
        }
    }
}
