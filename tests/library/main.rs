//! What the library answers: the engine on hand-worked cases and published results, levers, analyses, catalog, files.

mod analysis;
mod bench;
mod catalog;
mod files;
mod levers;
mod parameters;
mod ranges;
mod scenarios;
mod serving;
mod training;
