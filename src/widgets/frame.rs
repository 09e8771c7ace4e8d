//! Panels and dialogs: a border with a title, lit where the focus is.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Margin, Rect};
use ratatui_core::style::Style;
use ratatui_core::symbols::border;
use ratatui_core::text::Line;

use crate::widgets::theme::Theme;

/// Paints a whole screen in the colors of the theme, before anything is drawn on it.
pub fn ground(theme: &Theme, buffer: &mut Buffer) {
    let Style { fg, bg, .. } = theme.base;
    for cell in &mut buffer.content {
        cell.fg = fg.unwrap_or(cell.fg);
        cell.bg = bg.unwrap_or(cell.bg);
    }
}

/// Draws a border with a title in it, and gives the room inside.
///
/// The library's own frame goes over each cell of the room as well.
pub fn panel(title: &Line, has_focus: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let area = area.intersection(buffer.area);
    if area.width < 2 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    let style = if has_focus { theme.lit } else { theme.border };
    let signs = border::ROUNDED;
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    let mut put = |x: u16, y: u16, sign: &str| {
        buffer[(x, y)].set_symbol(sign).set_style(style);
    };
    for x in area.x + 1..right {
        put(x, area.y, signs.horizontal_top);
        put(x, bottom, signs.horizontal_bottom);
    }
    for y in area.y + 1..bottom {
        put(area.x, y, signs.vertical_left);
        put(right, y, signs.vertical_right);
    }
    put(area.x, area.y, signs.top_left);
    put(right, area.y, signs.top_right);
    put(area.x, bottom, signs.bottom_left);
    put(right, bottom, signs.bottom_right);
    buffer.set_line(area.x + 1, area.y, title, area.width - 2);
    let room = area.inner(Margin::new(1, 1));
    Rect { x: room.x + 1, width: room.width.saturating_sub(2), ..room }
}

/// Clears an area, frames it as what has the focus, and gives the room inside.
pub fn dialog(title: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    for position in area.intersection(buffer.area).positions() {
        buffer[position].reset();
    }
    buffer.set_style(area, theme.base);
    panel(&Line::styled(format!(" {title} "), theme.heading), true, theme, area, buffer)
}

/// Writes a note into the lower border, at its right end: which rows of how many are seen.
pub fn note(words: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = crate::text::wrap::columns(words) as u16 + 2;
    if width + 4 < area.width && area.height > 0 {
        let x = area.right() - width - 2;
        buffer.set_string(x, area.bottom() - 1, format!(" {words} "), theme.dim);
    }
}
