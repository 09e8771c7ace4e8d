//! What a serving engine does now beside a scenario: a page, and the table of it.

use serde_json::{Map, Value as Json, json};

use crate::analysis::live::{Beside, Live, Spread};
use crate::catalog::Catalog;
use crate::report::page::{Block, Figure, Page, Section};
use crate::report::table::{Cell, Table, WORDS, table};
use crate::text::quantity::{Unit, count_of, format};

/// The figures, measured and modeled.
pub fn table(figures: &[Beside]) -> Table {
    let figure = |value: Option<f64>, unit: Unit| value.map(|value| Cell::Figure(value, unit));
    let mut table = table!(figures.iter(), |row: &Beside| {
        "figure", "Figure", WORDS, screen "Figure" 0 => row.label;
        "measured", "Measured", WORDS, screen "measured" 0 => figure(row.measured, row.unit);
        "modeled", "Modeled", WORDS, screen "modeled" 0 => figure(row.modeled, row.unit);
        "difference", "Difference", WORDS, screen "difference" 1 => difference(row);
        "cause", "Likely cause", WORDS, screen "likely cause" 2 => row.cause.clone();
    });
    table.columns = table
        .columns
        .into_iter()
        .map(|column| match &*column.key {
            "measured" | "modeled" | "difference" => column.right(),
            _ => column,
        })
        .collect();
    table
}

/// How far what was measured is from what is modeled.
fn difference(row: &Beside) -> Option<String> {
    let (measured, modeled) = row.measured.zip(row.modeled)?;
    if row.unit == Unit::Share {
        return Some(format!("{:+.1} points", (measured - modeled) * 100.0));
    }
    (modeled != 0.0).then(|| {
        let relative = measured / modeled - 1.0;
        if relative < 2.0 {
            format!("{:+.0}%", relative * 100.0)
        } else {
            format(measured / modeled, Unit::Ratio)
        }
    })
}

/// What was looked at, in a sentence.
pub fn heading(live: &Live) -> String {
    let measured = &live.measured;
    let over = match measured.seconds {
        Some(seconds) => format!("over {}", format(seconds, Unit::Seconds)),
        None if measured.is_between => "between two pages".to_owned(),
        None => "since it started".to_owned(),
    };
    let requests =
        measured.requests.map_or(String::new(), |requests| format!(", {}", count_of(requests, "request")));
    let price = live.usd_per_hour.map_or("without a price".to_owned(), |usd| {
        format!("{} at this scenario's price", format(usd, Unit::UsdPerHour))
    });
    format!(
        "{} {over}{requests}; {} of {} as this scenario lays them out, {price}",
        measured.engine,
        count_of(measured.replicas, "replica"),
        count_of(live.gpus / measured.replicas, "GPU"),
    )
}

/// The page of a look.
pub fn page(source: &str, scenario: &str, others: &[&str], live: &Live, catalog: &Catalog) -> Page {
    let table = table(&live.figures);
    let mut introduction = vec![format!("{}.", heading(live))];
    if !others.is_empty() {
        introduction.push(format!("There is also {}, which is not shown.", others.join(" and ")));
    }
    let measured = &live.measured;
    if measured.began_anew {
        let words = "Counters are lower than they were: the engine began anew in between, or the pages are in the wrong order.";
        let rates = if measured.seconds.is_none() { " No rates are taken from that." } else { "" };
        introduction.push(format!("{words}{rates}"));
    } else if measured.seconds.is_none() && measured.is_between {
        introduction
            .push("Rates need the time between the two pages: say it with --over SECONDS.".to_owned());
    } else if measured.seconds.is_none() {
        introduction.push("One look gives no rates: two give the time between them.".to_owned());
    }
    let states: Vec<Figure> = live
        .states
        .iter()
        .map(|(param, value)| Figure::new(param.path, param.display(*value, catalog)))
        .collect();
    let sections = vec![
        Section::new(format!("Beside the scenario \"{scenario}\""), Block::Table(table.clone())),
        Section::new("Alerts", Block::Items(live.alerts.clone())),
        Section::new("What it states of a scenario", Block::Figures(states)),
    ];
    Page {
        title: source.to_owned(),
        introduction,
        ..Page::new(sections, record(source, scenario, live, catalog), table)
    }
}

/// The same for programs.
pub fn record(source: &str, scenario: &str, live: &Live, catalog: &Catalog) -> Json {
    let measured = &live.measured;
    let spread = |times: Option<Spread>| {
        times.map(|times| json!({"mean": times.mean, "p50": times.p50, "p95": times.p95, "p99": times.p99}))
    };
    let figures: Map<String, Json> = live
        .figures
        .iter()
        .map(|row| {
            let cause = Some(&row.cause).filter(|cause| !cause.is_empty());
            (row.id.to_owned(), json!({"measured": row.measured, "modeled": row.modeled, "cause": cause}))
        })
        .collect();
    let states: Map<String, Json> = live
        .states
        .iter()
        .map(|(param, value)| (param.path.to_owned(), param.written(*value, catalog).into()))
        .collect();
    json!({
        "source": source,
        "scenario": scenario,
        "engine": measured.engine,
        "seconds": measured.seconds,
        "replicas": measured.replicas,
        "gpus": live.gpus,
        "usd_per_hour": live.usd_per_hour,
        "requests": measured.requests,
        "prompt_tokens": measured.prompt_tokens,
        "output_tokens": measured.output_tokens,
        "ttft_ms": spread(measured.ttft_ms),
        "tpot_ms": spread(measured.tpot_ms),
        "request_ms": spread(measured.request_ms),
        "figures": figures,
        "alerts": live.alerts,
        "states": states,
    })
}
