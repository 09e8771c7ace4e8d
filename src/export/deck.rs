//! A deck as a handout, a section a step; a scenario is told in the same words.

use std::collections::BTreeSet;

use serde_json::json;

use crate::analysis::answer::Answer;
use crate::analysis::attribution::attribute;
use crate::analysis::case::Case;
use crate::analysis::deck::stage::{Paid, Shown, Stage};
use crate::analysis::deck::{Deck, Step, ViewName};
use crate::analysis::explain::{Line, explain};
use crate::analysis::findings::{Severity, findings, why_missing};
use crate::analysis::pools::{Answerer, Part as PartOfDay, parts};
use crate::analysis::published::Published;
use crate::export::chart::Chart;
use crate::export::charts::{causes, choices, money};
use crate::export::handout::{Handout, Headline, Part, Section};
use crate::export::made::{colophon, items, lacks, prices};
use crate::report::page::{Block, Page};
use crate::report::table::{Table, WORDS, table};
use crate::text::capital;
use crate::text::quantity::{Unit, format};

/// What ranges are, for who has not seen them.
const RANGES: &str =
    "Under each figure is its 80% range: four times in five, the real figure lies within it.";

/// The handout of a deck that is worked out; `source` is its text, `command` what is typed to see the same, and `time`
/// when it is made, seconds since the beginning of 1970.
pub fn handout(deck: &Deck, stages: &[Stage], source: String, command: &str, time: u64) -> Handout {
    let sections = deck.steps.iter().zip(stages).enumerate().map(|(index, (step, stage))| {
        let before = index.checked_sub(1).map(|before| &stages[before].case);
        let heading = format!("{}. {}", index + 1, step.title);
        Section::new(heading, parts_of(step, stage, before))
    });
    let mut sections: Vec<Section> = at_a_glance(deck, stages).into_iter().chain(sections).collect();
    let found = stages.iter().flat_map(|stage| findings(&stage.case));
    let assumed =
        found.filter(|finding| finding.severity == Severity::Assumption).map(|finding| finding.text);
    let starts = deck.steps.iter().filter_map(|step| step.start.as_ref()).chain([&deck.start]);
    let stated = deck.sources.iter().chain(starts.flat_map(|start| &start.sources)).cloned();
    let cases: Vec<&Case> = stages.iter().map(|stage| &stage.case).collect();
    sections.push(Section::new("Assumptions", items(once(assumed))));
    sections.push(Section::new("Notes", items(lacks(&cases))));
    sections.push(Section::new("Sources", items(once(stated)).into_iter().chain(prices(&cases))));
    sections.retain(|section| !section.parts.is_empty());
    let summary = Some(deck.summary.clone()).filter(|summary| !summary.is_empty()).into_iter();
    Handout {
        title: deck.title.clone(),
        introduction: summary.chain([RANGES.to_owned()]).collect(),
        sections,
        colophon: colophon(&cases, command, time),
        source,
    }
}

/// The first figure of each step, where there are several.
fn at_a_glance(deck: &Deck, stages: &[Stage]) -> Option<Section> {
    let rows = deck.steps.iter().zip(stages).enumerate();
    let rows: Vec<(usize, &Step, &Shown)> =
        rows.filter_map(|(index, (step, stage))| Some((index, step, stage.shown.first()?))).collect();
    let table = table!(rows.iter(), |row: &(usize, &Step, &Shown)| {
        "step", "Step", WORDS => format!("{}. {}", row.0 + 1, row.1.title);
        "figure", "Figure", WORDS => {
            let Headline { label, value, .. } = headline(row.2);
            format!("{label} {value}")
        };
        "change", "Change", WORDS => row.2.change().unwrap_or_default();
    });
    (rows.len() > 1).then(|| Section::new("At a glance", [Block::Table(table).into()]))
}

/// Each sentence the first time that it comes.
fn once(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut said = BTreeSet::new();
    texts.filter(|text| said.insert(text.clone())).collect()
}

/// What a step says, its figures, what caused their change, its view, and what was published.
fn parts_of(step: &Step, stage: &Stage, before: Option<&Case>) -> Vec<Part> {
    let mut said = vec![Part::Words(format!("{}.", stage.about()))];
    let lines =
        step.say.lines().filter(|line| !line.trim().is_empty()).map(|line| Part::Words(line.to_owned()));
    said.extend(lines);
    if let Some(before) = before.filter(|_| !stage.changes.is_empty()) {
        said.push(Part::Words(format!("Changed: {}.", stage.changed(before).join(", "))));
    }
    said.push(Part::Answers(stage.shown.iter().map(headline).collect()));
    said.extend(items(missing(stage)));
    for role in ["at the cost of", "also"] {
        let paid: Vec<String> =
            stage.paid.iter().filter(|paid| paid.role() == role).map(Paid::words).collect();
        if !paid.is_empty() {
            said.push(Part::Words(capital(&format!("{role}: {}.", paid.join("; ")))));
        }
    }
    if let Some(before) = before {
        // One figure's causes are those of the others.
        said.extend(caused(stage, before).next().map(Part::from));
    }
    said.extend(step.view.and_then(|view| shown(view, step, stage)));
    said.extend(items(stage.published.iter().map(claim).collect()));
    said.extend(items(step.sources.iter().map(|source| format!("Source: {source}")).collect()));
    said
}

/// A figure with its range, and how it differs from the step before.
pub fn headline(shown: &Shown) -> Headline {
    let unit = shown.answer.unit();
    let change = shown.before.zip(shown.now).zip(shown.change()).map(|((before, now), words)| {
        let words = format!("was {}: {words}", format(before.value, unit));
        (words, causes::tone(now.value - before.value, shown.answer))
    });
    Headline {
        label: capital(shown.answer.label()),
        value: shown.now.map_or("–".to_owned(), |range| format(range.value, unit)),
        range: shown.now.map(|range| format!("{} to {}", format(range.low, unit), format(range.high, unit))),
        change,
    }
}

/// Why figures of a step are missing, a sentence each.
fn missing(stage: &Stage) -> Vec<String> {
    let missing: Vec<Answer> =
        stage.shown.iter().filter(|shown| shown.now.is_none()).map(|shown| shown.answer).collect();
    let found = if missing.is_empty() { Vec::new() } else { findings(&stage.case) };
    once(missing.into_iter().filter_map(|answer| why_missing(answer, &found)).map(|why| capital(&why.text)))
}

/// What caused the change of each figure that is money.
pub fn caused(stage: &Stage, before: &Case) -> impl Iterator<Item = Chart> {
    let is_money = |shown: &&Shown| shown.before.is_some() && shown.answer.unit() == Unit::Usd;
    stage.shown.iter().filter(is_money).filter_map(move |shown| {
        let attribution = attribute(before, &stage.case, shown.answer)?;
        causes::causes(&attribution, shown.answer, before, &stage.case)
    })
}

/// A view of the screen.
fn shown(view: ViewName, step: &Step, stage: &Stage) -> Option<Part> {
    let case = &stage.case;
    let answer = *step.shown().first()?;
    let chart = match view {
        ViewName::Overview | ViewName::Growth => money::over_time(case, &stage.figures),
        ViewName::Levers => choices::levers(case),
        ViewName::Hardware => choices::accelerators(case),
        ViewName::Sensitivity => choices::sensitivity(case, answer),
        ViewName::Frontier => choices::speed(case),
        ViewName::Advice => choices::apis(case),
        // Told with the figures.
        ViewName::Compare => None,
        ViewName::Explain => {
            let explained = explain(case, &stage.published);
            let of = explained.into_iter().find(|one| one.answers.contains(&answer))?;
            return Some(Block::Lines(of.lines.iter().map(Line::text).collect()).into());
        }
        ViewName::Pools => {
            let parts = parts(case, case.outcome.serving.as_ref().ok()?);
            return Some(Block::Table(pools(&parts)).into());
        }
    };
    chart.map(Part::from)
}

fn pools(parts: &[PartOfDay]) -> Table {
    let name = |part: &PartOfDay| match part.by {
        Answerer::Cache => "response cache",
        Answerer::Edge => "users' devices",
        Answerer::Pool(name) => name.words(),
    };
    table!(parts.iter(), |part: &PartOfDay| {
        "by", "Answered by", WORDS => name(part);
        "share", "Share", Unit::Share => part.share;
        "requests", "Requests a day", Unit::Count => part.requests;
        "gpus_peak", "Peak GPUs", Unit::Count => part.gpus_peak;
        "daily_usd", "Cost per day", Unit::Usd => part.daily_usd;
        "ttft_ms", "First token", Unit::Milliseconds => part.ttft_ms;
    })
}

/// What was published, and how it stands to what is derived.
fn claim(published: &Published) -> String {
    let mut words = format!("{} ({})", published.statement, published.source);
    for line in published.relation().into_iter().chain(published.reason.as_ref().map(ToString::to_string)) {
        words.push('\n');
        words.push_str(&line);
    }
    words
}

/// The figures of every step, for programs and spreadsheets.
pub fn page(deck: &Deck, stages: &[Stage]) -> Page {
    let steps = deck.steps.iter().zip(stages).enumerate();
    let rows =
        steps.flat_map(|(index, (step, stage))| stage.shown.iter().map(move |shown| (index, step, shown)));
    let table = table!(rows, |row: (usize, &Step, &Shown)| {
        "step", "Step", Unit::Count => (row.0 + 1) as f64;
        "title", "Title", WORDS => row.1.title.clone();
        "figure", "Figure", WORDS => row.2.answer.id();
        "value", "Likely", Unit::Count => row.2.now.map(|range| range.value);
        "low", "Low", Unit::Count => row.2.now.map(|range| range.low);
        "high", "High", Unit::Count => row.2.now.map(|range| range.high);
        "before", "Before", Unit::Count => row.2.before.map(|range| range.value);
    });
    let record = json!({"title": deck.title, "summary": deck.summary, "figures": table});
    Page { record, ..table.into() }
}
