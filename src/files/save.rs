//! Scenarios and decks are saved in the user's directory, scenarios renamed and deleted there.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::catalog::Catalog;
use crate::files::atomic::{self, WriteError};
use crate::files::deck::DeckDocument;
use crate::files::document::Document;
use crate::files::schema::{SCHEMA_KEY, SchemaOf};
use crate::files::store::{OpenError, Opened, Store};
use crate::import::text::{MOST_WRITTEN, text_at};
use crate::text::control::one_line;

/// Why a scenario could not be saved, renamed or deleted. Nothing was changed then.
#[derive(Debug, Error)]
pub enum SaveError {
    /// The name leaves nothing to call a file by.
    #[error("`{0}` cannot be a file name: use letters and digits")]
    Unnameable(String),
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The file could not be read again.
    #[error("what would be saved could not be read again: {0}")]
    Unsound(#[from] OpenError),
}

/// A text that begins, in a new file, with the name of its schema, which is kept beside it: editors then complete and check
/// what is typed. Without the schema nothing but that is lost.
fn with_schema(text: String, of: SchemaOf, path: &Path, catalog: &Catalog) -> String {
    let beside = path.with_file_name(of.file());
    let schema = of.schema(catalog).to_string();
    let is_there = text_at(&beside, MOST_WRITTEN).is_ok_and(|there| there == schema);
    let is_kept = is_there || atomic::write(&beside, &schema, true).is_ok();
    let is_named = path.exists() || text.contains(SCHEMA_KEY);
    if is_kept && !is_named { format!("{SCHEMA_KEY} {}\n{text}", of.file()) } else { text }
}

impl Store {
    /// Saves a scenario in the user's directory under its name: a new file next to the old one, then renamed, so that
    /// a file is never half written. Without `overwrite` an existing file is an error.
    pub fn save(
        &self,
        document: &mut Document,
        catalog: &Catalog,
        overwrite: bool,
    ) -> Result<PathBuf, SaveError> {
        // As it will be read.
        document.name = one_line(&document.name);
        let path = self
            .new_file(&document.name, catalog)
            .ok_or_else(|| SaveError::Unnameable(document.name.clone()))?;
        let text = with_schema(document.moved_to(&path).to_toml(catalog), SchemaOf::Scenario, &path, catalog);
        atomic::write(&path, &text, overwrite)?;
        document.become_saved(&path, text, catalog);
        Ok(path)
    }

    /// Saves a scenario over the file that it was opened from. Without `overwrite` one that somebody has changed since is
    /// an error.
    pub fn save_over(
        &self,
        path: &Path,
        document: &mut Document,
        catalog: &Catalog,
        overwrite: bool,
    ) -> Result<(), WriteError> {
        let there = self.written_file(path);
        if !overwrite
            && let Ok(found) = text_at(&there, MOST_WRITTEN)
            && !document.was_read_from(&found)
        {
            return Err(WriteError::Changed { path: path.to_owned(), found });
        }
        let text = document.to_toml(catalog);
        atomic::write(&there, &text, true)?;
        document.become_saved(path, text, catalog);
        Ok(())
    }

    /// Saves a deck to a file, and gives it as that file now holds it. Without `overwrite` an existing file is an error.
    pub fn save_deck(
        &self,
        path: &Path,
        deck: &DeckDocument,
        catalog: &Catalog,
        overwrite: bool,
    ) -> Result<DeckDocument, SaveError> {
        let path = &self.written_file(path);
        let folder = path.parent();
        let text = deck.moved_to(folder).to_toml(folder, self, catalog)?;
        let text = with_schema(text, SchemaOf::Deck, path, catalog);
        atomic::write(path, &text, overwrite)?;
        let name = path.display().to_string();
        Ok(DeckDocument::parse(&name, &text, folder, self, &[], catalog)?.0)
    }

    /// Gives one of the user's scenarios another name, and its file with it.
    /// On an error, told in words, the old file stays.
    pub fn rename(&self, path: &Path, name: &str, catalog: &Catalog) -> Result<PathBuf, String> {
        let Opened { mut document, grown, .. } =
            Self::open_file(path, catalog).map_err(|error| error.to_string())?;
        let catalog = grown.as_ref().unwrap_or(catalog);
        name.trim().clone_into(&mut document.name);
        let same_file = self.new_file(&document.name, catalog).as_deref() == Some(path);
        let renamed = self.save(&mut document, catalog, same_file).map_err(|error| error.to_string())?;
        if !same_file {
            Self::delete(path).map_err(|error| error.to_string())?;
        }
        Ok(renamed)
    }

    /// Deletes one of the user's scenarios.
    pub fn delete(path: &Path) -> Result<(), WriteError> {
        fs::remove_file(path).map_err(|reason| WriteError::Unwritable { path: path.to_owned(), reason })
    }
}
