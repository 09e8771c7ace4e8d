//! Questions that take many evaluations: ranges, rankings, goals, comparisons.
//!
//! Everything here is pure: a [`Case`](case::Case) in, plain data out. The screen and the report print it.

pub mod actuals;
pub mod advice;
pub mod answer;
pub mod api_costs;
pub mod attribution;
pub mod case;
pub mod changes;
pub mod deck;
pub mod explain;
pub mod findings;
pub mod frontier;
pub mod goal;
pub mod growth;
pub mod hardware;
pub mod levers;
pub mod live;
mod parallel;
pub mod pools;
pub mod profile;
pub mod published;
pub mod range;
pub mod remedies;
mod sample;
pub mod sensitivity;
pub mod service;
pub mod spent;
pub mod sweep;
pub mod ways;
pub mod why;
