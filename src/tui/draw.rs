//! The screen.
//!
//! ```text
//! ┌ header: program, scenario, marks ────────────────────────────────┐
//! │ tabs                                                             │
//! │ sliders, or the current view │ the three answers                 │
//! │                              │ figures                           │
//! │ alert or message                                                 │
//! │ footer: focused parameter ………………………………………………… keys              │
//! └──────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Wide terminals show the view between the sliders and the answers. Below 80x24, one sentence says what is needed.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget as _};

use crate::app::hints::HintPlace;
use crate::app::list::Line as ListLine;
use crate::app::state::{Room, State};
use crate::app::{App, dialog};
use crate::text::wrap::columns;
use crate::tui::sliders::SliderRow;
use crate::tui::{answers, figures, footer, sliders};
use crate::views::overview::chart;
use crate::views::{OVERVIEW, VIEWS};
use crate::widgets::stack;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// The fewest columns supported.
pub const LEAST_WIDTH: u16 = 80;
/// The fewest rows supported.
pub const LEAST_HEIGHT: u16 = 24;
/// Rows above and below the body.
const ROWS_AROUND_BODY: u16 = 7;
/// Columns of the answers.
const ANSWERS_WIDTH: u16 = 36;
/// From this width on, the view is between the sliders and the answers.
const WIDE: u16 = 132;

/// Where things are, for the mouse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map {
    pub sliders: Vec<SliderRow>,
    /// Tabs: row, columns, place in the list of views.
    pub tabs: Vec<(u16, Range<u16>, usize)>,
    /// Hints: of the open dialog, else of the screen.
    pub hints: Vec<HintPlace>,
}

/// The parts of the screen between header and footer.
struct Body {
    /// Sliders; where the view takes their place, one slider above it.
    sliders: Rect,
    view: Rect,
    answers: Rect,
    figures: Rect,
    /// The view is next to the sliders.
    is_wide: bool,
}

impl Body {
    fn of(screen: Rect) -> Self {
        let is_wide = screen.width >= WIDE;
        let height = screen.height.saturating_sub(ROWS_AROUND_BODY);
        let answers_width = if is_wide { ANSWERS_WIDTH + 6 } else { ANSWERS_WIDTH };
        let left =
            Rect { y: screen.y + 3, width: screen.width.saturating_sub(answers_width + 2), height, ..screen };
        let right = Rect { x: left.right() + 2, width: answers_width - 1, ..left };
        let answers = Rect { height: answers::HEIGHT.min(height), ..right };
        let figures =
            Rect { y: answers.bottom() + 1, height: height.saturating_sub(answers::HEIGHT + 1), ..right };
        let (sliders, view) = if is_wide {
            let sliders = Rect { width: left.width.min(62).min(left.width / 2 + 4), ..left };
            let x = sliders.right() + 3;
            (sliders, Rect { x, width: left.right() - x, ..left })
        } else {
            let (width, height) = (left.width.saturating_sub(1), left.height.saturating_sub(2));
            (left, Rect { x: left.x + 1, y: left.y + 2, width, height })
        };
        Self { sliders, view, answers, figures, is_wide }
    }
}

/// The room that a terminal of this size has.
pub fn room(columns: u16, rows: u16) -> Room {
    let body = Body::of(Rect::new(0, 0, columns, rows));
    Room { sliders: body.sliders.height, view: body.view.as_size() }
}

/// Draws everything and says where things are.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Map {
    let mut map = Map::default();
    let state = &app.state;
    Block::new().style(theme.base).render(area, buffer);
    if area.width < LEAST_WIDTH || area.height < LEAST_HEIGHT {
        let words = format!(
            "whatif needs {LEAST_WIDTH} x {LEAST_HEIGHT} characters; this terminal has {} x {}.",
            area.width, area.height
        );
        paragraph(&words, theme.base, area, buffer);
        return map;
    }
    let row = |y: u16| Rect { y, height: 1, ..area };
    header(state, theme, row(area.y), buffer);
    map.tabs = tabs(state, theme, row(area.y + 1), buffer);
    map.sliders = body(state, theme, &Body::of(area), buffer);
    footer::message(state, theme, row(area.bottom() - 4), buffer);
    let foot = Rect { y: area.bottom() - 3, height: 3, ..area };
    map.hints = footer::draw(state, app.dialog.is_none(), theme, foot, buffer);
    if let Some(open) = &app.dialog {
        let focus = state.list.focused_line();
        let slider = map.sliders.iter().find(|row| row.line == focus).map(|row| row.y);
        map.hints = dialog::draw(open.as_ref(), state, theme, area, slider, buffer);
    }
    map
}

/// Draws sliders, view, answers and figures, and says where the sliders are.
fn body(state: &State, theme: &Theme, body: &Body, buffer: &mut Buffer) -> Vec<SliderRow> {
    answers::draw(state, theme, body.answers, buffer);
    figures::draw(state, theme, body.figures, buffer);
    let mut view = |area| state.content.draw(&state.scene(), state.row, theme, area, buffer);
    if body.is_wide {
        view(body.view);
        sliders::draw(state, theme, body.sliders, buffer)
    } else if state.view != OVERVIEW {
        view(body.view);
        match state.list.focused_line() {
            ListLine::Param(index) => {
                let row = Rect { height: 1, ..body.sliders };
                vec![sliders::slider(state, theme, index, true, row, buffer)]
            }
            ListLine::Heading(_) => Vec::new(),
        }
    } else {
        // What the sliders leave below them is the chart's, where that is enough.
        let lines = state.list.lines().len() as u16;
        let spare = body.sliders.height.saturating_sub(lines + 1);
        if spare < stack::LEAST_HEIGHT {
            return sliders::draw(state, theme, body.sliders, buffer);
        }
        let below = Rect { y: body.sliders.bottom() - spare, height: spare, ..body.sliders };
        chart(&state.scene(), theme, below, buffer);
        sliders::draw(state, theme, Rect { height: lines, ..body.sliders }, buffer)
    }
}

fn header(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut spans = vec![
        Span::styled(" whatif ", theme.chosen),
        Span::raw("  "),
        Span::styled(state.shown().name.as_str(), theme.answer),
    ];
    if state.is_preview() {
        spans.push(Span::styled("  (preview)", theme.alert));
    } else if state.is_changed() {
        spans.push(Span::styled(" *", theme.knob));
    }
    if let Some(mark) = state.case.model().and_then(|model| model.status.mark()) {
        spans.push(Span::styled(format!("  shape {mark}"), theme.alert));
    }
    if let Some(baseline) = &state.baseline {
        spans.push(Span::styled(format!("  {} vs {}", theme.glyphs.dot, baseline.name), theme.dim));
    }
    Line::from(spans).render(area, buffer);
}

/// The tabs, and where each one is.
fn tabs(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Vec<(u16, Range<u16>, usize)> {
    let mut places = Vec::new();
    let mut x = area.x + 1;
    // A key, a space, the title, and a space behind it.
    let full: usize = VIEWS.iter().map(|view| columns(view.title) + 3).sum::<usize>() + 2;
    let has_room = full <= usize::from(area.width);
    for (index, view) in VIEWS.iter().enumerate() {
        let title = if has_room { view.title } else { view.short_title };
        let text = format!("{} {title}", view.keys[0]);
        let style = if index == state.view { theme.chosen } else { theme.dim };
        let width = columns(&text) as u16;
        if x + width > area.right() {
            break;
        }
        buffer.set_string(x, area.y, &text, style);
        places.push((area.y, x..x + width, index));
        x += width + 1;
    }
    places
}
