//! The explorer: its state, an open dialog, and what keys do to both. No terminal.

pub mod dialog;
pub mod draft;
mod files;
pub mod hints;
pub mod history;
pub mod list;
pub mod presentation;
mod profile;
pub mod state;
mod summary;
pub mod tracks;
mod update;

use std::path::Path;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::analysis::case::World;
use crate::analysis::explain::Subject;
use crate::app::dialog::alerts::AlertsDialog;
use crate::app::dialog::changed::ChangedDialog;
use crate::app::dialog::choice::ChoiceDialog;
use crate::app::dialog::decks::DecksDialog;
use crate::app::dialog::entry::EntryDialog;
use crate::app::dialog::goal::GoalDialog;
use crate::app::dialog::help::HelpDialog;
use crate::app::dialog::palette::PaletteDialog;
use crate::app::dialog::picker::PickerDialog;
use crate::app::dialog::quit::QuitDialog;
use crate::app::dialog::save::SaveDialog;
use crate::app::dialog::steps::StepsDialog;
use crate::app::dialog::{Dialog, Outcome};
use crate::app::draft::Draft;
use crate::app::presentation::Presentation;
use crate::app::state::{Panel, State};
use crate::files::deck::DeckDocument;
use crate::files::document::Document;
use crate::files::store::{Origin, Store};
use crate::import::metrics::{Source, Watch};
use crate::keymap::{Action, Place, key_of};
use crate::scenario::domain::Domain;
use crate::views::{KEYMAP, LIVE};

/// How long a watched engine is left alone between two looks.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// The explorer.
#[derive(Debug)]
pub struct App {
    /// What it knows and shows.
    pub state: State,
    pub dialog: Option<Box<dyn Dialog>>,
    /// The deck that is presented, whose step the state is then.
    pub presentation: Option<Box<Presentation>>,
    /// Keys in a row that could be a number, each of which did something else.
    typed: String,
}

impl App {
    pub fn new(world: World, store: Store, document: Document, origin: Origin) -> Self {
        Self {
            state: State::new(world, store, document, origin),
            dialog: None,
            presentation: None,
            typed: String::new(),
        }
    }

    /// A deck to go on with, its steps listed over the scenario of the last one, on which the next will build.
    pub fn editing(world: World, store: Store, deck: DeckDocument, origin: &Origin) -> Self {
        let scenarios = deck.deck().scenarios();
        let start = deck.deck().start_of(scenarios.len().saturating_sub(1));
        let mut document = Document::new(&start.name, &world.catalog);
        document.sources.clone_from(&start.sources);
        document.scenario = start.scenario;
        let from = start.id.clone().map_or(Origin::StandardInput, Origin::BuiltIn);
        let mut app = Self::new(world, store, document, from);
        app.state.draft = Some(Draft::of(deck, origin));
        if let Some(last) = scenarios.last() {
            // Changes are still counted from what it starts from, as in a command that reproduces them.
            app.state.document.scenario = *last;
            app.state.refresh();
        }
        app.open_steps(0);
        app
    }

    /// Watches an engine from now on, and shows what it does.
    pub fn watch(&mut self, source: Option<Source>) {
        if let Some(source) = source {
            self.state.live = Some(Watch::start(source, LOOK_AGAIN));
            self.state.show(LIVE);
        }
    }

    /// A key press.
    pub fn key(&mut self, key: &KeyEvent) {
        let places = match (&self.dialog, &self.presentation) {
            (Some(dialog), _) => dialog.face().places,
            (None, Some(_)) => &[Place::Presenting],
            (None, None) => self.state.places(),
        };
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let letter = match key.code {
            KeyCode::Char(letter) if plain => Some(letter.to_string()),
            _ => None,
        };
        if self.was_typing(letter.as_deref()) && key.code == KeyCode::Enter {
            return;
        }
        match (KEYMAP.action(places, key), letter) {
            (Some(Action::Type), Some(letter)) => self.open_entry(&letter),
            (Some(action), _) => self.act(action),
            (None, Some(letter)) => self.insert(&letter),
            (None, None) => {}
        }
    }

    /// A number seems to have been typed where its digits opened views: the key that ends it must not do what is chosen
    /// there, and it is said how a value is typed.
    fn was_typing(&mut self, letter: Option<&str>) -> bool {
        let is_free = self.dialog.is_none() && self.presentation.is_none();
        if let Some(letter) = letter.filter(|letter| is_free && "0123456789.,kKmMbB%".contains(*letter)) {
            self.typed.push_str(letter);
            return false;
        }
        let typed = std::mem::take(&mut self.typed);
        let is_number = typed.len() > 1 && typed.starts_with(|first: char| first.is_ascii_digit());
        let was_typing = is_free && is_number && self.state.focus != Panel::Sliders;
        if was_typing {
            let enter = key_of(Action::Enter);
            self.state.say(format!(
                "`{typed}` opened views: a value is typed after {enter} on its slider. {enter} again does what is chosen here"
            ));
        }
        was_typing
    }

    /// A text that was pasted: it goes into the open field without its control characters, and nowhere else.
    pub fn paste(&mut self, text: &str) {
        let text: String = text.chars().filter(|character| !character.is_control()).collect();
        self.insert(&text);
    }

    /// A pointer chose a row of the open dialog.
    pub fn point(&mut self, row: usize) {
        if let Some(mut dialog) = self.dialog.take() {
            let outcome = dialog.point(row, &self.state);
            self.carry_out(dialog, outcome);
        }
    }

    fn insert(&mut self, text: &str) {
        if let Some(mut dialog) = self.dialog.take() {
            let outcome = dialog.insert(text, &self.state);
            self.carry_out(dialog, outcome);
        } else {
            self.type_step(text);
        }
    }

    /// Carries out an action: in the open dialog, else on the screen.
    pub fn act(&mut self, action: Action) {
        match self.dialog.take() {
            Some(mut dialog) => {
                let outcome = dialog.act(action, &self.state);
                self.carry_out(dialog, outcome);
            }
            None if self.presentation.is_some() => self.act_presenting(action),
            None => self.act_on_screen(action),
        }
    }

    /// Shows where a figure comes from.
    pub fn explain(&mut self, subject: Subject) {
        if self.dialog.is_none() {
            self.state.explain(subject);
        }
    }

    fn act_on_screen(&mut self, action: Action) {
        let state = &mut self.state;
        state.begin(action);
        match action {
            Action::Enter if state.is_on_slider() => self.open_entry(""),
            Action::Enter if state.is_on_alert() => self.open(AlertsDialog::new(&self.state)),
            Action::Alerts => self.open(AlertsDialog::new(&self.state)),
            Action::Type => self.open_entry(""),
            Action::GoalSeek => self.open_goal(),
            Action::Explain => {
                self.explain(self.state.pointed_subject().unwrap_or(Subject::Of(self.state.answer)));
            }
            Action::Presets => self.open(PickerDialog::new(&self.state)),
            Action::Find => self.find(""),
            Action::Help => self.open(HelpDialog::default()),
            Action::Present => self.present_draft(),
            Action::Save => self.save(),
            Action::SaveAs => self.open(SaveDialog::new(&self.state.suggested_name())),
            Action::Steps => self.open_steps(usize::MAX),
            Action::Quit if state.is_unsaved() => self.open(QuitDialog),
            Action::Quit => state.done = true,
            _ => state.act(action),
        }
    }

    /// Finds anything; in front of people, what can be turned.
    fn find(&mut self, typed: &str) {
        let dialog = match self.presentation {
            Some(_) => PaletteDialog::sliders(typed, &self.state),
            None => PaletteDialog::new(typed, &self.state),
        };
        self.open(dialog);
    }

    fn open(&mut self, dialog: impl Dialog + 'static) {
        self.dialog = Some(Box::new(dialog));
    }

    /// Asks for a value of the focused parameter: typed where it is a number, else chosen from a list.
    fn open_entry(&mut self, start: &str) {
        let Some(param) = self.state.focused() else { return };
        match param.domain {
            Domain::Number(_) => self.open(EntryDialog::new(param, start, &self.state)),
            _ => self.open(ChoiceDialog::new(param, start, &self.state)),
        }
    }

    /// The steps of the deck that is being made, on one of them or on the last; where there is none, all decks.
    fn open_steps(&mut self, row: usize) {
        match &self.state.draft {
            Some(draft) => self.open(StepsDialog::new(draft.clone(), row)),
            None => self.open(DecksDialog::new(&self.state)),
        }
    }

    fn open_goal(&mut self) {
        let state = &mut self.state;
        let param = state.focused().filter(|param| param.number().is_some());
        if param.is_some_and(|param| state.locked.contains(&param)) && state.focus == Panel::Sliders {
            return state.say("this parameter is locked: unlock it or choose another");
        }
        let answer = state.pointed_answer().unwrap_or(state.answer);
        self.open(GoalDialog::new(param, answer));
    }

    /// Saves over the file that the scenario was opened from, and asks where somebody has changed that since; where it was
    /// opened from none, asks for a name.
    fn save(&mut self) {
        let Some(path) = self.state.file().map(Path::to_owned) else {
            return self.open(SaveDialog::new(&self.state.suggested_name()));
        };
        if let Some(found) = self.state.save_over(&path, false) {
            self.open(ChangedDialog::new(&self.state, &found));
        }
    }

    /// Does what a dialog asks for.
    fn carry_out(&mut self, dialog: Box<dyn Dialog>, outcome: Outcome) {
        self.conclude(dialog, outcome);
        self.follow();
    }

    fn conclude(&mut self, dialog: Box<dyn Dialog>, outcome: Outcome) {
        let state = &mut self.state;
        match outcome {
            Outcome::Open => self.dialog = Some(dialog),
            Outcome::Preview(preview) => {
                self.dialog = Some(dialog);
                state.preview(preview);
            }
            Outcome::Close => state.preview(None),
            Outcome::Set(param, value) => state.set_from_dialog(param, value),
            Outcome::Reach { label, scenario, param, message } => {
                state.become_another(label, &scenario);
                state.say(message);
                self.turn_to(param);
            }
            Outcome::Focus(param) => {
                state.preview(None);
                self.turn_to(param);
            }
            Outcome::Step(step) => self.show_step(step),
            Outcome::PresentDeck(opened) => {
                state.preview(None);
                let world = state.with_catalog(opened.grown);
                self.present(opened.deck.deck().clone(), &world);
            }
            Outcome::Present(step) => {
                self.present_draft();
                self.show_step(step);
            }
            Outcome::Explain(answer) => {
                state.preview(None);
                self.explain(Subject::Of(answer));
            }
            Outcome::Read(answer, statement) => {
                state.preview(None);
                self.explain(Subject::Of(answer));
                self.state.row = self.state.content.find(&statement).unwrap_or(0);
            }
            Outcome::Find(typed) => {
                state.preview(None);
                self.find(&typed);
            }
            Outcome::Complain(words) => {
                state.preview(None);
                state.complain(words);
            }
            Outcome::Load(opened) => state.load(*opened),
            // What was typed stays where it could not be saved.
            Outcome::SaveAs { name, overwrite } => {
                if !state.save_as(name, overwrite) {
                    self.dialog = Some(dialog);
                }
            }
            Outcome::Replace => {
                if let Some(path) = state.file().map(Path::to_owned) {
                    state.save_over(&path, true);
                }
            }
            Outcome::Draft(draft) => {
                state.draft = Some(*draft);
                self.dialog = Some(dialog);
            }
            Outcome::Decks => self.open(DecksDialog::new(&self.state)),
            Outcome::Edit(opened) => {
                state.edit(*opened);
                self.open_steps(0);
            }
            Outcome::SaveDraft { title, overwrite, row } => {
                state.save_draft(&title, overwrite);
                self.open_steps(row);
            }
            Outcome::Run(action) => {
                state.preview(None);
                self.act(action);
            }
            Outcome::Quit => state.done = true,
            Outcome::SaveAndQuit => {
                if self.state.is_scenario_unsaved() {
                    self.save();
                }
                self.state.keep_draft();
                self.state.done = self.dialog.is_none() && !self.state.is_unsaved();
            }
        }
    }
}
