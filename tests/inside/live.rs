//! The Live view: what is watched is shown beside the scenario and taken into it, and nothing that a source does holds up a
//! key.

#[path = "../program/exporter.rs"]
mod exporter;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::import::metrics::{History, Source, Watch};
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
    let person = Person::new().size(160, 45).keys("v").shows("What it will be held against").size(120, 36);
    let person = person.shows("No engine is watched.");
    // Each with its address, and what it must be started with.
    let person = person.shows("vLLM: whatif --metrics http://127.0.0.1:8000/metrics");
    let person = person.keys("Down").shows("SGLang, started with --enable-metrics: whatif --metrics");
    person.keys("End").shows("a Prometheus server: whatif --metrics http://127.0.0.1:9090");
}

/// llama.cpp counts no requests: what it does not tell is said once, and not as empty rows.
#[test]
fn what_an_engine_does_not_tell_is_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/metrics/real/llamacpp");
    let read = |name: &str| Source::File(folder.join(name)).look().expect("a page");
    let mut history = History::default();
    for (at, name) in [(0.0, "metrics-before.prom"), (62.9, "metrics-after.prom")] {
        let (snapshot, others) = read(name);
        history.add(at, snapshot, others);
    }
    let person = having_watched_this(history).shows("llama.cpp over");
    person
        .shows("it does not tell: Requests a second;")
        .shows("Cost per 1M tokens")
        .keys("M")
        .shows("counts no requests");
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

/// Stretches of two minutes at several loads, on the stack of the scenario: each token takes so much longer than by the
/// published constants. Milliseconds to a token and to the first, at a rate of requests.
fn stretches(loads: &[(u64, f64, f64)]) -> Vec<String> {
    let (mut answered, mut pages) = (0, vec![timed_page(0, [0.0; 3])]);
    let mut sums = [0.0; 3];
    for (requests, ttft, tpot) in loads {
        answered += requests;
        let each = *requests as f64 / 1e3;
        let of = [ttft * each, tpot * each, (ttft + tpot * 199.0) * each];
        sums.iter_mut().zip(of).for_each(|(sum, of)| *sum += of);
        pages.push(timed_page(answered, sums));
    }
    pages
}

/// A page of an engine that has answered so many requests of 1,000 and 200 tokens, with the sums of its times, seconds.
fn timed_page(requests: u64, [ttft, tpot, latency]: [f64; 3]) -> String {
    let times = |name: &str, sum: f64| format!("vllm:{name}_sum {sum:?}\nvllm:{name}_count {requests}\n");
    format!(
        "vllm:num_requests_running 1\nvllm:num_requests_waiting 0\nvllm:request_success_total {requests}\n\
         vllm:prompt_tokens_total {}\nvllm:generation_tokens_total {}\n{}{}{}",
        requests * 1000,
        requests * 200,
        times("time_to_first_token_seconds", ttft),
        times("request_time_per_output_token_seconds", tpot),
        times("e2e_request_latency_seconds", latency),
    )
}

/// Somebody who has watched an engine do that, a page every two minutes.
fn having_watched(pages: &[String]) -> Person {
    let exporter = Exporter::replay(pages.to_vec());
    let source = Source::parse(&exporter.url()).expect("an address");
    let mut history = History::default();
    for look in 0..pages.len() {
        let (snapshot, others) = source.look().expect("a page");
        history.add(120.0 * look as f64, snapshot, others);
    }
    having_watched_this(history)
}

fn having_watched_this(history: History) -> Person {
    let mut person = Person::new().size(120, 36);
    let watch = Watch::recorded("some pages".to_owned(), history);
    person.app.state.live = Some(watch);
    person.keys("v Tab")
}

#[test]
fn a_profile_is_made_of_what_is_measured_as_one_step() {
    // Two requests a second and more, slower than by the published constants as the loads before and after are.
    let loads = [(120, 190.0, 26.0), (240, 200.0, 28.0), (360, 215.0, 30.5), (480, 235.0, 33.0)];
    let person = having_watched(&stretches(&loads)).keys("M").shows("kept as the profile live: ");
    assert!(person.directory.path().join("profiles/live.toml").is_file());
    let state = &person.app.state;
    let id = state.world.catalog.profile_id("live").expect("it is known");
    assert_eq!(state.document.scenario.serving.profile, Some(id));
    let profile = state.world.catalog.profile(id);
    assert!(profile.measured.len() >= 7, "{profile:?}");
    // Engines that take longer for everything than the published constants say.
    let published = state.world.calibration.constants.serving.overhead.layer_s;
    assert!(profile.constants.overhead.layer_s > published, "{published} {:?}", profile.constants.overhead);
    let person = person.keys("u");
    assert_eq!(person.app.state.document.scenario.serving.profile, None, "one step of undo");
    let person = person.keys("M").shows("kept as the profile live-2: ");
    assert!(person.directory.path().join("profiles/live-2.toml").is_file());
}

#[test]
fn what_is_too_little_for_a_profile_is_said() {
    let person = having_watched(&stretches(&[(120, 190.0, 26.0)])).keys("M").shows("watch it longer");
    assert!(!person.directory.path().join("profiles").exists());
    let impossible = stretches(&[(120, 1.0, 0.1), (240, 1.0, 0.1)]);
    having_watched(&impossible).keys("M").shows("better than the data sheet allows");
    Person::new().size(120, 36).keys("v Tab M").shows("no engine is watched");
}
