//! `whatif compare`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;

use crate::analysis::case::Case;
use crate::cli::input::Options;
use crate::cli::output::FormatArgs;
use crate::files::document::Document;
use crate::report::comparison;

/// Compare scenarios: what differs, and what caused it
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Scenarios, models or files
    #[arg(required = true, num_args = 2.., value_name = "PRESET | FILE")]
    names: Vec<String>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    format: FormatArgs,
}

impl Compare {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut world = self.options.world()?;
        let mut documents = Vec::with_capacity(self.names.len());
        for name in &self.names {
            documents.push(self.options.open(name, &mut world.catalog)?.0);
        }
        let world = Arc::new(world);
        let case = |document: Document| (document.name, Case::new(&world, document.scenario));
        let cases: Vec<_> = documents.into_iter().map(case).collect();
        self.format.print(&comparison::page(&cases))
    }
}
