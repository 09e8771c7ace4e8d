//! The explorer on a terminal.

pub mod answers;
pub mod draw;
pub mod figures;
pub mod footer;
pub mod mouse;
pub mod picture;
pub mod screen;
pub mod sliders;
pub mod terminal;
