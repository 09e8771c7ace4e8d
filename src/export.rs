//! Documents that are left behind: a page for a browser, Markdown, PDF, with the same figures and charts.
//!
//! A [`handout::Handout`] holds what is said, typed; each format writes it. Charts are drawn once, by `plotters`, as
//! shapes with roles for colors, and each format writes those.

mod chart;
mod charts;
pub mod deck;
mod draw;
mod drawing;
mod escape;
mod font;
pub mod handout;
pub mod html;
pub mod made;
pub mod markdown;
pub mod pdf;
pub mod scenario;
mod sheet;
mod svg;
mod tone;
