//! Drawing primitives: what pictures on the screen are made of. They know no application.

pub mod change;
pub mod field;
pub mod frame;
pub mod hints;
pub mod list;
pub mod stack;
pub mod text;
pub mod theme;
