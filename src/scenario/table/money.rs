//! Money: prices, programme, electricity.

use super::number;
use crate::scenario::param::Group::Money;
use crate::scenario::param::{Domain, NumberDomain, Param};
use crate::scenario::resolve;
use crate::scenario::value::{Field as _, Value};
use crate::text::quantity::Unit;

/// How GPUs are paid for.
const COMMITMENTS: &[&str] = &["on-demand", "reserved-1y", "reserved-3y", "owned"];

/// The rows.
#[expect(clippy::too_many_lines, reason = "a table is as long as it has rows")]
pub(super) fn rows() -> Vec<Param> {
    vec![
        param!(
            serving.price_per_gpu_hour,
            "Serving price",
            Money,
            number(NumberDomain::log(Unit::UsdPerHour, 0.01, 1000.0).stops(&[0.5, 1.0, 2.0, 5.0, 10.0])),
            "Rent of a serving GPU; by default the catalog's price on the chosen commitment",
            |scenario, catalog| Value::Number(resolve::serving_price(scenario, catalog))
        ),
        param!(
            serving.commitment,
            "Serving terms",
            Money,
            Domain::Words(COMMITMENTS),
            "How serving GPUs are paid for"
        ),
        param!(
            serving.spot_share,
            "Serving spot",
            Money,
            number(NumberDomain::share()),
            "Share of serving on spot capacity"
        ),
        param!(
            serving.spot_discount,
            "Spot discount",
            Money,
            number(NumberDomain::share().between(0.0, 0.95).plausible(0.5, 0.9).band("typical", 0.6, 0.9)),
            "What spot capacity saves of the rent of a serving GPU"
        ),
        param!(
            serving.owned_share,
            "Serving owned",
            Money,
            number(NumberDomain::share()),
            "Share of the peak on owned hardware, under rented GPUs for the burst"
        ),
        param!(
            training.price_per_gpu_hour,
            "Training price",
            Money,
            number(NumberDomain::log(Unit::UsdPerHour, 0.01, 1000.0).stops(&[0.5, 1.0, 2.0, 5.0, 10.0])),
            "Rent of a training GPU; by default the catalog's price on the chosen commitment",
            |scenario, catalog| Value::Number(resolve::training_price(scenario, catalog))
        ),
        param!(
            training.commitment,
            "Training terms",
            Money,
            Domain::Words(COMMITMENTS),
            "How training GPUs are paid for"
        ),
        param!(
            training.spot_share,
            "Training spot",
            Money,
            number(NumberDomain::share()),
            "Share of training on spot capacity; preemptions repeat a tenth of that work"
        ),
        param!(
            training.spot_discount,
            "Spot discount",
            Money,
            number(NumberDomain::share().between(0.0, 0.95).plausible(0.5, 0.9).band("typical", 0.6, 0.9)),
            "What spot capacity saves of the rent of a training GPU"
        ),
        param!(
            training.off_peak_share,
            "Off-peak",
            Money,
            number(NumberDomain::share()),
            "Share of training in cheap windows; past ten hours of the day the run waits"
        ),
        param!(
            training.off_peak_discount,
            "Off-peak disc.",
            Money,
            number(NumberDomain::share().between(0.0, 0.9).plausible(0.1, 0.4)),
            "What those windows save of the rent"
        ),
        param!(
            training.owned_share,
            "Training owned",
            Money,
            number(NumberDomain::share()),
            "Share of training on owned hardware"
        ),
        param!(
            training.experiments,
            "Experiments",
            Money,
            number(NumberDomain::linear(Unit::Ratio, 1.0, 20.0, 0.2).plausible(1.2, 4.0)),
            "Compute of the whole programme over that of the final run"
        ),
        param!(
            training.automation,
            "Automation",
            Money,
            number(NumberDomain::share()),
            "Share of the experiments beyond the final run that an automated pipeline saves"
        ),
        param!(
            training.staff_share,
            "Staff share",
            Money,
            number(NumberDomain::share().between(0.0, 0.95).plausible(0.29, 0.49)),
            "Engineering time as a share of the whole programme"
        ),
        param!(
            training.versions_per_year,
            "Versions/year",
            Money,
            number(NumberDomain::linear(Unit::Count, 0.0, 52.0, 1.0)),
            "New versions a year after the first"
        ),
        param!(
            training.update_cost_share,
            "Update cost",
            Money,
            number(NumberDomain::share().between(0.0, 2.0).plausible(0.05, 0.5)),
            "Cost of a new version relative to the first programme"
        ),
        param!(
            training.version_value_usd_per_month,
            "Version value",
            Money,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12)),
            "What a new version earns or saves a month: when has it paid for itself?"
        ),
        param!(
            power.electricity_usd_per_kwh,
            "Electricity",
            Money,
            number(NumberDomain::linear(Unit::Usd, 0.0, 1.0, 0.01).plausible(0.06, 0.15)),
            "Electricity, USD per kWh"
        ),
        param!(
            power.pue,
            "PUE",
            Money,
            number(NumberDomain::linear(Unit::Ratio, 1.0, 3.0, 0.05).plausible(1.1, 1.4)),
            "Power of the facility over that of its servers: cooling and conversion"
        ),
        param!(
            power.server_power_ratio,
            "Server power",
            Money,
            number(NumberDomain::linear(Unit::Ratio, 1.0, 3.0, 0.1).plausible(1.4, 2.0)),
            "Power of a server over that of its GPUs"
        ),
        param!(
            power.draw,
            "Power draw",
            Money,
            number(NumberDomain::share().between(0.05, 1.0).plausible(0.6, 0.9)),
            "Share of rated power drawn under load"
        ),
        param!(
            power.interconnect_share,
            "Network share",
            Money,
            number(NumberDomain::share().between(0.0, 0.9).plausible(0.1, 0.25)),
            "Cluster network as a share of an owned cluster's price"
        ),
        param!(
            power.lifetime_years,
            "Lifetime",
            Money,
            number(NumberDomain::linear(Unit::Years, 1.0, 15.0, 1.0).plausible(3.0, 6.0)),
            "Years over which owned hardware is written off"
        ),
        param!(
            power.colocation_usd_per_kw_month,
            "Colocation",
            Money,
            number(NumberDomain::linear(Unit::Usd, 0.0, 1000.0, 10.0).plausible(120.0, 200.0)),
            "Space for owned hardware, USD for each kW and month"
        ),
    ]
}
