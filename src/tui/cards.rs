//! The three answers: training once, inference per day, the split. Always on screen, always in the same place.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::analysis::answer::Answer;
use crate::analysis::findings::way_out;
use crate::analysis::published::{Published, published};
use crate::analysis::range::Range;
use crate::app::state::State;
use crate::catalog::records::TRAINING_USD;
use crate::engine::horizon::{CLAIMED_INFERENCE_SHARE, Split};
use crate::engine::money::DAYS_PER_MONTH;
use crate::text::quantity::{self, Unit, format};
use crate::text::wrap::columns;
use crate::widgets::theme::Theme;
use crate::widgets::{change, digits, frame, glyphs, track};

/// Draws the three cards. They are large where their rows allow it.
pub fn draw(state: &State, theme: &Theme, [training, inference, split]: [Rect; 3], buffer: &mut Buffer) {
    let outcome = &state.case.outcome;
    let training_refusal = (!outcome.training.run.fits).then(|| {
        format!("does not fit: needs {} GPUs", format(outcome.training.run.min_gpus_to_fit, Unit::Count))
    });
    let serving_refusal = outcome
        .serving
        .as_ref()
        .err()
        .map(|refusal| format!("does not fit: {}", way_out(refusal, &state.case)));
    let cards = [
        ("Training, once", Answer::TrainingCost, theme.training, training_refusal, training),
        ("Inference, per day", Answer::DailyCost, theme.inference, serving_refusal, inference),
    ];
    for (title, answer, style, refusal, area) in cards {
        let room = card(title, style, theme, area, buffer);
        match (refusal, state.figures.range(answer)) {
            (Some(words), _) => crate::widgets::text::paragraph(&words, theme.warning, room, buffer),
            (None, None) => crate::widgets::text::paragraph("no price is known", theme.warning, room, buffer),
            (None, Some(range)) => money(state, answer, range, theme, room, buffer),
        }
    }
    let months = format(state.scenario().workload.horizon_months, Unit::Months);
    let room = card(&format!("Split over {months}"), theme.heading, theme, split, buffer);
    match outcome.split.as_ref().and_then(Split::training_share) {
        Some(share) => shares(state, share, theme, room, buffer),
        None => {
            buffer
                .set_stringn(
                    room.x,
                    room.y,
                    "no split: a cost is missing",
                    usize::from(room.width),
                    theme.dim,
                )
                .0
        }
    };
}

fn card(title: &str, style: Style, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let title = Line::styled(format!(" {title} "), style.patch(Style::new().bold()));
    frame::panel(title, false, theme, area, buffer)
}

/// A figure, its change, its range as a track, and what was published of it.
fn money(state: &State, answer: Answer, range: Range, theme: &Theme, room: Rect, buffer: &mut Buffer) {
    let unit = answer.unit();
    let value = format(range.value, unit);
    let width = usize::from(room.width);
    let is_large = room.height >= 5;
    let (chip, style) = change(state, answer, theme).unwrap_or_default();
    let before =
        state.compared().figures.value(answer).filter(|_| !chip.is_empty() && !chip.starts_with('='));
    let was = before.map_or(String::new(), |before| format!("was {}", format(before, unit)));
    let needed = digits::width(&value).filter(|_| is_large);
    if needed.is_some_and(|columns| columns + 12 <= room.width) {
        digits::draw(&value, theme.answer, Rect { height: digits::HEIGHT, ..room }, buffer);
    } else {
        let y = if is_large { room.y + 1 } else { room.y };
        buffer.set_stringn(room.x, y, &value, width, theme.answer);
    }
    buffer.set_string(room.right() - columns(&chip).min(width) as u16, room.y, &chip, style);
    if is_large {
        buffer.set_string(room.right() - columns(&was).min(width) as u16, room.y + 1, &was, theme.dim);
    }
    let about = published_of(state, answer);
    let values: Vec<f64> = about.iter().map(middle).collect();
    let line = Rect { y: room.bottom() - 2, height: 1, ..room };
    track::draw([range.low, range.value, range.high], &values, theme, line, buffer);
    let ends = Rect { y: line.y + 1, ..line };
    Line::styled(format(range.low, unit), theme.dim).render(ends, buffer);
    let high = format(range.high, unit);
    buffer.set_string(room.right() - columns(&high) as u16, ends.y, &high, theme.dim);
    let left = columns(&format(range.low, unit)) + 1;
    let between = width.saturating_sub(left + columns(&high) + 1);
    let words = marks(&about, unit, between);
    let style = if about.is_empty() { theme.dim } else { theme.heading.not_bold() };
    let at = left + between.saturating_sub(columns(&words)) / 2;
    buffer.set_stringn(room.x + at as u16, ends.y, words, between, style);
}

/// What was published about an answer of what is shown.
fn published_of(state: &State, answer: Answer) -> Vec<Published> {
    let about = |published: &Published| match answer {
        Answer::TrainingCost => published.figure == TRAINING_USD,
        _ => Answer::from_id(published.figure) == Some(answer),
    };
    let mut rows = published(&state.case, state.scene().id, &state.figures);
    rows.retain(about);
    rows.sort_by(|one, other| middle(one).total_cmp(&middle(other)));
    rows
}

/// A published figure, or the middle of a published span, by ratio.
fn middle(published: &Published) -> f64 {
    published.high.map_or(published.value, |high| (published.value * high).sqrt())
}

/// As many published figures in words as there is room for, else how many there are; where nothing was published, which
/// range this is.
fn marks(published: &[Published], unit: Unit, room: usize) -> String {
    if published.is_empty() {
        return fit_or_nothing("80% range", room);
    }
    let bare = |value: f64| format(value, unit).replace('$', "");
    let each = |published: &Published| {
        let high = published.high.map_or(String::new(), |high| format!("-{}", bare(high)));
        format!("{}{high} {}", bare(published.value), published.short)
    };
    let count = published.len();
    let all: Vec<String> = published.iter().map(each).collect();
    let long = format!("{} {}", glyphs::PUBLISHED, all.join(", "));
    let (first, last) = (&published[0], &published[count - 1]);
    let named = match &all[..] {
        [one] => format!("{} {one}", glyphs::PUBLISHED),
        _ => format!("{} {} to {}", glyphs::PUBLISHED, each(first), each(last)),
    };
    let ends =
        format!("{} {}-{}", glyphs::PUBLISHED, bare(first.value), bare(last.high.unwrap_or(last.value)));
    let counted = format!("{} {count}", glyphs::PUBLISHED);
    [long, named, ends, counted].into_iter().find(|words| columns(words) <= room).unwrap_or_default()
}

fn fit_or_nothing(words: &str, room: usize) -> String {
    if columns(words) <= room { words.to_owned() } else { String::new() }
}

/// The change of a figure against what it is compared with, in sign and percent, with its style; `None` while nothing has
/// been changed or pinned.
pub fn change(state: &State, answer: Answer, theme: &Theme) -> Option<(String, Style)> {
    let before = state.compared().figures.value(answer)?;
    let now = state.figures.value(answer)?;
    let has_baseline = state.baseline.is_some() || state.compared().case.scenario != state.case.scenario;
    has_baseline.then(|| change::words(before, now, answer.unit(), answer.better(), theme))
}

/// The split as a bar of two fills with the 80% mark, which reads without color; the shares in words; when inference
/// passes training.
fn shares(state: &State, share: f64, theme: &Theme, room: Rect, buffer: &mut Buffer) -> u16 {
    let cells = room.width;
    let training = (share * f64::from(cells)).round() as u16;
    let mark = ((1.0 - CLAIMED_INFERENCE_SHARE) * f64::from(cells)).round() as u16;
    let rows = if room.height >= 5 { 2 } else { 1 };
    for y in room.y..room.y + rows {
        for cell in 0..cells {
            let (glyph, style) = if cell == mark {
                (glyphs::MARK, theme.answer)
            } else if cell < training {
                (glyphs::TRAINING, theme.training)
            } else {
                (glyphs::INFERENCE, theme.inference)
            };
            buffer.set_string(room.x + cell, y, glyph, style);
        }
    }
    let y = room.y + rows;
    let width = usize::from(room.width);
    let long = [format!("training {}", percent(share)), format!("inference {}", percent(1.0 - share))];
    let short = [format!("train {}", percent(share)), format!("serve {}", percent(1.0 - share))];
    let needed = |words: &[String; 2]| columns(&words[0]) + columns(&words[1]) + 1;
    let [left, right] = if needed(&long) <= width { long } else { short };
    buffer.set_stringn(room.x, y, &left, width, theme.training);
    // The change is inference's: it stands behind its share.
    let (chip, style) = change(state, Answer::InferenceShare, theme).unwrap_or_default();
    let chip = if chip.is_empty() { chip } else { format!(" {chip}") };
    let free = width.saturating_sub(needed(&[left.clone(), right.clone()]));
    let behind = if columns(&chip) <= free { columns(&chip) as u16 } else { 0 };
    let x = room.right() - columns(&right).min(width) as u16 - behind;
    buffer.set_stringn(x, y, &right, width, theme.inference);
    buffer.set_stringn(room.right() - behind, y, chip, usize::from(behind), style);
    let last = Rect { y: room.bottom() - 1, height: 1, ..room };
    let mark = format!("{} 80%", glyphs::MARK);
    let words = crossing(state, width.saturating_sub(columns(&mark) + 1));
    Line::from(Span::styled(words, theme.dim)).render(last, buffer);
    let x = last.right() - columns(&mark) as u16;
    buffer.set_string(x, last.y, mark, theme.answer);
    x
}

/// A share for the card: whole percents, but never all or nothing of what is not.
fn percent(share: f64) -> String {
    quantity::format((share * 100.0).round() / 100.0, Unit::Share)
}

/// When inference passes training, in as many words as there is room for.
fn crossing(state: &State, room: usize) -> String {
    let Some(growth) = &state.growth else { return String::new() };
    let months = state.scenario().workload.horizon_months;
    let when = growth.crossings.inference_passes_training.filter(|day| *day <= months * DAYS_PER_MONTH);
    let words = match when {
        Some(day) => {
            let month = format((day / DAYS_PER_MONTH).ceil(), Unit::Count);
            [format!("inference passes training in month {month}"), format!("passes in month {month}")]
        }
        None => [
            format!("inference never passes training within {}", format(months, Unit::Months)),
            "never passes training".to_owned(),
        ],
    };
    words.into_iter().find(|words| columns(words) <= room).unwrap_or_default()
}
