//! What the library answers: the engine on hand-worked cases and published results, levers, analyses, catalog, files.

mod analysis;
mod bench;
mod catalog;
mod levers;
mod parameters;
mod properties;
mod ranges;
mod serving;
mod text;
mod training;
