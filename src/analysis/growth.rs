//! Growth: month by month to the horizon, what a day costs, the GPUs that it takes, and how spending adds up.

use crate::analysis::case::Case;
pub use crate::engine::horizon::Month;
use crate::engine::horizon::{Course, training_by_month};
use crate::engine::inputs::Inputs;
use crate::engine::outcome::ServingOutcome;

/// Beyond this many months a budget that growth would cross counts as safe.
const LAST_MONTH: f64 = 240.0;

/// The months to the horizon and what happens on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// The months, in order.
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
pub fn growth(case: &Case) -> Option<Growth> {
    let Case { scenario, inputs, outcome, .. } = case;
    let serving = outcome.serving.as_ref().ok()?;
    let split = outcome.split.as_ref()?;
    let course = outcome.training.course(&inputs.demand);
    let months: Vec<Month> = course.months(|factor| serving.day_at(factor)).collect();
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
pub fn spent_by(case: &Case, growth: Option<&Growth>, months: f64) -> [f64; 2] {
    let training = &case.outcome.training;
    let ends = growth.map_or(&[][..], |growth| &growth.months);
    let whole = months as usize;
    let before = ends.get(whole.wrapping_sub(1)).or(ends.last().filter(|_| whole > 0));
    let before = before.map_or(0.0, |month| month.inference_usd);
    let inference = ends.get(whole).map_or(before, |month| {
        before + (month.inference_usd - before) * ((months - month.month) / month.length).min(1.0)
    });
    [training_by_month(training.programme_usd, training.updates_usd_per_year, months), inference]
}

/// The first month, counted from 0, in which inference costs more than a budget; `None` within twenty years.
pub(super) fn first_month_over(
    serving: &ServingOutcome,
    inputs: &Inputs,
    monthly_budget_usd: f64,
) -> Option<u32> {
    let growth_per_month = inputs.demand.growth_per_month;
    // Where nothing grows, the first month speaks for all.
    let months = if growth_per_month > 0.0 { LAST_MONTH + 1.0 } else { 1.0 };
    let course = Course { first_usd: 0.0, updates_usd_per_year: 0.0, growth_per_month, months };
    let over = course
        .months(|factor| serving.day_at(factor))
        .position(|month| month.monthly_usd() > monthly_budget_usd);
    over.map(|month| month as u32)
}
