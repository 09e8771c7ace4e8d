//! The last lines: what was done or is wrong, what the focused parameter means, which keys do something now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget as _;

use crate::analysis::findings::Severity;
use crate::app::hints::{self, Hint, HintPlace};
use crate::app::list::Line as ListLine;
use crate::app::state::State;
use crate::keymap::{Action, Place};
use crate::scenario::step::{Direction, StepSize};
use crate::text::wrap::fit;
use crate::views::OVERVIEW;
use crate::widgets::theme::Theme;

/// Always shown, whatever else there is room for: how to get help, and how to quit.
const ALWAYS: [Hint; 2] = [(&[Action::Help], "help"), (&[Action::Quit], "quit")];
/// The keys that move a slider.
const CHANGE: [Action; 2] =
    [Action::Step(Direction::Down, StepSize::Usual), Action::Step(Direction::Up, StepSize::Usual)];

/// The one line for messages and alerts.
pub fn message(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (words, style) = match (&state.message, state.findings.first()) {
        (Some(message), _) => (&message.text, if message.is_error { theme.alert } else { theme.base }),
        (None, Some(finding)) => {
            let breach = finding.severity == Severity::Breach;
            (&finding.text, if breach { theme.alert } else { theme.dim })
        }
        (None, None) => return,
    };
    let first_line = words.lines().next().unwrap_or_default();
    let width = usize::from(area.width.saturating_sub(2));
    buffer.set_string(area.x + 1, area.y, fit(first_line, width), style);
}

/// Meaning and range of the focused parameter, and below it the hints where there are any; says where they are.
pub fn draw(
    state: &State,
    has_hints: bool,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Vec<HintPlace> {
    let rule = theme.glyphs.horizontal.repeat(usize::from(area.width));
    buffer.set_string(area.x, area.y, rule, theme.track);
    let line = Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: 1 };
    if let Some(param) = state.focused() {
        let words = format!(" {}: {} ", param.path, param.allowed());
        buffer.set_stringn(area.x + 2, area.y, words, usize::from(line.width), theme.dim);
        Line::raw(fit(param.help, usize::from(line.width))).render(line, buffer);
    } else if let ListLine::Heading(group) = state.list.focused_line() {
        Line::raw(format!("{}: open to see its sliders", group.title())).render(line, buffer);
    }
    if !has_hints {
        return Vec::new();
    }
    let hints = hints(state);
    hints::draw(&hints, ALWAYS.len(), &[Place::Screen], theme, Rect { y: area.y + 2, ..line }, buffer)
}

/// The actions that do something now, most useful first.
fn hints(state: &State) -> Vec<Hint> {
    let mut hints: Vec<Hint> = if state.view != OVERVIEW {
        vec![(&[Action::Up, Action::Down], "choose"), (&[Action::NextSlider], "slider")]
    } else if state.focused().is_some() {
        vec![(&CHANGE, "change"), (&[Action::Enter], "type")]
    } else {
        vec![(&[Action::Lock], "open")]
    };
    hints.push(match state.baseline {
        None => (&[Action::Pin], "pin baseline"),
        Some(_) => (&[Action::Swap], "swap baseline"),
    });
    if state.applies(Action::Undo) {
        hints.push((&[Action::Undo], "undo"));
    }
    if state.applies(Action::ResetOne) {
        hints.push((&[Action::ResetOne], "reset"));
    }
    hints.extend([(&[Action::Presets][..], "open"), (&[Action::Save], "save")]);
    hints.extend(ALWAYS);
    hints
}
