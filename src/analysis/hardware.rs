//! Hardware: every accelerator of the catalog for the current scenario, serving and training.

use crate::analysis::case::Case;
use crate::analysis::parallel;
use crate::analysis::service::keeps;
use crate::catalog::prices::{Basis, Standing};
use crate::catalog::{GpuId, GpuPreset};
use crate::engine::outcome::{Outcome, ServingRefusal};
use crate::rank;
use crate::scenario::value::Value;
use crate::scenario::{Scenario, resolve};

/// What is said of a price that the scenario states.
pub const BY_HAND: &str = "set by hand";

/// What serving on an accelerator takes and yields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServingOn {
    /// GPUs of one replica of the main pool.
    pub gpus_per_replica: f64,
    /// GPUs at the peak.
    pub gpus_peak: f64,
    /// On-demand rent of one GPU, USD an hour; `None` where nobody rents it.
    pub usd_per_gpu_hour: Option<f64>,
    /// Cost of a day, USD; `None` where a price is missing.
    pub daily_usd: Option<f64>,
    /// Cost of a million tokens asked for, prompt and output, USD; `None` without requests.
    pub usd_per_million_tokens: Option<f64>,
    /// Cost of a million output tokens with every slot busy, USD.
    pub busy_usd_per_million_output_tokens: Option<f64>,
    /// Mean time to first token, ms.
    pub ttft_ms: f64,
    /// Mean time per output token, ms.
    pub tpot_ms: f64,
    /// What is promised is kept, or nothing is promised.
    pub meets_target: bool,
}

/// What training on an accelerator takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingOn {
    /// The run fits.
    pub fits: bool,
    /// GPUs of the run.
    pub gpus: f64,
    /// The least GPUs on which it would fit.
    pub min_gpus_to_fit: f64,
    /// Days of the run.
    pub days: f64,
    /// The whole training effort, USD.
    pub programme_usd: Option<f64>,
    /// One hour of an accelerator in the mix that is paid for, USD; `None` without a price.
    pub usd_per_gpu_hour: Option<f64>,
}

/// The on-demand price of an accelerator, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// USD per accelerator and hour.
    pub usd_per_hour: f64,
    /// How far it can be trusted.
    pub standing: Standing,
    /// Providers whose prices it is the median of.
    pub providers: usize,
    /// The scenario states it.
    pub is_by_hand: bool,
}

fn price(gpu: &GpuPreset, basis: Basis) -> Option<Price> {
    let quote = gpu.offer(basis).on_demand.as_ref()?;
    Some(Price {
        usd_per_hour: quote.usd_per_hour,
        standing: quote.standing,
        providers: quote.providers,
        is_by_hand: false,
    })
}

/// A price that is stated.
const fn by_hand(usd_per_hour: f64) -> Price {
    Price { usd_per_hour, standing: Standing::Firm, providers: 0, is_by_hand: true }
}

/// One accelerator for the current scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HardwareRow {
    /// The accelerator.
    pub gpu: GpuId,
    /// The scenario serves on it now.
    pub serves_now: bool,
    /// The scenario trains on it now.
    pub trains_now: bool,
    /// Serving; `Err` says why not, and what would fit.
    pub serving: Result<ServingOn, ServingRefusal>,
    /// Training with as many GPUs as now.
    pub training: TrainingOn,
    /// The on-demand price that its day is computed with: of the one in use as stated, else on the scenario's basis;
    /// `None` where nobody rents it.
    pub price: Option<Price>,
}

impl HardwareRow {
    /// Its price may win a comparison without a word.
    pub fn is_firm(&self) -> bool {
        self.price.is_some_and(|price| price.standing.is_firm())
    }

    /// The words beside a price that is set by hand or not firm.
    pub fn mark(&self) -> Option<&'static str> {
        match self.price {
            None => Some("no price"),
            Some(price) if price.is_by_hand => Some(BY_HAND),
            Some(price) => price.standing.mark(),
        }
    }
}

/// Every accelerator, the cheapest day that meets the target first; then those whose price is weak, those too slow, those
/// without a price, and those that do not fit.
///
/// Prices, degrees and an MFU set by hand hold for the accelerators of the scenario only; others are taken at the
/// catalog's price and laid out by the engine.
pub fn hardware(case: &Case) -> Vec<HardwareRow> {
    let (scenario, catalog) = (&case.scenario, case.catalog());
    let serves = resolve::serving_gpu(scenario);
    let trains = resolve::training_gpu(scenario, catalog);
    let run_gpus = case.outcome.training.run.gpus;
    let stated = scenario.serving.price_per_gpu_hour.map(by_hand);
    let gpus: Vec<GpuId> = catalog.gpu_ids().collect();
    let mut rows = parallel::each(gpus.len(), |index| {
        let gpu = gpus[index];
        let mut changed = *scenario;
        if gpu != serves {
            serve_on(&mut changed, gpu);
        }
        if gpu != trains {
            train_on(&mut changed, gpu, run_gpus);
        }
        HardwareRow {
            gpu,
            serves_now: gpu == serves,
            trains_now: gpu == trains,
            price: stated.filter(|_| gpu == serves).or(price(catalog.gpu(gpu), scenario.prices.basis)),
            ..row(gpu, &case.evaluate(&changed))
        }
    });
    let key = |row: &HardwareRow| match &row.serving {
        Ok(ServingOn { daily_usd: Some(usd), meets_target: true, .. }) => (u8::from(!row.is_firm()), *usd),
        Ok(ServingOn { daily_usd: Some(usd), .. }) => (2, *usd),
        Ok(unpriced) => (3, unpriced.tpot_ms),
        Err(refusal) => {
            (4, refusal.misfit().map_or(f64::INFINITY, |misfit| misfit.reason.needed_bytes_per_gpu))
        }
    };
    rank::by(&mut rows, |a, b| {
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    rows
}

/// Accelerators whose price on the scenario's basis is firm: what may be proposed without a word.
pub fn firm_gpus(case: &Case) -> impl Iterator<Item = GpuId> {
    case.catalog().gpu_ids().filter(|gpu| is_firm(case, *gpu))
}

/// The price of an accelerator on the scenario's basis is firm.
fn is_firm(case: &Case, gpu: GpuId) -> bool {
    let price = price(case.catalog().gpu(gpu), case.scenario.prices.basis);
    price.is_some_and(|price| price.standing.is_firm())
}

/// A value may be proposed without a word: it is no accelerator, or one with a firm price, or one in use.
pub(super) fn may_be_proposed(case: &Case, value: Value) -> bool {
    let Value::Gpu(gpu) = value else { return true };
    let in_use =
        [resolve::serving_gpu(&case.scenario), resolve::training_gpu(&case.scenario, case.catalog())];
    is_firm(case, gpu) || in_use.contains(&gpu)
}

/// Serves on another accelerator at the catalog's price, in a layout of the engine's.
pub fn serve_on(scenario: &mut Scenario, gpu: GpuId) {
    scenario.serving.gpu = Some(gpu);
    scenario.serving.price_per_gpu_hour = None;
    scenario.serving.tensor_parallel = None;
    scenario.serving.pipeline_parallel = None;
    scenario.serving.expert_parallel = None;
    scenario.serving.attention_data_parallel = None;
}

/// Trains on as many of another accelerator at the catalog's price, in a layout of the engine's.
pub(super) fn train_on(scenario: &mut Scenario, gpu: GpuId, gpus: f64) {
    scenario.training.gpu = Some(gpu);
    scenario.training.gpus = Some(gpus);
    scenario.training.price_per_gpu_hour = None;
    scenario.training.tensor_parallel = None;
    scenario.training.pipeline_parallel = None;
    scenario.training.expert_parallel = None;
    scenario.training.context_parallel = None;
    scenario.training.mfu = None;
}

fn row(gpu: GpuId, outcome: &Outcome) -> HardwareRow {
    let training = &outcome.training;
    HardwareRow {
        gpu,
        serves_now: false,
        trains_now: false,
        serving: outcome.serving.as_ref().map_err(|refusal| *refusal).map(|serving| ServingOn {
            gpus_per_replica: serving.main.gpus_per_replica,
            gpus_peak: serving.day.gpus_peak,
            usd_per_gpu_hour: serving.main.plan.rate.on_demand_usd,
            daily_usd: serving.daily_usd(),
            usd_per_million_tokens: serving.bill.and_then(|bill| bill.usd_per_million_tokens),
            busy_usd_per_million_output_tokens: serving
                .bill
                .map(|bill| bill.busy_usd_per_million_output_tokens),
            ttft_ms: serving.ttft_s * 1e3,
            tpot_ms: serving.tpot_s * 1e3,
            meets_target: keeps(outcome),
        }),
        training: TrainingOn {
            fits: training.run.fits,
            gpus: training.run.gpus,
            min_gpus_to_fit: training.run.min_gpus_to_fit,
            days: training.days,
            usd_per_gpu_hour: training.bill.map(|bill| bill.usd_per_gpu_hour),
            programme_usd: training.bill.map(|bill| bill.programme_usd),
        },
        price: None,
    }
}
