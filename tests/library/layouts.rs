//! Layouts of a replica, worked out by hand: attention data parallelism, stages, tensor parallelism beyond a server,
//! spread experts, guessed tokens, and prefills on GPUs of their own.

use whatif::engine::gpu::Gpu;
use whatif::engine::precision::Precision;
use whatif::engine::serving::{
    Batch, Deployment, Layout, Load, Prefills, Replica, ServingEngine, Speculation, StepTime, serve,
};

use crate::bench::Bench;
use crate::house::{House, at_batch};

/// DeepSeek-V3's layers but for its routed experts, and its routed experts, parameters. A layer of attention has
/// 7,168 x 1,536 + 1,536 x 128 x 192 (queries) + 7,168 x 576 + 512 x 128 x 256 (keys and values) + 128 x 128 x 7,168 (output) =
/// 187,105,280. 61 of those, three feed-forwards of 3 x 7,168 x 18,432, and in 58 layers a shared expert of
/// 3 x 7,168 x 2,048 = 44,040,192 with a router of 7,168 x 256.
const SHARED: f64 = 15_263_268_864.0;
/// 58 x 256 x 44,040,192.
const ROUTED: f64 = 653_908_770_816.0;
/// Embedding and head, 129,280 x 7,168 each, in 16 bits.
const EMBEDDING_BYTES: f64 = 3_706_716_160.0;
/// One token's activation, 7,168 wide in 16 bits.
const TOKEN_BYTES: f64 = 14_336.0;
/// NVLink of a Hopper GPU, and its port of 400 Gbit/s, bytes per second in one direction.
const NVLINK: f64 = 450e9;
const PORT: f64 = 50e9;

const DATA_PARALLEL: Layout =
    Layout { expert_parallel: 8, attention_data_parallel: true, ..Layout::tensor(8) };

fn near(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() < 1e-9
}

fn deepseek(house: &House, gpu: &str, layout: Layout, batch: f64) -> Deployment {
    at_batch(&Deployment { layout, ..house.deployment("deepseek-v3", gpu) }, batch)
}

/// Latency of an all-reduce of eight GPUs, seconds: that of two, and growth for two doublings.
const FABRIC_LATENCY_S: f64 = 3e-6 * (1.0 + 2.0 * 0.3);

/// What an all-reduce of eight GPUs takes more for so many tokens, besides its bytes: half of all at 6 MB.
fn large_s(house: &House, tokens: f64) -> f64 {
    house.constants.links.large_exchange_s * 1.75 * tokens / (tokens + 6e6 / TOKEN_BYTES)
}

/// GPU-seconds of one request with the batch kept full.
fn gpu_seconds(replica: &Replica) -> f64 {
    replica.gpus / replica.requests_per_s
}

#[test]
fn attention_data_parallelism_holds_attention_whole_and_divides_the_cache_by_requests() {
    let house = House::new();
    let split = house.serve(&deepseek(&house, "h200-sxm", Layout::tensor(8), 64.0));
    let own = house.serve(&deepseek(&house, "h200-sxm", DATA_PARALLEL, 64.0));
    assert!(near(split.memory.weights, (SHARED + EMBEDDING_BYTES + ROUTED) / 8.0), "{:?}", split.memory);
    // 15.3 + 3.7 GB whole, and 81.7 GB of experts.
    assert!(near(own.memory.weights, SHARED + EMBEDDING_BYTES + ROUTED / 8.0), "{:?}", own.memory);
    // 61 layers x (512 + 64) values of one byte = 35,136 bytes a token, which heads cannot divide: all eight hold all of it.
    let cache = 64.0 * 1536.0 * 35_136.0;
    assert!(near(split.memory.kv_cache, cache), "{:?}", split.memory);
    assert!(near(own.memory.kv_cache, cache / 8.0), "{:?}", own.memory);
    assert!(own.max_batch > 3.0 * split.max_batch, "{} {}", own.max_batch, split.max_batch);
}

#[test]
fn tokens_are_sent_to_the_gpus_of_their_experts_and_back() {
    let house = House::new();
    let exchange_s =
        |layout, batch| house.serve(&deepseek(&house, "h200-sxm", layout, batch)).step.communication_s;
    let pace = NVLINK * house.constants.links.bandwidth_use;
    // 8 experts fall on 7 x (1 - (7/8)^8) = 4.5947 of the 7 other GPUs; of the tokens, each GPU has an eighth. Two exchanges
    // in 58 layers, there in eight bits and back in sixteen: 116 x 10,752 x 0.57434 = 716,338 bytes a token.
    let sent_s = exchange_s(DATA_PARALLEL, 513.0) - exchange_s(DATA_PARALLEL, 1.0);
    assert!((sent_s / (512.0 * 716_338.0 / pace) - 1.0).abs() < 1e-5, "{sent_s}");
    let latency_s = exchange_s(DATA_PARALLEL, 1.0) - sent_s / 512.0;
    assert!(near(latency_s, 116.0 * FABRIC_LATENCY_S), "{latency_s}");
    // Split, two all-reduces in 61 layers pass 2 x 7/8 of the bytes through every link: 122 x 14,336 x 1.75 = 3,060,736.
    let reduced_s = exchange_s(Layout::tensor(8), 513.0) - exchange_s(Layout::tensor(8), 1.0);
    let larger_s = 122.0 * (large_s(&house, 513.0) - large_s(&house, 1.0));
    assert!(near(reduced_s, 512.0 * 3_060_736.0 / pace + larger_s), "{reduced_s}");
    let latency_s = exchange_s(Layout::tensor(8), 1.0) - 3_060_736.0 / pace;
    assert!(near(latency_s, 122.0 * (FABRIC_LATENCY_S + large_s(&house, 1.0))), "{latency_s}");
}

#[test]
fn two_stages_hold_half_each_and_take_half_of_the_batch() {
    let house = House::new();
    let stages = Layout { pipeline_parallel: 2, ..Layout::tensor(8) };
    let one = house.serve(&deepseek(&house, "h200-sxm", Layout::tensor(8), 16.0));
    let two = house.serve(&deepseek(&house, "h200-sxm", stages, 32.0));
    assert_eq!((one.gpus, two.gpus), (8.0, 16.0));
    assert!(near(two.memory.weights, one.memory.weights / 2.0));
    // Twice the requests, of each half the layers.
    assert!(near(two.memory.kv_cache, one.memory.kv_cache));
    let parts = |step: &StepTime| [step.weights_s, step.compute_s, step.attention_s, step.overhead_s];
    for (one, two) in parts(&one.step).into_iter().zip(parts(&two.step)) {
        assert!((two / one - 1.0).abs() < 1e-3, "all layers, with half of the batch: {one} {two}");
    }
    // Two hops, from the first stage to the second and back, of 16 tokens; each of eight ports takes its part.
    let hops_s = 2.0 * 60e-6 + 16.0 * 2.0 * TOKEN_BYTES / 8.0 / (0.85 * PORT);
    let more_s = two.step.communication_s - one.step.communication_s;
    assert!((more_s / hops_s - 1.0).abs() < 1e-6, "{more_s} {hops_s}");
    // Both stages are at work: but for the hops, the rate is twice that of one.
    assert!(two.requests_per_s < 2.0 * one.requests_per_s);
    assert!(two.requests_per_s > 1.9 * one.requests_per_s, "{} {}", two.requests_per_s, one.requests_per_s);
}

#[test]
fn split_layers_pay_the_network_in_every_exchange() {
    let house = House::new();
    let exchange_s = |gpus, batch| {
        house.serve(&deepseek(&house, "h200-sxm", Layout::tensor(gpus), batch)).step.communication_s
    };
    let token_s = |gpus| exchange_s(gpus, 2.0) - exchange_s(gpus, 1.0);
    // 122 all-reduces wait for the network besides the fabric: 7.3 ms at 60 us each.
    let latency_s = |gpus| exchange_s(gpus, 1.0) - token_s(gpus);
    let more_s = latency_s(16) - latency_s(8);
    assert!((more_s / (122.0 * 60e-6) - 1.0).abs() < 1e-6, "{more_s}");
    // Each of eight GPUs passes its eighth on, 2 x (2 - 1) / 2 of it: 122 x 14,336 / 8 = 218,624 bytes a token.
    let more_s = token_s(16) - token_s(8);
    assert!((more_s / (218_624.0 / (0.85 * PORT)) - 1.0).abs() < 1e-6, "{more_s}");
}

#[test]
fn what_no_server_holds_is_laid_out_in_stages() {
    let house = House::new();
    // 671 GB do not fit into 8 x 85.5 GB beside buffers and a cache.
    assert!(serve(&deepseek(&house, "h100-sxm", Layout::tensor(8), 1.0), &house.constants).is_err());
    let stages = Layout { pipeline_parallel: 2, ..Layout::tensor(8) };
    let staged = house.serve(&deepseek(&house, "h100-sxm", stages, 1.0));
    let split = house.serve(&deepseek(&house, "h100-sxm", Layout::tensor(16), 1.0));
    assert!(near(staged.memory.weights, (SHARED + EMBEDDING_BYTES + ROUTED) / 16.0));
    assert!(near(split.memory.weights, staged.memory.weights));
    assert!(staged.step.communication_s < split.step.communication_s);
}

#[test]
fn the_fullest_gpu_reads_more_experts_until_all_are_visited() {
    let mut house = House::new();
    // Tokens choose on their own, so that the batches that memory holds visit all.
    house.constants.experts.independent_share = 1.0;
    let spread = Layout { expert_parallel: 8, ..Layout::tensor(8) };
    let read_s = |layout, batch| house.serve(&deepseek(&house, "h200-sxm", layout, batch)).step.weights_s;
    // One token visits 8 of 256 experts, one on each of eight GPUs on average; the fullest holds sqrt(2 ln 8 x 31/32) =
    // 2.0072 more, times the constant. On a GPU an expert is 58 x 44,040,192 = 2,554,331,136 bytes.
    let more_s = read_s(spread, 1.0) - read_s(Layout::tensor(8), 1.0);
    let bandwidth = 4.8e12 * house.constants.bandwidth_use.nvidia;
    let expected_s = house.constants.experts.imbalance * 2.007_2 * 2_554_331_136.0 / bandwidth;
    assert!((more_s / expected_s - 1.0).abs() < 1e-4, "{more_s} {expected_s}");
    let gain = |batch| read_s(spread, batch) / read_s(Layout::tensor(8), batch);
    assert!(gain(1.0) > gain(32.0) && gain(32.0) > gain(256.0), "{} {}", gain(1.0), gain(256.0));
    let left = gain(1500.0) - 1.0;
    assert!(left < 1e-4, "{left}");
}

#[test]
fn three_guesses_of_which_seven_in_ten_hold() {
    let house = House::new();
    let free = Speculation {
        draft_tokens: 3.0,
        acceptance: 0.7,
        draft_share: 0.0,
        draft_layers: 0.0,
        draft_weights: 0.0,
        draft_cache: 0.0,
    };
    // 1 + 0.7 + 0.49 + 0.343.
    assert!(near(free.tokens_per_step(), 2.533));
    assert!(near(Speculation { acceptance: 1.0, ..free }.tokens_per_step(), 4.0));
    assert!(near(Speculation { acceptance: 0.0, ..free }.tokens_per_step(), 1.0));
    let plain =
        Deployment { engine: ServingEngine::TensorRtLlm, ..house.deployment("llama-3.1-8b", "h100-sxm") };
    let guessed = house.serve(&Deployment { speculation: Some(free), ..at_batch(&plain, 16.0) }).step;
    // 16 requests of four tokens each pass the layers as 64 do; the cache is read once for all four.
    let (sixteen, many) =
        (house.serve(&at_batch(&plain, 16.0)).step, house.serve(&at_batch(&plain, 64.0)).step);
    assert!(
        near(guessed.weights_s * 2.533, many.weights_s) && near(guessed.compute_s * 2.533, many.compute_s)
    );
    assert!(near(guessed.attention_s * 2.533, sixteen.attention_s));
    // A draft of a tenth of the model in a quarter of its layers: three of its steps come on top.
    let draft = Speculation { draft_share: 0.1, draft_layers: 0.25, ..free };
    let drafted = house.serve(&Deployment { speculation: Some(draft), ..at_batch(&plain, 16.0) }).step;
    let linear_s = |step: &StepTime| step.weights_s + step.compute_s;
    let more_s = (linear_s(&drafted) - linear_s(&guessed)) * 2.533;
    assert!(near(more_s, 0.3 * linear_s(&sixteen)), "{more_s}");
    let more_s = (drafted.overhead_s - guessed.overhead_s) * 2.533;
    let launch_s = 32.0 * house.constants.overhead.layer_tensorrt_llm_s + 0.3e-3;
    assert!((more_s / (0.75 * launch_s) - 1.0).abs() < 0.02, "{more_s} {launch_s}");
}

#[test]
fn what_guesses_is_held_in_memory_with_its_cache() {
    let bench = Bench::new();
    let replica = |speculation: &str| {
        let text = format!(
            "[model]\npreset = \"llama-3.1-70b\"\n[hardware]\ngpu = \"h100-sxm\"\n[serving]\ntensor_parallel = 4\n\
             weight_precision = \"fp8\"\nkv_precision = \"bf16\"\nbatch_size = \"max\"\n{speculation}"
        );
        bench.case(&bench.scenario(&text)).outcome.serving.expect("fits").main.replica
    };
    let each = |replica: &Replica| replica.memory.kv_cache / replica.batch;
    let plain = replica("");
    // 8,030,261,248 parameters beside 70,553,706,496; 32 layers with 8 heads of 128 beside 80 of them.
    let draft = replica("speculation = \"draft\"\ndraft_model = \"llama-3.1-8b\"");
    let more = draft.memory.weights / plain.memory.weights - 1.0;
    assert!((more / (8_030_261_248.0 / 70_553_706_496.0) - 1.0).abs() < 1e-3, "{more}");
    assert!((each(&draft) / each(&plain) / 1.4 - 1.0).abs() < 1e-9, "{draft:?}");
    assert!(draft.max_batch < plain.max_batch / 1.4, "{} {}", draft.max_batch, plain.max_batch);
    // A head of its own is one layer more: (70.55e9 - 2 x 128,256 x 8,192) / 80 = 855.7 million parameters.
    let head = replica("speculation = \"mtp\"");
    let more = head.memory.weights / plain.memory.weights - 1.0;
    assert!((more / (855.7e6 / 70_553_706_496.0) - 1.0).abs() < 1e-3, "{more}");
    assert!((each(&head) / each(&plain) / (81.0 / 80.0) - 1.0).abs() < 1e-9, "{head:?}");
    // What the prompt holds already costs nothing.
    assert_eq!(replica("speculation = \"ngram\"").memory.weights, plain.memory.weights);
}

#[test]
fn guesses_that_hold_help_the_less_the_fuller_the_batch_and_never_where_arithmetic_is_the_limit() {
    let house = House::new();
    let guesses = |draft_tokens, acceptance| Speculation {
        draft_tokens,
        acceptance,
        draft_share: 0.02,
        draft_layers: 0.02,
        draft_weights: 0.0,
        draft_cache: 0.0,
    };
    let mut full = 0;
    for (name, deployment) in house.everywhere() {
        let deployment = Deployment { prompt_tokens: 128.0, output_tokens: 128.0, ..deployment };
        let tpot_s = |batch, speculation| {
            house.serve(&Deployment { speculation, ..at_batch(&deployment, batch) }).step_s
        };
        // Whatever is guessed is work; the more of it holds, the better.
        assert!(tpot_s(4.0, Some(guesses(3.0, 0.0))) > tpot_s(4.0, None), "{name}");
        assert!(tpot_s(4.0, Some(guesses(3.0, 0.9))) < tpot_s(4.0, Some(guesses(3.0, 0.6))), "{name}");
        if deployment.shape.experts.is_some() {
            continue;
        }
        let gain = |batch| tpot_s(batch, None) / tpot_s(batch, Some(guesses(3.0, 0.7)));
        assert!(gain(1.0) > 1.5 && gain(1.0) >= gain(64.0), "{name}");
        assert!(gain(64.0) >= gain(1024.0), "{name}: {} {}", gain(64.0), gain(1024.0));
        let replica = house.serve(&Deployment { batch: Batch::Max, ..deployment });
        // Four times the arithmetic for 2.533 tokens: where that is over 1.533 / 3 = 51% of the step, nothing is left to win.
        for (draft_tokens, acceptance) in [(1.0, 0.8), (3.0, 0.7), (5.0, 0.8)] {
            let guesses = guesses(draft_tokens, acceptance);
            let worth = (guesses.tokens_per_step() - 1.0) / draft_tokens;
            if replica.step.compute_s > 1.1 * worth * replica.step_s {
                full += 1;
                let guessed = tpot_s(replica.batch, Some(guesses));
                assert!(
                    guessed >= replica.step_s,
                    "{name}, {draft_tokens} guesses: {guessed} {}",
                    replica.step_s
                );
            }
        }
    }
    assert!(full > 50, "only {full} batches were bound by arithmetic");
}

#[test]
fn prefills_on_gpus_of_their_own_conserve_the_work() {
    let house = House::new();
    let interleave = house.constants.load.prefill_interleave;
    for (name, deployment) in house.everywhere() {
        let deployment = at_batch(&deployment, 16.0);
        let apart = |share| house.serve(&Deployment { prefills: Prefills::Apart { share }, ..deployment });
        let (beside, kept_up) = (house.serve(&deployment), apart(None));
        // A request takes its part of each step, and its prompt; between steps, prompts hide some of their work.
        let decode = beside.gpus * 512.0 * beside.step_s / beside.batch;
        let prompt = (gpu_seconds(&beside) - decode) / interleave;
        assert!(near(gpu_seconds(&kept_up), decode + prompt), "{name}");
        assert!(near(kept_up.requests_per_s, kept_up.batch / (512.0 * kept_up.step_s)), "{name}");
        assert!(kept_up.tpot_s <= beside.tpot_s, "{name}: no prompt comes between two tokens");
        // As many GPUs as keep up, stated: the same. Half as many for each that decodes: half the rate.
        let ratio = kept_up.gpus / beside.gpus - 1.0;
        let stated = apart(Some(ratio / (1.0 + ratio)));
        assert!(
            near(stated.requests_per_s, kept_up.requests_per_s) && near(stated.gpus, kept_up.gpus),
            "{name}"
        );
        let few = apart(Some(ratio / 2.0 / (1.0 + ratio / 2.0)));
        assert!(near(few.requests_per_s, kept_up.requests_per_s / 2.0), "{name}");
        assert!(near(few.gpus, beside.gpus * (1.0 + ratio / 2.0)), "{name}");
        for share in [0.05, 0.2, 0.5, 0.8] {
            assert!(
                gpu_seconds(&apart(Some(share))) >= gpu_seconds(&kept_up) * (1.0 - 1e-12),
                "{name} at {share}"
            );
        }
    }
}

#[test]
fn the_cache_of_a_prompt_is_sent_over_the_network() {
    let house = House::new();
    let apart = Deployment {
        prefills: Prefills::Apart { share: None },
        ..at_batch(&house.deployment("llama-3.1-8b", "h100-sxm"), 32.0)
    };
    let slower = Deployment { gpu: Gpu { scale_out_bytes_per_s: PORT / 2.0, ..apart.gpu }, ..apart };
    let [slower_s, usual_s] =
        [slower, apart].map(|deployment| house.latencies(&deployment, Load::Closed(1.0)).ttft.mean);
    // 65,536 bytes for each of 1,024 tokens are 67 MB: at half of 50 GB/s they take as much longer as they took.
    let expected_s = 67_108_864.0 / (0.85 * PORT);
    assert!(near(slower_s - usual_s, expected_s), "{slower_s} {usual_s} {expected_s}");
}

#[test]
fn a_faster_link_never_slows() {
    let house = House::new();
    let layouts = [
        Layout::tensor(8),
        Layout::tensor(16),
        DATA_PARALLEL,
        Layout { expert_parallel: 16, attention_data_parallel: true, ..Layout::tensor(16) },
        Layout { pipeline_parallel: 4, ..Layout::tensor(4) },
    ];
    for model in ["deepseek-v3", "llama-3.1-70b", "gpt-oss-120b", "qwen-3-235b-a22b"] {
        for gpu in ["h200-sxm", "b200-sxm", "mi300x", "l40s"] {
            for layout in layouts {
                for prefills in [Prefills::Beside, Prefills::Apart { share: None }] {
                    let usual =
                        Deployment { layout, prefills, ..at_batch(&house.deployment(model, gpu), 64.0) };
                    if layout.attention_data_parallel && usual.shape.experts.is_none() {
                        continue;
                    }
                    let Ok(before) = serve(&usual, &house.constants) else { continue };
                    let load = Load::Random(before.requests_per_s / 2.0);
                    let mut gpus = [usual.gpu; 2];
                    gpus[0].scale_up_bytes_per_s *= 2.0;
                    gpus[1].scale_out_bytes_per_s *= 2.0;
                    for gpu in gpus {
                        let faster = Deployment { gpu, ..usual };
                        let after = house.serve(&faster);
                        let name = format!("{model}, {layout:?}, {prefills:?}");
                        assert!(
                            after.step_s <= before.step_s && after.prefill_s <= before.prefill_s,
                            "{name}"
                        );
                        assert!(after.requests_per_s >= before.requests_per_s, "{name}");
                        assert!(after.ttft_s <= before.ttft_s && after.tpot_s <= before.tpot_s, "{name}");
                        let [slow, fast] = [&usual, &faster].map(|replica| house.latencies(replica, load));
                        assert!(fast.ttft.mean <= slow.ttft.mean && fast.tpot_s <= slow.tpot_s, "{name}");
                        assert!(fast.ttft.p95 <= slow.ttft.p95 && fast.ttft.p99 <= slow.ttft.p99, "{name}");
                        assert!(fast.request_s <= slow.request_s, "{name}");
                    }
                }
            }
        }
    }
}

#[test]
fn tensorrt_llm_holds_whole_contexts_where_others_hold_windows() {
    let house = House::new();
    let holds = |engine| {
        let deployment = Deployment {
            engine,
            weight_precision: Precision::Fp4,
            prompt_tokens: 7680.0,
            ..house.deployment("gpt-oss-120b", "b200-sxm")
        };
        house.serve(&deployment).memory.kv_cache
    };
    // Half of 36 layers see 128 tokens. Of each token, 2 x 8 heads x 64 values of one byte are held.
    assert!(near(holds(ServingEngine::Vllm), (18.0 * 8192.0 + 18.0 * 128.0) * 1024.0));
    assert!(near(holds(ServingEngine::Sglang), (18.0 * 8192.0 + 18.0 * 128.0) * 1024.0));
    assert!(near(holds(ServingEngine::TensorRtLlm), 36.0 * 8192.0 * 1024.0));
}

#[test]
fn what_the_driver_reports_is_what_may_be_used() {
    let house = House::new();
    // 143,771 MiB, of which an engine takes a share of what the weights leave, and never more than all.
    let reported = 143_771.0 * 1_048_576.0;
    assert!(near(house.gpu("h200-sxm").memory_bytes, reported));
    for (name, deployment) in house.everywhere() {
        let replica = house.serve(&Deployment { batch: Batch::Max, ..deployment });
        assert!(replica.memory.usable <= deployment.gpu.memory_bytes, "{name}");
        assert!(replica.memory.in_use() <= replica.memory.usable * (1.0 + 1e-9), "{name}");
    }
}
