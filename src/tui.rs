//! The explorer on a terminal.

pub mod answers;
pub mod chart;
pub mod draw;
pub mod figures;
pub mod footer;
pub mod mouse;
pub mod picture;
pub mod popup;
pub mod remarks;
pub mod sliders;
pub mod terminal;
