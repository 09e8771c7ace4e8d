//! How everything is printed.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::report::format::{FORMATS, Format};
use crate::report::page::Page;
use crate::text::control::visible;

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
    print(visible(&String::from_utf8_lossy(&out)))
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
