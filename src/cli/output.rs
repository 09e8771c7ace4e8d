//! How everything is printed.

use std::io::{self, Write};
use std::path::Path;
#[cfg(feature = "tui")]
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

#[cfg(feature = "tui")]
use crate::catalog::Catalog;
use crate::files::atomic;
#[cfg(feature = "tui")]
use crate::files::{document::Document, store::Store};
use crate::report::format::{FORMATS, Format};
use crate::report::page::Page;
use crate::text::ascii::ascii;
use crate::text::control::visible;

/// The format for reading.
const TEXT: &str = FORMATS[0].id;
/// Exit status when a check fails.
pub(super) const CHECK_FAILED: u8 = 1;

/// How a page is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct FormatArgs {
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Default for FormatArgs {
    fn default() -> Self {
        Self { format: FORMATS[0] }
    }
}

impl FormatArgs {
    /// Prints a page.
    pub(super) fn print(self, page: &Page) -> Result<ExitCode> {
        print_as(self.format, page)
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &FORMATS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.id).help(self.help))
    }
}

/// Prints a page in one format.
pub(super) fn print_as(format: Format, page: &Page) -> Result<ExitCode> {
    let mut out = Vec::new();
    (format.write)(page, &mut out)?;
    let text = String::from_utf8_lossy(&out);
    print(if format.id == TEXT { shown(&text) } else { visible(&text) })
}

/// Says something beside the output, as the terminal can show it. Where that cannot be told, the output is made all the same.
pub(super) fn say(words: &str) {
    let _ = writeln!(io::stderr(), "{}", shown(words));
}

/// A text as the terminal or the log that it goes to can show it: nothing in it is obeyed, and it is ASCII where the locale
/// is not of UTF-8.
pub(super) fn shown(text: &str) -> String {
    let text = visible(text);
    if shows_unicode() { text } else { text.chars().map(ascii).collect() }
}

/// The locale, where one is set, is of UTF-8.
pub(super) fn shows_unicode() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    let is_utf8 = |locale: String| ["utf-8", "utf8"].iter().any(|name| locale.to_lowercase().contains(name));
    locale.is_none_or(is_utf8)
}

/// Whether what exists may be replaced.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Replace {
    /// Replace a file that exists
    #[arg(long)]
    force: bool,
}

impl Replace {
    /// Refuses to replace a file unless that was asked for; a pipe, which is written into, is none.
    pub(super) fn check(self, path: &Path) -> Result<()> {
        ensure!(
            self.force || !atomic::replaces(path),
            "{} already exists; --force replaces it",
            path.display()
        );
        Ok(())
    }

    /// Writes to where it was asked for.
    #[cfg(feature = "tui")]
    pub(super) fn put(self, path: &Path, content: &(impl AsRef<[u8]> + ?Sized)) -> Result<()> {
        self.check(path)?;
        Ok(atomic::put(path, content, self.force)?)
    }

    /// Saves a scenario under its name.
    #[cfg(feature = "tui")]
    pub(super) fn save(self, store: &Store, document: &mut Document, catalog: &Catalog) -> Result<PathBuf> {
        if let Some(path) = store.new_file(&document.name, catalog) {
            self.check(&path)?;
        }
        Ok(store.save(document, catalog, self.force)?)
    }
}

/// Writes to standard output.
pub(super) fn print(bytes: impl AsRef<[u8]>) -> Result<ExitCode> {
    print_by(|out| out.write_all(bytes.as_ref()))
}

/// The same with what writes it; a reader that has gone away is no error.
pub(super) fn print_by(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<ExitCode> {
    let mut out = io::stdout().lock();
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Whether somebody looks at standard output on a terminal that can draw.
#[cfg(feature = "tui")]
pub(super) fn is_terminal() -> bool {
    io::IsTerminal::is_terminal(&io::stdout()) && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
