//! The course of a figure in a line: a column a value, the last ones at the right.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use crate::widgets::{glyphs, put};

/// Draws the last values that have room, each as high as its share of the highest; none where there was none.
pub fn draw(values: &[Option<f64>], style: Style, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width);
    let shown = &values[values.len().saturating_sub(room)..];
    let highest = shown.iter().flatten().copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
    let steps = glyphs::EIGHTHS.len();
    for (x, value) in (area.right().saturating_sub(shown.len() as u16)..).zip(shown) {
        let Some(value) = value.filter(|value| value.is_finite() && area.height > 0) else { continue };
        let share = if highest > 0.0 { value / highest } else { 0.0 };
        let step = (share.clamp(0.0, 1.0) * (steps - 1) as f64).round() as usize;
        put(x, area.y, glyphs::EIGHTHS[step], style, buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_values_are_at_the_right() {
        let area = Rect::new(0, 0, 4, 1);
        let mut buffer = Buffer::empty(area);
        draw(&[Some(9.0), Some(0.0), None, Some(7.0), Some(3.5)], Style::default(), area, &mut buffer);
        assert_eq!(buffer, Buffer::with_lines(["▁ █▅"]));
        draw(&[Some(f64::NAN)], Style::default(), Rect::new(0, 0, 0, 0), &mut buffer);
    }
}
