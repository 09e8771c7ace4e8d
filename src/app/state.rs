//! What the explorer knows and shows. No keys, no terminal.

use std::sync::Arc;

use ratatui::layout::Size;

use crate::analysis::answer::Answer;
use crate::analysis::case::{Case, World};
use crate::analysis::findings::{Finding, findings};
use crate::analysis::growth::{Growth, growth};
use crate::analysis::range::{Figures, figures};
use crate::analysis::service::{Keeping, keeping};
use crate::app::history::History;
use crate::app::list::{Line, SliderList};
use crate::catalog::Catalog;
use crate::files::document::Document;
use crate::files::settings::ThemeName;
use crate::files::store::{Origin, Store};
use crate::keymap::Action;
use crate::scenario::{ParamId, Scenario};
use crate::views::scene::{Baseline, Content, Scene};
use crate::views::{OVERVIEW, VIEWS};
use crate::widgets::text::Text;

/// What the terminal must do for the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Put a text on the clipboard.
    Copy(String),
    /// Take the mouse, or release it.
    Mouse(bool),
}

/// A message at the bottom of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    /// It reports a problem.
    pub is_error: bool,
}

/// A scenario that is shown for a moment, with the facts that it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    pub document: Document,
    /// The facts, with the accelerators that its file describes.
    pub world: Arc<World>,
}

/// The room that the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Room {
    /// Rows of the list of sliders.
    pub sliders: u16,
    /// Columns and rows of a view.
    pub view: Size,
}

/// What the explorer knows and shows, but for an open dialog.
#[derive(Debug)]
pub struct State {
    /// Facts and constants; a preview may know more.
    pub world: Arc<World>,
    /// Where scenarios are kept.
    pub store: Store,
    pub document: Document,
    pub origin: Origin,
    /// The scenario as it was opened or saved: what "reset" goes back to.
    pub preset: Scenario,
    /// What is shown, evaluated.
    pub case: Case,
    pub figures: Figures,
    /// What a reader should know of them, the most severe first.
    pub findings: Vec<Finding>,
    /// Its months to the horizon; `None` where nothing can be served.
    pub growth: Option<Growth>,
    /// What its promise takes; `None` where nothing is promised or served.
    pub keeping: Option<Keeping>,
    /// What figures are compared with.
    pub baseline: Option<Baseline>,
    pub kept: Vec<Baseline>,
    /// The sliders: which are open, which is focused.
    pub list: SliderList,
    /// The current view, by its place in the list of views.
    pub view: usize,
    /// What the current view shows.
    pub content: Box<dyn Content>,
    /// The chosen row of views that have rows.
    pub row: usize,
    /// The answer that views about one figure are about.
    pub answer: Answer,
    /// By which of its columns a table is ordered; a table with fewer starts over.
    pub order: usize,
    /// Parameters that goal seek must not move.
    pub locked: Vec<ParamId>,
    /// What was just done, or went wrong.
    pub message: Option<Message>,
    /// The mouse moves the sliders.
    pub mouse: bool,
    pub theme: ThemeName,
    /// What opened the scenario that was open last, to start from in the list.
    pub last_scenario: Option<String>,
    /// The program is to end.
    pub done: bool,
    /// What the terminal must do.
    pub effects: Vec<Effect>,
    pub(super) preview: Option<Box<Preview>>,
    pub(super) history: History,
    pub(super) room: Room,
}

impl State {
    pub fn new(world: World, store: Store, document: Document, origin: Origin) -> Self {
        let world = Arc::new(world);
        let case = Case::new(&world, document.scenario);
        let mut state = Self {
            preset: document.scenario,
            figures: figures(&case),
            findings: findings(&case),
            growth: growth(&case),
            keeping: keeping(&case),
            world,
            store,
            document,
            origin,
            case,
            baseline: None,
            kept: Vec::new(),
            list: SliderList::default(),
            view: OVERVIEW,
            content: Box::new(Text::default()),
            row: 0,
            answer: Answer::DailyCost,
            order: 0,
            locked: Vec::new(),
            message: None,
            mouse: true,
            theme: ThemeName::default(),
            last_scenario: None,
            done: false,
            effects: Vec::new(),
            preview: None,
            history: History::default(),
            room: Room::default(),
        };
        state.open_view();
        state
    }

    /// The scenario that is shown: the current one, or a preview of another.
    pub fn scenario(&self) -> &Scenario {
        &self.case.scenario
    }

    /// The document that is shown.
    pub fn shown(&self) -> &Document {
        self.preview.as_ref().map_or(&self.document, |preview| &preview.document)
    }

    /// What is shown is a preview and not yet the current scenario.
    pub fn is_preview(&self) -> bool {
        self.preview.is_some()
    }

    /// The current scenario differs from what was opened or saved.
    pub fn is_changed(&self) -> bool {
        self.document.scenario != self.preset
    }

    /// The focused parameter, when the focus is not on a heading.
    pub fn focused(&self) -> Option<ParamId> {
        match self.list.focused_line() {
            Line::Param(param) => Some(param),
            Line::Heading(_) => None,
        }
    }

    /// The focus is on a slider, and not in a view.
    pub(super) fn is_on_slider(&self) -> bool {
        self.content.last_row(self.room.view).is_none() && self.focused().is_some()
    }

    /// The label of the change that undo would revert.
    pub fn undo_label(&self) -> Option<&str> {
        self.history.undo_label()
    }

    /// What views are about.
    pub fn scene(&self) -> Scene<'_> {
        let id = match &self.origin {
            Origin::BuiltIn(id) | Origin::Model(id) if !self.is_preview() => Some(id.as_str()),
            _ => None,
        };
        Scene {
            id,
            case: &self.case,
            figures: &self.figures,
            findings: &self.findings,
            growth: self.growth.as_ref(),
            baseline: self.baseline.as_ref(),
            kept: &self.kept,
            answer: self.answer,
            order: self.order,
        }
    }

    /// Sets the terminal's room: headings open while there is space, texts scroll no further than their end.
    pub fn make_room(&mut self, room: Room) {
        self.room = room;
        self.list.make_room(usize::from(room.sliders));
        self.stay_in_view();
    }

    /// The action would do something now: what help lists first.
    pub fn applies(&self, action: Action) -> bool {
        let on_slider = self.focused().is_some();
        match action {
            Action::Undo => self.undo_label().is_some(),
            Action::Redo => self.history.can_redo(),
            Action::Swap | Action::Unpin => self.baseline.is_some(),
            Action::ResetOne => on_slider && self.is_changed(),
            Action::ResetAll => self.is_changed(),
            Action::GoalSeek | Action::Type => on_slider,
            Action::Order | Action::NextAnswer => self.content.uses(action),
            Action::Escape => self.view != OVERVIEW,
            Action::View(index) => self.view != index,
            _ => true,
        }
    }

    /// Says something in the message line.
    pub fn say(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_error: false });
    }

    /// Says what went wrong in the message line.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_error: true });
    }

    /// Shows another scenario for a moment, or again the current one.
    pub(super) fn preview(&mut self, preview: Option<Box<Preview>>) {
        let before = std::mem::replace(&mut self.preview, preview);
        if before.is_some() || self.preview.is_some() {
            self.refresh();
        }
    }

    /// The facts with a catalog that has grown; as they are without one.
    pub(super) fn with_catalog(&self, grown: Option<Catalog>) -> Arc<World> {
        grown.map_or_else(
            || Arc::clone(&self.world),
            |catalog| Arc::new(World { catalog, calibration: self.world.calibration.clone() }),
        )
    }

    /// Works out everything that is shown.
    pub(super) fn refresh(&mut self) {
        let world = self.preview.as_ref().map_or(&self.world, |preview| &preview.world);
        self.case = Case::new(world, self.shown().scenario);
        self.figures = figures(&self.case);
        self.findings = findings(&self.case);
        self.growth = growth(&self.case);
        self.keeping = keeping(&self.case);
        self.open_view();
    }

    /// Works out what the current view shows.
    pub(super) fn open_view(&mut self) {
        self.content = (VIEWS[self.view].open)(&self.scene());
        self.stay_in_view();
    }

    pub(super) fn stay_in_view(&mut self) {
        self.row = self.row.min(self.content.last_row(self.room.view).unwrap_or(0));
    }

    pub(super) fn show(&mut self, index: usize) {
        if index < VIEWS.len() {
            self.view = index;
            self.row = 0;
            self.open_view();
        }
    }

    pub(super) fn move_row(&mut self, by: isize) {
        match self.content.last_row(self.room.view) {
            Some(last) => self.row = self.row.saturating_add_signed(by).min(last),
            None => self.list.move_focus(by),
        }
    }

    /// Everything worth pasting into a chat, in a few lines.
    pub(super) fn summary(&self) -> String {
        let figure = |answer: Answer| self.figures.words(answer);
        format!(
            "{}\ntraining, once: {}\ninference, per day: {}\ninference share over {} months: {}\n",
            self.document.name,
            figure(Answer::TrainingCost),
            figure(Answer::DailyCost),
            self.document.scenario.workload.horizon_months,
            figure(Answer::InferenceShare),
        )
    }
}
