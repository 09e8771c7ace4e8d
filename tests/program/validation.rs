//! What `whatif validate` and `whatif fit` say.

use crate::harness::{json, output, refusal, whatif};
use serde_json::Value;

#[test]
fn constants_are_written_only_where_their_files_belong() {
    let words = refusal(&["fit", "--to", "nowhere"]);
    assert!(words.contains("nowhere is not a directory") && words.contains("--to DIR"), "{words}");
}

#[test]
fn published_cases_come_out_near_their_figures() {
    for (scenario, figure, published, within) in [
        ("llama-2-70b", "/training/gpu_hours/value", 1_720_320.0, 0.30),
        ("chatgpt-2023", "/inference/daily_usd/value", 694_444.0, 0.35),
        ("deepseek-2025", "/inference/daily_usd/value", 87_072.0, 0.35),
    ] {
        let report = json(&["report", scenario, "--format", "json"]);
        let value = report.pointer(figure).and_then(Value::as_f64).expect("a figure");
        let error = value / published - 1.0;
        assert!(error.abs() <= within, "{scenario}: {value} is {error:+.2} off {published}");
    }
}

#[test]
fn validation_states_the_noise_of_the_field_and_the_bias_by_year() {
    let words = output(&["validate"]);
    for words_of in ["Noise of the field", "presets/measurements/noise.csv", "By the year of the software"] {
        assert!(words.contains(words_of), "{words_of} is missing:\n{words}");
    }
    let table = json(&["validate", "--format", "json"]);
    let rows = |key: &str| table[key].as_array().expect("rows").clone();
    assert_eq!(rows("noise").len(), 4);
    let counted: f64 = rows("drift").iter().filter_map(|row| row["n"].as_f64()).sum();
    assert!(counted > 2000.0, "{counted}");
    for row in rows("drift").iter().filter(|row| row["n"].as_f64() > Some(100.0)) {
        assert!(row["bias"].as_f64().expect("a number").abs() < 0.08, "{row}");
    }
}

#[test]
fn validation_meets_the_bars_for_every_kind() {
    let table = json(&["validate", "--format", "json"]);
    let bars = [
        ("serving, time per output token under load", 0.09, 0.30),
        ("serving, output tokens/s per GPU", 0.09, 0.28),
        ("serving, time to first token, unloaded", 0.15, 0.35),
        ("serving, time to first token under load", 0.30, 0.50),
        ("training, steady tokens/s per GPU", 0.15, 0.38),
        ("training, steady tokens/s per GPU, adapters", 0.15, 0.25),
        ("training, GPU-hours of real runs", 0.18, 0.35),
    ];
    for (kind, median, p90) in bars {
        let kinds = table["kinds"].as_array().expect("kinds");
        let row = kinds.iter().find(|row| row["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"));
        assert!(row["median"].as_f64().expect("a number") <= median, "{row}");
        assert!(row["p90"].as_f64().expect("a number") <= p90, "{row}");
        assert!(row["in_range"].as_f64().expect("a number") >= 0.75, "{row}");
        assert!(row["median_by_cell"].as_f64().expect("a number") <= 1.25 * median, "{row}");
    }
    let rows = table["rows"].as_array().expect("rows");
    let counted: f64 =
        table["kinds"].as_array().expect("kinds").iter().filter_map(|kind| kind["n"].as_f64()).sum();
    assert_eq!(rows.len() as f64, counted, "every row is of a kind");
    for row in rows {
        assert!(row["source"].as_str().is_some_and(|source| !source.is_empty()), "{row}");
    }
}

#[test]
fn the_report_agrees_with_the_validation_of_the_same_deployment() {
    let table = json(&["validate", "--format", "json"]);
    let rows = table["rows"].as_array().expect("rows");
    let mut compared = 0;
    for row in
        rows.iter().filter(|row| row["kind"] == "serving, time per output token under load").step_by(23)
    {
        // `vllm fp8, KV fp8, TP 2, EP 1, closed 32, 922 + 922 tokens`, after EP perhaps `attention DP`
        let setting = row["setting"].as_str().expect("a setting");
        let parts: Vec<&str> = setting.split(", ").collect();
        let (engine, weights) = parts[0].split_once(' ').expect("engine and weights");
        let number = |part: &str, word: &str| part.trim_start_matches(word).trim().to_owned();
        let spread = parts[parts.len() - 1].strip_prefix("spread ").unwrap_or("0");
        let plain = parts.len() - usize::from(spread != "0");
        let [load, lengths] = parts[plain - 2..plain] else { panic!("{setting}") };
        let (prompt, output_tokens) = lengths.trim_end_matches(" tokens").split_once(" + ").expect("tokens");
        let (prompt, output_tokens): (f64, f64) =
            (prompt.parse().expect("n"), output_tokens.parse().expect("n"));
        let settings = [
            format!("model.preset={}", row["model"].as_str().expect("a model")),
            format!("hardware.gpu={}", row["gpu"].as_str().expect("a gpu")),
            format!("serving.engine={engine}"),
            format!("serving.weight_precision={weights}"),
            format!("serving.tensor_parallel={}", number(parts[2], "TP")),
            format!("serving.expert_parallel={}", number(parts[3], "EP")),
            format!("serving.attention_data_parallel={}", parts.contains(&"attention DP")),
            format!("serving.software_date={}", row["software"].as_str().expect("a date")),
            format!("serving.batch_size={}", number(load, "closed")),
            "workload.arrivals=closed".to_owned(),
            format!("workload.length_spread={spread}"),
            format!("workload.sequence_length={}", prompt + output_tokens),
            format!("workload.output_share={}", output_tokens / (prompt + output_tokens)),
            format!("serving.kv_precision={}", number(parts[1], "KV")),
        ];
        let mut arguments = vec!["report", "default", "--format", "json"];
        for setting in &settings {
            arguments.extend(["--set", setting]);
        }
        let run = whatif(&arguments);
        if run.status.code() != Some(0) {
            continue;
        }
        let report: Value = serde_json::from_slice(&run.stdout).expect("JSON");
        let Some(tpot) = report["serving"]["tpot_ms"]["value"].as_f64() else { continue };
        let predicted = row["predicted"].as_f64().expect("a figure");
        // Lengths are rounded to whole tokens in the table.
        assert!((tpot / predicted - 1.0).abs() < 0.005, "{setting}: report {tpot}, validation {predicted}");
        compared += 1;
    }
    assert!(compared > 15, "only {compared} rows were compared");
}
