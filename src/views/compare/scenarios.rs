//! Scenarios side by side: before, what was kept, now, and the change, with what each costs and what that was paid for with.

use std::ops::Range;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

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
/// A column: a figure, its heading, and that in two rows for narrow ones.
struct Column {
    figure: Figure,
    heading: &'static str,
    narrow: [&'static str; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    Is(Answer),
    /// What a GPU holds, bytes.
    Memory,
}

const fn column(figure: Figure, heading: &'static str, narrow: [&'static str; 2]) -> Column {
    Column { figure, heading, narrow }
}

/// The columns: four that say what it costs, four that say what that was paid for with, and four where there is room.
const COLUMNS: [Column; 12] = [
    column(Figure::Is(Answer::TrainingCost), "training", ["training", "once"]),
    column(Figure::Is(Answer::DailyCost), "per day", ["serving", "per day"]),
    column(Figure::Is(Answer::InferenceShare), "inference %", ["serving", "share"]),
    column(Figure::Is(Answer::CostPerMillionTokens), "per 1M", ["per 1M", "tokens"]),
    column(Figure::Is(Answer::Ttft), "first token", ["first", "token"]),
    column(Figure::Is(Answer::Tpot), "each token", ["each", "token"]),
    column(Figure::Is(Answer::GpusPeak), "GPUs", ["GPUs", "at peak"]),
    column(Figure::Memory, "memory/GPU", ["memory", "per GPU"]),
    column(Figure::Is(Answer::RequestLatency), "request", ["whole", "request"]),
    column(Figure::Is(Answer::ThroughputPerGpu), "tok/s a GPU", ["tok/s", "per GPU"]),
    column(Figure::Is(Answer::Utilization), "utilization", ["GPUs", "in use"]),
    column(Figure::Is(Answer::TrainingDays), "train days", ["train", "days"]),
];
/// The columns that are always there.
pub(super) const LEAST: usize = 8;
/// Columns that are never apart.
const GROUP: usize = 4;
/// What a group is called where it begins a table.
const GROUPS: [&str; COLUMNS.len() / GROUP] = ["", "at the cost of", "and of"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// The headings, or where they take two rows, the upper half of them.
    Heading,
    /// The lower half.
    LowerHeading,
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

    /// The lines of a table of these columns.
    pub(super) fn lines(&self, shown: &Range<usize>, width: u16) -> impl Iterator<Item = Line> + Clone {
        let rows = (0..self.rows.len()).map(Line::Scenario);
        self.headings(shown, width).iter().copied().chain(rows).chain([Line::Change])
    }

    /// Its headings, in one row where that has room for them.
    pub(super) fn headings(&self, shown: &Range<usize>, width: u16) -> &'static [Line] {
        if self.is_narrow(shown, width) { &[Line::Heading, Line::LowerHeading] } else { &[Line::Heading] }
    }

    /// Some heading has no room in one row.
    fn is_narrow(&self, shown: &Range<usize>, width: u16) -> bool {
        let figure = self.figure_width(shown, width);
        COLUMNS[shown.clone()].iter().any(|column| columns(column.heading) >= figure)
    }

    /// Columns of a figure.
    fn figure_width(&self, shown: &Range<usize>, width: u16) -> usize {
        let room = usize::from(width).saturating_sub(MARKER);
        let named = self.name().max(columns(GROUPS[shown.start / GROUP]) + 1);
        (room.saturating_sub(named) / shown.len()).clamp(FIGURE[0], FIGURE[1])
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
        let figure = self.figure_width(shown, place.width);
        let is_narrow = self.is_narrow(shown, place.width);
        let name = width.saturating_sub(figure * shown.len());
        if chosen {
            put(place.x, place.y, glyphs::FOCUS, theme.knob, buffer);
        }
        let (words, style) = match line {
            Line::Heading if is_narrow => ("", theme.heading),
            Line::Heading | Line::LowerHeading => (group, theme.heading),
            Line::Scenario(row) if chosen => (self.rows[row].name.as_str(), theme.chosen),
            Line::Scenario(row) => (self.rows[row].name.as_str(), theme.base),
            Line::Change => ("change", theme.dim),
        };
        let x = place.x + MARKER as u16;
        buffer.set_string(x, place.y, pad(&fit(words, name), name), style);
        for (column, index) in shown.clone().enumerate() {
            let (words, style) = self.cell(line, index, is_narrow, figure, theme);
            let x = x + (name + column * figure) as u16;
            buffer.set_string(x, place.y, align_right(&words, figure), style);
        }
    }

    fn cell(
        &self,
        line: Line,
        index: usize,
        is_narrow: bool,
        width: usize,
        theme: &Theme,
    ) -> (String, Style) {
        let column = &COLUMNS[index];
        let is_subject = column.figure == Figure::Is(self.subject);
        match line {
            Line::Heading | Line::LowerHeading => {
                let words = match line {
                    Line::LowerHeading => column.narrow[1],
                    _ if is_narrow => column.narrow[0],
                    _ => column.heading,
                };
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
