//! What the README says is true: its commands run, its files are read, its numbers are ours. And what the contributing
//! page names is there.

use std::io::Write as _;
use std::path::Path;
use std::slice;

use serde_json::Value;

use crate::harness::{output, run};
use crate::page::{README, quoted, table};

/// What stands in place of a word that the README leaves to the reader. `FILE` is the README's own example.
const EXAMPLES: [(&str, &str); 13] = [
    ("PAGE", "tests/metrics/after.prom"),
    ("BILL", "tests/bills/two-months.csv"),
    ("DECK", "tour"),
    ("PRESET", "gpt-4"),
    ("NAME", "default"),
    ("A", "default"),
    ("B", "gpt-4"),
    ("PATH=FROM..TO:N", "serving.batch_size=1..8:2"),
    ("PATH=VALUE", "workload.cache_hit_rate=20%"),
    ("OUTPUT=VALUE", "inference.daily_usd=2k"),
    ("PATH", "workload.cache_hit_rate"),
    ("config.json", "tests/configs/Qwen--Qwen3-30B-A3B-FP8.json"),
    ("path/config.json", "tests/configs/Qwen--Qwen3-30B-A3B-FP8.json"),
];

/// Commands that are asked for help instead: they fit, which takes long without optimization, print nothing, want a
/// terminal, results of one's own or an engine.
const SLOW: [&str; 6] =
    ["whatif calibrate", "whatif fit", "--leave-out", "whatif export", "whatif present", "--view live"];

/// Lines of the indented blocks, without what is said about them: two spaces or a `#` begin that.
fn code() -> impl Iterator<Item = &'static str> {
    let prose = README.split("```").step_by(2);
    let lines = prose.flat_map(str::lines).filter_map(|line| line.strip_prefix("    "));
    lines.map(|line| line.split("  ").next().unwrap_or_default().trim())
}

/// The blocks of TOML.
fn examples() -> Vec<&'static str> {
    README.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// The command lines that a line of the README stands for: `a|b` is either, `[a]` is that or nothing.
fn expand(line: &str, file: &str) -> Vec<Vec<String>> {
    let line = line.replace(" | ", "|");
    let mut found = vec![Vec::new()];
    let mut quote = false;
    for word in line.split_inclusive(|letter| {
        quote ^= letter == '"';
        letter == ' ' && !quote
    }) {
        let word = word.trim();
        let optional = word.starts_with('[') || word == "...";
        let options: Vec<String> = match word.strip_prefix('"') {
            Some(text) => vec![text.trim_end_matches('"').to_owned()],
            None => word.trim_matches(['[', ']']).split('|').map(|word| example(word, file)).collect(),
        };
        let longer = |line: &Vec<String>| {
            let with: Vec<_> =
                options.iter().map(|word| [&line[..], slice::from_ref(word)].concat()).collect();
            if optional { [vec![line.clone()], with].concat() } else { with }
        };
        found = found.iter().flat_map(longer).collect();
    }
    found
}

/// A word as one would type it.
fn example(word: &str, file: &str) -> String {
    match EXAMPLES.iter().find(|(name, _)| *name == word) {
        Some((_, example)) => (*example).to_owned(),
        None if word == "FILE" => file.to_owned(),
        None if word == "..." => "llama-2-70b".to_owned(),
        None => {
            assert!(!word.chars().any(char::is_uppercase), "no example is given for `{word}`");
            word.to_owned()
        }
    }
}

/// Runs a command line, with the README's scenario on standard input.
fn runs(words: &[String]) {
    let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let done = run(&arguments, examples()[0]);
    let error = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{words:?}: {error}");
    assert!(!done.stdout.is_empty(), "{words:?} prints nothing");
}

/// The README's first example in a file.
fn example_file() -> tempfile::NamedTempFile {
    in_a_file(examples()[0])
}

fn in_a_file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::with_suffix(".toml").expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    file
}

/// An example that is a rate card rather than a scenario.
fn is_card(text: &str) -> bool {
    text.starts_with("[[price]]")
}

/// Command lines with an option as the README writes it, one of each command that takes one of some words.
fn with_option(option: &str, takers: &[&str], commands: &[&str], file: &str) -> Vec<Vec<String>> {
    let takes = |line: &&&str| line.split([' ', '[']).any(|word| takers.contains(&word));
    let mut found = Vec::new();
    for command in commands.iter().filter(takes).filter(|line| !line.contains("--format")) {
        for words in expand(option, file) {
            found.push([expand(command, file).remove(0), words].concat());
        }
    }
    assert!(found.len() >= takers.len(), "{option}: {found:?}");
    found
}

#[test]
fn every_command_runs() {
    let file = example_file();
    let path = file.path().to_str().expect("a path");
    let spoken_of = quoted(&README).into_iter().filter(|words| words.starts_with("whatif "));
    let (options, commands): (Vec<&str>, Vec<&str>) = code()
        .filter(|line| !line.starts_with("cargo "))
        .chain(spoken_of)
        .partition(|line| line.starts_with("--"));
    let mut lines: Vec<Vec<String>> = commands.iter().flat_map(|line| expand(line, path)).collect();
    for option in options {
        if option.starts_with("--prices") {
            let card = in_a_file(examples().into_iter().find(|text| is_card(text)).expect("a rate card"));
            let card = card.path().to_str().expect("a path");
            runs(
                &["whatif", "report", "default", "--prices", card, "--set", "prices.basis=own"]
                    .map(str::to_owned),
            );
            continue;
        }
        let takers: &[&str] = match option.split(' ').next() {
            Some("--set") => &["PRESET", "NAME", "A", "FILE"],
            Some("--format") => &["compare", "show", "sweep", "solve", "check", "validate", "list"],
            _ => panic!("what takes {option}?"),
        };
        lines.extend(with_option(option, takers, &commands, path));
    }
    lines.sort();
    lines.dedup();
    assert!(lines.len() > 40, "{lines:?}");
    for line in lines {
        assert_eq!(line[0], "whatif", "{line:?} is no command");
        let slow = SLOW.iter().any(|slow| line.join(" ").contains(slow));
        runs(&if slow { [line, vec!["--help".to_owned()]].concat() } else { line });
    }
}

#[test]
fn every_example_of_a_file_is_a_scenario_or_a_deck() {
    for text in examples().into_iter().filter(|text| !is_card(text)) {
        if text.contains("[[step]]") {
            let checked = run(&["check", "-"], text);
            assert!(checked.status.success(), "{text}\n{}", String::from_utf8_lossy(&checked.stdout));
            continue;
        }
        let done = run(&["report", "-", "--format", "json"], text);
        assert!(done.status.success(), "{text}\n{}", String::from_utf8_lossy(&done.stderr));
        let report: Value = serde_json::from_slice(&done.stdout).expect("JSON");
        let name = report["scenario"]["name"].as_str().expect("a name");
        assert!(text.contains(&format!("name = \"{name}\"")), "{name}");
    }
}

/// Errors as they are now; those of fits that leave something out take minutes and are checked by hand.
#[test]
fn the_errors_are_those_of_the_constants_that_are_built_in() {
    let validation: Value = serde_json::from_str(&output(&["validate", "--format", "json"])).expect("JSON");
    let kinds = validation["kinds"].as_array().expect("kinds");
    for row in table("kind") {
        let kind = kinds
            .iter()
            .find(|kind| {
                kind["kind"].as_str().is_some_and(|name| name.trim_start_matches("serving, ") == row[0])
            })
            .unwrap_or_else(|| panic!("no kind is called {}", row[0]));
        let number = |key: &str| kind[key].as_f64().expect("a number");
        assert_eq!(row[1].parse().ok(), Some(number("n")), "{row:?}");
        let stated = row[2].split(", ").chain([row[3]]);
        for (stated, key) in stated.zip(["median", "p90", "median_by_cell"]) {
            let digits = stated.trim_end_matches('%');
            let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            assert_eq!(digits, format!("{:.decimals$}", 100.0 * number(key)), "{key} of {}", row[0]);
        }
    }
}

#[test]
fn the_oldest_rust_is_the_one_that_is_asked_for() {
    assert!(README.contains(concat!("Rust ", env!("CARGO_PKG_RUST_VERSION"), " or later")));
}

/// `VENDOR` and the like stand for a name, and `WORD in PATH` for a word of that file.
#[test]
fn the_contributing_page_names_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join(".github/CONTRIBUTING.md")).expect("the page");
    let pieces: Vec<&str> = page.split('`').collect();
    let mut words = 0;
    for (index, path) in pieces.iter().enumerate().skip(1).step_by(2) {
        if !["src/", "tests/", "presets/", ".ci/"].iter().any(|room| path.starts_with(room)) {
            continue;
        }
        let path = path.split(' ').next().unwrap_or_default();
        let placeholder = path.contains(char::is_uppercase);
        let there = if placeholder { Path::new(path).parent().expect("a room") } else { Path::new(path) };
        assert!(root.join(there).exists(), "{path}");
        if index > 2 && pieces[index - 1].trim() == "in" && !placeholder {
            let text = std::fs::read_to_string(root.join(path)).expect("a file");
            assert!(text.contains(pieces[index - 2]), "{} is not in {path}", pieces[index - 2]);
            words += 1;
        }
    }
    assert!(words > 4, "only {words} words were looked up");
}
