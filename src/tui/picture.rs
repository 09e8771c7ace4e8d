//! Screens as pictures: shapes that are the same whatever writes them, and drawings that need no font where signs must
//! join. The README's pictures are made from real frames by `whatif picture` and `whatif record`.

pub mod cast;
pub mod color;
pub mod film;
#[cfg(feature = "png")]
pub mod png;
pub mod shape;
pub mod sign;
pub mod svg;

/// Width of a character, in units; whole, so that neighbors meet on a pixel.
pub const CELL_WIDTH: f32 = 9.0;
/// Height of a line, in units.
pub const CELL_HEIGHT: f32 = 18.0;
/// Size of the letters, in units: their font is 0.6 as wide.
const FONT_SIZE: f32 = 15.0;
/// Where letters stand in a line, in units from its top.
const BASELINE: f32 = 14.0;
/// Room around the screen, in units.
const MARGIN: f32 = 10.0;
