//! The horizon: training once and inference every day, added up month by month.

use crate::engine::money::DAYS_PER_MONTH;

/// The share of inference that the 80/20 claim names.
pub const CLAIMED_INFERENCE_SHARE: f64 = 0.8;
/// Beyond this many months a crossing is as good as never.
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
    #[must_use]
    pub fn training_share(&self) -> Option<f64> {
        let total = self.training_usd + self.inference_usd;
        (total > 0.0).then(|| self.training_usd / total)
    }

    /// Inference's share of the whole, 0 to 1; `None` when nothing is spent.
    #[must_use]
    pub fn inference_share(&self) -> Option<f64> {
        self.training_share().map(|share| 1.0 - share)
    }
}

/// Training spent by the end of a month: the first version at the start, updates evenly after it.
#[must_use]
pub fn training_by_month(first_usd: f64, updates_usd_per_year: f64, months: f64) -> f64 {
    first_usd + updates_usd_per_year * months / 12.0
}

/// Adds up `daily_usd(month)`, the cost of a day in a month counted from 0, against training.
///
/// Days on which inference catches up are read within a month by linear interpolation; past the horizon they are
/// looked for at the last month's rate, and not at all beyond twenty years.
#[must_use]
pub fn split(
    first_usd: f64,
    updates_usd_per_year: f64,
    horizon_months: f64,
    mut daily_usd: impl FnMut(f64) -> f64,
) -> Split {
    let mut inference = 0.0;
    let mut passes = None;
    let mut reaches = None;
    let ratio_at_80 = CLAIMED_INFERENCE_SHARE / (1.0 - CLAIMED_INFERENCE_SHARE);
    let mut month = 0.0;
    let mut rate = daily_usd(0.0);
    while month < horizon_months {
        let length = (horizon_months - month).min(1.0);
        if month > 0.0 {
            rate = daily_usd(month);
        }
        let spent = rate * DAYS_PER_MONTH;
        let training = training_by_month(first_usd, updates_usd_per_year, month);
        let updates = updates_usd_per_year / 12.0;
        passes = passes.or_else(|| crossing(inference, spent, training, updates, 1.0, length, month));
        reaches =
            reaches.or_else(|| crossing(inference, spent, training, updates, ratio_at_80, length, month));
        inference += spent * length;
        month += length;
    }
    let training = training_by_month(first_usd, updates_usd_per_year, month);
    let (spent, updates) = (rate * DAYS_PER_MONTH, updates_usd_per_year / 12.0);
    let rest = LAST_MONTH - month;
    Split {
        horizon_months,
        training_usd: training,
        inference_usd: inference,
        day_inference_passes_training: passes
            .or_else(|| crossing(inference, spent, training, updates, 1.0, rest, month)),
        day_inference_reaches_80_percent: reaches
            .or_else(|| crossing(inference, spent, training, updates, ratio_at_80, rest, month)),
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

    #[test]
    fn a_constant_day_crosses_where_division_says() {
        // $3,040 of training against $10 a day: equal on day 304, 80% on day 1,216.
        let split = split(3_040.0, 0.0, 24.0, |_| 10.0);
        assert!((split.day_inference_passes_training.expect("within the horizon") - 304.0).abs() < 1e-9);
        assert!((split.day_inference_reaches_80_percent.expect("past it") - 1_216.0).abs() < 1e-9);
        assert!((split.inference_usd - 24.0 * 304.0).abs() < 1e-9);
    }

    #[test]
    fn updates_that_outrun_inference_never_cross() {
        let split = split(1_000.0, 12_000.0, 24.0, |_| 1.0);
        assert_eq!(split.day_inference_passes_training, None);
        assert!((split.training_usd - 25_000.0).abs() < 1e-9);
    }

    #[test]
    fn growth_is_added_month_by_month() {
        let split = split(0.0, 0.0, 2.0, |month| if month < 1.0 { 1.0 } else { 2.0 });
        assert!((split.inference_usd - 3.0 * DAYS_PER_MONTH).abs() < 1e-9);
        assert_eq!(split.inference_share(), Some(1.0));
    }
}
