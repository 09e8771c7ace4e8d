//! The screen: a header, the three answers, panels, and a foot; over it an open dialog.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget as _;

use crate::analysis::answer::Answer;
use crate::analysis::changes::{Change, changes};
use crate::app::list::Line as ListLine;
use crate::app::state::{Panel, Room, State};
use crate::app::{App, dialog};
use crate::keymap::{Action, key_of};
use crate::text::wrap::{columns, fit};
use crate::tui::layout::{LEAST, LEAST_OF_ALL, Layout};
use crate::tui::mouse::{Map, Target};
use crate::tui::tabs::tabs;
use crate::tui::{cards, footer, present, sliders, small};
use crate::views::VIEWS;
use crate::views::scene::{Drawn, View};
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;
use crate::widgets::{frame, glyphs};

/// What the slider is that is seen below a view that has the focus.
const MOVED: &str = "Left Right still move ";
/// The same of a tree, in which they fold.
const MARKED: &str = "Esc goes back to ";
/// Columns of that slider at most.
const MOVED_WIDTH: u16 = 72;

/// The room that a terminal of this size has for what is shown.
pub fn room(columns: u16, rows: u16, app: &App) -> Room {
    if app.presentation.is_some() {
        return present::room(columns, rows);
    }
    if columns < LEAST.width || rows < LEAST.height {
        return Room { sliders: small::rows(rows), screen: Size::new(columns, rows), ..Room::default() };
    }
    Layout::new(Rect::new(0, 0, columns, rows), app.state.focus).room()
}

/// Draws everything and says where things are.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Map {
    let mut map = Map::default();
    frame::ground(theme, buffer);
    if area.width < LEAST_OF_ALL.width || area.height < LEAST_OF_ALL.height {
        let words = format!(
            "whatif needs {} x {} characters; this terminal has {} x {}.",
            LEAST_OF_ALL.width, LEAST_OF_ALL.height, area.width, area.height
        );
        paragraph(&words, theme.base, area, buffer);
    } else if let Some(presentation) = &app.presentation {
        present::draw(app, presentation, theme, area, &mut map, buffer);
    } else if area.width < LEAST.width || area.height < LEAST.height {
        small::draw(app, theme, area, &mut map, buffer);
    } else {
        whole(app, theme, area, &mut map, buffer);
    }
    if theme.ascii {
        glyphs::to_ascii(buffer);
    }
    map
}

fn whole(app: &App, theme: &Theme, area: Rect, map: &mut Map, buffer: &mut Buffer) {
    let state = &app.state;
    let layout = Layout::new(area, state.focus);
    header(state, theme, layout.header, buffer);
    cards::draw(state, theme, layout.cards, buffer);
    for (card, answer) in
        layout.cards.into_iter().zip([Answer::TrainingCost, Answer::DailyCost, Answer::InferenceShare])
    {
        map.hits.push((card, Target::Card(answer)));
    }
    let line = layout.tabs;
    let room = Rect { x: line.x + 1, width: line.width - 2, ..line };
    tabs(state, layout.view.is_some(), theme, room, map).render(room, buffer);
    panels(state, theme, &layout, map, buffer);
    footer::message(state, app.dialog.is_none(), theme, layout.message, buffer);
    match (state.focus, state.list.focused_line()) {
        // What a view is about is on its border: the slider that keys go on moving is seen instead.
        (Panel::View, ListLine::Param(param)) => {
            let line = layout.meaning;
            let words = if state.content.folds() { MARKED } else { MOVED };
            let label = columns(words) as u16;
            buffer.set_string(line.x + 1, line.y, words, theme.dim);
            let width = (line.width - 2 - label).min(MOVED_WIDTH);
            let row = Rect { x: line.x + 1 + label, width, ..line };
            sliders::slider(state, theme, param, true, row, map, buffer);
        }
        _ => footer::meaning(state, theme, layout.meaning, buffer),
    }
    match &app.dialog {
        None => footer::hints(state, theme, layout.hints, map, buffer),
        Some(open) => {
            map.hits.push((area, Target::Covered));
            let room = if open.face().is_whole { area } else { layout.body };
            map.dialog(dialog::draw(open.as_ref(), state, theme, room, map.slider, buffer));
        }
    }
}

/// Sliders, view and figures, those that have room.
fn panels(state: &State, theme: &Theme, layout: &Layout, map: &mut Map, buffer: &mut Buffer) {
    if let Some(area) = layout.sliders {
        let has_focus = state.focus == Panel::Sliders;
        map.hits.push((area, Target::Panel(Panel::Sliders)));
        let title = format!(" Sliders {} height: {} ", glyphs::DOT, state.answer.label());
        let inner = frame::panel(
            &Line::styled(title, if has_focus { theme.lit } else { theme.dim }),
            has_focus,
            theme,
            area,
            buffer,
        );
        if let Some(seen) = sliders::draw(state, theme, inner, map, buffer) {
            frame::note(&seen, theme, area, buffer);
        }
    }
    if let Some(area) = layout.view {
        map.hits.push((area, Target::Panel(Panel::View)));
        let View { title, help, .. } = VIEWS[state.view];
        let room = usize::from(area.width) - 4;
        let words = [help, title].into_iter().find(|words| columns(words) + 2 <= room).unwrap_or(title);
        let style = if state.focus == Panel::View { theme.lit } else { theme.dim };
        let title = Line::styled(format!(" {words} "), style);
        content(state, Panel::View, &title, theme, area, map, buffer);
    }
    if let Some(area) = layout.figures {
        map.hits.push((area, Target::Panel(Panel::Figures)));
        let style = if state.focus == Panel::Figures { theme.lit } else { theme.dim };
        let title = Line::styled(" Figures ", style);
        content(state, Panel::Figures, &title, theme, area, map, buffer);
    }
}

/// The panel of the view, or that of the figures.
fn content(
    state: &State,
    panel: Panel,
    title: &Line,
    theme: &Theme,
    area: Rect,
    map: &mut Map,
    buffer: &mut Buffer,
) {
    let (content, row) = state.content_of(panel);
    let has_focus = state.focus == panel;
    let inner = frame::panel(title, has_focus, theme, area, buffer);
    let theme = if has_focus { *theme } else { theme.resting() };
    let Drawn { seen, hits } = content.draw(&state.scene(), row, &theme, inner, buffer);
    map.hits.extend(hits.into_iter().map(|(area, hit)| (area, Target::Hit(panel, hit))));
    if let Some(seen) = seen {
        frame::note(&seen, &theme, area, buffer);
    }
}

/// Program and scenario; what has changed since the start or the baseline.
fn header(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let sign = if state.is_preview() {
        Some(Span::styled("  (preview)", theme.warning))
    } else {
        state.is_changed().then(|| Span::styled(" *", theme.knob))
    };
    let shape = state.case.model().and_then(|model| model.status.mark());
    let shape = shape.map(|mark| Span::styled(format!("  shape {mark}"), theme.warning));
    let signs: Vec<Span> = sign.into_iter().chain(shape).collect();
    let find = format!("{} find  {} help ", key_of(Action::Find), key_of(Action::Help));
    let program = Span::styled(" whatif ", theme.chosen);
    let kept = signs.iter().chain([&program]).map(Span::width).sum::<usize>() + columns(&find) + 4;
    let name = fit(&state.shown().name, usize::from(area.width).saturating_sub(kept));
    let spans = [program, Span::raw("  "), Span::styled(name, theme.answer)];
    let line: Line = spans.into_iter().chain(signs).collect();
    let used = line.width() as u16 + 3;
    line.render(area, buffer);
    let end = area.right().saturating_sub(columns(&find) as u16);
    buffer.set_string(end, area.y, &find, theme.dim);
    let room = usize::from(end.saturating_sub(area.x + used + 2));
    buffer.set_string(area.x + used, area.y, since(state, room), theme.dim);
}

/// What differs from the start or the baseline: each parameter from what to what, as many as there is room for, and how
/// many more.
fn since(state: &State, room: usize) -> String {
    let (before, now) = (&state.compared().case.scenario, state.scenario());
    let catalog = state.case.catalog();
    let changes = changes(before, now);
    let words = |change: &Change| {
        let [from, to] = [before, now]
            .map(|scenario| sliders::brief(change.param, change.param.effective(scenario, catalog), catalog));
        format!("{} {from} {} {to}", change.param.label, glyphs::ARROW)
    };
    let words: Vec<String> = changes.iter().map(words).collect();
    let count = words.len();
    let origin = match &state.baseline {
        Some(baseline) if count == 0 => return fit(&format!("baseline: {}", baseline.name), room),
        None if count == 0 => return String::new(),
        Some(_) => "since the baseline",
        None => "since start",
    };
    let all = format!("{origin}: {}", words.join(", "));
    let some =
        (1..count).rev().map(|shown| format!("{} and {} more", words[..shown].join(", "), count - shown));
    let counted = if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
    let tries = [all, words.join(", ")].into_iter().chain(some);
    let tries = tries.chain([format!("{counted} {origin}"), counted]);
    tries.into_iter().find(|words| columns(words) <= room).unwrap_or_default()
}
