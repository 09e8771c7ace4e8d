//! The heading of a chart: what it shows, and what its signs mean.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use crate::text::wrap::columns;
use crate::widgets::theme::Theme;

/// A sign with its style, and what it means.
pub type Sign<'a> = ((&'a str, Style), &'a str);

/// Below this height signs take the place of the title where they have no room beside it.
const TALL: u16 = 10;

/// Draws a title and, at the right end, signs with their meaning, below it where there is no room beside it. Gives the
/// area that is left. Signs that have no room are left out, the last first.
pub fn draw(title: &str, signs: &[Sign], theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let width = usize::from(area.width);
    let count = (0..=signs.len()).rev().find(|count| self::width(&signs[..*count]) <= width).unwrap_or(0);
    let signs = &signs[..count];
    let needed = self::width(signs);
    let is_beside = columns(title) + 2 + needed <= width;
    let has_title = is_beside || area.height >= TALL;
    if has_title {
        buffer.set_stringn(area.x, area.y, title, width, theme.heading);
    }
    let used = 1 + u16::from(has_title && !is_beside);
    let y = area.y + used - 1;
    let mut x = area.right().saturating_sub(needed as u16).max(area.x);
    for ((sign, style), words) in signs {
        if y >= area.bottom() {
            break;
        }
        let room = |x: u16| usize::from(area.right().saturating_sub(x));
        (x, _) = buffer.set_stringn(x, y, sign, room(x), *style);
        (x, _) = buffer.set_stringn(x + 1, y, words, room(x + 1), theme.dim);
        x += 2;
    }
    Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area }
}

/// The columns that signs and their meanings take.
pub fn width(signs: &[Sign]) -> usize {
    let each = signs.iter().map(|((sign, _), words)| columns(sign) + columns(words) + 3);
    each.sum::<usize>().saturating_sub(2)
}
