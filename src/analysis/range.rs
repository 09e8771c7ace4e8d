//! How sure: the 80% range of every headline figure.
//!
//! A fixed sample of three kinds of uncertainty goes through the whole engine: numbers vary over the ranges that
//! the scenario states; prices that it leaves at their defaults, and the share of guessed tokens that hold, over their
//! plausible ranges; and each kind of figure is off by the engine's own error as the validation measured it. The sample
//! is the same every time, so a range moves as smoothly as its figure.

use serde::Serialize;

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::sample::{SAMPLES, Sequence, Strata, normal_deviate};
use crate::calibration::error::ErrorSpread;
use crate::catalog::GpuPreset;
use crate::engine::evaluate;
use crate::engine::inputs::{ModelError, Rate};
use crate::engine::outcome::Outcome;
use crate::scenario::domain::{Group, NumberDomain, Scale};
use crate::scenario::value::{StatedRange, Value};
use crate::scenario::{ParamId, Scenario};
use crate::text::quantity;

/// Quantile of a range's low end; the high end mirrors it.
const LOW_QUANTILE: f64 = 0.10;
/// Standard normal deviate of the high end.
const Z_OF_HIGH: f64 = 1.281_551_565_545;
/// Spread of the size of a team around the usual, as the logarithm's standard deviation: eight in ten lie within half
/// and double. Assumption.
const PEOPLE_SPREAD: f64 = 0.54;

/// A figure with its 80% range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The likely value.
    pub value: f64,
    /// One in ten lies below.
    pub low: f64,
    /// One in ten lies above.
    pub high: f64,
}

/// Every answer of a case with its range.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    ranges: [Option<Range>; Answer::ALL.len()],
}

impl Figures {
    /// A figure with its range; `None` where it does not exist.
    pub fn range(&self, answer: Answer) -> Option<Range> {
        let index = Answer::ALL.iter().position(|other| *other == answer)?;
        self.ranges[index]
    }

    /// A figure; `None` where it does not exist.
    pub fn value(&self, answer: Answer) -> Option<f64> {
        Some(self.range(answer)?.value)
    }

    /// A figure in words; the findings say why where it does not exist.
    pub fn words(&self, answer: Answer) -> String {
        self.value(answer).map_or_else(|| "–".to_owned(), |value| quantity::format(value, answer.unit()))
    }
}

/// The range of every answer.
pub fn figures(case: &Case) -> Figures {
    let spread = &case.world.calibration.spread_of(&case.outcome, &case.inputs.training);
    let doubts = Doubts { stated: stated_ranges(case), plausible: plausible_ranges(case) };
    let mut columns: [Vec<f64>; Answer::ALL.len()] = std::array::from_fn(|_| Vec::with_capacity(SAMPLES));
    let points = Sequence::new(doubts.plausible.len() + DIMENSIONS_OF_ERROR);
    let strata = Strata::new(doubts.stated.len());
    for index in 0..SAMPLES {
        let sampled = sample(case, spread, &doubts, &points, &strata, index);
        for (column, answer) in columns.iter_mut().zip(Answer::ALL) {
            column.extend(answer.of(&sampled));
        }
    }
    let mut ranges = [None; Answer::ALL.len()];
    for ((range, column), answer) in ranges.iter_mut().zip(&mut columns).zip(Answer::ALL) {
        *range = answer.of(&case.outcome).map(|value| range_of(value, column));
    }
    Figures { ranges }
}

/// What is not known exactly.
struct Doubts {
    stated: Vec<Doubt>,
    plausible: Vec<Doubt>,
}

/// Dimensions of the sample that the engine's own errors, the two prices and the people take.
const DIMENSIONS_OF_ERROR: usize = 7;

/// A parameter that is not known exactly, and what it may well be.
type Doubt = (ParamId, &'static NumberDomain, StatedRange);

/// Parameters whose range the scenario states.
fn stated_ranges(case: &Case) -> Vec<Doubt> {
    let doubt = |param: ParamId| match param.stated(&case.scenario) {
        Value::Range(range) => Some((param, param.param().number()?, range)),
        _ => None,
    };
    ParamId::ALL.into_iter().filter_map(doubt).collect()
}

/// Parameters of money and of guesses that the scenario leaves at their default, with their plausible range.
fn plausible_ranges(case: &Case) -> Vec<Doubt> {
    let usual = Scenario::defaults(case.catalog());
    let doubt = |param: ParamId| {
        let domain = param.param().number()?;
        let ([low, high], stated) = (domain.plausible?, param.stated(&case.scenario));
        let likely = if stated == param.stated(&usual) { stated.number()? } else { return None };
        Some((param, domain, StatedRange { low, likely, high }))
    };
    let counts = |param: &ParamId| matches!(param.group, Group::Money | Group::People);
    ParamId::ALL.into_iter().filter(counts).filter_map(doubt).chain(guesses(case)).collect()
}

/// How many guesses hold depends on prompts that nobody has seen: where it is not stated, it may well be anything plausible.
fn guesses(case: &Case) -> Option<Doubt> {
    let param = ParamId::ServingAcceptanceRate;
    let domain = param.param().number()?;
    let [low, high] = domain.plausible?;
    if param.stated(&case.scenario) != Value::Auto {
        return None;
    }
    // Without speculation there are none.
    let likely = param.effective(&case.scenario, case.catalog()).number()?;
    Some((param, domain, StatedRange { low: low.min(likely), likely, high: high.max(likely) }))
}

fn sample(
    case: &Case,
    spread: &ErrorSpread,
    doubts: &Doubts,
    points: &Sequence,
    strata: &Strata,
    index: usize,
) -> Outcome {
    let deviate = |dimension: usize| normal_deviate(points.point(index, dimension));
    let factor = |dimension: usize, spread: f64| (deviate(dimension) * spread).exp();
    let scenario = &case.scenario;
    let mut sampled = *scenario;
    let mut vary = |(param, domain, range): &Doubt, deviate: f64| {
        let value = plausible_value(domain.scale, *range, deviate).clamp(domain.min, domain.max);
        param.set(&mut sampled, Value::Number(domain.rounded(value)));
    };
    for (offset, doubt) in doubts.plausible.iter().enumerate() {
        vary(doubt, deviate(DIMENSIONS_OF_ERROR + offset));
    }
    for (dimension, doubt) in doubts.stated.iter().enumerate() {
        vary(doubt, normal_deviate(strata.point(index, dimension)));
    }
    let mut inputs = case.world.inputs(&sampled);
    // A batch that the engine picked stays as it is: what is not known does not change the plan.
    if let Ok(serving) = &case.outcome.serving {
        let plans = inputs.small_pool.iter_mut().chain(inputs.tiers.iter_mut().flatten());
        let pools = serving.small.iter().chain(serving.tiers.iter().flatten());
        for (plan, pool) in plans.zip(pools).filter(|(plan, _)| plan.automatic_batch) {
            plan.automatic_batch = false;
            plan.deployment.batch = pool.plan.deployment.batch;
        }
    }
    let priced = |gpu: &GpuPreset, dimension: usize| Priced {
        rented: gpu.offer(scenario.prices.basis).on_demand.as_ref().map_or(1.0, |quote| {
            let range = StatedRange { low: quote.low, likely: quote.usd_per_hour, high: quote.high };
            plausible_value(Scale::Log, range, deviate(dimension)) / quote.usd_per_hour
        }),
        bought: gpu.purchase_usd.map_or(1.0, |[low, likely, high]| {
            plausible_value(Scale::Log, StatedRange { low, likely, high }, deviate(dimension)) / likely
        }),
    };
    let serving = priced(case.serving_gpu(), 4);
    let pools = inputs.small_pool.iter_mut().chain(inputs.tiers.iter_mut().flatten());
    for rate in pools.map(|pool| &mut pool.rate).chain([&mut inputs.main_pool.rate]) {
        serving.apply(rate, scenario.serving.price_per_gpu_hour);
    }
    priced(case.training_gpu(), 5)
        .apply(&mut inputs.training_money.rate, scenario.training.price_per_gpu_hour);
    // Nobody knows how many people a team takes better than within a factor of two.
    let people = &scenario.people;
    if people.training_engineers.is_none() {
        inputs.people.training_engineers *= factor(6, PEOPLE_SPREAD);
    }
    if people.serving_engineers.is_none() {
        inputs.people.serving_engineers *= factor(6, PEOPLE_SPREAD);
    }
    inputs.model_error = ModelError {
        throughput: factor(0, spread.throughput),
        tpot: factor(1, spread.tpot),
        ttft: factor(2, spread.ttft),
        training: factor(3, spread.training),
    };
    evaluate(&inputs, &case.world.calibration.constants)
}

/// Prices of an accelerator relative to the likely ones: the spread of the rows that they were taken from.
struct Priced {
    rented: f64,
    bought: f64,
}

impl Priced {
    /// Moves the prices of a rate; those that follow from one set by hand stay.
    fn apply(&self, rate: &mut Rate, stated: Option<f64>) {
        if stated.is_none() {
            for price in [&mut rate.on_demand_usd, &mut rate.spot_usd, &mut rate.reserved_usd] {
                *price = price.map(|usd| usd * self.rented);
            }
        }
        rate.purchase_usd = rate.purchase_usd.map(|usd| usd * self.bought);
    }
}

/// A value whose 10% and 90% quantiles are the ends of a range and whose middle is the likely value: a normal
/// distribution with a side of its own to the left and to the right, of the logarithm where the track has even ratios.
fn plausible_value(scale: Scale, range: StatedRange, deviate: f64) -> f64 {
    let end = if deviate < 0.0 { range.low } else { range.high };
    let reach = deviate.abs() / Z_OF_HIGH;
    match scale {
        Scale::Linear(_) => range.likely + (end - range.likely) * reach,
        Scale::Log | Scale::Binary => range.likely * (end / range.likely).powf(reach),
    }
}

/// The quantiles of a column around its likely value.
fn range_of(value: f64, column: &mut [f64]) -> Range {
    if column.is_empty() {
        return Range { value, low: value, high: value };
    }
    let last = column.len() - 1;
    let at = |quantile: f64| (quantile * last as f64).round() as usize;
    let low = *column.select_nth_unstable_by(at(LOW_QUANTILE), f64::total_cmp).1;
    let high = *column.select_nth_unstable_by(at(1.0 - LOW_QUANTILE), f64::total_cmp).1;
    Range { value, low: low.min(value), high: high.max(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_range_are_its_80_percent() {
        let range = StatedRange { low: 1.2, likely: 2.2, high: 4.0 };
        for scale in [Scale::Linear(0.1), Scale::Log, Scale::Binary] {
            for (deviate, value) in [(Z_OF_HIGH, 4.0), (-Z_OF_HIGH, 1.2), (0.0, 2.2)] {
                assert!((plausible_value(scale, range, deviate) - value).abs() < 1e-12);
            }
        }
        assert!(plausible_value(Scale::Log, range, -9.0) > 0.0, "even ratios never lead below zero");
    }
}
