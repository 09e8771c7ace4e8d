//! What an evaluation answers.

use crate::engine::fleet::{Day, Pool};
use crate::engine::horizon::{Course, Split};
use crate::engine::inputs::{Demand, Inputs, MAX_TIERS, Traffic};
use crate::engine::money::{Cost, DAYS_PER_MONTH, DAYS_PER_YEAR};
use crate::engine::precision::Precision;
use crate::engine::serving::DoesNotFit;
use crate::engine::training::TrainingRun;

/// Everything that the engine says of one scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The model as it is trained.
    pub total_parameters: f64,
    /// Parameters that one token passes through.
    pub active_parameters: f64,
    /// Bytes that a token adds to the KV cache, in the served model and cache format.
    pub kv_cache_bytes_per_token: f64,
    /// Training.
    pub training: TrainingOutcome,
    /// Serving and its day; `Err` says why the model cannot be served this way.
    pub serving: Result<ServingOutcome, ServingRefusal>,
    /// Training against inference over the horizon; `None` when serving is impossible.
    pub split: Option<Split>,
}

/// A run and its money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingOutcome {
    /// The run.
    pub run: TrainingRun,
    /// GPU-hours billed for it: the run's, and those that preempted spot capacity repeats.
    pub gpu_hours: f64,
    /// Steady model FLOPs utilization.
    pub mfu: f64,
    /// Days from start to end, off-peak waiting included.
    pub days: f64,
    /// The final run, USD.
    pub final_run_usd: f64,
    /// Final run, experiments and staff, USD.
    pub programme_usd: f64,
    /// What the training money pays for.
    pub breakdown: TrainingBreakdown,
    /// Electricity of the final run at the grid, MWh.
    pub energy_mwh: f64,
    /// New versions over a year, USD.
    pub updates_usd_per_year: f64,
}

/// Training cost by what it pays for, USD.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TrainingBreakdown {
    /// GPUs of the final run: rent or depreciation, without the electricity inside it.
    pub final_run: f64,
    /// GPUs of the experiments before it, likewise.
    pub experiments: f64,
    /// Electricity of both.
    pub electricity: f64,
    /// Cooling of both.
    pub cooling: f64,
    /// Engineering time.
    pub staff: f64,
}

/// A served model's day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServingOutcome {
    /// The pool that answers what no other pool takes.
    pub main: Pool,
    /// The smaller model, when simple queries are routed to it.
    pub small: Option<Pool>,
    /// Service tiers with their own targets.
    pub tiers: [Option<Pool>; MAX_TIERS],
    /// A day's requests by who answers them.
    pub traffic: Traffic,
    /// That day, all pools together.
    pub day: Day,
    /// What it costs, USD.
    pub daily_usd: f64,
    /// Mean time to first token in the main pool, seconds.
    pub ttft_s: f64,
    /// Mean time per output token in the main pool, seconds.
    pub tpot_s: f64,
    /// Mean time to the last token over all requests that reach a model, seconds.
    pub request_s: f64,
    /// Steady output rate of one GPU of the main pool.
    pub output_tokens_per_s_per_gpu: f64,
    /// Cost of a request asked, USD; `None` without requests.
    pub usd_per_request: Option<f64>,
    /// Cost of a million tokens asked for, prompt and output, USD; `None` without requests.
    pub usd_per_million_tokens: Option<f64>,
    /// Cost of a million output tokens with every slot of the main pool busy, USD.
    pub usd_per_million_output_tokens_busy: f64,
}

/// Why a model cannot be served as asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServingRefusal {
    /// What does not fit.
    pub reason: DoesNotFit,
    /// The least GPUs of this kind that would hold it, a power of two, if any do.
    pub min_gpus_to_fit: Option<u32>,
    /// The widest weight format that would fit the available GPUs, if any.
    pub precision_to_fit: Option<Precision>,
    /// GPUs available.
    pub gpus: u32,
}

impl TrainingOutcome {
    /// What spending over the months follows from, under this demand.
    pub fn course(&self, demand: &Demand) -> Course {
        Course {
            first_usd: self.programme_usd,
            updates_usd_per_year: self.updates_usd_per_year,
            growth_per_month: demand.growth_per_month,
            months: demand.horizon_months,
        }
    }
}

impl ServingOutcome {
    /// The pools' day and what follows from it.
    pub fn new(main: Pool, small: Option<Pool>, tiers: [Option<Pool>; MAX_TIERS], inputs: &Inputs) -> Self {
        let error = &inputs.model_error;
        let traffic = inputs.traffic();
        let day = Day::new(each(&main, small.as_ref(), &tiers), &traffic);
        let latency = |pool: &Pool| {
            let further_tokens = (pool.plan.deployment.output_tokens - 1.0).max(0.0);
            pool.replica.ttft_s * error.ttft + further_tokens * pool.replica.tpot_s * error.tpot
        };
        let request_s: f64 =
            each(&main, small.as_ref(), &tiers).map(|pool| pool.plan.share * latency(pool)).sum();
        let output_tokens_per_s_per_gpu =
            main.replica.output_tokens_per_s * error.throughput / main.gpus_per_replica;
        let daily_usd = day.usd();
        let usd_per_request = (traffic.asked > 0.0).then(|| daily_usd / traffic.asked);
        let served = &main.plan.deployment;
        let tokens = served.prompt_tokens + served.output_tokens;
        Self {
            traffic,
            day,
            daily_usd,
            ttft_s: main.replica.ttft_s * error.ttft,
            tpot_s: main.replica.tpot_s * error.tpot,
            request_s: (request_s - inputs.edge.share * inputs.edge.latency_saved_s).max(0.0),
            output_tokens_per_s_per_gpu,
            usd_per_request,
            usd_per_million_tokens: usd_per_request.map(|usd| usd / tokens * 1e6),
            usd_per_million_output_tokens_busy: main.rented.total() / (output_tokens_per_s_per_gpu * 3600.0)
                * 1e6,
            main,
            small,
            tiers,
        }
    }

    /// A day at `factor` times the scenario's requests: the same replicas, counted again.
    pub fn day_at(&self, factor: f64) -> Day {
        if factor == 1.0 { self.day } else { Day::new(self.pools(), &self.traffic.times(factor)) }
    }

    /// Cost of a month of 30.4 days, USD.
    pub fn monthly_usd(&self) -> f64 {
        self.daily_usd * DAYS_PER_MONTH
    }

    /// Cost of a year, USD.
    pub fn yearly_usd(&self) -> f64 {
        self.daily_usd * DAYS_PER_YEAR
    }

    /// What a day pays for, in the order in which it is shown; the lines add up to [`Self::daily_usd`].
    pub fn lines(&self) -> [(&'static str, f64); 4] {
        [
            ("GPUs", self.day.cost.hardware),
            ("Electricity", self.day.cost.electricity),
            ("Cooling", self.day.cost.cooling),
            ("Devices at the edge", self.day.edge_usd),
        ]
    }

    /// Every pool: main, small, tiers.
    pub fn pools(&self) -> impl Iterator<Item = &Pool> {
        each(&self.main, self.small.as_ref(), &self.tiers)
    }
}

/// Every pool in turn.
fn each<'a>(
    main: &'a Pool,
    small: Option<&'a Pool>,
    tiers: &'a [Option<Pool>],
) -> impl Iterator<Item = &'a Pool> {
    std::iter::once(main).chain(small).chain(tiers.iter().flatten())
}

impl TrainingBreakdown {
    /// The whole training effort.
    pub fn total(&self) -> f64 {
        self.final_run + self.experiments + self.electricity + self.cooling + self.staff
    }

    /// The lines with their names, in the order in which they are shown.
    pub fn lines(&self) -> [(&'static str, f64); 5] {
        [
            ("GPUs, final run", self.final_run),
            ("GPUs, experiments", self.experiments),
            ("Electricity", self.electricity),
            ("Cooling", self.cooling),
            ("Engineering time", self.staff),
        ]
    }

    /// The cost of compute at an hourly price: the final run, experiments of `multiplier - 1` times it, and staff
    /// as a share of the whole.
    pub fn new(gpu_hours: f64, hour: Cost, multiplier: f64, staff_share: f64) -> Self {
        let hours = gpu_hours * multiplier;
        let compute = hours * hour.total();
        Self {
            final_run: gpu_hours * hour.hardware,
            experiments: gpu_hours * (multiplier - 1.0) * hour.hardware,
            electricity: hours * hour.electricity,
            cooling: hours * hour.cooling,
            staff: compute * staff_share / (1.0 - staff_share),
        }
    }
}
