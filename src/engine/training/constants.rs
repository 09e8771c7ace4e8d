//! Constants of the training model: what each means. Their values are in `presets/calibration/training.toml`, the
//! defaults here are what is believed before any measurement.

use crate::engine::gpu::{Gpu, GpuFamily};
use crate::engine::shape::ModelShape;
use crate::engine::training::plan::TrainingMethod;

/// Constants of the training model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingConstants {
    /// Share of the dense peak that wide matmuls reach on a GPU with `FULL_POWER` to spend.
    pub product_efficiency: f64,
    /// The same on a TPU, recomputation that its compiler chooses included.
    pub product_efficiency_tpu: f64,
    /// How efficiency falls with the power for each FLOP/s: chips that are short of it lower their clock.
    pub power_exponent: f64,
    /// Width of a matrix at which a matmul takes twice as long as an infinitely large one.
    pub half_width: f64,
    /// Share of the step from the 16-bit to the 8-bit peak that FP8 products gain.
    pub fp8_gain: f64,
    /// Share of the 16-bit peak that causal attention reaches.
    pub attention_efficiency: f64,
    /// Times that a layer's activations cross the memory bus, forward and backward, in 16 bits.
    pub activation_passes: f64,
    /// The same for attention scores in FP16 recipes, which precede fused attention.
    pub score_passes: f64,
    /// The same for the copies of tokens that are sorted by expert and back.
    pub routing_passes: f64,
    /// Efficiency of routed experts' products relative to dense ones of their width.
    pub expert_efficiency: f64,
    /// Exposed share of tensor-parallel all-reduces.
    pub tensor_exposed: f64,
    /// Time of the all-to-all between experts relative to its bytes over the link: latency makes it more than one.
    pub expert_exposed: f64,
    /// Exposed share of the exchange of gradients and weights between data-parallel replicas.
    pub data_exposed: f64,
    /// Slowing by stragglers for each doubling of the GPUs beyond one server.
    pub straggling: f64,
    /// Goodput.
    pub goodput: GoodputConstants,
}

/// Share of the billed time that advances a run: restarts, evaluation and ramp-up cost some, and so does that real runs
/// are tuned less than benchmarks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GoodputConstants {
    /// On NVIDIA's chips up to Ampere and Ada.
    pub ampere: f64,
    /// On Hopper and later, of a run of `LARGE_RUN`.
    pub hopper: f64,
    /// On TPUs.
    pub tpu: f64,
    /// Of a mixture of experts relative to a dense model: benchmarks force the experts into balance.
    pub experts: f64,
    /// On Hopper and later goodput rises with this power of the model's size: large runs are tuned more.
    pub size_exponent: f64,
}

impl Default for TrainingConstants {
    fn default() -> Self {
        Self {
            product_efficiency: 0.68,
            product_efficiency_tpu: 0.72,
            power_exponent: 0.3,
            half_width: 250.0,
            fp8_gain: 0.65,
            attention_efficiency: 0.35,
            activation_passes: 3.0,
            score_passes: 20.0,
            routing_passes: 30.0,
            expert_efficiency: 0.8,
            tensor_exposed: 0.6,
            expert_exposed: 1.0,
            data_exposed: 0.3,
            straggling: 0.012,
            goodput: GoodputConstants {
                ampere: 0.8,
                hopper: 0.75,
                tpu: 0.75,
                experts: 0.9,
                size_exponent: 0.08,
            },
        }
    }
}

/// Watts for each TFLOP/s at which a chip holds its clock in long products: the A100's 400 W for 312 TFLOP/s.
pub(super) const FULL_POWER: f64 = 1.28;
/// Size of a run whose goodput the constants state, parameters.
pub(super) const LARGE_RUN: f64 = 70e9;
/// What accelerators without measured rows reach of NVIDIA's efficiency. Assumption.
const UNMEASURED: f64 = 0.8;

impl TrainingConstants {
    /// Share of a chip's dense peak that wide products reach.
    pub(super) fn efficiency(&self, gpu: &Gpu) -> f64 {
        let own = match gpu.family {
            GpuFamily::Tpu => self.product_efficiency_tpu,
            GpuFamily::Cdna2 | GpuFamily::Cdna3 | GpuFamily::Gaudi | GpuFamily::Arc | GpuFamily::Neuron => {
                self.product_efficiency * UNMEASURED
            }
            GpuFamily::Volta
            | GpuFamily::Turing
            | GpuFamily::Ampere
            | GpuFamily::Ada
            | GpuFamily::Hopper
            | GpuFamily::Blackwell => self.product_efficiency,
        };
        let power = gpu.tdp_w / (gpu.rates.fp16 / 1e12) / FULL_POWER;
        own * power.min(1.0).powf(self.power_exponent)
    }

    /// Share of the billed time that advances a run, where it is not stated; always below one.
    pub(super) fn goodput(&self, shape: &ModelShape, gpu: &Gpu, method: TrainingMethod) -> f64 {
        let (level, newer) = match gpu.family {
            GpuFamily::Volta | GpuFamily::Turing | GpuFamily::Ampere | GpuFamily::Ada => {
                (self.goodput.ampere, false)
            }
            GpuFamily::Tpu => (self.goodput.tpu, false),
            GpuFamily::Hopper
            | GpuFamily::Blackwell
            | GpuFamily::Cdna2
            | GpuFamily::Cdna3
            | GpuFamily::Gaudi
            | GpuFamily::Arc
            | GpuFamily::Neuron => (self.goodput.hopper, true),
        };
        let experts = if shape.experts.is_some() { self.goodput.experts } else { 1.0 };
        // Fine-tuning takes hours: its size says little of the care that it was given.
        let size = if newer && method == TrainingMethod::Pretrain {
            (shape.total_parameters() / LARGE_RUN).powf(self.goodput.size_exponent)
        } else {
            1.0
        };
        below_one(level * experts * size)
    }
}

/// Leaves small values as they are and bends large ones smoothly below one: `(1 + x^-8)^(-1/8)`.
fn below_one(value: f64) -> f64 {
    (1.0 + value.powi(-8)).sqrt().sqrt().sqrt().recip()
}
