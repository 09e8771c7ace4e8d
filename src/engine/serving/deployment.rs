//! What is served, on what, and how.

use crate::engine::choice::choices;
use crate::engine::gpu::Gpu;
use crate::engine::precision::Precision;
use crate::engine::serving::layout::{Layout, Layouts};
use crate::engine::serving::speculation::Speculation;
use crate::engine::shape::ModelShape;

choices! {
    /// The software that serves the model.
    pub enum ServingEngine {
        /// vLLM, 0.6 and later.
        Vllm = "vllm",
        /// NVIDIA TensorRT-LLM, 0.14 and later.
        TensorRtLlm = "tensorrt-llm",
        /// `SGLang`.
        Sglang = "sglang",
        /// vLLM as of 2023.
        Vllm2023 = "vllm-2023",
        /// TensorRT-LLM 0.5 to 0.9, and the other compiled engines of 2023.
        TensorRtLlm2023 = "tensorrt-llm-2023",
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

/// The largest batch that one scheduler runs: engines cap their running sequences (TensorRT-LLM's benchmark at 4,096).
pub const MAX_BATCH: f64 = 4096.0;

choices! {
    /// How requests share a replica.
    pub enum Batching {
        /// A request joins as soon as another leaves; prefills interleave with decode steps.
        Continuous = "continuous",
        /// A batch starts and ends together.
        Static = "static",
    }
}

/// One replica and its work. Its layout `L` is set, or, as [`Layouts`], the engine's choice.
///
/// [`Layouts`]: crate::engine::serving::Layouts
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deployment<L = Layout> {
    /// The model that is served.
    pub shape: ModelShape,
    /// The accelerator.
    pub gpu: Gpu,
    /// The software.
    pub engine: ServingEngine,
    /// Date of the software, years: 2025.75 is the beginning of October 2025.
    pub software_date: f64,
    /// Format of the weights.
    pub weight_precision: Precision,
    /// Format of the KV cache.
    pub kv_precision: Precision,
    /// How it is laid out.
    pub layout: L,
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
    /// How much the rest of the prompts differ: standard deviation over mean.
    pub prompt_spread: f64,
    /// How much outputs differ, likewise.
    pub output_spread: f64,
    /// Guessing tokens ahead; `None` for one token a step.
    pub speculation: Option<Speculation>,
    /// Where prompts are read.
    pub prefills: Prefills,
}

/// Where prompts are read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prefills {
    /// By the GPUs that decode, between their steps.
    Beside,
    /// By GPUs of their own, which send the cache on (disaggregated serving: Splitwise, Patel et al. 2024).
    Apart {
        /// Their share of all GPUs; `None` for as many as keep up.
        share: Option<f64>,
    },
}

impl<L> Deployment<L> {
    /// The same in another layout.
    pub const fn laid_out<M>(&self, layout: M) -> Deployment<M>
    where
        M: Copy,
        L: Copy,
    {
        Deployment {
            shape: self.shape,
            gpu: self.gpu,
            engine: self.engine,
            software_date: self.software_date,
            weight_precision: self.weight_precision,
            kv_precision: self.kv_precision,
            layout,
            batch: self.batch,
            batching: self.batching,
            prompt_tokens: self.prompt_tokens,
            output_tokens: self.output_tokens,
            prefix_hit_rate: self.prefix_hit_rate,
            prompt_spread: self.prompt_spread,
            output_spread: self.output_spread,
            speculation: self.speculation,
            prefills: self.prefills,
        }
    }

    /// Mean output of the requests that are found running, tokens. A long one is found more often, as often as it takes
    /// steps: `E[n^2] / E[n]`, the mean length times `1 + spread^2`.
    pub(super) fn running_output(&self) -> f64 {
        self.output_tokens * (1.0 + self.output_spread * self.output_spread)
    }

    /// Prompt tokens that the prefix cache does not hold.
    pub(super) fn fresh_tokens(&self) -> f64 {
        self.prompt_tokens * (1.0 - self.prefix_hit_rate)
    }
}

impl Deployment<Layouts> {
    /// Why no model is laid out as is stated, on whatever GPUs; `None` where one may be.
    pub fn fault(&self) -> Option<&'static str> {
        let stages = self.layout.pipeline_parallel.map_or(1.0, f64::from);
        (stages > self.shape.layers).then_some("it is served in more pipeline stages than it has layers")
    }
}

impl Deployment {
    /// GPUs of a stage, over which its layers are split.
    pub(super) fn stage_gpus(&self) -> f64 {
        f64::from(self.layout.tensor_parallel)
    }

    /// Pipeline stages.
    #[inline]
    pub(super) fn stages(&self) -> f64 {
        f64::from(self.layout.pipeline_parallel.max(1))
    }

    /// Schedulers of a stage: with attention data parallelism, every GPU schedules requests of its own.
    pub(super) fn schedulers(&self) -> f64 {
        if self.layout.attention_data_parallel { self.stage_gpus() } else { 1.0 }
    }

    /// GPUs over which attention, and all that every token passes, is split.
    pub(super) fn attention_gpus(&self) -> f64 {
        self.stage_gpus() / self.schedulers()
    }
}
