//! The explorer's state and how actions change it. No drawing, no terminal.

pub mod dialog;
pub mod field;
pub mod history;
pub mod list;
pub mod rows;

use std::sync::Arc;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::analysis::answer::Answer;
use crate::analysis::case::{Case, World};
use crate::analysis::range::{Figures, figures};
use crate::app::dialog::{Dialog, Outcome as DialogOutcome};
use crate::app::history::History;
use crate::app::list::{Line, SliderList};
use crate::app::rows::{Choice, Order, Rows};
use crate::files::document::Document;
use crate::files::settings::ThemeName;
use crate::files::store::{Origin, Store};
use crate::keymap::{self, Action};
use crate::scenario::step::{Direction, StepSize};
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};

/// The views, in the order of their tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// Sliders, figures, the cost over time.
    Overview,
    /// What each lever would save.
    Levers,
    /// Every accelerator.
    Hardware,
    /// What moves an answer.
    Sensitivity,
    /// Cost against speed.
    Frontier,
    /// Against the baseline.
    Compare,
    /// Months to come.
    Growth,
    /// Formulas and sources.
    Explain,
    /// Where to put the money; APIs.
    Advice,
}

impl View {
    /// Every view.
    pub const ALL: [Self; 9] = [
        Self::Overview,
        Self::Levers,
        Self::Hardware,
        Self::Sensitivity,
        Self::Frontier,
        Self::Compare,
        Self::Growth,
        Self::Explain,
        Self::Advice,
    ];

    /// The word on its tab where there is little room.
    #[must_use]
    pub const fn short_title(self) -> &'static str {
        match self {
            Self::Overview => "Main",
            Self::Hardware => "GPUs",
            Self::Sensitivity => "Tornado",
            Self::Explain => "Why",
            other => other.title(),
        }
    }

    /// The word on its tab.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Levers => "Levers",
            Self::Hardware => "Hardware",
            Self::Sensitivity => "Sensitivity",
            Self::Frontier => "Frontier",
            Self::Compare => "Compare",
            Self::Growth => "Growth",
            Self::Explain => "Explain",
            Self::Advice => "Advice",
        }
    }
}

/// What the terminal must do for the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Put a text on the clipboard.
    Copy(String),
    /// Take the mouse, or release it.
    Mouse(bool),
}

/// The scenario that figures are compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Its name.
    pub name: String,
    /// The scenario, evaluated.
    pub case: Case,
    /// Its figures.
    pub figures: Figures,
}

/// A line in words at the bottom of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The words.
    pub text: String,
    /// It tells of something that went wrong.
    pub is_error: bool,
}

/// The explorer.
#[derive(Debug, Clone)]
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
    /// What figures are compared with.
    pub baseline: Option<Baseline>,
    /// The sliders: which are open, which is focused.
    pub list: SliderList,
    /// The view at hand.
    pub view: View,
    /// The chosen row of views that have rows.
    pub row: usize,
    /// The answer that views about one figure are about.
    pub answer: Answer,
    /// What the table of accelerators is ordered by.
    pub order: Order,
    /// Scenarios that are compared beside the baseline and the present one.
    pub kept: Vec<Baseline>,
    /// Parameters that goal seek must not move.
    pub locked: Vec<ParamId>,
    /// An open dialog.
    pub dialog: Option<Dialog>,
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
    history: History,
}

impl App {
    /// The explorer on a scenario.
    #[must_use]
    pub fn new(world: World, store: Store, document: Document, origin: Origin) -> Self {
        let world = Arc::new(world);
        let case = Case::new(&world, document.scenario);
        let figures = figures(&case);
        Self {
            preset: document.scenario,
            world,
            store,
            document,
            origin,
            case,
            figures,
            baseline: None,
            list: SliderList::new(),
            view: View::Overview,
            row: 0,
            answer: Answer::DailyCost,
            order: Order::default(),
            kept: Vec::new(),
            locked: Vec::new(),
            dialog: None,
            message: None,
            mouse: true,
            theme: ThemeName::default(),
            last_scenario: None,
            done: false,
            effects: Vec::new(),
            preview: None,
            history: History::default(),
        }
    }

    /// The scenario that is shown: the one at hand, or a preview of another.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.shown().scenario
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

    /// The list of sliders has so many rows now: headings open as far as there is room.
    pub fn make_room(&mut self, rows: u16) {
        self.list.make_room(usize::from(rows));
    }

    /// What opens the scenario at hand again; `None` for one that came from standard input.
    #[must_use]
    pub fn opened_by(&self) -> Option<String> {
        match &self.origin {
            Origin::BuiltIn(id) | Origin::Model(id) => Some(id.clone()),
            Origin::File(path) => Some(path.display().to_string()),
            Origin::StandardInput => None,
        }
    }

    /// A key press.
    pub fn key(&mut self, key: &KeyEvent) {
        let interrupt = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
        if interrupt {
            self.quit();
            return;
        }
        if let Some(dialog) = self.dialog.take() {
            self.dialog_key(dialog, key);
            return;
        }
        if let Some(action) = keymap::action_of(key) {
            self.act(action);
        } else if let KeyCode::Char(character) = key.code
            && starts_entry(character)
            && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
        {
            self.open_entry(&character.to_string());
        }
    }

    /// A text that was pasted: typed into the open field, character by character, and ignored elsewhere.
    pub fn paste(&mut self, text: &str) {
        for character in text.chars().filter(|character| !character.is_control()) {
            if self.dialog.is_none() {
                return;
            }
            self.key(&KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE));
        }
    }

    /// Carries out an action.
    pub fn act(&mut self, action: Action) {
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
            Action::Escape => self.escape(),
            Action::ResetOne => self.reset_one(),
            Action::ResetAll => self.reset_all(),
            Action::Lock => self.lock(),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::Pin => self.pin(),
            Action::Swap => self.swap(),
            Action::Unpin => {
                self.baseline = None;
                self.say("the baseline is dropped");
            }
            Action::View(number) => self.show(usize::from(number).saturating_sub(1)),
            Action::NextView => self.show((self.view as usize + 1) % View::ALL.len()),
            Action::PreviousView => self.show((self.view as usize + View::ALL.len() - 1) % View::ALL.len()),
            Action::GoalSeek => self.open_goal(),
            Action::Explain => self.show(View::Explain as usize),
            Action::NextAnswer => {
                let here = Answer::ALL.iter().position(|answer| *answer == self.answer).unwrap_or(0);
                self.answer = Answer::ALL[(here + 1) % Answer::ALL.len()];
            }
            Action::Order => self.order = self.order.next(),
            Action::Keep => self.keep(),
            Action::Presets => {
                let last = self.last_scenario.as_deref();
                self.dialog = Some(Dialog::picker(&self.store, &self.world.catalog, last));
            }
            Action::Save => self.save(),
            Action::SaveAs => self.dialog = Some(Dialog::save(&self.suggested_name())),
            Action::Help => self.dialog = Some(Dialog::palette(self)),
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
            Action::GoalSeek => on_slider,
            Action::Order => self.view == View::Hardware,
            Action::NextAnswer => self.view == View::Sensitivity,
            Action::Escape => self.view != View::Overview,
            Action::View(number) => View::ALL.get(usize::from(number) - 1) != Some(&self.view),
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

    /// Works out the figures of what is shown.
    fn refresh(&mut self) {
        self.case = Case::new(&self.world, self.shown().scenario);
        self.figures = figures(&self.case);
    }

    /// Changes the scenario as one step of undo; changes under one `key` in a row are one step.
    fn change(&mut self, label: String, key: Option<ParamId>, change: impl FnOnce(&mut Scenario)) {
        let before = self.document.scenario;
        change(&mut self.document.scenario);
        if self.document.scenario != before {
            self.history.record(before, label, key);
            self.refresh();
        }
    }

    /// Sets one parameter, as a step of undo.
    pub fn set(&mut self, param: ParamId, value: Value, coalesce: bool) {
        let label = format!("{} {}", param.label, param.display(value, &self.world.catalog));
        self.change(label, coalesce.then_some(param), |scenario| param.set(scenario, value));
    }

    fn move_row(&mut self, by: isize) {
        if self.view == View::Overview {
            self.list.move_focus(by);
        } else {
            let last = Rows::of(self).len().saturating_sub(1);
            self.row = self.row.saturating_add_signed(by).min(last);
        }
    }

    fn step(&mut self, direction: Direction, size: StepSize) {
        match self.list.focused_line() {
            Line::Heading(_) => self.list.open(direction == Direction::Up),
            Line::Param(param) => {
                let value = param.stepped(&self.document.scenario, &self.world.catalog, direction, size);
                self.set(param, value, true);
            }
        }
    }

    fn enter(&mut self) {
        if self.view != View::Overview {
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
        match Rows::of(self).choose(self.row, &self.document.scenario, &self.world.catalog) {
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

    /// Opens the field for an exact value; parameters that are chosen from a list get a list instead.
    fn open_entry(&mut self, start: &str) {
        if let Line::Param(param) = self.list.focused_line() {
            let mut dialog = Dialog::entry(param, start);
            match &mut dialog {
                Dialog::Entry(entry) => entry.read(self),
                Dialog::Choice(choice) => choice.fill(self),
                _ => {}
            }
            self.dialog = Some(dialog);
        }
    }

    fn open_goal(&mut self) {
        match self.list.focused_line() {
            Line::Param(param) if self.locked.contains(&param) => {
                self.say("this parameter is locked: unlock it, or choose another");
            }
            Line::Param(param) => self.dialog = Some(Dialog::goal(param, self.answer)),
            Line::Heading(_) => self.say("choose the slider that may change first"),
        }
    }

    fn escape(&mut self) {
        self.show(0);
    }

    fn show(&mut self, index: usize) {
        if let Some(view) = View::ALL.get(index) {
            self.view = *view;
            self.row = 0;
        }
    }

    fn reset_one(&mut self) {
        if let Line::Param(param) = self.list.focused_line() {
            let value = param.stated(&self.preset);
            self.change(format!("reset {}", param.label), None, |scenario| param.set(scenario, value));
        }
    }

    fn reset_all(&mut self) {
        let preset = self.preset;
        self.change("reset all".to_owned(), None, |scenario| *scenario = preset);
    }

    fn lock(&mut self) {
        match self.list.focused_line() {
            Line::Heading(_) => self.list.toggle(),
            Line::Param(param) => match self.locked.iter().position(|locked| *locked == param) {
                Some(position) => {
                    self.locked.remove(position);
                }
                None => self.locked.push(param),
            },
        }
    }

    fn undo(&mut self) {
        match self.history.undo(&mut self.document.scenario) {
            Some(label) => {
                self.refresh();
                self.say(format!("undone: {label}"));
            }
            None => self.say("nothing to undo"),
        }
    }

    fn redo(&mut self) {
        match self.history.redo(&mut self.document.scenario) {
            Some(label) => {
                self.refresh();
                self.say(format!("done again: {label}"));
            }
            None => self.say("nothing to do again"),
        }
    }

    fn pin(&mut self) {
        self.baseline = Some(self.as_baseline());
        self.say("this is the baseline now: every figure shows its change against it");
    }

    /// Keeps the scenario as a column of the comparison; the oldest makes room for a third.
    fn keep(&mut self) {
        if self.kept.len() == MOST_KEPT {
            self.kept.remove(0);
        }
        self.kept.push(self.as_baseline());
        self.say(format!("kept for the comparison: {}", self.document.name));
    }

    /// The scenario at hand, with its figures.
    fn as_baseline(&self) -> Baseline {
        Baseline { name: self.document.name.clone(), case: self.case.clone(), figures: self.figures.clone() }
    }

    fn swap(&mut self) {
        let Some(baseline) = self.baseline.take() else {
            self.say(format!("no baseline yet: {} pins one", Action::Pin.key()));
            return;
        };
        self.baseline = Some(self.as_baseline());
        self.change("swap with the baseline".to_owned(), None, |scenario| *scenario = baseline.case.scenario);
        self.say("swapped with the baseline");
    }

    fn quit(&mut self) {
        if self.is_changed() && !matches!(self.dialog, Some(Dialog::Quit)) {
            self.preview = None;
            self.refresh();
            self.dialog = Some(Dialog::Quit);
        } else {
            self.done = true;
        }
    }

    fn suggested_name(&self) -> String {
        match &self.origin {
            Origin::File(_) => self.document.name.clone(),
            _ if self.is_changed() => format!("{} (mine)", self.document.name),
            _ => self.document.name.clone(),
        }
    }

    /// Saves under the present name when it is a file of the user's own, else asks for a name.
    fn save(&mut self) {
        let own = match (&self.origin, self.store.user_file(&self.document.name)) {
            (Origin::File(path), Some(file)) => *path == file,
            _ => false,
        };
        if own {
            self.save_as(self.document.name.clone(), true);
        } else {
            self.dialog = Some(Dialog::save(&self.suggested_name()));
        }
    }

    fn save_as(&mut self, name: String, overwrite: bool) {
        let document = Document { name, ..self.document.clone() };
        match self.store.save(&document, &self.world.catalog, overwrite) {
            Ok(path) => {
                self.say(format!("saved as {}", path.display()));
                self.preset = document.scenario;
                self.document = document;
                self.origin = Origin::File(path);
            }
            Err(error) => self.complain(error.to_string()),
        }
    }

    /// Opens a scenario, as one step of undo.
    fn load(&mut self, document: Document, origin: Origin) {
        let label = format!("open {}", document.name);
        let scenario = document.scenario;
        self.history.record(self.document.scenario, label, None);
        self.document = document;
        self.origin = origin;
        self.preset = scenario;
        self.refresh();
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

    fn dialog_key(&mut self, mut dialog: Dialog, key: &KeyEvent) {
        let outcome = dialog.key(key, self);
        self.dialog_outcome(dialog, outcome);
    }

    fn dialog_outcome(&mut self, dialog: Dialog, outcome: DialogOutcome) {
        match outcome {
            DialogOutcome::Open => self.dialog = Some(dialog),
            DialogOutcome::Preview(document) => {
                self.preview = document.map(|document| *document);
                self.refresh();
                self.dialog = Some(dialog);
            }
            DialogOutcome::Close => {
                self.preview = None;
                self.refresh();
            }
            DialogOutcome::Set(param, value) => {
                self.preview = None;
                self.history.settle();
                self.set(param, value, false);
                self.refresh();
            }
            DialogOutcome::Load(document, origin) => {
                self.preview = None;
                self.load(*document, origin);
            }
            DialogOutcome::SaveAs { name, overwrite } => self.save_as(name, overwrite),
            DialogOutcome::Run(action) => self.act(action),
            DialogOutcome::Quit => self.done = true,
            DialogOutcome::SaveAndQuit => {
                self.save();
                self.done = self.dialog.is_none() && !self.is_changed();
            }
        }
    }
}

/// Scenarios that are compared beside the baseline and the present one.
const MOST_KEPT: usize = 2;

/// Characters that begin a value when nothing else is open: relative values and money.
fn starts_entry(character: char) -> bool {
    matches!(character, '+' | '-' | '*' | '/' | '$' | '0')
}
