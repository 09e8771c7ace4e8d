//! Advice: where to focus, what is actually spent, and the same traffic bought from an API.

use crate::analysis::actuals::actuals;
use crate::analysis::advice::{Basis, Criterion, Profile, Verdict, advice, evidence_on_split};
use crate::analysis::api_costs::{ApiClass, api_costs, version_cost};
use crate::text::quantity::{Unit, format};
use crate::views::scene::{Scene, View};
use crate::widgets::text::Text;
use crate::widgets::theme::Role;

/// APIs that are listed.
const APIS: usize = 12;

pub(super) const VIEW: View = View {
    title: "Advice",
    short_title: "Advice",
    keys: &["9"],
    help: "Advice: where to focus, and the same traffic through an API",
    open: |scene| Box::new(text(scene)),
};

/// The profiles with their criteria, then APIs, versions, bills and evidence.
fn text(scene: &Scene) -> Text {
    let mut text = Text::default();
    profiles(scene, &mut text);
    apis(scene, &mut text);
    versions(scene, &mut text);
    bills(scene, &mut text);
    evidence(&mut text);
    text
}

fn profiles(scene: &Scene, text: &mut Text) {
    let advice = advice(scene.case);
    let name = |profile: Profile| match profile {
        Profile::Training => "training",
        Profile::Inference => "inference",
        Profile::Both => "both",
    };
    text.head(format!("Where to focus: {} ({})", name(advice.profile), advice.rule));
    for profile in Profile::ALL {
        text.add(Role::Strong, format!("{}: {} met", name(profile), advice.met(profile)));
        for criterion in advice.of(profile) {
            let role = if criterion.verdict == Verdict::Met { Role::Base } else { Role::Dim };
            text.add(role, words(criterion));
        }
    }
}

/// A criterion, whether it is met, and what that rests on.
fn words(criterion: &Criterion) -> String {
    let verdict = match criterion.verdict {
        Verdict::Met => "yes",
        Verdict::NotMet => "no ",
        Verdict::Unknown => " ? ",
    };
    let basis = match criterion.basis {
        Basis::Figure { label, value, unit, limit } => {
            format!(" ({label} {}, threshold {})", format(value, unit), format(limit, unit))
        }
        Basis::Stated => " (stated)".to_owned(),
        Basis::Nothing => format!(" (not answered: {})", criterion.param.path),
    };
    format!("  {verdict} {}{basis}", criterion.words)
}

fn apis(scene: &Scene, text: &mut Text) {
    text.head("The same traffic through an API, per day; break-even with people");
    let mut class = None;
    for cost in api_costs(scene.case).iter().take(APIS) {
        if class.replace(cost.class) != Some(cost.class) {
            text.add(Role::Dim, format!("  {}", cost.class.words()));
        }
        let hosted = cost.self_hosting_saves_daily_usd.is_some();
        let never = if hosted { "self-hosting never breaks even" } else { "self-hosting has no price" };
        let even = cost.break_even_requests.map_or(never.to_owned(), |requests| {
            let busy = cost
                .break_even_utilization
                .map_or(String::new(), |share| format!(", {} busy", format(share, Unit::Share)));
            format!("break-even at {} requests a day{busy}", format(requests, Unit::Count))
        });
        let same = cost.class == ApiClass::SameModel;
        let role = if same { Role::Strong } else { Role::Base };
        let standard = if cost.has_service { "" } else { " (standard price)" };
        let daily = format!("{}{standard}", format(cost.daily_usd, Unit::Usd));
        text.add(role, format!("    {} at {}: {daily}; {even}", cost.price.name, cost.price.provider));
    }
}

fn versions(scene: &Scene, text: &mut Text) {
    let Some(cost) = version_cost(scene.case) else { return };
    text.head("Versions");
    text.add(
        Role::Base,
        format!(
            "  first {}, update {}, {} each over {} versions",
            format(cost.first_usd, Unit::Usd),
            format(cost.update_usd, Unit::Usd),
            format(cost.usd_per_version, Unit::Usd),
            format(cost.versions, Unit::Count)
        ),
    );
    if let Some(months) = cost.months_to_pay_back_first {
        let months = format(months, Unit::Months);
        text.add(Role::Base, format!("  the first pays for itself after {months}, serving paid"));
    } else if cost.serving_usd_per_month.is_some()
        && scene.case.scenario.training.version_value_usd_per_month.is_some()
    {
        text.add(Role::Base, "  it never pays for itself: serving costs more than it earns");
    }
    if let Some(share) = cost.return_on_spending {
        text.add(
            Role::Base,
            format!("  return on all spending to the horizon: {}", format(share, Unit::Share)),
        );
    }
}

fn bills(scene: &Scene, text: &mut Text) {
    let rows = actuals(scene.case);
    if !rows.is_empty() {
        text.head("Actuals vs. the model");
    }
    for row in rows {
        let unit = row.answer.unit();
        let model = row.model.map_or("–".to_owned(), |model| format(model, unit));
        let off = row.relative().map_or(String::new(), |share| format!(" ({:+.0}%)", share * 100.0));
        let actual = format(row.actual, unit);
        text.add(Role::Base, format!("  {}: actual {actual}, model {model}{off}", row.param.path));
    }
}

/// What has been published for and against inference being 80% of all spending.
fn evidence(text: &mut Text) {
    text.head("Is inference 80% of spending? Published shares");
    for factor in evidence_on_split() {
        let note = factor.note.as_deref().map(|note| format!("; {note}")).unwrap_or_default();
        let share = format(factor.value, Unit::Share);
        let words = format!("  {share} {} ({}, {}){note}", factor.unit, factor.source, factor.as_of);
        text.add(Role::Base, words);
    }
}
