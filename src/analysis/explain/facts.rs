//! What the figures rest on: measured results, quoted prices, data sheets, what is set by hand.

use super::{Explanation, Line, NO_PRICE, Subject};
use crate::analysis::case::Case;
use crate::analysis::findings::no_such_model;
use crate::calibration::kind::Kind;
use crate::catalog::GpuPreset;
use crate::engine::outcome::ServingOutcome;
use crate::evidence::comparison::quantile;
use crate::evidence::nearest::nearest;
use crate::scenario::ParamId;
use crate::text::quantity::{Unit, format};

/// Measured rows that a figure is held against.
const NEAREST: usize = 5;
/// Dated prices that are listed.
const PRICES_SHOWN: usize = 8;

/// A model that cannot be, of which there is nothing to explain.
pub(super) fn impossible(fault: &str) -> Explanation {
    let lines = vec![Line::from(no_such_model(fault))];
    Explanation { figure: "The model", value: "none".to_owned(), answers: &[], lines }
}

/// On which measured results the serving figures rest.
pub(super) fn measured(case: &Case, serving: &ServingOutcome) -> Explanation {
    let deployment = &serving.main.plan.deployment;
    let mut lines = Vec::new();
    if let Some(profile) = case.scenario.serving.profile {
        let profile = case.catalog().profile(profile);
        lines.push(format!("constants of the profile {}: {}", profile.id, profile.summary).into());
    }
    for (kind, words) in [
        (Kind::Tpot, "time per output token"),
        (Kind::Throughput, "throughput"),
        (Kind::TtftLoaded, "time to first token"),
    ] {
        let rows = nearest(&case.constants().serving, kind, deployment, NEAREST);
        let mut errors: Vec<f64> = rows.iter().filter_map(|row| row.error).map(f64::abs).collect();
        errors.sort_by(f64::total_cmp);
        let median = quantile(&errors, 0.5).map_or("–".to_owned(), |error| format(error, Unit::Share));
        lines
            .push(format!("{words}: the {} nearest rows have a median error of {median}", rows.len()).into());
        for row in rows.iter().take(2) {
            let off = row.error.map_or("does not fit".to_owned(), |error| format!("{:+.0}%", error * 100.0));
            let words = format!(
                "{} {} on {}: published {:.1}, predicted {off}",
                row.row.id, row.row.model, row.row.gpu, row.row.published
            );
            lines.push(Line::by(words, &row.row.source).at(1));
        }
    }
    Explanation { figure: "Nearest published measurements", value: String::new(), answers: &[], lines }
}

/// The price of an accelerator on the scenario's basis, and the rows that it was taken from.
fn quoted(case: &Case, gpu: &GpuPreset) -> Vec<Line> {
    let basis = case.scenario.prices.basis;
    let mut lines = by_hand(case, gpu);
    let Some(quote) = &gpu.offer(basis).on_demand else {
        if lines.is_empty() {
            lines.push(Line::from(format!("{} price: nobody lists one; {NO_PRICE}", basis.id())).at(1));
        }
        return lines;
    };
    let mark = quote.standing.mark().map_or(String::new(), |mark| format!(", {mark}"));
    let from = match quote.providers {
        0 => String::new(),
        1 => ", one provider".to_owned(),
        count => format!(", the median of {count} providers"),
    };
    let words = format!(
        "{} price on demand: {} ({} to {}){from}{mark}",
        basis.id(),
        format(quote.usd_per_hour, Unit::UsdPerHour),
        format(quote.low, Unit::Usd),
        format(quote.high, Unit::Usd),
    );
    lines.push(Line::from(words).at(1));
    let rates = case.catalog().rates();
    for price in quote.rows.iter().take(PRICES_SHOWN).filter_map(|row| rates.prices.get(*row)) {
        if let Some(rent) = price.usd_per_gpu_hour {
            let rent = format(rent, Unit::UsdPerHour);
            let words = format!("{} {rent}, {}", price.provider, price.as_of);
            lines.push(Line::by(words, price.source.clone()).at(2));
        }
    }
    lines
}

/// The prices of an accelerator that the scenario states in place of those that are listed.
fn by_hand(case: &Case, gpu: &GpuPreset) -> Vec<Line> {
    [
        (case.serving_gpu(), &[ParamId::ServingPricePerGpuHour], "serving"),
        (case.training_gpu(), &[ParamId::TrainingPricePerGpuHour], "training"),
    ]
    .into_iter()
    .filter(|(used, ..)| used.id == gpu.id)
    .filter_map(|(_, params, work)| {
        let price = format(params[0].stated(&case.scenario).number()?, Unit::UsdPerHour);
        Some(Line::of(format!("{work} is computed with {price}, set by hand"), params).at(1))
    })
    .collect()
}

/// Shape, data sheet and prices with their sources and dates.
pub(super) fn facts(case: &Case) -> Explanation {
    let mut lines = Vec::new();
    if let Some(model) = case.model() {
        lines.push(Line::by(format!("{}: shape", model.name), &model.source));
        if let Some(run) = &model.trained_on {
            lines.push(Line::by("training run".to_owned(), &run.source).at(1));
        }
    }
    let (serving, training) = (case.serving_gpu(), case.training_gpu());
    let mut gpus = vec![serving];
    if training.id != serving.id {
        gpus.push(training);
    }
    for gpu in gpus {
        lines.push(Line::by(format!("{}: data sheet", gpu.name), &gpu.source));
        if !gpu.unverified.is_empty() {
            lines.push(Line::from(format!("unverified: {}", gpu.unverified.join(", "))).at(1));
        }
        let mut prices = quoted(case, gpu);
        if let Some(price) = prices.first_mut() {
            price.gives = match (gpu.id == serving.id, gpu.id == training.id) {
                (true, true) => &[Subject::ServingPrice, Subject::TrainingPrice],
                (true, false) => &[Subject::ServingPrice],
                (false, _) => &[Subject::TrainingPrice],
            };
        }
        lines.extend(prices);
    }
    Explanation { figure: "Shape, data sheets and prices", value: String::new(), answers: &[], lines }
}
