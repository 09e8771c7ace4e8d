//! The program, run with directories of its own.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Runs the program with its own empty directories.
pub fn whatif(arguments: &[&str]) -> Output {
    run(arguments, "")
}

/// The same with something on standard input.
pub fn run(arguments: &[&str], input: &str) -> Output {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut child = Command::new(env!("CARGO_BIN_EXE_whatif"))
        .args(arguments)
        .env("WHATIF_SCENARIOS", directory.path())
        .env("WHATIF_SETTINGS", directory.path().join("settings/settings.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that does not read its input may have closed it already.
    let _ = child.stdin.take().expect("standard input").write_all(input.as_bytes());
    child.wait_with_output().expect("the program ends")
}

/// Standard output of a command that succeeds.
pub fn output(arguments: &[&str]) -> String {
    let output = whatif(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Standard error of a command that is refused with status 2.
pub fn refusal(arguments: &[&str]) -> String {
    let output = whatif(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?} printed something before it was refused");
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// What a command prints as JSON.
pub fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&output(arguments)).expect("JSON")
}

/// Ids of the scenarios that are built in, the default first.
pub fn scenarios() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/presets/scenarios");
    let files = std::fs::read_dir(folder).expect("the folder").map(|file| file.expect("a file").path());
    let mut ids: Vec<String> =
        files.map(|file| file.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    ids.sort_by_key(|id| (id != "default", id.clone()));
    ids
}

/// The first field of each line of a table but the headings.
pub fn ids(arguments: &[&str]) -> Vec<String> {
    let table = output(arguments);
    table.lines().skip(1).filter_map(|line| line.split(',').next().map(str::to_owned)).collect()
}

/// The rows of a CSV file below its headings, all as long as these.
pub fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}
