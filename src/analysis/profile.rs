//! Profile: what an answer would be at all that a parameter can be, all else as it is.

use std::cmp::Ordering;

use crate::analysis::answer::{Answer, Better};
use crate::analysis::case::Case;
use crate::analysis::parallel;
use crate::engine::outcome::Outcome;
use crate::scenario::ParamId;
use crate::scenario::value::Value;

/// Places along a track at which an answer is worked out for a slider.
pub const POINTS: usize = 24;
/// Places along a track at which an answer is worked out for a curve.
const CURVE_POINTS: usize = 60;
/// A change by this factor takes an answer half of the way from the middle of the scale to its end.
const HALF_WAY: f64 = 1.6;

/// A change below this share is rounding.
const ROUNDING: f64 = 1e-3;
/// What a day costs as a parameter goes up, all else as it is. Whole replicas may stand against it: another layout may be the
/// cheapest a step further, and another share of them committed.
const ORDERS: [(ParamId, Ordering); 9] = [
    (ParamId::WorkloadRequestsPerDay, Ordering::Greater),
    (ParamId::WorkloadCacheHitRate, Ordering::Less),
    (ParamId::WorkloadPrefixCacheHitRate, Ordering::Less),
    (ParamId::WorkloadLatencyTargetMs, Ordering::Less),
    (ParamId::TargetTtftMs, Ordering::Less),
    (ParamId::TargetTpotMs, Ordering::Less),
    (ParamId::TargetRequestMs, Ordering::Less),
    (ParamId::TargetTokensPerSPerUser, Ordering::Greater),
    (ParamId::ServingPricePerGpuHour, Ordering::Greater),
];

/// What an answer is at a place on a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Point {
    /// It is this.
    Is(f64),
    /// It is this, with a target or a promise missed.
    Misses(f64),
    /// It does not exist: nothing fits, or the value cannot be.
    Nothing,
}

/// An answer along a track.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The answer as things are.
    pub now: Option<f64>,
    /// Which way the answer is better.
    pub better: Better,
    /// The track's places from end to end, evenly spaced: the value there, and what the answer would be.
    pub points: Vec<(Value, Point)>,
}

/// Works out an answer along the tracks of parameters; `None` of one that has no track.
///
/// Some parameters take many times as long as others: processors share their places.
pub fn profiles(case: &Case, params: &[ParamId], answer: Answer) -> Vec<Option<Profile>> {
    let points = parallel::each(params.len() * POINTS, |index| {
        let (param, place) = (params[index / POINTS], index % POINTS);
        param.number()?;
        let value = param.at_fraction(fraction(place, POINTS), case.catalog())?;
        Some((value, point(case, param, value, answer)))
    });
    let profile = |(param, points): (&ParamId, &[Option<(Value, Point)>])| {
        param.number()?;
        Some(Profile::new(case, answer, points.iter().copied().flatten().collect()))
    };
    params.iter().zip(points.chunks(POINTS)).map(profile).collect()
}

/// Works out an answer at as many places along a parameter's track; `None` where it has no track.
pub fn profile(case: &Case, param: ParamId, answer: Answer, places: usize) -> Option<Profile> {
    param.number()?;
    let points = along(case, param, places).map(|value| (value, point(case, param, value, answer)));
    Some(Profile::new(case, answer, points.collect()))
}

/// Works out an answer at everything that a parameter can be: along its track, or for each of its choices.
pub fn response(case: &Case, param: ParamId, answer: Answer) -> Profile {
    let values = match param.number() {
        Some(_) => along(case, param, CURVE_POINTS).collect(),
        None => param.choices(case.catalog()),
    };
    let points = parallel::each(values.len(), |index| {
        let value = values[index];
        (value, point(case, param, value, answer))
    });
    Profile::new(case, answer, points)
}

/// So many places along a track, from end to end.
fn along(case: &Case, param: ParamId, places: usize) -> impl Iterator<Item = Value> {
    (0..places).filter_map(move |place| param.at_fraction(fraction(place, places), case.catalog()))
}

/// Where a place out of so many lies on its track, 0 to 1.
fn fraction(place: usize, places: usize) -> f64 {
    place as f64 / (places - 1).max(1) as f64
}

fn point(case: &Case, param: ParamId, value: Value, answer: Answer) -> Point {
    if !param.has_room(value, &case.scenario) {
        return Point::Nothing;
    }
    let outcome = case.evaluate(&case.changed(|scenario| param.put(scenario, value)));
    match answer.of(&outcome) {
        None => Point::Nothing,
        Some(figure) if answer.is_of_serving() && misses(&outcome) => Point::Misses(figure),
        Some(figure) => Point::Is(figure),
    }
}

/// Users of the main pool wait longer than they are to.
fn misses(outcome: &Outcome) -> bool {
    outcome.serving.as_ref().is_ok_and(|serving| {
        let main = &serving.main;
        !main.keeps_promise || serving.ttft_s > main.plan.latency_target_s
    })
}

impl Point {
    /// The answer, where it exists.
    pub fn figure(self) -> Option<f64> {
        match self {
            Self::Is(figure) | Self::Misses(figure) => Some(figure),
            Self::Nothing => None,
        }
    }
}

impl Profile {
    fn new(case: &Case, answer: Answer, points: Vec<(Value, Point)>) -> Self {
        Self { now: answer.of(&case.outcome), better: answer.better(), points }
    }

    /// The place on the track, 0 to 1, in the list of points.
    pub fn at(&self, fraction: f64) -> Point {
        let last = self.points.len().saturating_sub(1) as f64;
        self.points.get((fraction * last).round() as usize).map_or(Point::Nothing, |(_, point)| *point)
    }

    /// The first place at which an answer goes against the order in which it should follow a parameter, and the answer there, after
    /// that at the place before.
    pub fn out_of_order(&self, param: ParamId, answer: Answer) -> Option<(Value, [f64; 2])> {
        let (_, order) = ORDERS.iter().find(|(own, _)| *own == param && answer == Answer::DailyCost)?;
        self.points.windows(2).find_map(|pair| {
            let [(_, Point::Is(before)), (value, Point::Is(after))] = *pair else { return None };
            let change = after / before - 1.0;
            let is_against = change.abs() > ROUNDING && change.total_cmp(&0.0) != *order;
            is_against.then_some((value, [before, after]))
        })
    }

    /// How high an answer is beside the answer now: a half as things are, towards 0 the less and towards 1 the more.
    /// The scale is the same for all sliders, so that a flat track moves little and a steep one much.
    pub fn height(&self, answer: f64) -> f64 {
        let times = self.now.filter(|now| *now > 0.0 && answer > 0.0).map_or(0.0, |now| (answer / now).ln());
        0.5 + 0.5 * times / (times.abs() + HALF_WAY.ln())
    }

    /// How good an answer is beside the answer now: 0 the best, 1 the worst, a half as things are.
    pub fn badness(&self, answer: f64) -> f64 {
        match self.better {
            Better::Lower => self.height(answer),
            Better::Higher => 1.0 - self.height(answer),
            Better::Neither => 0.5,
        }
    }
}
