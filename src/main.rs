//! The `whatif` program.

use std::process::ExitCode;

use clap::Parser as _;

/// Exit status for bad input.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    match whatif::cli::run(whatif::cli::Cli::parse()) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(BAD_INPUT)
        }
    }
}
