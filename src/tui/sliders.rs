//! One-line sliders: marker, label, track or choices, value.

use std::collections::VecDeque;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::app::list::Line as ListLine;
use crate::app::state::State;
use crate::scenario::ParamId;
use crate::scenario::domain::Domain;
use crate::scenario::value::{StatedRange, Value};
use crate::text::wrap::{align_right, columns, fit};
use crate::widgets::list::{marks, window};
use crate::widgets::put;
use crate::widgets::theme::Theme;

/// Columns of the marker and the label.
const LABEL_WIDTH: u16 = 17;
/// Columns of the value.
const VALUE_WIDTH: u16 = 11;

/// Where the parts of the list are, for the mouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SliderRow {
    pub line: ListLine,
    pub y: u16,
    /// The track's columns.
    pub track: std::ops::Range<u16>,
}

/// Draws the list, scrolled so that the focus is seen, and says where each line is.
pub fn draw(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Vec<SliderRow> {
    let lines = state.list.lines();
    let focus = lines.iter().position(|line| *line == state.list.focused_line()).unwrap_or(0);
    let shown = window(focus, lines.len(), area.height);
    let mut rows = Vec::with_capacity(shown.len());
    for (y, index) in (area.y..).zip(shown.clone()) {
        let row = Rect { y, height: 1, ..area };
        let focused = index == focus;
        let line = &lines[index];
        rows.push(match line {
            ListLine::Heading(group) => {
                let sign = if state.list.is_open(*group) { theme.glyphs.open } else { theme.glyphs.closed };
                let marker = if focused { theme.glyphs.focus } else { " " };
                let style = if focused { theme.chosen } else { theme.heading };
                Line::from(vec![
                    Span::styled(format!("{marker} "), theme.knob),
                    Span::styled(format!("{sign} {} ", group.title()), style),
                ])
                .render(row, buffer);
                SliderRow { line: *line, y, track: area.x..area.right() }
            }
            ListLine::Param(param) => slider(state, theme, *param, focused, row, buffer),
        });
    }
    marks(&shown, lines.len(), theme.dim, theme, area, buffer);
    rows
}

pub fn slider(
    state: &State,
    theme: &Theme,
    param: ParamId,
    focused: bool,
    area: Rect,
    buffer: &mut Buffer,
) -> SliderRow {
    let (scenario, catalog) = (state.scenario(), state.case.catalog());
    let value = param.effective(scenario, catalog);
    let y = area.y;
    let style = if focused { theme.focus } else { theme.base };
    if focused {
        put(area.x, y, theme.glyphs.focus, theme.knob, buffer);
    }
    if state.locked.contains(&param) {
        put(area.x + 1, y, theme.glyphs.lock, theme.knob, buffer);
    }
    let label = fit(param.label, usize::from(LABEL_WIDTH - 3));
    buffer.set_string(area.x + 2, y, label, if focused { theme.chosen } else { style });
    let width = area.width.saturating_sub(LABEL_WIDTH + VALUE_WIDTH + 2);
    let track = Rect { x: area.x + LABEL_WIDTH, width, ..area };
    if matches!(param.domain, Domain::Number(_)) {
        draw_track(state, theme, param, value, track, buffer);
        let shown = match value {
            Value::Auto => param.unset_words(&state.case.outcome, catalog),
            // The knob is at the likely value.
            Value::Range(StatedRange { low, high, .. }) => {
                let words = |end: f64| param.display(Value::Number(end), catalog);
                format!("{}..{}", words(low), words(high))
            }
            _ => param.display(value, catalog),
        };
        let shown = align_right(&shown, usize::from(VALUE_WIDTH));
        buffer.set_string(track.right() + 1, y, shown, style);
    } else {
        // Choices take the columns of the value too.
        let chosen = if focused { theme.chosen } else { theme.knob };
        let room = Rect { width: width + VALUE_WIDTH, ..track };
        draw_choices(state, theme, param, value, chosen, room, buffer);
    }
    if param.stated(scenario) != param.stated(&state.preset) {
        put(track.right() + VALUE_WIDTH + 1, y, "*", theme.knob, buffer);
    }
    SliderRow { line: ListLine::Param(param), y, track: track.x..track.right().min(area.right()) }
}

/// A track with stops, band, the preset's place, the baseline's ghost and the knob.
fn draw_track(state: &State, theme: &Theme, param: ParamId, value: Value, area: Rect, buffer: &mut Buffer) {
    let (glyphs, catalog) = (theme.glyphs, state.case.catalog());
    let Some(domain) = param.number() else { return };
    let column = |fraction: f64| area.x + (fraction * f64::from(area.width.saturating_sub(1))).round() as u16;
    for x in area.x..area.right() {
        put(x, area.y, glyphs.track, theme.track, buffer);
    }
    let band = match value {
        Value::Range(StatedRange { low, high, .. }) => Some((low, high)),
        _ => domain.band.map(|(_, low, high)| (low, high)),
    };
    if let Some((low, high)) = band {
        for x in column(domain.fraction(low))..=column(domain.fraction(high)) {
            put(x, area.y, glyphs.band, theme.track, buffer);
        }
    }
    for stop in domain.stops {
        put(column(domain.fraction(*stop)), area.y, glyphs.stop, theme.track, buffer);
    }
    let marks = [
        (Some(param.effective(&state.preset, catalog)), glyphs.preset, theme.base),
        (
            state.baseline.as_ref().map(|baseline| param.effective(&baseline.case.scenario, catalog)),
            glyphs.ghost,
            theme.ghost,
        ),
        (Some(value), glyphs.knob, theme.knob),
    ];
    for (value, glyph, style) in marks {
        if let Some(fraction) = value.and_then(|value| param.fraction(value, catalog)) {
            put(column(fraction), area.y, glyph, style, buffer);
        }
    }
}

/// The chosen word between its neighbors, as many as fit.
fn draw_choices(
    state: &State,
    theme: &Theme,
    param: ParamId,
    value: Value,
    chosen: Style,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (catalog, width) = (state.case.catalog(), usize::from(area.width));
    let all = param.choices(catalog);
    let Some(here) = all.iter().position(|candidate| *candidate == value) else {
        let words = fit(&param.unset_words(&state.case.outcome, catalog), width);
        buffer.set_string(area.x, area.y, words, theme.dim);
        return;
    };
    let word = |index: usize| {
        let word = match all[index] {
            Value::Gpu(id) => catalog.gpu(id).slider_name(),
            Value::Model(id) => catalog.model(id).slider_name().to_owned(),
            value => param.display(value, catalog),
        };
        if index == here { format!("[{word}]") } else { format!(" {word} ") }
    };
    let mut shown = VecDeque::from([(fit(&word(here), width), chosen)]);
    let (mut first, mut end, mut used) = (here, here + 1, columns(&shown[0].0));
    loop {
        let before = shown.len();
        let mut fits = |(word, _): &(String, Style)| {
            let fits = used + columns(word) <= width;
            used += if fits { columns(word) } else { 0 };
            fits
        };
        if let Some(next) = (end < all.len()).then(|| (word(end), theme.dim)).filter(&mut fits) {
            shown.push_back(next);
            end += 1;
        }
        if let Some(next) = (first > 0).then(|| (word(first - 1), theme.dim)).filter(&mut fits) {
            shown.push_front(next);
            first -= 1;
        }
        if shown.len() == before {
            break;
        }
    }
    let mut x = area.x;
    for (word, style) in shown {
        (x, _) = buffer.set_stringn(x, area.y, word, width, style);
    }
}
