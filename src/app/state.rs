//! What the explorer knows and shows. No keys, no terminal.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use ratatui_core::layout::Size;

use crate::analysis::answer::Answer;
use crate::analysis::case::{Case, World};
use crate::analysis::explain::Subject;
use crate::analysis::findings::{Finding, findings};
use crate::analysis::growth::{Growth, growth};
use crate::analysis::range::{Figures, figures};
use crate::analysis::service::{Keeping, keeping};
use crate::app::draft::Draft;
use crate::app::history::History;
use crate::app::list::{Line, SliderList};
use crate::app::tracks::Tracks;
use crate::catalog::Catalog;
use crate::files::document::Document;
use crate::files::settings::ThemeName;
use crate::files::store::{Origin, Store};
use crate::import::metrics::Watch;
use crate::keymap::{Action, Place};
use crate::scenario::{ParamId, Scenario};
use crate::text::diagnostic::in_one_line;
use crate::text::quantity::format;
use crate::views::scene::{Baseline, Content, Fold, Hit, Scene};
use crate::views::{LIVE, OVERVIEW, VIEWS, figures_panel};
use crate::widgets::list::window;
use crate::widgets::text::Text;

/// What the terminal must do for the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Put a text on the clipboard.
    Copy(String),
    /// Take the mouse, or release it.
    Mouse(bool),
    /// Write what the presenter reads, to a file or another terminal.
    Notes(PathBuf, String),
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

/// The room that the terminal has inside its panels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Room {
    /// Rows of the list of sliders.
    pub sliders: u16,
    /// Columns and rows of a view.
    pub view: Size,
    /// Columns and rows of the figures.
    pub figures: Size,
    /// Columns and rows of the screen.
    pub screen: Size,
    /// The view is seen.
    pub has_view: bool,
}

/// A part of the screen that keys can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Panel {
    #[default]
    Sliders,
    View,
    Figures,
}

impl Panel {
    const ALL: [Self; 3] = [Self::Sliders, Self::View, Self::Figures];

    /// The panel so many places further along.
    pub(super) fn after(self, places: usize) -> Self {
        Self::ALL[(self as usize + places) % Self::ALL.len()]
    }
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
    /// The scenario as it was opened or saved, evaluated.
    pub start: Baseline,
    /// What was pinned for figures to be compared with.
    pub baseline: Option<Baseline>,
    pub kept: Vec<Baseline>,
    /// The deck that is being made.
    pub draft: Option<Draft>,
    /// The sliders: which are open, which is focused.
    pub list: SliderList,
    /// The answer along the tracks of sliders.
    pub tracks: Tracks,
    /// The panel that keys are about.
    pub focus: Panel,
    /// The current view, by its place in the list of views.
    pub view: usize,
    /// What the current view shows.
    pub content: Box<dyn Content>,
    /// The chosen row of the view.
    pub row: usize,
    /// What the panel of figures shows.
    pub panel: Box<dyn Content>,
    /// The chosen row of the figures.
    pub figure_row: usize,
    /// The answer that views about one figure are about.
    pub answer: Answer,
    /// By which of its columns a table is ordered; a table with fewer starts over.
    pub order: usize,
    /// Rows of a tree that are not as they usually are.
    pub folds: Vec<Fold>,
    /// The engine that is watched.
    pub live: Option<Watch>,
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
    pub fn new(world: impl Into<Arc<World>>, store: Store, document: Document, origin: Origin) -> Self {
        let world = world.into();
        let case = Case::new(&world, document.scenario);
        let figures = figures(&case);
        let start = Baseline { name: "start".to_owned(), case: case.clone(), figures: figures.clone() };
        let mut state = Self {
            preset: document.scenario,
            figures,
            start,
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
            draft: None,
            list: SliderList::default(),
            tracks: Tracks::default(),
            focus: Panel::default(),
            view: OVERVIEW,
            content: Box::new(Text::default()),
            row: 0,
            panel: Box::new(Text::default()),
            figure_row: 1,
            answer: Answer::DailyCost,
            order: 0,
            folds: Vec::new(),
            live: None,
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

    /// The focus is on a slider, and not in another panel.
    pub(super) fn is_on_slider(&self) -> bool {
        self.focus == Panel::Sliders && self.focused().is_some()
    }

    /// Where keys are looked up, first place first.
    pub fn places(&self) -> &'static [Place] {
        match self.focus {
            Panel::Sliders => &[Place::Sliders, Place::Screen],
            Panel::View | Panel::Figures => &[Place::Reading, Place::Screen],
        }
    }

    /// What figures are compared with: what was pinned, else the scenario as it was opened.
    pub fn compared(&self) -> &Baseline {
        self.baseline.as_ref().unwrap_or(&self.start)
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
            keeping: self.keeping.as_ref(),
            baseline: Some(self.compared()),
            kept: &self.kept,
            answer: self.answer,
            response: self.tracks.response().filter(|_| self.focused().is_some()),
            order: self.order,
            folds: &self.folds,
            is_read: self.focus == Panel::View,
            live: self.live.as_ref(),
        }
    }

    /// Takes in what was seen of the engine that is watched; `true` where the screen shows something else then.
    pub fn look(&mut self) -> bool {
        let is_new = self.live.as_mut().is_some_and(Watch::look) && self.view == LIVE;
        if is_new {
            self.content = (VIEWS[LIVE].open)(&self.scene());
            self.stay_in_view();
        }
        is_new
    }

    /// Sets the terminal's room: headings open while there is space, texts scroll no further than their end.
    pub fn make_room(&mut self, room: Room) {
        self.room = room;
        self.list.make_room(usize::from(room.sliders));
        self.stay_in_view();
    }

    /// The sliders that are seen.
    pub fn seen(&self) -> (Vec<Line>, Range<usize>) {
        let lines = self.list.lines();
        let focus = lines.iter().position(|line| *line == self.list.focused_line()).unwrap_or(0);
        let shown = window(focus, lines.len(), self.room.sliders);
        (lines, shown)
    }

    /// Works out what the tracks that are seen show, where that is not known yet.
    pub fn profile(&mut self) {
        let (sliders, responds) = self.to_profile();
        self.tracks.work_out(&self.case, self.answer, &sliders, responds);
    }

    /// The tracks that are seen show the case as it was.
    pub fn lacks_profiles(&self) -> bool {
        let (sliders, responds) = self.to_profile();
        responds.is_some() || !sliders.is_empty()
    }

    /// The sliders that are seen and whose profiles are not known, and the one whose response is not.
    fn to_profile(&self) -> (Vec<ParamId>, Option<ParamId>) {
        let (lines, shown) = self.seen();
        let sliders = lines[shown].iter().filter_map(|line| match line {
            Line::Param(param) if !self.tracks.is_profiled(*param) => Some(*param),
            _ => None,
        });
        let is_seen = self.room.has_view && self.view == OVERVIEW;
        (sliders.collect(), self.focused().filter(|param| is_seen && !self.tracks.has_response(*param)))
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
            Action::Escape => self.view != OVERVIEW || self.focus != Panel::Sliders,
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
        self.message = Some(Message { text: in_one_line(&text.into()), is_error: true });
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
        let case = Case::new(world, self.shown().scenario);
        let figures = figures(&case);
        self.take(case, figures);
    }

    /// Works out everything else that is shown of a case whose figures are known.
    pub(super) fn take(&mut self, case: Case, figures: Figures) {
        self.case = case;
        self.figures = figures;
        self.findings = findings(&self.case);
        self.growth = growth(&self.case);
        self.keeping = keeping(&self.case);
        self.open_view();
    }

    /// Works out what the current view and the figures show.
    pub(super) fn open_view(&mut self) {
        self.content = (VIEWS[self.view].open)(&self.scene());
        self.panel = figures_panel(&self.scene());
        self.tracks.outdate();
        self.stay_in_view();
    }

    pub(super) fn stay_in_view(&mut self) {
        self.row = self.row.min(self.content.last_row(self.room.view));
        self.figure_row = self.figure_row.min(self.panel.last_row(self.room.figures));
    }

    /// Shows a view, and gives it the focus: the overview only where it takes the place of the sliders, which it is about.
    pub(super) fn show(&mut self, index: usize) {
        if index < VIEWS.len() {
            let is_beside = index == OVERVIEW && self.room.has_view;
            self.focus = if is_beside { Panel::Sliders } else { Panel::View };
            self.view = index;
            self.row = 0;
            self.folds.clear();
            self.open_view();
            self.row = self.content.first_row();
        }
    }

    /// What a panel shows, and its chosen row; of the sliders, what the view shows.
    pub fn content_of(&self, panel: Panel) -> (&dyn Content, usize) {
        match panel {
            Panel::Figures => (self.panel.as_ref(), self.figure_row),
            Panel::View | Panel::Sliders => (self.content.as_ref(), self.row),
        }
    }

    /// Moves along the panel that has the focus.
    pub(super) fn move_row(&mut self, by: isize) {
        let last = match self.focus {
            Panel::Sliders => return self.list.move_focus(by),
            Panel::View => self.content.last_row(self.room.view),
            Panel::Figures => self.panel.last_row(self.room.figures),
        };
        let row = if self.focus == Panel::View { &mut self.row } else { &mut self.figure_row };
        *row = row.saturating_add_signed(by).min(last);
    }

    /// Rows of a page of the panel that has the focus.
    pub(super) fn page(&self) -> isize {
        let rows = match self.focus {
            Panel::Sliders => usize::from(self.room.sliders),
            Panel::View => self.content.page(self.room.view),
            Panel::Figures => self.panel.page(self.room.figures),
        };
        rows.cast_signed()
    }

    /// Gives a slider the focus.
    pub fn go_to(&mut self, param: ParamId) {
        self.list.focus(Line::Param(param));
        self.focus = Panel::Sliders;
    }

    /// The room of the largest dialog.
    pub fn screen(&self) -> Size {
        self.room.screen
    }

    /// A figure of the scenario without what a dialog shows of another, in words.
    pub fn start_of_goal(&self, answer: Answer) -> String {
        let outcome = self.world.evaluate(&self.document.scenario);
        answer.of(&outcome).map_or("–".to_owned(), |value| format(value, answer.unit()))
    }

    /// Points at something in a panel.
    pub fn point(&mut self, panel: Panel, hit: Hit) {
        self.focus = panel;
        match (hit, panel) {
            (Hit::Row(row), Panel::Figures) => self.figure_row = row,
            (Hit::Row(row), _) => self.row = row,
            (Hit::Order(order), _) => {
                self.order = order;
                self.open_view();
            }
        }
    }

    /// The figure under the cursor, in the panel of figures.
    pub fn pointed_answer(&self) -> Option<Answer> {
        (self.focus == Panel::Figures).then(|| self.panel.answer(self.figure_row)).flatten()
    }

    /// The same, and figures that cannot be aimed at but are explained.
    pub(super) fn pointed_subject(&self) -> Option<Subject> {
        (self.focus == Panel::Figures).then(|| self.panel.subject(self.figure_row)).flatten()
    }
}
