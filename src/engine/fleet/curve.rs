//! How demand rises and falls over a day.

/// Points of the half day from peak to trough at which the daily curve is read; the other half mirrors it.
const CURVE_POINTS: usize = 12;
/// Lowest point of the daily curve relative to its mean. Assumption: consumer services keep about a third at night.
const CURVE_FLOOR: f64 = 0.3;

/// A day's demand curve, as multiples of its mean at points from trough to peak.
///
/// Between the floor and the peak it follows `s^m` with `s` running from 0 to 1, and `m` chosen so that the mean
/// is 1: `m = (peak - 1) / (1 - floor)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DailyCurve {
    peak_to_mean: f64,
    lag_hours: f64,
    levels: [f64; CURVE_POINTS],
}

impl DailyCurve {
    /// The curve with this peak, read `lag_hours` closer to the peak than the clock.
    pub(super) fn new(peak_to_mean: f64, lag_hours: f64) -> Self {
        let peak = peak_to_mean.max(1.0);
        let floor = CURVE_FLOOR;
        let exponent = (peak - 1.0) / (1.0 - floor);
        let mut levels = [1.0; CURVE_POINTS];
        if peak > 1.0 {
            for (point, level) in levels.iter_mut().enumerate() {
                let s = ((point as f64 + 0.5) / CURVE_POINTS as f64 + lag_hours / 12.0).min(1.0);
                *level = floor + (peak - floor) * s.powf(exponent);
            }
        }
        Self { peak_to_mean, lag_hours, levels }
    }

    /// The same, where another one may be it already: a dozen powers are a tenth of an evaluation.
    pub(super) fn near(known: Option<&Self>, peak_to_mean: f64, lag_hours: f64) -> Self {
        let is_same = |other: &&Self| (other.peak_to_mean, other.lag_hours) == (peak_to_mean, lag_hours);
        known.filter(is_same).copied().unwrap_or_else(|| Self::new(peak_to_mean, lag_hours))
    }

    /// The mean over a day of what follows from the level of demand.
    #[inline]
    pub(super) fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        // Two sums side by side take half as long as one.
        let mut sums = [0.0; 2];
        for levels in self.levels.chunks_exact(2) {
            sums[0] += of(levels[0]);
            sums[1] += of(levels[1]);
        }
        (sums[0] + sums[1]) / CURVE_POINTS as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daily_curve_keeps_its_mean_and_peak() {
        for peak in [1.0, 1.3, 1.7, 2.5, 4.0] {
            let curve = DailyCurve::new(peak, 0.0);
            let mean = curve.mean(|level| level);
            assert!((mean - 1.0).abs() < 0.01, "peak {peak} gives a mean of {mean}");
            assert!(curve.levels.is_sorted() && curve.levels[CURVE_POINTS - 1] <= peak);
            // A level stands for the middle of its hour; half an hour later the last one is the peak itself.
            assert_eq!(DailyCurve::new(peak, 0.5).levels[CURVE_POINTS - 1], peak);
        }
    }
}
