//! Money: what an hour of a GPU costs, rented or owned, and what of it is electricity and cooling.

use std::ops::{Add, Mul};

use crate::engine::gpu::Gpu;
use crate::engine::inputs::{Facility, Rate};

/// Days of a month: 365 / 12 rounded as published monthly figures do.
pub const DAYS_PER_MONTH: f64 = 30.4;
/// Days of a year.
pub const DAYS_PER_YEAR: f64 = 365.0;
/// Hours of a year.
const HOURS_PER_YEAR: f64 = DAYS_PER_YEAR * 24.0;
/// Hours of a month.
const HOURS_PER_MONTH: f64 = HOURS_PER_YEAR / 12.0;

/// What GPUs cost, USD, by what it pays for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Rent or depreciation, without the electricity inside it.
    pub hardware: f64,
    /// Electricity of the server.
    pub electricity: f64,
    /// Electricity of cooling and power conversion: the part of the PUE above 1.
    pub cooling: f64,
}

impl Cost {
    /// All of it.
    pub fn total(&self) -> f64 {
        self.hardware + self.electricity + self.cooling
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            hardware: self.hardware + other.hardware,
            electricity: self.electricity + other.electricity,
            cooling: self.cooling + other.cooling,
        }
    }
}

impl Mul<f64> for Cost {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self {
            hardware: self.hardware * factor,
            electricity: self.electricity * factor,
            cooling: self.cooling * factor,
        }
    }
}

/// Electricity and cooling of one GPU-hour under load.
fn power(gpu: &Gpu, facility: &Facility) -> Cost {
    let server_kwh = facility.server_kw(gpu) * facility.draw;
    let electricity = server_kwh * facility.electricity_usd_per_kwh;
    Cost { hardware: 0.0, electricity, cooling: electricity * (facility.pue - 1.0) }
}

/// One hour of a rented GPU: the rent, split into hardware and the electricity that the provider pays out of it.
fn rented_hour(rent: f64, gpu: &Gpu, facility: &Facility) -> Cost {
    let power = power(gpu, facility);
    let power_share = if power.total() > 0.0 { (rent / power.total()).min(1.0) } else { 0.0 };
    Cost {
        hardware: rent - power.total() * power_share,
        electricity: power.electricity * power_share,
        cooling: power.cooling * power_share,
    }
}

/// One hour of an owned GPU, running or not: the server and its network with interest, less what they are worth at the
/// end of their life; support, hands, space, electricity and cooling.
///
/// `purchase_usd` is one GPU with its share of the server.
pub fn owned_hour(purchase_usd: f64, gpu: &Gpu, facility: &Facility) -> Cost {
    let cluster = cluster_usd(purchase_usd, facility);
    let (interest, years) = (facility.cost_of_capital, facility.lifetime_years);
    // The yearly payment that returns 1 with interest: the capital recovery factor.
    let later = (1.0 + interest).powf(-years);
    let recovery = if interest > 0.0 { interest / (1.0 - later) } else { 1.0 / years };
    let a_year = cluster * ((1.0 - facility.residual_share * later) * recovery + facility.support_share);
    let a_month =
        facility.server_kw(gpu) * facility.colocation_usd_per_kw_month + facility.hands_usd_per_gpu_month;
    let hardware = a_year / HOURS_PER_YEAR + a_month / HOURS_PER_MONTH;
    Cost { hardware, ..power(gpu, facility) }
}

/// One GPU with its share of server and network, USD.
fn cluster_usd(purchase_usd: f64, facility: &Facility) -> f64 {
    purchase_usd / (1.0 - facility.interconnect_share)
}

/// What an owned GPU is still worth after so many hours, USD: it falls evenly to its residual value, and then no more.
pub(super) fn worth_after(hours: f64, purchase_usd: f64, facility: &Facility) -> f64 {
    let used = (hours / (facility.lifetime_years * HOURS_PER_YEAR)).min(1.0);
    cluster_usd(purchase_usd, facility) * (1.0 - (1.0 - facility.residual_share) * used)
}

/// Something of each of the ways in which capacity is paid for, in the order in which it is filled.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ByKind<T> {
    /// Owned: paid around the clock.
    pub owned: T,
    /// Under a contract: paid around the clock.
    pub reserved: T,
    /// Spot: paid while it runs.
    pub spot: T,
    /// On demand: paid while it runs.
    pub on_demand: T,
}

impl<T: Copy> ByKind<T> {
    /// Each with its name.
    pub fn named(&self) -> [(&'static str, T); 4] {
        [
            ("owned", self.owned),
            ("reserved", self.reserved),
            ("spot", self.spot),
            ("on demand", self.on_demand),
        ]
    }

    /// Something else of each.
    #[inline]
    pub(super) fn map<V>(&self, of: impl Fn(T) -> V) -> ByKind<V> {
        ByKind {
            owned: of(self.owned),
            reserved: of(self.reserved),
            spot: of(self.spot),
            on_demand: of(self.on_demand),
        }
    }

    /// Something of each and of another's.
    #[inline]
    pub(super) fn with<U: Copy, V>(&self, other: &ByKind<U>, of: impl Fn(T, U) -> V) -> ByKind<V> {
        ByKind {
            owned: of(self.owned, other.owned),
            reserved: of(self.reserved, other.reserved),
            spot: of(self.spot, other.spot),
            on_demand: of(self.on_demand, other.on_demand),
        }
    }
}

impl<T: Copy + Add<Output = T>> ByKind<T> {
    /// All kinds together.
    #[inline]
    pub fn sum(&self) -> T {
        self.owned + self.reserved + self.spot + self.on_demand
    }
}

/// What an hour of a GPU costs in each way that a rate uses; of one that it does not use, nothing.
///
/// `None` where a price that it needs is missing: what has no price has no cost, rather than none to pay.
pub fn hours(rate: &Rate, gpu: &Gpu, facility: &Facility) -> Option<ByKind<Cost>> {
    let rented = |share: f64, usd: Option<f64>| {
        if share > 0.0 { usd.map(|usd| rented_hour(usd, gpu, facility)) } else { Some(Cost::default()) }
    };
    let owned =
        if rate.owned_share > 0.0 { owned_hour(rate.purchase_usd?, gpu, facility) } else { Cost::default() };
    let rest = 1.0 - rate.committed_share() - rate.spot_share;
    Some(ByKind {
        owned,
        reserved: rented(rate.reserved_share, rate.reserved_usd)?,
        spot: rented(rate.spot_share, rate.spot_usd)?,
        on_demand: rented(if rest > ROUNDING { rest } else { 0.0 }, rate.on_demand_usd)?,
    })
}

/// Shares that add up to one but for this leave nothing over.
const ROUNDING: f64 = 1e-9;

/// One hour of a GPU whose hours are shared out as the rate says; `rented` multiplies what is paid by the hour.
pub(super) fn blended_hour(rate: &Rate, hours: &ByKind<Cost>, rented: f64) -> Cost {
    let rest = (1.0 - rate.committed_share() - rate.spot_share).max(0.0);
    hours.owned * rate.owned_share
        + hours.reserved * rate.reserved_share
        + hours.spot * (rate.spot_share * rented)
        + hours.on_demand * (rest * rented)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::gpu::{GpuFamily, Rates, ScaleUpLink};

    fn h100() -> Gpu {
        Gpu {
            family: GpuFamily::Hopper,
            memory_bytes: 80e9,
            bandwidth_bytes_per_s: 3.35e12,
            rates: Rates {
                fp32: None,
                tf32: None,
                fp16: 989.4e12,
                bf16: true,
                fp8: Some(1979e12),
                int8: None,
                fp4: None,
            },
            scale_up_bytes_per_s: 450e9,
            scale_up_link: ScaleUpLink::Fabric,
            scale_up_domain: 8,
            scale_out_bytes_per_s: 50e9,
            tdp_w: 700.0,
            software_since: 2022.67,
        }
    }

    fn facility() -> Facility {
        Facility {
            electricity_usd_per_kwh: 0.10,
            pue: 1.2,
            server_power_ratio: 1.8,
            draw: 0.75,
            interconnect_share: 0.19,
            lifetime_years: 4.0,
            colocation_usd_per_kw_month: 0.0,
            cost_of_capital: 0.0,
            residual_share: 0.0,
            support_share: 0.0,
            hands_usd_per_gpu_month: 0.0,
        }
    }

    fn rate() -> Rate {
        Rate {
            on_demand_usd: Some(2.0),
            spot_usd: Some(0.7),
            reserved_usd: Some(1.4),
            purchase_usd: Some(33_800.0),
            owned_share: 0.0,
            reserved_share: 0.0,
            spot_share: 0.0,
        }
    }

    #[test]
    fn rent_is_the_sum_of_its_lines() {
        let hour = hours(&rate(), &h100(), &facility()).expect("it has a price").on_demand;
        // 0.7 kW x 1.8 x 0.75 = 0.945 kW: 9.45 cents of electricity and a fifth of that for cooling.
        assert!((hour.electricity - 0.0945).abs() < 1e-12);
        assert!((hour.cooling - 0.0189).abs() < 1e-12);
        assert!((hour.total() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn an_owned_hour_pays_off_the_cluster() {
        let hour = owned_hour(33_800.0, &h100(), &facility());
        // Without interest: 33,800 / 0.81 over 4 x 8,760 hours.
        assert!((hour.hardware - 33_800.0 / 0.81 / 35_040.0).abs() < 1e-12);
        // At 10% over four years, with a quarter of the price left, 5% for support, $15 a month for hands and 1.26 kW at
        // $150 a month: 41,728.40 x ((1 - 0.25 x 0.683013) x 0.315471 + 0.05) = 13,002.67 a year, or 1.48432 an hour;
        // 204 a month over 730 hours, 0.27945 an hour.
        let terms = Facility {
            cost_of_capital: 0.10,
            residual_share: 0.25,
            support_share: 0.05,
            hands_usd_per_gpu_month: 15.0,
            colocation_usd_per_kw_month: 150.0,
            ..facility()
        };
        let hour = owned_hour(33_800.0, &h100(), &terms);
        assert!((hour.hardware - (1.484_32 + 0.279_45)).abs() < 1e-4, "{}", hour.hardware);
    }

    #[test]
    fn a_missing_price_is_no_price() {
        let h100 = h100();
        let unsold = Rate { purchase_usd: None, spot_usd: None, ..rate() };
        let priced = |rate: Rate| hours(&rate, &h100, &facility()).is_some();
        assert!(priced(unsold), "what is not used needs no price");
        assert!(!priced(Rate { owned_share: 0.1, ..unsold }) && !priced(Rate { spot_share: 0.1, ..unsold }));
        assert!(priced(Rate { on_demand_usd: None, reserved_share: 1.0, ..unsold }), "nothing is on demand");
    }

    #[test]
    fn half_the_hours_on_spot_cost_the_mean_of_both_prices() {
        let spot = Rate { spot_share: 0.5, ..rate() };
        let hours = hours(&spot, &h100(), &facility()).expect("both have a price");
        assert!((blended_hour(&spot, &hours, 1.0).total() - f64::midpoint(2.0, 0.7)).abs() < 1e-12);
    }

    #[test]
    fn a_cluster_keeps_what_a_run_does_not_use() {
        // A quarter of four years: a quarter of the way from the price to a fifth of it.
        let terms = Facility { residual_share: 0.2, ..facility() };
        let left = worth_after(8_760.0, 33_800.0, &terms);
        assert!((left - 33_800.0 / 0.81 * 0.8).abs() < 1e-6, "{left}");
    }
}
