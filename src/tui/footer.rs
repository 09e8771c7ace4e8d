//! The last lines: what was done or is wrong, what the focused parameter means, which keys do something here.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget as _;

use crate::analysis::answer::Answer;
use crate::analysis::findings::{Finding, Severity};
use crate::app::hints;
use crate::app::list::Line as ListLine;
use crate::app::state::{Panel, State};
use crate::catalog::GpuPreset;
use crate::keymap::{Action, Place};
use crate::scenario::ParamId;
use crate::scenario::step::{Direction, StepSize};
use crate::text::wrap::{columns, fit, fit_longest};
use crate::tui::mouse::{Map, Target};
use crate::views::scene::Hint;
use crate::views::{COMPARE, KEYMAP, LEVERS, VIEWS};
use crate::widgets::glyphs;
use crate::widgets::theme::Theme;

/// Always shown, whatever else there is room for: how to find everything, and how to quit.
const ALWAYS: [Hint; 3] = [(&[Action::Find], "find"), (&[Action::Help], "help"), (&[Action::Quit], "quit")];
/// The keys that move a slider.
const CHANGE: [Action; 2] =
    [Action::Step(Direction::Down, StepSize::Usual), Action::Step(Direction::Up, StepSize::Usual)];

/// The one line for messages and alerts; without any, what one could do next.
///
/// `is_free` where no dialog has hints of its own.
pub fn message(state: &State, is_free: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width.saturating_sub(2));
    let alert = state.findings.first().filter(|finding| finding.is_alert());
    let (words, style) = match (&state.message, alert) {
        // Of what went wrong, the path is cut rather than the reason.
        (Some(message), _) if message.is_error => {
            (fit_longest(first_line(&message.text), width), theme.warning)
        }
        (Some(message), _) => (message.text.clone(), theme.better),
        (None, Some(finding)) => {
            let breach = finding.severity == Severity::Breach;
            (whole(state, finding, width), if breach { theme.warning } else { theme.dim })
        }
        (None, None) if is_free => (next(state, width), theme.dim),
        (None, None) => return,
    };
    buffer.set_string(area.x + 1, area.y, fit(first_line(&words), width), style);
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// An alert, the problem before what would help; where it is cut or not the only one, with the key that shows all.
fn whole(state: &State, finding: &Finding, width: usize) -> String {
    let others = state.findings.iter().filter(|finding| finding.is_alert()).count() - 1;
    let key = KEYMAP.key(&[Place::Screen], Action::Alerts);
    let end = match (others, columns(&finding.text) > width) {
        (0, false) => return finding.text.clone(),
        (0, true) => format!(" ({key}: whole message)"),
        (others, false) => format!(" ({key}: {others} more)"),
        (others, true) => format!(" ({key}: whole message, {others} more)"),
    };
    fit(&finding.text, width.saturating_sub(columns(&end))) + &end
}

/// What one could do next in this place: as much of it as there is room for.
fn next(state: &State, width: usize) -> String {
    let key = |action| KEYMAP.key(&[Place::Screen], action);
    let answer = state.answer.label();
    let come = if state.answer.is_plural() { "come" } else { "comes" };
    let ideas = match state.focus {
        Panel::Figures => vec![
            format!("{} shows where the chosen figure comes from", key(Action::Explain)),
            format!("{} sets a goal for the chosen figure", key(Action::GoalSeek)),
            format!("{} copies all of them, with the command line", key(Action::Copy)),
        ],
        Panel::View => vec![
            format!("{} shows where the {answer} {come} from", key(Action::Explain)),
            format!("{} goes on with another figure", key(Action::NextAnswer)),
            format!("{} copies the figures", key(Action::Copy)),
        ],
        Panel::Sliders if state.draft.is_some() => vec![
            format!("{} adds this to the deck", key(Action::AddStep)),
            format!("{} lists its steps", key(Action::Steps)),
            format!("{} presents it", key(Action::Present)),
            format!("{} shows what each change did", key(Action::View(COMPARE))),
        ],
        Panel::Sliders if state.is_changed() => vec![
            format!("{} shows what each change did", key(Action::View(COMPARE))),
            format!("{} makes it a step of a deck", key(Action::AddStep)),
            format!("{} keeps this to compare", key(Action::Keep)),
            format!("{} copies it with the command line", key(Action::Copy)),
            format!("{} saves it", key(Action::Save)),
        ],
        Panel::Sliders => vec![
            format!("{} shows what would save most", key(Action::View(LEVERS))),
            format!("{} sets a goal for the {answer}", key(Action::GoalSeek)),
            format!(
                "{} shows where {} from",
                key(Action::Explain),
                if state.answer.is_plural() { "they come" } else { "it comes" }
            ),
        ],
    };
    let longer = |words: String, idea: String| {
        let all = format!("{words} {} {idea}", glyphs::DOT);
        if columns(&all) <= width { all } else { words }
    };
    ideas.into_iter().reduce(longer).unwrap_or_default()
}

/// What the focused parameter means and can be, what a figure is, or what a view shows.
pub fn meaning(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let line = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let width = usize::from(line.width);
    let words = match (state.focus, state.list.focused_line()) {
        (Panel::Figures, _) => {
            let meaning = state.pointed_answer().map_or("", Answer::meaning);
            Line::styled(fit(meaning, width), theme.base)
        }
        (Panel::View, _) => Line::styled(fit(VIEWS[state.view].help, width), theme.base),
        (Panel::Sliders, ListLine::Param(param)) => {
            let allowed = format!("  {} ({})", allowed(param, state), param.path);
            let help = fit(param.help, width);
            let room = width.saturating_sub(columns(&help));
            let allowed = if columns(&allowed) <= room { allowed } else { String::new() };
            Line::from(vec![Span::styled(help, theme.base), Span::styled(allowed, theme.dim)])
        }
        (Panel::Sliders, ListLine::Heading(group)) => {
            Line::styled(format!("{}: open to see its sliders", group.title()), theme.base)
        }
    };
    words.render(line, buffer);
}

/// What a parameter may be; of the accelerator of the first screen, what each work is done on.
fn allowed(param: ParamId, state: &State) -> String {
    let case = &state.case;
    if param == ParamId::HardwareGpu {
        let [serves, trains] = [case.serving_gpu(), case.training_gpu()].map(GpuPreset::short_name);
        return format!("serving on {serves}, training on {trains}");
    }
    param.allowed()
}

/// What the keys do here, and where to click for it.
pub fn hints(state: &State, theme: &Theme, area: Rect, map: &mut Map, buffer: &mut Buffer) {
    let line = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let hints = of_the_place(state);
    let drawn = hints::draw(&hints, ALWAYS.len(), state.places(), theme, line, buffer);
    map.hits.extend(drawn.into_iter().map(|(area, action)| (area, Target::Do(action))));
}

/// The actions that do something now, most useful first.
fn of_the_place(state: &State) -> Vec<Hint> {
    let mut hints: Vec<Hint> = match state.focus {
        Panel::Sliders if state.focused().is_some() => vec![
            (&CHANGE, "move"),
            (&[Action::Enter], "type"),
            (&[Action::GoalSeek], "goal"),
            (&[Action::Explain], "why"),
        ],
        Panel::Sliders => vec![(&[Action::Lock], "open")],
        Panel::View => state.content.hints().to_vec(),
        Panel::Figures => state.panel.hints().to_vec(),
    };
    if state.applies(Action::Undo) {
        hints.push((&[Action::Undo], "undo"));
    }
    hints.push((&[Action::NextPanel], "next panel"));
    if state.focus != Panel::Sliders {
        hints.push((&[Action::Escape], "sliders"));
    }
    match state.baseline {
        None => hints.push((&[Action::Pin], "pin")),
        Some(_) => {
            hints.extend([
                (&[Action::Pin][..], "pin again"),
                (&[Action::Unpin], "unpin"),
                (&[Action::Swap], "swap"),
            ]);
        }
    }
    if state.applies(Action::ResetOne) && state.focus == Panel::Sliders {
        hints.push((&[Action::ResetOne], "reset"));
    }
    hints.extend([(&[Action::Presets][..], "open"), (&[Action::Save], "save"), (&[Action::Copy], "copy")]);
    hints.extend(ALWAYS);
    hints
}
