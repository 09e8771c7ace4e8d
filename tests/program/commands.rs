//! Command lines and what comes of them: output, errors, exit status.

use std::io::Write as _;

use crate::harness::{ids, json, output, refusal, run, scenarios, whatif};
use serde_json::{Value, json as object};
use whatif::catalog::Catalog;
use whatif::scenario::ParamId;

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
fn a_goal_is_read_by_programs() {
    let hits = "workload.cache_hit_rate";
    let found = json(&["solve", "default", "--target", "daily_usd=2000", "--by", hits, "--format", "json"]);
    assert_eq!([&found["result"], &found["parameter"]], ["found", hits]);
    assert_eq!([&found["output"], &found["target"]], [&object!("inference.daily_usd"), &object!(2000.0)]);
    let [share, reached] = [hits, "inference.daily_usd"].map(|key| found["at"][0][key].as_f64());
    assert!(share.is_some_and(|share| share > 0.0) && reached.is_some_and(|usd| usd <= 2000.0), "{found}");
    let beyond = ["solve", "default", "--target", "daily_usd=1T", "--by", hits, "--format", "csv"];
    let beyond = whatif(&beyond);
    assert_eq!(beyond.status.code(), Some(1));
    let table = String::from_utf8_lossy(&beyond.stdout).into_owned();
    assert!(
        table.starts_with("result,workload.cache_hit_rate,inference.daily_usd\nout-of-reach,"),
        "{table}"
    );
    assert_eq!(table.lines().count(), 3, "both ends:\n{table}");
}

/// A hundred million points take hours and, worked out before they are told, all memory that there is.
#[test]
#[cfg(unix)]
fn a_sweep_without_end_is_told_as_it_is_worked_out_and_ends_with_its_reader() {
    let sweep = format!(
        "ulimit -v 2000000; '{}' sweep default --over workload.requests_per_day=1..100k:10000 --over \
         workload.cache_hit_rate=0..90%:10000 | head -n 2000 | tail -n 1",
        env!("CARGO_BIN_EXE_whatif")
    );
    let output = std::process::Command::new("bash").args(["-c", &sweep]).output().expect("bash runs");
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(line.starts_with("1,0.179"), "{line} {}", String::from_utf8_lossy(&output.stderr));
    let requests = "workload.requests_per_day=1..100k:1000";
    let hits = "workload.cache_hit_rate=0..90%:1000";
    let told = refusal(&["sweep", "default", "--over", requests, "--over", hits, "--format", "text"]);
    assert!(told.contains("1000000 points are too many") && told.contains("--format csv"), "{told}");
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
fn a_layout_that_cannot_be_is_refused_and_one_that_divides_nothing_evenly_is_told() {
    let told = |set: &[&str]| {
        let set = set.iter().flat_map(|set| ["--set", *set]);
        let run = whatif(&["check", "default"].into_iter().chain(set).collect::<Vec<_>>());
        let [out, error] = [&run.stdout, &run.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        (run.status.code(), out + &error)
    };
    let cases: &[(&[&str], i32, &str)] = &[
        (
            &["training.pipeline_parallel=256", "training.gpus=1024"],
            1,
            "more stages than the model has layers",
        ),
        (&["training.global_batch_tokens=1000"], 1, "a step has less than one sequence"),
        (
            &["training.context_parallel=256", "training.sequence_length=128", "training.gpus=1024"],
            1,
            "more GPUs share a sequence than it has tokens",
        ),
        (
            &["serving.pipeline_parallel=64", "model.preset=llama-3.1-8b"],
            1,
            "more pipeline stages than it has layers",
        ),
        (&["training.pipeline_parallel=7"], 0, "1,280 GPUs are no whole number of replicas of 14 GPUs"),
        (&["serving.tensor_parallel=3"], 0, "64 query heads are not divided evenly among 3 GPUs"),
        (&["model.kv_heads=7"], 0, "do not share 7 key/value heads evenly"),
    ];
    for (set, status, words) in cases {
        let (code, told) = told(set);
        assert!(code == Some(*status) && told.contains(words), "{set:?}: {code:?} {told}");
    }
    // The model is trained whatever it is served on, and served whatever it is trained on.
    let figures = |set: &str| {
        let report = json(&["report", "startup-8b", "--set", set, "--format", "json"]);
        ["/training/programme_usd", "/inference/daily_usd"]
            .map(|at| !report.pointer(at).is_none_or(Value::is_null))
    };
    assert_eq!(figures("serving.pipeline_parallel=64"), [true, false]);
    assert_eq!(figures("training.global_batch_tokens=1000"), [false, true]);
}

/// A note that nobody hears takes no report with it, and a full disk is no panic.
#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_told_is_no_reason_to_end() {
    let run = |arguments: &str| {
        let line = format!("'{}' {arguments} 2>/dev/full", env!("CARGO_BIN_EXE_whatif"));
        std::process::Command::new("sh").args(["-c", &line]).output().expect("a shell runs")
    };
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("watched.toml");
    let watched = "format = 1\n[actual]\nmetrics = \"http://127.0.0.1:9/metrics\"\n";
    std::fs::write(&file, watched).expect("written");
    let report = run(&format!("report '{}'", file.display()));
    assert!(report.status.success() && report.stdout.len() > 1000, "{report:?}");
    assert_eq!(run("report nosuch").status.code(), Some(2));
    assert_eq!(run("report --nosuch").status.code(), Some(2));
}

#[test]
fn a_sweep_says_why_figures_are_missing() {
    let rows = json(&[
        "sweep",
        "default",
        "--set",
        "model.preset=llama-3.1-405b",
        "--over",
        "serving.tensor_parallel=2,8",
        "--format",
        "json",
    ]);
    let (small, large) = (&rows[0], &rows[1]);
    assert_eq!(small["inference.daily_usd"], Value::Null, "{rows}");
    let refusal = small["refusal"].as_str().unwrap_or_default();
    assert!(refusal.contains("does not fit") && refusal.contains("GPU"), "{rows}");
    assert!(large["inference.daily_usd"].is_number() && large["refusal"].is_null(), "{rows}");
}

#[test]
fn compare_names_what_differs_and_what_caused_it() {
    let table = output(&["compare", "startup-8b", "llama-3.1-70b"]);
    for words in ["daily cost", "Inputs that differ", "model.preset", "due to"] {
        assert!(table.contains(words), "{words} is missing:\n{table}");
    }
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
    let dated = output(&["sweep", "default", "--over", "serving.software_date=2024-01,2026-01"]);
    let dates: Vec<&str> = dated.lines().skip(1).map_while(|line| line.split(',').next()).collect();
    assert_eq!(dates, ["2024-01", "2026-01"]);
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
    let read = ["workload.length_file", "actual.metrics"];
    let paths = ParamId::ALL.into_iter().map(|param| param.path).chain(read);
    let parameters = paths.map(ToOwned::to_owned).collect();
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
fn completions_and_manual_pages_know_every_command() {
    let help = output(&["--help"]);
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|word| !word.is_empty()))
        .collect();
    assert!(commands.len() > 15, "{commands:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = output(&["completions", shell]);
        assert!(commands.iter().all(|command| script.contains(command)), "{shell}");
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    output(&["man", "--to", directory.path().to_str().expect("a path")]);
    for command in commands.iter().filter(|command| **command != "help") {
        let page = std::fs::read_to_string(directory.path().join(format!("whatif-{command}.1")));
        assert!(page.expect("a page").contains(".SH SYNOPSIS"), "{command}");
    }
    assert!(output(&["man"]).contains(".TH whatif 1"));
}

#[test]
fn a_new_file_is_the_scenario_that_it_is_made_from() {
    let template = output(&["new", "--from", "enterprise-500k", "--set", "serving.batch_size=96"]);
    assert!(
        template.contains("\nbatch_size = 96\n") && template.contains("\n# Requests/day: "),
        "{template}"
    );
    let figures = |arguments: &[&str], input: &str| run(arguments, input).stdout;
    let set = ["report", "enterprise-500k", "--set", "serving.batch_size=96", "--format", "csv"];
    let read = ["report", "-", "--format", "csv"];
    assert_eq!(
        String::from_utf8(figures(&read, &template)).expect("UTF-8"),
        String::from_utf8(figures(&set, "")).expect("UTF-8")
    );
}

#[test]
fn a_schema_is_json_and_knows_the_parameters() {
    let schema = json(&["schema", "scenario"]);
    for param in ParamId::ALL.into_iter().filter(|param| !param.path.starts_with("tier.")) {
        let place = format!("/properties/{}", param.path.replace('.', "/properties/"));
        assert!(schema.pointer(&place).is_some_and(|one| one["description"].is_string()), "{place}");
    }
    assert!(json(&["schema", "deck"])["properties"]["step"].is_object());
    assert!(json(&["schema", "prices"])["properties"]["price"].is_object());
}

#[test]
fn the_version_says_of_when_prices_and_constants_are() {
    let told = output(&["--version"]);
    let (version, dates) = told.split_once('\n').expect("two lines");
    assert_eq!(version, concat!("whatif ", env!("CARGO_PKG_VERSION")));
    let month = |words: &str| {
        let date = dates.split_once(words).expect("words").1.get(..7).expect("a month");
        assert!(date.starts_with("202") && date.as_bytes()[4] == b'-', "{dates}");
    };
    month("prices as of ");
    month("published results up to ");
    assert_eq!(output(&["-V"]), told);
}

/// What a real bash offers at the end of a line.
fn completed(line: &[&str]) -> Vec<String> {
    let script = output(&["completions", "bash"]);
    let words: Vec<String> = line.iter().map(|word| format!("'{word}'")).collect();
    let asked = format!(
        "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; _whatif_values whatif \"${{COMP_WORDS[COMP_CWORD]}}\" \\
         \"${{COMP_WORDS[COMP_CWORD-1]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.join(" "),
        line.len() - 1
    );
    let run = std::process::Command::new("bash").args(["--norc", "-c", &asked]).output();
    let run = run.expect("bash is here");
    String::from_utf8(run.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

#[test]
#[cfg(unix)]
fn bash_offers_parameters_answers_and_scenarios() {
    for (line, offered) in [
        (
            &["whatif", "report", "--set", "serving.batch"][..],
            &["serving.batch_size=", "serving.batching="][..],
        ),
        (&["whatif", "--set", "workload.cache"], &["workload.cache_hit_rate="]),
        (&["whatif", "sweep", "--over", "hardware."], &["hardware.gpu="]),
        (&["whatif", "solve", "--target", "inference.daily"], &["inference.daily_usd="]),
        (&["whatif", "solve", "--by", "workload.output"], &["workload.output_share"]),
        (&["whatif", "report", "startup"], &["startup-8b"]),
        (&["whatif", "compare", "palm"], &["palm-2"]),
        (&["whatif", "present", "one-"], &["one-model-forty-gpus"]),
    ] {
        assert_eq!(completed(line), offered, "{line:?}");
    }
    let all = completed(&["whatif", "report", "--set", ""]);
    let paths: Vec<String> = ParamId::ALL.into_iter().map(|param| format!("{}=", param.path)).collect();
    assert!(paths.iter().all(|path| all.contains(path)), "one for each parameter: {all:?}");
}

#[test]
fn a_manual_page_has_its_version_and_its_date() {
    let page = output(&["man"]);
    let head = page.lines().find(|line| line.starts_with(".TH")).expect("a head");
    let version = format!("\"whatif {}\"", env!("CARGO_PKG_VERSION"));
    assert!(head.starts_with(".TH whatif 1 ") && head.contains(&version), "{head}");
    let date = head.split_whitespace().nth(3).expect("a date").trim_matches('"').to_owned();
    let prices = output(&["--version"]);
    assert!(date.len() >= 7 && prices.contains(&format!("prices as of {date};")), "{date}: {prices}");
}
