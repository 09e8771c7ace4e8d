//! The same work on every accelerator.

use crate::bench::Bench;
use whatif::analysis::answer::Answer;
use whatif::analysis::frontier::frontier;
use whatif::analysis::hardware::{HardwareRow, firm_gpus, hardware};
use whatif::analysis::sensitivity::sensitivities;
use whatif::scenario::value::Value;

#[test]
fn nothing_proposes_an_accelerator_with_a_weak_price() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let case = bench.case(&scenario);
    let firm: Vec<_> = firm_gpus(&case).collect();
    assert!(firm.len() > 5 && firm.len() < bench.world.catalog.gpus().len());
    let best = frontier(&case).best_of_all;
    assert!(!best.is_empty() && best.iter().all(|point| firm.contains(&point.gpu)));
    for row in sensitivities(&case, Answer::DailyCost) {
        for end in [row.range.low, row.range.high] {
            assert!(!matches!(end, Value::Gpu(gpu) if !firm.contains(&gpu)), "{}", row.param.path);
        }
    }
}

#[test]
fn every_accelerator_stands_in_the_table_with_its_own_figures() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let rows = hardware(&bench.case(&scenario));
    assert_eq!(rows.len(), bench.world.catalog.gpus().len());
    let own = rows.iter().find(|row| row.serves_now).expect("the scenario serves on one of them");
    let serving = own.serving.as_ref().expect("it fits");
    assert_eq!(serving.daily_usd, Some(bench.figure(Answer::DailyCost, &scenario)));
    let trains = rows.iter().find(|row| row.trains_now).expect("the scenario trains on one of them");
    assert_eq!(trains.training.programme_usd, Some(bench.figure(Answer::TrainingCost, &scenario)));
    // The cheapest first, and of those that meet the target, the ones with a weak price after all others.
    let fast =
        |row: &HardwareRow| row.serving.as_ref().ok().filter(|serving| serving.meets_target)?.daily_usd;
    let fitting: Vec<(bool, f64)> =
        rows.iter().filter_map(|row| Some((!row.is_firm(), fast(row)?))).collect();
    assert!(fitting.len() > rows.len() / 2 && fitting.is_sorted(), "{fitting:?}");
    assert!(fitting.iter().any(|(weak, _)| *weak) && !fitting[0].0);
}

#[test]
fn the_accelerator_in_use_stands_in_the_table_with_the_price_that_its_day_is_computed_with() {
    let bench = Bench::new();
    let scenario = bench.scenario("[serving]\nprice_per_gpu_hour = 2.5");
    let rows = hardware(&bench.case(&scenario));
    let (own, others): (Vec<&HardwareRow>, Vec<&HardwareRow>) = rows.iter().partition(|row| row.serves_now);
    let price = own[0].price.expect("it is stated");
    assert_eq!((price.usd_per_hour, own[0].mark()), (2.5, Some("set by hand")));
    let serving = own[0].serving.as_ref().expect("it fits");
    assert_eq!(serving.usd_per_gpu_hour, Some(price.usd_per_hour));
    assert!(others.iter().all(|row| row.price.is_none_or(|price| !price.is_by_hand)));
    assert!(own[0].is_firm(), "what one pays is known");
}
