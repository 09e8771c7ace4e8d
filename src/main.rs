//! The `whatif` program.

fn main() {}
