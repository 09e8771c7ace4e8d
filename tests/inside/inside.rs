//! Tests of what the library keeps to itself: screens through real keys, scenario files, help, random keys.

mod benchmarks;
mod bills;
mod charts;
mod configs;
mod deck_files;
mod decks;
mod files;
mod finding;
mod formats;
mod goals;
mod harness;
mod help;
mod instrument;
mod keys;
mod lengths;
mod live;
mod pictures;
mod presenting;
mod readme;
mod saving;
mod scenarios;
mod screens;
mod steps;
mod stories;
mod tables;
mod typing;
