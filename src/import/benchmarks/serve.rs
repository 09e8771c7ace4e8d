//! `vllm bench serve --save-result` and `sglang.bench_serving`, which share their words.

use crate::engine::arrivals::Arrivals;
use crate::import::benchmarks::Run;
use crate::import::benchmarks::record::Record;
use crate::text::diagnostic::Diagnostic;

/// The run of one result.
pub(super) fn read(record: &Record<'_>) -> Result<Run, Diagnostic> {
    let completed = record.needed("completed")?;
    let duration = record.needed("duration")?;
    // "inf" in vLLM, a bare Infinity in SGLang, which is read as an empty word.
    let rate = match record.word("request_rate").as_deref() {
        None | Some("inf" | "") => None,
        Some(_) => Some(record.needed("request_rate")?),
    };
    let limit = record.number("max_concurrency")?.filter(|limit| *limit > 0.0);
    let answered = completed / duration;
    let mean_request_s =
        record.number("mean_e2el_ms")?.or(record.number("mean_e2e_latency_ms")?).map(|ms| ms / 1e3);
    let (arrivals, in_flight) = match (rate, limit) {
        (None, Some(limit)) => (Arrivals::Closed, limit.min(completed)),
        (None, None) => (Arrivals::Burst, completed),
        // Little's law: what came in a second, times how long each stayed.
        (Some(_), _) => {
            let tpot = record.number("mean_tpot_ms")?.unwrap_or(0.0) / 1e3;
            let output = record.needed("total_output_tokens")? / completed;
            let stayed = record.needed("mean_ttft_ms")? / 1e3 + tpot * (output - 1.0).max(0.0);
            (Arrivals::Poisson, answered * mean_request_s.unwrap_or(stayed))
        }
    };
    Ok(Run {
        place: record.place.clone(),
        arrivals,
        in_flight,
        prompt_tokens: record.needed("total_input_tokens")? / completed,
        output_tokens: record.needed("total_output_tokens")? / completed,
        spreads: [record.spread_of("input_lens"), record.spread_of("output_lens")],
        ttft_ms: Some(record.needed("mean_ttft_ms")?),
        tpot_ms: record.number("mean_tpot_ms")?.filter(|ms| *ms > 0.0),
        tokens_per_s: record.number("output_throughput")?.filter(|rate| *rate > 0.0),
        answered_share: rate.map_or(1.0, |rate| (answered / rate).min(1.0)),
        unusable: record
            .number("spec_decode_acceptance_rate")?
            .map(|_| "tokens were guessed (speculative decoding)"),
    })
}
