//! Levers against hand-worked cases: each changes what it should, and the ranking is true.

use crate::bench::{Bench, built_in_scenarios};
use whatif::analysis::answer::Answer;
use whatif::analysis::changes::changes;
use whatif::analysis::hardware::hardware;
use whatif::analysis::levers::{Lever, Side, State, apply, levers};
use whatif::catalog::prices::{Basis, Quote};
use whatif::engine::serving::{Batch, Batching};
use whatif::scenario::Scenario;
use whatif::scenario::value::Value;

impl Bench {
    fn lever(&self, scenario: &Scenario, label: &str) -> Lever {
        let found = levers(&self.case(scenario)).into_iter().find(|lever| lever.label == label);
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
    let bench = Bench::new();
    let large = bench.scenario(LARGE_FLEET);
    let saved = bench.share_saved(&large, "Response cache");
    assert!((saved - 0.45).abs() < 0.01, "45% of hits save {saved} of a large fleet");
    let small = bench.scenario(ONE_REPLICA);
    assert_eq!(bench.share_saved(&small, "Response cache"), 0.0, "one idle replica costs what it costs");
}

#[test]
fn spot_saves_its_discount_less_the_work_that_is_repeated() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let rate = bench.world.inputs(&scenario).main_pool.rate;
    let discount = 1.0 - rate.spot_usd.expect("a price") / rate.on_demand_usd.expect("a price");
    // Half of the fleet at the spot price; a server of eight is lost once in 24 hours and takes 300 s to replace.
    let expected = 1.0 - (1.0 - 0.5 * discount) * (1.0 + 0.5 * 300.0 / 86_400.0);
    let saved = bench.share_saved(&scenario, "Serve on spot capacity");
    assert!((saved - expected).abs() < 0.005, "{saved} against {expected} by hand");
}

#[test]
fn spot_saves_less_of_a_run_than_of_its_price() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "[training]\nmethod = \"finetune\"\ngpu = \"h100-sxm\"\ngpus = 64\ntokens = \"10B\"\ntrials = 0",
    );
    let rate = bench.world.inputs(&scenario).training_money.rate;
    let discount = 1.0 - rate.spot_usd.expect("a price") / rate.on_demand_usd.expect("a price");
    let before = bench.figure(Answer::FinalRunCost, &scenario);
    let mut applied = scenario;
    apply(&bench.lever(&scenario, "Train on spot capacity"), &mut applied);
    let saved = 1.0 - bench.figure(Answer::FinalRunCost, &applied) / before;
    // 80% of 64 GPUs are 6.4 servers, each lost once in 24 hours: every 3.75 hours one of them. A checkpoint takes a
    // minute, so the best interval is the root of 2 x 3.75 / 60 hours, 0.353553; a restart takes a quarter of an hour.
    // Daly: 3.75 / 0.353553 x e^(0.25 / 3.75) x (e^((0.353553 + 0.016667) / 3.75) - 1) = 1.176447 of the time.
    let expected = 1.0 - (1.0 - 0.8 * discount) * 1.176_447;
    assert!((saved - expected).abs() < 1e-5, "{saved} against {expected} by hand");
}

#[test]
fn spot_saves_nothing_of_a_run_that_interruptions_stop_for_good() {
    let bench = Bench::new();
    // Some 200 servers, of which one is lost every seven minutes, while a restart takes fifteen.
    let scenario = bench.scenario("[model]\npreset = \"llama-2-70b\"\n[training]\ngpus = 2048");
    let lever = bench.lever(&scenario, "Train on spot capacity");
    assert!(matches!(lever.state, State::NotApplicable(_)), "{lever:?}");
}

#[test]
fn routing_half_to_a_tenth_of_the_size_saves_about_half() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let saved = bench.share_saved(&scenario, "Route simple queries");
    assert!((0.40..=0.60).contains(&saved), "routing saves {saved}");
}

#[test]
fn a_reservation_saves_its_discount_to_the_cent() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let gpu = bench.world.catalog.gpu(scenario.hardware.gpu);
    let offer = gpu.offer(Basis::Market);
    let usd = |quote: &Option<Quote>| quote.as_ref().expect("an H100 is rented").usd_per_hour;
    let discount = 1.0 - usd(&offer.one_year) / usd(&offer.on_demand);
    let saved = bench.share_saved(&scenario, "Reserve for a year");
    assert!((saved - discount).abs() < 1e-9, "{saved} against a discount of {discount}");
}

#[test]
fn automation_saves_its_part_of_the_experiments() {
    let bench = Bench::new();
    let scenario = bench.scenario("[training]\nexperiments = 3");
    let before = bench.figure(Answer::ComputeCost, &scenario);
    let saved = bench.lever(&scenario, "Automated experiments").effect.saves_training_usd;
    // Two of three parts are experiments; half of them are saved.
    assert!((saved.expect("the run fits") / before - 1.0 / 3.0).abs() < 1e-9);
}

#[test]
fn autoscaling_saves_nothing_of_a_flat_day_and_much_of_a_peaked_one() {
    let bench = Bench::new();
    let flat = bench.scenario("[workload]\nrequests_per_day = 300_000_000\npeak_to_mean = 1");
    // Nothing but rounding.
    assert!(bench.share_saved(&flat, "Autoscaling").abs() < 1e-12);
    let peaked = bench.scenario("[workload]\nrequests_per_day = 300_000_000\npeak_to_mean = 2");
    let saved = bench.share_saved(&peaked, "Autoscaling");
    assert!((0.35..0.5).contains(&saved), "half of the fleet idles without it; it saves {saved}");
}

#[test]
fn a_device_answers_a_tenth_of_the_requests_at_its_own_cost() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let lever = bench.lever(&scenario, "Answer on devices");
    let day = bench.figure(Answer::DailyCost, &scenario);
    let devices = 300e6 * 0.1 * 0.0001;
    let expected = day * 0.1 - devices;
    let saved = lever.effect.saves_daily_usd.expect("serving fits");
    assert!((saved / expected - 1.0).abs() < 0.05, "{saved} against {expected} by hand");
}

#[test]
fn an_owned_fleet_costs_its_write_off_space_and_power() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let lever = bench.lever(&scenario, "Own the baseline");
    let mut owned = scenario;
    apply(&lever, &mut owned);
    assert_eq!(owned.serving.owned_share, 1.0, "a fleet that runs all day is owned in full");
    let inputs = bench.world.inputs(&scenario);
    let gpu = &inputs.main_pool.deployment.gpu;
    let preset = bench.world.catalog.gpu(scenario.hardware.gpu);
    let [_, price, _] = preset.purchase_usd.expect("the price of an H100 is known");
    let power = &scenario.power;
    let server_kw = gpu.tdp_w / 1000.0 * power.server_power_ratio;
    // 10% interest over four years: 0.683013 at the end, recovered by 0.315471 a year.
    let a_year = price / (1.0 - power.interconnect_share)
        * ((1.0 - power.residual_share * 0.683_013_455) * 0.315_470_804 + power.support_share);
    let hour = a_year / 8760.0
        + (server_kw * power.colocation_usd_per_kw_month + power.hands_usd_per_gpu_month) / 730.0
        + server_kw * power.draw * power.pue * power.electricity_usd_per_kwh;
    let day = bench.figure(Answer::GpusPeak, &scenario) * 24.0 * hour;
    assert!((bench.figure(Answer::DailyCost, &owned) / day - 1.0).abs() < 1e-7, "{day} by hand");
}

#[test]
fn off_peak_windows_save_their_discount_and_no_time() {
    let bench = Bench::new();
    let scenario = bench.scenario("[training]\noff_peak_discount = 0.25");
    let lever = bench.lever(&scenario, "Off-peak windows");
    let compute = bench.figure(Answer::ComputeCost, &scenario);
    let saved = lever.effect.saves_training_usd.expect("the run fits") / compute;
    assert!((saved - 0.4 * 0.25).abs() < 1e-9, "{saved}");
    let mut applied = scenario;
    apply(&lever, &mut applied);
    let days = |scenario: &Scenario| bench.figure(Answer::TrainingDays, scenario);
    assert_eq!(days(&applied), days(&scenario));
}

#[test]
fn an_owned_cluster_replaces_the_rent_by_the_cost_of_owning() {
    let bench = Bench::new();
    let scenario = bench.scenario("[training]\ngpu = \"h100-sxm\"\nprice_per_gpu_hour = 3");
    let lever = bench.lever(&scenario, "Own the cluster");
    let inputs = bench.world.inputs(&scenario);
    let hour = whatif::engine::money::owned_hour(
        inputs.training_money.rate.purchase_usd.expect("its price is known"),
        &inputs.training.gpu,
        &inputs.facility,
    );
    let expected = 1.0 - hour.total() / 3.0;
    let compute = bench.figure(Answer::ComputeCost, &scenario);
    let saved = lever.effect.saves_training_usd.expect("the run fits") / compute;
    assert!((saved - expected).abs() < 1e-9, "{saved} against {expected} by hand");
}

#[test]
fn a_distilled_model_costs_what_serving_it_costs() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let lever = bench.lever(&scenario, "Distilled model");
    let smaller = bench.scenario(&format!("{LARGE_FLEET}\n[model]\npreset = \"llama-2-34b\""));
    let expected = bench.figure(Answer::DailyCost, &scenario) - bench.figure(Answer::DailyCost, &smaller);
    assert_eq!(lever.effect.saves_daily_usd, Some(expected));
    assert_eq!(lever.effect.saves_training_usd, Some(0.0), "the large model is trained all the same");
}

#[test]
fn another_gpu_is_the_cheapest_that_meets_the_target() {
    let bench = Bench::new();
    let mut scenario = bench.scenario(&format!("{LARGE_FLEET}\n[hardware]\ngpu = \"a100-80-sxm\""));
    scenario.workload.latency_target_ms = Some(2000.0);
    let lever = bench.lever(&scenario, "Switch serving GPU");
    let rows = hardware(&bench.case(&scenario));
    let cheapest = rows.iter().find(|row| row.is_firm()).expect("some prices are firm");
    let serving = cheapest.serving.as_ref().expect("the first row fits");
    let saved = bench.figure(Answer::DailyCost, &scenario) - serving.daily_usd.expect("a price");
    assert_eq!(lever.effect.saves_daily_usd, Some(saved), "{lever:?}");
}

#[test]
fn a_batch_tier_takes_its_share_at_its_own_batch_and_price() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let mut tier_alone = scenario;
    tier_alone.serving.batch_size = Batch::Max;
    let main = bench.figure(Answer::DailyCost, &scenario);
    let tier = bench.figure(Answer::DailyCost, &tier_alone) * 0.5;
    let expected = 1.0 - (0.7 * main + 0.3 * tier) / main;
    let saved = bench.share_saved(&scenario, "Add a batch tier");
    assert!((saved - expected).abs() < 0.01, "{saved} against {expected} by hand");
}

#[test]
fn narrower_weights_shrink_memory_more_than_cost() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let mut narrower = scenario;
    apply(&bench.lever(&scenario, "Quantize weights"), &mut narrower);
    let weights = |scenario: &Scenario| {
        let outcome = bench.world.evaluate(scenario);
        outcome.serving.expect("it fits").main.replica.memory.weights
    };
    let smaller = weights(&narrower) / weights(&scenario);
    let cheaper = bench.figure(Answer::DailyCost, &narrower) / bench.figure(Answer::DailyCost, &scenario);
    assert!((0.5..0.52).contains(&smaller), "weights shrink to {smaller}: the embedding stays as it is");
    assert!(smaller < cheaper && cheaper < 1.0, "cost falls to {cheaper} only");
}

#[test]
fn a_narrower_cache_halves_its_memory() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let lever = bench.lever(&scenario, "Quantize KV cache");
    let outcome = bench.world.evaluate(&scenario);
    let cache = outcome.serving.expect("it fits").main.replica.memory.kv_cache;
    let change = lever.effect.memory_change_bytes.expect("both fit");
    assert!((change / cache + 0.5).abs() < 0.01, "{change} of {cache}");
}

#[test]
fn continuous_batching_saves_over_static() {
    let bench = Bench::new();
    let mut scenario = bench.scenario(LARGE_FLEET);
    assert_eq!(bench.lever(&scenario, "Continuous batching").state, State::On);
    let continuous = bench.figure(Answer::DailyCost, &scenario);
    scenario.serving.batching = Batching::Static;
    let saved = bench.lever(&scenario, "Continuous batching").effect.saves_daily_usd;
    assert_eq!(saved, Some(bench.figure(Answer::DailyCost, &scenario) - continuous));
}

#[test]
fn a_larger_batch_is_the_best_that_meets_the_target() {
    let bench = Bench::new();
    let mut scenario = bench.scenario(LARGE_FLEET);
    let target = bench.figure(Answer::Ttft, &scenario) * 3.0;
    scenario.workload.latency_target_ms = Some(target);
    let saved = bench.lever(&scenario, "Larger batch").effect.saves_daily_usd.expect("it fits");
    assert!(saved > 0.0);
    let present = bench.figure(Answer::DailyCost, &scenario);
    for batch in [64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0] {
        let mut tried = scenario;
        tried.serving.batch_size = Batch::Requests(batch);
        if bench.figure(Answer::Ttft, &tried) <= target {
            let other = present - bench.figure(Answer::DailyCost, &tried);
            assert!(other <= saved, "a batch of {batch} saves {other}, more than {saved}");
        }
    }
}

#[test]
fn a_prefix_cache_shortens_prefill_and_nothing_else() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let mut cached = scenario;
    let lever = bench.lever(&scenario, "Prefix cache");
    apply(&lever, &mut cached);
    let prefill =
        |scenario: &Scenario| bench.world.evaluate(scenario).serving.expect("it fits").main.replica.prefill_s;
    let shorter = prefill(&cached) / prefill(&scenario);
    assert!((0.45..0.75).contains(&shorter), "half of the prompt is cached: prefill falls to {shorter}");
    let saved = bench.share_saved(&scenario, "Prefix cache");
    assert!(saved > 0.0 && saved < 1.0 - shorter, "decode costs what it did; {saved} is saved");
    assert!(lever.effect.latency_change_ms.expect("both fit") < 0.0);
}

#[test]
fn degrees_set_too_high_are_better_left_to_the_engine() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "
        [model]
        preset = \"llama-3.1-8b\"
        [serving]
        tensor_parallel = 8
        [workload]
        requests_per_day = 300_000_000
        latency_target_ms = 5000
        ",
    );
    let lever = bench.lever(&scenario, "Auto-parallel serving");
    assert_eq!(lever.to, Value::Auto);
    assert!(lever.effect.saves_daily_usd.expect("both fit") > 0.0, "{lever:?}");
}

#[test]
fn fp8_training_takes_more_than_half_the_hours() {
    let bench = Bench::new();
    let scenario = bench.scenario("[training]\ngpu = \"h100-sxm\"\ngpus = 1024");
    let saved = bench.lever(&scenario, "Lower precision").effect.saves_training_usd.expect("it fits");
    let share = saved / bench.figure(Answer::ComputeCost, &scenario);
    assert!(share > 0.0 && share <= 0.5, "twice the rate saves {share}");
}

#[test]
fn recomputation_costs_at_most_one_more_forward_pass() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "[model]\npreset = \"llama-3.1-8b\"\n[training]\ngpu = \"h100-sxm\"\ngpus = 1024\nrecompute = \"full\"",
    );
    let lever = bench.lever(&scenario, "Recomputation");
    let saved = lever.effect.saves_training_usd.expect("both fit");
    let share = saved / bench.figure(Answer::ComputeCost, &scenario);
    // Four passes become three, but for the head, which is never repeated.
    assert!((0.2..0.25).contains(&share), "{share} is saved");
}

#[test]
fn adapters_save_the_gradients_of_the_weights_and_half_the_people_and_weeks() {
    let bench = Bench::new();
    let scenario =
        bench.scenario("[training]\nmethod = \"finetune\"\ngpu = \"h100-sxm\"\ngpus = 64\ntensor_parallel = 2\ntokens = \"1B\"");
    let lever = bench.lever(&scenario, "Adapters");
    assert_eq!(lever.to, Value::Word("adapter"));
    assert!(lever.effect.memory_change_bytes.expect("both are known") < 0.0, "{lever:?}");
    let mut applied = scenario;
    apply(&lever, &mut applied);
    let compute = |scenario: &Scenario| bench.figure(Answer::ComputeCost, scenario);
    let share = 1.0 - compute(&applied) / compute(&scenario);
    // Of forward, activations' and weights' gradients, three equal passes of products, the last falls away; attention and
    // what crosses memory stay.
    assert!((0.27..1.0 / 3.0).contains(&share), "{share} is saved");
    // Two engineers for six weeks, $100,000, against one for three.
    let people = |scenario: &Scenario| bench.world.evaluate(scenario).training.people_usd;
    assert_eq!([people(&scenario), people(&applied)], [100_000.0, 25_000.0]);
}

#[test]
fn a_lever_of_one_side_leaves_the_other_alone() {
    let bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        let scenario = bench.scenario(&text);
        for lever in levers(&bench.case(&scenario)) {
            let other = match lever.side {
                Side::Serving => lever.effect.saves_training_usd,
                Side::Training => lever.effect.saves_daily_usd,
            };
            assert!(other.is_none_or(|saved| saved == 0.0), "{id}: {lever:?}");
        }
    }
}

#[test]
fn what_is_in_use_is_on_and_what_cannot_be_says_why() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "
        [hardware]
        gpu = \"a100-80-sxm\"
        [training]
        gpu = \"a100-80-sxm\"
        [serving]
        autoscaling = true
        reserved_share = 0.5
        commitment_months = 36
        price_per_gpu_hour = 1.5
        ",
    );
    assert_eq!(bench.lever(&scenario, "Autoscaling").state, State::On);
    assert_eq!(bench.lever(&scenario, "Continuous batching").state, State::On);
    assert_eq!(bench.lever(&scenario, "Reserve for a year").state, State::On);
    assert!(matches!(bench.lever(&scenario, "Lower precision").state, State::NotApplicable(_)));
    assert!(matches!(bench.lever(&scenario, "Adapters").state, State::NotApplicable(_)));
}

#[test]
fn a_lever_that_makes_the_model_fit_comes_first() {
    let bench = Bench::new();
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
    assert!(bench.world.evaluate(&scenario).serving.is_err(), "140 GB do not fit one GPU of 80 GB");
    let levers = levers(&bench.case(&scenario));
    assert!(levers[0].effect.makes_it_fit, "{:?}", levers[0]);
    // Of all accelerators that hold it, the cheapest is offered.
    let gpu = levers.iter().find(|lever| lever.label == "Switch serving GPU").expect("it is a lever");
    let mut applied = scenario;
    apply(gpu, &mut applied);
    let offered = bench.figure(Answer::DailyCost, &applied);
    let rows = hardware(&bench.case(&scenario));
    let firm = rows.iter().find(|row| row.is_firm()).expect("some prices are firm");
    let cheapest = firm.serving.as_ref().expect("the first row fits").daily_usd;
    assert_eq!(Some(offered), cheapest);
}

#[test]
fn the_ranking_is_what_applying_each_lever_saves() {
    let bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        let scenario = bench.scenario(&text);
        let before = bench.world.evaluate(&scenario);
        let mut last = f64::INFINITY;
        for lever in levers(&bench.case(&scenario)) {
            let mut applied = scenario;
            apply(&lever, &mut applied);
            assert_eq!(changes(&scenario, &applied).len(), lever.changes.len(), "{id}: {}", lever.label);
            if lever.state != State::Off {
                assert_eq!(applied, scenario, "{id}: {} changes nothing", lever.label);
                continue;
            }
            let after = bench.world.evaluate(&applied);
            for (answer, saved) in [
                (Answer::DailyCost, lever.effect.saves_daily_usd),
                (Answer::TrainingCost, lever.effect.saves_training_usd),
            ] {
                let difference = answer.of(&before).zip(answer.of(&after)).map(|(a, b)| a - b);
                assert_eq!(difference, saved, "{id}: {} on {}", lever.label, answer.label());
            }
            if before.serving.is_ok() && before.training.run.fits && lever.effect.is_any() {
                let whole = |outcome: &whatif::engine::outcome::Outcome| {
                    let split = outcome.split().expect("serving fits");
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

#[test]
fn a_lever_that_rests_on_a_weak_price_says_so() {
    let bench = Bench::new();
    let scenario = bench.scenario(LARGE_FLEET);
    let mark = |label: &str| bench.lever(&scenario, label).mark;
    // List prices of an H100 to buy are of 2023 to 2025; a year of it is rented by dated rows.
    assert_eq!(mark("Own the baseline"), Some("over a year old"));
    assert_eq!(mark("Reserve for a year"), None);
    assert_eq!(mark("Response cache"), None, "no other price is used");
    // What the catalog does not list is estimated.
    let mut unlisted = scenario;
    unlisted.hardware.gpu = bench.world.catalog.gpu_id("b300-sxm").expect("it is of the catalog");
    let reserve =
        levers(&bench.case(&unlisted)).into_iter().find(|lever| lever.label == "Reserve for a year");
    assert_eq!(reserve.and_then(|lever| lever.mark), Some("estimated"));
}
