//! The deck that is made while exploring: steps are added from what is on the screen.

use std::path::PathBuf;

use crate::analysis::answer::Answer;
use crate::analysis::deck::{Step, ViewName};
use crate::app::state::State;
use crate::files::deck::DeckDocument;
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
}

impl State {
    /// The scenario or the deck has changes that are not saved.
    pub fn is_unsaved(&self) -> bool {
        self.is_changed() || self.draft.as_ref().is_some_and(|draft| !draft.is_saved)
    }

    /// Adds what is on the screen as the last step of the deck, the first one of a new deck.
    pub(super) fn add_step(&mut self) {
        let mut opened = self.document.clone();
        opened.scenario = self.preset;
        let new = || Draft {
            document: DeckDocument::new(&opened.name, &opened, &self.origin),
            path: None,
            is_saved: false,
        };
        let mut draft = self.draft.take().unwrap_or_else(new);
        let paid_with = if self.answer == Answer::Ttft { Vec::new() } else { vec![Answer::Ttft] };
        let view = (self.view != OVERVIEW).then(|| ViewName::ALL[self.view]);
        let step = Step { show: vec![self.answer], paid_with, view, ..Step::new("") };
        draft.document.add(&opened, &self.origin, &self.case, step);
        draft.is_saved = false;
        let steps = &draft.document.deck().steps;
        let title = steps.last().map_or("", |step| &step.title);
        let words = format!("step {}: {title}; {} lists all", steps.len(), key_of(Action::Steps));
        self.draft = Some(draft);
        self.say(words);
    }

    /// Saves the deck under a title, over the file that it was saved to last or, only where that is asked for, over another.
    pub(super) fn save_draft(&mut self, title: &str, overwrite: bool) {
        let Some(mut draft) = self.draft.take() else { return };
        draft.document.rename(title);
        let overwrite = overwrite || (draft.path.is_some() && draft.path == self.store.user_file(title));
        match self.store.save_deck(&draft.document, &self.world.catalog, overwrite) {
            Ok(path) => {
                self.say(format!("deck saved as {}", path.display()));
                draft.path = Some(path);
                draft.is_saved = true;
            }
            Err(error) => self.complain(error.to_string().lines().next().unwrap_or_default()),
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
