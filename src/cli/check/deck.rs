//! The check of a deck: every step is worked out, and what is wrong with it told by its number.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use serde_json::json;

use crate::analysis::deck::Deck;
#[cfg(feature = "tui")]
use crate::analysis::deck::stage::Stage;
#[cfg(feature = "tui")]
use crate::analysis::findings::Topic;
use crate::analysis::findings::{Finding, Severity};
use crate::cli::check::{Form, annotation, line, verdict};
use crate::cli::input::OpenedDeck;
use crate::cli::output::{print, print_as};
use crate::report::page::{Block, Page, Section};
use crate::report::table::{WORDS, table};
use crate::text::quantity::Unit;
#[cfg(feature = "tui")]
use crate::tui::present;

/// A line for each breach and each warning; fails when there is a breach.
pub(super) fn check(opened: OpenedDeck, format: Form) -> Result<ExitCode> {
    let OpenedDeck { document, origin, world } = opened;
    let deck = document.deck();
    let stages = deck.stages(&Arc::new(world));
    let findings = deck.findings(&stages);
    #[cfg(feature = "tui")]
    let findings = with_room(deck, &stages, findings);
    let list: Vec<(usize, &Finding)> = findings
        .iter()
        .enumerate()
        .flat_map(|(step, list)| list.iter().map(move |one| (step, one)))
        .collect();
    let passes = list.iter().all(|(_, finding)| finding.severity > Severity::Breach);
    match format {
        Form::GitHub => {
            let note = |(step, finding): &(usize, &Finding)| {
                annotation(finding, &origin, document.line_of(*step)).line()
            };
            print(list.iter().map(note).collect::<String>())?;
        }
        Form::Page(format) => {
            let table = table!(list.iter(), |row: &(usize, &Finding)| {
                "step", "Step", Unit::Count => (row.0 + 1) as f64;
                "severity", "Severity", WORDS => row.1.severity.id();
                "topic", "Topic", WORDS => row.1.topic.id();
                "text", "Finding", WORDS => row.1.text.clone();
            });
            let record = json!({
                "name": deck.title,
                "steps": deck.steps.len(),
                "passes": passes,
                "findings": table,
                "notes": document.notes,
            });
            let lines = table!(lines(deck, passes, &list).into_iter(), |line| {
                "check", "Check", WORDS => line;
            });
            print_as(format, &Page::new(vec![Section::new("", Block::Listing(lines))], record, table))?;
        }
    }
    Ok(verdict(passes))
}

/// The findings of each step with what has no room, on the smallest of the screens on which it is to be presented.
#[cfg(feature = "tui")]
fn with_room(deck: &Deck, stages: &[Stage], mut findings: Vec<Vec<Finding>>) -> Vec<Vec<Finding>> {
    for screen in present::SCREENS {
        for (list, told) in findings.iter_mut().zip(present::overflow(deck, stages, screen)) {
            let is_told = list.iter().any(|finding| finding.topic == Topic::Room);
            if let Some(words) = told.filter(|_| !is_told) {
                let text = format!("on a screen of {}x{} {words}", screen.width, screen.height);
                let finding = Finding {
                    severity: Severity::Breach,
                    topic: Topic::Room,
                    month: None,
                    text,
                    remedy: None,
                };
                list.insert(0, finding);
            }
        }
    }
    findings
}

/// What is wrong and what to watch, one a line; and where nothing is wrong, that.
fn lines(deck: &Deck, passes: bool, list: &[(usize, &Finding)]) -> Vec<String> {
    let fine = passes.then(|| match deck.steps.len() {
        1 => format!("{}: its step can be shown", deck.title),
        count => format!("{}: all {count} steps can be shown", deck.title),
    });
    let told = |(step, finding): &(usize, &Finding)| format!("step {}: {}", step + 1, line(finding));
    fine.into_iter().chain(list.iter().map(told)).collect()
}
