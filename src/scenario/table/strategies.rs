//! Strategies: distilled and small models, edge, tiers.

use super::number;
use crate::engine::inputs::MAX_TIERS;
use crate::engine::serving::MAX_BATCH;
use crate::scenario::param::Group::Strategies;
use crate::scenario::param::{Domain, NumberDomain, Param};
use crate::scenario::value::Field as _;
use crate::text::quantity::Unit;

/// Parameters of one tier: `tier.1.share` and so on.
macro_rules! tier {
    ($index:literal, $number:literal) => {
        [
            Param {
                path: concat!("tier.", $number, ".share"),
                aliases: &[],
                label: concat!("Tier ", $number, " share"),
                group: Strategies,
                domain: Domain::Number(NumberDomain::share()),
                help: "Share of the requests in this service tier",
                get: |scenario| scenario.tier[$index].share.value(),
                set: |scenario, value| scenario.tier[$index].share.assign(value),
                fallback: None,
            },
            Param {
                path: concat!("tier.", $number, ".batch_size"),
                aliases: &[],
                label: concat!("Tier ", $number, " batch"),
                group: Strategies,
                domain: Domain::Number(NumberDomain::binary(Unit::Count, 1.0, MAX_BATCH)),
                help: "Requests in flight on a replica of this tier",
                get: |scenario| scenario.tier[$index].batch_size.value(),
                set: |scenario, value| scenario.tier[$index].batch_size.assign(value),
                fallback: Some(|scenario, _| scenario.serving.batch_size.value()),
            },
            Param {
                path: concat!("tier.", $number, ".latency_target_ms"),
                aliases: &[],
                label: concat!("Tier ", $number, " target"),
                group: Strategies,
                domain: Domain::Number(NumberDomain::log(Unit::Milliseconds, 10.0, 600_000.0)),
                help: "Wanted mean time to first token in this tier",
                get: |scenario| scenario.tier[$index].latency_target_ms.value(),
                set: |scenario, value| scenario.tier[$index].latency_target_ms.assign(value),
                fallback: Some(|scenario, _| scenario.workload.latency_target_ms.value()),
            },
            Param {
                path: concat!("tier.", $number, ".price_factor"),
                aliases: &[],
                label: concat!("Tier ", $number, " price"),
                group: Strategies,
                domain: Domain::Number(NumberDomain::linear(Unit::Ratio, 0.1, 3.0, 0.1)),
                help: "Price of this tier's GPUs against the main pool's: below 1 for spot or off-peak work",
                get: |scenario| scenario.tier[$index].price_factor.value(),
                set: |scenario, value| scenario.tier[$index].price_factor.assign(value),
                fallback: None,
            },
        ]
    };
}

/// The rows.
pub(super) fn rows() -> Vec<Param> {
    let mut rows = vec![
        Param {
            aliases: &["routing.distilled_model", "serving.distilled_model"],
            ..param!(
                distilled_model,
                "Distilled",
                Strategies,
                Domain::Model,
                "A smaller model that answers everything in the large one's place"
            )
        },
        param!(
            routing.small_model,
            "Small model",
            Strategies,
            Domain::Model,
            "The model that takes simple queries"
        ),
        param!(
            routing.share,
            "Routed",
            Strategies,
            number(NumberDomain::share().plausible(0.2, 0.7)),
            "Share of the requests that go to the small model"
        ),
        param!(
            edge.share,
            "Edge",
            Strategies,
            number(NumberDomain::share()),
            "Share of the requests answered on the users' own devices"
        ),
        param!(
            edge.cost_per_request,
            "Edge cost",
            Strategies,
            number(NumberDomain::log(Unit::Usd, 1e-7, 1.0)),
            "What a request on a device costs"
        ),
        param!(
            edge.latency_saved_ms,
            "Edge saves",
            Strategies,
            number(NumberDomain::linear(Unit::Milliseconds, 0.0, 2000.0, 10.0)),
            "Network time that a request on a device saves"
        ),
    ];
    rows.extend(tier!(0, "1"));
    rows.extend(tier!(1, "2"));
    rows.extend(tier!(2, "3"));
    rows.extend(tier!(3, "4"));
    const { assert!(MAX_TIERS == 4, "a tier without parameters could not be set") };
    rows
}
