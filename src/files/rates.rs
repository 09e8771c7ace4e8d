//! The user's own rate card: a file that is named, else `prices.toml` in the directory for configuration.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::catalog::Catalog;
use crate::files::place;
use crate::import::text::{MOST_WRITTEN, text_at};
use crate::text::control::shown;
use crate::text::diagnostic::Diagnostic;

/// Environment variable that names the rate card.
pub const FILE_VARIABLE: &str = "WHATIF_PRICES";

/// Why a rate card could not be read.
#[derive(Debug, Error)]
pub enum RatesError {
    #[error("cannot read {}: {reason}", shown(path))]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error(transparent)]
    Malformed(#[from] Diagnostic),
}

/// Adds the user's rate card to a catalog. Without a name, one that is not there is none.
pub fn add(named: Option<&Path>, catalog: &mut Catalog) -> Result<(), RatesError> {
    let Some(path) = named.map(Path::to_owned).or_else(|| place(FILE_VARIABLE, "prices.toml")) else {
        return Ok(());
    };
    match text_at(&path, MOST_WRITTEN) {
        Ok(text) => Ok(catalog.add_rates(&path.display().to_string(), &text)?),
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(reason) => Err(RatesError::Unreadable { path, reason }),
    }
}
