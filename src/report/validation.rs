//! Predicted against published, by kind, by the year of the software and row by row; and how much what is published
//! differs in itself.

use serde_json::json;

use crate::calibration::kind::Kind;
use crate::evidence::comparison::{Comparison, Drift, drift, summary};
use crate::evidence::noise::noise;
use crate::rank;
use crate::report::page::{Block, Page, Section};
use crate::report::table::{Table, WORDS, table};
use crate::text::date;
use crate::text::quantity::Unit;

/// Rows that are named as the worst of their kind.
const WORST: usize = 3;

/// How the noise was worked out, and from what.
const NOISE: &str = "submissions to one round of MLPerf, of the same model and precision on as many of the same chips: half of \
    their range, as a share of their median (presets/measurements/noise.csv). No prediction can be nearer to all of them.";
/// What bias means here.
const DRIFT: &str = "predicted over published speed, median: of time per token and tokens per second, older stacks among them, \
    and of training steps.";

pub fn page(rows: &[Comparison]) -> Page {
    let (kinds, noise, drift, table) = (kinds(rows), noise_table(), drift_table(rows), table(rows));
    let record = json!({"kinds": kinds, "noise": noise, "drift": drift, "rows": table});
    let explained = |heading: &str, words: &str, table| Section {
        heading: heading.to_owned(),
        blocks: vec![Block::Items(vec![words.to_owned()]), Block::Table(table)],
    };
    let sections = vec![
        Section::new("", Block::Table(kinds)),
        explained("Noise of the field", NOISE, noise),
        explained("By the year of the software", DRIFT, drift),
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
        "median_by_cell", "By cell", Unit::Share => summary.by_cell;
        "p90", "p90", Unit::Share => summary.p90;
        "bias", "Bias", Unit::Share => summary.bias;
        "in_range", "In range", Unit::Share => summary.in_range;
    })
}

/// How much submissions of the same differ.
fn noise_table() -> Table {
    table!(noise(), |noise| {
        "benchmark", "Benchmark", WORDS => noise.benchmark.id();
        "n", "Configurations", Unit::Count => noise.configurations as f64;
        "submissions", "Submissions", Unit::Count => f64::from(noise.submissions);
        "median", "Median", Unit::Share => noise.median;
        "p90", "p90", Unit::Share => noise.p90;
    })
}

/// The bias by the date of the software.
fn drift_table(rows: &[Comparison]) -> Table {
    table!(drift(rows).into_iter(), |drift: Drift| {
        "work", "Speed of", WORDS => drift.work.id();
        "maker", "Chips", WORDS => if drift.nvidia { "NVIDIA" } else { "others" };
        "year", "Software of", WORDS => drift.year.to_string();
        "n", "Rows", Unit::Count => drift.count as f64;
        "bias", "Bias", Unit::Share => drift.bias;
    })
}

fn table(rows: &[Comparison]) -> Table {
    table!(rows.iter(), |row: &Comparison| {
        "id", "Row", WORDS => row.id.clone();
        "kind", "Kind", WORDS => row.kind.label();
        "model", "Model", WORDS => row.model.clone();
        "gpu", "GPU", WORDS => row.gpu.clone();
        "software", "Software of", WORDS => date::written(row.software_date * 12.0);
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
        rank::falling(&mut of_kind, |row| row.log_error().abs());
        of_kind.into_iter().take(WORST).map(line).collect::<Vec<_>>()
    };
    Kind::ALL.iter().flat_map(of_kind).collect()
}
