//! Hints: which keys do something here, and what.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::keymap::{Action, Place};
use crate::views::KEYMAP;
use crate::views::scene::Hint;
use crate::widgets::hints;
use crate::widgets::theme::Theme;

/// Where a hint is, and what a click on it does.
pub type HintPlace = (Rect, Action);

/// Draws hints side by side: of the first as many as have room, the last `kept` always.
pub fn draw(
    hints: &[Hint],
    kept: usize,
    places: &[Place],
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Vec<HintPlace> {
    let keys = |actions: &[Action]| {
        let keys: Vec<String> = actions.iter().map(|action| KEYMAP.key(places, *action)).collect();
        keys.join(" ")
    };
    let words: Vec<(String, &str)> = hints.iter().map(|(actions, words)| (keys(actions), *words)).collect();
    let columns = hints::draw(&words, kept, theme, area, buffer);
    let drawn = hints.iter().zip(columns).filter(|(_, columns)| !columns.is_empty());
    let place = |columns: std::ops::Range<u16>| Rect {
        x: columns.start,
        width: columns.end - columns.start,
        height: 1,
        ..area
    };
    drawn.filter_map(|((actions, _), columns)| Some((place(columns), *actions.last()?))).collect()
}
