//! Serving: what one replica yields and how long its users wait.
//!
//! A replica is `tensor_parallel` GPUs over which every layer is split; in a mixture of experts,
//! `expert_parallel` of them hold whole experts instead.

use crate::engine::gpu::Gpu;
use crate::engine::precision::Precision;
use crate::engine::shape::ModelShape;

/// The software that serves the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServingEngine {
    /// NVIDIA TensorRT-LLM, 0.14 and later.
    TensorRtLlm,
    /// vLLM, 0.6 and later.
    Vllm,
    /// SGLang.
    Sglang,
}

impl ServingEngine {
    /// Every engine, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::TensorRtLlm, Self::Vllm, Self::Sglang];

    /// The word used in files, on the command line and on the screen.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::TensorRtLlm => "tensorrt-llm",
            Self::Vllm => "vllm",
            Self::Sglang => "sglang",
        }
    }
}

/// How many requests a replica works on at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Batch {
    /// So many in flight; those that memory cannot hold wait.
    Requests(f64),
    /// As many as memory holds, at most [`MAX_BATCH`].
    Max,
}

/// The largest batch that `Batch::Max` fills: engines cap their running sequences.
pub const MAX_BATCH: f64 = 2048.0;

/// How requests share a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batching {
    /// A request joins as soon as another leaves; prefills interleave with decode steps.
    Continuous,
    /// A batch starts and ends together.
    Static,
}

/// One replica and its work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deployment {
    /// The model that is served.
    pub shape: ModelShape,
    /// The accelerator.
    pub gpu: Gpu,
    /// The software.
    pub engine: ServingEngine,
    /// Format of the weights.
    pub weight_precision: Precision,
    /// Format of the KV cache.
    pub kv_precision: Precision,
    /// GPUs of the replica.
    pub tensor_parallel: u32,
    /// GPUs over which whole experts are spread, at most `tensor_parallel`; 1 for none.
    pub expert_parallel: u32,
    /// Requests in flight.
    pub batch: Batch,
    /// How they share the replica.
    pub batching: Batching,
    /// Mean prompt, tokens, those in the prefix cache included.
    pub prompt_tokens: f64,
    /// Mean output, tokens.
    pub output_tokens: f64,
    /// Share of the prompt that the prefix cache holds already.
    pub prefix_hit_rate: f64,
}

/// What limits a replica's decode step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Reading weights and cache.
    MemoryBandwidth,
    /// Arithmetic, that of interleaved prefills included.
    Compute,
    /// All-reduces and all-to-alls between the GPUs.
    Communication,
    /// Launches, scheduling and other time that no datasheet names.
    Overhead,
}

impl Bound {
    /// The words shown to people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::MemoryBandwidth => "memory bandwidth",
            Self::Compute => "compute",
            Self::Communication => "communication",
            Self::Overhead => "overhead",
        }
    }
}

/// What the memory of one GPU holds, bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServingMemory {
    /// Weights.
    pub weights: f64,
    /// KV cache of the running batch.
    pub kv_cache: f64,
    /// Activations, buffers, runtime.
    pub working: f64,
    /// What the engine may use of the GPU's memory.
    pub usable: f64,
}

/// Where the time of one decode step goes, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepTime {
    /// Reading weights (the part that bandwidth bounds).
    pub weights_s: f64,
    /// Arithmetic of the linear layers.
    pub compute_s: f64,
    /// Attention over the cache.
    pub attention_s: f64,
    /// Communication between the GPUs.
    pub communication_s: f64,
    /// Per layer and per step overhead.
    pub overhead_s: f64,
}

/// A replica that fits: its rates and latencies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replica {
    /// Requests that run together, on average.
    pub batch: f64,
    /// Largest batch that memory holds.
    pub max_batch: f64,
    /// Memory of one GPU.
    pub memory: ServingMemory,
    /// One request's own prefill, seconds.
    pub prefill_s: f64,
    /// One decode step without interleaved prefills, seconds.
    pub step_s: f64,
    /// Parts of that step.
    pub step: StepTime,
    /// Mean time to first token, seconds.
    pub ttft_s: f64,
    /// Mean time per output token, seconds.
    pub tpot_s: f64,
    /// Mean time from request to last token, seconds.
    pub request_s: f64,
    /// Output tokens per second of the whole replica with the batch kept full.
    pub output_tokens_per_s: f64,
    /// Requests per second of the whole replica.
    pub requests_per_s: f64,
    /// What limits it.
    pub bound: Bound,
}

/// Why a deployment cannot run, and what it would take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoesNotFit {
    /// Bytes that one GPU would have to hold for a single request.
    pub needed_bytes_per_gpu: f64,
    /// Bytes that it may use.
    pub usable_bytes_per_gpu: f64,
}

/// Constants of the serving model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServingConstants {
    /// Share of the peak bandwidth that decode reaches.
    pub bandwidth_use: f64,
    /// Share of the peak rate that large products reach.
    pub compute_use: f64,
    /// Overhead of one layer, seconds.
    pub layer_overhead_s: f64,
    /// Share of memory that an engine may use.
    pub usable_memory: f64,
}

impl Default for ServingConstants {
    fn default() -> Self {
        Self { bandwidth_use: 0.75, compute_use: 0.45, layer_overhead_s: 50e-6, usable_memory: 0.90 }
    }
}

/// Evaluates one replica.
///
/// # Errors
///
/// [`DoesNotFit`] when the weights and one request's cache exceed the usable memory.
pub fn serve(deployment: &Deployment, constants: &ServingConstants) -> Result<Replica, DoesNotFit> {
    let Deployment { shape, gpu, .. } = deployment;
    let tp = f64::from(deployment.tensor_parallel);
    let context = deployment.prompt_tokens + deployment.output_tokens;
    let weights = shape.total_parameters() * deployment.weight_precision.bytes() / tp;
    let shards = tp.min(if shape.latent.is_some() { 1.0 } else { shape.kv_heads });
    let kv_per_request = shape.kv_bytes(context, deployment.kv_precision) / shards;
    let usable = gpu.memory_bytes * constants.usable_memory;
    let working = 1.5e9;
    if weights + working + kv_per_request > usable {
        return Err(DoesNotFit {
            needed_bytes_per_gpu: weights + working + kv_per_request,
            usable_bytes_per_gpu: usable,
        });
    }
    let max_batch = ((usable - weights - working) / kv_per_request).floor().clamp(1.0, MAX_BATCH);
    let wanted = match deployment.batch {
        Batch::Requests(requests) => requests,
        Batch::Max => max_batch,
    };
    let batch = wanted.min(max_batch);
    let touched =
        shape.experts.map_or(1.0, |experts| 1.0 - (1.0 - experts.active / experts.count).powf(batch));
    let routed = shape.expert_layers()
        * shape.experts.map_or(0.0, |experts| experts.count)
        * shape.expert_parameters();
    let read = (shape.shared_layer_parameters() + shape.head_parameters() + routed * touched)
        * deployment.weight_precision.bytes()
        / tp;
    let rate = gpu.flops_per_s(deployment.weight_precision).unwrap_or(1e12) * constants.compute_use;
    let bandwidth = gpu.bandwidth_bytes_per_s * constants.bandwidth_use;
    let weights_s = read / bandwidth;
    let compute_s = 2.0 * batch * shape.matmul_parameters() / tp / rate;
    let mean_context = deployment.prompt_tokens + deployment.output_tokens / 2.0;
    let attention_s = batch * shape.kv_bytes(mean_context, deployment.kv_precision) / shards / bandwidth;
    let communication_s = if tp > 1.0 {
        2.0 * shape.layers
            * (10e-6 + 2.0 * (tp - 1.0) / tp * batch * shape.hidden * 2.0 / gpu.scale_up_bytes_per_s)
    } else {
        0.0
    };
    let overhead_s = shape.layers * constants.layer_overhead_s;
    let step_s = weights_s + compute_s + attention_s + communication_s + overhead_s;
    let fresh = deployment.prompt_tokens * (1.0 - deployment.prefix_hit_rate);
    let attention_flops =
        2.0 * shape.global_layers() * shape.heads * shape.head_dim * fresh * deployment.prompt_tokens;
    let prefill_s = (2.0 * shape.matmul_parameters() * fresh + attention_flops) / tp / rate + overhead_s;
    let output = deployment.output_tokens.max(1.0);
    let (tpot_s, ttft_s) = match deployment.batching {
        Batching::Continuous => {
            (step_s + (batch - 1.0) / output * prefill_s, prefill_s * (1.0 + (batch - 1.0) * 0.1) + step_s)
        }
        Batching::Static => (step_s, prefill_s * batch + step_s),
    };
    let request_s = ttft_s + (output - 1.0) * tpot_s;
    let cycle_s = batch * prefill_s + output * step_s;
    let requests_per_s = batch / cycle_s;
    let parts = [
        (weights_s + attention_s, Bound::MemoryBandwidth),
        (compute_s, Bound::Compute),
        (communication_s, Bound::Communication),
        (overhead_s, Bound::Overhead),
    ];
    let bound = parts.into_iter().fold(parts[0], |a, b| if b.0 > a.0 { b } else { a }).1;
    Ok(Replica {
        batch,
        max_batch,
        memory: ServingMemory { weights, kv_cache: batch * kv_per_request, working, usable },
        prefill_s,
        step_s,
        step: StepTime { weights_s, compute_s, attention_s, communication_s, overhead_s },
        ttft_s,
        tpot_s,
        request_s,
        output_tokens_per_s: requests_per_s * output,
        requests_per_s,
        bound,
    })
}
