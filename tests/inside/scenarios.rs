//! Scenario files: every shipped one is sound, and every mistake is told where it is.

use std::fs;
use std::path::Path;

use crate::analysis::answer::Answer;
use crate::analysis::case::World;
use crate::catalog::Catalog;
use crate::files::document::Document;
use crate::files::read::assign;
use crate::files::store::{Opened, Origin, Store};

#[test]
fn every_scenario_says_what_it_shows_and_gives_finite_figures() {
    let world = World::embedded();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/scenarios");
    let entries = Store::built_in_entries();
    assert_eq!(entries.len(), fs::read_dir(folder).expect("the folder").count());
    for id in entries.into_iter().map(|entry| entry.id) {
        let Opened { document, origin, .. } = Store::new(None).open(&id, &world.catalog).expect(&id);
        assert_eq!(origin, Origin::BuiltIn(id.clone()));
        assert!(document.name.len() > 5, "{id} has no name");
        assert!(
            document.summary.len() > 20 && document.summary.ends_with('.'),
            "{id} does not say what it shows"
        );
        assert!(!document.sources.is_empty(), "{id} has no sources");
        let outcome = world.evaluate(&document.scenario);
        for answer in Answer::ALL {
            let figure = answer.of(&outcome);
            assert!(figure.is_some_and(f64::is_finite), "{id}: {} is {figure:?}", answer.label());
        }
    }
}

#[test]
fn the_enterprise_scenarios_cost_about_what_their_names_say() {
    let world = World::embedded();
    for (name, monthly) in [("enterprise-50k", 50e3), ("enterprise-500k", 500e3)] {
        let document = Store::new(None).open(name, &world.catalog).expect(name).document;
        let cost = Answer::MonthlyCost.of(&world.evaluate(&document.scenario)).expect("a cost");
        assert!((cost / monthly - 1.0).abs() < 0.25, "{name} costs {cost} a month");
    }
}

#[test]
fn a_whole_shape_needs_no_preset() {
    let world = World::embedded();
    let text = "[model]\nlayers = 32\nhidden = 4096\nheads = 32\nkv_heads = 8\nffn = 14336\nvocab = 128256\n";
    let (document, _) = Document::parse("shape", text, &world.catalog).expect("sound");
    assert_eq!(document.scenario.model.preset, None);
    let outcome = world.evaluate(&document.scenario);
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
        let error = Document::parse(&format!("{name}.toml"), &text, &Catalog::embedded())
            .expect_err(&format!("{name} is read without complaint"));
        insta::assert_snapshot!(format!("bad-{name}"), error.to_string());
    }
}
