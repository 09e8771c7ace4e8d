//! Panels and dialogs: a border with a title, lit where the focus is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Widget as _};

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
pub fn panel(title: Line, has_focus: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let border = if has_focus { theme.lit } else { theme.border };
    let block = Block::bordered().border_type(BorderType::Rounded).border_style(border).title(title);
    let inner = block.inner(area);
    block.render(area, buffer);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// Clears an area, frames it as what has the focus, and gives the room inside.
pub fn dialog(title: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    Clear.render(area, buffer);
    buffer.set_style(area, theme.base);
    panel(Line::styled(format!(" {title} "), theme.heading), true, theme, area, buffer)
}

/// Writes a note into the lower border, at its right end: which rows of how many are seen.
pub fn note(words: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = crate::text::wrap::columns(words) as u16 + 2;
    if width + 4 < area.width && area.height > 0 {
        let x = area.right() - width - 2;
        buffer.set_string(x, area.bottom() - 1, format!(" {words} "), theme.dim);
    }
}
