//! `whatif metrics`.

use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::analysis::case::Case;
use crate::analysis::live::{Measured, live};
use crate::cli::input::Options;
use crate::cli::output::FormatArgs;
use crate::files::store::DEFAULT_SCENARIO;
use crate::import::metrics::{History, Source};
use crate::report::live;
use crate::text::quantity::{self, Unit};

/// Seconds between two looks at an engine, and those that a Prometheus server is asked about.
const BETWEEN: f64 = 5.0;
const REMEMBERED: f64 = 300.0;
/// Longer nobody waits.
const LONGEST: f64 = 86_400.0;

/// Print what a serving engine does now beside a scenario
#[derive(Debug, Args)]
pub(super) struct Metrics {
    /// A page of vLLM, SGLang, TGI, TensorRT-LLM, Triton or llama.cpp, a Prometheus server, a file, or - for standard input
    #[arg(value_name = "URL | FILE | -")]
    source: String,
    /// A later page of the same engine: what happened in between
    #[arg(value_name = "FILE")]
    later: Option<String>,
    /// Seconds to look at; between two files, those that lie between them [default: 5, of a Prometheus server 300]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    over: Option<f64>,
    /// The scenario to compare with
    #[arg(long, value_name = "PRESET | FILE", default_value = DEFAULT_SCENARIO)]
    scenario: String,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    format: FormatArgs,
}

fn seconds(text: &str) -> Result<f64, String> {
    match quantity::parse(text, Unit::Seconds) {
        Ok(seconds) if (0.1..=LONGEST).contains(&seconds) => Ok(seconds),
        Ok(_) => Err("allowed: 0.1 s to a day".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

impl Metrics {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let source = Source::parse(&self.source)?;
        let mut world = self.options.world()?;
        let (document, _) = self.options.open(&self.scenario, &mut world.catalog)?;
        let (measured, others) = self.measured(&source)?;
        let case = Case::new(&Arc::new(world), document.scenario);
        let live = live(&case, &measured);
        self.format.print(&live::page(&source.name(), &document.name, &others, &live, case.catalog()))
    }

    fn measured(&self, source: &Source) -> Result<(Measured, Vec<&'static str>)> {
        let Some(later) = &self.later else { return measured(source, self.over) };
        ensure!(
            !source.is_live(),
            "two files are compared; an address is looked at twice by itself, --over says when"
        );
        let (before, _) = source.look()?;
        let (after, others) = Source::parse(later)?.look()?;
        let mut history = History::default();
        let mut alone = History::default();
        alone.add(0.0, after.clone(), Vec::new());
        history.add(0.0, before, Vec::new());
        history.add(self.over.unwrap_or(BETWEEN), after, others);
        let mut measured = history.measured(f64::INFINITY).context("nothing was measured")?;
        // Without a time, or over a beginning, there are lengths and waits, and no rates.
        measured.seconds = self.over.filter(|_| !measured.began_anew);
        if measured.seconds.is_none() {
            measured.running = alone.measured(f64::INFINITY).and_then(|now| now.running);
        }
        Ok((measured, history.others))
    }
}

/// What a source says: two looks where that is possible, else one; and the engines that it says something of besides.
pub(super) fn measured(source: &Source, over: Option<f64>) -> Result<(Measured, Vec<&'static str>)> {
    let mut history = History::default();
    let over = over.unwrap_or(if source.remembers() { REMEMBERED } else { BETWEEN });
    if source.remembers() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
        // A server that did not look at the engine then has nothing of that time.
        if let Ok((before, _)) = source.look_at(Some(now - over)) {
            history.add(0.0, before, Vec::new());
        }
        let (after, others) = source.look_at(Some(now))?;
        history.add(over, after, others);
    } else {
        let start = Instant::now();
        let (before, others) = source.look()?;
        history.add(0.0, before, others);
        if source.is_live() {
            thread::sleep(Duration::from_secs_f64(over).saturating_sub(start.elapsed()));
            let seconds = start.elapsed().as_secs_f64();
            let (after, others) = source.look()?;
            history.add(seconds, after, others);
        }
    }
    let measured = history.measured(f64::INFINITY).context("nothing was measured")?;
    Ok((measured, history.others))
}
