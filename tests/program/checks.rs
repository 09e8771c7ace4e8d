//! What `whatif check` says of scenarios and decks, to people, programs and workflows.

use crate::harness::{ids, json, output, refusal, whatif};
use serde_json::Value;

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
        annotation
            .starts_with(&format!("::error file={path},line=2,col=1,title=training budget::training costs")),
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
