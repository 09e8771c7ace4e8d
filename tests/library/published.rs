//! Published figures: held against what they mean, and told the way that the numbers stand.

use whatif::analysis::answer::Answer;
use whatif::analysis::case::Case;
use whatif::analysis::published::{Against, Published, published};
use whatif::analysis::range::{Range, figures};
use whatif::catalog::records::{ClaimBasis, TRAINING_USD};
use whatif::text::quantity::Unit;

use crate::bench::{Bench, built_in_scenarios};

fn all(case: &Case, id: Option<&str>) -> Vec<Published> {
    published(case, id, &figures(case))
}

/// Every built-in scenario, and the default one with every model, each with its published figures.
fn everything() -> Vec<(String, Case, Vec<Published>)> {
    let bench = Bench::new();
    let models = bench.world.catalog.models().iter();
    let models = models.map(|model| (model.id.clone(), format!("[model]\npreset = \"{}\"", model.id)));
    built_in_scenarios()
        .into_iter()
        .chain(models)
        .map(|(id, text)| {
            let case = bench.case(&bench.scenario(&text));
            let rows = all(&case, Some(&id));
            (id, case, rows)
        })
        .collect()
}

/// The published figure of a scenario with this value.
fn row(id: &str, value: f64) -> Published {
    let (_, text) = built_in_scenarios().into_iter().find(|(name, _)| name == id).expect("it is built in");
    let bench = Bench::new();
    let rows = all(&bench.case(&bench.scenario(&text)), Some(id));
    rows.into_iter().find(|row| row.value == value).expect("it is published")
}

#[test]
fn what_is_said_of_a_figure_agrees_with_the_numbers() {
    const TOTALS: [&str; 3] = ["the final run (", "all compute (", "the whole program ("];
    for (id, _, rows) in everything() {
        for row in rows {
            let Some(words) = row.relation() else { continue };
            let high = row.high.unwrap_or(row.value);
            let ratio = row.ratio().expect("it is derived");
            match row.against.expect("it is derived") {
                Against::One { derived, range, .. } => {
                    let within = row.value <= derived && derived <= high;
                    assert_eq!(within, ratio == 1.0, "{id}: {words}");
                    let times =
                        words.split(' ').zip(words.split(' ').skip(1)).find(|(_, next)| *next == "times");
                    if let Some((times, _)) = times {
                        let times: f64 = times.parse().expect("a number");
                        let end = if derived < row.value { row.value } else { high };
                        assert!((times * end / derived - 1.0).abs() < 0.07, "{id}: {words}");
                        assert!(times > 0.995 || derived < row.value, "{id}: {words}");
                    }
                    for (word, holds) in [
                        ("below its 80%", range.is_some_and(|range| high < range.low)),
                        ("above its 80%", range.is_some_and(|range| row.value > range.high)),
                        (
                            "inside its 80%",
                            range.is_some_and(|range| row.value <= range.high && high >= range.low),
                        ),
                    ] {
                        assert_eq!(words.contains(word), holds, "{id}: {words}");
                    }
                }
                Against::Totals(totals) => {
                    let named = |index: usize| words.contains(TOTALS[index]);
                    for (index, total) in totals.into_iter().enumerate() {
                        let within = row.value <= total && total <= high;
                        assert_eq!(words.contains("covers") && named(index), within, "{id}: {words}");
                    }
                    let [run, compute, programme] = totals;
                    assert!(!words.contains("below") || named(0) && high < run, "{id}: {words}");
                    assert!(!words.contains("above") || named(2) && row.value > programme, "{id}: {words}");
                    if words.contains("between") {
                        let (low, up) = if named(0) { (run, compute) } else { (compute, programme) };
                        assert!(named(1) && low < row.value && high < up, "{id}: {words}");
                    }
                }
            }
        }
    }
}

#[test]
fn published_hours_are_those_of_the_engine_or_say_why_not() {
    let bench = Bench::new();
    let mut seen = 0;
    for (id, case, rows) in everything() {
        let Some(model) = case.model().filter(|model| model.id == id) else { continue };
        let Some(run) = model.trained_on.as_ref().filter(|run| run.gpu_hours.is_some()) else { continue };
        let hours = rows.iter().find(|row| row.figure == "gpu_hours").unwrap_or_else(|| panic!("{id}"));
        let Some(Against::One { range: Some(range), .. }) = hours.against else {
            panic!("{id} has no hours")
        };
        let explained = (range.low..=range.high).contains(&hours.value) || hours.reason.is_some();
        assert!(explained, "{id}: {}", hours.relation().unwrap_or_default());
        assert_eq!(case.training_gpu().id, bench.world.catalog.gpu(run.gpu).id, "{id} runs on its own chip");
        assert!(run.gpus.is_none_or(|gpus| gpus == case.outcome.training.run.gpus), "{id}");
        seen += 1;
    }
    assert!(seen > 10);
}

/// 13T tokens at about $1 an A100-hour: some 58M hours, and 2.2 times as much with experiments.
#[test]
fn the_hundred_million_of_gpt_4_lie_between_the_run_and_all_compute() {
    let quote = row("gpt-4", 100e6);
    let Some(Against::Totals([run, compute, _])) = quote.against else { panic!("its basis was stated") };
    assert!((compute / run - 2.2).abs() < 1e-9);
    assert!(run < 100e6 && 100e6 < compute);
    let words = quote.relation().expect("it is derived");
    assert!(words.starts_with("It lies between the final run ($58.1M) and all compute ($128M)"), "{words}");
    // ln(100 / 58.1) = 0.54 is more than ln(128 / 100) = 0.25: all compute is nearer.
    assert_eq!(quote.derived(), Some(compute));
}

#[test]
fn each_headline_is_held_against_what_it_means() {
    assert_eq!(row("llama-2-70b", 20e6).basis, Some(ClaimBasis::Programme));
    let palm = row("palm-2", 25e6);
    let Some(Against::Totals([run, ..])) = palm.against else { panic!("its basis was stated") };
    assert_eq!(palm.derived(), Some(run), "the run alone is the nearest");
    let class = row("gpt-3.5", 1e6).relation().expect("it is derived");
    assert!(class.contains("the final run (") && !class.contains("program"), "{class}");
}

/// The same figure as that of a run whose GPUs are all owned.
#[test]
fn depreciated_hardware_is_what_the_run_costs_an_owner() {
    let bench = Bench::new();
    let text = "[model]\npreset = \"llama-2-70b\"";
    let case = bench.case(&bench.scenario(text));
    let owned = bench.case(&bench.scenario(&format!("{text}\n[training]\nowned_share = 1")));
    let rows = all(&case, None);
    let depreciated = rows.iter().find(|row| row.basis == Some(ClaimBasis::DepreciatedHardware));
    let derived = depreciated.and_then(Published::derived).expect("it is derived");
    let run = Answer::FinalRunCost.of(&owned.outcome).expect("it has a price");
    assert!((derived / run - 1.0).abs() < 1e-9, "{derived} against {run}");
}

#[test]
fn a_fine_tune_is_not_compared_with_the_training_of_its_model() {
    let bench = Bench::new();
    let trained = |text: &str| {
        let rows = all(&bench.case(&bench.scenario(text)), None);
        rows.iter().filter(|row| row.figure == TRAINING_USD || row.figure == "gpu_hours").count()
    };
    assert!(trained("[model]\npreset = \"llama-3.1-405b\"") > 1);
    assert_eq!(trained("[model]\npreset = \"llama-3.1-405b\"\n[training]\nmethod = \"finetune\""), 0);
    assert_eq!(trained("[model]\npreset = \"llama-3.1-405b\"\nsize = \"70B\""), 0);
}

#[test]
fn a_run_is_repeated_only_by_its_own_method() {
    let bench = Bench::new();
    let batch = |text: &str| bench.case(&bench.scenario(text)).outcome.training.run.global_batch_tokens;
    let run = "[model]\npreset = \"llama-3.1-405b\"";
    assert_eq!(batch(run), 16_777_216.0);
    assert_ne!(batch(&format!("{run}\n[training]\nmethod = \"finetune\"")), 16_777_216.0);
}

#[test]
fn a_span_is_measured_from_its_nearer_end() {
    let claim = |value: f64, high: Option<f64>, against: Against| Published {
        figure: "training_usd",
        value,
        high,
        is_least: false,
        basis: None,
        statement: "".into(),
        against: Some(against),
        reason: None,
        short: "press".into(),
        source: "".into(),
    };
    let one = |derived: f64| {
        let range = Some(Range { value: derived, low: derived / 2.0, high: derived * 2.0 });
        Against::One { label: "cost", unit: Unit::Usd, derived, range }
    };
    let relation = |claim: Published| claim.relation().expect("it is derived");
    // 12 / 8, and 8 lies in 6 to 24, as 5 and 30 do not.
    let words = relation(claim(8.0, None, one(12.0)));
    assert_eq!(words, "Derived here: cost $12.00, 50% more; the published figure lies inside its 80% range.");
    assert!(
        relation(claim(5.0, None, one(12.0))).contains("2.4 times as much; the published figure lies below")
    );
    assert!(relation(claim(30.0, None, one(12.0))).contains("60% less; the published figure lies above"));
    // 12 against 2 to 4 is three times its high end, against 24 to 48 half of its low end.
    assert!(relation(claim(2.0, Some(4.0), one(12.0))).contains("3.0 times as much as its high end"));
    assert!(relation(claim(24.0, Some(48.0), one(12.0))).contains("50% less than its low end"));
    assert!(relation(claim(8.0, Some(16.0), one(12.0))).contains("within that span"));
    let totals = |value, high| relation(claim(value, high, Against::Totals([10.0, 20.0, 40.0])));
    assert_eq!(
        totals(15.0, None),
        "It lies between the final run ($10.00) and all compute ($20.00) derived here."
    );
    assert_eq!(
        totals(5.0, None),
        "It lies below the final run ($10.00) derived here, which is 2.0 times as much."
    );
    assert_eq!(
        totals(80.0, None),
        "It lies above the whole program ($40.00) derived here, which is 50% less."
    );
    assert_eq!(
        totals(8.0, Some(20.0)),
        "It covers the final run ($10.00) and all compute ($20.00) derived here."
    );
}
