//! `whatif` explores what AI models cost: to train once, to serve every day, and over their life.

pub mod engine;
pub mod quantity;
