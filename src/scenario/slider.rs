//! What a slider means where it is about more than its own field: the GPU of the first screen is the one that serves.

use crate::catalog::Catalog;
use crate::scenario::id::ParamId;
use crate::scenario::param::Param;
use crate::scenario::resolve;
use crate::scenario::stated::Scenario;
use crate::scenario::value::{Field as _, Value};

impl Param {
    /// The value that its slider shows: of the GPU of the first screen the one that serves, wherever that was stated.
    pub fn shown(&self, scenario: &Scenario, catalog: &Catalog) -> Value {
        match self.id {
            ParamId::HardwareGpu => resolve::serving_gpu(scenario).value(),
            _ => self.effective(scenario, catalog),
        }
    }

    /// Sets the value as its slider does: the GPU of the first screen then serves, whichever did before.
    pub fn put(&self, scenario: &mut Scenario, value: Value) {
        if self.id == ParamId::HardwareGpu {
            scenario.serving.gpu = None;
        }
        self.set(scenario, value);
    }

    /// Sets what another scenario has, with all that its slider is about.
    pub fn restore(&self, scenario: &mut Scenario, other: &Scenario) {
        self.set(scenario, self.stated(other));
        if self.id == ParamId::HardwareGpu {
            scenario.serving.gpu = other.serving.gpu;
        }
    }

    /// Its slider shows something else than in another scenario.
    pub fn is_moved(&self, scenario: &Scenario, other: &Scenario) -> bool {
        self.stated(scenario) != self.stated(other)
            || self.id == ParamId::HardwareGpu
                && resolve::serving_gpu(scenario) != resolve::serving_gpu(other)
    }
}
