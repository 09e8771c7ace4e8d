//! Compare: the scenario against its baseline, and what caused the difference.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::answer::Answer;
use crate::analysis::attribution::{Attribution, Share, attribute};
use crate::analysis::case::Case;
use crate::analysis::changes::{Change, changes};
use crate::analysis::range::Figures;
use crate::keymap::{Action, key_of};
use crate::report::table::{WORDS, table};
use crate::scenario::ParamId;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::views::scene::{Baseline, Choice, Content, Scene, View};
use crate::views::sheet::{Row, Sheet};
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{change, text::Text};

/// Columns to which the names of inputs are cut for the cost of training.
const NAME: usize = 9;
/// The most columns of an input's value.
const VALUE: usize = 11;
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
    help: "Compare: what changed since the baseline, and what caused it",
    open: |scene| match scene.baseline {
        Some(baseline) => Box::new(Comparison::new(baseline, scene)),
        None => Box::new(without_baseline()),
    },
};

/// What to do when there is nothing to compare with.
fn without_baseline() -> Text {
    let key = key_of(Action::Pin);
    let words = format!(
        "Press {key} to pin the current scenario; then move sliders or open another scenario, and this view shows \
         what changed and what caused it."
    );
    let mut text = Text::default();
    text.head("No baseline yet");
    text.add(Role::Base, words);
    text
}

/// Inputs that differ from the baseline, and what each caused.
#[derive(Debug)]
struct Comparison {
    changes: Vec<Change>,
    sheet: Sheet,
}

impl Comparison {
    fn new(baseline: &Baseline, scene: &Scene) -> Self {
        let (before, now, catalog) = (&baseline.case, scene.case, scene.case.catalog());
        let changes = changes(&before.scenario, &now.scenario);
        let daily = attribute(before, now, Answer::DailyCost);
        let training = attribute(before, now, Answer::TrainingCost);
        let value = |param: ParamId, case: &Case| {
            fit(&param.display(param.effective(&case.scenario, catalog), catalog), VALUE)
        };
        let table = table!(changes.iter(), |change: &Change| {
            "cause", "Cause", WORDS, screen "Cause" 0 => change.param.label;
            "from", "From", Unit::Count, screen "from" 0 => value(change.param, before);
            "to", "To", Unit::Count, screen "to" 0 => value(change.param, now);
            "daily_usd", "Cost per day", Unit::Usd, screen "a day" 0 => share_of(daily.as_ref(), change.param);
            "training_usd", "Training cost", Unit::Usd, screen "train" 1 => share_of(training.as_ref(), change.param);
        });
        let row = |_| Row { role: Role::Strong, ..Row::default() };
        Self { sheet: Sheet::new(&table, NAME, changes.iter().map(row).collect()), changes }
    }
}

impl Content for Comparison {
    fn last_row(&self, _room: Size) -> Option<usize> {
        Some(self.sheet.last_row())
    }

    fn choose(&self, row: usize, _scene: &Scene) -> Choice {
        Choice::focus(self.changes.get(row).map(|change| change.param))
    }

    /// Draws answers side by side, the inputs that differ, and the shares of the change.
    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let Some(baseline) = scene.baseline else { return };
        answers(baseline, scene, theme, area, buffer);
        let head = SHOWN.len() as u16 + 2;
        let rest = Rect { y: area.y + head, height: area.height.saturating_sub(head), ..area };
        self.sheet.draw(row, theme, rest, buffer);
        if self.changes.is_empty() {
            buffer.set_string(rest.x, rest.y + 1, "no difference from the baseline", theme.dim);
        }
    }
}

/// The answers of the baseline, of what was kept, and of the current scenario; the change where there is room for it.
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
            line.push_str(&align_right(&words, COLUMN));
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
