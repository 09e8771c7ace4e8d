//! One-line sliders: marker, label, track or choices, value.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::app::App;
use crate::app::list::Line as ListLine;
use crate::scenario::ParamId;
use crate::scenario::domain::Domain;
use crate::scenario::value::{StatedRange, Value};
use crate::text::wrap::fit;
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
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Vec<SliderRow> {
    let lines = app.list.lines();
    let focus = lines.iter().position(|line| *line == app.list.focused_line()).unwrap_or(0);
    let height = usize::from(area.height);
    let first = first_line(focus, height, lines.len());
    let mut rows = Vec::with_capacity(height);
    for (offset, line) in lines.iter().enumerate().skip(first).take(height) {
        let y = area.y + (offset - first) as u16;
        let row = Rect { y, height: 1, ..area };
        let focused = offset == focus;
        rows.push(match line {
            ListLine::Heading(group) => {
                let sign = if app.list.is_open(*group) { theme.glyphs.open } else { theme.glyphs.closed };
                let marker = if focused { theme.glyphs.focus } else { " " };
                let style = if focused { theme.chosen } else { theme.heading };
                Line::from(vec![
                    Span::styled(format!("{marker} "), theme.knob),
                    Span::styled(format!("{sign} {} ", group.title()), style),
                ])
                .render(row, buffer);
                SliderRow { line: *line, y, track: area.x..area.right() }
            }
            ListLine::Param(param) => slider(app, theme, *param, focused, row, buffer),
        });
    }
    scroll_marks(first, lines.len(), theme, area, buffer);
    rows
}

/// The first line to show: the focus a third from the top, without empty space at the end.
fn first_line(focus: usize, height: usize, count: usize) -> usize {
    if count <= height { 0 } else { focus.saturating_sub(height / 2).min(count - height) }
}

/// Arrows at the edge where the list goes on.
fn scroll_marks(first: usize, count: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    let x = area.right() - 1;
    if first > 0 {
        buffer.set_string(x, area.y, theme.glyphs.more, theme.dim);
    }
    if first + usize::from(area.height) < count {
        buffer.set_string(x, area.bottom() - 1, theme.glyphs.less, theme.dim);
    }
}

/// One slider.
pub fn slider(
    app: &App,
    theme: &Theme,
    param: ParamId,
    focused: bool,
    area: Rect,
    buffer: &mut Buffer,
) -> SliderRow {
    let scenario = app.scenario();
    let value = param.effective(scenario, &app.world.catalog);
    let width = usize::from(area.width);
    let track_width = width.saturating_sub(LABEL_WIDTH + VALUE_WIDTH + 2);
    let marker = if focused { theme.glyphs.focus } else { " " };
    let lock = if app.locked.contains(&param) { theme.glyphs.lock } else { " " };
    let style = if focused { theme.focus } else { theme.base };
    let label_style = if focused { theme.chosen } else { style };
    let mut spans = vec![Span::styled(format!("{marker}{lock}"), theme.knob)];
    let label = fit(param.label, LABEL_WIDTH - 3);
    let padding = LABEL_WIDTH - 2 - label.chars().count();
    spans.push(Span::styled(label, label_style));
    spans.push(Span::raw(" ".repeat(padding)));
    match param.domain {
        Domain::Number(_) => spans.extend(track(app, theme, param, value, track_width)),
        _ => spans.extend(choices(app, theme, param, value, track_width, focused)),
    }
    let shown = match value {
        Value::Auto => param.unset_words(&app.case.outcome, &app.world.catalog),
        // The knob stands at the likely value.
        Value::Range(StatedRange { low, high, .. }) => {
            let words = |end: f64| param.display(Value::Number(end), &app.world.catalog);
            format!("{}..{}", words(low), words(high))
        }
        _ => param.display(value, &app.world.catalog),
    };
    let shown = if matches!(param.domain, Domain::Number(_)) { shown } else { String::new() };
    let changed = param.stated(scenario) != param.stated(&app.preset);
    let mark = if changed { "*" } else { " " };
    spans.push(Span::styled(format!(" {:>VALUE_WIDTH$}", fit(&shown, VALUE_WIDTH)), style));
    spans.push(Span::styled(mark, theme.knob));
    Line::from(spans).render(area, buffer);
    let start = area.x + LABEL_WIDTH as u16;
    SliderRow {
        line: ListLine::Param(param),
        y: area.y,
        track: start..(start + track_width as u16).min(area.right()),
    }
}

/// A track with stops, band, the preset's place, the baseline's ghost and the knob.
fn track(app: &App, theme: &Theme, param: ParamId, value: Value, width: usize) -> Vec<Span<'static>> {
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
    let catalog = &app.world.catalog;
    let mut put = |value: Value, glyph: &'static str, style: Style| {
        if let Some(fraction) = param.fraction(value, catalog)
            && let Some(cell) = cells.get_mut(column(fraction))
        {
            *cell = (glyph, style);
        }
    };
    put(param.effective(&app.preset, catalog), glyphs.preset, theme.base);
    if let Some(baseline) = &app.baseline {
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

/// The chosen word between its neighbours, as many as fit.
fn choices(
    app: &App,
    theme: &Theme,
    param: ParamId,
    value: Value,
    width: usize,
    focused: bool,
) -> Vec<Span<'static>> {
    let catalog = &app.world.catalog;
    let short = |choice: Value| match choice {
        Value::Gpu(id) => short_gpu(catalog.gpu(id).short_name()),
        Value::Model(id) => short_model(&catalog.model(id).name),
        other => param.display(other, catalog),
    };
    let all: Vec<(Value, String)> =
        param.choices(catalog).into_iter().map(|choice| (choice, short(choice))).collect();
    let width = width + VALUE_WIDTH + 1;
    let Some(here) = all.iter().position(|(candidate, _)| *candidate == value) else {
        return vec![Span::styled(
            pad(&param.unset_words(&app.case.outcome, catalog), width - VALUE_WIDTH - 1),
            theme.dim,
        )];
    };
    let (first, last) = window(&all, here, width.saturating_sub(1));
    let chosen = if focused { theme.chosen } else { theme.knob };
    let mut spans = Vec::new();
    let mut used = 0;
    for (index, (_, word)) in all.iter().enumerate().take(last + 1).skip(first) {
        let text = if index == here { format!("[{word}]") } else { format!(" {word} ") };
        let text = fit(&text, width.saturating_sub(used + 1));
        used += text.chars().count();
        spans.push(Span::styled(text, if index == here { chosen } else { theme.dim }));
    }
    // The value's own columns are drawn by the caller; choices reach into them and leave the rest.
    let target = width.saturating_sub(VALUE_WIDTH + 1);
    if used < target {
        spans.push(Span::raw(" ".repeat(target - used)));
    }
    spans
}

/// The range of words around the chosen one that fit in a width.
fn window(all: &[(Value, String)], here: usize, width: usize) -> (usize, usize) {
    let size = |index: usize| all[index].1.chars().count() + 2;
    let (mut first, mut last, mut used) = (here, here, size(here));
    loop {
        let right = (last + 1 < all.len() && used + size(last + 1) <= width).then(|| last + 1);
        if let Some(right) = right {
            last = right;
            used += size(right);
        }
        let left = (first > 0 && used + size(first - 1) <= width).then(|| first - 1);
        if let Some(left) = left {
            first = left;
            used += size(left);
        }
        if right.is_none() && left.is_none() {
            return (first, last);
        }
    }
}

/// `H100 80GB SXM` as `H100 SXM`: the memory size tells few apart, and is kept for them.
#[must_use]
pub fn short_gpu(name: &str) -> String {
    let parts: Vec<&str> = name
        .split_whitespace()
        .filter(|word| !word.starts_with('(') && !word.ends_with(')'))
        .filter(|word| !word.ends_with("GB") || name.starts_with("A100") || name.starts_with("V100"))
        .filter(|word| !matches!(*word, "GeForce" | "NVIDIA"))
        .collect();
    parts.join(" ")
}

/// `GPT-4 (rumoured MoE)` as `GPT-4`: marks stand in the notes and the header.
fn short_model(name: &str) -> String {
    name.split(" (").next().unwrap_or(name).to_owned()
}

/// The text with spaces up to a width.
fn pad(text: &str, width: usize) -> String {
    format!("{:<width$}", fit(text, width))
}
