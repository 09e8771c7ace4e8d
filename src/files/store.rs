//! Where scenarios live: built in, in the user's directory, in a file, on standard input.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

use crate::catalog::{Catalog, ModelId, PRESETS};
use crate::files::atomic::{self, WriteError};
use crate::files::document::Document;
use crate::text::{diagnostic::Diagnostic, suggest::closest};

/// Environment variable that names the user's scenario directory.
pub const DIRECTORY_VARIABLE: &str = "WHATIF_SCENARIOS";
/// Scenario that opens when none is named.
pub const DEFAULT_SCENARIO: &str = "default";

/// Where a scenario came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Built in, under this id.
    BuiltIn(String),
    /// The default scenario with this catalog model.
    Model(String),
    /// The user's directory, or any file.
    File(PathBuf),
    /// Standard input.
    StandardInput,
}

/// A scenario that was opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The scenario with what its file says of it.
    pub document: Document,
    /// Where it came from.
    pub origin: Origin,
    /// The catalog with the accelerators that its file describes, where the given one has not got them: its ids are of
    /// that one then.
    pub grown: Option<Catalog>,
}

/// A line of the preset list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What opens it.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// One sentence: what it shows.
    pub summary: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Why a scenario could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// No scenario, model or file has this name.
    #[error("no scenario, model or file is called `{name}`{}", did_you_mean(.near.as_deref()))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What was perhaps meant.
        near: Option<String>,
    },
    /// A file that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file with a mistake in it.
    #[error(transparent)]
    Malformed(#[from] Diagnostic),
}

/// Why a scenario could not be saved, renamed or deleted. Nothing was changed then.
#[derive(Debug, Error)]
pub enum SaveError {
    /// The name leaves nothing to call a file by.
    #[error("`{0}` is not a name for a file: use letters and digits")]
    Unnameable(String),
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(
        || "; `whatif list` names them all".to_owned(),
        |near| format!("; did you mean `{near}`?"),
    )
}

/// The scenarios that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    directory: Option<PathBuf>,
}

impl Store {
    /// A store whose user's scenarios live in `directory`; by default where the environment variable or the
    /// platform's custom says.
    #[must_use]
    pub fn new(directory: Option<PathBuf>) -> Self {
        let from_variable =
            || std::env::var_os(DIRECTORY_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let customary = || {
            directories::ProjectDirs::from("", "", "whatif")
                .map(|project| project.config_dir().join("scenarios"))
        };
        Self { directory: directory.or_else(from_variable).or_else(customary) }
    }

    /// The user's directory, if the platform has one.
    #[must_use]
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    /// Opens a scenario by id, a model by id, a user's scenario by name, a file by path, or `-`.
    ///
    /// # Errors
    ///
    /// [`OpenError`].
    pub fn open(&self, name: &str, catalog: &Catalog) -> Result<Opened, OpenError> {
        if name == "-" {
            let mut text = String::new();
            io::stdin()
                .read_to_string(&mut text)
                .map_err(|source| OpenError::Unreadable { path: "standard input".into(), source })?;
            let (document, grown) = Document::parse("standard input", &text, catalog)?;
            return Ok(Opened { document, origin: Origin::StandardInput, grown });
        }
        if let Some(text) = built_in(name) {
            let (mut document, grown) = Document::parse(&format!("{name}.toml"), text, catalog)?;
            document.source = None;
            return Ok(Opened { document, origin: Origin::BuiltIn(name.to_owned()), grown });
        }
        if let Some(path) = self.user_file(name).filter(|path| path.is_file()) {
            return Self::open_file(&path, catalog);
        }
        if let Some(model) = catalog.model_id(name) {
            let document = with_model(model, catalog)?;
            let origin = Origin::Model(name.to_owned());
            return Ok(Opened { document, origin, grown: None });
        }
        let path = Path::new(name);
        if path.is_file() || path.extension() == Some(OsStr::new("toml")) || path.components().count() > 1 {
            return Self::open_file(path, catalog);
        }
        let mut known = built_in_ids();
        known.extend(self.user_entries().into_iter().map(|entry| entry.id));
        known.extend(catalog.models().iter().map(|model| model.id.clone()));
        let near = closest(name, known.iter().map(String::as_str)).map(ToOwned::to_owned);
        Err(OpenError::Unknown { name: name.to_owned(), near })
    }

    fn open_file(path: &Path, catalog: &Catalog) -> Result<Opened, OpenError> {
        let text = fs::read_to_string(path)
            .map_err(|source| OpenError::Unreadable { path: path.to_owned(), source })?;
        let (document, grown) = Document::parse(&path.display().to_string(), &text, catalog)?;
        Ok(Opened { document, origin: Origin::File(path.to_owned()), grown })
    }

    /// Scenarios that are built in, in the order of the list: the default first.
    #[must_use]
    pub fn built_in_entries() -> Vec<Entry> {
        built_in_ids()
            .into_iter()
            .map(|id| {
                let (name, summary) = title_of(built_in(&id).unwrap_or_default(), &id);
                Entry { origin: Origin::BuiltIn(id.clone()), id, name, summary }
            })
            .collect()
    }

    /// The user's own scenarios, by name. Files that cannot be read are listed too: opening them says why.
    #[must_use]
    pub fn user_entries(&self) -> Vec<Entry> {
        let Some(files) = self.directory.as_ref().and_then(|directory| fs::read_dir(directory).ok()) else {
            return Vec::new();
        };
        let mut entries: Vec<Entry> = files
            .flatten()
            .map(|file| file.path())
            .filter(|path| path.extension() == Some(OsStr::new("toml")))
            .filter_map(|path| {
                let id = path.file_stem()?.to_str()?.to_owned();
                let (name, summary) = title_of(&fs::read_to_string(&path).unwrap_or_default(), &id);
                Some(Entry { id, name, summary, origin: Origin::File(path) })
            })
            .collect();
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        entries
    }

    /// The file under which a scenario of this name would be saved; `None` without a directory or a usable name.
    #[must_use]
    pub fn user_file(&self, name: &str) -> Option<PathBuf> {
        let slug = slug(name);
        (!slug.is_empty()).then(|| self.directory.as_ref().map(|dir| dir.join(format!("{slug}.toml"))))?
    }

    /// Saves a scenario in the user's directory under its name: a new file beside the old one, then renamed, so that
    /// a file is never half written.
    ///
    /// # Errors
    ///
    /// [`SaveError`]; without `overwrite` an existing file is one.
    pub fn save(
        &self,
        document: &Document,
        catalog: &Catalog,
        overwrite: bool,
    ) -> Result<PathBuf, SaveError> {
        let path =
            self.user_file(&document.name).ok_or_else(|| SaveError::Unnameable(document.name.clone()))?;
        atomic::write(&path, &document.to_toml(catalog), overwrite)?;
        Ok(path)
    }

    /// Gives one of the user's scenarios another name, and its file with it.
    ///
    /// # Errors
    ///
    /// In words: the file cannot be read, or [`SaveError`]. The old file stays then.
    pub fn rename(&self, path: &Path, name: &str, catalog: &Catalog) -> Result<PathBuf, String> {
        let Opened { mut document, grown, .. } =
            Self::open_file(path, catalog).map_err(|error| error.to_string())?;
        let catalog = grown.as_ref().unwrap_or(catalog);
        name.trim().clone_into(&mut document.name);
        let same_file = self.user_file(&document.name).as_deref() == Some(path);
        let renamed = self.save(&document, catalog, same_file).map_err(|error| error.to_string())?;
        if !same_file {
            self.delete(path).map_err(|error| error.to_string())?;
        }
        Ok(renamed)
    }

    /// Deletes one of the user's scenarios.
    ///
    /// # Errors
    ///
    /// [`WriteError::Unwritable`].
    pub fn delete(&self, path: &Path) -> Result<(), WriteError> {
        fs::remove_file(path).map_err(|source| WriteError::Unwritable { path: path.to_owned(), source })
    }
}

/// The default scenario with another model: its serving and demand, and the model's own training.
fn with_model(model: ModelId, catalog: &Catalog) -> Result<Document, Diagnostic> {
    let text = built_in(DEFAULT_SCENARIO).unwrap_or("format = 1");
    let (mut document, _) = Document::parse("default.toml", text, catalog)?;
    document.source = None;
    document.scenario.model.preset = Some(model);
    document.scenario.model.size = None;
    document.name.clone_from(&catalog.model(model).name);
    document.summary = format!("The default load on {}", document.name);
    Ok(document)
}

/// Text of a built-in scenario.
fn built_in(id: &str) -> Option<&'static str> {
    PRESETS.get_file(format!("scenarios/{id}.toml"))?.contents_utf8()
}

/// Ids of the built-in scenarios, the default first.
fn built_in_ids() -> Vec<String> {
    let mut ids: Vec<String> = PRESETS
        .get_dir("scenarios")
        .into_iter()
        .flat_map(include_dir::Dir::files)
        .filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    ids.sort_by_key(|id| (id != DEFAULT_SCENARIO, id.clone()));
    ids
}

/// Name and summary of a scenario file, read without checking the rest.
fn title_of(text: &str, fallback: &str) -> (String, String) {
    #[derive(serde::Deserialize)]
    struct Title {
        name: Option<String>,
        #[serde(default)]
        summary: String,
    }
    match toml::from_str::<Title>(text) {
        Ok(title) => (title.name.unwrap_or_else(|| fallback.to_owned()), title.summary),
        Err(_) => (fallback.to_owned(), "cannot be read: open it to see why".to_owned()),
    }
}

/// A name as a file is called: lower case, with hyphens between words.
#[must_use]
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for character in name.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() || character == '.' || character == '_' {
            slug.push(character);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches(|edge| matches!(edge, '-' | '.')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_file_names() {
        assert_eq!(slug("Support chat, LLaMA 2 70B!"), "support-chat-llama-2-70b");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("···"), "");
    }

    #[test]
    fn a_saved_scenario_loads_identical_and_is_never_overwritten_unasked() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store = Store::new(Some(directory.path().join("new")));
        let catalog = Catalog::embedded();
        let mut document = Document::new("My chat", &catalog);
        document.scenario.workload.cache_hit_rate = 0.1 + 0.2;
        let path = store.save(&document, &catalog, false).expect("saved");
        let loaded = store.open("My chat", &catalog).expect("loaded");
        assert_eq!(
            (loaded.document.name, loaded.document.scenario),
            (document.name.clone(), document.scenario)
        );
        assert_eq!(loaded.origin, Origin::File(path));
        let again = store.save(&document, &catalog, false);
        assert!(matches!(again, Err(SaveError::Write(WriteError::Exists(_)))));
        store.save(&document, &catalog, true).expect("overwritten when asked");
    }

    #[test]
    fn a_directory_that_cannot_be_written_is_an_error() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let store = Store::new(Some(file.path().join("inside-a-file")));
        let catalog = Catalog::embedded();
        let saved = store.save(&Document::new("x", &catalog), &catalog, false);
        assert!(matches!(saved, Err(SaveError::Write(WriteError::Unwritable { .. }))));
    }
}
