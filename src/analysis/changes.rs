//! What differs between two scenarios, by the table of parameters.

use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};

/// One parameter that is stated differently.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// The parameter.
    pub param: ParamId,
    /// As it was stated.
    pub from: Value,
    /// As it is stated now.
    pub to: Value,
}

impl Change {
    /// States the new value.
    pub fn apply(&self, scenario: &mut Scenario) {
        self.param.set(scenario, self.to);
    }
}

/// Every parameter that two scenarios state differently, in the order of the table.
pub fn changes(before: &Scenario, after: &Scenario) -> Vec<Change> {
    ParamId::ALL
        .into_iter()
        .filter_map(|param| {
            let (from, to) = (param.stated(before), param.stated(after));
            (from != to).then_some(Change { param, from, to })
        })
        .collect()
}
