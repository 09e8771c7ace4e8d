//! Serving: what one replica yields and how long its users wait.
//!
//! A replica is `tensor_parallel` GPUs over which every layer is split; in a mixture of experts,
//! `expert_parallel` of them hold whole experts instead.

mod attention;
mod communication;
mod constants;
mod deployment;
mod layers;
mod memory;
pub mod queue;

use attention::Attention;
use communication::Communication;
pub use constants::{
    ByFamily, ExpertConstants, LegacyConstants, Links, LoadConstants, MemoryConstants, Overhead,
    ServingConstants,
};
pub use deployment::{Batch, Batching, Degree, Deployment, MAX_BATCH, ServingEngine};
use layers::Layers;
use memory::Capacity;

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

/// A replica that fits: its rates and latencies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replica {
    /// Requests that run together, on average.
    pub batch: f64,
    /// Largest batch that memory holds.
    pub max_batch: f64,
    /// Memory of one GPU.
    pub memory: ServingMemory,
    /// One request's own prefill, seconds.
    pub prefill_s: f64,
    /// One decode step without interleaved prefills, seconds.
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

/// Evaluates one replica.
///
/// A decode step is linear layers + attention + communication + overhead; with `B` slots kept busy, the prefills of
/// the others interleave: a request of `O` output tokens sees a mean time per token of `step + (B - 1) / O * prefill`,
/// and the replica yields `B O / (B prefill + O step)` output tokens a second.
///
/// # Errors
///
/// [`DoesNotFit`] when the weights and one request's cache exceed the usable memory.
pub fn serve(deployment: &Deployment, constants: &ServingConstants) -> Result<Replica, DoesNotFit> {
    let capacity = Capacity::new(deployment, constants);
    if capacity.least() > capacity.usable {
        return Err(DoesNotFit {
            needed_bytes_per_gpu: capacity.least(),
            usable_bytes_per_gpu: capacity.usable,
        });
    }
    let max_batch = capacity.max_batch();
    let in_flight = match deployment.batch {
        Batch::Requests(requests) => requests.max(1.0),
        Batch::Max => max_batch,
    };
    let batch = in_flight.min(max_batch);
    let costs = Costs::new(deployment, constants);
    let step = costs.step(batch);
    let step_s = step.total();
    let prefill_s = costs.prefill_s(1.0);
    let interleaved_s = constants.load.prefill_interleave * costs.prompt_work_s();
    let output = deployment.output_tokens.max(1.0);

    let (tpot_s, first_s, cycle_s) = match deployment.batching {
        Batching::Continuous => {
            let others = batch - 1.0;
            let (handling_s, steps) = constants.first_token_wait(deployment.engine);
            // A request on its own does not wait; the wait begins as soon as there are others.
            let company = 1.0 - 1.0 / batch;
            let queue_s = constants.load.prefill_queue_share * others / 2.0 * interleaved_s;
            (
                step_s + others / output * interleaved_s,
                prefill_s + company * (handling_s + steps * step_s) + queue_s,
                batch * interleaved_s + output * step_s,
            )
        }
        Batching::Static => {
            let all_s = costs.prefill_s(batch);
            (step_s, all_s, all_s + output * step_s)
        }
    };
    // Little's law: those in flight beyond the slots wait for as many services to end as they are times the slots.
    let wait_s = (in_flight / batch - 1.0) * (first_s + output * tpot_s);
    let ttft_s = first_s + wait_s;
    let requests_per_s = batch / cycle_s;
    Ok(Replica {
        batch,
        max_batch,
        memory: ServingMemory {
            weights: capacity.weights,
            kv_cache: batch * capacity.cache_per_request,
            working: capacity.working,
            usable: capacity.usable,
        },
        prefill_s,
        step_s,
        step,
        wait_s,
        ttft_s,
        tpot_s,
        request_s: ttft_s + (output - 1.0) * tpot_s,
        output_tokens_per_s: requests_per_s * output,
        requests_per_s,
        bound: bound(&step, &costs, interleaved_s * batch / output),
    })
}

/// What limits a replica most, where `prefill_s` of interleaved prefills fall to each step.
fn bound(step: &StepTime, costs: &Costs, prefill_s: f64) -> Bound {
    let exchange_s = prefill_s * costs.prompt_exchange_s() / costs.prompt_work_s().max(f64::MIN_POSITIVE);
    let parts = [
        (step.weights_s + step.attention_s, Bound::MemoryBandwidth),
        (step.compute_s + prefill_s - exchange_s, Bound::Compute),
        (step.communication_s + exchange_s, Bound::Communication),
        (step.overhead_s, Bound::Overhead),
    ];
    parts.into_iter().fold(parts[0], |most, part| if part.0 > most.0 { part } else { most }).1
}

/// What the work of a deployment takes, whatever the batch.
struct Costs {
    layers: Layers,
    attention: Attention,
    communication: Communication,
    /// Launches of all layers and of the step, seconds.
    launch_s: f64,
    /// Handling one request in a step, seconds.
    request_s: f64,
    /// Prompt tokens that the prefix cache does not hold.
    fresh_tokens: f64,
}

impl Costs {
    fn new(deployment: &Deployment, constants: &ServingConstants) -> Self {
        let shape = &deployment.shape;
        let layer_s = constants.layer_overhead_s(
            deployment.engine,
            deployment.gpu.family,
            shape.expert_layers() / shape.layers,
            deployment.weight_precision,
        );
        Self {
            layers: Layers::new(deployment, constants),
            attention: Attention::new(deployment, constants),
            communication: Communication::new(deployment, constants),
            launch_s: shape.layers * layer_s + constants.overhead.step_s,
            request_s: constants.request_overhead_s(deployment.engine) / deployment.schedulers(),
            fresh_tokens: deployment.prompt_tokens * (1.0 - deployment.prefix_hit_rate),
        }
    }

    /// One decode step of a batch.
    fn step(&self, batch: f64) -> StepTime {
        let pass = self.layers.decode(batch);
        let attention_s = batch * self.attention.decode_request_s;
        let communication_s = self.communication.latency_s + batch * self.communication.token_s;
        let device_s = pass.total_s + attention_s + communication_s + self.launch_s;
        // Requests are handled on the host while the device works: the two hide each other in part.
        let step_s = device_s.hypot(batch * self.request_s);
        StepTime {
            weights_s: pass.reading_s,
            compute_s: pass.total_s - pass.reading_s,
            attention_s,
            communication_s,
            overhead_s: self.launch_s + (step_s - device_s),
        }
    }

    /// Prefill of `requests` prompts together, with nothing else running, seconds.
    fn prefill_s(&self, requests: f64) -> f64 {
        let pass = self.layers.prefill(self.fresh_tokens, requests);
        pass.total_s
            + requests * (self.attention.prefill_s + self.prompt_exchange_s())
            + self.communication.latency_s
            + self.launch_s
    }

    /// Work of one prompt beside other work, whose weights are read anyway, seconds.
    fn prompt_work_s(&self) -> f64 {
        self.layers.marginal_prefill_s(self.fresh_tokens)
            + self.attention.prefill_s
            + self.prompt_exchange_s()
    }

    /// Exchange between the GPUs for one prompt, seconds.
    fn prompt_exchange_s(&self) -> f64 {
        self.fresh_tokens * self.communication.token_s
    }
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
