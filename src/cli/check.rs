//! `whatif check`.

mod deck;

use std::process::ExitCode;

use anyhow::{Error, Result};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::analysis::findings::{Finding, Severity, alerts};
use crate::cli::input::{Either, Scenario};
use crate::cli::output::{CHECK_FAILED, print, print_as};
use crate::files::store::{OpenError, Origin};
use crate::report::annotation::Annotation;
use crate::report::format::{FORMATS, Format};
use crate::report::page::{Block, Page, Section};
use crate::report::table::{WORDS, table};
use crate::text::quantity::{Unit, format};

/// Exit with 1 if a budget is exceeded, a promise is not kept, or the model does not fit
///
/// Of a deck, if a step shows a figure that does not exist, cites a claim about something else, or has no room on a screen of
/// 80x24, 100x28 or 160x45.
///
/// What was billed (`actual.training_usd`, `actual.monthly_inference_usd`) is held against its budget as well. Warnings
/// are printed and do not fail.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    scenario: Scenario,
    /// Fail as well where growth or new versions exceed a budget in any month to the horizon
    #[arg(long)]
    horizon: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

/// How a check is printed.
#[derive(Debug, Clone, Copy)]
enum Form {
    Page(Format),
    GitHub,
}

/// The formats of every command, and one for workflows.
const FORMS: [Form; FORMATS.len() + 1] = {
    let mut forms = [Form::GitHub; FORMATS.len() + 1];
    let mut index = 0;
    while index < FORMATS.len() {
        forms[index] = Form::Page(FORMATS[index]);
        index += 1;
    }
    forms
};

impl ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        &FORMS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Page(format) => format.to_possible_value(),
            Self::GitHub => Some(PossibleValue::new("github").help("Annotations for GitHub's workflows")),
        }
    }
}

impl Check {
    /// A line for each breach and each warning; fails when there is a breach.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let opened = match self.scenario.open_any() {
            Err(error) if matches!(self.format, Form::GitHub) => {
                print(refusal(&error).line())?;
                return Err(error);
            }
            Ok(Either::Deck(deck)) => return deck::check(*deck, self.format),
            Ok(Either::Scenario(scenario)) => *scenario,
            Err(error) => return Err(error),
        };
        let (document, origin) = (opened.document.clone(), opened.origin.clone());
        let case = opened.case();
        let alerts = alerts(&case, self.horizon);
        let passes = alerts.iter().all(|alert| alert.severity > Severity::Breach);
        match self.format {
            Form::GitHub => {
                let line_of = |alert: &Finding| document.line_of(alert.topic.stated_at());
                let annotations: String =
                    alerts.iter().map(|alert| annotation(alert, &origin, line_of(alert)).line()).collect();
                print(annotations)?;
            }
            Form::Page(format) => {
                let months = self.horizon.then_some(case.scenario.workload.horizon_months);
                let table = table!(alerts.iter(), |alert: &Finding| {
                    "severity", "Severity", WORDS => alert.severity.id();
                    "topic", "Topic", WORDS => alert.topic.id();
                    "month", "Month", Unit::Count => alert.month.map(f64::from);
                    "text", "Finding", WORDS => alert.text.clone();
                });
                let record = json!({
                    "name": document.name,
                    "passes": passes,
                    "horizon_months": months,
                    "findings": table,
                    "notes": document.notes,
                });
                let lines = table!(lines(&document.name, passes, months, &alerts).into_iter(), |line| {
                    "check", "Check", WORDS => line;
                });
                print_as(format, &Page::new(vec![Section::new("", Block::Listing(lines))], record, table))?;
            }
        }
        Ok(verdict(passes))
    }
}

fn verdict(passes: bool) -> ExitCode {
    if passes { ExitCode::SUCCESS } else { ExitCode::from(CHECK_FAILED) }
}

/// A scenario that cannot be read, shown where the mistake is.
fn refusal(error: &Error) -> Annotation {
    let (file, place, text) = match error.downcast_ref() {
        Some(OpenError::Malformed(mistake)) => {
            let help = mistake.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
            let place = [mistake.line, mistake.column];
            (Some(mistake.source_name.clone()), Some(place), mistake.message.clone() + &help)
        }
        _ => (None, None, format!("{error:#}")),
    };
    Annotation { severity: Severity::Breach, file, place, title: "bad input".to_owned(), text }
}

/// What is wrong and what to watch, one a line; and where nothing is wrong, that.
fn lines(name: &str, passes: bool, months: Option<f64>, alerts: &[Finding]) -> Vec<String> {
    let until = months.map_or(String::new(), |months| format!(" for {}", format(months, Unit::Months)));
    let fine = passes.then(|| format!("{name}: within its budgets, promises and memory{until}"));
    fine.into_iter().chain(alerts.iter().map(line)).collect()
}

fn line(alert: &Finding) -> String {
    match alert.severity {
        Severity::Breach => alert.text.clone(),
        _ => format!("warning: {}", alert.text),
    }
}

fn annotation(alert: &Finding, origin: &Origin, line: Option<usize>) -> Annotation {
    let file = if let Origin::File(path) = origin { Some(path.display().to_string()) } else { None };
    let title = alert.topic.id().replace('-', " ");
    let place = line.filter(|_| file.is_some()).map(|line| [line, 1]);
    Annotation { severity: alert.severity, file, place, title, text: alert.text.clone() }
}
