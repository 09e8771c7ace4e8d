//! Words and numbers as people write and read them.

pub mod date;
pub mod diagnostic;
pub mod quantity;
pub mod suggest;
pub mod wrap;
