//! Constants from measurements: the fit to all that are published, and the move of it by one's own.

#[cfg(feature = "fit")]
pub mod constants;
#[cfg(feature = "fit")]
pub mod error_model;
#[cfg(feature = "fit")]
mod fit;
mod least_squares;
#[cfg(feature = "fit")]
pub mod left_out;
pub mod profile;
