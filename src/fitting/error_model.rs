//! The error model that follows from leaving out models and accelerators, families and formats.

use crate::calibration::constants::ConstantsFile;
use crate::calibration::error::{ErrorEntry, ErrorModel, Widening};
use crate::calibration::kind::Kind;
use crate::engine::serving::ServingConstants;
use crate::engine::training::{TrainingConstants, TrainingPlan};
use crate::evidence::comparison::quantile;
use crate::evidence::measurement::{Group, Measurement, Setup};
use crate::evidence::serving::Trial;
use crate::fitting::fit::Fits;
use crate::fitting::left_out::predictions;

/// Share of left-out rows beyond either end of a range: a little under a tenth, since results that nobody has seen yet
/// may be stranger than those fitted.
const TAIL: f64 = 0.085;
/// Fewest rows that make an entry of their own.
const FEWEST_ROWS: usize = 6;

/// The error model of the engine with these constants.
pub fn error_model(
    serving: &ConstantsFile<ServingConstants>,
    training: &ConstantsFile<TrainingConstants>,
) -> ErrorModel {
    let models = errors::<Trial>(serving, Group::Model);
    let gpus = errors::<Trial>(serving, Group::Gpu);
    let usual = spread(&gpus);
    let further_off = |by| (spread(&errors::<Trial>(serving, by)) / usual).max(1.0);
    let widening = Widening {
        family: further_off(Group::Family),
        maker: 1.5,
        precision: further_off(Group::Precision),
        sort: 1.4,
        doubling: 1.15,
    };
    let mut entries = entries([models, gpus]);
    entries.extend(self::entries([Group::Model, Group::Gpu].map(|by| errors::<TrainingPlan>(training, by))));
    ErrorModel { widening, entries }
}

/// A row that was left out, and the logarithm of (published / predicted).
type LeftOutRow<S> = (&'static Measurement<S>, f64);

/// The rows whose setup is said to fit, each left out with its group.
fn errors<S: Fits>(file: &ConstantsFile<S::Constants>, by: Group) -> Vec<LeftOutRow<S>> {
    let predicted = Measurement::<S>::counted().zip(predictions::<S>(file, by));
    predicted.filter_map(|(row, predicted)| Some((row, (row.published / predicted?).ln()))).collect()
}

/// An entry for each kind, dense models and mixtures of experts apart.
///
/// Real training runs of mixtures of experts are too few for an entry of their own: they take that of all runs.
fn entries<S: Setup>(left_out: [Vec<LeftOutRow<S>>; 2]) -> Vec<ErrorEntry> {
    let rows: Vec<LeftOutRow<S>> = left_out.into_iter().flatten().collect();
    let mut entries = Vec::new();
    for kind in Kind::ALL.iter().copied() {
        for experts in [false, true] {
            let own = rows.iter().filter(|(row, _)| {
                let same_sort = row.setup.place().experts == experts;
                row.kind == kind && (same_sort || kind == Kind::TrainingHours)
            });
            entries.extend(entry(kind, experts, own));
        }
    }
    entries
}

fn entry<'a, S: Setup>(
    kind: Kind,
    experts: bool,
    rows: impl Iterator<Item = &'a LeftOutRow<S>>,
) -> Option<ErrorEntry> {
    let mut errors = Vec::new();
    let (mut families, mut precisions) = (Vec::new(), Vec::new());
    let (mut most_parameters, mut longest_context) = (0.0_f64, 0.0_f64);
    for (row, error) in rows {
        errors.push(*error);
        let place = row.setup.place();
        if !families.contains(&place.family) {
            families.push(place.family);
        }
        if !precisions.contains(&place.precision) {
            precisions.push(place.precision);
        }
        most_parameters = most_parameters.max(place.parameters);
        longest_context = longest_context.max(place.context);
    }
    // Each row was left out twice: with its model and with its accelerator.
    let rows = errors.len() / 2;
    // As far on either side: on which of the two more rows lie is chance.
    let mut sizes: Vec<f64> = errors.into_iter().map(f64::abs).collect();
    sizes.sort_by(f64::total_cmp);
    // A new row is one more: of few rows, the quantile lies further out (conformal prediction).
    let within = (1.0 - 2.0 * TAIL) * (rows + 1) as f64 / rows as f64;
    let reach = quantile(&sizes, within.min(1.0))?.exp();
    (rows >= FEWEST_ROWS).then_some(ErrorEntry {
        kind,
        experts,
        rows,
        low_factor: reach.recip(),
        high_factor: reach,
        families,
        precisions,
        most_parameters,
        longest_context,
    })
}

/// Mean over the main figures of the error's size that four rows in five stay below.
fn spread(rows: &[LeftOutRow<Trial>]) -> f64 {
    let kinds = [Kind::Tpot, Kind::Throughput, Kind::TtftLoaded];
    let spread = |kind| {
        let of_kind = rows.iter().filter(|(row, _)| row.kind == kind);
        let mut sizes: Vec<f64> = of_kind.map(|(_, error)| error.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        quantile(&sizes, 0.8)
    };
    kinds.into_iter().filter_map(spread).sum::<f64>() / kinds.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_model_that_is_checked_in_follows_from_the_fit() {
        let mut now = error_model(&ConstantsFile::embedded(), &ConstantsFile::embedded());
        let then = ErrorModel::embedded();
        // Three decimals of a factor are written, two of a widening; the rest is the same to the letter.
        let near = |now: &mut f64, then: f64, rounding: f64| {
            assert!((*now - then).abs() <= rounding, "{now} is not {then}");
            *now = then;
        };
        near(&mut now.widening.family, then.widening.family, 0.01);
        near(&mut now.widening.precision, then.widening.precision, 0.01);
        for (now, then) in now.entries.iter_mut().zip(&then.entries) {
            near(&mut now.low_factor, then.low_factor, 0.002);
            near(&mut now.high_factor, then.high_factor, 0.002);
        }
        assert_eq!(now.to_toml(), then.to_toml());
    }
}
