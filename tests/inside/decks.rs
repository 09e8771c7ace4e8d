//! Decks: every mistake is told where it is, and what is hostile is refused.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::analysis::case::World;
use crate::analysis::findings::{Severity, Topic};
use crate::catalog::Catalog;
use crate::files::deck::DeckDocument;
use crate::files::store::{OpenError, Opening, Origin, Store};

/// A deck without a folder or saved scenarios beside it.
fn read(name: &str, text: &str) -> Result<DeckDocument, OpenError> {
    let read = DeckDocument::parse(name, text, None, &Store::new(None), &[], &Catalog::embedded());
    read.map(|(document, _)| document)
}

fn refused(text: &str) -> String {
    read("deck.toml", text).expect_err("it is read without complaint").to_string()
}

#[test]
fn every_mistake_in_a_deck_is_told_where_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_decks");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder").flatten().map(|file| file.path()).collect();
    files.sort();
    assert!(files.len() >= 30);
    for file in files {
        let name = file.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(&file).expect("a text");
        let error =
            read(&format!("{name}.toml"), &text).expect_err(&format!("{name} is read without complaint"));
        insta::assert_snapshot!(format!("bad-deck-{name}"), error.to_string());
    }
}

#[test]
fn what_is_far_too_long_is_refused() {
    let steps = |count: usize| format!("title = \"x\"\n{}", "[[step]]\ntitle = \"y\"\n".repeat(count));
    assert_eq!(read("deck.toml", &steps(100)).expect("as many as there may be").deck().steps.len(), 100);
    assert!(refused(&steps(101)).contains("at most 100 steps"));
    let title = refused(&format!("title = \"{}\"\n[[step]]\ntitle = \"y\"\n", "w".repeat(121)));
    assert!(title.contains("121 characters") && title.contains("up to 120"), "{title}");
    let said = refused(&format!("title = \"x\"\n[[step]]\ntitle = \"y\"\nsay = \"{}\"\n", "w".repeat(4001)));
    assert!(said.contains("up to 4000"), "{said}");
    let sources = vec!["\"s\""; 21].join(", ");
    let sources = refused(&format!("title = \"x\"\n[[step]]\ntitle = \"y\"\nsources = [{sources}]\n"));
    assert!(sources.contains("more than 20 entries"), "{sources}");
    // Deeper than anybody nests, and larger than anybody writes.
    refused(&format!(
        "title = \"x\"\n[[step]]\ntitle = \"y\"\nset = {}1{}",
        "{ a = ".repeat(5000),
        " }".repeat(5000)
    ));
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("large.toml");
    fs::write(&file, steps(2) + &"#".repeat(2 << 20)).expect("written");
    let store = Store::new(Some(directory.path().to_owned()));
    let large = store.open_any("large", &[], &Catalog::embedded()).expect_err("too large");
    assert!(large.to_string().contains("larger than 1 MiB"), "{large}");
}

#[test]
fn a_deck_is_told_from_a_scenario_by_what_it_says() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).expect("written");
    write("own.toml", "name = \"Own\"\n[workload]\ncache_hit_rate = 0.5\n");
    write("story.toml", "title = \"A story\"\nscenario = \"own.toml\"\n[[step]]\ntitle = \"One\"\n");
    let (store, catalog) = (Store::new(Some(directory.path().to_owned())), Catalog::embedded());
    let ids = |entries: Vec<crate::files::store::Entry>| {
        entries.into_iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    assert_eq!(
        (ids(store.user_entries()), ids(store.user_decks())),
        (vec!["own".to_owned()], vec!["story".to_owned()])
    );
    assert_eq!(store.user_decks()[0].name, "A story");
    let refused = store.open("story", &catalog).expect_err("it is no scenario").to_string();
    assert!(refused.contains("this is a deck, not a scenario"), "{refused}");
    assert!(matches!(store.open_any("own", &[], &catalog), Ok(Opening::Scenario(_))));
    let settings = ["serving.batch_size=7".to_owned()];
    let Ok(Opening::Deck(opened)) = store.open_any("story", &settings, &catalog) else { panic!("no deck") };
    assert!(matches!(opened.origin, Origin::File(_)));
    // The path is relative to the deck, and what is set is set in what it starts from.
    let start = &opened.deck.deck().start;
    assert_eq!((start.name.as_str(), start.scenario.workload.cache_hit_rate), ("Own", 0.5));
    assert_eq!(start.scenario.serving.batch_size, crate::engine::serving::Batch::Requests(7.0));
}

#[test]
fn a_deck_may_write_its_scenario_out_with_a_gpu_of_its_own() {
    let text = "title = \"x\"\n[scenario]\nname = \"Ours\"\n[scenario.gpu]\nid = \"x1\"\nmemory_gb = 400\n\
        bandwidth_tb_s = 20\nbf16_tflops = 5000\n[[step]]\ntitle = \"One\"\nset = { \"hardware.gpu\" = \"h100-sxm\" }\n\
        [[step]]\ntitle = \"Back\"\nset = { \"hardware.gpu\" = \"x1\" }\n";
    let catalog = Catalog::embedded();
    let (document, grown) =
        DeckDocument::parse("x.toml", text, None, &Store::new(None), &[], &catalog).expect("sound");
    let grown = grown.expect("a catalog with one more");
    let [one, back] = document.deck().scenarios().try_into().expect("two steps");
    assert_eq!(grown.gpu(one.hardware.gpu).id, "h100-sxm");
    assert_eq!(grown.gpu(back.hardware.gpu).gpu.memory_bytes, 400e9);
    assert_eq!(document.deck().start.name, "Ours");
    assert_eq!([0, 1].map(|step| document.line_of(step)), [Some(9), Some(12)]);
}

#[test]
fn every_shipped_deck_is_sound_and_each_step_changes_what_it_shows() {
    let world = Arc::new(World::embedded());
    let scenarios: Vec<String> = Store::built_in_entries().into_iter().map(|entry| entry.id).collect();
    let decks = Store::built_in_decks();
    assert_eq!((decks.len(), decks[0].id.as_str()), (4, "tour"));
    for entry in decks {
        let id = entry.id;
        assert!(!scenarios.contains(&id) && entry.summary.ends_with('.'), "{id}");
        let Ok(Opening::Deck(opened)) = Store::new(None).open_any(&id, &[], &world.catalog) else {
            panic!("{id} cannot be opened")
        };
        let deck = opened.deck.deck();
        assert!((6..=10).contains(&deck.steps.len()) && !deck.sources.is_empty(), "{id}");
        let stages = deck.stages(&world);
        for (index, (step, stage)) in deck.steps.iter().zip(&stages).enumerate() {
            let place = format!("{id}, step {}", index + 1);
            assert!(step.title.chars().count() <= 60 && !step.ask.is_empty(), "{place}");
            // What the engine works out is never written down.
            assert!(!step.say.is_empty() && !step.say.contains(['$', '%']), "{place}");
            let moved = |shown: &crate::analysis::deck::stage::Shown| {
                shown.change().is_some_and(|words| words != "no change")
            };
            let compares = index > 0 && step.start.is_none() && !step.set.is_empty();
            assert_eq!(stage.shown.iter().any(moved), compares, "{place}: {:?}", stage.shown);
        }
        for (index, findings) in deck.findings(&stages).into_iter().enumerate() {
            let wrong = findings
                .iter()
                .find(|finding| finding.severity == Severity::Breach || finding.topic == Topic::Step);
            assert_eq!(wrong, None, "{id}, step {}", index + 1);
        }
    }
}
