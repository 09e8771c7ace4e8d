//! A scenario as a handout.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::changes::{Change, changes};
use crate::analysis::findings::{Finding, Severity, findings};
use crate::analysis::range::{Figures, figures};
use crate::catalog::prices::DatedPrice;
use crate::engine::training::TrainingPlan;
use crate::evidence::measurement::{Measurement, Setup};
use crate::evidence::serving::Trial;
use crate::export::chart::Chart;
use crate::export::charts;
use crate::export::handout::{Handout, Headline, Part, Section};
use crate::export::tone::Tone;
use crate::files::document::Document;
use crate::report::page::{Block, Figure};
use crate::report::record::Record;
use crate::report::sections::details;
use crate::report::table::{Table, WORDS, table};
use crate::scenario::Scenario;
use crate::text::date;
use crate::text::quantity::{Unit, format};

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
    let figures = figures(case);
    let found = findings(case);
    let texts = |of: fn(&Finding) -> bool| {
        found.iter().filter(|finding| of(finding)).map(|finding| finding.text.clone()).collect::<Vec<_>>()
    };
    let before = baseline.map(|(_, before)| before);
    let answers = ANSWERS.map(|answer| headline(answer, &figures, before, case));
    let mut sections = vec![
        Section::new("", [Part::Answers(answers.into())]),
        Section::new("Alerts", items(texts(Finding::is_alert))),
    ];
    if let Some((name, before)) = baseline {
        sections.push(difference(name, before, case));
    }
    let chart = |chart: Option<Chart>| chart.map(Part::from);
    sections.extend([
        Section::new("Cost over time", chart(charts::over_time(case, &figures))),
        Section::new(
            "What is paid for",
            [charts::day(case), charts::training(case)].into_iter().filter_map(chart),
        ),
        Section::new("What would change it", chart(charts::sensitivity(case, Answer::DailyCost))),
        Section::new("What speed costs", chart(charts::speed(case))),
        Section::new("Other accelerators", chart(charts::accelerators(case))),
    ]);
    let detailed = details(&record).into_iter();
    sections.extend(
        detailed.map(|section| Section::new(section.heading, section.blocks.into_iter().map(Part::from))),
    );
    let mut notes = document.notes.clone();
    notes.extend(texts(|finding| finding.severity == Severity::Remark));
    sections.extend([
        Section::new("Parameters that differ from the defaults", parameters(case)),
        Section::new("Assumptions", items(texts(|finding| finding.severity == Severity::Assumption))),
        Section::new("Notes", items(notes)),
        Section::new("Sources", sources(case, document)),
    ]);
    sections.retain(|section| !section.parts.is_empty());
    Handout {
        title: document.name.clone(),
        introduction: crate::report::sections::introduction(&record),
        sections,
        colophon: colophon(case, command, time),
        source: document.to_toml_alone(case.catalog()),
    }
}

fn items(texts: Vec<String>) -> Option<Part> {
    (!texts.is_empty()).then(|| Block::Items(texts).into())
}

/// An answer with its range and its change.
pub fn headline(answer: Answer, figures: &Figures, before: Option<&Case>, now: &Case) -> Headline {
    let unit = answer.unit();
    let label = match answer {
        Answer::TrainingCost => "Training, once".to_owned(),
        Answer::DailyCost => "Inference, a day".to_owned(),
        Answer::InferenceShare => {
            format!("Inference's share over {}", format(now.scenario.workload.horizon_months, Unit::Months))
        }
        other => other.label().to_owned(),
    };
    let range = figures.range(answer);
    let change =
        before.and_then(|before| change(answer, answer.of(&before.outcome)?, answer.of(&now.outcome)?));
    Headline {
        label,
        value: range.map_or("–".to_owned(), |range| format(range.value, unit)),
        range: range.map(|range| format!("{} to {}", format(range.low, unit), format(range.high, unit))),
        change,
    }
}

/// What an answer was, and by how much it changed, in words.
fn change(answer: Answer, before: f64, now: f64) -> Option<(String, Tone)> {
    let (by, unit) = (now - before, answer.unit());
    let was = format(before, unit);
    let share = if unit == Unit::Share { by.abs() * 100.0 } else { (by / before).abs() * 100.0 };
    if !share.is_finite() {
        return None;
    }
    if share < 0.05 {
        return Some((format!("as before, {was}"), Tone::Dim));
    }
    let direction = if by > 0.0 { "more" } else { "less" };
    let size = match unit {
        Unit::Share => format!("{share:.1} points {direction}"),
        _ if share >= 1000.0 => format!("{:.0} times as much", now / before),
        _ => format!("{share:.*}% {direction}", usize::from(share < 9.95)),
    };
    let year = match answer {
        Answer::DailyCost => format!(", {} a year", format(by.abs() * 365.0, Unit::Usd)),
        _ => String::new(),
    };
    Some((format!("was {was}: {size}{year}"), charts::tone(by, answer)))
}

/// What differs from the baseline, and what that did.
fn difference(name: &str, before: &Case, now: &Case) -> Section {
    let table = table!(changes(&before.scenario, &now.scenario).iter(), |change: &Change| {
        "parameter", "Parameter", WORDS => change.param.path;
        "before", "Before", WORDS => { let [from, _] = charts::values(change, before, now); from };
        "now", "Now", WORDS => { let [_, to] = charts::values(change, before, now); to };
    });
    let traced = [Answer::DailyCost, Answer::TrainingCost];
    let charts = traced.into_iter().filter_map(|answer| charts::causes(before, now, answer)).map(Part::from);
    Section::new(format!("Against {name}"), charts.chain([Block::Table(table).into()]))
}

/// What the scenario states otherwise than the defaults.
fn parameters(case: &Case) -> Option<Part> {
    let defaults = case.of(Scenario::defaults(case.catalog()));
    let stated = changes(&defaults.scenario, &case.scenario);
    let table = table!(stated.iter(), |change: &Change| {
        "parameter", "Parameter", WORDS => change.param.path;
        "value", "Value", WORDS => { let [_, to] = charts::values(change, &defaults, case); to };
        "default", "Default", WORDS => { let [from, _] = charts::values(change, &defaults, case); from };
        "meaning", "What it is", WORDS => change.param.help;
    });
    (!stated.is_empty()).then(|| Block::Table(table).into())
}

/// Where the scenario's inputs come from, and the prices that it is counted at.
fn sources(case: &Case, document: &Document) -> Vec<Part> {
    let prices = prices(case);
    let table = (!prices.rows.is_empty()).then(|| Block::Table(prices).into());
    items(document.sources.clone()).into_iter().chain(table).collect()
}

/// The rows of the rate card behind the prices in use.
fn prices(case: &Case) -> Table {
    let basis = case.scenario.prices.basis;
    let mut gpus = vec![case.serving_gpu(), case.training_gpu()];
    gpus.dedup_by(|one, other| one.id == other.id);
    let quotes = gpus.into_iter().filter_map(|gpu| gpu.offer(basis).on_demand.as_ref());
    let rows = quotes.flat_map(|quote| &quote.rows).filter_map(|row| case.catalog().rates().prices.get(*row));
    table!(rows, |row: &DatedPrice| {
        "gpu", "Accelerator", WORDS => row.gpu.clone();
        "provider", "Provider", WORDS => row.provider.clone();
        "usd_per_hour", "Per hour", Unit::UsdPerHour => row.usd_per_gpu_hour;
        "as_of", "As of", WORDS => row.as_of.clone();
        "status", "Status", WORDS => row.status.mark().unwrap_or("read");
        "source", "Source", WORDS => row.source.clone();
    })
}

/// What made the handout, from what, and when.
pub fn colophon(case: &Case, command: &str, time: u64) -> Vec<Figure> {
    let rates = case.catalog().rates();
    let (serving, training) = (measured::<Trial>(), measured::<TrainingPlan>());
    let fitted = format!(
        "to {} published results of serving (software to {}) and {} of training (to {}); ranges hold four times out of five",
        serving.0,
        date::written(serving.1 * 12.0),
        training.0,
        date::written(training.1 * 12.0)
    );
    vec![
        Figure::new("Made", format!("{} with whatif {}", date::day(time), env!("CARGO_PKG_VERSION"))),
        Figure::new("Prices", format!("{}, rate card of {}", case.scenario.prices.basis.id(), rates.as_of)),
        Figure::new("Constants fitted", fitted),
        Figure::new("The same figures", command),
    ]
}

/// How many measurements the constants were fitted to, and the date of the newest software among them, in years.
fn measured<S: Setup>() -> (usize, f64) {
    let dates = || Measurement::<S>::counted().map(|row| row.setup.software_date());
    (dates().count(), dates().fold(f64::MIN, f64::max))
}
