//! What other programs write, read by commands: configurations of models.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::harness::{json, output, refusal, run, whatif};
use crate::page::README;

/// A configuration of the tests.
fn config(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs").join(name)
}

fn words(path: &Path) -> &str {
    path.to_str().expect("a path")
}

#[test]
fn a_configuration_costs_what_the_catalogs_model_costs() {
    let llama = config("meta-llama--Meta-Llama-3.1-8B.json");
    let directory = tempfile::tempdir().expect("a directory");
    fs::copy(&llama, directory.path().join("config.json")).expect("copied");
    let scenario = |preset: &str| format!("format = 1\n[model]\npreset = \"{preset}\"\n");
    let file = directory.path().join("mine.toml");
    fs::write(&file, scenario("config.json")).expect("written");
    let report = |arguments: &[&str], input: &str| -> Value {
        let done = run(&[&["report", "--format", "json"], arguments].concat(), input);
        serde_json::from_slice(&done.stdout).expect("JSON")
    };
    let text = fs::read_to_string(&llama).expect("a text");
    let set = format!("model.preset={}", words(&llama));
    let known = report(&["llama-3.1-8b"], "");
    for (imported, known) in [
        (report(&[words(&llama)], ""), &known),
        (report(&[words(directory.path())], ""), &known),
        (report(&["-"], &text), &known),
        (report(&["--set", &set], ""), &report(&["--set", "model.preset=llama-3.1-8b"], "")),
        (report(&[words(&file)], ""), &report(&["-"], &scenario("llama-3.1-8b"))),
    ] {
        // Only what it was trained on is not said by a configuration.
        for part in ["model", "serving", "inference"] {
            assert_eq!(imported[part], known[part], "{part}");
        }
    }
}

#[test]
fn a_model_is_kept_beside_scenarios_and_known_from_then_on() {
    let store = tempfile::tempdir().expect("a directory");
    let place = words(store.path());
    let from = config("moonshotai--Kimi-K2.5.json");
    let keep = ["import", words(&from), "--id", "kimi-mine", "--save", "--scenarios", place];
    let told = output(&keep);
    assert!(
        told.contains("1.03T parameters, 32.9B of them active") && told.contains("The text part alone"),
        "{told}"
    );
    let command = told.lines().last().expect("a command").strip_prefix("whatif ").expect("of this program");
    let mut report: Vec<&str> = command.split(' ').collect();
    report.extend(["--scenarios", place, "--format", "json"]);
    assert_eq!(json(&report)["scenario"]["model"], "kimi-mine");
    assert!(output(&["list", "models", "--scenarios", place]).contains("kimi-mine"));
    // What is printed without --save is what is kept with it.
    let kept = fs::read_to_string(store.path().join("models/kimi-mine.toml")).expect("a file");
    assert_eq!(output(&["import", words(&from), "--id", "kimi-mine"]), kept);
    // Nothing is written over, and no model of the catalog hidden.
    assert!(refusal(&keep).contains("`kimi-mine` is the id of a model that is known already"));
    let hide = ["import", words(&from), "--save", "--scenarios", place];
    assert!(refusal(&hide).contains("`kimi-k2.5` is the id of a model that is known already"));
    assert!(refusal(&["import", words(&from), "--id", "../x"]).contains("not a valid id"));
    // What names no file, or means something else where a model is named.
    for id in ["auto", "Max", "default", "none", "CON", "nul.x", "..", "1..2", "a b", "-x", ".x", "x.", ""] {
        let named = format!("--id={id}");
        let told = refusal(&["import", words(&from), &named, "--save", "--scenarios", place]);
        assert!(told.contains("is not a valid id; allowed: letters"), "{id}: {told}");
    }
    let scenario = ["import", words(&from), "--id", "startup-8b", "--save", "--scenarios", place];
    assert!(refusal(&scenario).contains("`startup-8b` is the id of a scenario"));
    // A mistake in a file that was edited by hand is told where it is.
    fs::write(store.path().join("models/broken.toml"), "[[model]]\nid = \"x\"\nlayers = many\n")
        .expect("written");
    let told = refusal(&["list", "--scenarios", place]);
    assert!(told.contains("broken.toml:3:10"), "{told}");
}

#[test]
fn what_cannot_be_read_is_told_wherever_it_is_named() {
    let jamba = config("altered/jamba.json");
    let set = format!("model.preset={}", words(&jamba));
    let directory = tempfile::tempdir().expect("a directory");
    let scenario = directory.path().join("mine.toml");
    fs::write(&scenario, format!("[model]\npreset = '{}'\n", words(&jamba))).expect("written");
    for arguments in [
        &["import", words(&jamba)][..],
        &["report", words(&jamba)],
        &["report", "--set", &set],
        &["report", words(&scenario)],
    ] {
        let told = refusal(arguments);
        assert!(told.contains("`jamba` cannot be costed") && told.contains("jamba.json:23:19"), "{told}");
    }
    assert!(refusal(&["import", "no/such/config.json"]).contains("cannot read no/such/config.json"));
    assert!(refusal(&["report", "no/such/config.json"]).contains("cannot read no/such/config.json"));
    let piped = run(&["import", "-"], "{\"model_type\": \"t5\"}");
    assert_eq!(piped.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&piped.stderr).contains("standard input:1:16"));
    assert_eq!(whatif(&["import", words(directory.path())]).status.code(), Some(2), "no config.json in it");
    // Devices never end; folders are no files.
    assert!(refusal(&["calibrate", words(directory.path())]).contains("it is a directory"));
    if cfg!(unix) {
        for command in ["import", "calibrate"] {
            assert!(refusal(&[command, "/dev/zero"]).contains("it is no file"));
        }
    }
}

/// Benchmarks of a stack, and the scenario that describes it.
fn benchmarks() -> [String; 4] {
    ["c4.json", "c16.json", "c64.json", "toml"].map(|name| {
        let separator = if name == "toml" { "." } else { "-" };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/benchmarks");
        words(&folder.join(format!("llama-70b{separator}{name}"))).to_owned()
    })
}

/// A figure of a report with its range.
fn range(report: &Value, figure: &str) -> [f64; 3] {
    ["low", "value", "high"].map(|end| report["serving"][figure][end].as_f64().expect("a figure"))
}

#[test]
fn a_profile_is_made_of_benchmarks_and_moves_every_figure() {
    let store = tempfile::tempdir().expect("a directory");
    let place = words(store.path());
    let [few, some, many, stack] = &benchmarks();
    let calibrate = ["calibrate", few, some, many, "--scenario", stack, "--scenarios", place];
    let told = json(&[&calibrate[..], &["--format", "json"]].concat());
    let rows = told["rows"].as_array().expect("rows");
    assert!(rows.len() >= 6, "{told}");
    let error = |row: &Value, key: &str| (1.0 + row[key].as_f64().expect("an error")).ln().abs();
    let mean = |key: &str| rows.iter().map(|row| error(row, key)).sum::<f64>() / rows.len() as f64;
    assert!(mean("error_left_out") < mean("error") && mean("error_profile") < mean("error"), "{told}");
    assert!(!store.path().join("profiles").exists(), "nothing is kept that was not asked for");
    let keep = [&calibrate[..], &["--save", "mine"]].concat();
    output(&keep);
    assert!(refusal(&keep).contains("mine.toml already exists; --force replaces it"));
    output(&[&keep[..], &["--force"]].concat());

    let report = |more: &[&str]| {
        json(&[&["report", stack, "--scenarios", place, "--format", "json"][..], more].concat())
    };
    let [published, mine] = [report(&[]), report(&["--set", "serving.profile=mine"])];
    assert_eq!(mine["scenario"]["serving.profile"], "mine");
    let width = |report: &Value| {
        let [low, _, high] = range(report, "tpot_ms");
        (high / low).ln()
    };
    assert_ne!(range(&published, "tpot_ms")[1], range(&mine, "tpot_ms")[1]);
    assert!(width(&mine) < 0.8 * width(&published), "{} and {}", width(&mine), width(&published));
    // Farther from what was measured it narrows less.
    let far = ["--set", "model.preset=llama-3.1-8b", "--set", "hardware.gpu=a100-80-sxm"];
    let far_and_mine = [&far[..], &["--set", "serving.profile=mine"]].concat();
    let [published, mine] = [report(&far), report(&far_and_mine)];
    assert!(width(&mine) > 0.9 * width(&published), "{} and {}", width(&mine), width(&published));

    let listed = output(&["list", "profiles", "--scenarios", place]);
    assert!(listed.contains("mine") && listed.contains("of Llama 3.1 70B: off by"), "{listed}");
    let back = report(&["--set", "serving.profile=mine", "--set", "serving.profile=published"]);
    assert_eq!(range(&back, "tpot_ms"), range(&report(&[]), "tpot_ms"));
    let unknown = refusal(&["report", stack, "--scenarios", place, "--set", "serving.profile=mien"]);
    assert!(unknown.contains("did you mean `mine`?"), "{unknown}");
    let explained =
        output(&["show", stack, "--scenarios", place, "--view", "explain", "--set", "serving.profile=mine"]);
    assert!(explained.contains("constants of the profile mine"), "{explained}");
}

#[test]
fn benchmarks_of_another_stack_make_no_profile() {
    let store = tempfile::tempdir().expect("a directory");
    let place = words(store.path());
    let [few, some, many, stack] = &benchmarks();
    let other = ["--set", "serving.tensor_parallel=8", "--set", "hardware.gpu=b200-sxm", "--save", "mine"];
    let calibrate = ["calibrate", few, some, many, "--scenario", stack, "--scenarios", place];
    let done = whatif(&[&calibrate[..], &other].concat());
    let told = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert!(told.contains("what was measured is hardly the stack"), "{told}");
    assert!(!store.path().join("profiles").exists());
    // Too few figures, with what became of the others.
    let guessed = config("../benchmarks/vllm-guessed.json");
    let told = refusal(&["calibrate", words(&guessed)]);
    assert!(told.contains("at least 3 are needed") && told.contains("tokens were guessed"), "{told}");
}

/// The models of which the README's examples speak, by the directories in which they are there.
const MODELS: [(&str, &str); 1] = [("Qwen3-30B-A3B-FP8", "Qwen--Qwen3-30B-A3B-FP8.json")];

#[test]
fn the_readmes_examples_print_what_is_shown() {
    let directory = tempfile::tempdir().expect("a directory");
    for (folder, file) in MODELS {
        fs::create_dir(directory.path().join(folder)).expect("a folder");
        fs::copy(config(file), directory.path().join(folder).join("config.json")).expect("copied");
    }
    for (path, name) in benchmarks().iter().zip(["c4.json", "c16.json", "c64.json", "stack.toml"]) {
        fs::copy(path, directory.path().join(name)).expect("copied");
    }
    let blocks: Vec<&str> =
        README.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let (command, shown) = block.split_once('\n').expect("a command and what it prints");
        let arguments = command.strip_prefix("$ whatif ").expect("a command of this program").split(' ');
        let done = Command::new(env!("CARGO_BIN_EXE_whatif"))
            .args(arguments)
            .current_dir(directory.path())
            .env("WHATIF_SCENARIOS", directory.path().join("scenarios"))
            .output()
            .expect("the program runs");
        assert_eq!(String::from_utf8_lossy(&done.stdout), shown, "{command}");
    }
}

#[test]
fn a_save_that_is_killed_leaves_a_whole_file_or_none() {
    // `WHATIF_STORM` asks for another number of kills.
    /// Longer than any save takes: what is older was left behind, also where nobody knows which processes there are.
    const LONG_AGO: Duration = Duration::from_secs(7200);
    let directory = tempfile::tempdir().expect("a directory");
    let place = words(directory.path());
    let keep = |from: &Path, id: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_whatif"));
        command.args(["import", words(from), "--id", id, "--save", "--scenarios", place]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let llama = config("meta-llama--Meta-Llama-3.1-8B.json");
    let start = Instant::now();
    assert!(keep(&llama, "whole").status().expect("it runs").success());
    let usual = start.elapsed();
    let known = || {
        json(&["list", "models", "--scenarios", place, "--format", "json"]).as_array().expect("models").len()
    };
    let models = known();
    let kills = std::env::var("WHATIF_STORM").ok().and_then(|count| count.parse().ok()).unwrap_or(60_u32);
    for kill in 0..kills {
        // Saves end shortly before the program does.
        let share = kill % 60;
        let mut saving = keep(&llama, "cut-off").spawn().expect("it starts");
        std::thread::sleep(usual.mul_f64(f64::from(share) / 50.0));
        let _ = saving.kill();
        saving.wait().expect("it ended");
        assert!((models..=models + 1).contains(&known()), "killed after {share} parts of 50");
        let _ = fs::remove_file(directory.path().join("models/cut-off.toml"));
    }
    let left = || -> Vec<PathBuf> {
        let entries = fs::read_dir(directory.path().join("models")).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    };
    for path in left().into_iter().filter(|_| !cfg!(target_os = "linux")) {
        let file = fs::File::options().append(true).open(path).expect("it is there");
        file.set_modified(SystemTime::now() - LONG_AGO).expect("aged");
    }
    assert!(keep(&llama, "last").status().expect("it runs").success());
    let mut names: Vec<_> = left().iter().map(|path| path.file_name().expect("a name").to_owned()).collect();
    names.sort();
    assert_eq!(names, ["last.toml", "whole.toml"]);
}
