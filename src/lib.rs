//! `whatif` explores what AI models cost: to train once, to serve every day, and over their life.

pub mod analysis;
pub mod app;
pub mod calibration;
pub mod catalog;
pub mod cli;
pub mod engine;
pub mod evidence;
pub mod files;
pub mod fitting;
pub mod keymap;
pub mod report;
pub mod scenario;
pub mod text;
pub mod tui;
pub mod views;
pub mod widgets;
