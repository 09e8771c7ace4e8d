//! Measured lengths: what a scenario takes from a file of them, and how mistakes in it are told.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::catalog::Catalog;
use crate::files::document::Document;
use crate::files::read::assign;
use crate::files::store::Store;
use crate::scenario::{ParamId, Scenario};
use crate::text::diagnostic::Diagnostic;

/// A scenario file with measured lengths beside it.
const SCENARIO: &str =
    "format = 1\n\n[workload]\nlength_file = \"logs/lengths.csv\" # last week\nturns = 2\n";

/// A folder with a scenario and its lengths; the scenario's path.
fn folder(scenario: &str, lengths: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("logs")).expect("a folder in it");
    fs::write(folder.path().join("logs/lengths.csv"), lengths).expect("a file");
    let path = folder.path().join("own.toml");
    fs::write(&path, scenario).expect("a file");
    (folder, path)
}

fn read(scenario: &str, lengths: &str) -> Result<Document, Diagnostic> {
    let (_folder, path) = folder(scenario, lengths);
    Document::parse(&path.display().to_string(), scenario, &Catalog::embedded()).map(|(document, _)| document)
}

fn lengths(scenario: &Scenario) -> [f64; 3] {
    let workload = &scenario.workload;
    [workload.sequence_length, workload.output_share, workload.length_spread]
}

#[test]
fn lengths_are_read_in_every_form_that_they_come_in() {
    // Means of 200 and 100; both half as long or half as long again.
    let forms = [
        "prompt_tokens,output_tokens\n100,50\n300,150\n",
        "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2026-11-01 10:00:00,100,50\r\n\r\n2026-11-01 10:00:02,300,150\r\n",
        "\"Output\", \"Input\"\n50, 100\n150, 300",
        "100,50\n300,150\n",
        "{\"prompt_tokens\": 100, \"completion_tokens\": 50}\n{\"prompt_tokens\": 300, \"completion_tokens\": 150}\n",
        "{\"id\": 1, \"usage\": {\"input_tokens\": 100, \"output_tokens\": 50}}\n{\"prompt\": 300, \"output\": 150}\n",
        "[{\"prompt_tokens\": 100, \"completion_tokens\": 50}, {\"prompt\": 300, \"output\": 150}]",
        "[\n  {\n    \"usage\": {\"input_tokens\": 100, \"output_tokens\": 50}\n  },\n  {\"prompt\": 300, \"output\": 150}\n]\n",
    ];
    for form in forms {
        let document = read(SCENARIO, form).unwrap_or_else(|error| panic!("{form}\n{error}"));
        assert_eq!(lengths(&document.scenario), [300.0, 1.0 / 3.0, 0.5], "{form}");
        assert_eq!(document.scenario.workload.turns, 2.0);
        let note = "logs/lengths.csv: 2 measured requests: prompts of 200 tokens, spread 0.50; outputs of 100 tokens, spread 0.50";
        assert_eq!(document.notes, [note]);
    }
    // Spreads of 0.5 and 0: the root of half of a quarter.
    let uneven = read(SCENARIO, "100,100\n300,100\n").expect("sound").scenario;
    assert_eq!(lengths(&uneven), [300.0, 1.0 / 3.0, 0.125_f64.sqrt()]);
}

#[test]
fn what_is_stated_beside_a_file_of_lengths_stands() {
    let text = "workload.length_spread = 0\nworkload.length_file = \"logs/lengths.csv\"\n";
    let document = read(text, "100,50\n300,150\n").expect("sound");
    assert_eq!(lengths(&document.scenario), [300.0, 1.0 / 3.0, 0.0]);
    let (folder, _) = folder("", "100,50\n300,150\n");
    let catalog = Catalog::embedded();
    let mut document = Document::new("new", &catalog);
    let path = folder.path().join("logs/lengths.csv");
    assign(&mut document, &format!("workload.length_file={}", path.display()), &catalog)
        .expect("it is there");
    assert_eq!(lengths(&document.scenario), [300.0, 1.0 / 3.0, 0.5]);
}

#[test]
fn mistakes_are_told_where_they_are() {
    for (form, line, column, message) in [
        ("prompt_tokens,output_tokens\n100,50\n300, many\n", 3, 6, "`many` is not a length"),
        ("100,50\n-1,150\n", 2, 1, "`-1` is not a length"),
        ("prompt_tokens,output_tokens\n100\n", 2, 4, "there is no column 2"),
        ("prompts,answers\n100,50\n", 1, 1, "no column is named as that of prompts"),
        ("{\"prompt\": 100, \"output\": \"50\"}\n", 1, 17, "`\"50\"` is not a length"),
        ("{\"prompt\": 100}\n", 1, 1, "the output is missing"),
        ("{\"prompt\": 100, \"output\": 50}\n{\"prompt\": }\n", 2, 12, "this is not an object of JSON"),
        ("[{\"prompt\": 100, \"output\": 50},\n 7]\n", 2, 2, "this is not an object of JSON"),
        ("[{\"prompt\": 100, \"output\": 50}\n", 2, 1, "this list has no end"),
        ("[\n{\"prompt\": 100,\n\"output\": \"50\"}]", 3, 1, "`\"50\"` is not a length"),
        ("prompt_tokens,output_tokens\n", 1, 1, "there is no request with a prompt and an output"),
    ] {
        let error = read(SCENARIO, form).expect_err(form);
        assert!(error.source_name.ends_with("lengths.csv"), "{error}");
        assert_eq!((error.line, error.column, error.message.as_str()), (line, column, message), "{form}");
    }
    let missing = read("[workload]\nlength_file = \"lengths.csv\"\n", "").expect_err("it is elsewhere");
    assert!(missing.source_name.ends_with("own.toml"), "{missing}");
    assert!(missing.message.starts_with("cannot read `lengths.csv`: "), "{missing}");
    assert_eq!((missing.line, missing.column), (2, 15));
    let long = read(SCENARIO, "9000000,1\n").expect_err("longer than any context");
    assert_eq!((long.line, long.column), (4, 15), "{long}");
}

#[test]
fn a_file_of_lengths_stays_where_its_scenario_does_and_is_written_out_elsewhere() {
    let catalog = Catalog::embedded();
    let (home, path) = folder(SCENARIO, "100,50\n300,150\n");
    let (mut document, _) = Document::parse(&path.display().to_string(), SCENARIO, &catalog).expect("sound");
    assert_eq!(document.to_toml(&catalog), SCENARIO);
    document.scenario.workload.turns = 3.0;
    Store::new(None).save_over(&path, &mut document, &catalog, false).expect("saved");
    assert_eq!(fs::read_to_string(&path).expect("a text"), SCENARIO.replace("turns = 2", "turns = 3"));
    let elsewhere = home.path().join("elsewhere");
    let store = Store::new(Some(elsewhere.clone()));
    let saved = store.save(&mut document, &catalog, false).expect("saved");
    let text = fs::read_to_string(&saved).expect("a text");
    assert!(saved.starts_with(elsewhere) && !text.contains("length_file"), "{text}");
    let again = Store::new(None).open(&saved.display().to_string(), &catalog).expect("it stands alone");
    for param in ParamId::ALL {
        assert_eq!(
            param.stated(&again.document.scenario),
            param.stated(&document.scenario),
            "{}",
            param.path
        );
    }
}

/// Four days of requests: two in each hour, six in the hour from 14:00, none from 3:00 to 4:00.
fn four_days() -> String {
    let mut text =
        "\"when it came, in UTC\",TIMESTAMP,\"text, cut\",prompt_tokens,output_tokens,cached_tokens\n"
            .to_owned();
    for hour in 0..96 {
        let requests = match hour % 24 {
            14 => 6,
            3 => 0,
            _ => 2,
        };
        for _ in 0..requests {
            let (day, hour) = (10 + hour / 24, hour % 24);
            let _ = writeln!(text, "x,2026-11-{day} {hour:02}:30:00.5,\"Hello, \"\"you\"\"\",100,50,25");
        }
    }
    text
}

#[test]
fn caches_and_the_course_of_a_day_are_read_too() {
    let document = read(SCENARIO, &four_days()).expect("sound");
    let workload = &document.scenario.workload;
    assert_eq!(workload.prefix_cache_hit_rate, Some(0.25));
    // 50 requests a day: of a mean hour 50/24.
    assert!((workload.peak_to_mean - 6.0 / (50.0 / 24.0)).abs() < 1e-12, "{}", workload.peak_to_mean);
    let note = &document.notes[0];
    assert!(note.ends_with("; 25% of prompt tokens cached; busiest at 14:00, 2.88x of the mean"), "{note}");
    // Less than a day says nothing of peaks; epochs in seconds or milliseconds are times, too.
    let short = "created,prompt,output\n1700000000,100,50\n1700003600,100,50\n";
    let document = read(SCENARIO, short).expect("sound");
    assert_eq!(document.scenario.workload.peak_to_mean, 1.5);
    assert!(!document.notes[0].contains("busiest"), "{:?}", document.notes);
    let object = |hour: u64| {
        let usage = r#"{"prompt_tokens": 100, "completion_tokens": 50, "prompt_tokens_details": {"cached_tokens": 80}}"#;
        format!("{{\"created\": {}, \"usage\": {usage}}}\n", 1_700_006_400_000 + hour * 3_600_000)
    };
    // Thirty hours, of which the last six see three requests instead of one: each hour of the day by its own days.
    let lines: String = (0..30).map(|hour| object(hour).repeat(if hour < 24 { 1 } else { 3 })).collect();
    let document = read(SCENARIO, &lines).expect("sound");
    assert_eq!(document.scenario.workload.prefix_cache_hit_rate, Some(0.8));
    assert!((document.scenario.workload.peak_to_mean - 2.0 / (30.0 / 24.0)).abs() < 1e-12);
}

#[test]
fn a_peak_that_no_workload_has_is_told_and_one_that_is_stated_takes_its_place() {
    let one_hour = "created,prompt,output\n1700006400,100,50\n1700006500,100,50\n1700092800,100,50\n";
    let error = read(SCENARIO, one_hour).expect_err("24 times the mean");
    assert!(
        error.message.starts_with("`workload.peak_to_mean` as measured in `logs/lengths.csv`: "),
        "{error}"
    );
    assert!(error.help.as_ref().is_some_and(|help| help.contains("takes its place")), "{error}");
    let stated = read(&format!("{SCENARIO}peak_to_mean = 2\n"), one_hour).expect("stated");
    assert_eq!(stated.scenario.workload.peak_to_mean, 2.0);
}

#[test]
fn mistakes_in_quoted_rows_are_told_where_they_are() {
    let form = "note,prompt,output\n\"a, b\",100,50\n\n\"c\",100,x\n";
    let error = read(SCENARIO, form).expect_err("x");
    assert_eq!((error.line, error.column), (4, 9), "{error}");
}
