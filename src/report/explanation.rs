//! Each figure's formula with the scenario's numbers in it.

use serde_json::{Value as Json, json};

use crate::analysis::explain::{Explanation, Line};
use crate::report::page::{Block, Page, Section};
use crate::report::table::{WORDS, table};

/// The page: a section a figure, a row a line.
pub fn page(explanations: &[Explanation]) -> Page {
    let text = |explanation: &Explanation| explanation.lines.iter().map(Line::text).collect::<Vec<_>>();
    let section =
        |explanation: &Explanation| Section::new(explanation.title(), Block::Lines(text(explanation)));
    let record: Json = explanations
        .iter()
        .map(|explanation| json!({"figure": explanation.title(), "lines": text(explanation)}))
        .collect();
    let lines = |explanation: &Explanation| {
        let title = explanation.title();
        text(explanation).into_iter().map(move |line| (title.clone(), line))
    };
    let table = table!(explanations.iter().flat_map(lines), |line| {
        "figure", "Figure", WORDS => line.0;
        "line", "Where it comes from", WORDS => line.1;
    });
    Page::new(explanations.iter().map(section).collect(), record, table)
}
