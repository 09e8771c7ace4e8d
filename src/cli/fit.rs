//! `whatif fit`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::catalog::Catalog;
use crate::cli::output::print;
use crate::evidence::serving::ServingTable;
use crate::fitting;

/// Fit the constants to the published results anew and print their files
#[derive(Debug, Args)]
pub(super) struct Fit {}

impl Fit {
    #[expect(clippy::unused_self, reason = "every command runs so")]
    pub(super) fn run(&self) -> Result<ExitCode> {
        let serving = fitting::serving::fit::fit(ServingTable::embedded());
        let training = fitting::training::fit::fit(&Catalog::embedded());
        print(format!(
            "# presets/calibration/serving.toml\n{}\n# presets/calibration/training.toml\n{}",
            serving.to_toml(),
            training.to_toml()
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}
