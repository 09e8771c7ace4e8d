//! Compare: a waterfall from before to now with a bar for each cause, and the scenarios side by side.

mod scenarios;
mod waterfall;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::answer::Answer;
use crate::keymap::{Action, key_of};
use crate::views::compare::scenarios::Scenarios;
use crate::views::compare::waterfall::Waterfall;
use crate::views::scene::{Baseline, Choice, Content, Drawn, Hint, Hit, Scene, View};
use crate::widgets::list::{seen, window};
use crate::widgets::span;
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

pub(super) const VIEW: View = View {
    title: "Compare",
    keys: &["6"],
    help: "Compare: what changed, what caused it and what it was paid for with",
    open: |scene| match scene.baseline {
        Some(baseline) if baseline.case.scenario != scene.case.scenario || !scene.kept.is_empty() => {
            Box::new(Comparison::new(baseline, scene))
        }
        _ => Box::new(without_change()),
    },
};

/// What to do when nothing differs.
fn without_change() -> Text {
    let [pin, keep, swap] = [Action::Pin, Action::Keep, Action::Swap].map(key_of);
    let mut text = Text::default();
    text.head("Nothing has changed yet");
    text.add(
        Role::Base,
        "Move a slider, or choose another model or GPU: this view then shows what each change costs.",
    );
    text.add(Role::Base, "");
    for (key, words) in [
        (pin, "makes the scenario as it is now what figures are compared with"),
        (keep, "keeps it as one more row to compare, up to nine"),
        (swap, "swaps what is pinned with what is shown"),
    ] {
        text.add(Role::Base, format!("  {key}  {words}"));
    }
    text
}

/// Rows that can be chosen are the causes, and after them the scenarios.
#[derive(Debug)]
struct Comparison {
    waterfall: Waterfall,
    scenarios: Scenarios,
}

/// A line as it is drawn.
#[derive(Debug, Clone, Copy)]
enum Line {
    Blank,
    Title,
    Before,
    Cause(usize),
    Now,
    /// The scale of the bars, of which this is a row.
    Scale(bool),
    /// A line of a table of scenarios, by the place of the table.
    Scenario(usize, scenarios::Line),
}

impl Comparison {
    fn new(baseline: &Baseline, scene: &Scene) -> Self {
        Self { waterfall: Waterfall::new(baseline, scene), scenarios: Scenarios::new(baseline, scene) }
    }

    /// The row that a line is, where it can be chosen.
    fn row(&self, line: Line) -> Option<usize> {
        let causes = self.waterfall.causes.len();
        match line {
            Line::Cause(index) => Some(index),
            Line::Scenario(_, scenarios::Line::Scenario(index)) => Some(causes + index),
            _ => None,
        }
    }

    /// The lines from top to bottom: blank ones and the scale only where there is room for them.
    fn lines(&self, room: Size) -> Vec<Line> {
        let mut lines = vec![Line::Title];
        if self.waterfall.ends.is_some() {
            lines.push(Line::Before);
        }
        lines.extend((0..self.waterfall.causes.len()).map(Line::Cause));
        if self.waterfall.ends.is_some() {
            lines.extend([Line::Now, Line::Scale(true), Line::Scale(false)]);
        }
        let height = usize::from(room.height);
        for (index, columns) in self.scenarios.tables(room.width).into_iter().enumerate() {
            let table = self.scenarios.lines().map(|line| Line::Scenario(index, line));
            // The last columns are there where there is room for them.
            if columns.start < scenarios::LEAST || lines.len() + 1 + table.clone().count() <= height {
                lines.push(Line::Blank);
                lines.extend(table);
            }
        }
        if lines.len() > height {
            lines.retain(|line| !matches!(line, Line::Blank | Line::Scale(_)));
        }
        lines
    }
}

impl Content for Comparison {
    fn last_row(&self, _room: Size) -> usize {
        (self.waterfall.causes.len() + self.scenarios.count()).saturating_sub(1)
    }

    fn choose(&self, row: usize, _scene: &Scene) -> Choice {
        match self.waterfall.causes.get(row) {
            Some(cause) => Choice::Focus(cause.param),
            None => self.scenarios.choose(row - self.waterfall.causes.len()),
        }
    }

    fn answer(&self, _row: usize) -> Option<Answer> {
        Some(self.waterfall.answer)
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
        let bars = self.waterfall.layout(area.width);
        let tables = self.scenarios.tables(area.width);
        for (y, line) in (area.y..).zip(&lines[shown]) {
            let place = Rect { y, height: 1, ..area };
            let chosen = self.row(*line) == Some(row);
            match line {
                Line::Blank | Line::Scale(false) => {}
                Line::Title => self.waterfall.title(theme, place, buffer),
                Line::Before => self.waterfall.total(0, &bars, theme, place, buffer),
                Line::Cause(index) => self.waterfall.cause(*index, chosen, &bars, theme, place, buffer),
                Line::Now => self.waterfall.total(1, &bars, theme, place, buffer),
                Line::Scale(true) => {
                    let place = Rect { height: span::SCALE, ..place };
                    self.waterfall.scale(&bars, theme, place, buffer);
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
