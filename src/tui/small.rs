//! A terminal too small for panels: the three answers and the focused slider.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget as _;

use crate::analysis::answer::Answer;
use crate::app::list::Line as ListLine;
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

/// Draws a name, the answers, the focused slider and the hints.
pub fn draw(app: &App, theme: &Theme, area: Rect, map: &mut Map, buffer: &mut Buffer) {
    let state = &app.state;
    let width = usize::from(area.width);
    let line = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    Line::styled(fit(&state.shown().name, width), theme.answer).render(line(0), buffer);
    for (y, (label, answer)) in (2..).zip(ANSWERS) {
        let words = format!("{}{}", pad(label, LABEL), align_right(&state.figures.words(answer), 9));
        Line::styled(words, theme.base).render(line(y), buffer);
        if let Some((words, style)) = change(state, answer, theme) {
            buffer.set_stringn(area.x + LABEL as u16 + 11, line(y).y, words, width - LABEL - 11, style);
        }
        map.hits.push((line(y), Target::Card(answer)));
    }
    let row = line(6);
    match state.list.focused_line() {
        ListLine::Param(param) => sliders::slider(state, theme, param, true, row, map, buffer),
        ListLine::Heading(group) => Line::styled(group.title(), theme.heading).render(row, buffer),
    }
    footer::message(state, theme, line(7), buffer);
    let last = line(area.height - 1);
    match &app.dialog {
        None => footer::hints(state, theme, last, map, buffer),
        Some(open) => {
            map.hits.push((area, Target::Covered));
            map.dialog(dialog::draw(open.as_ref(), state, theme, area, map.slider, buffer));
        }
    }
}
