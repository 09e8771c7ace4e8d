//! A deck as a file holds it, and what is done to its steps.

mod read;
#[cfg(feature = "tui")]
mod steps;
#[cfg(feature = "tui")]
mod write;

use std::path::{Path, PathBuf};

use crate::analysis::deck::{Deck, Start};
use crate::catalog::Catalog;
use crate::files::document::{Document, Source};
use crate::files::store::Origin;

/// A deck with what its file says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeckDocument {
    deck: Deck,
    /// The place of each step in the text that it was read from; `None` for a new one.
    places: Vec<Option<usize>>,
    /// The line of each step of that text, from 1.
    lines: Vec<usize>,
    /// What was read otherwise than it is written now.
    pub notes: Vec<String>,
    /// The scenario that the deck itself writes out.
    written_out: Option<Document>,
    /// The folder to which paths in the text are relative.
    folder: Option<PathBuf>,
    /// The text that it was read from, whose comments and order it keeps when it is written.
    source: Option<Source>,
}

/// What a name opened as a deck.
#[derive(Debug, Clone)]
pub struct OpenedDeck {
    pub deck: DeckDocument,
    pub origin: Origin,
    /// The catalog with the accelerators that its scenarios describe, where the given one has not got them.
    pub grown: Option<Catalog>,
}

impl DeckDocument {
    pub fn deck(&self) -> &Deck {
        &self.deck
    }

    /// Takes what was read for new: it is written as a whole then.
    pub(super) fn forget_source(&mut self) {
        self.source = None;
        self.places = vec![None; self.deck.steps.len()];
    }

    /// The line of the file on which a step begins, from 1; `None` for a new one.
    pub fn line_of(&self, step: usize) -> Option<usize> {
        self.lines.get(self.places.get(step).copied()??).copied()
    }
}

/// A scenario that was opened, as steps start from it: named where it is built in.
pub fn start(document: &Document, origin: &Origin) -> Start {
    let id = origin.id().map(str::to_owned);
    Start {
        named: id.clone(),
        id,
        name: document.name.clone(),
        sources: document.sources.clone(),
        scenario: document.scenario,
    }
}

/// A name that says where a file is, rather than what it is called.
fn is_path(name: &str) -> bool {
    let path = Path::new(name);
    path.extension().is_some_and(|extension| extension == "toml") || path.components().count() > 1
}
