//! What money is spent on, and when.

use crate::analysis::case::Case;
use crate::analysis::growth::{Month, band, growth, spent_by};
use crate::analysis::range::Figures;
use crate::engine::outcome::ServingOutcome;
use crate::export::chart::{Bar, Bars, Chart, Curve, Curves, Plot, Stroke, extent};
use crate::export::tone::Tone;
use crate::rank;
use crate::report::table::{WORDS, table};
use crate::report::tables;
use crate::text::quantity::{Unit, format};
use crate::widgets::axes::{Axis, Spacing};

/// Months of which a table has a row.
const EVERY: usize = 6;
/// Training and inference as they add up to the horizon.
pub fn over_time(case: &Case, figures: &Figures) -> Option<Chart> {
    let months = growth(case)?.months;
    let end = months.last().map(|month| month.month + month.length)?;
    let times = || std::iter::once(0.0).chain(months.iter().map(|month| month.month + month.length));
    let spent: Vec<(f64, [f64; 2])> =
        times().map(|time| Some((time, spent_by(case, &months, time)?))).collect::<Option<_>>()?;
    let curve = |name: &str, tone, stroke, of: &dyn Fn([f64; 2]) -> f64| Curve {
        name: name.to_owned(),
        tone,
        stroke,
        points: spent.iter().map(|(time, spent)| [*time, of(*spent)]).collect(),
    };
    let ends: Vec<(f64, [f64; 2])> =
        spent.iter().filter_map(|(time, spent)| Some((*time, band(*spent, figures)?))).collect();
    let low = ends.iter().map(|(time, [low, _])| [*time, *low]);
    let high = ends.iter().rev().map(|(time, [_, high])| [*time, *high]);
    let range = Curve {
        name: "80% range of both".to_owned(),
        tone: Tone::Accent,
        stroke: Stroke::Band,
        points: low.chain(high).collect(),
    };
    let curves = vec![
        range,
        curve("training and inference", Tone::Accent, Stroke::Line, &|[training, inference]| {
            training + inference
        }),
        curve("training", Tone::Training, Stroke::Line, &|[training, _]| training),
        curve("inference", Tone::Inference, Stroke::Line, &|[_, inference]| inference),
    ];
    let [_, most] = extent(curves.iter().flat_map(|curve| &curve.points).map(|[_, y]| *y), [0.0; 2]);
    let (_, [training, inference]) = *spent.last()?;
    let shown: Vec<Month> = months
        .iter()
        .enumerate()
        .filter(|(index, _)| index % EVERY == 0 || index + 1 == months.len())
        .map(|(_, month)| *month)
        .collect();
    Some(Chart {
        title: "What has been spent".to_owned(),
        caption: format!(
            "After {}: {} on training and {} on inference.",
            format(end, Unit::Months),
            format(training, Unit::Usd),
            format(inference, Unit::Usd)
        ),
        plot: Plot::Curves(Curves {
            x: Axis { low: 0.0, high: end, spacing: Spacing::Even, unit: Unit::Months },
            y: Axis::from_zero(most, Unit::Usd),
            names: ["months from now".to_owned(), "spent so far".to_owned()],
            all: curves,
        }),
        table: tables::growth(&shown),
    })
}

/// What the lines of a cost are.
fn lines(title: &str, caption: &str, tone: Tone, lines: &[(&'static str, f64)]) -> Option<Chart> {
    let total: f64 = lines.iter().map(|(_, usd)| usd).sum();
    let mut paid: Vec<(&'static str, f64)> = lines.iter().copied().filter(|(_, usd)| *usd > 0.0).collect();
    rank::falling(&mut paid, |(_, usd)| *usd);
    let row = |(item, usd): &(&'static str, f64)| {
        Bar::new(
            *item,
            format!("{} ({})", format(*usd, Unit::Usd), format(usd / total, Unit::Share)),
            [0.0, *usd],
            tone,
        )
    };
    let rows: Vec<Bar> = paid.iter().map(row).collect();
    (!rows.is_empty()).then(|| Chart {
        title: title.to_owned(),
        caption: caption.to_owned(),
        plot: Plot::Bars(Bars::new(Unit::Usd, rows)),
        table: table!(paid.iter(), |line: &(&'static str, f64)| {
            "item", "Item", WORDS => line.0;
            "usd", "Cost", Unit::Usd => line.1;
            "share", "Share", Unit::Share => line.1 / total;
        }),
    })
}

/// What a day of inference is spent on.
pub fn day(case: &Case) -> Option<Chart> {
    let spent = case.outcome.serving.as_ref().ok().and_then(ServingOutcome::lines)?;
    let people = case.outcome.serving.as_ref().ok().map_or(0.0, |serving| serving.people_usd_per_day);
    let caption = if people > 0.0 {
        format!("People who keep it running cost {} a day beside it.", format(people, Unit::Usd))
    } else {
        "All that a day is paid for.".to_owned()
    };
    lines("A day of inference", &caption, Tone::Inference, &spent)
}

/// What training is spent on.
pub fn training(case: &Case) -> Option<Chart> {
    let bill = case.outcome.training.bill?;
    let caption = "The whole program: final run, experiments, failed runs, data and people.";
    lines("Training, once", caption, Tone::Training, &bill.breakdown.lines())
}
