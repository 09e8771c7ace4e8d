//! `whatif list`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::cli::input::Options;
use crate::cli::output::FormatArgs;
use crate::report::listing;

/// List the models, accelerators, scenarios, decks, parameters and prices
#[derive(Debug, Args)]
pub(super) struct List {
    /// What to list; by default all but profiles, parameters and prices
    #[arg(value_enum)]
    what: Option<Kind>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    format: FormatArgs,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Models in the catalog
    Models,
    /// Accelerators in the catalog
    Gpus,
    /// Built-in and saved scenarios
    Scenarios,
    /// Built-in and saved decks
    Decks,
    /// Saved profiles: constants of your own stacks
    Profiles,
    /// Every parameter that can be set
    Parameters,
    /// Dated prices of accelerators
    Prices,
}

impl List {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let catalog = self.options.world()?.catalog;
        let scenarios = || listing::scenarios(&self.options.store());
        let decks = || listing::decks(&self.options.store());
        let page = match self.what {
            Some(Kind::Models) => listing::page(listing::models(&catalog)),
            Some(Kind::Gpus) => listing::page(listing::gpus(&catalog)),
            Some(Kind::Scenarios) => listing::page(scenarios()),
            Some(Kind::Decks) => listing::page(decks()),
            Some(Kind::Profiles) => listing::page(listing::profiles(&catalog)),
            Some(Kind::Parameters) => listing::page(listing::parameters()),
            Some(Kind::Prices) => listing::page(listing::prices(&catalog)),
            None => listing::pages(&[
                ("Scenarios", scenarios()),
                ("Decks", decks()),
                ("Models", listing::models(&catalog)),
                ("GPUs", listing::gpus(&catalog)),
            ]),
        };
        self.format.print(&page)
    }
}
