//! `GuideLLM`, in the schemas of its versions 0.3 to 0.8. What was not finished is left aside.

use serde_json::Value;

use crate::engine::arrivals::Arrivals;
use crate::import::benchmarks::Run;
use crate::import::benchmarks::record::{Record, Rows};
use crate::text::diagnostic::Diagnostic;

/// The runs of a report.
pub(super) fn of_json(name: &str, text: &str, benchmarks: &[Value]) -> Result<Vec<Run>, Diagnostic> {
    let metric = |what: &str| format!("metrics.{what}.successful.mean");
    benchmarks
        .iter()
        .enumerate()
        .map(|(index, benchmark)| {
            let record = Record::of_part(&format!("{name}, run {}", index + 1), text, benchmark);
            let strategy =
                ["config.strategy.type_", "args.strategy.type_"].into_iter().find_map(|key| record.word(key));
            run(
                &record,
                strategy.as_deref(),
                [
                    &metric("request_concurrency"),
                    &metric("prompt_token_count"),
                    &metric("output_token_count"),
                    &metric("time_to_first_token_ms"),
                    &metric("inter_token_latency_ms"),
                    &metric("output_tokens_per_second"),
                ],
            )
        })
        .collect()
}

/// The runs of a table: one row of headings in version 0.3, three from 0.5 on.
pub(super) fn of_csv(rows: &Rows<'_>) -> Result<Vec<Run>, Diagnostic> {
    if rows.headings.first().is_some_and(|heading| heading == "Type") {
        let metric = |what: &str| format!("Successful {what} mean");
        let names = [
            metric("Request concurrency"),
            metric("Prompt token count"),
            metric("Output token count"),
            metric("Time to first token ms"),
            metric("Inter token latency ms"),
            metric("Output tokens per second"),
        ];
        return rows
            .records(1)
            .map(|record| run(&record, record.word("Name").as_deref(), names.each_ref().map(String::as_str)))
            .collect();
    }
    // The headings of a column, one above the other.
    let stacked = (0..rows.headings.len())
        .map(|column| {
            let of =
                |row: usize| rows.cells.get(row).and_then(|row| row.get(column)).map_or("", String::as_str);
            format!("{}/{}/{}", of(0), of(1), of(2))
        })
        .collect();
    let rows = rows.with_headings(stacked);
    let names = [
        "Server Throughput/Successful Concurrency/Mean",
        "Token Metrics/Successful Input Tokens/Mean",
        "Token Metrics/Successful Output Tokens/Mean",
        "Time to First Token/Successful ms/Mean",
        "Inter Token Latency/Successful ms/Mean",
        "Token Throughput/Successful Output Tokens/Sec/Mean",
    ];
    rows.records(3).map(|record| run(&record, record.word("Benchmark/Strategy/").as_deref(), names)).collect()
}

fn run(record: &Record<'_>, strategy: Option<&str>, names: [&str; 6]) -> Result<Run, Diagnostic> {
    let [concurrency, prompt, output, ttft, tpot, rate] = names;
    let in_flight = record.needed(concurrency)?;
    // Where the mean stands, its deviation stands under another word.
    let spread = |name: &str| -> Result<Option<f64>, Diagnostic> {
        let deviation = match name.strip_suffix("mean") {
            Some(start) if name.contains('.') => format!("{start}std_dev"),
            Some(start) => format!("{start}std dev"),
            None => format!("{}Std Dev", name.trim_end_matches("Mean")),
        };
        Ok(record.number(&deviation)?.zip(record.number(name)?).map(|(deviation, mean)| deviation / mean))
    };
    // Behind an @ stands how many, or how fast.
    let strategy = strategy.and_then(|word| word.split('@').next()).unwrap_or_default();
    let (arrivals, unusable) = match strategy {
        "synchronous" | "concurrent" => (Arrivals::Closed, None),
        "constant" | "poisson" | "async" => (Arrivals::Poisson, None),
        "throughput" => (Arrivals::Closed, Some("sent as fast as could be: most of it waited")),
        _ => (Arrivals::Poisson, Some("how requests came is not known")),
    };
    let tokens_per_s = match arrivals {
        // Its own mean is over moments.
        Arrivals::Closed => None,
        Arrivals::Poisson | Arrivals::Burst => record.number(rate)?,
    };
    Ok(Run {
        place: record.place.clone(),
        arrivals,
        // What was kept in flight is a whole number; the mean of it counts the ends of the run.
        in_flight: if arrivals == Arrivals::Closed { in_flight.round().max(1.0) } else { in_flight },
        prompt_tokens: record.needed(prompt)?,
        output_tokens: record.needed(output)?,
        spreads: [spread(prompt)?, spread(output)?],
        // Requests that come like clockwork wait less than such that come at random.
        ttft_ms: record.number(ttft)?.filter(|ms| *ms > 0.0 && strategy != "constant"),
        tpot_ms: record.number(tpot)?.filter(|ms| *ms > 0.0),
        tokens_per_s,
        answered_share: 1.0,
        unusable,
    })
}
