//! How a run is cut over GPUs.

use crate::engine::training::plan::TrainingPlan;

/// Degrees of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    pub gpus: f64,
    pub global_batch_tokens: f64,
    pub tensor_parallel: u32,
    pub pipeline_parallel: u32,
    pub expert_parallel: u32,
}

impl Cut {
    /// GPUs that hold one copy of the model's layers.
    pub fn model_parallel(&self) -> f64 {
        f64::from(self.tensor_parallel) * f64::from(self.pipeline_parallel)
    }

    pub fn data_parallel(&self) -> f64 {
        (self.gpus / self.model_parallel()).max(1.0)
    }

    /// Time of a step with its pipeline bubble relative to one without.
    ///
    /// With stages interleaved down to single layers (Narayanan et al. 2021, section 2.2) the bubble is
    /// `(p-1) / (v m)` of the work, `v = L/p` turns, `m` sequences for each replica.
    pub fn bubble_factor(&self, plan: &TrainingPlan) -> f64 {
        let stages = f64::from(self.pipeline_parallel);
        let sequences = (self.global_batch_tokens / plan.sequence_length / self.data_parallel()).max(1.0);
        1.0 + (stages - 1.0) * stages / plan.shape.layers / sequences
    }
}
