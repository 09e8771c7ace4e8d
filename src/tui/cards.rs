//! The three answers: training once, inference per day, the split. Always on screen, always in the same place.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;
use ratatui_core::text::Line;

use crate::analysis::answer::Answer;
use crate::analysis::findings::{Finding, Topic, no_such_layout, no_such_model};
use crate::analysis::growth::{NOT_REACHED, beyond};
use crate::analysis::published::{Published, published};
use crate::analysis::range::Range;
use crate::app::state::State;
use crate::catalog::records::ClaimBasis;
use crate::engine::horizon::CLAIMED_INFERENCE_SHARE;
use crate::engine::money::DAYS_PER_MONTH;
use crate::engine::outcome::ServingRefusal;
use crate::rank;
use crate::text::quantity::{self, Unit, count_of, format};
use crate::text::wrap::{align_right, columns};
use crate::widgets::glyphs::Glyph;
use crate::widgets::theme::Theme;
use crate::widgets::{change, digits, frame, glyphs, stack, track};

/// What the track of an answer is.
const RANGE: &str = "80% range";
/// The columns that a change of a sum usually takes: a figure keeps its size when one appears beside it.
const LEAST_BESIDE: usize = 11;

/// The sign of what was published of another total.
const ELSE: &str = glyphs::PUBLISHED_ELSE;
/// Columns between a large figure and what it is made of.
const GAP: u16 = 3;

/// Draws the three cards. They are large where their rows allow it.
pub fn draw(state: &State, theme: &Theme, [training, inference, split]: [Rect; 3], buffer: &mut Buffer) {
    let outcome = &state.case.outcome;
    let cannot_be = || outcome.fault.map(no_such_model);
    let training_refusal = cannot_be().or_else(|| {
        let run = &outcome.training.run;
        let least = || format!("does not fit: needs {}", count_of(run.min_gpus_to_fit, "GPU"));
        run.fault.map(no_such_layout).or_else(|| (!run.fits).then(least))
    });
    let refused = || state.findings.iter().find(|finding| finding.topic == Topic::ServingDoesNotFit);
    let misfit =
        |finding: &Finding| format!("does not fit: {}", finding.remedy.as_deref().unwrap_or(&finding.text));
    let no_layout = match outcome.serving {
        Err(ServingRefusal::NoSuchLayout(fault)) => Some(no_such_layout(fault)),
        _ => None,
    };
    let serving_refusal = cannot_be().or(no_layout).or_else(|| refused().map(misfit));
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
    match outcome.split().and_then(|split| split.training_share()) {
        Some(share) => shares(state, share, theme, room, buffer),
        None => crate::widgets::text::paragraph("no split: a cost is missing", theme.dim, room, buffer),
    }
}

fn card(title: &str, style: Style, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let title = Line::styled(format!(" {title} "), style.patch(Style::new().bold()));
    frame::panel(&title, false, theme, area, buffer)
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
    let figures = [value.clone(), compact(range.value, unit)];
    let large = |beside: usize| {
        let room = room.width.saturating_sub(beside as u16 + 1);
        let fits = |value: &&String| digits::width(value, theme.ascii).is_some_and(|needed| needed <= room);
        figures.iter().find(|value| is_large && fits(value))
    };
    let beside = columns(&chip).max(columns(&was)).max(LEAST_BESIDE);
    // Rather a large figure than what it was.
    let (was, large) = large(beside).map_or_else(
        || large(columns(&chip)).map_or((was.as_str(), None), |value| ("", Some(value))),
        |value| (was.as_str(), Some(value)),
    );
    let beside = beside as u16 + 1;
    if let Some(large) = large {
        digits::draw(large, theme, Rect { height: digits::HEIGHT, ..room }, buffer);
        let used = digits::width(large, theme.ascii).unwrap_or(room.width) + GAP;
        let width = room.width.saturating_sub(used + beside);
        parts(&parts_of(state, answer), theme, Rect { x: room.x + used, width, ..room }, buffer);
    } else {
        let y = if is_large { room.y + 1 } else { room.y };
        buffer.set_stringn(room.x, y, &value, width, theme.answer);
    }
    buffer.set_string(room.right() - columns(&chip).min(width) as u16, room.y, &chip, style);
    if is_large {
        buffer.set_string(room.right() - columns(was).min(width) as u16, room.y + 1, was, theme.dim);
        // What large figures leave out.
        if large.is_some_and(|large| *large != value) {
            let words = if was.is_empty() { value.clone() } else { format!("now {value}") };
            let words = if columns(&words) < usize::from(beside) { words } else { value.clone() };
            buffer.set_string(room.right() - columns(&words) as u16, room.y + 2, &words, theme.base);
        }
    }
    let about = published_of(state, answer);
    // The border below says what the marks on the track are, and what was published of other totals.
    let width = usize::from(room.width) + 2;
    let words = wordings(&about, unit).into_iter().map(|words| (words, theme.heading.not_bold()));
    let mut words = words.chain(uncounted(state, answer).into_iter().map(|words| (words, theme.dim)));
    let (words, style) = words.find(|(words, _)| columns(words) < width).unwrap_or_default();
    if !words.is_empty() {
        let words = if columns(&words) + 2 <= width { format!(" {words} ") } else { format!(" {words}") };
        let x = room.right() + 1 - columns(&words) as u16;
        buffer.set_string(x, room.bottom(), words, style);
    }
    // A figure of another total has a mark where its sign is explained.
    let marks = about.iter().map(|published| (middle(published), sign(published)));
    let marks: Vec<_> =
        marks.filter(|(_, sign)| *sign == glyphs::PUBLISHED || words.contains(sign)).collect();
    let line = Rect { y: room.bottom() - 2, height: 1, ..room };
    if let Some(places) = track::draw([range.low, range.value, range.high], &marks, theme, line, buffer) {
        let ends = [range.low, range.high].map(|end| format(end, unit));
        labels(&ends, places, theme, Rect { y: line.y + 1, ..line }, buffer);
    }
}

/// The sign of a published figure: it means the figure of its card, or another total.
fn sign(published: &Published) -> Glyph {
    match published.basis {
        None | Some(ClaimBasis::Programme) => glyphs::PUBLISHED,
        Some(_) => glyphs::PUBLISHED_ELSE,
    }
}

/// Words and figures below each other, where all of them have room.
fn parts(parts: &[(&str, String)], theme: &Theme, room: Rect, buffer: &mut Buffer) {
    let label = parts.iter().map(|(label, _)| columns(label)).max().unwrap_or(0);
    let value = parts.iter().map(|(_, value)| columns(value)).max().unwrap_or(0);
    if label + 2 + value > usize::from(room.width) {
        return;
    }
    for (y, (label_words, words)) in (room.y..).zip(parts) {
        buffer.set_string(room.x, y, label_words, theme.dim);
        buffer.set_string(room.x + label as u16 + 2, y, align_right(words, value), theme.base);
    }
}

/// What a sum is made of, or comes to.
fn parts_of(state: &State, answer: Answer) -> Vec<(&'static str, String)> {
    let outcome = &state.case.outcome;
    match (answer, &outcome.training.bill, &outcome.serving) {
        (Answer::TrainingCost, Some(bill), _) => vec![
            ("final run", format(bill.final_run_usd, Unit::Usd)),
            ("all compute", format(bill.compute_usd, Unit::Usd)),
            ("people", format(outcome.training.people_usd, Unit::Usd)),
        ],
        (Answer::DailyCost, _, Ok(serving)) => {
            let usd = |answer: Answer| state.figures.words(answer);
            vec![
                ("a month", usd(Answer::MonthlyCost)),
                ("1M tokens", usd(Answer::CostPerMillionTokens)),
                ("GPUs at peak", format(serving.day.gpus_peak, Unit::Count)),
            ]
        }
        _ => Vec::new(),
    }
}

/// What a day costs beside its figure: the people, in fewer and fewer words.
fn uncounted(state: &State, answer: Answer) -> Vec<String> {
    match &state.case.outcome.serving {
        Ok(serving) if answer == Answer::DailyCost && serving.people_usd_per_day > 0.0 => {
            let people = format!("+ {} people", format(serving.people_usd_per_day, Unit::Usd));
            vec![format!("{people}, not included"), people]
        }
        _ => Vec::new(),
    }
}

/// Writes both ends of a range under their brackets, and between them which range it is.
fn labels(ends: &[String; 2], places: [u16; 2], theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let [low, high] = ends.each_ref().map(|end| columns(end) as u16);
    let last = line.right().saturating_sub(high).max(line.x);
    // Each begins or stops under its bracket, and moves out of the way of the other.
    let short_of = (places[0] + low + 1).saturating_sub((places[1] + 1).saturating_sub(high));
    let high_x = (places[1] + 1 + short_of.div_ceil(2)).saturating_sub(high).clamp(line.x, last);
    let low_x = places[0].min(high_x.saturating_sub(low + 1)).max(line.x);
    let high_x = high_x.max(low_x + low + 1);
    for (x, words) in [low_x, high_x].into_iter().zip(ends) {
        buffer.set_stringn(x, line.y, words, usize::from(line.right().saturating_sub(x)), theme.dim);
    }
    let (start, end) = (low_x + low + 1, high_x.saturating_sub(1));
    let width = columns(RANGE) as u16;
    if end >= start + width {
        buffer.set_string(u16::midpoint(start, end - width), line.y, RANGE, theme.dim);
    }
}

/// A sum of ten thousand and more in three digits, `$40.6k`; other figures as they are.
pub(super) fn compact(value: f64, unit: Unit) -> String {
    if unit == Unit::Usd && (1e4..1e6).contains(&value) {
        let places = usize::from(value < 99_950.0);
        format!("${:.places$}k", value / 1e3)
    } else {
        format(value, unit)
    }
}

/// What was published about an answer of what is shown.
fn published_of(state: &State, answer: Answer) -> Vec<Published> {
    let about = |published: &Published| published.answer() == Some(answer);
    let mut rows = published(&state.case, state.scene().id, &state.figures);
    rows.retain(about);
    rank::rising(&mut rows, middle);
    rows
}

/// A published figure, or the middle of a published span, by ratio.
fn middle(published: &Published) -> f64 {
    published.high.map_or(published.value, |high| (published.value * high).sqrt())
}

/// Published figures in words, with the signs of their marks, in fewer and fewer: at last how many there are. Those of another
/// total come with its name and what it is here.
fn wordings(published: &[Published], unit: Unit) -> Vec<String> {
    let [mut itself, mut run, mut compute, mut unstated] = [const { Vec::new() }; 4];
    for published in published {
        match published.basis {
            None | Some(ClaimBasis::Programme) => itself.push(published),
            Some(ClaimBasis::FinalRun | ClaimBasis::DepreciatedHardware) => run.push(published),
            Some(ClaimBasis::Compute) => compute.push(published),
            Some(ClaimBasis::NotStated) => unstated.push(published),
        }
    }
    let here = |total: &[&Published]| {
        let meant = total.iter().find(|one| one.basis != Some(ClaimBasis::DepreciatedHardware));
        let derived = meant.or(total.first()).and_then(|published| published.derived());
        derived.map_or(String::new(), |derived| format(derived, unit))
    };
    let mut whole: Vec<String> = Vec::new();
    if !itself.is_empty() {
        whole.push(format!("{} published {}", glyphs::PUBLISHED, span(&itself, unit)));
    }
    for (name, total) in [("run", &run), ("compute", &compute)] {
        if !total.is_empty() {
            whole.push(format!("{name} {} {ELSE} published {}", here(total), span(total, unit)));
        }
    }
    if !unstated.is_empty() {
        whole.push(format!("{ELSE} published {} of a total not stated", span(&unstated, unit)));
    }
    // Of several totals, from the least to the most; at last how many there are.
    let all: Vec<&Published> = published.iter().collect();
    let spanned = format!("{ELSE} published {}", span(&all, unit));
    // With the first of the totals that they may mean, and in the least room.
    let beside = [("run", &run), ("compute", &compute)].into_iter().find(|(_, total)| !total.is_empty());
    let beside = beside.map(|(name, total)| format!("{name} {} {spanned}", here(total)));
    let short = spanned.replace(" to ", "-");
    let are_of_others = itself.is_empty() && !whole.is_empty();
    let spanned = are_of_others.then(|| beside.into_iter().chain([spanned, short])).into_iter().flatten();
    let counted = (!published.is_empty()).then(|| format!("{} published", published.len()));
    let dot = format!(" {} ", glyphs::DOT);
    // What stands on the track alone rather than figures of all kinds.
    let alone = (!itself.is_empty()).then(|| whole[0].clone());
    let joined = (!whole.is_empty()).then(|| whole.join(&dot));
    joined.into_iter().chain(alone).chain(spanned).chain(counted).collect()
}

/// From the least to the most that was published.
fn span(published: &[&Published], unit: Unit) -> String {
    let [low, high] = [f64::min as fn(f64, f64) -> f64, f64::max].map(|pick| {
        let ends = published.iter().flat_map(|one| [one.value, one.high.unwrap_or(one.value)]);
        let end = ends.reduce(pick).unwrap_or_default();
        let is_least = published.iter().any(|one| one.is_least && one.value == end);
        format!("{}{}", format(end, unit), if is_least { "+" } else { "" })
    });
    if low == high { low } else { format!("{low} to {high}") }
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
fn shares(state: &State, share: f64, theme: &Theme, room: Rect, buffer: &mut Buffer) {
    let is_large = room.height >= 5;
    let width = usize::from(room.width);
    let cells = room.width;
    let training = (share * f64::from(cells)).round() as u16;
    let mark = ((1.0 - CLAIMED_INFERENCE_SHARE) * f64::from(cells)).round() as u16;
    let (top, rows) = if is_large { (room.y + 1, 2) } else { (room.y, 1) };
    for y in top..top + rows {
        for cell in 0..cells {
            let (glyph, style) = if cell == mark {
                (glyphs::MARK, theme.answer)
            } else if cell < training {
                stack::sign((glyphs::TRAINING, theme.training), theme)
            } else {
                (glyphs::INFERENCE, theme.inference)
            };
            buffer.set_string(room.x + cell, y, glyph, style);
        }
    }
    let words = [format!("training {}", percent(share)), format!("inference {}", percent(1.0 - share))];
    // The change is inference's: it stands behind its share.
    let (chip, style) = change(state, Answer::InferenceShare, theme).unwrap_or_default();
    let chip = if chip.is_empty() { chip } else { format!(" {chip}") };
    let inference = columns(&words[1]) + columns(&chip);
    buffer.set_stringn(room.x, top + rows, &words[0], width, theme.training);
    let is_one_line = is_large && columns(&words[0]) + 1 + inference <= width;
    let (x, y) =
        if is_one_line { (room.right() - inference as u16, top + rows) } else { (room.x, top + rows + 1) };
    let (end, _) = buffer.set_stringn(x, y, &words[1], width, theme.inference);
    buffer.set_stringn(end, y, chip, usize::from(room.right().saturating_sub(end)), style);
    // In a large card the mark goes on above the bar, where it is named; in a small one the border below names its sign.
    let named = ["claim: 80% inference", "80% claim"].map(|words| format!("{} {words}", glyphs::MARK));
    let last = room.bottom() - 1;
    let left = if is_large { width - usize::from(mark) } else { width };
    if let Some(words) = named.iter().find(|words| columns(words) <= left) {
        let at = if is_large { (room.x + mark, room.y) } else { (room.x - 1, room.bottom()) };
        let words = if is_large { words.clone() } else { format!(" {words} ") };
        buffer.set_string(at.0, at.1, words, theme.answer);
    }
    let used = if is_one_line || y < last { 0 } else { inference + 2 };
    let words = crossing(state, width.saturating_sub(used));
    let x = if used > 0 { room.right() - columns(&words) as u16 } else { room.x };
    buffer.set_string(x, last, words, theme.dim);
}

/// A share for the card: whole percents, but never all or nothing of what is not.
fn percent(share: f64) -> String {
    quantity::format((share * 100.0).round() / 100.0, Unit::Share)
}

/// When inference passes training, in as many words as there is room for.
fn crossing(state: &State, room: usize) -> String {
    let Some(growth) = &state.growth else { return String::new() };
    let months = state.scenario().workload.horizon_months;
    let words = match growth.crossings.inference_passes_training {
        Some(day) => {
            let month = format((day / DAYS_PER_MONTH).ceil().max(1.0), Unit::Count);
            let beyond = beyond(day, months);
            let short = format!("passes training: month {month}");
            vec![
                format!("inference passes training in month {month}{beyond}"),
                format!("{short}{beyond}"),
                short,
            ]
        }
        None => vec![format!("inference passes training {NOT_REACHED}"), NOT_REACHED.to_owned()],
    };
    words.into_iter().find(|words| columns(words) <= room).unwrap_or_default()
}
