//! What is served, on what, and how.

use crate::engine::choice::choices;
use crate::engine::gpu::Gpu;
use crate::engine::precision::Precision;
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

/// The largest batch that one scheduler runs: engines cap their running sequences. Where experts are spread over the
/// GPUs, each GPU schedules its own.
pub const MAX_BATCH: f64 = 2048.0;

choices! {
    /// How requests share a replica.
    pub enum Batching {
        /// A request joins as soon as another leaves; prefills interleave with decode steps.
        Continuous = "continuous",
        /// A batch starts and ends together.
        Static = "static",
    }
}

/// One replica and its work. Its degree `D` is a number of GPUs, or a [`Degree`] where the engine may choose it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deployment<D = u32> {
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
    pub tensor_parallel: D,
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
    /// How much the rest of the prompts differ: standard deviation over mean.
    pub prompt_spread: f64,
    /// How much outputs differ, likewise.
    pub output_spread: f64,
}

/// A parallel degree: a number of GPUs, or the engine's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degree {
    /// So many GPUs.
    Set(u32),
    /// A power of two, at most so many.
    UpTo(u32),
}

impl Degree {
    /// The highest that may be chosen.
    pub const fn highest(self) -> u32 {
        match self {
            Self::Set(gpus) | Self::UpTo(gpus) => gpus,
        }
    }

    /// What may be chosen, ascending.
    pub fn choices(self) -> impl Iterator<Item = u32> {
        let least = match self {
            Self::Set(gpus) => gpus,
            Self::UpTo(_) => 1,
        };
        let powers = std::iter::successors(Some(least), |gpus| gpus.checked_mul(2));
        powers.take_while(move |gpus| *gpus <= self.highest())
    }
}

impl<D> Deployment<D> {
    /// The same on so many GPUs, with experts over no more than these.
    pub(in crate::engine) fn on(&self, gpus: u32) -> Deployment {
        Deployment {
            shape: self.shape,
            gpu: self.gpu,
            engine: self.engine,
            weight_precision: self.weight_precision,
            kv_precision: self.kv_precision,
            tensor_parallel: gpus,
            expert_parallel: self.expert_parallel.clamp(1, gpus),
            batch: self.batch,
            batching: self.batching,
            prompt_tokens: self.prompt_tokens,
            output_tokens: self.output_tokens,
            prefix_hit_rate: self.prefix_hit_rate,
            prompt_spread: self.prompt_spread,
            output_spread: self.output_spread,
        }
    }
}

impl Deployment {
    /// Mean output of the requests that are found running, tokens. A long one is found more often, as often as it takes
    /// steps: `E[n^2] / E[n]`, the mean length times `1 + spread^2`.
    pub(super) fn running_output(&self) -> f64 {
        self.output_tokens * (1.0 + self.output_spread * self.output_spread)
    }

    /// Schedulers of a replica: where experts are spread over the GPUs, attention runs on whole requests, and every GPU
    /// schedules its own (DeepSeek-V3, section 3.4).
    pub(super) fn schedulers(&self) -> f64 {
        f64::from(self.expert_parallel.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::Degree;

    #[test]
    fn a_degree_is_chosen_among_powers_of_two_or_set() {
        let choices = |degree: Degree| degree.choices().collect::<Vec<_>>();
        assert_eq!(choices(Degree::UpTo(8)), [1, 2, 4, 8]);
        assert_eq!(choices(Degree::UpTo(6)), [1, 2, 4]);
        assert_eq!(choices(Degree::Set(6)), [6]);
        assert_eq!(Degree::UpTo(6).highest(), 6);
    }
}
