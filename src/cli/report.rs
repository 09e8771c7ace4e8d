//! `whatif report`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::analysis::case::Case;
use crate::analysis::live::live;
use crate::cli::input::Scenario;
use crate::cli::metrics;
use crate::cli::output::{FormatArgs, say};
use crate::files::document::Document;
use crate::import::metrics::Source;
use crate::report::live;
use crate::report::page::{Block, Page, Section};
use crate::report::record::Record;

/// Print the figures of a scenario
#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(flatten)]
    scenario: Scenario,
    /// A serving engine to hold it against: its page of metrics, a Prometheus server, or a file
    #[arg(long, value_name = "URL | FILE")]
    metrics: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
}

impl Report {
    /// The text report.
    pub(super) fn of(scenario: Scenario, metrics: Option<String>) -> Self {
        Self { scenario, metrics, format: FormatArgs::default() }
    }

    pub(super) fn run(&self) -> Result<ExitCode> {
        let opened = self.scenario.open()?;
        let document = opened.document.clone();
        let id = opened.origin.id().map(str::to_owned);
        let case = opened.case();
        let record = Record::of(&case, &document, id.as_deref());
        let mut page = Page::from(&record);
        if let Some(live) = self.live(&case, &document)? {
            page.sections.push(Section::new("Live", Block::Items(live.introduction)));
            page.sections.extend(live.sections);
            page.record["live"] = live.record;
        }
        self.format.print(&page)
    }

    /// What the engine does that is named here; one that only the scenario names may be gone.
    fn live(&self, case: &Case, document: &Document) -> Result<Option<Page>> {
        let look = |word: &str| {
            let source = Source::parse(word)?;
            let (measured, others) = metrics::measured(&source, None)?;
            let live = live(case, &measured);
            Ok(Some(live::page(&source.name(), &document.name, &others, &live, case.catalog())))
        };
        match (&self.metrics, &document.metrics) {
            (Some(word), _) => look(word),
            (None, Some(word)) => Ok(look(word).unwrap_or_else(|error: anyhow::Error| {
                say(&format!("note: {error:#}"));
                None
            })),
            (None, None) => Ok(None),
        }
    }
}
