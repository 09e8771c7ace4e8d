//! The figures of a scenario without a screen: as text, JSON, Markdown or CSV.

pub mod csv;
pub mod json;
pub mod markdown;
pub mod tables;
pub mod text;
pub mod validation;

use crate::analysis::Engine;
use crate::analysis::answer::Answer;
use crate::analysis::notes::{Note, notes};
use crate::analysis::range::{Headline, Range, headline};
use crate::calibration::Calibration;
use crate::catalog::Catalog;
use crate::catalog::records::{CLAIMS, Claim};
use crate::files::document::Document;
use crate::scenario::Scenario;
use crate::text::quantity::{self, Unit};

/// Everything that a report prints, worked out once.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// The facts and constants behind it.
    pub engine: Engine<'a>,
    /// The scenario.
    pub document: &'a Document,
    /// Outcome and ranges.
    pub headline: Headline,
    /// Assumptions, refusals and other things to know.
    pub notes: Vec<Note>,
    /// Published figures about this scenario or its model.
    pub claims: Vec<&'static Claim>,
}

impl<'a> Report<'a> {
    /// Works out the report of a scenario.
    #[must_use]
    pub fn new(
        engine: Engine<'a>,
        document: &'a Document,
        scenario_id: Option<&str>,
        calibration: &Calibration,
    ) -> Self {
        let headline = headline(&engine, &document.scenario, calibration);
        let notes = notes(&engine, &document.scenario, &headline.outcome);
        let claims = claims_about(scenario_id, &document.scenario, engine.catalog);
        Self { engine, document, headline, notes, claims }
    }
}

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

/// A range as `4.1-16M` beside its value: the low and the high end.
#[must_use]
pub fn range_words(range: &Range, unit: Unit) -> String {
    format!("{} to {}", quantity::format(range.low, unit), quantity::format(range.high, unit))
}

/// A figure in words; the reason stands in the notes when it does not exist.
#[must_use]
pub fn figure_words(headline: &Headline, answer: Answer) -> String {
    match headline.range(answer) {
        Some(range) => quantity::format(range.value, answer.unit()),
        None => "–".to_owned(),
    }
}
