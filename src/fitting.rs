//! The fit of the constants to published results, and of the error model to what it says of rows that it never saw.

pub mod constants;
pub mod error_model;
mod fit;
mod least_squares;
pub mod left_out;
