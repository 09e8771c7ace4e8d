//! The cost engine: a pure function from [`Inputs`](inputs::Inputs) to [`Outcome`](outcome::Outcome).
//!
//! No terminal, no files, no clock and no randomness. Each module holds one family of formulas; together they
//! answer in a few microseconds and allocate nothing, so a range or a ranking is thousands of plain calls.

pub mod arrivals;
pub mod choice;
mod evaluate;
pub mod fleet;
pub mod gpu;
pub mod horizon;
pub mod inputs;
pub mod interruptions;
pub mod money;
pub mod outcome;
pub mod precision;
pub mod promise;
pub mod serving;
pub mod session;
pub mod shape;
pub mod training;

pub use evaluate::{Constants, Known, evaluate, evaluate_near};
