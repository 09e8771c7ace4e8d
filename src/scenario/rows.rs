//! The table's rows as parameters, and the order in which they are shown.

use std::ops::Deref;

use crate::catalog::gpus::LEAST_USD_PER_HOUR;
use crate::catalog::prices::Basis;
use crate::catalog::records::ApiService;
use crate::catalog::{Catalog, GpuId, ModelId, ProfileId};
use crate::engine::arrivals::Arrivals;
use crate::engine::fleet::Pool;
use crate::engine::inputs::{MAX_TIERS, PoolName};
use crate::engine::outcome::Outcome;
use crate::engine::precision::Precision::{self, Bf16, Fp4, Fp8, Fp16, Fp32, Int4, Int8, Tf32};
use crate::engine::promise::Percentile;
use crate::engine::serving::{Batch, Batching, MAX_BATCH, ServingEngine, SpeculationMethod};
use crate::engine::shape::{LocalLayers, Locality, ModelShape};
use crate::engine::training::{Recompute, TrainingMethod};
use crate::scenario::domain::{Group, binary, linear, log, pieces, share};
use crate::scenario::id::ParamId;
use crate::scenario::param::{Columns, Param, flag, gpu, model, number, profile, words};
use crate::scenario::small_gpu::small_gpu;
use crate::scenario::stated::Scenario;
use crate::scenario::table::parameters;
use crate::scenario::value::{Field, MAX, Value};
use crate::scenario::{pricing, resolve};
use crate::text::quantity::Unit::{
    Context, Count, Date, Hours, Milliseconds, Minutes, Months, Parameters, Ratio, Seconds, Share, Tokens,
    TokensPerSecond, Usd, UsdPerHour, Years,
};

/// The sliders of the first screen, in their order.
pub(super) const MAIN: [ParamId; 6] = [
    ParamId::ModelPreset,
    ParamId::ModelSize,
    ParamId::WorkloadSequenceLength,
    ParamId::ServingBatchSize,
    ParamId::WorkloadCacheHitRate,
    ParamId::HardwareGpu,
];

/// Context lengths with a name.
const CONTEXTS: &[f64] = &[512.0, 2048.0, 8192.0, 32_768.0, 131_072.0, 1_048_576.0];
/// Sizes that models come in.
const SIZES: &[f64] = &[1e9, 3e9, 8e9, 13e9, 34e9, 70e9, 180e9, 405e9, 1e12, 1.8e12];

/// Every other January from 2016 on, in months.
const JANUARIES: &[f64] =
    &[24_192.0, 24_216.0, 24_240.0, 24_264.0, 24_288.0, 24_312.0, 24_336.0, 24_360.0, 24_384.0, 24_408.0];

/// The words of some precisions.
const fn ids_of<const COUNT: usize>(precisions: [Precision; COUNT]) -> [&'static str; COUNT] {
    let mut ids = [""; COUNT];
    let mut index = 0;
    while index < COUNT {
        ids[index] = precisions[index].id();
        index += 1;
    }
    ids
}

/// The effective shape.
fn shape(scenario: &Scenario, catalog: &Catalog) -> ModelShape {
    resolve::shape(&scenario.model, catalog)
}

/// The pool that answers what no other takes, where the model can be served.
fn served(outcome: &Outcome) -> Option<&Pool> {
    outcome.serving.as_ref().ok().map(|serving| &serving.main)
}

/// The pool of the small model, where there is one.
fn small(outcome: &Outcome) -> Option<&Pool> {
    outcome.serving.as_ref().ok().and_then(|serving| serving.pool(PoolName::Small))
}

/// The sliding window of the layers that are not global.
fn window(locality: Locality) -> Option<f64> {
    match locality.local {
        LocalLayers::Window(window) => Some(window),
        LocalLayers::Linear(_) => None,
    }
}

/// A parallel degree as a number.
fn degree(gpus: u32) -> f64 {
    f64::from(gpus)
}

/// Sets a field. A value of another kind is a mistake in the program: parameters check what they read.
fn assign<T: Field>(field: &mut T, value: Value) {
    match T::from_value(value) {
        Some(value) => *field = value,
        None => debug_assert!(false, "{value:?} is of another kind than the parameter"),
    }
}

/// What makes sense together with the other parameters of its table.
macro_rules! whole {
    ($table:ident alone) => {
        None
    };
    ($table:ident together) => {
        Some(stringify!($table))
    };
}

/// The path of a table: its name, unless it lies within another.
macro_rules! place {
    (target) => {
        "workload.target"
    };
    ($table:ident) => {
        stringify!($table)
    };
}

macro_rules! declare_rows {
    (
        { $($(#[doc = $top_help:literal])+ $top:ident: $top_type:ty = $_d:expr =>
            $top_id:ident($top_label:literal, $top_group:ident, $top_columns:expr);)* }
        $($(#[$_a:meta])+ $table:ident: $_T:ident, $together:ident {
            $($(#[doc = $help:literal])+ $field:ident: $type:ty = $_default:expr =>
                $id:ident($label:literal, $group:ident, $columns:expr);)*
        })*
        [$(#[$_ta:meta])+ $tier:ident: $_Tier:ident {
            $($(#[doc = $tier_help:literal])+ $tier_field:ident: $tier_type:ty = $_td:expr =>
                $first:ident $second:ident $third:ident $fourth:ident
                ($tier_label:literal, $tier_group:ident, $tier_columns:expr);)*
        }]
    ) => {
        /// Every parameter, by [`ParamId`].
        static PARAMS: &[Param] = &[
            $(declare_rows!(@row $top_id, stringify!($top), $top_label, $top_group, $top_type,
                concat!($($top_help),+), None, $top_columns, |scenario| scenario.$top),)*
            $($(declare_rows!(@row $id, concat!(place!($table), ".", stringify!($field)), $label, $group, $type,
                concat!($($help),+), whole!($table $together), $columns,
                |scenario| scenario.$table.$field),)*)*
            $(declare_rows!(@tier 0 "1" $first $tier $tier_field $tier_label $tier_group $tier_type,
                concat!($($tier_help),+), $tier_columns),)*
            $(declare_rows!(@tier 1 "2" $second $tier $tier_field $tier_label $tier_group $tier_type,
                concat!($($tier_help),+), $tier_columns),)*
            $(declare_rows!(@tier 2 "3" $third $tier $tier_field $tier_label $tier_group $tier_type,
                concat!($($tier_help),+), $tier_columns),)*
            $(declare_rows!(@tier 3 "4" $fourth $tier $tier_field $tier_label $tier_group $tier_type,
                concat!($($tier_help),+), $tier_columns),)*
        ];
    };
    (@tier $index:literal $number:literal $id:ident $tier:ident $field:ident $label:literal $group:ident $type:ty,
        $help:expr, $columns:expr) => {
        declare_rows!(@row $id, concat!(stringify!($tier), ".", $number, ".", stringify!($field)),
            concat!("Tier ", $number, " ", $label), $group, $type, $help, Some(concat!("tier.", $number)), $columns,
            |scenario| scenario.$tier[$index].$field)
    };
    (@row $id:ident, $path:expr, $label:expr, $group:ident, $type:ty, $help:expr, $together:expr, $columns:expr,
        |$scenario:ident| $place:expr) => {
        {
            let columns: Columns = $columns;
            Param {
                id: ParamId::$id,
                path: $path,
                aliases: columns.aliases,
                label: $label,
                group: Group::$group,
                domain: columns.domain,
                help: sentence($help),
                optional: <$type as Field>::OPTIONAL,
                unset: columns.unset,
                together: $together,
                get: |$scenario| $place.value(),
                set: |$scenario, value| assign(&mut $place, value),
                follows: columns.follows,
                chosen: columns.chosen,
            }
        }
    };
}

parameters!(declare_rows);

/// A doc comment as a sentence without its end: for a line on the screen.
const fn sentence(comment: &'static str) -> &'static str {
    let sentence = comment.trim_ascii();
    let (rest, end) = sentence.split_at(sentence.len() - 1);
    if end.as_bytes()[0] == b'.' { rest } else { sentence }
}

/// Every parameter in the order of the screen: heading after heading, each in the order of the table.
const fn screen_order() -> [ParamId; PARAMS.len()] {
    let mut all = [ParamId::ModelPreset; PARAMS.len()];
    let mut next = 0;
    while next < MAIN.len() {
        all[next] = MAIN[next];
        next += 1;
    }
    let mut group = 1;
    while group < Group::ALL.len() {
        let mut row = 0;
        while row < PARAMS.len() {
            assert!(PARAMS[row].id as usize == row, "names and rows are in one order");
            if PARAMS[row].group as usize == group {
                all[next] = PARAMS[row].id;
                next += 1;
            }
            row += 1;
        }
        group += 1;
    }
    assert!(next == all.len(), "`MAIN` names every parameter of its heading");
    all
}

impl ParamId {
    /// Every parameter, in the order of the screen.
    pub const ALL: [Self; PARAMS.len()] = screen_order();

    /// Everything that is known of the parameter.
    pub const fn param(self) -> &'static Param {
        &PARAMS[self as usize]
    }

    /// The parameter's path, as files, `--set` and reports write it.
    pub const fn path(self) -> &'static str {
        self.param().path
    }

    /// The parameter with this path or alias.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.path == path || id.aliases.contains(&path))
    }

    /// Every path, for suggestions.
    pub fn paths() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().map(Self::path)
    }
}

/// A name gives access to its row.
impl Deref for ParamId {
    type Target = Param;

    fn deref(&self) -> &Param {
        self.param()
    }
}

const _: () = assert!(MAX_TIERS == 4, "every tier has its names in the table");
