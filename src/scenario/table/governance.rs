//! Governance: budgets, bills and stated answers.

use super::number;
use crate::scenario::param::Group::Governance;
use crate::scenario::param::{Domain, NumberDomain, Param};
use crate::scenario::value::Field as _;
use crate::text::quantity::Unit;

/// The rows.
#[expect(clippy::too_many_lines, reason = "a table is as long as it has rows")]
pub(super) fn rows() -> Vec<Param> {
    vec![
        param!(
            budget.training_usd,
            "Train budget",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12)),
            "What training may cost"
        ),
        param!(
            budget.monthly_inference_usd,
            "Month budget",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12).band("enterprise", 50e3, 500e3)),
            "What a month of inference may cost; enterprises spend $50k to $500k"
        ),
        param!(
            actual.training_usd,
            "Actual train",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12)),
            "What training really cost, from a bill"
        ),
        param!(
            actual.monthly_inference_usd,
            "Actual month",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1.0, 1e12)),
            "What a month of inference really costs, from a bill"
        ),
        param!(
            actual.usd_per_request,
            "Actual/request",
            Governance,
            number(NumberDomain::log(Unit::Usd, 1e-9, 1e3)),
            "Measured cost of a request"
        ),
        param!(
            actual.utilization,
            "Actual util.",
            Governance,
            number(NumberDomain::share()),
            "Measured utilisation of the fleet"
        ),
        param!(
            actual.ttft_ms,
            "Actual TTFT",
            Governance,
            number(NumberDomain::log(Unit::Milliseconds, 0.1, 600_000.0)),
            "Measured mean time to first token"
        ),
        param!(
            advice.develops_often,
            "Develops often",
            Governance,
            Domain::Flag,
            "Models are developed or fine-tuned often"
        ),
        param!(
            advice.research_first,
            "Research first",
            Governance,
            Domain::Flag,
            "Research comes before production"
        ),
        param!(
            advice.quality_moves_business,
            "Quality counts",
            Governance,
            Domain::Flag,
            "The model's quality moves the business"
        ),
        param!(
            advice.stable_model,
            "Stable model",
            Governance,
            Domain::Flag,
            "The model is stable and carries production traffic"
        ),
        param!(advice.building_platform, "Platform", Governance, Domain::Flag, "A platform is being built"),
        param!(
            advice.continuous_updates,
            "Always updated",
            Governance,
            Domain::Flag,
            "The model is updated continuously"
        ),
        param!(
            advice.velocity_and_efficiency,
            "Both matter",
            Governance,
            Domain::Flag,
            "Velocity and efficiency both matter"
        ),
        param!(
            advice.dedicated_teams,
            "Two teams",
            Governance,
            Domain::Flag,
            "Training and inference have a team each"
        ),
    ]
}
