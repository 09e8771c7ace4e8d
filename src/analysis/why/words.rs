//! The change of a cost in a sentence or two: what moved, and what followed from it.

use super::{Factor, Moved, Why};
use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::text::capital;
use crate::text::quantity::{Unit, count_of, format};

/// Batches that differ by less than this, relative to each other, are alike.
const ALIKE: f64 = 0.05;

impl Why<'_> {
    /// Why it changed, in a sentence or two; `None` where no figure is another one as it is printed.
    pub fn sentence(&self) -> Option<String> {
        let is_seen = |moved: &Moved| moved.factor.words(moved.before) != moved.factor.words(moved.now);
        let told = self.told().into_iter().filter(is_seen);
        let (work, money): (Vec<Moved>, Vec<Moved>) = told.partition(|moved| moved.factor.is_work());
        let mut text = self.joined(&work);
        let result = match self.result() {
            Some((words, true)) if !work.is_empty() => format!(", so {words}"),
            Some((words, false)) if !work.is_empty() => format!(", yet {words} as before"),
            Some((words, false)) if !money.is_empty() => format!("{words} as before"),
            _ => String::new(),
        };
        text += &result;
        if !money.is_empty() {
            let weight = |moved: &[Moved]| moved.iter().map(Moved::weight).sum::<f64>();
            let against = !work.is_empty() && weight(&work) * weight(&money[..1]) < 0.0;
            text += match (text.is_empty(), work.is_empty(), against) {
                (true, ..) => "",
                (_, true, _) => ", but ",
                (.., true) => ". But ",
                (.., false) => ", and ",
            };
            text += &self.joined(&money);
        }
        (!text.is_empty()).then(|| format!("{}.", capital(&text)))
    }

    /// Clauses one after another, those that work against the one before with a `but`.
    fn joined(&self, told: &[Moved]) -> String {
        let mut text = String::new();
        for (place, moved) in told.iter().enumerate() {
            if place > 0 {
                let against = moved.weight() * told[place - 1].weight() < 0.0;
                text += if against { ", but " } else { ", and " };
            }
            text += &self.clause(*moved);
        }
        text
    }

    /// What all work comes to, and whether that is another number than before.
    fn result(&self) -> Option<(String, bool)> {
        let is_training =
            matches!(self.answer, Answer::TrainingCost | Answer::ComputeCost | Answer::GpuHours);
        let (answer, subject) =
            if is_training { (Answer::GpuHours, "the final run takes ") } else { (Answer::GpusPeak, "") };
        let [before, now] = [self.before, self.now].map(|case| answer.of(&case.outcome));
        let (before, now) = (before?, now?);
        let [from, to] = [before, now].map(|figure| match answer {
            Answer::GpuHours => {
                format!("{} GPU-hours", format(figure, Unit::GpuHours).trim_end_matches(" h"))
            }
            _ => count_of(figure, "GPU"),
        });
        let verb = match (is_training, now == 1.0) {
            (true, _) => "",
            (false, true) => " serves the peak",
            (false, false) => " serve the peak",
        };
        let from = from.split(' ').next().unwrap_or_default();
        let is_other = !to.starts_with(&format!("{from} "));
        let instead = if is_other { format!(" instead of {from}") } else { String::new() };
        Some((format!("{subject}{to}{verb}{instead}"), is_other))
    }

    /// A figure from what to what.
    fn clause(&self, moved: Moved) -> String {
        let [before, now] = [moved.before, moved.now].map(|figure| moved.factor.words(figure));
        match moved.factor {
            Factor::Asked => format!("users ask {now} requests a day instead of {before}"),
            Factor::Reaching => format!("{now} of the requests reach GPUs instead of {before}"),
            Factor::Peak => format!("the peak is {now} the mean instead of {before}"),
            Factor::OutputTokens => format!("a request has {now} output tokens instead of {before}"),
            Factor::Rate => self.rate(&before, &now),
            Factor::Use => format!("the peak takes {now} of what its GPUs can do instead of {before}"),
            Factor::Hours => format!("each of them is paid for {now} a day instead of {before}"),
            Factor::Price => format!("a GPU-hour costs {now} instead of {before}"),
            Factor::Devices => {
                format!("with what devices cost, a day is {now} of its GPUs' cost instead of {before}")
            }
            Factor::TrainingTokens => format!("it trains on {now} tokens instead of {before}"),
            Factor::FlopsPerToken => format!("a token takes {now} FLOPs of training instead of {before}"),
            Factor::TrainingSpeed => {
                format!("each GPU does {now} TFLOP/s of useful work instead of {before}")
            }
            Factor::Experiments => {
                format!("with its experiments that is {now} the final run instead of {before}")
            }
            Factor::TrainingPrice => format!("a GPU-hour of training costs {now} instead of {before}"),
            Factor::Rest => {
                let rest = |case: &Case| {
                    let paid = case.outcome.training.bill;
                    let usd = paid.map_or(0.0, |paid| paid.programme_usd - paid.compute_usd);
                    format(usd, Unit::Usd)
                };
                let [before, now] = [self.before, self.now].map(rest);
                if before == now {
                    format!("people, data and storage cost {now} as before")
                } else {
                    format!("people, data and storage cost {now} instead of {before}")
                }
            }
        }
    }

    /// What a GPU gives, and what is behind it: how many requests share a replica, and which GPU it is.
    fn rate(&self, before: &str, now: &str) -> String {
        let main = |case: &Case| {
            let serving = case.outcome.serving.as_ref().ok();
            let main = serving.filter(|serving| serving.others.is_empty()).map(|serving| &serving.main);
            main.map(|main| (main.replica.batch, main.replica.gpus))
        };
        let behind = main(self.before).zip(main(self.now)).map(|((batch, gpus), (batch_now, gpus_now))| {
            let [from, to] = [batch, batch_now].map(|batch| format(batch.round(), Unit::Count));
            let is_alike = (batch_now / batch).ln().abs() <= ALIKE;
            if gpus != gpus_now && is_alike {
                format!(
                    "with replicas of {} instead of {}, ",
                    count_of(gpus_now, "GPU"),
                    format(gpus, Unit::Count)
                )
            } else if gpus != gpus_now {
                let [on, on_now] = [gpus, gpus_now].map(|gpus| count_of(gpus, "GPU"));
                let on = on.split(' ').next().unwrap_or_default();
                format!("with {to} requests at once on {on_now} instead of {from} on {on}, ")
            } else if !is_alike {
                format!("with {to} requests at once on a replica instead of {from}, ")
            } else {
                String::new()
            }
        });
        let [gpu, gpu_now] = [self.before, self.now].map(|case| case.serving_gpu().slider_name());
        let behind = behind.unwrap_or_default();
        if gpu == gpu_now {
            format!("{behind}each GPU gives {now} output tokens/s instead of {before}")
        } else {
            format!("{behind}each {gpu_now} gives {now} output tokens/s instead of {before} on the {gpu}")
        }
    }
}

impl Factor {
    /// It says how much work there is, or how fast it is done; the others say what that costs.
    fn is_work(self) -> bool {
        !matches!(
            self,
            Self::Hours | Self::Price | Self::Devices | Self::Experiments | Self::TrainingPrice | Self::Rest
        )
    }

    /// The figure as it is printed.
    pub fn words(self, figure: f64) -> String {
        let unit = match self {
            Self::Reaching | Self::Use => Unit::Share,
            Self::Peak | Self::Devices | Self::Experiments | Self::Rest => Unit::Ratio,
            Self::OutputTokens | Self::Rate => Unit::Count,
            Self::Hours => Unit::Hours,
            Self::Price | Self::TrainingPrice => Unit::Usd,
            Self::Asked | Self::TrainingTokens => Unit::Tokens,
            Self::FlopsPerToken => return format!("{figure:.1e}"),
            Self::TrainingSpeed => return format(figure / 3600.0 / 1e12, Unit::Count),
        };
        format(figure, unit)
    }

    /// What it is called, and in what it is told.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "requests asked a day",
            Self::Reaching => "share of them that reaches GPUs",
            Self::Peak => "peak over the mean of the day",
            Self::OutputTokens => "output tokens of a request",
            Self::Rate => "output tokens/s of a busy GPU",
            Self::Use => "share of that which the peak takes",
            Self::Hours => "hours a day for which a GPU of the peak is paid",
            Self::Price => "price of a GPU-hour",
            Self::Devices => "whole day over what its GPUs cost",
            Self::TrainingTokens => "training tokens",
            Self::FlopsPerToken => "FLOPs of training a token",
            Self::TrainingSpeed => "useful TFLOP/s of a GPU",
            Self::Experiments => "all compute over the final run",
            Self::TrainingPrice => "price of a GPU-hour of training",
            Self::Rest => "whole effort over its compute",
        }
    }
}
