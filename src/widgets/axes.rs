//! Axes: even or logarithmic, with round ticks, their labels to the left of a plot and under it.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, columns};
use crate::widgets::theme::Theme;
use crate::widgets::{glyphs, put};

/// Columns to the left of a plot for its labels and the axis.
pub const LEFT: u16 = 8;
/// Rows under a plot for the axis and its labels.
pub const UNDER: u16 = 2;
/// Figures that lie further apart than this have a logarithmic axis.
const WIDE: f64 = 8.0;
/// The greatest power of a base that is a tick, and the least of its inverse.
const MOST_POWER: f64 = 60.0;
/// The fewest powers of which one is a tick.
const MOST_SPARSE: i32 = 12;
/// An axis from zero ends at so many times the greatest figure.
const MARGIN: f64 = 1.05;
/// Columns between two labels under a plot.
const GAP: u16 = 2;

/// How an axis is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// In even steps.
    Even,
    /// In even ratios, with ticks at 1, 2 and 5 of each decade.
    Decades,
    /// In even ratios, with ticks at powers of two.
    Doublings,
}

/// An axis: from where to where, and in what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// The value at its start.
    pub low: f64,
    /// The value at its end.
    pub high: f64,
    /// How it is divided.
    pub spacing: Spacing,
    /// What its labels are in.
    pub unit: Unit,
}

impl Axis {
    /// An even axis from zero to a little above a figure.
    pub fn from_zero(high: f64, unit: Unit) -> Self {
        let high = if high > 0.0 && high.is_finite() { high * MARGIN } else { 1.0 };
        Self { low: 0.0, high, spacing: Spacing::Even, unit }
    }

    /// An axis that takes in all figures, and a little more: logarithmic where they lie far apart.
    pub fn around(figures: impl Iterator<Item = f64>, unit: Unit) -> Self {
        let figures = figures.filter(|figure| figure.is_finite());
        let (low, high) =
            figures.fold((f64::MAX, f64::MIN), |(low, high), figure| (low.min(figure), high.max(figure)));
        if low > high || low == 0.0 && high == 0.0 {
            Self::from_zero(1.0, unit)
        } else if low > 0.0 && high > low * WIDE && unit != Unit::Share {
            Self { low: low * 0.9, high: high * 1.1, spacing: Spacing::Decades, unit }
        } else {
            // A figure that hardly moves is not to look as if it did.
            let margin = ((high - low) * 0.1).max(high.abs() * 0.05);
            let bottom = if low >= 0.0 { (low - margin).max(0.0) } else { low - margin };
            Self { low: bottom, high: high + margin, spacing: Spacing::Even, unit }
        }
    }

    /// An axis upward from zero that ends where its ticks lie on whole rows, with the step of those; another one as it is.
    pub(super) fn on_rows(self, rows: u16) -> (Self, Option<f64>) {
        /// Rows from one tick to the next, the least that leaves a row between labels first.
        const APART: [f64; 5] = [2.0, 3.0, 4.0, 5.0, 6.0];
        if self.spacing != Spacing::Even || self.low != 0.0 || self.high <= 0.0 {
            return (self, None);
        }
        let rows = f64::from(rows);
        let decade = self.high.log10().floor().clamp(-MOST_POWER, MOST_POWER) as i32;
        let steps =
            (decade - 2..=decade + 1).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| scaled(digit, power)));
        let choices = steps.flat_map(|step| APART.map(|apart| (step * rows / apart, step)));
        let enough = choices.filter(|(high, _)| *high >= self.high / MARGIN);
        let least = enough.min_by(|one, other| one.0.total_cmp(&other.0));
        least.map_or((self, None), |(high, step)| (Self { high, ..self }, Some(step)))
    }

    /// Where a value lies, 0 at the start and 1 at the end.
    pub fn share(&self, value: f64) -> f64 {
        match self.spacing {
            Spacing::Even => (value - self.low) / (self.high - self.low),
            Spacing::Decades | Spacing::Doublings => (value / self.low).ln() / (self.high / self.low).ln(),
        }
    }

    /// The value at a place, 0 at the start and 1 at the end.
    pub fn at(&self, share: f64) -> f64 {
        match self.spacing {
            Spacing::Even => self.low + (self.high - self.low) * share,
            Spacing::Decades | Spacing::Doublings => self.low * (self.high / self.low).powf(share),
        }
    }

    /// The round values along it, the densest that satisfy `fits`; more than one of them where that can be.
    pub fn ticks(&self, fits: impl Fn(&[f64]) -> bool) -> Vec<f64> {
        let mut sparse = Vec::new();
        let mut choices = self.choices().into_iter().filter(|ticks| fits(ticks));
        choices
            .find(|ticks| {
                if sparse.is_empty() {
                    sparse.clone_from(ticks);
                }
                ticks.len() > 1
            })
            .unwrap_or(sparse)
    }

    /// Round values along it, the densest first.
    fn choices(&self) -> Vec<Vec<f64>> {
        match self.spacing {
            Spacing::Even => self.multiples(),
            Spacing::Decades => {
                let decades = [&[1.0, 2.0, 5.0][..], &[1.0, 5.0]].map(|digits| self.decades(digits));
                let ones = [&[1.0][..], &[2.0], &[5.0]].map(|digit| self.decades(digit));
                let powers = (2..=MOST_SPARSE).map(|by| self.powers(10.0, by));
                // Within a decade there may be too few of them.
                decades.into_iter().chain(ones).chain(powers).chain(self.multiples()).collect()
            }
            Spacing::Doublings => (1..=MOST_SPARSE).map(|by| self.powers(2.0, by)).collect(),
        }
    }

    /// Multiples of round steps.
    fn multiples(&self) -> Vec<Vec<f64>> {
        /// Months come in quarters and years.
        const MONTHS: [f64; 8] = [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0];
        let range = self.high - self.low;
        let decade = range.log10().floor() as i32;
        let round = (decade - 2..=decade).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| scaled(digit, power)));
        let steps: Vec<f64> = if self.unit == Unit::Months { MONTHS.to_vec() } else { round.collect() };
        steps.into_iter().map(|step| self.steps(step)).collect()
    }

    /// The multiples of a step along it.
    fn steps(&self, step: f64) -> Vec<f64> {
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|count| scaled_to(count as f64, step)).collect()
    }

    /// These digits in each decade.
    fn decades(&self, digits: &[f64]) -> Vec<f64> {
        let [first, last] =
            [self.low, self.high].map(|end| end.log10().floor().clamp(-MOST_POWER, MOST_POWER) as i32);
        let ticks = (first..=last).flat_map(|power| digits.iter().map(move |digit| scaled(*digit, power)));
        ticks.filter(|tick| self.holds(*tick)).collect()
    }

    /// Every so many powers of a base.
    fn powers(&self, base: f64, by: i32) -> Vec<f64> {
        let [first, last] = [self.low, self.high]
            .map(|end| (end.ln() / base.ln()).round().clamp(-MOST_POWER, MOST_POWER) as i32);
        let powers = (first..=last).filter(|power| power.rem_euclid(by) == 0);
        powers.map(|power| scaled_by(base, power)).filter(|tick| self.holds(*tick)).collect()
    }

    fn holds(&self, value: f64) -> bool {
        (-1e-9..=1.0 + 1e-9).contains(&self.share(value))
    }

    /// The labels of ticks, as short as they can be.
    pub fn labels(&self, ticks: &[f64]) -> Vec<String> {
        let first = ticks.iter().position(|tick| *tick > 0.0);
        let label = |(index, tick): (usize, &f64)| match self.unit {
            Unit::Months if *tick == 0.0 => "now".to_owned(),
            Unit::Months if first == Some(index) => format!("{} mo", format(*tick, Unit::Count)),
            Unit::Months => format(*tick, Unit::Count),
            Unit::Usd if *tick < 1e3 && tick.fract() == 0.0 => format!("${tick}"),
            Unit::Usd if (1e3..1e6).contains(tick) => format!("${}k", format(tick / 1e3, Unit::Count)),
            unit => format(*tick, unit),
        };
        ticks.iter().enumerate().map(label).collect()
    }
}

/// The part of an area that is left for a plot between its axes.
pub fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x + LEFT,
        y: area.y,
        width: area.width.saturating_sub(LEFT),
        height: area.height.saturating_sub(UNDER),
    }
}

/// The row of a value that lies so far up a plot: its own line is in the middle of that, as zero is on the axis.
pub(super) fn row(plot: Rect, share: f64) -> u16 {
    plot.y + ((1.0 - share) * f64::from(plot.height)).round().clamp(0.0, f64::from(plot.height)) as u16
}

/// Draws both axes around a plot, with as many ticks as have room, or with those of a step upward.
pub(super) fn draw(
    plot: Rect,
    x: &Axis,
    (y, step): (&Axis, Option<f64>),
    theme: &Theme,
    buffer: &mut Buffer,
) {
    for row in plot.y..plot.bottom() {
        put(plot.x - 1, row, glyphs::VERTICAL, theme.dim, buffer);
    }
    put(plot.x - 1, plot.bottom(), glyphs::CORNER, theme.dim, buffer);
    for column in plot.x..plot.right() {
        put(column, plot.bottom(), glyphs::HORIZONTAL, theme.dim, buffer);
    }
    let row = |tick: f64| row(plot, y.share(tick));
    let apart = |ticks: &[f64]| ticks.windows(2).all(|pair| row(pair[0]) >= row(pair[1]) + 2);
    let ticks = step.map_or_else(|| y.ticks(apart), |step| y.steps(step));
    for (tick, label) in ticks.iter().zip(y.labels(&ticks)) {
        let sign = if row(*tick) == plot.bottom() { glyphs::CROSS } else { glyphs::ENDS[1] };
        put(plot.x - 1, row(*tick), sign, theme.dim, buffer);
        let label = align_right(&label, usize::from(LEFT - 2));
        buffer.set_string(plot.x - LEFT, row(*tick), label, theme.dim);
    }
    for (column, start, label) in under(plot, x) {
        put(column, plot.bottom(), glyphs::TICK, theme.dim, buffer);
        buffer.set_string(start, plot.bottom() + 1, label, theme.dim);
    }
}

/// The ticks under a plot: the column of each, that of its label, and the label.
fn under(plot: Rect, axis: &Axis) -> Vec<(u16, u16, String)> {
    let places = |ticks: &[f64]| {
        let labels = axis.labels(ticks);
        let place = |(tick, label): (&f64, String)| {
            let column =
                plot.x + (axis.share(*tick) * f64::from(plot.width.saturating_sub(1))).round() as u16;
            let width = columns(&label) as u16;
            let last = plot.right().saturating_sub(width);
            (column, column.saturating_sub(width / 2).min(last).max(plot.x - 1), label)
        };
        ticks.iter().zip(labels).map(place).collect::<Vec<_>>()
    };
    let apart = |ticks: &[f64]| {
        places(ticks).windows(2).all(|pair| pair[0].1 + columns(&pair[0].2) as u16 + GAP <= pair[1].1)
    };
    places(&axis.ticks(apart))
}

/// A digit times a power of ten, without what powers of ten leave behind.
fn scaled(digit: f64, power: i32) -> f64 {
    if power < 0 { digit / 10_f64.powi(-power) } else { digit * 10_f64.powi(power) }
}

/// So many steps, without what steps below one leave behind.
fn scaled_to(count: f64, step: f64) -> f64 {
    if step < 1.0 { count / (1.0 / step).round() } else { count * step }
}

/// A power of a base, without what negative powers leave behind.
fn scaled_by(base: f64, power: i32) -> f64 {
    if power < 0 { 1.0 / base.powi(-power) } else { base.powi(power) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_the_densest_that_fit() {
        let most = |axis: Axis, most: usize| axis.ticks(|ticks| ticks.len() <= most);
        let even = |low: f64, high: f64, unit| Axis { low, high, spacing: Spacing::Even, unit };
        assert_eq!(most(even(0.0, 31.5, Unit::Usd), 4), [0.0, 10.0, 20.0, 30.0]);
        assert_eq!(most(even(0.0, 36.0, Unit::Months), 7), [0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0]);
        assert_eq!(most(even(0.0, 1.0, Unit::Share), 6), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        let decades = |low: f64, high: f64| Axis { low, high, spacing: Spacing::Decades, unit: Unit::Usd };
        assert_eq!(most(decades(0.9, 110.0), 7), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        assert_eq!(most(decades(0.9, 110.0), 4), [1.0, 10.0, 100.0]);
        assert_eq!(most(decades(1.0, 1e6), 4), [1.0, 1e2, 1e4, 1e6]);
        assert_eq!(most(decades(2.5, 4.4), 4), [2.5, 3.0, 3.5, 4.0], "even ones between two powers of ten");
        let doublings = Axis { low: 1.0, high: 65_536.0, spacing: Spacing::Doublings, unit: Unit::Count };
        assert_eq!(most(doublings, 5), [1.0, 16.0, 256.0, 4096.0, 65_536.0]);
    }

    #[test]
    fn figures_that_are_all_zero_or_all_alike_have_an_axis() {
        for figures in
            [&[][..], &[0.0], &[0.0, 0.0], &[-3.0], &[5e-9, 5e-9], &[1e15], &[f64::NAN], &[1.0, 1e300]]
        {
            let axis = Axis::around(figures.iter().copied(), Unit::Usd);
            assert!(axis.high > axis.low, "{figures:?}: {axis:?}");
            assert!(!axis.ticks(|ticks| ticks.len() < 9).is_empty(), "{figures:?}: {axis:?}");
        }
    }

    #[test]
    fn labels_under_a_plot_never_touch() {
        for width in 4..120 {
            for axis in [
                Axis { low: 1e6, high: 1e13, spacing: Spacing::Decades, unit: Unit::Parameters },
                Axis { low: 0.0, high: 36.0, spacing: Spacing::Even, unit: Unit::Months },
                Axis { low: 1.0, high: 65_536.0, spacing: Spacing::Doublings, unit: Unit::Context },
            ] {
                let plot = Rect::new(LEFT, 0, width, 5);
                let places = under(plot, &axis);
                assert!(!places.is_empty() || width < 12, "{width}: {axis:?}");
                for pair in places.windows(2) {
                    assert!(pair[0].1 + columns(&pair[0].2) as u16 + GAP <= pair[1].1, "{width}: {places:?}");
                }
                assert!(
                    places.iter().all(
                        |(_, start, label)| start + columns(label) as u16 <= plot.right().max(plot.x + 4)
                    )
                );
            }
        }
    }
}
