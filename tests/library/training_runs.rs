//! Whole training runs: published ones in their ranges, what fits, and orders that hold.

use crate::training::{CALIBRATION, CATALOG, fitted, plan};
use proptest::prelude::*;
use whatif::calibration::error::Place;
use whatif::calibration::kind::Kind;
use whatif::engine::precision::Precision;
use whatif::engine::training::{Recompute, TrainingMethod, TrainingPlan};

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
