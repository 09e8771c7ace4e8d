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
    assert!(assign(&mut document, "serving.batch_size=0", &catalog).is_err());
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

/// A scenario file with these lines.
fn opened(lines: &str, catalog: &Catalog) -> Document {
    Document::parse("old.toml", lines, catalog).unwrap_or_else(|error| panic!("{lines}\n{error}")).0
}

#[test]
fn retired_paths_are_read_and_a_note_says_what_took_their_place() {
    let catalog = Catalog::embedded();
    let old = opened("[serving]\ncommitment = \"reserved-3y\"\n[training]\nstaff_share = 0.5\n", &catalog);
    let serving = &old.scenario.serving;
    assert_eq!([serving.reserved_share, serving.commitment_months], [1.0, 36.0]);
    assert_eq!(old.scenario.training, Document::new("new", &catalog).scenario.training);
    assert_eq!(old.notes.len(), 2);
    assert!(old.notes[0].starts_with("old.toml:2: `serving.commitment` is now `serving.reserved_share`"));
    assert!(
        old.notes[1].starts_with("old.toml:4: `training.staff_share` no longer counts"),
        "{:?}",
        old.notes
    );
    let owned = opened("[training]\ncommitment = \"owned\"\n", &catalog);
    assert_eq!(owned.scenario.training.owned_share, 1.0);
    let hourly = opened("[serving]\ncommitment = \"on-demand\"\n", &catalog);
    assert_eq!(hourly.scenario, Document::new("new", &catalog).scenario);
    // The same words on a command line.
    let mut document = Document::new("new", &catalog);
    assign(&mut document, "training.commitment=reserved-1y", &catalog).expect("it was once a path");
    assert_eq!(document.scenario.training.reserved_share, 1.0);
    assert_eq!(document.notes.len(), 1);
    assert!(assign(&mut document, "training.commitment=forever", &catalog).is_err());
}

#[test]
fn a_multiple_of_a_fine_tune_becomes_a_count_of_trials() {
    let catalog = Catalog::embedded();
    // Whatever the order of the keys.
    for lines in [
        "[training]\nexperiments = 5\nmethod = \"finetune\"\n",
        "[training]\nmethod = \"adapter\"\nexperiments = 5\n",
    ] {
        let old = opened(lines, &catalog);
        assert_eq!((old.scenario.training.trials, old.notes.len()), (4.0, 1), "{lines}");
    }
    let pretrained = opened("[training]\nexperiments = 5\n", &catalog);
    assert_eq!((pretrained.scenario.training.trials, pretrained.notes.len()), (3.0, 0));
    let new = opened("[training]\nmethod = \"finetune\"\nexperiments = 5\ntrials = 1\n", &catalog);
    assert_eq!((new.scenario.training.trials, new.notes.len()), (1.0, 0));
}

#[test]
fn what_is_saved_of_an_old_file_is_written_in_new_words() {
    let catalog = Catalog::embedded();
    let text = "# ours\n[serving]\n# agreed\ncommitment = \"reserved-1y\"\nautoscaling = true\n";
    let old = opened(text, &catalog);
    let saved = old.to_toml(&catalog);
    assert!(saved.starts_with("# ours\n") && !saved.contains("commitment ="), "{saved}");
    let again = opened(&saved, &catalog);
    assert_eq!(again.scenario, old.scenario, "{saved}");
    assert!(again.notes.is_empty(), "{saved}");
}

#[test]
fn shares_of_one_whole_are_refused_beyond_all_of_it() {
    let catalog = Catalog::embedded();
    for (lines, line, told) in [
        ("[[tier]]\nshare = 0.7\n[[tier]]\nshare = 0.5\n", 4, "add up to 120%"),
        (
            "[routing]\nsmall_model = \"llama-3.1-8b\"\nshare = 0.6\n[[tier]]\nshare = 0.5\n",
            5,
            "add up to 110%",
        ),
        ("[serving]\nowned_share = 0.5\nspot_share = 0.6\n", 3, "up to 50% beside `serving.owned_share`"),
        ("[training]\nreserved_share = \"20%..60%\"\nowned_share = 0.5\n", 3, "add up to 110%"),
    ] {
        let error = Document::parse("over.toml", lines, &catalog).expect_err(lines);
        assert!(error.line == line && error.to_string().contains(told), "{error}");
    }
    // A share that is routed to no model takes nothing.
    opened("[routing]\nshare = 0.6\n[[tier]]\nshare = 0.5\n", &catalog);
    let mut document = opened("[[tier]]\nshare = 0.7\n", &catalog);
    assert!(assign(&mut document, "tier.2.share=50%", &catalog).is_err());
    assign(&mut document, "tier.2.share=30%", &catalog).expect("there is room for it");
}
