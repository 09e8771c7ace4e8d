//! What serving engines call what they measure: a row an engine. Older names follow newer ones.

/// Something that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Quantity {
    /// Requests that were answered, so far.
    Requests,
    PromptTokens,
    /// Of them, those that no cache held, where an engine counts these and those that it found.
    Uncached,
    /// Prompt tokens that were looked for in the prefix cache, and those found; where an engine counts only the latter,
    /// it looks for all.
    Looked,
    Found,
    OutputTokens,
    /// Seconds spent on output tokens, so far.
    DecodeSeconds,
    /// Seconds that requests took, so far, where there is no distribution of them.
    RequestSeconds,
    /// Requests in flight, now.
    Running,
    Waiting,
    /// Share of the cache's memory in use, now.
    Memory,
    /// Distributions of times, seconds.
    FirstToken,
    EachToken,
    Request,
}

impl Quantity {
    /// It holds for a moment rather than adding up.
    pub(super) fn is_gauge(self) -> bool {
        matches!(self, Self::Running | Self::Waiting | Self::Memory)
    }

    /// It is a distribution.
    pub(super) fn is_histogram(self) -> bool {
        matches!(self, Self::FirstToken | Self::EachToken | Self::Request)
    }
}

/// A name, and a label that it must have where it stands for several things. What it ends in is its unit.
pub(super) type Name = (Quantity, &'static str, Option<(&'static str, &'static str)>);

/// Seconds of one unit of a name.
pub(super) fn seconds(name: &str) -> f64 {
    match name.rsplit('_').next() {
        Some("ms") => 1e-3,
        Some("us") => 1e-6,
        _ => 1.0,
    }
}

/// A serving engine.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) name: &'static str,
    /// What it must be started with to say all of it, by its own manual; nothing where it does so by itself.
    #[cfg(feature = "tui")]
    needs: &'static str,
    /// Where its page usually is.
    #[cfg(feature = "tui")]
    address: &'static str,
    pub(super) names: &'static [Name],
}

use Quantity::{
    DecodeSeconds, EachToken, FirstToken, Found, Looked, Memory, OutputTokens, PromptTokens, Request,
    RequestSeconds, Requests, Running, Uncached, Waiting,
};

/// The label of the model that generates, as NVIDIA's own repositories of models call it.
const GENERATES: Option<(&str, &str)> = Some(("model", "tensorrt_llm"));

/// Every engine that is known.
pub(super) const ENGINES: [Engine; 6] = [
    Engine {
        name: "vLLM",
        #[cfg(feature = "tui")]
        needs: "",
        #[cfg(feature = "tui")]
        address: "http://127.0.0.1:8000/metrics",
        names: &[
            (Requests, "vllm:request_success_total", None),
            (PromptTokens, "vllm:prompt_tokens_total", None),
            (Looked, "vllm:prefix_cache_queries_total", None),
            (Looked, "vllm:gpu_prefix_cache_queries_total", None),
            (Found, "vllm:prefix_cache_hits_total", None),
            (Found, "vllm:gpu_prefix_cache_hits_total", None),
            (OutputTokens, "vllm:generation_tokens_total", None),
            (Running, "vllm:num_requests_running", None),
            (Waiting, "vllm:num_requests_waiting", None),
            (Memory, "vllm:kv_cache_usage_perc", None),
            (Memory, "vllm:gpu_cache_usage_perc", None),
            (FirstToken, "vllm:time_to_first_token_seconds", None),
            (EachToken, "vllm:request_time_per_output_token_seconds", None),
            (EachToken, "vllm:time_per_output_token_seconds", None),
            // Between steps, of which one may bring several tokens.
            (EachToken, "vllm:inter_token_latency_seconds", None),
            (Request, "vllm:e2e_request_latency_seconds", None),
        ],
    },
    Engine {
        name: "SGLang",
        #[cfg(feature = "tui")]
        needs: "--enable-metrics",
        #[cfg(feature = "tui")]
        address: "http://127.0.0.1:30000/metrics",
        names: &[
            (Requests, "sglang:num_requests_total", None),
            (PromptTokens, "sglang:prompt_tokens_total", None),
            (Found, "sglang:cached_tokens_total", None),
            (OutputTokens, "sglang:generation_tokens_total", None),
            (Running, "sglang:num_running_reqs", None),
            (Waiting, "sglang:num_queue_reqs", None),
            (Memory, "sglang:token_usage", None),
            (FirstToken, "sglang:time_to_first_token_seconds", None),
            (EachToken, "sglang:request_time_per_output_token_seconds", None),
            (EachToken, "sglang:time_per_output_token_seconds", None),
            (EachToken, "sglang:inter_token_latency_seconds", None),
            (Request, "sglang:e2e_request_latency_seconds", None),
        ],
    },
    Engine {
        name: "TGI",
        #[cfg(feature = "tui")]
        needs: "",
        #[cfg(feature = "tui")]
        address: "http://127.0.0.1:3000/metrics",
        names: &[
            (Requests, "tgi_request_success", None),
            (Requests, "tgi_request_success_total", None),
            (PromptTokens, "tgi_request_input_length_sum", None),
            (OutputTokens, "tgi_request_generated_tokens_sum", None),
            (Running, "tgi_batch_current_size", None),
            (Waiting, "tgi_queue_size", None),
            (EachToken, "tgi_request_mean_time_per_token_duration", None),
            (Request, "tgi_request_duration", None),
        ],
    },
    Engine {
        name: "TensorRT-LLM",
        #[cfg(feature = "tui")]
        needs: "return_perf_metrics, enable_iter_perf_stats",
        #[cfg(feature = "tui")]
        address: "http://127.0.0.1:8000/prometheus/metrics",
        names: &[
            // Dynamo writes a colon.
            (Requests, "trtllm_request_success_total", None),
            (Requests, "trtllm:request_success_total", None),
            (PromptTokens, "trtllm_prompt_tokens_total", None),
            (PromptTokens, "trtllm:prompt_tokens_total", None),
            (Found, "trtllm_prompt_cached_tokens_total", None),
            (Found, "trtllm:prompt_cached_tokens_total", None),
            (OutputTokens, "trtllm_generation_tokens_total", None),
            (OutputTokens, "trtllm:generation_tokens_total", None),
            (Running, "trtllm_num_requests_running", None),
            (Running, "trtllm:num_requests_running", None),
            (Waiting, "trtllm_num_requests_waiting", None),
            (Waiting, "trtllm:num_requests_waiting", None),
            (Memory, "trtllm_kv_cache_utilization", None),
            (Memory, "trtllm:kv_cache_utilization", None),
            (FirstToken, "trtllm_time_to_first_token_seconds", None),
            (FirstToken, "trtllm:time_to_first_token_seconds", None),
            (EachToken, "trtllm_time_per_output_token_seconds", None),
            (EachToken, "trtllm:time_per_output_token_seconds", None),
            (Request, "trtllm_e2e_request_latency_seconds", None),
            (Request, "trtllm:e2e_request_latency_seconds", None),
        ],
    },
    Engine {
        name: "Triton with TensorRT-LLM",
        #[cfg(feature = "tui")]
        needs: "",
        #[cfg(feature = "tui")]
        address: "http://127.0.0.1:8002/metrics",
        names: &[
            // Of an ensemble, each part counts each request: those of the model that generates are of the engine.
            (Requests, "nv_llm_output_token_len_count", None),
            (Requests, "nv_inference_request_success", GENERATES),
            (Requests, "nv_inference_request_success", None),
            (PromptTokens, "nv_llm_input_token_len_sum", None),
            (OutputTokens, "nv_llm_output_token_len_sum", None),
            (RequestSeconds, "nv_inference_request_duration_us", GENERATES),
            (Running, "nv_trt_llm_request_metrics", Some(("request_type", "scheduled"))),
            (Waiting, "nv_trt_llm_request_metrics", Some(("request_type", "waiting"))),
            (Memory, "nv_trt_llm_kv_cache_block_metrics", Some(("kv_cache_block_type", "fraction"))),
            (FirstToken, "nv_inference_first_response_histogram_ms", GENERATES),
            (FirstToken, "nv_inference_first_response_histogram_ms", None),
        ],
    },
    Engine {
        name: "llama.cpp",
        #[cfg(feature = "tui")]
        needs: "--metrics",
        #[cfg(feature = "tui")]
        address: "http://127.0.0.1:8080/metrics",
        names: &[
            // It counts no requests.
            (Uncached, "llamacpp:prompt_tokens_total", None),
            (Found, "llamacpp:prompt_tokens_cached_total", None),
            (OutputTokens, "llamacpp:tokens_predicted_total", None),
            (DecodeSeconds, "llamacpp:tokens_predicted_seconds_total", None),
            (Running, "llamacpp:requests_processing", None),
            (Waiting, "llamacpp:requests_deferred", None),
            (Memory, "llamacpp:kv_cache_usage_ratio", None),
        ],
    },
];

/// What can be watched: its name, what it must be started with, and its usual address.
#[cfg(feature = "tui")]
pub fn watchable() -> impl Iterator<Item = [&'static str; 3]> {
    let server = ["a Prometheus server", "", "http://127.0.0.1:9090"];
    ENGINES.iter().map(|engine| [engine.name, engine.needs, engine.address]).chain([server])
}

/// The names of a distribution: its buckets, its sum and its count.
pub(super) const PARTS: [&str; 3] = ["_bucket", "_sum", "_count"];

/// Ranks of one engine that count the same: only the first counts.
pub(super) const RANKS: [&str; 2] = ["tp_rank", "pp_rank"];
