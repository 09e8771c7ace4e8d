//! Steps: the next nice value to the left or the right.

use crate::catalog::Catalog;
use crate::scenario::domain::{Domain, NumberDomain, Scale};
use crate::scenario::param::Param;
use crate::scenario::stated::Scenario;
use crate::scenario::value::Value;

/// How near to the middle of a range its likely value is, as a share of the range's width on the track.
const NEAR_HALFWAY: f64 = 0.1;
/// Most digits tried: more than anybody reads.
const MOST_DIGITS: usize = 9;

/// How far one press goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepSize {
    /// A fifth of the usual step.
    Fine,
    /// The usual step.
    Usual,
    /// To the next named stop, or several steps.
    Coarse,
    /// To the end of the track.
    End,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Less, or the choice before.
    Down,
    /// More, or the choice after.
    Up,
}

/// Multiples of a decade at which a logarithmic track steps.
const DECADE: [f64; 6] = [1.0, 1.5, 2.0, 3.0, 5.0, 7.0];
/// Coarse steps of a logarithmic track without stops of its own.
const COARSE_DECADE: [f64; 3] = [1.0, 2.0, 5.0];
/// A stop within this share of the track counts as the current place.
const NEAR_STOP: f64 = 0.005;
/// Multiples of a power of two at which a binary track steps.
const OCTAVE: [f64; 2] = [1.0, 1.5];

impl Param {
    /// The value one step away from the current one; the same where the track ends.
    pub fn stepped(
        &self,
        scenario: &Scenario,
        catalog: &Catalog,
        direction: Direction,
        size: StepSize,
    ) -> Value {
        let present = self.shown(scenario, catalog);
        match &self.domain {
            Domain::Number(domain) => step_number(domain, present, direction, size),
            Domain::Flag => match present {
                Value::Flag(flag) => Value::Flag(!flag),
                _ => Value::Flag(direction == Direction::Up),
            },
            Domain::Words(_) | Domain::Model | Domain::Gpu | Domain::Profile => {
                let mut choices = self.choices(catalog);
                // What follows from something would be shown as that again: a step to nowhere.
                if self.may_be_auto(scenario) && self.follows.is_none() {
                    choices.insert(0, Value::Auto);
                }
                step_list(&choices, present, direction, size)
            }
        }
    }

    /// The nice value nearest to a place on the track, 0 to 1: where a dragged knob lands.
    pub fn at_fraction(&self, fraction: f64, catalog: &Catalog) -> Option<Value> {
        if let Domain::Number(domain) = &self.domain {
            return Some(Value::Number(domain.nearest_step(fraction)));
        }
        let choices = self.choices(catalog);
        let index = ((fraction * choices.len() as f64) as usize).min(choices.len().saturating_sub(1));
        choices.get(index).copied()
    }

    /// Where a value lies on the track, 0 to 1; `None` for `auto`.
    pub fn fraction(&self, value: Value, catalog: &Catalog) -> Option<f64> {
        match (&self.domain, value) {
            (Domain::Number(domain), Value::Word(word)) => (domain.word == Some(word)).then_some(1.0),
            (Domain::Number(domain), _) => value.number().map(|number| domain.fraction(number)),
            _ => {
                let choices = self.choices(catalog);
                let index = choices.iter().position(|choice| *choice == value)?;
                Some(if choices.len() > 1 { index as f64 / (choices.len() - 1) as f64 } else { 0.0 })
            }
        }
    }
}

impl NumberDomain {
    /// The step nearest to a place on the track, 0 to 1.
    fn nearest_step(&self, fraction: f64) -> f64 {
        let above = step(self, self.at_fraction(fraction), Direction::Up, StepSize::Usual);
        // The place itself may be a step.
        let below = step(self, above, Direction::Down, StepSize::Usual);
        let distance = |value: f64| (self.fraction(value) - fraction).abs();
        if distance(above) < distance(below) { above } else { below }
    }

    /// The likely value between two ends: what lies halfway between them on the track, as round as it can be near there.
    pub(super) fn likely(&self, low: f64, high: f64) -> f64 {
        let (from, to) = (self.fraction(low), self.fraction(high));
        let halfway = f64::midpoint(from, to);
        let exact = self.at_fraction(halfway);
        let near = |number: &f64| (self.fraction(*number) - halfway).abs() <= (to - from) * NEAR_HALFWAY;
        let digits = (1..=MOST_DIGITS).map(|digits| self.rounded(to_digits(exact, digits)));
        std::iter::once(self.nearest_step(halfway))
            .chain(digits)
            .find(near)
            .unwrap_or_else(|| self.rounded(exact).clamp(low, high))
    }
}

fn step_number(domain: &NumberDomain, present: Value, direction: Direction, size: StepSize) -> Value {
    if let Some(number) = present.number() {
        return match domain.word {
            Some(word) if number >= domain.max && direction == Direction::Up => Value::Word(word),
            _ => Value::Number(step(domain, number, direction, size)),
        };
    }
    match present {
        // The word lies beyond the right end.
        Value::Word(_) if direction == Direction::Up => present,
        Value::Word(_) => Value::Number(if size == StepSize::End { domain.min } else { domain.max }),
        _ => {
            let start = domain.stops.first().copied().unwrap_or(domain.min);
            Value::Number(if direction == Direction::Up { start } else { domain.min })
        }
    }
}

/// The next nice number.
fn step(domain: &NumberDomain, value: f64, direction: Direction, size: StepSize) -> f64 {
    let up = direction == Direction::Up;
    let next = match size {
        StepSize::End => {
            if up {
                domain.max
            } else {
                domain.min
            }
        }
        StepSize::Coarse if !domain.stops.is_empty() => next_stop(domain, value, up),
        _ => match domain.scale {
            Scale::Linear(usual) => {
                let by = match size {
                    StepSize::Fine => usual / 5.0,
                    StepSize::Coarse => usual * 4.0,
                    StepSize::Usual | StepSize::End => usual,
                };
                next_multiple(value, if domain.whole { by.max(1.0).round() } else { by }, up)
            }
            Scale::Log => match size {
                StepSize::Fine => next_two_digits(value, up),
                StepSize::Coarse => next_in_series(value, 10.0, &COARSE_DECADE, up),
                StepSize::Usual | StepSize::End => next_in_series(value, 10.0, &DECADE, up),
            },
            Scale::Binary => match size {
                StepSize::Fine => {
                    if value < 20.0 {
                        value + if up { 1.0 } else { -1.0 }
                    } else {
                        next_two_digits(value, up)
                    }
                }
                StepSize::Coarse => next_in_series(next_in_series(value, 2.0, &[1.0], up), 2.0, &[1.0], up),
                StepSize::Usual | StepSize::End => next_in_series(value, 2.0, &OCTAVE, up),
            },
        },
    };
    let next = if domain.whole {
        let rounded = next.round();
        // A step must move: between 1 and 2 there is no whole number halfway.
        if rounded == value { value + if up { 1.0 } else { -1.0 } } else { rounded }
    } else {
        next
    };
    next.clamp(domain.min, domain.max)
}

/// Two values that no screen can tell apart.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// The next named stop; one that the value has all but reached would be no coarse step.
fn next_stop(domain: &NumberDomain, value: f64, up: bool) -> f64 {
    let near = |stop: f64| (domain.fraction(stop) - domain.fraction(value)).abs() < NEAR_STOP;
    let found = if up {
        domain.stops.iter().find(|stop| **stop > value && !near(**stop))
    } else {
        domain.stops.iter().rev().find(|stop| **stop < value && !near(**stop))
    };
    found.copied().unwrap_or(if up { domain.max } else { domain.min })
}

fn next_multiple(value: f64, by: f64, up: bool) -> f64 {
    let steps = value / by;
    let nearest = steps.round();
    let on_step = same(steps, nearest) || (steps - nearest).abs() < 1e-9;
    let next = match (on_step, up) {
        (true, true) => nearest + 1.0,
        (true, false) => nearest - 1.0,
        (false, true) => steps.ceil(),
        (false, false) => steps.floor(),
    };
    // Multiples of 0.05 as decimal people know them: 0.15, not 0.15000000000000002.
    (next * by * 1e9).round() / 1e9
}

/// The next of `series` times a power of `base`.
fn next_in_series(value: f64, base: f64, series: &[f64], up: bool) -> f64 {
    if value <= 0.0 {
        return if up { 1.0 } else { 0.0 };
    }
    let exponent = (value.ln() / base.ln()).floor() as i32;
    let mut candidates = (exponent - 1..=exponent + 1)
        .flat_map(|power| series.iter().map(move |digit| digit * base.powi(power)));
    let next = if up {
        candidates.find(|next| *next > value && !same(*next, value))
    } else {
        candidates.rfind(|next| *next < value && !same(*next, value))
    };
    next.map_or(value, round_nice)
}

/// One more, or one less, in the second significant digit.
fn next_two_digits(value: f64, up: bool) -> f64 {
    if value <= 0.0 {
        return if up { 1.0 } else { 0.0 };
    }
    let mut unit = 10_f64.powi(value.log10().floor() as i32 - 1);
    if !up && same(value, unit * 10.0) {
        unit /= 10.0;
    }
    round_nice(next_multiple(value / unit, 1.0, up) * unit)
}

/// Twelve significant digits: what powers of ten leave behind is dropped.
fn round_nice(value: f64) -> f64 {
    // A whole number that has no more of them is written and read back as itself.
    if value.fract() == 0.0 && value.abs() < 1e12 { value } else { to_digits(value, 12) }
}

/// So many significant digits.
fn to_digits(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// The next entry of a list. Ends hold.
fn step_list(all: &[Value], present: Value, direction: Direction, size: StepSize) -> Value {
    let last = all.len().saturating_sub(1);
    let here = all.iter().position(|value| *value == present).unwrap_or(0);
    let by = match size {
        StepSize::Fine | StepSize::Usual => 1,
        StepSize::Coarse => 5,
        StepSize::End => all.len(),
    };
    let next = match direction {
        Direction::Up => (here + by).min(last),
        Direction::Down => here.saturating_sub(by),
    };
    all.get(next).copied().unwrap_or(present)
}
