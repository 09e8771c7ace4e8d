//! What the same traffic would cost through APIs beside one's own, in bars that are read from afar.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::analysis::answer::Answer;
use crate::analysis::api_costs::ApiCost;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, columns, pad};
use crate::views::advice::apis;
use crate::views::scene::Scene;
use crate::widgets::bar;
use crate::widgets::theme::Theme;

/// The most rows of a bar and of what is between two.
const THICKEST: u16 = 3;
/// The least columns of the longest bar, where words leave it so many.
const LEAST_BAR: usize = 24;
/// The most APIs of the class that compares best: of the others, one each.
const MOST_OF_BEST: usize = 4;

/// A day's cost, one's own first.
#[derive(Debug, Default)]
pub(super) struct Bought {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    about: String,
    /// USD a day.
    usd: f64,
}

impl Bought {
    /// The APIs that compare best, and the cheapest of each other class; nothing where one's own has no price.
    pub(super) fn new(scene: &Scene, costs: &[ApiCost]) -> Self {
        let Some((daily, serving)) =
            scene.figures.value(Answer::DailyCost).zip(scene.case.outcome.serving.as_ref().ok())
        else {
            return Self::default();
        };
        let people = serving.people_usd_per_day;
        let [machines, staff] = [daily, people].map(|usd| format(usd, Unit::Usd));
        let own = Row {
            name: "your own, with people".to_owned(),
            about: format!("{machines} + {staff}"),
            usd: daily + people,
        };
        let best = costs.iter().map(|cost| cost.class).min();
        let mut rows = vec![own];
        for (index, cost) in costs.iter().enumerate() {
            let place = costs[..index].iter().filter(|other| other.class == cost.class).count();
            let most = if Some(cost.class) == best { MOST_OF_BEST } else { 1 };
            if place < most {
                rows.push(Row {
                    name: apis::name(cost),
                    about: cost.class.words().to_owned(),
                    usd: cost.daily_usd,
                });
            }
        }
        Self { rows }
    }

    /// There is nothing to compare.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// Draws as many as have room, each bar as thick as there is room for.
    pub(super) fn draw(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let title = format!("{}, a day", apis::HEADING);
        buffer.set_stringn(area.x, area.y, title, usize::from(area.width), theme.heading);
        let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let rows = &self.rows[..self.rows.len().min(usize::from(list.height))];
        let thickness = (list.height / (rows.len() as u16).max(1)).clamp(1, THICKEST);
        let costs: Vec<String> = rows.iter().map(|row| format(row.usd, Unit::Usd)).collect();
        let widest =
            |words: &mut dyn Iterator<Item = &String>| words.map(|one| columns(one)).max().unwrap_or(0);
        let width = usize::from(area.width);
        let cost = widest(&mut costs.iter());
        let name = widest(&mut rows.iter().map(|row| &row.name));
        let about = widest(&mut rows.iter().map(|row| &row.about));
        // What is not needed to tell them apart gives way to the bars.
        let has_about = name + about + cost + LEAST_BAR + 6 <= width;
        let most = rows.iter().map(|row| row.usd).fold(f64::MIN_POSITIVE, f64::max);
        for ((index, row), cost_words) in rows.iter().enumerate().zip(&costs) {
            let top = list.y + index as u16 * thickness;
            let y = top + (thickness - 2.min(thickness)) / 2;
            let words = if index == 0 { theme.answer } else { theme.base };
            let mut x = area.x;
            let parts = [
                Some((pad(&row.name, name), words)),
                has_about.then(|| (pad(&row.about, about), theme.dim)),
                Some((align_right(cost_words, cost), words)),
            ];
            for (part, style) in parts.into_iter().flatten() {
                (x, _) = buffer.set_stringn(x, y, part, usize::from(area.right().saturating_sub(x)), style);
                x += 2;
            }
            let fill = if index == 0 { theme.knob } else { theme.inference };
            // A row between two bars, where there is one to spare.
            for y in top..top + (thickness - 1).max(1) {
                let line = Rect { x, y, width: area.right().saturating_sub(x), height: 1 };
                bar::draw(row.usd / most, fill, line, buffer);
            }
        }
    }
}
