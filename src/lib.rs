//! What AI models cost: to train once, to serve every day, and over their life.
//!
//! The library answers without a screen. A [`Scenario`](scenario::Scenario) is what a person states: a model, hardware,
//! demand, money. A [`World`](analysis::case::World) holds the facts and the fitted constants behind every answer. A
//! [`Case`](analysis::case::Case) is a scenario evaluated, and what every analysis takes.
//!
//! ```
//! use std::sync::Arc;
//! use whatif::analysis::answer::Answer;
//! use whatif::analysis::case::{Case, World};
//! use whatif::analysis::range::figures;
//! use whatif::scenario::Scenario;
//!
//! let world = Arc::new(World::embedded());
//! let mut scenario = Scenario::defaults(&world.catalog);
//! scenario.workload.requests_per_day = 2e6;
//! let case = Case::new(&world, scenario);
//! let daily = figures(&case).range(Answer::DailyCost).expect("the model fits");
//! assert!(daily.low < daily.value && daily.value < daily.high);
//! println!("${:.0} a day; four times out of five between ${:.0} and ${:.0}", daily.value, daily.low, daily.high);
//! ```
//!
//! # Rooms
//!
//! Each imports only from those below it.
//!
//! | room | holds |
//! |---|---|
//! | `cli` | the commands |
//! | `export` | documents to be sent: HTML, Markdown and PDF, with charts |
//! | `tui` | drawing, mouse and terminal |
//! | `app` | the explorer's state, and what keys and mouse do to it |
//! | `views` | what the explorer shows: one file per view |
//! | `report` | a typed record of a case and a table of each analysis, and the formats that write them |
//! | `keymap`, `widgets` | the table of keys; what screens are made of |
//! | `files` | scenario files, decks, what is saved of both, settings |
//! | `import` | what other programs write: configurations of models, results of benchmarks, logs of training, metrics of engines, bills |
//! | [`analysis`] | questions that take many evaluations: ranges, levers, hardware, goals, causes, decks |
//! | `fitting` | the fit of the constants to measurements, and its move by one's own |
//! | [`evidence`] | published measurements compared with the engine's figures |
//! | [`calibration`] | fitted constants and the engine's error |
//! | [`scenario`] | everything that can be stated, in one table |
//! | [`catalog`] | models, accelerators, prices and claims, with their sources |
//! | [`text`] | numbers and words as people write and read them |
//! | `rank` | sorting |
//! | [`engine`] | pure formulas: training, serving, fleets, money |
//!
//! # Features
//!
//! * `cli`: the program `whatif`; without `tui`, a bare `whatif` prints the text report.
//! * `tui` (default, with `cli`): the explorer.
//! * `png` (with `tui`): pictures of the explorer as PNG, with a font of their own.
//! * `export` (default, with `png`): `whatif export`, documents with charts.
//! * `https` (with `cli`): metrics by HTTPS; without it, by HTTP.
//! * `parquet` (with `cli`): bills in Parquet.
//! * `fit` (with `cli`): refits the constants, `whatif fit` and `whatif validate --leave-out`.
//!
//! Without any, the library is what it shows: the engine with its scenarios, facts and analyses.

pub mod analysis;
pub mod calibration;
pub mod catalog;
pub mod engine;
pub mod evidence;
pub mod scenario;
pub mod text;

mod rank;

#[cfg(feature = "cli")]
mod fitting;

#[cfg(feature = "cli")]
mod files;
#[cfg(feature = "cli")]
mod import;
#[cfg(feature = "cli")]
mod report;

#[cfg(feature = "export")]
mod export;

#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
pub use cli::main;

#[cfg(feature = "tui")]
mod app;
#[cfg(feature = "tui")]
mod keymap;
#[cfg(feature = "tui")]
mod tui;
#[cfg(feature = "tui")]
#[doc(hidden)]
pub use tui::screen::Screen;
#[cfg(feature = "tui")]
mod views;
#[cfg(feature = "tui")]
mod widgets;

#[cfg(all(test, feature = "tui"))]
#[path = "../tests/inside/inside.rs"]
mod inside;
