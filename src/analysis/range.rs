//! How sure: the 80% range of every headline figure.
//!
//! A fixed low-discrepancy sample of two kinds of doubt goes through the whole engine: inputs that the scenario
//! leaves at their defaults vary over their plausible ranges, and each kind of figure is off by the engine's own error
//! as the validation measured it. The sample is the same every time, so a range moves as smoothly as its figure.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::calibration::error::ErrorSpread;
use crate::engine::evaluate;
use crate::engine::inputs::ModelError;
use crate::engine::outcome::Outcome;
use crate::scenario::domain::Group;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};

/// Points of the sample.
const SAMPLES: usize = 256;
/// Quantile of a range's low end; the high end mirrors it.
const LOW_QUANTILE: f64 = 0.10;
/// Standard normal deviate of the high end.
const Z_OF_HIGH: f64 = 1.281_551_565_545;
/// Spread of on-demand prices around the catalog's, as the logarithm's standard deviation: between the 10% and 90%
/// quantiles of the dated prices of one accelerator lies a factor of 1.9.
const PRICE_SPREAD: f64 = 0.25;

/// A figure with its 80% range.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    #[must_use]
    pub fn range(&self, answer: Answer) -> Option<Range> {
        let index = Answer::ALL.iter().position(|other| *other == answer)?;
        self.ranges[index]
    }

    /// A figure; `None` where it does not exist.
    #[must_use]
    pub fn value(&self, answer: Answer) -> Option<f64> {
        Some(self.range(answer)?.value)
    }
}

/// The range of every answer.
#[must_use]
pub fn figures(case: &Case) -> Figures {
    let spread = &case.world.calibration.spread_of(&case.outcome, &case.inputs.training);
    let doubtful = doubtful_params(case);
    let mut columns: [Vec<f64>; Answer::ALL.len()] = std::array::from_fn(|_| Vec::with_capacity(SAMPLES));
    let points = Sequence::new(doubtful.len() + DIMENSIONS_OF_ERROR);
    for index in 0..SAMPLES {
        let sampled = sample(case, spread, &doubtful, &points, index);
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

/// Dimensions of the sample that the engine's own errors and the two prices take.
const DIMENSIONS_OF_ERROR: usize = 6;

/// Parameters of money that the scenario leaves at their default, with their plausible range.
fn doubtful_params(case: &Case) -> Vec<(ParamId, [f64; 2])> {
    let usual = Scenario::defaults(case.catalog());
    ParamId::ALL
        .into_iter()
        .filter(|param| param.group == Group::Money)
        .filter_map(|param| {
            let plausible = param.number()?.plausible?;
            let untouched = param.stated(&case.scenario) == param.stated(&usual);
            untouched.then_some((param, plausible))
        })
        .collect()
}

fn sample(
    case: &Case,
    spread: &ErrorSpread,
    doubtful: &[(ParamId, [f64; 2])],
    points: &Sequence,
    index: usize,
) -> Outcome {
    let deviate = |dimension: usize| normal_deviate(points.point(index, dimension));
    let factor = |dimension: usize, spread: f64| (deviate(dimension) * spread).exp();
    let scenario = &case.scenario;
    let mut sampled = *scenario;
    for (offset, (param, plausible)) in doubtful.iter().enumerate() {
        let Some(likely) = param.stated(scenario).number() else { continue };
        let value = plausible_value(likely, *plausible, deviate(DIMENSIONS_OF_ERROR + offset));
        let bounds = param.number().map_or((value, value), |domain| (domain.min, domain.max));
        param.set(&mut sampled, Value::Number(value.clamp(bounds.0, bounds.1)));
    }
    let mut inputs = case.world.inputs(&sampled);
    if scenario.serving.price_per_gpu_hour.is_none() {
        let price = factor(4, PRICE_SPREAD);
        inputs.main_pool.rate.usd_per_gpu_hour *= price;
        for pool in inputs.small_pool.iter_mut().chain(inputs.tiers.iter_mut().flatten()) {
            pool.rate.usd_per_gpu_hour *= price;
        }
    }
    if scenario.training.price_per_gpu_hour.is_none() {
        inputs.training_money.rate.usd_per_gpu_hour *= factor(5, PRICE_SPREAD);
    }
    inputs.model_error = ModelError {
        throughput: factor(0, spread.throughput),
        tpot: factor(1, spread.tpot),
        ttft: factor(2, spread.ttft),
        training: factor(3, spread.training),
    };
    evaluate(&inputs, &case.world.calibration.constants)
}

/// A value whose 10% and 90% quantiles are the plausible range and whose middle is the likely value.
fn plausible_value(likely: f64, [low, high]: [f64; 2], deviate: f64) -> f64 {
    let end = if deviate < 0.0 { low } else { high };
    likely + (end - likely) * (deviate.abs() / Z_OF_HIGH)
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

/// A low-discrepancy sequence: additive recurrence with the powers of the generalised golden ratio
/// (M. Roberts 2018, "The unreasonable effectiveness of quasirandom sequences").
struct Sequence {
    steps: Vec<f64>,
}

impl Sequence {
    fn new(dimensions: usize) -> Self {
        // The root of x^(d+1) = x + 1.
        let mut ratio = 2.0_f64;
        for _ in 0..40 {
            ratio = (1.0 + ratio).powf(1.0 / (dimensions as f64 + 1.0));
        }
        Self { steps: (1..=dimensions).map(|power| ratio.powf(-(power as f64)).fract()).collect() }
    }

    /// The point's coordinate, strictly between 0 and 1.
    fn point(&self, index: usize, dimension: usize) -> f64 {
        (0.5 + self.steps[dimension] * (index as f64 + 1.0)).fract().clamp(1e-6, 1.0 - 1e-6)
    }
}

/// The standard normal deviate of a probability (P. Acklam's rational approximation, error below 1.2e-9).
fn normal_deviate(probability: f64) -> f64 {
    const A: [f64; 6] = [
        -39.696_830_286_653_8,
        220.946_098_424_521,
        -275.928_510_446_969,
        138.357_751_867_269,
        -30.664_798_066_147_2,
        2.506_628_277_459_24,
    ];
    const B: [f64; 5] = [
        -54.476_098_798_224_1,
        161.585_836_858_041,
        -155.698_979_859_887,
        66.801_311_887_719_7,
        -13.280_681_552_885_7,
    ];
    const C: [f64; 6] = [
        -0.007_784_894_002_430_29,
        -0.322_396_458_041_136,
        -2.400_758_277_161_84,
        -2.549_732_539_343_73,
        4.374_664_141_464_97,
        2.938_163_982_698_78,
    ];
    const D: [f64; 4] =
        [0.007_784_695_709_041_46, 0.322_467_129_070_04, 2.445_134_137_143, 3.754_408_661_907_42];
    const TAIL: f64 = 0.02425;
    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    if probability < TAIL {
        let q = (-2.0 * probability.ln()).sqrt();
        polynomial(&C, q) / (polynomial(&D, q) * q + 1.0)
    } else if probability > 1.0 - TAIL {
        -normal_deviate(1.0 - probability)
    } else {
        let q = probability - 0.5;
        let r = q * q;
        polynomial(&A, r) * q / (polynomial(&B, r) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviates_of_known_probabilities() {
        for (probability, deviate) in
            [(0.5, 0.0), (0.9, 1.281_551_6), (0.01, -2.326_347_9), (0.975, 1.959_964)]
        {
            assert!((normal_deviate(probability) - deviate).abs() < 1e-6, "{probability}");
        }
    }

    #[test]
    fn the_sequence_fills_each_dimension_evenly() {
        let sequence = Sequence::new(8);
        for dimension in 0..8 {
            let below = (0..SAMPLES).filter(|index| sequence.point(*index, dimension) < 0.25).count();
            assert!((56..=72).contains(&below), "{below} of 256 lie in the first quarter");
        }
    }

    #[test]
    fn the_plausible_range_is_the_80_percent_range() {
        assert!((plausible_value(2.2, [1.2, 4.0], Z_OF_HIGH) - 4.0).abs() < 1e-12);
        assert!((plausible_value(2.2, [1.2, 4.0], -Z_OF_HIGH) - 1.2).abs() < 1e-12);
        assert!((plausible_value(2.2, [1.2, 4.0], 0.0) - 2.2).abs() < 1e-12);
    }
}
