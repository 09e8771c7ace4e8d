//! Paths that files of earlier versions have: each is still read, and a note says what took its place.

use crate::scenario::ParamId;
use crate::scenario::value::Value;

/// Parameters and what they are set to.
type Sets = Vec<(ParamId, Value)>;

/// A path that is read and no longer written.
pub(super) struct Retired {
    pub(super) path: &'static str,
    /// What took its place and what it is taken for.
    pub(super) note: &'static str,
    /// What it sets, in the order in which it is set; of a value that it never had, nothing.
    pub(super) sets: fn(&str) -> Option<Sets>,
}

pub(super) const RETIRED: [Retired; 3] = [
    Retired {
        path: "serving.commitment",
        note: "is now `serving.reserved_share` with `serving.commitment_months`, or `serving.owned_share`: taken for \
               all of the peak",
        sets: |word| {
            commitment(
                word,
                [ParamId::ServingReservedShare, ParamId::ServingCommitmentMonths, ParamId::ServingOwnedShare],
            )
        },
    },
    Retired {
        path: "training.commitment",
        note: "is now `training.reserved_share` with `training.commitment_months`, or `training.owned_share`: taken for \
               all of the run",
        sets: |word| {
            commitment(
                word,
                [
                    ParamId::TrainingReservedShare,
                    ParamId::TrainingCommitmentMonths,
                    ParamId::TrainingOwnedShare,
                ],
            )
        },
    },
    Retired {
        path: "training.staff_share",
        note: "no longer counts: people are paid by the month, as `people.training_engineers` and \
               `people.training_months` say",
        sets: |_| Some(Vec::new()),
    },
];

/// The retired path of this name.
pub(super) fn retired(path: &str) -> Option<&'static Retired> {
    RETIRED.iter().find(|retired| retired.path == path)
}

/// How one commitment for all GPUs is said in shares.
fn commitment(word: &str, [reserved, months, owned]: [ParamId; 3]) -> Option<Sets> {
    let term = |length: f64| vec![(reserved, Value::Number(1.0)), (months, Value::Number(length))];
    match word {
        "on-demand" => Some(Vec::new()),
        "reserved-1y" => Some(term(12.0)),
        "reserved-3y" => Some(term(36.0)),
        "owned" => Some(vec![(owned, Value::Number(1.0))]),
        _ => None,
    }
}

/// What a multiple of the compute is taken for where single trials are counted.
pub(super) const TRIALS: &str = "counts for pretraining; of a fine-tune or an adapter the runs before the last are \
                                 counted now, by `training.trials`";
