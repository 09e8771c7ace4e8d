//! Demand: who asks, how much and how it grows.

use super::number;
use crate::scenario::param::Group::Demand;
use crate::scenario::param::{NumberDomain, Param};
use crate::scenario::value::Field as _;
use crate::text::quantity::Unit;

/// The rows.
pub(super) fn rows() -> Vec<Param> {
    vec![
        param!(
            workload.requests_per_day,
            "Requests/day",
            Demand,
            number(NumberDomain::log(Unit::Count, 1.0, 1e11).stops(&[1e3, 1e5, 1e6, 1e7, 1e8, 1e9])),
            "Requests a day, before any cache"
        ),
        param!(
            workload.output_share,
            "Output share",
            Demand,
            number(NumberDomain::share().between(1e-6, 1.0).plausible(0.1, 0.5)),
            "Share of a request's tokens that the model writes; the rest is prompt"
        ),
        param!(
            workload.prefix_cache_hit_rate,
            "Prefix hits",
            Demand,
            number(NumberDomain::share().between(0.0, 0.99).plausible(0.0, 0.6)),
            "Share of prompt tokens that the prefix cache holds already: they skip prefill"
        ),
        param!(
            workload.peak_to_mean,
            "Peak / mean",
            Demand,
            number(NumberDomain::linear(Unit::Ratio, 1.0, 10.0, 0.1).plausible(1.2, 2.5)),
            "Peak of the daily demand curve over its mean"
        ),
        param!(
            workload.growth_per_month,
            "Growth/month",
            Demand,
            number(NumberDomain::linear(Unit::Share, -0.5, 1.0, 0.01).plausible(0.0, 0.1)),
            "Growth of the requests from month to month"
        ),
        param!(
            workload.horizon_months,
            "Horizon",
            Demand,
            number(
                NumberDomain::linear(Unit::Months, 1.0, 120.0, 1.0)
                    .whole()
                    .stops(&[6.0, 12.0, 24.0, 36.0, 60.0])
                    .plausible(12.0, 36.0)
            ),
            "Months over which training and inference are compared"
        ),
        param!(
            workload.latency_target_ms,
            "Latency target",
            Demand,
            number(NumberDomain::log(Unit::Milliseconds, 10.0, 600_000.0).stops(&[100.0, 500.0, 1e3, 5e3])),
            "Wanted mean time to first token; the article's line is 100 ms"
        ),
    ]
}
