//! The fit of the constants to published results.

pub mod least_squares;
pub mod serving;
pub mod training;
