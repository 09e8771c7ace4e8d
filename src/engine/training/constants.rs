//! Constants of the training model: what each means. Their values are in `presets/calibration/training.toml`, the
//! defaults here are what is believed before any measurement.

use crate::engine::gpu::{Gpu, GpuFamily};

/// Constants of the training model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingConstants {
    /// Share of the dense peak that wide matmuls reach on a GPU with `FULL_POWER` to spend.
    pub product_efficiency: f64,
    /// The same on a TPU, recomputation that its compiler chooses included.
    pub product_efficiency_tpu: f64,
    /// How efficiency falls with the power for each FLOP/s: chips that are short of it lower their clock.
    pub power_exponent: f64,
    /// Times that the operands of a matmul cross the memory bus, unhidden.
    pub operand_reads: f64,
    /// Share of the 16-bit peak that causal attention reaches.
    pub attention_efficiency: f64,
    /// Times that a layer's activations cross the memory bus, forward and backward, in 16 bits.
    pub activation_passes: f64,
    /// The same for what 8-bit and 4-bit recipes convert.
    pub cast_passes: f64,
    /// The same for attention scores in software that precedes fused attention.
    pub score_passes: f64,
    /// The same for the copies of tokens that are sorted by expert and back.
    pub routing_passes: f64,
    /// Exposed share of tensor-parallel all-reduces.
    pub tensor_exposed: f64,
    /// Time of the all-to-all between experts relative to its bytes over the link: latency makes it more than one.
    pub expert_exposed: f64,
    /// Exposed share of the exchange of gradients and weights between data-parallel replicas.
    pub data_exposed: f64,
    /// Slowing by stragglers for each doubling of the GPUs beyond one server.
    pub straggling: f64,
    /// Slowing of a step at the launch of a chip, relative to mature software.
    pub early_slowing: f64,
    /// Goodput.
    pub goodput: GoodputConstants,
}

/// Share of the billed time that advances a run: restarts, evaluation and ramp-up cost some, and so does that real runs
/// are tuned less than benchmarks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GoodputConstants {
    /// On a chip that has been in use for long.
    pub mature: f64,
    /// On a chip at its launch, relative to that.
    pub early: f64,
}

impl GoodputConstants {
    /// Goodput `age` years after the chip's launch: a logistic curve.
    pub(super) fn at(&self, age: f64) -> f64 {
        let learned = 1.0 / (1.0 + ((LEARNED_AFTER - age) / LEARNING_YEARS).exp());
        self.mature * (self.early + (1.0 - self.early) * learned)
    }
}

impl Default for TrainingConstants {
    fn default() -> Self {
        Self {
            product_efficiency: 0.68,
            product_efficiency_tpu: 0.72,
            power_exponent: 0.3,
            operand_reads: 0.8,
            attention_efficiency: 0.35,
            activation_passes: 3.0,
            cast_passes: 2.5,
            score_passes: 20.0,
            routing_passes: 30.0,
            tensor_exposed: 0.6,
            expert_exposed: 1.0,
            data_exposed: 0.3,
            straggling: 0.012,
            early_slowing: 0.3,
            goodput: GoodputConstants { mature: 0.82, early: 0.75 },
        }
    }
}

/// Years in which the slowing of early software falls to 37%. Assumption: rounds of `MLPerf` half a year apart
/// differ by 5-15%.
const MATURING_YEARS: f64 = 1.5;
/// Years after a chip's launch at which half of what goodput lacks is made good: runs on A100s from 2023 against those before.
const LEARNED_AFTER: f64 = 2.1;
/// Years in which operators learn a chip. Assumption.
const LEARNING_YEARS: f64 = 0.3;
/// Watts for each TFLOP/s at which a chip holds its clock in long products: the A100's 400 W for 312 TFLOP/s.
pub(super) const FULL_POWER: f64 = 1.28;
/// What accelerators of other makers reach of NVIDIA's efficiency: few rows, of MI300X, MI325X and Trainium.
const OTHER_MAKERS: f64 = 0.7;

impl TrainingConstants {
    /// Time of a step relative to mature software, `age` years after the chip's launch.
    pub(super) fn slowing(&self, age: f64) -> f64 {
        1.0 + self.early_slowing * (-age / MATURING_YEARS).exp()
    }

    /// Share of a chip's dense peak that wide products reach.
    pub(super) fn efficiency(&self, gpu: &Gpu) -> f64 {
        let own = match gpu.family {
            GpuFamily::Tpu => self.product_efficiency_tpu,
            GpuFamily::Cdna2 | GpuFamily::Cdna3 | GpuFamily::Gaudi | GpuFamily::Arc | GpuFamily::Neuron => {
                self.product_efficiency * OTHER_MAKERS
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
}
