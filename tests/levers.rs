//! Levers against hand-worked cases: each changes what it should, and the ranking is true.

use whatif::analysis::Engine;
use whatif::analysis::answer::Answer;
use whatif::analysis::changes::changes;
use whatif::analysis::levers::{Lever, State, apply, levers};
use whatif::calibration::Calibration;
use whatif::catalog::Catalog;
use whatif::document::Document;
use whatif::engine::Constants;
use whatif::engine::fleet::SPOT_PREEMPTION_OVERHEAD;
use whatif::scenario::Scenario;

/// A catalog with constants to build scenarios on.
struct Bench {
    catalog: Catalog,
    constants: Constants,
}

impl Bench {
    fn new() -> Self {
        Self { catalog: Catalog::embedded(), constants: Calibration::embedded().constants }
    }

    fn engine(&self) -> Engine<'_> {
        Engine { catalog: &self.catalog, constants: &self.constants }
    }

    fn scenario(&mut self, text: &str) -> Scenario {
        Document::parse("test", text, &mut self.catalog).expect("the scenario is well formed").scenario
    }

    fn figure(&self, answer: Answer, scenario: &Scenario) -> f64 {
        answer.of(&self.engine().evaluate(scenario)).expect("the figure exists")
    }

    fn lever(&self, scenario: &Scenario, label: &str) -> Lever {
        let found = levers(&self.engine(), scenario).into_iter().find(|lever| lever.label == label);
        found.unwrap_or_else(|| panic!("no lever is called {label}"))
    }

    /// What a lever saves of a day, as a share of its cost.
    fn share_saved(&self, scenario: &Scenario, label: &str) -> f64 {
        let lever = self.lever(scenario, label);
        let saved =
            lever.effect.saves_daily_usd.unwrap_or_else(|| panic!("{label} has an effect: {lever:?}"));
        saved / self.figure(Answer::DailyCost, scenario)
    }
}

/// A fleet of hundreds of replicas, so that a whole replica more or less hardly shows.
const LARGE_FLEET: &str = "
    [workload]
    requests_per_day = 300_000_000
    [serving]
    tensor_parallel = 8
";

/// One replica that idles most of the day.
const ONE_REPLICA: &str = "
    [workload]
    requests_per_day = 100
    [serving]
    tensor_parallel = 8
";

#[test]
fn a_cache_saves_nearly_its_hit_rate_once_the_fleet_is_large() {
    let mut bench = Bench::new();
    let large = bench.scenario(LARGE_FLEET);
    let saved = bench.share_saved(&large, "Response cache");
    assert!((saved - 0.45).abs() < 0.01, "45% of hits save {saved} of a large fleet");
    let small = bench.scenario(ONE_REPLICA);
    assert_eq!(bench.share_saved(&small, "Response cache"), 0.0, "one idle replica costs what it costs");
}

#[test]
fn spot_saves_its_discount_less_the_work_that_is_repeated() {
    let mut bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    // Half of the fleet at 35% of the price, and half of it does a tenth of its work again.
    let expected = 1.0 - (1.0 - 0.5 * 0.65) * (1.0 + 0.5 * SPOT_PREEMPTION_OVERHEAD);
    let saved = bench.share_saved(&scenario, "Serve on spot capacity");
    assert!((saved - expected).abs() < 0.005, "{saved} against {expected} by hand");
}

#[test]
fn spot_saves_less_of_a_run_than_of_its_price() {
    let mut bench = Bench::new();
    let scenario = bench.scenario("[model]\npreset = \"llama-2-70b\"");
    let before = bench.figure(Answer::TrainingCost, &scenario);
    let lever = bench.lever(&scenario, "Train on spot capacity");
    let saved = lever.effect.saves_training_usd.expect("the run fits") / before;
    let expected = 1.0 - (1.0 - 0.8 * 0.65) * (1.0 + 0.8 * SPOT_PREEMPTION_OVERHEAD);
    assert!((saved - expected).abs() < 1e-9, "{saved} against {expected} by hand");
}

#[test]
fn routing_half_to_a_tenth_of_the_size_saves_about_half() {
    let mut bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let saved = bench.share_saved(&scenario, "Route simple queries");
    assert!((0.40..=0.60).contains(&saved), "routing saves {saved}");
}

#[test]
fn a_reservation_saves_its_discount_to_the_cent() {
    let mut bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let gpu = bench.catalog.gpu(scenario.hardware.gpu);
    let discount = gpu.gpu.prices.reserved_1y_discount.unwrap_or(0.20);
    let saved = bench.share_saved(&scenario, "Reserve for a year");
    assert!((saved - discount).abs() < 1e-9, "{saved} against a discount of {discount}");
}

#[test]
fn automation_saves_its_part_of_the_experiments() {
    let mut bench = Bench::new();
    let scenario = bench.scenario("[training]\nexperiments = 3");
    let before = bench.figure(Answer::TrainingCost, &scenario);
    let saved = bench.lever(&scenario, "Automated experiments").effect.saves_training_usd;
    // Two of three parts are experiments; half of them are saved.
    assert!((saved.expect("the run fits") / before - 1.0 / 3.0).abs() < 1e-9);
}

#[test]
fn autoscaling_saves_nothing_of_a_flat_day_and_much_of_a_peaked_one() {
    let mut bench = Bench::new();
    let flat = bench.scenario("[workload]\nrequests_per_day = 300_000_000\npeak_to_mean = 1");
    assert_eq!(bench.share_saved(&flat, "Autoscaling"), 0.0);
    let peaked = bench.scenario("[workload]\nrequests_per_day = 300_000_000\npeak_to_mean = 2");
    let saved = bench.share_saved(&peaked, "Autoscaling");
    assert!((0.35..0.5).contains(&saved), "half of the fleet idles without it; it saves {saved}");
}

#[test]
fn a_device_answers_a_tenth_of_the_requests_at_its_own_cost() {
    let mut bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let lever = bench.lever(&scenario, "Answer on devices");
    let day = bench.figure(Answer::DailyCost, &scenario);
    let devices = 300e6 * 0.1 * 0.0001;
    let expected = day * 0.1 - devices;
    let saved = lever.effect.saves_daily_usd.expect("serving fits");
    assert!((saved / expected - 1.0).abs() < 0.05, "{saved} against {expected} by hand");
}

#[test]
fn what_is_in_use_is_on_and_what_cannot_be_says_why() {
    let mut bench = Bench::new();
    let scenario = bench.scenario(
        "
        [hardware]
        gpu = \"a100-80-sxm\"
        [training]
        gpu = \"a100-80-sxm\"
        [serving]
        autoscaling = true
        commitment = \"reserved-3y\"
        price_per_gpu_hour = 1.5
        ",
    );
    assert_eq!(bench.lever(&scenario, "Autoscaling").state, State::On);
    assert_eq!(bench.lever(&scenario, "Continuous batching").state, State::On);
    assert_eq!(bench.lever(&scenario, "Reserve for a year").state, State::On);
    assert!(matches!(bench.lever(&scenario, "Narrower arithmetic").state, State::NotApplicable(_)));
    assert!(matches!(bench.lever(&scenario, "Adapters").state, State::NotApplicable(_)));
}

#[test]
fn a_lever_that_makes_the_model_fit_comes_first() {
    let mut bench = Bench::new();
    let scenario = bench.scenario(
        "
        [model]
        preset = \"llama-3.1-70b\"
        [hardware]
        gpu = \"h100-sxm\"
        [serving]
        tensor_parallel = 1
        ",
    );
    assert!(bench.engine().evaluate(&scenario).serving.is_err(), "140 GB do not fit one GPU of 80 GB");
    let first = &levers(&bench.engine(), &scenario)[0];
    assert!(first.effect.makes_it_fit, "{first:?}");
}

#[test]
fn the_ranking_is_what_applying_each_lever_saves() {
    let mut bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        let scenario = bench.scenario(&text);
        let engine = bench.engine();
        let before = engine.evaluate(&scenario);
        let mut last = f64::INFINITY;
        for lever in levers(&engine, &scenario) {
            let mut applied = scenario;
            apply(&lever, &mut applied);
            assert_eq!(changes(&scenario, &applied).len(), lever.changes.len(), "{id}: {}", lever.label);
            if lever.state != State::Off {
                assert_eq!(applied, scenario, "{id}: {} changes nothing", lever.label);
                continue;
            }
            let after = engine.evaluate(&applied);
            for (answer, saved) in [
                (Answer::DailyCost, lever.effect.saves_daily_usd),
                (Answer::TrainingCost, lever.effect.saves_training_usd),
            ] {
                let difference = answer.of(&before).zip(answer.of(&after)).map(|(a, b)| a - b);
                assert_eq!(difference, saved, "{id}: {} on {}", lever.label, answer.label());
            }
            if before.serving.is_ok() && before.training.run.fits && lever.effect.is_any() {
                let whole = |outcome: &whatif::engine::outcome::Outcome| {
                    let split = outcome.split.expect("serving fits");
                    split.training_usd + split.inference_usd
                };
                let saved = whole(&before) - whole(&after);
                assert!(
                    (saved - lever.effect.saves_horizon_usd).abs() <= whole(&before) * 1e-9,
                    "{id}: {} saves {saved} over the horizon",
                    lever.label
                );
                assert!(lever.effect.saves_horizon_usd <= last, "{id}: {} stands too low", lever.label);
                last = lever.effect.saves_horizon_usd;
            }
        }
    }
}

/// Every scenario that is built in, as its id and text.
fn built_in_scenarios() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/scenarios");
    let files = std::fs::read_dir(folder).expect("the folder of scenarios is there");
    files
        .map(|file| {
            let path = file.expect("the folder can be listed").path();
            let text = std::fs::read_to_string(&path).expect("the file can be read");
            (path.display().to_string(), text)
        })
        .collect()
}
