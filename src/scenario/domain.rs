//! What a parameter may be, and the heading under which it is shown.

use crate::text::quantity::Unit;

/// The headings under which parameters are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// The five sliders of the first screen.
    Main,
    /// Demand: how many requests, and how they grow.
    Demand,
    /// How the model is served.
    Serving,
    /// What a request is made of, and what its user is promised.
    Requests,
    /// The training run.
    Training,
    /// Prices, training budget, electricity.
    Money,
    /// The people who train and serve.
    People,
    /// Routing, distilled model, edge, tiers.
    Strategies,
    /// Budgets, bills and stated answers.
    Governance,
    /// Single fields of the model's shape.
    Shape,
}

impl Group {
    /// Every group in the order of the screen.
    pub const ALL: [Self; 10] = [
        Self::Main,
        Self::Demand,
        Self::Serving,
        Self::Requests,
        Self::Training,
        Self::Money,
        Self::People,
        Self::Strategies,
        Self::Governance,
        Self::Shape,
    ];

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Main => "Model and load",
            Self::Demand => "Demand",
            Self::Serving => "Serving",
            Self::Requests => "Lengths and promises",
            Self::Training => "Training",
            Self::Money => "Money",
            Self::People => "People",
            Self::Strategies => "Strategies",
            Self::Governance => "Budgets and actuals",
            Self::Shape => "Model shape",
        }
    }
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
    /// A profile of the user's own.
    Profile,
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
    /// A word that may stand in the number's place, besides `auto` for optional parameters.
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

/// A number between two bounds on a linear track.
pub(super) const fn linear(unit: Unit, min: f64, max: f64, step: f64) -> NumberDomain {
    NumberDomain::new(unit, min, max, Scale::Linear(step))
}

/// A number between two bounds on a logarithmic track.
pub(super) const fn log(unit: Unit, min: f64, max: f64) -> NumberDomain {
    NumberDomain::new(unit, min, max, Scale::Log)
}

/// A whole number between two bounds on a track of powers of two.
pub(super) const fn binary(unit: Unit, min: f64, max: f64) -> NumberDomain {
    NumberDomain::new(unit, min, max, Scale::Binary).whole()
}

/// A share of one, in steps of 5%.
pub(super) const fn share() -> NumberDomain {
    linear(Unit::Share, 0.0, 1.0, 0.05)
}

/// A count of what has no halves, on a linear track.
pub(super) const fn pieces(min: f64, max: f64) -> NumberDomain {
    linear(Unit::Count, min, max, 1.0).whole()
}

impl NumberDomain {
    const fn new(unit: Unit, min: f64, max: f64, scale: Scale) -> Self {
        Self { unit, min, max, scale, stops: &[], whole: false, word: None, plausible: None, band: None }
    }

    /// With other bounds.
    pub(super) const fn between(mut self, min: f64, max: f64) -> Self {
        self.min = min;
        self.max = max;
        self
    }

    /// With named stops on the track.
    pub(super) const fn stops(mut self, stops: &'static [f64]) -> Self {
        self.stops = stops;
        self
    }

    /// Whole numbers only.
    pub(super) const fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// Not only whole numbers, though the track's steps are: a mean of many, say.
    pub(super) const fn fractional(mut self) -> Self {
        self.whole = false;
        self
    }

    /// With a word that may stand in the number's place.
    pub(super) const fn or_word(mut self, word: &'static str) -> Self {
        self.word = Some(word);
        self
    }

    /// With the range in which it may well lie.
    pub(super) const fn plausible(mut self, low: f64, high: f64) -> Self {
        self.plausible = Some([low, high]);
        self
    }

    /// With a published band marked on the track.
    pub(super) const fn band(mut self, name: &'static str, low: f64, high: f64) -> Self {
        self.band = Some((name, low, high));
        self
    }

    /// The number itself, or the nearest whole one where it must be whole.
    pub fn rounded(&self, number: f64) -> f64 {
        if self.whole { number.round() } else { number }
    }

    /// A number beside which another is typed: the present one, else one of those that it may be.
    pub(super) fn example(&self, present: Option<f64>) -> f64 {
        present.or(self.stops.first().copied()).unwrap_or(self.min)
    }

    /// Where a value lies on the track, 0 to 1.
    pub fn fraction(&self, value: f64) -> f64 {
        let (low, high, here) = match self.scale {
            Scale::Linear(_) => (self.min, self.max, value),
            Scale::Log | Scale::Binary => (self.min.ln(), self.max.ln(), value.max(self.min).ln()),
        };
        ((here - low) / (high - low)).clamp(0.0, 1.0)
    }

    /// The value at a place on the track, as it is, without rounding to a step.
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
