//! The screen.
//!
//! ```text
//! ┌ header: program, scenario, marks ────────────────────────────────┐
//! │ tabs                                                             │
//! │ sliders, or the view at hand │ the three answers                 │
//! │                              │ figures                           │
//! │ alert or message                                                 │
//! │ footer: focused parameter ………………………………………………… keys              │
//! └──────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Wide terminals show the view between the sliders and the answers. Below 80x24 one sentence says what is needed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget as _};

use crate::app::{App, View};
use crate::tui::sliders::SliderRow;
use crate::tui::{answers, chart, figures, footer, popup, remarks, sliders};
use crate::views;
use crate::widgets::theme::Theme;

/// The least columns that are served.
pub const LEAST_WIDTH: u16 = 80;
/// The least rows that are served.
pub const LEAST_HEIGHT: u16 = 24;
/// Rows above and below the body.
const ROWS_AROUND_BODY: u16 = 7;
/// Columns of the answers.
const ANSWERS_WIDTH: u16 = 36;
/// From this width on, the view stands between the sliders and the answers.
const WIDE: u16 = 132;

/// Where things stand, for the mouse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map {
    /// Sliders.
    pub sliders: Vec<SliderRow>,
    /// Tabs: row, columns, view from 1.
    pub tabs: Vec<(u16, std::ops::Range<u16>, u8)>,
    /// Hints of the footer.
    pub hints: Vec<(u16, std::ops::Range<u16>, crate::keymap::Action)>,
}

/// Rows of the list of sliders on a terminal of so many rows.
#[must_use]
pub const fn body_rows(rows: u16) -> u16 {
    rows.saturating_sub(ROWS_AROUND_BODY)
}

/// Draws everything and says where things stand.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Map {
    let mut map = Map::default();
    Block::new().style(theme.base).render(area, buffer);
    if area.width < LEAST_WIDTH || area.height < LEAST_HEIGHT {
        too_small(theme, area, buffer);
        return map;
    }
    let row = |y: u16| Rect { y, height: 1, ..area };
    header(app, theme, row(area.y), buffer);
    map.tabs = tabs(app, theme, row(area.y + 1), buffer);
    let body = Rect { y: area.y + 3, height: area.height - ROWS_AROUND_BODY, ..area };
    draw_body(app, theme, body, buffer, &mut map);
    footer::message(app, theme, row(area.bottom() - 4), buffer);
    let foot = Rect { y: area.bottom() - 3, height: 3, ..area };
    map.hints = footer::draw(app, theme, foot, buffer);
    if let Some(dialog) = &app.dialog {
        popup::draw(app, dialog, theme, area, &map, buffer);
    }
    map
}

fn draw_body(app: &App, theme: &Theme, body: Rect, buffer: &mut Buffer, map: &mut Map) {
    let answers_width = if body.width >= WIDE { ANSWERS_WIDTH + 6 } else { ANSWERS_WIDTH };
    let right = Rect { x: body.right() - answers_width, width: answers_width - 1, ..body };
    answers::draw(app, theme, Rect { height: answers::HEIGHT.min(body.height), ..right }, buffer);
    let rest = Rect {
        y: right.y + answers::HEIGHT + 1,
        height: right.height.saturating_sub(answers::HEIGHT + 1),
        ..right
    };
    figures::draw(app, theme, rest, buffer);
    let left = Rect { width: body.width - answers_width - 2, ..body };
    if body.width >= WIDE {
        let sliders = Rect { width: left.width.min(62).min(left.width / 2 + 4), ..left };
        map.sliders = sliders::draw(app, theme, sliders, buffer);
        let middle = Rect { x: sliders.right() + 3, width: left.width - sliders.width - 3, ..left };
        view(app, theme, middle, buffer);
    } else if app.view == View::Overview {
        let lines = app.list.lines().len() as u16;
        let spare = left.height.saturating_sub(lines + 1);
        let sliders = if spare >= chart::LEAST_HEIGHT { Rect { height: lines, ..left } } else { left };
        map.sliders = sliders::draw(app, theme, sliders, buffer);
        let below = Rect {
            y: sliders.bottom() + 1,
            height: left.bottom().saturating_sub(sliders.bottom() + 1),
            ..left
        };
        chart::draw(app, theme, below, buffer);
    } else {
        if let crate::app::list::Line::Param(index) = app.list.focused_line() {
            let row = Rect { height: 1, ..left };
            map.sliders = vec![sliders::slider(app, theme, index, true, row, buffer)];
        }
        let room = Rect { x: left.x + 1, y: left.y + 2, width: left.width - 1, height: left.height - 2 };
        view(app, theme, room, buffer);
    }
}

/// The view at hand; in the overview, the chart and what was published.
fn view(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if app.view != View::Overview {
        views::draw(app, theme, area, buffer);
        return;
    }
    let height = (area.height / 2).min(area.width / 3).max(chart::LEAST_HEIGHT);
    chart::draw(app, theme, Rect { height, ..area }, buffer);
    let rest = Rect { y: area.y + height + 1, height: area.height.saturating_sub(height + 1), ..area };
    remarks::draw(app, theme, rest, buffer);
}

fn too_small(theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let words = format!(
        "whatif needs {LEAST_WIDTH} x {LEAST_HEIGHT} characters; this terminal has {} x {}.",
        area.width, area.height
    );
    let mut line = String::new();
    let mut y = area.y;
    let width = usize::from(area.width);
    for word in words.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            if y < area.bottom() {
                buffer.set_stringn(area.x, y, &line, width, theme.base);
            }
            y += 1;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if y < area.bottom() {
        buffer.set_stringn(area.x, y, &line, width, theme.base);
    }
}

fn header(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let catalog = &app.world.catalog;
    let scenario = app.scenario();
    let mut spans = vec![
        Span::styled(" whatif ", theme.chosen),
        Span::raw("  "),
        Span::styled(app.shown().name.clone(), theme.answer),
    ];
    if app.is_preview() {
        spans.push(Span::styled("  (preview)", theme.alert));
    } else if app.is_changed() {
        spans.push(Span::styled(" *", theme.knob));
    }
    let model = scenario.model.preset.map(|preset| catalog.model(preset));
    if let Some(mark) = model.and_then(|model| model.status.mark()) {
        spans.push(Span::styled(format!("  shape {mark}"), theme.alert));
    }
    if let Some(baseline) = &app.baseline {
        spans.push(Span::styled(format!("  {} vs {}", theme.glyphs.dot, baseline.name), theme.dim));
    }
    Line::from(spans).render(area, buffer);
}

/// The tabs, and where each stands.
fn tabs(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Vec<(u16, std::ops::Range<u16>, u8)> {
    let mut places = Vec::new();
    let mut x = area.x + 1;
    // A space, the number, a space, the title; and a space behind the last.
    let full: usize = View::ALL.iter().map(|view| view.title().len() + 3).sum::<usize>() + 2;
    let has_room = full <= usize::from(area.width);
    for (index, view) in View::ALL.into_iter().enumerate() {
        let title = if has_room { view.title() } else { view.short_title() };
        let text = format!("{} {title}", index + 1);
        let style = if view == app.view { theme.chosen } else { theme.dim };
        let width = text.chars().count() as u16;
        if x + width > area.right() {
            break;
        }
        buffer.set_string(x, area.y, &text, style);
        places.push((area.y, x..x + width, index as u8 + 1));
        x += width + 1;
    }
    places
}
