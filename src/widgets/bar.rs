//! A bar from the left, to an eighth of a column.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use crate::widgets::{glyphs, put};

/// Draws a share of the width. What is more than all of it ends in a sign that says so; what is more than nothing is seen.
pub fn draw(share: f64, style: Style, area: Rect, buffer: &mut Buffer) {
    let full = area.width * 8;
    let eighths = (share.clamp(0.0, 1.0) * f64::from(full)).round() as u16;
    let eighths = if share > 0.0 { eighths.max(1) } else { 0 };
    for (x, place) in (area.x..area.right()).zip(0..) {
        let part = eighths.saturating_sub(place * 8).min(8);
        if part > 0 {
            put(x, area.y, glyphs::LEFT_EIGHTHS[usize::from(part) - 1], style, buffer);
        }
    }
    if share > 1.0 && area.width > 0 {
        put(area.right() - 1, area.y, glyphs::BESIDE[1], style, buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(share: f64) -> String {
        let area = Rect::new(0, 0, 4, 1);
        let mut buffer = Buffer::empty(area);
        draw(share, Style::new(), area, &mut buffer);
        (0..4).map(|x| buffer[(x, 0)].symbol().to_owned()).collect()
    }

    #[test]
    fn a_bar_is_as_long_as_its_share_and_says_where_it_goes_on() {
        assert_eq!(drawn(0.0), "    ");
        assert_eq!(drawn(1e-6), "▏   ");
        assert_eq!(drawn(0.5), "██  ");
        assert_eq!(drawn(0.65625), "██▋ ");
        assert_eq!(drawn(1.0), "████");
        assert_eq!(drawn(1.5), "███›");
    }
}
