//! Frontier: cost of a million output tokens against time per output token; nothing below and left of it exists.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::changes::changes;
use crate::analysis::frontier::{Frontier, Point, frontier};
use crate::engine::promise::Percentile;
use crate::keymap::Action;
use crate::report::tables;
use crate::text::quantity::{Unit, count_of, format};
use crate::views::scale::Scale;
use crate::views::scene::{Choice, Content, Drawn, Hint, Hit, Scene, View};
use crate::views::sheet::{Bar, Row, Sheet};
use crate::widgets::axes::{Axis, Spacing};
use crate::widgets::plot::{Mark, Plot, Stroke};
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{glyphs, legend, put};

pub(super) const VIEW: View = View {
    title: "Frontier",
    short: "Front",
    keys: &["5"],
    help: "Frontier: cost per 1M output tokens against time per token",
    open: |scene| {
        let frontier = frontier(scene.case);
        if frontier.points.is_empty() {
            let mut text = Text::default();
            text.add(Role::Warning, "nothing fits on this GPU at any degree of parallelism");
            return Box::new(text);
        }
        let efficient: Vec<Point> = frontier.efficient().copied().collect();
        let best = Frontier { points: efficient.clone(), best_of_all: Vec::new(), ..frontier.clone() };
        let role = |point: &Point| if point.meets_target { Role::Base } else { Role::Dim };
        let is_present = |point: &Point| frontier.present.is_some_and(|present| is_same(point, &present));
        let usd = |point: &Point| point.usd_per_million_output_tokens;
        let scale = Scale::of(efficient.iter().map(usd));
        let row = |point: &Point| Row {
            role: role(point),
            is_present: is_present(point),
            bar: Some(Bar { share: scale.share(usd(point)), style: |theme| theme.inference }),
            ..Row::default()
        };
        let rows = efficient.iter().map(row).collect();
        let sheet = Sheet::new(&tables::frontier(scene.case.catalog(), &best), NAME, rows);
        let sheet = sheet.barred("usd_per_million_output_tokens", 3, scale.words());
        let details = efficient.iter().map(|point| details(point, scene)).collect();
        Box::new(Points { target: target(scene), frontier, efficient, details, sheet })
    },
};

/// From this height on, there is room for all that is said of a point.
const TALL: u16 = 15;
/// What the points are, where no border says it.
const ABOUT: &str = "Cost per 1M output tokens against time per output token";
/// Columns of the first column of the list.
const NAME: usize = 7;

#[derive(Debug)]
struct Points {
    frontier: Frontier,
    /// The efficient points, the fastest first.
    efficient: Vec<Point>,
    /// What each of them is and would set.
    details: Vec<Text>,
    /// The longest time per token that is promised, ms, and in words.
    target: Option<(f64, String)>,
    sheet: Sheet,
}

impl Content for Points {
    fn last_row(&self, _room: Size) -> usize {
        self.sheet.last_row()
    }

    /// The efficient point that is nearest to how it is served now.
    fn first_row(&self) -> usize {
        let Some(now) = &self.frontier.present else { return 0 };
        let off = |point: &Point| {
            let cost = point.usd_per_million_output_tokens / now.usd_per_million_output_tokens;
            let away = cost.ln().abs() + (point.tpot_ms / now.tpot_ms).ln().abs();
            if is_same(point, now) { 0.0 } else { away }
        };
        let all = self.efficient.iter().enumerate();
        all.min_by(|(_, one), (_, other)| off(one).total_cmp(&off(other))).map_or(0, |(index, _)| index)
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        match self.efficient.get(row) {
            Some(point) => Choice::Apply {
                label: format!(
                    "batch {} on {}",
                    point.batch,
                    count_of(f64::from(point.tensor_parallel), "GPU")
                ),
                scenario: Box::new(scene.case.changed(|scenario| point.apply(scenario))),
            },
            None => Choice::Nothing("no point fits"),
        }
    }

    /// The points alone.
    fn present(&self, _scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        self.chart(ABOUT, usize::MAX, theme, area, buffer);
    }

    fn hints(&self) -> &'static [Hint] {
        &[(&[Action::Up, Action::Down], "along the frontier"), (&[Action::Enter], "serve like this")]
    }

    /// Draws the points and, below them, what the chosen one would set, and the efficient ones as a list.
    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let said = self.details.get(row).map_or(0, |words| words.lines(area.width).len() as u16);
        let said = said.min(if area.height >= TALL { 4 } else { 1 });
        let list = (area.height / 4).max(3).min(self.efficient.len() as u16 + 1);
        let chart = Rect { height: area.height.saturating_sub(said + list), ..area };
        // What it is about is on the border.
        let mut hits = self.chart("", row, theme, chart, buffer);
        let words = Rect { y: chart.bottom(), height: said.min(area.height - chart.height), ..area };
        if let Some(details) = self.details.get(row) {
            // The options of the command line are for those who have room.
            let is_cut = details.draw(0, theme, words, buffer).is_some();
            let is_told = |(role, _): &&(Role, String)| *role != Role::Dim;
            let told = details.lines(area.width).iter().filter(is_told).count();
            if is_cut && told > usize::from(words.height) && !words.is_empty() {
                put(words.right() - 1, words.bottom() - 1, "…", theme.dim, buffer);
            }
        }
        let y = words.bottom();
        let mut drawn =
            self.sheet.draw(row, theme, Rect { y, height: area.bottom().saturating_sub(y), ..area }, buffer);
        drawn.hits.append(&mut hits);
        drawn
    }
}

impl Points {
    fn chart(
        &self,
        title: &str,
        row: usize,
        theme: &Theme,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Vec<(Rect, Hit)> {
        let frontier = &self.frontier;
        let all = || frontier.points.iter().chain(&frontier.present).chain(&frontier.best_of_all);
        let mut signs = vec![
            ((glyphs::KNOB, theme.knob), "now"),
            ((glyphs::GHOST, theme.answer), "efficient"),
            ((glyphs::DOT, theme.dim), "possible"),
        ];
        if all().any(|point| !point.meets_target) {
            signs.push(((glyphs::MISS, theme.worse), "misses target"));
        }
        if !frontier.best_of_all.is_empty() {
            signs.push((("+", theme.better), "other GPUs"));
        }
        let area = legend::draw(title, &signs, theme, area, buffer);
        let x = decades(all().map(|point| point.tpot_ms), Unit::Milliseconds);
        let y = decades(all().map(|point| point.usd_per_million_output_tokens), Unit::Usd);
        let Some(plot) = Plot::new(x, y, theme, area, buffer) else { return Vec::new() };
        let at = |point: &Point| (point.tpot_ms, point.usd_per_million_output_tokens);
        let mut sign = |point: &Point, glyph, style| {
            let cell = plot.cell(at(point))?;
            put(cell.0, cell.1, glyph, style, buffer);
            Some(cell)
        };
        for point in frontier.points.iter().filter(|point| !point.meets_target) {
            sign(point, glyphs::MISS, theme.worse);
        }
        for point in frontier.points.iter().filter(|point| point.meets_target) {
            sign(point, glyphs::DOT, theme.dim);
        }
        plot.line(self.efficient.iter().map(at), Stroke::Whole, theme.dim, buffer);
        let mut sign = |point: &Point, glyph, style| {
            let cell = plot.cell(at(point))?;
            put(cell.0, cell.1, glyph, style, buffer);
            Some(cell)
        };
        for point in &frontier.best_of_all {
            sign(point, "+", theme.better);
        }
        let mut hits = Vec::new();
        for (index, point) in self.efficient.iter().enumerate() {
            let glyph = if point.meets_target { glyphs::GHOST } else { glyphs::MISS };
            let cell = sign(point, glyph, theme.answer);
            hits.extend(cell.map(|(x, y)| (Rect::new(x, y, 1, 1), Hit::Row(index))));
        }
        if let Some((ms, _)) = &self.target {
            let across = [(*ms, y.low), (*ms, y.high)];
            plot.line(across.into_iter(), Stroke::Dashed, theme.warning, buffer);
        }
        plot.marks(&self.marks(row, &x, &y), theme, buffer);
        let chosen = self.efficient.get(row).and_then(|point| plot.cell(at(point)));
        if let Some((x, y)) = chosen {
            buffer.set_style(Rect::new(x, y, 1, 1), theme.chosen);
        }
        hits
    }

    /// The chosen point, the present one, the target, and where better ones would be.
    fn marks(&self, row: usize, x: &Axis, y: &Axis) -> Vec<Mark> {
        let at = |point: &Point| (point.tpot_ms, point.usd_per_million_output_tokens);
        let mut marks = Vec::new();
        if let Some(point) = self.efficient.get(row) {
            let words = format(point.usd_per_million_output_tokens, Unit::Usd);
            let words = format!("{words}, {}", format(point.tpot_ms, Unit::Milliseconds));
            let named = format!("chosen: {words}");
            marks.push(Mark::new(at(point), glyphs::GHOST, &[&named, "chosen"], Role::Strong));
        }
        marks.extend(
            self.frontier.present.iter().map(|now| Mark::new(at(now), glyphs::KNOB, &["now"], Role::Heading)),
        );
        if let Some((ms, words)) = &self.target {
            marks.push(Mark::new((*ms, y.at(0.97)), "", &[words, "target"], Role::Warning));
        }
        marks.push(Mark::new((x.low, y.low), "", &["↙ cheaper and faster", "↙ better"], Role::Better));
        marks
    }
}

/// An axis around figures: logarithmic unless something costs nothing.
fn decades(figures: impl Iterator<Item = f64> + Clone, unit: Unit) -> Axis {
    let (low, high) = figures.clone().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    if low > 0.0 {
        Axis { low: low * 0.85, high: high * 1.15, spacing: Spacing::Decades, unit }
    } else {
        Axis::around(figures, unit)
    }
}

/// Both are the same way of serving.
fn is_same(one: &Point, other: &Point) -> bool {
    one.batch == other.batch
        && one.tensor_parallel == other.tensor_parallel
        && one.weight_precision == other.weight_precision
}

/// The longest time per token that is promised, ms, and in words.
fn target(scene: &Scene) -> Option<(f64, String)> {
    let target = &scene.case.scenario.target;
    let stated = target.tpot_ms.into_iter().chain(target.tokens_per_s_per_user.map(|rate| 1e3 / rate));
    let ms = stated.reduce(f64::min)?;
    let of = match target.percentile {
        Percentile::Mean => String::new(),
        other => format!(" ({})", other.id()),
    };
    Some((ms, format!("target {}{of}", format(ms, Unit::Milliseconds))))
}

/// What a point is, what it would set, and the options of the command line that do the same.
fn details(point: &Point, scene: &Scene) -> Text {
    let catalog = scene.case.catalog();
    let before = &scene.case.scenario;
    let after = scene.case.changed(|scenario| point.apply(scenario));
    let mut text = Text::default();
    let target = if point.meets_target { "" } else { " (misses the target)" };
    let first = format(point.ttft_ms, Unit::Milliseconds);
    let mut changed = changes(before, &after);
    // What was chosen already is set to what it is.
    changed.retain(|change| change.param.chosen_for(&scene.case.outcome) != Some(change.to));
    let sets: Vec<String> = changed
        .iter()
        .map(|change| {
            let from = match change.param.effective(before, catalog) {
                crate::scenario::value::Value::Auto => change.param.unset_words(&scene.case.outcome, catalog),
                value => change.param.display(value, catalog),
            };
            let to = change.param.display(change.to, catalog);
            format!("{} {from} {} {to}", change.param.label, glyphs::ARROW)
        })
        .collect();
    if sets.is_empty() {
        text.add(Role::Strong, "This is how it is served now.");
    } else {
        let held = point.held_at.map_or(String::new(), |load| {
            format!(", with the load held down to {} to keep the target", format(load, Unit::Share))
        });
        text.add(Role::Strong, format!("Sets {}; first token {first}{target}{held}.", sets.join(", ")));
        let options: Vec<String> = changed
            .iter()
            .map(|change| format!("--set {}={}", change.param.path, change.param.written(change.to, catalog)))
            .collect();
        text.add(Role::Dim, options.join(" "));
    }
    text
}
