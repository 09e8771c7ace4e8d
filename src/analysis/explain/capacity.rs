//! What a replica delivers and what fills its memory.

use super::{Explanation, Line, Subject, count, ms};
use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::engine::outcome::ServingOutcome;
use crate::scenario::ParamId;
use crate::text::quantity::{Unit, count_of, format};

/// Tokens a second, from the parts of a step.
pub(super) fn throughput(serving: &ServingOutcome) -> Explanation {
    let replica = &serving.main.replica;
    let deployment = &serving.main.plan.deployment;
    let step = &replica.step;
    let each = if deployment.speculation.is_some() { ", for each token that it yields," } else { "" };
    let mut lines = vec![
        Line::of(
            format!(
                "step of {} requests{each} = weights {} + matmuls {} + attention {} + communication {} + overhead {} ~ {}",
                count(replica.batch),
                ms(step.weights_s),
                ms(step.compute_s),
                ms(step.attention_s),
                ms(step.communication_s),
                ms(step.overhead_s),
                ms(replica.step_s)
            ),
            &[ParamId::ServingBatchSize, ParamId::HardwareGpu, ParamId::ServingWeightPrecision],
        ),
        Line::from(format!(
            "rate = batch x output / (prefills + output steps) = {} tokens/s on {}",
            count(replica.output_tokens_per_s),
            count_of(replica.gpus, "GPU")
        )),
        Line::of(
            format!(
                "{} prompt and {} output tokens per request; bound by {}",
                count(deployment.prompt_tokens),
                count(deployment.output_tokens),
                replica.bound.words()
            ),
            &[ParamId::WorkloadSequenceLength, ParamId::WorkloadOutputShare],
        )
        .giving(&[Subject::Bound]),
    ];
    let session = &serving.main.plan.session;
    if session.turns > 1.0 {
        let words = format!(
            "a prompt is {} asked + (turns {} - 1) / 2 x {} of each earlier turn; {} of it is in the prefix cache",
            count(session.asked_tokens),
            count(session.turns),
            count(session.asked_tokens + session.answer_tokens),
            format(deployment.prefix_hit_rate, Unit::Share)
        );
        lines.push(Line::of(words, &[ParamId::WorkloadTurns, ParamId::WorkloadPrefixCacheHitRate]));
    }
    if session.thinking_tokens > 0.0 {
        let words = format!(
            "an output is {} tokens of thinking + {} of the answer",
            count(session.thinking_tokens),
            count(session.answer_tokens)
        );
        lines.push(Line::of(words, &[ParamId::WorkloadThinkingTokens]));
    }
    Explanation {
        figure: "Output per GPU when busy",
        value: format(serving.output_tokens_per_s_per_gpu, Unit::TokensPerSecond),
        answers: &[Answer::ThroughputPerGpu],
        lines,
    }
}

pub(super) fn memory(case: &Case, serving: &ServingOutcome) -> Explanation {
    let replica = &serving.main.replica;
    let memory = &replica.memory;
    let bytes = |value| format(value, Unit::Bytes);
    let (stored, published) = (case.weight_precision(), case.served_shape().native_precision);
    let origin = if stored == published {
        "the format in which the model is published".to_owned()
    } else {
        format!("set so; the model is published in {}", published.id().to_uppercase())
    };
    let most = count(replica.max_batch);
    let most = if replica.capped {
        format!("{most} requests run together at most: more would fit, but engines cap them")
    } else {
        format!("at most {most} requests fit")
    };
    let lines = vec![
        Line::of(
            format!(
                "weights {} + KV cache {} + workspace {} = {} of {} usable; {most}",
                bytes(memory.weights),
                bytes(memory.kv_cache),
                bytes(memory.working),
                bytes(memory.in_use()),
                bytes(memory.usable),
            ),
            &[ParamId::ServingBatchSize, ParamId::WorkloadSequenceLength, ParamId::ServingKvPrecision],
        )
        .giving(&[Subject::Memory]),
        Line::of(
            format!("weights are in {}: {origin}", stored.id().to_uppercase()),
            &[ParamId::ServingWeightPrecision, ParamId::ModelPreset],
        ),
    ];
    Explanation { figure: "Memory per GPU", value: bytes(memory.in_use()), answers: &[], lines }
}
