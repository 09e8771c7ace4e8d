//! What the work of a deployment takes, whatever the batch.

use crate::engine::serving::StepTime;
use crate::engine::serving::attention::Attention;
use crate::engine::serving::communication::{Communication, NETWORK_USE};
use crate::engine::serving::constants::ServingConstants;
use crate::engine::serving::deployment::Deployment;
use crate::engine::serving::layers::{Layers, Pass, Shared};

/// Scheduling and sampling of one step, seconds (assumption: engines' own traces show 0.3-1 ms, in part hidden).
const STEP_S: f64 = 0.3e-3;

/// What one decode step is made of, seconds.
struct Step {
    pass: Pass,
    attention_s: f64,
    communication_s: f64,
    launch_s: f64,
    /// All of these together.
    device_s: f64,
    /// The whole, with what the host takes.
    whole_s: f64,
}

/// Times of a replica's work.
///
/// A decode step is linear layers + attention + communication + overhead.
pub(super) struct Costs {
    layers: Layers,
    attention: Attention,
    communication: Communication,
    /// Launches of all layers and of the step, seconds.
    launch_s: f64,
    /// Handling one request's token in a step, seconds.
    request_s: f64,
    /// Prompt tokens that the prefix cache does not hold.
    fresh_tokens: f64,
    /// Time of an interleaved prefill, relative to its work alone.
    interleave: f64,
    /// Slowing by the age of the software.
    slowing: f64,
    /// Stages, which work on a part of the batch each, one after another.
    stages: f64,
    /// Guesses in a step; 0 without speculation.
    guesses: f64,
    /// Work of a guess, and its latency, relative to those of a token.
    guess_share: f64,
    guess_layers: f64,
    /// Tokens that a step yields.
    yielded: f64,
    /// Sending the cache of a prompt over the network, seconds.
    pub transfer_s: f64,
}

impl Costs {
    pub(super) fn new(deployment: &Deployment, shared: &Shared, constants: &ServingConstants) -> Self {
        let Deployment { shape, gpu, .. } = deployment;
        let layer_s = constants.layer_overhead_s(deployment, shape.expert_layers() / shape.layers);
        let guessing = deployment.speculation;
        let cache = shape.growing_cache_bytes(deployment.prompt_tokens, deployment.kv_precision);
        let network = gpu.scale_out_bytes_per_s * NETWORK_USE * deployment.stage_gpus();
        Self {
            layers: Layers::new(deployment, shared, constants),
            attention: Attention::new(deployment, constants),
            communication: Communication::new(deployment, constants),
            launch_s: shape.layers * layer_s + STEP_S,
            request_s: constants.request_overhead_s(deployment.engine) / deployment.schedulers(),
            fresh_tokens: deployment.fresh_tokens(),
            interleave: constants.load.prefill_interleave,
            slowing: constants.slowing(deployment),
            stages: deployment.stages(),
            guesses: guessing.map_or(0.0, |guessing| guessing.draft_tokens),
            guess_share: guessing.map_or(0.0, |guessing| guessing.draft_share),
            guess_layers: guessing.map_or(0.0, |guessing| guessing.draft_layers),
            yielded: guessing.map_or(1.0, |guessing| guessing.tokens_per_step()),
            transfer_s: cache / network,
        }
    }

    /// One decode step of a batch.
    #[inline]
    fn parts(&self, batch: f64) -> Step {
        let requests = batch / self.stages;
        let tokens = requests * (1.0 + self.guesses);
        let mut pass = self.layers.decode(tokens);
        let mut launch_s = self.launch_s;
        if self.guesses > 0.0 {
            let guess = self.layers.decode(requests);
            pass.total_s += self.guesses * self.guess_share * guess.total_s;
            pass.reading_s += self.guesses * self.guess_share * guess.reading_s;
            launch_s += self.guesses * self.guess_layers * (self.launch_s + self.communication.latency_s);
        }
        let attention_s = requests * self.attention.read + tokens * self.attention.token;
        let communication_s = self.communication.fixed_s(tokens) + tokens * self.communication.token_s;
        let work_s = pass.total_s + attention_s;
        // What of the exchange shows beside the work.
        let communication_s = self.with_exchange(work_s, communication_s) - work_s;
        let device_s = (work_s + communication_s + launch_s) * self.slowing;
        // Each token that comes out is handled on the host while the device works: the two hide each other in part.
        let host_s = requests * self.yielded * self.request_s;
        let whole_s = (device_s * device_s + host_s * host_s).sqrt();
        Step { pass, attention_s, communication_s, launch_s, device_s, whole_s }
    }

    /// One decode step of a batch, for each token that it yields.
    #[inline]
    pub(super) fn step(&self, batch: f64) -> StepTime {
        let Step { pass, attention_s, communication_s, launch_s, device_s, whole_s } = self.parts(batch);
        let each = |seconds: f64| seconds * self.slowing / self.yielded;
        StepTime {
            weights_s: each(pass.reading_s),
            compute_s: each(pass.total_s - pass.reading_s),
            attention_s: each(attention_s),
            communication_s: each(communication_s),
            overhead_s: each(launch_s) + (whole_s - device_s) / self.yielded,
        }
    }

    /// The whole of that step, seconds.
    #[inline]
    pub(super) fn step_s(&self, batch: f64) -> f64 {
        self.parts(batch).whole_s / self.yielded
    }

    /// Prefill of `requests` prompts together, with nothing else running, seconds.
    #[inline]
    pub(super) fn prefill_s(&self, requests: f64) -> f64 {
        let pass = self.layers.prefill(self.fresh_tokens, requests);
        let work_s = pass.total_s + requests * self.attention.prefill;
        let exchanged_s = self.with_exchange(work_s, requests * self.prompt_exchange_s());
        let fixed_s = self.communication.fixed_s(requests * self.fresh_tokens);
        (exchanged_s + fixed_s + self.launch_s) * self.slowing
    }

    /// Work of one prompt beside other prompts, whose weights are read anyway, seconds.
    #[inline]
    pub(super) fn prompt_work_s(&self) -> f64 {
        let products_s = self.layers.marginal_prefill_s(self.fresh_tokens);
        self.with_exchange(products_s + self.attention.prefill, self.prompt_exchange_s()) * self.slowing
    }

    /// Work and its exchange, one after the other or side by side.
    #[inline]
    fn with_exchange(&self, work_s: f64, exchange_s: f64) -> f64 {
        if self.communication.beside {
            (work_s * work_s + exchange_s * exchange_s).sqrt()
        } else {
            work_s + exchange_s
        }
    }

    /// Work of one prompt between decode steps, seconds.
    #[inline]
    pub(super) fn interleaved_s(&self) -> f64 {
        self.interleave * self.prompt_work_s()
    }

    /// Part of a prompt's work that is exchange between the GPUs.
    #[inline]
    pub(super) fn exchange_share(&self) -> f64 {
        (self.prompt_exchange_s() * self.slowing / self.prompt_work_s().max(f64::MIN_POSITIVE)).min(1.0)
    }

    /// Exchange between the GPUs for one prompt, seconds, before any slowing.
    #[inline]
    fn prompt_exchange_s(&self) -> f64 {
        self.fresh_tokens * self.communication.token_s
    }
}
