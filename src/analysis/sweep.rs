//! Sweeps: every answer at evenly spaced values of one or two parameters.

use crate::analysis::case::Case;
use crate::analysis::findings::{Finding, findings};
use crate::analysis::parallel::each;
use crate::engine::outcome::Outcome;
use crate::scenario::domain::Scale;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};

/// A parameter and the values that it goes through.
#[derive(Debug, Clone)]
pub struct Axis {
    /// The parameter.
    pub param: ParamId,
    /// Its values, in the order of the sweep.
    pub values: Vec<Value>,
}

impl Axis {
    /// `count` values from one to the other, both included: evenly on linear tracks, in even ratios on the others.
    /// Values that round to the same whole number appear once. `None` for a parameter without a track, and for ends
    /// that its bounds do not allow.
    pub fn between(param: ParamId, from: f64, to: f64, count: usize) -> Option<Self> {
        let domain = param.number()?;
        if ![from, to].iter().all(|end| (domain.min..=domain.max).contains(end)) {
            return None;
        }
        let even_ratios = !matches!(domain.scale, Scale::Linear(_)) && from > 0.0 && to > 0.0;
        let mut values: Vec<Value> = (0..count)
            .map(|index| {
                let share = if count > 1 { index as f64 / (count - 1) as f64 } else { 0.0 };
                // The ends are met exactly.
                let number = if index == 0 {
                    from
                } else if index + 1 == count {
                    to
                } else if even_ratios {
                    (from.ln() + (to.ln() - from.ln()) * share).exp()
                } else {
                    from + (to - from) * share
                };
                Value::Number(domain.rounded(number))
            })
            .collect();
        values.dedup();
        Some(Self { param, values })
    }
}

/// One point of a sweep.
#[derive(Debug, Clone)]
pub struct SweepPoint {
    /// The values, one of each axis.
    pub values: Vec<Value>,
    /// What the engine says there; `None` where the values leave each other no room.
    pub outcome: Option<Outcome>,
}

impl SweepPoint {
    /// Why it lacks figures, in words; `None` where no finding says so.
    pub fn refusal(&self, case: &Case, axes: &[Axis]) -> Option<String> {
        if self.outcome.is_none() {
            return Some("these values leave each other no room".to_owned());
        }
        let (scenario, _) = placed(case, axes, &self.values);
        let refusal = findings(&case.of(scenario)).into_iter().find(Finding::is_refusal)?;
        Some(refusal.text)
    }
}

/// Points that are worked out side by side, and are held at a time.
const AT_A_TIME: usize = 1024;

/// How many combinations of the axes' values there are.
pub fn points(axes: &[Axis]) -> usize {
    axes.iter().map(|axis| axis.values.len()).product()
}

/// Every combination of the axes' values, the last axis running fastest; a few at a time, however many there are.
pub fn sweep(case: &Case, axes: &[Axis]) -> impl Iterator<Item = SweepPoint> {
    let count = points(axes);
    (0..count)
        .step_by(AT_A_TIME)
        .flat_map(move |first| each((count - first).min(AT_A_TIME), |index| point(case, axes, first + index)))
}

/// The combination at a place of their order.
fn point(case: &Case, axes: &[Axis], mut place: usize) -> SweepPoint {
    let mut values: Vec<Value> = axes
        .iter()
        .rev()
        .map(|axis| {
            let value = axis.values[place % axis.values.len()];
            place /= axis.values.len();
            value
        })
        .collect();
    values.reverse();
    let (scenario, fits) = placed(case, axes, &values);
    SweepPoint { values, outcome: fits.then(|| case.evaluate(&scenario)) }
}

/// The scenario with values of the axes, and whether they leave each other room; where they do not, it has those before.
fn placed(case: &Case, axes: &[Axis], values: &[Value]) -> (Scenario, bool) {
    let mut scenario = case.scenario;
    let fit = axes.iter().zip(values).all(|(axis, value)| {
        let has_room = axis.param.has_room(*value, &scenario);
        axis.param.set(&mut scenario, *value);
        has_room
    });
    (scenario, fit)
}
