//! What one could do otherwise.

use crate::analysis::answer::{Answer, Better};
use crate::analysis::api_costs::api_costs;
use crate::analysis::case::Case;
use crate::analysis::frontier::{Frontier, Point, frontier};
use crate::analysis::hardware::{HardwareRow, hardware};
use crate::analysis::levers::{Lever, levers as find_levers};
use crate::analysis::sensitivity::{Sensitivity, extent, sensitivities};
use crate::export::chart::{Bar, Bars, Chart, Curve, Curves, Plot, Stroke, extent as extent_of};
use crate::export::tone::Tone;
use crate::report::tables;
use crate::text::quantity::{Unit, format};
use crate::widgets::axes::{Axis, Spacing};

/// Parameters, levers, accelerators and APIs that are drawn.
const ROWS: usize = 10;
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
        let parts = vec![([low.min(present), present], less), ([present, high.max(present)], more)];
        let label = format!("{} {from} … {to}", row.param.label);
        let words = format!("{} to {}", format(low, unit), format(high, unit));
        Bar { label, words, parts, strong: false }
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
        caption: in_words(&found),
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

fn in_words(found: &Frontier) -> String {
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
        let label = format!("{}{now}", case.catalog().gpu(row.gpu).short_name());
        let words = format!("{}{marks}", format(usd, Unit::Usd));
        Some(Bar { strong: row.serves_now, ..Bar::new(label, words, [0.0, usd], tone) })
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

/// What each lever would save of a day.
pub fn levers(case: &Case) -> Option<Chart> {
    let saved = |lever: &Lever| lever.effect.saves_daily_usd.filter(|usd| *usd > 0.0);
    let mut rows = find_levers(case);
    rows.retain(|lever| saved(lever).is_some());
    rows.sort_by(|a, b| saved(b).unwrap_or_default().total_cmp(&saved(a).unwrap_or_default()));
    rows.truncate(ROWS);
    let bar = |lever: &Lever| {
        let usd = saved(lever)?;
        Some(Bar::new(lever.label, format!("-{}", format(usd, Unit::Usd)), [0.0, usd], Tone::Better))
    };
    let bars: Vec<Bar> = rows.iter().filter_map(bar).collect();
    (!bars.is_empty()).then(|| Chart {
        title: "What each lever would save of a day".to_owned(),
        caption: "Each alone, from here; together they save less than their sum.".to_owned(),
        plot: Plot::Bars(Bars::new(Unit::Usd, bars)),
        table: tables::levers(case.catalog(), &rows),
    })
}

/// A day through hosted APIs, beside one's own.
pub fn apis(case: &Case) -> Option<Chart> {
    let serving = case.outcome.serving.as_ref().ok()?;
    let mut rows = api_costs(case);
    rows.truncate(ROWS);
    let own = serving.daily_usd()? + serving.people_usd_per_day;
    let words = format!("{}, with people", format(own, Unit::Usd));
    let hosted = Bar::new("self-hosted", words, [0.0, own], Tone::Accent).strong();
    let bought = rows.iter().map(|cost| {
        let words = format!("{}, {}", format(cost.daily_usd, Unit::Usd), cost.class.words());
        Bar::new(&cost.price.name, words, [0.0, cost.daily_usd], Tone::Inference)
    });
    let bars: Vec<Bar> = std::iter::once(hosted).chain(bought).collect();
    (!rows.is_empty()).then(|| Chart {
        title: "The same traffic through an API, a day".to_owned(),
        caption: "What the response cache answers costs nothing there either.".to_owned(),
        plot: Plot::Bars(Bars::new(Unit::Usd, bars)),
        table: tables::apis(&rows),
    })
}
