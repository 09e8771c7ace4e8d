//! `whatif audit`: what is printed of a bill in every format, held against a scenario, and kept as one.

use serde_json::Value;

use crate::harness::{json, output, refusal, run};
use crate::page::README;

const BILL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bills/two-months.csv");

/// Figures of an object that add up to the cent.
fn cents(of: &Value, keys: &[&str]) -> i64 {
    keys.iter().map(|key| (of[key].as_f64().unwrap_or(0.0) * 100.0).round() as i64).sum()
}

#[test]
fn the_page_of_a_bill() {
    let page = output(&["audit", BILL]).replace(env!("CARGO_MANIFEST_DIR"), "");
    insta::assert_snapshot!(page);
}

/// Lines that the README leaves out are an ellipsis there.
#[test]
fn the_readme_shows_what_is_printed() {
    let command = "$ whatif audit tests/bills/two-months.csv\n";
    let page = output(&["audit", "tests/bills/two-months.csv"]);
    let shown = README.split(command).nth(1).and_then(|rest| rest.split("```").next()).expect("a page");
    let lines: Vec<&str> = shown.lines().filter(|line| *line != "..." && !line.is_empty()).collect();
    assert!(lines.len() > 20);
    for line in lines {
        assert!(page.lines().any(|printed| printed == line), "{line}");
    }
}

#[test]
fn a_bill_for_programs_and_for_spreadsheets_says_the_same() {
    let bill = json(&["audit", BILL, "--format", "json"]);
    let currency = &bill["currencies"][0];
    assert_eq!((&bill["lines"], &currency["currency"]), (&22.into(), &"USD".into()));
    let split = currency["split"].as_object().expect("a split");
    let sum: f64 = split.values().map(|part| part["cost"].as_f64().expect("a cost")).sum();
    assert!((sum - currency["total"].as_f64().expect("a total")).abs() < 1e-6);
    // Taxes too are somewhere in every table.
    let number = |value: &Value| value.as_f64().expect("a cost");
    for month in currency["months"].as_array().expect("months") {
        let classes = month["by_class"].as_object().expect("classes");
        assert!((classes.values().map(number).sum::<f64>() - number(&month["cost"])).abs() < 1e-6, "{month}");
    }
    let services = currency["services"].as_array().expect("services");
    let sum: f64 = services.iter().map(|service| number(&service["cost"])).sum();
    assert!((sum - number(&currency["total"])).abs() < 1e-6, "{sum}");
    let table = output(&["audit", BILL, "--format", "csv"]);
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let at =
        rows.headers().expect("a header").iter().position(|name| name == "billed_cost").expect("a column");
    let billed: f64 = rows.records().map(|row| row.expect("a row")[at].parse::<f64>().expect("a cost")).sum();
    assert!((billed - currency["billed"].as_f64().expect("a total")).abs() < 1e-6);
    assert!(output(&["audit", BILL, "--format", "markdown"]).contains("| Inference | $58,400.48 |"));
}

#[test]
fn the_difference_to_a_scenario_adds_up_to_the_cent() {
    let parts = ["price_usd", "volume_usd", "efficiency_usd", "idle_usd", "rest_usd"];
    for arguments in [
        vec![],
        vec!["--requests", "40M"],
        vec!["--requests", "40M", "--set", "actual.utilization=20%"],
        vec!["--scenario", "startup-8b", "--cost", "billed"],
        vec!["--set", "hardware.gpu=a10g", "--set", "model.preset=llama-3.1-8b"],
    ] {
        let bill = json(&[&["audit", BILL, "--format", "json"], &arguments[..]].concat());
        for of in ["inference", "training"] {
            let of = &bill["currencies"][0]["against_scenario"][of];
            let difference = cents(of, &["spent_usd"]) - cents(of, &["expected_usd"]);
            assert_eq!(cents(of, &["difference_usd"]), difference, "{arguments:?}");
            assert_eq!(cents(&of["parts"], &parts), difference, "{arguments:?}: {of}");
        }
    }
    // Whoever says how many requests there were and how busy the fleet was gets a volume and idle hours.
    let inference = |arguments: &[&str]| {
        let bill = json(&[&["audit", BILL, "--format", "json"], arguments].concat());
        bill["currencies"][0]["against_scenario"]["inference"].clone()
    };
    let bare = inference(&[]);
    assert_eq!((&bare["parts"]["volume_usd"], &bare["parts"]["idle_usd"]), (&0.0.into(), &0.0.into()));
    assert_eq!(bare["assumed"], serde_json::json!(["requests", "utilization"]));
    let told = inference(&["--requests", "40M", "--set", "actual.utilization=1%"]);
    assert!(told["parts"]["volume_usd"].as_f64() < Some(0.0), "{told}");
    assert!(told["parts"]["idle_usd"].as_f64() > Some(0.0), "{told}");
    assert_eq!(told["assumed"], serde_json::json!([]));
}

/// Each part from the lines of the bill and what the scenario states, by arithmetic alone: 60 GPUs at $3.99 around the clock for 61
/// days; four million requests a day, of which the response cache answers 35%; 2,048 tokens each.
#[test]
fn each_part_of_a_difference_is_what_it_says() {
    let arguments =
        ["audit", BILL, "--requests", "40M", "--set", "actual.utilization=35%", "--format", "json"];
    let bill = json(&arguments);
    let parts = &bill["currencies"][0]["against_scenario"]["inference"]["parts"];
    let plan = json(&["report", "default", "--format", "json"]);
    let planned_use = plan["inference"]["utilization"]["value"].as_f64().expect("a share");
    let (hour, days) = (3.99, 61.0);
    let (planned_hours, planned) = (60.0 * 24.0 * days, 4e6 * 0.65 * days);
    let request = planned_hours * hour / planned;
    // Hours of H100 on demand and covered, and of A10G, in both months; tokens of hosted models as requests of the scenario.
    let hours = 2880.0 + 1440.0 + 2976.0 + 1488.0 + 720.0;
    let paid = 19_814.40 + 6192.0 + 20_474.88 + 6398.40 + 1090.80;
    let hosted = (850e6 + 400e6 + 120e6) / 2048.0;
    let paid_for_hosted = 2550.0 + 120.0 + 1800.0;
    let own = 40e6 * 0.65 - hosted;
    let needed = hours * 0.35 / planned_use;
    for (part, usd) in [
        ("price_usd", paid - hours * hour + paid_for_hosted - hosted * request),
        ("volume_usd", (hosted + own - planned) * request),
        ("efficiency_usd", (needed - own * planned_hours / planned) * hour),
        ("idle_usd", (hours - needed) * hour),
        // A correction without hours.
        ("rest_usd", -40.0),
    ] {
        let found = parts[part].as_f64().expect("an amount");
        assert!((found - usd).abs() < 0.03, "{part}: {found} and {usd}");
    }
}

#[test]
fn what_a_bill_knows_is_kept_as_a_scenario() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("filled.toml");
    let file = file.to_str().expect("a path");
    output(&["audit", BILL, "--requests", "61M", "--to", file]);
    let report = json(&["report", file, "--format", "json"]);
    let scenario = &report["scenario"];
    for (path, value) in [
        ("hardware.gpu", Value::from("h100-sxm")),
        ("training.gpu", "h100-sxm".into()),
        // 52,879.68 over 8,784 hours, and 13,209.60 over 1,920.
        ("serving.price_per_gpu_hour", 6.02.into()),
        ("training.price_per_gpu_hour", 6.88.into()),
        ("workload.requests_per_day", 1e6.into()),
        ("actual.training_usd", 14_724.6.into()),
        // 850M, 400M from the cache and 120M put out.
        ("workload.prefix_cache_hit_rate", (0.4 / 1.25).into()),
    ] {
        assert_eq!(scenario[path], value, "{path}");
    }
    let monthly = scenario["actual.monthly_inference_usd"].as_f64().expect("a month");
    assert!((monthly - 58_400.48 / 61.0 * 30.4).abs() < 0.01, "{monthly}");
    let nothing = "BilledCost,ChargePeriodStart,ServiceName\n1,2026-01-01,x\n";
    let refused = run(&["audit", "-", "--to", file], nothing);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("states nothing of a scenario"));
}

#[test]
fn a_bill_in_euros_is_not_compared_with_dollars() {
    let bill = "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ServiceName,SkuMeter\n\
        12.5,EUR,2026-01-01,2026-01-02,Amazon SageMaker,USE1-Host:ml.g5.xlarge\n\
        7.25,USD,2026-01-01,2026-01-02,Amazon SageMaker,USE1-Host:ml.g5.xlarge\n";
    let done = run(&["audit", "-"], bill);
    let page = String::from_utf8(done.stdout).expect("UTF-8");
    for words in ["12.50 EUR", "$7.25", "never added", "amounts in another currency are not compared"] {
        assert!(page.contains(words), "{words}\n{page}");
    }
}

#[test]
fn an_audit_without_what_it_needs_is_refused() {
    assert!(refusal(&["audit", "no/such.csv"]).contains("cannot read no/such.csv"));
    assert!(refusal(&["audit"]).contains("<BILL>"));
    assert!(refusal(&["audit", BILL, "--rules", "no/such.toml"]).contains("cannot read no/such.toml"));
    assert!(refusal(&["audit", BILL, "--requests", "many"]).contains("is not a number"));
    assert!(refusal(&["audit", BILL, "--scenario", "gpt-44"]).contains("did you mean `gpt-4`?"));
    assert!(output(&["audit", "--show-rules"]).contains("[[rule]]"));
}
