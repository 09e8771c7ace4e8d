//! Lists and texts that scroll: headings stay, the chosen row is in sight.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::text::wrap::fit;
use crate::text::wrap::wrapped;
use crate::widgets::theme::Theme;

/// A heading and rows under it, of which one is chosen.
pub fn list(
    heading: &str,
    rows: &[(String, Style)],
    chosen: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let width = usize::from(area.width);
    if area.height == 0 {
        return;
    }
    buffer.set_string(area.x, area.y, fit(heading, width), theme.heading);
    let height = usize::from(area.height - 1);
    let chosen = chosen.min(rows.len().saturating_sub(1));
    let first =
        if rows.len() <= height { 0 } else { chosen.saturating_sub(height / 2).min(rows.len() - height) };
    for (offset, (text, style)) in rows.iter().enumerate().skip(first).take(height) {
        let style = if offset == chosen { theme.chosen } else { *style };
        let y = area.y + 1 + (offset - first) as u16;
        buffer.set_string(area.x, y, fit(text, width), style);
    }
    more_marks(first, rows.len(), height, theme, area, buffer);
}

/// Signs at the right edge where a list goes on.
fn more_marks(first: usize, count: usize, height: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let x = area.right().saturating_sub(1);
    if first > 0 {
        buffer.set_string(x, area.y + 1, theme.glyphs.more, theme.knob);
    }
    if first + height < count {
        buffer.set_string(x, area.bottom() - 1, theme.glyphs.less, theme.knob);
    }
}

/// Paragraphs broken to the width; `first` scrolls, as far as there is something left to see.
pub fn text(paragraphs: &[(String, Style)], first: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width.saturating_sub(1));
    let mut lines: Vec<(String, Style)> = Vec::new();
    for (paragraph, style) in paragraphs {
        let indent = paragraph.len() - paragraph.trim_start().len();
        let pad = " ".repeat(indent);
        for line in wrapped(paragraph, width.saturating_sub(indent)) {
            lines.push((format!("{pad}{line}"), *style));
        }
    }
    let height = usize::from(area.height);
    let first = first.min(lines.len().saturating_sub(height));
    for (offset, (line, style)) in lines.iter().enumerate().skip(first).take(height) {
        buffer.set_stringn(area.x, area.y + (offset - first) as u16, line, width, *style);
    }
    if height > 0 {
        let x = area.right().saturating_sub(1);
        if first > 0 {
            buffer.set_string(x, area.y, theme.glyphs.more, theme.knob);
        }
        if first + height < lines.len() {
            buffer.set_string(x, area.bottom() - 1, theme.glyphs.less, theme.knob);
        }
    }
}
