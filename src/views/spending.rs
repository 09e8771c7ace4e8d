//! The chart of spending: training and inference as they add up, how sure that is, what it was before, and what happens
//! on the way.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::analysis::growth::{band, months, spent_by};
use crate::engine::money::DAYS_PER_MONTH;
use crate::text::quantity::{Unit, format};
use crate::views::scene::Scene;
use crate::widgets::axes::{Axis, Spacing};
use crate::widgets::legend;
use crate::widgets::plot::{Mark, Plot, Stroke};
use crate::widgets::stack::Part;
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{glyphs, stack};

/// What is drawn.
const TITLE: &str = "Cost over time";
/// Moments at which spending is worked out.
const MOMENTS: usize = 121;

/// Sums that differ by less of the height of the chart are the same in it.
const SAME: f64 = 0.01;
/// The parts whose tops are where they should be: what training costs, then what is likely to be spent.
const KEPT: &[usize] = &[0, 1];
/// From this many rows on, the low end of the range is a line of its own.
const TALL: u16 = 12;
/// How many times the height of all else a budget may take.
const FAR: f64 = 2.0;

/// Spending to the horizon, worked out.
#[derive(Debug)]
pub(super) struct Spending {
    months: f64,
    /// Training and inference, USD, at even moments.
    spent: Vec<[f64; 2]>,
    /// Both ends of the 80% range of their sum at those moments; none where no price is known.
    ends: Vec<[f64; 2]>,
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
        let ends: Vec<[f64; 2]> = all.iter().filter_map(|spent| band(*spent, scene.figures)).collect();
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
        let sums = all.iter().map(|[training, inference]| training + inference);
        let highest =
            before.iter().map(|(_, usd)| *usd).chain(ends.iter().map(|ends| ends[1])).chain(sums.clone());
        let highest = highest.fold(0.0, f64::max);
        // What is as it was is no line of its own.
        let is_same = before.iter().zip(sums).all(|((_, was), is)| (was - is).abs() < SAME * highest);
        let before = if is_same { Vec::new() } else { before };
        // A budget that is far from being spent is told of rather than all else made small.
        let top = budgets.iter().flatten().map(|(_, usd)| *usd).filter(|usd| *usd < FAR * highest);
        let top = top.fold(highest, f64::max);
        let mut spending =
            Self { months: horizon, spent: all, ends, before, budgets, marks: Vec::new(), top };
        spending.mark(scene);
        spending
    }

    /// Says what the lines are, and when inference catches up.
    fn mark(&mut self, scene: &Scene) {
        if self.top == 0.0 {
            let words = ["nothing to add up: a cost is missing", "a cost is missing"];
            self.marks.push(Mark::new((self.months / 2.0, 0.5), "", &words, Role::Dim));
        }
        let crossings = scene.growth.map(|growth| growth.crossings).unwrap_or_default();
        for (day, words) in [
            (crossings.inference_passes_training, ["inference passes training", "passes training"]),
            (crossings.inference_reaches_80_percent, ["inference reaches 80%", "reaches 80%"]),
        ] {
            let month = day.map(|day| day / DAYS_PER_MONTH).filter(|month| *month <= self.months);
            if let Some(month) = month {
                let at = (month, self.sum(month));
                self.marks.push(Mark::new(at, glyphs::PUBLISHED, &words, Role::Strong));
            }
        }
        let budget = &scene.case.scenario.budget;
        let budgets = [
            ("training", budget.training_usd, self.budgets[0].first()),
            ("monthly", budget.monthly_inference_usd, self.budgets[1].get(MOMENTS / 2)),
        ];
        for (index, (name, usd, point)) in budgets.into_iter().enumerate() {
            let Some((usd, (month, height))) = usd.zip(point) else { continue };
            let words = format!("{name} budget {}", format(usd, Unit::Usd));
            // At the upper edge, one beside the other.
            let edge = (self.months * 0.25 * (1.0 + 2.0 * index as f64), self.top);
            let (at, words) = if *height > self.top {
                (edge, vec![format!("{words}, above the chart"), format!("{words}, above"), words])
            } else {
                ((*month, *height), vec![words])
            };
            self.marks.push(Mark { at, glyph: "", words, role: Role::Warning });
        }
    }

    /// Training and inference by a month.
    fn at(&self, month: f64) -> [f64; 2] {
        between(&self.spent, month / self.months).unwrap_or_default()
    }

    fn sum(&self, month: f64) -> f64 {
        self.at(month).iter().sum()
    }

    /// Draws it.
    pub(super) fn draw(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let [training, inference] =
            [(glyphs::TRAINING, theme.training), (glyphs::INFERENCE, theme.inference)];
        let range = (glyphs::BAND, theme.border);
        let mut signs =
            vec![(stack::sign(training, theme), "training"), (stack::sign(inference, theme), "inference")];
        if !self.ends.is_empty() {
            let sign =
                if theme.is_fine() { stack::sign(range, theme) } else { (glyphs::DOTTED[0], theme.dim) };
            signs.push((sign, "80% range"));
        }
        if !self.before.is_empty() {
            signs.push(((glyphs::DASHED[0], theme.ghost), "before"));
        }
        let area = legend::draw(TITLE, &signs, theme, area, buffer);
        let months = Axis { low: 0.0, high: self.months, spacing: Spacing::Even, unit: Unit::Months };
        let usd = Axis::from_zero(self.top, Unit::Usd);
        let Some(plot) = Plot::new(months, usd, theme, area, buffer) else { return };
        // What is likely, and how much more it may be; how much less is a line through it.
        let parts = |month: f64| {
            let [trained, served] = self.at(month);
            let sum = trained + served;
            let high = between(&self.ends, month / self.months)
                .filter(|_| theme.is_fine())
                .map_or(sum, |ends| ends[1]);
            [(trained, training), (sum, inference), (high, range)].map(|(top, fill)| Part { top, fill })
        };
        stack::draw(&plot, theme, KEPT, parts, buffer);
        let month = |moment: usize| self.months * moment as f64 / (MOMENTS - 1) as f64;
        let end =
            |end: usize| self.ends.iter().enumerate().map(move |(moment, ends)| (month(moment), ends[end]));
        // In a few rows it would be no more than pieces of a line.
        if plot.room.height >= TALL {
            plot.line(end(0), Stroke::Dotted, theme.base, buffer);
        }
        if !theme.is_fine() {
            plot.line(end(1), Stroke::Dotted, theme.base, buffer);
        }
        for budget in &self.budgets {
            plot.line(budget.iter().copied(), Stroke::Whole, theme.warning, buffer);
        }
        plot.line(self.before.iter().copied(), Stroke::Dashed, theme.ghost, buffer);
        let mut marks = self.marks.clone();
        if let Some(at) = self.before.last() {
            let words = format!("before {}", format(at.1, Unit::Usd));
            marks.push(Mark::new(*at, glyphs::GHOST, &[&words, "before"], Role::Base));
        }
        plot.marks(&marks, theme, buffer);
    }
}

/// What lies at a share of the way along figures for even moments.
fn between(figures: &[[f64; 2]], share: f64) -> Option<[f64; 2]> {
    let place = share * (MOMENTS - 1) as f64;
    let [before, after] =
        [place.floor(), place.ceil()].map(|index| figures.get(index as usize).or(figures.last()));
    let (before, after) = before.zip(after)?;
    Some([0, 1].map(|part| before[part] + (after[part] - before[part]) * place.fract()))
}
