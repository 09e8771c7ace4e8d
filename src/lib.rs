//! `whatif` explores what AI models cost: to train once, to serve every day, and over their life.

pub mod analysis;
pub mod app;
pub mod calibration;
pub mod catalog;
pub mod cli;
pub mod diagnostic;
pub mod document;
pub mod engine;
pub mod keymap;
pub mod look;
pub mod mouse;
pub mod params;
pub mod quantity;
pub mod report;
pub mod scenario;
pub mod settings;
pub mod store;
pub mod terminal;
pub mod ui;
pub mod validation;
pub mod words;
