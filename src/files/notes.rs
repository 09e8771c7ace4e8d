//! What a presenter reads while others see the step: written to a file, or shown on another terminal.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use crate::files::atomic::{self, WriteError};
use crate::text::wrap::wrapped;

/// Columns of a line on a terminal: its own number is not known.
const COLUMNS: usize = 78;
/// Clears a terminal, and goes to its first column and row.
const CLEAR: &str = "\x1b[2J\x1b[H";

/// Writes a text without control characters but line ends in place of the last one; into a pipe, after it.
///
/// # Errors
///
/// The file or the terminal cannot be written, or nobody reads the pipe, which is not waited for.
pub fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    let failed = |reason| WriteError::Unwritable { path: path.to_owned(), reason };
    if let Some(pipe) = pipe(path) {
        return pipe.and_then(|mut pipe| pipe.write_all(text.as_bytes())).map_err(failed);
    }
    if let Ok(mut terminal) = OpenOptions::new().write(true).open(path)
        && terminal.is_terminal()
    {
        // Another program may have left it without the return that a line end implies.
        let lines = text.lines().flat_map(|line| wrapped(line, COLUMNS));
        let text = lines.collect::<Vec<_>>().join("\r\n");
        return terminal.write_all(format!("{CLEAR}{text}").as_bytes()).map_err(failed);
    }
    atomic::put(path, text, true)
}

/// The pipe that has this name, opened without waiting for a reader; `None` where it is no pipe.
#[cfg(unix)]
fn pipe(path: &Path) -> Option<io::Result<std::fs::File>> {
    use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};

    let is_pipe = std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo());
    is_pipe.then(|| {
        let opened = OpenOptions::new().write(true).custom_flags(libc::O_NONBLOCK).open(path);
        opened.map_err(|error| match error.raw_os_error() {
            Some(libc::ENXIO) => io::Error::new(error.kind(), "nobody reads this pipe"),
            _ => error,
        })
    })
}

/// Platforms without named pipes.
#[cfg(not(unix))]
fn pipe(_: &Path) -> Option<io::Result<std::fs::File>> {
    None
}
