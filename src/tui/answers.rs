//! The three answers: training once, inference per day, the split. Always on screen, always in the same place.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::analysis::answer::Answer;
use crate::analysis::findings::way_out;
use crate::app::state::State;
use crate::engine::horizon::{CLAIMED_INFERENCE_SHARE, Split};
use crate::text::quantity::{self, Unit};
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::widgets::change;
use crate::widgets::theme::Theme;

/// Lines that the answers take.
pub const HEIGHT: u16 = 9;

pub fn draw(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut y = area.y;
    let mut put = |line: Line| {
        if y < area.bottom() {
            line.render(Rect { y, height: 1, ..area }, buffer);
            y += 1;
        }
    };
    let width = usize::from(area.width);
    let outcome = &state.case.outcome;
    put(Line::styled("Training, once", theme.heading));
    if outcome.training.run.fits {
        put(answer_line(state, theme, Answer::TrainingCost, width));
    } else {
        let words = format!(
            "does not fit: needs {} GPUs",
            quantity::format(outcome.training.run.min_gpus_to_fit, Unit::Count)
        );
        put(Line::styled(fit(&format!("  {words}"), width), theme.alert));
    }
    put(Line::default());
    put(Line::styled("Inference, per day", theme.heading));
    match &outcome.serving {
        Ok(_) => put(answer_line(state, theme, Answer::DailyCost, width)),
        Err(refusal) => {
            let way_out = way_out(refusal, &state.case);
            put(Line::styled(fit(&format!("  does not fit: {way_out}"), width), theme.alert));
        }
    }
    put(Line::default());
    let months = quantity::format(state.scenario().workload.horizon_months, Unit::Months);
    put(Line::styled(format!("Split over {months}"), theme.heading));
    match outcome.split.as_ref().and_then(Split::training_share) {
        Some(share) => {
            put(bar(share, theme, width));
            put(split_words(state, share, theme, width));
        }
        None => put(Line::styled("  no split: nothing is served", theme.dim)),
    }
}

/// A figure, its range and its change.
fn answer_line(state: &State, theme: &Theme, answer: Answer, width: usize) -> Line<'static> {
    let Some(range) = state.figures.range(answer) else { return Line::raw("  –") };
    let unit = answer.unit();
    let value = quantity::format(range.value, unit);
    let low = quantity::format(range.low, unit);
    let high = quantity::format(range.high, unit).replace('$', "");
    let change = change(state, answer, theme);
    let mut spans = vec![
        Span::raw("  "),
        Span::styled(pad(&value, 9), theme.answer),
        Span::styled(pad(&format!("{low}{}{high}", theme.glyphs.dash), 14), theme.dim),
    ];
    if let Some((words, style)) = change {
        let used = 25;
        spans.push(Span::styled(align_right(&words, width.saturating_sub(used + 1)), style));
    }
    Line::from(spans)
}

/// The change of a figure against the baseline, in sign and percent, with its style.
pub fn change(state: &State, answer: Answer, theme: &Theme) -> Option<(String, Style)> {
    let before = state.baseline.as_ref()?.figures.value(answer)?;
    let now = state.figures.value(answer)?;
    Some(change::words(before, now, answer.unit(), theme))
}

/// The split as a bar of two fills with the 80% mark, which reads without color.
fn bar(training_share: f64, theme: &Theme, width: usize) -> Line<'static> {
    let glyphs = theme.glyphs;
    let cells = width.saturating_sub(4);
    let training = (training_share * cells as f64).round() as usize;
    let mark = ((1.0 - CLAIMED_INFERENCE_SHARE) * cells as f64).round() as usize;
    let mut spans = vec![Span::raw("  ")];
    for cell in 0..cells {
        let (glyph, style) = if cell == mark {
            (glyphs.mark, theme.answer)
        } else if cell < training {
            (glyphs.training, theme.training)
        } else {
            (glyphs.inference, theme.inference)
        };
        spans.push(Span::styled(glyph, style));
    }
    Line::from(spans)
}

/// The shares in words, and the day of the 80% mark.
fn split_words(state: &State, share: f64, theme: &Theme, width: usize) -> Line<'static> {
    let left = format!("  {} training", quantity::format(share, Unit::Share));
    let right = format!("inference {}", quantity::format(1.0 - share, Unit::Share));
    let gap = width.saturating_sub(columns(&left) + columns(&right) + 2);
    let change = change(state, Answer::InferenceShare, theme);
    let mut spans = vec![Span::styled(left, theme.base)];
    match change {
        Some((words, style)) if gap > columns(&words) + 1 => {
            let rest = gap - columns(&words);
            spans.push(Span::raw(" ".repeat(rest / 2)));
            spans.push(Span::styled(words, style));
            spans.push(Span::raw(" ".repeat(rest - rest / 2)));
        }
        _ => spans.push(Span::raw(" ".repeat(gap))),
    }
    spans.push(Span::styled(right, theme.base));
    Line::from(spans)
}
