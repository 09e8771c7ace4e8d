//! Cumulative cost to the horizon: training below, inference on top, in two fills that read without colour.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::App;
use crate::engine::daily_usd_at;
use crate::engine::horizon::training_by_month;
use crate::engine::money::DAYS_PER_MONTH;
use crate::text::quantity::{Unit, format};
use crate::widgets::theme::Theme;

/// Columns of the axis labels.
const AXIS: u16 = 8;
/// The least room that a chart makes sense in.
pub const LEAST_HEIGHT: u16 = 7;

/// Draws the chart with its axes.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if area.height < LEAST_HEIGHT || area.width < AXIS + 20 {
        return;
    }
    buffer.set_string(area.x, area.y, "Cumulative cost", theme.heading);
    let legend = format!("{} training  {} inference", theme.glyphs.training, theme.glyphs.inference);
    let legend_x = area.right().saturating_sub(legend.chars().count() as u16);
    if legend_x > area.x + 16 {
        buffer.set_string(legend_x, area.y, theme.glyphs.training, theme.training);
        buffer.set_string(legend_x + 1, area.y, " training  ", theme.dim);
        buffer.set_string(legend_x + 11, area.y, theme.glyphs.inference, theme.inference);
        buffer.set_string(legend_x + 12, area.y, " inference", theme.dim);
    }
    let plot = Rect { x: area.x + AXIS, y: area.y + 1, width: area.width - AXIS, height: area.height - 3 };
    let columns = cumulative(app, usize::from(plot.width));
    let top = columns.last().map_or(1.0, |(training, inference)| training + inference);
    let top = round_up(top);
    for (x, (training, inference)) in columns.iter().enumerate() {
        column(plot, x as u16, *training / top, (*training + *inference) / top, theme, buffer);
    }
    for (share, y) in [(1.0, plot.y), (0.5, plot.y + plot.height / 2), (0.0, plot.bottom() - 1)] {
        let label = format!("{:>7}", format(top * share, Unit::Usd));
        buffer.set_string(area.x, y, label, theme.dim);
    }
    let months = app.scenario().workload.horizon_months;
    let axis_y = plot.bottom();
    buffer.set_string(plot.x, axis_y, theme.glyphs.horizontal.repeat(usize::from(plot.width)), theme.dim);
    for quarter in 0..=4_u16 {
        let month = months * f64::from(quarter) / 4.0;
        let label =
            if quarter == 0 { "now".to_owned() } else { format!("{} mo", (month * 10.0).round() / 10.0) };
        let centre = plot.x + (plot.width - 1) * quarter / 4;
        let half = label.chars().count() as u16 / 2;
        let x = centre
            .saturating_sub(half)
            .clamp(plot.x, plot.right().saturating_sub(label.chars().count() as u16));
        buffer.set_string(x, axis_y + 1, label, theme.dim);
    }
}

/// Training and inference spent by each of `count` moments from now to the horizon, USD.
fn cumulative(app: &App, count: usize) -> Vec<(f64, f64)> {
    let outcome = &app.case.outcome;
    let inputs = &app.case.inputs;
    let months = inputs.demand.horizon_months;
    let first = outcome.training.programme_usd;
    let updates = outcome.training.updates_usd_per_year;
    let growth = 1.0 + inputs.demand.growth_per_month;
    // Inference by the end of each month; between two months it grows evenly.
    let mut by_month = vec![0.0];
    let mut spent = 0.0;
    for month in 0..months.ceil() as i32 {
        let daily =
            outcome.serving.as_ref().map_or(0.0, |serving| daily_usd_at(serving, inputs, growth.powi(month)));
        spent += daily * DAYS_PER_MONTH;
        by_month.push(spent);
    }
    (0..count)
        .map(|column| {
            let month = months * column as f64 / (count.saturating_sub(1).max(1)) as f64;
            let whole = (month.floor() as usize).min(by_month.len() - 1);
            let next = by_month.get(whole + 1).copied().unwrap_or(by_month[whole]);
            let inference = by_month[whole] + (next - by_month[whole]) * month.fract();
            (training_by_month(first, updates, month), inference)
        })
        .collect()
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
            buffer.set_string(plot.x + x, y, glyphs.training, theme.training);
        } else if above > 0.06 {
            let eighth = ((above * 8.0).ceil() as usize).clamp(1, 8) - 1;
            buffer.set_string(plot.x + x, y, glyphs.eighths[eighth], theme.inference);
        }
    }
}

/// The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten.
#[must_use]
pub fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let decade = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * decade).find(|top| *top >= value * 0.999).unwrap_or(value)
}
