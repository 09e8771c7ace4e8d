//! Exchange between the GPUs of a replica.
//!
//! Split layers take two all-reduces each. With attention data parallelism nothing is reduced: tokens are sent to the GPUs
//! of their experts, and back. Beyond a server both pass the network too, and stages hand activations on.

use crate::engine::gpu::{Gpu, ScaleUpLink};
use crate::engine::serving::constants::{Links, ServingConstants};
use crate::engine::serving::deployment::Deployment;
use crate::engine::serving::layers::ACTIVATION_BYTES;

/// Exchanges in a layer: after attention and after the feed-forward (Megatron-LM, section 3), or to the experts and back.
const PER_LAYER: f64 = 2.0;
/// Bytes of an activation sent to its experts and back, on average: there in eight bits where weights have no more, back in
/// 16 (DeepSeek-V3, section 3.3.3).
const SENT_BYTES: f64 = 1.5;
/// Latency of one all-reduce of two GPUs over a fabric, seconds (assumption: kernels in one step take 3-5 us).
const FABRIC_LATENCY_S: f64 = 3e-6;
/// Bytes of an all-reduce at which it takes half of what large ones take more (assumption: kernels in one step pass up to about a
/// megabyte, rings and trees what is larger, whose pace still rises over some ten).
const LARGE_BYTES: f64 = 6e6;
/// Latency of one all-reduce of two GPUs over PCI Express, seconds (assumption: 26-31 us over eight were measured).
const PCIE_LATENCY_S: f64 = 20e-6;
/// Growth of the latency for each doubling of the GPUs (assumption: between one step and a tree of them).
const LATENCY_GROWTH: f64 = 0.3;
/// Latency of one exchange between servers, seconds (assumption: `DeepSeek-R1` over 16 H100 took 14 ms a token more for its
/// 122 all-reduces than within a server).
const NETWORK_LATENCY_S: f64 = 60e-6;
/// Share of the network's bandwidth that an exchange between servers reaches (assumption: `DeepEP`'s kernels reach 43-58 GB/s
/// over ports of 50, github.com/deepseek-ai/DeepEP README.md).
pub(super) const NETWORK_USE: f64 = 0.85;
/// A ring over cards that are bridged in pairs runs at the pace of PCI Express 4.0 x16, one direction.
const BRIDGED_RING_BYTES_PER_S: f64 = 32e9;

/// Time of the exchange in one pass through the model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Communication {
    /// However few tokens pass, seconds.
    pub latency_s: f64,
    /// What it takes more when very many pass, beyond its bytes, seconds.
    large_s: f64,
    /// Tokens at which it takes half of that.
    large_tokens: f64,
    /// For each token that passes, seconds.
    pub token_s: f64,
    /// It goes on beside the arithmetic: where experts are spread over servers, two halves of the batch take turns
    /// (DeepSeek-V3, section 3.4).
    pub beside: bool,
}

/// A link: what one exchange takes at least, and its pace.
struct Link {
    latency_s: f64,
    bytes_per_s: f64,
}

impl Communication {
    pub(super) fn new(deployment: &Deployment, constants: &ServingConstants) -> Self {
        let Deployment { shape, gpu, .. } = deployment;
        let gpus = deployment.stage_gpus();
        let links = &constants.links;
        let token_bytes = shape.hidden * ACTIVATION_BYTES;
        let (mut latency_s, mut large_s, mut token_s, mut beside) = (0.0, 0.0, 0.0, false);
        if gpus > 1.0 {
            let near = links.within(gpu, gpus.min(f64::from(gpu.scale_up_domain)));
            let far = Links::between(gpu);
            // Servers over which a stage reaches.
            let servers = (gpus / f64::from(gpu.scale_up_domain)).max(1.0);
            let per_server = gpus / servers;
            let beyond = if servers > 1.0 { far.latency_s } else { 0.0 };
            if deployment.layout.attention_data_parallel {
                let active = shape.experts.map_or(0.0, |experts| experts.active);
                let exchanges = PER_LAYER * shape.expert_layers();
                let visited = elsewhere(gpus, active) / gpus;
                // Once to each server, and on from there.
                let crossing = elsewhere(servers, active) / gpus;
                let narrow = deployment.weight_precision.bytes() <= 1.0;
                let sent_bytes = shape.hidden * if narrow { SENT_BYTES } else { ACTIVATION_BYTES };
                latency_s = exchanges * (near.latency_s + beyond);
                token_s = exchanges * sent_bytes * (visited / near.bytes_per_s + crossing / far.bytes_per_s);
                beside = servers > 1.0;
            } else {
                // A ring passes 2 (t - 1) / t of the bytes through every link. Between servers, each GPU's share of them.
                let ring = |members: f64| 2.0 * (members - 1.0) / members;
                let reductions = PER_LAYER * shape.layers;
                latency_s = reductions * (near.latency_s + beyond);
                large_s = reductions * links.large_exchange_s * ring(per_server);
                token_s = reductions
                    * token_bytes
                    * (ring(per_server) / near.bytes_per_s + ring(servers) / per_server / far.bytes_per_s);
            }
        }
        let stages = deployment.stages();
        if stages > 1.0 {
            let far = Links::between(gpu);
            latency_s += stages * far.latency_s;
            token_s += stages * token_bytes / gpus / far.bytes_per_s;
        }
        Self { latency_s, large_s, large_tokens: LARGE_BYTES / token_bytes, token_s, beside }
    }

    /// What a pass of so many tokens takes besides its bytes, seconds.
    pub(super) fn fixed_s(&self, tokens: f64) -> f64 {
        self.latency_s + self.large_s * tokens / (tokens + self.large_tokens)
    }
}

/// Members other than its own that a token with so many experts visits, on average.
fn elsewhere(members: f64, experts: f64) -> f64 {
    (members - 1.0) * (1.0 - (1.0 - 1.0 / members).powf(experts))
}

impl Links {
    /// Between GPUs of a server.
    fn within(&self, gpu: &Gpu, gpus: f64) -> Link {
        let (latency_s, bytes_per_s) = match gpu.scale_up_link {
            ScaleUpLink::Fabric => (FABRIC_LATENCY_S, gpu.scale_up_bytes_per_s),
            ScaleUpLink::Pcie => (PCIE_LATENCY_S, gpu.scale_up_bytes_per_s),
            ScaleUpLink::Bridge => (PCIE_LATENCY_S, BRIDGED_RING_BYTES_PER_S),
        };
        let doublings = (gpus / 2.0).log2().max(0.0);
        Link {
            latency_s: latency_s * (1.0 + LATENCY_GROWTH * doublings),
            bytes_per_s: bytes_per_s * self.bandwidth_use,
        }
    }

    /// Between servers: each GPU over its own port.
    fn between(gpu: &Gpu) -> Link {
        Link { latency_s: NETWORK_LATENCY_S, bytes_per_s: gpu.scale_out_bytes_per_s * NETWORK_USE }
    }
}
