//! Explanations: each figure's formula with the scenario's numbers in it, down to data sheets, prices and the measured
//! results that lie nearest.

mod waits;

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::published::Published;
use crate::calibration::kind::Kind;
use crate::catalog::GpuPreset;
use crate::engine::fleet::Moment;
use crate::engine::money::{DAYS_PER_MONTH, DAYS_PER_YEAR};
use crate::engine::outcome::{ServingBill, ServingOutcome};
use crate::evidence::comparison::quantile;
use crate::evidence::nearest::nearest;
use crate::scenario::ParamId;
use crate::text::quantity::{self, Unit, count_of, format};
use crate::text::wrap::{align_right, columns};

/// Measured rows that a figure is held against.
const NEAREST: usize = 5;
/// Dated prices that are listed.
const PRICES_SHOWN: usize = 8;

/// What is said where a price is missing.
const NO_PRICE: &str = "no price: set one";

/// A figure and the lines that lead to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What it is called.
    pub figure: &'static str,
    /// Its value, in words; empty where it is no single one.
    pub value: String,
    /// The answers that it leads to.
    pub answers: &'static [Answer],
    /// Formulas, what goes into them, and what was published.
    pub lines: Vec<Line>,
}

/// A formula with its numbers, an item of one, or a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Of how many of the lines above it is a part.
    pub depth: usize,
    /// What it says.
    pub words: String,
    /// The parameters that go into it.
    pub inputs: &'static [ParamId],
    /// Who published it.
    pub source: Option<String>,
}

impl Explanation {
    /// The figure and its value.
    pub fn title(&self) -> String {
        if self.value.is_empty() {
            self.figure.to_owned()
        } else {
            format!("{}: {}", self.figure, self.value)
        }
    }
}

impl Line {
    /// A line that parameters go into.
    fn of(words: String, inputs: &'static [ParamId]) -> Self {
        Self { depth: 0, words, inputs, source: None }
    }

    /// A line that somebody published.
    fn by(words: String, source: impl Into<String>) -> Self {
        Self { depth: 0, words, inputs: &[], source: Some(source.into()) }
    }

    /// The same as a part of the line above, or of that one's.
    fn at(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// The whole line, indented by its depth, with its source.
    pub fn text(&self) -> String {
        let source = self.source.as_ref().map_or(String::new(), |source| format!(" ({source})"));
        format!("{}{}{source}", "  ".repeat(self.depth), self.words)
    }
}

impl From<String> for Line {
    fn from(words: String) -> Self {
        Self::of(words, &[])
    }
}

/// The explanations of a scenario's figures, from money down to facts; what was published of a figure is told with it.
pub fn explain(case: &Case, published: &[Published]) -> Vec<Explanation> {
    let mut sections = vec![training_cost(case), gpu_hours(case)];
    if let Ok(serving) = &case.outcome.serving {
        sections.push(daily_cost(case, serving));
        sections.extend(split(case, serving));
        sections.push(throughput(serving));
        sections.push(waits::latency(case, serving));
        sections.push(waits::replica(case, serving));
        sections.push(memory(case, serving));
        sections.push(measured(case, serving));
    }
    sections.push(facts(case));
    for claim in published {
        let answer = claim.answer();
        let section = sections
            .iter_mut()
            .find(|section| answer.is_some_and(|answer| section.answers.contains(&answer)));
        if let Some(section) = section {
            section.lines.extend(told(claim));
        }
    }
    sections
}

/// What was published, how it compares, and why it differs.
fn told(claim: &Published) -> Vec<Line> {
    let statement = format!("published: {}", claim.statement);
    let why = claim.relation().into_iter().chain(claim.reason.as_deref().map(str::to_owned));
    std::iter::once(Line::by(statement, claim.source.as_ref()))
        .chain(why.map(|words| Line::from(words).at(1)))
        .collect()
}

fn usd(value: f64) -> String {
    format(value, Unit::Usd)
}

fn count(value: f64) -> String {
    format(value, Unit::Count)
}

fn ms(seconds: f64) -> String {
    format(seconds * 1e3, Unit::Milliseconds)
}

/// From this sum on a bill has no cents: its figures are by far not as sure. USD.
const WITHOUT_CENTS: f64 = 1_000.0;

/// A bill to the dollar, a small one to the cent: its lines add up to the total as it is printed, rounding included.
fn bill(total: &str, lines: impl IntoIterator<Item = (String, f64)>) -> Vec<Line> {
    let lines: Vec<(String, f64)> = lines.into_iter().filter(|(_, usd)| *usd != 0.0).collect();
    let is_small = lines.iter().map(|(_, usd)| usd).sum::<f64>() < WITHOUT_CENTS;
    let printed = if is_small { quantity::usd_and_cents } else { quantity::whole_usd };
    let rounded = |usd: f64| if is_small { (usd * 100.0).round() / 100.0 } else { usd.round() };
    let mut sum = 0.0;
    let mut bill: Vec<(String, String)> = Vec::new();
    for (item, usd) in lines {
        let before = rounded(sum);
        sum += usd;
        bill.push((printed(rounded(sum) - before), item));
    }
    bill.push((printed(rounded(sum)), total.to_owned()));
    let width = bill.iter().map(|(amount, _)| columns(amount)).max().unwrap_or(0);
    let line =
        |(amount, item): (String, String)| Line::from(format!("{} {item}", align_right(&amount, width)));
    bill.into_iter().map(|row| line(row).at(1)).collect()
}

/// What the whole training effort is called.
const TRAINING: &str = "Training, once";
/// The answers that it leads to.
const OF_TRAINING: &[Answer] = &[Answer::TrainingCost, Answer::FinalRunCost, Answer::ComputeCost];
/// How its lines of GPUs begin.
const GPUS: &str = "GPUs, ";
/// What a day of serving is called.
const A_DAY: &str = "Inference, per day";

fn training_cost(case: &Case) -> Explanation {
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
        ),
        Line::of(
            format!(
                "compute = final run x (1 + experiments and trials {:.2} x (1 - automation {})) = {}",
                terms.experiments,
                format(terms.automation, Unit::Share),
                usd(paid.compute_usd)
            ),
            &[ParamId::TrainingExperiments, ParamId::TrainingTrials, ParamId::TrainingAutomation],
        ),
        Line::of(
            format!(
                "people = {} x {} x {} a year = {}",
                count_of(people.training_engineers, "engineer"),
                format(people.training_months, Unit::Months),
                usd(people.usd_per_year),
                usd(training.people_usd)
            ),
            &[ParamId::PeopleTrainingEngineers, ParamId::PeopleTrainingMonths, ParamId::PeopleUsdPerYear],
        ),
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

fn gpu_hours(case: &Case) -> Explanation {
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
        ),
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
        ),
    ];
    Explanation {
        figure: "GPU-hours",
        value: format(training.gpu_hours, Unit::GpuHours),
        answers: &[Answer::GpuHours, Answer::TrainingDays, Answer::Mfu],
        lines,
    }
}

fn daily_cost(case: &Case, serving: &ServingOutcome) -> Explanation {
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
    let pools = case.inputs.plans().filter_map(|(name, _)| Some((name.words(), serving.pool(name)?)));
    for (name, pool) in pools {
        let day = pool.day(traffic, &Moment::START);
        let words = format!(
            "{name}: replicas at peak = share {} x mean rate x {:.1} / ({:.2} requests/s x planned load {}) = {} of {} each",
            format(pool.plan.share, Unit::Share),
            demand.peak_to_mean,
            pool.planned_rate / pool.planned_load,
            format(pool.planned_load, Unit::Share),
            count(day.replicas_peak),
            count_of(pool.gpus_per_replica, "GPU"),
        );
        lines.push(Line::of(
            words,
            &[
                ParamId::WorkloadPeakToMean,
                ParamId::ServingBatchSize,
                ParamId::ServingTargetUtilization,
                ParamId::ServingTensorParallel,
            ],
        ));
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
    if day.idle.sum() > 0.0 {
        let words = format!(
            "commitments cover {} of the hours; {} GPU-hours of them are paid and idle, {} a day",
            format(day.coverage(), Unit::Share),
            count(day.idle.sum()),
            usd(day.waste_usd)
        );
        lines.push(Line::of(words, &[ParamId::ServingReservedShare, ParamId::ServingOwnedShare]));
    }
    let people = &case.inputs.people;
    let words = format!(
        "people beside it = {} x {} a year = {} a day, whatever the hardware",
        count_of(people.serving_engineers, "engineer"),
        usd(people.usd_per_year),
        usd(serving.people_usd_per_day)
    );
    lines.push(Line::of(words, &[ParamId::PeopleServingEngineers, ParamId::PeopleUsdPerYear]));
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

/// A day's cost as that of a month, a request and a million tokens.
fn per_unit(serving: &ServingOutcome, paid: &ServingBill) -> Vec<Line> {
    let deployment = &serving.main.plan.deployment;
    let tokens = count(deployment.prompt_tokens + deployment.output_tokens);
    let million = |words: &str, figure: Option<f64>| {
        figure.map(|figure| Line::from(format!("{words} = {}", usd(figure))))
    };
    let below = |line: Line| line.at(1);
    let mut lines = vec![Line::from(format!(
        "a month = a day x {DAYS_PER_MONTH} = {}; a year = a day x {DAYS_PER_YEAR} = {}",
        usd(paid.monthly_usd()),
        usd(paid.yearly_usd())
    ))];
    lines.extend(paid.usd_per_request.map(|each| {
        let asked = count(serving.traffic.asked);
        Line::from(format!("a request = a day / {asked} requests asked, cache hits included = {}", usd(each)))
    }));
    lines.extend(million(
        &format!(
            "1M tokens asked, cache hits included = a request / {tokens} tokens, prompt and output, x 1M"
        ),
        paid.usd_per_million_tokens,
    ));
    lines.extend(
        million("1M tokens on GPUs, without cache hits", paid.paid_usd_per_million_tokens).map(below),
    );
    lines.extend(
        million("1M tokens if the fleet were always busy", paid.busy_usd_per_million_tokens).map(below),
    );
    let output = Some(paid.busy_usd_per_million_output_tokens);
    lines.extend(million("1M output tokens of such a fleet, their prompts included", output).map(below));
    lines
}

/// Training against inference over the horizon.
fn split(case: &Case, serving: &ServingOutcome) -> Option<Explanation> {
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

fn throughput(serving: &ServingOutcome) -> Explanation {
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
        ),
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

fn memory(case: &Case, serving: &ServingOutcome) -> Explanation {
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
        ),
        Line::of(
            format!("weights are in {}: {origin}", stored.id().to_uppercase()),
            &[ParamId::ServingWeightPrecision, ParamId::ModelPreset],
        ),
    ];
    Explanation { figure: "Memory per GPU", value: bytes(memory.in_use()), answers: &[], lines }
}

/// On which measured results the serving figures rest.
fn measured(case: &Case, serving: &ServingOutcome) -> Explanation {
    let deployment = &serving.main.plan.deployment;
    let mut lines = Vec::new();
    for (kind, words) in [
        (Kind::Tpot, "time per output token"),
        (Kind::Throughput, "throughput"),
        (Kind::TtftLoaded, "time to first token"),
    ] {
        let rows = nearest(&case.world.calibration.constants.serving, kind, deployment, NEAREST);
        let mut errors: Vec<f64> = rows.iter().filter_map(|row| row.error).map(f64::abs).collect();
        errors.sort_by(f64::total_cmp);
        let median = quantile(&errors, 0.5).map_or("–".to_owned(), |error| format(error, Unit::Share));
        lines
            .push(format!("{words}: the {} nearest rows have a median error of {median}", rows.len()).into());
        for row in rows.iter().take(2) {
            let off = row.error.map_or("does not fit".to_owned(), |error| format!("{:+.0}%", error * 100.0));
            let words = format!(
                "{} {} on {}: published {:.1}, predicted {off}",
                row.row.id, row.row.model, row.row.gpu, row.row.published
            );
            lines.push(Line::by(words, &row.row.source).at(1));
        }
    }
    Explanation { figure: "Nearest published measurements", value: String::new(), answers: &[], lines }
}

/// The price of an accelerator on the scenario's basis, and the rows that it was taken from.
fn quoted(case: &Case, gpu: &GpuPreset) -> Vec<Line> {
    let basis = case.scenario.prices.basis;
    let mut lines = by_hand(case, gpu);
    let Some(quote) = &gpu.offer(basis).on_demand else {
        if lines.is_empty() {
            lines.push(Line::from(format!("{} price: nobody lists one; {NO_PRICE}", basis.id())).at(1));
        }
        return lines;
    };
    let mark = quote.standing.mark().map_or(String::new(), |mark| format!(", {mark}"));
    let from = match quote.providers {
        0 => String::new(),
        1 => ", one provider".to_owned(),
        count => format!(", the median of {count} providers"),
    };
    let words = format!(
        "{} price on demand: {} ({} to {}){from}{mark}",
        basis.id(),
        format(quote.usd_per_hour, Unit::UsdPerHour),
        format(quote.low, Unit::Usd),
        format(quote.high, Unit::Usd),
    );
    lines.push(Line::from(words).at(1));
    let rates = case.catalog().rates();
    for price in quote.rows.iter().take(PRICES_SHOWN).filter_map(|row| rates.prices.get(*row)) {
        if let Some(rent) = price.usd_per_gpu_hour {
            let rent = format(rent, Unit::UsdPerHour);
            let words = format!("{} {rent}, {}", price.provider, price.as_of);
            lines.push(Line::by(words, price.source.clone()).at(2));
        }
    }
    lines
}

/// The prices of an accelerator that the scenario states in place of those that are listed.
fn by_hand(case: &Case, gpu: &GpuPreset) -> Vec<Line> {
    [
        (case.serving_gpu(), &[ParamId::ServingPricePerGpuHour], "serving"),
        (case.training_gpu(), &[ParamId::TrainingPricePerGpuHour], "training"),
    ]
    .into_iter()
    .filter(|(used, ..)| used.id == gpu.id)
    .filter_map(|(_, params, work)| {
        let price = format(params[0].stated(&case.scenario).number()?, Unit::UsdPerHour);
        Some(Line::of(format!("{work} is computed with {price}, set by hand"), params).at(1))
    })
    .collect()
}

/// Shape, data sheet and prices with their sources and dates.
fn facts(case: &Case) -> Explanation {
    let mut lines = Vec::new();
    if let Some(model) = case.model() {
        lines.push(Line::by(format!("{}: shape", model.name), &model.source));
        if let Some(run) = &model.trained_on {
            lines.push(Line::by("training run".to_owned(), &run.source).at(1));
        }
    }
    let (serving, training) = (case.serving_gpu(), case.training_gpu());
    let mut gpus = vec![serving];
    if training.id != serving.id {
        gpus.push(training);
    }
    for gpu in gpus {
        lines.push(Line::by(format!("{}: data sheet", gpu.name), &gpu.source));
        if !gpu.unverified.is_empty() {
            lines.push(Line::from(format!("unverified: {}", gpu.unverified.join(", "))).at(1));
        }
        lines.extend(quoted(case, gpu));
    }
    Explanation { figure: "Shape, data sheets and prices", value: String::new(), answers: &[], lines }
}
