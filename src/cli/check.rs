//! `whatif check`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::analysis::findings::breaches;
use crate::cli::input::Scenario;
use crate::cli::output::{CHECK_FAILED, print};

/// Exit with 1 if a budget or latency target is exceeded, or the model does not fit
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    scenario: Scenario,
}

impl Check {
    /// A line for each breach; fails when there is one.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let opened = self.scenario.open()?;
        let name = opened.document.name.clone();
        let breaches = breaches(&opened.case());
        if breaches.is_empty() {
            return print(format!("{name}: within its budgets, latency target and memory\n"));
        }
        print(breaches.into_iter().map(|breach| breach.text + "\n").collect::<String>())?;
        Ok(ExitCode::from(CHECK_FAILED))
    }
}
