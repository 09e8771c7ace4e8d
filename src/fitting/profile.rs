//! The constants of one's own stack: the published ones, moved by a few measurements as far as those can carry it.
//!
//! A Bayesian update: each constant starts from its fitted value, and lies as far from it as its prior once let it, in the
//! logarithm, where one stack was measured; half as far where several were, which have only so much in common. Both are where
//! three rows help the others most: those of published stacks lower the median error of the rest of their stack from 8.1% to 5.2%, those of
//! published groups (a model, an accelerator, an engine), in most of which stacks differ, from 8.4% to 8.2%. Constants on which
//! no measurement hangs stay where they are.

use crate::calibration::constants::{ConstantsFile, FittedConstant};
use crate::calibration::kind::Kind;
use crate::engine::serving::{Batch, Deployment, ServingConstants, serve};
use crate::evidence::measurement::Measurement;
use crate::evidence::serving::Trial;
use crate::fitting::least_squares::{self, Care, Constant, Fit};

/// Constants that belong to a stack: what software and its settings make of the hardware.
const MOVABLE: [&str; 4] = ["bandwidth_use.", "compute_use.", "overhead.", "load."];
/// How far a constant of one stack lies from the published one, relative to the spread of its prior; and what several stacks
/// have in common.
const FREEDOM: f64 = 1.0;
const FREEDOM_OF_SEVERAL: f64 = 0.5;
/// A prediction that follows a constant by less than this power says nothing about it.
const LEAST_SLOPE: f64 = 0.02;
/// Step of a numerical derivative, in the logarithm.
const STEP: f64 = 1e-3;
/// Logarithmic error of a row that does not fit into memory as described.
const MISFIT: f64 = 1.0;
/// Most fits that leave rows out.
const MOST_FOLDS: usize = 20;
/// A time to first token so many times as long as predicted was spent in a queue.
const QUEUED: f64 = 3.0;
/// Share by which a measurement may be better than what hardware without any loss could do.
const TOLERANCE: f64 = 0.05;

/// A constant that may have moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Its path.
    pub id: String,
    /// What it means.
    pub meaning: String,
    /// Where it was.
    pub before: f64,
    /// Where it is now.
    pub after: f64,
    /// How far that is, in standard deviations of what one stack may differ from others.
    pub deviations: f64,
}

/// What measurements made of the constants.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// All constants.
    pub constants: ServingConstants,
    /// Those on which measurements hang.
    pub moved: Vec<Moved>,
    /// Predicted over measured of each row by the published constants, as a logarithm.
    pub before: Vec<f64>,
    /// The same by the constants that it helped to move.
    pub after: Vec<f64>,
    /// The same by constants that never saw the row.
    pub left_out: Vec<f64>,
}

/// Moves the published constants by measured rows.
pub fn update(rows: &[&Measurement<Trial>]) -> Update {
    let search = Search::new(rows);
    let fit = search.fit(rows);
    let constants = search.constants(&fit.values);
    let folds = rows.len().min(MOST_FOLDS);
    let mut left_out = vec![0.0; rows.len()];
    for fold in 0..folds {
        let is_out = |index: &usize| index % folds == fold;
        let kept: Vec<_> = (0..rows.len()).filter(|index| !is_out(index)).map(|index| rows[index]).collect();
        let without = search.constants(&search.fit(&kept).values);
        for index in (0..rows.len()).filter(is_out) {
            left_out[index] = error(rows[index], &without);
        }
    }
    let errors = |constants: &ServingConstants| rows.iter().map(|row| error(row, constants)).collect();
    let moved = search.movable.iter().zip(&search.priors).zip(&fit.values).map(|((index, prior), after)| {
        let FittedConstant { id, meaning, .. } = &search.file.entries[*index];
        Moved {
            id: id.clone(),
            meaning: meaning.clone(),
            before: prior.prior,
            after: *after,
            deviations: (after / prior.prior).ln() / prior.spread,
        }
    });
    Update {
        constants,
        moved: moved.collect(),
        before: errors(&search.file.constants(&search.file.values())),
        after: errors(&constants),
        left_out,
    }
}

/// Why a row says nothing about the constants, in words; `None` where it does.
pub fn objection(row: &Measurement<Trial>) -> Option<String> {
    let published = ConstantsFile::<ServingConstants>::embedded();
    let published = published.constants(&published.values());
    let deployment = &row.setup.deployment;
    let Ok(replica) = serve(&Deployment { batch: Batch::Max, ..*deployment }, &published) else {
        return Some("does not fit into memory as described".to_owned());
    };
    if let Batch::Requests(requests) = deployment.batch
        && requests > replica.max_batch
    {
        let most = replica.max_batch.floor();
        return Some(format!("looks queued: {requests:.0} in flight where memory holds {most:.0}"));
    }
    if is_impossible(row) {
        return Some(
            "is better than the data sheet allows: a cached prefix, guessed tokens, or another stack"
                .to_owned(),
        );
    }
    let longer = row.published / row.predicted(&published)?;
    (is_wait(row.kind) && longer > QUEUED)
        .then(|| format!("looks queued: {longer:.1} times as long as the engine says"))
}

/// Whether a row is better than hardware without any loss could be: memory read and arithmetic done as the data sheet says, and
/// nothing else.
fn is_impossible(row: &Measurement<Trial>) -> bool {
    let mut file = ConstantsFile::<ServingConstants>::embedded();
    for entry in &mut file.entries {
        entry.value = match entry.unit.as_str() {
            "share" | "ratio" => 1.0,
            _ => entry.value * 1e-3,
        };
    }
    row.predicted(&file.constants(&file.values())).is_some_and(|best| {
        if is_rate(row.kind) {
            row.published > best * (1.0 + TOLERANCE)
        } else {
            row.published * (1.0 + TOLERANCE) < best
        }
    })
}

/// The constants that measurements may move.
struct Search {
    file: ConstantsFile<ServingConstants>,
    movable: Vec<usize>,
    priors: Vec<Constant>,
}

impl Search {
    fn new(rows: &[&Measurement<Trial>]) -> Self {
        let file = ConstantsFile::<ServingConstants>::embedded();
        let errors = |values: &[f64]| -> Vec<f64> {
            let constants = file.constants(values);
            rows.iter().map(|row| error(row, &constants)).collect()
        };
        let values = file.values();
        let before = errors(&values);
        let tells = |index: &usize| {
            let mut other = values.clone();
            other[*index] *= STEP.exp();
            let after = errors(&other);
            after.iter().zip(&before).any(|(after, before)| ((after - before) / STEP).abs() > LEAST_SLOPE)
        };
        let belongs = |index: &usize| MOVABLE.iter().any(|room| file.entries[*index].id.starts_with(room));
        let movable: Vec<usize> = (0..values.len()).filter(belongs).filter(tells).collect();
        let freedom = if is_one_stack(rows) { FREEDOM } else { FREEDOM_OF_SEVERAL };
        let prior = |index: &usize| {
            let entry = &file.entries[*index];
            Constant { prior: entry.value, spread: freedom * entry.prior_spread }
        };
        let priors = movable.iter().map(prior).collect();
        Self { file, movable, priors }
    }

    /// The constants with these values for those that may move.
    fn constants(&self, moved: &[f64]) -> ServingConstants {
        let mut values = self.file.values();
        for (index, value) in self.movable.iter().zip(moved) {
            values[*index] = *value;
        }
        self.file.constants(&values)
    }

    fn fit(&self, rows: &[&Measurement<Trial>]) -> Fit {
        let start: Vec<f64> = self.priors.iter().map(|constant| constant.prior).collect();
        least_squares::fit(&self.priors, &start, Care::ENOUGH, |moved| {
            let constants = self.constants(moved);
            rows.iter().map(|row| error(row, &constants) / noise(row.kind)).collect()
        })
    }
}

/// Rows are of one stack: they differ in load and lengths alone.
fn is_one_stack(rows: &[&Measurement<Trial>]) -> bool {
    let stack = |row: &Measurement<Trial>| {
        let deployment = row.setup.deployment;
        (
            deployment.shape,
            deployment.gpu,
            deployment.engine,
            deployment.software_date.to_bits(),
            [deployment.weight_precision, deployment.kv_precision],
            deployment.layout,
        )
    };
    rows.windows(2).all(|pair| stack(pair[0]) == stack(pair[1]))
}

/// Predicted over measured, as a logarithm.
fn error(row: &Measurement<Trial>, constants: &ServingConstants) -> f64 {
    row.predicted(constants).map_or(MISFIT, |predicted| (predicted / row.published).ln())
}

/// How far a measurement may be off from one run to the next, as a logarithm's standard deviation. Times to first token hang
/// on who happens to be in front. Assumptions.
const fn noise(kind: Kind) -> f64 {
    if is_wait(kind) { 0.2 } else { 0.05 }
}

/// A time to first token.
pub const fn is_wait(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TtftSingle | Kind::TtftLoaded | Kind::TtftPoisson | Kind::TtftBurst | Kind::StaticTtft
    )
}

/// Tokens per second.
pub const fn is_rate(kind: Kind) -> bool {
    matches!(kind, Kind::Throughput | Kind::Offline | Kind::StaticThroughput)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engine::precision::Precision;
    use crate::evidence::comparison::quantile;

    /// The sizes of errors of what is left of each group when three rows spread over it moved the constants, before and after,
    /// by kind of figure: waits, times of tokens, rates.
    fn of_the_rest<K: Ord>(
        key: impl Fn(&'static Measurement<Trial>) -> K,
        least: usize,
    ) -> [[Vec<f64>; 2]; 3] {
        let mut groups: BTreeMap<K, Vec<&Measurement<Trial>>> = BTreeMap::new();
        for row in Measurement::<Trial>::counted() {
            groups.entry(key(row)).or_default().push(row);
        }
        groups.retain(|_, rows| rows.len() >= least);
        assert!(groups.len() > 60);
        let published = ConstantsFile::<ServingConstants>::embedded();
        let published = published.constants(&published.values());
        let mut sizes: [[Vec<f64>; 2]; 3] = Default::default();
        for rows in groups.into_values() {
            let chosen = [1, 3, 5].map(|sixth| rows.len() * sixth / 6);
            let update = update(&chosen.map(|index| rows[index]));
            for (index, row) in rows.into_iter().enumerate() {
                if !chosen.contains(&index) {
                    let kind = if is_wait(row.kind) { 0 } else { 1 + usize::from(is_rate(row.kind)) };
                    sizes[kind][0].push(error(row, &published).abs());
                    sizes[kind][1].push(error(row, &update.constants).abs());
                }
            }
        }
        sizes.iter_mut().flatten().for_each(|sizes| sizes.sort_by(f64::total_cmp));
        sizes
    }

    fn all(sizes: &[[Vec<f64>; 2]; 3], when: usize) -> Vec<f64> {
        let mut all: Vec<f64> = sizes.iter().flat_map(|kind| &kind[when]).copied().collect();
        all.sort_by(f64::total_cmp);
        all
    }

    fn mean(sizes: &[f64]) -> f64 {
        sizes.iter().sum::<f64>() / sizes.len() as f64
    }

    /// Each stack (model, accelerator, engine and its date, layout, formats, from one source) with six rows or more.
    #[test]
    fn three_rows_of_a_published_stack_lower_the_error_of_the_rest() {
        let sizes = of_the_rest(
            |row| {
                let at = &row.setup.deployment;
                let formats = [at.weight_precision, at.kv_precision].map(Precision::id);
                let stack = (&row.model, &row.gpu, at.engine.id(), at.software_date.to_bits(), formats);
                (stack, format!("{:?}", at.layout), &row.source)
            },
            6,
        );
        let [before, after] = [0, 1].map(|when| quantile(&all(&sizes, when), 0.5).unwrap());
        assert!(after < 0.7 * before, "{before} and {after}");
        for [before, after] in &sizes {
            assert!(mean(after) < mean(before), "{} and {}", mean(before), mean(after));
        }
        // Half of the waits are no nearer: they hang on who happens to be in front.
        for ([before, after], most) in sizes[1..].iter().zip([0.55, 0.8]) {
            let [before, after] = [before, after].map(|sizes| quantile(sizes, 0.5).unwrap());
            assert!(after < most * before, "{before} and {after}");
        }
    }

    /// Each group of a model, an accelerator and an engine with eight rows or more, in which stacks differ.
    #[test]
    fn three_rows_of_a_published_group_lower_the_error_of_the_rest() {
        let sizes = of_the_rest(|row| (&row.model, &row.gpu, row.setup.deployment.engine.id()), 8);
        let [before, after] = [0, 1].map(|when| all(&sizes, when));
        for share in [0.5, 0.8, 0.9] {
            let [before, after] = [&before, &after].map(|sizes| quantile(sizes, share).unwrap());
            assert!(after < before, "{share}: {before} and {after}");
        }
        assert!(mean(&after) < 0.97 * mean(&before), "{} and {}", mean(&before), mean(&after));
        for [before, after] in &sizes {
            assert!(mean(after) < mean(before), "{} and {}", mean(before), mean(after));
        }
    }

    /// A stack whose layers take half as long again as those of others is known by six of its rows, and its other rows after.
    #[test]
    fn the_constants_of_a_stack_are_found_from_what_it_does() {
        let file = ConstantsFile::<ServingConstants>::embedded();
        let mut own = file.constants(&file.values());
        own.overhead.layer_s *= 1.5;
        own.bandwidth_use.nvidia *= 0.93;
        let is_of = |row: &&Measurement<Trial>| {
            row.model.starts_with("llama-3.1-70b")
                && row.gpu == "h100-sxm"
                && row.setup.deployment.engine.id() == "vllm"
        };
        let rows: Vec<Measurement<Trial>> = Measurement::<Trial>::counted()
            .filter(is_of)
            .map(|row| Measurement { published: row.predicted(&own).expect("fits"), ..row.clone() })
            .collect();
        assert!(rows.len() > 30);
        let (shown, hidden): (Vec<_>, Vec<_>) =
            rows.iter().enumerate().partition(|(index, _)| index % 8 == 0);
        let shown: Vec<_> = shown.into_iter().map(|(_, row)| row).collect();
        let update = update(&shown);
        let off = |constants: &ServingConstants| {
            hidden.iter().map(|(_, row)| error(row, constants).abs()).sum::<f64>() / hidden.len() as f64
        };
        let published = file.constants(&file.values());
        assert!(
            off(&update.constants) < 0.4 * off(&published),
            "{} {}",
            off(&update.constants),
            off(&published)
        );
        let size = |errors: &[f64]| errors.iter().map(|error| error.abs()).sum::<f64>();
        assert!(size(&update.left_out) < 0.6 * size(&update.before), "{update:?}");
        assert!(
            update
                .moved
                .iter()
                .any(|moved| moved.id == "overhead.layer_s" && moved.after > 1.2 * moved.before)
        );
    }

    #[test]
    fn rows_faster_than_the_data_sheet_are_known() {
        let impossible = Measurement::<Trial>::counted().filter(|row| is_impossible(row)).count();
        let all = Measurement::<Trial>::counted().count();
        assert!(impossible * 100 < all, "{impossible} of {all} published rows");
        let row = Measurement::<Trial>::counted().find(|row| row.kind == Kind::Tpot).unwrap();
        assert!(is_impossible(&Measurement { published: row.published / 20.0, ..row.clone() }));
    }
}
