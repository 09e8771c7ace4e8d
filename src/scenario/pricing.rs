//! The money of a scenario: prices of its basis, contracts, ownership, people.

use crate::catalog::prices::{
    Basis, Kind, Offer, Quote, Standing, USUAL_CONTRACT_DISCOUNTS, USUAL_SPOT_DISCOUNT,
};
use crate::catalog::{Catalog, GpuId, GpuPreset};
use crate::engine::inputs::{Facility, People, Rate, TrainingMoney, Trend, team};
use crate::engine::interruptions::Interruptions;
use crate::engine::money::owned_hour;
use crate::engine::shape::ModelShape;
use crate::engine::training::{ADAPTER_SHARE, TrainingMethod};
use crate::scenario::resolve::{serving_gpu, training_gpu, training_tokens};
use crate::scenario::stated::Scenario;

/// Months of the two contracts with published prices.
const TERMS: [f64; 2] = [12.0, 36.0];
/// FLOPs of the run from which the size of other teams is scaled: OPT-175B (S. Zhang et al. 2022, section 2.4).
const REFERENCE_RUN: f64 = 4.3e23;
/// Its authors who trained it.
const REFERENCE_ENGINEERS: f64 = 20.0;
/// Its months from the first trial to the end: its logbook runs from October 2021 to January 2022.
const REFERENCE_MONTHS: f64 = 4.0;
/// Teams grow as this power of the run: from OPT-175B to Gemini Ultra, a hundred times the work takes about sixteen
/// times the people. Assumption.
const TEAM_GROWTH: f64 = 0.6;
/// Their time grows as this power of the run. Assumption.
const TIME_GROWTH: f64 = 0.15;
/// FLOPs of a day of serving that one engineer keeps running: about ten H100s. Assumption.
const SERVED_BY_ONE: f64 = 2.4e20;
/// Checkpoints that are kept of a run. Assumption.
const CHECKPOINTS_KEPT: f64 = 10.0;
/// Bytes of a checkpoint for each trained parameter: weights and optimizer state (Llama 3 405B: 6.48 TB).
const CHECKPOINT_BYTES: f64 = 16.0;
/// Bytes of stored text for each token. Assumption.
const BYTES_PER_TOKEN: f64 = 5.0;

/// Shares that leave less than this leave nothing.
const ROUNDING: f64 = 1e-9;

/// Shares, terms and what is set by hand of one side.
struct Terms {
    stated_usd: Option<f64>,
    spot_discount: Option<f64>,
    commitment_months: f64,
    owned_share: f64,
    reserved_share: f64,
    spot_share: f64,
}

impl Terms {
    /// A price of an offer; one on demand that is set by hand moves the others with it.
    fn moved(&self, offer: &Offer, quote: Option<&Quote>, usual_discount: f64) -> Option<f64> {
        let listed = quote.map(|quote| quote.usd_per_hour);
        let Some(stated) = self.stated_usd else { return listed };
        let hourly = offer.on_demand.as_ref().map(|quote| quote.usd_per_hour).filter(|usd| *usd > 0.0);
        let ratio = listed.zip(hourly).map(|(usd, hourly)| usd / hourly);
        Some(stated * ratio.unwrap_or(1.0 - usual_discount))
    }
}

fn serving_terms(scenario: &Scenario) -> Terms {
    let serving = &scenario.serving;
    Terms {
        stated_usd: serving.price_per_gpu_hour,
        spot_discount: serving.spot_discount,
        commitment_months: serving.commitment_months,
        owned_share: serving.owned_share,
        reserved_share: serving.reserved_share,
        spot_share: serving.spot_share,
    }
}

fn training_terms(scenario: &Scenario) -> Terms {
    let training = &scenario.training;
    Terms {
        stated_usd: training.price_per_gpu_hour,
        spot_discount: training.spot_discount,
        commitment_months: training.commitment_months,
        owned_share: training.owned_share,
        reserved_share: training.reserved_share,
        spot_share: training.spot_share,
    }
}

/// The prices of serving on an accelerator. A price set by hand is that of the main one.
pub(super) fn serving_rate(scenario: &Scenario, catalog: &Catalog, gpu: GpuId) -> Rate {
    rate(&serving_terms_on(scenario, gpu), scenario, catalog.gpu(gpu))
}

fn serving_terms_on(scenario: &Scenario, gpu: GpuId) -> Terms {
    let terms = serving_terms(scenario);
    Terms { stated_usd: terms.stated_usd.filter(|_| gpu == serving_gpu(scenario)), ..terms }
}

/// The prices of training.
fn training_rate(scenario: &Scenario, catalog: &Catalog) -> Rate {
    rate(&training_terms(scenario), scenario, catalog.gpu(training_gpu(scenario, catalog)))
}

fn rate(terms: &Terms, scenario: &Scenario, gpu: &GpuPreset) -> Rate {
    let offer = gpu.offer(scenario.prices.basis);
    let on_demand = offer.on_demand.as_ref().map(|quote| quote.usd_per_hour);
    let purchase_usd = gpu.purchase_usd.map(|[_, typical, _]| typical);
    let on_demand_usd = terms.stated_usd.or(on_demand);
    let spot_usd = if let Some(discount) = terms.spot_discount {
        on_demand_usd.map(|usd| usd * (1.0 - discount))
    } else {
        let spot = terms.moved(offer, offer.spot.as_ref(), USUAL_SPOT_DISCOUNT);
        spot.map(|usd| usd.min(on_demand_usd.unwrap_or(usd)))
    };
    let rest = (1.0 - terms.reserved_share - terms.spot_share).max(0.0);
    Rate {
        on_demand_usd,
        spot_usd,
        reserved_usd: contract(terms, scenario, gpu).map(|(usd, _)| usd),
        purchase_usd,
        owned_share: if scenario.prices.basis == Basis::Owned { rest } else { terms.owned_share },
        reserved_share: terms.reserved_share,
        spot_share: terms.spot_share,
    }
}

/// What an hour under the contract costs, and how far that can be trusted: between the published terms a value between
/// theirs, trusted as little as the weaker.
fn contract(terms: &Terms, scenario: &Scenario, gpu: &GpuPreset) -> Option<(f64, Standing)> {
    let offer = gpu.offer(scenario.prices.basis);
    let hourly = match terms.stated_usd {
        Some(stated) => (stated, Standing::Firm),
        None => offer.on_demand.as_ref().map(|quote| (quote.usd_per_hour, quote.standing))?,
    };
    let least = least_of_contract(terms, scenario, gpu);
    let of = |quote: &Option<Quote>, discount: f64| {
        let usd = terms.moved(offer, quote.as_ref(), discount)?;
        let listed = quote.as_ref().map_or(Standing::Estimated, |quote| quote.standing);
        let standing = if usd < least { Standing::Estimated } else { listed };
        Some((usd.max(least).min(hourly.0), standing))
    };
    let one = of(&offer.one_year, USUAL_CONTRACT_DISCOUNTS[0])?;
    let three = of(&offer.three_years, USUAL_CONTRACT_DISCOUNTS[1])?;
    let usd = between([0.0, TERMS[0], TERMS[1]], [hourly.0, one.0, three.0], terms.commitment_months);
    let standing = match terms.commitment_months {
        months if months < TERMS[0] => one.1.max(hourly.1),
        months if months == TERMS[0] => one.1,
        months if months < TERMS[1] => one.1.max(three.1),
        _ => three.1,
    };
    Some((usd, standing))
}

/// Nobody sells years of a chip below what it costs to own: where a discount from one cloud meets a price of another, that
/// is the least, USD an hour.
fn least_of_contract(terms: &Terms, scenario: &Scenario, gpu: &GpuPreset) -> f64 {
    match (terms.stated_usd, gpu.purchase_usd) {
        (None, Some([_, price, _])) => owned_hour(price, &gpu.gpu, &facility(scenario)).total(),
        _ => 0.0,
    }
}

/// A contract for serving costs what owning does: listed ones would be below that.
pub(crate) fn is_contract_at_cost(scenario: &Scenario, catalog: &Catalog) -> bool {
    let (terms, gpu) = (serving_terms(scenario), catalog.gpu(serving_gpu(scenario)));
    let least = least_of_contract(&terms, scenario, gpu);
    contract(&terms, scenario, gpu).is_some_and(|(usd, _)| usd <= least * (1.0 + ROUNDING))
}

/// A value between three points, and that of the last beyond it.
fn between(places: [f64; 3], values: [f64; 3], here: f64) -> f64 {
    let on = |index: usize| {
        let way = ((here - places[index]) / (places[index + 1] - places[index])).clamp(0.0, 1.0);
        values[index] + (values[index + 1] - values[index]) * way
    };
    if here < places[1] { on(0) } else { on(1) }
}

/// The on-demand price of an accelerator on the scenario's basis, where it is firm.
pub(super) fn firm_usd_per_hour(scenario: &Scenario, gpu: &GpuPreset) -> Option<f64> {
    let Offer { on_demand, .. } = gpu.offer(scenario.prices.basis);
    on_demand.as_ref().filter(|quote| quote.standing.is_firm()).map(|quote| quote.usd_per_hour)
}

/// A price that what a pool or a run costs rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Needed {
    /// What it is for; a contract by the published term that counts most.
    pub kind: Kind,
    /// The price, USD an hour or, of a purchase, in all; `None` where there is none.
    pub usd: Option<f64>,
    /// How far it can be trusted.
    pub standing: Standing,
}

/// The prices that serving on an accelerator rests on; of what is not used, none.
pub fn needed_to_serve(scenario: &Scenario, catalog: &Catalog, gpu: GpuId) -> Vec<Needed> {
    needed(&serving_terms_on(scenario, gpu), scenario, catalog, gpu)
}

/// The prices that training rests on.
pub fn needed_to_train(scenario: &Scenario, catalog: &Catalog) -> Vec<Needed> {
    needed(&training_terms(scenario), scenario, catalog, training_gpu(scenario, catalog))
}

fn needed(terms: &Terms, scenario: &Scenario, catalog: &Catalog, gpu: GpuId) -> Vec<Needed> {
    let gpu = catalog.gpu(gpu);
    let (rate, offer) = (rate(terms, scenario, gpu), gpu.offer(scenario.prices.basis));
    let standing = |quote: &Option<Quote>| quote.as_ref().map_or(Standing::Estimated, |quote| quote.standing);
    let on_demand = if terms.stated_usd.is_some() { Standing::Firm } else { standing(&offer.on_demand) };
    let spot = if terms.spot_discount.is_some() { on_demand } else { standing(&offer.spot) };
    let kind = if terms.commitment_months <= TERMS[0] { Kind::OneYear } else { Kind::ThreeYears };
    let reserved = contract(terms, scenario, gpu).map_or(Standing::Estimated, |(_, standing)| standing);
    let rest = 1.0 - rate.committed_share() - rate.spot_share;
    [
        (rate.owned_share, Kind::Purchase, rate.purchase_usd, catalog.rates().purchase_standing(gpu)),
        (rate.reserved_share, kind, rate.reserved_usd, reserved),
        (rate.spot_share, Kind::Spot, rate.spot_usd, spot),
        (rest, Kind::OnDemand, rate.on_demand_usd, on_demand),
    ]
    .into_iter()
    .filter(|(share, ..)| *share > ROUNDING)
    .map(|(_, kind, usd, standing)| Needed { kind, usd, standing })
    .collect()
}

/// The on-demand price of a serving GPU; `None` where there is none.
pub(super) fn serving_price(scenario: &Scenario, catalog: &Catalog) -> Option<f64> {
    serving_rate(scenario, catalog, serving_gpu(scenario)).on_demand_usd
}

/// The on-demand price of a training GPU; `None` where there is none.
pub(super) fn training_price(scenario: &Scenario, catalog: &Catalog) -> Option<f64> {
    training_rate(scenario, catalog).on_demand_usd
}

/// What spot capacity saves of an on-demand price.
fn spot_discount(rate: &Rate) -> Option<f64> {
    Some(1.0 - rate.spot_usd? / rate.on_demand_usd.filter(|usd| *usd > 0.0)?)
}

/// The spot discount on a serving GPU; `None` where it has no price.
pub(super) fn serving_spot_discount(scenario: &Scenario, catalog: &Catalog) -> Option<f64> {
    spot_discount(&serving_rate(scenario, catalog, serving_gpu(scenario)))
}

/// The spot discount on a training GPU; `None` where it has no price.
pub(super) fn training_spot_discount(scenario: &Scenario, catalog: &Catalog) -> Option<f64> {
    spot_discount(&training_rate(scenario, catalog))
}

/// Electricity and ownership.
pub(super) fn facility(scenario: &Scenario) -> Facility {
    let power = &scenario.power;
    Facility {
        electricity_usd_per_kwh: power.electricity_usd_per_kwh,
        pue: power.pue,
        server_power_ratio: power.server_power_ratio,
        draw: power.draw,
        interconnect_share: power.interconnect_share,
        lifetime_years: power.lifetime_years,
        cost_of_capital: power.cost_of_capital,
        residual_share: power.residual_share,
        support_share: power.support_share,
        hands_usd_per_gpu_month: power.hands_usd_per_gpu_month,
        colocation_usd_per_kw_month: power.colocation_usd_per_kw_month,
    }
}

/// How spot capacity is lost.
pub(super) fn interruptions(scenario: &Scenario) -> Interruptions {
    Interruptions {
        hours_between: scenario.prices.spot_hours_between_interruptions,
        checkpoint_minutes: scenario.training.checkpoint_minutes,
        restart_minutes: scenario.training.restart_minutes,
    }
}

/// Prices over the horizon.
pub(super) fn trend(scenario: &Scenario) -> Trend {
    let prices = &scenario.prices;
    Trend {
        change_per_year: prices.change_per_year,
        contract_months: scenario.serving.commitment_months,
        discount_rate: prices.discount_rate,
        refresh_months: prices.refresh_months.unwrap_or(f64::INFINITY),
        refresh_saving: prices.refresh_saving,
    }
}

/// The money of a run.
pub(super) fn training_money(scenario: &Scenario, catalog: &Catalog, shape: &ModelShape) -> TrainingMoney {
    let training = &scenario.training;
    TrainingMoney {
        rate: training_rate(scenario, catalog),
        off_peak_share: training.off_peak_share,
        off_peak_discount: training.off_peak_discount,
        experiments: match training.method {
            TrainingMethod::Pretrain => training.experiments - 1.0,
            TrainingMethod::Finetune | TrainingMethod::Adapter => training.trials,
        },
        automation: training.automation,
        storage_usd: storage_usd(scenario, catalog, shape),
        data_usd: training.data_usd,
        versions_per_year: training.versions_per_year,
        update_cost_share: training.update_cost_share,
    }
}

/// Text and checkpoints, for as long as people work on them.
fn storage_usd(scenario: &Scenario, catalog: &Catalog, shape: &ModelShape) -> f64 {
    let trained = match scenario.training.method {
        TrainingMethod::Adapter => ADAPTER_SHARE,
        TrainingMethod::Pretrain | TrainingMethod::Finetune => 1.0,
    };
    let checkpoints = CHECKPOINTS_KEPT * CHECKPOINT_BYTES * trained * shape.total_parameters();
    let text = BYTES_PER_TOKEN * training_tokens(scenario, catalog);
    (checkpoints + text) / 1e9
        * scenario.prices.storage_usd_per_gb_month
        * training_months(scenario, catalog, shape)
}

/// The people.
pub(super) fn people(scenario: &Scenario, catalog: &Catalog, shape: &ModelShape) -> People {
    People {
        training_engineers: training_engineers(scenario, catalog, shape),
        training_months: training_months(scenario, catalog, shape),
        serving_engineers: serving_engineers(scenario, shape),
        serving_work: scenario.people.serving_engineers.is_none().then(|| serving_work(scenario, shape)),
        usd_per_year: scenario.people.usd_per_year,
    }
}

/// A run's FLOPs relative to the one that teams are scaled from. Hardware has no part in it, so none changes a salary.
fn relative_run(scenario: &Scenario, catalog: &Catalog, shape: &ModelShape) -> f64 {
    6.0 * shape.active_parameters() * training_tokens(scenario, catalog) / REFERENCE_RUN
}

/// Engineers on a version: stated, else by the size of the run; two for a fine-tune and one for an adapter.
pub(super) fn training_engineers(scenario: &Scenario, catalog: &Catalog, shape: &ModelShape) -> f64 {
    scenario.people.training_engineers.unwrap_or_else(|| match scenario.training.method {
        TrainingMethod::Pretrain => {
            (REFERENCE_ENGINEERS * relative_run(scenario, catalog, shape).powf(TEAM_GROWTH)).max(1.0).round()
        }
        TrainingMethod::Finetune => 2.0,
        TrainingMethod::Adapter => 1.0,
    })
}

/// Months that they work on it: stated, else by the size of the run; six weeks for a fine-tune and three for an
/// adapter.
pub(super) fn training_months(scenario: &Scenario, catalog: &Catalog, shape: &ModelShape) -> f64 {
    scenario.people.training_months.unwrap_or_else(|| match scenario.training.method {
        TrainingMethod::Pretrain => {
            (REFERENCE_MONTHS * relative_run(scenario, catalog, shape).powf(TIME_GROWTH)).max(1.0)
        }
        TrainingMethod::Finetune => 1.5,
        TrainingMethod::Adapter => 0.75,
    })
}

/// Engineers who keep the service running: stated, else by the work of a day as it is asked, so that neither hardware
/// nor a cache changes a salary.
pub(super) fn serving_engineers(scenario: &Scenario, shape: &ModelShape) -> f64 {
    scenario.people.serving_engineers.unwrap_or_else(|| team(serving_work(scenario, shape)))
}

/// A day's work as it is asked, relative to what one engineer keeps running.
fn serving_work(scenario: &Scenario, shape: &ModelShape) -> f64 {
    let workload = &scenario.workload;
    let tokens = workload.sequence_length + workload.thinking_tokens;
    2.0 * shape.active_parameters() * tokens * workload.requests_per_day / SERVED_BY_ONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_between_two_published_terms_costs_in_between() {
        let price = |months: f64| between([0.0, 12.0, 36.0], [4.0, 3.0, 2.0], months);
        assert_eq!(
            [price(6.0), price(12.0), price(24.0), price(36.0), price(60.0)],
            [3.5, 3.0, 2.5, 2.0, 2.0]
        );
    }
}
