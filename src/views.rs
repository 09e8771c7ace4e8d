//! The views beside the overview. Each has one shape: `draw(app, theme, area, buffer)`.

mod advice;
mod compare;
mod explain;
mod frontier;
mod growth;
mod hardware;
mod levers;
mod sensitivity;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::rows::Rows;
use crate::app::{App, View};
use crate::tui::remarks;
use crate::widgets::theme::Theme;

/// Draws the view at hand.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    match (app.view, Rows::of(app)) {
        (_, Rows::Levers(rows)) => levers::draw(app, &rows, theme, area, buffer),
        (_, Rows::Hardware(rows)) => hardware::draw(app, &rows, theme, area, buffer),
        (_, Rows::Sensitivity(rows)) => sensitivity::draw(app, &rows, theme, area, buffer),
        (_, Rows::Frontier(frontier, efficient)) => {
            frontier::draw(app, &frontier, &efficient, theme, area, buffer);
        }
        (_, Rows::Compare(comparison)) => compare::draw(app, &comparison, theme, area, buffer),
        (View::Compare, Rows::Lines(_)) => compare::without_baseline(theme, area, buffer),
        (View::Growth, Rows::Lines(_)) => growth::draw(app, theme, area, buffer),
        (View::Explain, Rows::Lines(_)) => explain::draw(app, theme, area, buffer),
        (View::Advice, Rows::Lines(_)) => advice::draw(app, theme, area, buffer),
        (_, Rows::Lines(_)) => remarks::draw(app, theme, area, buffer),
    }
}
