//! Compare: the scenario against its baseline, and what caused the difference.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::answer::Answer;
use crate::analysis::attribution::Attribution;
use crate::analysis::range::Figures;
use crate::app::App;
use crate::app::rows::Comparison;
use crate::keymap::Action;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::fit;
use crate::tui::answers::change_words;
use crate::widgets::table;
use crate::widgets::theme::Theme;

/// Columns of a figure.
const COLUMN: usize = 8;

/// What to do when there is nothing to compare with.
pub(super) fn without_baseline(theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let lines = [
        ("No baseline yet".to_owned(), theme.heading),
        (
            format!(
                "Press {} to pin the scenario as it is now; then move sliders or open another scenario, and this view \
                 shows what changed and what caused it.",
                Action::Pin.key()
            ),
            theme.base,
        ),
    ];
    table::text(&lines, 0, theme, area, buffer);
}

/// Draws answers side by side, the inputs that differ, and the shares of the change.
pub(super) fn draw(app: &App, comparison: &Comparison, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(baseline) = &app.baseline else { return };
    let catalog = &app.world.catalog;
    // The baseline, what was kept, and the present scenario; the change where there is room for it.
    let columns: Vec<&Figures> = std::iter::once(&baseline.figures)
        .chain(app.kept.iter().map(|kept| &kept.figures))
        .chain([&app.figures])
        .collect();
    let names =
        std::iter::once("before").chain(app.kept.iter().map(|kept| kept.name.as_str())).chain(["now"]);
    let label = usize::from(area.width).saturating_sub(columns.len() * COLUMN + 8).clamp(9, 15);
    let mut heading = " ".repeat(label);
    for name in names {
        heading.push_str(&fit(&format!("{:>COLUMN$}", fit(name, COLUMN - 1)), COLUMN));
    }
    buffer.set_stringn(area.x, area.y, heading + " change", usize::from(area.width), theme.heading);
    let shown = [
        Answer::TrainingCost,
        Answer::DailyCost,
        Answer::InferenceShare,
        Answer::Ttft,
        Answer::Tpot,
        Answer::CostPerMillionTokens,
        Answer::GpusPeak,
    ];
    for (offset, answer) in shown.into_iter().enumerate() {
        let (before, now) = (baseline.figures.value(answer), app.figures.value(answer));
        let unit = answer.unit();
        let words = |value: Option<f64>| value.map_or("–".to_owned(), |value| format(value, unit));
        let (change, style) = match (before, now) {
            (Some(before), Some(now)) => change_words(before, now, unit, theme),
            _ => (String::new(), theme.base),
        };
        let y = area.y + 1 + offset as u16;
        if y >= area.bottom() {
            return;
        }
        let mut line = format!("{:<label$}", fit(answer.label(), label - 1));
        for column in &columns {
            let _ = write!(line, "{:>COLUMN$}", words(column.value(answer)));
        }
        line.push(' ');
        buffer.set_stringn(area.x, y, &line, usize::from(area.width), theme.base);
        let left = line.chars().count() as u16;
        let room = usize::from(area.width.saturating_sub(left));
        buffer.set_stringn(area.x + left, y, change, room, style);
    }
    let head = shown.len() as u16 + 2;
    let rest = Rect { y: area.y + head, height: area.height.saturating_sub(head), ..area };
    // Names get the room that the figures leave.
    let wide = area.width >= 56;
    let (name, value) = if wide { (16, 12) } else { (10, 7) };
    let inputs: Vec<_> = comparison
        .changes
        .iter()
        .map(|change| {
            let from = change.param.effective(&baseline.case.scenario, catalog);
            let to = change.param.effective(app.scenario(), catalog);
            let words = |setting| fit(&change.param.display(setting, catalog), value - 1);
            let cause = |attribution: &Option<Attribution>| share_of(attribution.as_ref(), change.param.path);
            let line = format!(
                "{:<name$}{:>value$}{:>value$}{:>9}{:>8}",
                fit(change.param.label, name - 1),
                words(from),
                words(to),
                cause(&comparison.daily),
                cause(&comparison.training)
            );
            (line, theme.answer)
        })
        .collect();
    let heading = format!("{:<name$}{:>value$}{:>value$}{:>9}{:>8}", "Cause", "from", "to", "a day", "train");
    table::list(&heading, &inputs, app.row, theme, rest, buffer);
    if inputs.is_empty() {
        buffer.set_string(rest.x, rest.y + 1, "nothing differs from the baseline", theme.dim);
    }
}

/// The share of a parameter in a change; one that moved together with others shows with the first of them.
fn share_of(attribution: Option<&Attribution>, path: &str) -> String {
    let share = attribution.and_then(|attribution| {
        attribution
            .shares
            .iter()
            .find(|share| share.changes.first().is_some_and(|change| change.param.path == path))
    });
    match share {
        Some(share) if share.amount.abs() >= 0.005 => {
            let sign = if share.amount > 0.0 { "+" } else { "" };
            format!("{sign}{}", format(share.amount, Unit::Usd))
        }
        Some(_) => "0".to_owned(),
        None => String::new(),
    }
}
