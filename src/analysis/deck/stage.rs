//! A step worked out: the figures before and now, what changed, what caused it, what it is paid for with.

use std::sync::Arc;

use crate::analysis::answer::Answer;
use crate::analysis::case::{Case, World};
use crate::analysis::changes::{Change, changes};
use crate::analysis::deck::{Deck, Step};
use crate::analysis::published::{Published, cited};
use crate::analysis::range::{Figures, Range, figures};
use crate::engine::promise::Percentile;
use crate::scenario::Scenario;
use crate::text::quantity::{Unit, format};

/// The least change of what a step is paid for with that somebody would notice. Assumption.
const NOTICED: f64 = 0.01;

/// A step worked out.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Its scenario, evaluated.
    pub case: Case,
    /// Every figure with its range.
    pub figures: Figures,
    /// What differs from the step before, in the order of the table of parameters; nothing where it starts afresh.
    pub changes: Vec<Change>,
    /// The figures that it shows large.
    pub shown: Vec<Shown>,
    /// The figures in which it is paid for.
    pub paid: Vec<Paid>,
    /// Published figures beside the derived ones, in the order in which the step names them.
    pub published: Vec<Published>,
}

/// A figure that a step shows large.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Which one it is.
    pub answer: Answer,
    /// The figure; `None` where it does not exist.
    pub now: Option<Range>,
    /// The figure of the step before; `None` where that does not exist, or nothing has changed since.
    pub before: Option<Range>,
    /// By how much a year's cost differs, of a figure that is paid over and over. USD.
    pub yearly_usd: Option<f64>,
}

/// A figure in which a step is paid for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paid {
    /// Which one it is.
    pub answer: Answer,
    /// The figure; `None` where it does not exist.
    pub now: Option<f64>,
    /// The figure of the step before, as of [`Shown::before`].
    pub before: Option<f64>,
    /// What the scenario promises or budgets for it.
    pub target: Option<Target>,
}

/// What a figure should not exceed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// The most that it should be, in the unit of its answer.
    pub most: f64,
    /// It is no more than that.
    pub is_kept: bool,
}

impl Deck {
    /// Every step worked out, in order.
    pub fn stages(&self, world: &Arc<World>) -> Vec<Stage> {
        let mut stages: Vec<Stage> = Vec::with_capacity(self.steps.len());
        for (step, scenario) in self.steps.iter().zip(self.scenarios()) {
            let before = stages.last();
            let case = before.map_or_else(|| Case::new(world, scenario), |stage| stage.case.of(scenario));
            let figures = figures(&case);
            let stage = step.stage(case, figures, before);
            stages.push(stage);
        }
        stages
    }
}

impl Step {
    /// The step worked out for a case with its figures, its own or one that was turned from it, against the step before.
    pub fn stage(&self, case: Case, figures: Figures, before: Option<&Stage>) -> Stage {
        let before = before.filter(|_| self.start.is_none());
        let changes = before.map_or_else(Vec::new, |before| changes(&before.case.scenario, &case.scenario));
        let before = before.filter(|_| !changes.is_empty());
        let shown = self.shown().iter().map(|answer| Shown::new(*answer, &case, &figures, before)).collect();
        let paid = self.paid_with.iter().map(|answer| Paid::new(*answer, &case, before)).collect();
        let published = self.claims.iter().filter_map(|id| cited(id, &case, &figures)).collect();
        Stage { case, figures, changes, shown, paid, published }
    }
}

impl Shown {
    fn new(answer: Answer, case: &Case, figures: &Figures, before: Option<&Stage>) -> Self {
        let yearly = |case: &Case| Answer::YearlyCost.of(&case.outcome);
        let is_repeated = matches!(answer, Answer::DailyCost | Answer::MonthlyCost);
        Self {
            answer,
            now: figures.range(answer),
            before: before.and_then(|before| before.figures.range(answer)),
            yearly_usd: before
                .filter(|_| is_repeated)
                .and_then(|before| Some(yearly(case)? - yearly(&before.case)?)),
        }
    }
}

impl Paid {
    fn new(answer: Answer, case: &Case, before: Option<&Stage>) -> Self {
        let now = answer.of(&case.outcome);
        let target = now.zip(most(answer, &case.scenario));
        Self {
            answer,
            now,
            before: before.and_then(|before| answer.of(&before.case.outcome)),
            target: target.map(|(now, most)| Target { most, is_kept: now <= most }),
        }
    }

    /// It moved so far that somebody would notice.
    pub(super) fn has_moved(&self, before: f64, now: f64) -> bool {
        let unit = self.answer.unit();
        (now / before - 1.0).abs() >= NOTICED && format(before, unit) != format(now, unit)
    }

    /// It got worse than it was before.
    pub fn is_worse(&self) -> bool {
        use crate::analysis::answer::Better::{Higher, Lower, Neither};
        let Some((before, now)) =
            self.before.zip(self.now).filter(|(before, now)| self.has_moved(*before, *now))
        else {
            return false;
        };
        match self.answer.better() {
            Lower => now > before,
            Higher => now < before,
            Neither => true,
        }
    }
}

/// A change that no reader would see is none: less than half of a thousandth.
pub(super) fn same(before: f64, now: f64, unit: Unit) -> bool {
    let by = if unit == Unit::Share { now - before } else { now / before - 1.0 };
    before == now || by.abs() < 0.0005
}

/// The most that an answer should be, by the promise of a scenario or its budget.
fn most(answer: Answer, scenario: &Scenario) -> Option<f64> {
    let target = &scenario.target;
    let for_whom =
        |percentile: Percentile, most: Option<f64>| most.filter(|_| target.percentile == percentile);
    let least = |one: Option<f64>, other: Option<f64>| one.into_iter().chain(other).reduce(f64::min);
    match answer {
        Answer::Ttft => {
            least(scenario.workload.latency_target_ms, for_whom(Percentile::Mean, target.ttft_ms))
        }
        Answer::TtftP95 => for_whom(Percentile::P95, target.ttft_ms),
        Answer::Tpot => {
            let rate = for_whom(Percentile::Mean, target.tokens_per_s_per_user);
            least(rate.map(|rate| 1e3 / rate), for_whom(Percentile::Mean, target.tpot_ms))
        }
        Answer::RequestLatency => for_whom(Percentile::Mean, target.request_ms),
        Answer::MonthlyCost => scenario.budget.monthly_inference_usd,
        Answer::TrainingCost => scenario.budget.training_usd,
        _ => None,
    }
}
