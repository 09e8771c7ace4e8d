//! Logs of training beside a scenario. What is known of those in `tests/training` is in their README.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness::{json, output, refusal, whatif};
use crate::page::README;

const GPUS: [&str; 2] = ["--set", "training.gpus=1024"];
const BATCH: [&str; 2] = ["--set", "training.global_batch_tokens=4194304"];

fn log(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/training").join(name).display().to_string()
}

fn near(value: &Value, truth: f64, tolerance: f64) -> bool {
    value.as_f64().is_some_and(|value| (value / truth - 1.0).abs() < tolerance)
}

#[test]
fn logs_in_every_form_tell_the_same_of_a_run() {
    let forms: [(&str, &[&str], usize); 4] = [
        ("torchtitan.jsonl", &[], 277),
        ("wandb.csv", &GPUS, 93),
        ("run-train-tag-iteration-time.csv", &[GPUS, BATCH].concat(), 93),
        // Of a tag that says nothing of speed, times and steps do.
        ("run-train-tag-loss.json", &[GPUS, BATCH].concat(), 1),
    ];
    for (name, sets, lines) in forms {
        let path = log(name);
        let told = json(&[&["calibrate", &path, "--format", "json"], sets].concat());
        let measured = |figure: &str| &told["figures"][figure]["measured"];
        assert_eq!(told["lines"].as_u64(), Some(lines as u64), "{name}");
        assert!(
            near(measured("tokens_per_s_per_gpu"), 4_194_304.0 / 10.0 / 1024.0, 2e-3),
            "{name}: {told:#}"
        );
        assert!(near(measured("goodput"), 89_900.0 / 97_300.0, 2e-3), "{name}: {told:#}");
        assert!(near(&told["seconds"], 97_300.0, 0.01), "{name}");
        // Six FLOPs a parameter and token, and twelve for each layer, its width and half the 4,096 tokens of a sequence, of
        // the 312 TFLOPS of an A100.
        let flops = 6.0 * 68.98e9 + 12.0 * 80.0 * 8192.0 * 2048.0;
        assert!(near(measured("mfu"), 409.6 * flops / 312e12, 0.02), "{name}: {told:#}");
        assert_eq!(told["states"]["training.goodput"], "0.9239", "{name}");
    }
    let text = output(&["calibrate", &log("torchtitan.jsonl")]);
    assert!(
        text.contains("7.6% of that time did not advance it: 1.7% did steps anew, 5.9% stood still"),
        "{text}"
    );
    assert!(text.contains("The trainer counts a utilization of 41.3%"), "{text}");
}

#[test]
fn what_was_measured_is_kept_as_a_scenario() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenarios = folder.path().display().to_string();
    let path = log("wandb.csv");
    let arguments =
        ["calibrate", &path, GPUS[0], GPUS[1], "--save", "as measured", "--scenarios", &scenarios];
    assert!(output(&arguments).contains("Saved: whatif "));
    assert!(refusal(&arguments).contains("as-measured.toml already exists; --force replaces it"));
    assert!(output(&[&arguments[..], &["--force"]].concat()).contains("Saved: whatif "));
    let text = fs::read_to_string(folder.path().join("as-measured.toml")).expect("a scenario");
    for words in ["goodput = 0.9239", "mfu = 0.56", "gpus = 1024", "speed of training: "] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn what_a_log_does_not_tell_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |text: &str| {
        let path = folder.path().join("log.csv");
        fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    for (text, sets, words) in [
        ("step,tokens_per_sec\n1,5\n2,5\n", &[][..], "does not say on how many GPUs the run was"),
        ("step,step_time\n1,5\n2,5\n", &GPUS[..], "does not say how many tokens a step has"),
        ("step,step_time\n1,5\n2,much\n", &GPUS[..], "`step_time` cannot be much"),
        ("step,step_time\n1,5\n2,-5\n", &GPUS[..], ":3:3"),
        ("{\"step_time\": 5}\n{\"step_time\": \"long\"}\n", &GPUS[..], "`step_time` cannot be"),
        ("step,loss\n1,5\n", &[], "not the result of a benchmark that is known"),
    ] {
        let path = file(text);
        let error = refusal(&[&["calibrate", &path], sets].concat());
        assert!(error.contains(words), "{text}: {error}");
    }
    // An hour does not show what restarts take; nothing is faster than its accelerator.
    let path = file("step,_timestamp,tokens_per_sec_per_gpu\n1,1000,300\n2,1010,300\n3,1020,300\n");
    let told = output(&["calibrate", &path]);
    assert!(told.contains("It covers less than a day"), "{told}");
    let path = file("step,tokens_per_sec_per_gpu\n1,3000\n2,3000\n");
    let told = json(&["calibrate", &path, "--format", "json"]);
    assert_eq!(told["states"].get("training.mfu"), None, "{told:#}");
    assert!(output(&["calibrate", &path]).contains("faster than the accelerator can be"));
    let folder = tempfile::tempdir().expect("a folder");
    let scenarios = folder.path().display().to_string();
    let kept = whatif(&["calibrate", &path, "--save", "fast", "--scenarios", &scenarios]);
    assert_eq!(kept.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&kept.stdout).contains("Nothing is kept: no accelerator"), "{kept:?}");
    assert!(!folder.path().join("fast.toml").exists());
    assert!(output(&["calibrate", &path, &path]).contains("and counted once"));
    let both = refusal(&["calibrate", &path, &log("../benchmarks/vllm-closed.json")]);
    assert!(both.contains("some of these files are logs of training and some are not"), "{both}");
}

#[test]
fn the_readme_shows_what_is_printed() {
    let command = "$ whatif calibrate tests/training/torchtitan.jsonl\n";
    let shown = README.split(command).nth(1).and_then(|rest| rest.split("```").next()).expect("a page");
    assert_eq!(shown.trim_end(), output(&["calibrate", "tests/training/torchtitan.jsonl"]).trim_end());
}
