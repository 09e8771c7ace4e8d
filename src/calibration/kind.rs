//! Kinds of figures that are published.

use crate::engine::choice::choices;

choices! {
    /// Kinds of published figures.
    pub enum Kind {
        /// Mean time per output token with a fixed number of requests in flight.
        Tpot = "tpot",
        /// Output tokens per second and GPU.
        Throughput = "throughput",
        /// The same of benchmarks that send all requests at once, as `MLPerf` does offline.
        Offline = "offline",
        /// Mean time per output token of requests that come at random.
        TpotPoisson = "tpot-poisson",
        /// Mean time per output token of requests that come at once.
        TpotBurst = "tpot-burst",
        /// Time to first token of a request alone.
        TtftSingle = "ttft-single",
        /// Mean time to first token with a fixed number of requests in flight.
        TtftLoaded = "ttft-loaded",
        /// Mean time to first token of requests that come at random.
        TtftPoisson = "ttft-poisson",
        /// Mean time to first token of requests that come at once.
        TtftBurst = "ttft-burst",
        /// Decode step of a static batch, on older stacks mostly.
        StaticTpot = "static-tpot",
        /// Output tokens per second and GPU of static batches, on older stacks.
        StaticThroughput = "static-throughput",
        /// Prefill of a whole static batch, on older stacks.
        StaticTtft = "static-ttft",
        /// Steady tokens per second of a training GPU.
        TrainingThroughput = "training-throughput",
        /// The same where adapters are trained on a frozen model.
        TrainingAdapters = "training-adapters",
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
            Self::Offline => "serving, tokens/s per GPU, all sent at once",
            Self::TpotPoisson => "serving, time per token, random arrivals",
            Self::TpotBurst => "serving, time per token in a burst",
            Self::TtftSingle => "serving, time to first token, unloaded",
            Self::TtftLoaded => "serving, time to first token under load",
            Self::TtftPoisson => "serving, time to first token, random arrivals",
            Self::TtftBurst => "serving, time to first token in a burst",
            Self::StaticTpot => "older stacks, step of a static batch",
            Self::StaticThroughput => "older stacks, tokens/s per GPU",
            Self::StaticTtft => "older stacks, prefill of a batch",
            Self::TrainingThroughput => "training, steady tokens/s per GPU",
            Self::TrainingAdapters => "training, steady tokens/s per GPU, adapters",
            Self::TrainingHours => "training, GPU-hours of real runs",
        }
    }
}
