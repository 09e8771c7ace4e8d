//! What training and a day of serving cost, and how the two split: each bill line by line.

use super::{Explanation, Line, NO_PRICE, Subject, bill, count, usd};
use crate::analysis::advice::against_band;
use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::findings::{Topic, findings};
use crate::engine::fleet::{Moment, Pool, PoolDay};
use crate::engine::inputs::Traffic;
use crate::engine::money::{DAYS_PER_MONTH, DAYS_PER_YEAR};
use crate::engine::outcome::{ServingBill, ServingOutcome};
use crate::scenario::ParamId;
use crate::text::quantity::{self, Unit, count_of, format};

/// What the whole training effort is called.
const TRAINING: &str = "Training, once";
/// The answers that it leads to.
const OF_TRAINING: &[Answer] = &[Answer::TrainingCost, Answer::FinalRunCost, Answer::ComputeCost];
/// How its lines of GPUs begin.
const GPUS: &str = "GPUs, ";
/// What a day of serving is called.
const A_DAY: &str = "Inference, per day";

/// A run that does not fit, of which there is nothing else to explain.
pub(super) fn no_training(case: &Case) -> Explanation {
    let why = findings(case).into_iter().find(|finding| finding.topic == Topic::TrainingDoesNotFit);
    let lines = why.into_iter().map(|finding| Line::from(finding.text)).collect();
    Explanation { figure: TRAINING, value: "none".to_owned(), answers: OF_TRAINING, lines }
}

pub(super) fn training_cost(case: &Case) -> Explanation {
    let training = &case.outcome.training;
    let terms = &case.inputs.training_money;
    let people = &case.inputs.people;
    let Some(paid) = &training.bill else {
        return Explanation {
            figure: TRAINING,
            value: "no price".to_owned(),
            answers: OF_TRAINING,
            lines: vec![Line::of(NO_PRICE.to_owned(), &[ParamId::TrainingPricePerGpuHour])],
        };
    };
    let mut lines = vec![
        Line::of(
            format!(
                "final run = GPU-hours x price = {} x {} = {}",
                quantity::closely(training.gpu_hours, Unit::GpuHours),
                quantity::closely(paid.usd_per_gpu_hour, Unit::UsdPerHour),
                usd(paid.final_run_usd)
            ),
            &[ParamId::TrainingPricePerGpuHour, ParamId::PricesBasis, ParamId::TrainingGpu],
        )
        .giving(&[Subject::Of(Answer::FinalRunCost)]),
        Line::of(
            format!(
                "compute = final run x (1 + experiments and trials {:.2} x (1 - automation {})) = {}",
                terms.experiments,
                format(terms.automation, Unit::Share),
                usd(paid.compute_usd)
            ),
            &[ParamId::TrainingExperiments, ParamId::TrainingTrials, ParamId::TrainingAutomation],
        )
        .giving(&[Subject::Of(Answer::ComputeCost)]),
        Line::of(
            format!(
                "people = {} x {} x {} a year = {}",
                count_of(people.training_engineers, "engineer"),
                format(people.training_months, Unit::Months),
                usd(people.usd_per_year),
                usd(training.people_usd)
            ),
            &[ParamId::PeopleTrainingEngineers, ParamId::PeopleTrainingMonths, ParamId::PeopleUsdPerYear],
        )
        .giving(&[Subject::TrainingPeople]),
    ];
    if training.spot_repeats > 1.0 {
        let words =
            format!("interruptions of spot capacity repeat work: GPU-hours x {:.3}", training.spot_repeats);
        lines.push(Line::of(words, &[ParamId::TrainingSpotShare]));
    }
    lines.push(format!("the whole program is {}, line by line:", usd(paid.programme_usd)).into());
    let bare = if paid.breakdown.electricity > 0.0 { "GPUs without their power, " } else { GPUS };
    let items = paid.breakdown.lines().map(|(item, usd)| (item.replace(GPUS, bare), usd));
    lines.extend(bill("in all", items));
    if paid.bought_usd > 0.0 {
        let words = format!(
            "the hardware bought for it costs {}; {} of that is left over after its time",
            usd(paid.bought_usd),
            usd(paid.left_over_usd)
        );
        lines.push(Line::of(words, &[ParamId::TrainingOwnedShare]));
    }
    Explanation { figure: TRAINING, value: usd(paid.programme_usd), answers: OF_TRAINING, lines }
}

pub(super) fn gpu_hours(case: &Case) -> Explanation {
    let training = &case.outcome.training;
    let run = &training.run;
    let plan = &case.inputs.training;
    let peak = plan.gpu.flops_per_s(plan.precision);
    let lines = vec![
        Line::of(
            format!(
                "FLOPs = tokens x (6 x matmul parameters + causal attention) = {} x {:.3e} = {:.3e}",
                format(plan.tokens, Unit::Tokens),
                run.flops / plan.tokens,
                run.flops
            ),
            &[ParamId::TrainingTokens, ParamId::ModelSize],
        ),
        Line::of(
            format!(
                "hours = FLOPs / (peak {:.0} TFLOP/s x steady MFU {} x goodput {}) / 3600 = {}",
                peak / 1e12,
                format(run.mfu, Unit::Share),
                format(run.goodput, Unit::Share),
                format(run.gpu_hours, Unit::GpuHours)
            ),
            &[
                ParamId::TrainingGpu,
                ParamId::TrainingPrecision,
                ParamId::TrainingMfu,
                ParamId::TrainingGoodput,
            ],
        )
        .giving(&[Subject::Of(Answer::Mfu)]),
        Line::of(
            format!(
                "layout: tensor {} x pipeline {} x context {} x expert {}, bubble {}, exposed communication {}",
                run.tensor_parallel,
                run.pipeline_parallel,
                run.context_parallel,
                run.expert_parallel,
                format(run.bubble, Unit::Share),
                format(run.communication, Unit::Share)
            ),
            &[
                ParamId::TrainingTensorParallel,
                ParamId::TrainingPipelineParallel,
                ParamId::TrainingContextParallel,
                ParamId::TrainingExpertParallel,
            ],
        ),
        Line::of(
            format!(
                "software of {}, {:.1} years after the first chip that it was written for: steps and goodput follow",
                format(plan.software_date * 12.0, Unit::Date),
                plan.software_date - plan.gpu.software_since
            ),
            &[ParamId::TrainingSoftwareDate],
        ),
        Line::of(
            format!(
                "days = hours / {} / 24 = {}",
                count_of(run.gpus, "GPU"),
                format(training.days, Unit::Days)
            ),
            &[ParamId::TrainingGpus],
        )
        .giving(&[Subject::Of(Answer::TrainingDays), Subject::TrainingGpus]),
        Line::of(
            format!(
                "each GPU holds {} of {}: its part of weights, gradients and optimizer states, and activations",
                format(run.memory_per_gpu_bytes, Unit::Bytes),
                format(plan.gpu.memory_bytes, Unit::Bytes)
            ),
            &[ParamId::TrainingRecompute, ParamId::TrainingPrecision],
        )
        .giving(&[Subject::TrainingMemory]),
    ];
    Explanation {
        figure: "GPU-hours",
        value: format(training.gpu_hours, Unit::GpuHours),
        answers: &[Answer::GpuHours, Answer::TrainingDays, Answer::Mfu],
        lines,
    }
}

pub(super) fn daily_cost(case: &Case, serving: &ServingOutcome) -> Explanation {
    let demand = &case.inputs.demand;
    let (traffic, edge) = (&serving.traffic, &case.inputs.edge);
    let mut lines = vec![Line::of(
        format!(
            "requests that reach a model = {} per day x (1 - cache hits {}) = {}",
            count(demand.requests_per_day),
            format(demand.cache_hit_rate, Unit::Share),
            count(traffic.missed)
        ),
        &[ParamId::WorkloadRequestsPerDay, ParamId::WorkloadCacheHitRate],
    )];
    if edge.share > 0.0 {
        let words = format!(
            "of them {} are answered on devices; {} reach the fleet",
            format(edge.share, Unit::Share),
            count(traffic.served)
        );
        lines.push(Line::of(words, &[ParamId::EdgeShare]));
    }
    let mut items = Vec::new();
    let pools: Vec<_> =
        case.inputs.plans().filter_map(|(name, _)| Some((name.words(), serving.pool(name)?))).collect();
    let is_alone = pools.len() == 1;
    for (name, pool) in pools {
        let day = pool.day(traffic, &Moment::START);
        lines.extend(replicas(name, pool, is_alone, &day, traffic, demand.peak_to_mean));
        let Some(cost) = day.cost else { continue };
        for ((kind, hours), (_, cost)) in day.hours.named().into_iter().zip(cost.named()) {
            let words = format!(
                "{name}, {kind}: {} GPU-hours x {}",
                count(hours),
                format(cost.total() / hours, Unit::UsdPerHour)
            );
            items.push((words, cost.total()));
        }
    }
    items.push((
        format!("devices: {} requests x {}", count(traffic.missed * edge.share), usd(edge.usd_per_request)),
        traffic.edge_usd,
    ));
    let prices = &[ParamId::ServingPricePerGpuHour, ParamId::PricesBasis, ParamId::HardwareGpu];
    let value = if let Some(paid) = &serving.bill {
        lines.push(Line::of("a day is GPU-hours x price, line by line:".to_owned(), prices));
        lines.extend(bill("a day", items));
        lines.extend(per_unit(serving, paid));
        usd(paid.daily_usd)
    } else {
        lines.push(Line::of(NO_PRICE.to_owned(), prices));
        "no price".to_owned()
    };
    let day = &serving.day;
    let words = format!(
        "utilization = mean load / what the GPUs that are paid for can do when busy = {}",
        format(day.utilization, Unit::Share)
    );
    lines.push(Line::from(words).giving(&[Subject::Of(Answer::Utilization)]));
    if day.idle.sum() > 0.0 {
        let words = format!(
            "commitments cover {} of the hours; {} GPU-hours of them are paid and idle, {} a day",
            format(day.coverage(), Unit::Share),
            count(day.idle.sum()),
            usd(day.waste_usd)
        );
        let idle = Line::of(words, &[ParamId::ServingReservedShare, ParamId::ServingOwnedShare]);
        lines.push(idle.giving(&[Subject::Idle]));
    }
    let people = &case.inputs.people;
    let words = format!(
        "people beside it = {} x {} a year = {} a day, whatever the hardware",
        count_of(people.serving_engineers, "engineer"),
        usd(people.usd_per_year),
        usd(serving.people_usd_per_day)
    );
    let beside = Line::of(words, &[ParamId::PeopleServingEngineers, ParamId::PeopleUsdPerYear]);
    lines.push(beside.giving(&[Subject::People]));
    Explanation {
        figure: A_DAY,
        value,
        answers: &[
            Answer::DailyCost,
            Answer::MonthlyCost,
            Answer::YearlyCost,
            Answer::CostPerMillionTokens,
            Answer::PaidPerMillionTokens,
            Answer::BusyPerMillionTokens,
            Answer::CostPerRequest,
            Answer::GpusPeak,
            Answer::Utilization,
        ],
        lines,
    }
}

/// How many replicas and GPUs of a pool the peak takes.
fn replicas(
    name: &str,
    pool: &Pool,
    is_alone: bool,
    day: &PoolDay,
    traffic: &Traffic,
    peak_to_mean: f64,
) -> [Line; 2] {
    let of_pool = if is_alone { String::new() } else { format!("{name}: ") };
    let share =
        if is_alone { String::new() } else { format!("{} of ", format(pool.plan.share, Unit::Share)) };
    let asked = pool.plan.target_utilization;
    let lowered = if pool.planned_load < asked {
        format!(", lowered from {} for what is promised", format(asked, Unit::Share))
    } else {
        String::new()
    };
    let words = format!(
        "{of_pool}replicas at peak = {share}{} requests/s on average x {peak_to_mean:.1} at peak / ({:.2} that a busy replica \
         answers x planned load {}{lowered}) = {}",
        count(traffic.served / 86_400.0),
        pool.planned_rate / pool.planned_load,
        format(pool.planned_load, Unit::Share),
        count(day.replicas_peak),
    );
    let gpus = format!(
        "{of_pool}GPUs at peak = {} of {} = {}",
        count_of(day.replicas_peak, "replica"),
        count_of(pool.gpus_per_replica, "GPU"),
        count(day.replicas_peak * pool.gpus_per_replica)
    );
    [
        Line::of(
            words,
            &[ParamId::WorkloadPeakToMean, ParamId::ServingBatchSize, ParamId::ServingTargetUtilization],
        ),
        Line::of(gpus, &[ParamId::ServingTensorParallel]).giving(&[Subject::Of(Answer::GpusPeak)]),
    ]
}

/// A day's cost as that of a month, a request and a million tokens.
fn per_unit(serving: &ServingOutcome, paid: &ServingBill) -> Vec<Line> {
    let deployment = &serving.main.plan.deployment;
    let tokens = count(deployment.prompt_tokens + deployment.output_tokens);
    let million = |words: &str, figure: Option<f64>| {
        figure.map(|figure| Line::from(format!("{words} = {}", usd(figure))))
    };
    let below = |line: Line| line.at(1);
    let months = format!(
        "a month = a day x {DAYS_PER_MONTH} = {}; a year = a day x {DAYS_PER_YEAR} = {}",
        usd(paid.monthly_usd()),
        usd(paid.yearly_usd())
    );
    let months =
        Line::from(months).giving(&[Subject::Of(Answer::MonthlyCost), Subject::Of(Answer::YearlyCost)]);
    let mut lines = vec![months];
    lines.extend(
        against_band(paid.monthly_usd())
            .map(|(words, source)| Line::by(format!("a month is {words}"), source).at(1)),
    );
    lines.extend(paid.usd_per_request.map(|each| {
        let asked = count(serving.traffic.asked);
        let words =
            format!("a request = a day / {asked} requests asked, cache hits included = {}", usd(each));
        Line::from(words).giving(&[Subject::Of(Answer::CostPerRequest)])
    }));
    lines.extend(
        million(
            &format!(
                "1M tokens served, cache hits included = a request / {tokens} tokens, prompt and output, x 1M"
            ),
            paid.usd_per_million_tokens,
        )
        .map(|line| line.giving(&[Subject::Of(Answer::CostPerMillionTokens)])),
    );
    let on_gpus = million("1M tokens on GPUs, without cache hits", paid.paid_usd_per_million_tokens);
    lines.extend(on_gpus.map(below).map(|line| line.giving(&[Subject::Of(Answer::PaidPerMillionTokens)])));
    let busy = million("1M tokens if the fleet were always busy", paid.busy_usd_per_million_tokens);
    lines.extend(busy.map(below).map(|line| line.giving(&[Subject::Of(Answer::BusyPerMillionTokens)])));
    let output = Some(paid.busy_usd_per_million_output_tokens);
    lines.extend(million("1M output tokens of such a fleet, their prompts included", output).map(below));
    lines
}

/// Training against inference over the horizon.
pub(super) fn split(case: &Case, serving: &ServingOutcome) -> Option<Explanation> {
    let split = case.outcome.split()?;
    let share = split.inference_share()?;
    let [training, inference] = [split.training_usd, split.inference_usd].map(usd);
    let first = case.outcome.training.bill?;
    let lines = vec![
        Line::from(format!(
            "share = inference / (training + inference) = {inference} / ({training} + {inference}) = {}",
            format(share, Unit::Share)
        )),
        Line::of(
            format!(
                "inference = (a day {} + people {}) x {DAYS_PER_MONTH}, month by month with growth and prices = {inference}",
                usd(serving.daily_usd()?),
                usd(serving.people_usd_per_day)
            ),
            &[
                ParamId::WorkloadHorizonMonths,
                ParamId::WorkloadGrowthPerMonth,
                ParamId::PricesChangePerYear,
                ParamId::PricesDiscountRate,
            ],
        ),
        Line::of(
            format!(
                "training = first version {} + updates {} a year = {training}",
                usd(first.programme_usd),
                usd(first.updates_usd_per_year)
            ),
            &[ParamId::TrainingVersionsPerYear, ParamId::TrainingUpdateCostShare],
        ),
    ];
    Some(Explanation {
        figure: "Inference share",
        value: format!("{} over {}", format(share, Unit::Share), format(split.horizon_months, Unit::Months)),
        answers: &[Answer::InferenceShare],
        lines,
    })
}
