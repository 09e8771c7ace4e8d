//! How fast a run was while it ran, and how much of its time advanced it.

use crate::evidence::comparison::quantile;
use crate::import::training::{Line, Log};

/// Share of the lines that a run takes to get going, which say nothing of how it runs.
const WARM_UP: f64 = 0.1;

/// What a log may leave out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layout {
    pub gpus: Option<f64>,
    /// Tokens of an optimizer step.
    pub batch_tokens: Option<f64>,
}

/// How a run went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Tokens per second of one GPU while it trains, the median.
    pub tokens_per_s_per_gpu: f64,
    /// Lines that say so.
    pub lines: usize,
    pub gpus: Option<f64>,
    /// Tokens of a step as the log has them.
    pub batch_tokens: Option<f64>,
    /// From the first to the last line.
    pub seconds: Option<f64>,
    /// Share of that time that advanced the run; `None` without times and steps.
    pub goodput: Option<f64>,
    /// Share of that time that did steps anew, after the run had gone back.
    pub repeated: Option<f64>,
    /// The utilization that the trainer counts, the median.
    pub mfu: Option<f64>,
}

/// How a run went by its logs, each of which may tell something else; `Err` says in words what is missing.
pub fn pace(logs: &[Log], layout: Layout) -> Result<Pace, &'static str> {
    let each = |of: fn(&Line) -> Option<f64>| {
        median(logs.iter().flat_map(|log| steady(&log.lines)).filter_map(of).collect())
    };
    let gpus = each(|line| line.gpus).or(layout.gpus);
    let longest = logs.iter().max_by_key(|log| log.lines.iter().filter(|line| line.time.is_some()).count());
    let course = longest.map(|log| Course::of(&log.lines)).unwrap_or_default();
    let logged_batch = logs.iter().find_map(|log| Course::of(&log.lines).batch_tokens);
    let batch_tokens = logged_batch.or(layout.batch_tokens);
    let mut rates = Vec::new();
    for line in logs.iter().flat_map(|log| steady(&log.lines)) {
        let of_all =
            line.rate.or_else(|| Some(batch_tokens? / line.step_s.filter(|seconds| *seconds > 0.0)?));
        rates.extend(line.rate_per_gpu.or_else(|| Some(of_all? / gpus?)));
    }
    if rates.is_empty() {
        rates.extend(course.seconds_per_step.and_then(|seconds| Some(batch_tokens? / seconds / gpus?)));
    }
    rates.retain(|rate| *rate > 0.0);
    let lines = rates.len();
    let missing = match (gpus, batch_tokens) {
        (None, _) => "the log does not say on how many GPUs the run was: --set training.gpus=512 does",
        (_, None) => {
            "the log does not say how many tokens a step has: --set training.global_batch_tokens=4M does"
        }
        _ => "there is no line in it that tells how fast the run was",
    };
    let tokens_per_s_per_gpu = median(rates).ok_or(missing)?;
    Ok(Pace {
        tokens_per_s_per_gpu,
        lines,
        gpus,
        batch_tokens: logged_batch,
        seconds: course.seconds,
        goodput: course.goodput,
        repeated: course.repeated,
        mfu: each(|line| line.mfu),
    })
}

/// The lines of a run that is going.
fn steady(lines: &[Line]) -> &[Line] {
    &lines[(lines.len() as f64 * WARM_UP) as usize..]
}

/// How steps follow each other.
#[derive(Debug, Clone, Copy, Default)]
struct Course {
    seconds: Option<f64>,
    seconds_per_step: Option<f64>,
    batch_tokens: Option<f64>,
    goodput: Option<f64>,
    repeated: Option<f64>,
}

impl Course {
    fn of(lines: &[Line]) -> Self {
        let between = |of: fn(&Line) -> Option<f64>, per: fn(&Line) -> Option<f64>| {
            let pairs = lines.windows(2).filter_map(|pair| {
                let grown = of(&pair[1])? - of(&pair[0])?;
                let steps = per(&pair[1])? - per(&pair[0])?;
                (steps > 0.0 && grown > 0.0).then(|| grown / steps)
            });
            median(pairs.collect())
        };
        let seconds_per_step = between(|line| line.time, |line| line.step);
        let batch_tokens = between(|line| line.tokens, |line| line.step);
        let timed: Vec<(f64, f64)> = lines.iter().filter_map(|line| Some((line.time?, line.step?))).collect();
        let [Some(first), Some(last)] = [timed.first(), timed.last()] else {
            return Self { batch_tokens, ..Self::default() };
        };
        let seconds = last.0 - first.0;
        let share = |steps: f64| Some(steps * seconds_per_step? / seconds).filter(|_| seconds > 0.0);
        let furthest = timed.iter().map(|(_, step)| *step).fold(first.1, f64::max);
        // Steps that were done more than once, for each time that the run went back.
        let back = timed.windows(2).map(|pair| (pair[0].1 - pair[1].1).max(0.0)).sum();
        Self {
            seconds: Some(seconds).filter(|seconds| *seconds > 0.0),
            seconds_per_step,
            batch_tokens,
            goodput: share(furthest - first.1).map(|share| share.min(1.0)),
            repeated: share(back).map(|share| share.min(1.0)),
        }
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}
