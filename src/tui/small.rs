//! A terminal too small for panels: the three answers and as many sliders as have room.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::text::Line;
use ratatui_core::widgets::Widget as _;

use crate::analysis::answer::Answer;
use crate::app::state::Panel;
use crate::app::{App, dialog};
use crate::text::wrap::{align_right, fit, pad};
use crate::tui::cards::change;
use crate::tui::mouse::{Map, Target};
use crate::tui::{footer, sliders};
use crate::widgets::theme::Theme;

/// Columns of an answer's name.
const LABEL: usize = 19;
/// The answers, by the names of their cards.
const ANSWERS: [(&str, Answer); 3] = [
    ("Training, once", Answer::TrainingCost),
    ("Inference, per day", Answer::DailyCost),
    ("Inference's share", Answer::InferenceShare),
];

/// From this height on, empty rows are around the answers.
const LOOSE: u16 = 16;
/// Rows of the message and the hints.
const FOOT: u16 = 2;

/// Rows above the answers of a screen with so many: the name, and an empty one.
fn above(screen: u16) -> u16 {
    if screen < LOOSE { 1 } else { 2 }
}

/// Rows above the sliders.
fn head(screen: u16) -> u16 {
    2 * above(screen) + ANSWERS.len() as u16 - 1
}

/// Rows of the list of sliders on a screen with so many.
pub(super) fn rows(screen: u16) -> u16 {
    screen.saturating_sub(head(screen) + FOOT).max(1)
}

/// Draws a name, the answers, the sliders around the focused one and the hints.
pub fn draw(app: &App, theme: &Theme, area: Rect, map: &mut Map, buffer: &mut Buffer) {
    let state = &app.state;
    let width = usize::from(area.width);
    let line = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    Line::styled(fit(&state.shown().name, width), theme.answer).render(line(0), buffer);
    for (y, (label, answer)) in (above(area.height)..).zip(ANSWERS) {
        let words = format!("{}{}", pad(label, LABEL), align_right(&state.figures.words(answer), 9));
        Line::styled(words, theme.base).render(line(y), buffer);
        if let Some((words, style)) = change(state, answer, theme) {
            buffer.set_stringn(area.x + LABEL as u16 + 11, line(y).y, words, width - LABEL - 11, style);
        }
        map.hits.push((line(y), Target::Card(answer)));
    }
    let list = Rect { y: line(head(area.height)).y, height: rows(area.height), ..area };
    map.hits.push((list, Target::Panel(Panel::Sliders)));
    sliders::draw(state, theme, list, map, buffer);
    footer::message(state, app.dialog.is_none(), theme, line(list.bottom() - area.y), buffer);
    let last = line(area.height - 1);
    match &app.dialog {
        None => footer::hints(state, theme, last, map, buffer),
        Some(open) => {
            map.hits.push((area, Target::Covered));
            map.dialog(dialog::draw(open.as_ref(), state, theme, area, map.slider, buffer));
        }
    }
}
