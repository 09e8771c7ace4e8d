//! What a handout rests on: prices and their dates, constants, when and with what it was made.

use std::collections::BTreeSet;

use crate::analysis::case::Case;
use crate::catalog::Catalog;
use crate::catalog::prices::DatedPrice;
use crate::engine::training::TrainingPlan;
use crate::evidence::measurement::{Measurement, Setup};
use crate::evidence::serving::Trial;
use crate::export::handout::Part;
use crate::rank;
use crate::report::page::{Block, Figure};
use crate::report::table::{WORDS, table};
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::date;
use crate::text::quantity::Unit;

/// Sentences as a list, where there are any.
pub fn items(texts: Vec<String>) -> Option<Part> {
    (!texts.is_empty()).then(|| Block::Items(texts).into())
}

/// What a handout does not hold, and whoever opens it elsewhere needs: models and profiles that are files of their own.
pub fn lacks(cases: &[&Case]) -> Vec<String> {
    let known = Catalog::embedded();
    let mut lacks = BTreeSet::new();
    for case in cases {
        for param in ParamId::ALL {
            match param.stated(&case.scenario) {
                Value::Model(id) if known.model_id(&case.catalog().model(id).id).is_none() => {
                    lacks.insert(format!("the model `{}`", case.catalog().model(id).id));
                }
                Value::Profile(id) => {
                    lacks.insert(format!("the profile `{}`", case.catalog().profile(id).id));
                }
                _ => {}
            }
        }
    }
    let lacks = lacks.into_iter().map(|what| {
        format!("This does not hold {what}, which is a file of its own: to open it again elsewhere takes that file, too.")
    });
    lacks.collect()
}

/// The rows of the rate card behind the prices that are used.
pub fn prices(cases: &[&Case]) -> Option<Part> {
    let catalog = cases.first()?.catalog();
    let used = cases.iter().flat_map(|case| {
        let quotes = [case.serving_gpu(), case.training_gpu()]
            .map(|gpu| gpu.offer(case.scenario.prices.basis).on_demand.as_ref());
        quotes.into_iter().flatten().flat_map(|quote| quote.rows.iter().copied())
    });
    let used: BTreeSet<usize> = used.collect();
    let name = |row: &DatedPrice| match catalog.gpu_id(&row.gpu) {
        Some(id) => catalog.gpu(id).short_name().to_owned(),
        None => row.gpu.clone(),
    };
    let mut rows: Vec<&DatedPrice> =
        used.into_iter().filter_map(|row| catalog.rates().prices.get(row)).collect();
    rank::by(&mut rows, |a, b| a.gpu.cmp(&b.gpu));
    let prices = table!(rows.iter(), |row: &&DatedPrice| {
        "gpu", "Accelerator", WORDS => name(row);
        "provider", "Provider", WORDS => row.provider.clone();
        "usd_per_hour", "Per hour", Unit::UsdPerHour => row.usd_per_gpu_hour;
        "as_of", "As of", WORDS => row.as_of.clone();
        "status", "Status", WORDS => row.status.mark().unwrap_or("checked");
        "source", "Source", WORDS => row.source.clone();
    });
    (!rows.is_empty()).then(|| Block::Table(prices).into())
}

/// What made the handout, from what, and when; nothing of no case.
pub fn colophon(cases: &[&Case], command: &str, time: u64) -> Vec<Figure> {
    let Some(first) = cases.first() else { return Vec::new() };
    let rates = first.catalog().rates();
    let mut bases: Vec<&str> = cases.iter().map(|case| case.scenario.prices.basis.id()).collect();
    let mut told = BTreeSet::new();
    bases.retain(|basis| told.insert(*basis));
    let (serving, training) = (measured::<Trial>(), measured::<TrainingPlan>());
    let fitted = format!(
        "to {} published results of serving (software to {}) and {} of training (to {}); four figures in five lie within their 80% range",
        serving.0,
        date::written(serving.1 * 12.0),
        training.0,
        date::written(training.1 * 12.0)
    );
    let prices = format!("{}, rate card of {}", bases.join(" and "), rates.as_of);
    vec![
        Figure::new("Made", format!("{} with whatif {}", date::day(time), env!("CARGO_PKG_VERSION"))),
        Figure::new("Prices", prices),
        Figure::new("Model fitted", fitted),
        Figure::new("To repeat it", command),
    ]
}

/// How many measurements the constants were fitted to, and the date of the newest software among them, in years.
fn measured<S: Setup>() -> (usize, f64) {
    let dates = || Measurement::<S>::counted().map(|row| row.setup.software_date());
    (dates().count(), dates().fold(f64::MIN, f64::max))
}
