//! Compare: a waterfall from before to now with a bar for each cause, and the scenarios side by side.

mod scenarios;
mod unchanged;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect, Size};

use crate::analysis::answer::Answer;
use crate::keymap::Action;
use crate::views::compare::scenarios::Scenarios;
use crate::views::compare::unchanged::Unchanged;
use crate::views::scene::{Baseline, Choice, Content, Drawn, Hint, Hit, Scene, View};
use crate::views::waterfall::{Cause, Waterfall};
use crate::widgets::list::{seen, window};
use crate::widgets::span;
use crate::widgets::theme::Theme;

pub(super) const VIEW: View = View {
    title: "Compare",
    short: "Comp",
    keys: &["6"],
    help: "Compare: what changed, what caused it and what it cost elsewhere",
    open: |scene| match scene.baseline {
        Some(baseline) if baseline.case.scenario != scene.case.scenario || !scene.kept.is_empty() => {
            Box::new(Comparison::new(baseline, scene))
        }
        baseline => Box::new(Unchanged::new(baseline, scene)),
    },
};

/// The answers of the cards, whose causes are told where there is room.
const ANSWERS: [Answer; 3] = [Answer::TrainingCost, Answer::DailyCost, Answer::InferenceShare];
/// Rows by which bars are thicker where there is room.
const MOST_THICKER: usize = 2;
/// With more causes there is no room for those of other answers.
const FEW: usize = 6;

/// Rows that can be chosen are the causes, and after them the scenarios.
#[derive(Debug)]
struct Comparison {
    /// That of the answer that views are about, and those of the other answers that have changed.
    waterfalls: Vec<Waterfall>,
    scenarios: Scenarios,
}

/// A line as it is drawn.
#[derive(Debug, Clone, Copy)]
enum Line {
    Blank,
    /// A line of a waterfall, by the place of the waterfall.
    Waterfall(usize, Part),
    /// The bar of the line above once more, which makes it thicker.
    Thicker(usize),
    /// A line of a table of scenarios, by the place of the table.
    Scenario(usize, scenarios::Line),
}

/// A line of a waterfall.
#[derive(Debug, Clone, Copy)]
enum Part {
    Title,
    /// Why it changed, of which this is a row.
    Why(usize),
    Before,
    Cause(usize),
    Now,
    /// The scale of the bars, of which this is a row.
    Scale(bool),
    /// How joint effects are shared.
    Sharing,
}

impl Comparison {
    fn new(baseline: &Baseline, scene: &Scene) -> Self {
        let first = Waterfall::new(scene.answer, &baseline.case, scene.case);
        let has_few = first.causes.len() <= FEW;
        let others = ANSWERS.into_iter().filter(|answer| has_few && *answer != scene.answer);
        let others = others
            .map(|answer| Waterfall::new(answer, &baseline.case, scene.case))
            .filter(Waterfall::has_moved);
        let others: Vec<Waterfall> = others.collect();
        let waterfalls = std::iter::once(first).chain(others).collect();
        Self { waterfalls, scenarios: Scenarios::new(baseline, scene) }
    }

    /// The inputs that differ.
    fn causes(&self) -> &[Cause] {
        &self.waterfalls[0].causes
    }

    /// The row that a line is, where it can be chosen.
    fn row(&self, line: Line) -> Option<usize> {
        let causes = self.causes().len();
        match line {
            Line::Waterfall(0, Part::Cause(index)) => Some(index),
            Line::Scenario(_, scenarios::Line::Scenario(index)) => Some(causes + index),
            _ => None,
        }
    }

    /// The lines from top to bottom: blank ones, scales, other answers and thicker bars only where there is
    /// room for them.
    fn lines(&self, room: Size) -> Vec<Line> {
        let height = usize::from(room.height);
        let parts = |index: usize| parts(index, &self.waterfalls[index], room.width);
        let mut lines: Vec<Line> = parts(0).collect();
        for (index, columns) in self.scenarios.tables(room.width).into_iter().enumerate() {
            let table = self.scenarios.lines(&columns, room.width).map(|line| Line::Scenario(index, line));
            // The last columns are there where there is room for them.
            if columns.start < scenarios::LEAST || lines.len() + 1 + table.clone().count() <= height {
                lines.push(Line::Blank);
                lines.extend(table);
            }
        }
        for index in 1..self.waterfalls.len() {
            if lines.len() + 1 + parts(index).count() <= height {
                lines.push(Line::Blank);
                lines.extend(parts(index));
            }
        }
        let is_bar = |line: &Line| match line {
            Line::Waterfall(_, part) => matches!(part, Part::Before | Part::Cause(_) | Part::Now),
            _ => false,
        };
        // Scales are for bars whose figures stand beside them; then blank lines go, and the scenarios can be scrolled to.
        let is_scale = |line: &Line| matches!(line, Line::Waterfall(_, Part::Scale(_) | Part::Sharing));
        if lines.len() > height {
            lines.retain(|line| !is_scale(line));
        }
        let Some(spare) = height.checked_sub(lines.len()) else {
            lines.retain(|line| !matches!(line, Line::Blank));
            return lines;
        };
        let bars = lines.iter().filter(|line| is_bar(line)).count().max(1);
        let more = (spare / bars).min(MOST_THICKER);
        let thicker = |line: Line| {
            let again = match line {
                Line::Waterfall(index, _) if is_bar(&line) => vec![Line::Thicker(index); more],
                _ => Vec::new(),
            };
            std::iter::once(line).chain(again)
        };
        lines.into_iter().flat_map(thicker).collect()
    }
}

/// The lines of a waterfall in so many columns.
fn parts(index: usize, waterfall: &Waterfall, width: u16) -> impl Iterator<Item = Line> {
    let (above, below): (&[Part], &[Part]) = match waterfall.ends {
        Some(_) => (&[Part::Before], &[Part::Now, Part::Scale(true), Part::Scale(false)]),
        None => (&[], &[]),
    };
    let why = (0..waterfall.why(width).len()).map(Part::Why);
    let causes = (0..waterfall.causes.len()).map(Part::Cause);
    let sharing = (index == 0).then(|| waterfall.sharing()).flatten().map(|_| Part::Sharing);
    let parts = std::iter::once(Part::Title).chain(why).chain(above.iter().copied()).chain(causes);
    let parts = parts.chain(below.iter().copied()).chain(sharing);
    parts.map(move |part| Line::Waterfall(index, part))
}

impl Content for Comparison {
    fn last_row(&self, _room: Size) -> usize {
        (self.causes().len() + self.scenarios.count()).saturating_sub(1)
    }

    fn choose(&self, row: usize, _scene: &Scene) -> Choice {
        match self.causes().get(row) {
            Some(cause) => Choice::Focus(cause.param),
            None => self.scenarios.choose(row - self.causes().len()),
        }
    }

    fn answer(&self, _row: usize) -> Option<Answer> {
        Some(self.waterfalls[0].answer)
    }

    /// The causes of one answer alone, in bars that are read from afar.
    fn present(&self, _scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let [title, bars] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
        self.waterfalls[0].title(theme, title, buffer);
        self.waterfalls[0].present(theme, bars, buffer);
    }

    fn hints(&self) -> &'static [Hint] {
        &[
            (&[Action::Up, Action::Down], "choose"),
            (&[Action::Enter], "its slider, or drop what was kept"),
            (&[Action::NextAnswer], "next answer"),
            (&[Action::Keep], "keep"),
        ]
    }

    fn uses(&self, action: Action) -> bool {
        action == Action::NextAnswer
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let lines = self.lines(area.as_size());
        let is_chosen = |line: &Line| self.row(*line) == Some(row);
        let here = match lines.iter().position(is_chosen) {
            // The last row is seen with what follows it, the first with what is above.
            Some(_) if row == self.last_row(area.as_size()) => lines.len() - 1,
            Some(_) if row == 0 => 0,
            here => here.unwrap_or(0),
        };
        let shown = window(here, lines.len(), area.height);
        let mut drawn = Drawn { seen: seen(&shown, lines.len()), hits: Vec::new() };
        let bars: Vec<_> = self.waterfalls.iter().map(|waterfall| waterfall.layout(area.width)).collect();
        let tables = self.scenarios.tables(area.width);
        for (y, line) in (area.y..).zip(&lines[shown]) {
            let place = Rect { y, height: 1, ..area };
            let chosen = self.row(*line) == Some(row);
            match line {
                Line::Thicker(index) if y > area.y => {
                    // Not what stands before a bar that begins further left.
                    for x in area.x + bars[*index].bars + 1..area.right() {
                        let above = buffer[(x, y - 1)].clone();
                        buffer[(x, y)] = above;
                    }
                }
                Line::Blank | Line::Thicker(_) => {}
                Line::Waterfall(index, part) => {
                    let (waterfall, bars) = (&self.waterfalls[*index], &bars[*index]);
                    match part {
                        Part::Title => waterfall.title(theme, place, buffer),
                        Part::Why(row) => {
                            let words = waterfall.why(area.width);
                            buffer.set_string(place.x, y, &words[*row], theme.base);
                        }
                        Part::Before => waterfall.total(0, bars, theme, place, buffer),
                        Part::Cause(index) => waterfall.cause(*index, chosen, bars, theme, place, buffer),
                        Part::Now => waterfall.total(1, bars, theme, place, buffer),
                        Part::Scale(true) if y + 1 < area.bottom() => {
                            let place = Rect { height: span::SCALE, ..place };
                            waterfall.scale(bars, theme, place, buffer);
                        }
                        Part::Scale(_) => {}
                        Part::Sharing => {
                            let words = waterfall.sharing().unwrap_or_default();
                            buffer.set_stringn(
                                place.x + 2,
                                y,
                                words,
                                usize::from(place.width) - 2,
                                theme.dim,
                            );
                        }
                    }
                }
                Line::Scenario(table, line) => {
                    self.scenarios.draw(&tables[*table], *line, chosen, theme, place, buffer);
                }
            }
            drawn.hits.extend(self.row(*line).map(|row| (place, Hit::Row(row))));
        }
        drawn
    }
}
