//! The chart of spending: training and inference as they add up, how sure that is, what it was before, and what happens
//! on the way.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::growth::{band, months, spent_by};
use crate::engine::money::DAYS_PER_MONTH;
use crate::text::quantity::{Unit, format};
use crate::views::scene::Scene;
use crate::widgets::axes::{Axis, Spacing};
use crate::widgets::legend;
use crate::widgets::plot::{Mark, Plot, Stroke};
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{glyphs, stack};

/// Moments at which spending is worked out.
const MOMENTS: usize = 121;

/// Spending to the horizon, worked out.
#[derive(Debug)]
pub(super) struct Spending {
    months: f64,
    /// Training and inference, USD, at even moments.
    spent: Vec<[f64; 2]>,
    /// Both ends of the 80% range of their sum.
    ends: [Line; 2],
    /// The sum before, where it was another.
    before: Line,
    /// The most that training, and all of it, may have cost by then, where there are budgets.
    budgets: [Line; 2],
    marks: Vec<Mark>,
    top: f64,
}

/// Months and USD.
type Line = Vec<(f64, f64)>;

impl Spending {
    /// Works it out.
    pub(super) fn new(scene: &Scene) -> Self {
        let horizon = scene.case.scenario.workload.horizon_months;
        let moments = || (0..MOMENTS).map(|moment| horizon * moment as f64 / (MOMENTS - 1) as f64);
        let expected = scene.growth.map_or(&[][..], |growth| &growth.months);
        let spent = |month: f64| spent_by(scene.case, expected, month).unwrap_or_default();
        let all: Vec<[f64; 2]> = moments().map(spent).collect();
        let at = |end: usize| {
            let bands = moments().zip(&all);
            bands.filter_map(|(month, spent)| Some((month, band(*spent, scene.figures)?[end]))).collect()
        };
        let ends: [Line; 2] = [0, 1].map(at);
        let before = scene.baseline.filter(|baseline| baseline.case.scenario != scene.case.scenario);
        let before: Line = before.map_or(Vec::new(), |baseline| {
            let expected = months(&baseline.case).unwrap_or_default();
            let to = baseline.case.scenario.workload.horizon_months;
            let sum = |month: f64| Some(spent_by(&baseline.case, &expected, month)?.iter().sum());
            moments().filter(|month| *month <= to).filter_map(|month| Some((month, sum(month)?))).collect()
        });
        let budget = &scene.case.scenario.budget;
        let training: Line = budget.training_usd.map_or(Vec::new(), |usd| vec![(0.0, usd), (horizon, usd)]);
        let monthly: Line = budget.monthly_inference_usd.map_or(Vec::new(), |usd| {
            moments().zip(&all).map(|(month, [training, _])| (month, training + usd * month)).collect()
        });
        let budgets = [training, monthly];
        let lines = ends.iter().chain([&before]).flatten().map(|(_, usd)| *usd);
        let highest = lines.chain(all.iter().map(|[a, b]| a + b)).fold(0.0, f64::max);
        // A budget that is far from being spent is left out rather than all else made small.
        let top = budgets.iter().flatten().map(|(_, usd)| *usd).filter(|usd| *usd < 2.0 * highest);
        let top = top.fold(highest, f64::max);
        let mut spending =
            Self { months: horizon, spent: all, ends, before, budgets, marks: Vec::new(), top };
        spending.mark(scene);
        spending
    }

    /// Says what the lines are, and when inference catches up.
    fn mark(&mut self, scene: &Scene) {
        let crossings = scene.growth.map(|growth| growth.crossings).unwrap_or_default();
        for (day, words) in [
            (crossings.inference_passes_training, ["inference passes training", "passes training", "passes"]),
            (crossings.inference_reaches_80_percent, ["inference reaches 80%", "reaches 80%", "80%"]),
        ] {
            let month = day.map(|day| day / DAYS_PER_MONTH).filter(|month| *month <= self.months);
            if let Some(month) = month {
                let at = (month, self.sum(month));
                self.marks.push(Mark::new(at, glyphs::PUBLISHED, &words, Role::Strong));
            }
        }
        let near = |line: &Line, share: f64| line.get((line.len() as f64 * share) as usize).copied();
        let named = [
            (near(&self.before, 0.9), vec!["before".to_owned()], Role::Base),
            (near(&self.ends[1], 0.75), vec!["80% range".to_owned(), "range".to_owned()], Role::Dim),
            (
                self.budgets[0].first().copied(),
                vec![format!("training budget {}", money(self.budgets[0].first()))],
                Role::Warning,
            ),
            (near(&self.budgets[1], 0.5), vec!["monthly budget, added up".to_owned()], Role::Warning),
        ];
        for (at, words, role) in named {
            self.marks.extend(at.map(|at| Mark { at, glyph: "", words, role }));
        }
    }

    /// Training and inference by a month.
    fn at(&self, month: f64) -> [f64; 2] {
        let place = month / self.months * (MOMENTS - 1) as f64;
        let [before, after] = [place.floor(), place.ceil()]
            .map(|index| self.spent.get(index as usize).or(self.spent.last()).copied().unwrap_or_default());
        [0, 1].map(|part| before[part] + (after[part] - before[part]) * place.fract())
    }

    fn sum(&self, month: f64) -> f64 {
        self.at(month).iter().sum()
    }

    /// Draws it.
    pub(super) fn draw(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let fills = [(glyphs::TRAINING, theme.training), (glyphs::INFERENCE, theme.inference)];
        let signs = [(fills[0], "training"), (fills[1], "inference")];
        let area = legend::draw("Cost over time", &signs, theme, area, buffer);
        let months = Axis { low: 0.0, high: self.months, spacing: Spacing::Even, unit: Unit::Months };
        let usd = Axis::from_zero(self.top, Unit::Usd);
        let Some(plot) = Plot::new(months, usd, theme, area, buffer) else { return };
        stack::draw(&plot, fills, |month| self.at(month), buffer);
        for budget in &self.budgets {
            plot.line(budget.iter().copied(), Stroke::Whole, theme.warning, buffer);
        }
        for end in &self.ends {
            plot.line(end.iter().copied(), Stroke::Whole, theme.dim, buffer);
        }
        plot.line(self.before.iter().copied(), Stroke::Dashed, theme.ghost, buffer);
        plot.marks(&self.marks, theme, buffer);
    }
}

/// A budget in words.
fn money(point: Option<&(f64, f64)>) -> String {
    point.map_or(String::new(), |(_, usd)| format(*usd, Unit::Usd))
}
