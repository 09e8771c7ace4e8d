//! A scenario: what a person states, the one table of all that can be stated, and how it becomes the engine's inputs.

pub mod domain;
pub mod entry;
pub mod id;
pub mod param;
pub mod pricing;
pub mod ranges;
pub mod resolve;
pub mod rows;
pub mod slider;
mod small_gpu;
pub mod stated;
pub mod step;
mod table;
mod together;
pub mod value;

pub use id::ParamId;
pub use stated::{Scenario, Tier};
