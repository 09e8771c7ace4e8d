//! The same traffic through an API, in columns: those of the same class first, smaller models last.

use crate::analysis::answer::Answer;
use crate::analysis::api_costs::{ApiClass, ApiCost};
use crate::text::quantity::{Unit, format};
use crate::views::advice::{Act, Rows};
use crate::views::outline::Body;
use crate::views::scene::Scene;
use crate::widgets::glyphs;
use crate::widgets::theme::Role;

/// The classes, those that compare best first.
const CLASSES: [ApiClass; 5] =
    [ApiClass::SameModel, ApiClass::SameSize, ApiClass::Larger, ApiClass::Unknown, ApiClass::Smaller];
/// After the price of an API that lacks the service asked for.
const STANDARD: &str = "*";

/// What its rows are folded under.
pub(super) const HEADING: &str = "The same traffic through an API";

/// What the APIs that compare best cost, against what one's own does.
pub(super) fn in_brief(scene: &Scene, costs: &[ApiCost]) -> Option<String> {
    let class = costs.iter().map(|cost| cost.class).min()?;
    let least =
        costs.iter().filter(|cost| cost.class == class).min_by(|a, b| a.daily_usd.total_cmp(&b.daily_usd))?;
    let own = scene.figures.value(Answer::DailyCost)?;
    let people = scene.case.outcome.serving.as_ref().ok()?.people_usd_per_day;
    let [api, own, people] = [least.daily_usd, own, people].map(|usd| format(usd, Unit::Usd));
    Some(format!(
        "{} costs {api} a day for this traffic, your own {own} + {people} people ({}).",
        name(least),
        like(class)
    ))
}

impl Rows {
    pub(super) fn apis(&mut self, scene: &Scene, costs: &[ApiCost]) {
        let own = match (scene.figures.value(Answer::DailyCost), &scene.case.outcome.serving) {
            (Some(daily), Ok(serving)) => format!(
                "your own: {} a day + {} people = {}",
                format(daily, Unit::Usd),
                format(serving.people_usd_per_day, Unit::Usd),
                format(daily + serving.people_usd_per_day, Unit::Usd)
            ),
            _ => "your own has no price".to_owned(),
        };
        if !self.fold(0, HEADING, &own, true, scene) {
            return;
        }
        let note = "own from: requests a day from which your own stays cheaper, and how busy it then is";
        self.add(1, Body::Words(vec![(Role::Dim, note.to_owned())]), Act::Read);
        if costs.iter().any(|cost| !cost.has_service) {
            let note = format!("{STANDARD}: without the service that was asked for, at its standard price");
            self.add(1, Body::Words(vec![(Role::Dim, note)]), Act::Read);
        }
        let headings = ["", "a day", "saves", "own from", "busy"];
        self.add(1, Body::Cells(headings.map(|words| (Role::Heading, words.to_owned())).to_vec()), Act::Read);
        // The class that compares best is open.
        let best = costs.iter().map(|cost| cost.class).min();
        for class in CLASSES {
            let these: Vec<&ApiCost> = costs.iter().filter(|cost| cost.class == class).collect();
            let is_near = class == ApiClass::SameSize || Some(class) == best;
            let count = these.len().to_string();
            if !these.is_empty() && self.fold(1, heading(class), &count, is_near, scene) {
                for cost in these {
                    self.add(2, Body::Cells(cells(cost)), Act::Read);
                }
            }
        }
    }
}

/// A hosted model and who serves it.
pub(super) fn name(cost: &ApiCost) -> String {
    format!("{}, {}", cost.price.name, cost.price.provider)
}

/// The words over the APIs of a class.
fn heading(class: ApiClass) -> &'static str {
    match class {
        ApiClass::SameModel => "The same model",
        ApiClass::SameSize => "Models of about this size (half to twice)",
        ApiClass::Larger => "Larger models",
        ApiClass::Unknown => "Models of unpublished size",
        ApiClass::Smaller => "Smaller models",
    }
}

/// How a model of a class is like the one that is served.
const fn like(class: ApiClass) -> &'static str {
    match class {
        ApiClass::SameModel => "the same model",
        ApiClass::SameSize => "a model of about this size",
        ApiClass::Larger => "a larger model",
        ApiClass::Unknown => "a model of unpublished size",
        ApiClass::Smaller => "a smaller model",
    }
}

/// Who serves what, its cost, what it saves against self-hosting, and from how many requests on it no longer does.
fn cells(cost: &ApiCost) -> Vec<(Role, String)> {
    let standard = if cost.has_service { "" } else { STANDARD };
    let (saves, role) = match cost.self_hosting_saves_daily_usd {
        Some(own) if own < 0.0 => (format(-own, Unit::Usd), Role::Better),
        Some(own) => (format(-own, Unit::Usd), Role::Worse),
        None => (glyphs::DASH.to_owned(), Role::Dim),
    };
    let even = match (cost.break_even_requests, cost.self_hosting_saves_daily_usd) {
        (Some(requests), _) => format(requests, Unit::Count),
        (None, Some(_)) => "never".to_owned(),
        (None, None) => glyphs::DASH.to_owned(),
    };
    let busy = cost.break_even_utilization.map_or(String::new(), |share| format(share, Unit::Share));
    vec![
        (Role::Base, name(cost)),
        (Role::Base, format!("{}{standard}", format(cost.daily_usd, Unit::Usd))),
        (role, saves),
        (Role::Base, even),
        (Role::Dim, busy),
    ]
}
