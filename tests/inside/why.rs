//! Why a change costs or saves: told in the comparison, in what is copied, and where a figure is explained.

use super::harness::Person;
use crate::app::state::Effect;

/// The batch of the first scenario, larger than it was pinned.
fn batch() -> Person {
    Person::new().keys("b Down Down Right Right Right")
}

/// The words of the panel in which these stand, from there on and however they are wrapped.
fn words(person: &Person, from: &str) -> String {
    let screen = person.screen();
    let rows: Vec<Vec<&str>> = screen.lines().map(|row| row.split('│').collect()).collect();
    let place = |row: &Vec<&str>| row.iter().position(|part| part.contains(from));
    let panel = rows.iter().find_map(place).unwrap_or_else(|| panic!("no {from}:\n{screen}"));
    let rows = rows.iter().skip_while(|row| place(row).is_none()).filter_map(|row| row.get(panel));
    rows.flat_map(|row| row.split_whitespace()).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_comparison_says_why_at_every_size() {
    for (columns, rows) in [(80, 24), (100, 28), (120, 36), (160, 45), (200, 50)] {
        let person = batch().size(columns, rows).keys("6");
        let told = words(&person, "Daily cost: $");
        assert!(
            told.contains("With 96 requests at once on a replica instead of 32, each GPU gives "),
            "{told}"
        );
        assert!(told.contains(" GPUs serve the peak instead of 60."), "{columns}x{rows}: {told}");
    }
}

#[test]
fn headings_of_the_comparison_are_whole_words() {
    let person = batch().size(80, 24).keys("6");
    let rows: Vec<String> = person.screen().lines().map(str::to_owned).collect();
    let upper = rows.iter().position(|row| row.contains("first")).expect("a heading");
    assert!(rows[upper].contains("each") && rows[upper + 1].contains("token   token"), "{rows:#?}");
    batch().size(160, 45).keys("6").shows("tok/s a GPU");
}

#[test]
fn an_explained_cost_says_why_it_is_another_than_before() {
    let person = batch().size(120, 36).keys("e");
    assert!(words(&person, "it was $").contains("it was $5,746 and is $"), "{}", person.screen());
    person.shows("output tokens/s of a busy GPU: 553 to");
    Person::new().size(120, 36).keys("e").lacks("it was $");
}

#[test]
fn what_is_copied_says_why() {
    let person = batch().keys("y");
    let copied = person.app.state.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.expect("something was copied");
    assert!(copied.contains("why a day of inference costs less: With "), "{copied}");
    assert!(!copied.contains("why training"), "{copied}");
}
