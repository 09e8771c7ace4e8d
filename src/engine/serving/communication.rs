//! Exchange between the GPUs of a replica: two all-reduces in every layer.

use crate::engine::serving::constants::ServingConstants;
use crate::engine::serving::deployment::Deployment;
use crate::engine::serving::layers::ACTIVATION_BYTES;

/// All-reduces in a layer: after attention and after the feed-forward (Megatron-LM, section 3).
const PER_LAYER: f64 = 2.0;

/// Time of the exchange in one pass through the model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Communication {
    /// However few tokens pass, seconds.
    pub latency_s: f64,
    /// For each token that passes, seconds.
    pub token_s: f64,
}

impl Communication {
    pub(super) fn new(deployment: &Deployment, constants: &ServingConstants) -> Self {
        if deployment.tensor_parallel <= 1 {
            return Self { latency_s: 0.0, token_s: 0.0 };
        }
        let Deployment { shape, gpu, .. } = deployment;
        let gpus = f64::from(deployment.tensor_parallel);
        let (latency_s, bandwidth) = constants.link(gpu);
        // Where experts are spread, a GPU sends on only the tokens that it schedules itself, to their experts.
        let others = f64::from(deployment.expert_parallel.max(1) - 1);
        let fewer = 1.0 + constants.links.expert_parallel_gain * others;
        let all_reduces = PER_LAYER * shape.layers;
        // A ring passes 2 (t - 1) / t of the bytes through every link.
        let bytes = 2.0 * (gpus - 1.0) / gpus * shape.hidden * ACTIVATION_BYTES;
        Self { latency_s: all_reduces * latency_s, token_s: all_reduces * bytes / (bandwidth * fewer) }
    }
}
