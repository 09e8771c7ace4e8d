//! What an evaluation answers.

use crate::engine::fleet::{Day, Moment, Pool, Spending};
use crate::engine::horizon::{Course, Split};
use crate::engine::inputs::{Facility, Inputs, PoolName, Traffic, TrainingMoney};
use crate::engine::money::{Cost, DAYS_PER_MONTH, DAYS_PER_YEAR, worth_after};
use crate::engine::precision::Precision;
use crate::engine::serving::DoesNotFit;
use crate::engine::training::TrainingRun;

/// Everything that the engine says of one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Why there can be no such model, in words; then it is neither trained nor served, and nothing is known of either.
    pub fault: Option<&'static str>,
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
    /// What spending over the months follows from; `None` where training has no price.
    pub course: Option<Course>,
}

/// A run and its money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingOutcome {
    /// The run.
    pub run: TrainingRun,
    /// GPU-hours billed for it: the run's, and those that lost spot capacity repeats.
    pub gpu_hours: f64,
    /// Those hours relative to a run without spot capacity.
    pub spot_repeats: f64,
    /// Steady model FLOPs utilization.
    pub mfu: f64,
    /// Days from start to end, off-peak waiting included.
    pub days: f64,
    /// Electricity of the final run at the grid, MWh.
    pub energy_mwh: f64,
    /// The people, USD.
    pub people_usd: f64,
    /// What it costs; `None` where the run does not fit or a price is missing.
    pub bill: Option<TrainingBill>,
}

/// What training costs, USD. A published figure means one of the three totals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingBill {
    /// One hour of one of its GPUs.
    pub usd_per_gpu_hour: f64,
    /// The final run.
    pub final_run_usd: f64,
    /// The final run, experiments and failed runs.
    pub compute_usd: f64,
    /// Everything: compute, people, storage and data.
    pub programme_usd: f64,
    /// What the programme pays for.
    pub breakdown: TrainingBreakdown,
    /// New versions over a year.
    pub updates_usd_per_year: f64,
    /// What the hardware that was bought for it costs, and what it is still worth afterwards; 0 where all is rented.
    pub bought_usd: f64,
    /// What is left of that.
    pub left_over_usd: f64,
}

/// Training cost by what it pays for, USD.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TrainingBreakdown {
    /// GPUs of the final run: rent or depreciation, without the electricity inside it.
    pub final_run: f64,
    /// GPUs of experiments and failed runs, likewise.
    pub experiments: f64,
    /// Electricity of both.
    pub electricity: f64,
    /// Cooling of both.
    pub cooling: f64,
    /// Engineering time.
    pub people: f64,
    /// Storage of data and checkpoints.
    pub storage: f64,
    /// Data that is bought, licensed or labeled.
    pub data: f64,
}

/// A served model's day.
#[derive(Debug, Clone, PartialEq)]
pub struct ServingOutcome {
    /// The pool that answers what no other pool takes.
    pub main: Pool,
    /// The others: the smaller model, when simple queries are routed to it, then service tiers with their own targets.
    pub others: Vec<(PoolName, Pool)>,
    /// A day's requests by who answers them.
    pub traffic: Traffic,
    /// That day, all pools together.
    pub day: Day,
    /// Mean time to first token in the main pool, seconds.
    pub ttft_s: f64,
    /// Mean time in the main pool to the first token that the user sees, after all thinking, seconds.
    pub first_answer_s: f64,
    /// Mean time per output token in the main pool, seconds.
    pub tpot_s: f64,
    /// Mean time to the last token over all requests that reach a model, seconds.
    pub request_s: f64,
    /// Share of the main pool's requests that wait for a replica to start.
    pub cold_share: f64,
    /// Steady output rate of one GPU of the main pool.
    pub output_tokens_per_s_per_gpu: f64,
    /// The people, USD a day.
    pub people_usd_per_day: f64,
    /// What it costs; `None` where a price is missing.
    pub bill: Option<ServingBill>,
}

/// What a day of serving costs, USD, without the people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServingBill {
    /// The day.
    pub daily_usd: f64,
    /// A request asked, those from the response cache among them; `None` without requests.
    pub usd_per_request: Option<f64>,
    /// A million tokens asked for, prompt and output, those from the response cache among them.
    pub usd_per_million_tokens: Option<f64>,
    /// A million tokens, prompt and output, that the fleet was paid for and answered: what compares with an API.
    pub paid_usd_per_million_tokens: Option<f64>,
    /// The part of that which a prompt token takes, by its share of the main pool's time.
    pub paid_usd_per_million_input_tokens: Option<f64>,
    /// The part that an output token takes.
    pub paid_usd_per_million_output_tokens: Option<f64>,
    /// A million tokens at the full rate of the fleet, prompt and output.
    pub busy_usd_per_million_tokens: Option<f64>,
    /// A million output tokens with every slot of the main pool busy, prompts included in the price.
    pub busy_usd_per_million_output_tokens: f64,
}

/// Why a model cannot be served as asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ServingRefusal {
    /// There can be no such model, for this reason in words.
    NoSuchModel(&'static str),
    /// No model is laid out so, on whatever GPUs, for this reason in words.
    NoSuchLayout(&'static str),
    /// It does not fit.
    DoesNotFit(Misfit),
}

/// A pool that does not fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Misfit {
    /// Which pool it is.
    pub pool: PoolName,
    /// What does not fit.
    pub reason: DoesNotFit,
    /// The least GPUs of this kind that would hold it, a power of two, if any do.
    pub min_gpus_to_fit: Option<u32>,
    /// The widest weight format that would fit the available GPUs, if any.
    pub precision_to_fit: Option<Precision>,
    /// GPUs available.
    pub gpus: u32,
}

impl Outcome {
    /// Training against inference over the horizon; `None` when one of them is impossible or a price is missing.
    pub fn split(&self) -> Option<Split> {
        let serving = self.serving.as_ref().ok()?;
        self.course?.split(|moment| serving.spending_at(moment))
    }
}

impl ServingRefusal {
    /// What does not fit; `None` where there can be no such model or layout.
    pub const fn misfit(&self) -> Option<&Misfit> {
        match self {
            Self::NoSuchModel(_) | Self::NoSuchLayout(_) => None,
            Self::DoesNotFit(misfit) => Some(misfit),
        }
    }
}

impl ServingOutcome {
    /// The pools' day and what follows from it.
    pub fn new(main: Pool, others: Vec<(PoolName, Pool)>, inputs: &Inputs) -> Self {
        let error = &inputs.model_error;
        let traffic = inputs.traffic();
        let pools = || each(&main, &others);
        let day = Day::new(pools(), &traffic, &Moment::START);
        let latency = |pool: &Pool| {
            let further_tokens = (pool.plan.deployment.output_tokens - 1.0).max(0.0);
            pool.latencies.ttft.mean * error.ttft + further_tokens * pool.latencies.tpot_s * error.tpot
        };
        let request_s: f64 = pools().map(|pool| pool.plan.share * latency(pool)).sum();
        let cold_share = main.cold_share(&traffic);
        let waiting_s = cold_share * main.plan.cold_start_s;
        let output_tokens_per_s_per_gpu =
            main.replica.output_tokens_per_s * error.throughput / main.replica.gpus;
        let ttft_s = main.latencies.ttft.mean * error.ttft + waiting_s;
        let tpot_s = main.latencies.tpot_s * error.tpot;
        Self {
            traffic,
            ttft_s,
            first_answer_s: ttft_s + main.plan.session.thinking_tokens * tpot_s,
            tpot_s,
            request_s: (request_s + main.plan.share * waiting_s
                - inputs.edge.share * inputs.edge.latency_saved_s)
                .max(0.0),
            cold_share,
            output_tokens_per_s_per_gpu,
            people_usd_per_day: inputs.people.serving_usd_per_day(1.0),
            bill: ServingBill::new(&main, &day, &traffic, output_tokens_per_s_per_gpu),
            day,
            main,
            others,
        }
    }

    /// Cost of a day, USD, without the people; `None` where a price is missing.
    pub fn daily_usd(&self) -> Option<f64> {
        Some(self.bill?.daily_usd)
    }

    /// The day of a month: the same replicas, counted again.
    pub fn day_at(&self, moment: &Moment) -> Day {
        Day::new(self.pools(), &self.traffic, moment)
    }

    /// What of that day the months add up.
    #[inline]
    pub fn spending_at(&self, moment: &Moment) -> Spending {
        Spending::new(self.pools(), &self.traffic, moment)
    }

    /// What a day pays for, in the order in which it is shown; the lines add up to the bill. `None` where a price is
    /// missing.
    pub fn lines(&self) -> Option<[(&'static str, f64); 7]> {
        let cost = self.day.cost?;
        let all = cost.sum();
        Some([
            ("GPUs, owned", cost.owned.hardware),
            ("GPUs, reserved", cost.reserved.hardware),
            ("GPUs, spot", cost.spot.hardware),
            ("GPUs, on demand", cost.on_demand.hardware),
            ("Electricity", all.electricity),
            ("Cooling", all.cooling),
            ("Devices at the edge", self.day.edge_usd),
        ])
    }

    /// A pool by its name.
    pub fn pool(&self, name: PoolName) -> Option<&Pool> {
        match name {
            PoolName::Main => Some(&self.main),
            _ => self.others.iter().find(|(other, _)| *other == name).map(|(_, pool)| pool),
        }
    }

    /// Every pool: main, small, tiers.
    pub fn pools(&self) -> impl Iterator<Item = &Pool> {
        each(&self.main, &self.others)
    }
}

/// Every pool in turn.
fn each<'a>(main: &'a Pool, others: &'a [(PoolName, Pool)]) -> impl Iterator<Item = &'a Pool> {
    std::iter::once(main).chain(others.iter().map(|(_, pool)| pool))
}

impl ServingBill {
    fn new(main: &Pool, day: &Day, traffic: &Traffic, output_tokens_per_s_per_gpu: f64) -> Option<Self> {
        let daily_usd = day.usd()?;
        let fleet_usd = daily_usd - day.edge_usd;
        let (served, replica) = (&main.plan.deployment, &main.replica);
        let tokens = served.prompt_tokens + served.output_tokens;
        let millions = |usd: f64, tokens: f64| (tokens > 0.0).then(|| usd / tokens * 1e6);
        let prefill_s = replica.prefill_s;
        let decode_s = served.output_tokens * replica.step_s / replica.batch;
        let prefill_share = prefill_s / (prefill_s + decode_s);
        Some(Self {
            daily_usd,
            usd_per_request: (traffic.asked > 0.0).then(|| daily_usd / traffic.asked),
            usd_per_million_tokens: millions(daily_usd, traffic.asked * tokens),
            paid_usd_per_million_tokens: millions(fleet_usd, traffic.served * tokens),
            paid_usd_per_million_input_tokens: millions(
                fleet_usd * prefill_share,
                traffic.served * served.prompt_tokens,
            ),
            paid_usd_per_million_output_tokens: millions(
                fleet_usd * (1.0 - prefill_share),
                traffic.served * served.output_tokens,
            ),
            busy_usd_per_million_tokens: millions(day.busy_usd, traffic.served * tokens),
            busy_usd_per_million_output_tokens: main.usd_per_hour()? / (output_tokens_per_s_per_gpu * 3600.0)
                * 1e6,
        })
    }

    /// Cost of a month of 30.4 days, USD.
    pub fn monthly_usd(&self) -> f64 {
        self.daily_usd * DAYS_PER_MONTH
    }

    /// Cost of a year, USD.
    pub fn yearly_usd(&self) -> f64 {
        self.daily_usd * DAYS_PER_YEAR
    }
}

impl TrainingBill {
    /// What a run on so many GPUs costs at an hourly price, with its experiments, the people, and what is bought besides.
    pub(super) fn new(
        gpu_hours: f64,
        gpus: f64,
        hour: Cost,
        people_usd: f64,
        terms: &TrainingMoney,
        facility: &Facility,
    ) -> Self {
        let hours = gpu_hours * terms.compute_multiple();
        let breakdown = TrainingBreakdown {
            final_run: gpu_hours * hour.hardware,
            experiments: (hours - gpu_hours) * hour.hardware,
            electricity: hours * hour.electricity,
            cooling: hours * hour.cooling,
            people: people_usd,
            storage: terms.storage_usd,
            data: terms.data_usd,
        };
        let programme_usd = breakdown.total();
        let owned = gpus * terms.rate.owned_share;
        let worth =
            |hours: f64| terms.rate.purchase_usd.map_or(0.0, |usd| owned * worth_after(hours, usd, facility));
        Self {
            usd_per_gpu_hour: hour.total(),
            final_run_usd: gpu_hours * hour.total(),
            compute_usd: hours * hour.total(),
            programme_usd,
            breakdown,
            updates_usd_per_year: programme_usd * terms.update_cost_share * terms.versions_per_year,
            bought_usd: worth(0.0),
            left_over_usd: worth(hours / gpus),
        }
    }
}

impl TrainingBreakdown {
    /// The whole training effort.
    pub fn total(&self) -> f64 {
        self.lines().iter().map(|(_, usd)| usd).sum()
    }

    /// The lines with their names, in the order in which they are shown.
    pub fn lines(&self) -> [(&'static str, f64); 7] {
        [
            ("GPUs, final run", self.final_run),
            ("GPUs, experiments", self.experiments),
            ("Electricity", self.electricity),
            ("Cooling", self.cooling),
            ("Engineering time", self.people),
            ("Storage", self.storage),
            ("Data", self.data),
        ]
    }
}
