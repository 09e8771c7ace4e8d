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
