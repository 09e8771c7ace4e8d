//! The charts of a scenario, each from the analysis that the screen shows.

pub mod causes;
pub mod choices;
pub mod money;
