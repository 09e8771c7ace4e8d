//! `whatif check`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::analysis::findings::breaches;
use crate::cli::input::Scenario;
use crate::cli::output::{CHECK_FAILED, print};

/// Exit 1 where a budget or a latency target is exceeded, or the model does not fit
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
            return print(format!("{name}: no budget, target or memory is exceeded\n"));
        }
        print(breaches.into_iter().map(|breach| breach.text + "\n").collect::<String>())?;
        Ok(ExitCode::from(CHECK_FAILED))
    }
}
