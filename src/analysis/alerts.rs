//! Alerts: budgets crossed, targets missed, models that do not fit, and what makes a figure doubtful.

use crate::analysis::Engine;
use crate::analysis::growth::first_month_over;
use crate::analysis::notes::refusal_words;
use crate::engine::evaluate;
use crate::engine::gpu::Gpu;
use crate::engine::outcome::{Outcome, ServingOutcome};
use crate::engine::precision::Precision;
use crate::scenario::{Scenario, resolve};
use crate::text::quantity::{self, Unit};

/// How much an alert matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A budget, a target or a memory is exceeded: `whatif check` fails.
    Breach,
    /// It will be, or a figure rests on thin ground.
    Warning,
}

/// What is the matter, with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum AlertKind {
    /// The model cannot be served as asked.
    ServingDoesNotFit {
        /// Why, and what would do.
        way_out: String,
    },
    /// The model cannot be trained as asked.
    TrainingDoesNotFit {
        /// GPUs of the run.
        gpus: f64,
        /// Their name.
        gpu: String,
        /// What each would have to hold, bytes.
        needed_bytes: f64,
        /// What each has, bytes.
        memory_bytes: f64,
        /// The least GPUs that would do.
        min_gpus: f64,
    },
    /// Training costs more than its budget.
    TrainingBudgetCrossed {
        /// The programme, USD.
        usd: f64,
        /// The budget, USD.
        budget_usd: f64,
    },
    /// A month of inference costs more than its budget.
    MonthlyBudgetCrossed {
        /// The month, USD.
        usd: f64,
        /// The budget, USD.
        budget_usd: f64,
    },
    /// Growth will cross the monthly budget.
    MonthlyBudgetWillBeCrossed {
        /// In this month, counted from 1.
        month: u32,
        /// The budget, USD.
        budget_usd: f64,
    },
    /// The mean time to first token is longer than wanted.
    LatencyTargetMissed {
        /// The tier, counted from 1; `None` for the main pool.
        tier: Option<usize>,
        /// Mean time to first token, ms.
        ttft_ms: f64,
        /// The target, ms.
        target_ms: f64,
    },
    /// Requests are longer than the model was made for.
    ContextTooLong {
        /// The model.
        model: String,
        /// Tokens of a request.
        tokens: f64,
        /// Its longest context, tokens.
        longest: f64,
    },
    /// The chip does not compute in the chosen format.
    NoArithmetic {
        /// The chip.
        gpu: String,
        /// The format.
        precision: Precision,
        /// In training; else in serving.
        training: bool,
    },
    /// No cloud price is known and none is stated.
    NoPrice {
        /// The chip.
        gpu: String,
    },
}

/// Something that a person should know at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// What.
    pub kind: AlertKind,
    /// How much it matters.
    pub severity: Severity,
}

impl Alert {
    fn breach(kind: AlertKind) -> Self {
        Self { kind, severity: Severity::Breach }
    }

    fn warning(kind: AlertKind) -> Self {
        Self { kind, severity: Severity::Warning }
    }

    /// The alert in one line.
    #[must_use]
    pub fn text(&self) -> String {
        let usd = |value: &f64| quantity::format(*value, Unit::Usd);
        let ms = |value: &f64| quantity::format(*value, Unit::Milliseconds);
        let bytes = |value: &f64| quantity::format(*value, Unit::Bytes);
        let count = |value: &f64| quantity::format(*value, Unit::Count);
        match &self.kind {
            AlertKind::ServingDoesNotFit { way_out } => way_out.clone(),
            AlertKind::TrainingDoesNotFit { gpus, gpu, needed_bytes, memory_bytes, min_gpus } => format!(
                "training does not fit on {} x {gpu}: {} a GPU where {} are there; at least {} GPUs would do",
                count(gpus),
                bytes(needed_bytes),
                bytes(memory_bytes),
                count(min_gpus),
            ),
            AlertKind::TrainingBudgetCrossed { usd: cost, budget_usd } => {
                format!("training costs {}, over its budget of {}", usd(cost), usd(budget_usd))
            }
            AlertKind::MonthlyBudgetCrossed { usd: cost, budget_usd } => {
                format!("a month of inference costs {}, over its budget of {}", usd(cost), usd(budget_usd))
            }
            AlertKind::MonthlyBudgetWillBeCrossed { month, budget_usd } => {
                format!(
                    "growth takes inference over its monthly budget of {} in month {month}",
                    usd(budget_usd)
                )
            }
            AlertKind::LatencyTargetMissed { tier, ttft_ms, target_ms } => {
                let whose = tier.map_or(String::new(), |tier| format!(" of tier {tier}"));
                format!("time to first token{whose} is {}, over the target of {}", ms(ttft_ms), ms(target_ms))
            }
            AlertKind::ContextTooLong { model, tokens, longest } => format!(
                "requests of {} tokens are longer than the {} that {model} was made for",
                quantity::format(*tokens, Unit::Context),
                quantity::format(*longest, Unit::Context),
            ),
            AlertKind::NoArithmetic { gpu, precision, training } => {
                let (work, format) =
                    (if *training { "train" } else { "serve" }, precision.id().to_uppercase());
                format!("{gpu} has no {format} arithmetic to {work} with: it computes in a wider format")
            }
            AlertKind::NoPrice { gpu } => {
                format!("no cloud price of {gpu} is known: one is estimated from what owning it costs")
            }
        }
    }
}

/// The alerts of a scenario, breaches first.
#[must_use]
pub fn alerts(engine: &Engine, scenario: &Scenario) -> Vec<Alert> {
    let inputs = engine.inputs(scenario);
    let outcome = evaluate(&inputs, engine.constants);
    let mut alerts = Vec::new();
    training_alerts(engine, scenario, &outcome, &mut alerts);
    match &outcome.serving {
        Ok(serving) => {
            if let Some(budget_usd) = scenario.budget.monthly_inference_usd {
                match first_month_over(serving, &inputs, budget_usd) {
                    Some(0) => alerts.push(Alert::breach(AlertKind::MonthlyBudgetCrossed {
                        usd: serving.monthly_usd(),
                        budget_usd,
                    })),
                    Some(month) => alerts.push(Alert::warning(AlertKind::MonthlyBudgetWillBeCrossed {
                        month: month + 1,
                        budget_usd,
                    })),
                    None => {}
                }
            }
            latency_alerts(scenario, serving, &mut alerts);
        }
        Err(refusal) => alerts.push(Alert::breach(AlertKind::ServingDoesNotFit {
            way_out: refusal_words(refusal, engine, scenario),
        })),
    }
    context_alert(engine, scenario, &mut alerts);
    hardware_alerts(engine, scenario, &mut alerts);
    alerts.sort_by_key(|alert| alert.severity);
    alerts
}

/// What makes `whatif check` fail.
#[must_use]
pub fn check(engine: &Engine, scenario: &Scenario) -> Vec<Alert> {
    let mut alerts = alerts(engine, scenario);
    alerts.retain(|alert| alert.severity == Severity::Breach);
    alerts
}

fn training_alerts(engine: &Engine, scenario: &Scenario, outcome: &Outcome, alerts: &mut Vec<Alert>) {
    let run = &outcome.training.run;
    if !run.fits {
        let gpu = engine.catalog.gpu(resolve::training_gpu(scenario, engine.catalog));
        alerts.push(Alert::breach(AlertKind::TrainingDoesNotFit {
            gpus: run.gpus,
            gpu: gpu.short_name().to_owned(),
            needed_bytes: run.memory_per_gpu_bytes,
            memory_bytes: gpu.gpu.memory_bytes,
            min_gpus: run.min_gpus_to_fit,
        }));
    } else if let Some(budget_usd) = scenario.budget.training_usd
        && outcome.training.programme_usd > budget_usd
    {
        let usd = outcome.training.programme_usd;
        alerts.push(Alert::breach(AlertKind::TrainingBudgetCrossed { usd, budget_usd }));
    }
}

fn latency_alerts(scenario: &Scenario, serving: &ServingOutcome, alerts: &mut Vec<Alert>) {
    let mut compare = |tier: Option<usize>, ttft_s: f64, target_ms: Option<f64>| {
        let ttft_ms = ttft_s * 1e3;
        if let Some(target_ms) = target_ms
            && ttft_ms > target_ms
        {
            alerts.push(Alert::breach(AlertKind::LatencyTargetMissed { tier, ttft_ms, target_ms }));
        }
    };
    let target = scenario.workload.latency_target_ms;
    compare(None, serving.ttft_s, target);
    for (index, (tier, pool)) in scenario.tier.iter().zip(&serving.tiers).enumerate() {
        if let Some((pool, _)) = pool {
            compare(Some(index + 1), pool.replica.ttft_s, tier.latency_target_ms.or(target));
        }
    }
}

fn context_alert(engine: &Engine, scenario: &Scenario, alerts: &mut Vec<Alert>) {
    let Some(model) = resolve::served_model(scenario).map(|model| engine.catalog.model(model)) else {
        return;
    };
    let tokens = scenario.workload.sequence_length;
    if let Some(longest) = model.max_context.filter(|longest| tokens > *longest) {
        let model = model.name.clone();
        alerts.push(Alert::warning(AlertKind::ContextTooLong { model, tokens, longest }));
    }
}

fn hardware_alerts(engine: &Engine, scenario: &Scenario, alerts: &mut Vec<Alert>) {
    let serving = engine.catalog.gpu(resolve::serving_gpu(scenario));
    let training = engine.catalog.gpu(resolve::training_gpu(scenario, engine.catalog));
    let weights = resolve::weight_precision(scenario, &resolve::served_shape(scenario, engine.catalog));
    let arithmetic = resolve::training_precision(scenario, engine.catalog);
    for (gpu, precision, in_training) in [(serving, weights, false), (training, arithmetic, true)] {
        if !computes_in(&gpu.gpu, precision) {
            let kind = AlertKind::NoArithmetic { gpu: gpu.name.clone(), precision, training: in_training };
            alerts.push(Alert::warning(kind));
        }
    }
    let mut unpriced = Vec::new();
    for (gpu, stated) in
        [(serving, scenario.serving.price_per_gpu_hour), (training, scenario.training.price_per_gpu_hour)]
    {
        let prices = &gpu.gpu.prices;
        let known = prices.on_demand_usd_per_hour.or(prices.hyperscaler_usd_per_hour).or(stated).is_some();
        if !known && !unpriced.contains(&&gpu.name) {
            unpriced.push(&gpu.name);
        }
    }
    alerts.extend(unpriced.into_iter().map(|gpu| Alert::warning(AlertKind::NoPrice { gpu: gpu.clone() })));
}

/// The chip has a unit for products of this format. Four-bit integer weights are widened on every chip.
fn computes_in(gpu: &Gpu, precision: Precision) -> bool {
    let rates = &gpu.rates;
    match precision {
        Precision::Bf16 => rates.bf16,
        Precision::Tf32 => rates.tf32.is_some(),
        Precision::Fp8 => rates.fp8.is_some(),
        Precision::Int8 => rates.int8.is_some(),
        Precision::Fp4 => rates.fp4.is_some(),
        Precision::Fp32 | Precision::Fp16 | Precision::Int4 => true,
    }
}
