//! The explorer on a terminal.

pub mod cards;
pub mod draw;
pub mod footer;
pub mod layout;
pub mod mouse;
pub mod output;
pub mod picture;
pub mod present;
pub mod screen;
pub mod sliders;
mod small;
mod tabs;
pub mod terminal;
