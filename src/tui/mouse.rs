//! The mouse: what is drawn is what it hits. A drag moves a knob, a wheel steps a slider or scrolls a list, a click
//! chooses, a double click types or applies.

use std::time::{Duration, Instant};

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui_core::layout::{Position, Rect};

use crate::analysis::answer::Answer;
use crate::analysis::explain::Subject;
use crate::app::App;
use crate::app::dialog::Places;
use crate::app::list::Line;
use crate::app::state::Panel;
use crate::keymap::Action;
use crate::scenario::ParamId;
use crate::scenario::step::{Direction, StepSize};
use crate::scenario::value::Value;
use crate::views::scene::Hit;

/// Two clicks within this time are a double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// Where things are on the screen; what was drawn later lies on top.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map {
    pub hits: Vec<(Rect, Target)>,
    /// The row of the focused slider.
    pub slider: Option<u16>,
}

/// What a pointer can hit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    Panel(Panel),
    /// A line in the list of sliders.
    Line(Line),
    /// The track of a slider.
    Track(ParamId),
    /// A word among the choices of a slider.
    Word(ParamId, Value),
    /// A tab.
    View(usize),
    /// A hint.
    Do(Action),
    /// Something in a view, or in the figures.
    Hit(Panel, Hit),
    /// A card.
    Card(Answer),
    /// A row of the open dialog.
    Option(usize),
    /// Nothing: what a dialog covers.
    Covered,
}

impl Map {
    /// The places of an open dialog, on top.
    pub fn dialog(&mut self, Places { hints, rows }: Places) {
        self.hits.extend(hints.into_iter().map(|(area, action)| (area, Target::Do(action))));
        self.hits.extend(rows.into_iter().map(|(area, row)| (area, Target::Option(row))));
    }

    fn at(&self, column: u16, row: u16) -> Option<(Rect, Target)> {
        self.hits.iter().rev().find(|(area, _)| area.contains(Position::new(column, row))).copied()
    }
}

/// What the mouse is in the middle of.
#[derive(Debug, Default)]
pub struct Drag {
    /// The track whose knob is held.
    held: Option<(Rect, ParamId)>,
    last_click: Option<Click>,
}

#[derive(Debug)]
struct Click {
    when: Instant,
    target: Target,
    /// It changed the scenario.
    changed: bool,
}

impl Drag {
    /// Takes a mouse event in; `true` when something may have changed.
    pub fn event(&mut self, event: MouseEvent, app: &mut App, map: &Map) -> bool {
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => self.press(event, app, map),
            MouseEventKind::Drag(MouseButton::Left) => {
                let held = self.held.filter(|_| app.dialog.is_none());
                if let Some((track, param)) = held {
                    set_from_column(track, param, event.column, app);
                }
                held.is_some()
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
        let Some((area, target)) = map.at(event.column, event.row) else { return false };
        let last = self.last_click.take().filter(|last| last.when.elapsed() < DOUBLE_CLICK);
        let again = last.filter(|last| same_place(last.target, target));
        let before = app.state.document.scenario;
        match target {
            Target::Covered => return false,
            Target::Do(action) => app.act(action),
            Target::Option(row) => app.point(row),
            Target::View(view) => app.act(Action::View(view)),
            Target::Card(answer) => app.explain(Subject::Of(answer)),
            Target::Panel(panel) => app.state.focus = panel,
            Target::Line(line) => focus(line, app),
            Target::Track(param) | Target::Word(param, _) => focus(Line::Param(param), app),
            Target::Hit(panel, hit) => app.state.point(panel, hit),
        }
        match (target, again) {
            (Target::Line(Line::Heading(_)), _) => app.act(Action::Lock),
            // What the first click changed is taken back: typing starts from what was.
            (Target::Line(_) | Target::Track(_) | Target::Word(..), Some(first)) => {
                if first.changed {
                    app.act(Action::Undo);
                }
                app.act(Action::Enter);
                return true;
            }
            (Target::Track(param), None) => {
                set_from_column(area, param, event.column, app);
                self.held = Some((area, param));
            }
            (Target::Word(param, value), None) => app.state.set(param, value, false),
            (Target::Hit(_, Hit::Row(_)) | Target::Option(_), Some(_)) => app.act(Action::Enter),
            _ => {}
        }
        let changed = app.state.document.scenario != before;
        self.last_click = Some(Click { when: Instant::now(), target, changed });
        true
    }
}

/// Both clicks mean the same thing: of a slider any part of it.
fn same_place(one: Target, other: Target) -> bool {
    let param = |target: Target| match target {
        Target::Line(Line::Param(param)) | Target::Track(param) | Target::Word(param, _) => Some(param),
        _ => None,
    };
    one == other || (param(one).is_some() && param(one) == param(other))
}

fn focus(line: Line, app: &mut App) {
    app.state.focus = Panel::Sliders;
    app.state.list.focus(line);
}

/// The knob follows the pointer, from nice value to nice value.
fn set_from_column(track: Rect, param: ParamId, column: u16, app: &mut App) {
    let width = f64::from(track.width.saturating_sub(1).max(1));
    let fraction = f64::from(column.saturating_sub(track.x)) / width;
    if let Some(value) = param.at_fraction(fraction.clamp(0.0, 1.0), &app.state.world.catalog) {
        app.state.set(param, value, true);
    }
}

/// Over a track or choices it steps; elsewhere it moves along what is under the pointer.
fn wheel(event: MouseEvent, app: &mut App, map: &Map, direction: Direction) -> bool {
    let along = if direction == Direction::Up { Action::Up } else { Action::Down };
    let target = map.at(event.column, event.row).map(|(_, target)| target);
    match target.filter(|_| app.dialog.is_none()) {
        Some(Target::Track(param) | Target::Word(param, _)) => {
            focus(Line::Param(param), app);
            app.act(Action::Step(direction, StepSize::Usual));
        }
        Some(Target::Line(_)) => {
            app.state.focus = Panel::Sliders;
            app.act(along);
        }
        Some(Target::Panel(panel) | Target::Hit(panel, _)) => {
            app.state.focus = panel;
            app.act(along);
        }
        _ => app.act(along),
    }
    true
}
