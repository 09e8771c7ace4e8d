//! The Live view: what is watched is shown beside the scenario and taken into it, and nothing that a source does holds up a
//! key.

#[path = "../program/exporter.rs"]
mod exporter;

use std::thread;
use std::time::{Duration, Instant};

use crate::import::metrics::{Source, Watch};
use crate::inside::harness::Person;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::views::LIVE;

use exporter::{Exporter, page};

/// Somebody who watches a source, asked every so often.
fn watching(url: &str) -> Person {
    let mut person = Person::new().size(120, 36);
    let source = Source::parse(url).expect("an address");
    person.app.state.live = Some(Watch::start(source, Duration::from_millis(20)));
    person.keys("v")
}

/// Waits until what is watched says something new so many times.
fn news(person: &mut Person, times: usize) {
    let patience = Instant::now() + Duration::from_secs(30);
    for _ in 0..times {
        while !person.app.state.look() {
            assert!(Instant::now() < patience, "no news");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn without_a_source_the_view_says_how_to_watch_one() {
    Person::new().size(120, 36).keys("v").shows("No engine is watched.").shows("--metrics");
}

#[test]
fn what_is_measured_stands_beside_the_scenario_and_is_taken_as_one_step() {
    let pages = (1..200).map(|look| page(look * 10, "0", 3)).collect();
    let exporter = Exporter::replay(pages);
    let mut person = watching(&exporter.url());
    news(&mut person, 8);
    let person = person
        .shows("vLLM over")
        .shows("output tokens/s")
        .shows("First token, mean")
        .shows("150 ms")
        .keys("Down Down Down Down Down Down Down")
        .shows("measured 150 ms, by the scenario")
        .shows("cause: the machine or its engine");
    let before = person.app.state.document.scenario;
    let person = person.keys("Enter").shows("done: take what was measured");
    let taken = &person.app.state.document.scenario;
    assert_eq!(ParamId::WorkloadSequenceLength.stated(taken), Value::Number(1200.0));
    assert_eq!(ParamId::WorkloadPrefixCacheHitRate.stated(taken), Value::Number(0.25));
    assert_eq!(ParamId::ActualTtftMs.stated(taken), Value::Number(150.0));
    assert_ne!(*taken, before);
    let person = person.keys("u");
    assert_eq!(person.app.state.document.scenario, before, "one step of undo");
}

#[test]
fn what_was_seen_stays_when_a_source_is_gone() {
    let mut pages: Vec<String> = (1..6).map(|look| page(look * 10, "0", 3)).collect();
    pages.push("<html>gone</html>".to_owned());
    let exporter = Exporter::replay(pages);
    let mut person = watching(&exporter.url());
    let patience = Instant::now() + Duration::from_secs(30);
    while person.app.state.live.as_ref().is_some_and(|watch| watch.history.trouble.is_none()) {
        person.app.state.look();
        assert!(Instant::now() < patience, "no trouble");
        thread::sleep(Duration::from_millis(5));
    }
    person.keys("v").shows("`<html>gone</html>` is no").shows("vLLM over").shows("150 ms");
}

#[test]
fn keys_do_not_wait_for_a_source_that_never_answers() {
    let exporter = Exporter::start(|_, _| thread::sleep(Duration::from_secs(60)));
    let mut person = watching(&exporter.url()).shows("Waiting for the first answer");
    let asked = Instant::now() + Duration::from_secs(30);
    while exporter.asked() == 0 {
        assert!(Instant::now() < asked, "nobody asked");
        thread::sleep(Duration::from_millis(5));
    }
    // The source is being asked, and will be for seconds.
    let start = Instant::now();
    for _ in 0..20 {
        assert!(!person.app.state.look());
        person = person.keys("Esc Right Left v");
    }
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    assert_eq!(person.app.state.view, LIVE);
}

#[test]
fn the_view_fits_every_screen() {
    let pages = (1..200).map(|look| page(look * 10, "0", 3)).collect();
    let exporter = Exporter::replay(pages);
    let mut person = watching(&exporter.url());
    news(&mut person, 3);
    for (columns, rows) in [(60, 16), (80, 24), (100, 28), (120, 36), (160, 45), (240, 70)] {
        person = person.size(columns, rows).keys("v Down Down End Home");
        assert!(!person.screen().is_empty());
    }
}
