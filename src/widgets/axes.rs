//! Axes: labels to the left of a plot and under it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text::wrap::{align_right, columns};
use crate::widgets::theme::Theme;

/// Columns to the left of a plot for its labels.
pub const LEFT: u16 = 8;

/// Draws labels and the line under a plot. Each label has its place: from the bottom, or from the left, 0 to 1.
pub fn draw(plot: Rect, left: &[(f64, String)], under: &[(f64, String)], theme: &Theme, buffer: &mut Buffer) {
    for (place, label) in left {
        let y = plot.y + (f64::from(plot.height - 1) * (1.0 - place)).ceil() as u16;
        let label = align_right(label, usize::from(LEFT - 1));
        buffer.set_string(plot.x - LEFT, y, label, theme.dim);
    }
    let rule = theme.glyphs.horizontal.repeat(usize::from(plot.width));
    buffer.set_string(plot.x, plot.bottom(), rule, theme.dim);
    for (place, label) in under {
        let width = columns(label) as u16;
        let center = plot.x + (f64::from(plot.width - 1) * place) as u16;
        let last = plot.right().saturating_sub(width).max(plot.x);
        let x = center.saturating_sub(width / 2).clamp(plot.x, last);
        buffer.set_string(x, plot.bottom() + 1, label, theme.dim);
    }
}
