//! Predicted against published, as a table for people, programs and spreadsheets.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use crate::{
    calibration::kind::Kind,
    evidence::{Comparison, summary},
};

/// Rows that are named as the worst of their kind.
const WORST: usize = 3;

/// The table by kind, then the worst rows of each.
#[must_use]
pub fn text(rows: &[Comparison]) -> String {
    let mut out = format!(
        "{:<44}{:>6}{:>9}{:>8}{:>8}{:>10}\n",
        "predicted against published", "n", "median", "p90", "bias", "in range"
    );
    for summary in Kind::ALL.iter().filter_map(|kind| summary(*kind, rows)) {
        let _ = writeln!(
            out,
            "{:<44}{:>6}{:>8.1}%{:>7.1}%{:>+7.1}%{:>9.0}%",
            summary.kind.label(),
            summary.count,
            summary.median * 100.0,
            summary.p90 * 100.0,
            summary.bias * 100.0,
            summary.in_range * 100.0
        );
    }
    out.push_str("\nfarthest off\n");
    for kind in Kind::ALL {
        let mut of_kind: Vec<&Comparison> = rows.iter().filter(|row| row.kind == *kind).collect();
        of_kind.sort_by(|a, b| b.log_error().abs().total_cmp(&a.log_error().abs()));
        for row in of_kind.into_iter().take(WORST) {
            let _ = writeln!(
                out,
                "  {} {}: {} on {}, {}: {:.4} against {:.4} ({:+.0}%)",
                kind.label(),
                row.id,
                row.model,
                row.gpu,
                row.setting,
                row.predicted,
                row.published,
                row.error() * 100.0
            );
        }
    }
    out
}

/// Summaries and rows as one object.
#[must_use]
pub fn json(rows: &[Comparison]) -> Json {
    let summaries: Vec<Json> = Kind::ALL
        .iter()
        .filter_map(|kind| summary(*kind, rows))
        .map(|summary| {
            json!({
                "kind": summary.kind.label(), "n": summary.count, "median": summary.median, "p90": summary.p90,
                "bias": summary.bias, "in_range": summary.in_range,
            })
        })
        .collect();
    let rows: Vec<Json> = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.id, "kind": row.kind.label(), "model": row.model, "gpu": row.gpu, "setting": row.setting,
                "predicted": row.predicted, "low": row.predicted * row.low_factor,
                "high": row.predicted * row.high_factor, "published": row.published, "source": row.source,
            })
        })
        .collect();
    json!({"kinds": summaries, "rows": rows})
}

/// One row a line.
///
/// # Errors
///
/// Never in practice: the table is written to memory.
pub fn csv(rows: &[Comparison]) -> Result<String, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "id",
        "kind",
        "model",
        "gpu",
        "setting",
        "predicted",
        "published",
        "error",
        "source",
    ])?;
    for row in rows {
        let figures = [row.predicted, row.published, row.error()].map(|figure| figure.to_string());
        table.write_record([
            row.id.as_str(),
            row.kind.label(),
            &row.model,
            &row.gpu,
            &row.setting,
            &figures[0],
            &figures[1],
            &figures[2],
            &row.source,
        ])?;
    }
    let bytes = table.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
