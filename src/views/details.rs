//! What is said of the chosen row, under a table.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::text::wrap::columns;
use crate::views::sheet::rule;
use crate::widgets::text::Text;
use crate::widgets::theme::Theme;
use crate::widgets::{glyphs, put};

/// Columns that the longest texts take.
const LONGEST: u16 = 230;
/// The least lines for them, and the most.
const LINES: [u16; 2] = [3, 5];

/// Draws a rule and a text under it at the foot of an area, and gives the room above. In the rule is a legend, as many of
/// its parts as have room; a text that is cut ends in a sign.
pub(super) fn draw(legend: &[String], text: &Text, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let needed = LONGEST.div_ceil(area.width.max(1)).clamp(LINES[0], LINES[1]);
    let height = needed.min((area.height / 4).max(LINES[0])).min(area.height.saturating_sub(1));
    let above = Rect { height: area.height.saturating_sub(height + 1), ..area };
    let foot = Rect { y: above.bottom() + 1, height, ..area };
    let mut words = String::new();
    for part in legend {
        let longer = if words.is_empty() { part.clone() } else { format!("{words} {} {part}", glyphs::DOT) };
        if columns(&longer) + 6 <= usize::from(area.width) {
            words = longer;
        }
    }
    rule(&words, theme, Rect { y: above.bottom(), height: 1, ..area }, buffer);
    if text.draw(0, theme, foot, buffer).is_some() {
        put(foot.right() - 1, foot.bottom() - 1, "…", theme.dim, buffer);
    }
    above
}
