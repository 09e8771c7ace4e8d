//! A deck made with keys alone.

use super::harness::Person;
use crate::analysis::answer::Answer;
use crate::analysis::deck::ViewName;
use crate::catalog::Catalog;
use crate::files::store::{Opening, Store};
use crate::views::{LIVE, VIEWS};

/// The headlines of the deck that is being made.
fn titles(person: &Person) -> Vec<String> {
    let draft = person.app.state.draft.as_ref().expect("a deck");
    draft.document.deck().steps.iter().map(|step| step.title.clone()).collect()
}

#[test]
fn a_view_of_a_step_is_a_view_of_the_explorer() {
    let mut titles: Vec<String> = VIEWS.iter().map(|view| view.title.to_lowercase()).collect();
    // What an engine does now is in no deck.
    assert_eq!(titles.remove(LIVE), "live");
    assert_eq!(titles, ViewName::IDS);
}

#[test]
fn an_hours_exploring_becomes_a_deck_with_keys_alone() {
    let person = Person::new().size(100, 28).keys("D").shows("d adds what is on the screen to a new deck");
    let person = person.keys("Esc d").shows("step 1: Where we are; D lists all");
    // The cache first, then the batch, in a view.
    let person = person.keys("Down Down Down Right d").shows("step 2: Cache hits 35% to 40%");
    let person = person.keys("Up Right 5 d").shows("step 3: Batch 32 to ");
    assert_eq!(titles(&person).len(), 3);
    let person = person.keys("D").shows("Steps of the deck").shows("not saved yet");
    // The batch before the cache, and another headline for it.
    let person = person.keys("Left r C-u text:Share_the_weights Enter").shows("  2  Share the weights");
    assert_eq!(titles(&person), ["Where we are", "Share the weights", "Cache hits 35% to 40%"]);
    let person = person.keys("s C-u text:For_the_board Enter").shows("saved as");
    let store = Store::new(Some(person.directory.path().to_owned()));
    let Ok(Opening::Deck(opened)) = store.open_any("for-the-board", &[], &Catalog::embedded()) else {
        panic!("no deck")
    };
    let deck = opened.deck.deck();
    assert_eq!(deck.title, "For the board");
    assert_eq!(deck.steps[1].view, Some(ViewName::Frontier));
    // The last step is what was last on the screen, whatever the order.
    assert_eq!(deck.scenarios()[2], person.app.state.document.scenario);
    // Going to the first step is a change like any other.
    let person = person.keys("Up Up Enter").shows("step 1: Where we are");
    assert_eq!(person.app.state.document.scenario, person.app.state.preset);
}

#[test]
fn a_step_that_changes_nothing_is_called_by_what_it_shows() {
    let person = Person::new().keys("d 2 d 4 d 6 d d 8 d");
    let expected = [
        "Where we are",
        "What each lever would save",
        "What moves the daily cost most",
        "Where we are",
        "Where the daily cost comes from",
    ];
    assert_eq!(titles(&person), expected);
    // With nothing to compare, the view that compares is left out.
    let views = |person: &Person| {
        let draft = person.app.state.draft.as_ref().expect("a deck");
        draft.document.deck().steps.iter().map(|step| step.view).collect::<Vec<_>>()
    };
    assert_eq!(views(&person)[3], None);
    let person = person.keys("0 Esc Right 6 d");
    assert_eq!(views(&person)[5], Some(ViewName::Compare));
}

#[test]
fn a_step_without_a_change_is_questioned_and_added_when_asked_for_again() {
    let person =
        Person::new().keys("d d").shows("nothing has changed since step 1: d again adds it all the same");
    assert_eq!(titles(&person).len(), 1);
    // A change in between is a step like any other.
    let person = person.keys("Right d").shows("step 2: ").keys("d");
    assert_eq!(titles(&person).len(), 2);
    let person = person.keys("d").shows("step 3: ");
    assert_eq!(titles(&person).len(), 3);
}

#[test]
fn a_note_and_figures_are_given_to_a_step_with_keys() {
    let steps = |person: &Person| {
        let draft = person.app.state.draft.as_ref().expect("a deck");
        (draft.document.deck().steps.clone(), draft.is_saved)
    };
    let person = Person::new().keys("d Right d D s Enter").shows("saved as");
    let person = person.keys("Up n text:Say_this Enter");
    assert_eq!((steps(&person).0[0].say.as_str(), steps(&person).1), ("Say this", false));
    let person = person.keys("n text:! Esc n").shows("note Say this").keys("Esc");
    // The cost of a day is shown already; training and the share beside it, and one more in the place of the last.
    let person =
        person.keys("f").shows("[1] Daily cost").keys("Down Space Down Space").shows("[3] Inference share");
    let person = person.keys("Down Space Enter");
    assert_eq!(steps(&person).0[0].show, [Answer::DailyCost, Answer::TrainingCost, Answer::Ttft]);
    // The last one stays.
    let person = person.keys("f Space Down Space Down Down Space Enter");
    assert_eq!(steps(&person).0[0].show, [Answer::Ttft]);
    assert_eq!(steps(&person).0[1].show, [Answer::DailyCost]);
}

#[test]
fn a_step_is_replaced_by_what_is_on_the_screen() {
    let person = Person::new().keys("d Down Down Down Right d Right d");
    assert_eq!(titles(&person)[1..], ["Cache hits 35% to 40%", "Cache hits 40% to 45%"]);
    let person = person.keys("D Up n text:Mine Enter u").shows("replace it by what is on the screen?");
    let person = person.keys("n");
    assert_eq!(titles(&person)[1], "Cache hits 35% to 40%");
    let person = person.keys("u y");
    assert_eq!(titles(&person)[1], "Cache hits 35% to 45%");
    // What a person wrote is kept.
    let person = person.keys("r text:Mine Enter Esc Right D Up u y");
    let draft = person.app.state.draft.as_ref().expect("a deck");
    let deck = draft.document.deck();
    assert_eq!((deck.steps[1].title.as_str(), deck.steps[1].say.as_str()), ("Mine", "Mine"));
    assert_eq!(deck.scenarios()[1], person.app.state.document.scenario);
}

#[test]
fn a_step_is_deleted_when_that_is_confirmed_and_the_last_one_stays() {
    let person = Person::new().keys("d Right d D x").shows("delete this step?");
    let person = person.keys("n");
    assert_eq!(titles(&person).len(), 2);
    let person = person.keys("x y x").lacks("delete this step?");
    assert_eq!(titles(&person), ["Where we are"]);
}

#[test]
fn a_deck_is_not_lost_by_quitting_nor_saved_over_another() {
    let person = Person::new().keys("d q").shows("(1 step) is not saved.").lacks("has changed");
    // What a step has is kept with the deck, and not what was changed after it.
    let person = person.keys("Esc Right d q").shows("(2 steps) is not saved.").lacks("has changed");
    let person =
        person.keys("Esc Right q").shows("(2 steps) is not saved.").shows("has changed since its last step.");
    let person = person.keys("Esc u q").lacks("has changed");
    assert!(!person.app.state.done);
    let person = person.keys("s");
    assert!(person.app.state.done && person.app.state.draft.as_ref().is_some_and(|draft| draft.is_saved));
    let file = person.directory.path().join("taken.toml");
    std::fs::write(&file, "# somebody's\n").expect("written");
    let person = person.keys("D s C-u text:taken Enter").shows("it already exists; replace it?").keys("n");
    assert_eq!(std::fs::read_to_string(&file).expect("a text"), "# somebody's\n");
    let person = person.keys("s C-u text:taken Enter y").shows("saved as");
    assert!(std::fs::read_to_string(&file).expect("a text").contains("title = \"taken\""));
    drop(person);
}

/// What a file of the person's own holds.
fn text(person: &Person, name: &str) -> String {
    std::fs::read_to_string(person.directory.path().join(name)).expect("a text")
}

#[test]
fn a_saved_deck_is_gone_on_with_and_keeps_what_a_person_wrote_into_it() {
    let person = Person::new().size(100, 28).keys("d Right d D s C-u text:Ours Enter").shows("saved as");
    // Comments that are written by hand in the meantime, and those that were there before.
    let file = person.directory.path().join("ours.toml");
    let commented = format!("# For the board.\n{}# The end.\n", text(&person, "ours.toml"));
    std::fs::write(&file, &commented).expect("written");
    let person = person.keys("r C-u text:More Enter s Enter").shows("saved as");
    let kept = text(&person, "ours.toml");
    assert!(kept.starts_with("# For the board.\n") && kept.ends_with("# The end.\n"), "{kept}");
    assert!(kept.contains("title = \"More\""), "{kept}");
    // Another deck, and this one again: its file is its own.
    let person =
        person.keys("p text:tour Enter").shows("GPT-4: a frontier model costs").shows("as it was opened");
    let person = person.keys("x y p").shows("it is not saved; leave it?").keys("n p y text:ours Enter Down");
    let person = person.shows("  2  More").keys("x y s Enter").shows("saved as");
    let kept = text(&person, "ours.toml");
    assert!(kept.starts_with("# For the board.\n") && !kept.contains("More"), "{kept}");
    // What says something else by now is not written over unasked.
    std::fs::write(&file, kept.replace("Where we are", "Where we stand")).expect("written");
    let person = person.keys("r C-u text:Here Enter s Enter").shows("its file was changed meanwhile");
    let person = person.keys("n");
    assert!(text(&person, "ours.toml").contains("Where we stand"));
    let person = person.keys("s Enter y").shows("saved as");
    assert!(text(&person, "ours.toml").contains("title = \"Here\""));
}

#[test]
fn what_is_typed_replaces_a_title_and_other_keys_edit_it() {
    let person = Person::new().size(100, 28).keys("d D r text:Now Enter").shows("  1  Now");
    let person = person.keys("r Left text:o Enter").shows("  1  Noow");
    let person = person.keys("r End Backspace Enter").shows("  1  Noo").lacks("Noow");
    let person = person.keys("s text:Ours Enter").shows("ours.toml");
    person.keys("s text:/ Enter text:Others Enter").shows("others.toml");
}

/// A deck as the command line opens it.
fn editing(name: &str) -> Person {
    let mut person = Person::new().size(100, 28);
    let world = crate::analysis::case::World::embedded();
    let store = person.app.state.store.clone();
    let Ok(Opening::Deck(opened)) = store.open_any(name, &[], &world.catalog) else { panic!("no deck") };
    person.app = crate::app::App::editing(world, store, opened.deck, &opened.origin);
    person
}

#[test]
fn a_step_that_is_added_to_an_opened_deck_builds_on_its_last() {
    for name in ["cache", "tour", "build-or-buy"] {
        let person = editing(name);
        let before = titles(&person).len();
        let person = person.keys("Esc q");
        assert!(person.app.state.done, "{name}: nothing was changed");
        let person = editing(name).keys("Esc / text:cache_hits Enter Right d");
        let draft = person.app.state.draft.as_ref().expect("a deck");
        let steps = &draft.document.deck().steps;
        assert_eq!(steps.len(), before + 1);
        let set: Vec<&str> = steps[before].set.iter().map(|(param, _)| param.path).collect();
        assert_eq!(set, ["workload.cache_hit_rate"], "{name}");
        assert!(steps[before].start.is_none(), "{name}");
    }
}

#[test]
fn a_deck_that_lies_elsewhere_is_saved_where_it_lies() {
    let elsewhere = tempfile::tempdir().expect("a temporary directory");
    let file = elsewhere.path().join("story.toml");
    std::fs::write(&file, "# kept\ntitle = \"A story\"\n[[step]]\ntitle = \"One\"\n").expect("written");
    let mut person = Person::new().size(100, 28);
    let world = crate::analysis::case::World::embedded();
    let store = person.app.state.store.clone();
    let Ok(Opening::Deck(opened)) = store.open_any(&file.display().to_string(), &[], &world.catalog) else {
        panic!("no deck")
    };
    person.app = crate::app::App::editing(world, store, opened.deck, &opened.origin);
    let person = person.shows("  1  One").keys("r C-u text:First Enter s C-u text:Another_title Enter");
    let person = person.shows("saved as");
    let saved = std::fs::read_to_string(&file).expect("a text");
    assert_eq!(saved, "# kept\ntitle = \"Another title\"\n[[step]]\ntitle = \"First\"\n");
    assert_eq!(std::fs::read_dir(person.directory.path()).expect("a directory").count(), 0);
}
