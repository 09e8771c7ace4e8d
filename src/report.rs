//! The figures of a scenario, and every analysis, without a screen.
//!
//! A [`table::Table`] holds what one analysis says, typed and in units; the screen draws it too. A `Page` is what a
//! command prints; each of the `FORMATS` writes it.

pub mod annotation;
pub mod audit;
pub mod comparison;
pub(crate) mod csv;
pub mod explanation;
pub mod format;
mod json;
pub mod listing;
pub mod live;
pub mod markdown;
pub mod page;
pub mod profile;
pub mod record;
pub mod sections;
pub mod table;
pub mod tables;
mod text;
pub mod training_log;
pub mod validation;
