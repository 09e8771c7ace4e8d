//! Training, part by part: hand-worked cases.

use std::sync::LazyLock;

use whatif::calibration::Calibration;
use whatif::catalog::Catalog;
use whatif::engine::precision::Precision;
use whatif::engine::training::{
    GoodputConstants, Recompute, TrainingConstants, TrainingMethod, TrainingPlan, TrainingRun,
    attention_flops_per_token, flops_per_token, train,
};

/// The facts that are built in.
pub static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// The constants that are built in.
pub static CALIBRATION: LazyLock<Calibration> = LazyLock::new(Calibration::embedded);

/// A run of this model over so many tokens, with nothing stated.
pub fn plan(model: &str, gpu: &str, tokens: f64) -> TrainingPlan {
    let catalog = &*CATALOG;
    TrainingPlan {
        shape: catalog.model(catalog.model_id(model).unwrap()).shape,
        gpu: catalog.gpu(catalog.gpu_id(gpu).unwrap()).gpu,
        gpus: None,
        tokens,
        sequence_length: 4096.0,
        global_batch_tokens: None,
        precision: Precision::Bf16,
        recompute: None,
        method: TrainingMethod::Pretrain,
        tensor_parallel: None,
        pipeline_parallel: None,
        expert_parallel: None,
        context_parallel: None,
        microbatch_sequences: None,
        software_date: 2026.83,
        mfu: None,
        goodput: None,
    }
}

/// The run with the constants that are built in.
pub fn fitted(plan: &TrainingPlan) -> TrainingRun {
    train(plan, &CALIBRATION.constants.training)
}

/// Constants with which everything but one part is free.
fn bare() -> TrainingConstants {
    TrainingConstants {
        product_efficiency: 1.0,
        product_efficiency_tpu: 1.0,
        power_exponent: 0.0,
        operand_reads: 0.0,
        attention_efficiency: 1.0,
        activation_passes: 0.0,
        cast_passes: 0.0,
        score_passes: 0.0,
        routing_passes: 0.0,
        tensor_exposed: 0.0,
        expert_exposed: 0.0,
        data_exposed: 0.0,
        straggling: 0.0,
        launch_us: 0.0,
        unfused_experts: 0.0,
        ..TrainingConstants::default()
    }
}

fn close(one: f64, other: f64, tolerance: f64) {
    assert!((one / other - 1.0).abs() < tolerance, "{one} is not {other}");
}

#[test]
fn a_token_of_llama_2_70b_takes_431_gigaflops() {
    // Products: 80 layers of 2 x 8192 x 8192 + 2 x 8192 x 1024 + 3 x 8192 x 28672 parameters and a head of
    // 32000 x 8192, 6 FLOPs each; causal attention: 6 x 80 x 8192 x 4096.
    let run = plan("llama-2-70b", "a100-80-sxm", 2e12);
    let layer = 2.0 * 8192.0 * 8192.0 + 2.0 * 8192.0 * 1024.0 + 3.0 * 8192.0 * 28_672.0;
    let products = 6.0 * (80.0 * layer + 32_000.0 * 8192.0);
    let attention = 6.0 * 80.0 * 8192.0 * 4096.0;
    close(attention_flops_per_token(&run.shape, 4096.0), attention, 1e-12);
    close(flops_per_token(&run.shape, 4096.0, TrainingMethod::Pretrain), products + attention, 1e-12);
    close(products + attention, 4.284e11, 1e-3);
}

#[test]
fn with_nothing_lost_a_step_runs_at_the_peak() {
    let stated = TrainingPlan {
        gpus: Some(8.0),
        tensor_parallel: Some(1),
        pipeline_parallel: Some(1),
        recompute: Some(Recompute::Selective),
        goodput: Some(1.0),
        ..plan("llama-3.1-8b", "h100-sxm", 1e12)
    };
    let run = train(&stated, &bare());
    close(run.mfu, 1.0, 1e-9);
    close(run.gpu_hours, run.flops / 989.4e12 / 3600.0, 1e-9);
    close(run.days, run.gpu_hours / 8.0 / 24.0, 1e-9);
    // Repeating the forward pass of the layers: 8 for 6, the head excepted.
    let repeated = train(&TrainingPlan { recompute: Some(Recompute::Full), ..stated }, &bare());
    let head = 6.0 * 128_256.0 * 4096.0 * 1e12 / run.flops;
    close(run.mfu / repeated.mfu, 1.0 + (1.0 - head) / 3.0, 1e-9);
    close(repeated.hfu / repeated.mfu, 8.0 / 6.0, 1e-9);
}

#[test]
fn each_loss_by_hand() {
    // Llama 2 7B on 16 A100 in 8 stages of 2 replicas, 64 sequences: the bubble is 7 x 8 / 32 layers / 32 sequences.
    let stated = TrainingPlan {
        gpus: Some(16.0),
        tensor_parallel: Some(1),
        pipeline_parallel: Some(8),
        global_batch_tokens: Some(64.0 * 4096.0),
        recompute: Some(Recompute::Selective),
        ..plan("llama-2-7b", "a100-80-sxm", 1e12)
    };
    let bubble = 7.0 * 8.0 / 32.0 / 32.0;
    let run = train(&stated, &bare());
    close(run.mfu, 1.0 / (1.0 + bubble), 1e-9);
    close(run.bubble, bubble / (1.0 + bubble), 1e-9);

    // Two stages of eight: four all-reduces a layer, each 2 x 7/8 of a token's 8192 bytes for all eight GPUs.
    let cut = TrainingPlan { tensor_parallel: Some(8), pipeline_parallel: Some(1), ..stated };
    let run = train(&cut, &TrainingConstants { tensor_exposed: 1.0, ..bare() });
    let exchange = 32.0 * 4.0 * 2.0 * 7.0 * 4096.0 * 2.0 / 300e9;
    let work = run.flops / stated.tokens / 312e12;
    close(run.mfu, work / (work + exchange), 1e-9);
    close(run.communication, exchange / (work + exchange), 1e-9);

    // Sixteen GPUs are one doubling beyond a server.
    let alone = TrainingPlan { pipeline_parallel: Some(1), ..stated };
    close(train(&alone, &TrainingConstants { straggling: 0.02, ..bare() }).mfu, 1.0 / 1.02, 1e-9);
}

#[test]
fn stated_utilization_and_goodput_are_taken_at_their_word() {
    let stated = TrainingPlan {
        mfu: Some(0.4),
        goodput: Some(0.9),
        gpus: Some(1024.0),
        ..plan("llama-3.1-70b", "h100-sxm", 15e12)
    };
    let run = fitted(&stated);
    close(run.gpu_hours, run.flops / (0.4 * 0.9 * 989.4e12) / 3600.0, 1e-9);
    close(run.all_in_mfu, 0.36, 1e-9);
}

#[test]
fn activations_of_32_bits_take_twice_the_memory_of_16() {
    let run = |precision: Precision| {
        fitted(&TrainingPlan {
            gpus: Some(8.0),
            precision,
            recompute: Some(Recompute::Full),
            tensor_parallel: Some(1),
            pipeline_parallel: Some(1),
            ..plan("llama-3.2-1b", "h100-sxm", 1e9)
        })
    };
    // A layer's input: 4,096 tokens x 2,048 wide x 16 layers at two bytes are 268.4 MB. Weights and gradients take two
    // bytes a parameter more in FP32, of 1.2358B parameters, unsharded: 2.4716 GB.
    let parameters = CATALOG.model(CATALOG.model_id("llama-3.2-1b").unwrap()).shape.total_parameters();
    let [half, full] =
        [Precision::Bf16, Precision::Fp32].map(|precision| run(precision).memory_per_gpu_bytes);
    close(full - half, 2.0 * parameters + 4096.0 * 2048.0 * 16.0 * 2.0, 1e-9);
    assert_eq!(run(Precision::Tf32).memory_per_gpu_bytes, full, "TF32 is FP32 in memory");
}

#[test]
fn context_parallelism_divides_activations_and_hands_keys_and_values_round() {
    // Llama 3.1 8B on eight H100: sequences of 8,192 tokens whole, or cut over four GPUs each.
    let stated = TrainingPlan {
        gpus: Some(8.0),
        tensor_parallel: Some(1),
        pipeline_parallel: Some(1),
        context_parallel: Some(1),
        sequence_length: 8192.0,
        global_batch_tokens: Some(16.0 * 8192.0),
        recompute: Some(Recompute::Selective),
        ..plan("llama-3.1-8b", "h100-sxm", 1e12)
    };
    let cut = TrainingPlan { context_parallel: Some(4), ..stated };
    // 16 bytes a layer for each token and width: 34.36 GB, a quarter of which is left.
    let activations = 16.0 * 8192.0 * 4096.0 * 32.0;
    let (whole, parts) = (fitted(&stated), fitted(&cut));
    close(whole.memory_per_gpu_bytes - parts.memory_per_gpu_bytes, 0.75 * activations, 1e-9);
    assert_eq!((whole.data_parallel, parts.data_parallel), (8.0, 2.0));

    // Each token's keys and values, 2 x 1,024 values of two bytes a layer, go to three others: forward, backward, and
    // their gradients.
    let ring = 3.0 * 3.0 * 2.0 * 1024.0 * 2.0 * 32.0 / 450e9;
    let constants = TrainingConstants { data_exposed: 1.0, ..bare() };
    let time = |plan: &TrainingPlan| 1.0 / train(plan, &constants).tokens_per_s_per_gpu;
    close(time(&cut) - time(&stated), ring, 1e-6);
}

#[test]
fn replicas_without_a_sequence_wait() {
    // Sixteen replicas, eight sequences: half of the GPUs have nothing to do.
    let stated = TrainingPlan {
        gpus: Some(16.0),
        tensor_parallel: Some(1),
        pipeline_parallel: Some(1),
        context_parallel: Some(1),
        global_batch_tokens: Some(8.0 * 4096.0),
        recompute: Some(Recompute::Selective),
        ..plan("llama-3.1-8b", "h100-sxm", 1e9)
    };
    close(train(&stated, &bare()).mfu, 0.5, 1e-9);
    // Left to itself, the engine gives each of them half a sequence.
    let chosen = train(&TrainingPlan { context_parallel: None, ..stated }, &bare());
    assert_eq!(chosen.context_parallel, 2);
    close(chosen.mfu, 1.0, 1e-9);
}

#[test]
fn few_tokens_narrow_a_matmul_as_narrow_matrices_do() {
    // 8.3e9 FLOPs of an H100's 989.4 TFLOP/s take as long as one of its 3.35 TB/s: 295.3 FLOPs a byte. A microbatch of
    // 4,096 tokens, of 4,096 x 128,256 in the head alone: the head counts its width twice.
    let stated = TrainingPlan {
        gpus: Some(1.0),
        tensor_parallel: Some(1),
        pipeline_parallel: Some(1),
        context_parallel: Some(1),
        microbatch_sequences: Some(2.0),
        recompute: Some(Recompute::Selective),
        ..plan("llama-3.1-8b", "h100-sxm", 1e12)
    };
    let constants = TrainingConstants { operand_reads: 1.0, ..bare() };
    let time = |tokens: f64| {
        let plan = TrainingPlan { global_batch_tokens: Some(tokens), ..stated };
        1.0 / train(&plan, &constants).tokens_per_s_per_gpu
    };
    let products = 6.0 * stated.shape.matmul_parameters() / 989.4e12;
    close(time(4096.0) - time(8192.0), products * 989.4e12 / 3.35e12 / 8192.0, 1e-6);
}

#[test]
fn an_adapter_spares_weight_gradients_and_no_attention() {
    let full = TrainingPlan {
        gpus: Some(8.0),
        tensor_parallel: Some(1),
        pipeline_parallel: Some(1),
        recompute: Some(Recompute::Selective),
        ..plan("llama-2-7b", "h100-sxm", 1e9)
    };
    let adapter = TrainingPlan { method: TrainingMethod::Adapter, ..full };
    let products = 6.0 * full.shape.matmul_parameters();
    let attention = attention_flops_per_token(&full.shape, 4096.0);
    let per_token = |plan: &TrainingPlan| flops_per_token(&plan.shape, 4096.0, plan.method);
    close(per_token(&full), products + attention, 1e-12);
    close(per_token(&adapter), products * 4.0 / 6.0 + attention, 1e-12);
    let time = |plan: &TrainingPlan| 1.0 / train(plan, &bare()).tokens_per_s_per_gpu;
    close(time(&adapter) / time(&full), per_token(&adapter) / per_token(&full), 1e-9);
    // Repeating the forward pass adds 2 FLOPs a parameter to 4, not to 6.
    let repeated = TrainingPlan { recompute: Some(Recompute::Full), ..adapter };
    let run = train(&repeated, &bare());
    close(run.hfu / run.mfu, 1.5, 1e-9);
}

#[test]
fn software_before_fused_attention_recomputes_and_moves_scores() {
    let today = TrainingPlan {
        gpus: Some(8.0),
        tensor_parallel: Some(1),
        pipeline_parallel: Some(1),
        ..plan("llama-2-7b", "a100-80-sxm", 1e12)
    };
    let early = TrainingPlan { software_date: 2022.0, ..today };
    assert_eq!(fitted(&today).recompute, Recompute::Selective);
    assert_eq!(fitted(&early).recompute, Recompute::Full);
    // One pass of 32 layers x 32 heads x 4,096 scores of two bytes.
    let stated = TrainingPlan { recompute: Some(Recompute::Selective), ..early };
    let constants = TrainingConstants { score_passes: 1.0, ..bare() };
    let time = |plan: &TrainingPlan| 1.0 / train(plan, &constants).tokens_per_s_per_gpu;
    close(time(&stated) - time(&today), 32.0 * 32.0 * 4096.0 * 2.0 / 2.039e12, 1e-3);
}

#[test]
fn goodput_improves_as_a_chip_is_learned() {
    let at = |software_date: f64, gpus: f64| {
        let plan = plan("llama-3.1-70b", "h100-sxm", 15e12);
        fitted(&TrainingPlan { gpus: Some(gpus), software_date, ..plan }).goodput
    };
    let goodput = &CALIBRATION.constants.training.goodput;
    let parameters = CATALOG.model(CATALOG.model_id("llama-3.1-70b").unwrap()).shape.active_parameters();
    let mature = goodput.mature * (parameters / 20e9).powf(goodput.tuning);
    close(at(2040.0, 64.0), mature, 1e-3);
    // Half of it is learned 1.7 years after the launch.
    close(at(2022.67 + 1.7, 64.0), mature * (1.0 + goodput.early) / 2.0, 1e-3);
    // 16,384 GPUs fail every three hours, and each time lose thirteen minutes: 6.7% of their time.
    close(at(2040.0, 16_384.0), mature / (1.0 + 0.22 * 2e-5 * 16_384.0), 1e-6);
}

#[test]
fn large_runs_are_tuned_more_and_never_advance_faster_than_they_run() {
    let goodput = |model: &str, tuning: f64| {
        let mut constants = bare();
        constants.goodput = GoodputConstants { mature: 0.8, early: 1.0, tuning };
        train(&TrainingPlan { gpus: Some(1.0), ..plan(model, "h100-sxm", 1e12) }, &constants).goodput
    };
    // Without failures of hardware: one GPU in 50,000 hours.
    close(goodput("llama-3.1-8b", 0.0), 0.8, 1e-5);
    // Of its 8.030B parameters, 20B being usual, the tenth root of 0.4015 is 0.9128.
    close(goodput("llama-3.1-8b", 0.1) / goodput("llama-3.1-8b", 0.0), 0.9128, 1e-4);
    assert!(goodput("llama-3.1-405b", 0.1) > goodput("llama-3.1-8b", 0.1));
    assert!(goodput("llama-3.1-405b", 1.0) <= 1.0);
}

#[test]
fn a_chip_short_of_power_reaches_less_of_its_peak() {
    let stated = TrainingPlan {
        gpus: Some(8.0),
        tensor_parallel: Some(1),
        pipeline_parallel: Some(1),
        recompute: Some(Recompute::Selective),
        ..plan("llama-3.1-8b", "h100-sxm", 1e12)
    };
    // An H100 has 700 W for 989.4 TFLOP/s; 1.28 W for each was enough for an A100, 2.34 years before.
    let constants = TrainingConstants { power_exponent: 0.5, power_learning: 0.2, ..bare() };
    let needed = 1.28 * (-0.2 * (2022.67 - 2020.33_f64)).exp();
    let share = (700.0 / 989.4 / needed).sqrt();
    let time = |plan: &TrainingPlan| 1.0 / train(plan, &constants).tokens_per_s_per_gpu;
    let products = 6.0 * stated.shape.matmul_parameters() / 989.4e12;
    let attention = attention_flops_per_token(&stated.shape, 4096.0) / 989.4e12;
    close(time(&stated), products / share + attention, 1e-9);
    // More than enough does not help.
    let mut ample = stated;
    ample.gpu.tdp_w = 1500.0;
    close(time(&ample), products + attention, 1e-9);
}

#[test]
fn gpus_wait_for_the_host_where_kernels_are_short() {
    // Qwen3 30B on eight B200, each with 16 of the 128 experts of 48 layers: 18 groups of products a layer, launched for
    // every microbatch of 4,096 tokens.
    let stated = TrainingPlan {
        gpus: Some(8.0),
        tensor_parallel: Some(1),
        pipeline_parallel: Some(1),
        expert_parallel: Some(8),
        context_parallel: Some(1),
        microbatch_sequences: Some(1.0),
        global_batch_tokens: Some(512.0 * 4096.0),
        recompute: Some(Recompute::Selective),
        software_date: 2026.0,
        ..plan("qwen-3-30b-a3b", "b200-sxm", 1e12)
    };
    let constants = TrainingConstants { launch_us: 5000.0, ..bare() };
    let time = |plan: &TrainingPlan| 1.0 / train(plan, &constants).tokens_per_s_per_gpu;
    let host = 48.0 * 18.0 * 5e-3 / 4096.0;
    // GPUs need 1% of that, and nothing of it shows.
    close(time(&stated), host, 1e-6);
    // Twice the sequences at a time need half the launches, and a graph that is replayed needs none.
    close(time(&TrainingPlan { microbatch_sequences: Some(2.0), ..stated }), host / 2.0, 1e-5);
    let replayed = TrainingPlan { precision: Precision::Fp8, software_date: 2026.5, ..stated };
    close(train(&replayed, &constants).mfu, train(&replayed, &bare()).mfu, 1e-9);
}

#[test]
fn narrow_experts_lose_more_where_they_are_not_fused() {
    let stated = TrainingPlan {
        gpus: Some(8.0),
        precision: Precision::Fp8,
        tensor_parallel: Some(1),
        pipeline_parallel: Some(1),
        expert_parallel: Some(8),
        context_parallel: Some(1),
        microbatch_sequences: Some(1.0),
        recompute: Some(Recompute::Selective),
        ..plan("qwen-3-30b-a3b", "b200-sxm", 1e12)
    };
    let fused = TrainingConstants { operand_reads: 1.0, ..bare() };
    let unfused = TrainingConstants { unfused_experts: 0.5, ..fused };
    let time = |software_date: f64, constants: &TrainingConstants| {
        1.0 / train(&TrainingPlan { software_date, ..stated }, constants).tokens_per_s_per_gpu
    };
    // 8 of 128 experts of three matrices of 2,048 x 768 in 48 layers, each over 4,096 x 8 x 8 / 128 tokens: half as much
    // again of what 2,250 TFLOP/s over 7.7 TB/s make widths lose.
    let products = 6.0 * 48.0 * 8.0 * 3.0 * 2048.0 * 768.0 / 4500e12;
    let lost = products * 2250.0 / 7.7 * (1.0 / 2048.0 + 1.0 / 768.0 + 1.0 / 2048.0);
    close(time(2026.0, &unfused) - time(2026.0, &fused), lost / 2.0, 1e-6);
    close(time(2026.5, &unfused), time(2026.5, &fused), 1e-9);
}
