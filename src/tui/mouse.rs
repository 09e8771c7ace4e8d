//! The mouse: drag a knob, scroll over a slider, click tabs and hints, double-click to type.

use std::ops::Range;
use std::time::{Duration, Instant};

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use crate::app::App;
use crate::app::list::Line;
use crate::keymap::Action;
use crate::scenario::step::{Direction, StepSize};
use crate::tui::draw::Map;
use crate::tui::sliders::SliderRow;

/// Two clicks within this time are a double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// What the mouse is in the middle of.
#[derive(Debug, Default)]
pub struct Drag {
    /// The slider whose knob is held.
    held: Option<SliderRow>,
    last_click: Option<(Instant, Line)>,
}

impl Drag {
    /// Takes a mouse event in; `true` when something may have changed.
    pub fn event(&mut self, event: MouseEvent, app: &mut App, map: &Map) -> bool {
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => self.press(event, app, map),
            MouseEventKind::Drag(MouseButton::Left) => {
                match self.held.clone().filter(|_| app.dialog.is_none()) {
                    Some(row) => {
                        set_from_column(&row, event.column, app);
                        true
                    }
                    None => false,
                }
            }
            MouseEventKind::Up(_) => {
                self.held = None;
                false
            }
            MouseEventKind::ScrollUp => wheel(event, app, map, Direction::Up),
            MouseEventKind::ScrollDown => wheel(event, app, map, Direction::Down),
            _ => false,
        }
    }

    fn press(&mut self, event: MouseEvent, app: &mut App, map: &Map) -> bool {
        let hit = |y: u16, columns: &Range<u16>| y == event.row && columns.contains(&event.column);
        if let Some((_, _, action)) = map.hints.iter().find(|(y, columns, _)| hit(*y, columns)) {
            app.act(*action);
            return true;
        }
        if app.dialog.is_some() {
            return false;
        }
        if let Some((_, _, view)) = map.tabs.iter().find(|(y, columns, _)| hit(*y, columns)) {
            app.act(Action::View(*view));
            return true;
        }
        let Some(row) = slider_at(event, map) else { return false };
        let again = self
            .last_click
            .take()
            .is_some_and(|(when, line)| line == row.line && when.elapsed() < DOUBLE_CLICK);
        app.state.list.focus(row.line);
        match row.line {
            Line::Heading(_) => app.state.list.toggle(),
            Line::Param(_) if again => app.act(Action::Enter),
            Line::Param(_) => {
                if row.track.contains(&event.column) {
                    set_from_column(&row, event.column, app);
                    self.held = Some(row.clone());
                }
                self.last_click = Some((Instant::now(), row.line));
            }
        }
        true
    }
}

fn slider_at(event: MouseEvent, map: &Map) -> Option<SliderRow> {
    let right = map.sliders.iter().map(|row| row.track.end).max()? + 13;
    map.sliders.iter().find(|row| row.y == event.row && event.column < right).cloned()
}

/// The knob follows the pointer, from nice value to nice value.
fn set_from_column(row: &SliderRow, column: u16, app: &mut App) {
    let Line::Param(param) = row.line else { return };
    let width = f64::from((row.track.end - row.track.start).saturating_sub(1).max(1));
    let fraction = f64::from(column.saturating_sub(row.track.start)) / width;
    if let Some(value) = param.at_fraction(fraction.clamp(0.0, 1.0), &app.state.world.catalog) {
        app.state.set(param, value, true);
    }
}

fn wheel(event: MouseEvent, app: &mut App, map: &Map, direction: Direction) -> bool {
    if app.dialog.is_none()
        && let Some(row) = slider_at(event, map)
    {
        app.state.list.focus(row.line);
        if matches!(row.line, Line::Param(_)) {
            app.act(Action::Step(direction, StepSize::Usual));
        }
        return true;
    }
    app.act(if direction == Direction::Up { Action::Up } else { Action::Down });
    true
}
