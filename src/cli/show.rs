//! `whatif show`.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use crate::analysis::answer::Answer;
use crate::analysis::api_costs::api_costs;
use crate::analysis::explain::explain;
use crate::analysis::findings::refusals;
use crate::analysis::frontier::frontier;
use crate::analysis::growth::{demand, growth};
use crate::analysis::hardware::hardware;
use crate::analysis::levers::levers;
use crate::analysis::live::live as live_beside;
use crate::analysis::published::published;
use crate::analysis::range::figures;
use crate::analysis::sensitivity::sensitivities;
use crate::cli::input::{Scenario, answer};
use crate::cli::metrics::measured;
use crate::cli::output::FormatArgs;
use crate::import::metrics::Source;
use crate::report::page::Page;
use crate::report::{explanation, live, tables};

/// Print one of the explorer's views as a table
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    scenario: Scenario,
    /// The view to print
    #[arg(long, value_enum)]
    view: View,
    /// The answer that the sensitivity view is about
    #[arg(long, value_name = "OUTPUT", default_value = "inference.daily_usd", value_parser = answer)]
    answer: Answer,
    #[command(flatten)]
    format: FormatArgs,
}

/// Views that can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum View {
    /// What each lever would save
    Levers,
    /// Every accelerator for this scenario
    Hardware,
    /// What moves an answer most
    Sensitivity,
    /// Cost vs. speed
    Frontier,
    /// Growth month by month
    Growth,
    /// What multiples of today's demand take
    Demand,
    /// The same traffic through hosted APIs
    Apis,
    /// Formulas with this scenario's numbers
    Explain,
    /// What an engine does now, as `whatif metrics` prints it: that which the scenario names as `actual.metrics`
    Live,
}

impl Show {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let opened = self.scenario.open()?;
        let id = opened.origin.id().map(str::to_owned);
        let (name, metrics) = (opened.document.name.clone(), opened.document.metrics.clone());
        let case = &opened.case();
        let catalog = case.catalog();
        let page: Page = match self.view {
            View::Levers => tables::levers(catalog, &levers(case)).into(),
            View::Hardware => tables::hardware(catalog, &hardware(case)).into(),
            View::Sensitivity => {
                let rows = sensitivities(case, self.answer);
                tables::sensitivity(catalog, self.answer, &rows).into()
            }
            View::Frontier => tables::frontier(catalog, &frontier(case)).into(),
            View::Growth => {
                let months = growth(case).map(|growth| growth.months);
                tables::growth(&months.unwrap_or_default()).into()
            }
            View::Demand => tables::demand(&demand(case)).into(),
            View::Apis => tables::apis(&api_costs(case)).into(),
            View::Explain => {
                let published = published(case, id.as_deref(), &figures(case));
                explanation::page(&explain(case, &published))
            }
            View::Live => {
                let stated = metrics.as_deref().context(
                    "the scenario names no engine: `actual.metrics` does, with an address or a file; \
                     `whatif metrics ADDRESS` takes any",
                )?;
                let source = Source::parse(stated)?;
                let (measured, others) = measured(&source, None)?;
                live::page(&source.name(), &name, &others, &live_beside(case, &measured), catalog)
            }
        };
        self.format.print(&page.after(refusals(case)))
    }
}
