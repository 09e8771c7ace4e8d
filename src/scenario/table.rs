//! The rows: each parameter's path, label, heading, domain, meaning, and what it follows from when it is not set.
//!
//! One module a heading, in the order of the screen.

use crate::catalog::Catalog;
use crate::engine::shape::ModelShape;
use crate::scenario::param::{Domain, NumberDomain, Param};
use crate::scenario::{Scenario, resolve};

/// An optional fallback.
macro_rules! fallback {
    () => {
        None
    };
    ($fallback:expr) => {
        Some($fallback)
    };
}

/// A parameter whose path is the path of its field.
macro_rules! param {
    ($($field:ident).+, $label:literal, $group:ident, $domain:expr, $help:literal $(, $fallback:expr)?) => {
        Param {
            path: stringify!($($field).+),
            aliases: &[],
            label: $label,
            group: $group,
            domain: $domain,
            help: $help,
            get: |scenario| scenario.$($field).+.value(),
            set: |scenario, value| scenario.$($field).+.assign(value),
            fallback: fallback!($($fallback)?),
        }
    };
}

mod demand;
mod governance;
mod main;
mod money;
mod serving;
mod shape;
mod strategies;
mod training;

/// Context lengths with a name.
const CONTEXTS: &[f64] = &[512.0, 2048.0, 8192.0, 32_768.0, 131_072.0, 1_048_576.0];

const fn number(domain: NumberDomain) -> Domain {
    Domain::Number(domain)
}

/// The effective shape.
fn shape(scenario: &Scenario, catalog: &Catalog) -> ModelShape {
    resolve::shape(&scenario.model, catalog)
}

/// Every row, in the order of the screen.
pub(crate) fn rows() -> Vec<Param> {
    [
        main::rows(),
        demand::rows(),
        serving::rows(),
        training::rows(),
        money::rows(),
        strategies::rows(),
        governance::rows(),
        shape::rows(),
    ]
    .concat()
}
