//! The levers of training.

use super::Proposal::{NotApplicable, On, Search};
use super::{Proposal, Rule, Side, switch};
use crate::analysis::case::Case;
use crate::analysis::hardware::{firm_gpus, train_on};
use crate::engine::precision::Precision;
use crate::engine::training::{Recompute, TrainingMethod};
use crate::scenario::{ParamId, resolve};

/// Share of a run on spot capacity: the rest keeps what must not be lost. Assumption.
const SPOT_SHARE: f64 = 0.8;
/// Share of a run in cheap windows: what ten hours of the day hold without making the run wait.
const OFF_PEAK_SHARE: f64 = 0.4;
/// Share of failed and repeated experiments that an automated pipeline saves. Assumption.
const AUTOMATION: f64 = 0.5;
/// A cheaper chip that takes more than so many times as long is no option. Assumption.
const SLOWEST_RUN: f64 = 2.0;

/// Every lever of training.
pub(super) const RULES: [Rule; 10] = [
    rule(
        ParamId::TrainingPrecision,
        "Lower precision",
        ["a risk to stability", "stability"],
        narrower_arithmetic,
    ),
    rule(ParamId::TrainingRecompute, "Recomputation", ["compute for memory", "compute"], recompute),
    rule(
        ParamId::TrainingTensorParallel,
        "Auto-parallel training",
        ["a new layout of the run", "new layout"],
        automatic_parallelism,
    ),
    rule(
        ParamId::TrainingContextParallel,
        "Context parallelism",
        ["more traffic between GPUs", "traffic"],
        context_parallelism,
    ),
    rule(
        ParamId::TrainingSpotShare,
        "Train on spot capacity",
        ["interruptions, work repeated", "evictions"],
        spot,
    ),
    rule(ParamId::TrainingOffPeakShare, "Off-peak windows", ["waits for cheap hours", "waiting"], off_peak),
    rule(ParamId::TrainingOwnedShare, "Own the cluster", ["money up front and upkeep", "capital"], own),
    rule(
        ParamId::TrainingAutomation,
        "Automated experiments",
        ["building the pipeline", "building"],
        automation,
    ),
    rule(ParamId::TrainingMethod, "Adapters", ["a model that can learn less", "quality"], adapters),
    rule(
        ParamId::TrainingGpu,
        "Switch training GPU",
        ["porting and testing the run", "migration"],
        another_gpu,
    ),
];

const fn rule(
    param: ParamId,
    label: &'static str,
    paid_with: [&'static str; 2],
    propose: fn(&Case) -> Proposal,
) -> Rule {
    Rule { param, label, paid_with, side: Side::Training, propose }
}

fn narrower_arithmetic(present: &Case) -> Proposal {
    let rates = &present.training_gpu().gpu.rates;
    let half = if rates.bf16 { Precision::Bf16 } else { Precision::Fp16 };
    let narrower = match resolve::training_precision(&present.scenario, present.catalog()) {
        Precision::Fp32 | Precision::Tf32 => half,
        Precision::Fp16 | Precision::Bf16 if rates.fp8.is_some() => Precision::Fp8,
        Precision::Fp16 | Precision::Bf16 => return NotApplicable("the GPU has no native FP8"),
        _ => return On,
    };
    switch(present, |scenario| scenario.training.precision = Some(narrower))
}

fn recompute(present: &Case) -> Proposal {
    if present.scenario.training.recompute.is_none() {
        // The engine repeats no more than memory asks for.
        return On;
    }
    let choices = [None, Some(Recompute::None), Some(Recompute::Selective), Some(Recompute::Full)];
    Search(choices.map(|choice| present.changed(|scenario| scenario.training.recompute = choice)).to_vec())
}

fn automatic_parallelism(present: &Case) -> Proposal {
    let training = &present.scenario.training;
    let degrees = [training.tensor_parallel, training.pipeline_parallel, training.expert_parallel];
    if degrees.iter().all(Option::is_none) {
        return On;
    }
    Search(vec![present.changed(|scenario| {
        scenario.training.tensor_parallel = None;
        scenario.training.pipeline_parallel = None;
        scenario.training.expert_parallel = None;
    })])
}

fn context_parallelism(present: &Case) -> Proposal {
    if present.scenario.training.context_parallel.is_none() {
        // The engine cuts sequences where that lets the run fit or spares recomputation.
        return On;
    }
    let choices = [None, Some(1.0), Some(2.0), Some(4.0), Some(8.0), Some(16.0)];
    Search(
        choices
            .map(|choice| present.changed(|scenario| scenario.training.context_parallel = choice))
            .to_vec(),
    )
}

fn spot(present: &Case) -> Proposal {
    let rate = &present.inputs.training_money.rate;
    let share = SPOT_SHARE.min(1.0 - rate.committed_share());
    if rate.spot_share >= share {
        return On;
    }
    // On a large run the work that interruptions repeat can cost more than the discount saves.
    Search(vec![present.changed(|scenario| scenario.training.spot_share = share)])
}

fn off_peak(present: &Case) -> Proposal {
    if present.scenario.training.off_peak_share >= OFF_PEAK_SHARE {
        return On;
    }
    switch(present, |scenario| scenario.training.off_peak_share = OFF_PEAK_SHARE)
}

fn own(present: &Case) -> Proposal {
    if present.inputs.training_money.rate.owned_share > 0.0 {
        return On;
    }
    if present.training_gpu().purchase_usd.is_none() {
        return NotApplicable("it cannot be bought");
    }
    let rate = &present.inputs.training_money.rate;
    let rest = 1.0 - rate.committed_share() - rate.spot_share;
    if rest <= 0.0 {
        return NotApplicable("nothing is rented by the hour");
    }
    let own = |share: f64| present.changed(|scenario| scenario.training.owned_share = share * rest);
    Search([0.5, 1.0].map(own).to_vec())
}

fn automation(present: &Case) -> Proposal {
    if present.scenario.training.automation >= AUTOMATION {
        return On;
    }
    if present.inputs.training_money.experiments <= 0.0 {
        return NotApplicable("there are no experiments besides the final run");
    }
    switch(present, |scenario| scenario.training.automation = AUTOMATION)
}

fn adapters(present: &Case) -> Proposal {
    match present.scenario.training.method {
        TrainingMethod::Adapter => On,
        TrainingMethod::Finetune => {
            switch(present, |scenario| scenario.training.method = TrainingMethod::Adapter)
        }
        TrainingMethod::Pretrain => NotApplicable("pretraining from scratch has no weights to adapt"),
    }
}

fn another_gpu(present: &Case) -> Proposal {
    let catalog = present.catalog();
    let own = resolve::training_gpu(&present.scenario, catalog);
    let most_days = present.outcome.training.days * SLOWEST_RUN;
    let candidates = firm_gpus(present).filter(|gpu| *gpu != own).map(|gpu| {
        present.changed(|scenario| {
            // As many GPUs as now, so that the days can be compared.
            train_on(scenario, gpu, present.outcome.training.run.gpus);
        })
    });
    let soon_enough = |scenario: &crate::scenario::Scenario| {
        let inputs = present.world.inputs(scenario);
        let run =
            crate::engine::training::train(&inputs.training, &present.world.calibration.constants.training);
        run.days <= most_days
    };
    Search(candidates.filter(soon_enough).collect())
}
