//! Foreign files in, our own types out: what other programs write of models, and what clouds bill.
//!
//! Such a file is hostile until it is read: it is limited in size and depth, and whatever is wrong with it is told with
//! the place. No format is guessed.

pub mod bills;
pub mod config;
mod json;
mod text;
