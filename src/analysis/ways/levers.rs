//! Levers that reach a goal by themselves, and two that reach it together where none does.

use super::{Found, Goal, Way};
use crate::analysis::levers::{Lever, OTHER_ANSWERS, State, apply, levers};
use crate::scenario::ParamId;

/// The place among all ways of a lever that changes nothing of what people get, and of one after which another model answers.
const PLACES: [usize; 2] = [3, 13];
/// Levers that are another batch or accelerator, which are ways of their own.
const SLIDERS: [ParamId; 2] = [ParamId::ServingBatchSize, ParamId::HardwareGpu];
/// Levers of which every two are tried together: the ones that save most.
const PAIRED: usize = 10;

impl Goal<'_> {
    /// The levers that reach the target, with their places among all ways; where none does, the two that come nearest
    /// to it together.
    pub(super) fn levers(&self, locked: &[ParamId]) -> Vec<(usize, Way)> {
        if self.answer.of(&self.case.outcome).is_none_or(|now| self.is_good(now)) {
            return Vec::new();
        }
        let can = self.switches(locked);
        let alone: Vec<(usize, Way)> = can.iter().filter_map(|lever| self.switched(&[lever])).collect();
        if !alone.is_empty() {
            return alone;
        }
        let pairs = can.iter().enumerate().flat_map(|(index, one)| {
            can[index + 1..].iter().filter_map(move |other| self.switched(&[one, other]))
        });
        let miss =
            |way: &Way| way.found.as_ref().map_or(f64::INFINITY, |found| (found.reached - self.target).abs());
        let rank = |(place, way): &(usize, Way)| (way.found.as_ref().is_ok_and(|found| found.misses), *place);
        pairs
            .min_by(|a, b| rank(a).cmp(&rank(b)).then(miss(&a.1).total_cmp(&miss(&b.1))))
            .into_iter()
            .collect()
    }

    /// Levers that can be switched, rest on no weak price and move nothing that is locked.
    pub(super) fn switches(&self, locked: &[ParamId]) -> Vec<Lever> {
        let is_free = |lever: &Lever| lever.changes.iter().all(|change| !locked.contains(&change.param));
        let mut levers = levers(self.case);
        levers.retain(|lever| lever.state == State::Off && lever.mark.is_none() && is_free(lever));
        levers.retain(|lever| !lever.changes.is_empty() && !SLIDERS.contains(&lever.param));
        levers.truncate(PAIRED);
        levers
    }

    /// These levers switched, where that reaches the target.
    pub(super) fn switched(&self, levers: &[&Lever]) -> Option<(usize, Way)> {
        let mut scenario = self.case.scenario;
        for lever in levers {
            apply(lever, &mut scenario);
        }
        let outcome = self.case.evaluate(&scenario);
        let reached = self.answer.of(&outcome).filter(|reached| self.is_good(*reached))?;
        let answers_otherwise = levers.iter().any(|lever| OTHER_ANSWERS.contains(&lever.param));
        let mut params: Vec<ParamId> =
            levers.iter().flat_map(|lever| &lever.changes).map(|change| change.param).collect();
        params.dedup();
        let labels: Vec<&str> = levers.iter().map(|lever| lever.label).collect();
        let found = Found { scenario, reached, misses: self.misses(&outcome), is_weak: false, saves: None };
        let asks = if let [lever] = levers { lever.paid_with } else { "both together" };
        let way = Way { label: Some(labels.join(" + ")), params, asks, found: Ok(found) };
        Some((PLACES[usize::from(answers_otherwise)], way))
    }
}
