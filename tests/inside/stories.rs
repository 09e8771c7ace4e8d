//! The views that tell why: what a change costs, what moves a figure, where it comes from, what to do.

use super::harness::{Person, styles, text};
use crate::analysis::answer::Answer;
use crate::analysis::explain::explain;
use crate::app::state::Panel;
use crate::files::settings::ThemeName;
use crate::scenario::ParamId;

/// Sizes of terminals, from the least that shows everything.
const SIZES: [(u16, u16); 5] = [(80, 24), (100, 28), (120, 36), (160, 45), (200, 50)];

#[test]
fn a_comparison_without_a_change_says_how_to_begin() {
    Person::new().keys("6").shows("Nothing has changed yet").shows("b pins the scenario");
}

#[test]
fn a_waterfall_leads_from_before_to_now_over_each_cause() {
    for (columns, rows) in SIZES {
        let person = Person::new().size(columns, rows).keys("Down S-Right Down Down Right 6");
        let screen = person.screen();
        let title = person.row_of("Daily cost: $");
        let row = |words: &str| {
            let mut view = screen.lines().enumerate().skip(usize::from(title));
            let line = view.find(|(_, line)| line.contains(words)).map(|(row, _)| row);
            line.unwrap_or_else(|| panic!("`{words}` is missing at {columns}x{rows}:\n{screen}"))
        };
        let order = ["Daily cost: $", "before", "2k → 8k", "35% → 40%", "now  "].map(row);
        assert!(order.is_sorted(), "{order:?} at {columns}x{rows}:\n{screen}");
        for words in ["Sequence", "Cache hits", "+$", "-$", "per day", "GPUs"] {
            row(words);
        }
    }
}

#[test]
fn enter_on_a_cause_goes_to_its_slider() {
    let person = Person::new().keys("Down S-Right Down Down Right 6 Down Enter");
    assert_eq!(person.app.state.focus, Panel::Sliders);
    assert_eq!(person.app.state.focused(), Some(ParamId::WorkloadCacheHitRate));
}

#[test]
fn an_answer_that_gets_better_is_told_so_and_the_next_answer_is_one_key_away() {
    let person =
        Person::new().size(120, 36).keys("Down Down Down Right 6").shows("Daily cost: $").shows("▼ ");
    let person = person.keys("a").shows("Training cost: ").shows("no effect");
    assert_eq!(person.app.state.answer, Answer::TrainingCost);
}

#[test]
fn what_is_kept_is_named_by_what_it_changes_and_nothing_is_dropped_unasked() {
    let person = Person::new().size(160, 45).keys("Down Right c 6");
    let name = person.app.state.kept[0].name.clone();
    assert!(name.starts_with("+ Sequence "), "{name}");
    let person = person.shows(&name).keys("Esc c").shows("kept already");
    let mut person = person;
    for _ in 0..8 {
        person = person.keys("Right c");
    }
    assert_eq!(person.app.state.kept.len(), 9);
    let first = person.app.state.kept[0].name.clone();
    let person = person.keys("Right c").shows("9 are kept already");
    assert_eq!((person.app.state.kept.len(), &person.app.state.kept[0].name), (9, &first));
    // Rows: one cause, before, then what was kept.
    let person = person.keys("6 Down Down Enter").shows("dropped: ");
    assert_eq!(person.app.state.kept.len(), 8);
    assert_ne!(person.app.state.kept[0].name, first);
}

#[test]
fn a_tornado_names_its_answer_its_signs_and_its_values_in_full() {
    for (columns, rows) in SIZES {
        let person = Person::new().size(columns, rows).keys("4");
        let person = person.shows("What moves the daily cost: $").shows("±10%").shows("its range").shows("┬");
        let screen = person.screen();
        let (start, end) = if columns < 112 {
            (0, usize::from(columns))
        } else {
            (usize::from(columns) / 2, usize::from(columns))
        };
        for line in screen.lines().skip(10).take(usize::from(rows) - 14) {
            let view: String = line.chars().take(end).skip(start).collect();
            assert!(!view.contains('…'), "words are cut at {columns}x{rows}: {view}");
        }
    }
    let person = Person::new().size(120, 36).keys("4 a").shows("What moves the training cost: $");
    let param = Person::new().keys("4 Down Enter").app.state.focused();
    assert!(param.is_some() && person.app.state.focus == Panel::View);
}

#[test]
fn the_explained_figure_is_open_and_an_input_leads_to_its_slider() {
    let person = Person::new().size(120, 36).keys("e").shows("▾ Inference, per day  $");
    let person = person.keys("Down Down").shows("● Requests/day").keys("Enter");
    assert_eq!(person.app.state.focused(), Some(ParamId::WorkloadRequestsPerDay));
    assert_eq!(person.app.state.focus, Panel::Sliders);
}

#[test]
fn a_tree_folds_and_stays_so_while_the_scenario_changes() {
    let person =
        Person::new().size(160, 45).keys("8 Down Enter").lacks("● Cache hits").shows("● Peak / mean");
    let person = person.keys("u U").lacks("● Cache hits").keys("Enter").shows("● Cache hits");
    let person = person.keys("Home Enter").shows("▸ Inference, per day").lacks("● Cache hits");
    person.shows("▸ Training, once").keys("Down Enter").shows("▾ Training, once").shows("final run = ");
}

#[test]
fn a_published_figure_stands_with_the_figure_that_it_is_about_and_sources_have_numbers() {
    let person = Person::at("gpt-4").size(160, 45).keys("8 a").shows("▾ Training, once");
    let person = person.shows("$63M").shows("Derived here: final run ").shows("[1]");
    let person = person.keys("End").shows("▾ Sources");
    let screen = person.screen();
    let listed = screen.lines().filter(|line| line.contains("   [") || line.contains("  [")).count();
    assert!(listed > 3, "{listed} sources:\n{screen}");
}

#[test]
fn in_a_tree_left_and_right_fold_and_move_no_slider() {
    let person =
        Person::new().size(120, 36).keys("8 Down").shows("▾ requests that reach").shows("Cache hits");
    let before = *person.app.state.scenario();
    let person =
        person.keys("Left").shows("▸ requests that reach").keys("Left").shows("▸ requests that reach");
    let person = person.keys("Right Right").shows("▾ requests that reach").keys("9 Left Right");
    assert_eq!(*person.app.state.scenario(), before);
}

#[test]
fn every_answer_is_explained_by_one_figure() {
    let figures = explain(&Person::new().app.state.case, &[]);
    for answer in Answer::ALL {
        let count = figures.iter().filter(|figure| figure.answers.contains(&answer)).count();
        assert_eq!(count, 1, "{answer:?}");
    }
}

#[test]
fn a_criterion_is_answered_by_enter_and_taken_back_by_two_more() {
    let person = Person::new().size(120, 36).keys("9 Down Down Down Down Down Down").shows("(not answered)");
    let answer = |person: &Person| person.app.state.document.scenario.advice.develops_often;
    let person = person.keys("Enter").shows("(your answer)");
    assert_eq!(answer(&person), Some(true));
    let person = person.keys("Enter");
    assert_eq!(answer(&person), Some(false));
    let person = person.keys("Enter").lacks("(your answer)");
    assert_eq!(answer(&person), None);
    // The budget is a number: it has a slider.
    let person = person.keys("Down Down Enter");
    assert_eq!(person.app.state.focused(), Some(ParamId::BudgetTrainingUsd));
}

#[test]
fn apis_of_the_same_size_come_first_and_smaller_ones_are_folded() {
    let person = Person::new().size(120, 60).keys("9 End");
    let order = ["Models of about this size (half to twice)", "Larger models", "Smaller models"]
        .map(|words| person.row_of(words));
    assert!(order.is_sorted(), "{order:?}");
    person.shows("▸ Smaller models").shows("▾ Models of about this size (half to twice)").shows("own from");
    let person = Person::new().size(120, 60).keys("9").shows("your own: $");
    person.shows("No clear focus").shows("API or your own: ");
}

#[test]
fn stories_look_as_approved() {
    for (name, theme, scenario, (columns, rows), keys) in [
        ("compare-120x36", ThemeName::Auto, "default", (120, 36), "Down S-Right Down Down Right c Right 6"),
        ("compare-80x24-mono", ThemeName::Mono, "default", (80, 24), "Down Down Down Right 6"),
        ("sensitivity-100x28", ThemeName::Light, "default", (100, 28), "4 Down"),
        ("explain-120x36", ThemeName::Auto, "gpt-4", (120, 36), "8 a Down"),
        ("advice-160x45", ThemeName::Auto, "default", (160, 45), "9 Down Down Down Down Down Enter"),
    ] {
        let (buffer, _) = Person::at(scenario).size(columns, rows).theme(theme).keys(keys).draw();
        insta::assert_snapshot!(name, format!("{}\n\n{}", text(&buffer), styles(&buffer)));
    }
}
