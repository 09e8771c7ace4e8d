//! The explorer's state and how actions change it. No terminal.

pub mod dialog;
mod edit;
mod files;
pub mod hints;
pub mod history;
pub mod list;

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Size;

use crate::analysis::answer::Answer;
use crate::analysis::case::{Case, World};
use crate::analysis::findings::{Finding, findings};
use crate::analysis::growth::{Growth, growth};
use crate::analysis::range::{Figures, figures};
use crate::app::dialog::goal::GoalDialog;
use crate::app::dialog::palette::PaletteDialog;
use crate::app::dialog::picker::PickerDialog;
use crate::app::dialog::save::SaveDialog;
use crate::app::dialog::{Dialog, Outcome};
use crate::app::history::History;
use crate::app::list::{Line, SliderList};
use crate::catalog::Catalog;
use crate::files::document::Document;
use crate::files::settings::ThemeName;
use crate::files::store::{Origin, Store};
use crate::keymap::{Action, Place};
use crate::scenario::{ParamId, Scenario};
use crate::views::{Baseline, Choice, Content, KEYMAP, OVERVIEW, Scene, VIEWS};
use crate::widgets::text::Text;

/// What the terminal must do for the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Put a text on the clipboard.
    Copy(String),
    /// Take the mouse, or release it.
    Mouse(bool),
}

/// A line in words at the bottom of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The words.
    pub text: String,
    /// It tells of something that went wrong.
    pub is_error: bool,
}

/// The room that the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Room {
    /// Rows of the list of sliders.
    pub sliders: u16,
    /// Columns and rows of a view.
    pub view: Size,
}

/// The explorer.
#[derive(Debug)]
pub struct App {
    /// Facts and constants.
    pub world: Arc<World>,
    /// Where scenarios are kept.
    pub store: Store,
    /// The scenario at hand.
    pub document: Document,
    /// Where it came from.
    pub origin: Origin,
    /// The scenario as it was opened or saved: what "reset" goes back to.
    pub preset: Scenario,
    /// What is shown, evaluated.
    pub case: Case,
    /// Its figures.
    pub figures: Figures,
    /// What a reader should know of them, the gravest first.
    pub findings: Vec<Finding>,
    /// Its months to the horizon; `None` where nothing can be served.
    pub growth: Option<Growth>,
    /// What figures are compared with.
    pub baseline: Option<Baseline>,
    /// Scenarios that are compared beside the baseline and the present one.
    pub kept: Vec<Baseline>,
    /// The sliders: which are open, which is focused.
    pub list: SliderList,
    /// The view at hand, by its place in the list of views.
    pub view: usize,
    /// What the view at hand shows.
    pub content: Box<dyn Content>,
    /// The chosen row of views that have rows.
    pub row: usize,
    /// The answer that views about one figure are about.
    pub answer: Answer,
    /// By which of its columns a table is ordered; a table with fewer begins anew.
    pub order: usize,
    /// Parameters that goal seek must not move.
    pub locked: Vec<ParamId>,
    /// An open dialog.
    pub dialog: Option<Box<dyn Dialog>>,
    /// What was just done, or went wrong.
    pub message: Option<Message>,
    /// The mouse works the sliders.
    pub mouse: bool,
    /// The theme.
    pub theme: ThemeName,
    /// What opened the scenario that was open last, to start from in the list.
    pub last_scenario: Option<String>,
    /// The program shall end.
    pub done: bool,
    /// What the terminal must do.
    pub effects: Vec<Effect>,
    preview: Option<Document>,
    /// The facts without those that came with the preview.
    lasting_world: Option<Arc<World>>,
    history: History,
    room: Room,
}

impl App {
    /// The explorer on a scenario.
    #[must_use]
    pub fn new(world: World, store: Store, document: Document, origin: Origin) -> Self {
        let world = Arc::new(world);
        let case = Case::new(&world, document.scenario);
        let mut app = Self {
            preset: document.scenario,
            figures: figures(&case),
            findings: findings(&case),
            growth: growth(&case),
            world,
            store,
            document,
            origin,
            case,
            baseline: None,
            kept: Vec::new(),
            list: SliderList::new(),
            view: OVERVIEW,
            content: Box::new(Text::default()),
            row: 0,
            answer: Answer::DailyCost,
            order: 0,
            locked: Vec::new(),
            dialog: None,
            message: None,
            mouse: true,
            theme: ThemeName::default(),
            last_scenario: None,
            done: false,
            effects: Vec::new(),
            preview: None,
            lasting_world: None,
            history: History::default(),
            room: Room::default(),
        };
        app.open_view();
        app
    }

    /// The scenario that is shown: the one at hand, or a preview of another.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.case.scenario
    }

    /// The document that is shown.
    #[must_use]
    pub fn shown(&self) -> &Document {
        self.preview.as_ref().unwrap_or(&self.document)
    }

    /// What is shown is a preview and not yet the scenario at hand.
    #[must_use]
    pub fn is_preview(&self) -> bool {
        self.preview.is_some()
    }

    /// The scenario at hand differs from what was opened or saved.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.document.scenario != self.preset
    }

    /// The focused parameter, when the focus is not on a heading.
    #[must_use]
    pub fn focused(&self) -> Option<ParamId> {
        match self.list.focused_line() {
            Line::Param(param) => Some(param),
            Line::Heading(_) => None,
        }
    }

    /// The label of the change that undo would take back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&str> {
        self.history.undo_label()
    }

    /// What views are about.
    #[must_use]
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

    /// The terminal has this room now: headings open as far as there is any, texts scroll no further than they go.
    pub fn make_room(&mut self, room: Room) {
        self.room = room;
        self.list.make_room(usize::from(room.sliders));
        self.stay_in_view();
    }

    /// A key press.
    pub fn key(&mut self, key: &KeyEvent) {
        let places = self.dialog.as_ref().map_or(&[Place::Screen][..], |dialog| dialog.face().places);
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let letter = match key.code {
            KeyCode::Char(letter) if plain => Some(letter.to_string()),
            _ => None,
        };
        match (KEYMAP.action(places, key), letter) {
            (Some(Action::Type), Some(letter)) => self.open_entry(&letter),
            (Some(action), _) => self.act(action),
            (None, Some(letter)) => self.insert(&letter),
            (None, None) => {}
        }
    }

    /// A text that was pasted: it goes into the open field without its control characters, and nowhere else.
    pub fn paste(&mut self, text: &str) {
        let text: String = text.chars().filter(|character| !character.is_control()).collect();
        self.insert(&text);
    }

    fn insert(&mut self, text: &str) {
        if let Some(mut dialog) = self.dialog.take() {
            let outcome = dialog.insert(text, self);
            self.carry_out(dialog, outcome);
        }
    }

    /// Carries out an action: in the open dialog, else on the screen.
    pub fn act(&mut self, action: Action) {
        match self.dialog.take() {
            Some(mut dialog) => {
                let outcome = dialog.act(action, self);
                self.carry_out(dialog, outcome);
            }
            None => self.act_on_screen(action),
        }
    }

    fn act_on_screen(&mut self, action: Action) {
        self.message = None;
        if !matches!(action, Action::Step(..)) {
            self.history.settle();
        }
        match action {
            Action::Up => self.move_row(-1),
            Action::Down => self.move_row(1),
            Action::NextSlider => self.list.move_focus(1),
            Action::PreviousSlider => self.list.move_focus(-1),
            Action::NextGroup => self.list.move_group(1),
            Action::PreviousGroup => self.list.move_group(-1),
            Action::Step(direction, size) => self.step(direction, size),
            Action::Enter => self.enter(),
            Action::Type => self.open_entry(""),
            Action::Escape => self.show(OVERVIEW),
            Action::ResetOne => self.reset_one(),
            Action::ResetAll => self.reset_all(),
            Action::Lock => self.lock(),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::Pin => self.pin(),
            Action::Swap => self.swap(),
            Action::Unpin => self.unpin(),
            Action::View(index) => self.show(index),
            Action::NextView => self.show((self.view + 1) % VIEWS.len()),
            Action::PreviousView => self.show((self.view + VIEWS.len() - 1) % VIEWS.len()),
            Action::GoalSeek => self.open_goal(),
            Action::NextAnswer => {
                self.answer = self.answer.after(1);
                self.open_view();
            }
            Action::Order => {
                self.order = self.order.wrapping_add(1);
                self.open_view();
            }
            Action::Keep => self.keep(),
            Action::Presets => self.dialog = Some(Box::new(PickerDialog::new(self))),
            Action::Save => self.save(),
            Action::SaveAs => self.dialog = Some(Box::new(SaveDialog::new(&self.suggested_name()))),
            Action::Help => self.dialog = Some(Box::new(PaletteDialog::new(self))),
            Action::Theme => {
                self.theme = self.theme.next();
                self.say(format!("theme: {}", self.theme.id()));
            }
            Action::Mouse => {
                self.mouse = !self.mouse;
                self.effects.push(Effect::Mouse(self.mouse));
                self.say(if self.mouse {
                    "the mouse works the sliders"
                } else {
                    "the mouse is released: select text as usual"
                });
            }
            Action::Copy => {
                self.effects.push(Effect::Copy(self.summary()));
                self.say("a summary is on the clipboard, if the terminal allows it");
            }
            Action::Quit => self.quit(),
            // Only dialogs have pages, fields, files and questions.
            Action::PageUp
            | Action::PageDown
            | Action::Edit(_)
            | Action::Delete
            | Action::Rename
            | Action::Yes
            | Action::No => {}
        }
    }

    /// The action would do something now: what help lists first.
    #[must_use]
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

    /// Does what a dialog asks for.
    fn carry_out(&mut self, dialog: Box<dyn Dialog>, outcome: Outcome) {
        match outcome {
            Outcome::Open => self.dialog = Some(dialog),
            Outcome::Preview(document) => {
                self.dialog = Some(dialog);
                self.preview(document.map(|document| *document), None);
            }
            Outcome::Show(opened) => {
                self.dialog = Some(dialog);
                self.preview(Some(opened.document), opened.grown);
            }
            Outcome::Close => self.preview(None, None),
            Outcome::Set(param, value) => {
                self.preview = None;
                self.history.settle();
                self.set(param, value, false);
            }
            Outcome::Load(opened) => self.load(*opened),
            Outcome::SaveAs { name, overwrite } => self.save_as(name, overwrite),
            Outcome::Run(action) => {
                self.preview(None, None);
                self.act(action);
            }
            Outcome::Quit => self.done = true,
            Outcome::SaveAndQuit => {
                self.save();
                self.done = self.dialog.is_none() && !self.is_changed();
            }
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

    /// The facts without those that come with a preview.
    #[must_use]
    pub fn lasting_world(&self) -> &World {
        self.lasting_world.as_ref().unwrap_or(&self.world)
    }

    /// Shows another scenario for a moment, or again the one at hand. Accelerators that its file describes are known as
    /// long.
    fn preview(&mut self, document: Option<Document>, grown: Option<Catalog>) {
        let before = self.end_preview();
        if let Some(catalog) = grown {
            let lasting = Arc::clone(&self.world);
            self.know(catalog);
            self.lasting_world = Some(lasting);
        }
        self.preview = document;
        if before.is_some() || self.preview.is_some() {
            self.refresh();
        }
    }

    fn end_preview(&mut self) -> Option<Document> {
        if let Some(world) = self.lasting_world.take() {
            self.world = world;
        }
        self.preview.take()
    }

    /// Works with a catalog that has grown.
    fn know(&mut self, catalog: Catalog) {
        self.world = Arc::new(World { catalog, calibration: self.world.calibration.clone() });
    }

    /// Works out everything that is shown.
    fn refresh(&mut self) {
        self.case = Case::new(&self.world, self.shown().scenario);
        self.figures = figures(&self.case);
        self.findings = findings(&self.case);
        self.growth = growth(&self.case);
        self.open_view();
    }

    /// Works out what the view at hand shows.
    fn open_view(&mut self) {
        self.content = (VIEWS[self.view].open)(&self.scene());
        self.stay_in_view();
    }

    fn stay_in_view(&mut self) {
        self.row = self.row.min(self.content.last_row(self.room.view).unwrap_or(0));
    }

    fn show(&mut self, index: usize) {
        if index < VIEWS.len() {
            self.view = index;
            self.row = 0;
            self.open_view();
        }
    }

    fn move_row(&mut self, by: isize) {
        match self.content.last_row(self.room.view) {
            Some(last) => self.row = self.row.saturating_add_signed(by).min(last),
            None => self.list.move_focus(by),
        }
    }

    fn enter(&mut self) {
        if self.content.last_row(self.room.view).is_some() {
            self.choose_row();
            return;
        }
        match self.list.focused_line() {
            Line::Heading(_) => self.list.toggle(),
            Line::Param(_) => self.open_entry(""),
        }
    }

    /// Does what the chosen row of the view offers.
    fn choose_row(&mut self) {
        let choice = self.content.choose(self.row, &self.scene());
        match choice {
            Choice::Apply { label, scenario } => {
                self.change(label.clone(), None, |present| *present = *scenario);
                self.say(format!("done: {label}"));
            }
            Choice::Focus(param) => {
                self.list.focus(Line::Param(param));
                self.say(format!("{} has the focus", param.label));
            }
            Choice::Nothing(why) => self.say(why),
        }
    }

    /// Asks for an exact value of the focused parameter.
    fn open_entry(&mut self, start: &str) {
        if let Line::Param(param) = self.list.focused_line() {
            self.dialog = Some(dialog::for_value(param, start, self));
        }
    }

    fn open_goal(&mut self) {
        match self.list.focused_line() {
            Line::Param(param) if self.locked.contains(&param) => {
                self.say("this parameter is locked: unlock it, or choose another");
            }
            Line::Param(param) => self.dialog = Some(Box::new(GoalDialog::new(param, self.answer))),
            Line::Heading(_) => self.say("choose the slider that may change first"),
        }
    }

    /// Everything that is worth pasting into a chat, in a few lines.
    fn summary(&self) -> String {
        let figure = |answer: Answer| crate::report::figure_words(&self.figures, answer);
        format!(
            "{}\ntraining, once: {}\ninference, per day: {}\nshare of inference over {} months: {}\n",
            self.document.name,
            figure(Answer::TrainingCost),
            figure(Answer::DailyCost),
            self.document.scenario.workload.horizon_months,
            figure(Answer::InferenceShare),
        )
    }
}
