//! Ways to a goal: one parameter, a lever, or the accelerator with its batch, that brings an answer to its target; first
//! those that change least of what people get, of these the ones that reach it exactly, then what rests on a weak price, and
//! last what only a seller can choose.

mod levers;
mod savings;

pub use self::savings::savings;

use crate::analysis::answer::{Answer, Better};
use crate::analysis::case::Case;
use crate::analysis::goal::{GoalResult, solve};
use crate::analysis::hardware::{firm_gpus, serve_on, train_on};
use crate::analysis::levers::weak_price;
use crate::analysis::profile::{POINTS, profile};
use crate::analysis::service::keeps;
use crate::catalog::GpuId;
use crate::engine::outcome::Outcome;
use crate::engine::serving::Batch;
use crate::rank;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario, resolve};

/// Batches that are tried on every accelerator.
const BATCHES: [f64; 12] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 96.0, 128.0, 192.0, 256.0, 512.0];
/// An answer this near to the target, relative to it, counts as having reached it.
const NEAR: f64 = 0.005;

/// Answers that differ by less than this, relative to themselves, are the same.
const SAME: f64 = 1e-12;
/// How far beyond a few places of a track its answer may go, relative to what it goes through. Assumption.
const MARGIN: f64 = 0.1;

/// What a way asks that nobody chooses by themselves.
const ASKS_A_SELLER: &str = "if a seller agrees";

/// What a way may move by itself, and what it asks of people or of the world: those that ask least first.
const ALONE: [(ParamId, &str); 14] = [
    (ParamId::ServingBatchSize, ""),
    (ParamId::ServingEngine, ""),
    (ParamId::TrainingGpus, ""),
    (ParamId::ServingReservedShare, "under contract"),
    (ParamId::PricesBasis, "other sellers"),
    (ParamId::ServingPricePerGpuHour, ASKS_A_SELLER),
    (ParamId::TrainingPricePerGpuHour, ASKS_A_SELLER),
    (ParamId::WorkloadPrefixCacheHitRate, "if prompts repeat"),
    (ParamId::WorkloadCacheHitRate, "if requests repeat"),
    (ParamId::ServingWeightPrecision, "other precision"),
    (ParamId::WorkloadRequestsPerDay, "other demand"),
    (ParamId::WorkloadSequenceLength, "other lengths"),
    (ParamId::TrainingTokens, "other training"),
    (ParamId::ModelSize, "another model"),
];
/// From this place on a way changes what people get.
const CHANGES_WHAT_PEOPLE_GET: usize = 10;

/// A way that was looked at.
#[derive(Debug, Clone)]
pub struct Way {
    /// What it does, where that is more than moving parameters.
    pub label: Option<String>,
    /// The parameters that it moves, the first of which its name is from.
    pub params: Vec<ParamId>,
    /// What it asks of people or of the world, in a few words.
    pub asks: &'static str,
    /// Where it leads, or why it leads nowhere.
    pub found: Result<Found, GoalResult>,
}

/// Where a way leads.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The scenario with it.
    pub scenario: Scenario,
    /// What the answer becomes.
    pub reached: f64,
    /// A target or a promise is missed that is kept now.
    pub misses: bool,
    /// It rests on a price that is not firm, and that nothing rests on now.
    pub is_weak: bool,
    /// What it saves, USD a day, where that is what it is for.
    pub saves: Option<f64>,
}

impl Way {
    /// Only a seller can choose it.
    fn asks_a_seller(&self) -> bool {
        self.asks == ASKS_A_SELLER
    }

    /// It leads to the goal.
    pub fn is_found(&self) -> bool {
        self.found.is_ok()
    }
}

/// The answer is as good as the target.
pub fn is_near(reached: f64, target: f64) -> bool {
    (reached - target).abs() <= NEAR * target.abs()
}

/// The answer is better than the target as things are: there is nothing to reach, but room to use.
pub fn is_met(case: &Case, answer: Answer, target: f64) -> bool {
    let is_met = |now: f64| match answer.better() {
        Better::Lower => now < target,
        Better::Higher => now > target,
        Better::Neither => false,
    };
    answer.of(&case.outcome).is_some_and(|now| is_met(now) && !is_near(now, target))
}

/// Every way to a target that some accelerator, batch, price or slider opens, but for locked parameters: those that keep
/// what is promised before those that do not, firm prices before weak ones, and among them those that change least of what
/// people get; of as little, those that reach the target before those that only come near. `first` comes before all that
/// change as little. Prices that a seller would have to agree to come after all that one can choose, ways that lead nowhere last.
pub fn ways(
    case: &Case,
    answer: Answer,
    target: f64,
    first: Option<ParamId>,
    locked: &[ParamId],
) -> Vec<Way> {
    let goal = Goal { case, answer, target, kept_now: keeps(&case.outcome) };
    let own = first.filter(|first| ALONE.iter().all(|(param, _)| param != first)).map(|param| (param, ""));
    let alone = ALONE.iter().copied().enumerate().map(|(place, (param, asks))| (place + 1, param, asks));
    let own = own.map(|(param, asks)| (0, param, asks));
    let mut ways: Vec<(usize, Way)> = own
        .into_iter()
        .chain(alone)
        .filter(|(_, param, _)| !locked.contains(param))
        .map(|(place, param, asks)| {
            let is_first = Some(param) == first && place <= CHANGES_WHAT_PEOPLE_GET;
            (if is_first { 0 } else { place }, goal.alone(param, asks))
        })
        .collect();
    if !locked.contains(&ParamId::HardwareGpu) {
        ways.extend(goal.accelerators(locked).into_iter().map(|way| (1, way)));
    }
    ways.extend(goal.levers(locked));
    rank::by_key(&mut ways, |(place, way)| match &way.found {
        Ok(found) => {
            let is_short = *place > 0 && !is_near(found.reached, target);
            let is_sold = *place > 0 && way.asks_a_seller();
            (false, is_sold, found.misses, found.is_weak, changed_for_people(*place), is_short, *place)
        }
        Err(_) => (true, false, false, false, 0, false, *place),
    });
    ways.into_iter().map(|(_, way)| way).collect()
}

/// How much of what people get a way at this place of the list changes: nothing up to a place, then more at each.
const fn changed_for_people(place: usize) -> usize {
    place.saturating_sub(CHANGES_WHAT_PEOPLE_GET - 1)
}

/// What is asked.
struct Goal<'a> {
    case: &'a Case,
    answer: Answer,
    target: f64,
    kept_now: bool,
}

impl Goal<'_> {
    /// An answer on the good side of the target.
    fn is_good(&self, reached: f64) -> bool {
        match self.answer.better() {
            Better::Lower => reached <= self.target,
            Better::Higher => reached >= self.target,
            Better::Neither => is_near(reached, self.target),
        }
    }

    fn misses(&self, outcome: &Outcome) -> bool {
        self.kept_now && !keeps(outcome)
    }

    fn is_weak(&self, scenario: &Scenario) -> bool {
        weak_price(self.case, scenario).is_some()
    }

    fn alone(&self, param: ParamId, asks: &'static str) -> Way {
        let found =
            match self.glance(param).unwrap_or_else(|| solve(self.case, self.answer, self.target, param)) {
                GoalResult::Found { value, reached } => {
                    let scenario = self.case.changed(|scenario| param.put(scenario, value));
                    let misses = self.misses(&self.case.evaluate(&scenario));
                    Ok(Found { scenario, reached, misses, is_weak: self.is_weak(&scenario), saves: None })
                }
                nowhere => Err(nowhere),
            };
        Way { label: None, params: vec![param], asks, found }
    }

    /// That a parameter's track leads nowhere near the target, as far as a few of its places tell: what the whole search
    /// need not be for.
    fn glance(&self, param: ParamId) -> Option<GoalResult> {
        let along = profile(self.case, param, self.answer, POINTS)?;
        let known = along.points.iter().filter_map(|(value, point)| Some((*value, point.figure()?)));
        let known: Vec<(Value, f64)> =
            known.chain(along.now.map(|now| (param.stated(&self.case.scenario), now))).collect();
        let least = known.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        let (Some(low), Some(high)) = (least, known.iter().max_by(|a, b| a.1.total_cmp(&b.1))) else {
            return Some(GoalResult::NoAnswer);
        };
        if high.1 - low.1 <= SAME * high.1.abs() {
            return Some(GoalResult::NoEffect { answer: low.1 });
        }
        let near = MARGIN * (high.1 - low.1).min(self.target.abs());
        let is_within = (low.1 - near..=high.1 + near).contains(&self.target);
        let nowhere = GoalResult::OutOfReach { low: low.1, low_at: low.0, high: high.1, high_at: high.0 };
        (!is_within).then_some(nowhere)
    }

    /// Another accelerator alone, and with another batch: of all whose price is firm the one that comes nearest; of those
    /// with a weak price only where no other does.
    fn accelerators(&self, locked: &[ParamId]) -> Vec<Way> {
        let case = self.case;
        // The one in use keeps the price that is set for it: what another batch on it does is told by itself.
        let own = if self.answer.is_of_serving() {
            resolve::serving_gpu(&case.scenario)
        } else {
            resolve::training_gpu(&case.scenario, case.catalog())
        };
        let firm: Vec<GpuId> = firm_gpus(case).filter(|gpu| *gpu != own).collect();
        let all: Vec<GpuId> = case.catalog().gpu_ids().filter(|gpu| *gpu != own).collect();
        let best = |on: &dyn Fn(GpuId) -> Vec<Scenario>| {
            let of = |gpus: &[GpuId]| self.nearest(gpus.iter().flat_map(|gpu| on(*gpu)));
            of(&firm).or_else(|| of(&all))
        };
        let way = |params: &[ParamId], found| Way {
            label: None,
            params: params.to_vec(),
            asks: "",
            found: Ok(found),
        };
        if !self.answer.is_of_serving() {
            let run = case.outcome.training.run.gpus;
            let trained = best(&|gpu| vec![case.changed(|scenario| train_on(scenario, gpu, run))]);
            return trained.map(|found| way(&[ParamId::TrainingGpu], found)).into_iter().collect();
        }
        let on = |gpu| case.changed(|scenario| serve_on(scenario, gpu));
        let batched = |gpu| {
            let at = |batch| {
                let mut scenario = on(gpu);
                scenario.serving.batch_size = Batch::Requests(batch);
                scenario
            };
            BATCHES.map(at).to_vec()
        };
        let alone = best(&|gpu| vec![on(gpu)]);
        let miss = |found: &Found| (found.reached - self.target).abs();
        let both = best(&batched)
            .filter(|_| !locked.contains(&ParamId::ServingBatchSize))
            .filter(|both| alone.as_ref().is_none_or(|alone| miss(both) < miss(alone)));
        let ways = alone.map(|found| way(&[ParamId::HardwareGpu], found)).into_iter();
        let ways =
            ways.chain(both.map(|found| way(&[ParamId::HardwareGpu, ParamId::ServingBatchSize], found)));
        let ways: Vec<Way> = ways.collect();
        if ways.is_empty() { vec![self.alone(ParamId::HardwareGpu, "")] } else { ways }
    }

    /// The scenario whose answer comes nearest to the target on its good side without missing a promise that is kept now.
    fn nearest(&self, scenarios: impl Iterator<Item = Scenario>) -> Option<Found> {
        let is_good = |reached: f64| self.is_good(reached);
        scenarios
            .filter(|scenario| *scenario != self.case.scenario)
            .filter_map(|scenario| {
                let outcome = self.case.evaluate(&scenario);
                let reached = self.answer.of(&outcome).filter(|reached| is_good(*reached))?;
                let is_weak = || self.is_weak(&scenario);
                let found = || Found { scenario, reached, misses: false, is_weak: is_weak(), saves: None };
                (!self.misses(&outcome)).then(found)
            })
            .min_by(|a, b| (a.reached - self.target).abs().total_cmp(&(b.reached - self.target).abs()))
    }
}
