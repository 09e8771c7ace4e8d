//! Advice: where to put one's effort, what is actually spent, and the same traffic bought from an API.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::analysis::actuals::actuals;
use crate::analysis::advice::{Basis, Profile, Verdict, advice};
use crate::analysis::api_costs::{api_costs, version_cost};
use crate::app::App;
use crate::catalog::records::FACTORS;
use crate::text::quantity::{Unit, format};
use crate::widgets::table;
use crate::widgets::theme::Theme;

/// Factors that speak for or against the 80/20 claim.
const EVIDENCE: [&str; 6] = [
    "inference_share_claim_80_20",
    "inference_share_aws",
    "inference_share_google_energy",
    "meta_split_inference",
    "openai_2024_inference_share",
    "nvidia_dc_revenue_inference_share",
];
/// APIs that are listed.
const APIS: usize = 12;

/// Draws the profiles with their criteria, then APIs, versions and bills.
pub(super) fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut lines: Vec<(String, Style)> = Vec::new();
    profiles(app, theme, &mut lines);
    apis(app, theme, &mut lines);
    versions(app, theme, &mut lines);
    bills(app, theme, &mut lines);
    evidence(theme, &mut lines);
    table::text(&lines, app.row, theme, area, buffer);
}

fn profiles(app: &App, theme: &Theme, lines: &mut Vec<(String, Style)>) {
    let advice = advice(&app.case);
    let name = |profile: Profile| match profile {
        Profile::Training => "training focus",
        Profile::Inference => "inference focus",
        Profile::Both => "both",
    };
    lines.push((
        format!("Which should you choose? {} ({})", name(advice.profile), advice.rule),
        theme.heading,
    ));
    for profile in Profile::ALL {
        lines.push((format!("{}: {} met", name(profile), advice.met(profile)), theme.answer));
        for criterion in advice.of(profile) {
            let verdict = match criterion.verdict {
                Verdict::Met => "yes",
                Verdict::NotMet => "no ",
                Verdict::Unknown => " ? ",
            };
            let basis = match criterion.basis {
                Basis::Figure { label, value, unit, limit } => {
                    format!(" ({label} {}, turns at {})", format(value, unit), format(limit, unit))
                }
                Basis::Stated => " (stated)".to_owned(),
                Basis::Nothing => format!(" (say: {})", criterion.param.path),
            };
            let style = if criterion.verdict == Verdict::Met { theme.base } else { theme.dim };
            lines.push((format!("  {verdict} {}{basis}", criterion.words), style));
        }
    }
}

fn apis(app: &App, theme: &Theme, lines: &mut Vec<(String, Style)>) {
    lines.push((String::new(), theme.base));
    lines.push(("The same traffic bought from an API, a day".to_owned(), theme.heading));
    for cost in api_costs(&app.case).iter().take(APIS) {
        let even = cost.break_even_requests.map_or("self-hosting never breaks even".to_owned(), |requests| {
            let busy = cost
                .break_even_utilization
                .map_or(String::new(), |share| format!(", {} busy", format(share, Unit::Share)));
            format!("break-even at {} requests a day{busy}", format(requests, Unit::Count))
        });
        let style = if cost.is_served_model { theme.answer } else { theme.base };
        let daily = format(cost.daily_usd, Unit::Usd);
        lines.push((format!("  {} at {}: {daily}; {even}", cost.price.name, cost.price.provider), style));
    }
}

fn versions(app: &App, theme: &Theme, lines: &mut Vec<(String, Style)>) {
    let Some(cost) = version_cost(&app.case) else { return };
    lines.push((String::new(), theme.base));
    lines.push(("Versions".to_owned(), theme.heading));
    lines.push((
        format!(
            "  first {}, update {}, {} each over {} versions",
            format(cost.first_usd, Unit::Usd),
            format(cost.update_usd, Unit::Usd),
            format(cost.usd_per_version, Unit::Usd),
            format(cost.versions, Unit::Count)
        ),
        theme.base,
    ));
    if let Some(months) = cost.months_to_pay_back_first {
        lines.push((
            format!("  the first has paid for itself after {}", format(months, Unit::Months)),
            theme.base,
        ));
    }
}

fn bills(app: &App, theme: &Theme, lines: &mut Vec<(String, Style)>) {
    let rows = actuals(&app.case);
    if rows.is_empty() {
        return;
    }
    lines.push((String::new(), theme.base));
    lines.push(("Actuals beside the model".to_owned(), theme.heading));
    for row in rows {
        let unit = row.answer.unit();
        let model = row.model.map_or("–".to_owned(), |model| format(model, unit));
        let off = row.relative().map_or(String::new(), |share| format!(" ({:+.0}%)", share * 100.0));
        lines.push((
            format!("  {}: actual {}, model {model}{off}", row.param.path, format(row.actual, unit)),
            theme.base,
        ));
    }
}

/// What has been published for and against inference being 80% of all spending.
fn evidence(theme: &Theme, lines: &mut Vec<(String, Style)>) {
    lines.push((String::new(), theme.base));
    lines.push(("Is inference 80% of it? Published shares".to_owned(), theme.heading));
    for factor in FACTORS.iter().filter(|factor| EVIDENCE.contains(&factor.name.as_str())) {
        let note = factor.note.as_deref().map(|note| format!("; {note}")).unwrap_or_default();
        let share = format(factor.value, Unit::Share);
        let words = format!("  {share} {} ({}, {}){note}", factor.unit, factor.source, factor.as_of);
        lines.push((words, theme.base));
    }
}
