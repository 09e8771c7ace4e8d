//! A box with a title.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Clear, Widget as _};

use crate::widgets::theme::Theme;

/// Borders for terminals that have nothing but ASCII.
const ASCII: border::Set = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Clears an area, frames it, and gives the room inside.
pub fn draw(title: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    Clear.render(area, buffer);
    let borders = if theme.glyphs.is_ascii() { ASCII } else { border::ROUNDED };
    let block = Block::bordered()
        .title(format!(" {title} "))
        .style(theme.base)
        .title_style(theme.heading)
        .border_set(borders);
    let inner = block.inner(area);
    block.render(area, buffer);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}
