//! The README, part by part.

use std::sync::LazyLock;

/// The whole text.
pub static README: LazyLock<String> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
});

/// The rows of the table whose first column has this heading.
pub fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let lines = README.lines().skip_while(|line| !line.starts_with(&format!("| {heading} |"))).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    let cells = |line: &'static str| line.trim_matches('|').split(" | ").map(str::trim).collect();
    rows.map(cells).collect()
}

/// Words in backticks, also inside of fenced blocks.
pub fn quoted(text: &str) -> Vec<&str> {
    text.split("```").flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}
