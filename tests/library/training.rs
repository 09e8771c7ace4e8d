//! Training: hand-worked cases, published runs, and what must hold over the whole catalog.

use std::sync::LazyLock;

use proptest::prelude::*;
use whatif::calibration::Calibration;
use whatif::calibration::error::Place;
use whatif::calibration::kind::Kind;
use whatif::catalog::Catalog;
use whatif::engine::precision::Precision;
use whatif::engine::training::{
    GoodputConstants, Recompute, TrainingConstants, TrainingMethod, TrainingPlan, TrainingRun,
    attention_flops_per_token, flops_per_token, train,
};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);
static CALIBRATION: LazyLock<Calibration> = LazyLock::new(Calibration::embedded);

fn plan(model: &str, gpu: &str, tokens: f64) -> TrainingPlan {
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

fn fitted(plan: &TrainingPlan) -> TrainingRun {
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
fn published_runs_lie_in_their_ranges_but_for_the_one_that_is_tuned_like_none() {
    let errors = &CALIBRATION.errors;
    // Model, accelerator, GPUs, tokens, sequence, batch, format, published GPU-hours, when it was released.
    #[rustfmt::skip]
    let runs = [
        ("llama-2-70b", "a100-80-sxm", None, 2e12, 4096.0, Some(4e6), Precision::Bf16, 1_720_320.0, 2023.5),
        ("llama-1-65b", "a100-80-sxm", Some(2048.0), 1.4e12, 2048.0, Some(4e6), Precision::Bf16, 1_022_362.0, 2023.083),
        ("opt-175b", "a100-80-sxm", Some(992.0), 300e9, 2048.0, Some(2e6), Precision::Fp16, 812_544.0, 2022.333),
        ("falcon-180b", "a100-40-sxm", Some(4096.0), 3.5e12, 2048.0, Some(4.2e6), Precision::Bf16, 7_000_000.0, 2023.667),
        ("gpt-4", "a100-40-sxm", Some(25_000.0), 13e12, 8192.0, None, Precision::Bf16, 57_000_000.0, 2023.167),
        ("deepseek-v3", "h800-sxm", Some(2048.0), 14.8e12, 4096.0, Some(62.9e6), Precision::Fp8, 2_788_000.0, 2024.917),
        ("llama-3.1-405b", "h100-sxm", Some(16_384.0), 15.6e12, 8192.0, Some(16e6), Precision::Bf16, 30_840_000.0, 2024.5),
    ];
    for (
        model,
        gpu,
        gpus,
        tokens,
        sequence_length,
        global_batch_tokens,
        precision,
        published,
        software_date,
    ) in runs
    {
        let plan = TrainingPlan {
            gpus,
            sequence_length,
            global_batch_tokens,
            precision,
            software_date,
            ..plan(model, gpu, tokens)
        };
        let run = fitted(&plan);
        let spread = errors.spread(Kind::TrainingHours, &Place::from(&plan));
        let ratio = published / run.gpu_hours;
        println!("{model}: {:.0} hours, {ratio:.2} of it published", run.gpu_hours);
        assert!(run.fits, "{model} fits: {:.3e}", run.memory_per_gpu_bytes);
        // DeepSeek's engineers hid what their experts exchange and took out of the H800 what none else did: steps that are
        // published since are told worse where the engine hides it too.
        if model != "deepseek-v3" {
            assert!(spread.low_factor < ratio && ratio < spread.high_factor, "{model}: {ratio}");
        }
        assert!(spread.low_factor.powi(2) < ratio && ratio < spread.high_factor.powi(2), "{model}: {ratio}");
        if model == "llama-2-70b" {
            assert!((ratio - 1.0).abs() < 0.15, "{ratio}");
        }
    }
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

#[test]
fn runs_that_were_made_are_not_refused() {
    // Llama 3.1 405B on 512 to 8,192 H100 (MLPerf Training 5.0), and all weights of Llama 2 70B on 16 (NeMo 24.07).
    for gpus in [512.0, 2560.0, 8192.0] {
        let run = fitted(&TrainingPlan {
            gpus: Some(gpus),
            precision: Precision::Fp8,
            sequence_length: 8192.0,
            global_batch_tokens: Some(1120.0 * 8192.0),
            ..plan("llama-3.1-405b", "h100-sxm", 1e12)
        });
        assert!(run.fits, "{gpus}: {:.3e}", run.memory_per_gpu_bytes);
    }
    let tuned = TrainingPlan {
        gpus: Some(16.0),
        method: TrainingMethod::Finetune,
        precision: Precision::Fp8,
        global_batch_tokens: Some(32.0 * 4096.0),
        tensor_parallel: Some(4),
        pipeline_parallel: Some(4),
        ..plan("llama-2-70b", "h100-sxm", 1e9)
    };
    assert!(fitted(&tuned).fits, "{:.3e}", fitted(&tuned).memory_per_gpu_bytes);
}

#[test]
fn a_model_that_cannot_fit_says_how_many_gpus_would_hold_it() {
    let small = fitted(&TrainingPlan { gpus: Some(8.0), ..plan("llama-3.1-405b", "h100-sxm", 1e12) });
    assert!(!small.fits);
    // 405.9e9 parameters at 18 bytes on 85.5 GB, 90% of which hold states and activations.
    assert!((95.0..131.0).contains(&small.min_gpus_to_fit), "{}", small.min_gpus_to_fit);
    assert!(fitted(&plan("llama-3.1-405b", "h100-sxm", 1e12)).fits);
}

#[test]
fn every_model_trains_on_every_large_accelerator() {
    let catalog = &*CATALOG;
    for id in catalog.gpu_ids() {
        let gpu = catalog.gpu(id).gpu;
        let formats = [
            Precision::Fp32,
            Precision::Tf32,
            Precision::Fp16,
            Precision::Bf16,
            Precision::Fp8,
            Precision::Fp4,
        ];
        for (model, precision) in
            catalog.model_ids().flat_map(|model| formats.map(|precision| (model, precision)))
        {
            let preset = catalog.model(model);
            let run = fitted(&TrainingPlan {
                shape: preset.shape,
                gpu,
                precision,
                ..plan("llama-2-7b", "h100-sxm", 1e12)
            });
            let name = format!("{} on {}", preset.id, catalog.gpu(id).id);
            assert!(run.gpu_hours.is_finite() && run.gpu_hours > 0.0, "{name}");
            assert!((0.005..0.85).contains(&run.mfu), "{name}: {}", run.mfu);
            assert!((0.4..1.0).contains(&run.goodput), "{name}: {}", run.goodput);
            assert!((0.0..1.0).contains(&run.bubble) && (0.0..1.0).contains(&run.communication), "{name}");
        }
    }
}

fn any_model() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["llama-3.1-8b", "llama-2-70b", "llama-3.1-405b", "mixtral-8x7b", "deepseek-v3"])
}

fn any_gpu() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a100-80-sxm",
        "h100-sxm",
        "b200-sxm",
        "gb200-nvl72",
        "tpu-v5p",
        "mi300x",
        "l40s",
    ])
}

proptest! {
    #[test]
    fn more_tokens_take_more_hours(model in any_model(), gpu in any_gpu(), tokens in 1e10..1e14f64) {
        let with = |tokens| fitted(&TrainingPlan { gpus: Some(1024.0), ..plan(model, gpu, tokens) }).gpu_hours;
        prop_assert!(with(1.1 * tokens) > with(tokens));
    }

    #[test]
    fn more_gpus_at_one_batch_use_each_less(model in any_model(), gpu in any_gpu(), gpus in 64.0..8000.0f64) {
        let with = |gpus| {
            let stated = TrainingPlan {
                gpus: Some(gpus),
                global_batch_tokens: Some(4e6),
                tensor_parallel: Some(1),
                pipeline_parallel: Some(1),
                expert_parallel: Some(1),
                context_parallel: Some(1),
                microbatch_sequences: Some(1.0),
                recompute: Some(Recompute::Full),
                goodput: Some(1.0),
                ..plan(model, gpu, 1e12)
            };
            fitted(&stated)
        };
        let (few, many) = (with(gpus), with(1.5 * gpus));
        // Every GPU adds to the exchange, and still the run ends no later, as long as none of them fails.
        prop_assert!(many.mfu <= few.mfu * (1.0 + 1e-9), "{} rises to {}", few.mfu, many.mfu);
        prop_assert!(many.days <= few.days * (1.0 + 1e-9), "{} days become {}", few.days, many.days);
    }

    #[test]
    fn more_gpus_end_no_later(model in any_model(), gpu in any_gpu(), gpus in 64.0..8000.0f64) {
        let days = |gpus| {
            let stated = TrainingPlan { gpus: Some(gpus), global_batch_tokens: Some(4e6), ..plan(model, gpu, 1e12) };
            let run = fitted(&stated);
            run.fits.then_some(run.days)
        };
        if let (Some(few), Some(many)) = (days(gpus), days(2.0 * gpus)) {
            prop_assert!(many <= few * (1.0 + 1e-9), "{few} days become {many}");
        }
    }

    #[test]
    fn a_later_date_never_slows(model in any_model(), gpu in any_gpu(), date in 2019.0..2027.0f64) {
        let hours = |software_date| fitted(&TrainingPlan { software_date, ..plan(model, gpu, 1e12) }).gpu_hours;
        prop_assert!(hours(date + 0.5) <= hours(date) * (1.0 + 1e-9));
    }

    #[test]
    fn a_faster_link_never_slows(
        model in any_model(),
        gpu in any_gpu(),
        gpus in 64.0..8000.0f64,
        faster in 1.0..4.0f64,
        near in any::<bool>(),
    ) {
        let slow = TrainingPlan { gpus: Some(gpus), ..plan(model, gpu, 1e12) };
        let settled = fitted(&slow);
        let mut fast = TrainingPlan {
            tensor_parallel: Some(settled.tensor_parallel),
            pipeline_parallel: Some(settled.pipeline_parallel),
            expert_parallel: Some(settled.expert_parallel),
            context_parallel: Some(settled.context_parallel),
            ..slow
        };
        if near {
            fast.gpu.scale_up_bytes_per_s *= faster;
        } else {
            fast.gpu.scale_out_bytes_per_s *= faster;
        }
        prop_assert!(fitted(&fast).gpu_hours <= settled.gpu_hours * (1.0 + 1e-9));
    }

    #[test]
    fn eight_bits_are_faster_and_not_twice_as_fast(model in any_model(), gpus in 256.0..4096.0f64) {
        let with = |precision| {
            fitted(&TrainingPlan { gpus: Some(gpus), precision, ..plan(model, "h100-sxm", 1e12) }).gpu_hours
        };
        let gain = with(Precision::Bf16) / with(Precision::Fp8);
        prop_assert!((1.3..1.8).contains(&gain), "{gain}");
    }

    #[test]
    fn the_size_slider_moves_hours_without_cliffs(size in 1e9..6e11f64) {
        let base = plan("llama-2-70b", "h100-sxm", 2e12);
        let with = |size: f64| {
            fitted(&TrainingPlan { shape: base.shape.scaled_to(size), gpus: Some(2048.0), ..base }).gpu_hours
        };
        let ratio = with(1.01 * size) / with(size);
        prop_assert!((0.99..1.05).contains(&ratio), "{ratio}");
    }
}
