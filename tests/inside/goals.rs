//! Goals: which ways there are to a figure, in which order, and what is said of those that stop short.

use super::harness::Person;
use crate::analysis::answer::Answer;
use crate::scenario::ParamId;

/// The rows of the open dialog, from that with these words on.
fn rows(person: &Person) -> Vec<String> {
    let at = usize::from(person.row_of("Make the"));
    let screen = person.screen();
    let inside = screen.lines().skip(at + 3).take_while(|line| !line.contains("Enter set"));
    inside.map(|line| line.trim_matches(['│', ' ']).to_owned()).collect()
}

#[test]
fn a_goal_is_reached_by_hardware_and_prices_before_demand_and_last_by_a_smaller_model() {
    let person = Person::new().size(120, 36).keys("g text:$2,000");
    let rows = rows(&person);
    let place =
        |name: &str| rows.iter().position(|row| row.starts_with(name)).unwrap_or_else(|| panic!("{rows:?}"));
    assert!(place("Cache hits") < place("Requests/day"));
    // Nobody chooses what a seller asks.
    assert!(rows.last().is_some_and(|row| row.starts_with("Serving price")), "{rows:?}");
    assert!(rows[0].contains("→"), "{rows:?}");
    let mut others =
        rows.iter().filter(|row| !row.contains("a weak price") && !row.contains("if a seller agrees"));
    assert!(others.next_back().is_some_and(|row| row.starts_with("Parameters")), "{rows:?}");
    assert!(rows.len() >= 6, "{rows:?}");
}

#[test]
fn what_stops_short_of_a_goal_says_why() {
    let person = Person::new().size(120, 36).keys("g text:$2,000");
    let to = rows(&person).iter().position(|row| row.starts_with("Cache hits")).expect("a way");
    let person = person.keys(&"Down ".repeat(to));
    person.shows(", not to $2,000: ").shows("whole replicas");
}

#[test]
fn what_reaches_a_goal_stands_before_what_comes_near_and_a_weak_price_after_all_others() {
    for target in ["$1,500", "$2,000", "$3,000", "$4,500"] {
        let person = Person::new().size(120, 50).keys(&format!("g text:{target}"));
        let (sold, rows): (Vec<String>, Vec<String>) =
            rows(&person).into_iter().partition(|row| row.contains("if a seller agrees"));
        assert!(!sold.is_empty() && sold.iter().all(|row| row.contains(&format!(" {target} "))), "{sold:?}");
        let is_weak: Vec<bool> = rows.iter().map(|row| row.contains("a weak price")).collect();
        assert!(!is_weak[0] && is_weak.is_sorted(), "{target}: {rows:?}");
        // What changes nothing for users: exact ones, marked by the very figure, come first.
        let alike = rows.iter().zip(&is_weak).filter(|(row, is_weak)| {
            !**is_weak && ["GPU", "Batch", "Cache hits"].iter().any(|name| row.starts_with(name))
        });
        let is_short: Vec<bool> = alike.map(|(row, _)| !row.contains(&format!(" {target} "))).collect();
        assert!(is_short.is_sorted(), "{target}: {rows:?}");
        person.lacks("no choice comes nearer");
    }
}

#[test]
fn a_price_that_is_set_by_hand_stays_with_its_accelerator_in_a_goal() {
    let person = Person::new().size(120, 50).keys("/ text:price Enter Enter text:2.50 Enter g text:$2,000");
    let own = person.app.state.case.serving_gpu().slider_name();
    assert!(rows(&person).iter().all(|row| !row.contains(&format!("{own} → {own}"))));
}

#[test]
fn enter_says_what_was_done_and_goes_to_what_was_moved() {
    let person = Person::new().size(120, 36).keys("g text:$2,000 Down Enter");
    let param = person.app.state.focused().expect("a slider has the focus");
    assert_ne!(param, ParamId::ModelSize);
    assert!(person.figure(Answer::DailyCost) <= 2000.0 * 1.000_001);
    let person = person.shows(&format!("done: {}", param.label)).shows("daily cost $");
    // It is one step of undo.
    let undone = person.keys("u");
    assert_eq!(undone.app.state.document.scenario, undone.app.state.preset);
}

#[test]
fn what_is_out_of_reach_says_so_and_cannot_be_chosen() {
    let person = Person::new().size(120, 36).keys("g text:$1").shows("no single change").lacks("another way");
    assert!(rows(&person).iter().all(|row| row.contains("out of reach")));
    let person = person.keys("Down Enter");
    assert!(person.app.dialog.is_some() && !person.app.state.is_preview());
    // What is typed next is another goal.
    person.keys("text:$4,000").shows("cost $4,000").shows("another way");
    Person::new().keys("g").lacks("another way");
}

#[test]
fn a_goal_that_is_met_already_says_so_and_offers_what_saves_within_it() {
    let person = Person::new().size(120, 36).keys("g Tab Tab Tab text:2s");
    let person = person.shows("Make the time to first token").shows("already better than 2 s");
    let found = rows(&person);
    assert!(!found.is_empty() && found.iter().all(|row| row.contains("saves $")), "{found:?}");
    let before = Person::new().figure(Answer::DailyCost);
    let person = person.keys("Enter");
    assert!(person.figure(Answer::DailyCost) < before && person.figure(Answer::Ttft) <= 2000.0);
}

#[test]
fn what_a_way_asks_is_not_cut() {
    for (columns, rows_of_it) in [(80, 24), (100, 28), (120, 36)] {
        let person = Person::new().size(columns, rows_of_it).keys("g text:2000");
        let cut: Vec<String> = rows(&person).into_iter().filter(|row| row.ends_with('…')).collect();
        assert!(cut.is_empty(), "{cut:?}");
    }
}

#[test]
fn levers_that_reach_a_goal_are_among_its_ways() {
    let found = rows(&Person::new().size(120, 50).keys("g text:4500"));
    let place = |name: &str| found.iter().position(|row| row.starts_with(name));
    let lever = place("Reserve for").unwrap_or_else(|| panic!("{found:?}"));
    assert!(Some(lever) < place("Parameters"), "{found:?}");
}

#[test]
fn an_example_of_a_goal_fits_the_figure() {
    let person = Person::new().size(120, 36).keys("g");
    person.shows("now $5,746; type what it should be, as $4,000");
    let mut person = Person::new().size(120, 36).keys("g");
    while !person.screen().contains("cost per request") {
        person = person.keys("Tab");
    }
    person.shows(", as $0.001");
}
