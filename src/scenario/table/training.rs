//! Training: the run that makes the model.

use super::{CONTEXTS, number};
use crate::scenario::param::Group::Training;
use crate::scenario::param::{Domain, NumberDomain, Param};
use crate::scenario::resolve;
use crate::scenario::value::{Field as _, Value};
use crate::text::quantity::Unit;

/// Arithmetic of training.
const ARITHMETIC: &[&str] = &["fp32", "tf32", "fp16", "bf16", "fp8"];

/// The rows.
pub(super) fn rows() -> Vec<Param> {
    vec![
        param!(
            training.method,
            "Method",
            Training,
            Domain::Words(&["pretrain", "finetune", "adapter"]),
            "A model from nothing, all weights of a given one, or adapters on a frozen one"
        ),
        param!(
            training.tokens,
            "Tokens",
            Training,
            number(NumberDomain::log(Unit::Tokens, 1e6, 1e15).stops(&[1e9, 1e10, 1e11, 1e12, 1e13])),
            "Tokens that the model is trained on; by default its makers' own number",
            |scenario, catalog| Value::Number(resolve::training_tokens(scenario, catalog))
        ),
        param!(
            training.gpu,
            "Training GPU",
            Training,
            Domain::Gpu,
            "The accelerator of the run; by default the one that really trained the model",
            |scenario, catalog| Value::Gpu(resolve::training_gpu(scenario, catalog))
        ),
        param!(
            training.gpus,
            "Training GPUs",
            Training,
            number(
                NumberDomain::binary(Unit::Count, 1.0, 1_048_576.0)
                    .stops(&[8.0, 64.0, 512.0, 4096.0, 32_768.0])
            ),
            "GPUs of the run: more finish sooner and lose more to communication"
        ),
        param!(
            training.precision,
            "Arithmetic",
            Training,
            Domain::Words(ARITHMETIC),
            "Arithmetic of the matrix products",
            |scenario, catalog| resolve::training_precision(scenario, catalog).value()
        ),
        param!(
            training.recompute,
            "Recompute",
            Training,
            Domain::Words(&["none", "selective", "full"]),
            "Gradient checkpointing: full drops activations and repeats the forward pass"
        ),
        param!(
            training.sequence_length,
            "Train sequence",
            Training,
            number(NumberDomain::binary(Unit::Context, 128.0, 1_048_576.0).stops(CONTEXTS)),
            "Sequence length of training",
            |scenario, catalog| Value::Number(resolve::training_sequence(scenario, catalog))
        ),
        param!(
            training.global_batch_tokens,
            "Global batch",
            Training,
            number(NumberDomain::log(Unit::Tokens, 1e3, 1e9).stops(&[1e6, 4e6, 16e6, 64e6])),
            "Tokens between two optimiser steps"
        ),
        param!(
            training.tensor_parallel,
            "Tensor par.",
            Training,
            number(NumberDomain::binary(Unit::Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0])),
            "GPUs that share every layer; the rest of the GPUs run data-parallel replicas"
        ),
        param!(
            training.pipeline_parallel,
            "Pipeline par.",
            Training,
            number(NumberDomain::binary(Unit::Count, 1.0, 256.0).stops(&[1.0, 4.0, 8.0, 16.0])),
            "Stages into which the layers are cut; part of each step is the bubble"
        ),
        param!(
            training.expert_parallel,
            "Expert par.",
            Training,
            number(NumberDomain::binary(Unit::Count, 1.0, 512.0).stops(&[1.0, 8.0, 16.0, 64.0])),
            "GPUs over which whole experts are spread"
        ),
        param!(
            training.mfu,
            "MFU",
            Training,
            number(NumberDomain::share().between(0.01, 1.0)),
            "Steady model FLOPs utilisation, where known; else it comes out of the step"
        ),
        param!(
            training.goodput,
            "Goodput",
            Training,
            number(NumberDomain::share().between(0.05, 1.0).plausible(0.65, 0.97)),
            "Share of the billed time that advances the run, not restarts or evaluation"
        ),
    ]
}
