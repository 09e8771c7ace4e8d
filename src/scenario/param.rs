//! The one table of parameters: whatever a person can set stands here once.
//!
//! Sliders, typed entry, `--set`, scenario files, help, the undo label, sensitivity, goal seek and the report all
//! derive from it. Adding a parameter is one row in [`table`] and one use in a formula.

use std::sync::LazyLock;

use crate::catalog::Catalog;
use crate::scenario::Scenario;
use crate::scenario::value::Value;
use crate::text::quantity::{self, Unit};

/// The headings under which parameters are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// The five sliders of the first screen.
    Main,
    /// Who asks, how much and how it grows.
    Demand,
    /// How the model is served.
    Serving,
    /// The training run.
    Training,
    /// Prices, programme, electricity.
    Money,
    /// Routing, distilled model, edge, tiers.
    Strategies,
    /// Budgets, bills and stated answers.
    Governance,
    /// Single fields of the model's shape.
    Shape,
}

impl Group {
    /// Every group in the order of the screen.
    pub const ALL: [Self; 8] = [
        Self::Main,
        Self::Demand,
        Self::Serving,
        Self::Training,
        Self::Money,
        Self::Strategies,
        Self::Governance,
        Self::Shape,
    ];

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Main => "Model and load",
            Self::Demand => "Demand",
            Self::Serving => "Serving",
            Self::Training => "Training",
            Self::Money => "Money",
            Self::Strategies => "Strategies",
            Self::Governance => "Budgets and actuals",
            Self::Shape => "Model shape",
        }
    }
}

/// One thing that a person can set.
#[derive(Debug, Clone, Copy)]
pub struct Param {
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
    pub(super) get: fn(&Scenario) -> Value,
    pub(super) set: fn(&mut Scenario, Value),
    pub(super) fallback: Option<fn(&Scenario, &Catalog) -> Value>,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub enum Domain {
    /// A number on a track.
    Number(NumberDomain),
    /// One of a few words.
    Words(&'static [&'static str]),
    /// Yes or no.
    Flag,
    /// A model of the catalog.
    Model,
    /// An accelerator of the catalog.
    Gpu,
}

/// A number's unit, bounds, track and plausible range.
#[derive(Debug, Clone, Copy)]
pub struct NumberDomain {
    /// What it counts.
    pub unit: Unit,
    /// Least value allowed.
    pub min: f64,
    /// Greatest value allowed.
    pub max: f64,
    /// How the track is divided.
    pub scale: Scale,
    /// Values with a name on the track, ascending.
    pub stops: &'static [f64],
    /// Only whole numbers.
    pub whole: bool,
    /// A word that may stand in the number's place, beside `auto` for optional parameters.
    pub word: Option<&'static str>,
    /// What the value may well be, for sensitivity: low and high.
    pub plausible: Option<[f64; 2]>,
    /// A published band marked on the track, with its name.
    pub band: Option<(&'static str, f64, f64)>,
}

/// How a track is divided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// Even steps of this size.
    Linear(f64),
    /// Even ratios, with steps at 1, 1.5, 2, 3, 5, 7 of each decade.
    Log,
    /// Even ratios, with steps at powers of two and halfway between.
    Binary,
}

impl NumberDomain {
    /// A number between two bounds on a linear track.
    #[must_use]
    pub const fn linear(unit: Unit, min: f64, max: f64, step: f64) -> Self {
        Self::new(unit, min, max, Scale::Linear(step))
    }

    /// A number between two bounds on a logarithmic track.
    #[must_use]
    pub const fn log(unit: Unit, min: f64, max: f64) -> Self {
        Self::new(unit, min, max, Scale::Log)
    }

    /// A number between two bounds on a track of powers of two.
    #[must_use]
    pub const fn binary(unit: Unit, min: f64, max: f64) -> Self {
        Self::new(unit, min, max, Scale::Binary).whole()
    }

    /// A share of one, in steps of 5%.
    #[must_use]
    pub const fn share() -> Self {
        Self::linear(Unit::Share, 0.0, 1.0, 0.05)
    }

    const fn new(unit: Unit, min: f64, max: f64, scale: Scale) -> Self {
        Self { unit, min, max, scale, stops: &[], whole: false, word: None, plausible: None, band: None }
    }

    /// With other bounds.
    #[must_use]
    pub const fn between(mut self, min: f64, max: f64) -> Self {
        self.min = min;
        self.max = max;
        self
    }

    /// With named stops on the track.
    #[must_use]
    pub const fn stops(mut self, stops: &'static [f64]) -> Self {
        self.stops = stops;
        self
    }

    /// Whole numbers only.
    #[must_use]
    pub const fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// Not only whole numbers, though the track's steps are: a mean of many, say.
    #[must_use]
    pub const fn fractional(mut self) -> Self {
        self.whole = false;
        self
    }

    /// With a word that may stand in the number's place.
    #[must_use]
    pub const fn or_word(mut self, word: &'static str) -> Self {
        self.word = Some(word);
        self
    }

    /// With the range in which it may well lie.
    #[must_use]
    pub const fn plausible(mut self, low: f64, high: f64) -> Self {
        self.plausible = Some([low, high]);
        self
    }

    /// With a published band marked on the track.
    #[must_use]
    pub const fn band(mut self, name: &'static str, low: f64, high: f64) -> Self {
        self.band = Some((name, low, high));
        self
    }

    /// Where a value stands on the track, 0 to 1.
    #[must_use]
    pub fn fraction(&self, value: f64) -> f64 {
        let (low, high, here) = match self.scale {
            Scale::Linear(_) => (self.min, self.max, value),
            Scale::Log | Scale::Binary => (self.min.ln(), self.max.ln(), value.max(self.min).ln()),
        };
        ((here - low) / (high - low)).clamp(0.0, 1.0)
    }

    /// The value at a place on the track, as it is, without rounding to a step.
    #[must_use]
    pub fn at_fraction(&self, fraction: f64) -> f64 {
        let fraction = fraction.clamp(0.0, 1.0);
        match self.scale {
            Scale::Linear(_) => self.min + (self.max - self.min) * fraction,
            Scale::Log | Scale::Binary => {
                (self.min.ln() + (self.max.ln() - self.min.ln()) * fraction).exp().clamp(self.min, self.max)
            }
        }
    }
}

impl Param {
    /// Every parameter, in the order of the screen.
    #[must_use]
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Param>> = LazyLock::new(crate::scenario::table::rows);
        &ALL
    }

    /// The parameter with this path or alias.
    #[must_use]
    pub fn find(path: &str) -> Option<&'static Self> {
        Self::all().iter().find(|param| param.path == path || param.aliases.contains(&path))
    }

    /// Every path, for suggestions.
    pub fn paths() -> impl Iterator<Item = &'static str> {
        Self::all().iter().map(|param| param.path)
    }

    /// The value as stated: [`Value::Auto`] where it follows from the rest.
    #[must_use]
    pub fn stated(&self, scenario: &Scenario) -> Value {
        (self.get)(scenario)
    }

    /// The value in effect: as stated, else what it follows from; `Auto` where the engine chooses.
    #[must_use]
    pub fn effective(&self, scenario: &Scenario, catalog: &Catalog) -> Value {
        match (self.stated(scenario), self.fallback) {
            (Value::Auto, Some(fallback)) => fallback(scenario, catalog),
            (value, _) => value,
        }
    }

    /// Sets the value. It must have passed [`Param::check`].
    pub fn set(&self, scenario: &mut Scenario, value: Value) {
        (self.set)(scenario, value);
    }

    /// It may be left to follow from the rest.
    #[must_use]
    pub fn is_optional(&self, scenario: &Scenario) -> bool {
        let mut copy = *scenario;
        (self.set)(&mut copy, Value::Auto);
        (self.get)(&copy) == Value::Auto
    }

    /// The unit of a numeric parameter.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        self.number().map(|domain| domain.unit)
    }

    /// The domain of a numeric parameter.
    #[must_use]
    pub fn number(&self) -> Option<&NumberDomain> {
        match &self.domain {
            Domain::Number(domain) => Some(domain),
            _ => None,
        }
    }

    /// A value as it is shown to people.
    #[must_use]
    pub fn display(&self, value: Value, catalog: &Catalog) -> String {
        match value {
            Value::Auto => "auto".to_owned(),
            Value::Number(number) => quantity::format(number, self.unit().unwrap_or(Unit::Count)),
            Value::Word(word) => word.to_owned(),
            Value::Flag(flag) => if flag { "yes" } else { "no" }.to_owned(),
            Value::Model(id) => catalog.model(id).name.clone(),
            Value::Gpu(id) => catalog.gpu(id).short_name().to_owned(),
        }
    }

    /// A value as it is written in files and on the command line, to the last digit.
    #[must_use]
    pub fn written(&self, value: Value, catalog: &Catalog) -> String {
        match value {
            Value::Auto => "auto".to_owned(),
            Value::Number(number) => quantity::format_exact(number),
            Value::Word(word) => word.to_owned(),
            Value::Flag(flag) => flag.to_string(),
            Value::Model(id) => catalog.model(id).id.clone(),
            Value::Gpu(id) => catalog.gpu(id).id.clone(),
        }
    }

    /// What is allowed, in words: the bounds, the choices.
    #[must_use]
    pub fn allowed(&self) -> String {
        match &self.domain {
            Domain::Number(domain) => {
                let bounds = format!(
                    "{} to {}",
                    quantity::format(domain.min, domain.unit),
                    quantity::format(domain.max, domain.unit)
                );
                match domain.word {
                    Some(word) => format!("{bounds}, or \"{word}\""),
                    None => bounds,
                }
            }
            Domain::Words(words) => words.join(", "),
            Domain::Flag => "true or false".to_owned(),
            Domain::Model => "a model of `whatif list models`".to_owned(),
            Domain::Gpu => "an accelerator of `whatif list gpus`".to_owned(),
        }
    }
}
