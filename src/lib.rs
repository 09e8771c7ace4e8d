//! `whatif` explores what AI models cost: to train once, to serve every day, and over their life.

pub mod analysis;
pub mod catalog;
pub mod cli;
pub mod diagnostic;
pub mod document;
pub mod engine;
pub mod params;
pub mod quantity;
pub mod report;
pub mod scenario;
pub mod store;
