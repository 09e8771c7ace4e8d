//! Cumulative cost to a horizon: training below, inference on top, in two fills that read without color.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text::quantity::{Unit, format};
use crate::text::wrap::columns;
use crate::widgets::theme::Theme;
use crate::widgets::{axes, put};

/// The least room that a chart makes sense in.
pub const LEAST_HEIGHT: u16 = 7;

/// Draws the chart with its axes; `spent` gives training and inference, USD, by a month from now.
pub fn draw(
    spent: impl Fn(f64) -> [f64; 2],
    horizon_months: f64,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    if area.height < LEAST_HEIGHT || area.width < axes::LEFT + 20 {
        return;
    }
    let glyphs = theme.glyphs;
    buffer.set_string(area.x, area.y, "Cumulative cost", theme.heading);
    let legend = [
        (glyphs.training, theme.training),
        (" training  ", theme.dim),
        (glyphs.inference, theme.inference),
        (" inference", theme.dim),
    ];
    let width: usize = legend.iter().map(|(words, _)| columns(words)).sum();
    let mut x = area.right().saturating_sub(width as u16);
    if x > area.x + 16 {
        for (words, style) in legend {
            (x, _) = buffer.set_stringn(x, area.y, words, width, style);
        }
    }
    let plot = Rect {
        x: area.x + axes::LEFT,
        y: area.y + 1,
        width: area.width - axes::LEFT,
        height: area.height - 3,
    };
    let [training, inference] = spent(horizon_months);
    let top = round_up(training + inference);
    for x in 0..plot.width {
        let [training, inference] = spent(horizon_months * f64::from(x) / f64::from(plot.width - 1));
        column(plot, x, training / top, (training + inference) / top, theme, buffer);
    }
    let left = [1.0, 0.5, 0.0].map(|share| (share, format(top * share, Unit::Usd)));
    let under = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| {
        let month = (horizon_months * share * 10.0).round() / 10.0;
        (share, if share == 0.0 { "now".to_owned() } else { format!("{month} mo") })
    });
    axes::draw(plot, &left, &under, theme, buffer);
}

/// One column: training from the bottom, inference up to the sum.
fn column(plot: Rect, x: u16, training: f64, total: f64, theme: &Theme, buffer: &mut Buffer) {
    let height = f64::from(plot.height);
    let glyphs = theme.glyphs;
    for row in 0..plot.height {
        let floor = f64::from(plot.height - 1 - row);
        let part = |share: f64| (share * height - floor).clamp(0.0, 1.0);
        let (below, above) = (part(training), part(total));
        let y = plot.y + row;
        if below >= 0.5 {
            put(plot.x + x, y, glyphs.training, theme.training, buffer);
        } else if above > 0.06 {
            let eighth = ((above * 8.0).ceil() as usize).clamp(1, 8) - 1;
            put(plot.x + x, y, glyphs.eighths[eighth], theme.inference, buffer);
        }
    }
}

/// The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let decade = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * decade).find(|top| *top >= value * 0.999).unwrap_or(value)
}
