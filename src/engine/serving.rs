//! Serving: what one replica yields and how long its users wait.

mod attention;
mod communication;
mod constants;
mod costs;
mod deployment;
mod layers;
mod layout;
mod memory;
pub mod queue;
mod speculation;

pub use constants::{ByMaker, ComputeUse, ExpertConstants, Links, LoadConstants, Overhead, ServingConstants};
use costs::Costs;
pub use deployment::{Batch, Batching, Deployment, MAX_BATCH, Prefills, ServingEngine};
use layers::Shared;
pub use layout::{Degree, Layout, Layouts};
use memory::{Capacity, STEP_TOKENS};
use queue::{Burst, Latencies, Percentiles, Work};
pub use speculation::{Speculation, SpeculationMethod};

/// What limits a replica's decode step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Reading weights and cache.
    MemoryBandwidth,
    /// Arithmetic, that of interleaved prefills included.
    Compute,
    /// All-reduces and all-to-alls between the GPUs.
    Communication,
    /// Launches, scheduling and other time that no datasheet names.
    Overhead,
}

impl Bound {
    /// The words shown to people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::MemoryBandwidth => "memory bandwidth",
            Self::Compute => "compute",
            Self::Communication => "communication",
            Self::Overhead => "overhead",
        }
    }
}

/// What the memory of one GPU holds, bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServingMemory {
    /// Weights.
    pub weights: f64,
    /// KV cache of the running batch.
    pub kv_cache: f64,
    /// Activations, buffers, runtime.
    pub working: f64,
    /// What the engine may use of the GPU's memory.
    pub usable: f64,
}

/// Where the time of one decode step goes, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepTime {
    /// Reading weights (the part that bandwidth bounds).
    pub weights_s: f64,
    /// Arithmetic of the linear layers.
    pub compute_s: f64,
    /// Attention over the cache.
    pub attention_s: f64,
    /// Communication between the GPUs.
    pub communication_s: f64,
    /// Overhead of layers, of the step and of its requests.
    pub overhead_s: f64,
}

/// A replica that fits: its rates with the batch kept full, and its latencies under the load that is asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replica {
    /// GPUs, those with prefills of their own included; these may be shared with other replicas, of which a fleet has whole
    /// ones.
    pub gpus: f64,
    /// Requests that run together, on average.
    pub batch: f64,
    /// Largest batch that memory holds, or that its schedulers run.
    pub max_batch: f64,
    /// Memory would hold more than its schedulers run.
    pub capped: bool,
    /// Memory of one GPU.
    pub memory: ServingMemory,
    /// One request's own prefill, seconds.
    pub prefill_s: f64,
    /// One decode step without interleaved prefills, seconds; for each token, where several are guessed.
    pub step_s: f64,
    /// Parts of that step.
    pub step: StepTime,
    /// Mean wait for a free slot, seconds; 0 unless more requests are in flight than memory holds.
    pub wait_s: f64,
    /// Mean time to first token, that wait included, seconds.
    pub ttft_s: f64,
    /// Mean time per output token, seconds.
    pub tpot_s: f64,
    /// Mean time from request to last token, seconds.
    pub request_s: f64,
    /// Output tokens per second of the whole replica with the batch kept full.
    pub output_tokens_per_s: f64,
    /// Requests per second of the whole replica.
    pub requests_per_s: f64,
    /// What limits it.
    pub bound: Bound,
}

/// Why a deployment cannot run, and what it would take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoesNotFit {
    /// Bytes that one GPU would have to hold for a single request.
    pub needed_bytes_per_gpu: f64,
    /// Bytes that it may use.
    pub usable_bytes_per_gpu: f64,
}

/// Halvings by which the rate is found that has so many requests in flight: to a ten-millionth.
const HALVINGS: u32 = 24;
/// Requests that a benchmark sends for each that it keeps in flight: ten, in the tables that are public.
const BENCHMARK_ROUNDS: f64 = 10.0;

/// Evaluates one replica with its batch kept full.
///
/// With `B` slots kept busy, the prefills of the others interleave: a request of `O` output tokens sees a mean time per
/// token of `step + (B - 1) / O * prefill`, and the replica yields `B O / (B prefill + O step)` output tokens a second.
///
/// # Errors
///
/// [`DoesNotFit`] when the weights and one request's cache exceed the usable memory.
pub fn serve(deployment: &Deployment, constants: &ServingConstants) -> Result<Replica, DoesNotFit> {
    let server = Server::new(deployment, constants)?;
    Ok(server.replica(&server.full()))
}

/// How requests reach a replica.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Load {
    /// At random, so many a second.
    Random(f64),
    /// At random, so many in flight on average.
    InFlight(f64),
    /// As others end, so many in flight.
    Closed(f64),
    /// So many at once.
    Burst(f64),
}

/// Latencies of one replica under a load; `None` where it does not fit, or where more come than it can answer.
pub fn latencies(deployment: &Deployment, constants: &ServingConstants, load: Load) -> Option<Latencies> {
    Server::new(deployment, constants).ok()?.under(load).map(|waits| waits.latencies)
}

/// So many requests at once: how long they wait, and until the last has ended; `None` where the replica does not fit.
pub fn burst(deployment: &Deployment, constants: &ServingConstants, requests: f64) -> Option<Burst> {
    Some(Server::new(deployment, constants).ok()?.burst(requests).1)
}

/// A replica that fits, ready to be asked.
pub(in crate::engine) struct Server<'a> {
    /// What it serves.
    pub deployment: Deployment,
    constants: &'a ServingConstants,
    capacity: Capacity,
    /// Largest batch that memory holds.
    pub max_batch: f64,
    /// Requests per second with the batch kept full.
    pub full_rate: f64,
    /// Requests per second that it sustains when they come at random: no more than the budget of a step has prefills for.
    pub sustained_rate: f64,
    /// Groups of as many GPUs that read prompts, for each that decodes; 0 where it reads its own.
    pub readers: f64,
    costs: Costs,
}

/// Latencies, and the part of them that is a wait for a slot.
pub(in crate::engine) struct Waits {
    slot_s: f64,
    /// The latencies.
    pub latencies: Latencies,
}

impl<'a> Server<'a> {
    pub(in crate::engine) fn new(
        deployment: &Deployment,
        constants: &'a ServingConstants,
    ) -> Result<Self, DoesNotFit> {
        let shared = Shared::new(&deployment.shape, deployment.weight_precision);
        let capacity = Capacity::new(deployment, &shared, constants);
        if capacity.least() > capacity.usable {
            return Err(DoesNotFit {
                needed_bytes_per_gpu: capacity.least(),
                usable_bytes_per_gpu: capacity.usable,
            });
        }
        let max_batch = capacity.max_batch();
        let costs = Costs::new(deployment, &shared, constants);
        let mut server = Self {
            deployment: *deployment,
            constants,
            capacity,
            max_batch,
            full_rate: 0.0,
            sustained_rate: 0.0,
            readers: 0.0,
            costs,
        };
        (server.full_rate, server.readers) = server.rate_and_readers(server.batch());
        server.sustained_rate = match deployment.batching {
            Batching::Continuous => server.work().capacity().min(server.full_rate),
            Batching::Static => server.full_rate,
        };
        Ok(server)
    }

    /// The replica, whose latencies are these.
    pub(in crate::engine) fn replica(&self, waits: &Waits) -> Replica {
        let batch = self.batch();
        let step = self.costs.step(batch);
        let Waits { slot_s, latencies } = waits;
        Replica {
            gpus: self.gpus(),
            batch,
            max_batch: self.max_batch,
            capped: self.capacity.is_capped(),
            memory: ServingMemory {
                weights: self.capacity.weights,
                kv_cache: self.capacity.cache_bytes(batch),
                working: self.capacity.working,
                usable: self.capacity.usable,
            },
            prefill_s: self.costs.prefill_s(1.0),
            step_s: step.total(),
            step,
            wait_s: *slot_s,
            ttft_s: latencies.ttft.mean,
            tpot_s: latencies.tpot_s,
            request_s: latencies.request_s,
            output_tokens_per_s: self.full_rate * self.output(),
            requests_per_s: self.full_rate,
            bound: bound(&step, &self.costs, self.costs.interleaved_s() * batch / self.output()),
        }
    }

    /// With the batch kept full.
    pub(in crate::engine) fn full(&self) -> Waits {
        let in_flight = match self.deployment.batch {
            Batch::Requests(requests) => requests.max(1.0),
            Batch::Max => self.max_batch,
        };
        match self.deployment.batching {
            Batching::Continuous => self.closed(in_flight),
            Batching::Static => self.together(in_flight, in_flight.min(self.max_batch)),
        }
    }

    /// Under a load; `None` where more come than it can answer.
    pub(in crate::engine) fn under(&self, load: Load) -> Option<Waits> {
        let at_once = |latencies| Waits { slot_s: 0.0, latencies };
        Some(match (self.deployment.batching, load) {
            (Batching::Static, Load::Random(rate)) => self.gathered(rate)?,
            (Batching::Static, Load::InFlight(requests)) => {
                let batch = requests.clamp(1.0, self.batch());
                self.together(batch, batch)
            }
            (Batching::Static, Load::Closed(requests) | Load::Burst(requests)) => {
                self.together(requests, requests.min(self.batch()))
            }
            (Batching::Continuous, Load::Random(rate)) => at_once(self.random(rate)?),
            (Batching::Continuous, Load::InFlight(requests)) => at_once(self.random(self.rate_of(requests))?),
            (Batching::Continuous, Load::Closed(requests)) => self.closed(requests),
            (Batching::Continuous, Load::Burst(requests)) => at_once(self.burst(requests).0),
        })
    }

    /// GPU time of a request at the most that it sustains, seconds.
    pub(in crate::engine) fn gpu_time_s(&self) -> f64 {
        self.gpus() / self.sustained_rate
    }

    /// GPUs, its part of those that read prompts included.
    fn gpus(&self) -> f64 {
        f64::from(self.deployment.layout.gpus()) * (1.0 + self.readers)
    }

    /// Requests that run together when as many are in flight as are planned.
    pub(in crate::engine) fn batch(&self) -> f64 {
        match self.deployment.batch {
            Batch::Requests(requests) => requests.max(1.0).min(self.max_batch),
            Batch::Max => self.max_batch,
        }
    }

    /// Output tokens of a request.
    fn output(&self) -> f64 {
        self.deployment.output_tokens.max(1.0)
    }

    /// What requests ask of the GPUs that decode.
    fn work(&self) -> Work<impl Fn(f64) -> f64 + '_> {
        let fresh = self.deployment.fresh_tokens().max(1.0);
        let step_prefill_s = self.costs.interleaved_s() / self.deployment.stages();
        Work {
            step: |batch| self.costs.step_s(batch),
            prefill_s: match self.deployment.prefills {
                Prefills::Beside => step_prefill_s,
                Prefills::Apart { .. } => 0.0,
            },
            prefill_spread: self.deployment.prompt_spread,
            chunk_s: step_prefill_s * STEP_TOKENS / fresh,
            output_tokens: self.output(),
            output_spread: self.deployment.output_spread,
            slots: self.batch(),
            wait_ratio: self.constants.arrival_ratio(self.deployment.engine),
        }
    }

    /// Requests a second with the batch kept full, and the groups of GPUs that read their prompts.
    fn rate_and_readers(&self, batch: f64) -> (f64, f64) {
        let decode_s = self.output() * self.costs.step_s(batch);
        match (self.deployment.batching, self.deployment.prefills) {
            (Batching::Static, _) => (batch / (self.costs.prefill_s(batch) + decode_s), 0.0),
            (Batching::Continuous, Prefills::Beside) => {
                (batch / (batch * self.work().prefill_s + decode_s), 0.0)
            }
            (Batching::Continuous, Prefills::Apart { share }) => {
                let rate = batch / decode_s;
                // As many as keep up, or as stated.
                let kept_up = self.busy_readers(rate);
                let readers = share.map_or(kept_up, |share| share / (1.0 - share));
                (rate * (readers / kept_up).min(1.0), readers)
            }
        }
    }

    /// Groups of GPUs that the prompts of such a rate keep busy.
    fn busy_readers(&self, rate: f64) -> f64 {
        rate * self.costs.prompt_work_s() / self.deployment.stages()
    }

    /// So many kept in flight by a load generator, which starts with all of them at once.
    fn closed(&self, in_flight: f64) -> Waits {
        let work = self.work();
        let latencies = work.closed(in_flight, BENCHMARK_ROUNDS);
        let (handling_s, steps) = self.constants.first_token_wait(self.deployment.engine);
        // A request on its own does not wait; the wait begins as soon as there are others.
        let company = 1.0 - in_flight.max(1.0).recip();
        let handling_s = company * (handling_s + steps * latencies.tpot_s);
        let slot_s = (in_flight - work.slots).max(0.0) / latencies.rate;
        let latencies = self.with_prefill(latencies, in_flight, 1.0).later(handling_s);
        // As many in flight as are kept there: Little's law gives the rate, which is no more than the slots sustain.
        let rate = (in_flight / latencies.request_s).min(self.full_rate);
        Waits { slot_s, latencies: Latencies { rate, in_flight, ..latencies } }
    }

    /// At random, so many a second.
    fn random(&self, rate: f64) -> Option<Latencies> {
        let latencies = self.work().poisson(rate)?;
        let steps = if self.deployment.layout.attention_data_parallel {
            self.constants.load.arrival_steps
        } else {
            0.0
        };
        // A request on its own waits for no other.
        let company = latencies.in_flight / (1.0 + latencies.in_flight);
        let front_s = company * steps * latencies.tpot_s;
        let ratio = self.constants.arrival_ratio(self.deployment.engine);
        Some(self.with_prefill(latencies, f64::INFINITY, ratio).later(front_s))
    }

    /// Mean time to first token at a rate at which requests come at random, seconds, as [`random`](Self::random) has it:
    /// all that most targets are about, in half the time.
    pub(in crate::engine) fn mean_ttft_s(&self) -> impl Fn(f64) -> Option<f64> + '_ {
        let work = self.work();
        let is_plain =
            self.deployment.prefills == Prefills::Beside && !self.deployment.layout.attention_data_parallel;
        let late_s = self.beyond_step_s();
        move |rate| {
            if is_plain { Some(work.mean_ttft_s(rate)? + late_s) } else { Some(self.random(rate)?.ttft.mean) }
        }
    }

    /// The rate at which so many are in flight on average, or the most that is sustained.
    fn rate_of(&self, in_flight: f64) -> f64 {
        let (mut low, mut high) = (0.0, self.full_rate);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            let fewer = self.random(middle).is_some_and(|latencies| latencies.in_flight < in_flight);
            if fewer { low = middle } else { high = middle }
        }
        low
    }

    /// So many at once.
    fn burst(&self, requests: f64) -> (Latencies, Burst) {
        let work = self.work();
        let burst = work.burst(requests);
        let latencies = Latencies {
            rate: requests / burst.drain_s,
            in_flight: requests,
            ttft: burst.ttft,
            tpot_s: burst.tpot_s,
            tpot_p95_s: burst.tpot_s,
            request_s: burst.request_s,
            request_p95_s: burst.request_p95_s,
        };
        let latencies = self.with_prefill(latencies, requests, 1.0);
        let drain_s = burst.drain_s + latencies.ttft.mean - burst.ttft.mean;
        let burst = Burst {
            ttft: latencies.ttft,
            request_s: latencies.request_s,
            request_p95_s: latencies.request_p95_s,
            drain_s,
            output_tokens_per_s: requests * self.output() / drain_s,
            ..burst
        };
        (Latencies { rate: requests / drain_s, ..latencies }, burst)
    }

    /// Static batches of as many as come while the one before is answered; a request waits for the rest of that.
    fn gathered(&self, rate: f64) -> Option<Waits> {
        if rate >= self.full_rate {
            return None;
        }
        let cycle_s = |batch: f64| self.costs.prefill_s(batch) + self.output() * self.costs.step_s(batch);
        let batch = (0..HALVINGS).fold(1.0, |batch, _| (rate * cycle_s(batch)).clamp(1.0, self.batch()));
        let busy = (rate * cycle_s(batch) / batch).min(1.0);
        let exceeded_s = |beyond: f64| cycle_s(batch) * (1.0 - beyond / busy.max(beyond));
        let wait = Percentiles {
            mean: busy * cycle_s(batch) / 2.0,
            p50: exceeded_s(0.5),
            p95: exceeded_s(0.05),
            p99: exceeded_s(0.01),
        };
        let alone = self.together(batch, batch).latencies;
        let own_s = alone.ttft.mean;
        let request_s = alone.request_s + wait.mean;
        let latencies = Latencies {
            rate,
            in_flight: rate * request_s,
            ttft: Percentiles {
                mean: own_s + wait.mean,
                p50: own_s + wait.p50,
                p95: own_s + wait.p95,
                p99: own_s + wait.p99,
            },
            request_s,
            request_p95_s: alone.request_s + wait.p95,
            ..alone
        };
        Some(Waits { slot_s: wait.mean, latencies })
    }

    /// A static batch: all start and end together.
    fn together(&self, in_flight: f64, batch: f64) -> Waits {
        let prefill_s = self.costs.prefill_s(batch);
        let tpot_s = self.costs.step_s(batch);
        let cycle_s = prefill_s + self.output() * tpot_s;
        let slot_s = (in_flight / batch - 1.0).max(0.0) * cycle_s;
        let ttft_s = prefill_s + slot_s;
        let request_s = ttft_s + (self.output() - 1.0) * tpot_s;
        let latencies = Latencies {
            rate: batch / cycle_s,
            in_flight,
            ttft: Percentiles::all(ttft_s),
            tpot_s,
            tpot_p95_s: tpot_s,
            request_s,
            request_p95_s: request_s,
        };
        Waits { slot_s, latencies }
    }

    /// What a prompt on its own takes beyond what the queue counts of it, seconds.
    fn beyond_step_s(&self) -> f64 {
        let counted_s = self.costs.interleaved_s() / self.deployment.stages() + self.costs.step_s(1.0);
        (self.costs.prefill_s(1.0) - counted_s).max(0.0)
    }

    /// The same with what the queue leaves out of a prefill.
    ///
    /// A prompt on its own visits more experts than the step beside it reads. One that is read elsewhere waits in a queue of
    /// its own (Pollaczek and Khinchine), of no more than `in_flight` requests, so many times as long, and its cache is sent over the network.
    fn with_prefill(&self, latencies: Latencies, in_flight: f64, wait_ratio: f64) -> Latencies {
        if self.deployment.prefills == Prefills::Beside {
            return latencies.later(self.beyond_step_s());
        }
        let own_s = self.costs.prefill_s(1.0);
        let busy = (self.busy_readers(latencies.rate) / self.readers).min(FULLEST);
        let spread = self.deployment.prompt_spread;
        let wait_s = busy * own_s * (1.0 + spread * spread) / 2.0 / (1.0 - busy);
        let most_s = (in_flight - 1.0) / 2.0 * own_s;
        latencies.later(wait_ratio * wait_s.min(most_s) + own_s + self.costs.transfer_s)
    }
}

/// The fullest that GPUs with prefills of their own are taken to be.
const FULLEST: f64 = 0.98;

/// What limits a replica most, where `prefill_s` of interleaved prefills fall to each step.
fn bound(step: &StepTime, costs: &Costs, prefill_s: f64) -> Bound {
    let exchange_s = prefill_s * costs.exchange_share();
    let parts = [
        (step.weights_s + step.attention_s, Bound::MemoryBandwidth),
        (step.compute_s + prefill_s - exchange_s, Bound::Compute),
        (step.communication_s + exchange_s, Bound::Communication),
        (step.overhead_s, Bound::Overhead),
    ];
    parts.into_iter().fold(parts[0], |most, part| if part.0 > most.0 { part } else { most }).1
}

impl ServingMemory {
    /// What is in use, bytes.
    pub const fn in_use(&self) -> f64 {
        self.weights + self.kv_cache + self.working
    }
}

impl StepTime {
    /// The whole step, seconds.
    pub const fn total(&self) -> f64 {
        self.weights_s + self.compute_s + self.attention_s + self.communication_s + self.overhead_s
    }
}
