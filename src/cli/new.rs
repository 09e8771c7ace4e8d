//! `whatif new`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::cli::input::{Options, Scenario};
use crate::cli::output::print;

/// Print a scenario file to start from, in which every parameter is explained
#[derive(Debug, Args)]
pub(super) struct New {
    /// The scenario to start from: a preset or a model by id, a saved one by name, a file, or - for standard input
    #[arg(long, value_name = "PRESET | FILE | -")]
    from: Option<String>,
    #[command(flatten)]
    options: Options,
}

impl New {
    pub(super) fn run(self) -> Result<ExitCode> {
        let opened = Scenario::named(self.from, self.options).open()?;
        print(opened.document.to_template(&opened.world.catalog))
    }
}
