//! What the program does: command lines by their outcome, a real terminal; and what the README says of it.

mod audit;
mod checks;
mod commands;
mod export;
mod exporter;
mod formats;
mod harness;
mod imports;
mod metrics;
mod page;
mod pictures;
#[cfg(unix)]
mod pty;
mod readme;
mod refusals;
mod training_logs;
mod validation;
