//! What the program does: command lines by their outcome, a real terminal; and what the README says of it.

mod audit;
mod checks;
mod commands;
#[cfg(unix)]
mod ends;
mod export;
mod exporter;
mod formats;
mod harness;
mod imports;
mod metrics;
mod page;
mod pictures;
mod readme;
mod refusals;
#[cfg(unix)]
mod session;
#[cfg(unix)]
mod sittings;
#[cfg(unix)]
mod special_files;
#[cfg(unix)]
mod terminal;
mod training_logs;
mod validation;
