//! `whatif report`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::cli::input::Scenario;
use crate::cli::output::FormatArgs;
use crate::report::page::Page;
use crate::report::record::Record;

/// Print the figures of a scenario
#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(flatten)]
    scenario: Scenario,
    #[command(flatten)]
    format: FormatArgs,
}

impl Report {
    /// The text report.
    pub(super) fn of(scenario: Scenario) -> Self {
        Self { scenario, format: FormatArgs::default() }
    }

    pub(super) fn run(&self) -> Result<ExitCode> {
        let opened = self.scenario.open()?;
        let document = opened.document.clone();
        let id = opened.origin.id().map(str::to_owned);
        let record = Record::of(&opened.case(), &document, id.as_deref());
        self.format.print(&Page::from(&record))
    }
}
