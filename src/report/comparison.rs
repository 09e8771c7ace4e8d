//! Scenarios side by side: every answer, the inputs that differ, and what caused the change from the first.

use serde_json::{Map, Value as Json, json};

use crate::analysis::answer::Answer;
use crate::analysis::attribution::{Attribution, Share, attribute};
use crate::analysis::case::Case;
use crate::analysis::changes::{Change, changes};
use crate::analysis::findings::{Finding, Topic, findings, refusals};
use crate::analysis::why::why;
use crate::catalog::Catalog;
use crate::report::page::{Block, Page, Section};
use crate::report::table::{Cell, Column, Table, WORDS, table};
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::fit;

/// Answers whose change is traced to its causes.
const TRACED: [Answer; 2] = [Answer::DailyCost, Answer::TrainingCost];
/// Answers whose change is told in a sentence.
const SUMMARY: [Answer; 3] = [Answer::DailyCost, Answer::TrainingCost, Answer::Ttft];
/// Less than this share of an answer is no effect.
const NO_EFFECT: f64 = 1e-6;
/// Columns of all names together above their figures, and the fewest and most of one.
const NAMES: usize = 84;
const NAME: [usize; 2] = [20, 48];

/// The page of two cases or more, each with its name.
pub fn page(cases: &[(String, Case)]) -> Page {
    let [(_, first), others @ ..] = cases else { return Table::default().into() };
    let catalog = first.catalog();
    let differing: Vec<(ParamId, Vec<Value>)> = ParamId::ALL
        .into_iter()
        .map(|param| {
            let value = |(_, case): &(String, Case)| param.effective(&case.scenario, catalog);
            (param, cases.iter().map(value).collect::<Vec<_>>())
        })
        .filter(|(_, values)| values.iter().any(|value| *value != values[0]))
        .collect();
    let answers = |name: fn(Answer) -> &'static str| {
        Answer::ALL.map(|answer| {
            let figure = |(_, case): &(String, Case)| {
                answer.of(&case.outcome).map(|value| Cell::Figure(value, answer.unit())).into()
            };
            std::iter::once(name(answer).into()).chain(cases.iter().map(figure)).collect()
        })
    };
    let row = |(param, values): &(ParamId, Vec<Value>), show: fn(ParamId, Value, &Catalog) -> Cell| {
        let values = values.iter().map(|value| show(*param, *value, catalog));
        std::iter::once(param.path.into()).chain(values).collect::<Vec<Cell>>()
    };
    let shown = |of: &[&(ParamId, Vec<Value>)]| -> Vec<Vec<Cell>> {
        of.iter().map(|of| row(of, |param, value, catalog| param.display(value, catalog).into())).collect()
    };
    let width = (NAMES / cases.len()).clamp(NAME[0], NAME[1]);
    let mut figures = Table::new(columns("Figure", cases, width), answers(Answer::label));
    if let [(_, before), (_, after)] = cases {
        figures.columns.push(Column::new("change", "Change", WORDS).right());
        for (row, answer) in figures.rows.iter_mut().zip(Answer::ALL) {
            row.push(change(answer, before, after).into());
        }
    }
    let (stated, following): (Vec<_>, Vec<_>) = differing.iter().partition(|(param, _)| {
        others.iter().any(|(_, case)| param.stated(&case.scenario) != param.stated(&first.scenario))
    });
    let inputs_of = |heading, of: &[&(ParamId, Vec<Value>)]| {
        Block::Table(Table::new(columns(heading, cases, width), shown(of)))
    };
    let mut sections = vec![Section::new("", Block::Table(figures))];
    if !stated.is_empty() {
        sections.push(Section::new("", inputs_of("Inputs that differ", &stated)));
    }
    let mut differences = Vec::new();
    for (name, case) in others {
        let mut causes = Map::new();
        sections.extend(alerts(name, first, case));
        for answer in TRACED {
            let attribution = attribute(first, case, answer);
            sections.extend(attribution.as_ref().map(|attribution| caused(answer, name, attribution)));
            causes.insert(answer.id().to_owned(), attribution.as_ref().map(shares).into());
        }
        let input = |change: &Change| {
            let [from, to] = [change.from, change.to].map(|value| change.param.written(value, catalog));
            json!({"path": change.param.path, "from": from, "to": to})
        };
        let inputs: Vec<Json> = changes(&first.scenario, &case.scenario).iter().map(input).collect();
        differences.push(json!({"name": name, "inputs": inputs, "caused_by": causes}));
    }
    let figures = |(name, case): &(String, Case)| {
        let figures: Map<String, Json> = Answer::ALL
            .map(|answer| (answer.id().to_owned(), answer.of(&case.outcome).into()))
            .into_iter()
            .collect();
        json!({"name": name, "figures": figures})
    };
    let scenarios: Vec<Json> = cases.iter().map(figures).collect();
    let record = json!({"scenarios": scenarios, "differences_from_the_first": differences});
    let rows = answers(Answer::id).into_iter().chain(differing.iter().map(|of| row(of, Cell::of)));
    let mut appendix = Vec::new();
    if !following.is_empty() {
        appendix.push(Section::new("Inputs that follow from these", inputs_of("Input", &following)));
    }
    let told = |(name, case): &(String, Case)| {
        refusals(case).into_iter().map(|refusal| format!("{name}: {refusal}")).collect::<Vec<_>>()
    };
    let page = Page {
        introduction: others.iter().flat_map(|(name, case)| introduction(name, first, case)).collect(),
        appendix,
        closing: Some(basis(first)),
        ..Page::new(sections, record, Table::new(columns("Figure", cases, usize::MAX), rows))
    };
    page.after(cases.iter().flat_map(told).collect())
}

/// What has changed of the answers that are asked for first, and why.
fn introduction(name: &str, before: &Case, after: &Case) -> Vec<String> {
    let reason = |answer: Answer| {
        let sentence = why(answer, before, after)?.sentence()?;
        let [was, is] = [before, after].map(|case| answer.of(&case.outcome));
        let by = if is? > was? { "more" } else { "less" };
        let what = if answer.is_of_serving() { "a day of" } else { "training" };
        Some(format!("Why {what} {name} costs {by}: {sentence}"))
    };
    summary(name, before, after).into_iter().chain(TRACED.into_iter().filter_map(reason)).collect()
}

/// The change of the answers that are asked for first, in a sentence.
fn summary(name: &str, before: &Case, after: &Case) -> Option<String> {
    let told = |answer: Answer| {
        let by = change(answer, before, after)?;
        let [from, to] = [before, after].map(|case| answer.of(&case.outcome));
        let (from, to) = (format(from?, answer.unit()), format(to?, answer.unit()));
        Some(if by == SAME {
            format!("{} {to} as before", answer.label())
        } else {
            format!("{} {from} to {to} ({by})", answer.label())
        })
    };
    let changes: Vec<String> = SUMMARY.into_iter().filter_map(told).collect();
    (!changes.is_empty()).then(|| format!("{name}: {}.", changes.join("; ")))
}

/// What a scenario exceeds that the first does not, and what it no longer does.
fn alerts(name: &str, before: &Case, after: &Case) -> Option<Section> {
    let [before, after] = [before, after].map(|case| {
        let alerts = findings(case).into_iter().filter(Finding::is_alert);
        alerts.map(|finding| (finding.topic, finding.text)).collect::<Vec<_>>()
    });
    let only = |of: &[(Topic, String)], other: &[(Topic, String)]| -> Vec<String> {
        let new = of.iter().filter(|(topic, _)| other.iter().all(|(known, _)| known != topic));
        new.map(|(_, text)| text.clone()).collect()
    };
    let solved = only(&before, &after).into_iter().map(|text| format!("No longer: {text}"));
    let items: Vec<String> = only(&after, &before).into_iter().chain(solved).collect();
    (!items.is_empty()).then(|| Section::new(format!("Alerts of {name}"), Block::Items(items)))
}

/// What the figures rest on.
fn basis(case: &Case) -> String {
    let (basis, rates) = (case.scenario.prices.basis.id(), case.catalog().rates());
    format!("whatif {}; {basis} prices, rate card of {}", env!("CARGO_PKG_VERSION"), rates.as_of)
}

/// The word for no change.
const SAME: &str = "same";
/// From so many percent on a change is told as a multiple.
const MANY: f64 = 1000.0;

/// The change of an answer in percent, of a share in points; nothing where one does not exist.
fn change(answer: Answer, before: &Case, after: &Case) -> Option<String> {
    let [before, after] = [before, after].map(|case| answer.of(&case.outcome));
    let (before, after) = (before?, after?);
    let (by, unit) = match answer.unit() {
        Unit::Share => ((after - before) * 100.0, " pt"),
        _ => ((after / before - 1.0) * 100.0, "%"),
    };
    by.is_finite().then(|| match by.abs() {
        size if size < 0.05 => SAME.to_owned(),
        size if size >= MANY && unit == "%" => format!("{:.0}x", after / before),
        _ => format!("{by:+.1}{unit}"),
    })
}

/// What is shown, then a column for each scenario.
fn columns(first: &'static str, cases: &[(String, Case)], width: usize) -> Vec<Column> {
    let scenario = |(name, _): &(String, Case)| {
        let name = fit(name, width);
        Column::new(name.clone(), name, WORDS).right()
    };
    std::iter::once(Column::new("figure", first, WORDS)).chain(cases.iter().map(scenario)).collect()
}

/// What caused the change of one answer, in shares that add up to it.
fn caused(answer: Answer, name: &str, attribution: &Attribution) -> Section {
    let unit = answer.unit();
    let signed = |usd: f64| format!("{}{}", if usd >= 0.0 { "+" } else { "" }, format(usd, unit));
    let size = attribution.before.abs().max(attribution.after.abs());
    let moved = attribution.shares.iter().filter(|share| share.amount.abs() > NO_EFFECT * size);
    let table = table!(moved, |share: &Share| {
        "paths", "Cause", WORDS => paths(share).join(", ");
        "usd", "Share of the change", unit => signed(share.amount);
    });
    let heading = format!(
        "{} of {name}: {} to {}, due to:",
        answer.label(),
        format(attribution.before, unit),
        format(attribution.after, unit)
    );
    Section::new(heading, Block::Listing(table))
}

fn shares(attribution: &Attribution) -> Vec<Json> {
    attribution.shares.iter().map(|share| json!({"paths": paths(share), "usd": share.amount})).collect()
}

fn paths(share: &Share) -> Vec<&'static str> {
    share.changes.iter().map(|change| change.param.path).collect()
}
