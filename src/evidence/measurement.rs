//! A published figure, what it was measured on, and what the engine says of that.

use serde::Deserialize;

use crate::calibration::constants::Fitted;
use crate::calibration::error::{ErrorModel, Place};
use crate::calibration::kind::Kind;
use crate::evidence::comparison::Comparison;

/// What a figure was measured on: a deployment, or a training run.
pub trait Setup: Clone + Send + Sync + 'static {
    /// Constants of the model that predicts it.
    type Constants: Fitted;

    /// Every published row, in the order of its tables; read when first asked for.
    fn rows() -> &'static [Measurement<Self>];

    /// Where its figures lie among what was measured.
    fn place(&self) -> Place;

    /// Date of the software, years.
    fn software_date(&self) -> f64;

    /// What tells it from others of its model and accelerator.
    fn setting(&self) -> String;

    /// What the engine says, in the unit of the figure; `None` when it says that the setup does not fit.
    fn predict(&self, kind: Kind, constants: &Self::Constants) -> Option<f64>;
}

/// One published result.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement<S> {
    /// Name of the row.
    pub id: String,
    /// What was measured.
    pub kind: Kind,
    /// The model.
    pub model: String,
    /// The model, or the series of sizes that go together.
    pub series: String,
    /// Catalog id of the accelerator.
    pub gpu: String,
    /// What it was measured on, as far as that was stated.
    pub setup: S,
    /// The published value, in the figure's unit.
    pub published: f64,
    /// Where it was published.
    pub source: String,
    /// Why it is left out of fit and summary; `None` when it counts.
    pub left_out: Option<LeftOut>,
}

/// Why a row says nothing about the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOut {
    /// The server had not been warmed up: its first requests waited for kernels to be tuned.
    Cold,
    /// The server ran no more than a set number of requests, which was not stated.
    Capped,
    /// More requests were in flight than memory held: how many waited hangs on its last gigabyte.
    Queued,
    /// Another row of the same source contradicts it.
    Contradicted,
    /// Several tokens a step by speculative decoding: time per token far below that of the same GPUs without.
    Speculative,
    /// Nobody measured it: an estimate, or an upper bound.
    Estimated,
}

/// What goes together when rows are left out of a fit, to see how well the engine predicts what it never saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// All rows of one model.
    Model,
    /// All rows of one accelerator.
    Gpu,
    /// All rows of one hardware family.
    Family,
    /// All rows of one number format on one hardware family.
    Precision,
}

impl<S: Setup> Measurement<S> {
    /// The rows that count.
    pub fn counted() -> impl Iterator<Item = &'static Self> {
        S::rows().iter().filter(|row| row.left_out.is_none())
    }

    /// What the engine says, in the figure's unit; `None` when it says that the setup does not fit.
    pub fn predicted(&self, constants: &S::Constants) -> Option<f64> {
        self.setup.predict(self.kind, constants)
    }

    /// The rows with which it is left out.
    pub fn group(&self, by: Group) -> String {
        let place = self.setup.place();
        match by {
            Group::Model => self.series.clone(),
            Group::Gpu => self.gpu.clone(),
            Group::Family => place.family.id().to_owned(),
            Group::Precision => format!("{} {}", place.family.id(), place.precision.id()),
        }
    }

    /// The row with the engine's prediction.
    pub fn compared(&self, predicted: Option<f64>, errors: &ErrorModel) -> Comparison {
        let place = self.setup.place();
        let spread = errors.spread(self.kind, &place);
        Comparison {
            id: self.id.clone(),
            kind: self.kind,
            model: self.model.clone(),
            gpu: self.gpu.clone(),
            family: place.family,
            software_date: self.setup.software_date(),
            setting: self.setup.setting(),
            // The engine says it does not fit, though it ran: counted as completely wrong.
            predicted: predicted.unwrap_or(0.0),
            published: self.published,
            low_factor: spread.low_factor,
            high_factor: spread.high_factor,
            source: self.source.clone(),
        }
    }
}
