//! Findings: budgets crossed, targets missed, what does not fit, and what a figure rests on. One list for the screen,
//! the report and `whatif check`.

mod finding;

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
pub use crate::analysis::findings::finding::{Finding, Severity, Topic};
use crate::analysis::growth::{first_month_of_training_over, first_month_over};
use crate::analysis::remedies::{keeping, way_out};
use crate::analysis::service::{first_token, is_promised, misses, whose};
use crate::catalog::prices::{Basis, Kind};
use crate::catalog::{GpuId, Status};
use crate::engine::inputs::PoolName;
use crate::engine::outcome::{Misfit, ServingOutcome, ServingRefusal};
use crate::engine::serving::{Batch, SpeculationMethod};
use crate::rank;
use crate::scenario::domain::Domain;
use crate::scenario::pricing::{Needed, needed_to_serve, needed_to_train};
use crate::scenario::{ParamId, Scenario, resolve};
use crate::text::quantity::{Unit, count_of, format};

/// A fleet of the least size that is busy for less than this share of its time has room for more at no cost.
const IDLE_FLEET: f64 = 0.3;
/// A run that does its work more often does not end for anybody who waits for it. Assumption.
const MOST_REPEATS: f64 = 10.0;
/// Shares that are one but for this are all.
const ALL_BUT_ROUNDING: f64 = 1e-9;
/// A size nearer to the preset's own than this is the preset's own.
const SAME_SIZE: f64 = 0.005;

/// The findings of a case, the most severe first.
pub fn findings(case: &Case) -> Vec<Finding> {
    let mut list = List::default();
    no_numbers(case, &mut list);
    training(case, &mut list);
    interrupted(case, &mut list);
    bills(case, &mut list);
    context(case, &mut list);
    match &case.outcome.serving {
        Ok(serving) => {
            monthly_budget(case, serving, &mut list);
            promises(case, serving, &mut list);
            spot(case, serving, &mut list);
            fleet(serving, &mut list);
        }
        Err(ServingRefusal::DoesNotFit(misfit)) => {
            let problem = misfit_words(misfit);
            list.helped(Severity::Breach, Topic::ServingDoesNotFit, &problem, way_out(misfit, case));
        }
        Err(ServingRefusal::NoSuchLayout(fault)) => {
            let remedy = "take fewer stages".to_owned();
            list.helped(Severity::Breach, Topic::ServingDoesNotFit, &no_such_layout(fault), remedy);
        }
        Err(ServingRefusal::NoSuchModel(_)) => {}
    }
    commitments(case, &mut list);
    demand(case, &mut list);
    arithmetic(case, &mut list);
    layouts(case, &mut list);
    speculation(case, &mut list);
    prices(case, &mut list);
    model(case, &mut list);
    rank::by_key(&mut list.0, |finding| finding.severity);
    list.0
}

/// What `whatif check` says, the most severe first: what is exceeded, and warnings. To the horizon, what will be
/// exceeded by then counts as what is.
pub fn alerts(case: &Case, to_horizon: bool) -> Vec<Finding> {
    let last = if to_horizon { case.scenario.workload.horizon_months } else { 0.0 };
    let mut alerts = findings(case);
    alerts.retain(Finding::is_alert);
    for alert in &mut alerts {
        if alert.month.is_some_and(|month| f64::from(month) <= last) {
            alert.severity = Severity::Breach;
        }
    }
    rank::by_key(&mut alerts, |finding| finding.severity);
    alerts
}

/// What is said where a shape contradicts itself.
pub const NO_SUCH_MODEL: &str = "there can be no such model";

/// The same with the reason, of which an outcome knows.
pub fn no_such_model(fault: &str) -> String {
    format!("{NO_SUCH_MODEL}: {fault}")
}

/// What is said where a layout contradicts the model or the run.
pub const NO_SUCH_LAYOUT: &str = "there can be no such layout";

/// The same with the reason, of which an outcome knows.
pub fn no_such_layout(fault: &str) -> String {
    format!("{NO_SUCH_LAYOUT}: {fault}")
}

/// The finding that says why an answer does not exist.
pub fn why_missing(answer: Answer, findings: &[Finding]) -> Option<&Finding> {
    let is_of = |finding: &&Finding| match finding.topic {
        Topic::ServingDoesNotFit => answer == Answer::InferenceShare || answer.is_of_serving(),
        Topic::TrainingDoesNotFit => !answer.is_of_serving(),
        _ => finding.is_refusal(),
    };
    findings.iter().find(is_of)
}

/// Why no figure can be told of a case, or only of a part of it: a sentence each.
pub fn refusals(case: &Case) -> Vec<String> {
    let refused = |finding: &Finding| finding.is_refusal() && finding.severity == Severity::Breach;
    findings(case).into_iter().filter(refused).map(|finding| finding.text).collect()
}

/// Why a pool does not fit.
fn misfit_words(misfit: &Misfit) -> String {
    let whose = match misfit.pool {
        PoolName::Main => String::new(),
        other => format!("{} ", other.words()),
    };
    format!(
        "{whose}does not fit: {} per GPU, but only {} is usable",
        format(misfit.reason.needed_bytes_per_gpu, Unit::Bytes),
        format(misfit.reason.usable_bytes_per_gpu, Unit::Bytes),
    )
}

/// The list as it is made.
#[derive(Default)]
struct List(Vec<Finding>);

impl List {
    fn add(&mut self, severity: Severity, topic: Topic, text: String) {
        self.0.push(Finding { severity, topic, month: None, text, remedy: None });
    }

    /// With what would help.
    fn helped(&mut self, severity: Severity, topic: Topic, problem: &str, remedy: String) {
        let text = format!("{problem}; {remedy}");
        self.0.push(Finding { severity, topic, month: None, text, remedy: Some(remedy) });
    }

    /// A warning of a month, counted from 1.
    fn warn_of(&mut self, month: u32, topic: Topic, text: String) {
        self.0.push(Finding { severity: Severity::Warning, topic, month: Some(month), text, remedy: None });
    }
}

/// What cannot be computed, whatever the reason: no check may pass on it.
fn no_numbers(case: &Case, list: &mut List) {
    let broken: Vec<&str> =
        Answer::ALL.into_iter().filter(|answer| answer.is_broken(&case.outcome)).map(Answer::label).collect();
    let remedy = "undo the last of the inputs that contradict each other";
    if let Some(fault) = case.outcome.fault {
        list.helped(Severity::Breach, Topic::NoNumber, &no_such_model(fault), remedy.to_owned());
    } else if !broken.is_empty() {
        let problem = format!("{} cannot be computed", broken.join(", "));
        list.helped(Severity::Breach, Topic::NoNumber, &problem, remedy.to_owned());
    }
}

fn training(case: &Case, list: &mut List) {
    let training = &case.outcome.training;
    let run = &training.run;
    if case.outcome.fault.is_some() {
        // Said already.
    } else if let Some(fault) = run.fault {
        let remedy = "take another batch, another sequence length or lower parallel degrees".to_owned();
        list.helped(Severity::Breach, Topic::TrainingDoesNotFit, &no_such_layout(fault), remedy);
    } else if !run.fits {
        let gpu = case.training_gpu();
        let gpus = format!("{} x {}", format(run.gpus, Unit::Count), gpu.short_name());
        let least = count_of(run.min_gpus_to_fit, "GPU");
        let (text, remedy) = if run.layout_gpus > run.gpus {
            let layout = format(run.layout_gpus, Unit::Count);
            let text = format!("training does not fit on {gpus}: its layout takes {layout} GPUs");
            (text, format!("try at least {least} or lower parallel degrees"))
        } else {
            let [held, usable] =
                [run.memory_per_gpu_bytes, run.usable_bytes_per_gpu].map(|bytes| format(bytes, Unit::Bytes));
            let text = format!("training does not fit on {gpus}: {held} per GPU, but each can give {usable}");
            (text, format!("try at least {least}, full recomputation or adapters"))
        };
        list.helped(Severity::Breach, Topic::TrainingDoesNotFit, &text, remedy);
    } else if let (Some(budget_usd), Some(bill)) = (case.scenario.budget.training_usd, &training.bill) {
        let (cost, budget) = (format(bill.programme_usd, Unit::Usd), format(budget_usd, Unit::Usd));
        if bill.programme_usd > budget_usd {
            let text = format!("training costs {cost}, over its budget of {budget}");
            list.add(Severity::Breach, Topic::TrainingBudget, text);
        } else if let Some(month) =
            case.outcome.course.and_then(|course| first_month_of_training_over(&course, budget_usd))
        {
            let month = month + 1;
            let text = format!("new versions take training over its budget of {budget} in month {month}");
            list.warn_of(month, Topic::TrainingBudget, text);
        }
    }
}

/// Degrees and heads that were stated, and that divide nothing evenly.
fn layouts(case: &Case, list: &mut List) {
    let (stated, run) = (&case.scenario, &case.outcome.training.run);
    let is_uneven = |whole: f64, parts: f64| parts > 0.0 && (whole / parts).fract() != 0.0;
    let count = |number: f64| format(number, Unit::Count);
    let degrees = [
        stated.training.tensor_parallel,
        stated.training.pipeline_parallel,
        stated.training.context_parallel,
    ];
    if run.fits && degrees.iter().any(Option::is_some) && run.data_parallel.fract() != 0.0 {
        let of_one = (run.gpus / run.data_parallel).round();
        let text = format!(
            "training: {} GPUs are no whole number of replicas of {} GPUs each",
            count(run.gpus),
            count(of_one)
        );
        list.add(Severity::Warning, Topic::TrainingLayout, text);
    }
    let shape = &case.inputs.main_pool.deployment.shape;
    if let Some(degree) = stated.serving.tensor_parallel.filter(|degree| is_uneven(shape.heads, *degree)) {
        let text = format!(
            "serving: {} query heads are not divided evenly among {} GPUs, and no engine serves them so",
            count(shape.heads),
            count(degree)
        );
        list.add(Severity::Warning, Topic::ServingLayout, text);
    }
    let is_stated = stated.model.heads.is_some() || stated.model.kv_heads.is_some();
    let shape = &case.inputs.training.shape;
    if is_stated && shape.latent.is_none() && is_uneven(shape.heads, shape.kv_heads) {
        let text = format!(
            "{} query heads do not share {} key/value heads evenly: no model is known to",
            count(shape.heads),
            count(shape.kv_heads)
        );
        list.add(Severity::Warning, Topic::Shape, text);
    }
}

/// A run on so much spot capacity that it hardly advances.
fn interrupted(case: &Case, list: &mut List) {
    let training = &case.outcome.training;
    if training.run.fits && training.spot_repeats > MOST_REPEATS {
        let text = format!(
            "training does its work {} times: with so many servers on spot, another is lost before it goes on",
            format(training.spot_repeats, Unit::Count),
        );
        list.helped(
            Severity::Breach,
            Topic::Interrupted,
            &text,
            "take less spot capacity or fewer GPUs".to_owned(),
        );
    }
}

/// What was billed, against what it might cost.
fn bills(case: &Case, list: &mut List) {
    let (actual, budget) = (&case.scenario.actual, &case.scenario.budget);
    let mut compare = |topic, words: [&str; 2], billed: Option<f64>, budget: Option<f64>| {
        if let Some((billed, budget)) = billed.zip(budget).filter(|(billed, budget)| billed > budget) {
            let ([what, each], [billed, budget]) =
                (words, [billed, budget].map(|usd| format(usd, Unit::Usd)));
            let text = format!("{what} was billed at {billed}{each}, over its budget of {budget}");
            list.add(Severity::Breach, topic, text);
        }
    };
    compare(Topic::TrainingBill, ["training", ""], actual.training_usd, budget.training_usd);
    let monthly = [actual.monthly_inference_usd, budget.monthly_inference_usd];
    compare(Topic::MonthlyBill, ["inference", " a month"], monthly[0], monthly[1]);
}

/// Contracts that are still paid when the scenario has ended.
fn commitments(case: &Case, list: &mut List) {
    let Scenario { serving, training, workload, .. } = &case.scenario;
    let horizon = workload.horizon_months;
    for (what, share, months) in [
        ("serving", serving.reserved_share, serving.commitment_months),
        ("training", training.reserved_share, training.commitment_months),
    ] {
        if share > 0.0 && months > horizon {
            let [months, horizon] = [months, horizon].map(|months| format(months, Unit::Months));
            let text = format!("the contract for {what} runs {months}, longer than the horizon of {horizon}");
            list.add(Severity::Warning, Topic::Commitment, text);
        }
    }
}

/// Growth within the horizon to more requests than may be stated, since nobody serves so many.
fn demand(case: &Case, list: &mut List) {
    let workload = &case.scenario.workload;
    let Domain::Number(requests) = ParamId::WorkloadRequestsPerDay.param().domain else { return };
    if workload.growth_per_month <= 0.0 {
        return;
    }
    let months = (requests.max / workload.requests_per_day).ln() / workload.growth_per_month.ln_1p();
    let first = months.floor() + 1.0;
    if first < workload.horizon_months {
        let most = format(requests.max, requests.unit);
        let month = first as u32 + 1;
        let text =
            format!("growth takes demand past {most} requests a day in month {month}, which nobody serves");
        list.warn_of(month, Topic::Growth, text);
    }
}

fn monthly_budget(case: &Case, serving: &ServingOutcome, list: &mut List) {
    let Some(budget_usd) = case.scenario.budget.monthly_inference_usd else { return };
    let budget = format(budget_usd, Unit::Usd);
    let Some(bill) = serving.bill else { return };
    match first_month_over(serving, &case.inputs, budget_usd) {
        Some(0) => {
            let cost = format(bill.monthly_usd(), Unit::Usd);
            let text = format!("inference costs {cost} a month, over its budget of {budget}");
            list.add(Severity::Breach, Topic::MonthlyBudget, text);
        }
        Some(month) => {
            let month = month + 1;
            let text = format!("growth takes inference over its monthly budget of {budget} in month {month}");
            list.warn_of(month, Topic::MonthlyBudget, text);
        }
        None => {}
    }
}

/// Targets that are missed, and what would keep them.
fn promises(case: &Case, serving: &ServingOutcome, list: &mut List) {
    let mut missed = Vec::new();
    for name in case.inputs.plans().map(|(name, _)| name) {
        let Some(pool) = serving.pool(name) else { continue };
        let ttft = if name == PoolName::Main { first_token(serving) } else { pool.latencies.ttft };
        let whose = whose(name);
        if ttft.mean > pool.plan.latency_target_s {
            let [ttft, target] = [ttft.mean, pool.plan.latency_target_s]
                .map(|seconds| format(seconds * 1e3, Unit::Milliseconds));
            let text = format!("{whose}time to first token is {ttft}, over the target of {target}");
            missed.push((Topic::LatencyTarget, pool, text));
        }
        for miss in misses(&pool.plan, &ttft, &pool.latencies) {
            missed.push((Topic::Promise, pool, format!("{whose}{}", miss.words())));
        }
    }
    if missed.is_empty() {
        return;
    }
    let remedy = keeping(case);
    for (topic, pool, text) in missed {
        let load = match topic {
            _ if pool.keeps_promise => "",
            Topic::LatencyTarget => ", at any load",
            _ => "; the promise is missed at any load",
        };
        list.helped(Severity::Breach, topic, &format!("{text}{load}"), remedy.clone());
    }
}

/// Targets of pools that nothing but spot capacity serves.
fn spot(case: &Case, serving: &ServingOutcome, list: &mut List) {
    let Scenario { tier, prices, .. } = &case.scenario;
    let has_target =
        |name: &PoolName| matches!(name, PoolName::Tier(index) if tier[*index].latency_target_ms.is_some());
    let promises = is_promised(&case.scenario) || serving.others.iter().any(|(name, _)| has_target(name));
    if promises && serving.main.plan.rate.spot_share >= 1.0 - ALL_BUT_ROUNDING {
        let text = format!(
            "all of serving is on spot, where a server is lost about every {}: what is promised is missed until \
             others have started",
            format(prices.spot_hours_between_interruptions, Unit::Hours),
        );
        list.add(Severity::Warning, Topic::Spot, text);
    }
}

fn fleet(serving: &ServingOutcome, list: &mut List) {
    let replica = &serving.main.replica;
    if let Batch::Requests(wanted) = serving.main.plan.deployment.batch
        && replica.max_batch < wanted
    {
        let text = format!(
            "memory holds {} requests at a time, not {}: the rest queue",
            format(replica.max_batch, Unit::Count),
            format(wanted, Unit::Count),
        );
        list.add(Severity::Remark, Topic::BatchSize, text);
    }
    let busy = serving.day.utilization;
    if busy < IDLE_FLEET && serving.day.replicas_peak <= serving.main.plan.min_replicas {
        let busy = format(busy, Unit::Share);
        let text = format!(
            "the smallest possible fleet is only {busy} busy: it could take more traffic at no extra cost"
        );
        list.add(Severity::Remark, Topic::IdleFleet, text);
    }
}

fn context(case: &Case, list: &mut List) {
    let Some(model) = case.served_model().map(|model| case.catalog().model(model)) else { return };
    let tokens = case.inputs.main_pool.session.longest_tokens().round();
    if let Some(longest) = model.max_context.filter(|longest| tokens > *longest) {
        let problem = format!(
            "requests of {} tokens exceed the {} context window of {}",
            format(tokens, Unit::Context),
            format(longest, Unit::Context),
            model.name,
        );
        let remedy = "take a model made for longer ones, or shorten them".to_owned();
        list.helped(Severity::Breach, Topic::ContextLength, &problem, remedy);
    }
}

fn arithmetic(case: &Case, list: &mut List) {
    let uses = [
        (case.serving_gpu(), case.weight_precision(), "serve"),
        (case.training_gpu(), case.inputs.training.precision, "train"),
    ];
    for (gpu, precision, work) in uses {
        if !gpu.gpu.computes_in(precision) {
            let format = precision.id().to_uppercase();
            let text =
                format!("{} does not compute in {format}: to {work} it takes a wider format", gpu.name);
            list.add(Severity::Warning, Topic::Arithmetic, text);
        }
    }
}

/// What is to guess tokens ahead.
fn speculation(case: &Case, list: &mut List) {
    let serving = &case.scenario.serving;
    let Some(guessing) = &case.inputs.main_pool.deployment.speculation else { return };
    match (serving.speculation, case.served_model().map(|model| case.catalog().model(model))) {
        (SpeculationMethod::Mtp, Some(model)) if model.predicted_tokens == 0 => {
            let text = format!(
                "{} has no head that predicts further tokens: `mtp` takes one that is trained for it",
                model.name
            );
            list.add(Severity::Warning, Topic::Speculation, text);
        }
        (SpeculationMethod::Mtp, Some(model))
            if guessing.draft_tokens > f64::from(model.predicted_tokens) =>
        {
            let text = format!(
                "the head of {} was trained for {} further tokens, not {}: later guesses hold less often than the first",
                model.name,
                model.predicted_tokens,
                format(guessing.draft_tokens, Unit::Count)
            );
            list.add(Severity::Warning, Topic::Speculation, text);
        }
        (SpeculationMethod::Draft, _) if serving.draft_model.is_none() => {
            let served = &case.inputs.main_pool.deployment.shape;
            let text = format!(
                "no draft model is named: one of {} is assumed to guess",
                format(resolve::DRAFT_SHARE * served.active_parameters(), Unit::Parameters)
            );
            list.add(Severity::Assumption, Topic::Speculation, text);
        }
        _ => {}
    }
}

/// Prices that are missing, and those that rest on little.
fn prices(case: &Case, list: &mut List) {
    let (Case { scenario, .. }, catalog) = (case, case.catalog());
    let training = resolve::training_gpu(scenario, catalog);
    let used = case.inputs.plans().map(|(name, _)| case.pool_gpu(name));
    let serving = used.filter_map(|gpu| catalog.gpu_id(&gpu.id));
    for gpu in serving {
        for price in needed_to_serve(scenario, catalog, gpu) {
            let by_hand = (gpu == resolve::serving_gpu(scenario)).then_some(ParamId::ServingPricePerGpuHour);
            price_finding(case, &price, gpu, by_hand, scenario.budget.monthly_inference_usd, list);
        }
    }
    for price in needed_to_train(scenario, catalog) {
        price_finding(
            case,
            &price,
            training,
            Some(ParamId::TrainingPricePerGpuHour),
            scenario.budget.training_usd,
            list,
        );
    }
}

/// A price that is missing or weak. What has no price stays within no budget.
fn price_finding(
    case: &Case,
    price: &Needed,
    gpu: GpuId,
    by_hand: Option<ParamId>,
    budget: Option<f64>,
    list: &mut List,
) {
    let (name, kind) = (&case.catalog().gpu(gpu).name, price_name(price.kind));
    let mut remedy = None;
    let (severity, topic, text) = match (price.usd, price.standing.mark()) {
        (Some(usd), Some(mark)) => {
            let unit = if price.kind == Kind::Purchase { Unit::Usd } else { Unit::UsdPerHour };
            let text = format!("the {kind} of {name}, {}, is weak: {mark}", format(usd, unit));
            (Severity::Warning, Topic::Price, text)
        }
        (Some(_), None) => return,
        (None, _) => {
            let way_out = match by_hand {
                _ if price.kind == Kind::Purchase => "rent it".to_owned(),
                Some(param) => format!("set {} (`{}`), or start with --prices FILE", param.label, param.path),
                None => "put one on a rate card and start with --prices FILE".to_owned(),
            };
            let severity = if budget.is_some() { Severity::Breach } else { Severity::Warning };
            let text = match case.scenario.prices.basis {
                Basis::Own => format!("you have no {kind} of your own for {name}: {way_out}"),
                basis => format!("no {kind} is known for {name} ({} prices): {way_out}", basis.id()),
            };
            remedy = Some(way_out);
            (severity, Topic::NoPrice, text)
        }
    };
    let finding = Finding { severity, topic, month: None, text, remedy };
    if !list.0.contains(&finding) {
        list.0.push(finding);
    }
}

fn price_name(kind: Kind) -> &'static str {
    match kind {
        Kind::OnDemand | Kind::Index => "price",
        Kind::Spot => "spot price",
        Kind::OneYear | Kind::ThreeYears => "contract price",
        Kind::Purchase => "purchase price",
    }
}

fn model(case: &Case, list: &mut List) {
    let Some(preset) = case.model() else { return };
    let name = &preset.name;
    let shape = match preset.status {
        Status::Rumored => Some(format!("the shape of {name} is rumored, never confirmed")),
        Status::Assumed => Some(format!("the shape of {name} is assumed: none was published")),
        Status::Unverified => Some(format!("the shape of {name} was not checked against its source")),
        Status::Read | Status::Derived | Status::Mixed => None,
    };
    if let Some(text) = shape {
        list.add(Severity::Assumption, Topic::Shape, text);
    }
    if case.scenario.training.tokens.is_none() && preset.training_tokens.is_none() {
        let each = resolve::ASSUMED_TOKENS_PER_PARAMETER;
        let text = format!("training tokens are undisclosed: {each} per parameter are assumed");
        list.add(Severity::Assumption, Topic::TrainingTokens, text);
    } else if case.scenario.training.tokens.is_none() && preset.training_tokens_status != "reported" {
        let text =
            format!("the number of training tokens comes from {} reports", preset.training_tokens_status);
        list.add(Severity::Assumption, Topic::TrainingTokens, text);
    }
    let own = preset.shape.total_parameters();
    if let Some(size) = case.scenario.model.size.filter(|size| (size / own - 1.0).abs() > SAME_SIZE) {
        let [size, own] = [size, own].map(|parameters| format(parameters, Unit::Parameters));
        let text = format!("{size} is the shape of {name} scaled from {own}");
        list.add(Severity::Assumption, Topic::Shape, text);
    }
    if let Some(note) = &preset.note {
        list.add(Severity::Remark, Topic::Model, note.clone());
    }
}
