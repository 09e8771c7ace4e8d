//! Advice: training focus, inference focus or both, by the criteria of the article that the project rests on, and by what
//! is spent.
//!
//! Each criterion rests on a figure of the scenario or on an answer stated in `advice.*`; where neither decides it,
//! it is unknown and counts for no profile.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::catalog::records::{CLAIMS, Claim, FACTORS, Factor};
use crate::engine::horizon::CLAIMED_INFERENCE_SHARE;
use crate::engine::outcome::{Outcome, ServingOutcome};
use crate::scenario::{ParamId, Scenario};
use crate::text::quantity::{Unit, format};

/// Inference this many times more expensive than training asks for an inference focus (the article).
const INFERENCE_TO_TRAINING: f64 = 5.0;
/// Share of all spending that decides against any majority: that of the 80/20 claim.
const MOST_OF_SPENDING: f64 = CLAIMED_INFERENCE_SHARE;
/// Latency below which it is critical, ms (the article).
pub const CRITICAL_LATENCY_MS: f64 = 100.0;
/// Users from which a service has to scale (the article's "millions").
const MANY_USERS: f64 = 1e6;
/// Requests of a user and day: the responses of `ChatGPT` in February 2023 (`SemiAnalysis`).
const REQUESTS_PER_USER: f64 = 15.0;
/// Versions a year from which a model is developed often: one a quarter. Assumption.
const OFTEN: f64 = 4.0;
/// Versions a year from which it is updated continuously: one a month. Assumption.
const CONTINUOUSLY: f64 = 12.0;
/// Requests a day from which traffic is that of production. Assumption.
const PRODUCTION_REQUESTS: f64 = 10_000.0;

/// Where to focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Making the model.
    Training,
    /// Serving it.
    Inference,
    /// Both equally.
    Both,
}

impl Profile {
    /// Every profile, in the order of the article.
    pub const ALL: [Self; 3] = [Self::Training, Self::Inference, Self::Both];

    /// The word in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Inference => "inference",
            Self::Both => "both",
        }
    }
}

/// Whether a criterion is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is.
    Met,
    /// It is not.
    NotMet,
    /// Nothing decides it yet.
    Unknown,
}

/// What a criterion rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Basis {
    /// A stated answer, `advice.*`.
    Stated,
    /// A figure of the scenario.
    Figure {
        /// Its name.
        label: &'static str,
        /// Its value.
        value: f64,
        /// Its unit.
        unit: Unit,
        /// The threshold of the criterion.
        limit: f64,
    },
    /// Nothing yet: the parameter that would decide it is [`Criterion::param`].
    Nothing,
}

/// A reason for one profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criterion {
    /// The profile that it speaks for.
    pub profile: Profile,
    /// The criterion, in words.
    pub words: &'static str,
    /// Whether it is met.
    pub verdict: Verdict,
    /// What it rests on.
    pub basis: Basis,
    /// The parameter that states or changes it.
    pub param: ParamId,
}

/// The criteria and the profile that they speak for.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// The profile.
    pub profile: Profile,
    /// How it was chosen, in words.
    pub rule: String,
    /// A majority of the criteria speaks for a profile; else the profile is no more than the side that costs more.
    pub is_decided: bool,
    /// All criteria, profile by profile.
    pub criteria: Vec<Criterion>,
}

impl Advice {
    /// Criteria of one profile.
    pub fn of(&self, profile: Profile) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(move |criterion| criterion.profile == profile)
    }

    /// Criteria of one profile that are met.
    pub fn met(&self, profile: Profile) -> usize {
        self.of(profile).filter(|criterion| criterion.verdict == Verdict::Met).count()
    }
}

/// The mean time to first token as a multiple of the critical latency.
pub fn times_critical(serving: &ServingOutcome) -> f64 {
    serving.ttft_s * 1e3 / CRITICAL_LATENCY_MS
}

/// Where a month of inference lies against the band that was published for enterprises, `within`, and the ends of that band.
pub fn against_enterprises(usd_per_month: f64) -> Option<(&'static str, [String; 2])> {
    let (_, low, high) = ParamId::BudgetMonthlyInferenceUsd.number()?.band?;
    let place = if usd_per_month < low {
        "below"
    } else if usd_per_month > high {
        "above"
    } else {
        "within"
    };
    Some((place, [low, high].map(|usd| format!("${}k", format(usd / 1e3, Unit::Count)))))
}

/// The same in a sentence, and who published the band.
pub fn against_band(usd_per_month: f64) -> Option<(String, &'static str)> {
    let (place, [low, high]) = against_enterprises(usd_per_month)?;
    let is_band = |claim: &&Claim| claim.about.as_str() == "enterprise-50k";
    let source = CLAIMS.iter().find(is_band).map(|claim| claim.source.as_str())?;
    Some((format!("{place} the {low} to {high} that enterprises are said to spend"), source))
}

/// What was published for and against the claim that inference is 80% of all spending.
pub fn evidence_on_split() -> impl Iterator<Item = &'static Factor> {
    /// Names of the factors.
    const NAMES: [&str; 6] = [
        "inference_share_claim_80_20",
        "inference_share_aws",
        "inference_share_google_energy",
        "meta_split_inference",
        "openai_2024_inference_share",
        "nvidia_dc_revenue_inference_share",
    ];
    FACTORS.iter().filter(|factor| NAMES.contains(&factor.name.as_str()))
}

/// The advice for a scenario.
pub fn advice(case: &Case) -> Advice {
    let (scenario, outcome) = (&case.scenario, &case.outcome);
    let criteria: Vec<Criterion> = training_criteria(scenario, outcome)
        .into_iter()
        .chain(inference_criteria(scenario, outcome))
        .chain(both_criteria(scenario))
        .collect();
    let mut advice = Advice { profile: Profile::Both, rule: String::new(), is_decided: false, criteria };
    (advice.profile, advice.rule, advice.is_decided) = choose(&advice, outcome);
    advice
}

/// The profile for which more than half of the answered criteria speak, if any; else the side that costs more.
///
/// Money comes first: no majority leads away from the side that takes most of it.
fn choose(advice: &Advice, outcome: &Outcome) -> (Profile, String, bool) {
    let answered = advice.criteria.iter().filter(|criterion| criterion.verdict != Verdict::Unknown).count();
    let majority = Profile::ALL.into_iter().find(|profile| 2 * advice.met(*profile) > answered);
    let speak = |profile: Profile| {
        let criteria = if answered == 1 { "criterion" } else { "criteria" };
        format!("{} of the {answered} {criteria} answered", advice.met(profile))
    };
    let none = || match answered {
        0 => "no question is answered yet".to_owned(),
        answered => {
            let open = advice.criteria.len() - answered;
            format!(
                "of the {answered} questions answered, no side has more than half; {open} are not answered yet"
            )
        }
    };
    let Some(inference) = outcome.split().and_then(|split| split.inference_share()) else {
        return majority.map_or_else(
            || (Profile::Training, format!("{}, and serving has no cost to compare", none()), false),
            |profile| (profile, speak(profile), true),
        );
    };
    let (dearer, share) =
        if inference > 0.5 { (Profile::Inference, inference) } else { (Profile::Training, 1.0 - inference) };
    let spent = format!("{} of spending is {}", format(share, Unit::Share), dearer.id());
    match majority {
        Some(profile) if profile != dearer && profile != Profile::Both && share >= MOST_OF_SPENDING => {
            (dearer, format!("{spent}, though {} speak for {}", speak(profile), profile.id()), true)
        }
        Some(profile) => (profile, format!("{} speak for it", speak(profile)), true),
        None => (dearer, format!("{spent}, but {}", none()), false),
    }
}

fn training_criteria(scenario: &Scenario, outcome: &Outcome) -> [Criterion; 4] {
    let profile = Profile::Training;
    let stated = &scenario.advice;
    let versions = scenario.training.versions_per_year;
    let small_budget = scenario.budget.training_usd.zip(outcome.split()).map(|(budget, split)| {
        let of_all = split.inference_usd / (split.inference_usd + budget);
        figure("inference share at that budget", of_all, Unit::Share, CLAIMED_INFERENCE_SHARE)
    });
    [
        answer_or(
            Criterion::open(
                profile,
                "models are developed or fine-tuned often",
                ParamId::AdviceDevelopsOften,
            ),
            stated.develops_often,
            (versions > 0.0).then(|| figure("versions a year", versions, Unit::Count, OFTEN)),
        ),
        answer_or(
            Criterion::open(profile, "research comes before production", ParamId::AdviceResearchFirst),
            stated.research_first,
            None,
        ),
        answer_or(
            Criterion::open(
                profile,
                "small training budget, but high demand expected",
                ParamId::BudgetTrainingUsd,
            ),
            None,
            small_budget,
        ),
        answer_or(
            Criterion::open(
                profile,
                "model quality drives the business",
                ParamId::AdviceQualityMovesBusiness,
            ),
            stated.quality_moves_business,
            None,
        ),
    ]
}

fn inference_criteria(scenario: &Scenario, outcome: &Outcome) -> [Criterion; 4] {
    let profile = Profile::Inference;
    let workload = &scenario.workload;
    let ratio = outcome.split().filter(|split| split.training_usd > 0.0).map(|split| {
        let ratio = split.inference_usd / split.training_usd;
        figure("inference / training", ratio, Unit::Ratio, INFERENCE_TO_TRAINING)
    });
    let stable = (scenario.training.versions_per_year == 0.0)
        .then(|| figure("requests a day", workload.requests_per_day, Unit::Count, PRODUCTION_REQUESTS));
    let users = workload.requests_per_day * (1.0 + workload.growth_per_month).powf(workload.horizon_months)
        / REQUESTS_PER_USER;
    [
        answer_or(
            Criterion::open(profile, "a stable model with production traffic", ParamId::AdviceStableModel),
            scenario.advice.stable_model,
            stable,
        ),
        answer_or(
            Criterion::open(
                profile,
                "inference costs at least five times as much as training",
                ParamId::WorkloadHorizonMonths,
            ),
            None,
            ratio,
        ),
        Criterion {
            profile,
            words: "latency under 100 ms is critical",
            verdict: workload
                .latency_target_ms
                .or(scenario.target.ttft_ms)
                .map_or(Verdict::Unknown, |target| met(target <= CRITICAL_LATENCY_MS)),
            basis: Answer::Ttft.of(outcome).map_or(Basis::Nothing, |ttft| {
                figure("time to first token", ttft, Unit::Milliseconds, CRITICAL_LATENCY_MS)
            }),
            param: ParamId::WorkloadLatencyTargetMs,
        },
        answer_or(
            Criterion::open(profile, "scaling to millions of users", ParamId::WorkloadRequestsPerDay),
            None,
            Some(figure("users at the horizon", users, Unit::Count, MANY_USERS)),
        ),
    ]
}

fn both_criteria(scenario: &Scenario) -> [Criterion; 4] {
    let profile = Profile::Both;
    let stated = &scenario.advice;
    let versions = scenario.training.versions_per_year;
    [
        answer_or(
            Criterion::open(profile, "a platform is being built", ParamId::AdviceBuildingPlatform),
            stated.building_platform,
            None,
        ),
        answer_or(
            Criterion::open(profile, "the model is updated continuously", ParamId::AdviceContinuousUpdates),
            stated.continuous_updates,
            (versions > 0.0).then(|| figure("versions a year", versions, Unit::Count, CONTINUOUSLY)),
        ),
        answer_or(
            Criterion::open(
                profile,
                "velocity and efficiency both matter",
                ParamId::AdviceVelocityAndEfficiency,
            ),
            stated.velocity_and_efficiency,
            None,
        ),
        answer_or(
            Criterion::open(
                profile,
                "training and inference each have a dedicated team",
                ParamId::AdviceDedicatedTeams,
            ),
            stated.dedicated_teams,
            None,
        ),
    ]
}

impl Criterion {
    /// A criterion that nothing decides yet.
    const fn open(profile: Profile, words: &'static str, param: ParamId) -> Self {
        Self { profile, words, verdict: Verdict::Unknown, basis: Basis::Nothing, param }
    }
}

/// Decides a criterion by the stated answer, else by a figure that has to reach its limit.
fn answer_or(open: Criterion, stated: Option<bool>, figure: Option<Basis>) -> Criterion {
    match (stated, figure) {
        (Some(yes), _) => Criterion { verdict: met(yes), basis: Basis::Stated, ..open },
        (None, Some(basis @ Basis::Figure { value, limit, .. })) => {
            Criterion { verdict: met(value >= limit), basis, ..open }
        }
        _ => open,
    }
}

const fn figure(label: &'static str, value: f64, unit: Unit, limit: f64) -> Basis {
    Basis::Figure { label, value, unit, limit }
}

const fn met(yes: bool) -> Verdict {
    if yes { Verdict::Met } else { Verdict::NotMet }
}
