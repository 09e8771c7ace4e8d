//! `whatif schema`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::cli::input::Options;
use crate::cli::output::print;
use crate::files::schema::SchemaOf;

/// Print the JSON Schema of a file, for editors that complete and check it
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// The file that it is of
    #[arg(value_enum)]
    of: File,
    #[command(flatten)]
    options: Options,
}

/// Files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum File {
    /// A scenario
    Scenario,
    /// A deck
    Deck,
    /// A rate card
    Prices,
}

impl Schema {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let of = match self.of {
            File::Scenario => SchemaOf::Scenario,
            File::Deck => SchemaOf::Deck,
            File::Prices => SchemaOf::Prices,
        };
        print(format!("{:#}\n", of.schema(&self.options.world()?.catalog)))
    }
}
