//! Serving: hand-worked cases, and properties that hold for every model on every accelerator.

use whatif::calibration::Calibration;
use whatif::catalog::Catalog;
use whatif::engine::gpu::Gpu;
use whatif::engine::precision::Precision;
use whatif::engine::serving::{
    Batch, Batching, Bound, Deployment, MAX_BATCH, Replica, ServingConstants, ServingEngine, serve,
};
use whatif::engine::shape::ModelShape;

struct House {
    catalog: Catalog,
    constants: ServingConstants,
}

impl House {
    fn new() -> Self {
        Self { catalog: Catalog::embedded(), constants: Calibration::embedded().constants.serving }
    }

    fn shape(&self, id: &str) -> ModelShape {
        self.catalog.model(self.catalog.model_id(id).unwrap()).shape
    }

    fn gpu(&self, id: &str) -> Gpu {
        self.catalog.gpu(self.catalog.gpu_id(id).unwrap()).gpu
    }

    fn deployment(&self, model: &str, gpu: &str) -> Deployment {
        deployment(self.shape(model), &self.gpu(gpu))
    }

    fn serve(&self, deployment: &Deployment) -> Replica {
        serve(deployment, &self.constants).expect("fits")
    }

    /// Every model on a spread of accelerators, with as many GPUs as it needs.
    fn everywhere(&self) -> Vec<(String, Deployment)> {
        let gpus = ["a100-80-sxm", "l40s", "h100-sxm", "b200-sxm", "mi300x", "tpu-v5p"];
        let mut found = Vec::new();
        for preset in self.catalog.models() {
            for gpu in gpus {
                let roomy = (0..8).map(|power| 1_u32 << power).find_map(|tensor_parallel| {
                    let tried = Deployment {
                        tensor_parallel,
                        batch: Batch::Requests(64.0),
                        ..deployment(preset.shape, &self.gpu(gpu))
                    };
                    serve(&tried, &self.constants).is_ok().then_some(tried)
                });
                if let Some(deployment) = roomy {
                    found.push((
                        format!("{} on {} x {gpu}", preset.id, deployment.tensor_parallel),
                        deployment,
                    ));
                }
            }
        }
        assert!(found.len() > 400, "{}", found.len());
        found
    }
}

fn deployment(shape: ModelShape, gpu: &Gpu) -> Deployment {
    Deployment {
        shape,
        gpu: *gpu,
        engine: ServingEngine::Vllm,
        weight_precision: Precision::Fp8,
        kv_precision: Precision::Fp8,
        tensor_parallel: 1,
        expert_parallel: 1,
        batch: Batch::Requests(1.0),
        batching: Batching::Continuous,
        prompt_tokens: 1024.0,
        output_tokens: 512.0,
        prefix_hit_rate: 0.0,
        prompt_spread: 0.0,
        output_spread: 0.0,
    }
}

fn at_batch(deployment: &Deployment, batch: f64) -> Deployment {
    Deployment { batch: Batch::Requests(batch), ..*deployment }
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
    let seconds = (8.03e9 - 128_256.0 * 4096.0) * 2.0 / (3.35e12 * house.constants.bandwidth_use.hopper);
    assert!((replica.step.weights_s / seconds - 1.0).abs() < 0.01, "{} {seconds}", replica.step.weights_s);
    // Cache of one token: 32 layers x 2 x 8 heads x 128 x 2 bytes = 131,072 bytes.
    let context = 1024.0 + house.constants.memory.reserved_output_share * 512.0;
    assert!((replica.memory.kv_cache - 131_072.0 * context).abs() < 1.0);
    assert_eq!(replica.ttft_s, replica.prefill_s);
}

#[test]
fn the_largest_batch_fills_what_the_weights_leave() {
    let house = House::new();
    let deployment = Deployment { batch: Batch::Max, ..house.deployment("llama-3.1-8b", "h100-sxm") };
    let replica = house.serve(&deployment);
    let memory = &house.constants.memory;
    // In 8 bits: 6.98e9 bytes of layers and two matrices of 128,256 x 4,096 in 16 bits.
    let weights = 8.03e9 + 2.0 * 128_256.0 * 4096.0;
    let cache = 65_536.0 * (1024.0 + memory.reserved_output_share * 512.0);
    let requests = memory.cache_share * (80e9 - weights - memory.working_bytes) / cache;
    assert!((replica.max_batch / requests - 1.0).abs() < 0.01, "{} {requests}", replica.max_batch);
    assert_eq!(replica.batch, replica.max_batch);
}

#[test]
fn a_model_that_does_not_fit_is_refused() {
    let house = House::new();
    let refused = serve(&house.deployment("llama-3.1-405b", "h100-sxm"), &house.constants).unwrap_err();
    // A byte each, two for the embedding and the head, and working memory.
    assert!((405e9..420e9).contains(&refused.needed_bytes_per_gpu), "{refused:?}");
    assert!(refused.usable_bytes_per_gpu <= 80e9, "{refused:?}");
}

#[test]
fn requests_beyond_memory_wait_and_do_not_slow_the_others() {
    let house = House::new();
    let deployment = house.deployment("llama-3.1-70b", "h200-sxm");
    let full = house.serve(&Deployment { batch: Batch::Max, ..deployment });
    let crowded = house.serve(&at_batch(&deployment, full.max_batch * 2.0));
    assert_eq!(crowded.tpot_s, full.tpot_s);
    assert_eq!(crowded.output_tokens_per_s, full.output_tokens_per_s);
    // Twice as many requests as slots: half of the time is waiting.
    assert!((crowded.wait_s / (full.ttft_s + 512.0 * full.tpot_s) - 1.0).abs() < 1e-9);
}

#[test]
fn throughput_rises_with_the_batch_and_so_does_the_time_per_token() {
    let house = House::new();
    for (name, deployment) in house.everywhere() {
        let mut last = house.serve(&at_batch(&deployment, 1.0));
        for batch in [1.5, 2.0, 4.0, 7.0, 16.0, 64.0, 150.0, 500.0, MAX_BATCH, 4000.0] {
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
        tensor_parallel: 4,
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
    let deployment = Deployment { tensor_parallel: 8, ..house.deployment("llama-3.1-70b", "h100-sxm") };
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
    let two = Deployment { tensor_parallel: 2, ..one };
    assert!(house.serve(&two).tpot_s > house.serve(&one).tpot_s);
}

#[test]
fn few_requests_visit_few_experts() {
    let house = House::new();
    let deployment = Deployment {
        weight_precision: Precision::Fp8,
        tensor_parallel: 8,
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
fn the_parts_of_a_step_add_up() {
    let house = House::new();
    for (name, deployment) in house.everywhere() {
        let replica = house.serve(&deployment);
        assert!((replica.step.total() / replica.step_s - 1.0).abs() < 1e-12, "{name}");
        assert!(replica.tpot_s.is_finite() && replica.ttft_s > 0.0 && replica.requests_per_s > 0.0, "{name}");
    }
}
