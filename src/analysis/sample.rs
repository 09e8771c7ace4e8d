//! The fixed samples behind ranges: points that fill every dimension evenly, the same every time.

/// Points of a sample.
pub(super) const SAMPLES: usize = 256;
/// Start of what looks random: the same every time.
pub(super) const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// A low-discrepancy sequence: additive recurrence with the powers of the generalized golden ratio
/// (M. Roberts 2018, "The unreasonable effectiveness of quasirandom sequences").
pub(super) struct Sequence {
    steps: Vec<f64>,
}

impl Sequence {
    pub(super) fn new(dimensions: usize) -> Self {
        // The root of x^(d+1) = x + 1.
        let mut ratio = 2.0_f64;
        for _ in 0..40 {
            ratio = (1.0 + ratio).powf(1.0 / (dimensions as f64 + 1.0));
        }
        Self { steps: (1..=dimensions).map(|power| ratio.powf(-(power as f64)).fract()).collect() }
    }

    /// The point's coordinate, strictly between 0 and 1.
    pub(super) fn point(&self, index: usize, dimension: usize) -> f64 {
        (0.5 + self.steps[dimension] * (index as f64 + 1.0)).fract().clamp(1e-6, 1.0 - 1e-6)
    }
}

/// The standard normal deviate of a probability (P. Acklam's rational approximation, error below 1.2e-9).
pub(super) fn normal_deviate(probability: f64) -> f64 {
    const A: [f64; 6] = [
        -39.696_830_286_653_8,
        220.946_098_424_521,
        -275.928_510_446_969,
        138.357_751_867_269,
        -30.664_798_066_147_2,
        2.506_628_277_459_24,
    ];
    const B: [f64; 5] = [
        -54.476_098_798_224_1,
        161.585_836_858_041,
        -155.698_979_859_887,
        66.801_311_887_719_7,
        -13.280_681_552_885_7,
    ];
    const C: [f64; 6] = [
        -0.007_784_894_002_430_29,
        -0.322_396_458_041_136,
        -2.400_758_277_161_84,
        -2.549_732_539_343_73,
        4.374_664_141_464_97,
        2.938_163_982_698_78,
    ];
    const D: [f64; 4] =
        [0.007_784_695_709_041_46, 0.322_467_129_070_04, 2.445_134_137_143, 3.754_408_661_907_42];
    const TAIL: f64 = 0.02425;
    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    if probability < TAIL {
        let q = (-2.0 * probability.ln()).sqrt();
        polynomial(&C, q) / (polynomial(&D, q) * q + 1.0)
    } else if probability > 1.0 - TAIL {
        -normal_deviate(1.0 - probability)
    } else {
        let q = probability - 0.5;
        let r = q * q;
        polynomial(&A, r) * q / (polynomial(&B, r) * r + 1.0)
    }
}

/// A Latin hypercube: in each dimension one point in each of [`SAMPLES`] strata of equal probability, in an order of its own.
pub(super) struct Strata {
    orders: Vec<Vec<usize>>,
}

impl Strata {
    pub(super) fn new(dimensions: usize) -> Self {
        let mut random = SEED;
        let orders = (0..dimensions).map(|_| {
            let mut order: Vec<usize> = (0..SAMPLES).collect();
            shuffle(&mut order, &mut random);
            order
        });
        Self { orders: orders.collect() }
    }

    /// The point's coordinate, strictly between 0 and 1.
    pub(super) fn point(&self, index: usize, dimension: usize) -> f64 {
        (self.orders[dimension][index] as f64 + 0.5) / SAMPLES as f64
    }
}

/// A Fisher-Yates shuffle with a linear congruential generator (D. Knuth's MMIX constants).
pub(super) fn shuffle(order: &mut [usize], random: &mut u64) {
    for last in (1..order.len()).rev() {
        *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(last, (*random >> 33) as usize % (last + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviates_of_known_probabilities() {
        for (probability, deviate) in
            [(0.5, 0.0), (0.9, 1.281_551_6), (0.01, -2.326_347_9), (0.975, 1.959_964)]
        {
            assert!((normal_deviate(probability) - deviate).abs() < 1e-6, "{probability}");
        }
    }

    #[test]
    fn the_sequence_fills_each_dimension_evenly() {
        let sequence = Sequence::new(8);
        for dimension in 0..8 {
            let below = (0..SAMPLES).filter(|index| sequence.point(*index, dimension) < 0.25).count();
            assert!((56..=72).contains(&below), "{below} of 256 lie in the first quarter");
        }
    }

    #[test]
    fn strata_fill_every_dimension_and_are_not_bound_to_each_other() {
        let strata = Strata::new(16);
        let column = |dimension: usize| (0..SAMPLES).map(move |index| (index, dimension));
        for dimension in 0..16 {
            let mut points: Vec<f64> = column(dimension).map(|(i, d)| strata.point(i, d)).collect();
            points.sort_by(f64::total_cmp);
            let even = |(index, point): (usize, &f64)| (index as f64 + 0.5) / SAMPLES as f64 == *point;
            assert!(points.iter().enumerate().all(even));
            for other in 0..dimension {
                let covariance: f64 = (0..SAMPLES)
                    .map(|index| (strata.point(index, dimension) - 0.5) * (strata.point(index, other) - 0.5))
                    .sum();
                let correlation = 12.0 * covariance / SAMPLES as f64;
                assert!(correlation.abs() < 0.2, "{dimension} and {other} go together: {correlation}");
            }
        }
    }
}
