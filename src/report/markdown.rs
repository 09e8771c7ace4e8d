//! The report as Markdown, for a document or a pull request.

use std::fmt::Write as _;

use crate::analysis::answer::Answer;
use crate::report::{Report, range_words};
use crate::scenario::ParamId;
use crate::scenario::domain::Group;
use crate::scenario::value::Value;
use crate::text::quantity::format;

/// The Markdown.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut out = format!("# {}\n", report.document.name);
    if !report.document.summary.is_empty() {
        let _ = write!(out, "\n{}\n", report.document.summary);
    }
    out.push_str("\n| figure | likely | 80% range |\n|---|---:|---:|\n");
    for answer in Answer::ALL {
        if let Some(range) = report.figures.range(answer) {
            let unit = answer.unit();
            let _ = writeln!(
                out,
                "| {} | {} | {} |",
                answer.label(),
                format(range.value, unit),
                range_words(&range, unit)
            );
        }
    }
    out.push_str("\n| input | value |\n|---|---:|\n");
    let scenario = &report.case.scenario;
    for param in ParamId::ALL.into_iter().filter(|param| param.group != Group::Shape) {
        let stated = param.stated(scenario);
        if stated != Value::Auto {
            let _ = writeln!(out, "| `{}` | {} |", param.path, param.display(stated, report.case.catalog()));
        }
    }
    if !report.claims.is_empty() {
        out.push_str("\n## Published beside it\n\n");
        for claim in &report.claims {
            let reason = claim.reason.as_deref().map(|reason| format!(" {reason}")).unwrap_or_default();
            let _ = writeln!(out, "- {} ({}).{reason}", claim.statement, claim.source);
        }
    }
    if report.notes().next().is_some() {
        out.push_str("\n## Notes\n\n");
        for note in report.notes() {
            let _ = writeln!(out, "- {}", note.text);
        }
    }
    out
}
