//! Two fills, one on the other, that read without color.

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::widgets::plot::Plot;
use crate::widgets::{glyphs, put};

/// The look of a part.
pub type Fill = (&'static str, Style);

/// The least part of a character that is drawn.
const LEAST: f64 = 0.06;

/// Fills a plot from its bottom: `parts` gives the lower and the upper part by the value of the horizontal axis.
pub fn draw(plot: &Plot, fills: [Fill; 2], parts: impl Fn(f64) -> [f64; 2], buffer: &mut Buffer) {
    let height = f64::from(plot.room.height);
    for column in 0..plot.room.width {
        let [lower, upper] = parts(plot.at_column(column));
        let tops = [lower, lower + upper].map(|top| plot.height(top) * height);
        for row in 0..plot.room.height {
            let floor = f64::from(plot.room.height - 1 - row);
            let [below, all] = tops.map(|top| (top - floor).clamp(0.0, 1.0));
            let is_upper = below < 0.5 && all - below > below / 2.0;
            let found = if is_upper { edge(fills[1], all) } else { edge(fills[0], below) };
            if let Some((glyph, style)) = found {
                put(plot.room.x + column, plot.room.y + row, glyph, style, buffer);
            }
        }
    }
}

/// The character of which a share is filled; only a solid fill has finer edges.
fn edge((glyph, style): Fill, share: f64) -> Option<Fill> {
    if glyph == glyphs::INFERENCE {
        let eighth = ((share * 8.0).round() as usize).clamp(1, 8) - 1;
        (share > LEAST).then(|| (glyphs::EIGHTHS[eighth], style))
    } else {
        (share >= 0.5).then_some((glyph, style))
    }
}
