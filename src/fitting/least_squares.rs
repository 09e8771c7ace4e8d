//! Robust least squares with priors: what the constants are fitted by.
//!
//! Constants are positive, so their logarithms are fitted (Levenberg-Marquardt). Large residuals count less (soft L1,
//! by iterated weights), and each constant is held to its prior by a residual of its own.

/// A constant to be fitted: where it starts, and how far it may well lie from there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constant {
    /// The likely value before any data.
    pub prior: f64,
    /// Logarithmic standard deviation of that belief.
    pub spread: f64,
}

/// Most derivatives that a fit takes.
const ROUNDS: usize = 60;
/// Step of a numerical derivative, in the logarithm.
const STEP: f64 = 1e-5;

/// How far a fit is driven.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Care {
    /// A round that moves no constant by more than this, in the logarithm, is the last.
    settled: f64,
    /// Rounds for which derivatives are taken to hold.
    rounds_per_derivative: usize,
}

impl Care {
    /// Until nothing moves.
    #[cfg(any(test, feature = "fit"))]
    pub const GREAT: Self = Self { settled: 1e-7, rounds_per_derivative: 1 };
    /// To a few parts in ten thousand, several times as fast.
    pub const ENOUGH: Self = Self { settled: 1e-4, rounds_per_derivative: 3 };
}

/// Fitted values, and what they leave open.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// One for each constant.
    pub values: Vec<f64>,
    /// Logarithmic standard deviation that rows and prior leave to each.
    pub spreads: Vec<f64>,
}

/// The values that make the weighted residuals least, given how `residuals` follow from values, found from a `start`.
///
/// `residuals` returns one number a row, in units of its expected error; the same rows in the same order each time.
pub fn fit(
    constants: &[Constant],
    start: &[f64],
    care: Care,
    mut residuals: impl FnMut(&[f64]) -> Vec<f64>,
) -> Fit {
    let priors: Vec<f64> = constants.iter().map(|constant| constant.prior.ln()).collect();
    let mut at = |logs: &[f64]| {
        let values: Vec<f64> = logs.iter().map(|log| log.exp()).collect();
        residuals(&values)
    };
    let prior_residual = |index: usize, log: f64| (log - priors[index]) / constants[index].spread;
    let cost = |rows: &[f64], logs: &[f64]| {
        let data: f64 = rows.iter().map(|row| 2.0 * ((1.0 + row * row).sqrt() - 1.0)).sum();
        let held: f64 = logs.iter().enumerate().map(|(index, log)| prior_residual(index, *log).powi(2)).sum();
        data + held
    };
    let mut logs: Vec<f64> = start.iter().map(|value| value.ln()).collect();
    let count = logs.len();
    let mut rows = at(&logs);
    let mut best = cost(&rows, &logs);
    let mut damping = 1e-3;
    let mut normal = vec![vec![0.0; count]; count];
    let mut jacobian = Vec::new();
    for round in 0..ROUNDS * care.rounds_per_derivative {
        let fresh = round % care.rounds_per_derivative == 0;
        if fresh {
            jacobian = (0..count)
                .map(|index| {
                    let mut moved = logs.clone();
                    moved[index] += STEP;
                    at(&moved).iter().zip(&rows).map(|(after, now)| (after - now) / STEP).collect::<Vec<_>>()
                })
                .collect();
        }
        // Soft L1: a residual r weighs 1 / sqrt(1 + r^2).
        let weights: Vec<f64> = rows.iter().map(|row| 1.0 / (1.0 + row * row).sqrt()).collect();
        let mut gradient = vec![0.0; count];
        for i in 0..count {
            let slopes: Vec<f64> =
                jacobian[i].iter().zip(&weights).map(|(slope, weight)| slope * weight).collect();
            for j in 0..=i {
                normal[i][j] = dot(&slopes, &jacobian[j]);
                normal[j][i] = normal[i][j];
            }
            normal[i][i] += constants[i].spread.powi(-2);
            gradient[i] = dot(&slopes, &rows) + prior_residual(i, logs[i]) / constants[i].spread;
        }
        let mut moved = 0.0_f64;
        for _ in 0..12 {
            let mut damped = normal.clone();
            for (index, row) in damped.iter_mut().enumerate() {
                row[index] *= 1.0 + damping;
            }
            let Some(step) = solve(damped, &gradient) else {
                damping *= 10.0;
                continue;
            };
            let tried: Vec<f64> = logs.iter().zip(&step).map(|(log, step)| log - step).collect();
            let tried_rows = at(&tried);
            let tried_cost = cost(&tried_rows, &tried);
            if tried_cost < best {
                moved = step.iter().fold(0.0, |most, step| most.max(step.abs()));
                (logs, rows, best) = (tried, tried_rows, tried_cost);
                damping = (damping / 5.0).max(1e-9);
                break;
            }
            damping *= 4.0;
        }
        if fresh && moved < care.settled {
            break;
        }
    }
    let spreads = inverse_diagonal(&normal).into_iter().map(f64::sqrt).collect();
    Fit { values: logs.iter().map(|log| log.exp()).collect(), spreads }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// The diagonal of the inverse of a symmetric positive matrix: the variances that it leaves.
fn inverse_diagonal(matrix: &[Vec<f64>]) -> Vec<f64> {
    (0..matrix.len())
        .map(|index| {
            let mut unit = vec![0.0; matrix.len()];
            unit[index] = 1.0;
            solve(matrix.to_vec(), &unit).map_or(f64::INFINITY, |column| column[index])
        })
        .collect()
}

/// Solves a symmetric positive system by Cholesky's method; `None` when it is not positive.
fn solve(mut matrix: Vec<Vec<f64>>, right: &[f64]) -> Option<Vec<f64>> {
    let count = right.len();
    for i in 0..count {
        for j in 0..=i {
            let known: f64 = matrix[i][..j].iter().zip(&matrix[j][..j]).map(|(a, b)| a * b).sum();
            let sum = matrix[i][j] - known;
            if i == j {
                if sum.is_nan() || sum <= 0.0 {
                    return None;
                }
                matrix[i][i] = sum.sqrt();
            } else {
                matrix[i][j] = sum / matrix[j][j];
            }
        }
    }
    let mut solution = right.to_vec();
    for i in 0..count {
        for k in 0..i {
            solution[i] -= matrix[i][k] * solution[k];
        }
        solution[i] /= matrix[i][i];
    }
    for i in (0..count).rev() {
        for k in i + 1..count {
            solution[i] -= matrix[k][i] * solution[k];
        }
        solution[i] /= matrix[i][i];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_law_is_found_in_spite_of_an_outlier() {
        // y = 3 x^0.5 with one row a hundred times too large.
        let xs: Vec<f64> = (1..=40).map(f64::from).collect();
        let constants = [Constant { prior: 1.0, spread: 3.0 }, Constant { prior: 1.0, spread: 3.0 }];
        let Fit { values, .. } = fit(&constants, &[1.0, 1.0], Care::GREAT, |values| {
            xs.iter()
                .enumerate()
                .map(|(index, x)| {
                    let published = 3.0 * x.sqrt() * if index == 7 { 100.0 } else { 1.0 };
                    (values[0] * x.powf(values[1]) / published).ln() / 0.05
                })
                .collect()
        });
        assert!((values[0] - 3.0).abs() < 0.05, "{values:?}");
        assert!((values[1] - 0.5).abs() < 0.01, "{values:?}");
    }

    #[test]
    fn a_mean_is_known_better_by_more_rows() {
        let constants = [Constant { prior: 1.0, spread: 100.0 }];
        let spread = |rows: usize| {
            fit(&constants, &[1.0], Care::GREAT, |values| vec![values[0].ln(); rows]).spreads[0]
        };
        assert!((spread(25) - 0.2).abs() < 1e-3 && (spread(100) - 0.1).abs() < 1e-3);
    }

    #[test]
    fn without_data_a_constant_stays_at_its_prior() {
        let prior = Constant { prior: 0.7, spread: 0.1 };
        let Fit { values, .. } = fit(&[prior], &[0.9], Care::GREAT, |_| Vec::new());
        assert!((values[0] - 0.7).abs() < 1e-9);
    }
}
