//! What measurements make of the constants: row by row, what was moved, and whether it helps.

use serde_json::json;

use crate::engine::arrivals::Arrivals;
use crate::engine::serving::Batch;
use crate::evidence::comparison::quantile;
use crate::evidence::measurement::Measurement;
use crate::evidence::serving::Trial;
use crate::fitting::profile::Update;
use crate::import::benchmarks::{Aside, Calibration, figure, file_name};
use crate::report::page::{Block, Page, Section};
use crate::report::table::{Table, WORDS, table};
use crate::text::quantity::Unit;

/// What a calibration found, as it is told.
pub struct Calibrated<'a> {
    /// What was measured, in a sentence.
    pub stack: String,
    pub found: &'a Calibration,
    pub aside: &'a [Aside],
    /// What became of it.
    pub outcome: String,
}

pub fn page(told: &Calibrated<'_>) -> Page {
    let found = told.found;
    let (rows, moved, errors) = (rows(found), moved(&found.update), errors(found));
    let aside: Vec<String> = told.aside.iter().map(Aside::words).collect();
    let record =
        json!({"stack": told.stack, "rows": rows, "left_aside": aside, "moved": moved, "errors": errors});
    let sections = vec![
        Section::new("", Block::Items(vec![told.stack.clone()])),
        Section::new("Predicted and measured", Block::Table(rows.clone())),
        Section::new("Left aside", Block::Items(aside)),
        Section::new("What was moved", Block::Table(moved)),
        Section::new("Error, median", Block::Table(errors)),
        Section::new("", Block::Items(vec![told.outcome.clone()])),
    ];
    Page::new(sections, record, rows)
}

fn rows(found: &Calibration) -> Table {
    let Update { before, after, left_out, .. } = &found.update;
    let share = |log: f64| log.exp() - 1.0;
    let items = found.rows.iter().enumerate();
    table!(items, |item: (usize, &Measurement<Trial>)| {
        "run", "Run", WORDS => file_name(&item.1.id).to_owned();
        "figure", "Figure", WORDS => figure(item.1);
        "load", "In flight", WORDS => load(&item.1.setup);
        "tokens", "Tokens", WORDS => {
            let deployment = &item.1.setup.deployment;
            format!("{:.0} + {:.0}", deployment.prompt_tokens, deployment.output_tokens)
        };
        "measured", "Measured", Unit::Count => item.1.published;
        "published_constants", "Published", Unit::Count => item.1.published * before[item.0].exp();
        "error", "off", Unit::Share => share(before[item.0]);
        "profile", "Profile", Unit::Count => item.1.published * after[item.0].exp();
        "error_profile", "off", Unit::Share => share(after[item.0]);
        "error_left_out", "left out", Unit::Share => share(left_out[item.0]);
    })
}

fn load(trial: &Trial) -> String {
    let requests = match trial.deployment.batch {
        Batch::Requests(requests) => (requests * 10.0).round() / 10.0,
        Batch::Max => f64::INFINITY,
    };
    match trial.arrivals {
        Arrivals::Closed => format!("{requests}"),
        Arrivals::Poisson => format!("{requests} at random"),
        Arrivals::Burst => format!("{requests} at once"),
    }
}

fn moved(update: &Update) -> Table {
    table!(update.moved.iter(), |moved| {
        "id", "Constant", WORDS => moved.id.clone();
        "published", "Published", WORDS => format!("{:.3e}", moved.before);
        "profile", "Profile", WORDS => format!("{:.3e}", moved.after);
        "change", "Change", Unit::Share => moved.after / moved.before - 1.0;
        "deviations", "Deviations", WORDS => format!("{:+.1}", moved.deviations);
        "meaning", "Meaning", WORDS => moved.meaning.clone();
    })
}

/// The errors of figures, and of all together.
fn errors(found: &Calibration) -> Table {
    let kinds = ["ms per token", "ms to first token", "tokens/s per GPU", "all"];
    let of = |kind: &str, errors: &[f64]| {
        let of_kind = found.rows.iter().zip(errors).filter(|(row, _)| kind == "all" || figure(row) == kind);
        let mut sizes: Vec<f64> = of_kind.map(|(_, error)| error.abs().exp() - 1.0).collect();
        sizes.sort_by(f64::total_cmp);
        sizes
    };
    let Update { before, after, left_out, .. } = &found.update;
    let kinds = kinds.into_iter().filter(|kind| !of(kind, before).is_empty());
    table!(kinds, |kind: &'static str| {
        "figure", "Figure", WORDS => kind;
        "n", "Rows", Unit::Count => of(kind, before).len() as f64;
        "before", "Published", Unit::Share => quantile(&of(kind, before), 0.5);
        "after", "Profile", Unit::Share => quantile(&of(kind, after), 0.5);
        "left_out", "Left out", Unit::Share => quantile(&of(kind, left_out), 0.5);
    })
}
