//! Values that are typed: the unit of the slider, refusals, and what comes after one.

use super::harness::Person;
use crate::scenario::ParamId;
use crate::scenario::value::Value;

fn number(person: &Person, param: ParamId) -> f64 {
    let state = &person.app.state;
    let value = param.effective(&state.document.scenario, &state.world.catalog);
    value.number().unwrap_or_else(|| panic!("{} is {value:?}", param.path))
}

/// The default scenario after a value was typed for a parameter.
fn typed(param: ParamId, text: &str) -> Person {
    let mut person = Person::new().size(120, 36);
    person.app.state.go_to(param);
    person.keys(&format!("Enter text:{text} Enter"))
}

#[test]
fn a_bare_number_has_the_unit_that_the_slider_shows() {
    for (param, text, meant) in [
        (ParamId::WorkloadLatencyTargetMs, "2", 2000.0),
        (ParamId::WorkloadLatencyTargetMs, "1500", 1500.0),
        (ParamId::WorkloadLatencyTargetMs, "700ms", 700.0),
        (ParamId::WorkloadLatencyTargetMs, "+1", 2000.0),
        (ParamId::ModelSize, "70", 70e9),
        (ParamId::ModelSize, "8000000000", 8e9),
        (ParamId::TrainingTokens, "3", 3e12),
        (ParamId::WorkloadCacheHitRate, "40", 0.4),
        (ParamId::WorkloadRequestsPerDay, "2", 2e6),
        (ParamId::WorkloadRequestsPerDay, "50_000", 50e3),
        // 512 tokens are as usual a context as 8k.
        (ParamId::WorkloadSequenceLength, "512", 512.0),
        (ParamId::ServingBatchSize, "64", 64.0),
        // What is shown as `not set` has no unit to take.
        (ParamId::BudgetTrainingUsd, "5", 5.0),
    ] {
        let text = text.replace('_', ",");
        let found = number(&typed(param, &text), param);
        assert!((found / meant - 1.0).abs() < 1e-9, "{} of `{text}` is {found}", param.label);
    }
    let range = typed(ParamId::WorkloadLatencyTargetMs, "1..3").app.state.document.scenario;
    let stated = ParamId::WorkloadLatencyTargetMs.stated(&range);
    assert!(
        matches!(stated, Value::Range(range) if range.low == 1000.0 && range.high == 3000.0),
        "{stated:?}"
    );
}

#[test]
fn the_box_says_what_a_bare_number_means() {
    let open = |param| {
        let mut person = Person::new().size(120, 36);
        person.app.state.go_to(param);
        person.keys("Enter")
    };
    open(ParamId::WorkloadLatencyTargetMs).shows("1 means 1 s");
    open(ParamId::ModelSize).shows("69 means 69B");
    open(ParamId::WorkloadCacheHitRate).shows("35 means 35%");
    open(ParamId::ServingBatchSize).lacks("32 means");
}

#[test]
fn what_is_typed_after_a_refusal_replaces_what_was_refused() {
    let refused = typed(ParamId::WorkloadLatencyTargetMs, "3ms");
    let refused = refused.shows("3 ms is out of range for Latency target").shows("10 ms to 10 min");
    assert_eq!(number(&refused.keys("text:3 Enter"), ParamId::WorkloadLatencyTargetMs), 3000.0);
    // Who moves in the text goes on with it.
    let refused = typed(ParamId::WorkloadLatencyTargetMs, "3ms").keys("Home text:40 Enter");
    assert_eq!(number(&refused, ParamId::WorkloadLatencyTargetMs), 403.0);
}

#[test]
fn a_choice_without_a_cost_says_why_and_how_to_get_one() {
    let own = Person::new().size(120, 36).keys("/ text:price_basis Enter Enter Down Down Down Down");
    let own = own.shows("no price").shows("you have no price of your own for NVIDIA H100");
    own.shows("Serving price (").shows("--prices");
}

#[test]
fn a_list_in_which_nothing_matches_says_so_and_takes_other_words() {
    for (open, typed) in [("/", "zzz"), ("p", "zzz"), ("Down Down Down Down Enter", "2.5zz")] {
        let person = Person::new().size(120, 36).keys(&format!("{open} text:{typed} Enter"));
        let person = person.shows(&format!("nothing matches `{typed}`"));
        assert!(person.app.dialog.is_some());
        person.keys("text:h").lacks("nothing matches").lacks("zz");
    }
}

#[test]
fn accelerators_are_listed_by_their_price_with_the_memory_of_their_name() {
    let screen = Person::new().size(120, 60).keys("Down Down Down Down Enter").screen();
    let prices: Vec<f64> =
        screen.lines().filter_map(|line| line.split_once("/h")?.0.rsplit_once('$')?.1.parse().ok()).collect();
    assert!(prices.len() > 25 && prices.is_sorted(), "{prices:?}");
    let h200 = screen.lines().find(|line| line.contains("H200 141GB SXM")).expect("a row");
    assert!(h200.contains("141 GB"), "{h200}");
}

#[test]
fn the_two_prices_of_a_million_tokens_have_names_of_their_own() {
    let screen = Person::new().size(120, 50).keys("8").screen();
    for words in ["Per 1M served", "Per 1M on GPUs"] {
        assert!(screen.contains(words), "{words} is not on\n{screen}");
    }
}

#[test]
fn a_number_that_opened_views_does_not_end_in_what_is_chosen_there() {
    for keys in ["Down text:32k Enter", "/ text:serving_price Enter text:2.50 Enter"] {
        let person =
            Person::new().size(120, 36).keys(keys).shows("a value is typed after Enter on its slider");
        assert!(person.app.state.undo_label().is_none_or(|label| !label.contains("Distilled")));
    }
    // One digit is meant as a view, and a second Enter is meant.
    let before = Person::new().size(120, 36).keys("2 Enter");
    assert!(before.app.state.undo_label().is_some());
    let insisted = Person::new().size(120, 36).keys("1 2 Enter Enter");
    assert_eq!(insisted.app.state.undo_label(), before.app.state.undo_label());
}

#[test]
fn a_page_moves_by_what_is_seen() {
    for (columns, rows) in [(80, 24), (90, 24)] {
        let person = Person::at("gpt-4").size(columns, rows).keys("1 PageDown");
        let seen = |person: &Person| person.app.state.row;
        let first = seen(&person);
        assert!(first > 0 && first < 10, "{first} at {columns}");
        assert_eq!(seen(&person.keys("PageDown")), 2 * first);
    }
}

#[test]
fn what_was_published_takes_the_room_that_charts_can_spare_while_it_is_read() {
    let rows = |keys: &str| {
        let screen = Person::at("gpt-4").size(120, 36).keys(keys).screen();
        let view = |line: &str| line.chars().skip(48).collect::<String>();
        screen.lines().map(view).skip_while(|line| !line.contains("Published figures")).count()
    };
    assert!(rows("Tab") > rows("Down"), "{} and {}", rows("Tab"), rows("Down"));
    Person::at("gpt-4").size(120, 36).keys("Down").shows(" more line");
    Person::at("gpt-4").size(120, 36).keys("Tab").lacks(" more line").shows("Cost over time");
}
