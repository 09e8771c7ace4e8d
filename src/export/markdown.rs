//! A handout as Markdown, for a pull request or a wiki: charts are their tables.

use crate::export::handout::{Handout, Headline, Part};
use crate::report::markdown::{block_lines, escaped, line};
use crate::report::page::Block;

/// The text of a handout.
pub fn markdown(handout: &Handout) -> String {
    let mut paragraphs = vec![format!("# {}", escaped(&handout.title))];
    paragraphs.extend(handout.introduction.iter().map(|sentence| escaped(sentence)));
    for section in &handout.sections {
        if !section.heading.is_empty() {
            paragraphs.push(format!("## {}", escaped(&section.heading)));
        }
        for part in &section.parts {
            match part {
                Part::Answers(answers) => paragraphs.push(headlines(answers)),
                Part::Chart(chart) => {
                    paragraphs.push(format!("### {}", escaped(&chart.title)));
                    paragraphs.push(escaped(&chart.caption));
                    paragraphs.push(block_lines(&Block::Table(chart.table.clone())).join("\n"));
                }
                Part::Block(block) => paragraphs.push(block_lines(block).join("\n")),
                Part::Words(words) => paragraphs.push(escaped(words)),
            }
        }
    }
    paragraphs.push("---".to_owned());
    let made = handout.colophon.iter().map(|figure| format!("{}: {}", figure.label, escaped(&figure.words)));
    paragraphs.push(made.collect::<Vec<_>>().join("  \n"));
    paragraphs.join("\n\n") + "\n"
}

fn headlines(answers: &[Headline]) -> String {
    let changed = answers.iter().any(|answer| answer.change.is_some());
    let columns = if changed { 4 } else { 3 };
    let head = [["Answer", "Likely", "80% range", "Change"], ["---", "---:", "---:", "---"]];
    let rows = answers.iter().map(|answer| {
        let change = answer.change.as_ref().map_or("", |(words, _)| words.as_str());
        [&answer.label, &answer.value, answer.range.as_deref().unwrap_or_default(), change]
    });
    head.into_iter()
        .map(|cells| format!("| {} |", cells[..columns].join(" | ")))
        .chain(rows.map(|cells| line(&cells[..columns])))
        .collect::<Vec<_>>()
        .join("\n")
}
