//! Numbers that are not known exactly: how they are written, and how they enter the range of every answer.

use whatif::analysis::answer::Answer;
use whatif::analysis::range::{Figures, figures};
use whatif::catalog::Catalog;
use whatif::scenario::value::{StatedRange, Value};
use whatif::scenario::{ParamId, Scenario};

use crate::bench::{Bench, built_in_scenarios};

/// What a text means for a parameter of the default scenario.
fn read(param: ParamId, text: &str) -> Result<Value, String> {
    let catalog = Catalog::embedded();
    param.parse(text, &Scenario::defaults(&catalog), &catalog).map_err(|error| error.to_string())
}

fn range(low: f64, likely: f64, high: f64) -> Value {
    Value::Range(StatedRange { low, likely, high })
}

/// The default scenario with some parameters set.
fn with(bench: &Bench, settings: &[(ParamId, &str)]) -> Scenario {
    let catalog = &bench.world.catalog;
    let mut scenario = Scenario::defaults(catalog);
    for (param, text) in settings {
        let value = param.parse(text, &scenario, catalog).expect(text);
        param.set(&mut scenario, value);
    }
    scenario
}

fn ranges(bench: &Bench, settings: &[(ParamId, &str)]) -> Figures {
    figures(&bench.case(&with(bench, settings)))
}

#[test]
fn the_likely_value_is_stated_or_lies_halfway_on_the_track() {
    let k = 1024.0;
    for (param, text, value) in [
        (ParamId::WorkloadSequenceLength, "8k..15k..30k", range(8.0 * k, 15.0 * k, 30.0 * k)),
        (ParamId::WorkloadSequenceLength, "8k..30k", range(8.0 * k, 16.0 * k, 30.0 * k)),
        (ParamId::WorkloadRequestsPerDay, "500k..2M", range(500e3, 1e6, 2e6)),
        (ParamId::WorkloadRequestsPerDay, "1.0M..1.1M", range(1e6, 1.05e6, 1.1e6)),
        (ParamId::WorkloadCacheHitRate, "10%..30%", range(0.1, 0.2, 0.3)),
        (ParamId::WorkloadCacheHitRate, " 0.1 .. 0.4 ", range(0.1, 0.25, 0.4)),
        (ParamId::WorkloadGrowthPerMonth, "-5%..10%", range(-0.05, 0.02, 0.1)),
        (ParamId::WorkloadHorizonMonths, "2 years..3 years", range(24.0, 30.0, 36.0)),
        (ParamId::ServingBatchSize, "3..4", range(3.0, 3.0, 4.0)),
        (ParamId::ServingPricePerGpuHour, "$1.50..$3.50", range(1.5, 2.3, 3.5)),
        (ParamId::WorkloadRequestsPerDay, "2M..2M", Value::Number(2e6)),
    ] {
        assert_eq!(read(param, text), Ok(value), "{text}");
    }
}

#[test]
fn what_is_no_range_is_refused_with_a_reason() {
    for (param, text, reason) in [
        (ParamId::WorkloadSequenceLength, "30k..8k", "must go from low to high"),
        (ParamId::WorkloadSequenceLength, "8k..40k..30k", "must go from low to high"),
        (ParamId::WorkloadCacheHitRate, "40%..120%", "120% is out of range"),
        (ParamId::ServingBatchSize, "8..max", "`max` is not a number"),
        (ParamId::ServingBatchSize, "1.5..3", "must be a whole number"),
        (ParamId::ServingTensorParallel, "auto..8", "`auto` is not a number"),
        (ParamId::ServingEngine, "vllm..sglang", "cannot take a range"),
        (ParamId::ServingAutoscaling, "no..yes", "cannot take a range"),
        (ParamId::HardwareGpu, "a100-40gb..h100-sxm", "cannot take a range"),
        (ParamId::WorkloadRequestsPerDay, "1M..2M..3M..4M", "too many numbers"),
        (ParamId::WorkloadRequestsPerDay, "1M..", "a number is missing"),
    ] {
        let error = read(param, text).expect_err(text);
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn a_range_is_kept_until_an_exact_value_is_set() {
    let bench = Bench::new();
    let catalog = &bench.world.catalog;
    let param = ParamId::WorkloadRequestsPerDay;
    let scenario = with(&bench, &[(param, "500k..2M")]);
    assert_eq!(scenario.workload.requests_per_day, 1e6);
    assert_eq!(param.stated(&scenario), range(500e3, 1e6, 2e6));
    assert_eq!(param.display(param.stated(&scenario), catalog), "500k..1M..2M");
    assert_eq!(param.written(param.stated(&scenario), catalog), "500000..2000000");

    let mut exact = scenario;
    param.set(&mut exact, Value::Number(1e6));
    assert_eq!(exact, Scenario::defaults(catalog), "nothing of the range is left");

    let mut moved = scenario;
    moved.workload.requests_per_day = 3e6;
    assert_eq!(param.stated(&moved), Value::Number(3e6), "a changed field is exact");
}

#[test]
fn every_number_takes_a_range_and_reads_it_back() {
    let catalog = Catalog::embedded();
    for param in ParamId::ALL {
        let Some(domain) = param.number() else { continue };
        let mut scenario = Scenario::defaults(&catalog);
        let text = param.written(range(domain.min, domain.max, domain.max), &catalog);
        let value = param.parse(&text, &scenario, &catalog).expect(&text);
        param.set(&mut scenario, value);
        assert_eq!(param.stated(&scenario), range(domain.min, domain.max, domain.max), "{}", param.path);
        let short = format!("{}..{}", domain.min, domain.max);
        let value = param.parse(&short, &scenario, &catalog).expect(&short);
        let written = param.written(value, &catalog);
        assert_eq!(written.matches("..").count(), 1, "{}: {written}", param.path);
        assert_eq!(param.parse(&written, &scenario, &catalog), Ok(value), "{}", param.path);
    }
}

#[test]
fn sixteen_ranges_are_kept_and_the_next_is_refused() {
    let bench = Bench::new();
    let catalog = &bench.world.catalog;
    let mut scenario = Scenario::defaults(catalog);
    let wide = |param: ParamId| {
        let domain = param.param().number()?;
        Some((param, range(domain.min, domain.max, domain.max)))
    };
    let mut numbers = ParamId::ALL.into_iter().filter_map(wide);
    let kept: Vec<_> = numbers.by_ref().take(16).collect();
    for (param, value) in kept.iter().rev() {
        param.set(&mut scenario, *value);
    }
    assert!(kept.iter().all(|(param, value)| param.stated(&scenario) == *value));
    let (next, value) = numbers.next().expect("more than sixteen numbers");
    let error = next.parse(&next.written(value, catalog), &scenario, catalog).expect_err("no room");
    assert!(error.to_string().contains("at most 16 parameters can have a range"), "{error}");
    let (first, _) = kept[0];
    let domain = first.number().expect("a number");
    let again = first.parse(&format!("{}..{}", domain.min, domain.max), &scenario, catalog);
    assert!(again.is_ok(), "a range may be changed for another");
}

#[test]
fn a_wider_range_of_an_input_makes_a_wider_range_of_the_answer() {
    let bench = Bench::new();
    let param = ParamId::WorkloadRequestsPerDay;
    let mut width = 0.0;
    for by in [1.0, 1.001, 1.02, 1.1, 1.3, 2.0, 4.0] {
        let text = format!("{}..50M..{}", 50e6 / by, 50e6 * by);
        // At a price set by hand, so that the spread of prices does not drown it.
        let settings = [(param, text.as_str()), (ParamId::ServingPricePerGpuHour, "2")];
        let day = ranges(&bench, &settings).range(Answer::DailyCost).expect("a cost");
        let next = day.high / day.low;
        // The ends are quantiles of 256 samples, which tell 3% apart: 0.11 standard deviations of 0.15 at each end.
        assert!(next > width || (by < 1.05 && next >= width * 0.97), "{text}: {next} after {width}");
        width = next;
    }
}

#[test]
fn a_range_without_width_changes_nothing() {
    let bench = Bench::new();
    let exact = figures(&bench.case(&with(&bench, &[])));
    assert_eq!(ranges(&bench, &[(ParamId::WorkloadRequestsPerDay, "1M..1M")]), exact);
    assert_eq!(ranges(&bench, &[(ParamId::TrainingExperiments, "2.2..2.2..2.2")]), exact);
}

/// The cost of a day is about proportional to the requests. Independent doubts add up in squares, as logarithms:
/// one of a factor of 2 to either side, beside the factor that stands without it.
#[test]
fn the_range_of_a_days_cost_follows_that_of_the_requests() {
    let bench = Bench::new();
    let many = [(ParamId::WorkloadRequestsPerDay, "50M")];
    let exact = ranges(&bench, &many).range(Answer::DailyCost).expect("a cost");
    let stated = ranges(&bench, &[(ParamId::WorkloadRequestsPerDay, "25M..50M..100M")]);
    let day = stated.range(Answer::DailyCost).expect("a cost");
    assert_eq!(day.value, exact.value, "the likely figure stays");
    for (found, alone) in
        [(day.high / day.value, exact.high / exact.value), (day.value / day.low, exact.value / exact.low)]
    {
        let expected = f64::ln(2.0).hypot(alone.ln());
        assert!((found.ln() / expected - 1.0).abs() < 0.12, "a factor of {found}, not {}", expected.exp());
    }
    let training = |figures: &Figures| figures.range(Answer::TrainingCost);
    assert_eq!(training(&stated), training(&ranges(&bench, &many)), "training asks for no requests");
}

#[test]
fn a_stated_range_takes_the_place_of_the_plausible_one() {
    let bench = Bench::new();
    let width = |text: &str| {
        let settings = [(ParamId::TrainingExperiments, text), (ParamId::PeopleUsdPerYear, "400k..400.001k")];
        let cost = ranges(&bench, &settings).range(Answer::TrainingCost).expect("a cost");
        cost.high / cost.low
    };
    let plausible = width("2.2");
    assert!(width("2.1..2.2..2.3") < plausible && plausible < width("1..2.2..8"));
}

#[test]
fn no_latency_is_at_the_end_of_its_own_range() {
    let bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        let figures = figures(&bench.case(&bench.scenario(&text)));
        for answer in [Answer::Ttft, Answer::TtftP95, Answer::Tpot, Answer::RequestLatency] {
            let range = figures.range(answer).expect("every built-in scenario is served");
            assert!(range.low < range.value && range.value < range.high, "{id}: {answer:?} {range:?}");
        }
    }
}
