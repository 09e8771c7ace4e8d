//! `AIPerf`, and `GenAI-Perf` before it. Tokens as the server counted them come before those that it counts itself.

use crate::engine::arrivals::Arrivals;
use crate::import::benchmarks::Run;
use crate::import::benchmarks::record::{self, Record};
use crate::text::diagnostic::Diagnostic;

/// The run of a profile in JSON.
pub(super) fn of_json(record: &Record<'_>) -> Result<Run, Diagnostic> {
    let rate =
        record.number("input_config.phases.0.rate")?.or(record.number("input_config.loadgen.request_rate")?);
    let limit = record
        .number("input_config.phases.0.concurrency")?
        .or(record.number("input_config.loadgen.concurrency")?);
    let in_flight = match limit {
        Some(limit) => Some(limit),
        None => record.number("effective_concurrency.avg")?,
    };
    run(record, rate.is_some(), in_flight, |name| format!("{name}.avg"), |name| format!("{name}.std"))
}

/// The run of a profile as a table: a metric a row, its mean first; below it, a table of totals.
pub(super) fn of_csv(name: &str, text: &str) -> Result<Run, Diagnostic> {
    const METRICS: [(&str, &str); 8] = [
        ("Usage Prompt Tokens (tokens)", "usage_prompt_tokens"),
        ("Usage Completion Tokens (tokens)", "usage_completion_tokens"),
        ("Input Sequence Length (tokens)", "input_sequence_length"),
        ("Output Sequence Length (tokens)", "output_sequence_length"),
        ("Time to First Token (ms)", "time_to_first_token"),
        ("Inter Token Latency (ms)", "inter_token_latency"),
        ("Output Token Throughput (tokens/sec)", "output_token_throughput"),
        ("Effective Concurrency", "effective_concurrency"),
    ];
    let rows = record::rows(name, text)?;
    // Turned around: a column a metric, and one for its deviation.
    let deviation = rows.headings.iter().position(|heading| heading == "std");
    let (mut headings, mut cells) = (Vec::new(), Vec::new());
    for (heading, metric) in METRICS {
        let row = rows.cells.iter().find(|row| row.first().is_some_and(|cell| cell == heading));
        let Some(row) = row.filter(|row| row.len() > 1) else { continue };
        headings.extend([metric.to_owned(), format!("{metric} std")]);
        let deviation = deviation.and_then(|column| row.get(column));
        cells.extend([row[1].clone(), deviation.cloned().unwrap_or_default()]);
    }
    let turned = rows.turned(headings, cells);
    let Some(record) = turned.records(0).next() else {
        return Err(Diagnostic::at(name, text, 0..1, "there is no metric in this table", None));
    };
    // How many were in flight on average, of whole requests.
    let in_flight = record.number("effective_concurrency")?.map(|mean| mean.round().max(1.0));
    run(&record, false, in_flight, str::to_owned, |name| format!("{name} std"))
}

fn run(
    record: &Record<'_>,
    is_open: bool,
    in_flight: Option<f64>,
    named: impl Fn(&str) -> String,
    deviations: impl Fn(&str) -> String,
) -> Result<Run, Diagnostic> {
    let first = |names: [&str; 2]| {
        let name = names.into_iter().map(&named).find(|name| record.has(name));
        record.needed(&name.unwrap_or_else(|| named(names[1])))
    };
    let Some(in_flight) = in_flight.filter(|count| *count > 0.0) else {
        return Err(record.error("", "how many requests were in flight is missing".to_owned(), None));
    };
    let number = |name: &str| Ok(record.number(&named(name))?.filter(|number| *number > 0.0));
    let spread = |names: [&str; 2]| -> Result<Option<f64>, Diagnostic> {
        let name = names.into_iter().find(|name| record.has(&named(name))).unwrap_or(names[1]);
        let deviation = record.number(&deviations(name))?;
        Ok(deviation.zip(record.number(&named(name))?).map(|(deviation, mean)| deviation / mean))
    };
    // Times are counted by its own tokens, of which the server may have made fewer.
    let output_tokens = first(["usage_completion_tokens", "output_sequence_length"])?;
    let more = number("output_sequence_length")?.map_or(1.0, |own| own / output_tokens);
    Ok(Run {
        place: record.place.clone(),
        arrivals: if is_open { Arrivals::Poisson } else { Arrivals::Closed },
        in_flight,
        prompt_tokens: first(["usage_prompt_tokens", "input_sequence_length"])?,
        output_tokens,
        spreads: [
            spread(["usage_prompt_tokens", "input_sequence_length"])?,
            spread(["usage_completion_tokens", "output_sequence_length"])?,
        ],
        ttft_ms: number("time_to_first_token")?,
        tpot_ms: number("inter_token_latency")?.map(|ms| ms * more),
        tokens_per_s: number("output_token_throughput")?.map(|rate| rate / more),
        answered_share: 1.0,
        unusable: None,
    })
}
