//! How a run is cut over GPUs.

use crate::engine::training::plan::TrainingPlan;

/// Degrees of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    pub gpus: f64,
    pub global_batch_tokens: f64,
    pub tensor_parallel: u32,
    pub pipeline_parallel: u32,
    pub context_parallel: u32,
    pub expert_parallel: u32,
}

/// The least power of two that is not below a number, 1 at least.
pub(super) fn power_of_two_from(least: f64) -> f64 {
    let mut power = 1.0;
    while power < least {
        power *= 2.0;
    }
    power
}

/// The greatest power of two that is not above a number, 1 at least.
pub(super) fn power_of_two_to(most: f64) -> f64 {
    let power = power_of_two_from(most);
    if power > most.max(1.0) { power / 2.0 } else { power }
}

impl Cut {
    /// GPUs that hold one copy of the model's layers.
    pub fn model_parallel(&self) -> f64 {
        f64::from(self.tensor_parallel) * f64::from(self.pipeline_parallel)
    }

    /// GPUs that it takes at least: its degrees, of which the experts' lies across the others.
    pub fn least_gpus(&self) -> f64 {
        (self.model_parallel() * f64::from(self.context_parallel)).max(f64::from(self.expert_parallel))
    }

    /// Why no run is cut so, on however many GPUs; `None` where one may be.
    pub fn fault(&self, plan: &TrainingPlan) -> Option<&'static str> {
        if f64::from(self.pipeline_parallel) > plan.shape.layers {
            Some("its pipeline has more stages than the model has layers")
        } else if self.global_batch_tokens < plan.sequence_length {
            Some("a step has less than one sequence")
        } else if self.part(plan) < 1.0 {
            Some("more GPUs share a sequence than it has tokens")
        } else {
            None
        }
    }

    /// Groups of GPUs that work on sequences of their own.
    pub fn data_parallel(&self) -> f64 {
        (self.gpus / self.model_parallel() / f64::from(self.context_parallel)).max(1.0)
    }

    /// Sequences of a step for each of these groups; less than one where some have none.
    pub fn sequences(&self, plan: &TrainingPlan) -> f64 {
        self.global_batch_tokens / plan.sequence_length / self.data_parallel()
    }

    /// GPUs that have a part of a sequence.
    pub fn working(&self, plan: &TrainingPlan) -> f64 {
        self.gpus / self.idle_factor(plan)
    }

    /// Tokens of a step for each of them.
    pub fn tokens_per_gpu(&self, plan: &TrainingPlan) -> f64 {
        self.global_batch_tokens / self.working(plan)
    }

    /// Tokens of a sequence that one GPU has.
    pub fn part(&self, plan: &TrainingPlan) -> f64 {
        plan.sequence_length / f64::from(self.context_parallel)
    }

    /// Time of a step with its pipeline bubble relative to one without.
    ///
    /// With stages interleaved down to single layers (Narayanan et al. 2021, section 2.2) the bubble is
    /// `(p-1) / (v m)` of the work, `v = L/p` turns, `m` sequences for each replica.
    pub fn bubble_factor(&self, plan: &TrainingPlan) -> f64 {
        let stages = f64::from(self.pipeline_parallel);
        1.0 + (stages - 1.0) * stages / plan.shape.layers / self.sequences(plan).max(1.0)
    }

    /// Time of a step relative to one in which every GPU has work: replicas without a sequence wait.
    pub fn idle_factor(&self, plan: &TrainingPlan) -> f64 {
        self.sequences(plan).recip().max(1.0)
    }
}
