//! A line of text that is being typed.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use crate::text::wrap::columns;
use crate::widgets::theme::Theme;

/// Draws a label and a text whose cursor, a reversed cell, is always in sight; `cursor` counts characters.
pub fn draw(
    label: &str,
    text: &str,
    cursor: usize,
    style: Style,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    if area.is_empty() {
        return;
    }
    let label_width = columns(label) as u16;
    let room = Rect { x: area.x + label_width, width: area.width.saturating_sub(label_width), ..area };
    buffer.set_stringn(area.x, area.y, label, usize::from(area.width), theme.dim);
    let byte = text.char_indices().nth(cursor).map_or(text.len(), |(byte, _)| byte);
    // What lies too far left of the cursor is cut off, character by character.
    let mut start = 0;
    while columns(&text[start..byte]) + 1 > usize::from(room.width) && start < byte {
        start += text[start..].chars().next().map_or(1, char::len_utf8);
    }
    buffer.set_stringn(room.x, room.y, &text[start..], usize::from(room.width), style);
    let x = room.x + columns(&text[start..byte]) as u16;
    if x < room.right() {
        buffer[(x, room.y)].set_style(theme.chosen);
    }
}
