//! On what a figure rests: the measured rows that lie nearest to a deployment.

use crate::calibration::kind::Kind;
use crate::catalog::profiles::Point;
use crate::engine::serving::{Deployment, ServingConstants};
use crate::evidence::measurement::Measurement;
use crate::evidence::serving::Trial;
use crate::rank;

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
    let here = Point::from(deployment);
    let mut found: Vec<(f64, &Measurement<Trial>)> = Measurement::<Trial>::counted()
        .filter(|row| row.kind == kind)
        .map(|row| (Point::from(&row.setup.deployment).distance(&here), row))
        .collect();
    rank::rising(&mut found, |(distance, _)| *distance);
    found
        .into_iter()
        .take(count)
        .map(|(distance, row)| {
            let error = row.predicted(constants).map(|predicted| predicted / row.published - 1.0);
            Neighbor { row, distance, error }
        })
        .collect()
}
