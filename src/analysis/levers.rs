//! Levers: everything that lowers cost, each with what it would save if it alone were switched now.
//!
//! Levers interact: routing lowers the load that batching fills, a cache shortens the queue. A saving is therefore
//! always the difference between two whole evaluations, never a percentage.

mod serving;
mod training;

use std::cmp::Ordering;

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::changes::{Change, changes};
use crate::analysis::findings::NO_SUCH_MODEL;
use crate::analysis::parallel;
use crate::analysis::service::{is_promised, keeps};
use crate::engine::outcome::Outcome;
use crate::engine::serving::SpeculationMethod;
use crate::rank;
use crate::scenario::pricing::{is_contract_at_cost, needed_to_serve, needed_to_train};
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario, resolve};

/// Where nothing is promised, a lever that more than doubles the time to the last token counts as too slow.
/// Assumption.
const SLOWEST_WITHOUT_TARGET: f64 = 2.0;

/// Levers after which people get answers of another model, or of less thought.
pub(super) const OTHER_ANSWERS: [ParamId; 4] =
    [ParamId::DistilledModel, ParamId::RoutingShare, ParamId::EdgeShare, ParamId::WorkloadThinkingTokens];

/// What a lever works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Serving.
    Serving,
    /// Training.
    Training,
}

/// Whether a lever can be switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It can be switched.
    Off,
    /// It is in use.
    On,
    /// It cannot be switched here, or would save nothing, and why.
    NotApplicable(&'static str),
}

/// What switching a lever does to the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnPromise {
    /// It is kept, or not kept, as before.
    #[default]
    AsBefore,
    /// It is kept only now.
    Mends,
    /// It is kept no longer: what does so is not proposed.
    Breaks,
}

/// What switching a lever does to the whole scenario.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Effect {
    /// Serving, USD a day; `None` where a side of the comparison does not exist.
    pub saves_daily_usd: Option<f64>,
    /// The whole training effort, USD; `None` where a side of the comparison does not exist.
    pub saves_training_usd: Option<f64>,
    /// Training with its updates and inference with its growth, USD over the horizon: what levers are ranked by.
    pub saves_horizon_usd: f64,
    /// All spending over the horizon once it is switched, USD; of what does not fit, nothing is counted.
    pub horizon_usd: f64,
    /// Change of the mean time to first token, ms.
    pub latency_change_ms: Option<f64>,
    /// Change of the memory in use on one GPU, of serving or of training as the lever's side says, bytes.
    pub memory_change_bytes: Option<f64>,
    /// GPUs of a replica of the main pool, before and after, where both can be served.
    pub gpus_per_replica: Option<[f64; 2]>,
    /// What did not fit before does now.
    pub makes_it_fit: bool,
    /// The latency target is missed by more than before, or answers take more than twice as long where nothing is
    /// promised.
    pub too_slow: bool,
    /// What it does to the promise.
    pub on_promise: OnPromise,
}

impl Effect {
    /// What could not be served, or not as promised, can be.
    pub fn mends(&self) -> bool {
        self.makes_it_fit || self.on_promise == OnPromise::Mends
    }

    /// It costs money, and makes nothing sooner.
    fn only_costs(&self) -> bool {
        let sooner = self.latency_change_ms.is_some_and(|change| change < 0.0);
        self.saves_horizon_usd < 0.0 && !self.mends() && !sooner
    }

    /// Some figure moves.
    pub fn is_any(&self) -> bool {
        let moves = |change: Option<f64>| change.is_some_and(|change| change != 0.0);
        self.saves_horizon_usd != 0.0
            || self.mends()
            || moves(self.latency_change_ms)
            || moves(self.memory_change_bytes)
    }
}

/// A lever: a switch from how things are to something better.
#[derive(Debug, Clone)]
pub struct Lever {
    /// Its first parameter.
    pub param: ParamId,
    /// What one does, in a few words.
    pub label: &'static str,
    /// What one gives for what it saves, in a few words: what no figure here tells. Assumption.
    pub paid_with: &'static str,
    /// The same in a word, for a table.
    pub paid_in_a_word: &'static str,
    /// What it works on.
    pub side: Side,
    /// Whether it can be switched.
    pub state: State,
    /// The value in effect.
    pub from: Value,
    /// The value that it would set; that in effect where it cannot be switched.
    pub to: Value,
    /// Every parameter that it sets.
    pub changes: Vec<Change>,
    /// What that does.
    pub effect: Effect,
    /// The mark of a price that it would rest on and that is not firm.
    pub mark: Option<&'static str>,
    /// What its gain rests on that nobody has measured here; `None` where that is nothing but the engine.
    pub assumes: Option<String>,
}

/// Switches a lever; one that is on or not applicable changes nothing.
pub fn apply(lever: &Lever, scenario: &mut Scenario) {
    for change in &lever.changes {
        change.apply(scenario);
    }
}

/// Every lever, the greatest saving over the horizon first; those without effect, in use or not applicable last.
pub fn levers(case: &Case) -> Vec<Lever> {
    let rules: Vec<&Rule> = serving::RULES.iter().chain(&training::RULES).collect();
    let mut levers = parallel::each(rules.len(), |index| lever(case, rules[index]));
    rank::by(&mut levers, ranking);
    levers
}

/// The levers of serving that keep a promise which is not kept now, the least spending first.
pub fn keeping_promise(case: &Case) -> Vec<Lever> {
    let mends = |lever: &Lever| lever.effect.on_promise == OnPromise::Mends;
    let mut levers: Vec<Lever> = serving::RULES.iter().map(|rule| lever(case, rule)).filter(mends).collect();
    let answers_otherwise = |lever: &Lever| OTHER_ANSWERS.contains(&lever.param);
    rank::by(&mut levers, |a, b| {
        let by_cost = a.effect.horizon_usd.total_cmp(&b.effect.horizon_usd);
        answers_otherwise(a).cmp(&answers_otherwise(b)).then(by_cost)
    });
    levers
}

/// Best first.
fn ranking(a: &Lever, b: &Lever) -> Ordering {
    let class = |lever: &Lever| match lever.state {
        State::Off if lever.effect.mends() => 0,
        State::Off if lever.effect.is_any() => 1,
        State::Off => 2,
        State::On => 3,
        State::NotApplicable(_) => 4,
    };
    class(a)
        .cmp(&class(b))
        .then(b.effect.saves_horizon_usd.total_cmp(&a.effect.saves_horizon_usd))
        .then(a.effect.horizon_usd.total_cmp(&b.effect.horizon_usd))
}

/// A row of the tables of levers.
struct Rule {
    /// The parameter that represents it.
    param: ParamId,
    label: &'static str,
    /// What it is paid for with, in a few words and in one.
    paid_with: [&'static str; 2],
    side: Side,
    propose: fn(&Case) -> Proposal,
}

/// What a rule offers in the current scenario.
enum Proposal {
    /// Scenarios of which the best is offered, even where it saves nothing.
    Switch(Vec<Scenario>),
    /// Scenarios of which the best is offered if it saves anything; else the current one is as good as it gets.
    Search(Vec<Scenario>),
    /// In use.
    On,
    /// Not possible here, and why.
    NotApplicable(&'static str),
}

/// One switch.
fn switch(case: &Case, change: impl FnOnce(&mut Scenario)) -> Proposal {
    Proposal::Switch(vec![case.changed(change)])
}

fn lever(case: &Case, rule: &Rule) -> Lever {
    if case.outcome.fault.is_some() {
        return idle(case, rule, State::NotApplicable(NO_SUCH_MODEL));
    }
    let (candidates, must_save) = match (rule.propose)(case) {
        Proposal::Switch(candidates) => (candidates, false),
        Proposal::Search(candidates) => (candidates, true),
        Proposal::On => return idle(case, rule, State::On),
        Proposal::NotApplicable(why) => return idle(case, rule, State::NotApplicable(why)),
    };
    let offered = !candidates.is_empty();
    let mut breaks = false;
    let best = candidates
        .into_iter()
        .filter_map(|candidate| Some((candidate, effect(case, &candidate, rule.side)?)))
        .filter(|(_, effect)| {
            breaks |= effect.on_promise == OnPromise::Breaks;
            let saves = effect.mends() || effect.saves_horizon_usd > 0.0;
            effect.on_promise != OnPromise::Breaks && (!must_save || (saves && !effect.too_slow))
        })
        .min_by(|(_, a), (_, b)| better(a, b));
    match best {
        Some((_, effect)) if effect.only_costs() => {
            idle(case, rule, State::NotApplicable("it would cost more"))
        }
        Some((candidate, effect)) => offer(case, rule, &candidate, effect),
        None if breaks => idle(case, rule, State::NotApplicable("it would break the promise")),
        None if must_save && offered => idle(case, rule, State::NotApplicable("nothing better is known")),
        None if offered => idle(case, rule, State::NotApplicable("it would not fit")),
        None => idle(case, rule, State::On),
    }
}

/// A lever that cannot be switched.
fn idle(case: &Case, rule: &Rule, state: State) -> Lever {
    let present = rule.param.effective(&case.scenario, case.catalog());
    Lever {
        param: rule.param,
        label: rule.label,
        paid_with: rule.paid_with[0],
        paid_in_a_word: rule.paid_with[1],
        side: rule.side,
        state,
        from: present,
        to: present,
        changes: Vec::new(),
        effect: Effect::default(),
        mark: None,
        assumes: None,
    }
}

/// A lever that changes the scenario to `candidate`.
fn offer(case: &Case, rule: &Rule, candidate: &Scenario, effect: Effect) -> Lever {
    let changes = changes(&case.scenario, candidate);
    let first = changes.iter().find(|change| change.param == rule.param).or(changes.first());
    let Some(first) = first else { return idle(case, rule, State::On) };
    let catalog = case.catalog();
    Lever {
        param: first.param,
        label: rule.label,
        paid_with: rule.paid_with[0],
        paid_in_a_word: rule.paid_with[1],
        side: rule.side,
        state: State::Off,
        from: first.param.effective(&case.scenario, catalog),
        to: first.param.effective(candidate, catalog),
        changes,
        effect,
        mark: weak_price(case, candidate),
        assumes: assumed_guesses(case, candidate).or_else(|| assumed_contract(case, candidate)),
    }
}

/// The share of guesses that is taken to hold, where only the changed scenario guesses.
fn assumed_guesses(case: &Case, candidate: &Scenario) -> Option<String> {
    let rate = ParamId::ServingAcceptanceRate;
    let guesses = |scenario: &Scenario| scenario.serving.speculation != SpeculationMethod::None;
    let new = guesses(candidate) && !guesses(&case.scenario) && rate.stated(candidate) == Value::Auto;
    new.then(|| {
        format!("{} of guesses hold", rate.display(rate.effective(candidate, case.catalog()), case.catalog()))
    })
}

/// That the price of a new contract is not a listed one but what owning costs.
fn assumed_contract(case: &Case, candidate: &Scenario) -> Option<String> {
    let new = candidate.serving.reserved_share > case.scenario.serving.reserved_share;
    (new && is_contract_at_cost(candidate, case.catalog()))
        .then(|| "the contract costs what owning the GPUs does, less than which nobody would ask".to_owned())
}

/// The mark of a price that is not firm and that only the changed scenario rests on.
pub(super) fn weak_price(case: &Case, candidate: &Scenario) -> Option<&'static str> {
    let catalog = case.catalog();
    let rests_on = |scenario: &Scenario| {
        let gpu = resolve::serving_gpu(scenario);
        let serving = needed_to_serve(scenario, catalog, gpu).into_iter().map(move |price| (gpu, price));
        let gpu = resolve::training_gpu(scenario, catalog);
        let training = needed_to_train(scenario, catalog).into_iter().map(move |price| (gpu, price));
        serving.chain(training).map(|(gpu, price)| (gpu, price.kind, price.standing)).collect::<Vec<_>>()
    };
    let before = rests_on(&case.scenario);
    let mut new = rests_on(candidate).into_iter().filter(|price| !before.contains(price));
    new.find_map(|(_, _, standing)| standing.mark())
}

/// What a change does; `None` where it makes something stop fitting.
fn effect(case: &Case, candidate: &Scenario, side: Side) -> Option<Effect> {
    let changed = case.of(*candidate);
    let (before, after) = (&case.outcome, &changed.outcome);
    let serving_fits = (before.serving.is_ok(), after.serving.is_ok());
    let training_fits = (before.training.run.fits, after.training.run.fits);
    if serving_fits == (true, false) || training_fits == (true, false) {
        return None;
    }
    let saves = |figure: &dyn Fn(&Outcome) -> Option<f64>| Some(figure(before)? - figure(after)?);
    Some(Effect {
        saves_daily_usd: saves(&|outcome| Answer::DailyCost.of(outcome)),
        saves_training_usd: saves(&|outcome| Answer::TrainingCost.of(outcome)),
        saves_horizon_usd: horizon_training(case).zip(horizon_training(&changed)).map_or(0.0, difference)
            + horizon_inference(case).zip(horizon_inference(&changed)).map_or(0.0, difference),
        horizon_usd: horizon_training(&changed).unwrap_or(0.0) + horizon_inference(&changed).unwrap_or(0.0),
        latency_change_ms: saves(&|outcome| Answer::Ttft.of(outcome)).map(|saved| 0.0 - saved),
        memory_change_bytes: saves(&|outcome| memory_per_gpu(outcome, side)).map(|saved| 0.0 - saved),
        gpus_per_replica: before
            .serving
            .as_ref()
            .ok()
            .zip(after.serving.as_ref().ok())
            .map(|(before, after)| [before.main.gpus_per_replica, after.main.gpus_per_replica]),
        makes_it_fit: serving_fits == (false, true) || training_fits == (false, true),
        too_slow: too_slow(case, after),
        on_promise: match (keeps(before), keeps(after)) {
            (true, false) => OnPromise::Breaks,
            (false, true) if before.serving.is_ok() => OnPromise::Mends,
            _ => OnPromise::AsBefore,
        },
    })
}

/// The outcome misses the latency target, further than the current one does where that misses it too.
fn too_slow(case: &Case, after: &Outcome) -> bool {
    let before = &case.outcome;
    if is_promised(&case.scenario) && keeps(after) {
        return false;
    }
    let (answer, limit) = if let Some(target) = case.scenario.workload.latency_target_ms {
        (Answer::Ttft, target.max(Answer::Ttft.of(before).unwrap_or(target)))
    } else {
        let present = Answer::RequestLatency.of(before).unwrap_or(f64::INFINITY);
        (Answer::RequestLatency, present * SLOWEST_WITHOUT_TARGET)
    };
    answer.of(after).is_some_and(|latency| latency > limit)
}

/// Of two effects of one lever: what fits and keeps the promise, then what is fast enough, then what costs less.
fn better(a: &Effect, b: &Effect) -> Ordering {
    b.mends().cmp(&a.mends()).then(a.too_slow.cmp(&b.too_slow)).then(a.horizon_usd.total_cmp(&b.horizon_usd))
}

/// Inference over the horizon, USD; `None` where the model cannot be served.
fn horizon_inference(case: &Case) -> Option<f64> {
    case.outcome.split().map(|split| split.inference_usd)
}

/// First version and updates over the horizon, USD; `None` where the run does not fit.
fn horizon_training(case: &Case) -> Option<f64> {
    let course = case.outcome.course?;
    Some(course.training_by(course.months))
}

fn difference((before, after): (f64, f64)) -> f64 {
    before - after
}

/// Memory in use on one GPU.
fn memory_per_gpu(outcome: &Outcome, side: Side) -> Option<f64> {
    match side {
        Side::Training => Some(outcome.training.run.memory_per_gpu_bytes),
        Side::Serving => Some(outcome.serving.as_ref().ok()?.main.replica.memory.in_use()),
    }
}
