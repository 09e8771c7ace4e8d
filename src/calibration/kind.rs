//! Kinds of figures that are published.

use crate::engine::choice::choices;

choices! {
    /// Kinds of published figures.
    pub enum Kind {
        /// Mean time per output token with a fixed number of requests in flight.
        Tpot = "tpot",
        /// Output tokens per second and GPU.
        Throughput = "throughput",
        /// Time to first token of a request alone.
        TtftSingle = "ttft-single",
        /// Mean time to first token with a fixed number of requests in flight.
        TtftLoaded = "ttft-loaded",
        /// Decode step of a static batch, on older stacks mostly.
        StaticTpot = "static-tpot",
        /// Output tokens per second and GPU of static batches, on older stacks.
        StaticThroughput = "static-throughput",
        /// Prefill of a whole static batch, on older stacks.
        StaticTtft = "static-ttft",
        /// Steady tokens per second of a training GPU.
        TrainingThroughput = "training-throughput",
        /// GPU-hours of a real training run, well documented (tiers A and B).
        TrainingHours = "training-hours",
    }
}

impl Kind {
    /// The words of the table.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Tpot => "serving, time per output token under load",
            Self::Throughput => "serving, output tokens/s per GPU",
            Self::TtftSingle => "serving, time to first token, unloaded",
            Self::TtftLoaded => "serving, time to first token under load",
            Self::StaticTpot => "older stacks, step of a static batch",
            Self::StaticThroughput => "older stacks, tokens/s per GPU",
            Self::StaticTtft => "older stacks, prefill of a batch",
            Self::TrainingThroughput => "training, steady tokens/s per GPU",
            Self::TrainingHours => "training, GPU-hours of real runs",
        }
    }
}
