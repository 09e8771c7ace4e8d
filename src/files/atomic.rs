//! Files are written whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use thiserror::Error;

/// How temporary files are named, with the id of the process that writes it and a hyphen after the prefix.
const PREFIX: &str = ".whatif-";
const SUFFIX: &str = ".tmp";
/// Nobody takes longer to write one.
const LONGEST_WRITE: Duration = Duration::from_secs(60);

/// Why a file that may be written cannot be replaced.
const LOCKED: &str = "you may make no file in its directory, and a file is replaced by a whole new one";

/// Why a file could not be written or deleted. Nothing was changed then.
#[derive(Debug, Error)]
pub enum WriteError {
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// The file is not as it was when it was read.
    #[cfg(feature = "tui")]
    #[error("{} has changed since it was opened", path.display())]
    Changed {
        path: PathBuf,
        /// What it holds now.
        found: String,
    },
    /// The directory or the file cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable { path: PathBuf, reason: io::Error },
}

/// What a path leads to.
enum There {
    Nothing,
    File(fs::Metadata),
    /// A device or a pipe, which takes what is written into it and cannot be replaced.
    Stream,
}

/// What the system names its own streams by, which may be files.
const STREAMS: [&str; 4] = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"];

/// Finds out what a path leads to; what can be neither replaced nor written into is an error.
fn there(path: &Path) -> io::Result<There> {
    let unfit = |words: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => unfit("it is a directory"),
        Ok(found)
            if STREAMS.iter().any(|stream| path.starts_with(stream)) || is_stream(found.file_type()) =>
        {
            Ok(There::Stream)
        }
        Ok(found) if found.is_file() => Ok(There::File(found)),
        Ok(_) => unfit("it is no file"),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Err(_) if path.is_symlink() => unfit("it is a link to nothing"),
        Err(_) => Ok(There::Nothing),
    }
}

#[cfg(unix)]
fn is_stream(kind: fs::FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_char_device() || kind.is_fifo()
}

/// Platforms without these have files only.
#[cfg(not(unix))]
fn is_stream(_: fs::FileType) -> bool {
    false
}

/// Gives a file to the owner and the group of the one whose place it takes, as far as the system allows: who may not give files
/// away keeps it.
#[cfg(unix)]
fn keep_owner(file: &fs::File, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let _ = fchown(file, None, Some(old.gid()));
    let _ = fchown(file, Some(old.uid()), None);
}

/// Platforms without these have owners of another kind.
#[cfg(not(unix))]
fn keep_owner(_: &fs::File, _: &fs::Metadata) {}

/// Writes a new file next to its destination and renames it, so that it is never half written.
/// Without `overwrite` an existing file is an error, and what is no file always is.
pub fn write(path: &Path, content: &(impl AsRef<[u8]> + ?Sized), overwrite: bool) -> Result<(), WriteError> {
    let failed = |reason| WriteError::Unwritable { path: path.to_owned(), reason };
    let old = match there(path).map_err(failed)? {
        There::Nothing => None,
        There::File(old) => Some(old),
        There::Stream => return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"))),
    };
    // Behind a link the file itself is written, and the link stays.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // A file can be replaced where it cannot be written, which is not what its owner meant.
    if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
        return Err(failed(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only")));
    }
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(failed)?;
    sweep(directory);
    let mut refused = None;
    // A temporary file is its owner's alone; this one is to be as any other, or as the file whose place it takes.
    let make = |new: &Path| fs::File::create_new(new).inspect_err(|reason| refused = reason.raw_os_error());
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let file = tempfile::Builder::new().prefix(&prefix).suffix(SUFFIX).make_in(directory, make);
    let mut file = file.map_err(|error| {
        // What the system says, without the name of a file that nobody asked for.
        let reason = refused.map_or(error, io::Error::from_raw_os_error);
        let is_locked = old.is_some() && reason.kind() == io::ErrorKind::PermissionDenied;
        failed(if is_locked { io::Error::new(reason.kind(), LOCKED) } else { reason })
    })?;
    if let Some(old) = old {
        keep_owner(file.as_file(), &old);
        file.as_file().set_permissions(old.permissions()).map_err(failed)?;
    }
    file.as_file_mut().write_all(content.as_ref()).map_err(failed)?;
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

/// Whether there is a file that would be replaced.
pub fn replaces(path: &Path) -> bool {
    matches!(there(path), Ok(There::File(_)))
}

/// Writes what was asked for to where it was asked for: into a device or a pipe, which may wait for its reader; else as a
/// file, whole.
#[cfg(feature = "tui")]
pub fn put(path: &Path, content: &(impl AsRef<[u8]> + ?Sized), overwrite: bool) -> Result<(), WriteError> {
    if !matches!(there(path), Ok(There::Stream)) {
        return write(path, content, overwrite);
    }
    let content = content.as_ref();
    let written = if path == Path::new(STREAMS[0]) {
        // Where it is a file, what else is printed goes on behind it.
        let mut out = io::stdout();
        out.write_all(content).and_then(|()| out.flush())
    } else {
        fs::File::options().append(true).open(path).and_then(|mut stream| stream.write_all(content))
    };
    written.map_err(|reason| WriteError::Unwritable { path: path.to_owned(), reason })
}

/// Takes away what writers left behind that were killed: temporary files of processes that are gone, or too old for one that
/// still writes.
fn sweep(directory: &Path) {
    let is_left = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let ours = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
        let written = || entry.metadata().and_then(|data| data.modified()).ok()?.elapsed().ok();
        ours.is_some_and(|rest| is_gone(rest) || written().is_some_and(|age| age > LONGEST_WRITE))
    };
    for entry in fs::read_dir(directory).into_iter().flatten().flatten().filter(is_left) {
        // Somebody else may have done it, or may be the only one who can.
        let _ = fs::remove_file(entry.path());
    }
}

/// The process with which a name begins is known to have ended.
fn is_gone(name: &str) -> bool {
    const PROCESSES: &str = "/proc";
    let id = name.split_once('-').and_then(|(id, _)| id.parse::<u32>().ok());
    let is_known = cfg!(target_os = "linux") && Path::new(PROCESSES).join("self").exists();
    is_known && id.is_some_and(|id| !Path::new(PROCESSES).join(id.to_string()).exists())
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

    #[test]
    fn a_file_stays_its_owners() {
        use std::os::unix::fs::{MetadataExt as _, chown};

        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("another's");
        fs::write(&path, "x").expect("written");
        if chown(&path, Some(4_321), Some(1_234)).is_err() {
            eprintln!("skipped: this user may give no files away");
            return;
        }
        write(&path, "y", true).expect("written");
        let now = fs::metadata(&path).expect("it is there");
        assert_eq!((now.uid(), now.gid()), (4_321, 1_234));
    }

    #[test]
    fn a_read_only_file_is_not_replaced() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("kept");
        fs::write(&path, "x").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("set");
        let error = write(&path, "y", true).expect_err("it is read-only");
        assert!(error.to_string().ends_with("it is read-only"), "{error}");
        assert_eq!(fs::read_to_string(&path).expect("read"), "x");
    }

    #[test]
    fn a_directory_that_takes_no_file_is_told_in_plain_words() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let [there, new] = ["there", "new"].map(|name| directory.path().join(name));
        fs::write(&there, "x").expect("written");
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o555)).expect("set");
        if fs::write(directory.path().join("probe"), "").is_ok() {
            eprintln!("skipped: this user may do everything");
            return;
        }
        let error = |path: &Path| write(path, "y", true).expect_err("it cannot").to_string();
        assert_eq!(error(&there), format!("cannot write {}: {LOCKED}", there.display()));
        let denied = io::Error::from_raw_os_error(13);
        assert_eq!(error(&new), format!("cannot write {}: {denied}", new.display()));
        assert_eq!(fs::read_to_string(&there).expect("read"), "x");
    }

    #[test]
    fn what_a_killed_writer_left_is_swept_and_what_another_writes_is_not() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = |name: &str| directory.path().join(name);
        let own = std::process::id();
        let mut ended = std::process::Command::new("true").spawn().expect("it starts");
        ended.wait().expect("it ends");
        let [left, other] = [".whatif-left.tmp", ".other.tmp"].map(path);
        let current = path(&format!(".whatif-{own}-now.tmp"));
        let killed = path(&format!(".whatif-{}-now.tmp", ended.id()));
        let long_ago = std::time::SystemTime::now() - 2 * LONGEST_WRITE;
        for path in [&left, &current, &other, &killed] {
            fs::write(path, "half").expect("written");
        }
        for path in [&left, &other] {
            fs::File::options()
                .write(true)
                .open(path)
                .and_then(|file| file.set_modified(long_ago))
                .expect("aged");
        }
        write(&directory.path().join("new"), "x", false).expect("written");
        assert!(!left.exists() && current.exists() && other.exists());
        assert_eq!(killed.exists(), !cfg!(target_os = "linux"));
    }
}
