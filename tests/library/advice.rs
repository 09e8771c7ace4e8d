//! Build, fine-tune or buy: what figures and answered questions say.

use crate::bench::{Bench, built_in_scenarios};
use whatif::analysis::advice::{Basis, Profile, Verdict, advice};
use whatif::scenario::ParamId;
use whatif::scenario::value::Value;

#[test]
fn advice_follows_the_figures_and_the_stated_answers() {
    let bench = Bench::new();
    let busy = bench.scenario(
        "
        [workload]
        requests_per_day = 1_000_000_000
        latency_target_ms = 100
        ",
    );
    let busy = advice(&bench.case(&busy));
    assert_eq!(busy.profile, Profile::Inference);
    assert_eq!(busy.met(Profile::Inference), 4, "{busy:?}");
    let research = bench.scenario(
        "
        [workload]
        requests_per_day = 10
        [advice]
        research_first = true
        develops_often = true
        ",
    );
    let research = advice(&bench.case(&research));
    assert_eq!(research.profile, Profile::Training);
    let stated =
        research.of(Profile::Training).find(|criterion| criterion.param == ParamId::AdviceResearchFirst);
    assert_eq!(stated.map(|criterion| criterion.basis), Some(Basis::Stated));
    let unknown = research.of(Profile::Both).filter(|criterion| criterion.verdict == Verdict::Unknown);
    assert_eq!(unknown.count(), 4, "nothing was said of a platform");
}

#[test]
fn advice_never_leads_away_from_most_of_the_money() {
    let bench = Bench::new();
    for (id, text) in built_in_scenarios() {
        // Answers that speak for training, for inference, and none.
        for stated in [
            "develops_often = true\nresearch_first = true\nquality_moves_business = true",
            "stable_model = true",
            "",
        ] {
            let mut scenario = bench.scenario(&text);
            for line in stated.lines() {
                let (word, _) = line.split_once(' ').expect("a key");
                let param = ParamId::from_path(&format!("advice.{word}")).expect("it is a parameter");
                param.set(&mut scenario, Value::Flag(true));
            }
            let case = bench.case(&scenario);
            let share =
                case.outcome.split().and_then(|split| split.inference_share()).expect("it has a price");
            let advice = advice(&case);
            let rule = &advice.rule;
            assert!(share > 0.2 || advice.profile != Profile::Inference, "{id}: {share} {rule}");
            assert!(share < 0.8 || advice.profile != Profile::Training, "{id}: {share} {rule}");
        }
    }
}

#[test]
fn a_majority_is_more_than_half_of_what_was_answered() {
    let bench = Bench::new();
    let of = |text: &str| {
        let case = bench.case(&bench.scenario(text));
        let share = case.outcome.split().and_then(|split| split.inference_share()).expect("it has a price");
        (share, advice(&case))
    };
    // Four answered: production traffic and 16M / 15 = 1.07M users, but neither five times the cost nor 100 ms. Two of four are
    // no majority, so that spending decides.
    let (share, half) = of("[workload]\nrequests_per_day = 16_000_000\nlatency_target_ms = 1000");
    assert_eq!(half.met(Profile::Inference), 2);
    assert!(
        half.rule
            .ends_with("but of the 4 questions answered, no side has more than half; 8 are not answered yet"),
        "{}",
        half.rule
    );
    assert!(!half.is_decided, "what nothing decides is no advice");
    assert_eq!(half.profile == Profile::Inference, share > 0.5, "{share}");
    // 100 ms is the third of four; data at 100 million USD keep inference below five times the cost.
    let dear = |usd: f64| {
        format!(
            "[workload]\nrequests_per_day = 16_000_000\nlatency_target_ms = 100\n[training]\ndata_usd = {usd}"
        )
    };
    let (_, most) = of(&dear(1e8));
    assert_eq!(
        (most.profile, most.rule.as_str(), most.is_decided),
        (Profile::Inference, "3 of the 4 criteria answered speak for it", true)
    );
    // The same three, with nearly all of the money in training.
    let (share, dear) = of(&dear(1e10));
    assert!(share < 0.2, "{share}");
    assert_eq!(dear.met(Profile::Inference), 3);
    assert_eq!(dear.profile, Profile::Training);
    assert!(
        dear.rule.contains("of spending is training, though 3 of the 4 criteria answered"),
        "{}",
        dear.rule
    );
}
