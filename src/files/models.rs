//! Models of the user's own: named by the place of their configuration, or kept in a folder beside scenarios.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::catalog::{Catalog, ModelId, ModelPreset};
use crate::files::atomic::{self, WriteError};
use crate::files::store::{OpenError, Store, is_scenario};
use crate::import::ImportError;
use crate::import::config::{self, to_toml};
use crate::scenario::ParamId;
use crate::scenario::domain::Domain;
use crate::text::name::{ID, is_id};

/// The folder of models in that of scenarios.
const FOLDER: &str = "models";

/// Why a model could not be kept. Nothing was changed then.
#[derive(Debug, Error)]
pub enum KeepError {
    /// Its id would hide a model of the catalog.
    #[error("`{0}` is the id of a model that is known already: give this one another with --id")]
    Known(String),
    /// Its id would be taken for a scenario.
    #[error("`{0}` is the id of a scenario: give this model another with --id")]
    Scenario(String),
    /// No file has its id as a name, or the id means something else.
    #[error("`{0}` is not a valid id; allowed: {ID}: give this model another with --id")]
    Unnameable(String),
    #[error("there is no directory for scenarios: name one with --scenarios")]
    Nowhere,
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Store {
    /// Adds the models that were kept, by the names of their files.
    pub fn add_models(&self, catalog: &mut Catalog) -> Result<(), OpenError> {
        for (path, text) in self.texts(FOLDER)? {
            catalog.add_file(&path.display().to_string(), &text)?;
        }
        Ok(())
    }

    /// Keeps a model under its id, which must be new to the catalog.
    pub fn keep_model(&self, model: &ModelPreset, catalog: &Catalog) -> Result<PathBuf, KeepError> {
        if !is_id(&model.id) {
            return Err(KeepError::Unnameable(model.id.clone()));
        }
        if catalog.model_id(&model.id).is_some() {
            return Err(KeepError::Known(model.id.clone()));
        }
        if is_scenario(&model.id) {
            return Err(KeepError::Scenario(model.id.clone()));
        }
        let folder = self.folder(FOLDER).ok_or(KeepError::Nowhere)?;
        let path = folder.join(format!("{}.toml", model.id));
        atomic::write(&path, &to_toml(model), false)?;
        Ok(path)
    }
}

/// The model whose configuration is at a path relative to a folder, and the catalog with it; `None` where the catalog has a
/// model of this name, or there is no configuration.
pub(super) fn at(
    name: &str,
    folder: &Path,
    catalog: &Catalog,
) -> Result<Option<(ModelId, Catalog)>, ImportError> {
    let path = folder.join(name);
    if catalog.model_id(name).is_some() || !config::is_config(&path) {
        return Ok(None);
    }
    let mut grown = catalog.clone();
    let id = grown.add_model(config::open(&path, Some(&id_of(&path)))?);
    Ok(Some((id, grown)))
}

/// What a model is known by that has no other id: where its configuration is, wherever a scenario with it is kept.
fn id_of(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// A setting, `PATH=VALUE`, whose value is a model's id where it was the place of a configuration, and the catalog that has
/// that model then.
pub fn resolved(assignment: &str, catalog: &Catalog) -> Result<Option<(String, Catalog)>, ImportError> {
    let Some((path, value)) = assignment.split_once('=') else { return Ok(None) };
    let names_model =
        ParamId::from_path(path.trim()).is_some_and(|param| matches!(param.domain, Domain::Model));
    let found = if names_model { at(value.trim().trim_matches('"'), Path::new(""), catalog)? } else { None };
    Ok(found.map(|(id, grown)| (format!("{path}={}", grown.model(id).id), grown)))
}
