//! A deck in front of people: one idea a screen, read from the end of the room. No hint lines but the page and the keys.

mod body;
mod figure;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::deck::Deck;
use crate::analysis::deck::stage::Stage;
use crate::app::presentation::{Aid, Presentation};
use crate::app::state::{Room, State};
use crate::app::{App, dialog, hints};
use crate::keymap::{Action, Place};
use crate::scenario::step::{Direction, StepSize};
use crate::text::wrap::{columns, fit, fit_longest, wrapped};
use crate::tui::mouse::{Map, Target};
use crate::tui::present::body::Body;
use crate::tui::sliders;
use crate::views::KEYMAP;
use crate::views::scene::Hint;
use crate::widgets::frame;
use crate::widgets::theme::Theme;

/// The screens on which every step of a deck must have room.
pub const SCREENS: [Size; 3] = [Size::new(80, 24), Size::new(100, 28), Size::new(160, 45)];
/// Columns at both sides, as a share of the screen.
const MARGIN: u16 = 32;
/// Rows of the header and of the foot, with the empty one beside each.
const EDGE: u16 = 2;
/// The most lines of what the presenter says.
const MOST_NOTES: usize = 6;
/// The least columns of a slider.
const LEAST_SLIDER: u16 = 40;

/// The parts of the screen.
struct Layout {
    header: Rect,
    body: Rect,
    foot: Rect,
}

impl Layout {
    fn new(screen: Rect) -> Self {
        let margin = (screen.width / MARGIN).max(1);
        let inner = Rect { x: screen.x + margin, width: screen.width.saturating_sub(2 * margin), ..screen };
        let line = |y: u16| Rect { y: y.min(screen.bottom()), height: screen.height.min(1), ..inner };
        Self {
            header: line(screen.y),
            body: Rect {
                y: inner.y + EDGE.min(inner.height),
                height: inner.height.saturating_sub(2 * EDGE),
                ..inner
            },
            foot: line(screen.bottom().saturating_sub(1)),
        }
    }
}

/// The room that a terminal of this size has in front of people: one slider, and a view as large as the step.
pub fn room(columns: u16, rows: u16) -> Room {
    let layout = Layout::new(Rect::new(0, 0, columns, rows));
    Room { sliders: 1, view: layout.body.as_size(), screen: Size::new(columns, rows), ..Room::default() }
}

/// What of each step has no room on a screen of a size.
pub fn overflow(deck: &Deck, stages: &[Stage], size: Size) -> Vec<Option<String>> {
    let room = Layout::new(Rect::from((ratatui_core::layout::Position::ORIGIN, size))).body.as_size();
    let told = deck.steps.iter().enumerate().map(|(index, step)| {
        let before = index.checked_sub(1).filter(|_| step.start.is_none()).map(|before| &stages[before]);
        Body::new(step, &stages[index], before).overflow(room, false)
    });
    told.collect()
}

/// Draws the step that is shown, and over it an open dialog.
pub fn draw(
    app: &App,
    presentation: &Presentation,
    theme: &Theme,
    area: Rect,
    map: &mut Map,
    buffer: &mut Buffer,
) {
    if presentation.has(Aid::Blank) {
        return;
    }
    let state = &app.state;
    let layout = Layout::new(area);
    header(presentation, theme, layout.header, buffer);
    let (step, stage) = (presentation.step(), presentation.stage());
    let mut room = layout.body;
    if presentation.has(Aid::Notes) {
        room.height -= notes(&step.say, theme, layout.body, buffer);
    }
    let body = if presentation.has(Aid::Spotlight) {
        Body::spotlight(step, stage)
    } else {
        Body::new(step, stage, presentation.before())
    };
    if let Some(place) = body.draw(theme, room, buffer) {
        // Nothing is chosen in front of people.
        let plain = Theme { chosen: theme.base, ..*theme };
        state.content.present(&state.scene(), &plain, place, buffer);
    }
    foot(state, presentation, theme, layout.foot, map, buffer);
    if let Some(open) = &app.dialog {
        map.hits.push((area, Target::Covered));
        let room =
            if open.face().is_whole { area } else { Rect { height: area.height.saturating_sub(1), ..area } };
        map.dialog(dialog::draw(open.as_ref(), state, theme, room, map.slider, buffer));
    }
}

/// The deck, and which step of how many; what is typed, what was turned.
fn header(presentation: &Presentation, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let count = presentation.deck().steps.len();
    let mut right = format!("{} / {count}", presentation.place() + 1);
    if presentation.has(Aid::Clock) {
        right = format!("{} min   {right}", presentation.minutes());
    }
    let turned = KEYMAP.key(&[Place::Presenting], Action::Escape);
    let sign = if !presentation.typed.is_empty() {
        format!("go to {}", presentation.typed)
    } else if !presentation.is_turned(presentation.place()) {
        String::new()
    } else if presentation.has(Aid::Spotlight) {
        "turned".to_owned()
    } else {
        format!("turned: {turned} shows it as written")
    };
    let width = usize::from(line.width);
    let x = line.right().saturating_sub(columns(&right) as u16);
    buffer.set_stringn(x, line.y, &right, width, theme.dim);
    let x = x.saturating_sub(columns(&sign) as u16 + 3).max(line.x);
    buffer.set_stringn(x, line.y, &sign, width, theme.knob);
    let room = usize::from(x.saturating_sub(line.x + 1));
    buffer.set_string(line.x, line.y, fit(&presentation.deck().title, room), theme.dim);
}

/// What the presenter says, at the foot of the step; gives the rows that it takes.
fn notes(say: &str, theme: &Theme, room: Rect, buffer: &mut Buffer) -> u16 {
    let say = if say.is_empty() { "no notes for this step" } else { say };
    let lines = say.lines().map(|line| wrapped(line, usize::from(room.width.saturating_sub(4))).len());
    let height = (lines.sum::<usize>().min(MOST_NOTES) as u16 + 2).min(room.height);
    let area = Rect { y: room.bottom() - height, height, ..room };
    let inner = frame::dialog("Notes", theme, area, buffer);
    crate::widgets::text::paragraph(say, theme.base, inner, buffer);
    height
}

/// The slider that is turned, a message in its place, and the keys.
fn foot(
    state: &State,
    presentation: &Presentation,
    theme: &Theme,
    line: Rect,
    map: &mut Map,
    buffer: &mut Buffer,
) {
    const NOTES: Hint = (&[Action::Notes], "notes");
    const OTHER: Hint = (&[Action::Up, Action::Down], "other slider");
    const TURN: Hint = (
        &[Action::Step(Direction::Up, StepSize::Usual), Action::Step(Direction::Down, StepSize::Usual)],
        "turn",
    );
    const TYPE: Hint = (&[Action::Enter], "type");
    const KEYS: Hint = (&[Action::Help], "keys");
    // Those that come first are left out first.
    let mut hints = Vec::new();
    if !presentation.step().say.is_empty() {
        hints.push(NOTES);
    }
    if presentation.asked().len() > 1 {
        hints.push(OTHER);
    }
    if presentation.chosen().is_some() {
        hints.extend([TURN, TYPE]);
    }
    hints.push(KEYS);
    let keys = |actions: &[Action]| -> usize {
        actions.iter().map(|action| columns(&KEYMAP.key(&[Place::Presenting], *action)) + 1).sum()
    };
    let widths: Vec<usize> =
        hints.iter().map(|(actions, words)| keys(actions) + columns(words) + 2).collect();
    let message = state.message.as_ref().map(|message| columns(&message.text) + 1);
    let most = usize::from(line.width).saturating_sub(message.unwrap_or(usize::from(LEAST_SLIDER)));
    let first = (0..hints.len()).find(|first| widths[*first..].iter().sum::<usize>() <= most);
    let first = first.unwrap_or(hints.len() - 1);
    let width = (widths[first..].iter().sum::<usize>() as u16).min(line.width);
    let place = Rect { x: line.right() - width + 2.min(width), width: width.saturating_sub(2), ..line };
    let drawn = hints::draw(&hints[first..], 1, &[Place::Presenting], theme, place, buffer);
    map.hits.extend(drawn.into_iter().map(|(area, action)| (area, Target::Do(action))));
    let left = Rect { width: line.width - width, ..line };
    match (&state.message, presentation.chosen()) {
        (Some(message), _) => {
            let style = if message.is_error { theme.warning } else { theme.better };
            buffer.set_string(left.x, left.y, fit_longest(&message.text, usize::from(left.width)), style);
        }
        (None, Some(param)) if left.width >= LEAST_SLIDER => {
            sliders::slider(state, theme, param, true, left, map, buffer);
        }
        _ => {}
    }
}
