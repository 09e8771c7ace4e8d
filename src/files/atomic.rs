//! Files are written whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

/// Why a file could not be written or deleted. Nothing was changed then.
#[derive(Debug, Error)]
pub enum WriteError {
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The directory or the file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
}

/// Writes a new file beside its place and renames it there, so that it is never half written.
/// Without `overwrite` an existing file is an error.
pub fn write(path: &Path, text: &str, overwrite: bool) -> Result<(), WriteError> {
    let failed = |source| WriteError::Unwritable { path: path.to_owned(), source };
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    if overwrite {
        file.persist(path).map_err(|error| failed(error.error))?;
    } else {
        file.persist_noclobber(path).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => WriteError::Exists(path.to_owned()),
            _ => failed(error.error),
        })?;
    }
    Ok(())
}
