//! What common trainers call what they log.

use std::path::Path;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Step,
    Time,
    StepSeconds,
    StepMilliseconds,
    Rate,
    RatePerGpu,
    Tokens,
    Gpus,
    Mfu,
}

/// Names in small letters, by what they say: those of plain tables, Weights & Biases (which begin with `_`), `TensorBoard`,
/// torchtitan, Megatron, Composer, Lightning, nanotron and the trainer of transformers.
const NAMES: [(Column, &[&str]); 9] = [
    (Column::Step, &["step", "_step", "global_step", "iteration", "iter", "trainer/global_step"]),
    (
        Column::Time,
        &["wall time", "_timestamp", "timestamp", "wall_time", "_runtime", "relative time (process)"],
    ),
    (
        Column::StepSeconds,
        &[
            "step_time",
            "step_time_s",
            "step_time_in_seconds",
            "seconds_per_step",
            "time_per_step",
            "iteration_time",
            "iteration-time",
            "iter_time",
            "train_step_timing in s",
            "time_metrics/end_to_end(s)",
        ],
    ),
    (
        Column::StepMilliseconds,
        &[
            "step_time_ms",
            "iteration_time_ms",
            "elapsed_time_per_iteration_ms",
            "elapsed time per iteration (ms)",
            "iter_time_ms",
        ],
    ),
    (
        Column::Rate,
        &[
            "tokens_per_second",
            "tokens_per_sec",
            "tokens_per_s",
            "tokens/s",
            "tokens/sec",
            "throughput/tokens_per_sec",
        ],
    ),
    (
        Column::RatePerGpu,
        &[
            "throughput(tps)",
            "tokens_per_second_per_gpu",
            "tokens_per_sec_per_gpu",
            "tokens_per_s_per_gpu",
            "tokens/s/gpu",
            "tokens/sec/gpu",
            "tgs",
            "throughput/device/tokens_per_sec",
            "throughput/device/tokens_per_second",
        ],
    ),
    (
        Column::Tokens,
        &[
            "tokens",
            "total_tokens",
            "consumed_tokens",
            "tokens_seen",
            "num_tokens_seen",
            "num_input_tokens_seen",
            "throughput/total_tokens",
        ],
    ),
    (Column::Gpus, &["gpus", "num_gpus", "n_gpus", "world_size", "devices", "num_devices"]),
    (Column::Mfu, &["mfu", "mfu(%)", "mfu (%)", "throughput/device/mfu"]),
];

/// Groups that names may begin with.
const GROUPS: [&str; 4] = ["train/", "training/", "perf/", "metrics/"];

impl Column {
    /// What a name says; `None` where nothing of interest. Weights & Biases puts the run before it, and spreads after it.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.rsplit(" - ").next()?.trim().to_lowercase();
        let plain = GROUPS.iter().find_map(|group| name.strip_prefix(group)).unwrap_or(&name);
        let known = |(_, names): &&(Self, &[&str])| names.contains(&plain);
        NAMES.iter().find(known).map(|(column, _)| *column)
    }

    /// What the values of a file of `TensorBoard` are, by its name: `run-train-tag-tokens_per_second.csv`. A stroke in a tag is
    /// a line there.
    pub(super) fn of_file(name: &str) -> Option<Self> {
        let stem = Path::new(name).file_stem()?.to_str()?.to_lowercase();
        let tag = stem.rsplit("tag-").next()?;
        let written = |name: &str| name.replace('/', "_") == tag;
        let grouped = |name: &str| GROUPS.iter().any(|group| written(&format!("{group}{name}")));
        let known = |(_, names): &&(Self, &[&str])| names.iter().any(|name| written(name) || grouped(name));
        NAMES.iter().find(known).map(|(column, _)| *column)
    }
}
