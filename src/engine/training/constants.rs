//! Constants of the training model: what each means. Their values are in `presets/calibration/training.toml`, the
//! defaults here are what is believed before any measurement. Of some the measured rows say so little that they stay what is
//! believed: leaving them out of the fit predicts models and chips that it never saw as well or better.

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
    /// How much less power a FLOP/s takes with each year between the launches of chips, a rate a year.
    pub power_learning: f64,
    /// Times that the operands of a matmul cross the memory bus, unhidden.
    pub operand_reads: f64,
    /// Share of the 16-bit peak that causal attention reaches.
    pub attention_efficiency: f64,
    /// Times that a layer's activations cross the memory bus, forward and backward, in 16 bits.
    pub activation_passes: f64,
    /// The same for what 8-bit and 4-bit recipes convert; not fitted.
    pub cast_passes: f64,
    /// The same for attention scores in software that precedes fused attention; not fitted.
    pub score_passes: f64,
    /// The same for the copies of tokens that are sorted by expert and back.
    pub routing_passes: f64,
    /// Exposed share of tensor-parallel all-reduces; not fitted.
    pub tensor_exposed: f64,
    /// Time of the all-to-all between experts relative to its bytes over the link: latency makes it more than one. Not fitted.
    pub expert_exposed: f64,
    /// Exposed share of the exchange of gradients and weights between data-parallel replicas; not fitted.
    pub data_exposed: f64,
    /// Time in which a host launches the kernels of one group of products, forward and backward, microseconds.
    pub launch_us: f64,
    /// How much wider experts must be to reach the same in software that does not fuse their products, a share.
    pub unfused_experts: f64,
    /// Slowing by stragglers for each doubling of the GPUs beyond one server.
    pub straggling: f64,
    /// Goodput.
    pub goodput: GoodputConstants,
}

/// Share of the billed time that advances a run: restarts, evaluation and ramp-up cost some, and so does that real runs
/// are tuned less than benchmarks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GoodputConstants {
    /// On few chips that have been in use for long.
    pub mature: f64,
    /// On a chip at its launch, relative to that.
    pub early: f64,
    /// How it rises with the parameters that a token passes through, an exponent: large runs are tuned more.
    pub tuning: f64,
}

impl GoodputConstants {
    /// Goodput of so many GPUs `age` years after the chip's launch: a logistic curve, less what failures of hardware cost,
    /// each of which stops all of them.
    pub(super) fn at(&self, age: f64, gpus: f64, active_parameters: f64) -> f64 {
        let learned = 1.0 / (1.0 + ((LEARNED_AFTER - age) / LEARNING_YEARS).exp());
        let tuned = (active_parameters / USUAL_PARAMETERS).powf(self.tuning);
        let running = self.mature * (self.early + (1.0 - self.early) * learned) * tuned;
        running.min(1.0) / (1.0 + FAILURES * HOURS_LOST * gpus)
    }
}

impl Default for TrainingConstants {
    fn default() -> Self {
        Self {
            product_efficiency: 0.68,
            product_efficiency_tpu: 0.72,
            power_exponent: 0.3,
            power_learning: 0.2,
            operand_reads: 0.8,
            attention_efficiency: 0.35,
            activation_passes: 3.0,
            cast_passes: 3.0,
            score_passes: 20.0,
            routing_passes: 30.0,
            tensor_exposed: 0.7,
            expert_exposed: 1.5,
            data_exposed: 0.2,
            launch_us: 500.0,
            unfused_experts: 2.0,
            straggling: 0.012,
            goodput: GoodputConstants { mature: 0.82, early: 0.75, tuning: 0.03 },
        }
    }
}

/// Years after a chip's launch at which half of what goodput lacks is made good. Assumption: 1.5 to 2.4 predict runs on chips
/// that were left out about as well.
const LEARNED_AFTER: f64 = 1.7;
/// Parameters at which tuning is that of most runs.
const USUAL_PARAMETERS: f64 = 20e9;
/// Years in which operators learn a chip. Assumption.
const LEARNING_YEARS: f64 = 0.8;
/// Failures that stop a run for each GPU-hour: 419 in 54 days on 16,384 H100 (Llama 3 team 2024, section 3.3.4).
const FAILURES: f64 = 2e-5;
/// Hours that a failure costs: the restart, and the work since the last checkpoint. Assumption: more would leave that run less than
/// the nine tenths of its time that are said to have been effective.
const HOURS_LOST: f64 = 0.22;
/// Watts for each TFLOP/s at which the A100 holds its clock in long products: 400 W for 312 TFLOP/s.
const FULL_POWER: f64 = 1.28;
/// Its launch, years.
const FULL_POWER_SINCE: f64 = 2020.33;
/// What accelerators of other makers reach of NVIDIA's efficiency: few rows, of MI300X, MI325X and Trainium.
const OTHER_MAKERS: f64 = 0.65;

impl TrainingConstants {
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
        let needed = FULL_POWER * ((FULL_POWER_SINCE - gpu.software_since) * self.power_learning).exp();
        let power = gpu.tdp_w / (gpu.rates.fp16 / 1e12) / needed;
        own * power.min(1.0).powf(self.power_exponent)
    }
}
