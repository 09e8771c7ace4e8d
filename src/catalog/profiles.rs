//! Profiles: the constants of one's own stack, and on what they rest.

use serde::{Deserialize, Serialize};

use crate::engine::gpu::GpuFamily;
use crate::engine::serving::{Batch, Deployment, MAX_BATCH, ServingConstants, ServingEngine};

/// A profile of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileId(pub u16);

/// Constants of serving as measured on a stack.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name.
    pub id: String,
    /// What it was made of, in a sentence.
    pub summary: String,
    /// The constants.
    pub constants: ServingConstants,
    /// The error that is left near what was measured, by figure.
    pub error: ProfileError,
    /// What was measured.
    pub measured: Vec<Point>,
}

/// Logarithmic standard deviation of what is predicted for figures that were left out; `None` where none was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileError {
    /// Of a replica's rate.
    pub throughput: Option<f64>,
    /// Of time per output token.
    pub tpot: Option<f64>,
    /// Of time to first token.
    pub ttft: Option<f64>,
}

/// A deployment as far as it tells how near another one is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Parameters of the model.
    pub parameters: f64,
    /// It is a mixture of experts.
    pub experts: bool,
    /// Requests in flight.
    pub batch: f64,
    /// Tokens of a prompt.
    pub prompt_tokens: f64,
    /// Tokens of an output.
    pub output_tokens: f64,
    /// GPUs of a replica.
    pub gpus: f64,
    /// Memory bandwidth of a GPU, bytes/s.
    pub bandwidth: f64,
    /// Hardware family.
    pub family: GpuFamily,
    /// Bytes of a weight.
    pub weight_bytes: f64,
    /// Serving engine.
    pub engine: ServingEngine,
}

impl From<&Deployment> for Point {
    fn from(deployment: &Deployment) -> Self {
        Self {
            parameters: deployment.shape.total_parameters(),
            experts: deployment.shape.experts.is_some(),
            batch: match deployment.batch {
                Batch::Requests(requests) => requests,
                Batch::Max => MAX_BATCH,
            },
            prompt_tokens: deployment.prompt_tokens,
            output_tokens: deployment.output_tokens,
            gpus: f64::from(deployment.layout.gpus()),
            bandwidth: deployment.gpu.bandwidth_bytes_per_s,
            family: deployment.gpu.family,
            weight_bytes: deployment.weight_precision.bytes(),
            engine: deployment.engine,
        }
    }
}

impl Point {
    /// Distance in logarithms of size, batch and lengths; more where family, format, engine or kind of model differ.
    pub fn distance(&self, other: &Self) -> f64 {
        let apart = |a: f64, b: f64| (a.max(1.0) / b.max(1.0)).ln();
        let sizes = [
            apart(self.parameters, other.parameters),
            0.5 * apart(self.batch, other.batch),
            0.5 * apart(self.prompt_tokens, other.prompt_tokens),
            0.5 * apart(self.output_tokens, other.output_tokens),
            apart(self.gpus, other.gpus),
            apart(self.bandwidth, other.bandwidth),
        ];
        let kinds = [
            self.family == other.family,
            self.weight_bytes == other.weight_bytes,
            self.experts == other.experts,
            self.engine == other.engine,
        ];
        let different = kinds.into_iter().filter(|same| !same).count() as f64;
        sizes.into_iter().map(|size| size * size).sum::<f64>().sqrt() + different
    }
}

/// The most by which a profile narrows a range: what was measured a few times may differ the next time.
const NARROWEST: f64 = 0.3;

impl Profile {
    /// A spread of the published constants' error, narrowed near what was measured: fully there, by half at a distance of 0.7.
    pub fn narrowed(&self, published: f64, own: Option<f64>, deployment: &Deployment) -> f64 {
        let here = Point::from(deployment);
        let nearest = self.measured.iter().map(|point| point.distance(&here)).fold(f64::INFINITY, f64::min);
        let ratio = own.map_or(1.0, |own| (own / published).clamp(NARROWEST, 1.0));
        published * (1.0 - (1.0 - ratio) * (-nearest).exp())
    }
}
