//! The fitted constants of serving. Each belongs to a maker, a number format, a serving engine, or to dense
//! or mixture-of-experts models; none to one model. Values, units and sources: `presets/calibration/serving.toml`.

use crate::engine::gpu::{Gpu, GpuFamily};
use crate::engine::precision::Precision;
use crate::engine::serving::deployment::{Deployment, ServingEngine};

/// Constants of the serving model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServingConstants {
    /// Share of the data sheet's memory bandwidth that reading weights approaches.
    pub bandwidth_use: ByMaker,
    /// Share of the data sheet's rate that large products approach.
    pub compute_use: ComputeUse,
    /// Share of the data sheet's bandwidth that attention reaches over the cache.
    pub attention_bandwidth_use: f64,
    /// Passes over activations between the products, as multiples of their bytes.
    pub activation_passes: f64,
    /// Overheads that no data sheet names.
    pub overhead: Overhead,
    /// Links between the GPUs of a replica.
    pub links: Links,
    /// Mixtures of experts.
    pub experts: ExpertConstants,
    /// Buffers and runtime on each GPU, bytes.
    pub working_bytes: f64,
    /// Time to first token, and prefills between decode steps.
    pub load: LoadConstants,
    /// How software gets faster: slowing of a step for each year before the newest that was measured.
    pub drift: ByMaker,
}

/// One number for NVIDIA's chips, and one for all others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByMaker {
    /// NVIDIA.
    pub nvidia: f64,
    /// AMD; also what is assumed of accelerators without measurements.
    pub other: f64,
}

/// Shares of the data sheet's rates that large products approach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComputeUse {
    /// NVIDIA, in every format that the chip computes in.
    pub nvidia: f64,
    /// AMD, likewise; also what is assumed of accelerators without measurements.
    pub other: f64,
    /// Experts in four bits that are widened before each product, relative to the wider format.
    pub widened: f64,
}

/// Launches, scheduling and other time that grows with neither bytes nor arithmetic, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overhead {
    /// Of one layer in vLLM and `SGLang`.
    pub layer_s: f64,
    /// Of one layer in TensorRT-LLM and the compiled engines of 2023.
    pub layer_tensorrt_llm_s: f64,
    /// Of one layer in vLLM in 2023.
    pub layer_vllm_2023_s: f64,
    /// More for one more group of kernels in a layer: for experts, for spreading them over GPUs, for the activations of a
    /// dense layer in 4 bits, which are scaled block by block.
    pub more_kernels_s: f64,
    /// More for experts in 8 bits, whose activations are scaled block by block.
    pub expert_layer_8bit_s: f64,
    /// Of one request in a step, in TensorRT-LLM.
    pub request_tensorrt_llm_s: f64,
    /// Of one request in a step, in engines scheduled from Python.
    pub request_python_s: f64,
}

/// Links between the GPUs of a replica.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Links {
    /// What a large all-reduce takes more than a small one, besides its bytes, seconds.
    pub large_exchange_s: f64,
    /// Share of a link's bandwidth that an exchange reaches.
    pub bandwidth_use: f64,
}

/// Mixtures of experts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpertConstants {
    /// Width at which an expert's products reach half their rate.
    pub half_rate_width: f64,
    /// Tokens by which each visited expert's work is rounded up to whole tiles.
    pub tile_tokens: f64,
    /// Share of a batch that chooses its experts independently: routers prefer some, so fewer are visited.
    pub independent_share: f64,
    /// How far the fullest GPU lies above the mean, in standard deviations of tokens that fall at random.
    pub imbalance: f64,
    /// Slowing of the experts' products when they are spread over very many GPUs.
    pub spread_slowdown: f64,
}

/// Work of other requests that a request waits for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoadConstants {
    /// Time of an interleaved prefill, relative to its work alone.
    pub prefill_interleave: f64,
    /// Handling of a request before and after its prefill, in TensorRT-LLM and vLLM, seconds.
    pub first_token_s: f64,
    /// The same in `SGLang`, seconds.
    pub first_token_sglang_s: f64,
    /// Decode steps that pass before the first token is out, beyond those that the queue explains, in TensorRT-LLM and vLLM.
    pub first_token_steps: f64,
    /// The same in `SGLang`, which benchmarks have look for requests every so many steps.
    pub first_token_steps_sglang: f64,
    /// What requests that come at random wait behind the prefills of others, relative to the queue's, in TensorRT-LLM.
    pub arrival_tensorrt_llm: f64,
    /// The same in engines scheduled from Python.
    pub arrival_python: f64,
    /// Decode steps for which the schedulers of attention data parallelism wait for each other.
    pub arrival_steps: f64,
}

impl Default for ServingConstants {
    /// Round values from before the fit: what data sheets and kernel benchmarks suggest.
    fn default() -> Self {
        Self {
            bandwidth_use: ByMaker { nvidia: 0.87, other: 0.75 },
            compute_use: ComputeUse { nvidia: 0.7, other: 0.45, widened: 0.6 },
            attention_bandwidth_use: 0.8,
            activation_passes: 10.0,
            overhead: Overhead {
                layer_s: 53e-6,
                layer_tensorrt_llm_s: 42e-6,
                layer_vllm_2023_s: 250e-6,
                more_kernels_s: 15e-6,
                expert_layer_8bit_s: 30e-6,
                request_tensorrt_llm_s: 10e-6,
                request_python_s: 30e-6,
            },
            links: Links { large_exchange_s: 20e-6, bandwidth_use: 0.6 },
            experts: ExpertConstants {
                half_rate_width: 400.0,
                tile_tokens: 20.0,
                independent_share: 0.6,
                imbalance: 1.5,
                spread_slowdown: 0.5,
            },
            working_bytes: 2e9,
            load: LoadConstants {
                prefill_interleave: 0.9,
                first_token_s: 20e-3,
                first_token_sglang_s: 100e-3,
                first_token_steps: 2.0,
                first_token_steps_sglang: 10.0,
                arrival_tensorrt_llm: 1.5,
                arrival_python: 3.0,
                arrival_steps: 4.0,
            },
            drift: ByMaker { nvidia: 0.05, other: 0.12 },
        }
    }
}

impl ByMaker {
    /// The number of a family's maker.
    pub(super) const fn of(&self, family: GpuFamily) -> f64 {
        if family.is_nvidia() { self.nvidia } else { self.other }
    }
}

/// Date of the newest software that was measured, years.
const NEWEST: f64 = 2026.25;

impl ServingConstants {
    /// Rate that large products reach on this chip with weights of this format, FLOP/s.
    ///
    /// Formats without a unit of their own are widened: FP8 weights on an A100, FP4 weights on an H100. Dense products hide
    /// that (assumption: kernels for weights in INT4 reach 0.8-0.95 of the wider rate).
    #[inline]
    pub(super) fn achieved_flops_per_s(&self, gpu: &Gpu, precision: Precision) -> f64 {
        let (rates, shares) = (&gpu.rates, &self.compute_use);
        let share = if gpu.family.is_nvidia() { shares.nvidia } else { shares.other };
        let wide = rates.fp16;
        let rate = match precision {
            Precision::Fp32 => rates.fp32.unwrap_or(wide),
            Precision::Tf32 => rates.tf32.unwrap_or(wide),
            Precision::Fp16 | Precision::Bf16 | Precision::Int4 => wide,
            Precision::Fp8 => rates.fp8.unwrap_or(wide),
            // A chip with a weak INT8 unit (B300) widens to 16 bits.
            Precision::Int8 => rates.int8.or(rates.fp8).map_or(wide, |rate| rate.max(wide)),
            Precision::Fp4 => rates.fp4.unwrap_or(wide),
        };
        rate * share
    }

    /// The same for the products of experts, FLOP/s: many small ones, which do not hide that weights are widened.
    pub(super) fn expert_flops_per_s(&self, gpu: &Gpu, precision: Precision) -> f64 {
        let rate = self.achieved_flops_per_s(gpu, precision);
        let widened =
            precision == Precision::Int4 || (precision == Precision::Fp4 && gpu.rates.fp4.is_none());
        if widened { rate * self.compute_use.widened } else { rate }
    }

    /// Overhead of one layer, seconds. `expert_share` is the share of layers that hold experts.
    pub(super) fn layer_overhead_s(&self, deployment: &Deployment, expert_share: f64) -> f64 {
        let overhead = &self.overhead;
        let layer = match deployment.engine {
            ServingEngine::Vllm | ServingEngine::Sglang => overhead.layer_s,
            ServingEngine::TensorRtLlm | ServingEngine::TensorRtLlm2023 => overhead.layer_tensorrt_llm_s,
            ServingEngine::Vllm2023 => overhead.layer_vllm_2023_s,
        };
        let more = |applies: bool, seconds: f64| if applies { seconds } else { 0.0 };
        let weights = deployment.weight_precision;
        let dense = deployment.shape.experts.is_none();
        layer
            + more(dense && weights.bytes() < 1.0, overhead.more_kernels_s)
            + expert_share
                * (overhead.more_kernels_s
                    + more(weights.bytes() == 1.0, overhead.expert_layer_8bit_s)
                    + more(deployment.layout.expert_parallel > 1, overhead.more_kernels_s))
    }

    /// Overhead of one request in a step, seconds.
    pub(super) const fn request_overhead_s(&self, engine: ServingEngine) -> f64 {
        match engine {
            ServingEngine::TensorRtLlm | ServingEngine::TensorRtLlm2023 => {
                self.overhead.request_tensorrt_llm_s
            }
            ServingEngine::Vllm | ServingEngine::Sglang | ServingEngine::Vllm2023 => {
                self.overhead.request_python_s
            }
        }
    }

    /// Time on the device relative to the newest software's: older software is slower. The engines of 2023 have
    /// constants of their own.
    pub(super) fn slowing(&self, deployment: &Deployment) -> f64 {
        match deployment.engine {
            ServingEngine::Vllm2023 => 1.0,
            ServingEngine::Vllm
            | ServingEngine::TensorRtLlm
            | ServingEngine::Sglang
            | ServingEngine::TensorRtLlm2023 => {
                let years = (NEWEST - deployment.software_date).max(0.0);
                (self.drift.of(deployment.gpu.family) * years).exp()
            }
        }
    }

    /// What a request of a load generator waits for besides the queue: seconds, and steps.
    pub(super) const fn first_token_wait(&self, engine: ServingEngine) -> (f64, f64) {
        let load = &self.load;
        match engine {
            ServingEngine::TensorRtLlm
            | ServingEngine::TensorRtLlm2023
            | ServingEngine::Vllm
            | ServingEngine::Vllm2023 => (load.first_token_s, load.first_token_steps),
            ServingEngine::Sglang => (load.first_token_sglang_s, load.first_token_steps_sglang),
        }
    }

    /// What requests that come at random wait behind the prefills of others, relative to the queue's.
    pub(super) const fn arrival_ratio(&self, engine: ServingEngine) -> f64 {
        match engine {
            ServingEngine::TensorRtLlm | ServingEngine::TensorRtLlm2023 => self.load.arrival_tensorrt_llm,
            ServingEngine::Vllm | ServingEngine::Sglang | ServingEngine::Vllm2023 => self.load.arrival_python,
        }
    }
}
