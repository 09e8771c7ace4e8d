//! The `whatif` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    whatif::main()
}
