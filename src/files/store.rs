//! Where scenarios live: built in, in the user's directory, in a file, on standard input.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

use crate::catalog::{Catalog, ModelId, PRESETS};
use crate::files::document::Document;
use crate::files::place;
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
    StandardInput,
}

impl Origin {
    /// The id of a built-in scenario or a model, under which figures were published.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::BuiltIn(id) | Self::Model(id) => Some(id),
            Self::File(_) | Self::StandardInput => None,
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
            Origin::File(path) => path.display().to_string(),
            _ => self.id.clone(),
        }
    }
}

/// Why a scenario could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// No scenario, model or file has this name.
    #[error("no scenario, model or file is named `{name}`{}", did_you_mean(.near.as_deref()))]
    Unknown { name: String, near: Option<String> },
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error(transparent)]
    Malformed(#[from] Diagnostic),
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(|| "; see `whatif list`".to_owned(), |near| format!("; did you mean `{near}`?"))
}

/// The scenarios that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    directory: Option<PathBuf>,
}

impl Store {
    /// A store whose user's scenarios live in `directory`; by default where the environment variable or the
    /// platform's custom says.
    pub fn new(directory: Option<PathBuf>) -> Self {
        Self { directory: directory.or_else(|| place(DIRECTORY_VARIABLE, "scenarios")) }
    }

    /// Opens a scenario by id, a model by id, a user's scenario by name, a file by path, or `-`.
    pub fn open(&self, name: &str, catalog: &Catalog) -> Result<Opened, OpenError> {
        if name == "-" {
            let mut text = String::new();
            io::stdin()
                .read_to_string(&mut text)
                .map_err(|reason| OpenError::Unreadable { path: "standard input".into(), reason })?;
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

    pub(super) fn open_file(path: &Path, catalog: &Catalog) -> Result<Opened, OpenError> {
        let text = fs::read_to_string(path)
            .map_err(|reason| OpenError::Unreadable { path: path.to_owned(), reason })?;
        let (document, grown) = Document::parse(&path.display().to_string(), &text, catalog)?;
        Ok(Opened { document, origin: Origin::File(path.to_owned()), grown })
    }

    /// Scenarios that are built in, in the order of the list: the default first.
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
    pub fn user_file(&self, name: &str) -> Option<PathBuf> {
        let slug = slug(name);
        (!slug.is_empty()).then(|| self.directory.as_ref().map(|dir| dir.join(format!("{slug}.toml"))))?
    }
}

/// The default scenario with another model: its serving and demand, and the model's own training and weight format.
fn with_model(model: ModelId, catalog: &Catalog) -> Result<Document, Diagnostic> {
    let text = built_in(DEFAULT_SCENARIO).unwrap_or("format = 1");
    let (mut document, _) = Document::parse("default.toml", text, catalog)?;
    document.source = None;
    document.scenario.model.preset = Some(model);
    document.scenario.model.size = None;
    document.scenario.serving.weight_precision = None;
    document.name.clone_from(&catalog.model(model).name);
    document.summary = format!("The default workload on {}", document.name);
    Ok(document)
}

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

/// A name as a file name: lower case, with hyphens between words.
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
