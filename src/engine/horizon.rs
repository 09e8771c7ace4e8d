//! The horizon: training once and inference every day, added up month by month.

use crate::engine::fleet::Day;
use crate::engine::money::DAYS_PER_MONTH;

/// The share of inference that the 80/20 claim names.
pub const CLAIMED_INFERENCE_SHARE: f64 = 0.8;
/// Beyond this many months a crossing counts as never.
const LAST_MONTH: f64 = 240.0;

/// Training against inference over the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Months looked at.
    pub horizon_months: f64,
    /// First version and updates, USD.
    pub training_usd: f64,
    /// Serving, USD.
    pub inference_usd: f64,
    /// Day on which inference has cost as much as training.
    pub day_inference_passes_training: Option<f64>,
    /// Day on which inference has cost 80% of all.
    pub day_inference_reaches_80_percent: Option<f64>,
}

impl Split {
    /// Training's share of the whole, 0 to 1; `None` when nothing is spent.
    pub fn training_share(&self) -> Option<f64> {
        let total = self.training_usd + self.inference_usd;
        (total > 0.0).then(|| self.training_usd / total)
    }

    /// Inference's share of the whole, 0 to 1; `None` when nothing is spent.
    pub fn inference_share(&self) -> Option<f64> {
        self.training_share().map(|share| 1.0 - share)
    }
}

/// What spending over the months follows from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    /// The first version, at the start, USD.
    pub first_usd: f64,
    /// New versions, spread evenly, USD a year.
    pub updates_usd_per_year: f64,
    /// Growth of the requests a month, 0.05 for 5%.
    pub growth_per_month: f64,
    /// Months looked at.
    pub months: f64,
}

/// One month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Month {
    /// Months since the start, 0 for the first.
    pub month: f64,
    /// Its part within the horizon, 1 for a whole month.
    pub length: f64,
    /// Requests of one of its days, before any cache.
    pub requests_per_day: f64,
    /// Cost of one of its days, USD.
    pub daily_usd: f64,
    /// GPUs at the peak of its days.
    pub gpus_peak: f64,
    /// Inference by its end, USD.
    pub inference_usd: f64,
    /// Training by its end, USD.
    pub training_usd: f64,
}

impl Month {
    /// Inference of a whole month at this month's rate, USD.
    pub fn monthly_usd(&self) -> f64 {
        self.daily_usd * DAYS_PER_MONTH
    }

    /// Inference's share of all spending by the month's end; `None` when nothing is spent.
    pub fn inference_share(&self) -> Option<f64> {
        let total = self.training_usd + self.inference_usd;
        (total > 0.0).then(|| 1.0 - self.training_usd / total)
    }
}

/// Training spent by the end of a month: the first version at the start, updates evenly after it.
pub fn training_by_month(first_usd: f64, updates_usd_per_year: f64, months: f64) -> f64 {
    first_usd + updates_usd_per_year * months / 12.0
}

impl Course {
    /// The months in turn, where `day` is a day at so many times the requests of the first.
    pub fn months(self, mut day: impl FnMut(f64) -> Day) -> impl Iterator<Item = Month> {
        let (mut start, mut factor, mut inference_usd) = (0.0, 1.0, 0.0);
        std::iter::from_fn(move || {
            if start >= self.months {
                return None;
            }
            let month = start;
            if month > 0.0 {
                factor *= 1.0 + self.growth_per_month;
            }
            let length = (self.months - month).min(1.0);
            let day = day(factor);
            let daily_usd = day.usd();
            inference_usd += daily_usd * DAYS_PER_MONTH * length;
            start += length;
            Some(Month {
                month,
                length,
                requests_per_day: day.requests,
                daily_usd,
                gpus_peak: day.gpus_peak,
                inference_usd,
                training_usd: training_by_month(self.first_usd, self.updates_usd_per_year, start),
            })
        })
    }

    /// Training against inference over the months.
    ///
    /// Days on which inference catches up are read within a month by linear interpolation; past the horizon they are
    /// looked for at the last month's rate, and not at all beyond twenty years.
    pub(super) fn split(self, day: impl FnMut(f64) -> Day) -> Split {
        let updates = self.updates_usd_per_year / 12.0;
        let ratio_at_80 = CLAIMED_INFERENCE_SHARE / (1.0 - CLAIMED_INFERENCE_SHARE);
        let (mut passes, mut reaches) = (None, None);
        let (mut training_usd, mut inference_usd, mut per_month) = (self.first_usd, 0.0, 0.0);
        let mut look = |inference: f64, spent: f64, training: f64, length: f64, month: f64| {
            let day = |ratio| crossing(inference, spent, training, updates, ratio, length, month);
            passes = passes.or_else(|| day(1.0));
            reaches = reaches.or_else(|| day(ratio_at_80));
        };
        for month in self.months(day) {
            per_month = month.monthly_usd();
            look(inference_usd, per_month, training_usd, month.length, month.month);
            (training_usd, inference_usd) = (month.training_usd, month.inference_usd);
        }
        look(inference_usd, per_month, training_usd, LAST_MONTH - self.months, self.months);
        Split {
            horizon_months: self.months,
            training_usd,
            inference_usd,
            day_inference_passes_training: passes,
            day_inference_reaches_80_percent: reaches,
        }
    }
}

/// The day within `length` months after `month` on which inference is `ratio` times training, both growing linearly.
fn crossing(
    inference: f64,
    inference_per_month: f64,
    training: f64,
    training_per_month: f64,
    ratio: f64,
    length: f64,
    month: f64,
) -> Option<f64> {
    let gap = ratio * training - inference;
    let closing = inference_per_month - ratio * training_per_month;
    if gap <= 0.0 {
        return Some(month * DAYS_PER_MONTH);
    }
    let months = gap / closing;
    (closing > 0.0 && months <= length).then_some((month + months) * DAYS_PER_MONTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A course whose days cost 10 dollars for each of the requests.
    fn split(first_usd: f64, updates_usd_per_year: f64, growth_per_month: f64, months: f64) -> Split {
        let course = Course { first_usd, updates_usd_per_year, growth_per_month, months };
        course.split(|factor| Day { edge_usd: 10.0 * factor, ..Day::default() })
    }

    #[test]
    fn a_constant_day_crosses_where_division_says() {
        // $3,040 of training against $10 a day: equal on day 304, 80% on day 1,216.
        let split = split(3_040.0, 0.0, 0.0, 24.0);
        assert!((split.day_inference_passes_training.expect("within the horizon") - 304.0).abs() < 1e-9);
        assert!((split.day_inference_reaches_80_percent.expect("past it") - 1_216.0).abs() < 1e-9);
        assert!((split.inference_usd - 24.0 * 304.0).abs() < 1e-9);
    }

    #[test]
    fn updates_that_outrun_inference_never_cross() {
        let split = split(1_000.0, 12_000.0, 0.0, 24.0);
        assert_eq!(split.day_inference_passes_training, None);
        assert!((split.training_usd - 25_000.0).abs() < 1e-9);
    }

    #[test]
    fn growth_is_added_month_by_month() {
        // A month, a month of twice the requests, and half a month of four times.
        let split = split(0.0, 0.0, 1.0, 2.5);
        assert!((split.inference_usd - (1.0 + 2.0 + 0.5 * 4.0) * 304.0).abs() < 1e-9);
        assert_eq!(split.inference_share(), Some(1.0));
    }
}
