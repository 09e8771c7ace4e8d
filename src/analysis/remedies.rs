//! Remedies: what would help where a model does not fit or a promise is missed, in words.

use crate::analysis::case::Case;
use crate::analysis::hardware::{firm_gpus, serve_on};
use crate::analysis::levers::keeping_promise;
use crate::catalog::GpuId;
use crate::engine::inputs::PoolName;
use crate::engine::outcome::Misfit;
use crate::scenario::Scenario;

/// Ways to keep a promise that are named.
const WAYS: usize = 3;

/// What would keep a promise that is missed.
pub(super) fn keeping(case: &Case) -> String {
    let ways: Vec<String> = keeping_promise(case)
        .iter()
        .take(WAYS)
        .map(|lever| {
            let change = lever.changes.iter().find(|change| change.param == lever.param);
            let to = change.map(|change| change.param.display(change.to, case.catalog()));
            to.map_or(lever.label.to_owned(), |to| format!("{} ({to})", lever.label))
        })
        .collect();
    if ways.is_empty() {
        "no single change keeps it".to_owned()
    } else {
        format!("to keep it: {}", ways.join(", "))
    }
}

/// What would make a model fit.
pub fn way_out(misfit: &Misfit, case: &Case) -> String {
    let mut ways = Vec::new();
    if let Some(gpus) = misfit.min_gpus_to_fit {
        ways.push(format!("needs {gpus} x {}", case.pool_gpu(misfit.pool).short_name()));
    }
    if let Some(precision) = misfit.precision_to_fit {
        let on = if misfit.gpus > 1 { format!(" on {}", misfit.gpus) } else { String::new() };
        ways.push(format!("{} weights{on}", precision.id().to_uppercase()));
    }
    ways.extend(roomier(misfit, case).map(|gpu| format!("serve on {gpu}")));
    if ways.is_empty() {
        return "no number of these GPUs can hold it; choose a GPU with more memory".to_owned();
    }
    ways.join(", or ")
}

/// The accelerator with more memory on which a day of the main pool costs least, laid out as asked where that fits.
fn roomier(misfit: &Misfit, case: &Case) -> Option<String> {
    let own = case.pool_gpu(PoolName::Main).gpu.memory_bytes;
    let served = |change: &dyn Fn(&mut Scenario, GpuId)| {
        firm_gpus(case)
            .filter(|gpu| case.catalog().gpu(*gpu).gpu.memory_bytes > own)
            .filter_map(|gpu| {
                let outcome = case.evaluate(&case.changed(|scenario| change(scenario, gpu)));
                Some((gpu, outcome.serving.ok()?.daily_usd()?))
            })
            .min_by(|a, b| a.1.total_cmp(&b.1))
    };
    let as_asked = || served(&|scenario, gpu| scenario.serving.gpu = Some(gpu));
    let found = (misfit.pool == PoolName::Main).then(|| as_asked().or_else(|| served(&serve_on))).flatten();
    found.map(|(gpu, _)| case.catalog().gpu(gpu).short_name().to_owned())
}
