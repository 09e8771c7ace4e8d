//! Why a cost changed: its factors, and the sentence about them.

use crate::bench::{Bench, any_scenario};
use proptest::prelude::*;
use whatif::analysis::answer::Answer;
use whatif::analysis::why::{Factor, Moved, why};

/// The answers whose change has factors.
const EXPLAINED: [Answer; 7] = [
    Answer::DailyCost,
    Answer::MonthlyCost,
    Answer::YearlyCost,
    Answer::GpusPeak,
    Answer::TrainingCost,
    Answer::ComputeCost,
    Answer::GpuHours,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn factors_multiply_to_the_ratio_of_the_costs(one in any_scenario(), other in any_scenario()) {
        let bench = Bench::new();
        let [before, now] = [&one, &other].map(|text| bench.case(&bench.scenario(text)));
        for answer in EXPLAINED {
            let Some(why) = why(answer, &before, &now) else { continue };
            let product: f64 = why.factors.iter().map(Moved::ratio).product();
            let ratio = answer.of(&now.outcome).expect("it exists") / answer.of(&before.outcome).expect("it exists");
            prop_assert!((product / ratio - 1.0).abs() < 1e-9, "{answer:?}: {product} of {ratio}");
        }
    }
}

/// The sentence on what a change of the default scenario does to an answer.
fn sentence(answer: Answer, before: &str, now: &str) -> Option<String> {
    let bench = Bench::new();
    let [before, now] = [before, now].map(|text| bench.case(&bench.scenario(text)));
    why(answer, &before, &now)?.sentence()
}

#[test]
fn twice_the_price_is_all_that_doubles_a_day() {
    let before = "[serving]\nprice_per_gpu_hour = 2\n";
    let now = "[serving]\nprice_per_gpu_hour = 4\n";
    let bench = Bench::new();
    let cases = [before, now].map(|text| bench.case(&bench.scenario(text)));
    let found = why(Answer::DailyCost, &cases[0], &cases[1]).expect("both are served");
    for moved in &found.factors {
        let expected = if moved.factor == Factor::Price { 2.0 } else { 1.0 };
        assert!((moved.ratio() - expected).abs() < 1e-12, "{moved:?}");
    }
    let gpus = Answer::GpusPeak.of(&cases[0].outcome).expect("it is served");
    let words = format!("{gpus} GPUs serve the peak as before, but a GPU-hour costs $4.00 instead of $2.00.");
    assert_eq!(found.sentence().as_deref(), Some(words.as_str()));
}

#[test]
fn a_larger_batch_saves_since_each_gpu_gives_more() {
    let of = |batch: u32| format!("[serving]\ntensor_parallel = 4\nbatch_size = {batch}");
    let words = sentence(Answer::DailyCost, &of(32), &of(96)).expect("the batch matters");
    assert!(
        words.starts_with("With 96 requests at once on a replica instead of 32, each GPU gives "),
        "{words}"
    );
    assert!(words.contains(" output tokens/s instead of ") && words.contains(", so "), "{words}");
    assert!(words.contains(" GPUs serve the peak instead of ") && !words.contains("GPU-hour"), "{words}");
}

#[test]
fn a_layout_that_follows_says_on_how_many_gpus() {
    let of = |gpus: u32| format!("[serving]\nbatch_size = 32\ntensor_parallel = {gpus}");
    let words = sentence(Answer::DailyCost, &of(2), &of(8)).expect("the layout matters");
    assert!(words.starts_with("With replicas of 8 GPUs instead of 2, each GPU gives "), "{words}");
}

#[test]
fn a_dearer_gpu_that_does_more_says_both() {
    let words =
        sentence(Answer::DailyCost, "[hardware]\ngpu = \"h100-sxm\"", "[hardware]\ngpu = \"b200-sxm\"");
    let words = words.expect("the GPU matters");
    assert!(words.contains("ach B200 SXM gives") && words.contains(" on the H100 SXM, so "), "{words}");
    assert!(words.contains(". But a GPU-hour costs $"), "{words}");
}

#[test]
fn what_was_not_changed_has_no_sentence() {
    assert_eq!(sentence(Answer::DailyCost, "", ""), None);
    assert_eq!(sentence(Answer::TrainingCost, "", "[serving]\nbatch_size = 96"), None);
}

#[test]
fn more_tokens_of_training_take_more_gpu_hours() {
    let words = sentence(Answer::TrainingCost, "[training]\ntokens = \"2T\"", "[training]\ntokens = \"4T\"");
    let words = words.expect("tokens matter");
    assert!(words.starts_with("It trains on 4T tokens instead of 2T, so the final run takes "), "{words}");
}

#[test]
fn a_million_tokens_are_explained_only_while_what_is_asked_stays() {
    let more = "[workload]\nrequests_per_day = \"8M\"";
    assert_eq!(sentence(Answer::CostPerMillionTokens, "[workload]\nrequests_per_day = \"4M\"", more), None);
    let day = sentence(Answer::DailyCost, "[serving]\nbatch_size = 32", "[serving]\nbatch_size = 96");
    let million =
        sentence(Answer::CostPerMillionTokens, "[serving]\nbatch_size = 32", "[serving]\nbatch_size = 96");
    assert_eq!(day, million);
}
