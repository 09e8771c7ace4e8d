//! What pictures on the screen are made of.

pub mod table;
pub mod theme;
