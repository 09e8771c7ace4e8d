//! Actuals: what was actually paid and measured, compared with the model's own figures.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::scenario::ParamId;

/// A measured figure next to the model's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Actual {
    /// The parameter that holds the measured figure.
    pub param: ParamId,
    /// The figure.
    pub answer: Answer,
    /// As measured or billed.
    pub actual: f64,
    /// As the model says; `None` where it has no such figure.
    pub model: Option<f64>,
}

impl Actual {
    /// The model's figure less the measured one, in the answer's unit.
    pub fn difference(&self) -> Option<f64> {
        Some(self.model? - self.actual)
    }

    /// That difference relative to the measured figure; `None` where nothing was measured but zero.
    pub fn relative(&self) -> Option<f64> {
        let difference = self.difference()?;
        (self.actual != 0.0).then(|| difference / self.actual)
    }
}

/// The measured figures that the scenario states, next to the model's.
pub fn actuals(case: &Case) -> Vec<Actual> {
    let actual = &case.scenario.actual;
    [
        (ParamId::ActualTrainingUsd, Answer::TrainingCost, actual.training_usd),
        (ParamId::ActualMonthlyInferenceUsd, Answer::MonthlyCost, actual.monthly_inference_usd),
        (ParamId::ActualUsdPerRequest, Answer::CostPerRequest, actual.usd_per_request),
        (ParamId::ActualUtilization, Answer::Utilization, actual.utilization),
        (ParamId::ActualTtftMs, Answer::Ttft, actual.ttft_ms),
    ]
    .into_iter()
    .filter_map(|(param, answer, actual)| {
        Some(Actual { param, answer, actual: actual?, model: answer.of(&case.outcome) })
    })
    .collect()
}
