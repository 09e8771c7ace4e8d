//! Scenarios side by side: before, what was kept, now, and the change, with what each costs and what that was paid for with.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::analysis::answer::{Answer, Better};
use crate::analysis::case::Case;
use crate::analysis::range::Figures;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::views::scene::{Baseline, Choice, Scene};
use crate::widgets::theme::Theme;
use crate::widgets::{change, glyphs, put};

/// Columns of the marker of the chosen row.
const MARKER: usize = 2;
/// The least and the most columns of a figure.
const FIGURE: [usize; 2] = [8, 14];
/// A column: a figure, and its heading in full and in short.
struct Column {
    figure: Figure,
    headings: [&'static str; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    Is(Answer),
    /// What a GPU holds, bytes.
    Memory,
}

/// The columns: four that say what it costs, four that say what that was paid for with, and four where there is room.
const COLUMNS: [Column; 12] = [
    Column { figure: Figure::Is(Answer::TrainingCost), headings: ["training", "train"] },
    Column { figure: Figure::Is(Answer::DailyCost), headings: ["per day", "per day"] },
    Column { figure: Figure::Is(Answer::InferenceShare), headings: ["inference %", "share"] },
    Column { figure: Figure::Is(Answer::CostPerMillionTokens), headings: ["per 1M served", "per 1M"] },
    Column { figure: Figure::Is(Answer::Ttft), headings: ["first token", "first"] },
    Column { figure: Figure::Is(Answer::Tpot), headings: ["output token", "a token"] },
    Column { figure: Figure::Is(Answer::GpusPeak), headings: ["GPUs", "GPUs"] },
    Column { figure: Figure::Memory, headings: ["memory/GPU", "memory"] },
    Column { figure: Figure::Is(Answer::RequestLatency), headings: ["request", "request"] },
    Column { figure: Figure::Is(Answer::ThroughputPerGpu), headings: ["tokens/s/GPU", "tok/s"] },
    Column { figure: Figure::Is(Answer::Utilization), headings: ["utilization", "utilization"] },
    Column { figure: Figure::Is(Answer::TrainingDays), headings: ["training days", "days"] },
];
/// The columns that are always there.
pub(super) const LEAST: usize = 8;
/// Columns that are never apart.
const GROUP: usize = 4;
/// What a group is called where it begins a table.
const GROUPS: [&str; COLUMNS.len() / GROUP] = ["", "at the cost of", "and of"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Heading,
    Scenario(usize),
    Change,
}

/// The scenarios: before, those kept, now.
#[derive(Debug)]
pub(super) struct Scenarios {
    rows: Vec<Row>,
    subject: Answer,
}

#[derive(Debug)]
struct Row {
    name: String,
    figures: [Option<f64>; COLUMNS.len()],
}

impl Scenarios {
    pub(super) fn new(baseline: &Baseline, scene: &Scene) -> Self {
        let row = |name: &str, case: &Case, figures: &Figures| Row {
            name: name.to_owned(),
            figures: COLUMNS.map(|column| match column.figure {
                Figure::Is(answer) => figures.value(answer),
                Figure::Memory => {
                    let serving = case.outcome.serving.as_ref().ok();
                    serving.map(|serving| serving.main.replica.memory.in_use())
                }
            }),
        };
        let kept = scene.kept.iter().map(|kept| row(&kept.name, &kept.case, &kept.figures));
        let rows = std::iter::once(row("before", &baseline.case, &baseline.figures))
            .chain(kept)
            .chain([row("now", scene.case, scene.figures)])
            .collect();
        Self { rows, subject: scene.answer }
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    /// What choosing a scenario does.
    pub(super) fn choose(&self, row: usize) -> Choice {
        match row.checked_sub(1) {
            None => Choice::Nothing("what figures are compared with: pin another to change it"),
            Some(kept) if row + 1 < self.rows.len() => Choice::Drop(kept),
            Some(_) => Choice::Nothing("the scenario as it is now"),
        }
    }

    /// The columns of each table, one below the other: as many side by side as leave room for the names.
    pub(super) fn tables(&self, width: u16) -> Vec<Range<usize>> {
        let room = usize::from(width).saturating_sub(MARKER + self.name());
        let beside = (room / (GROUP * FIGURE[0])).clamp(1, GROUPS.len()) * GROUP;
        (0..COLUMNS.len()).step_by(beside).map(|first| first..(first + beside).min(COLUMNS.len())).collect()
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = Line> + Clone {
        let rows = (0..self.rows.len()).map(Line::Scenario);
        std::iter::once(Line::Heading).chain(rows).chain([Line::Change])
    }

    /// Columns of the longest name.
    fn name(&self) -> usize {
        self.rows.iter().map(|row| columns(&row.name)).max().unwrap_or(0)
    }

    pub(super) fn draw(
        &self,
        shown: &Range<usize>,
        line: Line,
        chosen: bool,
        theme: &Theme,
        place: Rect,
        buffer: &mut Buffer,
    ) {
        let width = usize::from(place.width).saturating_sub(MARKER);
        let group = GROUPS[shown.start / GROUP];
        let named = self.name().max(columns(group) + 1);
        let figure = (width.saturating_sub(named) / shown.len()).clamp(FIGURE[0], FIGURE[1]);
        let name = width.saturating_sub(figure * shown.len());
        if chosen {
            put(place.x, place.y, glyphs::FOCUS, theme.knob, buffer);
        }
        let (words, style) = match line {
            Line::Heading => (group, theme.heading),
            Line::Scenario(row) if chosen => (self.rows[row].name.as_str(), theme.chosen),
            Line::Scenario(row) => (self.rows[row].name.as_str(), theme.base),
            Line::Change => ("change", theme.dim),
        };
        let x = place.x + MARKER as u16;
        buffer.set_string(x, place.y, pad(&fit(words, name), name), style);
        for (column, index) in shown.clone().enumerate() {
            let (words, style) = self.cell(line, index, figure, theme);
            let x = x + (name + column * figure) as u16;
            buffer.set_string(x, place.y, align_right(&words, figure), style);
        }
    }

    fn cell(&self, line: Line, index: usize, width: usize, theme: &Theme) -> (String, Style) {
        let column = &COLUMNS[index];
        let is_subject = column.figure == Figure::Is(self.subject);
        match line {
            Line::Heading => {
                let [full, short] = column.headings;
                let words = if columns(full) + 1 < width { full } else { short };
                (words.to_owned(), if is_subject { theme.knob } else { theme.heading })
            }
            Line::Scenario(row) => {
                let words = self.rows[row].figures[index].map(|figure| format(figure, column.unit()));
                let style = if is_subject || row + 1 == self.rows.len() { theme.answer } else { theme.base };
                (words.unwrap_or_else(|| glyphs::DASH.to_owned()), style)
            }
            Line::Change => {
                let [before, now] =
                    [self.rows.first(), self.rows.last()].map(|row| row.and_then(|row| row.figures[index]));
                let Some((before, now)) = before.zip(now) else { return (String::new(), theme.dim) };
                let (words, style) = change::words(before, now, column.unit(), column.better(), theme);
                (if columns(&words) < width { words } else { words.replace(" pt", "pt") }, style)
            }
        }
    }
}

impl Column {
    fn unit(&self) -> Unit {
        match self.figure {
            Figure::Is(answer) => answer.unit(),
            Figure::Memory => Unit::Bytes,
        }
    }

    fn better(&self) -> Better {
        match self.figure {
            Figure::Is(answer) => answer.better(),
            Figure::Memory => Better::Lower,
        }
    }
}
