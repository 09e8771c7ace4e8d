//! The figures of a scenario without a screen: as text, JSON, Markdown or CSV.

pub mod csv;
pub mod json;
pub mod markdown;
pub mod tables;
pub mod text;
pub mod validation;

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::findings::{Finding, findings};
use crate::analysis::range::{Figures, Range, figures};
use crate::catalog::Catalog;
use crate::catalog::records::{CLAIMS, Claim};
use crate::files::document::Document;
use crate::scenario::Scenario;
use crate::text::quantity::{self, Unit};

/// Everything that a report prints, worked out once.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// The scenario, evaluated.
    pub case: &'a Case,
    /// The scenario as its file tells of it.
    pub document: &'a Document,
    /// Every answer with its range.
    pub figures: Figures,
    /// What a reader should know.
    pub findings: Vec<Finding>,
    /// Published figures about this scenario or its model.
    pub claims: Vec<&'static Claim>,
}

impl<'a> Report<'a> {
    /// Works out the report of a case.
    #[must_use]
    pub fn new(case: &'a Case, document: &'a Document, scenario_id: Option<&str>) -> Self {
        let claims = claims_about(scenario_id, &case.scenario, case.catalog());
        Self { case, document, figures: figures(case), findings: findings(case), claims }
    }

    /// What calls for action.
    pub fn alerts(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_alert())
    }

    /// What the figures rest on, and why some do not exist.
    pub fn notes(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !finding.is_alert() || finding.is_refusal())
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
pub fn figure_words(figures: &Figures, answer: Answer) -> String {
    match figures.range(answer) {
        Some(range) => quantity::format(range.value, answer.unit()),
        None => "–".to_owned(),
    }
}
