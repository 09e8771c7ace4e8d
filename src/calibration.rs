//! The fitted constants that are checked in, and how far off the engine is with them.

pub mod constants;
pub mod error;
pub mod kind;
mod serving;
mod training;

use crate::engine::Constants;
use crate::engine::outcome::Outcome;
use crate::engine::serving::Batch;
use crate::engine::training::TrainingPlan;
use constants::{ConstantsFile, Fitted};
use error::{ErrorModel, ErrorSpread};
use kind::Kind;

/// Constants and the engine's error, as embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Fitted constants.
    pub constants: Constants,
    /// The engine's error by figure, and by what is served or trained.
    pub errors: ErrorModel,
}

impl Calibration {
    /// What is built in.
    ///
    /// # Panics
    ///
    /// When an embedded file is malformed; a test reads them all.
    pub fn embedded() -> Self {
        fn constants<C: Fitted>() -> C {
            let file = ConstantsFile::<C>::embedded();
            file.constants(&file.values())
        }
        Self {
            constants: Constants { serving: constants(), training: constants() },
            errors: ErrorModel::embedded(),
        }
    }

    /// How far off the engine may be in an outcome: wider where the scenario lies outside what was measured.
    pub fn spread_of(&self, outcome: &Outcome, run: &TrainingPlan) -> ErrorSpread {
        let run = run.into();
        let training = self.errors.spread(Kind::TrainingHours, &run).deviation();
        // Nothing is served: only training has a range.
        let Ok(serving) = &outcome.serving else {
            return ErrorSpread { throughput: 0.0, tpot: 0.0, ttft: 0.0, training };
        };
        let deployment = &serving.main.plan.deployment;
        let place = deployment.into();
        let deviation = |kind| self.errors.spread(kind, &place).deviation();
        let alone = matches!(deployment.batch, Batch::Requests(requests) if requests <= 1.0);
        ErrorSpread {
            throughput: deviation(Kind::Throughput),
            tpot: deviation(Kind::Tpot),
            ttft: deviation(if alone { Kind::TtftSingle } else { Kind::TtftLoaded }),
            training,
        }
    }
}
