//! Lists that scroll: the chosen row is in sight, and signs tell where the list goes on.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::widgets::put;
use crate::widgets::theme::Theme;

/// The rows to show in a height, the chosen one in the middle, without empty space at the end.
pub fn window(chosen: usize, count: usize, height: u16) -> Range<usize> {
    let height = usize::from(height);
    let first = chosen.saturating_sub(height / 2).min(count.saturating_sub(height));
    first..(first + height).min(count)
}

/// Signs in the last column where `count` rows go on above or below those that are shown.
pub fn marks(
    shown: &Range<usize>,
    count: usize,
    style: Style,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    if area.is_empty() {
        return;
    }
    let x = area.right() - 1;
    if shown.start > 0 {
        put(x, area.y, theme.glyphs.more, style, buffer);
    }
    if shown.end < count {
        put(x, area.bottom() - 1, theme.glyphs.less, style, buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_row_is_in_sight_and_no_space_is_left_at_the_end() {
        assert_eq!(window(0, 3, 10), 0..3);
        assert_eq!(window(5, 100, 10), 0..10);
        assert_eq!(window(50, 100, 10), 45..55);
        assert_eq!(window(99, 100, 10), 90..100);
        assert_eq!(window(7, 0, 10), 0..0);
    }
}
