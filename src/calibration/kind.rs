//! Kinds of figures that are published, and how near the engine shall come to each.

use serde::Deserialize;

/// Kinds of published figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Mean time per output token with a fixed number of requests in flight.
    Tpot,
    /// Output tokens per second and GPU.
    Throughput,
    /// Time to first token of a request alone.
    TtftSingle,
    /// Mean time to first token with a fixed number of requests in flight.
    TtftLoaded,
    /// Decode step of a static batch, on older stacks mostly.
    StaticTpot,
    /// Output tokens per second and GPU of static batches, on older stacks.
    StaticThroughput,
    /// Prefill of a whole static batch, on older stacks.
    StaticTtft,
    /// Steady tokens per second of a training GPU.
    TrainingThroughput,
    /// GPU-hours of a real training run, well documented (tiers A and B).
    TrainingHours,
}

impl Kind {
    /// Every kind, in the order of the table.
    pub const ALL: [Self; 9] = [
        Self::Tpot,
        Self::Throughput,
        Self::TtftSingle,
        Self::TtftLoaded,
        Self::StaticTpot,
        Self::StaticThroughput,
        Self::StaticTtft,
        Self::TrainingThroughput,
        Self::TrainingHours,
    ];

    /// The word used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Tpot => "tpot",
            Self::Throughput => "throughput",
            Self::TtftSingle => "ttft-single",
            Self::TtftLoaded => "ttft-loaded",
            Self::StaticTpot => "static-tpot",
            Self::StaticThroughput => "static-throughput",
            Self::StaticTtft => "static-ttft",
            Self::TrainingThroughput => "training-throughput",
            Self::TrainingHours => "training-hours",
        }
    }

    /// The words of the table.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Tpot => "serving, time per output token under load",
            Self::Throughput => "serving, output tokens/s per GPU",
            Self::TtftSingle => "serving, time to first token alone",
            Self::TtftLoaded => "serving, time to first token under load",
            Self::StaticTpot => "older stacks, step of a static batch",
            Self::StaticThroughput => "older stacks, tokens/s per GPU",
            Self::StaticTtft => "older stacks, prefill of a batch",
            Self::TrainingThroughput => "training, steady tokens/s per GPU",
            Self::TrainingHours => "training, GPU-hours of real runs",
        }
    }

    /// The bar: the median error that is aimed at.
    #[must_use]
    pub const fn bar(self) -> f64 {
        match self {
            Self::Tpot | Self::Throughput => 0.09,
            Self::TtftLoaded => 0.30,
            Self::TtftSingle
            | Self::StaticTpot
            | Self::StaticThroughput
            | Self::StaticTtft
            | Self::TrainingThroughput => 0.15,
            Self::TrainingHours => 0.18,
        }
    }
}
