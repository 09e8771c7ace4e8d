//! Keys and what they do, side by side.

use std::ops::Range;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::text::wrap::columns;
use crate::widgets::theme::Theme;

/// Columns between two hints.
const GAP: usize = 2;

/// Draws pairs of keys and words from left to right. As many of the first are left out as have no room; the last
/// `kept` are always there. Says which columns each takes; none where it is left out.
pub fn draw(
    hints: &[(String, &str)],
    kept: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Vec<Range<u16>> {
    let width = |(keys, words): &(String, &str)| columns(keys) + 1 + columns(words);
    let (first, last) = hints.split_at(hints.len().saturating_sub(kept));
    let mut used: usize = last.iter().map(|hint| width(hint) + GAP).sum();
    let mut x = area.x;
    let mut places = Vec::with_capacity(hints.len());
    for (index, hint) in hints.iter().enumerate() {
        let (keys, words) = hint;
        let width = width(hint);
        if index < first.len() {
            if used + width > usize::from(area.width) {
                places.push(x..x);
                continue;
            }
            used += width + GAP;
        }
        let room = |x: u16| usize::from(area.right().saturating_sub(x));
        let (words_x, _) = buffer.set_stringn(x, area.y, keys, room(x), theme.key);
        if words_x < area.right() {
            buffer.set_stringn(words_x + 1, area.y, words, room(words_x + 1), theme.base);
        }
        places.push(x..x + width as u16);
        x += (width + GAP) as u16;
    }
    places
}
