//! Where scenarios and decks live: built in, in the user's directory, in a file, on standard input.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;
use toml::de::DeTable;

use crate::catalog::{Catalog, ModelId, PRESETS};
use crate::files::deck::{DeckDocument, OpenedDeck};
use crate::files::document::Document;
use crate::files::embedded;
use crate::files::models;
use crate::files::place;
use crate::files::read::deck_key;
use crate::import::ImportError;
use crate::import::config;
use crate::import::text::{MOST_WRITTEN, text_at, text_of};
use crate::rank;
use crate::text::name::is_device;
use crate::text::{
    control::one_line, control::shown, diagnostic::Diagnostic, diagnostic::quoted, suggest::closest,
};

/// Environment variable that names the user's scenario directory.
pub const DIRECTORY_VARIABLE: &str = "WHATIF_SCENARIOS";
/// Scenario that opens when none is named.
pub const DEFAULT_SCENARIO: &str = "default";
/// What is added to the id of what is built in for a file of one's own.
#[cfg(feature = "tui")]
const OWN: &str = "-mine";

/// Where a scenario or a deck came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Built in, under this id.
    BuiltIn(String),
    /// The default scenario with this catalog model.
    Model(String),
    /// The user's directory, or any file.
    File(PathBuf),
    /// A page that was exported, which is read and never written over.
    Page(PathBuf),
    StandardInput,
}

impl Origin {
    /// The id of a built-in scenario or a model, under which figures were published.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::BuiltIn(id) | Self::Model(id) => Some(id),
            Self::File(_) | Self::Page(_) | Self::StandardInput => None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Opened {
    /// The scenario with what its file says of it.
    pub document: Document,
    pub origin: Origin,
    /// The catalog with the accelerators that its file describes, where the given one has not got them: its ids are of
    /// that one then.
    pub grown: Option<Catalog>,
}

/// What a name opened.
#[derive(Debug, Clone)]
pub enum Opening {
    Scenario(Box<Opened>),
    Deck(Box<OpenedDeck>),
}

/// What a name stands for.
enum Found {
    /// The text of a file, and what that is called.
    Text {
        name: String,
        text: String,
        origin: Origin,
    },
    Model(ModelId),
    /// A model that the catalog has not got, and a catalog that has.
    Config(ModelId, Box<Catalog>),
}

/// A line of the preset list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What opens it.
    pub id: String,
    pub name: String,
    /// One sentence: what it shows.
    pub summary: String,
    pub origin: Origin,
}

#[cfg(feature = "tui")]
impl Entry {
    /// The words that open it.
    pub fn opens(&self) -> String {
        match &self.origin {
            Origin::File(path) | Origin::Page(path) => path.display().to_string(),
            _ => self.id.clone(),
        }
    }
}

/// Why a scenario could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// No scenario, model, deck or file has this name.
    #[error("no scenario, model or file is named `{}`{}", quoted(name), did_you_mean(.near.as_deref()))]
    Unknown { name: String, near: Option<String> },
    #[error("cannot read {}: {reason}", shown(path))]
    Unreadable { path: PathBuf, reason: io::Error },
    /// A page that was not exported from here.
    #[error("{} holds no scenario or deck: pages that `whatif export` writes do", shown(.0))]
    Empty(PathBuf),
    /// What another program should have written is not there, or was read already.
    #[error("standard input is empty; it can be read once, for one scenario or deck")]
    Nothing,
    #[error(transparent)]
    Malformed(#[from] Diagnostic),
}

impl From<ImportError> for OpenError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Unreadable { path, reason } => Self::Unreadable { path, reason },
            ImportError::Refused(diagnostic) => Self::Malformed(diagnostic),
        }
    }
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(|| "; see `whatif list`".to_owned(), |near| format!("; did you mean `{near}`?"))
}

/// The scenarios that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    directory: Option<PathBuf>,
    /// Whatever is saved goes into its directory, also what came from elsewhere.
    is_rehearsal: bool,
}

impl Store {
    /// A store whose user's scenarios live in `directory`; by default where the environment variable or the
    /// platform's custom says.
    pub fn new(directory: Option<PathBuf>) -> Self {
        let directory = directory.or_else(|| place(DIRECTORY_VARIABLE, "scenarios"));
        Self { directory, is_rehearsal: false }
    }

    /// The same scenarios and decks in another directory, outside of which nothing is written.
    #[cfg(feature = "tui")]
    pub fn rehearsal(&self, directory: &Path) -> io::Result<Self> {
        for (_, path, text) in self.user_files() {
            fs::write(directory.join(path.file_name().unwrap_or_default()), text)?;
        }
        Ok(Self { directory: Some(directory.to_owned()), is_rehearsal: true })
    }

    /// The file into which is saved what belongs into this one.
    #[cfg(feature = "tui")]
    pub(super) fn written_file(&self, path: &Path) -> PathBuf {
        match (&self.directory, path.file_name()) {
            (Some(directory), Some(name)) if self.is_rehearsal => directory.join(name),
            _ => path.to_owned(),
        }
    }

    /// Opens a scenario by id, a model by id, a user's scenario by name, a file by path, or `-`.
    pub fn open(&self, name: &str, catalog: &Catalog) -> Result<Opened, OpenError> {
        self.find(name, catalog)?.scenario(catalog)
    }

    /// Opens a scenario or a deck, whichever it is; of a deck, `settings` are set in every scenario that it starts from.
    pub fn open_any(&self, name: &str, settings: &[String], catalog: &Catalog) -> Result<Opening, OpenError> {
        match self.find(name, catalog)? {
            Found::Text { name, text, origin } if is_deck(&text) => {
                let folder = if let Origin::File(path) = &origin { path.parent() } else { None };
                let (mut deck, grown) = DeckDocument::parse(&name, &text, folder, self, settings, catalog)?;
                if let Origin::BuiltIn(_) = origin {
                    deck.forget_source();
                }
                Ok(Opening::Deck(Box::new(OpenedDeck { deck, origin, grown })))
            }
            found => Ok(Opening::Scenario(Box::new(found.scenario(catalog)?))),
        }
    }

    /// What a name stands for: what is built in comes before the user's own, and that before models and files.
    fn find(&self, name: &str, catalog: &Catalog) -> Result<Found, OpenError> {
        if name == "-" {
            let text = text_of(io::stdin().lock(), MOST_WRITTEN)
                .map_err(|reason| OpenError::Unreadable { path: "standard input".into(), reason })?;
            if text.trim().is_empty() {
                return Err(OpenError::Nothing);
            }
            if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
                let mut grown = catalog.clone();
                let model = grown.add_model(config::open_stream(text.as_bytes(), None)?);
                return Ok(Found::Config(model, Box::new(grown)));
            }
            return Ok(Found::Text {
                name: "standard input".to_owned(),
                text,
                origin: Origin::StandardInput,
            });
        }
        if let Some(text) = built_in(SCENARIOS, name).or_else(|| built_in(DECKS, name)) {
            let origin = Origin::BuiltIn(name.to_owned());
            return Ok(Found::Text { name: format!("{name}.toml"), text: text.to_owned(), origin });
        }
        if let Some(path) = self.user_file(name).filter(|path| path.is_file()) {
            return Found::file(&path);
        }
        if let Some(model) = catalog.model_id(name) {
            return Ok(Found::Model(model));
        }
        if let Some((model, grown)) = models::at(name, Path::new(""), catalog)? {
            return Ok(Found::Config(model, Box::new(grown)));
        }
        let path = Path::new(name);
        if path.is_file() || path.extension() == Some(OsStr::new("toml")) || path.components().count() > 1 {
            return Found::file(path);
        }
        let mut known = built_in_ids(SCENARIOS);
        known.extend(built_in_ids(DECKS));
        known.extend(self.user_files().into_iter().map(|(id, _, _)| id));
        known.extend(catalog.models().iter().map(|model| model.id.clone()));
        let near = closest(name, known.iter().map(String::as_str)).map(ToOwned::to_owned);
        Err(OpenError::Unknown { name: name.to_owned(), near })
    }

    #[cfg(feature = "tui")]
    pub(super) fn open_file(path: &Path, catalog: &Catalog) -> Result<Opened, OpenError> {
        Found::file(path)?.scenario(catalog)
    }

    /// Scenarios that are built in, in the order of the list: the default first.
    pub fn built_in_entries() -> Vec<Entry> {
        built_in_entries(SCENARIOS)
    }

    /// Decks that are built in, in the order of the list: the tour first.
    pub fn built_in_decks() -> Vec<Entry> {
        built_in_entries(DECKS)
    }

    /// The user's own scenarios, by name. Files that cannot be read are listed too: opening them says why.
    pub fn user_entries(&self) -> Vec<Entry> {
        self.entries(false)
    }

    /// The user's own decks, by name.
    pub fn user_decks(&self) -> Vec<Entry> {
        self.entries(true)
    }

    fn entries(&self, decks: bool) -> Vec<Entry> {
        let files = self.user_files().into_iter().filter(|(_, _, text)| is_deck(text) == decks);
        files
            .map(|(id, path, text)| {
                let (name, summary) = title_of(&text, &id);
                Entry { id, name, summary, origin: Origin::File(path) }
            })
            .collect()
    }

    /// The files of the user's directory with their texts, by name.
    fn user_files(&self) -> Vec<(String, PathBuf, String)> {
        let mut files: Vec<_> = toml_files(self.directory.as_deref())
            .into_iter()
            .filter_map(|path| {
                let id = path.file_stem()?.to_str()?.to_owned();
                let text = text_at(&path, MOST_WRITTEN).unwrap_or_default();
                Some((id, path, text))
            })
            .collect();
        files.sort();
        files
    }

    /// The files of a folder beside the user's scenarios with their texts, by the names of the files.
    pub(super) fn texts(&self, folder: &str) -> Result<Vec<(PathBuf, String)>, OpenError> {
        let mut paths = toml_files(self.folder(folder).as_deref());
        paths.sort();
        let text = |path: PathBuf| match text_at(&path, MOST_WRITTEN) {
            Ok(text) => Ok((path, text)),
            Err(reason) => Err(OpenError::Unreadable { path, reason }),
        };
        paths.into_iter().map(text).collect()
    }

    /// A folder beside the user's scenarios; `None` without a directory.
    pub(super) fn folder(&self, name: &str) -> Option<PathBuf> {
        Some(self.directory.as_ref()?.join(name))
    }

    /// A file is one of those that are saved by their names.
    #[cfg(feature = "tui")]
    pub fn holds(&self, path: &Path) -> bool {
        self.directory.is_some() && path.parent() == self.directory.as_deref()
    }

    /// The file that opens under this name; `None` without a directory or a usable name.
    fn user_file(&self, name: &str) -> Option<PathBuf> {
        let slug = slug(name);
        (!slug.is_empty()).then(|| self.directory.as_ref().map(|dir| dir.join(format!("{slug}.toml"))))?
    }

    /// The file to which a scenario or deck of this name is saved: no new one takes the id of what is built in, or of a model,
    /// so that neither hides the other. `None` without a directory or a usable name.
    #[cfg(feature = "tui")]
    pub fn new_file(&self, name: &str, catalog: &Catalog) -> Option<PathBuf> {
        // Whoever types the name of the file means the same.
        let slug = slug(name);
        let id = slug.strip_suffix(".toml").unwrap_or(&slug);
        let path = self.user_file(id)?;
        let is_built_in = [SCENARIOS, DECKS].iter().any(|folder| built_in(*folder, id).is_some());
        let is_taken = is_built_in || catalog.model_id(id).is_some();
        Some(if is_taken && !path.exists() { path.with_file_name(format!("{id}{OWN}.toml")) } else { path })
    }
}

impl Found {
    fn file(path: &Path) -> Result<Self, OpenError> {
        let text = text_at(path, MOST_WRITTEN);
        let text = text.map_err(|reason| OpenError::Unreadable { path: path.to_owned(), reason })?;
        let name = path.display().to_string();
        if embedded::is_page(&text) {
            let text = embedded::held(&text).ok_or_else(|| OpenError::Empty(path.to_owned()))?;
            return Ok(Self::Text { name, text, origin: Origin::Page(path.to_owned()) });
        }
        Ok(Self::Text { name, text, origin: Origin::File(path.to_owned()) })
    }

    fn scenario(self, catalog: &Catalog) -> Result<Opened, OpenError> {
        match self {
            Self::Text { name, text, origin } => {
                let (mut document, grown) = Document::parse(&name, &text, catalog)?;
                if let Origin::BuiltIn(_) = origin {
                    document.source = None;
                }
                Ok(Opened { document, origin, grown })
            }
            Self::Model(model) => {
                let document = with_model(model, catalog)?;
                Ok(Opened { document, origin: Origin::Model(catalog.model(model).id.clone()), grown: None })
            }
            Self::Config(model, grown) => {
                let mut document = with_model(model, &grown)?;
                document.notes.extend(grown.model(model).note.clone());
                let origin = Origin::Model(grown.model(model).id.clone());
                Ok(Opened { document, origin, grown: Some(*grown) })
            }
        }
    }
}

/// The files of a directory that are called as scenarios are; none where there is no directory.
fn toml_files(directory: Option<&Path>) -> Vec<PathBuf> {
    let files = directory.and_then(|directory| fs::read_dir(directory).ok()).into_iter().flatten();
    let paths = files.flatten().map(|file| file.path());
    paths.filter(|path| path.extension() == Some(OsStr::new("toml")) && path.is_file()).collect()
}

/// A text says of itself that it is a deck.
fn is_deck(text: &str) -> bool {
    DeTable::parse(text).is_ok_and(|table| deck_key(table.get_ref()).is_some())
}

/// The default scenario with another model: its serving and demand, and the model's own training and weight format.
fn with_model(model: ModelId, catalog: &Catalog) -> Result<Document, Diagnostic> {
    let text = built_in(SCENARIOS, DEFAULT_SCENARIO).unwrap_or("format = 1");
    let (mut document, _) = Document::parse("default.toml", text, catalog)?;
    document.source = None;
    document.scenario.model.preset = Some(model);
    document.scenario.model.size = None;
    document.scenario.serving.weight_precision = None;
    document.name.clone_from(&catalog.model(model).name);
    document.summary = format!("The default workload on {}", document.name);
    Ok(document)
}

/// Folders of what is built in, and what comes first in them.
const SCENARIOS: (&str, &str) = ("scenarios", DEFAULT_SCENARIO);
const DECKS: (&str, &str) = ("decks", "tour");

fn built_in((folder, _): (&str, &str), id: &str) -> Option<&'static str> {
    PRESETS.get_file(format!("{folder}/{id}.toml"))?.contents_utf8()
}

/// A scenario with this id is built in.
pub(super) fn is_scenario(id: &str) -> bool {
    built_in(SCENARIOS, id).is_some()
}

/// Ids of the scenarios that are built in, the default one first.
pub fn scenarios() -> Vec<String> {
    built_in_ids(SCENARIOS)
}

/// Ids of the decks that are built in, the tour first.
pub fn decks() -> Vec<String> {
    built_in_ids(DECKS)
}

/// Ids of what is built in, the first of its kind first.
fn built_in_ids((folder, first): (&str, &str)) -> Vec<String> {
    let mut ids: Vec<String> = PRESETS
        .get_dir(folder)
        .into_iter()
        .flat_map(include_dir::Dir::files)
        .filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    rank::by_key(&mut ids, |id| (id != first, id.clone()));
    ids
}

fn built_in_entries(folder: (&str, &str)) -> Vec<Entry> {
    let entry = |id: String| {
        let (name, summary) = title_of(built_in(folder, &id).unwrap_or_default(), &id);
        Entry { origin: Origin::BuiltIn(id.clone()), id, name, summary }
    };
    built_in_ids(folder).into_iter().map(entry).collect()
}

/// Name and summary of a scenario file, or of a deck, read without checking the rest.
fn title_of(text: &str, fallback: &str) -> (String, String) {
    #[derive(serde::Deserialize)]
    struct Title {
        #[serde(alias = "title")]
        name: Option<String>,
        #[serde(default)]
        summary: String,
    }
    match toml::from_str::<Title>(text) {
        Ok(title) => (one_line(title.name.as_deref().unwrap_or(fallback)), one_line(&title.summary)),
        Err(_) => (fallback.to_owned(), "cannot be read: open it to see why".to_owned()),
    }
}

/// A name as a file name: lower case, with hyphens between words; one that every system can have.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for character in name.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() || character == '.' || character == '_' {
            slug.push(character);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches(|edge| matches!(edge, '-' | '.'));
    let (stem, rest) = slug.split_at(slug.find('.').unwrap_or(slug.len()));
    if is_device(stem) { format!("{stem}_{rest}") } else { slug.to_owned() }
}
