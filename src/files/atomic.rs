//! Files are written whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

/// Why a file could not be written or deleted. Nothing was changed then.
#[derive(Debug, Error)]
pub enum WriteError {
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// The directory or the file cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable { path: PathBuf, reason: io::Error },
}

/// Writes a new file next to its destination and renames it, so that it is never half written.
/// Without `overwrite` an existing file is an error.
pub fn write(path: &Path, content: &(impl AsRef<[u8]> + ?Sized), overwrite: bool) -> Result<(), WriteError> {
    let failed = |reason| WriteError::Unwritable { path: path.to_owned(), reason };
    // Behind a link the file itself is written, and the link stays.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(failed)?;
    let mut new = tempfile::Builder::new();
    // A temporary file is its owner's alone; this one is to be as any other, or as the file whose place it takes.
    #[cfg(unix)]
    new.permissions(usual_permissions());
    let mut file = new.tempfile_in(directory).map_err(failed)?;
    if let Ok(old) = fs::metadata(path) {
        file.as_file().set_permissions(old.permissions()).map_err(failed)?;
    }
    file.write_all(content.as_ref()).map_err(failed)?;
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

/// Read and write for everybody, less what the user's mask takes away.
#[cfg(unix)]
fn usual_permissions() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_as_any_other_and_keeps_the_permissions_that_it_was_given() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        let (written, usual) = (directory.path().join("written"), directory.path().join("usual"));
        write(&written, "x", false).expect("written");
        fs::write(&usual, "x").expect("written");
        assert_eq!(mode(&written), mode(&usual));
        fs::set_permissions(&written, fs::Permissions::from_mode(0o662)).expect("set");
        write(&written, "y", true).expect("written again");
        assert_eq!(mode(&written), 0o662);
    }
}
