//! What was really spent, held against what a scenario says that it should cost: the difference and what it is made of.
//!
//! It is split as cost accountants split a variance: what was used beyond what was planned at planned prices, what was paid
//! beyond the planned price on what was used. The parts add up to the difference, to the cent.

use crate::analysis::case::Case;
use crate::engine::outcome::ServingOutcome;

/// What was spent on serving over some days.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ServingSpent {
    /// Days that it was spent over.
    pub days: f64,
    /// All of it, in cents.
    pub cents: i64,
    /// Of it, accelerators by the hour, USD, and their hours.
    pub accelerators: Measured,
    /// Of it, hosted models, USD, and their requests.
    pub apis: Measured,
    /// Requests asked in these days, where somebody counted them.
    pub requests: Option<f64>,
    /// Mean load over the capacity that was paid for, where somebody measured it.
    pub utilization: Option<f64>,
}

/// What was spent on training.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TrainingSpent {
    /// All of it, in cents.
    pub cents: i64,
    /// Of it, accelerators by the hour, USD, and their hours.
    pub accelerators: Measured,
}

/// Money with what it bought.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measured {
    /// What it cost.
    pub usd: f64,
    /// Hours, or requests.
    pub quantity: f64,
}

/// What was spent beyond what the scenario says, in cents.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What was spent.
    pub spent_cents: i64,
    /// What the scenario says that the same should have cost.
    pub expected_cents: i64,
    /// `None` where the bill measures nothing that could be compared.
    pub parts: Option<Parts>,
    /// What is taken as the scenario has it, because the bill does not say.
    pub assumed: Vec<&'static str>,
}

/// What a difference is made of, in cents; the parts add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// An hour or a request was dearer than planned.
    pub price: i64,
    /// More was asked than planned; of training, more hours were used than its runs take.
    pub volume: i64,
    /// A request took more hours of busy accelerators than planned; `None` for training, whose work a bill does not say.
    pub efficiency: Option<i64>,
    /// More of the hours that were paid for were idle than planned; `None` for training.
    pub idle: Option<i64>,
    /// What has neither hours nor requests.
    pub rest: i64,
}

impl Difference {
    /// What was spent beyond the expected.
    pub fn cents(&self) -> i64 {
        self.spent_cents - self.expected_cents
    }
}

/// The difference of serving over the days of a bill; `None` where the scenario has no cost.
pub fn serving(case: &Case, spent: &ServingSpent) -> Option<Difference> {
    let serving = case.outcome.serving.as_ref().ok()?;
    let plan = Plan::of(serving, case, spent.days)?;
    let expected_cents = cents(serving.daily_usd()? * spent.days);
    let gpus = spent.accelerators;
    let mut difference =
        Difference { spent_cents: spent.cents, expected_cents, parts: None, assumed: Vec::new() };
    if gpus.quantity + spent.apis.quantity <= 0.0 || plan.hours <= 0.0 || plan.requests <= 0.0 {
        return Some(difference);
    }
    // A request at planned cost, and the hours that it takes.
    let usd_per_request = plan.usd / plan.requests;
    let usd_per_hour = plan.usd / plan.hours;
    let hours_per_request = plan.hours / plan.requests;
    let on_gpus = if gpus.quantity <= 0.0 {
        0.0
    } else {
        let all = spent.requests.map(|requests| requests * plan.reach_a_model);
        if all.is_none() {
            difference.assumed.push("requests");
        }
        (all.unwrap_or(plan.requests) - spent.apis.quantity).max(0.0)
    };
    let measured = spent.utilization.filter(|_| plan.utilization > 0.0);
    if measured.is_none() && gpus.quantity > 0.0 {
        difference.assumed.push("utilization");
    }
    let busy = measured.map_or(1.0, |utilization| utilization / plan.utilization);
    let needed = gpus.quantity * busy;
    let price =
        gpus.usd - gpus.quantity * usd_per_hour + spent.apis.usd - spent.apis.quantity * usd_per_request;
    let volume = (spent.apis.quantity + on_gpus - plan.requests) * usd_per_request;
    let efficiency = (needed - on_gpus * hours_per_request) * usd_per_hour;
    let idle = (gpus.quantity - needed) * usd_per_hour;
    let measured = gpus.usd + spent.apis.usd;
    let rest = spent.cents as f64 / 100.0 - measured - (serving.daily_usd()? * spent.days - plan.usd);
    let [price, volume, efficiency, idle, rest] =
        to_the_cent([price, volume, efficiency, idle, rest], difference.cents());
    difference.parts = Some(Parts { price, volume, efficiency: Some(efficiency), idle: Some(idle), rest });
    Some(difference)
}

/// The difference of training: one version of the model, its experiments and failed runs, without people and data.
pub fn training(case: &Case, spent: &TrainingSpent) -> Option<Difference> {
    let bill = case.outcome.training.bill?;
    let expected_cents = cents(bill.compute_usd);
    let mut difference =
        Difference { spent_cents: spent.cents, expected_cents, parts: None, assumed: Vec::new() };
    let gpus = spent.accelerators;
    if gpus.quantity > 0.0 && bill.usd_per_gpu_hour > 0.0 {
        let planned = bill.compute_usd / bill.usd_per_gpu_hour;
        let price = gpus.usd - gpus.quantity * bill.usd_per_gpu_hour;
        let volume = (gpus.quantity - planned) * bill.usd_per_gpu_hour;
        let rest = spent.cents as f64 / 100.0 - gpus.usd;
        let [price, volume, rest] = to_the_cent([price, volume, rest], difference.cents());
        difference.parts = Some(Parts { price, volume, efficiency: None, idle: None, rest });
    }
    Some(difference)
}

/// What the scenario plans for the days of a bill.
struct Plan {
    /// Accelerators, with electricity and cooling where they are owned. USD.
    usd: f64,
    /// Hours that are paid for.
    hours: f64,
    /// Requests that reach a model.
    requests: f64,
    /// Their share of those asked.
    reach_a_model: f64,
    utilization: f64,
}

impl Plan {
    fn of(serving: &ServingOutcome, case: &Case, days: f64) -> Option<Self> {
        let day = &serving.day;
        let cost = day.cost?.sum();
        let reach_a_model = 1.0 - case.scenario.workload.cache_hit_rate;
        Some(Self {
            usd: (cost.hardware + cost.electricity + cost.cooling) * days,
            hours: day.hours.sum() * days,
            requests: day.requests * reach_a_model * days,
            reach_a_model,
            utilization: day.utilization,
        })
    }
}

fn cents(usd: f64) -> i64 {
    (usd * 100.0).round() as i64
}

/// Parts in USD as cents that add up to a sum: the largest takes what rounding leaves.
fn to_the_cent<const N: usize>(parts: [f64; N], sum: i64) -> [i64; N] {
    let mut rounded = parts.map(cents);
    let largest = (0..N).max_by_key(|index| rounded[*index].abs());
    if let Some(largest) = largest {
        rounded[largest] += sum - rounded.iter().sum::<i64>();
    }
    rounded
}
