//! The report as one JSON object. Units are in the names; money is USD; a figure that does not exist is `null` and
//! `notes` says why.

use serde_json::{Map, Value as Json, json};

use crate::analysis::advice::{self, Verdict};
use crate::analysis::answer::Answer;
use crate::analysis::levers;
use crate::engine::fleet::least_gpus;
use crate::engine::horizon::Split;
use crate::engine::outcome::{Outcome, ServingOutcome};
use crate::report::Report;
use crate::scenario::ParamId;
use crate::scenario::resolve;
use crate::scenario::value::Value;

/// The object.
#[must_use]
pub fn json(report: &Report) -> Json {
    let outcome = &report.case.outcome;
    json!({
        "scenario": scenario(report),
        "model": {
            "total_parameters": outcome.total_parameters,
            "active_parameters": outcome.active_parameters,
            "kv_cache_bytes_per_token": outcome.kv_cache_bytes_per_token,
        },
        "training": training(report),
        "serving": serving(report),
        "inference": inference(report),
        "split": split(report),
        "levers": levers(report),
        "advice": advice(report),
        "alerts": report.alerts().map(|finding| finding.text.as_str())
            .collect::<Vec<_>>(),
        "published": published(report),
        "notes": report.notes().map(|note| note.text.as_str()).collect::<Vec<_>>(),
    })
}

/// A figure with its 80% range, or `null`.
fn ranged(report: &Report, answer: Answer) -> Json {
    match report.figures.range(answer) {
        Some(range) => json!({"value": range.value, "low": range.low, "high": range.high}),
        None => Json::Null,
    }
}

/// Name, model, GPU and every effective value by its path.
fn scenario(report: &Report) -> Json {
    let scenario = &report.case.scenario;
    let catalog = report.case.catalog();
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(report.document.name));
    if !report.document.summary.is_empty() {
        object.insert("summary".to_owned(), json!(report.document.summary));
    }
    let model = scenario.model.preset.map(|preset| catalog.model(preset).id.clone());
    object.insert("model".to_owned(), json!(model));
    object.insert("gpu".to_owned(), json!(catalog.gpu(resolve::serving_gpu(scenario)).id));
    for param in ParamId::ALL {
        let value = value(report, param.effective(scenario, catalog));
        object.insert(param.path.to_owned(), value);
    }
    Json::Object(object)
}

fn training(report: &Report) -> Json {
    let outcome = &report.case.outcome;
    let training = &outcome.training;
    let run = &training.run;
    let gpu = resolve::training_gpu(&report.case.scenario, report.case.catalog());
    let breakdown: Vec<Json> =
        training.breakdown.lines().iter().map(|(item, usd)| json!({"item": item, "usd": usd})).collect();
    json!({
        "flops": run.flops,
        "gpu": report.case.catalog().gpu(gpu).id,
        "gpus": run.gpus,
        "fits": run.fits,
        "min_gpus_to_fit": run.min_gpus_to_fit,
        "memory_per_gpu_bytes": run.memory_per_gpu_bytes,
        "tensor_parallel": run.tensor_parallel,
        "pipeline_parallel": run.pipeline_parallel,
        "expert_parallel": run.expert_parallel,
        "data_parallel": run.data_parallel,
        "global_batch_tokens": run.global_batch_tokens,
        "gpu_hours": ranged(report, Answer::GpuHours),
        "days": ranged(report, Answer::TrainingDays),
        "mfu": ranged(report, Answer::Mfu),
        "goodput": run.goodput,
        "all_in_mfu": run.all_in_mfu,
        "tokens_per_s_per_gpu": run.tokens_per_s_per_gpu,
        "final_run_usd": ranged(report, Answer::FinalRunCost),
        "programme_usd": ranged(report, Answer::TrainingCost),
        "breakdown": if run.fits { json!(breakdown) } else { Json::Null },
        "updates_usd_per_year": run.fits.then_some(training.updates_usd_per_year),
        "energy_mwh": run.fits.then_some(training.energy_mwh),
    })
}

fn serving(report: &Report) -> Json {
    let outcome = &report.case.outcome;
    match &outcome.serving {
        Ok(serving) => served(report, serving),
        Err(refusal) => json!({
            "fits": false,
            "gpus_per_replica": refusal.gpus,
            "min_gpus_to_fit": refusal.min_gpus_to_fit,
            "batch_size": null,
            "max_batch_size": null,
            "memory_per_gpu_bytes": refusal.reason.needed_bytes_per_gpu,
            "bound": null,
            "ttft_ms": null,
            "tpot_ms": null,
            "request_latency_ms": null,
            "output_tokens_per_s_per_gpu": null,
            "requests_per_s_per_replica": null,
            "usd_per_million_tokens": null,
        }),
    }
}

fn served(report: &Report, serving: &ServingOutcome) -> Json {
    let replica = &serving.main.replica;
    json!({
        "fits": true,
        "gpus_per_replica": serving.main.gpus_per_replica,
        "expert_parallel": serving.main.plan.deployment.expert_parallel,
        "min_gpus_to_fit": least_gpus(&serving.main.plan.deployment, &report.case.world.calibration.constants.serving),
        "batch_size": replica.batch,
        "max_batch_size": replica.max_batch,
        "memory_per_gpu_bytes": replica.memory.weights + replica.memory.kv_cache + replica.memory.working,
        "bound": replica.bound.words(),
        "ttft_ms": ranged(report, Answer::Ttft),
        "tpot_ms": ranged(report, Answer::Tpot),
        "request_latency_ms": ranged(report, Answer::RequestLatency),
        "output_tokens_per_s_per_gpu": ranged(report, Answer::ThroughputPerGpu),
        "requests_per_s_per_replica": replica.requests_per_s,
        "usd_per_million_tokens": ranged(report, Answer::CostPerMillionTokens),
        "usd_per_million_output_tokens_when_busy": serving.usd_per_million_output_tokens_busy,
    })
}

fn inference(report: &Report) -> Json {
    let Ok(serving) = &report.case.outcome.serving else {
        return json!({
            "daily_usd": null, "monthly_usd": null, "yearly_usd": null, "usd_per_request": null,
            "replicas_peak": null, "gpus_peak": null, "gpus_mean": null, "utilization": null, "breakdown": null,
        });
    };
    let breakdown: Vec<Json> =
        serving.lines().iter().map(|(item, usd)| json!({"item": item, "usd": usd})).collect();
    json!({
        "daily_usd": ranged(report, Answer::DailyCost),
        "monthly_usd": ranged(report, Answer::MonthlyCost),
        "yearly_usd": ranged(report, Answer::YearlyCost),
        "usd_per_request": serving.usd_per_request,
        "replicas_peak": serving.day.replicas_peak,
        "gpus_peak": serving.gpus_peak,
        "gpus_mean": serving.gpus_mean,
        "utilization": serving.day.utilization,
        "breakdown": breakdown,
    })
}

fn split(report: &Report) -> Json {
    let outcome: &Outcome = &report.case.outcome;
    let split = outcome.split.as_ref();
    json!({
        "horizon_months": report.case.scenario.workload.horizon_months,
        "training_usd": split.map(|split| split.training_usd),
        "inference_usd": split.map(|split| split.inference_usd),
        "training_share": split.and_then(Split::training_share),
        "inference_share": ranged(report, Answer::InferenceShare),
        "day_inference_passes_training": split.and_then(|split| split.day_inference_passes_training),
        "day_inference_reaches_80_percent": split.and_then(|split| split.day_inference_reaches_80_percent),
    })
}

/// What each lever would save now, best first.
fn levers(report: &Report) -> Json {
    levers::levers(report.case)
        .iter()
        .filter(|lever| lever.from != lever.to)
        .map(|lever| {
            json!({
                "path": lever.param.path,
                "label": lever.label,
                "from": value(report, lever.from),
                "to": value(report, lever.to),
                "saves_daily_usd": lever.effect.saves_daily_usd,
                "saves_training_usd": lever.effect.saves_training_usd,
                "latency_change_ms": lever.effect.latency_change_ms,
            })
        })
        .collect()
}

/// The profile that the scenario is in, with the criteria that it meets and those that it does not.
fn advice(report: &Report) -> Json {
    let advice = advice::advice(report.case);
    let words = |met: bool| -> Vec<&str> {
        advice
            .of(advice.profile)
            .filter(|criterion| (criterion.verdict == Verdict::Met) == met)
            .map(|criterion| criterion.words)
            .collect()
    };
    json!({"profile": advice.profile.id(), "rule": advice.rule, "met": words(true), "unmet": words(false)})
}

/// A parameter's value.
fn value(report: &Report, value: Value) -> Json {
    let catalog = report.case.catalog();
    match value {
        Value::Auto => Json::Null,
        Value::Number(number) => json!(number),
        Value::Range(range) => json!({"value": range.likely, "low": range.low, "high": range.high}),
        Value::Flag(flag) => json!(flag),
        Value::Word(word) => json!(word),
        Value::Model(id) => json!(catalog.model(id).id),
        Value::Gpu(id) => json!(catalog.gpu(id).id),
    }
}

/// Claims and published figures beside the derived ones.
fn published(report: &Report) -> Json {
    report
        .claims
        .iter()
        .map(|claim| {
            json!({
                "figure": claim.figure,
                "value": claim.value,
                "high": claim.high,
                "statement": claim.statement,
                "reason": claim.reason,
                "source": claim.source,
            })
        })
        .collect()
}
