//! The deck that is made while exploring: steps are added from what is on the screen.

use std::path::PathBuf;

use crate::analysis::answer::Answer;
use crate::analysis::deck::{Step, ViewName};
use crate::app::state::State;
use crate::files::deck::{DeckDocument, OpenedDeck};
use crate::files::document::Document;
use crate::files::store::Origin;
use crate::keymap::{Action, key_of};
use crate::views::OVERVIEW;

/// A deck that is being made.
#[derive(Debug, Clone)]
pub struct Draft {
    pub document: DeckDocument,
    /// The file that it was saved to last.
    pub path: Option<PathBuf>,
    /// It is saved as it is.
    pub is_saved: bool,
    /// A step that shows nothing new, and was not added at first.
    pub doubted: Option<Step>,
}

impl Draft {
    /// A deck as it was opened.
    pub fn of(document: DeckDocument, origin: &Origin) -> Self {
        let path = if let Origin::File(path) = origin { Some(path.clone()) } else { None };
        Self { document, path, is_saved: true, doubted: None }
    }
}

impl State {
    /// The scenario has changes that no step of the deck has.
    pub fn is_scenario_unsaved(&self) -> bool {
        let scenarios = self.draft.as_ref().map(|draft| draft.document.deck().scenarios());
        self.is_changed() && scenarios.is_none_or(|all| !all.contains(&self.document.scenario))
    }

    /// The scenario or the deck has changes that are not saved.
    pub fn is_unsaved(&self) -> bool {
        self.is_scenario_unsaved() || self.draft.as_ref().is_some_and(|draft| !draft.is_saved)
    }

    /// The scenario as it was opened.
    fn as_opened(&self) -> Document {
        let mut document = self.document.clone();
        document.scenario = self.preset;
        document
    }

    /// What a step of what is on the screen shows.
    fn step_shown(&self) -> Step {
        let paid_with = if self.answer == Answer::Ttft { Vec::new() } else { vec![Answer::Ttft] };
        // What an engine does now is in no deck: it has no such view.
        let view = ViewName::ALL.get(self.view).copied().filter(|_| self.view != OVERVIEW);
        Step { show: vec![self.answer], paid_with, view, ..Step::new("") }
    }

    /// Adds what is on the screen as the last step of the deck, the first one of a new deck. A step that shows nothing new is
    /// added when that is asked for twice.
    pub(super) fn add_step(&mut self) {
        let opened = self.as_opened();
        let new = || Draft {
            document: DeckDocument::new(&opened.name, &opened, &self.origin),
            path: None,
            is_saved: false,
            doubted: None,
        };
        let mut draft = self.draft.take().unwrap_or_else(new);
        let before = draft.document.deck().steps.last().cloned();
        let mut longer = draft.document.clone();
        longer.add(&opened, &self.origin, &self.case, self.step_shown());
        let count = longer.deck().steps.len();
        let added = longer.deck().steps.last().cloned();
        let is_new = added.as_ref().zip(before).is_none_or(|(added, before)| added.is_new_after(&before));
        let words = if is_new || draft.doubted == added {
            draft = Draft { document: longer, is_saved: false, doubted: None, ..draft };
            let title = added.map_or(String::new(), |step| step.title);
            format!("step {count}: {title}; {} lists all", key_of(Action::Steps))
        } else {
            draft.doubted = added;
            let again = key_of(Action::AddStep);
            format!("nothing has changed since step {}: {again} again adds it all the same", count - 1)
        };
        self.draft = Some(draft);
        self.say(words);
    }

    /// Puts what is on the screen in the place of a step of the deck.
    pub(super) fn replace_step(&self, draft: &mut Draft, at: usize) {
        draft.document.replace(at, &self.as_opened(), &self.origin, &self.case, self.step_shown());
    }

    /// Goes on with a deck that was opened.
    pub(super) fn edit(&mut self, OpenedDeck { deck, origin, grown }: OpenedDeck) {
        self.world = self.with_catalog(grown);
        self.draft = Some(Draft::of(deck, &origin));
        self.refresh();
    }

    /// The file to which a deck is saved under a title: one that lies elsewhere stays where it is. `None` where the title is
    /// no name for a file.
    pub fn deck_file(&self, draft: &Draft, title: &str) -> Option<PathBuf> {
        let elsewhere = draft.path.as_ref().filter(|path| !self.store.holds(path));
        elsewhere.cloned().or_else(|| self.store.new_file(title, &self.world.catalog))
    }

    /// Somebody has written something else into the file of a deck since it was read or saved.
    pub fn is_rewritten(&self, draft: &Draft) -> bool {
        let there = draft.path.as_ref().filter(|path| path.exists());
        there.is_some_and(|path| !draft.document.clone().catch_up(path, &self.store, &self.world.catalog))
    }

    /// Saves the deck under a title, over its own file or, only where that is asked for, over another, or over what somebody
    /// else has written into its own.
    pub(super) fn save_draft(&mut self, title: &str, overwrite: bool) {
        let Some(mut draft) = self.draft.take() else { return };
        let catalog = &self.world.catalog;
        let path = self.deck_file(&draft, title);
        let is_own = path.is_some() && path == draft.path;
        let saved = match path {
            None => Err(format!("`{title}` cannot be a file name: use letters and digits")),
            Some(path) if is_own && !overwrite && self.is_rewritten(&draft) => {
                Err(format!("{} was changed meanwhile: save it under another title", path.display()))
            }
            Some(path) => {
                if is_own {
                    draft.document.catch_up(&path, &self.store, catalog);
                }
                draft.document.rename(title);
                let saved = self.store.save_deck(&path, &draft.document, catalog, overwrite || is_own);
                saved.map(|saved| (path, saved)).map_err(|error| error.to_string())
            }
        };
        match saved {
            Ok((path, saved)) => {
                self.say(format!("deck saved as {}", path.display()));
                draft = Draft { document: saved, path: Some(path), is_saved: true, doubted: None };
            }
            Err(error) => self.complain(error),
        }
        self.draft = Some(draft);
    }

    /// Saves the deck under its own title, where there is one that is not saved.
    pub(super) fn keep_draft(&mut self) {
        let unsaved = self.draft.as_ref().filter(|draft| !draft.is_saved);
        if let Some(title) = unsaved.map(|draft| draft.document.deck().title.clone()) {
            self.save_draft(&title, false);
        }
    }
}
