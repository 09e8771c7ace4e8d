//! How long the bars of a table are: as their figures, or by their ratios where these are far apart.

/// From this ratio of the greatest figure to the least on, bars are by ratios.
const FAR: f64 = 20.0;
/// Share of the longest bar that the shortest has where bars are by ratios.
const SHORTEST: f64 = 0.06;

/// The scale of bars.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    /// A scale for figures.
    pub(super) fn of(figures: impl Iterator<Item = f64>) -> Self {
        let (least, most) = figures
            .filter(|figure| *figure > 0.0)
            .fold((f64::MAX, f64::MIN_POSITIVE), |(least, most), figure| {
                (least.min(figure), most.max(figure))
            });
        Self { least, most }
    }

    const fn is_logarithmic(self) -> bool {
        self.most > self.least * FAR
    }

    /// The share of the longest bar that a figure has.
    pub(super) fn share(self, figure: f64) -> f64 {
        if figure <= 0.0 {
            0.0
        } else if self.is_logarithmic() {
            SHORTEST + (1.0 - SHORTEST) * (figure / self.least).ln() / (self.most / self.least).ln()
        } else {
            figure / self.most
        }
    }

    /// What is said above the bars.
    pub(super) const fn words(self) -> &'static str {
        if self.is_logarithmic() { "log scale" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_tell_figures_apart_however_far_apart_these_are() {
        let near = Scale::of([2.0, 10.0].into_iter());
        assert_eq!((near.share(2.0), near.share(10.0), near.words()), (0.2, 1.0, ""));
        let far = Scale::of([1.0, 10.0, 100.0].into_iter());
        let shares = [1.0, 10.0, 100.0].map(|figure| far.share(figure));
        assert_eq!(shares[0], SHORTEST);
        assert!((shares[2] - 1.0).abs() < 1e-9, "{shares:?}");
        assert!((shares[1] - shares[0] - (shares[2] - shares[1])).abs() < 1e-9, "{shares:?}");
        assert_eq!(far.words(), "log scale");
        assert_eq!(Scale::of(std::iter::empty()).share(0.0), 0.0);
    }
}
