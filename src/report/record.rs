//! The figures of a scenario as one typed record: the keys of the JSON report, in its order. Units are in the names,
//! money is USD, what does not exist is `None`, and no key comes or goes with the result.

use serde::{Serialize, Serializer};

use crate::analysis::actuals::{Actual, actuals};
use crate::analysis::advice::{Criterion, Verdict, advice};
use crate::analysis::answer::Answer;
use crate::analysis::api_costs::{ApiCost, api_costs};
use crate::analysis::case::Case;
use crate::analysis::changes::Change;
use crate::analysis::findings::{Finding, findings};
use crate::analysis::growth::crossings;
use crate::analysis::levers::{Lever, OnPromise, levers};
use crate::analysis::published;
use crate::analysis::range::{Figures, Range, figures};
use crate::analysis::service::{self, Keeping, first_token, keeping};
use crate::catalog::prices::Basis;
use crate::catalog::records::ClaimBasis;
use crate::catalog::{Catalog, GpuPreset};
use crate::engine::fleet::{Moment, Pool, least_gpus};
use crate::engine::inputs::{PoolName, PoolPlan, Rate};
use crate::engine::money::owned_hour;
use crate::engine::outcome::ServingOutcome;
use crate::engine::serving::ServingMemory;
use crate::files::document::Document;
use crate::report::table::{Cell, Table, WORDS, table};
use crate::scenario::ParamId;
use crate::scenario::domain::Group;
use crate::scenario::value::Value;
use crate::text::quantity::Unit;

/// Declares a part of the record. A row is a key, its type, and where its value comes from.
macro_rules! part {
    (
        $(#[$meta:meta])*
        $name:ident($($source:ident: $type:ty),*) { $($setup:stmt;)* }
        $($(#[$about:meta])* $key:ident: $kind:ty = $value:expr,)*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Serialize)]
        pub struct $name {
            $($(#[$about])* pub(super) $key: $kind,)*
        }

        impl $name {
            fn new($($source: $type),*) -> Self {
                $($setup)*
                Self { $($key: $value,)* }
            }
        }
    };
}

/// What a record is made from.
struct Source<'a> {
    case: &'a Case,
    document: &'a Document,
    id: Option<&'a str>,
    figures: Figures,
}

part! {
    /// Everything that a report prints. What is skipped is for people only.
    Record(source: Source) {
        let case = source.case;
        let findings = findings(case);
        let texts = |of: fn(&Finding) -> bool| {
            findings.iter().filter(|finding| of(finding)).map(|finding| finding.text.clone()).collect()
        };
    }
    scenario: Stated = Stated::new(&source),
    model: Model = Model::new(&source),
    training: Training = Training::new(&source),
    serving: Serving = Serving::new(&source),
    inference: Inference = Inference::new(&source),
    split: Spending = Spending::new(&source),
    prices: Vec<PriceOf> = vec![
        PriceOf::new("serving", case.serving_gpu(), case.inputs.main_pool.rate, case),
        PriceOf::new("training", case.training_gpu(), case.inputs.training_money.rate, case),
    ],
    levers: Vec<Switch> = levers(case)
        .iter()
        .filter(|lever| lever.from != lever.to)
        .map(|lever| Switch::new(lever, case.catalog()))
        .collect(),
    advice: Focus = Focus::new(case),
    alerts: Vec<String> = texts(Finding::is_alert),
    published: Vec<Published> = published::published(case, source.id, &source.figures)
        .into_iter()
        .map(Published::new)
        .collect(),
    notes: Vec<String> = {
        let mut notes = source.document.notes.clone();
        notes.extend(texts(|finding| !finding.is_alert() || finding.is_refusal()));
        notes
    },
    #[serde(skip)]
    apis: Vec<ApiCost> = api_costs(case),
    #[serde(skip)]
    actuals: Vec<Actual> = actuals(case),
    #[serde(skip)]
    figures: Figures = source.figures,
    #[serde(skip)]
    findings: Vec<Finding> = findings,
    #[serde(skip)]
    fault: Option<&'static str> = case.outcome.fault,
}

part! {
    /// The scenario: every effective value by its path.
    Stated(source: &Source) {
        let case = source.case;
        let catalog = case.catalog();
        let effective =
            |param: ParamId| (param.path, Cell::of(param, param.effective(&case.scenario, catalog), catalog));
        let stated = |param: ParamId| {
            let value = param.stated(&case.scenario);
            let shown = param.group != Group::Shape && value != Value::Auto;
            shown.then(|| (param.path, param.display(value, catalog)))
        };
    }
    name: String = source.document.name.clone(),
    summary: String = source.document.summary.clone(),
    model: Option<String> = case.model().map(|model| model.id.clone()),
    gpu: String = case.serving_gpu().id.clone(),
    #[serde(flatten, serialize_with = "by_path")]
    values: Vec<(&'static str, Cell)> = ParamId::ALL.into_iter().map(effective).collect(),
    #[serde(skip)]
    model_name: Option<String> = case.model().map(|model| model.name.clone()),
    #[serde(skip)]
    gpu_name: String = case.serving_gpu().name.clone(),
    #[serde(skip)]
    inputs: Vec<(&'static str, String)> = ParamId::ALL.into_iter().filter_map(stated).collect(),
}

part! {
    Model(source: &Source) { let outcome = &source.case.outcome; }
    total_parameters: f64 = outcome.total_parameters,
    active_parameters: f64 = outcome.active_parameters,
    kv_cache_bytes_per_token: f64 = outcome.kv_cache_bytes_per_token,
}

part! {
    Training(source: &Source) {
        let training = &source.case.outcome.training;
        let run = &training.run;
        let bill = training.bill;
    }
    flops: f64 = run.flops,
    gpu: String = source.case.training_gpu().id.clone(),
    gpus: f64 = run.gpus,
    fits: bool = run.fits,
    min_gpus_to_fit: f64 = run.min_gpus_to_fit,
    memory_per_gpu_bytes: f64 = run.memory_per_gpu_bytes,
    tensor_parallel: u32 = run.tensor_parallel,
    pipeline_parallel: u32 = run.pipeline_parallel,
    expert_parallel: u32 = run.expert_parallel,
    context_parallel: u32 = run.context_parallel,
    data_parallel: f64 = run.data_parallel,
    global_batch_tokens: f64 = run.global_batch_tokens,
    gpu_hours: Option<Range> = source.figures.range(Answer::GpuHours),
    days: Option<Range> = source.figures.range(Answer::TrainingDays),
    mfu: Option<Range> = source.figures.range(Answer::Mfu),
    goodput: f64 = run.goodput,
    all_in_mfu: f64 = run.all_in_mfu,
    tokens_per_s_per_gpu: f64 = run.tokens_per_s_per_gpu,
    final_run_usd: Option<Range> = source.figures.range(Answer::FinalRunCost),
    compute_usd: Option<Range> = source.figures.range(Answer::ComputeCost),
    programme_usd: Option<Range> = source.figures.range(Answer::TrainingCost),
    people_usd: f64 = training.people_usd,
    breakdown: Option<Vec<Item>> = bill.map(|bill| items(bill.breakdown.lines())),
    updates_usd_per_year: Option<f64> = bill.map(|bill| bill.updates_usd_per_year),
    left_over_usd: Option<f64> = bill.map(|bill| bill.left_over_usd),
    energy_mwh: Option<f64> = run.fits.then_some(training.energy_mwh),
    #[serde(skip)]
    gpu_name: String = source.case.training_gpu().name.clone(),
}

part! {
    /// Serving: a replica of the main pool, and how long its users wait.
    Serving(source: &Source) {
        let served = source.case.outcome.serving.as_ref();
        let first = served.ok().map(first_token);
        let keeping = keeping(source.case);
        let kept = keeping.filter(|keeping| keeping.keeps);
        let main = served.ok().map(|serving| &serving.main);
        let replica = main.map(|pool| &pool.replica);
        let constants = &source.case.constants().serving;
        let least = |refused: Option<u32>| {
            main.map_or(refused, |pool| Some(least_gpus(&pool.plan.deployment, constants)))
        };
    }
    fits: bool = served.is_ok(),
    gpus_per_replica: f64 =
        served.map_or_else(
            |refusal| refusal.misfit().map_or(0.0, |misfit| f64::from(misfit.gpus)),
            |serving| serving.main.gpus_per_replica,
        ),
    tensor_parallel: Option<u32> = main.map(|pool| pool.plan.deployment.layout.tensor_parallel),
    pipeline_parallel: Option<u32> = main.map(|pool| pool.plan.deployment.layout.pipeline_parallel),
    expert_parallel: Option<u32> = main.map(|pool| pool.plan.deployment.layout.expert_parallel),
    attention_data_parallel: Option<bool> =
        main.map(|pool| pool.plan.deployment.layout.attention_data_parallel),
    prompt_gpus: Option<f64> = main.map(service::prompt_gpus),
    min_gpus_to_fit: Option<u32> = least(served.err().and_then(|refusal| refusal.misfit()?.min_gpus_to_fit)),
    batch_size: Option<f64> = replica.map(|replica| replica.batch),
    max_batch_size: Option<f64> = replica.map(|replica| replica.max_batch),
    concurrency: Option<f64> = main.map(service::in_flight),
    memory_per_gpu_bytes: f64 = served.map_or_else(
        |refusal| refusal.misfit().map_or(0.0, |misfit| misfit.reason.needed_bytes_per_gpu),
        |serving| {
            let memory = &serving.main.replica.memory;
            memory.in_use()
        },
    ),
    bound: Option<&'static str> = replica.map(|replica| replica.bound.words()),
    ttft_ms: Option<Range> = source.figures.range(Answer::Ttft),
    ttft_p50_ms: Option<f64> = first.map(|first| first.p50 * 1e3),
    ttft_p95_ms: Option<Range> = source.figures.range(Answer::TtftP95),
    ttft_p99_ms: Option<f64> = first.map(|first| first.p99 * 1e3),
    first_answer_ms: Option<f64> = served.ok().map(|serving| serving.first_answer_s * 1e3),
    tpot_ms: Option<Range> = source.figures.range(Answer::Tpot),
    tpot_p95_ms: Option<f64> = main.map(|pool| pool.latencies.tpot_p95_s * 1e3),
    request_latency_ms: Option<Range> = source.figures.range(Answer::RequestLatency),
    request_p95_ms: Option<f64> = main.map(|pool| pool.latencies.request_p95_s * 1e3),
    tokens_per_s_per_user: Option<f64> =
        served.ok().map(|serving| serving.tpot_s.recip()).filter(|rate| rate.is_finite()),
    keeps_promise: Option<bool> = keeping.map(|keeping| keeping.keeps),
    planned_load: Option<f64> = main.map(|pool| pool.planned_load),
    promise_more_replicas: Option<f64> = kept.map(|keeping| keeping.more_replicas),
    promise_more_gpus: Option<f64> = kept.map(|keeping| keeping.more_gpus),
    promise_daily_usd: Option<f64> = keeping.and_then(|keeping| keeping.costs_daily_usd),
    output_tokens_per_s_per_gpu: Option<Range> = source.figures.range(Answer::ThroughputPerGpu),
    requests_per_s_per_replica: Option<f64> = replica.map(|replica| replica.requests_per_s),
    usd_per_million_tokens: Option<Range> = source.figures.range(Answer::CostPerMillionTokens),
    usd_per_million_output_tokens_when_busy: Option<f64> =
        served.ok().and_then(|serving| Some(serving.bill?.busy_usd_per_million_output_tokens)),
    #[serde(skip)]
    memory: Option<ServingMemory> = replica.map(|replica| replica.memory),
    #[serde(skip)]
    layout: String = main.map_or(String::new(), service::layout),
    #[serde(skip)]
    load: String = main.map_or(String::new(), service::under),
    #[serde(skip)]
    keeping: Option<Keeping> = keeping,
}

part! {
    /// Inference: the day of all pools.
    Inference(source: &Source) {
        let served = source.case.outcome.serving.as_ref().ok();
        let bill = served.and_then(|serving| serving.bill);
    }
    daily_usd: Option<Range> = source.figures.range(Answer::DailyCost),
    monthly_usd: Option<Range> = source.figures.range(Answer::MonthlyCost),
    yearly_usd: Option<Range> = source.figures.range(Answer::YearlyCost),
    people_usd: Option<f64> = served.map(|serving| serving.people_usd_per_day),
    usd_per_request: Option<Range> = source.figures.range(Answer::CostPerRequest),
    paid_usd_per_million_tokens: Option<Range> = source.figures.range(Answer::PaidPerMillionTokens),
    paid_usd_per_million_input_tokens: Option<f64> =
        bill.and_then(|bill| bill.paid_usd_per_million_input_tokens),
    paid_usd_per_million_output_tokens: Option<f64> =
        bill.and_then(|bill| bill.paid_usd_per_million_output_tokens),
    busy_usd_per_million_tokens: Option<Range> = source.figures.range(Answer::BusyPerMillionTokens),
    replicas_peak: Option<f64> = served.map(|serving| serving.day.replicas_peak),
    gpus_peak: Option<Range> = source.figures.range(Answer::GpusPeak),
    gpus_mean: Option<f64> = served.map(|serving| serving.day.gpus_mean()),
    utilization: Option<Range> = source.figures.range(Answer::Utilization),
    reserved_waste_usd: Option<f64> = bill.map(|_| served.map_or(0.0, |serving| serving.day.waste_usd)),
    coverage: Option<f64> = served.map(|serving| serving.day.coverage()),
    breakdown: Option<Vec<Item>> = served.and_then(ServingOutcome::lines).map(items),
    pools: Vec<PoolOf> =
        source.case.inputs.plans().map(|(name, plan)| PoolOf::new(name, plan, source.case)).collect(),
}

part! {
    /// The prices of an accelerator as they are used, USD an hour, and what the on-demand price rests on.
    PriceOf(side: &'static str, gpu: &GpuPreset, rate: Rate, case: &Case) {
        let basis = case.scenario.prices.basis;
        let quote = gpu.offer(basis).on_demand.as_ref();
        let listed = quote.filter(|quote| rate.on_demand_usd == Some(quote.usd_per_hour));
        let rates = case.catalog().rates();
        let rows = || quote.into_iter().flat_map(|quote| &quote.rows).filter_map(|row| rates.prices.get(*row));
    }
    used_for: &'static str = side,
    gpu: String = gpu.id.clone(),
    basis: &'static str = match (basis, listed) {
        // What goes beyond the hardware that is owned is rented on the market.
        (Basis::Owned, Some(_)) => Basis::Market.id(),
        (_, Some(_)) => basis.id(),
        _ if rate.on_demand_usd.is_some() => "stated",
        _ => basis.id(),
    },
    on_demand_usd: Option<f64> = rate.on_demand_usd,
    owned_usd: Option<f64> = rate
        .purchase_usd
        .map(|price| owned_hour(price, &gpu.gpu, &case.inputs.facility).total())
        .filter(|_| rate.owned_share > 0.0),
    spot_usd: Option<f64> = rate.spot_usd,
    reserved_usd: Option<f64> = rate.reserved_usd,
    low: Option<f64> = listed.map(|quote| quote.low),
    high: Option<f64> = listed.map(|quote| quote.high),
    providers: Option<usize> = listed.map(|quote| quote.providers),
    as_of: Option<String> = rows().map(|row| row.as_of.clone()).max().filter(|_| listed.is_some()),
    mark: Option<&'static str> = listed.and_then(|quote| quote.standing.mark()),
}

part! {
    /// One pool of the day.
    PoolOf(pool_name: PoolName, plan: &PoolPlan, case: &Case) {
        let constants = &case.constants().serving;
        let serving = case.outcome.serving.as_ref().ok();
        let served = serving.and_then(|serving| serving.pool(pool_name));
        // Where another pool does not fit, this one may.
        let alone = || Pool::new(plan, f64::INFINITY, &case.inputs, constants);
        let pool = served.copied().or_else(alone);
        let traffic = case.inputs.traffic();
        let day = pool.map(|pool| pool.day(&traffic, &Moment::START));
    }
    name: &'static str = pool_name.words(),
    share: f64 = plan.share,
    requests: f64 = traffic.served * plan.share,
    gpu: String = case.pool_gpu(pool_name).id.clone(),
    gpus: Option<f64> = day.zip(pool).map(|(day, pool)| day.replicas_peak * pool.gpus_per_replica),
    batch_size: Option<f64> = pool.map(|pool| pool.replica.batch),
    daily_usd: Option<f64> = day.and_then(|day| Some(day.cost?.sum().total())),
    concurrency: Option<f64> = pool.as_ref().map(service::in_flight),
    ttft_ms: Option<f64> = pool.map(|pool| pool.latencies.ttft.mean * 1e3),
    ttft_p95_ms: Option<f64> = pool.map(|pool| pool.latencies.ttft.p95 * 1e3),
    tpot_ms: Option<f64> = pool.map(|pool| pool.latencies.tpot_s * 1e3),
    tpot_p95_ms: Option<f64> = pool.map(|pool| pool.latencies.tpot_p95_s * 1e3),
    request_latency_ms: Option<f64> = pool.map(|pool| pool.latencies.request_s * 1e3),
    request_p95_ms: Option<f64> = pool.map(|pool| pool.latencies.request_p95_s * 1e3),
    planned_load: Option<f64> = pool.as_ref().map(|pool| pool.planned_load),
    keeps_promise: Option<bool> = pool.map(|pool| pool.keeps_promise),
    fits: bool = pool.is_some(),
}

part! {
    /// Training and inference over the horizon.
    Spending(source: &Source) {
        let split = source.case.outcome.split();
        let crossings = crossings(source.case);
    }
    horizon_months: f64 = source.case.scenario.workload.horizon_months,
    training_usd: Option<f64> = split.map(|split| split.training_usd),
    inference_usd: Option<f64> = split.map(|split| split.inference_usd),
    training_share: Option<f64> = split.and_then(|split| split.training_share()),
    inference_share: Option<Range> = source.figures.range(Answer::InferenceShare),
    day_inference_passes_training: Option<f64> =
        crossings.and_then(|days| days.inference_passes_training),
    day_inference_reaches_80_percent: Option<f64> =
        crossings.and_then(|days| days.inference_reaches_80_percent),
}

part! {
    /// A lever that can be switched.
    Switch(lever: &Lever, catalog: &Catalog) {
        let first = lever.changes.iter().find(|change| change.param == lever.param);
        let value = |value| first.map_or(Cell::Missing, |change| Cell::of(change.param, value, catalog));
        // What is left to follow again is set by its word.
        let set = |change: &Change| match Cell::of(change.param, change.to, catalog) {
            Cell::Missing => (change.param.path, "auto".into()),
            cell => (change.param.path, cell),
        };
    }
    path: &'static str = lever.param.path,
    label: &'static str = lever.label,
    price_mark: Option<&'static str> = lever.mark,
    assumes: Option<String> = lever.assumes.clone(),
    keeps_promise: bool = lever.effect.on_promise == OnPromise::Mends,
    from: Cell = value(lever.from),
    to: Cell = value(lever.to),
    #[serde(serialize_with = "by_path")]
    sets: Vec<(&'static str, Cell)> = lever.changes.iter().map(set).collect(),
    saves_daily_usd: Option<f64> = lever.effect.saves_daily_usd,
    saves_training_usd: Option<f64> = lever.effect.saves_training_usd,
    latency_change_ms: Option<f64> = lever.effect.latency_change_ms,
}

part! {
    /// The profile that the scenario is in, with the criteria that it meets and those that it does not.
    Focus(case: &Case) {
        let advice = advice(case);
        let words = |met: bool| {
            let of = advice.of(advice.profile);
            of.filter(|one| (one.verdict == Verdict::Met) == met).map(|one| one.words).collect()
        };
    }
    profile: &'static str = advice.profile.id(),
    rule: String = advice.rule.clone(),
    met: Vec<&'static str> = words(true),
    unmet: Vec<&'static str> = words(false),
    #[serde(skip)]
    is_decided: bool = advice.is_decided,
    #[serde(skip)]
    criteria: Vec<Criterion> = advice.of(advice.profile).copied().collect(),
}

part! {
    /// A published figure about the scenario or its model, and what is derived for it.
    Published(row: published::Published) {}
    figure: &'static str = row.figure,
    value: f64 = row.value,
    high: Option<f64> = row.high,
    basis: Option<&'static str> = row.basis.map(ClaimBasis::id),
    derived: Option<f64> = row.derived(),
    ratio: Option<f64> = row.ratio(),
    statement: String = row.statement.to_string(),
    relation: Option<String> = row.relation(),
    reason: Option<String> = row.reason.as_deref().map(str::to_owned),
    source: String = row.source.to_string(),
}

part! {
    Item(line: (&'static str, f64)) {}
    item: &'static str = line.0,
    usd: f64 = line.1,
}

impl Record {
    /// The record of a case; `id` tells the claims about a built-in scenario.
    pub fn of(case: &Case, document: &Document, id: Option<&str>) -> Self {
        Self::new(Source { case, document, id, figures: figures(case) })
    }

    /// Every answer with its range.
    pub fn table(&self) -> Table {
        let end = |answer: Answer, end: fn(Range) -> f64| {
            Some(Cell::Figure(end(self.figures.range(answer)?), answer.unit()))
        };
        table!(Answer::ALL.into_iter(), |answer| {
            "figure", "Figure", WORDS => answer.id();
            "value", "Likely", Unit::Count => end(answer, |range| range.value);
            "low", "Low", Unit::Count => end(answer, |range| range.low);
            "high", "High", Unit::Count => end(answer, |range| range.high);
        })
    }
}

fn items<const N: usize>(lines: [(&'static str, f64); N]) -> Vec<Item> {
    lines.into_iter().map(Item::new).collect()
}

/// An object of values by their paths.
fn by_path<S: Serializer>(values: &[(&'static str, Cell)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(values.iter().map(|(path, cell)| (path, cell)))
}
