//! Goal seek: which value of one parameter brings an answer to its target.
//!
//! Answers may rise and fall along a track, jump by whole replicas, or cease to exist where the model no longer
//! fits. The track is therefore scanned first and each crossing narrowed by bisection; where an answer jumps over the
//! goal, the good side of the jump is taken.

use crate::analysis::answer::{Answer, Better};
use crate::analysis::case::Case;
use crate::analysis::hardware::may_be_proposed;
use crate::rank;
use crate::scenario::ParamId;
use crate::scenario::domain::NumberDomain;
use crate::scenario::value::Value;

/// Places of a track at which the answer is looked at first.
const SCAN: usize = 160;
/// Places of a scan that came nearest to the goal without crossing it, around which it is looked at more closely.
const NEAREST: usize = 4;
/// Places around each of them.
const CLOSER: usize = 32;
/// Halvings of a crossing: a track is then told apart to the last bit.
const HALVINGS: usize = 60;
/// Fewest digits tried for writing a found value.
const FEWEST_DIGITS: i32 = 2;
/// Most digits tried: more than anybody reads.
const MOST_DIGITS: i32 = 9;
/// An answer this near to the goal, relative to it, has reached it.
const TOLERANCE: f64 = 1e-6;

/// What goal seek found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GoalResult {
    /// The value to set, and the answer there: the goal, or where the answer moves in jumps, the nearest to it on the
    /// good side.
    Found {
        /// The value to set.
        value: Value,
        /// The answer there.
        reached: f64,
    },
    /// The goal lies outside what this parameter can do.
    OutOfReach {
        /// The least answer.
        low: f64,
        /// Where it is.
        low_at: Value,
        /// The greatest answer.
        high: f64,
        /// Where it is.
        high_at: Value,
    },
    /// The answer is the same whatever the parameter is.
    NoEffect {
        /// The answer.
        answer: f64,
    },
    /// The answer exists at no value of the parameter.
    NoAnswer,
}

/// A value and the answer there.
#[derive(Debug, Clone, Copy)]
struct Point {
    value: Value,
    answer: f64,
}

/// Finds the value of `param` nearest to the current one at which `answer` is `target`.
pub fn solve(case: &Case, answer: Answer, target: f64, param: ParamId) -> GoalResult {
    let goal = Goal { case, answer, target, param };
    match param.number() {
        Some(domain) => goal.number(domain),
        None => goal.choice(param.choices(case.catalog())),
    }
}

/// What is asked.
struct Goal<'a> {
    case: &'a Case,
    answer: Answer,
    target: f64,
    param: ParamId,
}

impl Goal<'_> {
    /// The answer at a value, where it exists.
    fn at(&self, value: Value) -> Option<Point> {
        if !self.param.has_room(value, &self.case.scenario) {
            return None;
        }
        let changed = self.case.changed(|scenario| self.param.set(scenario, value));
        let answer = self.answer.of(&self.case.evaluate(&changed))?;
        answer.is_finite().then_some(Point { value, answer })
    }

    fn is_reached(&self, point: &Point) -> bool {
        (point.answer - self.target).abs() <= TOLERANCE * self.target.abs()
    }

    fn is_good(&self, point: &Point) -> bool {
        self.is_reached(point)
            || match self.answer.better() {
                Better::Lower => point.answer <= self.target,
                Better::Higher => point.answer >= self.target,
                Better::Neither => true,
            }
    }

    fn is_crossed(&self, a: &Point, b: &Point) -> bool {
        (a.answer - self.target) * (b.answer - self.target) < 0.0
    }

    fn miss(&self, point: &Point) -> f64 {
        (point.answer - self.target).abs()
    }

    /// Tries every choice: the nearest to the goal on the good side.
    fn choice(&self, choices: Vec<Value>) -> GoalResult {
        let choices = choices.into_iter().filter(|value| may_be_proposed(self.case, *value));
        let points: Vec<Point> = choices.filter_map(|value| self.at(value)).collect();
        self.outside(&points).unwrap_or_else(|| self.nearest_good(&points))
    }

    /// Follows the answer along the track.
    fn number(&self, domain: &NumberDomain) -> GoalResult {
        let track = Track { goal: self, domain };
        let mut scan = track.scan();
        let mut found = track.crossings(&scan);
        if found.is_empty() {
            track.look_closer(&mut scan);
            found = track.crossings(&scan);
        }
        let points: Vec<Point> = scan.iter().filter_map(|(_, point)| *point).collect();
        if let Some(result) = self.outside(&points).filter(|_| found.is_empty()) {
            return result;
        }
        let present = self.param.effective(&self.case.scenario, self.case.catalog()).number();
        let here = present.map_or(0.5, |number| domain.fraction(number));
        let distance = |point: &Point| (domain.fraction(point.value.number().unwrap_or(0.0)) - here).abs();
        let nearest = found.iter().min_by(|a, b| {
            self.is_reached(b).cmp(&self.is_reached(a)).then(distance(a).total_cmp(&distance(b)))
        });
        match nearest {
            Some(point) => {
                let point = self.tidy(domain, *point);
                GoalResult::Found { value: point.value, reached: point.answer }
            }
            None => self.nearest_good(&points),
        }
    }

    /// The value in as few digits as keep the answer: 0.55 instead of 0.54777703 on a flat step.
    fn tidy(&self, domain: &NumberDomain, found: Point) -> Point {
        let Some(number) = found.value.number().filter(|number| *number != 0.0) else { return found };
        let magnitude = number.abs().log10().floor() as i32;
        (FEWEST_DIGITS..=MOST_DIGITS)
            .flat_map(|digits| {
                let unit = 10.0_f64.powi(magnitude + 1 - digits);
                // Divided by a whole power of ten, a decimal is as short as it can be.
                let shorten =
                    move |count: f64| if unit < 1.0 { count / unit.recip().round() } else { count * unit };
                let count = number / unit;
                [count.round(), count.floor(), count.ceil()].map(shorten)
            })
            .filter(|short| (domain.min..=domain.max).contains(short))
            .filter(|short| !domain.whole || short.fract() == 0.0)
            .filter_map(|short| self.at(Value::Number(short)))
            .find(|point| point.answer == found.answer || self.is_reached(point))
            .unwrap_or(found)
    }

    /// Why the goal cannot be among these points: none exist, all are alike, or all lie to one side of it.
    fn outside(&self, points: &[Point]) -> Option<GoalResult> {
        let low = points.iter().min_by(|a, b| a.answer.total_cmp(&b.answer));
        let high = points.iter().max_by(|a, b| a.answer.total_cmp(&b.answer));
        let (Some(low), Some(high)) = (low, high) else { return Some(GoalResult::NoAnswer) };
        if high.answer - low.answer <= 1e-12 * high.answer.abs() {
            return Some(GoalResult::NoEffect { answer: high.answer });
        }
        let slack = TOLERANCE * self.target.abs();
        let within = (low.answer - slack..=high.answer + slack).contains(&self.target);
        (!within).then_some(GoalResult::OutOfReach {
            low: low.answer,
            low_at: low.value,
            high: high.answer,
            high_at: high.value,
        })
    }

    fn nearest_good(&self, points: &[Point]) -> GoalResult {
        points
            .iter()
            .filter(|point| self.is_good(point))
            .min_by(|a, b| self.miss(a).total_cmp(&self.miss(b)))
            .map_or(GoalResult::NoAnswer, |point| GoalResult::Found {
                value: point.value,
                reached: point.answer,
            })
    }
}

/// A place on the track, 0 to 1, and the answer there where it exists.
type Place = (f64, Option<Point>);

/// A number's track.
struct Track<'a> {
    goal: &'a Goal<'a>,
    domain: &'a NumberDomain,
}

impl Track<'_> {
    fn at(&self, fraction: f64) -> Place {
        let number = self.domain.rounded(self.domain.at_fraction(fraction));
        (fraction, self.goal.at(Value::Number(number)))
    }

    /// The answer at even places, at named stops and at the current value; where it begins or ceases to exist, as
    /// far as it does.
    fn scan(&self) -> Vec<Place> {
        let present = self.goal.param.effective(&self.goal.case.scenario, self.goal.case.catalog()).number();
        let named = self.domain.stops.iter().copied().chain(present);
        let mut fractions: Vec<f64> = (0..=SCAN).map(|index| index as f64 / SCAN as f64).collect();
        fractions.extend(named.map(|number| self.domain.fraction(number)));
        fractions.sort_by(f64::total_cmp);
        fractions.dedup();
        let mut places: Vec<Place> = fractions.into_iter().map(|fraction| self.at(fraction)).collect();
        let edges: Vec<Place> = places
            .windows(2)
            .filter_map(|pair| match (pair[0].1, pair[1].1) {
                (Some(_), None) => Some(self.edge(pair[0], pair[1].0)),
                (None, Some(_)) => Some(self.edge(pair[1], pair[0].0)),
                _ => None,
            })
            .collect();
        places.extend(edges);
        rank::rising(&mut places, |place| place.0);
        places
    }

    /// The last place that has an answer on the way to one that has none.
    fn edge(&self, mut inside: Place, mut outside: f64) -> Place {
        for _ in 0..HALVINGS / 2 {
            let middle = self.at(f64::midpoint(inside.0, outside));
            if middle.1.is_some() {
                inside = middle;
            } else {
                outside = middle.0;
            }
        }
        inside
    }

    /// Both sides of a jump of the answer between two places, as near to each other as they can be told apart.
    fn jump(&self, mut one: Place, mut other: Place) -> [Place; 2] {
        if let (Some(first), Some(last)) = (one.1, other.1) {
            let halfway = f64::midpoint(first.answer, last.answer);
            for _ in 0..HALVINGS {
                let middle = self.at(f64::midpoint(one.0, other.0));
                let Some(point) = middle.1 else { break };
                if (point.answer > halfway) == (first.answer > halfway) {
                    one = middle;
                } else {
                    other = middle;
                }
            }
        }
        [one, other]
    }

    /// Every place where the goal is reached or jumped over; of a jump, its good side.
    fn crossings(&self, places: &[Place]) -> Vec<Point> {
        let goal = self.goal;
        let mut found: Vec<Point> =
            places.iter().filter_map(|(_, point)| *point).filter(|point| goal.is_reached(point)).collect();
        for pair in places.windows(2) {
            if let [(low, Some(a)), (high, Some(b))] = pair
                && goal.is_crossed(a, b)
            {
                found.extend(self.bisect((*low, *a), (*high, *b)));
            }
        }
        found
    }

    fn bisect(&self, mut low: (f64, Point), mut high: (f64, Point)) -> Option<Point> {
        for _ in 0..HALVINGS {
            let (fraction, Some(middle)) = self.at(f64::midpoint(low.0, high.0)) else { break };
            if self.goal.is_crossed(&low.1, &middle) {
                high = (fraction, middle);
            } else {
                low = (fraction, middle);
            }
            if middle.answer == self.goal.target {
                return Some(middle);
            }
        }
        let goal = self.goal;
        let ends = [low.1, high.1];
        ends.into_iter()
            .filter(|point| goal.is_good(point))
            .min_by(|a, b| goal.miss(a).total_cmp(&goal.miss(b)))
    }

    /// Adds places around the turning points that came nearest to the goal: a peak may hide between two places of the
    /// scan, and where the answer jumps, its best is at the very edge of the jump.
    fn look_closer(&self, places: &mut Vec<Place>) {
        let miss =
            |index: usize| places.get(index).and_then(|(_, point)| Some(self.goal.miss(point.as_ref()?)));
        let no_nearer = |index: usize, than: f64| miss(index).is_none_or(|miss| miss >= than);
        let mut misses: Vec<(usize, f64)> = (0..places.len())
            .filter_map(|index| Some((index, miss(index)?)))
            .filter(|(index, own)| no_nearer(index.wrapping_sub(1), *own) && no_nearer(index + 1, *own))
            .collect();
        rank::rising(&mut misses, |(_, miss)| *miss);
        let mut closer = Vec::new();
        for (index, _) in misses.into_iter().take(NEAREST) {
            let from = places[index.saturating_sub(1)];
            let to = places[(index + 1).min(places.len() - 1)];
            let step = (to.0 - from.0) / CLOSER as f64;
            closer.extend((1..CLOSER).map(|count| self.at(from.0 + step * count as f64)));
            closer.extend([from, to].into_iter().flat_map(|side| self.jump(side, places[index])));
        }
        places.extend(closer);
        rank::rising(places, |place| place.0);
    }
}
