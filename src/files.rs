//! Files of the user's own: scenarios, decks and settings.

pub mod atomic;
pub mod deck;
pub mod document;
pub mod embedded;
mod lengths;
pub mod models;
#[cfg(feature = "tui")]
pub mod notes;
pub mod profiles;
pub mod rates;
pub mod read;
mod retired;
#[cfg(feature = "tui")]
pub mod save;
#[cfg(feature = "cli")]
pub mod schema;
#[cfg(feature = "tui")]
pub mod settings;
pub mod store;
#[cfg(feature = "tui")]
mod template;
#[cfg(feature = "tui")]
mod write;

use std::path::PathBuf;

/// What an environment variable names, else a name in the platform's directory for configuration.
fn place(variable: &str, name: &str) -> Option<PathBuf> {
    let stated = std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
    stated.or_else(|| Some(directories::ProjectDirs::from("", "", "whatif")?.config_dir().join(name)))
}
