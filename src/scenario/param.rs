//! A parameter: whatever a user can set, with all that sliders, typed entry, `--set`, files, help, the undo label,
//! sensitivity, goal seek and reports need to know of it.

use crate::catalog::Catalog;
use crate::engine::outcome::Outcome;
use crate::scenario::domain::{Domain, Group, NumberDomain};
use crate::scenario::id::ParamId;
use crate::scenario::stated::Scenario;
use crate::scenario::value::{StatedRange, Value};
use crate::text::quantity::{self, Unit};

/// One thing that a user can set.
#[derive(Debug)]
pub struct Param {
    /// Its name in this program.
    pub id: ParamId,
    /// Dotted path: in files, in `--set`, in reports.
    pub path: &'static str,
    /// Other paths that mean the same.
    pub aliases: &'static [&'static str],
    /// Short name on the slider, at most 14 characters.
    pub label: &'static str,
    /// Heading under which it is shown.
    pub group: Group,
    /// What it may be.
    pub domain: Domain,
    /// What it means, in one sentence.
    pub help: &'static str,
    /// It may be left to follow from the rest.
    pub optional: bool,
    /// What is shown where it is not set and nothing follows.
    pub unset: &'static str,
    /// The whole of which it is a part, where it makes no sense alone: one cause of a change.
    pub together: Option<&'static str>,
    pub(super) get: fn(&Scenario) -> Value,
    pub(super) set: fn(&mut Scenario, Value),
    pub(super) follows: Option<fn(&Scenario, &Catalog) -> Value>,
    pub(super) chosen: Option<fn(&Outcome) -> Value>,
}

/// The last columns of a row: what a parameter may be, and what else is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub(super) domain: Domain,
    pub(super) aliases: &'static [&'static str],
    pub(super) unset: &'static str,
    pub(super) follows: Option<fn(&Scenario, &Catalog) -> Value>,
    pub(super) chosen: Option<fn(&Outcome) -> Value>,
}

impl Columns {
    const fn new(domain: Domain, unset: &'static str) -> Self {
        Self { domain, aliases: &[], unset, follows: None, chosen: None }
    }

    /// Other paths that mean the same.
    pub(super) const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// What is shown where it is not set.
    pub(super) const fn unset(self, unset: &'static str) -> Self {
        Self { unset, ..self }
    }

    /// What it follows from when it is not set.
    pub(super) const fn follows(self, follows: fn(&Scenario, &Catalog) -> Value) -> Self {
        Self { follows: Some(follows), ..self }
    }

    /// What the engine chose where it was left to choose.
    pub(super) const fn chosen(self, chosen: fn(&Outcome) -> Value) -> Self {
        Self { chosen: Some(chosen), ..self }
    }
}

/// A number.
pub(super) const fn number(domain: NumberDomain) -> Columns {
    Columns::new(Domain::Number(domain), "none")
}

/// One of a few words.
pub(super) const fn words(words: &'static [&'static str]) -> Columns {
    Columns::new(Domain::Words(words), "auto")
}

/// Yes or no.
pub(super) const fn flag() -> Columns {
    Columns::new(Domain::Flag, "not stated")
}

/// A model of the catalog.
pub(super) const fn model() -> Columns {
    Columns::new(Domain::Model, "none")
}

/// An accelerator of the catalog.
pub(super) const fn gpu() -> Columns {
    Columns::new(Domain::Gpu, "auto")
}

/// A profile of the user's own.
pub(super) const fn profile() -> Columns {
    Columns::new(Domain::Profile, "published")
}

impl Param {
    /// The value as stated: [`Value::Auto`] where it follows from the rest.
    pub fn stated(&self, scenario: &Scenario) -> Value {
        let value = (self.get)(scenario);
        match scenario.ranges.of(self.id) {
            // A field that was changed since by itself is exact again.
            Some(range) if value == Value::Number(range.likely) => Value::Range(range),
            _ => value,
        }
    }

    /// The value in effect: as stated, else what it follows from; `Auto` where the engine chooses.
    pub fn effective(&self, scenario: &Scenario, catalog: &Catalog) -> Value {
        match (self.stated(scenario), self.follows) {
            (Value::Auto, Some(follows)) => follows(scenario, catalog),
            (value, _) => value,
        }
    }

    /// It may be left to follow from the rest of this scenario: a model only where its whole shape is stated.
    pub fn may_be_auto(&self, scenario: &Scenario) -> bool {
        self.optional && (self.id != ParamId::ModelPreset || scenario.model.is_whole())
    }

    /// Sets the value, and with it drops or states the range. It must have passed [`Param::check`].
    #[inline]
    pub fn set(&self, scenario: &mut Scenario, value: Value) {
        (self.set)(scenario, value);
        let range = match value {
            // Without width it is an exact number.
            Value::Range(range) if range.low < range.high => Some(range),
            _ => None,
        };
        scenario.ranges.set(self.id, range);
    }

    /// What the engine chose where it was left to choose; `None` where it never is.
    pub fn chosen_for(&self, outcome: &Outcome) -> Option<Value> {
        self.chosen.map(|chosen| chosen(outcome))
    }

    /// The unit of a numeric parameter.
    pub fn unit(&self) -> Option<Unit> {
        self.number().map(|domain| domain.unit)
    }

    /// The domain of a numeric parameter.
    pub fn number(&self) -> Option<&NumberDomain> {
        match &self.domain {
            Domain::Number(domain) => Some(domain),
            _ => None,
        }
    }

    /// A value as it is shown to people.
    pub fn display(&self, value: Value, catalog: &Catalog) -> String {
        let number = |number: f64| quantity::format(number, self.unit().unwrap_or(Unit::Count));
        match value {
            // Without one of the user's own there still is one.
            Value::Auto if matches!(self.domain, Domain::Profile) => self.unset.to_owned(),
            Value::Auto => "auto".to_owned(),
            Value::Number(exact) => number(exact),
            Value::Range(StatedRange { low, likely, high }) => [low, likely, high].map(number).join(".."),
            Value::Word(word) => word.to_owned(),
            Value::Flag(flag) => if flag { "yes" } else { "no" }.to_owned(),
            Value::Model(id) => catalog.model(id).name.clone(),
            Value::Gpu(id) => catalog.gpu(id).short_name().to_owned(),
            Value::Profile(id) => catalog.profile(id).id.clone(),
        }
    }

    /// A value as it is written in files and on the command line, to the last digit.
    pub fn written(&self, value: Value, catalog: &Catalog) -> String {
        let exact = |number: f64| match self.unit() {
            Some(Unit::Date) => quantity::format(number, Unit::Date),
            _ => quantity::format_exact(number),
        };
        match value {
            Value::Auto => "auto".to_owned(),
            Value::Number(number) => exact(number),
            Value::Range(StatedRange { low, likely, high }) => {
                let usual = self.number().is_some_and(|domain| domain.likely(low, high) == likely);
                let numbers = if usual { vec![low, high] } else { vec![low, likely, high] };
                numbers.into_iter().map(exact).collect::<Vec<_>>().join("..")
            }
            Value::Word(word) => word.to_owned(),
            Value::Flag(flag) => flag.to_string(),
            Value::Model(id) => catalog.model(id).id.clone(),
            Value::Gpu(id) => catalog.gpu(id).id.clone(),
            Value::Profile(id) => catalog.profile(id).id.clone(),
        }
    }

    /// What is shown where nothing is stated and nothing follows: what the engine chose, or a word.
    pub fn unset_words(&self, outcome: &Outcome, catalog: &Catalog) -> String {
        match self.chosen.map(|chosen| chosen(outcome)) {
            None | Some(Value::Auto) => self.unset.to_owned(),
            Some(number @ Value::Number(_)) => format!("auto {}", self.display(number, catalog)),
            Some(chosen) => format!("auto ({})", self.display(chosen, catalog)),
        }
    }

    /// Every value of a parameter that is chosen from a list, in the order of the list; none for a number.
    pub fn choices(&self, catalog: &Catalog) -> Vec<Value> {
        match self.domain {
            Domain::Number(_) => Vec::new(),
            Domain::Words(words) => words.iter().map(|word| Value::Word(word)).collect(),
            Domain::Flag => vec![Value::Flag(false), Value::Flag(true)],
            Domain::Model => catalog.model_ids().map(Value::Model).collect(),
            Domain::Gpu => catalog.gpu_ids().map(Value::Gpu).collect(),
            Domain::Profile => catalog.profile_ids().map(Value::Profile).collect(),
        }
    }

    /// What is allowed, in words: the bounds, the choices.
    pub fn allowed(&self) -> String {
        match &self.domain {
            Domain::Number(domain) => {
                let [min, max] = [domain.min, domain.max]
                    .map(|end| quantity::format_end(end, domain.unit, domain.min..=domain.max));
                let bounds = format!("{min} to {max}");
                match domain.word {
                    Some(word) => format!("{bounds}, or \"{word}\""),
                    None => bounds,
                }
            }
            Domain::Words(words) => words.join(", "),
            Domain::Flag => "true or false".to_owned(),
            Domain::Model => "a model from `whatif list models`, or the path of its config.json".to_owned(),
            Domain::Gpu => "an accelerator from `whatif list gpus`".to_owned(),
            Domain::Profile => {
                "a profile from `whatif list profiles`, as `whatif calibrate` saves them".to_owned()
            }
        }
    }
}
