//! Frontier: cost of a million output tokens against time per output token; nothing below and left of it exists.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::frontier::{Frontier, Point, frontier};
use crate::report::tables;
use crate::text::quantity::{Unit, format};
use crate::views::scene::{Choice, Content, Scene, View};
use crate::views::sheet::{Row, Sheet};
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{axes, put};

pub(super) const VIEW: View = View {
    title: "Frontier",
    short_title: "Frontier",
    keys: &["5"],
    help: "Frontier: cost vs. speed across batch sizes, parallelism and precisions",
    open: |scene| {
        let frontier = frontier(scene.case);
        let efficient: Vec<Point> = frontier.efficient().copied().collect();
        let best = Frontier { points: efficient.clone(), best_of_all: Vec::new(), ..frontier.clone() };
        let role = |point: &Point| if point.meets_target { Role::Base } else { Role::Dim };
        let rows = efficient.iter().map(|point| Row { role: role(point), ..Row::default() }).collect();
        let sheet = Sheet::new(&tables::frontier(scene.case.catalog(), &best), 0, rows);
        Box::new(Points { frontier, efficient, sheet })
    },
};

#[derive(Debug)]
struct Points {
    frontier: Frontier,
    /// The efficient points, the fastest first.
    efficient: Vec<Point>,
    sheet: Sheet,
}

impl Content for Points {
    fn last_row(&self, _room: Size) -> Option<usize> {
        Some(self.sheet.last_row())
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        match self.efficient.get(row) {
            Some(point) => Choice::Apply {
                label: format!("batch {} on {} GPUs", point.batch, point.tensor_parallel),
                scenario: Box::new(scene.case.changed(|scenario| point.apply(scenario))),
            },
            None => Choice::Nothing("no point fits"),
        }
    }

    /// Draws the points and, below them, the efficient ones as a list.
    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        if self.frontier.points.is_empty() {
            buffer.set_string(
                area.x,
                area.y,
                "nothing fits on this GPU at any degree of parallelism",
                theme.alert,
            );
            return;
        }
        let chart = Rect { height: (area.height * 3 / 5).max(6), ..area };
        self.scatter(row, theme, chart, buffer);
        let list =
            Rect { y: chart.bottom() + 1, height: area.height.saturating_sub(chart.height + 1), ..area };
        self.sheet.draw(row, theme, list, buffer);
    }
}

impl Points {
    fn scatter(&self, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let glyphs = theme.glyphs;
        let title = "$ per 1M output tokens vs. time per token";
        buffer.set_stringn(area.x, area.y, title, usize::from(area.width), theme.heading);
        let plot = Rect {
            x: area.x + axes::LEFT,
            y: area.y + 1,
            width: area.width.saturating_sub(axes::LEFT + 1),
            height: area.height.saturating_sub(3),
        };
        if plot.width < 8 || plot.height < 2 {
            return;
        }
        let frontier = &self.frontier;
        let all = || frontier.points.iter().chain(&frontier.present).chain(&frontier.best_of_all);
        let (fast, slow) = bounds(all().map(|point| point.tpot_ms));
        let (cheap, dear) = bounds(all().map(|point| point.usd_per_million_output_tokens));
        let share =
            |value: f64, low: f64, high: f64| ((value / low).ln() / (high / low).ln()).clamp(0.0, 1.0);
        let cell = |point: &Point| {
            let x = share(point.tpot_ms, fast, slow) * f64::from(plot.width - 1);
            let y = share(point.usd_per_million_output_tokens, cheap, dear) * f64::from(plot.height - 1);
            (plot.x + x.round() as u16, plot.bottom() - 1 - y.round() as u16)
        };
        for point in &frontier.points {
            let (x, y) = cell(point);
            put(x, y, glyphs.dot, theme.dim, buffer);
        }
        for point in &frontier.best_of_all {
            let (x, y) = cell(point);
            put(x, y, "+", theme.less, buffer);
        }
        for (index, point) in self.efficient.iter().enumerate() {
            let (x, y) = cell(point);
            put(x, y, glyphs.ghost, if index == row { theme.chosen } else { theme.base }, buffer);
        }
        if let Some(present) = &frontier.present {
            let (x, y) = cell(present);
            put(x, y, glyphs.knob, theme.knob, buffer);
            if x + 5 < plot.right() {
                buffer.set_string(x + 1, y, " now", theme.knob);
            }
        }
        let costs = [(1.0, dear), (0.5, (cheap * dear).sqrt()), (0.0, cheap)];
        let times = [(0.0, fast), (0.5, (fast * slow).sqrt()), (1.0, slow)];
        let left = costs.map(|(place, usd)| (place, format(usd, Unit::Usd)));
        let under = times.map(|(place, ms)| (place, format(ms, Unit::Milliseconds)));
        axes::draw(plot, &left, &under, theme, buffer);
    }
}

/// The least and the greatest of the points' figures, a little apart.
fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    (low * 0.9, high * 1.1)
}
