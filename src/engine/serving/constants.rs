//! The fitted constants of serving. Each belongs to a hardware family, a number format, a serving engine, or to dense
//! or mixture-of-experts models; none to one model. Values, units and sources: `presets/calibration/serving.toml`.

use crate::engine::gpu::{Gpu, GpuFamily, ScaleUpLink};
use crate::engine::precision::Precision;
use crate::engine::serving::deployment::ServingEngine;

/// Constants of the serving model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServingConstants {
    /// Share of the data sheet's memory bandwidth that reading weights approaches.
    pub bandwidth_use: ByFamily,
    /// Share of the data sheet's rate that large products approach, in 16 bits.
    pub compute_use_16bit: ByFamily,
    /// The same in 8 bits, where the chip has such a unit.
    pub compute_use_8bit: ByFamily,
    /// The same in 4 bits, where the chip has such a unit: Blackwell and CDNA 4.
    pub compute_use_4bit: f64,
    /// Exponent with which reading and arithmetic join: 1 is their sum, infinity their maximum.
    pub ridge_exponent: f64,
    /// Share of the data sheet's bandwidth that attention reaches over the cache.
    pub attention_bandwidth_use: f64,
    /// Rate of attention in prefill, as a share of the 16-bit rate that products reach.
    pub attention_compute_use: f64,
    /// Passes over activations between the products, as multiples of their bytes.
    pub activation_passes: f64,
    /// Overheads that no data sheet names.
    pub overhead: Overhead,
    /// Links between the GPUs of a replica.
    pub links: Links,
    /// Mixtures of experts.
    pub experts: ExpertConstants,
    /// Memory.
    pub memory: MemoryConstants,
    /// Time to first token under load, and prefills between decode steps.
    pub load: LoadConstants,
    /// Stacks of 2023.
    pub legacy: LegacyConstants,
}

/// One number for each family that was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByFamily {
    /// NVIDIA Ampere, and the generations before it.
    pub ampere: f64,
    /// NVIDIA Ada Lovelace.
    pub ada: f64,
    /// NVIDIA Hopper.
    pub hopper: f64,
    /// NVIDIA Blackwell.
    pub blackwell: f64,
    /// AMD CDNA; also what is assumed of accelerators without measurements.
    pub cdna: f64,
}

/// Launches, scheduling and other time that grows with neither bytes nor arithmetic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overhead {
    /// Of one layer, seconds.
    pub layer_s: f64,
    /// More for a layer with experts, seconds.
    pub expert_layer_s: f64,
    /// More for experts in 8 bits, whose activations are scaled block by block, seconds.
    pub expert_layer_8bit_s: f64,
    /// Layer overhead on Blackwell, relative to the other families.
    pub blackwell_ratio: f64,
    /// Of one step, seconds.
    pub step_s: f64,
    /// Of one request in a step, in TensorRT-LLM, seconds.
    pub request_tensorrt_llm_s: f64,
    /// Of one request in a step, in engines scheduled from Python, seconds.
    pub request_python_s: f64,
}

/// Links between the GPUs of a replica.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Links {
    /// Latency of one all-reduce over a fabric, seconds.
    pub fabric_latency_s: f64,
    /// Latency of one all-reduce over PCI Express, seconds.
    pub pcie_latency_s: f64,
    /// Share of a fabric's bandwidth that an all-reduce reaches.
    pub fabric_use: f64,
    /// Share of PCI Express's bandwidth that an all-reduce reaches.
    pub pcie_use: f64,
    /// How much less each further GPU over which experts are spread makes the exchange: tokens go to their experts only.
    pub expert_parallel_gain: f64,
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
    /// Slowdown by uneven load when experts are spread over very many GPUs.
    pub imbalance: f64,
}

/// Memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemoryConstants {
    /// Share of what weights and workspace leave that the cache may take.
    pub cache_share: f64,
    /// Activations, buffers and runtime, bytes.
    pub working_bytes: f64,
    /// Share of the output for which a running request holds cache.
    pub reserved_output_share: f64,
}

/// Work of other requests that a request waits for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoadConstants {
    /// Time of an interleaved prefill, relative to its work alone.
    pub prefill_interleave: f64,
    /// Share of the other requests' prefills ahead of a new one.
    pub prefill_queue_share: f64,
    /// Handling of a request before and after its prefill, in TensorRT-LLM, seconds.
    pub first_token_tensorrt_llm_s: f64,
    /// The same in vLLM, seconds.
    pub first_token_vllm_s: f64,
    /// The same in `SGLang`, seconds.
    pub first_token_sglang_s: f64,
    /// Decode steps that pass before the first token is out, in TensorRT-LLM and vLLM.
    pub first_token_steps: f64,
    /// The same in `SGLang`.
    pub first_token_steps_sglang: f64,
}

/// Stacks of 2023.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LegacyConstants {
    /// Layer overhead of TensorRT-LLM 0.5 to 0.9, seconds.
    pub tensorrt_llm_layer_s: f64,
    /// Rate of their products, relative to today's.
    pub tensorrt_llm_compute: f64,
    /// Layer overhead of vLLM in 2023, seconds.
    pub vllm_layer_s: f64,
}

impl Default for ServingConstants {
    /// Round values from before the fit: what data sheets and kernel benchmarks suggest.
    fn default() -> Self {
        Self {
            bandwidth_use: ByFamily { ampere: 0.85, ada: 0.85, hopper: 0.87, blackwell: 0.87, cdna: 0.75 },
            compute_use_16bit: ByFamily {
                ampere: 0.72,
                ada: 0.70,
                hopper: 0.68,
                blackwell: 0.68,
                cdna: 0.45,
            },
            compute_use_8bit: ByFamily { ampere: 0.72, ada: 0.70, hopper: 0.68, blackwell: 0.55, cdna: 0.40 },
            compute_use_4bit: 0.45,
            ridge_exponent: 1.5,
            attention_bandwidth_use: 0.8,
            attention_compute_use: 0.7,
            activation_passes: 10.0,
            overhead: Overhead {
                layer_s: 65e-6,
                expert_layer_s: 25e-6,
                expert_layer_8bit_s: 15e-6,
                blackwell_ratio: 0.8,
                step_s: 0.5e-3,
                request_tensorrt_llm_s: 10e-6,
                request_python_s: 30e-6,
            },
            links: Links {
                fabric_latency_s: 6e-6,
                pcie_latency_s: 20e-6,
                fabric_use: 0.8,
                pcie_use: 0.5,
                expert_parallel_gain: 1.0,
            },
            experts: ExpertConstants {
                half_rate_width: 300.0,
                tile_tokens: 32.0,
                independent_share: 0.75,
                imbalance: 0.3,
            },
            memory: MemoryConstants { cache_share: 0.95, working_bytes: 1.5e9, reserved_output_share: 0.8 },
            load: LoadConstants {
                prefill_interleave: 0.9,
                prefill_queue_share: 0.1,
                first_token_tensorrt_llm_s: 60e-3,
                first_token_vllm_s: 20e-3,
                first_token_sglang_s: 100e-3,
                first_token_steps: 4.0,
                first_token_steps_sglang: 10.0,
            },
            legacy: LegacyConstants {
                tensorrt_llm_layer_s: 80e-6,
                tensorrt_llm_compute: 0.85,
                vllm_layer_s: 250e-6,
            },
        }
    }
}

impl ByFamily {
    /// The number of the family, or of the closest one.
    pub(super) const fn of(&self, family: GpuFamily) -> f64 {
        match family {
            GpuFamily::Volta | GpuFamily::Turing | GpuFamily::Ampere => self.ampere,
            GpuFamily::Ada => self.ada,
            GpuFamily::Hopper => self.hopper,
            GpuFamily::Blackwell => self.blackwell,
            GpuFamily::Cdna2
            | GpuFamily::Cdna3
            | GpuFamily::Gaudi
            | GpuFamily::Arc
            | GpuFamily::Tpu
            | GpuFamily::Neuron => self.cdna,
        }
    }
}

impl ServingConstants {
    /// Rate that large products reach on this chip with weights of this format, FLOP/s.
    ///
    /// Formats without a unit of their own are widened: FP8 weights on an A100, FP4 weights on an H100.
    pub(super) fn achieved_flops_per_s(&self, gpu: &Gpu, precision: Precision) -> f64 {
        let rates = &gpu.rates;
        let wide = rates.fp16 * self.compute_use_16bit.of(gpu.family);
        let eight = |rate: f64| rate * self.compute_use_8bit.of(gpu.family);
        match precision {
            Precision::Fp32 => rates.fp32.map_or(wide, |rate| rate * self.compute_use_16bit.of(gpu.family)),
            Precision::Tf32 => rates.tf32.map_or(wide, |rate| rate * self.compute_use_16bit.of(gpu.family)),
            Precision::Fp16 | Precision::Bf16 | Precision::Int4 => wide,
            Precision::Fp8 => rates.fp8.map_or(wide, eight),
            // A chip with a weak INT8 unit (B300) widens to 16 bits.
            Precision::Int8 => rates.int8.or(rates.fp8).map_or(wide, |rate| eight(rate).max(wide)),
            Precision::Fp4 => rates.fp4.map_or(wide, |rate| rate * self.compute_use_4bit),
        }
    }

    /// Overhead of one layer, seconds. `expert_share` is the share of layers that hold experts.
    pub(super) fn layer_overhead_s(
        &self,
        engine: ServingEngine,
        family: GpuFamily,
        expert_share: f64,
        weights: Precision,
    ) -> f64 {
        let overhead = &self.overhead;
        let layer = match engine {
            ServingEngine::TensorRtLlm | ServingEngine::Vllm | ServingEngine::Sglang => overhead.layer_s,
            ServingEngine::TensorRtLlm2023 => self.legacy.tensorrt_llm_layer_s,
            ServingEngine::Vllm2023 => self.legacy.vllm_layer_s,
        };
        let eight_bit = if matches!(weights, Precision::Fp8 | Precision::Int8) {
            overhead.expert_layer_8bit_s
        } else {
            0.0
        };
        let blackwell = if family == GpuFamily::Blackwell { overhead.blackwell_ratio } else { 1.0 };
        (layer + expert_share * (overhead.expert_layer_s + eight_bit)) * blackwell
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

    /// What a request waits for under load besides prefills: seconds, and decode steps.
    pub(super) const fn first_token_wait(&self, engine: ServingEngine) -> (f64, f64) {
        let load = &self.load;
        match engine {
            ServingEngine::TensorRtLlm | ServingEngine::TensorRtLlm2023 => {
                (load.first_token_tensorrt_llm_s, load.first_token_steps)
            }
            ServingEngine::Vllm | ServingEngine::Vllm2023 => {
                (load.first_token_vllm_s, load.first_token_steps)
            }
            ServingEngine::Sglang => (load.first_token_sglang_s, load.first_token_steps_sglang),
        }
    }

    /// Latency of one all-reduce, seconds, and the bandwidth that it reaches, bytes per second.
    pub(super) fn link(&self, gpu: &Gpu) -> (f64, f64) {
        let links = &self.links;
        match gpu.scale_up_link {
            ScaleUpLink::Fabric => (links.fabric_latency_s, gpu.scale_up_bytes_per_s * links.fabric_use),
            ScaleUpLink::Pcie => (links.pcie_latency_s, gpu.scale_up_bytes_per_s * links.pcie_use),
            ScaleUpLink::Bridge => (links.pcie_latency_s, BRIDGED_RING_BYTES_PER_S * links.pcie_use),
        }
    }
}

/// A ring over cards that are bridged in pairs runs at the pace of PCI Express 4.0 x16, one direction.
const BRIDGED_RING_BYTES_PER_S: f64 = 32e9;
