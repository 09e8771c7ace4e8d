//! How a difference is shared among its causes.

use crate::bench::{Bench, any_scenario};
use proptest::prelude::*;
use whatif::analysis::answer::Answer;
use whatif::analysis::attribution::attribute;
use whatif::analysis::frontier::frontier;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn causes_add_up_to_the_whole_difference(one in any_scenario(), other in any_scenario()) {
        let bench = Bench::new();
        let (before, after) = (bench.scenario(&one), bench.scenario(&other));
        for answer in [Answer::DailyCost, Answer::TrainingCost] {
            let attribution = attribute(&bench.case(&before), &bench.case(&after), answer);
            prop_assume!(attribution.is_some());
            let attribution = attribution.expect("just assumed");
            let sum: f64 = attribution.shares.iter().map(|share| share.amount).sum();
            let whole = bench.figure(answer, &after) - bench.figure(answer, &before);
            let scale = attribution.shares.iter().map(|share| share.amount.abs()).fold(1.0, f64::max);
            prop_assert!((sum - whole).abs() <= scale * 1e-9, "{sum} of {whole}");
        }
    }

    #[test]
    fn no_efficient_point_is_beaten(text in any_scenario()) {
        let bench = Bench::new();
        let scenario = bench.scenario(&text);
        let frontier = frontier(&bench.case(&scenario));
        for point in frontier.efficient() {
            let beaten = frontier.points.iter().any(|other| {
                other.tpot_ms < point.tpot_ms
                    && other.usd_per_million_output_tokens < point.usd_per_million_output_tokens
            });
            prop_assert!(!beaten, "{point:?}");
        }
        let point = frontier.efficient().last().expect("something fits and nothing beats it");
        let mut applied = scenario;
        point.apply(&mut applied);
        let tpot = bench.figure(Answer::Tpot, &applied);
        prop_assert!((tpot / point.tpot_ms - 1.0).abs() < 1e-9, "{tpot} instead of {}", point.tpot_ms);
    }
}

#[test]
fn two_causes_share_what_they_do_together() {
    let bench = Bench::new();
    let before = bench.scenario("[training]\nprice_per_gpu_hour = 1\nexperiments = 2");
    let after = bench.scenario("[training]\nprice_per_gpu_hour = 2\nexperiments = 4");
    let found = attribute(&bench.case(&before), &bench.case(&after), Answer::ComputeCost).expect("both fit");
    // One becomes four: each of two doublings adds 1 alone and 2 after the other, on average 1.5.
    assert!(found.exact && found.shares.len() == 2);
    for share in &found.shares {
        assert!((share.amount / found.before - 1.5).abs() < 1e-9, "{share:?}");
    }
}

#[test]
fn three_causes_have_the_shares_of_the_textbook() {
    let bench = Bench::new();
    let run = "[training]\ngpu = \"h100-sxm\"\ngpus = 1024\n";
    let before = bench.scenario(&format!("{run}price_per_gpu_hour = 1\nexperiments = 1\ngoodput = 0.9"));
    let after = bench.scenario(&format!("{run}price_per_gpu_hour = 2\nexperiments = 3\ngoodput = 0.18"));
    let found = attribute(&bench.case(&before), &bench.case(&after), Answer::ComputeCost).expect("both fit");
    // Compute is price x experiments / goodput: factors of 2, 3 and 0.9 / 0.18 = 5. A factor a beside b
    // and c adds (a - 1) once alone, times b or c in one order of six each, times bc in two.
    let share = |a: f64, b: f64, c: f64| (a - 1.0) * (2.0 + b + c + 2.0 * b * c) / 6.0;
    let of = |path: &str| {
        let share = found.shares.iter().find(|share| share.changes[0].param.path == path);
        share.expect("it was changed").amount / found.before
    };
    for (path, expected) in [
        ("training.price_per_gpu_hour", share(2.0, 3.0, 5.0)),
        ("training.experiments", share(3.0, 2.0, 5.0)),
        ("training.goodput", share(5.0, 2.0, 3.0)),
    ] {
        assert!((of(path) - expected).abs() < 1e-9, "{path}: {} against {expected} by hand", of(path));
    }
}

#[test]
fn many_causes_are_sampled_and_still_add_up() {
    let bench = Bench::new();
    let before = bench.scenario("");
    let after = bench.scenario(
        "
        [serving]
        spot_share = 0.3
        target_utilization = 0.5
        autoscaling = true
        batch_size = 64
        price_per_gpu_hour = 3
        kv_precision = \"fp8\"
        [workload]
        requests_per_day = 5_000_000
        cache_hit_rate = 0.2
        prefix_cache_hit_rate = 0.5
        output_share = 0.4
        sequence_length = 4096
        ",
    );
    let found = attribute(&bench.case(&before), &bench.case(&after), Answer::DailyCost).expect("both fit");
    assert!(!found.exact && found.shares.len() == 11);
    let sum: f64 = found.shares.iter().map(|share| share.amount).sum();
    assert!((sum - (found.after - found.before)).abs() < 1e-6 * found.after.abs());
    let again = attribute(&bench.case(&before), &bench.case(&after), Answer::DailyCost).expect("both fit");
    assert_eq!(found.shares[0].amount, again.shares[0].amount, "the sample is the same every time");
}
