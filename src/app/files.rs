//! Opening, saving, and leaving without losing anything.

use crate::app::App;
use crate::app::dialog::quit::QuitDialog;
use crate::app::dialog::save::SaveDialog;
use crate::files::store::{Opened, Origin};

impl App {
    /// What opens the scenario at hand again; `None` for one that came from standard input.
    #[must_use]
    pub fn opened_by(&self) -> Option<String> {
        match &self.origin {
            Origin::BuiltIn(id) | Origin::Model(id) => Some(id.clone()),
            Origin::File(path) => Some(path.display().to_string()),
            Origin::StandardInput => None,
        }
    }

    /// Opens a scenario, as one step of undo.
    pub(super) fn load(&mut self, Opened { document, origin, grown }: Opened) {
        self.end_preview();
        if let Some(catalog) = grown {
            self.know(catalog);
        }
        self.history.record(self.document.scenario, format!("open {}", document.name), None);
        self.preset = document.scenario;
        self.document = document;
        self.origin = origin;
        self.refresh();
    }

    pub(super) fn suggested_name(&self) -> String {
        match &self.origin {
            Origin::File(_) => self.document.name.clone(),
            _ if self.is_changed() => format!("{} (mine)", self.document.name),
            _ => self.document.name.clone(),
        }
    }

    /// Saves under the present name when it is a file of the user's own, else asks for a name.
    pub(super) fn save(&mut self) {
        let own = match (&self.origin, self.store.user_file(&self.document.name)) {
            (Origin::File(path), Some(file)) => *path == file,
            _ => false,
        };
        if own {
            self.save_as(self.document.name.clone(), true);
        } else {
            self.dialog = Some(Box::new(SaveDialog::new(&self.suggested_name())));
        }
    }

    pub(super) fn save_as(&mut self, name: String, overwrite: bool) {
        let mut document = self.document.clone();
        document.name = name;
        match self.store.save(&document, &self.world.catalog, overwrite) {
            Ok(path) => {
                self.say(format!("saved as {}", path.display()));
                self.preset = document.scenario;
                self.document = document;
                self.origin = Origin::File(path);
                self.open_view();
            }
            Err(error) => self.complain(error.to_string()),
        }
    }

    /// Ends the program, or asks first where there are unsaved changes.
    pub(super) fn quit(&mut self) {
        if self.is_changed() {
            self.dialog = Some(Box::new(QuitDialog));
        } else {
            self.done = true;
        }
    }
}
