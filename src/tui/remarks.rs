//! What was published about the scenario, beside the engine's own figures, and what a reader should know.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::analysis::findings::findings;
use crate::app::App;
use crate::files::store::Origin;
use crate::report::claims_about;
use crate::text::wrap::wrapped;
use crate::widgets::theme::Theme;

/// Draws published figures, then notes, as far as there is room.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width);
    let mut lines: Vec<(String, Style)> = Vec::new();
    let id = match &app.origin {
        Origin::BuiltIn(id) | Origin::Model(id) if !app.is_preview() => Some(id.as_str()),
        _ => None,
    };
    let claims = claims_about(id, app.scenario(), &app.world.catalog);
    if !claims.is_empty() {
        lines.push(("Published beside it".to_owned(), theme.heading));
        for claim in claims {
            paragraph(&mut lines, &format!("{} ({})", claim.statement, claim.source), theme.base, width);
        }
        lines.push((String::new(), theme.base));
    }
    let notes: Vec<_> = findings(&app.case)
        .into_iter()
        .filter(|finding| !finding.is_alert() || finding.is_refusal())
        .collect();
    if !notes.is_empty() {
        lines.push(("Notes".to_owned(), theme.heading));
        for note in notes {
            let style = if note.is_refusal() { theme.alert } else { theme.dim };
            paragraph(&mut lines, &note.text, style, width);
        }
    }
    let height = usize::from(area.height);
    let cut = lines.len() > height;
    for (offset, (text, style)) in lines.into_iter().take(height).enumerate() {
        let last = cut && offset + 1 == height;
        let words = if last { "… more in the report".to_owned() } else { text };
        buffer.set_stringn(area.x, area.y + offset as u16, words, width, style);
    }
}

fn paragraph(lines: &mut Vec<(String, Style)>, text: &str, style: Style, width: usize) {
    for (index, line) in wrapped(text, width.saturating_sub(2)).into_iter().enumerate() {
        let mark = if index == 0 { "- " } else { "  " };
        lines.push((format!("{mark}{line}"), style));
    }
}
