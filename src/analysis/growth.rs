//! Growth: month by month to the horizon, what a day costs, the GPUs that it takes, and how spending adds up.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::range::Figures;
use crate::analysis::service::keeps;
pub use crate::engine::horizon::Month;
use crate::engine::horizon::{Course, Crossings};
use crate::engine::inputs::Inputs;
use crate::engine::money::DAYS_PER_MONTH;
use crate::engine::outcome::ServingOutcome;
use crate::scenario::ParamId;
use crate::scenario::value::Value;

/// Beyond this many months a budget that growth would cross counts as safe.
const LAST_MONTH: f64 = 240.0;

/// Demand at which growth is looked at, times that of today.
const TIMES: [f64; 4] = [1.0, 2.0, 5.0, 10.0];

/// What is said of a crossing that takes longer than is looked at.
pub const NOT_REACHED: &str = "not in 20 years";

/// What is said behind the moment of a crossing: where it lies past the horizon, that.
pub fn beyond(day: f64, horizon_months: f64) -> &'static str {
    if day > horizon_months * DAYS_PER_MONTH { ", past the horizon" } else { "" }
}

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

/// The months of a scenario and what happens on the way; `None` where it cannot be served, or a price is missing.
pub fn growth(case: &Case) -> Option<Growth> {
    let Case { scenario, inputs, outcome, .. } = case;
    let serving = outcome.serving.as_ref().ok()?;
    let course = outcome.course?;
    Some(Growth {
        months: months(case)?,
        crossings: course.crossings(|moment| serving.spending_at(moment)),
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

/// The months of a scenario; `None` where it cannot be served, or a price is missing.
pub fn months(case: &Case) -> Option<Vec<Month>> {
    let serving = case.outcome.serving.as_ref().ok()?;
    let course = case.outcome.course?;
    Some(course.months(|moment| serving.spending_at(moment)).collect())
}

/// The days on which inference catches up with training; `None` where it cannot be served, or a price is missing.
pub fn crossings(case: &Case) -> Option<Crossings> {
    let serving = case.outcome.serving.as_ref().ok()?;
    let course = case.outcome.course?;
    Some(course.crossings(|moment| serving.spending_at(moment)))
}

/// Training and inference that have been spent by a time, months from now, USD; within one of its months inference grows
/// evenly. `None` where training has no price.
pub fn spent_by(case: &Case, ends: &[Month], months: f64) -> Option<[f64; 2]> {
    let course = case.outcome.course?;
    let whole = months as usize;
    let before = ends.get(whole.wrapping_sub(1)).or(ends.last().filter(|_| whole > 0));
    let before = before.map_or(0.0, |month| month.inference_usd);
    let inference = ends.get(whole).map_or(before, |month| {
        before + (month.inference_usd - before) * ((months - month.month) / month.length).min(1.0)
    });
    Some([course.training_by(months), inference])
}

/// The 80% range of training and inference together, USD, where they have cost this much.
///
/// Each is as uncertain as its answer, the training effort and the cost of a day; people who serve count as the latter
/// does. The two are taken to be off independently of each other, as the square root of the sum of squares: they share
/// little but prices. Assumption.
pub fn band([training, inference]: [f64; 2], figures: &Figures) -> Option<[f64; 2]> {
    let off = |end: fn(f64, f64, f64) -> f64| {
        let part = |spent: f64, answer: Answer| {
            let range = figures.range(answer)?;
            Some(if range.value > 0.0 { spent * end(range.low, range.value, range.high) } else { 0.0 })
        };
        Some(part(training, Answer::TrainingCost)?.hypot(part(inference, Answer::DailyCost)?))
    };
    let total = training + inference;
    Some([total - off(|low, value, _| 1.0 - low / value)?, total + off(|_, value, high| high / value - 1.0)?])
}

/// What a multiple of today's demand takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Times that of today.
    pub times: f64,
    /// Requests of a day, before any cache.
    pub requests_per_day: f64,
    /// The month, counted from 0, in which growth reaches it; `None` within twenty years.
    pub reached: Option<u32>,
    /// GPUs at the peak of the day.
    pub gpus_peak: Option<f64>,
    /// Cost of a day, USD; `None` where a price is missing.
    pub daily_usd: Option<f64>,
    /// Mean time to first token, ms.
    pub ttft_ms: Option<f64>,
    /// What is promised is kept, or nothing is promised.
    pub meets_target: bool,
}

/// What once, twice, five and ten times the demand takes at once, with all else as it is.
pub fn demand(case: &Case) -> Vec<Demand> {
    let growth = case.inputs.demand.growth_per_month;
    let row = |times: f64| {
        let requests_per_day = case.scenario.workload.requests_per_day * times;
        let more = case.changed(|scenario| {
            ParamId::WorkloadRequestsPerDay.set(scenario, Value::Number(requests_per_day));
        });
        let outcome = case.evaluate(&more);
        let months = if times > 1.0 { (times.ln() / growth.ln_1p()).ceil() } else { 0.0 };
        Demand {
            times,
            requests_per_day,
            reached: (0.0..=LAST_MONTH).contains(&months).then_some(months as u32),
            gpus_peak: Answer::GpusPeak.of(&outcome),
            daily_usd: Answer::DailyCost.of(&outcome),
            ttft_ms: Answer::Ttft.of(&outcome),
            meets_target: keeps(&outcome),
        }
    };
    TIMES.map(row).to_vec()
}

/// The first month, counted from 0, in which inference costs more than a budget; `None` within twenty years.
pub(super) fn first_month_over(
    serving: &ServingOutcome,
    inputs: &Inputs,
    monthly_budget_usd: f64,
) -> Option<u32> {
    let months = Course { months: LAST_MONTH + 1.0, ..Course::of_serving(inputs) };
    let over = months
        .months(|moment| serving.spending_at(moment))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::case::World;
    use crate::analysis::range::figures;
    use crate::scenario::Scenario;

    fn case(change: impl FnOnce(&mut Scenario)) -> Case {
        let world = Arc::new(World::embedded());
        let mut scenario = Scenario::defaults(&world.catalog);
        change(&mut scenario);
        Case::new(&world, scenario)
    }

    #[test]
    fn two_parts_together_are_surer_than_each_of_them_at_its_end() {
        let case = case(|_| ());
        let figures = figures(&case);
        let training = figures.range(Answer::TrainingCost).expect("a cost");
        let [low, high] = band([training.value, 0.0], &figures).expect("both have a cost");
        assert!((low / training.low - 1.0).abs() < 1e-9 && (high / training.high - 1.0).abs() < 1e-9);
        let day = figures.range(Answer::DailyCost).expect("a cost");
        let [low, high] = band([training.value, day.value * 1000.0], &figures).expect("both have a cost");
        assert!(low > training.low + day.low * 1000.0 && low < training.value + day.value * 1000.0);
        assert!(high < training.high + day.high * 1000.0 && high > training.value + day.value * 1000.0);
    }

    #[test]
    fn growth_reaches_a_multiple_of_demand_in_the_month_in_which_its_powers_do() {
        let growing = case(|scenario| scenario.workload.growth_per_month = 0.05);
        let rows = demand(&growing);
        assert_eq!(rows[0].daily_usd, Answer::DailyCost.of(&growing.outcome));
        for row in &rows[1..] {
            let month = row.reached.expect("it grows").cast_signed();
            assert!(1.05_f64.powi(month) >= row.times && 1.05_f64.powi(month - 1) < row.times);
            assert!(row.gpus_peak > rows[0].gpus_peak && row.daily_usd > rows[0].daily_usd);
        }
        let steady = demand(&case(|scenario| scenario.workload.growth_per_month = 0.0));
        let shrinking = demand(&case(|scenario| scenario.workload.growth_per_month = -0.05));
        for rows in [steady, shrinking] {
            assert_eq!(rows[0].reached, Some(0));
            assert!(rows[1..].iter().all(|row| row.reached.is_none()));
        }
    }
}
