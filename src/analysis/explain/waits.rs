//! How long users wait, and what the layout of a replica does to that: each line from the engine's own numbers.

use super::{Explanation, Line, Subject, count, ms};
use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::service::{arrivals, first_token, in_flight, keeping, layout, load, prompt_gpus};
use crate::engine::arrivals::Arrivals;
use crate::engine::fleet::Moment;
use crate::engine::outcome::ServingOutcome;
use crate::engine::serving::{
    Batch, Batching, Deployment, Layout, Load, Prefills, Replica, ServingConstants, Speculation, burst,
    latencies, serve,
};
use crate::scenario::ParamId;
use crate::text::quantity::{Unit, count_of, format};

/// Slower software than this, relative to today's, is told.
const SLOWER: f64 = 1.001;
/// Waits for a slot that are told, seconds.
const TOLD_S: f64 = 0.5e-3;

/// Time to first token, for each token, and for the whole request.
pub(super) fn latency(case: &Case, serving: &ServingOutcome) -> Explanation {
    let pool = &serving.main;
    let (plan, waits) = (&pool.plan, &pool.latencies);
    let constants = &case.constants().serving;
    let ttft = first_token(serving);
    let running = running(serving);
    let step_s = at(&plan.deployment, constants, running).map_or(pool.replica.step_s, |one| one.step_s);
    let mut lines = vec![
        Line::of(
            come(serving, constants),
            &[ParamId::WorkloadArrivals, ParamId::WorkloadRequestsPerDay, ParamId::ServingConcurrency],
        )
        .giving(&[Subject::InFlight]),
        Line::from(format!(
            "time per output token = step of {} running requests {} + other requests' prefills {} = {}; 95 of 100 have at \
             most {}",
            count(running),
            ms(step_s),
            ms((waits.tpot_s - step_s).max(0.0)),
            ms(waits.tpot_s),
            ms(waits.tpot_p95_s)
        ))
        .giving(&[Subject::Of(Answer::Tpot)]),
        Line::of(
            first(serving, constants),
            &[
                ParamId::WorkloadSequenceLength,
                ParamId::WorkloadPrefixCacheHitRate,
                ParamId::ServingTargetUtilization,
                ParamId::ServingBatchSize,
            ],
        )
        .giving(&[Subject::Of(Answer::Ttft)]),
        Line::from(format!(
            "half of the first tokens come within {}, 95 of 100 within {}, 99 of 100 within {}",
            ms(ttft.p50),
            ms(ttft.p95),
            ms(ttft.p99)
        ))
        .giving(&[Subject::Of(Answer::TtftP95)]),
        Line::of(
            format!(
                "request = first token + {} further tokens x time per token = {}; 95 of 100 take at most {}",
                count((plan.deployment.output_tokens - 1.0).max(0.0)),
                ms(waits.request_s),
                ms(waits.request_p95_s)
            ),
            &[ParamId::WorkloadOutputShare],
        )
        .giving(&[Subject::Of(Answer::RequestLatency)]),
    ];
    if serving.cold_share > 0.0 {
        let words = format!(
            "{} of the requests find no replica up and wait {} for one to start",
            format(serving.cold_share, Unit::Share),
            format(plan.cold_start_s, Unit::Seconds)
        );
        lines.push(Line::of(words, &[ParamId::ServingMinReplicas, ParamId::ServingColdStartS]));
    }
    let thinking = plan.session.thinking_tokens;
    if thinking > 0.0 {
        let words = format!(
            "first token of the answer = first token + {} tokens of thinking x time per token = {}",
            count(thinking),
            ms(serving.first_answer_s)
        );
        lines.push(Line::of(words, &[ParamId::WorkloadThinkingTokens]).giving(&[Subject::FirstAnswer]));
    }
    lines.extend(keeping(case).map(|keeping| {
        let words =
            format!("the {} is {}; {}", keeping.name().to_lowercase(), keeping.words(), keeping.price());
        Line::of(words, &[ParamId::TargetTtftMs, ParamId::TargetTpotMs, ParamId::TargetPercentile])
            .giving(&[Subject::Promise])
    }));
    Explanation {
        figure: "First token",
        value: format!("{}, then {} each", ms(serving.ttft_s), ms(serving.tpot_s)),
        answers: &[Answer::Ttft, Answer::TtftP95, Answer::Tpot, Answer::RequestLatency],
        lines,
    }
}

/// How requests come, and how many are in flight.
fn come(serving: &ServingOutcome, constants: &ServingConstants) -> String {
    let pool = &serving.main;
    let (waits, how) = (&pool.latencies, arrivals(pool.plan.arrivals));
    match pool.plan.arrivals {
        Arrivals::Poisson => {
            let replicas = pool.day(&serving.traffic, &Moment::START).replicas_peak;
            let whom = if replicas > 1.0 {
                format!("each of {} replicas", count(replicas))
            } else {
                "one replica".to_owned()
            };
            format!(
                "{how}, {} a second to {whom}; in flight ({}) = rate x time of a request = {} x {} = {} (Little's law)",
                count(waits.rate),
                load(pool),
                count(waits.rate),
                ms(waits.request_s),
                count(waits.in_flight)
            )
        }
        Arrivals::Closed => format!("{how}: {} are kept in flight ({})", count(in_flight(pool)), load(pool)),
        Arrivals::Burst => {
            let last = burst(&pool.plan.deployment, constants, in_flight(pool));
            format!(
                "{how}: {} ({}), of which the last has ended after {}",
                count(in_flight(pool)),
                load(pool),
                last.map_or("–".to_owned(), |burst| ms(burst.drain_s))
            )
        }
    }
}

/// What the time to first token is made of.
fn first(serving: &ServingOutcome, constants: &ServingConstants) -> String {
    let pool = &serving.main;
    let deployment = &pool.plan.deployment;
    let (mean_s, own_s) = (pool.latencies.ttft.mean, pool.replica.prefill_s);
    let slot_s = slot_s(serving, constants);
    let slots = if slot_s > TOLD_S { format!(" + wait for a slot {}", ms(slot_s)) } else { String::new() };
    let between = match (deployment.batching, deployment.prefills) {
        (Batching::Static, _) => "prefills of the whole batch",
        (Batching::Continuous, Prefills::Apart { .. }) => {
            "queue of the prompts, sending the cache, running step"
        }
        (Batching::Continuous, Prefills::Beside) => "running step, prefills ahead and handling",
    };
    format!(
        "time to first token = own prefill {} + {between} {}{slots} = {}",
        ms(own_s),
        ms((mean_s - own_s - slot_s).max(0.0)),
        ms(mean_s)
    )
}

/// What a limit on the requests in flight adds to the time to first token, seconds: against as many as memory holds.
fn slot_s(serving: &ServingOutcome, constants: &ServingConstants) -> f64 {
    let pool = &serving.main;
    let deployment = &pool.plan.deployment;
    if pool.plan.arrivals != Arrivals::Poisson || deployment.batching == Batching::Static {
        return pool.replica.wait_s;
    }
    // Prompts that are read elsewhere wait there.
    if deployment.prefills != Prefills::Beside {
        return 0.0;
    }
    let unlimited = Deployment { batch: Batch::Max, ..*deployment };
    let free = latencies(&unlimited, constants, Load::Random(pool.latencies.rate));
    free.map_or(0.0, |free| (pool.latencies.ttft.mean - free.ttft.mean).max(0.0))
}

/// Requests that a request runs with, itself among them: at random, those that are past their first token, by Little's law.
fn running(serving: &ServingOutcome) -> f64 {
    let pool = &serving.main;
    let waits = &pool.latencies;
    match pool.plan.arrivals {
        _ if pool.plan.deployment.batching == Batching::Static => pool.replica.batch,
        Arrivals::Poisson => {
            (1.0 + waits.rate * (waits.request_s - waits.ttft.mean)).min(pool.replica.max_batch)
        }
        Arrivals::Closed | Arrivals::Burst => in_flight(pool).min(pool.replica.batch),
    }
}

/// A replica with so many requests running.
fn at(deployment: &Deployment, constants: &ServingConstants, requests: f64) -> Option<Replica> {
    serve(&Deployment { batch: Batch::Requests(requests.max(1.0)), ..*deployment }, constants).ok()
}

/// The layout of a replica, and what else it does that a plain one does not.
pub(super) fn replica(case: &Case, serving: &ServingOutcome) -> Explanation {
    let pool = &serving.main;
    let deployment = &pool.plan.deployment;
    let constants = &case.constants().serving;
    let mut lines = Vec::new();
    if deployment.layout.gpus() > 1 {
        lines.push(Line::of(
            exchange(deployment, &pool.replica),
            &[
                ParamId::ServingTensorParallel,
                ParamId::ServingPipelineParallel,
                ParamId::ServingExpertParallel,
                ParamId::ServingAttentionDataParallel,
            ],
        ));
    }
    if let Prefills::Apart { share } = deployment.prefills {
        let peak = pool.day(&serving.traffic, &Moment::START).replicas_peak * pool.gpus_per_replica;
        let reading = prompt_gpus(pool);
        let words = format!(
            "at the peak, prompts are read by {} beside {} that decode, {} of all{}: whole replicas of {}; each sends its \
             cache on before the first token",
            count_of(reading, "GPU"),
            count(peak - reading),
            format(reading / peak, Unit::Share),
            if share.is_some() { ", as stated" } else { ", as many as keep up" },
            deployment.layout.gpus()
        );
        lines.push(Line::of(words, &[ParamId::ServingDisaggregated, ParamId::ServingPrefillShare]));
    }
    if let Some(guessing) = &deployment.speculation {
        lines.extend(guesses(deployment, guessing, constants, running(serving)));
    }
    let today = Deployment { software_date: case.catalog().rates().months() / 12.0, ..*deployment };
    let slower = at(deployment, constants, 1.0)
        .zip(at(&today, constants, 1.0))
        .map_or(1.0, |(then, now)| then.step_s / now.step_s);
    let effect = if slower > SLOWER {
        format!("a step takes {} as long as with today's", format(slower, Unit::Ratio))
    } else {
        "as fast as today's".to_owned()
    };
    let words = format!(
        "software: {} of {}: {effect}",
        deployment.engine.id(),
        format(deployment.software_date * 12.0, Unit::Date)
    );
    lines.push(Line::of(words, &[ParamId::ServingEngine, ParamId::ServingSoftwareDate]));
    if let Some(first) = lines.first_mut() {
        first.gives = &[Subject::Replica];
    }
    Explanation { figure: "Replica", value: layout(pool), answers: &[], lines }
}

/// What the GPUs of a replica exchange in a step.
fn exchange(deployment: &Deployment, replica: &Replica) -> String {
    let Layout { tensor_parallel, pipeline_parallel, attention_data_parallel, .. } = deployment.layout;
    let shape = &deployment.shape;
    let mut ways = Vec::new();
    if attention_data_parallel {
        ways.push("tokens go to their experts and back in each layer of experts".to_owned());
    } else if tensor_parallel > 1 {
        ways.push(format!("two all-reduces in each of {} layers", count(shape.layers)));
    }
    let domain = deployment.gpu.scale_up_domain;
    if tensor_parallel > domain {
        ways.push(format!("over the network between servers of {domain}"));
    }
    if pipeline_parallel > 1 {
        ways.push(format!("{pipeline_parallel} stages hand activations on over the network"));
    }
    format!(
        "communication {} of a step of {} ({}): {}",
        ms(replica.step.communication_s),
        ms(replica.step_s),
        format(replica.step.communication_s / replica.step_s, Unit::Share),
        ways.join(", ")
    )
}

/// What guessing yields and costs.
fn guesses(
    deployment: &Deployment,
    guessing: &Speculation,
    constants: &ServingConstants,
    running: f64,
) -> Vec<Line> {
    let Speculation { draft_tokens, acceptance, .. } = *guessing;
    let yielded = guessing.tokens_per_step();
    let words = format!(
        "tokens a step = (1 - {acceptance:.2}^{}) / (1 - {acceptance:.2}) = {yielded:.2}: {} are guessed, of which {} hold, each \
         where those before it did",
        count(draft_tokens + 1.0),
        count(draft_tokens),
        format(acceptance, Unit::Share)
    );
    let inputs = &[ParamId::ServingSpeculation, ParamId::ServingDraftTokens, ParamId::ServingAcceptanceRate];
    let mut lines = vec![Line::of(words, inputs)];
    let plain = Deployment { speculation: None, ..*deployment };
    if let Some((with, without)) = at(deployment, constants, running).zip(at(&plain, constants, running)) {
        lines.push(Line::from(format!(
            "guessing and verifying make a step of {} requests {:.2} times as long, so a token takes {:.2} times as long as \
             without ({} against {})",
            count(running),
            with.step_s * yielded / without.step_s,
            with.step_s / without.step_s,
            ms(with.step_s),
            ms(without.step_s)
        )));
    }
    lines
}
