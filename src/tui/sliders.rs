//! One-line sliders: marker, label, track or choices, value. A track is a profile: how high the answer that views are about
//! would be at each of its places.

use std::collections::VecDeque;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget as _;

use crate::analysis::profile::{Point, Profile};
use crate::app::list::Line as ListLine;
use crate::app::state::State;
use crate::catalog::Catalog;
use crate::scenario::ParamId;
use crate::scenario::domain::Domain;
use crate::scenario::value::{StatedRange, Value};
use crate::text::wrap::{align_right, columns, fit};
use crate::tui::mouse::{Map, Target};
use crate::widgets::list::seen;
use crate::widgets::theme::Theme;
use crate::widgets::{glyphs, put};

/// Columns of the marker and the label.
const LABEL_WIDTH: u16 = 17;
/// Columns of the value, and of what is between it and the track.
const VALUE_WIDTH: u16 = 12;

/// Draws the list, scrolled so that the focus is seen, and says which lines are seen where not all are.
pub fn draw(state: &State, theme: &Theme, area: Rect, map: &mut Map, buffer: &mut Buffer) -> Option<String> {
    let (lines, shown) = state.seen();
    for (y, line) in (area.y..area.bottom()).zip(&lines[shown.clone()]) {
        let row = Rect { y, height: 1, ..area };
        let focused = *line == state.list.focused_line();
        map.hits.push((row, Target::Line(*line)));
        match line {
            ListLine::Heading(group) => {
                let sign = if state.list.is_open(*group) { glyphs::OPEN } else { glyphs::CLOSED };
                let marker = if focused { glyphs::FOCUS } else { " " };
                let style = if focused { theme.chosen } else { theme.heading };
                Line::from(vec![
                    Span::styled(marker, theme.knob),
                    Span::styled(format!("{sign} {} ", group.title()), style),
                ])
                .render(row, buffer);
            }
            ListLine::Param(param) => slider(state, theme, *param, focused, row, map, buffer),
        }
    }
    seen(&shown, lines.len())
}

/// Draws one slider.
pub fn slider(
    state: &State,
    theme: &Theme,
    param: ParamId,
    focused: bool,
    area: Rect,
    map: &mut Map,
    buffer: &mut Buffer,
) {
    let (scenario, catalog) = (state.scenario(), state.case.catalog());
    let value = param.shown(scenario, catalog);
    let y = area.y;
    let style = if focused { theme.focus } else { theme.base };
    if focused {
        map.slider = Some(y);
        put(area.x, y, glyphs::FOCUS, theme.knob, buffer);
    }
    if state.locked.contains(&param) {
        put(area.x + 1, y, glyphs::LOCK, theme.knob, buffer);
    }
    let label = fit(param.label, usize::from(LABEL_WIDTH - 3));
    buffer.set_string(area.x + 2, y, label, if focused { theme.chosen } else { style });
    let width = area.width.saturating_sub(LABEL_WIDTH + VALUE_WIDTH + 1);
    let track = Rect { x: area.x + LABEL_WIDTH, width, ..area };
    if matches!(param.domain, Domain::Number(_)) {
        draw_track(state, theme, param, value, track, buffer);
        map.hits.push((track, Target::Track(param)));
        let shown = match value {
            Value::Auto => param.unset_words(&state.case.outcome, catalog),
            // The knob is at the likely value.
            Value::Range(StatedRange { low, high, .. }) => {
                let words = |end: f64| param.display(Value::Number(end), catalog);
                format!("{}..{}", words(low), words(high))
            }
            _ => param.display(value, catalog),
        };
        let shown = align_right(&fit(&shown, usize::from(VALUE_WIDTH) - 1), usize::from(VALUE_WIDTH));
        buffer.set_string(track.right(), y, shown, style);
    } else {
        // Choices take the columns of the value too.
        let room = Rect { width: width + VALUE_WIDTH, ..track };
        draw_choices(state, theme, param, value, room, map, buffer);
    }
    if param.is_moved(scenario, &state.preset) {
        put(track.right() + VALUE_WIDTH, y, "*", theme.knob, buffer);
    }
}

/// The profile along a track, and on it the ends of a stated range, the ghost of what is compared with, and the knob.
fn draw_track(state: &State, theme: &Theme, param: ParamId, value: Value, area: Rect, buffer: &mut Buffer) {
    let Some(domain) = param.number() else { return };
    let catalog = state.case.catalog();
    let last = f64::from(area.width.saturating_sub(1)).max(1.0);
    let column = |fraction: f64| area.x + (fraction * last).round() as u16;
    let profile = state.tracks.profile(param);
    for x in area.x..area.right() {
        let (glyph, style) = profile.map_or((glyphs::TRACK, theme.track), |profile| {
            look(profile, f64::from(x - area.x) / last, theme)
        });
        put(x, area.y, glyph, style, buffer);
    }
    if let Value::Range(StatedRange { low, high, .. }) = value {
        for (end, glyph) in [low, high].into_iter().zip(glyphs::ENDS) {
            put(column(domain.fraction(end)), area.y, glyph, theme.answer, buffer);
        }
    }
    let before = param.effective(&state.compared().case.scenario, catalog);
    for (value, glyph, style) in [(before, glyphs::GHOST, theme.ghost), (value, glyphs::KNOB, theme.knob)] {
        if let Some(fraction) = param.fraction(value, catalog) {
            put(column(fraction), area.y, glyph, style, buffer);
        }
    }
}

/// The look of a place of a profile.
fn look(profile: &Profile, fraction: f64, theme: &Theme) -> (&'static str, Style) {
    match profile.at(fraction) {
        Point::Is(answer) => {
            let glyph = glyphs::level(&glyphs::EIGHTHS, profile.height(answer));
            (glyph, theme.of_ramp(profile.badness(answer)))
        }
        Point::Misses(_) => (glyphs::HATCH, theme.worse),
        Point::Nothing => (glyphs::HATCH, theme.track),
    }
}

/// A value in as few words as tell it apart.
pub fn brief(param: ParamId, value: Value, catalog: &Catalog) -> String {
    match value {
        Value::Gpu(id) => catalog.gpu(id).slider_name(),
        Value::Model(id) => catalog.model(id).slider_name().to_owned(),
        value => param.display(value, catalog),
    }
}

/// The chosen word between its neighbors, as many as fit; signs tell where there are more.
fn draw_choices(
    state: &State,
    theme: &Theme,
    param: ParamId,
    value: Value,
    area: Rect,
    map: &mut Map,
    buffer: &mut Buffer,
) {
    let (catalog, width) = (state.case.catalog(), usize::from(area.width).saturating_sub(4));
    let all = param.choices(catalog);
    let Some(here) = all.iter().position(|candidate| *candidate == value) else {
        let words = fit(&param.unset_words(&state.case.outcome, catalog), width);
        buffer.set_string(area.x + 2, area.y, words, theme.dim);
        return;
    };
    let word = |index: usize| {
        let word = brief(param, all[index], catalog);
        if index == here { format!("[{word}]") } else { format!(" {word} ") }
    };
    let mut shown = VecDeque::from([(here, fit(&word(here), width))]);
    let (mut first, mut end, mut used) = (here, here + 1, columns(&shown[0].1));
    loop {
        let before = shown.len();
        let mut fits = |(_, word): &(usize, String)| {
            let fits = used + columns(word) <= width;
            used += if fits { columns(word) } else { 0 };
            fits
        };
        if let Some(next) = (end < all.len()).then(|| (end, word(end))).filter(&mut fits) {
            shown.push_back(next);
            end += 1;
        }
        if let Some(next) = (first > 0).then(|| (first - 1, word(first - 1))).filter(&mut fits) {
            shown.push_front(next);
            first -= 1;
        }
        if shown.len() == before {
            break;
        }
    }
    let [before, after] = glyphs::BESIDE;
    if first > 0 {
        put(area.x, area.y, before, theme.dim, buffer);
    }
    let mut x = area.x + 1;
    for (index, word) in shown {
        let style = if index == here { theme.knob } else { theme.dim };
        let start = x;
        (x, _) = buffer.set_stringn(x, area.y, word, width, style);
        map.hits.push((Rect { x: start, width: x - start, ..area }, Target::Word(param, all[index])));
    }
    if end < all.len() {
        put(x, area.y, after, theme.dim, buffer);
    }
}
