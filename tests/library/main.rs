//! What the library answers: the engine on hand-worked cases and published results, levers, analyses, catalog, words.

mod analysis;
mod arrivals;
mod bench;
mod catalog;
mod deck;
mod demand;
mod evidence;
mod fleet;
mod house;
mod layouts;
mod levers;
mod money;
mod parameters;
mod prices;
mod properties;
mod published;
mod ranges;
mod service;
mod serving;
mod simulation;
mod text;
mod training;
