//! Growth: month by month to the horizon, what a day costs, the GPUs that it takes, and how spending adds up.

use crate::analysis::case::Case;
pub use crate::engine::horizon::Month;
use crate::engine::horizon::{Course, Crossings};
use crate::engine::inputs::Inputs;
use crate::engine::outcome::ServingOutcome;

/// Beyond this many months a budget that growth would cross counts as safe.
const LAST_MONTH: f64 = 240.0;

/// The months to the horizon and what happens on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// The months, in order.
    pub months: Vec<Month>,
    /// The days on which inference catches up with training; they may lie past the horizon.
    pub crossings: Crossings,
    /// The first month, counted from 0, whose inference crosses the monthly budget; it may lie past the horizon.
    pub crosses_monthly_budget: Option<u32>,
    /// The first month, counted from 0, by whose end training has crossed its budget, within the horizon.
    pub crosses_training_budget: Option<u32>,
}

/// The months of a scenario; `None` where it cannot be served, or a price is missing.
pub fn growth(case: &Case) -> Option<Growth> {
    let Case { scenario, inputs, outcome, .. } = case;
    let serving = outcome.serving.as_ref().ok()?;
    let course = outcome.training.course(inputs)?;
    let months: Vec<Month> = course.months(|moment| serving.day_at(moment)).collect();
    Some(Growth {
        months,
        crossings: course.crossings(|moment| serving.day_at(moment)),
        crosses_monthly_budget: scenario
            .budget
            .monthly_inference_usd
            .and_then(|budget| first_month_over(serving, inputs, budget)),
        crosses_training_budget: scenario
            .budget
            .training_usd
            .and_then(|budget| first_month_of_training_over(&course, budget)),
    })
}

/// The days on which inference catches up with training; `None` where it cannot be served, or a price is missing.
pub fn crossings(case: &Case) -> Option<Crossings> {
    let serving = case.outcome.serving.as_ref().ok()?;
    let course = case.outcome.training.course(&case.inputs)?;
    Some(course.crossings(|moment| serving.day_at(moment)))
}

/// Training and inference that have been spent `months` from now, USD; within a month inference grows evenly. `None`
/// where training has no price.
pub fn spent_by(case: &Case, growth: Option<&Growth>, months: f64) -> Option<[f64; 2]> {
    let course = case.outcome.training.course(&case.inputs)?;
    let ends = growth.map_or(&[][..], |growth| &growth.months);
    let whole = months as usize;
    let before = ends.get(whole.wrapping_sub(1)).or(ends.last().filter(|_| whole > 0));
    let before = before.map_or(0.0, |month| month.inference_usd);
    let inference = ends.get(whole).map_or(before, |month| {
        before + (month.inference_usd - before) * ((months - month.month) / month.length).min(1.0)
    });
    Some([course.training_by(months), inference])
}

/// The first month, counted from 0, in which inference costs more than a budget; `None` within twenty years.
pub(super) fn first_month_over(
    serving: &ServingOutcome,
    inputs: &Inputs,
    monthly_budget_usd: f64,
) -> Option<u32> {
    let months = Course { months: LAST_MONTH + 1.0, ..Course::of_serving(inputs) };
    let over = months
        .months(|moment| serving.day_at(moment))
        .position(|month| month.monthly_usd() > monthly_budget_usd);
    over.map(|month| month as u32)
}

/// The first month, counted from 0, by whose end training has cost more than a budget; `None` within the horizon.
pub(super) fn first_month_of_training_over(course: &Course, budget_usd: f64) -> Option<u32> {
    let by_end_of = |month: u32| course.training_by(f64::from(month + 1).min(course.months));
    let months = course.months.ceil() as u32;
    (by_end_of(months.checked_sub(1)?) > budget_usd)
        .then(|| (0..months).find(|month| by_end_of(*month) > budget_usd))
        .flatten()
}
