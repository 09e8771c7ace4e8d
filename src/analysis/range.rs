//! How sure: the 80% range of every headline figure.
//!
//! A fixed sample of three kinds of uncertainty goes through the whole engine: numbers vary over the ranges that
//! the scenario states; prices that it leaves at their defaults, and the share of guessed tokens that hold, over their
//! plausible ranges; and each kind of figure is off by the engine's own error as the validation measured it. The sample
//! is the same every time, so a range moves as smoothly as its figure.

use serde::Serialize;

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::parallel;
use crate::analysis::sample::{SAMPLES, Sequence, Strata, normal_deviate};
use crate::calibration::error::ErrorSpread;
use crate::catalog::GpuPreset;
use crate::engine::inputs::{Inputs, ModelError, Rate};
use crate::engine::outcome::Outcome;
use crate::engine::{Known, evaluate_near};
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
    let doubts = Doubts::of(case);
    let mut likely = case.inputs.clone();
    pin_plan(case, &mut likely);
    let outcome = case.answer(&likely);
    let sampling = Sampling {
        case,
        points: Sequence::new(doubts.plausible.len() + DIMENSIONS_OF_ERROR),
        strata: Strata::new(doubts.stated.len()),
        doubts,
        pinned: pinned(case),
        likely: Known { inputs: &likely, outcome: &outcome },
    };
    let sampled = parallel::each(SAMPLES, |index| {
        let outcome = sampling.outcome(index);
        Answer::ALL.map(|answer| answer.of(&outcome))
    });
    let mut ranges = [None; Answer::ALL.len()];
    for (index, (range, answer)) in ranges.iter_mut().zip(Answer::ALL).enumerate() {
        let mut column: Vec<f64> = sampled.iter().filter_map(|answers| answers[index]).collect();
        *range = answer.of(&case.outcome).map(|value| range_of(value, &mut column));
    }
    Figures { ranges }
}

/// Keeps the batches that the engine picked for a case and the load that its replicas have: what is not known does not change
/// the plan, and adds replicas rather than load.
fn pin_plan(case: &Case, inputs: &mut Inputs) {
    if let Ok(serving) = &case.outcome.serving {
        let plans = inputs.others.iter_mut().map(|(_, plan)| plan);
        for (plan, pool) in std::iter::once(&mut inputs.main_pool).chain(plans).zip(serving.pools()) {
            plan.latency_load = Some(pool.latency_load());
            if plan.automatic_batch {
                plan.automatic_batch = false;
                plan.deployment.batch = pool.plan.deployment.batch;
            }
        }
    }
}

/// The scenario on the accelerators that were chosen for it.
fn pinned(case: &Case) -> Scenario {
    let chosen = ParamId::RoutingGpu.effective(&case.scenario, case.catalog());
    case.changed(|scenario| ParamId::RoutingGpu.put(scenario, chosen))
}

/// What is not known exactly.
struct Doubts {
    /// Parameters whose range the scenario states.
    stated: Vec<Doubt>,
    /// Parameters that it leaves at their default.
    plausible: Vec<Doubt>,
    /// Prices of the accelerators that serve and that train.
    serving: Prices,
    training: Prices,
    /// The engine's own errors.
    spread: ErrorSpread,
}

impl Doubts {
    fn of(case: &Case) -> Self {
        Self {
            stated: stated_ranges(case),
            plausible: plausible_ranges(case),
            serving: Prices::new(case, case.serving_gpu()),
            training: Prices::new(case, case.training_gpu()),
            spread: case.spread(),
        }
    }
}

/// Dimensions of the sample that the engine's own errors, the two prices and the people take.
const DIMENSIONS_OF_ERROR: usize = 7;

/// A parameter that is not known exactly, and what it may well be.
struct Doubt {
    param: ParamId,
    domain: &'static NumberDomain,
    plausible: Plausible,
}

impl Doubt {
    fn new(param: ParamId, domain: &'static NumberDomain, range: StatedRange) -> Self {
        Self { param, domain, plausible: Plausible::new(domain.scale, range) }
    }

    /// Sets the parameter to its value at a standard normal deviate.
    fn vary(&self, scenario: &mut Scenario, deviate: f64) {
        let value = self.plausible.at(deviate).clamp(self.domain.min, self.domain.max);
        self.param.set(scenario, Value::Number(self.domain.rounded(value)));
    }
}

/// Parameters whose range the scenario states.
fn stated_ranges(case: &Case) -> Vec<Doubt> {
    let doubt = |param: ParamId| match param.stated(&case.scenario) {
        Value::Range(range) => Some(Doubt::new(param, param.param().number()?, range)),
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
        Some(Doubt::new(param, domain, StatedRange { low, likely, high }))
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
    Some(Doubt::new(param, domain, StatedRange { low: low.min(likely), likely, high: high.max(likely) }))
}

/// The sample of a case.
struct Sampling<'a> {
    case: &'a Case,
    doubts: Doubts,
    points: Sequence,
    strata: Strata,
    /// The likely values.
    /// The scenario with what was chosen for it.
    pinned: Scenario,
    likely: Known<'a>,
}

impl Sampling<'_> {
    /// What the engine says at one point of the sample.
    fn outcome(&self, index: usize) -> Outcome {
        let Self { case, doubts, .. } = self;
        let deviate = |dimension: usize| normal_deviate(self.points.point(index, dimension));
        let factor = |dimension: usize, spread: f64| (deviate(dimension) * spread).exp();
        let scenario = &case.scenario;
        let mut sampled = self.pinned;
        for (offset, doubt) in doubts.plausible.iter().enumerate() {
            doubt.vary(&mut sampled, deviate(DIMENSIONS_OF_ERROR + offset));
        }
        for (dimension, doubt) in doubts.stated.iter().enumerate() {
            doubt.vary(&mut sampled, normal_deviate(self.strata.point(index, dimension)));
        }
        let mut inputs = case.world.inputs(&sampled);
        pin_plan(case, &mut inputs);
        let serving = doubts.serving.at(deviate(4));
        let others = inputs.others.iter_mut().map(|(_, plan)| &mut plan.rate);
        for rate in others.chain([&mut inputs.main_pool.rate]) {
            serving.apply(rate, scenario.serving.price_per_gpu_hour);
        }
        let training = doubts.training.at(deviate(5));
        training.apply(&mut inputs.training_money.rate, scenario.training.price_per_gpu_hour);
        // Nobody knows how many people a team takes better than within a factor of two.
        let people = &scenario.people;
        if people.training_engineers.is_none() {
            inputs.people.training_engineers *= factor(6, PEOPLE_SPREAD);
        }
        if people.serving_engineers.is_none() {
            inputs.people.serving_engineers *= factor(6, PEOPLE_SPREAD);
        }
        inputs.model_error = ModelError {
            throughput: factor(0, doubts.spread.throughput),
            tpot: factor(1, doubts.spread.tpot),
            ttft: factor(2, doubts.spread.ttft),
            training: factor(3, doubts.spread.training),
        };
        evaluate_near(&inputs, &case.constants(), Some(self.likely))
    }
}

/// Prices of an accelerator relative to the likely ones: the spread of the rows that they were taken from.
struct Prices {
    rented: Option<Plausible>,
    bought: Option<Plausible>,
}

impl Prices {
    fn new(case: &Case, gpu: &GpuPreset) -> Self {
        let relative = |low: f64, likely: f64, high: f64| {
            let range = StatedRange { low: low / likely, likely: 1.0, high: high / likely };
            Plausible::new(Scale::Log, range)
        };
        let quote = gpu.offer(case.scenario.prices.basis).on_demand.as_ref();
        Self {
            rented: quote.map(|quote| relative(quote.low, quote.usd_per_hour, quote.high)),
            bought: gpu.purchase_usd.map(|[low, likely, high]| relative(low, likely, high)),
        }
    }

    /// At a standard normal deviate.
    fn at(&self, deviate: f64) -> Priced {
        let relative = |price: Option<Plausible>| price.map_or(1.0, |price| price.at(deviate));
        Priced { rented: relative(self.rented), bought: relative(self.bought) }
    }
}

/// Prices of an accelerator in one sample, relative to the likely ones.
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
#[derive(Debug, Clone, Copy)]
struct Plausible {
    likely: f64,
    /// For each standard deviation to the left and to the right, what is added to it or, of even ratios, to its logarithm.
    below: f64,
    above: f64,
    is_even: bool,
}

impl Plausible {
    fn new(scale: Scale, range: StatedRange) -> Self {
        let StatedRange { low, likely, high } = range;
        let is_even = !matches!(scale, Scale::Linear(_));
        let reach = |end: f64| if is_even { (end / likely).ln() } else { end - likely };
        Self { likely, below: reach(low) / Z_OF_HIGH, above: reach(high) / Z_OF_HIGH, is_even }
    }

    /// The value at a standard normal deviate.
    fn at(&self, deviate: f64) -> f64 {
        let way = deviate.abs() * if deviate < 0.0 { self.below } else { self.above };
        if self.is_even { self.likely * way.exp() } else { self.likely + way }
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
                assert!((Plausible::new(scale, range).at(deviate) - value).abs() < 1e-12);
            }
        }
        assert!(Plausible::new(Scale::Log, range).at(-9.0) > 0.0, "even ratios never lead below zero");
    }
}
