//! Drawing primitives: what pictures on the screen are made of. They know no application.

pub mod axes;
pub mod bar;
pub mod blocks;
pub mod change;
pub mod digits;
pub mod field;
pub mod frame;
pub mod glyphs;
pub mod hints;
pub mod legend;
pub mod letters;
pub mod list;
pub mod plot;
pub mod span;
pub mod spark;
pub mod stack;
pub mod text;
pub mod theme;
pub mod track;

use ratatui_core::buffer::Buffer;
use ratatui_core::style::Style;

/// Writes one character in place of what is there, where the screen has room for it.
pub fn put(x: u16, y: u16, glyph: &str, style: Style, buffer: &mut Buffer) {
    if let Some(cell) = buffer.cell_mut((x, y)) {
        cell.reset();
        cell.set_symbol(glyph).set_style(style);
    }
}
