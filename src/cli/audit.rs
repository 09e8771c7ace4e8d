//! `whatif audit`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use crate::analysis::case::Case;
use crate::cli::input::Options;
use crate::cli::output::{FormatArgs, print};
#[cfg(feature = "tui")]
use crate::cli::output::{Replace, say};
use crate::files::store::DEFAULT_SCENARIO;
use crate::import::bills::{self, CostBasis, Rules};
use crate::import::text::{MOST_WRITTEN, text_at};
use crate::report::audit::{self, Asked};
use crate::text::quantity::{self, Unit};

/// Read a bill: what training and inference really cost, and what a scenario says they should
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// A FOCUS export (1.0 to 1.2) or an OpenCost allocation, as CSV, plain or gzip, or - for standard input
    #[arg(value_name = "BILL", required_unless_present = "show_rules")]
    bill: Option<String>,
    /// Rules of your own that say what lines were paid for; asked before those that are built in
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Print the rules that are built in
    #[arg(long)]
    show_rules: bool,
    /// The column that counts [default: effective, unless the file's is missing or rounded]
    #[arg(long, value_enum)]
    cost: Option<Cost>,
    /// Requests that were asked in the days of the bill
    #[arg(long, value_name = "COUNT", value_parser = count)]
    requests: Option<f64>,
    /// The scenario to compare with
    #[arg(long, value_name = "PRESET | FILE", default_value = DEFAULT_SCENARIO)]
    scenario: String,
    #[command(flatten)]
    options: Options,
    /// Save the scenario, with what the bill knows, under this name
    #[cfg(feature = "tui")]
    #[arg(long, value_name = "NAME", conflicts_with = "to")]
    save: Option<String>,
    /// Write the scenario, with what the bill knows, to this file
    #[cfg(feature = "tui")]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[cfg(feature = "tui")]
    #[command(flatten)]
    replace: Replace,
    #[command(flatten)]
    format: FormatArgs,
}

/// A column of costs.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Cost {
    /// As invoiced
    Billed,
    /// With what was paid ahead spread over its use
    Effective,
}

fn count(text: &str) -> Result<f64, String> {
    match quantity::parse(text, Unit::Count) {
        Ok(count) if count > 0.0 => Ok(count),
        Ok(_) => Err("more than none".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

impl Audit {
    pub(super) fn run(&self) -> Result<ExitCode> {
        if self.show_rules {
            let files = bills::shipped().map(|(name, text)| format!("# {name}\n\n{text}"));
            return print(files.collect::<Vec<_>>().join("\n"));
        }
        let Some(bill) = &self.bill else { return Ok(ExitCode::SUCCESS) };
        let rules = self.own_rules()?;
        let mut world = self.options.world()?;
        let (document, _) = self.options.open(&self.scenario, &mut world.catalog)?;
        let audit = bills::audit(bill, &rules)?;
        let case = Case::new(&Arc::new(world), document.scenario);
        let basis = self.cost.map(|cost| match cost {
            Cost::Billed => CostBasis::Billed,
            Cost::Effective => CostBasis::Effective,
        });
        #[cfg(feature = "tui")]
        self.keep(&audit, basis, &document, &case)?;
        let asked =
            Asked { file: bill, basis, requests: self.requests, case: &case, scenario: &document.name };
        self.format.print(&audit::page(&audit, &asked))
    }

    fn own_rules(&self) -> Result<Rules> {
        let Some(path) = &self.rules else { return Ok(Rules::new(None)?) };
        let name = path.display().to_string();
        let text = text_at(path, MOST_WRITTEN).with_context(|| format!("cannot read {name}"))?;
        Ok(Rules::new(Some((&name, &text)))?)
    }

    /// Writes the scenario with what the bill knows, where that is asked for.
    #[cfg(feature = "tui")]
    fn keep(
        &self,
        audit: &bills::Audit,
        basis: Option<CostBasis>,
        document: &crate::files::document::Document,
        case: &Case,
    ) -> Result<()> {
        use anyhow::ensure;

        if self.save.is_none() && self.to.is_none() {
            return Ok(());
        }
        let usd = |ledger: &&bills::Ledger| matches!(ledger.currency.as_str(), "USD" | "");
        let ledger = audit
            .ledgers
            .iter()
            .find(usd)
            .context("a scenario is in US dollars, and no line of the bill is")?;
        let basis = basis.unwrap_or_else(|| ledger.basis());
        let spending = bills::Spending { ledger, basis, requests: self.requests };
        let states = spending.states(case.catalog());
        ensure!(
            !states.is_empty(),
            "the bill states nothing of a scenario: nothing is known to be of training or inference"
        );
        let mut filled = document.clone();
        for (param, value) in &states {
            param.set(&mut filled.scenario, *value);
        }
        let bill = self.bill.as_deref().unwrap_or_default();
        filled.sources.push(format!("prices and what was paid: {bill}"));
        let path = if let Some(name) = &self.save {
            filled.name.clone_from(name);
            self.replace.save(&self.options.store(), &mut filled, case.catalog())?
        } else {
            let path = self.to.clone().unwrap_or_default();
            self.replace.put(&path, &filled.to_toml(case.catalog()))?;
            path
        };
        say(&format!("saved to {}:", path.display()));
        for (param, value) in &states {
            say(&format!("  {} = {}", param.path, param.display(*value, case.catalog())));
        }
        Ok(())
    }
}
