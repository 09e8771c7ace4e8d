//! What a presenter reads while others see the step: written to a file, or shown on another terminal.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use crate::files::atomic;
use crate::text::wrap::wrapped;

/// Columns of a line on a terminal: its own number is not known.
const COLUMNS: usize = 78;
/// Clears a terminal, and goes to its first column and row.
const CLEAR: &str = "\x1b[2J\x1b[H";

/// Writes a text without control characters but line ends in place of the last one.
///
/// # Errors
///
/// The file or the terminal cannot be written.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Ok(mut terminal) = OpenOptions::new().write(true).open(path)
        && terminal.is_terminal()
    {
        // Another program may have left it without the return that a line end implies.
        let lines = text.lines().flat_map(|line| wrapped(line, COLUMNS));
        let text = lines.collect::<Vec<_>>().join("\r\n");
        return terminal.write_all(format!("{CLEAR}{text}").as_bytes());
    }
    atomic::write(path, text, true).map_err(io::Error::other)
}
