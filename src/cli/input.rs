//! What several commands take: scenarios, parameters and answers.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use thiserror::Error;

use crate::analysis::answer::Answer;
use crate::analysis::case::{Case, World};
use crate::catalog::Catalog;
use crate::cli::output::say;
use crate::files::deck::{self, DeckDocument};
use crate::files::document::Document;
use crate::files::models;
use crate::files::rates;
use crate::files::read::assign;
use crate::files::store::{self, DEFAULT_SCENARIO, Opening, Origin, Store};
use crate::scenario::ParamId;
use crate::text::diagnostic::quoted;
use crate::text::suggest::closest;

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(super) struct Options {
    /// Set a parameter by its path; can be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Your own rate card, for `prices.basis=own` [default: prices.toml in the configuration directory]
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Directory of saved scenarios [default: the platform's configuration directory]
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

/// Which scenario, and what of it is set otherwise.
#[derive(Debug, Clone, Args)]
pub(super) struct Scenario {
    /// A scenario or model by id, a saved scenario by name, a file, or - for standard input
    #[arg(value_name = "PRESET | FILE | -")]
    name: Option<String>,
    #[command(flatten)]
    options: Options,
}

/// A scenario, where it came from, and the world with what it describes itself.
pub(super) struct Opened {
    pub(super) document: Document,
    pub(super) origin: Origin,
    pub(super) world: World,
}

/// A deck, where it came from, and the world with what its scenarios describe themselves.
pub(super) struct OpenedDeck {
    pub(super) document: DeckDocument,
    pub(super) origin: Origin,
    pub(super) world: World,
}

/// A scenario or a deck, whichever a name stands for.
pub(super) enum Either {
    Scenario(Box<Opened>),
    Deck(Box<OpenedDeck>),
}

impl Scenario {
    /// The scenario of this name, the default one without.
    #[cfg(feature = "tui")]
    pub(super) fn named(name: Option<String>, options: Options) -> Self {
        Self { name, options }
    }
}

impl Opened {
    /// The scenario evaluated.
    pub(super) fn case(self) -> Case {
        Case::new(&Arc::new(self.world), self.document.scenario)
    }
}

impl Options {
    /// The scenarios that can be opened.
    pub(super) fn store(&self) -> Store {
        Store::new(self.scenarios.clone())
    }

    /// The built-in facts, and the user's own prices.
    pub(super) fn world(&self) -> Result<World> {
        let mut world = World::embedded();
        self.store().add_models(&mut world.catalog)?;
        self.store().add_profiles(&mut world.catalog)?;
        rates::add(self.prices.as_deref(), &mut world.catalog)?;
        Ok(world)
    }

    /// Opens a scenario and sets what is set. The catalog grows by what its file describes.
    pub(super) fn open(&self, name: &str, catalog: &mut Catalog) -> Result<(Document, Origin)> {
        let opened = self.store().open(name, catalog)?;
        self.set(opened, catalog)
    }

    fn set(&self, opened: store::Opened, catalog: &mut Catalog) -> Result<(Document, Origin)> {
        let store::Opened { mut document, origin, grown } = opened;
        if let Some(grown) = grown {
            *catalog = grown;
        }
        let opened = document.scenario;
        for assignment in &self.set {
            let resolved = models::resolved(assignment, catalog)?;
            let assignment = resolved.as_ref().map_or(assignment, |(assignment, _)| assignment);
            if let Some((_, grown)) = &resolved {
                catalog.clone_from(grown);
            }
            assign(&mut document, assignment, catalog)?;
        }
        if document.scenario != opened {
            // What was said of it need not be so of this one.
            document.summary.clear();
        }
        tell(&document.notes);
        Ok((document, origin))
    }
}

/// What was read otherwise than it is written now.
fn tell(notes: &[String]) {
    for note in notes {
        say(&format!("note: {note}"));
    }
}

impl Scenario {
    /// The scenario or the deck that is named; of a deck, what is set is set in every scenario that it starts from.
    pub(super) fn open_any(&self) -> Result<Either> {
        let mut world = self.options.world()?;
        Ok(match self.options.store().open_any(self.name(), &self.options.set, &world.catalog)? {
            Opening::Scenario(opened) => {
                let (document, origin) = self.options.set(*opened, &mut world.catalog)?;
                Either::Scenario(Box::new(Opened { document, origin, world }))
            }
            Opening::Deck(opened) => {
                let deck::OpenedDeck { deck: document, origin, grown } = *opened;
                world.catalog = grown.unwrap_or(world.catalog);
                tell(&document.notes);
                Either::Deck(Box::new(OpenedDeck { document, origin, world }))
            }
        })
    }

    /// The scenario, the default one where none is named.
    pub(super) fn open(&self) -> Result<Opened> {
        let mut world = self.options.world()?;
        let (document, origin) = self.options.open(self.name(), &mut world.catalog)?;
        Ok(Opened { document, origin, world })
    }

    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(DEFAULT_SCENARIO)
    }

    /// What an opened scenario is compared with, by name, else as it is without what is set; without either there is none.
    #[cfg(feature = "export")]
    pub(super) fn beside(&self, other: Option<&str>, opened: &mut Opened) -> Result<Option<Document>> {
        let unset = Options { set: Vec::new(), ..self.options.clone() };
        let name = other.or_else(|| self.sets().then(|| self.name()));
        let other = name.map(|name| unset.open(name, &mut opened.world.catalog)).transpose()?;
        Ok(other.map(|(document, _)| document))
    }

    /// Something is set otherwise.
    #[cfg(feature = "tui")]
    pub(super) fn sets(&self) -> bool {
        !self.options.set.is_empty()
    }

    /// What is typed to do something with the same scenario.
    #[cfg(feature = "export")]
    pub(super) fn command(&self, verb: &str) -> String {
        let set = self.options.set.iter().flat_map(|set| ["--set", set]);
        let words = ["whatif", verb, self.name()].into_iter().chain(set).map(|word| {
            let plain = |letter: char| letter.is_alphanumeric() || "-_./=:,+%@".contains(letter);
            if word.chars().all(plain) {
                word.to_owned()
            } else {
                format!("'{}'", word.replace('\'', "'\\''"))
            }
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// The same with another scenario where none is named.
    #[cfg(feature = "tui")]
    pub(super) fn or(&self, name: Option<String>) -> Self {
        Self { name: self.name.clone().or(name), options: self.options.clone() }
    }

    /// Nothing is named: the last scenario is opened, or the default one.
    #[cfg(feature = "tui")]
    pub(super) fn is_unnamed(&self) -> bool {
        self.name.is_none()
    }

    /// The scenarios that can be opened along with it.
    #[cfg(feature = "tui")]
    pub(super) fn store(&self) -> Store {
        self.options.store()
    }
}

/// A name that nothing has.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("unknown {what} `{}`; {}", quoted(name), near.map_or_else(|| hint.clone(), |near| format!("did you mean `{near}`?")))]
pub(super) struct Unknown {
    what: &'static str,
    name: String,
    near: Option<&'static str>,
    /// What to do where nothing is near.
    hint: String,
}

/// Reads a parameter's path.
pub(super) fn parameter(path: &str) -> Result<ParamId, Unknown> {
    ParamId::from_path(path.trim()).ok_or_else(|| Unknown {
        what: "parameter",
        name: path.to_owned(),
        near: closest(path.trim(), ParamId::paths()),
        hint: "see `whatif list parameters`".to_owned(),
    })
}

/// Reads an answer's id, or the last word of it.
pub(super) fn answer(id: &str) -> Result<Answer, Unknown> {
    let ids = || Answer::ALL.iter().map(|answer| answer.id());
    let words = || ids().chain(ids().filter_map(|id| id.split('.').next_back()));
    Answer::from_id(id.trim()).ok_or_else(|| Unknown {
        what: "output",
        name: id.to_owned(),
        near: closest(id.trim(), words()),
        hint: format!("known outputs: {}", ids().collect::<Vec<_>>().join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_answer_is_told_from_an_unknown_one() {
        assert_eq!(answer(" daily_usd "), Ok(Answer::DailyCost));
        for (id, words) in [
            (
                "inference.dayly_usd",
                "unknown output `inference.dayly_usd`; did you mean `inference.daily_usd`?",
            ),
            ("dialy_usd", "did you mean `daily_usd`?"),
            ("luck", "known outputs: inference.daily_usd, training.programme_usd, "),
        ] {
            let told = answer(id).map_err(|error| error.to_string()).expect_err("no such answer");
            assert!(told.contains(words), "{id}: {told}");
        }
    }
}
