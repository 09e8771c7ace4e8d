//! The rows: each parameter's path, label, heading, domain, meaning, and what it follows from when it is not set.

use crate::catalog::Catalog;
use crate::engine::inputs::MAX_TIERS;
use crate::engine::precision::Precision;
use crate::engine::serving::MAX_BATCH;
use crate::engine::shape::{LocalLayers, ModelShape};
use crate::params::Group::{Demand, Governance, Main, Money, Serving, Shape, Strategies, Training};
use crate::params::{Domain, NumberDomain, Param};
use crate::quantity::Unit;
use crate::scenario::fields::{Field, Value};
use crate::scenario::{Scenario, resolve};

/// Weight formats, widest first.
const WEIGHTS: &[&str] = &["bf16", "fp16", "fp8", "int8", "int4", "fp4"];
/// Formats of the KV cache.
const CACHES: &[&str] = &["bf16", "fp16", "fp8", "int8", "fp4"];
/// Arithmetic of training.
const ARITHMETIC: &[&str] = &["fp32", "tf32", "fp16", "bf16", "fp8"];
/// How GPUs are paid for.
const COMMITMENTS: &[&str] = &["on-demand", "reserved-1y", "reserved-3y", "owned"];
/// Sizes that models come in.
const SIZES: &[f64] = &[1e9, 3e9, 8e9, 13e9, 34e9, 70e9, 180e9, 405e9, 1e12, 1.8e12];
/// Context lengths with a name.
const CONTEXTS: &[f64] = &[512.0, 2048.0, 8192.0, 32_768.0, 131_072.0, 1_048_576.0];

/// An optional fallback.
macro_rules! fallback {
    () => {
        None
    };
    ($fallback:expr) => {
        Some($fallback)
    };
}

/// A parameter whose path is the path of its field.
macro_rules! param {
    ($($field:ident).+, $label:literal, $group:ident, $domain:expr, $help:literal $(, $fallback:expr)?) => {
        Param {
            path: stringify!($($field).+),
            aliases: &[],
            label: $label,
            group: $group,
            domain: $domain,
            help: $help,
            get: |scenario| scenario.$($field).+.value(),
            set: |scenario, value| scenario.$($field).+.assign(value),
            fallback: fallback!($($fallback)?),
        }
    };
}

/// A number of the model's shape: `model.layers` and so on, which follows from the preset.
macro_rules! shape_param {
    ($field:ident, $label:literal, $domain:expr, $help:literal, $of_shape:expr) => {
        Param {
            path: concat!("model.", stringify!($field)),
            aliases: &[],
            label: $label,
            group: Shape,
            domain: $domain,
            help: $help,
            get: |scenario| scenario.model.shape.$field.value(),
            set: |scenario, value| scenario.model.shape.$field.assign(value),
            fallback: Some(|scenario, catalog| {
                let of_shape: fn(&ModelShape) -> Option<f64> = $of_shape;
                of_shape(&shape(scenario, catalog)).map_or(Value::Auto, Value::Number)
            }),
        }
    };
}

/// A yes or no of the model's shape.
macro_rules! shape_flag {
    ($field:ident, $label:literal, $help:literal, $of_shape:expr) => {
        Param {
            path: concat!("model.", stringify!($field)),
            aliases: &[],
            label: $label,
            group: Shape,
            domain: Domain::Flag,
            help: $help,
            get: |scenario| scenario.model.shape.$field.value(),
            set: |scenario, value| scenario.model.shape.$field.assign(value),
            fallback: Some(|scenario, catalog| {
                let of_shape: fn(&ModelShape) -> bool = $of_shape;
                Value::Flag(of_shape(&shape(scenario, catalog)))
            }),
        }
    };
}

/// Parameters of one tier: `tier.1.share` and so on.
macro_rules! tier {
    ($index:literal, $number:literal) => {
        [
            Param {
                path: concat!("tier.", $number, ".share"),
                aliases: &[],
                label: concat!("Tier ", $number, " share"),
                group: Strategies,
                domain: Domain::Number(NumberDomain::share()),
                help: "Share of the requests in this service tier",
                get: |scenario| scenario.tier[$index].share.value(),
                set: |scenario, value| scenario.tier[$index].share.assign(value),
                fallback: None,
            },
            Param {
                path: concat!("tier.", $number, ".batch_size"),
                aliases: &[],
                label: concat!("Tier ", $number, " batch"),
                group: Strategies,
                domain: Domain::Number(NumberDomain::binary(Unit::Count, 1.0, MAX_BATCH)),
                help: "Requests in flight on a replica of this tier",
                get: |scenario| scenario.tier[$index].batch_size.value(),
                set: |scenario, value| scenario.tier[$index].batch_size.assign(value),
                fallback: Some(|scenario, _| scenario.serving.batch_size.value()),
            },
            Param {
                path: concat!("tier.", $number, ".latency_target_ms"),
                aliases: &[],
                label: concat!("Tier ", $number, " target"),
                group: Strategies,
                domain: Domain::Number(NumberDomain::log(Unit::Milliseconds, 10.0, 600_000.0)),
                help: "Wanted mean time to first token in this tier",
                get: |scenario| scenario.tier[$index].latency_target_ms.value(),
                set: |scenario, value| scenario.tier[$index].latency_target_ms.assign(value),
                fallback: Some(|scenario, _| scenario.workload.latency_target_ms.value()),
            },
            Param {
                path: concat!("tier.", $number, ".price_factor"),
                aliases: &[],
                label: concat!("Tier ", $number, " price"),
                group: Strategies,
                domain: Domain::Number(NumberDomain::linear(Unit::Ratio, 0.1, 3.0, 0.1)),
                help: "Price of this tier's GPUs against the main pool's: below 1 for spot or off-peak work",
                get: |scenario| scenario.tier[$index].price_factor.value(),
                set: |scenario, value| scenario.tier[$index].price_factor.assign(value),
                fallback: None,
            },
        ]
    };
}

const fn number(domain: NumberDomain) -> Domain {
    Domain::Number(domain)
}

/// A whole number of the model's shape.
const fn count(min: f64, max: f64) -> NumberDomain {
    NumberDomain::linear(Unit::Count, min, max, 1.0)
}

fn shape(scenario: &Scenario, catalog: &Catalog) -> ModelShape {
    resolve::shape(&scenario.model, catalog)
}

/// The sliding window of the layers that are not global.
fn window(shape: &ModelShape) -> Option<f64> {
    match shape.locality?.local {
        LocalLayers::Window(window) => Some(window),
        LocalLayers::Linear => None,
    }
}

/// Every row, in the order of the screen.
#[expect(clippy::too_many_lines, reason = "a table is as long as it has rows")]
pub(super) fn rows() -> Vec<Param> {
    let mut rows = vec![
        // The five main sliders, with the model that they start from.
        param!(model.preset, "Model", Main, Domain::Model, "The model that is trained and served"),
        param!(
            model.size,
            "Parameters",
            Main,
            number(NumberDomain::log(Unit::Parameters, 1e8, 1e13).stops(SIZES)),
            "Total parameters; another size scales the preset's layers and width together",
            |scenario, catalog| Value::Number(shape(scenario, catalog).total_parameters())
        ),
        param!(
            workload.sequence_length,
            "Sequence",
            Main,
            number(
                NumberDomain::binary(Unit::Context, 16.0, 4_194_304.0)
                    .stops(CONTEXTS)
                    .plausible(1024.0, 4096.0)
            ),
            "Tokens of one request, prompt and output together"
        ),
        param!(
            serving.batch_size,
            "Batch",
            Main,
            number(
                NumberDomain::binary(Unit::Count, 1.0, MAX_BATCH)
                    .stops(&[1.0, 8.0, 32.0, 128.0, 512.0, 2048.0])
                    .or_word("max")
                    .plausible(8.0, 128.0)
            ),
            "Requests in flight on a replica: more share each read of the weights, and wait"
        ),
        param!(
            workload.cache_hit_rate,
            "Cache hits",
            Main,
            number(NumberDomain::share().between(0.0, 0.99).plausible(0.1, 0.6).band("common", 0.3, 0.6)),
            "Share of requests that a response cache answers without a GPU; 30-60% are common"
        ),
        param!(
            hardware.gpu,
            "GPU",
            Main,
            Domain::Gpu,
            "The accelerator that serves, and trains where nothing else is known"
        ),
        // Demand.
        param!(
            workload.requests_per_day,
            "Requests/day",
            Demand,
            number(NumberDomain::log(Unit::Count, 1.0, 1e11).stops(&[1e3, 1e5, 1e6, 1e7, 1e8, 1e9])),
            "Requests a day, before any cache"
        ),
        param!(
            workload.output_share,
            "Output share",
            Demand,
            number(NumberDomain::share().between(0.001, 1.0).plausible(0.1, 0.5)),
            "Share of a request's tokens that the model writes; the rest is prompt"
        ),
        param!(
            workload.prefix_cache_hit_rate,
            "Prefix hits",
            Demand,
            number(NumberDomain::share().between(0.0, 0.99).plausible(0.0, 0.6)),
            "Share of prompt tokens that the prefix cache holds already: they skip prefill"
        ),
        param!(
            workload.peak_to_mean,
            "Peak / mean",
            Demand,
            number(NumberDomain::linear(Unit::Ratio, 1.0, 10.0, 0.1).plausible(1.2, 2.5)),
            "Peak of the daily demand curve over its mean"
        ),
        param!(
            workload.growth_per_month,
            "Growth/month",
            Demand,
            number(NumberDomain::linear(Unit::Share, -0.5, 1.0, 0.01).plausible(0.0, 0.1)),
            "Growth of the requests from month to month"
        ),
        param!(
            workload.horizon_months,
            "Horizon",
            Demand,
            number(
                NumberDomain::linear(Unit::Months, 1.0, 120.0, 1.0)
                    .whole()
                    .stops(&[6.0, 12.0, 24.0, 36.0, 60.0])
                    .plausible(12.0, 36.0)
            ),
            "Months over which training and inference are compared"
        ),
        param!(
            workload.latency_target_ms,
            "Latency target",
            Demand,
            number(NumberDomain::log(Unit::Milliseconds, 10.0, 600_000.0).stops(&[100.0, 500.0, 1e3, 5e3])),
            "Wanted mean time to first token; the article's line is 100 ms"
        ),
        // Serving.
        param!(
            serving.gpu,
            "Serving GPU",
            Serving,
            Domain::Gpu,
            "The accelerator that serves, where it is another than the main one",
            |scenario, _| Value::Gpu(resolve::serving_gpu(scenario))
        ),
        param!(
            serving.engine,
            "Engine",
            Serving,
            Domain::Words(&["vllm", "tensorrt-llm", "sglang", "vllm-2023", "tensorrt-llm-2023"]),
            "The serving software; its overheads are measured"
        ),
        param!(
            serving.weight_precision,
            "Weights",
            Serving,
            Domain::Words(WEIGHTS),
            "Number format of the served weights; speed gains less than the bits suggest",
            |scenario, catalog| resolve::weight_precision(
                scenario,
                &resolve::served_shape(scenario, catalog)
            )
            .value()
        ),
        param!(
            serving.kv_precision,
            "KV cache",
            Serving,
            Domain::Words(CACHES),
            "Number format of the KV cache",
            |_, _| Precision::Bf16.value()
        ),
        param!(
            serving.tensor_parallel,
            "Tensor par.",
            Serving,
            number(NumberDomain::binary(Unit::Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0, 16.0])),
            "GPUs that share every layer of a replica; auto: the cheapest that meets the target"
        ),
        param!(
            serving.expert_parallel,
            "Expert par.",
            Serving,
            number(NumberDomain::binary(Unit::Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0, 16.0])),
            "GPUs of a replica that hold whole experts instead of a slice of each"
        ),
        param!(
            serving.batching,
            "Batching",
            Serving,
            Domain::Words(&["continuous", "static"]),
            "Continuous: requests join and leave at every step; static: all start and end"
        ),
        param!(
            serving.target_utilization,
            "Utilisation",
            Serving,
            number(NumberDomain::share().between(0.05, 1.0).plausible(0.4, 0.9)),
            "Share of a replica's full rate planned at the peak; the rest absorbs bursts"
        ),
        param!(
            serving.autoscaling,
            "Autoscaling",
            Serving,
            Domain::Flag,
            "Replicas follow the daily curve, half an hour around it, not the peak all day"
        ),
        param!(
            serving.min_replicas,
            "Min replicas",
            Serving,
            number(NumberDomain::linear(Unit::Count, 0.0, 10_000.0, 1.0).whole()),
            "Replicas that always run"
        ),
        // Training.
        param!(
            training.method,
            "Method",
            Training,
            Domain::Words(&["pretrain", "finetune", "adapter"]),
            "A model from nothing, all weights of a given one, or adapters on a frozen one"
        ),
        param!(
            training.tokens,
            "Tokens",
            Training,
            number(NumberDomain::log(Unit::Tokens, 1e6, 1e15).stops(&[1e9, 1e10, 1e11, 1e12, 1e13])),
            "Tokens that the model is trained on; by default its makers' own number",
            |scenario, catalog| Value::Number(resolve::training_tokens(scenario, catalog))
        ),
        param!(
            training.gpu,
            "Training GPU",
            Training,
            Domain::Gpu,
            "The accelerator of the run; by default the one that really trained the model",
            |scenario, catalog| Value::Gpu(resolve::training_gpu(scenario, catalog))
        ),
        param!(
            training.gpus,
            "Training GPUs",
            Training,
            number(
                NumberDomain::binary(Unit::Count, 1.0, 1_048_576.0)
                    .stops(&[8.0, 64.0, 512.0, 4096.0, 32_768.0])
            ),
            "GPUs of the run: more finish sooner and lose more to communication"
        ),
        param!(
            training.precision,
            "Arithmetic",
            Training,
            Domain::Words(ARITHMETIC),
            "Arithmetic of the matrix products",
            |scenario, catalog| resolve::training_precision(scenario, catalog).value()
        ),
        param!(
            training.recompute,
            "Recompute",
            Training,
            Domain::Words(&["none", "selective", "full"]),
            "Gradient checkpointing: full drops activations and repeats the forward pass"
        ),
        param!(
            training.sequence_length,
            "Train sequence",
            Training,
            number(NumberDomain::binary(Unit::Context, 128.0, 1_048_576.0).stops(CONTEXTS)),
            "Sequence length of training",
            |scenario, catalog| Value::Number(resolve::training_sequence(scenario, catalog))
        ),
        param!(
            training.global_batch_tokens,
            "Global batch",
            Training,
            number(NumberDomain::log(Unit::Tokens, 1e3, 1e9).stops(&[1e6, 4e6, 16e6, 64e6])),
            "Tokens between two optimiser steps"
        ),
        param!(
            training.tensor_parallel,
            "Tensor par.",
            Training,
            number(NumberDomain::binary(Unit::Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0])),
            "GPUs that share every layer; the rest of the GPUs run data-parallel replicas"
        ),
        param!(
            training.pipeline_parallel,
            "Pipeline par.",
            Training,
            number(NumberDomain::binary(Unit::Count, 1.0, 256.0).stops(&[1.0, 4.0, 8.0, 16.0])),
            "Stages into which the layers are cut; part of each step is the bubble"
        ),
        param!(
            training.expert_parallel,
            "Expert par.",
            Training,
            number(NumberDomain::binary(Unit::Count, 1.0, 512.0).stops(&[1.0, 8.0, 16.0, 64.0])),
            "GPUs over which whole experts are spread"
        ),
        param!(
            training.mfu,
            "MFU",
            Training,
            number(NumberDomain::share().between(0.01, 1.0)),
            "Steady model FLOPs utilisation, where known; else it comes out of the step"
        ),
        param!(
            training.goodput,
            "Goodput",
            Training,
            number(NumberDomain::share().between(0.05, 1.0).plausible(0.65, 0.97)),
            "Share of the billed time that advances the run, not restarts or evaluation"
        ),
        // Money.
        param!(
            serving.price_per_gpu_hour,
            "Serving price",
            Money,
            number(NumberDomain::log(Unit::UsdPerHour, 0.01, 1000.0).stops(&[0.5, 1.0, 2.0, 5.0, 10.0])),
            "Rent of a serving GPU; by default the catalog's price on the chosen commitment",
            |scenario, catalog| Value::Number(resolve::serving_price(scenario, catalog))
        ),
        param!(
            serving.commitment,
            "Serving terms",
            Money,
            Domain::Words(COMMITMENTS),
            "How serving GPUs are paid for"
        ),
        param!(
            serving.spot_share,
            "Serving spot",
            Money,
            number(NumberDomain::share()),
            "Share of serving on spot capacity"
        ),
        param!(
            serving.spot_discount,
            "Spot discount",
            Money,
            number(NumberDomain::share().between(0.0, 0.95).plausible(0.5, 0.9).band("typical", 0.6, 0.9)),
            "What spot capacity saves of the rent of a serving GPU"
        ),
        param!(
            serving.owned_share,
            "Serving owned",
            Money,
            number(NumberDomain::share()),
            "Share of the peak on owned hardware, under rented GPUs for the burst"
        ),
        param!(
            training.price_per_gpu_hour,
            "Training price",
            Money,
            number(NumberDomain::log(Unit::UsdPerHour, 0.01, 1000.0).stops(&[0.5, 1.0, 2.0, 5.0, 10.0])),
            "Rent of a training GPU; by default the catalog's price on the chosen commitment",
            |scenario, catalog| Value::Number(resolve::training_price(scenario, catalog))
        ),
        param!(
            training.commitment,
            "Training terms",
            Money,
            Domain::Words(COMMITMENTS),
            "How training GPUs are paid for"
        ),
        param!(
            training.spot_share,
            "Training spot",
            Money,
            number(NumberDomain::share()),
            "Share of training on spot capacity; preemptions repeat a tenth of that work"
        ),
        param!(
            training.spot_discount,
            "Spot discount",
            Money,
            number(NumberDomain::share().between(0.0, 0.95).plausible(0.5, 0.9).band("typical", 0.6, 0.9)),
            "What spot capacity saves of the rent of a training GPU"
        ),
        param!(
            training.off_peak_share,
            "Off-peak",
            Money,
            number(NumberDomain::share()),
            "Share of training in cheap windows; past ten hours of the day the run waits"
        ),
        param!(
            training.off_peak_discount,
            "Off-peak disc.",
            Money,
            number(NumberDomain::share().between(0.0, 0.9).plausible(0.1, 0.4)),
            "What those windows save of the rent"
        ),
        param!(
            training.owned_share,
            "Training owned",
            Money,
            number(NumberDomain::share()),
            "Share of training on owned hardware"
        ),
        param!(
            training.experiments,
            "Experiments",
            Money,
            number(NumberDomain::linear(Unit::Ratio, 1.0, 20.0, 0.2).plausible(1.2, 4.0)),
            "Compute of the whole programme over that of the final run"
        ),
        param!(
            training.automation,
            "Automation",
            Money,
            number(NumberDomain::share()),
            "Share of the experiments beyond the final run that an automated pipeline saves"
        ),
        param!(
            training.staff_share,
            "Staff share",
            Money,
            number(NumberDomain::share().between(0.0, 0.95).plausible(0.29, 0.49)),
            "Engineering time as a share of the whole programme"
        ),
        param!(
            training.versions_per_year,
            "Versions/year",
            Money,
            number(NumberDomain::linear(Unit::Count, 0.0, 52.0, 1.0)),
            "New versions a year after the first"
        ),
        param!(
            training.update_cost_share,
            "Update cost",
            Money,
            number(NumberDomain::share().between(0.0, 2.0).plausible(0.05, 0.5)),
            "Cost of a new version relative to the first programme"
        ),
        param!(
            training.version_value_usd_per_month,
            "Version value",
            Money,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12)),
            "What a new version earns or saves a month: when has it paid for itself?"
        ),
        param!(
            power.electricity_usd_per_kwh,
            "Electricity",
            Money,
            number(NumberDomain::linear(Unit::Usd, 0.0, 1.0, 0.01).plausible(0.06, 0.15)),
            "Electricity, USD per kWh"
        ),
        param!(
            power.pue,
            "PUE",
            Money,
            number(NumberDomain::linear(Unit::Ratio, 1.0, 3.0, 0.05).plausible(1.1, 1.4)),
            "Power of the facility over that of its servers: cooling and conversion"
        ),
        param!(
            power.server_power_ratio,
            "Server power",
            Money,
            number(NumberDomain::linear(Unit::Ratio, 1.0, 3.0, 0.1).plausible(1.4, 2.0)),
            "Power of a server over that of its GPUs"
        ),
        param!(
            power.draw,
            "Power draw",
            Money,
            number(NumberDomain::share().between(0.05, 1.0).plausible(0.6, 0.9)),
            "Share of rated power drawn under load"
        ),
        param!(
            power.interconnect_share,
            "Network share",
            Money,
            number(NumberDomain::share().between(0.0, 0.9).plausible(0.1, 0.25)),
            "Cluster network as a share of an owned cluster's price"
        ),
        param!(
            power.lifetime_years,
            "Lifetime",
            Money,
            number(NumberDomain::linear(Unit::Years, 1.0, 15.0, 1.0).plausible(3.0, 6.0)),
            "Years over which owned hardware is written off"
        ),
        param!(
            power.colocation_usd_per_kw_month,
            "Colocation",
            Money,
            number(NumberDomain::linear(Unit::Usd, 0.0, 1000.0, 10.0).plausible(120.0, 200.0)),
            "Space for owned hardware, USD for each kW and month"
        ),
        // Strategies.
        Param {
            aliases: &["routing.distilled_model", "serving.distilled_model"],
            ..param!(
                distilled_model,
                "Distilled",
                Strategies,
                Domain::Model,
                "A smaller model that answers everything in the large one's place"
            )
        },
        param!(
            routing.small_model,
            "Small model",
            Strategies,
            Domain::Model,
            "The model that takes simple queries"
        ),
        param!(
            routing.share,
            "Routed",
            Strategies,
            number(NumberDomain::share().plausible(0.2, 0.7)),
            "Share of the requests that go to the small model"
        ),
        param!(
            edge.share,
            "Edge",
            Strategies,
            number(NumberDomain::share()),
            "Share of the requests answered on the users' own devices"
        ),
        param!(
            edge.cost_per_request,
            "Edge cost",
            Strategies,
            number(NumberDomain::log(Unit::Usd, 1e-7, 1.0)),
            "What a request on a device costs"
        ),
        param!(
            edge.latency_saved_ms,
            "Edge saves",
            Strategies,
            number(NumberDomain::linear(Unit::Milliseconds, 0.0, 2000.0, 10.0)),
            "Network time that a request on a device saves"
        ),
    ];
    rows.extend(tier!(0, "1"));
    rows.extend(tier!(1, "2"));
    rows.extend(tier!(2, "3"));
    rows.extend(tier!(3, "4"));
    const { assert!(MAX_TIERS == 4, "a tier without parameters could not be set") };
    rows.extend([
        // Governance.
        param!(
            budget.training_usd,
            "Train budget",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12)),
            "What training may cost"
        ),
        param!(
            budget.monthly_inference_usd,
            "Month budget",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12).band("enterprise", 50e3, 500e3)),
            "What a month of inference may cost; enterprises spend $50k to $500k"
        ),
        param!(
            actual.training_usd,
            "Actual train",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12)),
            "What training really cost, from a bill"
        ),
        param!(
            actual.monthly_inference_usd,
            "Actual month",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12)),
            "What a month of inference really costs, from a bill"
        ),
        param!(
            actual.usd_per_request,
            "Actual/request",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1e-9, 1e3)),
            "Measured cost of a request"
        ),
        param!(
            actual.utilization,
            "Actual util.",
            Governance,
            number(NumberDomain::share()),
            "Measured utilisation of the fleet"
        ),
        param!(
            actual.ttft_ms,
            "Actual TTFT",
            Governance,
            number(NumberDomain::log(Unit::Milliseconds, 0.1, 600_000.0)),
            "Measured mean time to first token"
        ),
        param!(
            advice.develops_often,
            "Develops often",
            Governance,
            Domain::Flag,
            "Models are developed or fine-tuned often"
        ),
        param!(
            advice.research_first,
            "Research first",
            Governance,
            Domain::Flag,
            "Research comes before production"
        ),
        param!(
            advice.quality_moves_business,
            "Quality counts",
            Governance,
            Domain::Flag,
            "The model's quality moves the business"
        ),
        param!(
            advice.stable_model,
            "Stable model",
            Governance,
            Domain::Flag,
            "The model is stable and carries production traffic"
        ),
        param!(advice.building_platform, "Platform", Governance, Domain::Flag, "A platform is being built"),
        param!(
            advice.continuous_updates,
            "Always updated",
            Governance,
            Domain::Flag,
            "The model is updated continuously"
        ),
        param!(
            advice.velocity_and_efficiency,
            "Both matter",
            Governance,
            Domain::Flag,
            "Velocity and efficiency both matter"
        ),
        param!(
            advice.dedicated_teams,
            "Two teams",
            Governance,
            Domain::Flag,
            "Training and inference have a team each"
        ),
        // Shape.
        shape_param!(layers, "Layers", number(count(1.0, 1000.0)), "Transformer layers", |shape| Some(
            shape.layers
        )),
        shape_param!(hidden, "Hidden", number(count(16.0, 1e6)), "Width of the residual stream", |shape| {
            Some(shape.hidden)
        }),
        shape_param!(heads, "Heads", number(count(1.0, 4096.0)), "Query heads", |shape| Some(shape.heads)),
        shape_param!(
            kv_heads,
            "KV heads",
            number(count(1.0, 4096.0)),
            "Key and value heads: fewer than heads in grouped-query attention, else one",
            |shape| Some(shape.kv_heads)
        ),
        shape_param!(head_dim, "Head width", number(count(8.0, 4096.0)), "Width of one head", |shape| Some(
            shape.head_dim
        )),
        shape_param!(
            ffn,
            "FFN width",
            number(count(16.0, 1e7)),
            "Feed-forward width of a dense layer",
            |shape| Some(shape.ffn)
        ),
        shape_flag!(gated, "Gated", "Three feed-forward matrices instead of two", |shape| shape.gated),
        shape_param!(vocab, "Vocabulary", number(count(256.0, 1e7)), "Entries of the vocabulary", |shape| {
            Some(shape.vocab)
        }),
        shape_flag!(tied_embeddings, "Tied", "One matrix is embedding and output head", |shape| shape
            .tied_embeddings),
        shape_param!(
            experts,
            "Experts",
            number(count(0.0, 1e5)),
            "Routed experts in a layer; 0 for a dense model",
            |shape| shape.experts.map(|e| e.count)
        ),
        shape_param!(
            active_experts,
            "Active experts",
            number(count(1.0, 1e5)),
            "Routed experts that a token visits",
            |shape| shape.experts.map(|e| e.active)
        ),
        shape_param!(
            shared_experts,
            "Shared experts",
            number(count(0.0, 1e5)),
            "Experts that every token visits",
            |shape| shape.experts.map(|e| e.shared)
        ),
        shape_param!(
            expert_ffn,
            "Expert width",
            number(count(16.0, 1e7)),
            "Feed-forward width of one expert",
            |shape| shape.experts.map(|e| e.ffn)
        ),
        shape_param!(
            dense_layers,
            "Dense layers",
            number(count(0.0, 1000.0)),
            "Layers with a dense feed-forward in a mixture of experts",
            |shape| shape.experts.map(|e| e.dense_layers)
        ),
        shape_param!(
            kv_lora_rank,
            "KV rank",
            number(count(0.0, 1e5)),
            "Rank of the latent key and value; 0 for ordinary attention",
            |shape| shape.latent.map(|l| l.kv_rank)
        ),
        shape_param!(q_lora_rank, "Q rank", number(count(0.0, 1e5)), "Rank of the latent query", |shape| {
            shape.latent.map(|l| l.q_rank)
        }),
        shape_param!(
            qk_rope_dim,
            "RoPE width",
            number(count(0.0, 4096.0)),
            "Width of the rotary key of latent attention",
            |shape| shape.latent.map(|l| l.rope_dim)
        ),
        shape_param!(
            qk_nope_dim,
            "NoPE width",
            number(count(0.0, 4096.0)),
            "Width of a latent head without rotary embedding",
            |shape| shape.latent.map(|l| l.nope_dim)
        ),
        shape_param!(
            v_head_dim,
            "V width",
            number(count(0.0, 4096.0)),
            "Width of a latent value head",
            |shape| shape.latent.map(|l| l.value_dim)
        ),
        shape_param!(
            sliding_window,
            "Window",
            number(count(16.0, 1e7)),
            "Tokens that a local layer sees",
            window
        ),
        shape_param!(
            global_every,
            "Global every",
            number(count(1.0, 1000.0)),
            "Every n-th layer sees the whole context",
            |shape| shape.locality.map(|l| l.global_every)
        ),
    ]);
    rows
}
