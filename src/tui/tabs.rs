//! The tabs of the views.

use std::cmp::Reverse;

use ratatui_core::layout::Rect;
use ratatui_core::text::{Line, Span};

use crate::app::state::{Panel, State};
use crate::rank;
use crate::text::wrap::columns;
use crate::tui::mouse::{Map, Target};
use crate::views::VIEWS;
use crate::widgets::theme::Theme;

/// The tabs: all of them, in words as long as there is room for.
pub fn tabs(state: &State, is_seen: bool, theme: &Theme, area: Rect, map: &mut Map) -> Line<'static> {
    let mut spans = Vec::new();
    let mut x = area.x;
    for (index, words) in words(state.view, usize::from(area.width)).into_iter().enumerate() {
        let width = columns(&words) as u16;
        // A view that is hidden is not marked as open.
        let style = match (index == state.view && is_seen, state.focus == Panel::View) {
            (true, true) => theme.chosen,
            (true, false) => theme.focus,
            (false, _) => theme.dim,
        };
        map.hits.push((Rect { x, width, height: 1, ..area }, Target::View(index)));
        spans.push(Span::styled(words, style));
        x += width;
    }
    Line::from(spans)
}

/// The words on the tabs while a view is open: in full, else shortened, the furthest from it first, and in the end their keys
/// alone.
fn words(open: usize, room: usize) -> Vec<String> {
    let apart: Vec<String> = VIEWS.iter().map(|view| format!(" {} {} ", view.keys[0], view.title)).collect();
    if width(&apart) <= room {
        return apart;
    }
    let margin = |index: usize| if index == 0 || index == open { " " } else { "" };
    let tab = |index: usize, name: &str| format!("{}{} {name} ", margin(index), VIEWS[index].keys[0]);
    let mut words: Vec<String> = (0..VIEWS.len()).map(|index| tab(index, VIEWS[index].title)).collect();
    let mut far: Vec<usize> = (0..VIEWS.len()).filter(|index| *index != open).collect();
    rank::by_key(&mut far, |index| Reverse(index.abs_diff(open)));
    let short = far.iter().map(|index| (*index, tab(*index, VIEWS[*index].short)));
    let key = far.iter().map(|index| (*index, format!("{}{} ", margin(*index), VIEWS[*index].keys[0])));
    for (index, shorter) in short.chain(key) {
        if width(&words) <= room {
            break;
        }
        words[index] = shorter;
    }
    words
}

fn width(words: &[String]) -> usize {
    words.iter().map(|words| columns(words)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many words a row of tabs has, beside their keys, while a view is open.
    fn named(open: usize, room: usize) -> usize {
        let words = words(open, room);
        assert!(width(&words) <= room, "{words:?}");
        for (view, words) in VIEWS.iter().zip(&words) {
            assert!(words.trim_start().starts_with(view.keys[0]), "{words}");
        }
        assert!(words[open].contains(VIEWS[open].title), "{words:?}");
        words.iter().filter(|words| words.trim().contains(' ')).count()
    }

    #[test]
    fn every_view_has_a_tab_and_more_room_never_means_fewer_words() {
        for open in 0..VIEWS.len() {
            let counts: Vec<usize> = (60..=220).map(|room| named(open, room)).collect();
            assert!(counts.is_sorted(), "{counts:?}");
            assert_eq!(counts.last(), Some(&VIEWS.len()));
        }
        assert_eq!(named(0, 94), VIEWS.len());
    }
}
