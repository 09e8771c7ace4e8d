//! Explain: every figure's formula with this scenario's numbers in it, line by line, down to sources.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::explain::explain;
use crate::app::App;
use crate::widgets::table;
use crate::widgets::theme::Theme;

/// Draws the explanations; Up and Down scroll.
pub(super) fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut lines = Vec::new();
    for section in explain(&app.case) {
        lines.push((section.title, theme.heading));
        lines.extend(section.lines.into_iter().map(|line| (format!("  {line}"), theme.base)));
        lines.push((String::new(), theme.base));
    }
    table::text(&lines, app.row, theme, area, buffer);
}
