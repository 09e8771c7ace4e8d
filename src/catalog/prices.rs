//! Prices of accelerators: what an hour of one costs on a basis, from dated rows of named providers.
//!
//! A price is never one number. It has a basis (whose prices count), the rows that it was taken from, their spread, and
//! a standing: how far it can be trusted.

use crate::engine::choice::choices;

choices! {
    /// Whose prices count. Every comparison of accelerators is made on one basis.
    pub enum Basis {
        /// Clouds that sell to anybody: the median of their on-demand prices.
        Market = "market",
        /// AWS, Azure, GCP and Oracle.
        Hyperscaler = "hyperscaler",
        /// Clouds that rent little but GPUs.
        Neocloud = "neocloud",
        /// Hardware of one's own; what goes beyond it is rented on the market.
        Owned = "owned",
        /// The user's own rate card.
        Own = "own",
    }
}

/// How far a price can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Several providers, read in their sources within the last twelve months; or stated by the user.
    Firm,
    /// One provider alone.
    Single,
    /// The newest row is older than twelve months.
    Stale,
    /// General knowledge, not read in a source.
    Unverified,
    /// Nobody lists it: estimated from other prices.
    Estimated,
}

impl Standing {
    /// The price may win a comparison without a word.
    pub const fn is_firm(self) -> bool {
        matches!(self, Self::Firm)
    }

    /// The word beside a price that is not firm.
    pub const fn mark(self) -> Option<&'static str> {
        match self {
            Self::Firm => None,
            Self::Single => Some("single listing"),
            Self::Stale => Some("over a year old"),
            Self::Unverified => Some("unverified"),
            Self::Estimated => Some("estimated"),
        }
    }
}

/// A price and what it was taken from.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// USD per accelerator and hour.
    pub usd_per_hour: f64,
    /// The lower end of what the rows ask.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How far it can be trusted.
    pub standing: Standing,
}

/// What renting an accelerator costs on one basis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Offer {
    /// By the hour, whenever it is wanted.
    pub on_demand: Option<Quote>,
    /// Capacity that may be taken away.
    pub spot: Option<Quote>,
    /// Committed for a year.
    pub one_year: Option<Quote>,
    /// Committed for three years.
    pub three_years: Option<Quote>,
}
