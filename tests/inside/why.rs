//! Why a change costs or saves: told in the comparison, in what is copied, and where a figure is explained.

use super::harness::Person;
use crate::analysis::answer::Answer;
use crate::analysis::explain::Subject;
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
fn each_figure_is_explained_by_the_line_that_gives_it() {
    for name in ["default", "deepseek-2025", "frontier-moe-blackwell", "long-context-rag", "palm-2"] {
        for key in ["Enter", "e"] {
            let mut row = 0;
            loop {
                let person =
                    Person::at(name).size(160, 45).keys(&format!("Tab Tab Home {}", "Down ".repeat(row)));
                if person.app.state.figure_row < row {
                    break;
                }
                row += 1;
                let state = &person.app.state;
                let Some(subject) = state.panel.subject(state.figure_row) else { continue };
                let person = person.keys(key);
                let state = &person.app.state;
                if person.app.dialog.is_some() {
                    continue;
                }
                assert_eq!(state.content.row_of(subject), Some((state.row, None)), "{name}: {subject:?}");
            }
        }
    }
}

#[test]
fn gpus_at_the_peak_are_explained_where_they_are_counted() {
    let person = Person::new().size(120, 36).keys("Tab Tab Enter");
    let person = person.shows("GPUs at peak = 30 replicas of 2 GPUs = 60");
    let figure = person.app.state.content.row_of(Subject::Of(Answer::DailyCost)).expect("it is there");
    assert!(person.app.state.row > figure.0);
    person.shows("shows where the GPUs at peak come from");
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

#[test]
fn advice_begins_with_what_the_same_traffic_costs_through_an_api() {
    for (columns, rows) in [(80, 24), (100, 28), (120, 36)] {
        let person = Person::new().size(columns, rows).keys("9");
        let told = words(&person, "API or your own: ");
        let place = |words: &str| told.find(words).unwrap_or_else(|| panic!("no {words}: {told}"));
        assert!(place(" costs $") < place(" people (a model of about this size)."), "{told}");
        assert!(place("API or your own: ") < place("No clear focus"), "{told}");
        assert!(told.contains("questions answered, no side has more than half"), "{told}");
    }
}

#[test]
fn the_band_of_enterprises_names_who_published_it() {
    let source = "within the $50k to $500k that enterprises are said to spend (an article on training";
    let advice = Person::new().size(120, 36).keys("9");
    assert!(words(&advice, "API or your own: ").contains(source), "{}", advice.screen());
    let explained = Person::new().size(200, 50).keys("Tab Tab e");
    let explained = explained.shows("a month is within the $50k to $500k that enterprises are said to spend");
    explained.keys("End Enter").shows("] an article on training");
}

#[test]
fn the_star_says_that_only_firm_prices_compete() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 50)] {
        Person::new().size(columns, rows).keys("3").shows("★ cheapest firm price in the target");
    }
}
