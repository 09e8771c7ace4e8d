//! A scenario as its user states it: catalog ids, set values, and everything else left to follow.
//!
//! Plain, copyable data. The fields are the rows of the one table of parameters; `None` always means "follows from
//! the rest". [`resolve`](crate::scenario::resolve::resolve) turns it into the engine's inputs.

use crate::catalog::prices::Basis;
use crate::catalog::records::ApiService;
use crate::catalog::{Catalog, GpuId, ModelId, ProfileId};
use crate::engine::arrivals::Arrivals;
use crate::engine::inputs::MAX_TIERS;
use crate::engine::precision::Precision;
use crate::engine::promise::Percentile;
use crate::engine::serving::{Batch, Batching, ServingEngine, SpeculationMethod};
use crate::engine::training::{Recompute, TrainingMethod};
use crate::scenario::ranges::Ranges;
use crate::scenario::table::parameters;

/// The model around which a scenario is built that names none.
const DEFAULT_MODEL: &str = "llama-2-70b";
/// The accelerator around which a scenario is built that names none.
const DEFAULT_GPU: &str = "h100-sxm";

macro_rules! declare_fields {
    (
        { $($(#[$top_meaning:meta])+ $top:ident: $top_type:ty = $top_default:expr => $_i:ident $_c:tt;)* }
        $($(#[$about:meta])+ $table:ident: $Table:ident, $_m:ident {
            $($(#[$meaning:meta])+ $field:ident: $type:ty = $default:expr => $_id:ident $_columns:tt;)*
        })*
        [$(#[$tier_about:meta])+ $tier:ident: $Tier:ident {
            $($(#[$tier_meaning:meta])+ $tier_field:ident: $tier_type:ty = $tier_default:expr =>
                $_1:ident $_2:ident $_3:ident $_4:ident $_tc:tt;)*
        }]
    ) => {
        /// Everything that a user can state.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct Scenario {
            $($(#[$top_meaning])+ pub $top: $top_type,)*
            $($(#[$about])+ pub $table: $Table,)*
            /// Service tiers with their own targets.
            pub $tier: [$Tier; MAX_TIERS],
            /// What numbers may well be, where that is stated too.
            pub(super) ranges: Ranges,
        }

        impl Scenario {
            /// Every default, around the default model and accelerator of the catalog, or its first ones.
            pub fn defaults(catalog: &Catalog) -> Self {
                let mut scenario = Self {
                    $($top: $top_default,)*
                    $($table: $Table::default(),)*
                    $tier: [$Tier::default(); MAX_TIERS],
                    ranges: Ranges::default(),
                };
                scenario.model.preset = catalog.model_id(DEFAULT_MODEL).or_else(|| catalog.model_ids().next());
                scenario.hardware.gpu = catalog.gpu_id(DEFAULT_GPU).unwrap_or(scenario.hardware.gpu);
                scenario
            }
        }

        $(declare_fields!(@table $Table $(#[$about])+
            { $($(#[$meaning])+ $field: $type = $default,)* });)*
        declare_fields!(@table $Tier $(#[$tier_about])+
            { $($(#[$tier_meaning])+ $tier_field: $tier_type = $tier_default,)* });
    };
    (@table $Table:ident $(#[$about:meta])+
        { $($(#[$meaning:meta])+ $field:ident: $type:ty = $default:expr,)* }) => {
        $(#[$about])+
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $Table {
            $($(#[$meaning])+ pub $field: $type,)*
        }

        impl Default for $Table {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

parameters!(declare_fields);

impl ModelChoice {
    /// Every width of a shape is stated, so that no preset need stand behind it.
    pub fn is_whole(&self) -> bool {
        [self.layers, self.hidden, self.heads, self.ffn.or(self.expert_ffn), self.vocab]
            .iter()
            .all(Option::is_some)
    }
}
