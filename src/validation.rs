//! Predicted against published: tables of measurements, the error of each kind of figure, and the fit of the constants.

pub mod error;
pub mod least_squares;
pub mod serving;
pub mod training;

use serde::Deserialize;

/// A published figure beside the engine's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Id of the row in its table.
    pub id: String,
    /// Kind of figure: rows of one kind are summed up together.
    pub kind: Kind,
    /// The model, by name.
    pub model: String,
    /// The accelerator, by id.
    pub gpu: String,
    /// What else tells the row from others.
    pub setting: String,
    /// What the engine says.
    pub predicted: f64,
    /// What was published.
    pub published: f64,
    /// Low end of the engine's 80% range over its value.
    pub low_factor: f64,
    /// High end of that range over its value.
    pub high_factor: f64,
    /// Where it was published.
    pub source: String,
}

impl Comparison {
    /// Predicted over published, as a logarithm.
    #[must_use]
    pub fn log_error(&self) -> f64 {
        (self.predicted / self.published).ln()
    }

    /// The engine's error as a share of the published figure.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.predicted / self.published - 1.0
    }

    /// The published figure lies in the engine's range.
    #[must_use]
    pub fn in_range(&self) -> bool {
        let ratio = self.published / self.predicted;
        (self.low_factor..=self.high_factor).contains(&ratio)
    }
}

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

/// What is left out of a fit together, to see how well the engine predicts what it never saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveOut {
    /// All rows of one model.
    Model,
    /// All rows of one accelerator.
    Gpu,
    /// All rows of one hardware family.
    Family,
    /// All rows of one number format on one hardware family.
    Precision,
}

/// The error of one kind of figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// The kind.
    pub kind: Kind,
    /// Rows.
    pub count: usize,
    /// Median of the error's size.
    pub median: f64,
    /// Nine in ten are nearer than this.
    pub p90: f64,
    /// Median of the error with its sign.
    pub bias: f64,
    /// Share of the published figures inside the engine's 80% range.
    pub in_range: f64,
}

/// Sums the rows of one kind up; `None` without rows.
#[must_use]
pub fn summary(kind: Kind, rows: &[Comparison]) -> Option<Summary> {
    let rows: Vec<&Comparison> = rows.iter().filter(|row| row.kind == kind).collect();
    let mut signed: Vec<f64> = rows.iter().map(|row| row.error()).collect();
    let mut sizes: Vec<f64> = signed.iter().map(|error| error.abs()).collect();
    signed.sort_by(f64::total_cmp);
    sizes.sort_by(f64::total_cmp);
    Some(Summary {
        kind,
        count: rows.len(),
        median: quantile(&sizes, 0.5)?,
        p90: quantile(&sizes, 0.9)?,
        bias: quantile(&signed, 0.5)?,
        in_range: rows.iter().filter(|row| row.in_range()).count() as f64 / rows.len() as f64,
    })
}

/// A quantile of sorted values, between neighbours by their distance.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (sorted[above] - sorted[below]) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[1.0, 2.0], 0.5), Some(1.5));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
