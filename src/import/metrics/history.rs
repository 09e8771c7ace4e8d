//! What was seen of an engine over the last minutes: rates, lengths, waits, and how they went.

use std::collections::VecDeque;

use crate::analysis::live::{Measured, Spread};
#[cfg(feature = "tui")]
use crate::engine::arrivals::Arrivals;
#[cfg(feature = "tui")]
use crate::import::benchmarks::Run;
use crate::import::metrics::names::Quantity;
use crate::import::metrics::snapshot::{Change, Snapshot, Times};

/// Looks that are kept.
const MOST: usize = 600;
/// Seconds and answered requests of a stretch of which means say something, and stretches that are taken. Assumptions.
#[cfg(feature = "tui")]
const STRETCH: f64 = 60.0;
#[cfg(feature = "tui")]
const ENOUGH: f64 = 20.0;
#[cfg(feature = "tui")]
const MOST_RUNS: usize = 8;

/// The looks at an engine, the last of them at the end.
#[derive(Debug, Clone, Default)]
pub struct History {
    looks: VecDeque<Look>,
    last: Option<(f64, Snapshot)>,
    /// Why the last look failed.
    #[cfg(feature = "tui")]
    pub trouble: Option<String>,
    /// Engines that are there besides.
    pub others: Vec<&'static str>,
}

/// A look.
#[derive(Debug, Clone)]
struct Look {
    /// Seconds since some beginning.
    at: f64,
    /// Seconds since the look before it; `None` for the first.
    seconds: Option<f64>,
    /// What happened in them, or up to the first look.
    change: Change,
    running: Option<f64>,
    waiting: Option<f64>,
    memory: Option<f64>,
    replicas: usize,
}

/// A figure that goes up and down.
#[cfg(feature = "tui")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    Requests,
    OutputTokens,
    Running,
    FirstToken,
}

impl History {
    /// Adds a look at a time.
    pub fn add(&mut self, at: f64, snapshot: Snapshot, others: Vec<&'static str>) {
        let before = self.last.as_ref().filter(|(then, _)| at > *then);
        let look = Look {
            at,
            seconds: before.map(|(then, _)| at - then),
            change: snapshot.since(before.map(|(_, before)| before)),
            running: snapshot.gauge(Quantity::Running),
            waiting: snapshot.gauge(Quantity::Waiting),
            memory: snapshot.gauge(Quantity::Memory),
            replicas: snapshot.replicas(),
        };
        if self.looks.len() >= MOST {
            self.looks.pop_front();
        }
        self.looks.push_back(look);
        self.last = Some((at, snapshot));
        #[cfg(feature = "tui")]
        {
            self.trouble = None;
        }
        self.others = others;
    }

    /// A look failed; what was seen before stays.
    #[cfg(feature = "tui")]
    pub fn fail(&mut self, words: String) {
        self.trouble = Some(words);
    }

    /// What was measured over the last seconds; over the life of the engine where there was one look only. `None` before
    /// the first.
    pub fn measured(&self, seconds: f64) -> Option<Measured> {
        let (at, snapshot) = self.last.as_ref()?;
        let recent: Vec<&Look> =
            self.looks.iter().filter(|look| look.seconds.is_some() && at - look.at < seconds).collect();
        let looks = if recent.is_empty() { self.looks.iter().rev().take(1).collect() } else { recent };
        Some(summed(&looks, snapshot.engine()))
    }

    /// What was measured as runs of a load generator: stretches of a minute or more in which enough was answered, the latest of
    /// them.
    #[cfg(feature = "tui")]
    pub fn runs(&self) -> Vec<Run> {
        let Some((_, snapshot)) = &self.last else { return Vec::new() };
        let mut runs = Vec::new();
        let mut stretch: Vec<&Look> = Vec::new();
        for look in self.looks.iter().filter(|look| look.seconds.is_some()) {
            stretch.push(look);
            let measured = summed(&stretch, snapshot.engine());
            let is_long = measured.seconds.is_some_and(|seconds| seconds >= STRETCH);
            if is_long && measured.requests.is_some_and(|requests| requests >= ENOUGH) {
                runs.extend(run(format!("stretch {}", runs.len() + 1), &measured));
                stretch.clear();
            }
        }
        runs.drain(..runs.len().saturating_sub(MOST_RUNS));
        runs
    }

    /// How a figure went, look by look; nothing where there was none.
    #[cfg(feature = "tui")]
    pub fn course(&self, of: Course) -> Vec<Option<f64>> {
        let value = |look: &Look| {
            let rate = |quantity| Some(look.change.counts.get(&quantity)? / look.seconds?);
            match of {
                Course::Requests => rate(Quantity::Requests)
                    .or_else(|| Some(look.change.times.get(&Quantity::Request)?.count / look.seconds?)),
                Course::OutputTokens => rate(Quantity::OutputTokens),
                Course::Running => look.running,
                Course::FirstToken => {
                    look.seconds?;
                    Some(look.change.times.get(&Quantity::FirstToken)?.mean()? * 1e3)
                }
            }
        };
        self.looks.iter().map(value).collect()
    }
}

/// What happened in some looks together.
fn summed(looks: &[&Look], engine: &'static str) -> Measured {
    let mut change = Change::default();
    for look in looks {
        change.add(&look.change);
    }
    let span = looks.iter().filter_map(|look| look.seconds).sum::<f64>();
    let mean = |of: fn(&Look) -> Option<f64>| {
        let values: Vec<f64> = looks.iter().filter_map(|look| of(look)).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let count = |quantity| change.counts.get(&quantity).copied();
    let times = |quantity| change.times.get(&quantity);
    let requests = count(Quantity::Requests).or(times(Quantity::Request).map(|times| times.count));
    let each = |tokens: Option<f64>| Some(tokens? / requests.filter(|requests| *requests > 0.0)?);
    // Little's law: what is seen at the looks alone misses what comes and goes between them.
    let spent = times(Quantity::Request).map(|times| times.sum).or(count(Quantity::RequestSeconds));
    let in_flight = spent.filter(|_| span > 0.0).map(|spent| spent / span);
    let found = count(Quantity::Found);
    let together = count(Quantity::Uncached).map(|uncached| uncached + found.unwrap_or(0.0));
    let prompt_tokens = count(Quantity::PromptTokens).or(together);
    let looked = count(Quantity::Looked).or(prompt_tokens);
    let mean_of = |seconds: Quantity, of: Option<f64>| {
        let (seconds, of) = count(seconds).zip(of.filter(|of| *of > 0.0))?;
        Some(Spread { mean: seconds / of * 1e3, p50: None, p95: None, p99: None })
    };
    Measured {
        engine,
        seconds: (span > 0.0).then_some(span),
        is_between: span > 0.0,
        began_anew: change.began_anew,
        replicas: looks.last().map_or(1, |look| look.replicas).max(1) as f64,
        requests,
        prompt_tokens,
        output_tokens: count(Quantity::OutputTokens),
        prompt_length: each(prompt_tokens),
        output_length: each(count(Quantity::OutputTokens)),
        prefix_hits: found
            .zip(looked)
            .and_then(|(found, looked)| (looked > 0.0).then(|| (found / looked).min(1.0))),
        running: in_flight.or(mean(|look| look.running)),
        waiting: mean(|look| look.waiting),
        memory: mean(|look| look.memory),
        ttft_ms: spread(times(Quantity::FirstToken)),
        tpot_ms: spread(times(Quantity::EachToken))
            .or_else(|| mean_of(Quantity::DecodeSeconds, count(Quantity::OutputTokens))),
        request_ms: spread(times(Quantity::Request)).or_else(|| mean_of(Quantity::RequestSeconds, requests)),
    }
}

/// A stretch as a run; `None` where the engine counts no tokens. Users came when they liked.
#[cfg(feature = "tui")]
fn run(place: String, measured: &Measured) -> Option<Run> {
    Some(Run {
        place,
        arrivals: Arrivals::Poisson,
        in_flight: measured.load()?.max(1.0),
        prompt_tokens: measured.prompt_length.filter(|tokens| *tokens >= 1.0)?,
        output_tokens: measured.output_length.filter(|tokens| *tokens >= 1.0)?,
        spreads: [None, None],
        ttft_ms: measured.ttft_ms.map(|times| times.mean),
        tpot_ms: measured.tpot_ms.map(|times| times.mean),
        tokens_per_s: None,
        answered_share: 1.0,
        unusable: measured.waiting.filter(|waiting| *waiting >= 1.0).map(|_| "requests waited for a slot"),
    })
}

/// A distribution in milliseconds; `None` where nothing happened.
fn spread(times: Option<&Times>) -> Option<Spread> {
    let times = times?;
    let at = |share| times.quantile(share).map(|seconds| seconds * 1e3);
    Some(Spread { mean: times.mean()? * 1e3, p50: at(0.5), p95: at(0.95), p99: at(0.99) })
}
