//! Command lines and what comes of them: output, errors, exit status.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use whatif::catalog::Catalog;
use whatif::scenario::ParamId;

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
fn refusal(arguments: &[&str]) -> String {
    let output = whatif(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?} printed something before it was refused");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn constants_are_written_only_where_their_files_belong() {
    let words = refusal(&["fit", "--to", "nowhere"]);
    assert!(words.contains("nowhere is not a directory") && words.contains("--to DIR"), "{words}");
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&output(arguments)).expect("JSON")
}

/// Ids of the scenarios that are built in, the default first.
fn scenarios() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/presets/scenarios");
    let files = std::fs::read_dir(folder).expect("the folder").map(|file| file.expect("a file").path());
    let mut ids: Vec<String> =
        files.map(|file| file.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    ids.sort_by_key(|id| (id != "default", id.clone()));
    ids
}

#[test]
fn bad_input_is_refused_with_a_reason_and_a_way_out() {
    for (arguments, words) in [
        (vec!["report", "gpt-44"], "did you mean `gpt-4`?"),
        (vec!["report", "--set", "serving.bach_size=3"], "did you mean `serving.batch_size`?"),
        (vec!["report", "--set", "serving.batch_size"], "`=` is missing"),
        (vec!["report", "--set", "workload.cache_hit_rate=0,35"], "decimal commas are not supported"),
        (vec!["report", "--set", "workload.cache_hit_rate=1.5"], "out of range"),
        (vec!["report", "--set", "workload.cache_hit_rate=lots"], "is not a number"),
        (vec!["report", "--set", "hardware.gpu=h10-sxm"], "did you mean `h100-sxm`?"),
        (vec!["report", "--set", "serving.engine=vlm"], "did you mean `vllm`?"),
        (vec!["report", "--set", "serving.min_replicas=1.5"], "must be a whole number"),
        (vec!["report", "no/such/file.toml"], "cannot read no/such/file.toml"),
        (
            vec!["solve", "default", "--target", "cost=3", "--by", "serving.batch_size"],
            "unknown output `cost`",
        ),
        (
            vec!["solve", "default", "--target", "inference.daily_usd=3", "--by", "serving.batchsize"],
            "did you mean `serving.batch_size`?",
        ),
        (vec!["sweep", "default", "--over", "serving.batch_size=1..8"], "PATH=FROM..TO:N"),
        (vec!["sweep", "default", "--over", "hardware.gpu=h100-sxm,h20-sxm"], "did you mean `h200-sxm`?"),
        (vec!["sweep", "default", "--over", "hardware.gpu=1..3:3"], "commas between them"),
        (vec!["sweep", "default", "--over", "workload.cache_hit_rate=0..120%:3"], "allowed"),
        (vec!["sweep", "default", "--over", "workload.requests_per_day=-5..5:3"], "allowed"),
        (vec!["compare", "default", "nothing-like-it"], "no scenario, model or file"),
    ] {
        let error = refusal(&arguments);
        assert!(error.starts_with("error: "), "{arguments:?}: {error}");
        assert!(error.contains(words), "{arguments:?}: {error}");
        assert!(error.matches("os error").count() <= 1, "{arguments:?} tells its cause twice: {error}");
    }
}

#[test]
fn a_bad_assignment_is_shown_with_a_caret_under_the_mistake() {
    assert_eq!(
        refusal(&["report", "--set", "workload.cache_hit_rate=2"]),
        "error: 200% is out of range for Cache hits (`workload.cache_hit_rate`)\n --> --set:1:25\n  |\n1 | \
         workload.cache_hit_rate=2\n  |                         ^\n  = help: allowed: 0% to 99%\n"
    );
}

#[test]
fn every_model_and_scenario_reports_finite_figures_or_null_with_a_note() {
    let mut names: Vec<String> = Vec::new();
    for what in ["scenarios", "models"] {
        names.extend(ids(&["list", what, "--format", "csv"]));
    }
    let models = Catalog::embedded().models().len();
    assert_eq!(names.len(), models + scenarios().len(), "{names:?}");
    for name in names {
        let report = json(&["report", &name, "--format", "json"]);
        // JSON itself has no infinities: what is not finite would have become null.
        let nulls = ["/training/programme_usd", "/inference/daily_usd", "/serving/ttft_ms"]
            .iter()
            .filter(|place| report.pointer(place).is_none_or(Value::is_null))
            .count();
        let notes = report["notes"].as_array().expect("notes");
        let explained =
            notes.iter().any(|note| note.as_str().is_some_and(|note| note.contains("does not fit")));
        assert!(nulls == 0 || explained, "{name}: figures are missing without a reason: {notes:?}");
        for figure in ["training/gpu_hours", "inference/daily_usd", "serving/tpot_ms"] {
            let Some(range) = report.pointer(&format!("/{figure}")).filter(|range| !range.is_null()) else {
                continue;
            };
            let [low, value, high] =
                ["low", "value", "high"].map(|end| range[end].as_f64().expect("a number"));
            assert!(low <= value && value <= high && low > 0.0, "{name} {figure}: {low} {value} {high}");
        }
    }
}

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

/// The default scenario serves its model in FP8; a model that is named brings the format in which it is published.
#[test]
fn a_model_brings_its_own_weight_format() {
    for (id, weights, gpus) in
        [("gpt-oss-120b", "fp4", 1), ("deepseek-v3", "fp8", 16), ("mixtral-8x7b", "bf16", 2)]
    {
        let report = json(&["report", id, "--format", "json"]);
        assert_eq!(report["scenario"]["serving.weight_precision"], weights, "{id}");
        assert_eq!(report["serving"]["min_gpus_to_fit"], gpus, "{id}");
    }
    let report =
        json(&["report", "gpt-oss-120b", "--set", "serving.weight_precision=bf16", "--format", "json"]);
    assert_eq!(report["serving"]["min_gpus_to_fit"], 4);
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

#[test]
fn a_scenario_is_read_from_standard_input_and_from_a_file() {
    let text = "format = 1\nname = \"From a pipe\"\n[serving]\nbatch_size = 64\n";
    let piped = run(&["report", "-"], text);
    assert_eq!(piped.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&piped.stdout).starts_with("From a pipe\n"));
    let mut file = tempfile::NamedTempFile::with_suffix(".toml").expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    let path = file.path().to_str().expect("a path").to_owned();
    assert!(output(&["report", &path]).starts_with("From a pipe\n"));
}

#[test]
fn one_may_describe_a_gpu_of_ones_own() {
    let text = "[gpu]\nname = \"X1\"\nmemory_gb = 400\nbandwidth_tb_s = 20\nbf16_tflops = 5000\n\
                on_demand_usd_h = 5\n[model]\npreset = \"llama-3.1-70b\"\n";
    let piped = run(&["report", "-", "--format", "json"], text);
    let report: Value = serde_json::from_slice(&piped.stdout).expect("JSON");
    assert_eq!(report["scenario"]["gpu"], "custom");
    assert_eq!(report["serving"]["gpus_per_replica"], 1.0);
}

#[test]
fn numbers_are_understood_as_people_write_them() {
    let daily = |set: &str| {
        json(&["report", "--format", "json", "--set", set])["inference"]["daily_usd"]["value"].clone()
    };
    assert_eq!(daily("workload.cache_hit_rate=0.35"), daily("workload.cache_hit_rate=35%"));
    assert_eq!(daily("workload.sequence_length=2048"), daily("workload.sequence_length=2k"));
    assert_eq!(daily("model.size=70e9"), daily("model.size=70B"));
    assert_eq!(daily("serving.price_per_gpu_hour=2.1"), daily("serving.price_per_gpu_hour=$2.10"));
}

#[test]
fn without_a_terminal_the_explorer_prints_the_report() {
    assert_eq!(output(&[]), output(&["report"]));
    assert_eq!(output(&["gpt-4"]), output(&["report", "gpt-4"]));
}

#[test]
fn a_check_fails_with_a_line_for_each_breach() {
    let fine = whatif(&["check", "default"]);
    assert_eq!(fine.status.code(), Some(0));
    let broken = whatif(&[
        "check",
        "default",
        "--set",
        "budget.monthly_inference_usd=1000",
        "--set",
        "budget.training_usd=1k",
        "--set",
        "workload.latency_target_ms=10",
    ]);
    assert_eq!(broken.status.code(), Some(1));
    let lines = String::from_utf8_lossy(&broken.stdout).lines().count();
    assert_eq!(lines, 3, "{}", String::from_utf8_lossy(&broken.stdout));
    let unfit = whatif(&["check", "gpt-4", "--set", "serving.tensor_parallel=1"]);
    assert_eq!(unfit.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unfit.stdout).contains("does not fit"));
}

#[test]
fn a_check_is_read_by_programs_and_by_workflows() {
    // Half of what a month costs now: exceeded now. Twice that: crossed on the way, which fails only if asked.
    let grown = ["default", "--set", "workload.growth_per_month=10%"];
    let report = json(&[&["report", "--format", "json"], &grown[..]].concat());
    let month = report["inference"]["monthly_usd"]["value"].as_f64().expect("USD");
    let check = |budget: f64, more: &[&str]| {
        let budget = format!("budget.monthly_inference_usd={budget}");
        let run = whatif(&[&["check"], &grown[..], &["--set", &budget], more].concat());
        (run.status.code(), String::from_utf8_lossy(&run.stdout).into_owned())
    };
    let found = |budget: f64, more: &[&str]| -> Value {
        serde_json::from_str(&check(budget, &[&["--format", "json"], more].concat()).1).expect("JSON")
    };
    let now = found(month / 2.0, &[]);
    assert_eq!(
        [&now["passes"], &now["findings"][0]["severity"]],
        [&Value::from(false), &Value::from("breach")]
    );
    assert_eq!(
        [&now["findings"][0]["topic"], &now["findings"][0]["month"]],
        [&Value::from("monthly-budget"), &Value::Null]
    );
    let later = found(month * 2.0, &[]);
    assert_eq!([&later["passes"], &later["horizon_months"]], [&Value::from(true), &Value::Null]);
    assert_eq!(later["findings"][0]["severity"], "warning");
    let asked = found(month * 2.0, &["--horizon"]);
    assert_eq!(
        [&asked["passes"], &asked["findings"][0]["severity"]],
        [&Value::from(false), &Value::from("breach")]
    );
    assert_eq!(asked["findings"][0]["month"], later["findings"][0]["month"]);

    assert_eq!(check(month * 2.0, &[]).0, Some(0));
    assert_eq!(check(month * 2.0, &["--horizon"]).0, Some(1));
    let (status, annotations) = check(month * 2.0, &["--format", "github"]);
    assert!(
        status == Some(0) && annotations.starts_with("::warning title=monthly budget::"),
        "{annotations}"
    );
    let (status, annotations) = check(month / 2.0, &["--format", "github"]);
    assert!(status == Some(1) && annotations.starts_with("::error title=monthly budget::"), "{annotations}");
}

#[test]
fn a_workflow_is_shown_the_mistake_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("over.toml");
    std::fs::write(&path, "[serving]\nowned_share = 0.6\nspot_share = 0.7\n").expect("it can be written");
    let path = path.display().to_string();
    let run = whatif(&["check", &path, "--format", "github"]);
    assert_eq!(run.status.code(), Some(2), "shares that exceed 100% are bad input");
    let annotation = String::from_utf8_lossy(&run.stdout).into_owned();
    let place = format!("::error file={path},line=3,col=");
    assert!(annotation.starts_with(&place) && annotation.contains("130%25"), "{annotation}");
    assert_eq!(annotation.lines().count(), 1);

    std::fs::write(&path, "[budget]\ntraining_usd = 100\n").expect("it can be written");
    let run = whatif(&["check", &path, "--format", "github"]);
    assert_eq!(run.status.code(), Some(1));
    let annotation = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(
        annotation.starts_with(&format!("::error file={path},title=training budget::training costs")),
        "{annotation}"
    );
}

#[test]
fn a_check_tells_a_deck_from_a_scenario_and_fails_where_a_step_cannot_be_shown() {
    let list = output(&["list", "decks"]);
    assert!(list.starts_with("tour "), "{list}");
    for id in ids(&["list", "decks", "--format", "csv"]) {
        assert!(output(&["check", &id]).contains("steps can be shown"), "{id}");
    }
    // A model that needs more than one GPU, on one: set in every scenario that the deck starts from.
    let unfit = whatif(&["check", "cache", "--set", "serving.tensor_parallel=1", "--format", "json"]);
    assert_eq!(unfit.status.code(), Some(0), "70B in eight bits fit on one");
    let unfit = whatif(&[
        "check",
        "cache",
        "--set",
        "serving.tensor_parallel=1",
        "--set",
        "serving.weight_precision=bf16",
    ]);
    assert_eq!(unfit.status.code(), Some(1));
    let words = String::from_utf8_lossy(&unfit.stdout).into_owned();
    assert!(words.starts_with("step 1: ") && words.contains("does not fit"), "{words}");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("story.toml");
    let text = "title = \"A story\"\n\n[[step]]\ntitle = \"Too large\"\nset = { \"serving.tensor_parallel\" = 1, \
        \"serving.weight_precision\" = \"bf16\" }\n";
    std::fs::write(&path, text).expect("it can be written");
    let path = path.display().to_string();
    let run = whatif(&["check", &path, "--format", "github"]);
    assert_eq!(run.status.code(), Some(1));
    let annotations = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(
        annotations.starts_with(&format!("::error file={path},line=3,col=1,title=step::")),
        "{annotations}"
    );
    assert!(refusal(&["report", &path]).contains("this is a deck, not a scenario"));
    let set = refusal(&["check", &path, "--set", "serving.bach_size=3"]);
    assert!(set.contains("did you mean `serving.batch_size`?"), "{set}");
}

#[test]
fn solve_gives_a_value_that_reaches_the_goal() {
    let found = output(&[
        "solve",
        "default",
        "--target",
        "inference.daily_usd=2000",
        "--by",
        "workload.cache_hit_rate",
    ]);
    let value = found.lines().next().and_then(|line| line.split(" = ").nth(1)).expect("a value");
    let set = format!("workload.cache_hit_rate={value}");
    let report = json(&["report", "default", "--format", "json", "--set", &set]);
    let daily = report["inference"]["daily_usd"]["value"].as_f64().expect("USD");
    assert!(daily <= 2000.0 && daily > 1500.0, "{set} gives {daily}");
    let beyond = whatif(&["solve", "default", "--target", "daily_usd=1T", "--by", "workload.cache_hit_rate"]);
    assert_eq!(beyond.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&beyond.stdout).contains("it ranges from"));
}

#[test]
fn a_sweep_has_a_line_for_each_point_and_a_column_for_each_answer() {
    let table = output(&[
        "sweep",
        "default",
        "--over",
        "serving.batch_size=1..256:9",
        "--over",
        "workload.cache_hit_rate=0..0.6:3",
        "--format",
        "csv",
    ]);
    assert_eq!(table.lines().count(), 1 + 27);
    assert!(table.starts_with("serving.batch_size,workload.cache_hit_rate,inference.daily_usd,"));
}

#[test]
fn compare_names_what_differs_and_what_caused_it() {
    let table = output(&["compare", "startup-8b", "llama-3.1-70b"]);
    for words in ["daily cost", "Inputs that differ", "model.preset", "due to"] {
        assert!(table.contains(words), "{words} is missing:\n{table}");
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
fn a_picture_is_an_svg_of_the_screen_after_the_keys() {
    let picture = |keys: &str| output(&["picture", "default", "--size", "100x28", "--keys", keys]);
    let (before, after) = (picture(""), picture("b S-Right"));
    for picture in [&before, &after] {
        assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"));
    }
    assert!(
        !before.contains("sincethebaseline") && after.contains("sincethebaseline"),
        "a change is shown against the baseline"
    );
    assert!(refusal(&["picture", "--keys", "Hyper-X"]).contains("is not a key"));
}

#[test]
fn pictures_and_recordings_are_written_as_the_name_of_their_file_says() {
    let directory = tempfile::tempdir().expect("a directory");
    let written = |command: &str, name: &str| {
        let path = directory.path().join(name);
        let arguments = [command, "default", "--size", "80x24", "--keys", "b S-Right", "--out"];
        output(&[&arguments[..], &[path.to_str().expect("a path")]].concat());
        std::fs::read(path).expect("a file")
    };
    assert!(written("picture", "a.svg").starts_with(b"<svg "));
    assert!(written("record", "b.SVG").starts_with(b"<svg "));
    assert!(written("record", "c.cast").starts_with(b"{\"version\":2,"));
    let [picture, piped] = [
        written("picture", "d.png"),
        whatif(&["picture", "default", "--size", "80x24", "--keys", "b S-Right", "--format", "png"]).stdout,
    ];
    assert!(picture.starts_with(b"\x89PNG") && picture == piped);
    assert!(refusal(&["picture", "--out", "e.gif"]).contains("must end in .svg or .png"));
    assert!(refusal(&["record", "--out", "f.png"]).contains("must end in .svg or .cast"));
    assert!(refusal(&["record", "--keys", "wait:long"]).contains("`wait:long` is not a key"));
}

/// The first field of each line of a table but the headings.
fn ids(arguments: &[&str]) -> Vec<String> {
    let table = output(arguments);
    table.lines().skip(1).filter_map(|line| line.split(',').next().map(str::to_owned)).collect()
}

#[test]
fn a_sweep_goes_through_choices_too() {
    let table = output(&[
        "sweep",
        "default",
        "--over",
        "hardware.gpu=h100-sxm,h200-sxm",
        "--over",
        "serving.batch_size=8,max",
    ]);
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').take(2).collect()).collect();
    assert_eq!(rows, [["h100-sxm", "8"], ["h100-sxm", "max"], ["h200-sxm", "8"], ["h200-sxm", "max"]]);
}

#[test]
fn a_rate_card_of_ones_own_prices_its_basis() {
    let directory = tempfile::tempdir().expect("a directory");
    let card = directory.path().join("rates.toml");
    std::fs::write(&card, "[[price]]\ngpu = \"h100-sxm\"\nprovider = \"us\"\nusd_per_gpu_hour = \"$1.00\"\nas_of = \"2026-10\"\n")
        .expect("written");
    let card = card.to_str().expect("a plain path");
    let set = ["--set", "prices.basis=own", "--format", "json"];
    let report = json(&[&["report", "default", "--prices", card], &set[..]].concat());
    let figure = |path: &str| report.pointer(path).and_then(Value::as_f64).expect("a figure");
    // A dollar for each hour of each GPU.
    let daily = figure("/inference/gpus_mean") * 24.0;
    assert!((figure("/inference/daily_usd/value") - daily).abs() < 1e-6);
    // The run was on A100s, which the card does not have: no figure, and a note.
    assert_eq!(report["training"]["programme_usd"], Value::Null);
    assert!(refusal(&["report", "default", "--prices", "no-such-card.toml"]).contains("cannot read"));
}

#[test]
fn lists_name_every_model_gpu_scenario_and_parameter() {
    let catalog = Catalog::embedded();
    let models: Vec<String> = catalog.models().iter().map(|model| model.id.clone()).collect();
    let gpus = catalog.gpus().iter().map(|gpu| gpu.id.clone()).collect();
    let parameters = ParamId::ALL.into_iter().map(|param| param.path.to_owned()).collect();
    for (what, ids) in
        [("models", models), ("gpus", gpus), ("scenarios", scenarios()), ("parameters", parameters)]
    {
        let listed = self::ids(&["list", what, "--format", "csv"]);
        assert_eq!(listed, ids, "{what}");
        let list = output(&["list", what]);
        assert!(ids.iter().all(|id| list.lines().any(|line| line.starts_with(id.as_str()))), "{what}");
        assert!(listed.len() > 10, "{what}");
    }
    assert!(output(&["list"]).contains("Scenarios\n"));
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

/// The rows of a CSV file below its headings, all as long as these.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
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

#[test]
fn a_lever_sets_what_it_says_and_saves_what_it_promises() {
    let report = json(&["report", "default", "--format", "json"]);
    let levers = report["levers"].as_array().expect("levers");
    let several = levers.iter().find(|lever| lever["sets"].as_object().is_some_and(|sets| sets.len() > 2));
    // Those that set several parameters promise what all of them do together.
    for lever in levers.iter().take(6).chain(several) {
        let sets = lever["sets"].as_object().expect("what it sets");
        assert_eq!(sets[lever["path"].as_str().expect("a path")], lever["to"], "{lever}");
        let settings: Vec<String> = sets
            .iter()
            .map(|(path, value)| {
                format!("{path}={}", value.as_str().map_or(value.to_string(), str::to_owned))
            })
            .collect();
        let mut arguments = vec!["report", "default", "--format", "json"];
        arguments.extend(settings.iter().flat_map(|setting| ["--set", setting]));
        let switched = json(&arguments);
        let daily = |report: &Value| report["inference"]["daily_usd"]["value"].as_f64().expect("USD");
        let saved = daily(&report) - daily(&switched);
        let promised = lever["saves_daily_usd"].as_f64().expect("USD");
        assert!((saved - promised).abs() < 1e-6, "{lever}: saves {saved}");
    }
}

#[test]
fn a_comparison_in_json_attributes_the_whole_difference() {
    let object = json(&["compare", "default", "enterprise-50k", "--format", "json"]);
    let daily = |index: usize| {
        object["scenarios"][index]["figures"]["inference.daily_usd"].as_f64().expect("a figure")
    };
    let shares = &object["differences_from_the_first"][0]["caused_by"]["inference.daily_usd"];
    let sum: f64 =
        shares.as_array().expect("shares").iter().map(|share| share["usd"].as_f64().expect("USD")).sum();
    assert!((sum - (daily(1) - daily(0))).abs() < 1e-6 * daily(0), "{sum}");
}

#[test]
fn a_mean_request_may_be_fractional_and_nearly_all_prompt() {
    let report = json(&[
        "report",
        "llama-3.1-8b",
        "--format",
        "json",
        "--set",
        "workload.sequence_length=1843.2",
        "--set",
        "workload.output_share=0.0001220852",
        "--set",
        "serving.batch_size=1",
    ]);
    assert!(report["serving"]["ttft_ms"]["value"].as_f64().is_some_and(|ttft| ttft > 0.0));
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

#[test]
fn tables_that_are_something_else_are_told_in_words_that_files_use() {
    let directory = tempfile::tempdir().expect("a directory");
    let [scenario, prices] = ["a.toml", "prices.toml"].map(|name| directory.path().join(name));
    std::fs::write(&scenario, "gpu = \"x\"\n").expect("written");
    std::fs::write(&prices, "price = 3\n").expect("written");
    let told = refusal(&["report", scenario.to_str().expect("a path")]);
    assert!(told.contains("allowed: a table that describes an accelerator"), "{told}");
    let told = refusal(&["report", "--prices", prices.to_str().expect("a path")]);
    assert!(told.contains("allowed: a list, or a table in double brackets"), "{told}");
}
