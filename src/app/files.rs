//! Opening and saving.

use std::path::Path;

use crate::app::history::Open;
use crate::app::state::State;
use crate::files::atomic::WriteError;
use crate::files::store::{DEFAULT_SCENARIO, Opened, Origin};
use crate::keymap::{Action, key_of};
use crate::views::scene::Baseline;

impl State {
    /// What opens the current scenario again; `None` for one that came from standard input.
    pub fn opened_by(&self) -> Option<String> {
        match &self.origin {
            Origin::BuiltIn(id) | Origin::Model(id) => Some(id.clone()),
            Origin::File(path) | Origin::Page(path) => Some(path.display().to_string()),
            Origin::StandardInput => None,
        }
    }

    /// What is open now.
    pub(super) fn open(&self) -> Open {
        Open {
            document: self.document.clone(),
            origin: self.origin.clone(),
            preset: self.preset,
            start: self.start.clone(),
        }
    }

    /// Opens a scenario, as one step of undo.
    pub(super) fn load(&mut self, Opened { document, origin, grown }: Opened) {
        self.preview = None;
        self.world = self.with_catalog(grown);
        self.history.record_opening(self.open(), format!("open {}", document.name));
        self.preset = document.scenario;
        if let Some(note) = document.notes.first() {
            self.say(note.clone());
        }
        self.document = document;
        self.origin = origin;
        self.refresh();
        self.restart();
    }

    /// Says that what was open last is open again, and how to get another; of the scenario to begin with, nothing.
    pub fn resumed(&mut self) {
        if self.opened_by().as_deref() != Some(DEFAULT_SCENARIO) {
            let open = key_of(Action::Presets);
            self.say(format!(
                "opened what was open last; {open} opens another, `whatif {DEFAULT_SCENARIO}` starts afresh"
            ));
        }
    }

    /// Offers the tour to somebody who has opened nothing before.
    pub fn welcome(&mut self) {
        let find = key_of(Action::Find);
        self.say(format!("new here? Press {find} and type tour for ten steps, or run `whatif present tour`"));
    }

    pub(super) fn suggested_name(&self) -> String {
        match &self.origin {
            Origin::File(_) => self.document.name.clone(),
            _ if self.is_changed() => format!("{} (mine)", self.document.name),
            _ => self.document.name.clone(),
        }
    }

    /// The file that the scenario was opened from or saved to.
    pub(super) fn file(&self) -> Option<&Path> {
        if let Origin::File(path) = &self.origin { Some(path) } else { None }
    }

    /// Saves over a file; the text that was found in it where somebody has changed it and `overwrite` was not asked for.
    pub(super) fn save_over(&mut self, path: &Path, overwrite: bool) -> Option<String> {
        match self.store.save_over(path, &mut self.document, &self.world.catalog, overwrite) {
            Ok(()) => self.saved(path),
            Err(WriteError::Changed { found, .. }) => return Some(found),
            Err(error) => self.complain(error.to_string()),
        }
        None
    }

    /// What is opened or saved is what changes are counted from.
    fn restart(&mut self) {
        self.preset = self.document.scenario;
        self.start = Baseline { name: "start".to_owned(), ..self.as_baseline() };
        self.open_view();
    }

    fn saved(&mut self, path: &Path) {
        self.say(format!("saved as {}", path.display()));
        self.restart();
    }

    /// Saves under a name; `false` where that failed.
    pub(super) fn save_as(&mut self, name: String, overwrite: bool) -> bool {
        let mut document = self.document.clone();
        document.name = name;
        if self.is_changed() && !matches!(self.origin, Origin::File(_)) {
            // What was said of what is built in need not be so of this one.
            document.summary.clear();
        }
        match self.store.save(&mut document, &self.world.catalog, overwrite) {
            Ok(path) => {
                self.document = document;
                self.origin = Origin::File(path.clone());
                self.saved(&path);
                true
            }
            Err(error) => {
                self.complain(error.to_string());
                false
            }
        }
    }
}
