//! Opening a scenario, a model or a file of the user's own; renaming and deleting such files.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect};
use ratatui_core::text::{Line, Span};

use crate::app::dialog::field::Field;
use crate::app::dialog::filtered::Filtered;
use crate::app::dialog::{ASKED, Dialog, Face, Outcome, TYPED};
use crate::app::state::{Preview, State};
use crate::files::store::{Entry, Opened, Origin, Store};
use crate::keymap::{Action, Place};
use crate::text::diagnostic::in_one_line;
use crate::text::wrap::fit;
use crate::views::scene::Hint;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// Lines under the list.
const FOOT: u16 = 3;
/// Where keys are looked up.
const PLACES: &[Place] = &[Place::Files, Place::List, Place::Field, Place::Dialog];

/// A scenario, a model or a file of the user's own.
#[derive(Debug)]
pub struct PickerDialog {
    /// Everything that can be opened, group by group.
    entries: Filtered<Entry>,
    /// Why the chosen one cannot be opened, or what went wrong with its file.
    error: Option<String>,
    /// The chosen file is about to be deleted: asks first.
    deleting: bool,
    /// A new name for the chosen file.
    renaming: Option<Field>,
}

impl PickerDialog {
    /// The list of everything that can be opened, on what was open last.
    pub fn new(state: &State) -> Self {
        let entries = entries(state);
        let last = state.last_scenario.as_ref();
        let row = entries.iter().position(|entry| Some(&entry.opens()) == last).unwrap_or(0);
        Self { entries: filtered(entries, row), error: None, deleting: false, renaming: None }
    }

    /// The chosen file of the user's own.
    fn own(&self) -> Option<&Entry> {
        self.entries.chosen().filter(|entry| matches!(entry.origin, Origin::File(_)))
    }

    fn read(&self, state: &State) -> Option<Result<Opened, String>> {
        let entry = self.entries.chosen()?;
        Some(state.store.open(&entry.opens(), &state.world.catalog).map_err(|error| error.to_string()))
    }

    /// Shows the chosen scenario behind the dialog.
    fn preview(&mut self, state: &State) -> Outcome {
        let read = self.read(state).transpose();
        self.error = read.as_ref().err().cloned();
        Outcome::Preview(read.ok().flatten().map(|Opened { document, grown, .. }| {
            Box::new(Preview { document, world: state.with_catalog(grown) })
        }))
    }

    fn open(&mut self, state: &State) -> Outcome {
        match self.read(state) {
            Some(Ok(opened)) => return Outcome::Load(Box::new(opened)),
            Some(Err(error)) => self.error = Some(error),
            None => self.entries.refuse(),
        }
        Outcome::Open
    }

    fn delete(&mut self) {
        let Some(Entry { origin: Origin::File(path), .. }) = self.entries.chosen().cloned() else { return };
        match Store::delete(&path) {
            Ok(()) => self.entries.retain(|entry| entry.origin != Origin::File(path.clone())),
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    fn rename(&mut self, name: &str, state: &State) {
        let Some(Entry { origin: Origin::File(path), .. }) = self.entries.chosen() else { return };
        match state.store.rename(path, name, &state.world.catalog) {
            Ok(_) => self.entries.replace(filtered(entries(state), 0)),
            Err(error) => self.error = Some(error),
        }
    }
}

/// The user's own files, then the built-in scenarios, then the models.
fn entries(state: &State) -> Vec<Entry> {
    let models = state.world.catalog.models().iter().map(|model| Entry {
        id: model.id.clone(),
        name: model.name.clone(),
        summary: format!("{}, {}; the default workload on this model", model.organization, model.released),
        origin: Origin::Model(model.id.clone()),
    });
    state.store.user_entries().into_iter().chain(Store::built_in_entries()).chain(models).collect()
}

fn filtered(entries: Vec<Entry>, row: usize) -> Filtered<Entry> {
    Filtered::new(entries, |entry| (entry.name.clone(), format!("{} {}", entry.id, entry.summary)), row)
}

impl Dialog for PickerDialog {
    fn face(&self) -> Face {
        const OPEN: &[Hint] = &[
            (&[Action::Enter], "open"),
            (&[Action::Escape], "close"),
            (&[Action::Delete], "delete"),
            (&[Action::Rename], "rename"),
        ];
        const RENAME: &[Hint] = &[(&[Action::Enter], "rename"), (&[Action::Escape], "close")];
        const DELETE: &[Hint] = &[(&[Action::Yes], "delete"), (&[Action::No], "keep")];
        let hints = if self.own().is_some() { OPEN } else { &OPEN[..2] };
        let face = Face::new("Open a scenario or a model", u16::MAX, PLACES, hints);
        if self.deleting {
            Face { places: ASKED, question: "delete this file? ", hints: DELETE, ..face }
        } else if self.renaming.is_some() {
            Face { places: TYPED, hints: RENAME, ..face }
        } else {
            face
        }
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        if action == Action::Quit {
            return Outcome::of(action);
        }
        if std::mem::take(&mut self.deleting) {
            if action == Action::Yes {
                self.delete();
            }
            return Outcome::Open;
        }
        if let Some(mut field) = self.renaming.take() {
            match action {
                Action::Enter => self.rename(field.text(), state),
                Action::Escape => {}
                _ => {
                    if let Action::Edit(edit) = action {
                        field.edit(edit);
                    }
                    self.renaming = Some(field);
                }
            }
            return Outcome::Open;
        }
        match action {
            Action::Enter => self.open(state),
            Action::Delete => {
                self.deleting = self.own().is_some();
                Outcome::Open
            }
            Action::Rename => {
                self.renaming = self.own().map(|entry| Field::new(&entry.name));
                Outcome::Open
            }
            _ if self.entries.act(action) => self.preview(state),
            _ => Outcome::of(action),
        }
    }

    fn insert(&mut self, text: &str, state: &State) -> Outcome {
        if std::mem::take(&mut self.deleting) {
            return Outcome::Open;
        }
        if let Some(field) = &mut self.renaming {
            field.insert(text);
            return Outcome::Open;
        }
        self.entries.insert(text);
        self.preview(state)
    }

    fn point(&mut self, row: usize, state: &State) -> Outcome {
        self.entries.choose(row);
        self.preview(state)
    }

    fn count(&self) -> usize {
        self.entries.shown().len()
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let [list, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(FOOT)]).areas(room);
        let kind = |entry: &Entry| match entry.origin {
            Origin::File(_) | Origin::Page(_) => "Yours",
            Origin::BuiltIn(_) | Origin::StandardInput => "Scenarios",
            Origin::Model(_) => "Models",
        };
        let width = usize::from(room.width).saturating_sub(3);
        let line =
            |entry: &Entry, style| Line::from(Span::styled(format!("  {} ", fit(&entry.name, width)), style));
        let places = self.entries.draw(kind, line, theme, list, buffer);
        if let Some(field) = &self.renaming {
            field.draw("new name ", theme, foot, buffer);
            return places;
        }
        let (words, style) = match (&self.error, self.entries.chosen()) {
            (Some(error), _) => (in_one_line(error), theme.warning),
            (None, Some(entry)) => (entry.summary.clone(), theme.dim),
            (None, None) => (String::new(), theme.dim),
        };
        paragraph(&words, style, foot, buffer);
        places
    }
}
