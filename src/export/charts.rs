//! The charts of a scenario, each from the analysis that the screen shows.

use crate::analysis::answer::{Answer, Better};
use crate::analysis::attribution::{Share, attribute};
use crate::analysis::case::Case;
use crate::analysis::changes::Change;
use crate::analysis::frontier::{Frontier, Point, frontier};
use crate::analysis::growth::{Month, band, growth, spent_by};
use crate::analysis::hardware::{HardwareRow, hardware};
use crate::analysis::range::Figures;
use crate::analysis::sensitivity::{Sensitivity, extent, sensitivities};
use crate::engine::outcome::ServingOutcome;
use crate::export::chart::{Bar, Bars, Chart, Curve, Curves, Plot, Stroke, extent as extent_of};
use crate::export::tone::Tone;
use crate::report::table::{Column, Table, WORDS, table};
use crate::report::tables;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};
use crate::widgets::axes::{Axis, Spacing};

/// Parameters and accelerators that are drawn.
const ROWS: usize = 10;
/// Less than this share of an answer is no effect.
const NO_EFFECT: f64 = 1e-6;
/// Months of which a table has a row.
const EVERY: usize = 6;

/// What caused the change of an answer; `None` where it does not exist for both, or nothing moved it.
pub fn causes(before: &Case, now: &Case, answer: Answer) -> Option<Chart> {
    let attribution = attribute(before, now, answer)?;
    let (unit, ends) = (answer.unit(), [attribution.before, attribution.after]);
    let moved = |share: &&Share| share.amount.abs() > NO_EFFECT * ends[0].abs().max(ends[1].abs());
    let shares: Vec<&Share> = attribution.shares.iter().filter(moved).collect();
    if shares.is_empty() {
        return None;
    }
    let mut running = ends[0];
    let mut rows = vec![total("before", ends[0], unit)];
    for share in &shares {
        let reach = [running, running + share.amount];
        running += share.amount;
        rows.push(Bar {
            label: cause(share, before, now),
            words: signed(share.amount, unit),
            parts: vec![(reach, tone(share.amount, answer))],
            range: None,
            strong: false,
        });
    }
    rows.push(total("now", ends[1], unit));
    let [from, to] = ends.map(|end| format(end, unit));
    let causes = table!(shares.iter(), |share: &&Share| {
        "cause", "Cause", WORDS => cause(share, before, now);
        "amount", "Share of the change", WORDS => signed(share.amount, unit);
    });
    Some(Chart {
        title: format!("What moved the {}", answer.label()),
        caption: format!(
            "{from} before, {to} now. The shares do not depend on the order of the changes and add up."
        ),
        plot: Plot::Bars(Bars::new(unit, rows)),
        table: right(causes),
    })
}

fn total(label: &str, figure: f64, unit: Unit) -> Bar {
    Bar {
        label: label.to_owned(),
        words: format(figure, unit),
        parts: vec![([0.0, figure], Tone::Dim)],
        range: None,
        strong: true,
    }
}

/// What was changed from what to what.
fn cause(share: &Share, before: &Case, now: &Case) -> String {
    let words: Vec<String> = share.changes.iter().map(|change| changed(change, before, now)).collect();
    match words.as_slice() {
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => String::new(),
    }
}

/// A parameter from what to what.
pub fn changed(change: &Change, before: &Case, now: &Case) -> String {
    let [from, to] = values(change, before, now);
    format!("{} {from} → {to}", change.param.label)
}

/// The values of a changed parameter, those in effect where none is stated.
pub fn values(change: &Change, before: &Case, now: &Case) -> [String; 2] {
    [(change.from, before), (change.to, now)].map(|(stated, case)| {
        let value = match stated {
            Value::Auto => change.param.effective(&case.scenario, case.catalog()),
            stated => stated,
        };
        match value {
            Value::Auto => change.param.unset_words(&case.outcome, case.catalog()),
            value => change.param.display(value, case.catalog()),
        }
    })
}

fn signed(amount: f64, unit: Unit) -> String {
    format!("{}{}", if amount > 0.0 { "+" } else { "" }, format(amount, unit))
}

/// Whether more of an answer is better or worse.
pub fn tone(amount: f64, answer: Answer) -> Tone {
    match (answer.better(), amount > 0.0) {
        (Better::Neither, _) => Tone::Accent,
        (Better::Lower, false) | (Better::Higher, true) => Tone::Better,
        (Better::Lower, true) | (Better::Higher, false) => Tone::Worse,
    }
}

fn right(mut table: Table) -> Table {
    table.columns = table
        .columns
        .into_iter()
        .enumerate()
        .map(|(index, column)| match index {
            0 => column,
            _ => Column::right(column),
        })
        .collect();
    table
}

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
    let [_, most] = extent_of(curves.iter().flat_map(|curve| &curve.points).map(|[_, y]| *y), [0.0; 2]);
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
    paid.sort_by(|a, b| b.1.total_cmp(&a.1));
    let row = |(item, usd): &(&'static str, f64)| Bar {
        label: (*item).to_owned(),
        words: format!("{} ({})", format(*usd, Unit::Usd), format(usd / total, Unit::Share)),
        parts: vec![([0.0, *usd], tone)],
        range: None,
        strong: false,
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
    let bill = case.outcome.training.bill.filter(|_| case.outcome.training.run.fits)?;
    let caption = "The whole program: final run, experiments, failed runs, data and people.";
    lines("Training, once", caption, Tone::Training, &bill.breakdown.lines())
}

/// Which parameters move an answer most.
pub fn sensitivity(case: &Case, answer: Answer) -> Option<Chart> {
    let present = answer.of(&case.outcome)?;
    let unit = answer.unit();
    let mut rows = sensitivities(case, answer);
    rows.truncate(ROWS);
    let bar = |row: &Sensitivity| {
        let [(low, from), (high, to)] = row.range.ascending(present);
        let [from, to] = [from, to].map(|value| row.param.display(value, case.catalog()));
        let less = if answer.better() == Better::Higher { Tone::Worse } else { Tone::Better };
        let more = if answer.better() == Better::Higher { Tone::Better } else { Tone::Worse };
        Bar {
            label: format!("{} {from} … {to}", row.param.label),
            words: format!("{} to {}", format(low, unit), format(high, unit)),
            parts: vec![([low.min(present), present], less), ([present, high.max(present)], more)],
            range: None,
            strong: false,
        }
    };
    let bars: Vec<Bar> = rows.iter().map(bar).collect();
    let [low, high] = extent(&rows, present);
    let room = (high - low) * 0.03;
    let axis = Axis { low: (low - room).max(0.0), high: high + room, spacing: Spacing::Even, unit };
    (!bars.is_empty()).then(|| Chart {
        title: format!("What moves the {} most", answer.label()),
        caption: format!(
            "Each alone, over what it may well be; of choices, the best and the worst. The line is at {}, where it is now.",
            format(present, unit)
        ),
        plot: Plot::Bars(Bars { axis, rows: bars, line: Some(present) }),
        table: tables::sensitivity(case.catalog(), answer, &rows),
    })
}

/// Cost against speed.
pub fn speed(case: &Case) -> Option<Chart> {
    let found = frontier(case);
    let at = |point: &Point| [point.tpot_ms, point.usd_per_million_output_tokens];
    let all = || found.points.iter().chain(&found.best_of_all).chain(&found.present).map(at);
    let curve = |name: &str, tone, stroke, points: &mut dyn Iterator<Item = &Point>| Curve {
        name: name.to_owned(),
        tone,
        stroke,
        points: points.map(at).collect(),
    };
    let missed = |point: &&Point| !point.meets_target;
    let curves = vec![
        curve(
            "possible",
            Tone::Dim,
            Stroke::Dots,
            &mut found.points.iter().filter(|point| point.meets_target),
        ),
        curve("misses the target", Tone::Worse, Stroke::Dots, &mut found.points.iter().filter(missed)),
        curve("best of this GPU", Tone::Inference, Stroke::Line, &mut found.efficient()),
        curve("best of all GPUs", Tone::Training, Stroke::Dashes, &mut found.best_of_all.iter()),
        curve("now", Tone::Accent, Stroke::Knob, &mut found.present.iter()),
    ];
    let axis = |index: usize, unit| {
        let [low, high] = extent_of(all().map(|at| at[index]), [f64::MAX, f64::MIN]);
        Axis { low: low * 0.85, high: high * 1.15, spacing: Spacing::Decades, unit }
    };
    let (x, y) = (axis(0, Unit::Milliseconds), axis(1, Unit::Usd));
    (found.present.is_some() && x.low > 0.0 && y.low > 0.0).then(|| Chart {
        title: "Cost against speed".to_owned(),
        caption: words(&found),
        plot: Plot::Curves(Curves {
            x,
            y,
            names: [
                "time per output token".to_owned(),
                "cost per 1M output tokens, all slots busy".to_owned(),
            ],
            all: curves,
        }),
        table: tables::frontier(
            case.catalog(),
            &Frontier {
                points: found.efficient().copied().collect(),
                best_of_all: Vec::new(),
                ..found.clone()
            },
        ),
    })
}

fn words(found: &Frontier) -> String {
    let point = |point: &Point| {
        format!(
            "{} a million at {} a token",
            format(point.usd_per_million_output_tokens, Unit::Usd),
            format(point.tpot_ms, Unit::Milliseconds)
        )
    };
    let now = found.present.as_ref().map(point).unwrap_or_default();
    let cheapest = found.efficient().filter(|point| point.meets_target).last().map(point);
    let cheapest = cheapest.map_or(String::new(), |words| format!(" The cheapest on target: {words}."));
    format!("Lower and further left is better. Now: {now}.{cheapest}")
}

/// A day on every accelerator.
pub fn accelerators(case: &Case) -> Option<Chart> {
    let rows = hardware(case);
    let daily = |row: &HardwareRow| row.serving.as_ref().ok().and_then(|on| on.daily_usd);
    let priced = rows.iter().filter(|row| daily(row).is_some());
    let shown: Vec<HardwareRow> =
        priced.clone().take(ROWS).chain(priced.skip(ROWS).filter(|row| row.serves_now)).copied().collect();
    let bar = |row: &HardwareRow| {
        let (usd, on) = (daily(row)?, row.serving.as_ref().ok()?);
        let marks = [(!on.meets_target).then_some("misses the target"), row.mark()];
        let marks: Vec<&str> = marks.into_iter().flatten().collect();
        let marks = if marks.is_empty() { String::new() } else { format!(", {}", marks.join(", ")) };
        let tone = match () {
            () if row.serves_now => Tone::Accent,
            () if on.meets_target && row.is_firm() => Tone::Inference,
            () => Tone::Dim,
        };
        let now = if row.serves_now { " (now)" } else { "" };
        Some(Bar {
            label: format!("{}{now}", case.catalog().gpu(row.gpu).short_name()),
            words: format!("{}{marks}", format(usd, Unit::Usd)),
            parts: vec![([0.0, usd], tone)],
            range: None,
            strong: row.serves_now,
        })
    };
    let bars: Vec<Bar> = shown.iter().filter_map(bar).collect();
    (bars.len() > 1).then(|| Chart {
        title: "The same day on other accelerators".to_owned(),
        caption: format!(
            "Cost of a day at prices of one basis, {}: those that keep the target at a firm price first.",
            case.scenario.prices.basis.id()
        ),
        plot: Plot::Bars(Bars::new(Unit::Usd, bars)),
        table: tables::hardware(case.catalog(), &shown),
    })
}
