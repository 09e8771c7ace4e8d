//! On what a figure rests: the measured rows that lie nearest to a deployment.

use crate::calibration::kind::Kind;
use crate::engine::serving::{Batch, Deployment, MAX_BATCH, ServingConstants};
use crate::evidence::measurement::Measurement;
use crate::evidence::serving::Trial;

/// A measured row near a deployment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbor {
    /// The row.
    pub row: &'static Measurement<Trial>,
    /// Distance in logarithms of size, batch and lengths; more where family, format or kind of model differ.
    pub distance: f64,
    /// Relative error of the engine there; `None` when it says that the row's deployment does not fit.
    pub error: Option<f64>,
}

/// The `count` nearest rows of a figure, nearest first.
pub fn nearest(
    constants: &ServingConstants,
    kind: Kind,
    deployment: &Deployment,
    count: usize,
) -> Vec<Neighbor> {
    let mut found: Vec<(f64, &Measurement<Trial>)> = Measurement::<Trial>::counted()
        .filter(|row| row.kind == kind)
        .map(|row| (distance(&row.setup.deployment, deployment), row))
        .collect();
    found.sort_by(|one, other| one.0.total_cmp(&other.0));
    found
        .into_iter()
        .take(count)
        .map(|(distance, row)| {
            let error = row.predicted(constants).map(|predicted| predicted / row.published - 1.0);
            Neighbor { row, distance, error }
        })
        .collect()
}

/// Distance between two deployments.
fn distance(one: &Deployment, other: &Deployment) -> f64 {
    let apart = |a: f64, b: f64| (a.max(1.0) / b.max(1.0)).ln();
    let sizes = [
        apart(one.shape.total_parameters(), other.shape.total_parameters()),
        0.5 * apart(batch(one), batch(other)),
        0.5 * apart(one.prompt_tokens, other.prompt_tokens),
        0.5 * apart(one.output_tokens, other.output_tokens),
        apart(f64::from(one.layout.gpus()), f64::from(other.layout.gpus())),
        apart(one.gpu.bandwidth_bytes_per_s, other.gpu.bandwidth_bytes_per_s),
    ];
    let kinds = [
        one.gpu.family == other.gpu.family,
        one.weight_precision.bytes() == other.weight_precision.bytes(),
        one.shape.experts.is_some() == other.shape.experts.is_some(),
        one.engine == other.engine,
    ];
    let different = kinds.into_iter().filter(|same| !same).count() as f64;
    sizes.into_iter().map(|size| size * size).sum::<f64>().sqrt() + different
}

fn batch(deployment: &Deployment) -> f64 {
    match deployment.batch {
        Batch::Requests(requests) => requests,
        Batch::Max => MAX_BATCH,
    }
}
