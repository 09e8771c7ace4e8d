//! The explorer: its state, an open dialog, and what keys do to both. No terminal.

pub mod dialog;
mod files;
pub mod hints;
pub mod history;
pub mod list;
pub mod state;
mod update;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::analysis::case::World;
use crate::app::dialog::choice::ChoiceDialog;
use crate::app::dialog::entry::EntryDialog;
use crate::app::dialog::goal::GoalDialog;
use crate::app::dialog::palette::PaletteDialog;
use crate::app::dialog::picker::PickerDialog;
use crate::app::dialog::quit::QuitDialog;
use crate::app::dialog::save::SaveDialog;
use crate::app::dialog::{Dialog, Outcome};
use crate::app::state::State;
use crate::files::document::Document;
use crate::files::store::{Origin, Store};
use crate::keymap::{Action, Place};
use crate::scenario::domain::Domain;
use crate::views::KEYMAP;

/// The explorer.
#[derive(Debug)]
pub struct App {
    /// What it knows and shows.
    pub state: State,
    pub dialog: Option<Box<dyn Dialog>>,
}

impl App {
    pub fn new(world: World, store: Store, document: Document, origin: Origin) -> Self {
        Self { state: State::new(world, store, document, origin), dialog: None }
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
            let outcome = dialog.insert(text, &self.state);
            self.carry_out(dialog, outcome);
        }
    }

    /// Carries out an action: in the open dialog, else on the screen.
    pub fn act(&mut self, action: Action) {
        match self.dialog.take() {
            Some(mut dialog) => {
                let outcome = dialog.act(action, &self.state);
                self.carry_out(dialog, outcome);
            }
            None => self.act_on_screen(action),
        }
    }

    fn act_on_screen(&mut self, action: Action) {
        let state = &mut self.state;
        state.begin(action);
        match action {
            Action::Enter if state.is_on_slider() => self.open_entry(""),
            Action::Type => self.open_entry(""),
            Action::GoalSeek => self.open_goal(),
            Action::Presets => self.open(PickerDialog::new(&self.state)),
            Action::Help => self.open(PaletteDialog::new(&self.state)),
            Action::Save => self.save(),
            Action::SaveAs => self.open(SaveDialog::new(&self.state.suggested_name())),
            Action::Quit if state.is_changed() => self.open(QuitDialog),
            Action::Quit => state.done = true,
            _ => state.act(action),
        }
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

    fn open_goal(&mut self) {
        let state = &mut self.state;
        match state.focused() {
            Some(param) if state.locked.contains(&param) => {
                state.say("this parameter is locked: unlock it or choose another");
            }
            Some(param) => self.open(GoalDialog::new(param, self.state.answer)),
            None => state.say("first choose the slider to change"),
        }
    }

    /// Saves under the current name when it is a file of the user's own, else asks for a name.
    fn save(&mut self) {
        let state = &mut self.state;
        if state.is_own_file() {
            state.save_as(state.document.name.clone(), true);
        } else {
            self.open(SaveDialog::new(&self.state.suggested_name()));
        }
    }

    /// Does what a dialog asks for.
    fn carry_out(&mut self, dialog: Box<dyn Dialog>, outcome: Outcome) {
        let state = &mut self.state;
        match outcome {
            Outcome::Open => self.dialog = Some(dialog),
            Outcome::Preview(preview) => {
                self.dialog = Some(dialog);
                state.preview(preview);
            }
            Outcome::Close => state.preview(None),
            Outcome::Set(param, value) => state.set_from_dialog(param, value),
            Outcome::Load(opened) => state.load(*opened),
            Outcome::SaveAs { name, overwrite } => state.save_as(name, overwrite),
            Outcome::Run(action) => {
                state.preview(None);
                self.act(action);
            }
            Outcome::Quit => state.done = true,
            Outcome::SaveAndQuit => {
                self.save();
                self.state.done = self.dialog.is_none() && !self.state.is_changed();
            }
        }
    }
}
