//! Predicted against published, by kind and row by row.

use serde_json::json;

use crate::calibration::kind::Kind;
use crate::evidence::comparison::{Comparison, summary};
use crate::report::page::{Block, Page, Section};
use crate::report::table::{Table, WORDS, table};
use crate::text::quantity::Unit;

/// Rows that are named as the worst of their kind.
const WORST: usize = 3;

pub fn page(rows: &[Comparison]) -> Page {
    let (kinds, table) = (kinds(rows), table(rows));
    let record = json!({"kinds": kinds, "rows": table});
    let sections = vec![
        Section::new("", Block::Table(kinds)),
        Section::new("Largest errors", Block::Lines(worst(rows))),
    ];
    Page::new(sections, record, table)
}

/// The error of each kind of figure.
fn kinds(rows: &[Comparison]) -> Table {
    table!(Kind::ALL.iter().filter_map(|kind| summary(*kind, rows)), |summary| {
        "kind", "Predicted vs. published", WORDS => summary.kind.label();
        "n", "Rows", Unit::Count => summary.count as f64;
        "median", "Median", Unit::Share => summary.median;
        "p90", "p90", Unit::Share => summary.p90;
        "bias", "Bias", Unit::Share => summary.bias;
        "in_range", "In range", Unit::Share => summary.in_range;
    })
}

fn table(rows: &[Comparison]) -> Table {
    table!(rows.iter(), |row: &Comparison| {
        "id", "Row", WORDS => row.id.clone();
        "kind", "Kind", WORDS => row.kind.label();
        "model", "Model", WORDS => row.model.clone();
        "gpu", "GPU", WORDS => row.gpu.clone();
        "setting", "Setting", WORDS => row.setting.clone();
        "predicted", "Predicted", Unit::Count => row.predicted;
        "published", "Published", Unit::Count => row.published;
        "error", "Error", Unit::Share => row.error();
        "source", "Source", WORDS => row.source.clone();
        "low", "Low", Unit::Count => row.predicted * row.low_factor;
        "high", "High", Unit::Count => row.predicted * row.high_factor;
    })
}

/// The rows of each kind that are predicted worst.
fn worst(rows: &[Comparison]) -> Vec<String> {
    let line = |row: &Comparison| {
        format!(
            "{} {}: {} on {}, {}: predicted {:.4}, published {:.4} ({:+.0}%)",
            row.kind.label(),
            row.id,
            row.model,
            row.gpu,
            row.setting,
            row.predicted,
            row.published,
            row.error() * 100.0
        )
    };
    let of_kind = |kind: &Kind| {
        let mut of_kind: Vec<&Comparison> = rows.iter().filter(|row| row.kind == *kind).collect();
        of_kind.sort_by(|a, b| b.log_error().abs().total_cmp(&a.log_error().abs()));
        of_kind.into_iter().take(WORST).map(line).collect::<Vec<_>>()
    };
    Kind::ALL.iter().flat_map(of_kind).collect()
}
