//! Growth: month by month to the horizon, what a day costs, the GPUs that it takes, and how spending adds up.
//!
//! The sums are those of [`crate::engine::horizon::split`], taken in the same order, so that they agree to the last
//! digit.

use crate::analysis::case::Case;
use crate::engine::daily_usd_at;
use crate::engine::horizon::training_by_month;
use crate::engine::inputs::Inputs;
use crate::engine::money::DAYS_PER_MONTH;
use crate::engine::outcome::ServingOutcome;

/// Beyond this many months a budget that growth would cross is as good as safe.
const LAST_MONTH: u32 = 240;

/// One month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Month {
    /// Months since the start, 0 for the first.
    pub month: f64,
    /// Requests of one of its days, before any cache.
    pub requests_per_day: f64,
    /// Cost of one of its days, USD.
    pub daily_usd: f64,
    /// GPUs at the peak of its days.
    pub gpus_peak: f64,
    /// Inference by its end, USD.
    pub inference_usd: f64,
    /// Training by its end, USD.
    pub training_usd: f64,
}

impl Month {
    /// Inference of a whole month at this month's rate, USD.
    #[must_use]
    pub fn monthly_usd(&self) -> f64 {
        self.daily_usd * DAYS_PER_MONTH
    }

    /// Inference's share of all spending by the month's end; `None` when nothing is spent.
    #[must_use]
    pub fn inference_share(&self) -> Option<f64> {
        let total = self.training_usd + self.inference_usd;
        (total > 0.0).then(|| 1.0 - self.training_usd / total)
    }
}

/// The months to the horizon and what happens on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// The months, the first first.
    pub months: Vec<Month>,
    /// Day on which inference has cost as much as training.
    pub day_inference_passes_training: Option<f64>,
    /// Day on which inference has cost 80% of all.
    pub day_inference_reaches_80_percent: Option<f64>,
    /// The first month, counted from 0, whose inference crosses the monthly budget; it may lie past the horizon.
    pub crosses_monthly_budget: Option<u32>,
    /// The first month, counted from 0, by whose end training has crossed its budget, within the horizon.
    pub crosses_training_budget: Option<u32>,
}

/// The months of a scenario; `None` where it cannot be served.
#[must_use]
pub fn growth(case: &Case) -> Option<Growth> {
    let Case { scenario, inputs, outcome, .. } = case;
    let serving = outcome.serving.as_ref().ok()?;
    let split = outcome.split.as_ref()?;
    let training = &outcome.training;
    let horizon = inputs.demand.horizon_months;
    let mut months = Vec::new();
    let mut factor = 1.0;
    let mut inference = 0.0;
    let mut month = 0.0;
    while month < horizon {
        let length = (horizon - month).min(1.0);
        if month > 0.0 {
            factor *= 1.0 + inputs.demand.growth_per_month;
        }
        let daily_usd = daily_usd(serving, inputs, factor);
        inference += daily_usd * DAYS_PER_MONTH * length;
        months.push(Month {
            month,
            requests_per_day: inputs.demand.requests_per_day * factor,
            daily_usd,
            gpus_peak: gpus_peak_at(serving, inputs, factor),
            inference_usd: inference,
            training_usd: training_by_month(
                training.programme_usd,
                training.updates_usd_per_year,
                month + length,
            ),
        });
        month += length;
    }
    let budget = scenario.budget.training_usd;
    let over = budget.and_then(|budget| months.iter().position(|month| month.training_usd > budget));
    Some(Growth {
        months,
        day_inference_passes_training: split.day_inference_passes_training,
        day_inference_reaches_80_percent: split.day_inference_reaches_80_percent,
        crosses_monthly_budget: scenario
            .budget
            .monthly_inference_usd
            .and_then(|budget| first_month_over(serving, inputs, budget)),
        crosses_training_budget: over.map(|month| month as u32),
    })
}

/// Training and inference that have been spent `months` from now, USD; within a month inference grows evenly.
#[must_use]
pub fn spent_by(case: &Case, growth: Option<&Growth>, months: f64) -> [f64; 2] {
    let training = &case.outcome.training;
    let ends = growth.map_or(&[][..], |growth| &growth.months);
    let whole = months as usize;
    let before = ends.get(whole.wrapping_sub(1)).or(ends.last().filter(|_| whole > 0));
    let before = before.map_or(0.0, |month| month.inference_usd);
    let inference = ends.get(whole).map_or(before, |month| {
        let length = (case.inputs.demand.horizon_months - month.month).min(1.0);
        before + (month.inference_usd - before) * ((months - month.month) / length).min(1.0)
    });
    [training_by_month(training.programme_usd, training.updates_usd_per_year, months), inference]
}

/// The first month, counted from 0, in which inference costs more than a budget; `None` within twenty years.
#[must_use]
pub fn first_month_over(serving: &ServingOutcome, inputs: &Inputs, monthly_budget_usd: f64) -> Option<u32> {
    let growth = 1.0 + inputs.demand.growth_per_month;
    let mut factor = 1.0;
    for month in 0..=LAST_MONTH {
        if daily_usd(serving, inputs, factor) * DAYS_PER_MONTH > monthly_budget_usd {
            return Some(month);
        }
        if growth <= 1.0 {
            return None;
        }
        factor *= growth;
    }
    None
}

/// The cost of a day at `factor` times the scenario's requests: the scenario's own figure where nothing has grown.
fn daily_usd(serving: &ServingOutcome, inputs: &Inputs, factor: f64) -> f64 {
    if factor == 1.0 { serving.daily_usd } else { daily_usd_at(serving, inputs, factor) }
}

/// GPUs at the peak of a day with `factor` times the scenario's requests.
fn gpus_peak_at(serving: &ServingOutcome, inputs: &Inputs, factor: f64) -> f64 {
    let demand = &inputs.demand;
    let missed = demand.requests_per_day * factor * (1.0 - demand.cache_hit_rate);
    let served = missed * (1.0 - inputs.edge.share);
    let slowdown = 1.0 / inputs.model_error.throughput;
    serving
        .pools()
        .map(|(pool, _)| {
            let day = pool.day(served * pool.plan.share, demand.peak_to_mean, slowdown);
            day.replicas_peak * pool.gpus_per_replica
        })
        .sum()
}
