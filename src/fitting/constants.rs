//! The constants that fit the published rows best, with the ranges that these leave them.

use crate::calibration::constants::{ConstantsFile, FittedConstant, as_written};
use crate::evidence::measurement::{Group, Measurement};
use crate::fitting::fit::{Fits, rows, solve};
use crate::fitting::least_squares::{Care, Fit};
use crate::fitting::left_out::without;

/// Standard normal deviate of the 90% quantile.
const Z_80: f64 = 1.281_551_565_545;

/// Fits the constants, every one starting from its prior.
///
/// Rows of one model resemble each other: were they counted as independent, they would seem to know a constant far better
/// than they do. A range therefore spans what either tells: the curvature at the best fit, with the prior in it, or the
/// jackknife over whole models.
pub fn fit<S: Fits>() -> ConstantsFile<S::Constants> {
    let file = ConstantsFile::<S::Constants>::embedded();
    let rows: Vec<Measurement<S>> = rows::<S>();
    let priors: Vec<f64> = file.entries.iter().map(|entry| entry.prior).collect();
    let Fit { values, spreads } = solve(&file, &rows.iter().collect::<Vec<_>>(), &priors, Care::GREAT);
    let without: Vec<Vec<f64>> =
        without(&file, &rows, &values, Group::Model).into_iter().map(|group| group.values).collect();
    let fitted = file.entries.into_iter().enumerate().map(|(index, entry)| {
        let value = values[index];
        let left: Vec<f64> = without.iter().map(|values| values[index].ln()).collect();
        let reach = (Z_80 * spreads[index].max(jackknife(&left))).exp();
        let [value, low, high] = [value, value / reach, value * reach].map(as_written);
        FittedConstant { value, low, high, ..entry }
    });
    ConstantsFile::new(fitted.collect())
}

/// Standard deviation of an estimate, from its values without each group in turn (Efron and Tibshirani 1993, equation 11.5).
fn jackknife(without: &[f64]) -> f64 {
    let count = without.len() as f64;
    let mean = without.iter().sum::<f64>() / count;
    let squares: f64 = without.iter().map(|value| (value - mean).powi(2)).sum();
    ((count - 1.0) / count * squares).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::training::TrainingPlan;
    use crate::evidence::serving::Trial;

    #[test]
    fn the_jackknife_of_a_mean_is_its_standard_error() {
        // 1, 2, 3, 6: mean 3, variance 14/3, standard error the root of 7/6. Without each: 11/3, 10/3, 3, 2.
        let without = [11.0 / 3.0, 10.0 / 3.0, 3.0, 2.0];
        assert!((jackknife(&without) - (7.0_f64 / 6.0).sqrt()).abs() < 1e-12);
    }

    fn reproduces_the_checked_in_constants<S: Fits>() {
        let checked_in = ConstantsFile::<S::Constants>::embedded();
        for (now, then) in fit::<S>().entries.iter().zip(&checked_in.entries) {
            let pairs = [(now.value, then.value), (now.low, then.low), (now.high, then.high)];
            for (now, checked_in) in pairs {
                assert!((now / checked_in - 1.0).abs() < 0.005, "{}: {now} and {checked_in}", then.id);
            }
        }
    }

    /// Memory limits put kinks into the residuals, between which the fit ends a few parts in ten thousand elsewhere on
    /// another machine's logarithms.
    #[test]
    fn the_fit_reproduces_the_constants_that_are_checked_in() {
        reproduces_the_checked_in_constants::<Trial>();
        reproduces_the_checked_in_constants::<TrainingPlan>();
    }
}
