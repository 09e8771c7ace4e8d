//! How far the engine may be off: the spread of (published / predicted) on rows that were left out of the fit.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::calibration::kind::Kind;
use crate::engine::gpu::GpuFamily;
use crate::engine::precision::Precision;
use crate::engine::serving::Deployment;
use crate::engine::training::TrainingPlan;

/// Standard normal deviate of the 90% quantile.
const Z_80: f64 = 1.281_551_565_545;

/// Logarithmic standard deviation of the engine's error, by kind of figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErrorSpread {
    /// Of a replica's rate.
    pub throughput: f64,
    /// Of time per output token.
    pub tpot: f64,
    /// Of time to first token.
    pub ttft: f64,
    /// Of GPU-hours of training.
    pub training: f64,
}

/// An 80% range as factors of the likely value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Of the low end, below one.
    pub low_factor: f64,
    /// Of the high end, above one.
    pub high_factor: f64,
}

impl Spread {
    /// The logarithmic standard deviation of a normal error with a range as wide.
    pub(super) fn deviation(self) -> f64 {
        (self.high_factor / self.low_factor).ln() / (2.0 * Z_80)
    }
}

/// Where a figure lies among what was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Of a mixture of experts.
    pub experts: bool,
    /// Hardware family.
    pub family: GpuFamily,
    /// Format of the weights, or of training's arithmetic.
    pub precision: Precision,
    /// Parameters of the model.
    pub parameters: f64,
    /// Tokens of a sequence.
    pub context: f64,
}

impl From<&Deployment> for Place {
    fn from(deployment: &Deployment) -> Self {
        Self {
            experts: deployment.shape.experts.is_some(),
            family: deployment.gpu.family,
            precision: deployment.weight_precision,
            parameters: deployment.shape.total_parameters(),
            context: deployment.prompt_tokens + deployment.output_tokens,
        }
    }
}

impl From<&TrainingPlan> for Place {
    fn from(plan: &TrainingPlan) -> Self {
        Self {
            experts: plan.shape.experts.is_some(),
            family: plan.gpu.family,
            precision: plan.precision,
            parameters: plan.shape.total_parameters(),
            context: plan.sequence_length,
        }
    }
}

/// The engine's error by kind of figure: `presets/calibration/errors.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorModel {
    /// Outside of what was measured.
    pub widening: Widening,
    /// One entry for each figure, dense models and mixtures of experts apart.
    #[serde(rename = "error")]
    pub entries: Vec<ErrorEntry>,
}

/// The error of one kind of figure.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorEntry {
    /// Which.
    pub kind: Kind,
    /// Of mixtures of experts; otherwise of dense models.
    pub experts: bool,
    /// Left-out rows that it rests on.
    pub rows: usize,
    /// About one published value in ten lies below this multiple of the prediction.
    pub low_factor: f64,
    /// About one in ten lies above this multiple.
    pub high_factor: f64,
    /// Hardware families with rows.
    pub families: Vec<GpuFamily>,
    /// Formats of weights with rows.
    pub precisions: Vec<Precision>,
    /// Most parameters of a measured model.
    pub most_parameters: f64,
    /// Longest context measured, tokens.
    pub longest_context: f64,
}

/// By how much a range widens outside of what was measured, as multiples of its logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Widening {
    /// No row of the hardware family.
    pub family: f64,
    /// No row of any family by its maker.
    pub maker: f64,
    /// No row with weights of this format.
    pub precision: f64,
    /// No row of this sort of model (dense, experts) for the figure.
    pub sort: f64,
    /// For each doubling of the model's size or the context beyond the largest measured.
    pub doubling: f64,
}

impl ErrorModel {
    /// The file in `presets/calibration` that holds it.
    pub const FILE: &'static str = "errors.toml";

    /// The file that is built in.
    ///
    /// # Panics
    ///
    /// When the embedded file is malformed; a test reads it.
    pub fn embedded() -> Self {
        crate::catalog::embedded_toml("calibration/errors.toml")
    }

    /// The 80% range of a figure at this place. Continuous in sizes and lengths.
    pub fn spread(&self, kind: Kind, place: &Place) -> Spread {
        let of_kind = |entry: &&ErrorEntry| entry.kind == kind;
        let own = self.entries.iter().filter(of_kind).find(|entry| entry.experts == place.experts);
        let Some(entry) = own.or_else(|| self.entries.iter().find(of_kind)) else {
            return Spread { low_factor: 0.5, high_factor: 2.0 };
        };
        let mut wider = if own.is_none() { self.widening.sort } else { 1.0 };
        wider *= self.family_widening(entry, place.family);
        if !entry.precisions.iter().any(|measured| alike(*measured, place.precision)) {
            wider *= self.widening.precision;
        }
        let beyond = |value: f64, most: f64| (value / most).log2().max(0.0);
        let doublings =
            beyond(place.context, entry.longest_context) + beyond(place.parameters, entry.most_parameters);
        wider *= self.widening.doubling.powf(doublings);
        Spread { low_factor: entry.low_factor.powf(wider), high_factor: entry.high_factor.powf(wider) }
    }

    fn family_widening(&self, entry: &ErrorEntry, family: GpuFamily) -> f64 {
        if entry.families.contains(&family) {
            1.0
        } else if family.is_nvidia() {
            self.widening.family
        } else {
            self.widening.maker
        }
    }

    /// The text of the file.
    pub fn to_toml(&self) -> String {
        let mut text = PREAMBLE.to_owned();
        let Widening { family, maker, precision, sort, doubling } = self.widening;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "\n[widening]\nfamily = {family:.2}\nmaker = {maker:.2}\nprecision = {precision:.2}\nsort = {sort:.2}\n\
             doubling = {doubling:.2}"
        );
        for entry in &self.entries {
            let _ = writeln!(
                text,
                "\n[[error]]\nkind = \"{}\"\nexperts = {}\nrows = {}\nlow_factor = {:.3}\nhigh_factor = {:.3}\n\
                 families = [{}]\nprecisions = [{}]\nmost_parameters = {:.3e}\nlongest_context = {:.0}",
                entry.kind.id(),
                entry.experts,
                entry.rows,
                entry.low_factor,
                entry.high_factor,
                quoted(entry.families.iter().map(|family| family.id())),
                quoted(entry.precisions.iter().map(|precision| precision.id())),
                entry.most_parameters,
                entry.longest_context,
            );
        }
        text
    }
}

/// Comment at the head of the file.
const PREAMBLE: &str = "\
# The engine's error, as `whatif fit` leaves it: about one published value in ten lies below `low_factor`
# times the prediction and one in ten above `high_factor` times it, on rows whose model or whose accelerator was left
# out of the fit. `widening` multiplies the logarithms of both outside of what was measured: `family` and `precision` by how much
# further off rows were when their whole family or format was left out; the others are assumptions.
";

fn quoted(words: impl Iterator<Item = &'static str>) -> String {
    words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

/// Formats of the same width behave alike.
fn alike(one: Precision, other: Precision) -> bool {
    one.bytes() == other.bytes()
}
