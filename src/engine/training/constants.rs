//! Constants of the training model: what each means. Their values stand in `presets/calibration/training.toml`.

use serde::Deserialize;

use crate::engine::gpu::{Gpu, GpuFamily};
use crate::engine::shape::ModelShape;
use crate::engine::training::TrainingMethod;

/// Hardware families that the constants tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrainingFamily {
    /// NVIDIA up to Ampere.
    Ampere,
    /// NVIDIA Hopper; also chips without measured rows, at a discount.
    Hopper,
    /// NVIDIA Blackwell.
    Blackwell,
    /// Google TPU.
    Tpu,
}

/// Constants of one hardware family.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyConstants {
    /// Share of the dense 16-bit peak that wide matrix products reach.
    pub product_efficiency: f64,
    /// Share of the step from the 16-bit to the 8-bit peak that FP8 products gain.
    pub fp8_gain: f64,
    /// Share of the 16-bit peak that attention reaches.
    pub attention_efficiency: f64,
    /// Share of the billed time that advances a dense run.
    pub goodput: f64,
}

/// Constants of the training model.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingConstants {
    /// NVIDIA up to Ampere.
    pub ampere: FamilyConstants,
    /// NVIDIA Hopper.
    pub hopper: FamilyConstants,
    /// NVIDIA Blackwell.
    pub blackwell: FamilyConstants,
    /// Google TPU.
    pub tpu: FamilyConstants,
    /// What every family shares.
    pub shared: SharedConstants,
}

/// Constants that do not depend on the hardware.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedConstants {
    /// Width at which a product reaches half its efficiency: efficiency falls as `1 / (1 + this / width)`.
    pub half_width: f64,
    /// Passes over the residual stream of a layer that norms, activations and the optimiser take, in 16-bit reads.
    pub stream_passes: f64,
    /// Passes over the token copies that routing to experts makes, in 16-bit reads.
    pub routing_passes: f64,
    /// Efficiency of expert products relative to dense ones of their width.
    pub expert_efficiency: f64,
    /// Exposed share of tensor-parallel communication.
    pub tensor_exposed: f64,
    /// Share of the pipeline bubble that interleaved schedules leave.
    pub bubble_left: f64,
    /// Exposed share of gradient and weight exchange between data-parallel replicas.
    pub data_exposed: f64,
    /// Exposed share of the all-to-all between experts.
    pub expert_exposed: f64,
    /// Slowing by stragglers for each doubling of the GPUs beyond one server.
    pub straggling: f64,
    /// Goodput of a mixture of experts relative to a dense run.
    pub expert_goodput: f64,
    /// Loss of goodput for each decade below 70B parameters on Hopper and later: small runs there are not tuned.
    pub small_run_loss: f64,
}

/// What a chip without measured rows reaches of Hopper's efficiency. Assumption.
const UNMEASURED: f64 = 0.8;
/// Size from which a run counts as large, parameters.
const LARGE_RUN: f64 = 70e9;

impl TrainingConstants {
    /// The family whose constants a chip takes.
    #[must_use]
    pub fn family_of(family: GpuFamily) -> TrainingFamily {
        match family {
            GpuFamily::Volta | GpuFamily::Turing | GpuFamily::Ampere | GpuFamily::Ada => {
                TrainingFamily::Ampere
            }
            GpuFamily::Blackwell => TrainingFamily::Blackwell,
            GpuFamily::Tpu => TrainingFamily::Tpu,
            GpuFamily::Hopper
            | GpuFamily::Cdna2
            | GpuFamily::Cdna3
            | GpuFamily::Gaudi
            | GpuFamily::Neuron => TrainingFamily::Hopper,
        }
    }

    /// The constants of a chip's family.
    #[must_use]
    pub fn family(&self, family: GpuFamily) -> FamilyConstants {
        let own = match Self::family_of(family) {
            TrainingFamily::Ampere => self.ampere,
            TrainingFamily::Hopper => self.hopper,
            TrainingFamily::Blackwell => self.blackwell,
            TrainingFamily::Tpu => self.tpu,
        };
        match family {
            GpuFamily::Cdna2 | GpuFamily::Cdna3 | GpuFamily::Gaudi | GpuFamily::Neuron => FamilyConstants {
                product_efficiency: own.product_efficiency * UNMEASURED,
                attention_efficiency: own.attention_efficiency * UNMEASURED,
                ..own
            },
            _ => own,
        }
    }

    /// Share of the billed time that advances a run, where it is not stated.
    #[must_use]
    pub fn goodput(&self, shape: &ModelShape, gpu: &Gpu, method: TrainingMethod) -> f64 {
        let mut goodput = self.family(gpu.family).goodput;
        if shape.experts.is_some() {
            goodput *= self.shared.expert_goodput;
        }
        let newer = matches!(Self::family_of(gpu.family), TrainingFamily::Hopper | TrainingFamily::Blackwell);
        // Fine-tuning takes hours: nobody ramps up or waits for repairs.
        if newer && method == TrainingMethod::Pretrain {
            let decades = (LARGE_RUN / shape.total_parameters()).log10().max(0.0);
            goodput /= 1.0 + self.shared.small_run_loss * decades;
        }
        goodput
    }
}
