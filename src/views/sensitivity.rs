//! Sensitivity: a tornado of what moves an answer most, with the values written at the ends.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::sensitivity::Sensitivity;
use crate::app::App;
use crate::keymap::Action;
use crate::text::quantity::format;
use crate::text::wrap::fit;
use crate::widgets::theme::Theme;

/// Columns of a parameter's name.
const LABEL: usize = 15;
/// Columns of a value at an end.
const END: usize = 9;

/// Draws the bars around the present answer.
pub(super) fn draw(app: &App, rows: &[Sensitivity], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width);
    let Some(present) = app.figures.value(app.answer) else {
        buffer.set_string(area.x, area.y, "this answer does not exist here", theme.alert);
        return;
    };
    let unit = app.answer.unit();
    let title = format!(
        "What moves {} {} ({}: other)",
        app.answer.label(),
        format(present, unit),
        Action::NextAnswer.key()
    );
    buffer.set_string(area.x, area.y, fit(&title, width), theme.heading);
    let height = usize::from(area.height.saturating_sub(2));
    let chosen = app.row.min(rows.len().saturating_sub(1));
    let first =
        if rows.len() <= height { 0 } else { chosen.saturating_sub(height / 2).min(rows.len() - height) };
    let answers =
        |row: &Sensitivity| [row.range.at_low.unwrap_or(present), row.range.at_high.unwrap_or(present)];
    let all = rows.iter().flat_map(answers).chain([present]);
    let (least, most) = all.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    let plot = width.saturating_sub(LABEL + 2 * END).max(4);
    let column = |answer: f64| {
        let share = (answer - least) / (most - least).max(f64::MIN_POSITIVE);
        ((share * (plot - 1) as f64).round() as usize).min(plot - 1)
    };
    for (index, row) in rows.iter().enumerate().skip(first).take(height) {
        let y = area.y + 1 + (index - first) as u16;
        let style = if index == chosen { theme.chosen } else { theme.base };
        buffer.set_string(area.x, y, format!("{:<14}", fit(row.param.label, 14)), style);
        let [at_low, at_high] = answers(row);
        let (left, right, left_value, right_value) = if at_low <= at_high {
            (at_low, at_high, row.range.low, row.range.high)
        } else {
            (at_high, at_low, row.range.high, row.range.low)
        };
        let catalog = &app.world.catalog;
        let words = |value| fit(&row.param.display(value, catalog), END - 1);
        let start = area.x + LABEL as u16;
        buffer.set_string(start, y, format!("{:>8} ", words(left_value)), theme.dim);
        let small = row.small.map_or((present, present), |small| {
            let ends = [small.at_low.unwrap_or(present), small.at_high.unwrap_or(present)];
            (ends[0].min(ends[1]), ends[0].max(ends[1]))
        });
        for cell in column(left)..=column(right) {
            let x = start + (END + cell) as u16;
            let within = (column(small.0)..=column(small.1)).contains(&cell);
            let glyph = if within { theme.glyphs.inference } else { theme.glyphs.training };
            let style = if cell < column(present) { theme.less } else { theme.more };
            buffer.set_string(x, y, glyph, style);
        }
        let middle = start + (END + column(present)) as u16;
        buffer.set_string(middle, y, theme.glyphs.vertical, theme.answer);
        let end = start + (END + plot) as u16;
        buffer.set_string(end, y, format!(" {:<8}", words(right_value)), theme.dim);
    }
    if area.height > 1 {
        let scale = format!("{:>1$}", format(least, unit), LABEL + END);
        let right = format(most, unit);
        let gap = plot.saturating_sub(right.chars().count());
        let legend = format!("{} ±10%", theme.glyphs.inference);
        let scale = format!("{legend}{}", &scale[legend.chars().count().min(scale.len())..]);
        let words = format!("{scale}{}{right}", " ".repeat(gap));
        buffer.set_string(area.x, area.bottom() - 1, fit(&words, width), theme.dim);
    }
}
