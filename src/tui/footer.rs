//! The last lines: what was done or is wrong, what the focused parameter means, which keys do something now.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget as _;

use crate::analysis::findings::{Severity, findings};
use crate::app::list::Line as ListLine;
use crate::app::{App, View};
use crate::keymap::{Action, readable};
use crate::scenario::step::{Direction, StepSize};
use crate::text::wrap::fit;
use crate::widgets::theme::Theme;

/// The one line for messages and alerts.
pub fn message(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width.saturating_sub(2));
    let (words, style) = if let Some(message) = &app.message {
        (message.text.clone(), if message.is_error { theme.alert } else { theme.base })
    } else if let Some(finding) = findings(&app.case).into_iter().next() {
        (finding.text, if finding.severity == Severity::Breach { theme.alert } else { theme.dim })
    } else {
        return;
    };
    let first_line = words.lines().next().unwrap_or_default();
    buffer.set_string(area.x + 1, area.y, fit(first_line, width), style);
}

/// Meaning and range of the focused parameter on the left, keys on the right; says where the hints stand.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Vec<(u16, Range<u16>, Action)> {
    let rule = theme.glyphs.horizontal.repeat(usize::from(area.width));
    buffer.set_string(area.x, area.y, rule, theme.track);
    let line = Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: 1 };
    if let Some(param) = app.focused() {
        let words = format!(" {}: {} ", param.path, param.allowed());
        buffer.set_stringn(area.x + 2, area.y, words, usize::from(line.width), theme.dim);
        Line::raw(fit(param.help, usize::from(line.width))).render(line, buffer);
    } else if let ListLine::Heading(group) = app.list.focused_line() {
        Line::raw(format!("{}: open it to see its sliders", group.title())).render(line, buffer);
    }
    hints(app, theme, Rect { y: area.y + 2, ..line }, buffer)
}

/// The actions that do something now, most useful first.
fn hints(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Vec<(u16, Range<u16>, Action)> {
    let on_heading = app.focused().is_none();
    let mut actions: Vec<(Action, &str)> = Vec::new();
    if app.view == View::Overview {
        if on_heading {
            actions.push((Action::Lock, "open"));
        } else {
            actions.push((Action::Step(Direction::Up, StepSize::Usual), "change"));
            actions.push((Action::Enter, "type"));
        }
    } else {
        actions.push((Action::Down, "choose"));
        actions.push((Action::NextSlider, "slider"));
    }
    if app.baseline.is_none() {
        actions.push((Action::Pin, "pin baseline"));
    } else {
        actions.push((Action::Swap, "swap baseline"));
    }
    if app.undo_label().is_some() {
        actions.push((Action::Undo, "undo"));
    }
    if app.is_changed() && !on_heading {
        actions.push((Action::ResetOne, "reset"));
    }
    actions.extend([(Action::Presets, "open"), (Action::Save, "save")]);
    // Whatever else there is room for, the way to help and the way out are always told.
    let always = [(Action::Help, "help"), (Action::Quit, "quit")];
    let needed: u16 = always.iter().map(|(action, label)| hint_width(*action, label) + 2).sum();
    let mut used = needed;
    actions.retain(|(action, label)| {
        let width = hint_width(*action, label) + 2;
        let fits = used + width <= area.width + 2;
        used += if fits { width } else { 0 };
        fits
    });
    actions.extend(always);
    let mut places = Vec::new();
    let mut x = area.x;
    for (action, label) in actions {
        let key = key_words(action);
        let width = hint_width(action, label);
        buffer.set_stringn(x, area.y, &key, usize::from(area.right().saturating_sub(x)), theme.key);
        buffer.set_string(x + key.chars().count() as u16 + 1, area.y, label, theme.base);
        places.push((area.y, x..x + width, action));
        x += width + 2;
    }
    places
}

/// The keys of a hint: both arrows where two actions are opposites.
fn key_words(action: Action) -> String {
    match action {
        Action::Step(..) => "Left Right".to_owned(),
        Action::Down => "Up Down".to_owned(),
        other => readable(other.key()),
    }
}

/// Columns of a hint.
fn hint_width(action: Action, label: &str) -> u16 {
    (key_words(action).chars().count() + 1 + label.chars().count()) as u16
}
