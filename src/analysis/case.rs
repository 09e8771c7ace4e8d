//! A scenario evaluated: what every analysis takes.

use std::sync::Arc;

use crate::calibration::Calibration;
use crate::calibration::error::ErrorSpread;
use crate::catalog::{Catalog, GpuPreset, ModelId, ModelPreset};
use crate::engine::inputs::{Inputs, MAX_TIERS, PoolName};
use crate::engine::outcome::Outcome;
use crate::engine::precision::Precision;
use crate::engine::shape::ModelShape;
use crate::engine::{Constants, Known, evaluate, evaluate_near};
use crate::scenario::resolve::{self, resolve};
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};

/// The facts and constants that every evaluation rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Models and accelerators.
    pub catalog: Catalog,
    /// Fitted constants and the engine's error.
    pub calibration: Calibration,
}

impl World {
    /// The catalog and the calibration that are built in.
    pub fn embedded() -> Self {
        Self { catalog: Catalog::embedded(), calibration: Calibration::embedded() }
    }

    /// The engine's inputs for a scenario.
    pub fn inputs(&self, scenario: &Scenario) -> Inputs {
        resolve(scenario, &self.catalog)
    }

    /// The constants that a scenario asks for: the published ones, or those of a profile.
    pub fn constants(&self, scenario: &Scenario) -> Constants {
        let published = self.calibration.constants;
        match scenario.serving.profile {
            Some(profile) => Constants { serving: self.catalog.profile(profile).constants, ..published },
            None => published,
        }
    }

    /// One evaluation.
    pub fn evaluate(&self, scenario: &Scenario) -> Outcome {
        evaluate(&self.inputs(scenario), &self.constants(scenario))
    }
}

/// A scenario with what the engine says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The facts and constants behind it.
    pub world: Arc<World>,
    /// What was asked.
    pub scenario: Scenario,
    /// The engine's inputs for it.
    pub inputs: Inputs,
    /// The engine's answer.
    pub outcome: Outcome,
}

impl Case {
    /// Evaluates a scenario.
    pub fn new(world: &Arc<World>, scenario: Scenario) -> Self {
        let inputs = world.inputs(&scenario);
        let outcome = evaluate(&inputs, &world.constants(&scenario));
        Self { world: Arc::clone(world), scenario, inputs, outcome }
    }

    /// Another scenario in the same world.
    #[must_use]
    pub fn of(&self, scenario: Scenario) -> Self {
        if scenario.serving.profile != self.scenario.serving.profile {
            return Self::new(&self.world, scenario);
        }
        let inputs = self.world.inputs(&scenario);
        let outcome = self.answer(&inputs);
        Self { world: Arc::clone(&self.world), scenario, inputs, outcome }
    }

    /// What the engine says about other inputs in the same world, with the same constants.
    pub(super) fn answer(&self, inputs: &Inputs) -> Outcome {
        let known = Known { inputs: &self.inputs, outcome: &self.outcome };
        evaluate_near(inputs, &self.constants(), Some(known))
    }

    /// The scenario with something changed; not evaluated yet.
    pub fn changed(&self, change: impl FnOnce(&mut Scenario)) -> Scenario {
        let mut scenario = self.scenario;
        change(&mut scenario);
        scenario
    }

    /// Evaluates another scenario in the same world, for its figures alone.
    pub fn evaluate(&self, scenario: &Scenario) -> Outcome {
        if scenario.serving.profile != self.scenario.serving.profile {
            return self.world.evaluate(scenario);
        }
        self.answer(&self.world.inputs(scenario))
    }

    /// The constants behind it.
    pub fn constants(&self) -> Constants {
        self.world.constants(&self.scenario)
    }

    /// How far off the engine may be: less near what a profile was measured on.
    pub(super) fn spread(&self) -> ErrorSpread {
        let published = self.world.calibration.spread_of(&self.outcome, &self.inputs.training);
        let (Some(profile), Ok(serving)) = (self.scenario.serving.profile, &self.outcome.serving) else {
            return published;
        };
        let profile = self.catalog().profile(profile);
        let deployment = &serving.main.plan.deployment;
        let narrowed = |published, own| profile.narrowed(published, own, deployment);
        ErrorSpread {
            throughput: narrowed(published.throughput, profile.error.throughput),
            tpot: narrowed(published.tpot, profile.error.tpot),
            ttft: narrowed(published.ttft, profile.error.ttft),
            training: published.training,
        }
    }

    /// Models and accelerators.
    pub fn catalog(&self) -> &Catalog {
        &self.world.catalog
    }

    /// The accelerator that serves.
    pub fn serving_gpu(&self) -> &GpuPreset {
        self.catalog().gpu(resolve::serving_gpu(&self.scenario))
    }

    /// The accelerator of a pool.
    pub fn pool_gpu(&self, pool: PoolName) -> &GpuPreset {
        const TIERS: [ParamId; MAX_TIERS] =
            [ParamId::Tier1Gpu, ParamId::Tier2Gpu, ParamId::Tier3Gpu, ParamId::Tier4Gpu];
        let param = match pool {
            PoolName::Main => ParamId::ServingGpu,
            PoolName::Small => ParamId::RoutingGpu,
            PoolName::Tier(index) => TIERS[index],
        };
        match param.effective(&self.scenario, self.catalog()) {
            Value::Gpu(id) => self.catalog().gpu(id),
            _ => self.serving_gpu(),
        }
    }

    /// The accelerator that trains.
    pub fn training_gpu(&self) -> &GpuPreset {
        self.catalog().gpu(resolve::training_gpu(&self.scenario, self.catalog()))
    }

    /// The catalog model that is trained; `None` for a shape stated by hand.
    pub fn model(&self) -> Option<&ModelPreset> {
        self.scenario.model.preset.map(|model| self.catalog().model(model))
    }

    /// The catalog model that answers requests: the distilled one, if any; `None` for a shape stated by hand.
    pub fn served_model(&self) -> Option<ModelId> {
        resolve::served_model(&self.scenario)
    }

    /// The shape that answers requests.
    pub fn served_shape(&self) -> &ModelShape {
        &self.inputs.main_pool.deployment.shape
    }

    /// Format of the served weights.
    pub fn weight_precision(&self) -> Precision {
        self.inputs.main_pool.deployment.weight_precision
    }
}
