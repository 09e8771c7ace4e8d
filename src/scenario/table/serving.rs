//! Serving: how the model is served.

use super::number;
use crate::engine::precision::Precision;
use crate::scenario::param::Group::Serving;
use crate::scenario::param::{Domain, NumberDomain, Param};
use crate::scenario::resolve;
use crate::scenario::value::{Field as _, Value};
use crate::text::quantity::Unit;

/// Weight formats, widest first.
const WEIGHTS: &[&str] = &["bf16", "fp16", "fp8", "int8", "int4", "fp4"];
/// Formats of the KV cache.
const CACHES: &[&str] = &["bf16", "fp16", "fp8", "int8", "fp4"];

/// The rows.
pub(super) fn rows() -> Vec<Param> {
    vec![
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
    ]
}
