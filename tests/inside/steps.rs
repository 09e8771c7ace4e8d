//! A deck made with keys alone.

use super::harness::Person;
use crate::analysis::deck::ViewName;
use crate::catalog::Catalog;
use crate::files::store::{Opening, Store};
use crate::views::VIEWS;

/// The headlines of the deck that is being made.
fn titles(person: &Person) -> Vec<String> {
    let draft = person.app.state.draft.as_ref().expect("a deck");
    draft.document.deck().steps.iter().map(|step| step.title.clone()).collect()
}

#[test]
fn a_view_of_a_step_is_a_view_of_the_explorer() {
    let titles: Vec<String> = VIEWS.iter().map(|view| view.title.to_lowercase()).collect();
    assert_eq!(titles, ViewName::IDS);
}

#[test]
fn an_hours_exploring_becomes_a_deck_with_keys_alone() {
    let person = Person::new().size(100, 28).keys("D").shows("no step yet: d adds");
    let person = person.keys("d").shows("step 1: Where we are; D lists all");
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
fn a_step_is_deleted_when_that_is_confirmed_and_the_last_one_stays() {
    let person = Person::new().keys("d Right d D x").shows("delete this step?");
    let person = person.keys("n");
    assert_eq!(titles(&person).len(), 2);
    let person = person.keys("x y x").lacks("delete this step?");
    assert_eq!(titles(&person), ["Where we are"]);
}

#[test]
fn a_deck_is_not_lost_by_quitting_nor_saved_over_another() {
    let person = Person::new().keys("d q").shows("The deck is not saved.");
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
