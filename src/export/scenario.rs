//! A scenario as a handout.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::changes::{Change, changes};
use crate::analysis::deck::Step;
use crate::analysis::deck::stage::Stage;
use crate::analysis::deck::words::value;
use crate::analysis::findings::{Finding, Severity, findings};
use crate::analysis::range::figures;
use crate::export::chart::Chart;
use crate::export::charts::{choices, money};
use crate::export::deck::{caused, headline};
use crate::export::handout::{Handout, Part, Section};
use crate::export::made::{colophon, items, lacks, prices};
use crate::files::document::Document;
use crate::report::page::Block;
use crate::report::record::Record;
use crate::report::sections::{details, introduction};
use crate::report::table::{WORDS, table};
use crate::scenario::Scenario;

/// The three answers.
const ANSWERS: [Answer; 3] = [Answer::TrainingCost, Answer::DailyCost, Answer::InferenceShare];

/// What a handout is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub document: &'a Document,
    pub case: &'a Case,
    /// The id of a built-in scenario, under which figures were published.
    pub id: Option<&'a str>,
    /// What it is compared with, and the name of that.
    pub baseline: Option<(&'a str, &'a Case)>,
    /// What is typed to see the same figures.
    pub command: &'a str,
    /// When it is made, seconds since the beginning of 1970.
    pub time: u64,
}

/// The handout of a scenario.
pub fn handout(subject: &Subject) -> Handout {
    let Subject { document, case, id, baseline, command, time } = *subject;
    let record = Record::of(case, document, id);
    let found = findings(case);
    let texts = |of: fn(&Finding) -> bool| {
        found.iter().filter(|finding| of(finding)).map(|finding| finding.text.clone()).collect::<Vec<_>>()
    };
    let step = Step { show: ANSWERS.into(), ..Step::new(&document.name) };
    let before = baseline.map(|(_, before)| step.stage(before.clone(), figures(before), None));
    let stage = step.stage(case.clone(), figures(case), before.as_ref());
    let answers = stage.shown.iter().map(headline).collect();
    let mut sections = vec![
        Section::new("", [Part::Answers(answers)]),
        Section::new("Alerts", items(texts(Finding::is_alert))),
    ];
    sections.extend(baseline.map(|(name, before)| difference(name, before, &stage)));
    let chart = |chart: Option<Chart>| chart.map(Part::from);
    let paid = [money::day(case), money::training(case)].into_iter().filter_map(chart);
    sections.extend([
        Section::new("Cost over time", chart(money::over_time(case, &stage.figures))),
        Section::new("What is paid for", paid),
        Section::new("What would change it", chart(choices::sensitivity(case, Answer::DailyCost))),
        Section::new("What speed costs", chart(choices::speed(case))),
        Section::new("Other accelerators", chart(choices::accelerators(case))),
    ]);
    let detailed = details(&record).into_iter();
    sections.extend(
        detailed.map(|section| Section::new(section.heading, section.blocks.into_iter().map(Part::from))),
    );
    let mut notes = document.notes.clone();
    notes.extend(lacks(&[case]));
    notes.extend(texts(|finding| finding.severity == Severity::Remark));
    sections.extend([
        Section::new("Parameters that differ from the defaults", parameters(case)),
        Section::new("Assumptions", items(texts(|finding| finding.severity == Severity::Assumption))),
        Section::new("Notes", items(notes)),
        Section::new("Sources", items(document.sources.clone()).into_iter().chain(prices(&[case]))),
    ]);
    sections.retain(|section| !section.parts.is_empty());
    Handout {
        title: document.name.clone(),
        introduction: introduction(&record),
        sections,
        colophon: colophon(&[case], command, time),
        source: document.to_toml_alone(case.catalog()),
    }
}

/// What differs from the baseline, and what that did.
fn difference(name: &str, before: &Case, now: &Stage) -> Section {
    let table = table!(now.changes.iter(), |change: &Change| {
        "parameter", "Parameter", WORDS => change.param.path;
        "before", "Before", WORDS => value(change.param, before);
        "now", "Now", WORDS => value(change.param, &now.case);
    });
    Section::new(
        format!("Against {name}"),
        caused(now, before).map(Part::from).chain([Block::Table(table).into()]),
    )
}

/// What the scenario states otherwise than the defaults.
fn parameters(case: &Case) -> Option<Part> {
    let defaults = case.of(Scenario::defaults(case.catalog()));
    let stated = changes(&defaults.scenario, &case.scenario);
    let table = table!(stated.iter(), |change: &Change| {
        "parameter", "Parameter", WORDS => change.param.path;
        "value", "Value", WORDS => value(change.param, case);
        "default", "Default", WORDS => value(change.param, &defaults);
        "meaning", "What it is", WORDS => change.param.help;
    });
    (!stated.is_empty()).then(|| Block::Table(table).into())
}
