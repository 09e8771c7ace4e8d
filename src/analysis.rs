//! Questions that take many evaluations: ranges, rankings, goals, comparisons.
//!
//! Everything here is pure: scenarios and a catalog in, plain data out. The screen and the report print it.

pub mod actuals;
pub mod advice;
pub mod alerts;
pub mod answer;
pub mod api_costs;
pub mod attribution;
pub mod changes;
pub mod explain;
pub mod frontier;
pub mod goal;
pub mod growth;
pub mod hardware;
pub mod levers;
pub mod notes;
pub mod range;
pub mod sensitivity;
pub mod sweep;

use crate::calibration::Calibration;
use crate::catalog::Catalog;
use crate::engine::inputs::Inputs;
use crate::engine::outcome::Outcome;
use crate::engine::{Constants, evaluate};
use crate::scenario::Scenario;
use crate::scenario::resolve::resolve;

/// What every analysis works with: the facts and the engine's constants.
#[derive(Debug, Clone, Copy)]
pub struct Engine<'a> {
    /// Models and accelerators.
    pub catalog: &'a Catalog,
    /// Fitted constants.
    pub constants: &'a Constants,
}

impl<'a> Engine<'a> {
    /// The calibrated engine on a catalog.
    #[must_use]
    pub fn new(calibration: &'a Calibration, catalog: &'a Catalog) -> Self {
        Self { catalog, constants: &calibration.constants }
    }

    /// The engine's inputs for a scenario.
    #[must_use]
    pub fn inputs(&self, scenario: &Scenario) -> Inputs {
        resolve(scenario, self.catalog)
    }

    /// One evaluation.
    #[must_use]
    pub fn evaluate(&self, scenario: &Scenario) -> Outcome {
        evaluate(&self.inputs(scenario), self.constants)
    }
}
