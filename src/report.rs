//! The figures of a scenario, and every analysis, without a screen.
//!
//! A [`table::Table`] holds what one analysis says, typed and in units; the screen draws it too. A `Page` is what a
//! command prints; each of the `FORMATS` writes it.

#[cfg(feature = "cli")]
pub mod comparison;
#[cfg(feature = "cli")]
mod csv;
#[cfg(feature = "cli")]
pub mod explanation;
#[cfg(feature = "cli")]
pub mod format;
#[cfg(feature = "cli")]
mod json;
#[cfg(feature = "cli")]
pub mod listing;
#[cfg(feature = "cli")]
mod markdown;
#[cfg(feature = "cli")]
pub mod page;
#[cfg(feature = "cli")]
pub mod record;
#[cfg(feature = "cli")]
mod sections;
pub mod table;
pub mod tables;
#[cfg(feature = "cli")]
mod text;
#[cfg(feature = "cli")]
pub mod validation;

use crate::analysis::answer::Answer;
use crate::analysis::range::Figures;
use crate::catalog::Catalog;
use crate::catalog::records::{CLAIMS, Claim};
use crate::scenario::Scenario;
use crate::text::quantity;

/// Published figures about a built-in scenario or a scenario's model.
#[must_use]
pub fn claims_about(
    scenario_id: Option<&str>,
    scenario: &Scenario,
    catalog: &Catalog,
) -> Vec<&'static Claim> {
    let model = scenario.model.preset.map(|preset| catalog.model(preset).id.as_str());
    CLAIMS
        .iter()
        .filter(|claim| Some(claim.about.as_str()) == scenario_id || Some(claim.about.as_str()) == model)
        .collect()
}

/// A figure in words; the reason stands in the notes when it does not exist.
#[must_use]
pub fn figure_words(figures: &Figures, answer: Answer) -> String {
    match figures.range(answer) {
        Some(range) => quantity::format(range.value, answer.unit()),
        None => "–".to_owned(),
    }
}
