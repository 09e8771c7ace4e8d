//! Live: what a serving engine does now beside what the scenario says, what the difference comes from, and what it costs at
//! the scenario's prices.

use crate::analysis::answer::{Answer, Better};
use crate::analysis::case::Case;
use crate::analysis::service::in_flight;
use crate::engine::fleet::Pool;
use crate::engine::money::DAYS_PER_MONTH;
use crate::engine::promise::Percentile;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};

/// A difference of less is none.
const ALIKE: f64 = 0.05;
/// Inputs that differ by less do not cause anything.
const SAME_INPUT: f64 = 0.02;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// A distribution of times, milliseconds; the quantiles where they are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// Half are within it.
    pub p50: Option<f64>,
    /// 95 of 100.
    pub p95: Option<f64>,
    /// 99 of 100.
    pub p99: Option<f64>,
}

impl Spread {
    /// What a promise is held against.
    fn of(&self, percentile: Percentile) -> Option<f64> {
        match percentile {
            Percentile::Mean => Some(self.mean),
            Percentile::P50 => self.p50,
            Percentile::P95 => self.p95,
            Percentile::P99 => self.p99,
        }
    }
}

/// What was measured of an engine over some seconds, or over its life. `None` where it does not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    /// Its name.
    pub engine: &'static str,
    /// The seconds; `None` over its life, of which nobody knows how long that is.
    pub seconds: Option<f64>,
    /// It is what happened between two looks, also where nobody knows how long that took.
    pub is_between: bool,
    /// Counters went back in between.
    pub began_anew: bool,
    /// Engines side by side.
    pub replicas: f64,
    /// Requests that were answered.
    pub requests: Option<f64>,
    /// Prompt tokens of them.
    pub prompt_tokens: Option<f64>,
    /// Output tokens of them.
    pub output_tokens: Option<f64>,
    /// Prompt tokens of a request.
    pub prompt_length: Option<f64>,
    /// Output tokens of a request.
    pub output_length: Option<f64>,
    /// Share of the prompt tokens that the prefix cache held.
    pub prefix_hits: Option<f64>,
    /// Requests in flight, all engines together.
    pub running: Option<f64>,
    /// Requests that wait for a slot.
    pub waiting: Option<f64>,
    /// Share of the cache's memory in use.
    pub memory: Option<f64>,
    /// Time to first token.
    pub ttft_ms: Option<Spread>,
    /// Time per output token.
    pub tpot_ms: Option<Spread>,
    /// Whole requests.
    pub request_ms: Option<Spread>,
}

impl Measured {
    /// Requests in flight in each engine; `None` over its life, of which only the end is known.
    pub fn load(&self) -> Option<f64> {
        self.seconds?;
        self.running.map(|running| running / self.replicas)
    }

    /// Tokens of a request.
    fn length(&self) -> Option<f64> {
        Some(self.prompt_length? + self.output_length?)
    }
}

/// A figure as it was measured beside what the scenario says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// Its name for programs.
    pub id: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Of both.
    pub unit: Unit,
    /// Which way it is better.
    pub better: Better,
    /// As measured.
    pub measured: Option<f64>,
    /// As the scenario says.
    pub modeled: Option<f64>,
    /// What the difference likely comes from; empty where there is none.
    pub cause: String,
}

/// Everything that is said of what was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// What was measured.
    pub measured: Measured,
    /// GPUs that it runs on, as the scenario lays a replica out.
    pub gpus: f64,
    /// What an hour of them costs; `None` without a price.
    pub usd_per_hour: Option<f64>,
    /// The figures.
    pub figures: Vec<Beside>,
    /// Targets that are missed and budgets that are exceeded.
    pub alerts: Vec<String>,
    /// What it states of a scenario: the workload and what was measured.
    pub states: Vec<(ParamId, Value)>,
}

/// Holds what was measured beside a scenario.
pub fn live(case: &Case, measured: &Measured) -> Live {
    let replica = case.outcome.serving.as_ref().ok().map(|serving| &serving.main);
    let gpus = measured.replicas * replica.map_or(1.0, |pool| pool.gpus_per_replica);
    let usd_per_hour = replica.and_then(Pool::usd_per_hour).map(|usd| usd * gpus);
    let workload = workload(case, measured);
    let figures = Sides::new(case, measured, gpus, usd_per_hour, &workload).figures();
    let alerts = alerts(case, measured, usd_per_hour);
    let states = states(&figures, &workload, measured);
    Live { measured: measured.clone(), gpus, usd_per_hour, figures, alerts, states }
}

/// The parameters of the workload as they were measured.
fn workload(case: &Case, measured: &Measured) -> Vec<(ParamId, Value)> {
    let mut states = Vec::new();
    let mut state = |param: ParamId, value: f64| {
        states.extend(param.check(Value::Number(value)).ok().map(|value| (param, value)));
    };
    if let Some((prompt, output)) = measured.prompt_length.zip(measured.output_length)
        && prompt + output > 0.0
    {
        state(ParamId::WorkloadSequenceLength, (prompt + output).round().max(1.0));
        state(ParamId::WorkloadOutputShare, rounded(output / (prompt + output)));
    }
    if let Some(hits) = measured.prefix_hits {
        state(ParamId::WorkloadPrefixCacheHitRate, rounded(hits));
    }
    if let Some(rate) = rate(measured, measured.requests).filter(|rate| *rate > 0.0) {
        // What the response cache answers never reaches an engine.
        let asked = rate * SECONDS_PER_DAY / reach(case);
        state(ParamId::WorkloadRequestsPerDay, asked.round().max(1.0));
    }
    states
}

/// To a ten-thousandth.
fn rounded(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

fn rate(measured: &Measured, count: Option<f64>) -> Option<f64> {
    Some(count? / measured.seconds?)
}

/// Both sides of every figure.
struct Sides<'a> {
    case: &'a Case,
    measured: &'a Measured,
    gpus: f64,
    usd_per_hour: Option<f64>,
    /// The scenario with the measured workload, at the measured load.
    there: Case,
}

impl<'a> Sides<'a> {
    fn new(
        case: &'a Case,
        measured: &'a Measured,
        gpus: f64,
        usd_per_hour: Option<f64>,
        workload: &[(ParamId, Value)],
    ) -> Self {
        let there = case.of(case.changed(|scenario| {
            for (param, value) in workload {
                param.set(scenario, *value);
            }
            let load = measured.load().map(|load| load.max(1.0).round());
            if let Some(load) =
                load.and_then(|load| ParamId::ServingConcurrency.check(Value::Number(load)).ok())
            {
                ParamId::ServingConcurrency.set(scenario, load);
            }
        }));
        Self { case, measured, gpus, usd_per_hour, there }
    }

    fn figures(&self) -> Vec<Beside> {
        let Self { case, measured, .. } = self;
        let serving = case.outcome.serving.as_ref().ok();
        let deployment = &case.inputs.main_pool.deployment;
        let input = |id, label, unit, measured: Option<f64>, modeled: Option<f64>| Beside {
            id,
            label,
            unit,
            better: Better::Neither,
            measured,
            modeled,
            cause: String::new(),
        };
        let asked = serving.map(|serving| serving.day.requests * reach(case) / SECONDS_PER_DAY);
        let per_replica = measured.running.map(|running| running / measured.replicas);
        let mut figures = vec![
            input(
                "requests_per_s",
                "Requests a second",
                Unit::Count,
                rate(measured, measured.requests),
                asked,
            ),
            input(
                "prompt_tokens",
                "Prompt tokens",
                Unit::Count,
                measured.prompt_length,
                Some(deployment.prompt_tokens),
            ),
            input(
                "output_tokens",
                "Output tokens",
                Unit::Count,
                measured.output_length,
                Some(deployment.output_tokens),
            ),
            input(
                "prefix_hit_rate",
                "Prefix cache hits",
                Unit::Share,
                measured.prefix_hits,
                Some(deployment.prefix_hit_rate),
            ),
            input(
                "running_per_replica",
                "In flight per replica",
                Unit::Count,
                per_replica,
                serving.map(|serving| in_flight(&serving.main)),
            ),
            input("waiting", "Waiting", Unit::Count, measured.waiting, None),
            input("kv_cache_use", "KV cache in use", Unit::Share, measured.memory, None),
        ];
        let times = [
            (Answer::Ttft, "First token, mean", measured.ttft_ms.map(|times| times.mean)),
            (Answer::TtftP95, "First token, p95", measured.ttft_ms.and_then(|times| times.p95)),
            (Answer::Tpot, "Each token, mean", measured.tpot_ms.map(|times| times.mean)),
            (Answer::RequestLatency, "Request, mean", measured.request_ms.map(|times| times.mean)),
        ];
        figures.extend(times.map(|(answer, label, value)| self.beside(answer, label, value)));
        let output_rate = rate(measured, measured.output_tokens);
        let capacity = serving.map(|serving| self.gpus * serving.output_tokens_per_s_per_gpu);
        let used = output_rate.zip(capacity).filter(|(_, capacity)| *capacity > 0.0);
        figures.push(Beside {
            id: "output_tokens_per_s",
            label: "Output tokens/s",
            unit: Unit::TokensPerSecond,
            better: Better::Neither,
            measured: output_rate,
            modeled: None,
            cause: String::new(),
        });
        figures.push(self.beside(
            Answer::Utilization,
            "Utilization",
            used.map(|(rate, capacity)| rate / capacity),
        ));
        let each = |count: Option<f64>, of: f64| {
            let hourly = rate(measured, count)? * 3600.0;
            (hourly > 0.0).then_some(self.usd_per_hour? / hourly * of)
        };
        let tokens =
            measured.prompt_tokens.zip(measured.output_tokens).map(|(prompt, output)| prompt + output);
        figures.push(self.beside(Answer::CostPerRequest, "Cost per request", each(measured.requests, 1.0)));
        figures.push(self.beside(Answer::PaidPerMillionTokens, "Cost per 1M tokens", each(tokens, 1e6)));
        figures
    }

    fn beside(&self, answer: Answer, label: &'static str, measured: Option<f64>) -> Beside {
        let modeled = answer.of(&self.case.outcome);
        let cause = measured
            .zip(modeled)
            .map_or(String::new(), |(measured, modeled)| self.cause(answer, measured, modeled));
        let id = answer.short_id();
        Beside { id, label, unit: answer.unit(), better: answer.better(), measured, modeled, cause }
    }

    /// What a difference likely comes from: the workload where the scenario with the measured one explains most of it.
    fn cause(&self, answer: Answer, measured: f64, modeled: f64) -> String {
        if (measured - modeled).abs() <= ALIKE * modeled.abs().max(measured.abs()) {
            return "as modeled".to_owned();
        }
        let is_wait = matches!(answer, Answer::Ttft | Answer::TtftP95 | Answer::RequestLatency);
        let there = answer.of(&self.there.outcome);
        let from_workload = there.map_or(0.0, |there| there - modeled);
        let rest = measured - modeled - from_workload;
        let same_way = from_workload * (measured - modeled) > 0.0;
        let workload = self.largest_change();
        let of_money =
            matches!(answer, Answer::CostPerRequest | Answer::PaidPerMillionTokens | Answer::Utilization);
        match (same_way && from_workload.abs() >= rest.abs(), workload) {
            // Money and utilization follow from how busy the engine is, and that of a request from its length.
            (_, _) if answer == Answer::CostPerRequest && self.is_of_length(measured > modeled) => {
                let was = &self.case.inputs.main_pool.deployment;
                let now = self.measured.length().unwrap_or(0.0);
                instead("tokens of a request", now, was.prompt_tokens + was.output_tokens)
            }
            (_, _) if answer == Answer::Utilization && measured > 1.0 => {
                "more than the scenario's replicas can do".to_owned()
            }
            (_, _) if of_money => load(measured > modeled, answer).to_owned(),
            (true, Some(change)) => format!("the workload: {change}"),
            _ if is_wait
                && measured > modeled
                && self.measured.waiting.is_some_and(|waiting| waiting >= 1.0) =>
            {
                let waiting = self.measured.waiting.unwrap_or(0.0);
                format!("{} wait for a slot", format(waiting.round(), Unit::Count))
            }
            (false, Some(change)) if same_way => format!("the machine, and {change}"),
            _ => "the machine or its engine".to_owned(),
        }
    }

    /// Requests are longer, or shorter, than planned.
    fn is_of_length(&self, is_more: bool) -> bool {
        let was = &self.case.inputs.main_pool.deployment;
        let planned = was.prompt_tokens + was.output_tokens;
        let ratio = self.measured.length().map_or(1.0, |now| now / planned);
        if is_more { ratio > 1.0 + ALIKE } else { ratio < 1.0 - ALIKE }
    }

    /// The input that differs most.
    fn largest_change(&self) -> Option<String> {
        let was = &self.case.inputs.main_pool.deployment;
        let measured = self.measured;
        let load = self.case.outcome.serving.as_ref().ok().map(|serving| in_flight(&serving.main));
        [
            ("prompts", measured.prompt_length, Some(was.prompt_tokens)),
            ("outputs", measured.output_length, Some(was.output_tokens)),
            (
                "uncached prompt tokens",
                uncached(measured),
                Some(was.prompt_tokens * (1.0 - was.prefix_hit_rate)),
            ),
            ("requests in flight", measured.load(), load),
        ]
        .into_iter()
        .filter_map(|(name, now, was)| {
            let (now, was) = (now.filter(|now| *now > 0.0)?, was.filter(|was| *was > 0.0)?);
            let apart = (now / was).ln().abs();
            (apart > SAME_INPUT).then(|| (apart, instead(name, now, was)))
        })
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, words)| words)
    }
}

/// One figure in place of another.
fn instead(name: &str, now: f64, was: f64) -> String {
    format!("{name} {} instead of {}", format(now, Unit::Count), format(was, Unit::Count))
}

/// Prompt tokens of a request that the prefix cache does not hold.
fn uncached(measured: &Measured) -> Option<f64> {
    Some(measured.prompt_length? * (1.0 - measured.prefix_hits?))
}

/// Why an hour of the engine is used more or less than the scenario plans.
fn load(is_more: bool, answer: Answer) -> &'static str {
    let is_busier = if answer == Answer::Utilization { is_more } else { !is_more };
    if is_busier { "busier than planned" } else { "more idle than planned" }
}

/// The share of requests that the response cache leaves.
fn reach(case: &Case) -> f64 {
    1.0 - case.scenario.workload.cache_hit_rate
}

/// Targets and budgets that do not hold.
fn alerts(case: &Case, measured: &Measured, usd_per_hour: Option<f64>) -> Vec<String> {
    let mut alerts = Vec::new();
    let promise = &case.inputs.main_pool.promise;
    let percentile = promise.percentile;
    let ms = |ms: f64| format(ms, Unit::Milliseconds);
    let mut target = |what: &str, times: Option<Spread>, most_s: Option<f64>| {
        if let Some((now, most)) = times.and_then(|times| times.of(percentile)).zip(most_s)
            && now > most * 1e3
        {
            alerts.push(format!("{what} {} is {}, promised {}", percentile.id(), ms(now), ms(most * 1e3)));
        }
    };
    target("time to first token,", measured.ttft_ms, promise.ttft_s);
    target(
        "time per output token,",
        measured.tpot_ms,
        promise.tpot_s.or(promise.tokens_per_s_per_user.map(f64::recip)),
    );
    target("time of a request,", measured.request_ms, promise.request_s);
    let wanted = case.scenario.workload.latency_target_ms;
    if let Some((now, most)) = measured.ttft_ms.zip(wanted).map(|(times, most)| (times.mean, most))
        && now > most
    {
        alerts.push(format!("time to first token is {}, its target {}", ms(now), ms(most)));
    }
    let monthly = usd_per_hour.map(|usd| usd * 24.0 * DAYS_PER_MONTH);
    if let Some((now, most)) = monthly.zip(case.scenario.budget.monthly_inference_usd)
        && now > most
    {
        let usd = |usd| format(usd, Unit::Usd);
        alerts.push(format!("the GPUs cost {} a month, the budget is {}", usd(now), usd(most)));
    }
    alerts
}

/// What is taken into a scenario: the workload, and what was measured.
fn states(figures: &[Beside], workload: &[(ParamId, Value)], measured: &Measured) -> Vec<(ParamId, Value)> {
    let of = |id: &str| figures.iter().find(|figure| figure.id == id).and_then(|figure| figure.measured);
    let actuals = [
        (ParamId::ActualTtftMs, measured.ttft_ms.map(|times| (times.mean * 1e3).round() / 1e3)),
        (ParamId::ActualUtilization, of(Answer::Utilization.short_id()).map(rounded)),
        (ParamId::ActualUsdPerRequest, of(Answer::CostPerRequest.short_id())),
    ];
    let actuals = actuals
        .into_iter()
        .filter_map(|(param, value)| param.check(Value::Number(value?)).ok().map(|value| (param, value)));
    workload.iter().copied().chain(actuals).collect()
}
