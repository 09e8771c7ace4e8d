//! The fit of the training model, and its error on what was left out.

pub mod cross;
pub mod fit;
