//! Service: how long users wait and under what load, how replicas are laid out, and whether a promise is kept and at what
//! cost.

use std::fmt::Write as _;

use crate::analysis::case::Case;
use crate::engine::arrivals::Arrivals;
use crate::engine::fleet::Pool;
use crate::engine::inputs::{PoolName, PoolPlan};
use crate::engine::outcome::{Outcome, ServingOutcome};
use crate::engine::promise::{Percentile, Promise};
use crate::engine::serving::queue::{Latencies, Percentiles};
use crate::engine::serving::{Batch, Batching, Layout, Prefills};
use crate::scenario::Scenario;
use crate::text::quantity::{Unit, count_of, format};

/// Loads nearer to each other than this are the same.
const SAME_LOAD: f64 = 0.005;

/// Time to first token in the main pool, seconds: the engine's error and the starting of replicas included.
pub fn first_token(serving: &ServingOutcome) -> Percentiles {
    let pool = &serving.main;
    let own = &pool.latencies.ttft;
    let waiting_s = serving.cold_share * pool.plan.cold_start_s;
    let error = if own.mean > 0.0 { (serving.ttft_s - waiting_s) / own.mean } else { 1.0 };
    // Those who wait for a replica to start wait longest.
    let cold = |beyond: f64| if serving.cold_share > beyond { pool.plan.cold_start_s } else { 0.0 };
    Percentiles {
        mean: serving.ttft_s,
        p50: own.p50 * error + cold(0.5),
        p95: own.p95 * error + cold(0.05),
        p99: own.p99 * error + cold(0.01),
    }
}

/// A target that is missed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Miss {
    /// What is longer, or slower, than promised.
    pub what: &'static str,
    /// The figure, and what was promised.
    pub figures: [f64; 2],
    /// Their unit.
    pub unit: Unit,
    /// For whom it is promised.
    pub percentile: Percentile,
}

impl Miss {
    /// The figure against what was promised.
    pub fn words(&self) -> String {
        let [figure, promised] = self.figures.map(|figure| format(figure, self.unit));
        let side = if self.unit == Unit::TokensPerSecond { "below" } else { "over" };
        format!("{} ({}) is {figure}, {side} the promised {promised}", self.what, self.percentile.id())
    }
}

/// The targets of the promise that a pool misses, at the load for which its latencies are given.
pub fn misses<L>(plan: &PoolPlan<L>, ttft: &Percentiles, latencies: &Latencies) -> Vec<Miss> {
    let Promise { ttft_s, tpot_s, tokens_per_s_per_user, request_s, percentile } = plan.promise;
    let each_s = percentile.of(&latencies.tpot());
    let longer = |what, seconds: f64, most: Option<f64>| {
        let most = most.filter(|most| seconds > *most)?;
        let figures = [seconds, most].map(|seconds| seconds * 1e3);
        Some(Miss { what, figures, unit: Unit::Milliseconds, percentile })
    };
    let slower = tokens_per_s_per_user.filter(|least| each_s * least > 1.0).map(|least| Miss {
        what: "a user's rate",
        figures: [each_s.recip(), least],
        unit: Unit::TokensPerSecond,
        percentile,
    });
    [
        longer("time to first token", percentile.of(ttft), ttft_s),
        longer("time per output token", each_s, tpot_s),
        longer("the whole request", percentile.of(&latencies.request()), request_s),
        slower,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// All pools keep what is promised of them; `false` where the model cannot be served.
pub fn keeps(outcome: &Outcome) -> bool {
    let Ok(serving) = &outcome.serving else { return false };
    let first = first_token(serving);
    within(&serving.main, &first) && serving.others.iter().all(|(_, pool)| meets(pool))
}

/// A pool meets its targets at the load for which its latencies are given.
pub fn meets(pool: &Pool) -> bool {
    within(pool, &pool.latencies.ttft)
}

/// The same with other times to the first token.
pub(super) fn within(pool: &Pool, ttft: &Percentiles) -> bool {
    ttft.mean <= pool.plan.latency_target_s && misses(&pool.plan, ttft, &pool.latencies).is_empty()
}

/// Something is promised to the users of a scenario.
pub fn is_promised(scenario: &Scenario) -> bool {
    let target = &scenario.target;
    let seconds = [target.ttft_ms, target.tpot_ms, target.tokens_per_s_per_user, target.request_ms];
    scenario.workload.latency_target_ms.is_some() || seconds.iter().any(Option::is_some)
}

/// What a promise takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keeping {
    /// It is kept.
    pub keeps: bool,
    /// What is promised is more than a mean time to first token.
    pub whole: bool,
    /// Requests in flight for which it is judged, where they are counted; else it is judged for a load.
    pub counted: Option<f64>,
    /// The highest load of a replica at which it is, a share of its full rate, where no more is planned.
    pub load: f64,
    /// The load that is planned without it.
    pub planned: f64,
    /// Replicas of the main pool at the peak beyond those that it would take without the promise.
    pub more_replicas: f64,
    /// The same in GPUs: a promise may also ask for larger replicas.
    pub more_gpus: f64,
    /// GPUs of a replica that the promise adds.
    pub larger_by: f64,
    /// What that costs, USD a day; `None` where a price is missing, or where no fleet keeps it.
    pub costs_daily_usd: Option<f64>,
}

/// What the promise of a scenario takes, against the same one without it; `None` where nothing is promised to all, or
/// nothing is served.
pub fn keeping(case: &Case) -> Option<Keeping> {
    let serving = case.outcome.serving.as_ref().ok().filter(|_| is_promised(&case.scenario))?;
    let free = case.changed(|scenario| {
        scenario.workload.latency_target_ms = None;
        scenario.target = Scenario::defaults(case.catalog()).target;
    });
    let free = case.evaluate(&free).serving.ok()?;
    let keeps = keeps(&case.outcome);
    let main = &serving.main;
    let random =
        main.plan.arrivals == Arrivals::Poisson && main.plan.deployment.batching == Batching::Continuous;
    Some(Keeping {
        keeps,
        whole: !main.plan.promise.is_empty(),
        counted: (!random).then(|| in_flight(main)),
        load: serving.main.planned_load,
        planned: serving.main.plan.target_utilization,
        more_replicas: serving.day.replicas_peak - free.day.replicas_peak,
        more_gpus: serving.day.gpus_peak - free.day.gpus_peak,
        larger_by: serving.main.gpus_per_replica - free.main.gpus_per_replica,
        costs_daily_usd: serving
            .daily_usd()
            .zip(free.daily_usd())
            .map(|(kept, free)| kept - free)
            .filter(|_| keeps),
    })
}

impl Keeping {
    /// The load is held down for the promise.
    pub fn holds_load_down(&self) -> bool {
        self.load < self.planned - SAME_LOAD
    }

    /// What is promised: all of it, or the target of the first token alone.
    pub const fn name(&self) -> &'static str {
        if self.whole { "Promise" } else { "Target" }
    }

    /// Whether it is kept, and up to which load.
    pub fn words(&self) -> String {
        let load = format(self.load, Unit::Share);
        let kept = if self.keeps { "kept" } else { "not kept" };
        if let Some(in_flight) = self.counted {
            format!("{kept} with {} in flight", format(in_flight, Unit::Count))
        } else if !self.keeps {
            format!("not kept at {load} planned load")
        } else if self.holds_load_down() {
            format!("kept up to {load} planned load")
        } else {
            format!("kept at {load} planned load")
        }
    }

    /// What it takes beyond what the same service takes without it.
    pub fn price(&self) -> String {
        if !self.keeps {
            return "no fleet keeps it".to_owned();
        }
        let usd = self.costs_daily_usd.filter(|usd| usd.abs() >= 0.01);
        let usd = usd.map_or(String::new(), |usd| format!(", {} a day", format(usd, Unit::Usd)));
        if self.more_gpus > 0.0 {
            let more = |count: f64, noun: &str| count_of(count, &format!("more {noun}"));
            let words = if self.larger_by == 0.0 {
                more(self.more_replicas, "replica")
            } else {
                more(self.more_gpus, "GPU")
            };
            format!("{words} than without it{usd}")
        } else if usd.is_empty() {
            "costs nothing more".to_owned()
        } else {
            format!("other replicas than without it{usd}")
        }
    }
}

/// A replica is nothing but GPUs over which every layer is split.
pub fn is_plain(pool: &Pool) -> bool {
    let deployment = &pool.plan.deployment;
    deployment.layout == Layout::tensor(deployment.layout.tensor_parallel)
        && deployment.prefills == Prefills::Beside
}

/// How a replica is laid out, in words.
pub fn layout(pool: &Pool) -> String {
    let layout = &pool.plan.deployment.layout;
    let counted = |count: u32, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let mut words = counted(layout.tensor_parallel, "GPU");
    if layout.pipeline_parallel > 1 {
        let _ = write!(words, " x {}", counted(layout.pipeline_parallel, "stage"));
    }
    if layout.attention_data_parallel {
        words.push_str(", attention DP");
    }
    let everywhere = layout.attention_data_parallel && layout.expert_parallel == layout.tensor_parallel;
    if layout.expert_parallel > 1 && !everywhere {
        let _ = write!(words, ", experts over {}", layout.expert_parallel);
    }
    if let Prefills::Apart { .. } = pool.plan.deployment.prefills {
        let _ = write!(words, ", prompts read by {}", count_of(pool.readers, "other"));
    }
    words
}

/// GPUs at the peak of the start that do nothing but read prompts.
pub fn prompt_gpus(pool: &Pool) -> f64 {
    pool.readers * pool.gpus_per_replica
}

/// How requests come.
pub const fn arrivals(arrivals: Arrivals) -> &'static str {
    match arrivals {
        Arrivals::Poisson => "requests come at random",
        Arrivals::Closed => "a request comes as another ends",
        Arrivals::Burst => "requests come all at once",
    }
}

/// Why latencies are given for as many requests in flight as they are.
pub const fn load(pool: &Pool) -> &'static str {
    match (pool.plan.arrivals, pool.plan.concurrency) {
        (_, Some(_)) => "as stated",
        (Arrivals::Poisson, None) => "planned peak",
        (Arrivals::Closed | Arrivals::Burst, None) => "the batch",
    }
}

/// Requests in flight in a replica for which latencies are given: as many as come on average at random, and as many as are sent
/// where they are counted.
pub fn in_flight(pool: &Pool) -> f64 {
    match (pool.plan.arrivals, pool.plan.concurrency, pool.plan.deployment.batch) {
        (Arrivals::Poisson, _, _) => pool.latencies.in_flight,
        (_, Some(stated), _) => stated,
        (Arrivals::Closed, None, Batch::Requests(requests)) => requests,
        (Arrivals::Closed | Arrivals::Burst, None, _) => pool.replica.batch,
    }
}

/// The load of a replica for which latencies are given, and how requests come.
pub fn under(pool: &Pool) -> String {
    let in_flight = format(in_flight(pool), Unit::Count);
    format!("{in_flight} in flight in each replica ({}); {}", load(pool), arrivals(pool.plan.arrivals))
}

/// A pool's name before what is said of it; nothing for the main one.
pub fn whose(pool: PoolName) -> String {
    match pool {
        PoolName::Main => String::new(),
        other => format!("{}: ", other.words()),
    }
}
