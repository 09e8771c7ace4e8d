//! One table in every format, and the keys that scripts rely on.

use crate::harness::{csv_rows, json, output, refusal};
use serde_json::Value;

#[test]
fn the_json_report_has_every_field_that_scripts_rely_on() {
    let report = json(&["report", "llama-2-70b", "--format", "json"]);
    for (object, fields) in [
        ("scenario", "name model gpu model.size serving.batch_size workload.cache_hit_rate hardware.gpu"),
        ("model", "total_parameters active_parameters kv_cache_bytes_per_token"),
        (
            "training",
            "flops gpu gpus fits memory_per_gpu_bytes gpu_hours days mfu final_run_usd programme_usd breakdown \
             energy_mwh",
        ),
        (
            "serving",
            "fits gpus_per_replica min_gpus_to_fit batch_size max_batch_size memory_per_gpu_bytes bound ttft_ms \
             tpot_ms request_latency_ms output_tokens_per_s_per_gpu requests_per_s_per_replica \
             usd_per_million_tokens",
        ),
        (
            "inference",
            "daily_usd monthly_usd yearly_usd usd_per_request replicas_peak gpus_peak gpus_mean utilization breakdown",
        ),
        (
            "split",
            "horizon_months training_usd inference_usd training_share inference_share day_inference_passes_training \
             day_inference_reaches_80_percent",
        ),
    ] {
        for field in fields.split_whitespace() {
            assert!(report[object].get(field).is_some(), "{object}.{field} is missing");
        }
    }
    let levers = report["levers"].as_array().expect("levers");
    assert!(!levers.is_empty());
    for lever in levers {
        for field in ["path", "from", "to", "saves_daily_usd", "saves_training_usd", "latency_change_ms"] {
            assert!(lever.get(field).is_some(), "levers: {field} is missing");
        }
    }
    for field in ["profile", "met", "unmet"] {
        assert!(report["advice"].get(field).is_some(), "advice.{field} is missing");
    }
    assert!(report["alerts"].is_array() && report["notes"].is_array());
    let lines = report["training"]["breakdown"].as_array().expect("lines");
    let sum: f64 = lines.iter().map(|line| line["usd"].as_f64().expect("USD")).sum();
    let programme = report["training"]["programme_usd"]["value"].as_f64().expect("USD");
    assert!((sum / programme - 1.0).abs() < 1e-9, "the lines add up to {sum}, not to {programme}");
}

#[test]
fn text_markdown_and_csv_tell_the_same_figures_as_json() {
    let report = json(&["report", "startup-8b", "--format", "json"]);
    let daily = report["inference"]["daily_usd"]["value"].as_f64().expect("USD");
    let csv = output(&["report", "startup-8b", "--format", "csv"]);
    let line = csv.lines().find(|line| line.starts_with("inference.daily_usd,")).expect("a line");
    assert_eq!(line.split(',').nth(1).and_then(|field| field.parse::<f64>().ok()), Some(daily));
    let shown = whatif::text::quantity::format(daily, whatif::text::quantity::Unit::Usd);
    assert!(output(&["report", "startup-8b"]).contains(&shown));
    assert!(output(&["report", "startup-8b", "--format", "markdown"]).contains(&shown));
}

/// Commands that print one table.
const TABLES: [&[&str]; 13] = [
    &["show", "default", "--view", "levers"],
    &["show", "default", "--view", "hardware"],
    &["show", "default", "--view", "sensitivity"],
    &["show", "default", "--view", "frontier"],
    &["show", "default", "--view", "growth"],
    &["show", "default", "--view", "demand"],
    &["show", "default", "--view", "apis"],
    &["sweep", "default", "--over", "serving.batch_size=1..256:9"],
    &["list", "models"],
    &["list", "gpus"],
    &["list", "scenarios"],
    &["list", "parameters"],
    &["list", "prices"],
];

/// Commands that print more than one.
const PAGES: [&[&str]; 5] = [
    &["report", "gpt-4"],
    &["compare", "default", "enterprise-50k", "startup-8b"],
    &["show", "default", "--view", "explain"],
    &["validate"],
    &["list"],
];

fn formatted(command: &[&str], format: &str) -> String {
    output(&[command, &["--format", format]].concat())
}

/// A number of a JSON file, read to within its last digit, and one of a CSV file.
fn same_number(json: Option<f64>, csv: &str) -> bool {
    json.zip(csv.parse::<f64>().ok()).is_some_and(|(a, b)| (a - b).abs() <= 1e-14 * a.abs())
}

/// Tables of a Markdown document, each a list of rows of cells with the heading first.
fn markdown_tables(text: &str) -> Vec<Vec<Vec<String>>> {
    let tables = text.split("\n\n").filter(|block| block.starts_with('|'));
    let cells = |line: &str| {
        let inner = line.trim().strip_prefix('|').and_then(|line| line.strip_suffix('|')).expect("bars");
        inner.replace("\\|", "\u{1}").split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    tables.map(|table| table.lines().map(cells).collect()).collect()
}

#[test]
fn a_table_is_the_same_in_every_format() {
    for command in TABLES {
        let object = json(&[command, &["--format", "json"]].concat());
        let rows = object.as_array().expect("rows");
        assert!(rows.len() > 3, "{command:?} has {} rows", rows.len());
        let headings = output(&[command, &["--format", "csv"]].concat());
        let keys: Vec<&str> = headings.lines().next().expect("headings").split(',').collect();
        let table = csv_rows(&headings);
        assert_eq!(table.len(), rows.len(), "{command:?}");
        for (row, line) in rows.iter().zip(&table) {
            assert_eq!(row.as_object().expect("an object").keys().collect::<Vec<_>>(), keys, "{command:?}");
            for (key, field) in keys.iter().zip(line) {
                let same = match &row[*key] {
                    Value::Null => field.is_empty(),
                    Value::Number(number) => same_number(number.as_f64(), field),
                    Value::Bool(flag) => *field == flag.to_string(),
                    other => other.as_str() == Some(field),
                };
                assert!(same, "{command:?}: {key} is {} in JSON and {field} in CSV", row[*key]);
            }
        }
        let [table] = &markdown_tables(&formatted(command, "markdown"))[..] else {
            panic!("{command:?} is not one table in Markdown")
        };
        assert_eq!(table.len(), rows.len() + 2, "{command:?}");
        assert!(table.iter().all(|row| row.len() == keys.len()), "{command:?}");
        // Lists of words are printed without headings: each line starts with what one may type.
        let headed = usize::from(command[0] != "list" || ["models", "gpus", "prices"].contains(&command[1]));
        assert_eq!(formatted(command, "text").lines().count(), rows.len() + headed, "{command:?}");
    }
}

#[test]
fn every_page_is_printed_in_every_format() {
    for command in PAGES {
        assert!(json(&[command, &["--format", "json"]].concat()).is_object() || command.contains(&"explain"));
        assert!(csv_rows(&formatted(command, "csv")).len() > 10, "{command:?}");
        let document = formatted(command, "markdown");
        let tables = markdown_tables(&document);
        assert!(!tables.is_empty() || command.contains(&"explain"), "{command:?}");
        for table in tables {
            assert!(table[1].iter().all(|rule| rule.starts_with("---")), "{command:?}: {table:?}");
            assert!(table.iter().all(|row| row.len() == table[0].len()), "{command:?}: {table:?}");
        }
        let text = formatted(command, "text");
        for heading in document.lines().filter_map(|line| line.strip_prefix("## ")) {
            assert!(text.contains(heading) || heading == "Inputs", "{command:?}: {heading}");
        }
    }
    let explained = formatted(PAGES[2], "text");
    for words in ["compute = final run x (1 + experiments and trials", "nearest rows", ": data sheet ("] {
        assert!(explained.contains(words), "{words} is missing:\n{explained}");
    }
    assert!(refusal(&["show", "default", "--view", "sensitivity", "--answer", "luck"]).contains("outputs: "));
}

/// Every key of an object, with those of objects in it; of a list, those of its items.
fn keys(value: &Value, path: &str, found: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                found.insert(format!("{path}/{key}"));
                keys(value, &format!("{path}/{key}"), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, &format!("{path}/*"), found)),
        _ => {}
    }
}

#[test]
fn the_keys_of_a_report_do_not_depend_on_the_result() {
    let of = |arguments: &[&str]| {
        let report = json(&[&["report"], arguments, &["--format", "json"]].concat());
        let mut found = std::collections::BTreeSet::new();
        for (part, value) in report.as_object().expect("an object") {
            // What is set differs from lever to lever, claims from model to model.
            if !["levers", "published"].contains(&part.as_str()) {
                found.insert(part.clone());
                keys(value, part, &mut found);
            }
        }
        // A figure that does not exist is null as a whole, and so is a breakdown.
        found.retain(|key| {
            !["value", "low", "high"].iter().any(|end| key.ends_with(&format!("/{end}")))
                && !key.contains('*')
        });
        found
    };
    let fits = of(&["gpt-4"]);
    assert!(fits.len() > 150, "{}", fits.len());
    let unfit = ["gpt-4", "--set", "serving.tensor_parallel=1", "--set", "training.gpus=8"];
    assert_eq!(of(&unfit), fits);
    assert_eq!(of(&["default"]), fits);
}

#[test]
fn every_answer_is_a_path_of_the_report_with_its_range() {
    let report = json(&["report", "default", "--format", "json"]);
    let table = csv_rows(&output(&["report", "default", "--format", "csv"]));
    assert_eq!(table.len(), whatif::analysis::answer::Answer::ALL.len());
    for row in table {
        let figure = report.pointer(&format!("/{}", row[0].replace('.', "/"))).unwrap_or(&Value::Null);
        for (end, field) in ["value", "low", "high"].into_iter().zip(&row[1..]) {
            assert!(same_number(figure[end].as_f64(), field), "{} {end}: {figure} and {field}", row[0]);
        }
    }
}

/// What is for reading is ASCII where the locale is not of UTF-8; what is for programs stays as it is.
#[test]
fn a_locale_without_utf_8_gets_ascii() {
    let printed = |arguments: &[&str], locale: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_whatif"));
        command.args(arguments).env("WHATIF_SCENARIOS", "none").env("LC_ALL", locale);
        let run = command.output().expect("the program runs");
        [run.stdout, run.stderr].map(|text| String::from_utf8(text).expect("UTF-8"))
    };
    for arguments in [
        &["list", "models"][..],
        &["list", "prices"],
        &["show", "--view", "levers"],
        &["show", "--view", "hardware", "gpt-4"],
        &["report", "--set", "serving.engine=vllm\u{2013}"],
    ] {
        let [plain, whole] = ["C", "C.UTF-8"].map(|locale| printed(arguments, locale));
        assert!(whole.iter().any(|text| !text.is_ascii()), "{arguments:?} says nothing about it");
        for (plain, whole) in plain.iter().zip(&whole) {
            assert!(plain.is_ascii(), "{arguments:?}: {plain}");
            assert_eq!(*plain, whole.replace(['\u{2013}', '\u{2014}'], "-"), "{arguments:?}");
        }
    }
    let json = ["list", "models", "--format", "json"];
    assert_eq!(printed(&json, "C"), printed(&json, "C.UTF-8"));
}
