//! Decks as they are written: what a person wrote stays, and what is saved loads identical.

use std::fs;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use crate::analysis::answer::Answer;
use crate::analysis::case::{Case, World};
use crate::analysis::deck::{Deck, Step, ViewName};
use crate::catalog::Catalog;
use crate::files::deck::DeckDocument;
use crate::files::document::Document;
use crate::files::store::{Opening, Origin, Store};
use crate::scenario::ParamId;
use crate::scenario::value::Value;

/// The built-in facts and constants, read once.
static WORLD: LazyLock<Arc<World>> = LazyLock::new(|| Arc::new(World::embedded()));

/// A deck that somebody keeps by hand.
const COMMENTED: &str = "\
# For the board, in March.
format = 1
title = \"Cache, then move\" # ours
scenario = \"default\"            # or a file

# The first picture.
[[step]]
title = \"Where we are\"
show = [\"daily_usd\", \"split\"]
say = \"60 GPUs, most of them for the evening peak.\"

# What the cache does.
[[step]]
title = \"Cache 40% of answers\"   # as agreed
set = { \"workload.cache_hit_rate\" = \"40%\", serving.batch_size = 64 } # each step builds on the one before
paid_with = [\"ttft_ms\"]

# Last, the hardware.
[[step]]
title = \"Move to H200\"
view = \"compare\"
[step.set]
hardware.gpu = \"h200-sxm\" # from March on
";

fn store() -> Store {
    Store::new(None)
}

fn read(text: &str, catalog: &Catalog) -> DeckDocument {
    let read = DeckDocument::parse("deck.toml", text, None, &store(), &[], catalog);
    read.unwrap_or_else(|error| panic!("{error}\n{text}")).0
}

/// The text once something was done to the deck, which must read back as it is.
fn changed(text: &str, change: impl FnOnce(&mut DeckDocument)) -> String {
    let mut document = read(text, &WORLD.catalog);
    change(&mut document);
    let written = document.to_toml(None, &store(), &WORLD.catalog).expect("it can be read again");
    assert_eq!(read(&written, &WORLD.catalog).deck(), document.deck(), "{written}");
    written
}

/// The three steps of [`COMMENTED`] and what stands before them.
fn parts() -> [&'static str; 4] {
    let place = |words: &str| COMMENTED.find(words).expect("it is there");
    let [one, two, three] = ["\n# The first", "\n# What the", "\n# Last,"].map(place);
    [&COMMENTED[..one], &COMMENTED[one..two], &COMMENTED[two..three], &COMMENTED[three..]]
}

#[test]
fn what_is_not_changed_of_a_deck_is_not_touched() {
    assert_eq!(changed(COMMENTED, |_| {}), COMMENTED);
    let windows = COMMENTED.replace('\n', "\r\n");
    let renamed = changed(&windows, |deck| deck.rename("Cache first"));
    assert_eq!(renamed, windows.replace("\"Cache, then move\"", "\"Cache first\""));
}

#[test]
fn a_changed_step_keeps_its_order_and_its_comments() {
    let written = changed(COMMENTED, |deck| {
        let step = deck.step_mut(1).expect("a step");
        step.title = "Cache half of them".to_owned();
        step.set = vec![
            (ParamId::WorkloadCacheHitRate, Value::Number(0.5)),
            (ParamId::WorkloadPeakToMean, Value::Number(2.0)),
        ];
        step.set.sort_by_key(|(param, _)| *param);
        step.paid_with.push(Answer::Tpot);
        deck.step_mut(2).expect("a step").set[0].1 =
            Value::Gpu(WORLD.catalog.gpu_id("b200-sxm").expect("an accelerator"));
        deck.step_mut(0).expect("a step").say = String::new();
    });
    let expected = COMMENTED
        .replace("\"Cache 40% of answers\"", "\"Cache half of them\"")
        .replace("\"40%\", serving.batch_size = 64 }", "\"50%\", \"workload.peak_to_mean\" = 2 }")
        .replace("[\"ttft_ms\"]", "[\"ttft_ms\", \"tpot_ms\"]")
        .replace("h200-sxm", "b200-sxm")
        .replace("say = \"60 GPUs, most of them for the evening peak.\"\n", "");
    assert_eq!(written, expected);
}

#[test]
fn a_moved_or_deleted_step_takes_its_comments_along() {
    let [head, one, two, three] = parts();
    assert_eq!(changed(COMMENTED, |deck| deck.move_to(2, 0)), [head, three, one, two].concat());
    assert_eq!(changed(COMMENTED, |deck| deck.remove(1)), [head, one, three].concat());
    let added = changed(COMMENTED, |deck| deck.insert(1, Step::new("Between")));
    assert_eq!(added, [head, one, "\n[[step]]\ntitle = \"Between\"\n", two, three].concat());
}

#[test]
fn a_list_of_steps_in_line_can_be_changed_too() {
    let text = "title = \"x\" # ours\nstep = [{ title = \"one\" }, { title = \"two\", set = { serving.batch_size = 8 } }]\n";
    assert_eq!(changed(text, |_| {}), text);
    let moved = changed(text, |deck| deck.move_to(1, 0));
    assert!(moved.starts_with("title = \"x\" # ours\n"), "{moved}");
}

#[test]
fn a_deck_is_made_while_exploring() {
    let catalog = &WORLD.catalog;
    let opened = store().open("default", catalog).expect("the default scenario");
    let mut deck = DeckDocument::new("A first story", &opened.document, &opened.origin);
    let start = Case::new(&WORLD, opened.document.scenario);
    let add = |deck: &mut DeckDocument, now: &Case, show: &[Answer]| {
        let step = Step { show: show.to_vec(), ..Step::new("") };
        deck.add(&opened.document, &opened.origin, now, step);
    };
    add(&mut deck, &start, &[Answer::DailyCost, Answer::InferenceShare]);
    let cached = start.of(start.changed(|scenario| scenario.workload.cache_hit_rate = 0.4));
    add(&mut deck, &cached, &[Answer::DailyCost]);
    let expected = "format = 1\ntitle = \"A first story\"\nscenario = \"default\"\n\
        \n[[step]]\ntitle = \"Where we are\"\nshow = [\"daily_usd\", \"inference_share\"]\n\
        \n[[step]]\ntitle = \"Cache hits 35% to 40%\"\nset = { \"workload.cache_hit_rate\" = 0.4 }\nshow = [\"daily_usd\"]\nask = [\"workload.cache_hit_rate\"]\n";
    let text = deck.to_toml(None, &store(), catalog).expect("it can be read again");
    assert_eq!(text, expected);
    assert_eq!(deck.deck().scenarios(), [start.scenario, cached.scenario]);

    // Another scenario is opened, and the story goes on from there.
    let other = store().open("gpt-4", catalog).expect("a scenario");
    let now = Case::new(&WORLD, other.document.scenario);
    deck.add(&other.document, &other.origin, &now, Step::new(""));
    let step = &deck.deck().steps[2];
    assert_eq!((step.title.as_str(), step.set.len()), ("GPT-4 as rumored", 0));
    assert_eq!(deck.deck().scenarios()[2], now.scenario);
    let text = deck.to_toml(None, &store(), catalog).expect("it can be read again");
    assert!(text.ends_with("title = \"GPT-4 as rumored\"\nscenario = \"gpt-4\"\n"), "{text}");
}

#[test]
fn a_deck_is_saved_beside_scenarios_and_never_over_another_unasked() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let elsewhere = tempfile::tempdir().expect("another");
    let store = Store::new(Some(directory.path().to_owned()));
    let catalog = &WORLD.catalog;
    let file = elsewhere.path().join("story.toml");
    fs::write(elsewhere.path().join("own.toml"), "[workload]\ncache_hit_rate = 0.5\n").expect("written");
    fs::write(&file, COMMENTED.replace("\"default\"", "\"own.toml\"")).expect("written");
    let open = |name: &str| match store.open_any(name, &[], catalog) {
        Ok(Opening::Deck(opened)) => opened,
        other => panic!("no deck: {other:?}"),
    };
    let opened = open(&file.display().to_string());
    let path = store.new_file(&opened.deck.deck().title, &Catalog::embedded()).expect("a name");
    assert_eq!(path, directory.path().join("cache-then-move.toml"));
    let saved = store.save_deck(&path, &opened.deck, catalog, false).expect("saved");
    assert_eq!(saved.deck().scenarios(), opened.deck.deck().scenarios());
    // What was relative to the old folder still leads to the same scenario.
    let again = open("cache-then-move");
    assert_eq!(again.origin, Origin::File(path.clone()));
    assert_eq!(again.deck.deck().scenarios(), opened.deck.deck().scenarios());
    assert!(fs::read_to_string(&path).expect("a text").contains("# or a file\n"));
    store.save_deck(&path, &again.deck, catalog, false).expect_err("it exists");
    store.save_deck(&path, &again.deck, catalog, true).expect("overwritten when asked");
}

#[test]
fn what_could_not_be_read_again_is_not_saved() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let store = Store::new(Some(directory.path().to_owned()));
    let mut deck = read(COMMENTED, &WORLD.catalog);
    let share = |param| Step { set: vec![(param, Value::Number(0.6))], ..Step::new("Share") };
    deck.insert(0, share(ParamId::ServingSpotShare));
    deck.insert(3, share(ParamId::ServingOwnedShare));
    let path = store.new_file("shares", &Catalog::embedded()).expect("a name");
    let refused =
        store.save_deck(&path, &deck, &WORLD.catalog, false).expect_err("more than all").to_string();
    assert!(refused.contains("add up to 120%"), "{refused}");
    assert_eq!(fs::read_dir(directory.path()).expect("a directory").count(), 0);
}

/// Words as people write them, and signs that TOML has a meaning for.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9äß客 \"'\\\\#=\\[\\]{},.$%-]{0,20}[a-z]"
}

/// Some of a list, each once.
fn some<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>, most: usize) -> impl Strategy<Value = Vec<T>> {
    proptest::sample::subsequence(all, 0..=most)
}

fn step() -> impl Strategy<Value = Step> {
    let setting = (0..ParamId::ALL.len(), 0.0..1.0_f64);
    let sets = proptest::collection::vec(setting, 0..4);
    let lists = (
        some(Answer::ALL.to_vec(), 3),
        some(Answer::ALL.to_vec(), 3),
        some(ParamId::ALL.to_vec(), 6),
        some(vec!["gpt-4-leak".to_owned(), "inference_share_aws".to_owned()], 2),
        proptest::collection::vec(words(), 0..3),
    );
    let view = proptest::option::of(proptest::sample::select(ViewName::ALL));
    let say = proptest::collection::vec(words(), 0..3).prop_map(|lines| lines.join("\n"));
    (words(), sets, lists, view, say).prop_map(|(title, sets, lists, view, say)| {
        let mut set: Vec<(ParamId, Value)> = Vec::new();
        for (index, fraction) in sets {
            let param = ParamId::ALL[index];
            // No deck may state shares that add up to more than everything.
            let is_free = !param.path.contains("share") && set.iter().all(|(other, _)| *other != param);
            let value = param.at_fraction(fraction, &WORLD.catalog).filter(|_| is_free);
            set.extend(value.map(|value| (param, value)));
        }
        set.sort_by_key(|(param, _)| *param);
        let (show, paid_with, ask, claims, sources) = lists;
        Step { title, start: None, set, show, paid_with, view, ask, claims, sources, say }
    })
}

/// What may be done to a deck.
#[derive(Debug, Clone)]
enum Deed {
    Insert(usize, Box<Step>),
    Replace(usize, Box<Step>),
    Move(usize, usize),
    Remove(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        (0..9_usize, step()).prop_map(|(at, step)| Deed::Insert(at, Box::new(step))),
        (0..9_usize, step()).prop_map(|(at, step)| Deed::Replace(at, Box::new(step))),
        (0..9_usize, 0..9_usize).prop_map(|(from, to)| Deed::Move(from, to)),
        (0..9_usize).prop_map(Deed::Remove),
    ]
}

fn same(one: &Deck, other: &Deck) -> Result<(), TestCaseError> {
    prop_assert_eq!(&one.steps, &other.steps);
    prop_assert_eq!((&one.title, &one.summary, &one.sources), (&other.title, &other.summary, &other.sources));
    prop_assert_eq!(one.scenarios(), other.scenarios());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_file_holds_it_is_read_or_refused_in_words(
        cuts in proptest::collection::vec((0.0..1.0_f64, 0..12_usize, "[\\PC\n\"\\[\\]{}=,]{0,4}"), 1..4),
    ) {
        let mut text = COMMENTED.to_owned();
        for (at, length, other) in cuts {
            let place = |index: usize| text.char_indices().nth(index).map_or(text.len(), |(byte, _)| byte);
            let first = (at * text.chars().count() as f64) as usize;
            let span = place(first)..place(first + length);
            text.replace_range(span, &other);
        }
        match DeckDocument::parse("deck.toml", &text, None, &store(), &[], &WORLD.catalog) {
            // What can be read can be written again.
            Ok((document, _)) => {
                let written = document.to_toml(None, &store(), &WORLD.catalog).expect("sound");
                // But for the end of the last line.
                prop_assert_eq!(written.trim_end(), text.trim_end());
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn what_is_saved_of_a_deck_loads_identical_new_or_edited(
        title in words(),
        cache in 0.0..0.99_f64,
        steps in proptest::collection::vec(step(), 1..5),
        deeds in proptest::collection::vec(deed(), 0..5),
        written_out in any::<bool>(),
    ) {
        let catalog = &WORLD.catalog;
        let mut document = Document::new("Ours", catalog);
        let mut origin = Origin::BuiltIn("default".to_owned());
        if written_out {
            document.scenario.workload.cache_hit_rate = cache;
            origin = Origin::StandardInput;
        } else {
            document = store().open("default", catalog).expect("a scenario").document;
        }
        let mut deck = DeckDocument::new(&title, &document, &origin);
        for (index, step) in steps.into_iter().enumerate() {
            deck.insert(index, step);
        }
        let text = format!("# kept\n{}", deck.to_toml(None, &store(), catalog).expect("sound"));
        let mut again = read(&text, catalog);
        same(again.deck(), deck.deck())?;
        prop_assert_eq!(&again.to_toml(None, &store(), catalog).expect("sound"), &text, "saving again changes nothing");
        for deed in deeds {
            match deed {
                Deed::Insert(at, step) => again.insert(at, *step),
                Deed::Replace(at, step) => again.step_mut(at).into_iter().for_each(|old| *old = (*step).clone()),
                Deed::Move(from, to) => again.move_to(from, to),
                Deed::Remove(at) if again.deck().steps.len() > 1 => again.remove(at),
                Deed::Remove(_) => {}
            }
        }
        let edited = again.to_toml(None, &store(), catalog).expect("sound");
        prop_assert!(edited.starts_with("# kept\n"), "it was written new\n{}", edited);
        same(read(&edited, catalog).deck(), again.deck())?;
    }
}
