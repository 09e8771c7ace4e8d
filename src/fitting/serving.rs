//! The fit of the serving model, and its error on what was left out.

pub mod cross;
pub mod fit;
