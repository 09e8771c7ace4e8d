//! Frontier: cost of a million output tokens against time per output token; nothing below and left of it exists.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::frontier::{Frontier, Point};
use crate::app::App;
use crate::text::quantity::{Unit, format};
use crate::widgets::table;
use crate::widgets::theme::Theme;

/// Columns of the labels at the cost axis.
const AXIS: u16 = 8;

/// Draws the points and, below them, the efficient ones as a list.
pub(super) fn draw(
    app: &App,
    frontier: &Frontier,
    efficient: &[Point],
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    if frontier.points.is_empty() {
        buffer.set_string(area.x, area.y, "nothing fits on this GPU at any degree", theme.alert);
        return;
    }
    let chart = Rect { height: (area.height * 3 / 5).max(6), ..area };
    scatter(app, frontier, efficient, theme, chart, buffer);
    let list = Rect { y: chart.bottom() + 1, height: area.height.saturating_sub(chart.height + 1), ..area };
    let heading = format!("{:<7}{:>5}{:>7}{:>10}{:>10}", "Best", "GPUs", "batch", "a token", "$/1M out");
    let rows: Vec<_> = efficient
        .iter()
        .map(|point| {
            let line = format!(
                "{:<7}{:>5}{:>7}{:>10}{:>10}",
                point.weight_precision.id(),
                point.tensor_parallel,
                format(point.batch, Unit::Count),
                format(point.tpot_ms, Unit::Milliseconds),
                format(point.usd_per_million_output_tokens, Unit::Usd)
            );
            (line, if point.meets_target { theme.base } else { theme.dim })
        })
        .collect();
    table::list(&heading, &rows, app.row, theme, list, buffer);
}

/// The least and the greatest of the points' figures, a little apart.
fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    (low * 0.9, high * 1.1)
}

fn scatter(
    app: &App,
    frontier: &Frontier,
    efficient: &[Point],
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let glyphs = theme.glyphs;
    let title = "$ per 1M output tokens, by time per token".to_owned();
    buffer.set_stringn(area.x, area.y, title, usize::from(area.width), theme.heading);
    let plot = Rect {
        x: area.x + AXIS,
        y: area.y + 1,
        width: area.width.saturating_sub(AXIS + 1),
        height: area.height.saturating_sub(3),
    };
    if plot.width < 8 || plot.height < 2 {
        return;
    }
    let all = || frontier.points.iter().chain(&frontier.present).chain(&frontier.best_of_all);
    let (fast, slow) = bounds(all().map(|point| point.tpot_ms));
    let (cheap, dear) = bounds(all().map(|point| point.usd_per_million_output_tokens));
    let share = |value: f64, low: f64, high: f64| ((value / low).ln() / (high / low).ln()).clamp(0.0, 1.0);
    let cell = |point: &Point| {
        let x = share(point.tpot_ms, fast, slow) * f64::from(plot.width - 1);
        let y = share(point.usd_per_million_output_tokens, cheap, dear) * f64::from(plot.height - 1);
        (plot.x + x.round() as u16, plot.bottom() - 1 - y.round() as u16)
    };
    for point in &frontier.points {
        let (x, y) = cell(point);
        buffer.set_string(x, y, glyphs.dot, theme.dim);
    }
    for point in &frontier.best_of_all {
        let (x, y) = cell(point);
        buffer.set_string(x, y, "+", theme.less);
    }
    for (index, point) in efficient.iter().enumerate() {
        let (x, y) = cell(point);
        let chosen = index == app.row.min(efficient.len().saturating_sub(1));
        buffer.set_string(x, y, glyphs.ghost, if chosen { theme.chosen } else { theme.base });
    }
    if let Some(present) = &frontier.present {
        let (x, y) = cell(present);
        buffer.set_string(x, y, glyphs.knob, theme.knob);
        let words = " now";
        if x + 5 < plot.right() {
            buffer.set_string(x + 1, y, words, theme.knob);
        }
    }
    for (value, y) in
        [(dear, plot.y), ((cheap * dear).sqrt(), plot.y + plot.height / 2), (cheap, plot.bottom() - 1)]
    {
        buffer.set_string(area.x, y, format!("{:>7}", format(value, Unit::Usd)), theme.dim);
    }
    let rule = glyphs.horizontal.repeat(usize::from(plot.width));
    buffer.set_string(plot.x, plot.bottom(), rule, theme.dim);
    for (value, at) in [(fast, 0.0), ((fast * slow).sqrt(), 0.5), (slow, 1.0)] {
        let label = format(value, Unit::Milliseconds);
        let count = label.chars().count() as u16;
        let centre = plot.x + (f64::from(plot.width - 1) * at).round() as u16;
        let x = centre.saturating_sub(count / 2).clamp(plot.x, plot.right().saturating_sub(count));
        buffer.set_string(x, plot.bottom() + 1, label, theme.dim);
    }
}
