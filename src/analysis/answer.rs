//! The answers that people ask about: one table of figures with a name, a unit and a way to read them.

use crate::analysis::service::first_token;
use crate::engine::outcome::{Outcome, ServingOutcome, TrainingBill, TrainingOutcome};
use crate::text::quantity::Unit;

/// Which way an answer is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// Neither.
    Neither,
}

/// Declares the answers: one row each, the most requested first.
macro_rules! answers {
    ($($(#[doc = $doc:literal])+ $name:ident: $id:literal, $label:literal, $unit:ident, $better:ident, $of:expr;)+) => {
        /// A figure of the outcome that can be aimed at, ranked by, swept over or compared.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Answer {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Answer {
            /// Every answer, the most requested first.
            pub const ALL: [Self; [$($id),+].len()] = [$(Self::$name),+];

            /// The word on the command line: the path of the figure in the JSON report.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }

            /// The words on the screen.
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)+
                }
            }

            /// What it is, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),+).trim_ascii(),)+
                }
            }

            /// The unit of [`Answer::of`].
            pub const fn unit(self) -> Unit {
                match self {
                    $(Self::$name => Unit::$unit,)+
                }
            }

            /// Which way it is better.
            pub const fn better(self) -> Better {
                match self {
                    $(Self::$name => Better::$better,)+
                }
            }

            /// What the outcome says, be it a number or not.
            fn raw(self, outcome: &Outcome) -> Option<f64> {
                let of: fn(&Outcome) -> Option<f64> = match self {
                    $(Self::$name => $of,)+
                };
                of(outcome)
            }
        }
    };
}

answers! {
    /// What a day of serving costs: GPUs that are paid for, storage, network and what is bought elsewhere. USD.
    DailyCost: "inference.daily_usd", "daily cost", Usd, Lower, |outcome| serving(outcome)?.daily_usd();
    /// What the whole training effort costs: final run, experiments, failed runs, data and people. USD.
    TrainingCost: "training.programme_usd", "training cost", Usd, Lower,
        |outcome| Some(bill(outcome)?.programme_usd);
    /// Inference's share of all spending, training and inference, over the horizon.
    InferenceShare: "split.inference_share", "inference share", Share, Neither,
        |outcome| outcome.split().and_then(|split| split.inference_share());
    /// Time to first token (TTFT): how long a user waits for the answer to begin, on average at the planned load. ms.
    Ttft: "serving.ttft_ms", "time to first token", Milliseconds, Lower,
        |outcome| Some(serving(outcome)?.ttft_s * 1e3);
    /// Time within which 95 of 100 requests get their first token (TTFT p95). ms.
    TtftP95: "serving.ttft_p95_ms", "time to first token, p95", Milliseconds, Lower,
        |outcome| Some(first_token(serving(outcome)?).p95 * 1e3);
    /// Time per output token (TPOT): how long each further token takes, on average at the planned load. ms.
    Tpot: "serving.tpot_ms", "time per output token", Milliseconds, Lower,
        |outcome| Some(serving(outcome)?.tpot_s * 1e3);
    /// From sending a request to its last token, on average at the planned load. ms.
    RequestLatency: "serving.request_latency_ms", "request latency", Milliseconds, Lower,
        |outcome| Some(serving(outcome)?.request_s * 1e3);
    /// What a million tokens cost that users send or get, those that the response cache answers included. USD.
    CostPerMillionTokens: "serving.usd_per_million_tokens", "cost per 1M tokens served", Usd, Lower,
        |outcome| serving(outcome)?.bill?.usd_per_million_tokens;
    /// What a million tokens cost that GPUs work on, without those that the response cache answers; idle hours are paid too. USD.
    PaidPerMillionTokens: "inference.paid_usd_per_million_tokens", "cost per 1M tokens on GPUs", Usd, Lower,
        |outcome| serving(outcome)?.bill?.paid_usd_per_million_tokens;
    /// What a million tokens would cost if every GPU were busy all day. USD.
    BusyPerMillionTokens: "inference.busy_usd_per_million_tokens", "cost per 1M tokens if busy", Usd, Lower,
        |outcome| serving(outcome)?.bill?.busy_usd_per_million_tokens;
    /// What one request costs. USD.
    CostPerRequest: "inference.usd_per_request", "cost per request", Usd, Lower,
        |outcome| serving(outcome)?.bill?.usd_per_request;
    /// What a month of serving costs. USD.
    MonthlyCost: "inference.monthly_usd", "monthly cost", Usd, Lower,
        |outcome| Some(serving(outcome)?.bill?.monthly_usd());
    /// What a year of serving costs. USD.
    YearlyCost: "inference.yearly_usd", "yearly cost", Usd, Lower,
        |outcome| Some(serving(outcome)?.bill?.yearly_usd());
    /// What the final training run alone costs in GPU-hours. USD.
    FinalRunCost: "training.final_run_usd", "final run cost", Usd, Lower,
        |outcome| Some(bill(outcome)?.final_run_usd);
    /// What all GPU-hours of training cost: final run, experiments and failed runs. USD.
    ComputeCost: "training.compute_usd", "training compute", Usd, Lower,
        |outcome| Some(bill(outcome)?.compute_usd);
    /// GPU-hours that are billed for the final run.
    GpuHours: "training.gpu_hours", "GPU-hours", GpuHours, Lower,
        |outcome| Some(training(outcome)?.gpu_hours);
    /// How many days the final run takes.
    TrainingDays: "training.days", "training days", Days, Lower, |outcome| Some(training(outcome)?.days);
    /// Model FLOPs utilization (MFU): the share of the chip's peak that the model's own arithmetic gets in a steady step.
    Mfu: "training.mfu", "training MFU", Share, Higher, |outcome| Some(training(outcome)?.mfu);
    /// Output tokens per second of one GPU with every slot kept busy.
    ThroughputPerGpu: "serving.output_tokens_per_s_per_gpu", "tokens/s per GPU", TokensPerSecond, Higher,
        |outcome| Some(serving(outcome)?.output_tokens_per_s_per_gpu);
    /// GPUs that the peak of the day takes, at the planned load.
    GpusPeak: "inference.gpus_peak", "GPUs at peak", Count, Lower,
        |outcome| Some(serving(outcome)?.day.gpus_peak);
    /// The share of what the fleet could serve that it does serve, over a day.
    Utilization: "inference.utilization", "mean utilization", Share, Higher,
        |outcome| Some(serving(outcome)?.day.utilization);
}

impl Answer {
    /// The figure; `None` where it does not exist, as when the model does not fit, or is no number.
    pub fn of(self, outcome: &Outcome) -> Option<f64> {
        self.raw(outcome).filter(|figure| figure.is_finite())
    }

    /// The outcome has something in its place that is no number: its inputs contradict each other.
    pub fn is_broken(self, outcome: &Outcome) -> bool {
        self.raw(outcome).is_some_and(|figure| !figure.is_finite())
    }

    /// The answer `places` further along the list, which starts over at its end.
    #[must_use]
    pub fn after(self, places: isize) -> Self {
        let here = Self::ALL.iter().position(|answer| *answer == self).unwrap_or(0);
        Self::ALL[(here.cast_signed() + places).rem_euclid(Self::ALL.len().cast_signed()).cast_unsigned()]
    }

    /// It speaks of serving: where a target is missed it is not to be had.
    pub fn is_of_serving(self) -> bool {
        self.id().starts_with("serving.") || self.id().starts_with("inference.")
    }

    /// Its name is of many things.
    pub const fn is_plural(self) -> bool {
        matches!(self, Self::GpuHours | Self::TrainingDays | Self::ThroughputPerGpu | Self::GpusPeak)
    }

    /// Its last word, `daily_usd`, which no two share.
    pub fn short_id(self) -> &'static str {
        self.id().rsplit('.').next().unwrap_or(self.id())
    }

    /// The answer with this id, or with its last word; [`SPLIT`] is inference's share of all spending.
    pub fn from_id(id: &str) -> Option<Self> {
        let named = |answer: &Self| answer.id() == id || answer.short_id() == id;
        Self::ALL.into_iter().find(named).or((id == SPLIT).then_some(Self::InferenceShare))
    }
}

/// A short name of inference's share of all spending.
pub const SPLIT: &str = "split";

/// Serving, where the model can be served.
fn serving(outcome: &Outcome) -> Option<&ServingOutcome> {
    outcome.serving.as_ref().ok()
}

/// What training costs, where the run fits and has a price.
fn bill(outcome: &Outcome) -> Option<&TrainingBill> {
    outcome.training.bill.as_ref()
}

/// Training, where the run fits.
fn training(outcome: &Outcome) -> Option<&TrainingOutcome> {
    outcome.training.run.fits.then_some(&outcome.training)
}
