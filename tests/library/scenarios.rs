//! Scenario files: every shipped one is sound, and every mistake is told where it is.

use std::fs;
use std::path::Path;

use whatif::analysis::answer::Answer;
use whatif::analysis::case::World;
use whatif::calibration::Calibration;
use whatif::catalog::Catalog;
use whatif::files::document::{Document, assign};
use whatif::files::store::{Origin, Store};

/// Scenarios that the project promises.
const PROMISED: [&str; 15] = [
    "default",
    "gpt-4",
    "gpt-3.5",
    "palm-2",
    "llama-2-70b",
    "chatgpt-2023",
    "deepseek-2025",
    "enterprise-50k",
    "enterprise-500k",
    "startup-8b",
    "long-context-rag",
    "batch-pipeline",
    "fine-tune-full",
    "fine-tune-adapter",
    "frontier-moe-blackwell",
];

#[test]
fn every_promised_scenario_says_what_it_shows_and_gives_finite_figures() {
    let calibration = Calibration::embedded();
    for name in PROMISED {
        let mut catalog = Catalog::embedded();
        let (document, origin) = Store::new(None).open(name, &mut catalog).expect(name);
        assert_eq!(origin, Origin::BuiltIn(name.to_owned()));
        assert!(document.summary.len() > 20, "{name} does not say what it shows");
        assert!(!document.sources.is_empty(), "{name} has no sources");
        let outcome =
            World { catalog: catalog.clone(), calibration: calibration.clone() }.evaluate(&document.scenario);
        for answer in Answer::ALL {
            let figure = answer.of(&outcome);
            assert!(figure.is_some_and(f64::is_finite), "{name}: {} is {figure:?}", answer.label());
        }
    }
}

#[test]
fn the_enterprise_scenarios_cost_about_what_their_names_say() {
    let calibration = Calibration::embedded();
    for (name, monthly) in [("enterprise-50k", 50e3), ("enterprise-500k", 500e3)] {
        let mut catalog = Catalog::embedded();
        let (document, _) = Store::new(None).open(name, &mut catalog).expect(name);
        let outcome =
            World { catalog: catalog.clone(), calibration: calibration.clone() }.evaluate(&document.scenario);
        let cost = Answer::MonthlyCost.of(&outcome).expect("a cost");
        assert!((cost / monthly - 1.0).abs() < 0.25, "{name} costs {cost} a month");
    }
}

#[test]
fn every_scenario_written_to_a_file_reads_back_identical() {
    for entry in Store::built_in_entries() {
        let mut catalog = Catalog::embedded();
        let (document, _) = Store::new(None).open(&entry.id, &mut catalog).expect("a scenario");
        let again = Document::parse(&document.name, &document.to_toml(&catalog), &mut catalog);
        assert_eq!(again.as_ref().map_err(ToString::to_string), Ok(&document), "{}", entry.id);
    }
}

#[test]
fn a_gpu_of_ones_own_is_saved_with_its_scenario() {
    let mut catalog = Catalog::embedded();
    let text = "[gpu]\nname = \"X1\"\nmemory_gb = 400\nbandwidth_tb_s = 20\nbf16_tflops = 5000\n";
    let document = Document::parse("own", text, &mut catalog).expect("sound");
    let written = document.to_toml(&catalog);
    let again = Document::parse("own", &written, &mut Catalog::embedded()).expect("sound");
    assert_eq!(again.gpu, document.gpu);
    assert_eq!(again.scenario, document.scenario);
}

#[test]
fn tiers_keep_their_names_and_order() {
    let mut catalog = Catalog::embedded();
    let text = "[[tier]]\nname = \"realtime\"\nshare = 0.2\nbatch_size = 8\nlatency_target_ms = 300\n\
                [[tier]]\nname = \"batch\"\nshare = 0.3\nbatch_size = 256\nprice_factor = 0.5\n";
    let document = Document::parse("tiers", text, &mut catalog).expect("sound");
    assert_eq!(document.scenario.tier[1].batch_size, Some(256.0));
    let again = Document::parse("tiers", &document.to_toml(&catalog), &mut catalog).expect("sound");
    assert_eq!(again, document);
    assert_eq!(again.tier_names[0].as_deref(), Some("realtime"));
}

#[test]
fn a_whole_shape_needs_no_preset() {
    let mut catalog = Catalog::embedded();
    let text = "[model]\nlayers = 32\nhidden = 4096\nheads = 32\nkv_heads = 8\nffn = 14336\nvocab = 128256\n";
    let document = Document::parse("shape", text, &mut catalog).expect("sound");
    assert_eq!(document.scenario.model.preset, None);
    let outcome =
        World { catalog: catalog.clone(), calibration: Calibration::embedded() }.evaluate(&document.scenario);
    assert!((outcome.total_parameters - 8.03e9).abs() < 0.01e9, "{}", outcome.total_parameters);
}

#[test]
fn an_assignment_that_fails_leaves_the_scenario_as_it_was() {
    let catalog = Catalog::embedded();
    let mut document = Document::new("x", &catalog);
    let before = document.clone();
    assert!(assign(&mut document.scenario, "serving.batch_size=0", &catalog).is_err());
    assert_eq!(document, before);
}

#[test]
fn every_mistake_is_told_where_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_scenarios");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder").flatten().map(|file| file.path()).collect();
    files.sort();
    assert!(files.len() >= 20);
    for file in files {
        let name = file.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(&file).expect("a text");
        let error = Document::parse(&format!("{name}.toml"), &text, &mut Catalog::embedded())
            .expect_err(&format!("{name} is read without complaint"));
        insta::assert_snapshot!(format!("bad-{name}"), error.to_string());
    }
}
