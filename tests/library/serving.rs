//! Serving: hand-worked cases, and properties that hold for every model on every accelerator.

use whatif::engine::precision::Precision;
use whatif::engine::serving::{Batch, Batching, Bound, Deployment, Layout, Load, MAX_BATCH, serve};

use crate::house::{House, at_batch};

#[test]
fn schedulers_run_no_more_than_their_cap_however_much_memory_holds() {
    let house = House::new();
    let chat = |tokens: f64| Deployment {
        prompt_tokens: tokens,
        output_tokens: tokens,
        batch: Batch::Max,
        ..house.deployment("llama-3.1-8b", "h200-sxm")
    };
    let [short, long] = [64.0, 4096.0].map(|tokens| house.serve(&chat(tokens)));
    assert_eq!((short.max_batch, short.capped), (MAX_BATCH, true));
    assert!(short.memory.in_use() < 0.5 * short.memory.usable, "{:?}", short.memory);
    assert!(long.max_batch < MAX_BATCH && !long.capped, "{long:?}");
}

#[test]
fn one_request_reads_the_weights_once_a_step() {
    let house = House::new();
    let deployment = Deployment {
        weight_precision: Precision::Bf16,
        kv_precision: Precision::Bf16,
        ..house.deployment("llama-3.1-8b", "h100-sxm")
    };
    let replica = house.serve(&deployment);
    // 8.03e9 parameters without the 128,256 x 4,096 embedding, 2 bytes each, at the fitted share of 3.35 TB/s.
    let seconds = (8.03e9 - 128_256.0 * 4096.0) * 2.0 / (3.35e12 * house.constants.bandwidth_use.nvidia);
    assert!((replica.step.weights_s / seconds - 1.0).abs() < 0.01, "{} {seconds}", replica.step.weights_s);
    // Cache of one token: 32 layers x 2 x 8 heads x 128 x 2 bytes = 131,072 bytes.
    assert!((replica.memory.kv_cache - 131_072.0 * (1024.0 + 512.0)).abs() < 1.0);
    // The first token comes out of a step that carries the prompt: its weights are read once.
    let interleaved_s = replica.ttft_s - replica.step_s;
    assert!(interleaved_s > 0.0 && interleaved_s < replica.prefill_s, "{interleaved_s}");
}

#[test]
fn the_largest_batch_fills_what_the_weights_leave() {
    let house = House::new();
    let deployment = Deployment { batch: Batch::Max, ..house.deployment("llama-3.1-8b", "h100-sxm") };
    let replica = house.serve(&deployment);
    let constants = &house.constants;
    // In 8 bits: 6.98e9 bytes of layers and two matrices of 128,256 x 4,096 in 16 bits.
    let weights = 8.03e9 + 2.0 * 128_256.0 * 4096.0;
    let cache = 65_536.0 * (1024.0 + 512.0);
    // The driver reports 81,559 MiB. A step of 8,192 tokens takes two widths of the feed-forward and two of the model, in 16 bits.
    let reported = 81_559.0 * 1_048_576.0;
    let buffers = 8192.0 * 2.0 * (2.0 * 14_336.0 + 2.0 * 4096.0);
    let requests = 0.95 * (reported - weights - constants.working_bytes - buffers) / cache;
    assert!((replica.max_batch / requests - 1.0).abs() < 0.01, "{} {requests}", replica.max_batch);
    assert_eq!(replica.batch, replica.max_batch);
}

#[test]
fn a_model_that_does_not_fit_is_refused() {
    let house = House::new();
    let refused = serve(&house.deployment("llama-3.1-405b", "h100-sxm"), &house.constants).unwrap_err();
    // A byte each, two for the embedding and the head, and working memory.
    assert!((405e9..420e9).contains(&refused.needed_bytes_per_gpu), "{refused:?}");
    assert!(refused.usable_bytes_per_gpu <= 86e9, "{refused:?}");
}

#[test]
fn requests_beyond_memory_wait_and_do_not_slow_the_others() {
    let house = House::new();
    let deployment = house.deployment("llama-3.1-70b", "h200-sxm");
    let full = house.serve(&Deployment { batch: Batch::Max, ..deployment });
    let crowded = house.serve(&at_batch(&deployment, full.max_batch * 2.0));
    assert_eq!(crowded.tpot_s, full.tpot_s);
    assert_eq!(crowded.output_tokens_per_s, full.output_tokens_per_s);
    // Twice as many requests as slots: each waits for as long as a slot is held, by Little's law.
    assert!((crowded.wait_s / (full.max_batch / full.requests_per_s) - 1.0).abs() < 1e-9);
    assert!((crowded.wait_s / (512.0 * full.tpot_s) - 1.0).abs() < 0.1, "{} {}", crowded.wait_s, full.tpot_s);
}

#[test]
fn throughput_rises_with_the_batch_and_so_does_the_time_per_token() {
    let house = House::new();
    for (name, deployment) in house.everywhere() {
        let mut last = house.serve(&at_batch(&deployment, 1.0));
        for batch in [1.5, 2.0, 4.0, 7.0, 16.0, 64.0, 150.0, 500.0, 2000.0, MAX_BATCH, 8000.0] {
            let next = house.serve(&at_batch(&deployment, batch));
            assert!(
                next.output_tokens_per_s >= last.output_tokens_per_s * (1.0 - 1e-12),
                "{name}, batch {batch}"
            );
            assert!(next.tpot_s >= last.tpot_s && next.ttft_s >= last.ttft_s, "{name}, batch {batch}");
            last = next;
        }
    }
}

#[test]
fn longer_prompts_and_outputs_cost_more() {
    let house = House::new();
    for (name, deployment) in house.everywhere() {
        // Within memory: where longer prompts leave room for fewer requests, those run faster.
        let roomy = house.serve(&deployment).max_batch / 2.0;
        let deployment = at_batch(&deployment, roomy.min(8.0));
        let usual = house.serve(&deployment);
        let prompt = house.serve(&Deployment { prompt_tokens: 1400.0, ..deployment });
        assert!(prompt.tpot_s >= usual.tpot_s, "{name}: interleaved prefills");
        assert!(prompt.prefill_s > usual.prefill_s && prompt.ttft_s > usual.ttft_s, "{name}");
        assert!(prompt.max_batch <= usual.max_batch, "{name}");
        let output = house.serve(&Deployment { output_tokens: 700.0, ..deployment });
        assert!(output.step_s >= usual.step_s && output.request_s > usual.request_s, "{name}");
        let cached = house.serve(&Deployment { prefix_hit_rate: 0.6, ..deployment });
        assert!(cached.tpot_s <= usual.tpot_s && cached.prefill_s < usual.prefill_s, "{name}: prefix cache");
    }
}

#[test]
fn a_larger_model_is_never_faster() {
    let house = House::new();
    for (name, deployment) in house.everywhere() {
        let mut last = house.serve(&at_batch(&deployment, 1.0));
        for share in [0.9, 0.5, 0.2] {
            let shape = deployment.shape.scaled_to(deployment.shape.total_parameters() * share);
            let smaller = house.serve(&Deployment { shape, ..at_batch(&deployment, 1.0) });
            assert!(smaller.step_s < last.step_s && smaller.prefill_s < last.prefill_s, "{name} at {share}");
            last = smaller;
        }
    }
}

#[test]
fn figures_move_smoothly() {
    let house = House::new();
    for (name, deployment) in house.everywhere() {
        for batch in [1.0, 3.3, 30.0, 300.0] {
            let here = house.serve(&at_batch(&deployment, batch));
            let there = house.serve(&at_batch(&deployment, batch * 1.000_01));
            for (one, other) in [(here.tpot_s, there.tpot_s), (here.ttft_s, there.ttft_s)] {
                assert!((other / one - 1.0).abs() < 1e-3, "{name}, batch {batch}");
            }
        }
    }
}

#[test]
fn eight_bits_do_not_halve_a_small_batch() {
    let house = House::new();
    let wide = Deployment {
        weight_precision: Precision::Fp16,
        kv_precision: Precision::Fp16,
        layout: Layout::tensor(4),
        batch: Batch::Requests(4.0),
        ..house.deployment("llama-3.1-70b", "h100-sxm")
    };
    let narrow = Deployment { weight_precision: Precision::Fp8, kv_precision: Precision::Fp8, ..wide };
    let gain = house.serve(&wide).tpot_s / house.serve(&narrow).tpot_s;
    assert!((1.2..1.8).contains(&gain), "{gain}");
}

#[test]
fn batch_one_on_eight_gpus_is_mostly_overhead() {
    let house = House::new();
    let deployment =
        Deployment { layout: Layout::tensor(8), ..house.deployment("llama-3.1-70b", "h100-sxm") };
    let replica = house.serve(&deployment);
    assert_eq!(replica.bound, Bound::Overhead);
    assert!((replica.step.overhead_s + replica.step.communication_s) / replica.step_s > 0.5);
}

#[test]
fn a_second_gpu_over_pcie_may_be_slower_than_one() {
    let house = House::new();
    let one = Deployment {
        prompt_tokens: 128.0,
        output_tokens: 64.0,
        ..at_batch(&house.deployment("qwen-3-0.6b", "l40s"), 256.0)
    };
    let two = Deployment { layout: Layout::tensor(2), ..one };
    assert!(house.serve(&two).tpot_s > house.serve(&one).tpot_s);
}

#[test]
fn few_requests_visit_few_experts() {
    let house = House::new();
    let deployment = Deployment {
        weight_precision: Precision::Fp8,
        layout: Layout::tensor(8),
        ..house.deployment("qwen-3-235b-a22b", "h200-sxm")
    };
    let read = |batch| house.serve(&at_batch(&deployment, batch)).step.weights_s;
    // 8 of 128 experts for one token; nearly all of them for many.
    assert!(read(1.0) < 0.25 * read(256.0), "{} {}", read(1.0), read(256.0));
}

#[test]
fn static_batches_wait_for_the_whole_prefill_but_decode_undisturbed() {
    let house = House::new();
    let continuous = at_batch(&house.deployment("llama-3.1-8b", "h100-sxm"), 32.0);
    let together = Deployment { batching: Batching::Static, ..continuous };
    let (continuous, together) = (house.serve(&continuous), house.serve(&together));
    assert!(together.ttft_s > continuous.ttft_s && together.tpot_s < continuous.tpot_s);
    assert_eq!(together.tpot_s, together.step_s);
}

#[test]
fn a_static_batch_is_of_those_that_came_while_the_one_before_was_answered() {
    let house = House::new();
    let together = Deployment {
        batching: Batching::Static,
        ..at_batch(&house.deployment("llama-3.1-8b", "h100-sxm"), 32.0)
    };
    let [one, full] = [1.0, 32.0].map(|batch| house.serve(&at_batch(&together, batch)));
    let cycle_s = one.prefill_s + 512.0 * one.step_s;
    // One comes in a hundred times of an answer: it is alone, and one in a hundred waits for half of the one before.
    let rare = house.latencies(&together, Load::Random(0.01 / cycle_s));
    assert!((rare.ttft.mean / (one.prefill_s + 0.005 * cycle_s) - 1.0).abs() < 1e-9, "{rare:?}");
    assert!((rare.ttft.p95 / one.prefill_s - 1.0).abs() < 1e-9 && rare.in_flight < 0.02, "{rare:?}");
    let loads = [0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 0.999];
    let under = loads.map(|load| house.latencies(&together, Load::Random(load * full.requests_per_s)));
    assert!(under.is_sorted_by(|one, more| one.ttft.mean < more.ttft.mean && one.request_s < more.request_s));
    assert!(under[6].request_s < 32.0 / full.requests_per_s * 1.5 + full.ttft_s, "{:?}", under[6]);
}

#[test]
fn the_parts_of_a_step_add_up() {
    let house = House::new();
    for (name, deployment) in house.everywhere() {
        let replica = house.serve(&deployment);
        assert!((replica.step.total() / replica.step_s - 1.0).abs() < 1e-12, "{name}");
        assert!(replica.tpot_s.is_finite() && replica.ttft_s > 0.0 && replica.requests_per_s > 0.0, "{name}");
    }
}
