//! Shares of one whole: together they can be no more than all of it.

use crate::scenario::id::ParamId;
use crate::scenario::param::Param;
use crate::scenario::stated::Scenario;
use crate::scenario::value::Value;
use crate::text::quantity::{Unit, format};

/// The wholes, each with the parameters that share it out.
const WHOLES: [(&str, &[ParamId]); 3] = [
    (
        "the requests of tiers and the small model",
        &[
            ParamId::Tier1Share,
            ParamId::Tier2Share,
            ParamId::Tier3Share,
            ParamId::Tier4Share,
            ParamId::RoutingShare,
        ],
    ),
    (
        "owned, contracted and spot shares of serving",
        &[ParamId::ServingOwnedShare, ParamId::ServingReservedShare, ParamId::ServingSpotShare],
    ),
    (
        "owned, contracted and spot shares of training",
        &[ParamId::TrainingOwnedShare, ParamId::TrainingReservedShare, ParamId::TrainingSpotShare],
    ),
];

/// Shares that add up to one but for this are one.
const ROUNDING: f64 = 1e-9;

/// Shares that together are more than everything.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Excess {
    /// What is wrong.
    pub problem: String,
    /// What would be allowed.
    pub allowed: String,
}

/// A share at the most that it may well be; of a small model that does not exist, none.
fn most(param: ParamId, scenario: &Scenario) -> f64 {
    if param == ParamId::RoutingShare && scenario.routing.small_model.is_none() {
        return 0.0;
    }
    match param.stated(scenario) {
        Value::Range(range) => range.high,
        value => value.number().unwrap_or(0.0),
    }
}

impl Param {
    /// What a value would be too much beside the rest of the scenario; `None` where there is room for it.
    pub(super) fn excess(&self, value: Value, scenario: &Scenario) -> Option<Excess> {
        let id = if self.id == ParamId::RoutingSmallModel { ParamId::RoutingShare } else { self.id };
        let (whole, parts) = WHOLES.iter().find(|(_, parts)| parts.contains(&id))?;
        let mut changed = *scenario;
        self.set(&mut changed, value);
        let sum = |scenario: &Scenario| parts.iter().map(|part| most(*part, scenario)).sum::<f64>();
        let total = sum(&changed);
        if total <= 1.0 + ROUNDING {
            return None;
        }
        let room = (1.0 - (total - most(id, &changed))).max(0.0);
        let others: Vec<String> = parts
            .iter()
            .filter(|part| **part != id && most(**part, &changed) > 0.0)
            .map(|part| format!("`{}`", part.path))
            .collect();
        Some(Excess {
            problem: format!("{whole} add up to {}", format(total, Unit::Share)),
            allowed: format!("up to {} beside {}", format(room, Unit::Share), others.join(" and ")),
        })
    }

    /// There is room for a value beside the rest of the scenario.
    pub fn has_room(&self, value: Value, scenario: &Scenario) -> bool {
        self.excess(value, scenario).is_none()
    }
}
