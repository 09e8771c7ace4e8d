//! What users ask and are promised, as the engine gets it.

use whatif::engine::promise::{Percentile, Promise};

use crate::bench::Bench;

#[test]
fn a_promise_reaches_every_pool_but_a_tier_with_a_target_of_its_own() {
    let bench = Bench::new();
    assert_eq!(bench.world.inputs(&bench.scenario("")).main_pool.promise, Promise::NONE);
    let scenario = bench.scenario(
        "[workload]\nlatency_target_ms = 800
        [workload.target]
        ttft_ms = 500\ntpot_ms = \"20ms\"\ntokens_per_s_per_user = 40\nrequest_ms = \"30s\"\npercentile = \"p95\"
        [routing]\nsmall_model = \"llama-3.1-8b\"\nshare = 0.2
        [[tier]]\nshare = 0.1
        [[tier]]\nshare = 0.1\nlatency_target_ms = 60000",
    );
    let inputs = bench.world.inputs(&scenario);
    let promise = Promise {
        ttft_s: Some(0.5),
        tpot_s: Some(0.02),
        tokens_per_s_per_user: Some(40.0),
        request_s: Some(30.0),
        percentile: Percentile::P95,
    };
    assert_eq!(inputs.main_pool.promise, promise);
    assert_eq!(inputs.main_pool.latency_target_s, 0.8, "a mean target of its own");
    assert_eq!(inputs.small_pool.expect("routed to").promise, promise);
    let [same, own] = [0, 1].map(|tier: usize| inputs.tiers[tier].expect("a tier"));
    assert_eq!((same.promise, same.latency_target_s), (promise, 0.8));
    assert_eq!((own.promise, own.latency_target_s), (Promise::NONE, 60.0));
}
