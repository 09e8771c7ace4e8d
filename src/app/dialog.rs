//! Dialogs: typing a value, choosing from a list, opening, saving, finding an action, quitting.
//!
//! Each takes keys and says what shall happen; the application carries it out.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::analysis::answer::Answer;
use crate::analysis::goal::{GoalResult, solve};
use crate::app::App;
use crate::app::field::Field;
use crate::catalog::Catalog;
use crate::files::document::Document;
use crate::files::store::{Entry, Origin, Store};
use crate::keymap::{self, Action, BINDINGS, Binding};
use crate::scenario::ParamId;
use crate::scenario::domain::Domain;
use crate::scenario::value::Value;
use crate::text::quantity;

/// An open dialog.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// An exact value is being typed.
    Entry(EntryDialog),
    /// A choice is being made from a list.
    Choice(ChoiceDialog),
    /// A scenario or model is being chosen.
    Picker(PickerDialog),
    /// A name to save under is being typed.
    Save(SaveDialog),
    /// An action is being looked for.
    Palette(PaletteDialog),
    /// A goal is being stated.
    Goal(GoalDialog),
    /// There are unsaved changes, and quitting was asked for.
    Quit,
}

/// What shall happen after a key.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The dialog goes on.
    Open,
    /// It goes on, with another scenario shown behind it.
    Preview(Option<Box<Document>>),
    /// It closes and nothing is changed.
    Close,
    /// It closes and sets a parameter.
    Set(ParamId, Value),
    /// It closes and opens a scenario.
    Load(Box<Document>, Origin),
    /// It closes and saves.
    SaveAs {
        /// The name.
        name: String,
        /// Whether an existing file may be replaced.
        overwrite: bool,
    },
    /// It closes and carries out an action.
    Run(Action),
    /// The program ends.
    Quit,
    /// The scenario is saved and the program ends.
    SaveAndQuit,
}

/// An exact value for a number.
#[derive(Debug, Clone)]
pub struct EntryDialog {
    /// The parameter.
    pub param: ParamId,
    /// What is typed.
    pub field: Field,
    /// What it means, or why it means nothing; `None` while nothing is typed.
    pub parsed: Option<Result<Value, String>>,
}

/// A choice from a parameter's words, models or accelerators.
#[derive(Debug, Clone)]
pub struct ChoiceDialog {
    /// The parameter.
    pub param: ParamId,
    /// Letters that narrow the list.
    pub filter: Field,
    /// All choices with their names.
    pub choices: Vec<(Value, String)>,
    /// The chosen row of those that pass the filter.
    pub row: usize,
}

/// A scenario, a model or a file of the user's own.
#[derive(Debug, Clone)]
pub struct PickerDialog {
    /// Letters that narrow the list.
    pub filter: Field,
    /// Everything that can be opened, group by group.
    pub entries: Vec<Entry>,
    /// The chosen row of those that pass the filter.
    pub row: usize,
    /// Why the chosen one cannot be opened.
    pub error: Option<String>,
    /// The chosen file is about to be deleted: asks first.
    pub deleting: bool,
    /// A new name for the chosen file.
    pub renaming: Option<Field>,
}

/// A name to save under.
#[derive(Debug, Clone)]
pub struct SaveDialog {
    /// The name.
    pub field: Field,
    /// A file of that name exists: asks whether to replace it.
    pub exists: bool,
}

/// A goal: make an answer be a value by changing a parameter.
#[derive(Debug, Clone)]
pub struct GoalDialog {
    /// The parameter that may change.
    pub param: ParamId,
    /// The answer that is aimed at.
    pub answer: Answer,
    /// The value that it shall have, as typed.
    pub field: Field,
    /// What was found; `Err` in words where nothing was.
    pub result: Option<Result<Value, String>>,
}

/// An action, by name.
#[derive(Debug, Clone)]
pub struct PaletteDialog {
    /// Every action, and whether it would do something now.
    pub actions: Vec<(&'static Binding, bool)>,
    /// Letters that narrow the list.
    pub filter: Field,
    /// The chosen row of those that pass the filter.
    pub row: usize,
}

impl Dialog {
    /// Typing a value for a number; choosing one where there is a list.
    #[must_use]
    pub fn entry(param: ParamId, start: &str) -> Self {
        match param.domain {
            Domain::Number(_) => Self::Entry(EntryDialog { param, field: Field::new(start), parsed: None }),
            _ => Self::Choice(ChoiceDialog { param, filter: Field::new(start), choices: Vec::new(), row: 0 }),
        }
    }

    /// The list of everything that can be opened, on what was open last.
    #[must_use]
    pub fn picker(store: &Store, catalog: &Catalog, last: Option<&str>) -> Self {
        let models = catalog.models().iter().map(|model| Entry {
            id: model.id.clone(),
            name: model.name.clone(),
            summary: format!("{}, {}; the default load on this model", model.organisation, model.released),
            origin: Origin::Model(model.id.clone()),
        });
        let entries: Vec<Entry> =
            store.user_entries().into_iter().chain(Store::built_in_entries()).chain(models).collect();
        let opens = |entry: &Entry| match &entry.origin {
            Origin::File(path) => path.display().to_string(),
            _ => entry.id.clone(),
        };
        let row = entries.iter().position(|entry| Some(opens(entry).as_str()) == last).unwrap_or(0);
        Self::Picker(PickerDialog {
            filter: Field::default(),
            entries,
            row,
            error: None,
            deleting: false,
            renaming: None,
        })
    }

    /// Saving under a name.
    #[must_use]
    pub fn save(name: &str) -> Self {
        Self::Save(SaveDialog { field: Field::new(name), exists: false })
    }

    /// Looking for an action: those that do something now come first.
    #[must_use]
    pub fn palette(app: &App) -> Self {
        let mut actions: Vec<(&'static Binding, bool)> =
            BINDINGS.iter().map(|binding| (binding, app.applies(binding.action))).collect();
        actions.sort_by_key(|(_, applies)| !applies);
        Self::Palette(PaletteDialog { actions, filter: Field::default(), row: 0 })
    }

    /// Stating a goal.
    #[must_use]
    pub fn goal(param: ParamId, answer: Answer) -> Self {
        Self::Goal(GoalDialog { param, answer, field: Field::default(), result: None })
    }

    /// Takes a key.
    pub fn key(&mut self, key: &KeyEvent, app: &App) -> Outcome {
        match self {
            Self::Goal(dialog) => dialog.key(key, app),
            Self::Entry(dialog) => dialog.key(key, app),
            Self::Choice(dialog) => dialog.key(key, app),
            Self::Picker(dialog) => dialog.key(key, app),
            Self::Save(dialog) => dialog.key(key, app),
            Self::Palette(dialog) => dialog.key(key),
            Self::Quit => match key.code {
                KeyCode::Char('s' | 'S') => Outcome::SaveAndQuit,
                KeyCode::Char('q' | 'Q' | 'y' | 'Y') => Outcome::Quit,
                KeyCode::Esc | KeyCode::Char('n' | 'N') => Outcome::Close,
                _ => Outcome::Open,
            },
        }
    }
}

impl EntryDialog {
    fn key(&mut self, key: &KeyEvent, app: &App) -> Outcome {
        match key.code {
            KeyCode::Esc => Outcome::Close,
            KeyCode::Enter => match self.parsed {
                Some(Ok(value)) => Outcome::Set(self.param, value),
                Some(Err(_)) => Outcome::Open,
                None => Outcome::Close,
            },
            _ => {
                if self.field.key(key) {
                    self.read(app);
                }
                Outcome::Preview(self.preview(app))
            }
        }
    }

    /// Reads what is typed.
    pub fn read(&mut self, app: &App) {
        let text = self.field.text();
        let param = self.param;
        self.parsed = (!text.trim().is_empty()).then(|| {
            param
                .parse_entry(text, &app.document.scenario, &app.world.catalog)
                .map_err(|error| error.to_string())
        });
    }

    fn preview(&self, app: &App) -> Option<Box<Document>> {
        let Some(Ok(value)) = self.parsed else { return None };
        Some(Box::new(with_value(app, self.param, value)))
    }
}

/// The scenario at hand with one parameter set.
fn with_value(app: &App, param: ParamId, value: Value) -> Document {
    let mut document = app.document.clone();
    param.set(&mut document.scenario, value);
    document
}

impl ChoiceDialog {
    /// The choices that pass the filter.
    #[must_use]
    pub fn shown(&self) -> Vec<&(Value, String)> {
        self.choices.iter().filter(|(_, name)| passes(self.filter.text(), &[name])).collect()
    }

    /// Lists the choices and puts the row on the present one.
    pub fn fill(&mut self, app: &App) {
        let catalog = &app.world.catalog;
        let param = self.param;
        let scenario = &app.document.scenario;
        let mut values = param.choices(catalog);
        if param.optional {
            values.insert(0, Value::Auto);
        }
        let present = param.stated(scenario);
        self.row = values.iter().position(|value| *value == present).unwrap_or(0);
        self.choices = values.into_iter().map(|value| (value, param.display(value, catalog))).collect();
    }

    fn key(&mut self, key: &KeyEvent, app: &App) -> Outcome {
        let count = self.shown().len();
        match key.code {
            KeyCode::Esc => return Outcome::Close,
            KeyCode::Enter => {
                return match self.shown().get(self.row) {
                    Some((value, _)) => Outcome::Set(self.param, *value),
                    None => Outcome::Open,
                };
            }
            _ => {
                if !move_row(&mut self.row, key, count) && self.filter.key(key) {
                    self.row = 0;
                }
            }
        }
        let chosen = self.shown().get(self.row).map(|(value, _)| *value);
        Outcome::Preview(chosen.map(|value| Box::new(with_value(app, self.param, value))))
    }
}

impl PickerDialog {
    /// The entries that pass the filter.
    #[must_use]
    pub fn shown(&self) -> Vec<&Entry> {
        self.entries.iter().filter(|entry| passes(self.filter.text(), &[&entry.id, &entry.name])).collect()
    }

    fn chosen(&self) -> Option<Entry> {
        self.shown().get(self.row).map(|entry| (*entry).clone())
    }

    fn key(&mut self, key: &KeyEvent, app: &App) -> Outcome {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if self.deleting {
            self.deleting = false;
            if matches!(key.code, KeyCode::Char('y' | 'Y')) {
                self.delete(app);
            }
            return Outcome::Open;
        }
        if let Some(mut field) = self.renaming.take() {
            match key.code {
                KeyCode::Esc => {}
                KeyCode::Enter => self.rename(field.text(), app),
                _ => {
                    field.key(key);
                    self.renaming = Some(field);
                }
            }
            return Outcome::Open;
        }
        let own = self.chosen().filter(|entry| matches!(entry.origin, Origin::File(_)));
        match key.code {
            KeyCode::Esc => return Outcome::Close,
            KeyCode::Enter => return self.open(app),
            KeyCode::Char('d') if control && own.is_some() => {
                self.deleting = true;
                return Outcome::Open;
            }
            KeyCode::Char('r') if control => {
                self.renaming = own.map(|entry| Field::new(&entry.name));
                return Outcome::Open;
            }
            _ => {
                let count = self.shown().len();
                if !move_row(&mut self.row, key, count) && self.filter.key(key) {
                    self.row = 0;
                }
            }
        }
        self.preview(app)
    }

    fn read(&self, app: &App) -> Option<Result<(Document, Origin), String>> {
        let entry = self.chosen()?;
        let name = match &entry.origin {
            Origin::File(path) => path.display().to_string(),
            _ => entry.id,
        };
        // A preview must not add to the catalog: accelerators of a file are added when it is opened.
        let mut catalog = app.world.catalog.clone();
        Some(app.store.open(&name, &mut catalog).map_err(|error| error.to_string()).and_then(|opened| {
            if catalog.gpus().len() == app.world.catalog.gpus().len() {
                Ok(opened)
            } else {
                Err("this file describes its own GPU: open it from the command line".to_owned())
            }
        }))
    }

    fn preview(&mut self, app: &App) -> Outcome {
        match self.read(app) {
            Some(Ok((document, _))) => {
                self.error = None;
                Outcome::Preview(Some(Box::new(document)))
            }
            Some(Err(error)) => {
                self.error = Some(error);
                Outcome::Preview(None)
            }
            None => {
                self.error = None;
                Outcome::Preview(None)
            }
        }
    }

    fn open(&mut self, app: &App) -> Outcome {
        match self.read(app) {
            Some(Ok((document, origin))) => Outcome::Load(Box::new(document), origin),
            Some(Err(error)) => {
                self.error = Some(error);
                Outcome::Open
            }
            None => Outcome::Open,
        }
    }

    fn delete(&mut self, app: &App) {
        let Some(Entry { origin: Origin::File(path), .. }) = self.chosen() else { return };
        match app.store.delete(&path) {
            Ok(()) => {
                self.entries.retain(|entry| entry.origin != Origin::File(path.clone()));
                self.row = self.row.min(self.shown().len().saturating_sub(1));
            }
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    fn rename(&mut self, name: &str, app: &App) {
        let Some(Entry { origin: Origin::File(path), .. }) = self.chosen() else { return };
        match app.store.rename(&path, name, &app.world.catalog) {
            Ok(_) => {
                let Dialog::Picker(again) = Dialog::picker(&app.store, &app.world.catalog, None) else {
                    return;
                };
                self.entries = again.entries;
            }
            Err(error) => self.error = Some(error),
        }
    }
}

impl SaveDialog {
    fn key(&mut self, key: &KeyEvent, app: &App) -> Outcome {
        if self.exists {
            if matches!(key.code, KeyCode::Char('y' | 'Y')) {
                return Outcome::SaveAs { name: self.field.text().trim().to_owned(), overwrite: true };
            }
            self.exists = false;
            return Outcome::Open;
        }
        match key.code {
            KeyCode::Esc => Outcome::Close,
            KeyCode::Enter => {
                let name = self.field.text().trim().to_owned();
                match app.store.user_file(&name) {
                    Some(path) if path.exists() => {
                        self.exists = true;
                        Outcome::Open
                    }
                    Some(_) => Outcome::SaveAs { name, overwrite: false },
                    None => Outcome::Open,
                }
            }
            _ => {
                self.field.key(key);
                Outcome::Open
            }
        }
    }
}

impl GoalDialog {
    fn key(&mut self, key: &KeyEvent, app: &App) -> Outcome {
        let here = Answer::ALL.iter().position(|answer| *answer == self.answer).unwrap_or(0);
        let count = Answer::ALL.len();
        match key.code {
            KeyCode::Esc => return Outcome::Close,
            KeyCode::Enter => {
                return match self.result {
                    Some(Ok(value)) => Outcome::Set(self.param, value),
                    _ => Outcome::Open,
                };
            }
            KeyCode::Down | KeyCode::Tab => self.answer = Answer::ALL[(here + 1) % count],
            KeyCode::Up | KeyCode::BackTab => self.answer = Answer::ALL[(here + count - 1) % count],
            _ => {
                self.field.key(key);
            }
        }
        self.seek(app);
        let found = self.result.as_ref().and_then(|result| result.as_ref().ok()).copied();
        Outcome::Preview(found.map(|value| Box::new(with_value(app, self.param, value))))
    }

    /// Looks for the value that reaches what is typed.
    fn seek(&mut self, app: &App) {
        let text = self.field.text().trim().to_owned();
        if text.is_empty() {
            self.result = None;
            return;
        }
        let unit = self.answer.unit();
        let param = self.param;
        let catalog = &app.world.catalog;
        let words = |number: f64| quantity::format(number, unit);
        self.result = Some(match quantity::parse(&text, unit) {
            Err(error) => Err(error.to_string()),
            Ok(target) => match solve(&app.case.of(app.document.scenario), self.answer, target, param) {
                GoalResult::Found { value, .. } => Ok(value),
                GoalResult::OutOfReach { low, low_at, high, high_at } => Err(format!(
                    "out of reach: from {} (at {}) to {} (at {})",
                    words(low),
                    param.display(low_at, catalog),
                    words(high),
                    param.display(high_at, catalog)
                )),
                GoalResult::NoEffect { answer } => {
                    Err(format!("it is {} whatever this slider is", words(answer)))
                }
                GoalResult::NoAnswer => Err("this answer exists at no value of this slider".to_owned()),
            },
        });
    }
}

impl PaletteDialog {
    /// The actions that pass the filter, and whether each would do something now.
    #[must_use]
    pub fn shown(&self) -> Vec<(&'static Binding, bool)> {
        let wanted = |binding: &Binding| {
            passes(self.filter.text(), &[binding.label, binding.help, &keymap::readable(binding.keys[0])])
        };
        self.actions.iter().copied().filter(|(binding, _)| wanted(binding)).collect()
    }

    fn key(&mut self, key: &KeyEvent) -> Outcome {
        match key.code {
            KeyCode::Esc => Outcome::Close,
            KeyCode::Enter => match self.shown().get(self.row) {
                Some((binding, _)) => Outcome::Run(binding.action),
                None => Outcome::Open,
            },
            _ => {
                let count = self.shown().len();
                if !move_row(&mut self.row, key, count) && self.filter.key(key) {
                    self.row = 0;
                }
                Outcome::Open
            }
        }
    }
}

/// Moves the chosen row of a list; `false` when the key is for something else.
fn move_row(row: &mut usize, key: &KeyEvent, count: usize) -> bool {
    let last = count.saturating_sub(1);
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Up | KeyCode::BackTab => *row = if *row == 0 { last } else { *row - 1 },
        KeyCode::Down | KeyCode::Tab => *row = if *row >= last { 0 } else { *row + 1 },
        KeyCode::Char('p') if control => *row = row.saturating_sub(1),
        KeyCode::Char('n') if control => *row = (*row + 1).min(last),
        KeyCode::PageUp => *row = row.saturating_sub(10),
        KeyCode::PageDown => *row = (*row + 10).min(last),
        _ => return false,
    }
    true
}

/// Every word of the filter stands in one of the texts.
fn passes(filter: &str, texts: &[&str]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    filter.to_lowercase().split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
}
