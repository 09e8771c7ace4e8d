//! What a limit that is kept anyway leaves room for: changes that save money within it.

use super::{BATCHES, Found, Goal, Way};
use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::hardware::{firm_gpus, serve_on};
use crate::analysis::service::keeps;
use crate::engine::serving::Batch;
use crate::rank;
use crate::scenario::{ParamId, Scenario};

/// Changes that save money a day while an answer stays on the good side of a limit and every promise is kept, the most
/// saved first; nothing that is locked moves, no price is weak, and no other model answers.
pub fn savings(case: &Case, answer: Answer, limit: f64, locked: &[ParamId]) -> Vec<Way> {
    let goal = Goal { case, answer, target: limit, kept_now: keeps(&case.outcome) };
    let Some(now) = Answer::DailyCost.of(&case.outcome) else { return Vec::new() };
    let saving = |scenario: Scenario| {
        let outcome = case.evaluate(&scenario);
        let reached =
            answer.of(&outcome).filter(|reached| goal.is_good(*reached) && !goal.misses(&outcome))?;
        let saves = now - Answer::DailyCost.of(&outcome)?;
        let is_weak = goal.is_weak(&scenario);
        (saves > 0.0 && !is_weak).then_some(Found {
            scenario,
            reached,
            misses: false,
            is_weak,
            saves: Some(saves),
        })
    };
    let most = |scenarios: Vec<Scenario>| {
        scenarios
            .into_iter()
            .filter_map(saving)
            .max_by(|a, b| a.saves.unwrap_or_default().total_cmp(&b.saves.unwrap_or_default()))
    };
    let batched = |scenario: Scenario| {
        BATCHES.map(|batch| {
            let mut scenario = scenario;
            scenario.serving.batch_size = Batch::Requests(batch);
            scenario
        })
    };
    let gpus: Vec<Scenario> =
        firm_gpus(case).map(|gpu| case.changed(|scenario| serve_on(scenario, gpu))).collect();
    let alone: [(&[ParamId], Vec<Scenario>); 3] = [
        (&[ParamId::ServingBatchSize], batched(case.scenario).to_vec()),
        (&[ParamId::HardwareGpu], gpus.clone()),
        (&[ParamId::HardwareGpu, ParamId::ServingBatchSize], gpus.into_iter().flat_map(batched).collect()),
    ];
    let moved = alone.into_iter().filter(|(params, _)| !params.iter().any(|param| locked.contains(param)));
    let moved = moved.filter_map(|(params, scenarios)| {
        let found = most(scenarios)?;
        Some(Way { label: None, params: params.to_vec(), asks: "", found: Ok(found) })
    });
    let switched = goal.switches(locked).into_iter().filter_map(|lever| {
        let (_, way) = goal.switched(&[&lever])?;
        let found = saving(way.found.ok()?.scenario)?;
        Some(Way { found: Ok(found), ..way })
    });
    let mut ways: Vec<Way> = moved.chain(switched).collect();
    let saves = |way: &Way| way.found.as_ref().ok().and_then(|found| found.saves).unwrap_or_default();
    rank::falling(&mut ways, saves);
    ways
}
