//! `whatif completions` and `whatif man`, from the table of the command line; and `whatif --version`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::calibration::Calibration;
use crate::catalog::Catalog;
use crate::cli::Cli;
use crate::cli::output::print;
use crate::evidence::comparisons;
use crate::text::date::written;

/// Print the completions of a shell, to be sourced or kept where it looks for them
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut written = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "whatif", &mut written);
        print(written)
    }
}

/// Print the manual page, or write those of all commands
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Directory for a page of each command, as whatif.1 and whatif-report.1
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let command = Cli::command();
        if let Some(to) = &self.to {
            std::fs::create_dir_all(to)
                .and_then(|()| clap_mangen::generate_to(command, to))
                .with_context(|| format!("cannot write manual pages to {}", to.display()))?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        print(page)
    }
}

/// The version, the month of the newest prices, and that of the newest software whose published results were fitted.
pub(super) fn version() -> String {
    let prices = Catalog::embedded().rates().as_of.clone();
    let rows = comparisons(&Calibration::embedded());
    let newest = rows.iter().map(|row| row.software_date).fold(0.0, f64::max);
    format!(
        "whatif {}\nprices as of {prices}; constants fitted to published results up to {}\n",
        env!("CARGO_PKG_VERSION"),
        written((newest * 12.0).round()),
    )
}
