//! A range as a small track: its ends, the likely value, and what was published of it.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::widgets::glyphs::Glyph;
use crate::widgets::theme::Theme;
use crate::widgets::{glyphs, put};

/// Draws a range on a logarithmic scale that takes in the published figures as well, each with its sign, and gives the columns of
/// its ends; `None` where it cannot be drawn.
pub fn draw(
    [low, value, high]: [f64; 3],
    published: &[(f64, Glyph)],
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<[u16; 2]> {
    let positive = |value: &f64| *value > 0.0 && value.is_finite();
    if area.width < 5 || ![low, value, high].iter().all(positive) {
        return None;
    }
    let marks = || published.iter().copied().filter(|(figure, _)| positive(figure));
    let least = marks().map(|(figure, _)| figure).fold(low, f64::min).ln();
    let most = marks().map(|(figure, _)| figure).fold(high, f64::max).ln();
    let column = |figure: f64| {
        let share = if most > least { (figure.ln() - least) / (most - least) } else { 0.5 };
        area.x + (share.clamp(0.0, 1.0) * f64::from(area.width - 1)).round() as u16
    };
    for x in column(low)..=column(high) {
        put(x, area.y, glyphs::TRACK, theme.track, buffer);
    }
    for (end, glyph) in [low, high].into_iter().zip(glyphs::ENDS) {
        put(column(end), area.y, glyph, theme.track, buffer);
    }
    for (figure, glyph) in marks() {
        put(column(figure), area.y, glyph, theme.heading, buffer);
    }
    put(column(value), area.y, glyphs::KNOB, theme.answer, buffer);
    Some([low, high].map(column))
}
