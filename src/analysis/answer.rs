//! The answers that people ask about: one table of figures with a name, a unit and a way to read them.

use crate::engine::horizon::Split;
use crate::engine::outcome::{Outcome, ServingOutcome};
use crate::text::quantity::Unit;

/// A figure of the outcome that can be aimed at, ranked by, swept over or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Answer {
    /// Training programme, USD.
    TrainingCost,
    /// Final training run, USD.
    FinalRunCost,
    /// Billed GPU-hours of the final run.
    GpuHours,
    /// Days of the final run.
    TrainingDays,
    /// Steady model FLOPs utilisation.
    Mfu,
    /// Serving, USD a day.
    DailyCost,
    /// Serving, USD a month.
    MonthlyCost,
    /// Serving, USD a year.
    YearlyCost,
    /// Inference's share of all spending over the horizon.
    InferenceShare,
    /// USD per million tokens asked for.
    CostPerMillionTokens,
    /// USD per request.
    CostPerRequest,
    /// Mean time to first token, ms.
    Ttft,
    /// Mean time per output token, ms.
    Tpot,
    /// Mean time to the last token, ms.
    RequestLatency,
    /// Output tokens per second of a GPU with every slot busy.
    ThroughputPerGpu,
    /// GPUs at the peak of the day.
    GpusPeak,
    /// Mean utilisation of the fleet.
    Utilization,
}

impl Answer {
    /// Every answer, the most asked first.
    pub const ALL: [Self; 17] = [
        Self::DailyCost,
        Self::TrainingCost,
        Self::InferenceShare,
        Self::Ttft,
        Self::Tpot,
        Self::RequestLatency,
        Self::CostPerMillionTokens,
        Self::CostPerRequest,
        Self::MonthlyCost,
        Self::YearlyCost,
        Self::FinalRunCost,
        Self::GpuHours,
        Self::TrainingDays,
        Self::Mfu,
        Self::ThroughputPerGpu,
        Self::GpusPeak,
        Self::Utilization,
    ];

    /// The word on the command line: the path of the figure in the JSON report.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::TrainingCost => "training.programme_usd",
            Self::FinalRunCost => "training.final_run_usd",
            Self::GpuHours => "training.gpu_hours",
            Self::TrainingDays => "training.days",
            Self::Mfu => "training.mfu",
            Self::DailyCost => "inference.daily_usd",
            Self::MonthlyCost => "inference.monthly_usd",
            Self::YearlyCost => "inference.yearly_usd",
            Self::InferenceShare => "split.inference_share",
            Self::CostPerMillionTokens => "serving.usd_per_million_tokens",
            Self::CostPerRequest => "inference.usd_per_request",
            Self::Ttft => "serving.ttft_ms",
            Self::Tpot => "serving.tpot_ms",
            Self::RequestLatency => "serving.request_latency_ms",
            Self::ThroughputPerGpu => "serving.output_tokens_per_s_per_gpu",
            Self::GpusPeak => "inference.gpus_peak",
            Self::Utilization => "inference.utilization",
        }
    }

    /// The answer with this id, or with its last word when that is unambiguous (`daily_usd`).
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|answer| answer.id() == id || answer.id().split('.').next_back() == Some(id))
    }

    /// The words on the screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::TrainingCost => "training cost",
            Self::FinalRunCost => "final run cost",
            Self::GpuHours => "GPU-hours",
            Self::TrainingDays => "training days",
            Self::Mfu => "training MFU",
            Self::DailyCost => "daily cost",
            Self::MonthlyCost => "monthly cost",
            Self::YearlyCost => "yearly cost",
            Self::InferenceShare => "share of inference",
            Self::CostPerMillionTokens => "cost per 1M tokens",
            Self::CostPerRequest => "cost per request",
            Self::Ttft => "time to first token",
            Self::Tpot => "time per output token",
            Self::RequestLatency => "request latency",
            Self::ThroughputPerGpu => "tokens/s per GPU",
            Self::GpusPeak => "GPUs at peak",
            Self::Utilization => "fleet utilisation",
        }
    }

    /// The unit of [`Answer::of`].
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::TrainingCost
            | Self::FinalRunCost
            | Self::DailyCost
            | Self::MonthlyCost
            | Self::YearlyCost
            | Self::CostPerMillionTokens
            | Self::CostPerRequest => Unit::Usd,
            Self::GpuHours => Unit::GpuHours,
            Self::TrainingDays => Unit::Days,
            Self::Mfu | Self::InferenceShare | Self::Utilization => Unit::Share,
            Self::Ttft | Self::Tpot | Self::RequestLatency => Unit::Milliseconds,
            Self::ThroughputPerGpu => Unit::TokensPerSecond,
            Self::GpusPeak => Unit::Count,
        }
    }

    /// The figure; `None` where it does not exist, as when the model does not fit.
    #[must_use]
    pub fn of(self, outcome: &Outcome) -> Option<f64> {
        let training = &outcome.training;
        let serving = outcome.serving.as_ref().ok();
        match self {
            Self::TrainingCost => training.run.fits.then_some(training.programme_usd),
            Self::FinalRunCost => training.run.fits.then_some(training.final_run_usd),
            Self::GpuHours => training.run.fits.then_some(training.gpu_hours),
            Self::TrainingDays => training.run.fits.then_some(training.days),
            Self::Mfu => training.run.fits.then_some(training.mfu),
            Self::DailyCost => serving.map(|serving| serving.daily_usd),
            Self::MonthlyCost => serving.map(ServingOutcome::monthly_usd),
            Self::YearlyCost => serving.map(ServingOutcome::yearly_usd),
            Self::InferenceShare => outcome.split.as_ref().and_then(Split::inference_share),
            Self::CostPerMillionTokens => serving.and_then(|serving| serving.usd_per_million_tokens),
            Self::CostPerRequest => serving.and_then(|serving| serving.usd_per_request),
            Self::Ttft => serving.map(|serving| serving.ttft_s * 1e3),
            Self::Tpot => serving.map(|serving| serving.tpot_s * 1e3),
            Self::RequestLatency => serving.map(|serving| serving.request_s * 1e3),
            Self::ThroughputPerGpu => serving.map(|serving| serving.output_tokens_per_s_per_gpu),
            Self::GpusPeak => serving.map(|serving| serving.gpus_peak),
            Self::Utilization => serving.map(|serving| serving.day.utilization),
        }
    }
}
