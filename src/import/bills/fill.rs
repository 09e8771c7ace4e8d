//! A scenario filled with what a bill knows.

use crate::catalog::{Catalog, GpuId};
use crate::engine::money::DAYS_PER_MONTH;
use crate::import::bills::rules::{Class, Measure};
use crate::import::bills::spent::Spending;
use crate::scenario::ParamId;
use crate::scenario::value::Value;

/// What is paid for accelerators is known with all discounts, so that none is left to take off.
const NO_DISCOUNT: [(Class, [ParamId; 3]); 2] = [
    (
        Class::Inference,
        [ParamId::ServingSpotShare, ParamId::ServingReservedShare, ParamId::ServingOwnedShare],
    ),
    (
        Class::Training,
        [ParamId::TrainingSpotShare, ParamId::TrainingReservedShare, ParamId::TrainingOwnedShare],
    ),
];

impl Spending<'_> {
    /// The accelerator of the catalog with the most hours of a class, and what one of them cost.
    fn main_accelerator(&self, class: Class, catalog: &Catalog) -> Option<(GpuId, f64)> {
        let sums = self.accelerators(class);
        let known = sums.iter().filter_map(|(gpu, sum)| Some((catalog.gpu_id(gpu)?, sum)));
        let (gpu, sum) = known.max_by(|(_, a), (_, b)| a.quantity.total_cmp(&b.quantity))?;
        (sum.quantity > 0.0).then(|| (gpu, rounded(sum.measured(self.basis).value() / sum.quantity)))
    }

    /// What the bill states of a scenario: accelerators and what they cost with all discounts, what was paid, and what was
    /// asked where that is billed. What a scenario cannot hold is left out.
    pub fn states(&self, catalog: &Catalog) -> Vec<(ParamId, Value)> {
        let mut states = Vec::new();
        let mut state =
            |param: ParamId, value: Value| states.extend(param.check(value).ok().map(|value| (param, value)));
        let places = [
            (ParamId::HardwareGpu, ParamId::ServingPricePerGpuHour),
            (ParamId::TrainingGpu, ParamId::TrainingPricePerGpuHour),
        ];
        for ((gpu, price), (class, shares)) in places.into_iter().zip(NO_DISCOUNT) {
            if let Some((main, usd)) = self.main_accelerator(class, catalog) {
                state(gpu, Value::Gpu(main));
                state(price, Value::Number(usd));
                for share in shares {
                    state(share, Value::Number(0.0));
                }
            }
        }
        let paid = |class| Some(self.of(class).value()).filter(|usd| *usd > 0.0);
        if let Some(usd) = paid(Class::Training) {
            state(ParamId::ActualTrainingUsd, Value::Number(usd));
        }
        let Some(days) = self.ledger.days() else { return states };
        let inference = paid(Class::Inference);
        if let Some(usd) = inference {
            state(ParamId::ActualMonthlyInferenceUsd, Value::Number(rounded(usd / days * DAYS_PER_MONTH)));
        }
        let measures = self.measures();
        let quantity = |measure| measures.get(&measure).map_or(0.0, |sum| sum.quantity);
        let counted = self.requests.or(Some(quantity(Measure::Requests)).filter(|requests| *requests > 0.0));
        if let Some(requests) = counted {
            state(ParamId::WorkloadRequestsPerDay, Value::Number((requests / days).round().max(1.0)));
        }
        if let Some((usd, requests)) = inference.zip(counted) {
            state(ParamId::ActualUsdPerRequest, Value::Number(usd / requests));
        }
        let cached = quantity(Measure::CachedTokens);
        let prompts = quantity(Measure::InputTokens) + cached;
        let outputs = quantity(Measure::OutputTokens);
        if prompts > 0.0 && outputs > 0.0 {
            state(ParamId::WorkloadOutputShare, Value::Number(outputs / (prompts + outputs)));
        }
        if cached > 0.0 {
            state(ParamId::WorkloadPrefixCacheHitRate, Value::Number(cached / prompts));
        }
        states
    }
}

/// To a millionth.
fn rounded(usd: f64) -> f64 {
    (usd * 1e6).round() / 1e6
}
