//! What one could do otherwise.

use crate::analysis::answer::{Answer, Better};
use crate::analysis::api_costs::{ApiCost, api_costs};
use crate::analysis::case::Case;
use crate::analysis::changes::Change;
use crate::analysis::frontier::{Frontier, Point, frontier};
use crate::analysis::hardware::{HardwareRow, hardware};
use crate::analysis::levers::{Lever, levers as find_levers};
use crate::analysis::sensitivity::{Sensitivity, extent, sensitivities};
use crate::export::chart::{Bar, Bars, Chart, Curve, Curves, Plot, Stroke, extent as extent_of};
use crate::export::tone::Tone;
use crate::rank;
use crate::report::table::{Cell, Table, WORDS, table};
use crate::text::capital;
use crate::text::quantity::{Unit, format};
use crate::widgets::axes::{Axis, Spacing};

/// Parameters, accelerators and APIs that are drawn; tables have all of them.
const ROWS: usize = 10;
/// Which parameters move an answer most.
pub fn sensitivity(case: &Case, answer: Answer) -> Option<Chart> {
    let present = answer.of(&case.outcome)?;
    let unit = answer.unit();
    let rows = sensitivities(case, answer);
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
    let drawn = &rows[..rows.len().min(ROWS)];
    let bars: Vec<Bar> = drawn.iter().map(bar).collect();
    let [low, high] = extent(drawn, present);
    let room = (high - low) * 0.03;
    let axis = Axis { low: (low - room).max(0.0), high: high + room, spacing: Spacing::Even, unit };
    (!bars.is_empty()).then(|| Chart {
        title: format!("What moves the {} most", answer.label()),
        caption: format!(
            "{}Each is moved alone, over its plausible range; of choices, the best and the worst. The line is at {}, where it is now.",
            first_of(drawn.len(), rows.len(), "parameters"),
            format(present, unit)
        ),
        plot: Plot::Bars(Bars { axis, rows: bars, line: Some(present) }),
        table: filled(table!(rows.iter(), |row: &Sensitivity| {
            "parameter", "Parameter", WORDS => row.param.label;
            "low", "Low", WORDS => row.param.display(row.range.low, case.catalog());
            "high", "High", WORDS => row.param.display(row.range.high, case.catalog());
            "at_low", capital(&format!("{} at low", answer.label())), unit => row.range.at_low;
            "at_high", capital(&format!("{} at high", answer.label())), unit => row.range.at_high;
            "at_minus_10_percent", "With 10% less", unit => row.small.and_then(|small| small.at_low);
            "at_plus_10_percent", "With 10% more", unit => row.small.and_then(|small| small.at_high);
        })),
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
            names: ["time per output token".to_owned(), "cost per 1M output tokens, always busy".to_owned()],
            all: curves,
        }),
        table: table!(found.efficient(), |point: &Point| {
            "gpu", "GPU", WORDS => case.catalog().gpu(point.gpu).short_name().to_owned();
            "weights", "Weights", WORDS => point.weight_precision.id();
            "tensor_parallel", "GPUs per replica", Unit::Count => f64::from(point.tensor_parallel);
            "batch_size", "Batch", Unit::Count => point.batch;
            "tpot_ms", "Per output token", Unit::Milliseconds => point.tpot_ms;
            "ttft_ms", "First token", Unit::Milliseconds => point.ttft_ms;
            "usd", "Per 1M output tokens, always busy", Unit::Usd => point.usd_per_million_output_tokens;
            "meets_target", "Meets target", WORDS => point.meets_target;
        }),
    })
}

fn in_words(found: &Frontier) -> String {
    let point = |point: &Point| {
        format!(
            "{} per 1M output tokens at {} each",
            format(point.usd_per_million_output_tokens, Unit::Usd),
            format(point.tpot_ms, Unit::Milliseconds)
        )
    };
    let now = found.present.as_ref().map(point).unwrap_or_default();
    let cheapest = found.efficient().filter(|point| point.meets_target).last().map(point);
    let cheapest =
        cheapest.map_or(String::new(), |words| format!(" The cheapest that meets the target: {words}."));
    format!(
        "Lower and further left is better. Now: {now}.{cheapest} These prices are of output tokens on GPUs that are always busy, unlike those of a million tokens of all traffic."
    )
}

/// A day on every accelerator.
pub fn accelerators(case: &Case) -> Option<Chart> {
    let rows = hardware(case);
    let daily = |row: &HardwareRow| row.serving.as_ref().ok().and_then(|on| on.daily_usd);
    let priced = rows.iter().filter(|row| daily(row).is_some());
    let all: Vec<HardwareRow> = priced.copied().collect();
    let rest = all.iter().skip(ROWS).filter(|row| row.serves_now);
    let shown: Vec<HardwareRow> = all.iter().take(ROWS).chain(rest).copied().collect();
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
            "{}Cost of a day at {} prices. Those that meet the target at a price from several listings come first.",
            first_of(shown.len(), all.len(), "accelerators"),
            case.scenario.prices.basis.id()
        ),
        plot: Plot::Bars(Bars::new(Unit::Usd, bars)),
        table: accelerators_table(case, &all),
    })
}

/// What each lever would save of a day.
pub fn levers(case: &Case) -> Option<Chart> {
    let saved = |lever: &Lever| lever.effect.saves_daily_usd.filter(|usd| *usd > 0.0);
    let mut rows = find_levers(case);
    rows.retain(|lever| saved(lever).is_some());
    rank::falling(&mut rows, |lever| saved(lever).unwrap_or_default());
    let bar = |lever: &Lever| {
        let usd = saved(lever)?;
        Some(Bar::new(lever.label, format(usd, Unit::Usd), [0.0, usd], Tone::Better))
    };
    let bars: Vec<Bar> = rows.iter().filter_map(bar).collect();
    (!bars.is_empty()).then(|| Chart {
        title: "What each lever would save per day".to_owned(),
        caption: "Each alone, from here: together they save less than their sum.".to_owned(),
        plot: Plot::Bars(Bars::new(Unit::Usd, bars)),
        table: filled(table!(rows.iter(), |lever: &Lever| {
            "lever", "Lever", WORDS => lever.label;
            "sets", "Sets", WORDS => sets(lever, case);
            "saves_daily_usd", "Saves per day", Unit::Usd => saved(lever);
            "saves_training_usd", "Saves on training", Unit::Usd => lever.effect.saves_training_usd;
            "latency_change_ms", "Change in first token", Unit::Milliseconds => lever.effect.latency_change_ms;
            "paid_with", "At the cost of", WORDS => lever.paid_with;
            "price_mark", "Price of that", WORDS => lever.mark;
            "assumes", "Assumption", WORDS => lever.assumes.clone();
        })),
    })
}

/// A day through hosted APIs, beside one's own.
pub fn apis(case: &Case) -> Option<Chart> {
    let serving = case.outcome.serving.as_ref().ok()?;
    let rows = api_costs(case);
    let drawn = rows.len().min(ROWS);
    let (gpus, people) = (serving.daily_usd()?, serving.people_usd_per_day);
    let own = gpus + people;
    let words = format!("{}, with people", format(own, Unit::Usd));
    let hosted = Bar::new("self-hosted", words, [0.0, own], Tone::Accent).strong();
    let bought = rows.iter().take(drawn).map(|cost| {
        let words = format!("{}, {}", format(cost.daily_usd, Unit::Usd), cost.class.words());
        Bar::new(&cost.price.name, words, [0.0, cost.daily_usd], Tone::Inference)
    });
    let bars: Vec<Bar> = std::iter::once(hosted).chain(bought).collect();
    (!rows.is_empty()).then(|| Chart {
        title: "The same traffic through an API, a day".to_owned(),
        caption: format!(
            "{}Self-hosting costs {}: {} for GPUs and {} for the people who keep them running. What the response cache answers costs nothing on either side.",
            first_of(drawn, rows.len(), "hosted models"),
            format(own, Unit::Usd),
            format(gpus, Unit::Usd),
            format(people, Unit::Usd)
        ),
        plot: Plot::Bars(Bars::new(Unit::Usd, bars)),
        table: apis_table(&rows, own),
    })
}

/// Self-hosting, people included, and every hosted model.
fn apis_table(rows: &[ApiCost], own_usd: f64) -> Table {
    let own = std::iter::once(None);
    filled(table!(own.chain(rows.iter().map(Some)), |row: Option<&ApiCost>| {
        "model", "Model", WORDS => row.map_or("self-hosted, with people", |cost| &cost.price.name);
        "provider", "Provider", WORDS => row.map(|cost| cost.price.provider.clone());
        "class", "Against ours", WORDS => row.map(|cost| cost.class.words());
        "daily_usd", "Cost per day", Unit::Usd => row.map_or(own_usd, |cost| cost.daily_usd);
        "per_request", "Per request reaching it", Unit::Usd => row.map(|cost| cost.usd_per_request);
        "saves", "Self-hosting saves per day", Unit::Usd => row.and_then(|cost| cost.self_hosting_saves_daily_usd);
        "break_even", "Break-even, requests per day", WORDS => row.map(|cost| {
            cost.break_even_requests.map_or("never".to_owned(), |requests| format(requests, Unit::Count))
        });
        "as_of", "Price as of", WORDS => row.map(|cost| cost.price.as_of.clone());
        "source", "Source", WORDS => row.map(|cost| cost.price.source.clone());
    }))
}

fn accelerators_table(case: &Case, rows: &[HardwareRow]) -> Table {
    let serving = |row: &HardwareRow| row.serving.as_ref().ok().copied();
    filled(table!(rows.iter(), |row: &HardwareRow| {
        "gpu", "GPU", WORDS => case.catalog().gpu(row.gpu).short_name().to_owned();
        "gpus_per_replica", "GPUs per replica", Unit::Count => serving(row).map(|on| on.gpus_per_replica);
        "gpus_peak", "GPUs at peak", Unit::Count => serving(row).map(|on| on.gpus_peak);
        "daily_usd", "Cost per day", Unit::Usd => serving(row).and_then(|on| on.daily_usd);
        "usd_per_million_tokens", "Per 1M tokens", Unit::Usd => serving(row).and_then(|on| on.usd_per_million_tokens);
        "ttft_ms", "First token", Unit::Milliseconds => serving(row).map(|on| on.ttft_ms);
        "tpot_ms", "Per output token", Unit::Milliseconds => serving(row).map(|on| on.tpot_ms);
        "meets_target", "Meets target", WORDS => serving(row).map(|on| on.meets_target);
        "usd_per_gpu_hour", "Price per GPU-hour", Unit::UsdPerHour => row.price.map(|price| price.usd_per_hour);
        "providers", "Listings", Unit::Count => row.price.map(|price| price.providers as f64);
        "price_mark", "That price is", WORDS => row.mark();
    }))
}

/// What a lever sets, by the names that sliders have.
fn sets(lever: &Lever, case: &Case) -> String {
    let words = |change: &Change| {
        format!("{} {}", change.param.label, change.param.display(change.to, case.catalog()))
    };
    lever.changes.iter().map(words).collect::<Vec<_>>().join(", ")
}

/// How many of them are drawn, where those are not all.
fn first_of(drawn: usize, all: usize, what: &str) -> String {
    if drawn < all { format!("{drawn} of {all} {what}; the table has all of them. ") } else { String::new() }
}

/// A table without the columns that say nothing: where nothing is known, or every figure is zero.
fn filled(table: Table) -> Table {
    fn of_kept<T>(row: Vec<T>, kept: &[bool]) -> Vec<T> {
        row.into_iter().zip(kept).filter_map(|(cell, kept)| kept.then_some(cell)).collect()
    }
    let says = |cell: &Cell| !matches!(cell, Cell::Missing | Cell::Number(0.0));
    let kept: Vec<bool> =
        (0..table.columns.len()).map(|index| table.rows.iter().any(|row| says(&row[index]))).collect();
    Table {
        columns: of_kept(table.columns, &kept),
        rows: table.rows.into_iter().map(|row| of_kept(row, &kept)).collect(),
    }
}
