//! The fit: robust least squares on the logarithm of (predicted / published), every constant pulled toward its prior.

use std::collections::HashMap;

use crate::calibration::constants::ConstantsFile;
use crate::calibration::kind::Kind;
use crate::engine::gpu::GpuFamily;
use crate::engine::training::{TrainingConstants, TrainingPlan, train};
use crate::evidence::measurement::{Measurement, Setup};
use crate::evidence::serving::Trial;
use crate::fitting::least_squares::{self, Care, Constant, Fit};

/// Logarithmic error at which a row's pull begins to level off.
const SCALE: f64 = 0.10;
/// Logarithmic error of a row that the engine says does not fit into memory.
const MISFIT: f64 = 1.0;

/// Rows that tell much the same: of one series, one hardware family where that matters, and one kind.
pub type Crowd<'a> = (&'a str, Option<GpuFamily>, Kind);

/// What a fit asks of a setup besides what it predicts.
pub trait Fits: Setup {
    /// The crowd to which a row belongs.
    fn crowd(row: &Measurement<Self>) -> Crowd<'_>;

    /// Weight of a row among `crowd` of its like: a long table must not outvote the rest.
    fn weight(kind: Kind, crowd: f64) -> f64;

    /// The same setup with all stated that the engine decides without its constants: the same figures, sooner.
    fn settled(&self) -> Self {
        self.clone()
    }
}

impl Fits for Trial {
    fn crowd(row: &Measurement<Self>) -> Crowd<'_> {
        (&row.series, None, row.kind)
    }

    /// What users ask about most counts most; sixty rows of a model and figure weigh fully.
    fn weight(kind: Kind, crowd: f64) -> f64 {
        let own = match kind {
            Kind::Tpot | Kind::TpotPoisson => 1.3,
            Kind::TtftLoaded | Kind::TtftPoisson | Kind::StaticThroughput | Kind::StaticTpot => 0.35,
            Kind::StaticTtft | Kind::TtftBurst => 0.3,
            _ => 1.0,
        };
        own * (60.0 / crowd).powf(0.25).clamp(0.5, 1.8)
    }
}

impl Fits for TrainingPlan {
    fn crowd(row: &Measurement<Self>) -> Crowd<'_> {
        (&row.series, Some(row.setup.gpu.family), row.kind)
    }

    /// A crowd counts for its number to the power of 0.65 in all.
    fn weight(_: Kind, crowd: f64) -> f64 {
        crowd.powf(0.65 - 1.0)
    }

    fn settled(&self) -> Self {
        let run = train(self, &TrainingConstants::default());
        Self {
            gpus: Some(run.gpus),
            global_batch_tokens: Some(run.global_batch_tokens),
            recompute: Some(run.recompute),
            tensor_parallel: Some(run.tensor_parallel),
            pipeline_parallel: Some(run.pipeline_parallel),
            expert_parallel: Some(run.expert_parallel),
            context_parallel: Some(run.context_parallel),
            ..*self
        }
    }
}

/// The rows that count, with their setups settled.
pub(super) fn rows<S: Fits>() -> Vec<Measurement<S>> {
    Measurement::<S>::counted().map(|row| Measurement { setup: row.setup.settled(), ..row.clone() }).collect()
}

/// The values of a file's constants that fit these rows best, starting from others.
pub(super) fn solve<S: Fits>(
    file: &ConstantsFile<S::Constants>,
    rows: &[&Measurement<S>],
    start: &[f64],
    care: Care,
) -> Fit {
    let priors: Vec<Constant> = file
        .entries
        .iter()
        .map(|entry| Constant { prior: entry.prior, spread: entry.prior_spread })
        .collect();
    let weights = weights(rows);
    least_squares::fit(&priors, start, care, |values| {
        let constants = file.constants(values);
        let error = |row: &Measurement<S>| {
            row.predicted(&constants).map_or(MISFIT, |predicted| (predicted / row.published).ln())
        };
        rows.iter().zip(&weights).map(|(row, weight)| error(row) * weight / SCALE).collect()
    })
}

fn weights<S: Fits>(rows: &[&Measurement<S>]) -> Vec<f64> {
    let mut crowds: HashMap<Crowd, f64> = HashMap::new();
    for row in rows {
        *crowds.entry(S::crowd(row)).or_default() += 1.0;
    }
    rows.iter().map(|row| S::weight(row.kind, crowds[&S::crowd(row)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settled_run_is_the_same_run() {
        let constants = TrainingConstants::default();
        for row in Measurement::<TrainingPlan>::counted() {
            assert_eq!(train(&row.setup, &constants), train(&row.setup.settled(), &constants), "{}", row.id);
        }
    }
}
