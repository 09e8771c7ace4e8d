//! Words and numbers as people write and read them.

pub mod column;
pub mod control;
pub mod date;
pub mod diagnostic;
pub mod quantity;
pub mod rank;
pub mod source;
pub mod suggest;
pub mod wrap;
