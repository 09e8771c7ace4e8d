//! llama-bench: one sequence at a time, its prompt or its output alone.

use crate::engine::arrivals::Arrivals;
use crate::import::benchmarks::Run;
use crate::import::benchmarks::record::Record;
use crate::text::diagnostic::Diagnostic;

/// The run of one test.
pub(super) fn read(record: &Record<'_>) -> Result<Run, Diagnostic> {
    let tokens_per_s = record.needed("avg_ts")?;
    let prompt = record.number("n_prompt")?.unwrap_or(0.0);
    let output = record.number("n_gen")?.unwrap_or(0.0);
    let depth = record.number("n_depth")?.unwrap_or(0.0);
    let is_mixed = prompt > 0.0 && output > 0.0;
    Ok(Run {
        place: record.place.clone(),
        arrivals: Arrivals::Closed,
        in_flight: 1.0,
        prompt_tokens: (prompt + depth).max(1.0),
        output_tokens: output.max(1.0),
        spreads: [Some(0.0); 2],
        ttft_ms: (prompt > 0.0).then(|| 1e3 * prompt / tokens_per_s),
        tpot_ms: (output > 0.0).then(|| 1e3 / tokens_per_s),
        tokens_per_s: None,
        answered_share: 1.0,
        unusable: is_mixed.then_some("prompt and output are timed together"),
    })
}
