//! Tests of what the library keeps to itself: screens through real keys, scenario files, help, random keys.

mod files;
mod formats;
mod harness;
mod help;
mod keys;
mod lengths;
mod readme;
mod scenarios;
mod screens;
