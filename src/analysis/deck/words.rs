//! What a step says of itself and its change: what it is about, how much less, what was set, what it is paid for with.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::changes::{Change, changes};
use crate::analysis::deck::ViewName;
use crate::analysis::deck::stage::{Paid, Shown, Stage, same};
use crate::catalog::ModelId;
use crate::engine::shape::ModelShape;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};

/// From so many times as much on a change is told as a multiple.
const MULTIPLE: f64 = 2.0;
/// Changes that a suggested headline names.
const NAMED: usize = 2;

impl Shown {
    /// How it differs from the step before: `22% less, saves $310k a year`; `None` where there is nothing to compare with.
    pub fn change(&self) -> Option<String> {
        let unit = self.answer.unit();
        let [before, now] = [self.before?.value, self.now?.value];
        if same(before, now, unit) {
            return Some("no change".to_owned());
        }
        let size = (now - before).abs();
        let (less, times) = match unit {
            Unit::Count => ("fewer", "many"),
            Unit::Milliseconds | Unit::Days => ("less", "long"),
            _ => ("less", "much"),
        };
        let way = if now < before { less } else { "more" };
        if unit == Unit::Share {
            return Some(format!("{} points {way}", digits(size * 100.0)));
        }
        let ratio = now / before;
        let by = if ratio >= MULTIPLE && ratio.is_finite() {
            match digits(ratio).as_str() {
                "2" => format!("twice as {times}"),
                ratio => format!("{ratio} times as {times}"),
            }
        } else {
            format!("{}% {way}", digits((ratio - 1.0).abs() * 100.0))
        };
        Some(match self.yearly_usd {
            Some(usd) if now < before => format!("{by}, saves {} a year", format(usd.abs(), Unit::Usd)),
            Some(usd) => format!("{by}, {} a year more", format(usd.abs(), Unit::Usd)),
            None if unit == Unit::Count => by,
            None => format!("{by}, by {}", format(size, unit)),
        })
    }
}

impl Paid {
    /// The figure before and now, against its target: `time to first token 463 to 684 ms, target 1 s: kept`.
    pub fn words(&self) -> String {
        let unit = self.answer.unit();
        let label = self.answer.label();
        let target = |target: f64| format!("target {}", format(target, unit));
        let Some(now) = self.now else { return format!("{label} is not known") };
        let figure = format(now, unit);
        let moved = match self.before {
            Some(before) if self.has_moved(before, now) => {
                format!("{label} {}", from_to(&format(before, unit), &figure))
            }
            Some(_) => format!("{label} stays at {figure}"),
            None => format!("{label} {figure}"),
        };
        match self.target {
            Some(goal) => {
                let verdict = if goal.is_kept { "kept" } else { "missed" };
                format!("{moved}, {}: {verdict}", target(goal.most))
            }
            None => moved,
        }
    }

    /// What stands before it: whether the step costs it.
    pub fn role(&self) -> &'static str {
        if self.is_worse() { "at the cost of" } else { "also" }
    }
}

impl Stage {
    /// What the step is about, in a line: the model, and what it is trained or served on.
    pub fn about(&self) -> String {
        let (case, catalog) = (&self.case, self.case.catalog());
        let named = |id: Option<ModelId>, shape: &ModelShape| {
            let known = id.filter(|_| case.scenario.model.size.is_none());
            let size = || format!("{} parameters", format(shape.total_parameters(), Unit::Parameters));
            known.map_or_else(size, |id| catalog.model(id).name.clone())
        };
        let is_of_training =
            |shown: &Shown| !shown.answer.is_of_serving() && shown.answer != Answer::InferenceShare;
        if self.shown.iter().all(is_of_training) {
            let [tokens, gpus] =
                [ParamId::TrainingTokens, ParamId::TrainingGpus].map(|param| value(param, case));
            let model = named(case.scenario.model.preset, &case.inputs.training.shape);
            let gpu = case.training_gpu().slider_name();
            return format!("{model}, trained on {tokens} tokens with {gpus} {gpu}");
        }
        let workload = &case.scenario.workload;
        let growing = match workload.growth_per_month {
            0.0 => String::new(),
            growth => format!(", growing {} a month", format(growth, Unit::Share)),
        };
        let model = named(case.served_model(), case.served_shape());
        let requests = format(workload.requests_per_day, Unit::Count);
        format!("{model} on {}, {requests} requests a day{growing}", case.serving_gpu().slider_name())
    }

    /// What was set since the step before, one change each: `Cache hits 35% to 40%`.
    pub fn changed(&self, before: &Case) -> Vec<String> {
        self.changes.iter().map(|change| words(change, before, &self.case)).collect()
    }
}

/// A change from what to what, in words.
pub fn words(change: &Change, before: &Case, now: &Case) -> String {
    let [from, to] = [before, now].map(|case| value(change.param, case));
    format!("{} {from} to {to}", change.param.label)
}

/// The value of a parameter in words; what is not set is told by what it follows from.
pub fn value(param: ParamId, case: &Case) -> String {
    match param.effective(&case.scenario, case.catalog()) {
        Value::Auto => param.unset_words(&case.outcome, case.catalog()),
        value => param.display(value, case.catalog()),
    }
}

/// A headline for a step that changes nothing: what its view shows.
pub fn view_headline(view: ViewName, answer: Answer) -> String {
    let words = match view {
        ViewName::Overview | ViewName::Compare => "Where we are",
        ViewName::Levers => "What each lever would save",
        ViewName::Hardware => "The same on other accelerators",
        ViewName::Sensitivity => return format!("What moves the {} most", answer.label()),
        ViewName::Frontier => "Cost against speed",
        ViewName::Growth => "What it will cost month by month",
        ViewName::Explain => return format!("Where the {} comes from", answer.label()),
        ViewName::Advice => "The same traffic through an API",
        ViewName::Pools => "Who answers which requests",
    };
    words.to_owned()
}

/// A headline for what changed between two cases.
pub fn headline(before: &Case, now: &Case) -> String {
    let changes = changes(&before.scenario, &now.scenario);
    let named: Vec<String> = changes.iter().take(NAMED).map(|change| words(change, before, now)).collect();
    match changes.len() {
        0 => "Where we are".to_owned(),
        count if count <= NAMED => named.join(", "),
        count => format!("{} and {} more", named.join(", "), count - NAMED),
    }
}

/// `998 to 434 ms`, `1.2 s to 434 ms`: a unit that both have stands once.
fn from_to(before: &str, now: &str) -> String {
    match (before.rsplit_once(' '), now.rsplit_once(' ')) {
        (Some((figure, unit)), Some((_, same))) if unit == same => format!("{figure} to {now}"),
        _ => format!("{before} to {now}"),
    }
}

/// `8.3` below ten, whole above.
fn digits(size: f64) -> String {
    if size < 9.95 {
        let text = format!("{size:.1}");
        text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
    } else {
        format!("{size:.0}")
    }
}
