//! Money: what an hour of a GPU costs, rented or owned, and what of it is electricity and cooling.

use std::ops::{Add, Mul};

use crate::engine::gpu::Gpu;
use crate::engine::inputs::{Facility, Rate};

/// Days of a month: 365 / 12 rounded as published monthly figures do.
pub(super) const DAYS_PER_MONTH: f64 = 30.4;
/// Days of a year.
pub(super) const DAYS_PER_YEAR: f64 = 365.0;
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
pub(super) fn rented_hour(rate: &Rate, gpu: &Gpu, facility: &Facility) -> Cost {
    let rent = rate.rented_usd_per_hour();
    let power = power(gpu, facility);
    let power_share = if power.total() > 0.0 { (rent / power.total()).min(1.0) } else { 0.0 };
    Cost {
        hardware: rent - power.total() * power_share,
        electricity: power.electricity * power_share,
        cooling: power.cooling * power_share,
    }
}

/// One hour of an owned GPU: depreciation of the server and its network, space, electricity and cooling.
///
/// `purchase_usd` is one GPU with its share of the server.
pub fn owned_hour(purchase_usd: f64, gpu: &Gpu, facility: &Facility) -> Cost {
    let cluster = purchase_usd / (1.0 - facility.interconnect_share);
    let write_off = cluster / (facility.lifetime_years * HOURS_PER_YEAR);
    let space = facility.server_kw(gpu) * facility.colocation_usd_per_kw_month / HOURS_PER_MONTH;
    Cost { hardware: write_off + space, ..power(gpu, facility) }
}

/// One hour of one GPU under a rate: the owned share at its own cost, the rest rented.
pub(super) fn blended_hour(rate: &Rate, gpu: &Gpu, facility: &Facility) -> Cost {
    let rented = rented_hour(rate, gpu, facility);
    match rate.purchase_usd {
        Some(price) if rate.owned_share > 0.0 => {
            owned_hour(price, gpu, facility) * rate.owned_share + rented * (1.0 - rate.owned_share)
        }
        _ => rented,
    }
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
        }
    }

    fn rate() -> Rate {
        Rate {
            usd_per_gpu_hour: 2.0,
            spot_share: 0.0,
            spot_discount: 0.65,
            off_peak_share: 0.0,
            off_peak_discount: 0.0,
            owned_share: 0.0,
            purchase_usd: None,
        }
    }

    #[test]
    fn rent_is_the_sum_of_its_lines() {
        let hour = rented_hour(&rate(), &h100(), &facility());
        // 0.7 kW x 1.8 x 0.75 = 0.945 kW: 9.45 cents of electricity and a fifth of that for cooling.
        assert!((hour.electricity - 0.0945).abs() < 1e-12);
        assert!((hour.cooling - 0.0189).abs() < 1e-12);
        assert!((hour.total() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn owned_hour_is_write_off_and_power() {
        let hour = owned_hour(33_800.0, &h100(), &facility());
        // 33,800 / 0.81 over 4 x 8,760 hours.
        assert!((hour.hardware - 33_800.0 / 0.81 / 35_040.0).abs() < 1e-12);
    }

    #[test]
    fn half_the_hours_on_spot_save_half_the_discount() {
        let spot = Rate { spot_share: 0.5, ..rate() };
        assert!((spot.rented_usd_per_hour() - 2.0 * (1.0 - 0.5 * 0.65)).abs() < 1e-12);
    }
}
