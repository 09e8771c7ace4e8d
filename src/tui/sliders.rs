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
use crate::widgets::theme::Theme;

/// Columns of the marker and the label.
const LABEL_WIDTH: usize = 17;
/// Columns of the value.
const VALUE_WIDTH: usize = 11;

/// Where the parts of the list stand, for the mouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SliderRow {
    /// Which line.
    pub line: ListLine,
    /// Its row.
    pub y: u16,
    /// The track's columns.
    pub track: std::ops::Range<u16>,
}

/// Draws the list, scrolled so that the focus is seen, and says where each line stands.
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

/// One slider.
pub fn slider(
    state: &State,
    theme: &Theme,
    param: ParamId,
    focused: bool,
    area: Rect,
    buffer: &mut Buffer,
) -> SliderRow {
    let scenario = state.scenario();
    let value = param.effective(scenario, state.case.catalog());
    let width = usize::from(area.width);
    let track_width = width.saturating_sub(LABEL_WIDTH + VALUE_WIDTH + 2);
    let marker = if focused { theme.glyphs.focus } else { " " };
    let lock = if state.locked.contains(&param) { theme.glyphs.lock } else { " " };
    let style = if focused { theme.focus } else { theme.base };
    let label_style = if focused { theme.chosen } else { style };
    let label = fit(param.label, LABEL_WIDTH - 3);
    let padding = LABEL_WIDTH - 2 - columns(&label);
    let mut spans = vec![
        Span::styled(format!("{marker}{lock}"), theme.knob),
        Span::styled(label, label_style),
        Span::raw(" ".repeat(padding)),
    ];
    if matches!(param.domain, Domain::Number(_)) {
        spans.extend(track(state, theme, param, value, track_width));
        let shown = match value {
            Value::Auto => param.unset_words(&state.case.outcome, state.case.catalog()),
            // The knob stands at the likely value.
            Value::Range(StatedRange { low, high, .. }) => {
                let words = |end: f64| param.display(Value::Number(end), state.case.catalog());
                format!("{}..{}", words(low), words(high))
            }
            _ => param.display(value, state.case.catalog()),
        };
        spans.push(Span::styled(format!(" {}", align_right(&shown, VALUE_WIDTH)), style));
    } else {
        // Choices take the columns of the value too.
        let words = choices(state, theme, param, value, track_width + VALUE_WIDTH, focused);
        let used: usize = words.iter().map(Span::width).sum();
        spans.extend(words);
        spans.push(Span::raw(" ".repeat((track_width + VALUE_WIDTH + 1).saturating_sub(used))));
    }
    let changed = param.stated(scenario) != param.stated(&state.preset);
    spans.push(Span::styled(if changed { "*" } else { " " }, theme.knob));
    Line::from(spans).render(area, buffer);
    let start = area.x + LABEL_WIDTH as u16;
    SliderRow {
        line: ListLine::Param(param),
        y: area.y,
        track: start..(start + track_width as u16).min(area.right()),
    }
}

/// A track with stops, band, the preset's place, the baseline's ghost and the knob.
fn track(state: &State, theme: &Theme, param: ParamId, value: Value, width: usize) -> Vec<Span<'static>> {
    let glyphs = theme.glyphs;
    let Some(domain) = param.number() else { return Vec::new() };
    let column = |fraction: f64| ((fraction * (width.saturating_sub(1)) as f64).round()) as usize;
    let mut cells: Vec<(&'static str, Style)> = vec![(glyphs.track, theme.track); width];
    let stated = match value {
        Value::Range(StatedRange { low, high, .. }) => Some((low, high)),
        _ => None,
    };
    if let Some((low, high)) = stated.or(domain.band.map(|(_, low, high)| (low, high))) {
        for cell in
            cells.iter_mut().take(column(domain.fraction(high)) + 1).skip(column(domain.fraction(low)))
        {
            *cell = (glyphs.band, theme.track);
        }
    }
    for stop in domain.stops {
        if let Some(cell) = cells.get_mut(column(domain.fraction(*stop))) {
            *cell = (glyphs.stop, theme.track);
        }
    }
    let catalog = state.case.catalog();
    let mut put = |value: Value, glyph: &'static str, style: Style| {
        if let Some(fraction) = param.fraction(value, catalog)
            && let Some(cell) = cells.get_mut(column(fraction))
        {
            *cell = (glyph, style);
        }
    };
    put(param.effective(&state.preset, catalog), glyphs.preset, theme.base);
    if let Some(baseline) = &state.baseline {
        put(param.effective(&baseline.case.scenario, catalog), glyphs.ghost, theme.ghost);
    }
    put(value, glyphs.knob, theme.knob);
    join(cells)
}

/// Neighbouring cells of one style as one span.
fn join(cells: Vec<(&'static str, Style)>) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (glyph, style) in cells {
        match spans.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push_str(glyph),
            _ => spans.push(Span::styled(glyph.to_owned(), style)),
        }
    }
    spans
}

/// The chosen word between its neighbors, as many as fit.
fn choices(
    state: &State,
    theme: &Theme,
    param: ParamId,
    value: Value,
    width: usize,
    focused: bool,
) -> Vec<Span<'static>> {
    let catalog = state.case.catalog();
    let all = param.choices(catalog);
    let Some(here) = all.iter().position(|candidate| *candidate == value) else {
        return vec![Span::styled(fit(&param.unset_words(&state.case.outcome, catalog), width), theme.dim)];
    };
    let word = |index: usize| {
        let word = match all[index] {
            Value::Gpu(id) => catalog.gpu(id).slider_name(),
            Value::Model(id) => catalog.model(id).slider_name().to_owned(),
            value => param.display(value, catalog),
        };
        if index == here { format!("[{word}]") } else { format!(" {word} ") }
    };
    let mut shown = VecDeque::from([word(here)]);
    let (mut first, mut end, mut used) = (here, here + 1, columns(&shown[0]));
    loop {
        let before = shown.len();
        let mut fits = |word: &String| {
            let fits = used + columns(word) <= width;
            used += if fits { columns(word) } else { 0 };
            fits
        };
        if let Some(word) = (end < all.len()).then(|| word(end)).filter(&mut fits) {
            shown.push_back(word);
            end += 1;
        }
        if let Some(word) = (first > 0).then(|| word(first - 1)).filter(&mut fits) {
            shown.push_front(word);
            first -= 1;
        }
        if shown.len() == before {
            break;
        }
    }
    let chosen = if focused { theme.chosen } else { theme.knob };
    let style = |index: usize| if first + index == here { chosen } else { theme.dim };
    let words = shown.into_iter().enumerate();
    words.map(|(index, word)| Span::styled(fit(&word, width), style(index))).collect()
}
