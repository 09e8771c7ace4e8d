//! Hints: which keys do something here, and what.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::keymap::{Action, Place};
use crate::views::KEYMAP;
use crate::widgets::hints;
use crate::widgets::theme::Theme;

/// Something that a user may do: an action, or two that are opposites, and what they do here.
pub type Hint = (&'static [Action], &'static str);

/// Where a hint is: its row, its columns, and what a click on it does.
pub type HintPlace = (u16, Range<u16>, Action);

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
    drawn.filter_map(|((actions, _), columns)| Some((area.y, columns, *actions.last()?))).collect()
}
