//! Compare: the scenario against its baseline, and what caused the difference.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::answer::Answer;
use crate::analysis::attribution::{Attribution, Share, attribute};
use crate::analysis::changes::{Change, changes};
use crate::analysis::range::Figures;
use crate::keymap::{Action, Place};
use crate::scenario::ParamId;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::views::{Baseline, Choice, Content, KEYMAP, Scene, View, focus};
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{change, list, text::Text};

/// Columns of a figure.
const COLUMN: usize = 8;
/// The answers that are compared.
const SHOWN: [Answer; 7] = [
    Answer::TrainingCost,
    Answer::DailyCost,
    Answer::InferenceShare,
    Answer::Ttft,
    Answer::Tpot,
    Answer::CostPerMillionTokens,
    Answer::GpusPeak,
];

pub(super) const VIEW: View = View {
    title: "Compare",
    short_title: "Compare",
    keys: &["6"],
    help: "Compare: against the baseline, and what caused the difference",
    open: |scene| match scene.baseline {
        Some(baseline) => Box::new(Comparison::new(baseline, scene)),
        None => Box::new(without_baseline()),
    },
};

/// What to do when there is nothing to compare with.
fn without_baseline() -> Text {
    let key = KEYMAP.key(&[Place::Screen], Action::Pin);
    let words = format!(
        "Press {key} to pin the scenario as it is now; then move sliders or open another scenario, and this view shows \
         what changed and what caused it."
    );
    let mut text = Text::default();
    text.head("No baseline yet");
    text.add(Role::Base, words);
    text
}

/// Inputs that differ from the baseline, and what they caused.
#[derive(Debug)]
struct Comparison {
    causes: Vec<Cause>,
}

/// An input that differs.
#[derive(Debug)]
struct Cause {
    change: Change,
    from: String,
    to: String,
    /// What it changed of the cost of a day.
    daily: String,
    /// What it changed of the cost of training.
    training: String,
}

impl Comparison {
    fn new(baseline: &Baseline, scene: &Scene) -> Self {
        let (before, now, catalog) = (&baseline.case, scene.case, scene.case.catalog());
        let daily = attribute(before, now, Answer::DailyCost);
        let training = attribute(before, now, Answer::TrainingCost);
        let cause = |change: Change| {
            let effective =
                |scenario| change.param.display(change.param.effective(scenario, catalog), catalog);
            Cause {
                from: effective(&before.scenario),
                to: effective(&now.scenario),
                daily: share_of(daily.as_ref(), change.param),
                training: share_of(training.as_ref(), change.param),
                change,
            }
        };
        Self { causes: changes(&before.scenario, &now.scenario).into_iter().map(cause).collect() }
    }
}

impl Content for Comparison {
    fn last_row(&self, _room: Size) -> Option<usize> {
        Some(self.causes.len().saturating_sub(1))
    }

    fn choose(&self, row: usize, _scene: &Scene) -> Choice {
        focus(self.causes.get(row).map(|cause| cause.change.param))
    }

    /// Draws answers side by side, the inputs that differ, and the shares of the change.
    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let Some(baseline) = scene.baseline else { return };
        answers(baseline, scene, theme, area, buffer);
        let head = SHOWN.len() as u16 + 2;
        let rest = Rect { y: area.y + head, height: area.height.saturating_sub(head), ..area };
        // Names get the room that the figures leave.
        let (name, value) = if area.width >= 56 { (16, 12) } else { (10, 7) };
        let line = |name_words: &str, from: &str, to: &str, daily: &str, training: &str| {
            let value = |words: &str| align_right(&fit(words, value - 1), value);
            format!(
                "{}{}{}{daily:>9}{training:>8}",
                pad(&fit(name_words, name - 1), name),
                value(from),
                value(to)
            )
        };
        let rows: Vec<_> = self
            .causes
            .iter()
            .map(|cause| {
                let label = cause.change.param.label;
                (Role::Strong, line(label, &cause.from, &cause.to, &cause.daily, &cause.training))
            })
            .collect();
        let heading = line("Cause", "from", "to", "a day", "train");
        list::draw(&heading, &rows, row, theme, rest, buffer);
        if rows.is_empty() {
            buffer.set_string(rest.x, rest.y + 1, "nothing differs from the baseline", theme.dim);
        }
    }
}

/// The answers of the baseline, of what was kept, and of the scenario at hand; the change where there is room for it.
fn answers(baseline: &Baseline, scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let kept = scene.kept.iter().map(|kept| (kept.name.as_str(), &kept.figures));
    let shown: Vec<(&str, &Figures)> =
        [("before", &baseline.figures)].into_iter().chain(kept).chain([("now", scene.figures)]).collect();
    let width = usize::from(area.width);
    let label = width.saturating_sub(shown.len() * COLUMN + 8).clamp(9, 15);
    let mut heading = " ".repeat(label);
    for (name, _) in &shown {
        heading.push_str(&align_right(&fit(name, COLUMN - 1), COLUMN));
    }
    buffer.set_stringn(area.x, area.y, heading + " change", width, theme.heading);
    for (y, answer) in (area.y + 1..area.bottom()).zip(SHOWN) {
        let unit = answer.unit();
        let mut line = pad(&fit(answer.label(), label - 1), label);
        for (_, figures) in &shown {
            let words = figures.value(answer).map_or("–".to_owned(), |value| format(value, unit));
            let _ = write!(line, "{words:>COLUMN$}");
        }
        line.push(' ');
        buffer.set_stringn(area.x, y, &line, width, theme.base);
        if let (Some(before), Some(now)) = (baseline.figures.value(answer), scene.figures.value(answer)) {
            let (words, style) = change::words(before, now, unit, theme);
            let left = columns(&line);
            buffer.set_stringn(area.x + left as u16, y, words, width.saturating_sub(left), style);
        }
    }
}

/// The share of a parameter in a change; one that moved together with others shows with the first of them.
fn share_of(attribution: Option<&Attribution>, param: ParamId) -> String {
    let first = |share: &&Share| share.changes.first().is_some_and(|change| change.param == param);
    match attribution.and_then(|attribution| attribution.shares.iter().find(first)) {
        Some(share) if share.amount.abs() >= 0.005 => {
            let sign = if share.amount > 0.0 { "+" } else { "" };
            format!("{sign}{}", format(share.amount, Unit::Usd))
        }
        Some(_) => "0".to_owned(),
        None => String::new(),
    }
}
