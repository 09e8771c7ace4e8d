//! What is copied to the clipboard: the figures with their ranges, the change and its causes, and the one command line that
//! reproduces the screen.

use std::fmt::Write as _;

use crate::analysis::answer::Answer;
use crate::analysis::attribution::attribute;
use crate::analysis::changes::changes;
use crate::analysis::why::why;
use crate::app::state::State;
use crate::text::quantity::{Unit, format};

/// The answers that are told, by the words for them.
const TOLD: [(&str, Answer); 5] = [
    ("training, once", Answer::TrainingCost),
    ("inference, per day", Answer::DailyCost),
    ("inference's share of all spending", Answer::InferenceShare),
    ("time to first token", Answer::Ttft),
    ("time per output token", Answer::Tpot),
];
/// The answers whose change is explained, by the words for it.
const EXPLAINED: [(&str, Answer); 2] =
    [("a day of inference", Answer::DailyCost), ("training", Answer::TrainingCost)];
/// Signs that a shell leaves as they are.
const PLAIN: &str = "-_./:=+,@%";

impl State {
    /// Everything worth pasting into a chat, in a few lines.
    pub(super) fn summary(&self) -> String {
        let mut text = format!("{}\n", self.document.name);
        for (label, answer) in TOLD {
            let Some(range) = self.figures.range(answer) else { continue };
            let [value, low, high] =
                [range.value, range.low, range.high].map(|figure| format(figure, answer.unit()));
            let _ = write!(text, "{label}: {value} (80% range {low} to {high})");
            let before = self.compared().figures.value(answer).filter(|before| *before != range.value);
            if let Some(before) = before {
                let _ = write!(text, ", was {}", format(before, answer.unit()));
            }
            text.push('\n');
        }
        text.push_str(&self.causes());
        text.push_str(&self.command());
        text.push('\n');
        text
    }

    /// What was changed, and what each change did to the cost of a day.
    fn causes(&self) -> String {
        let (before, catalog) = (self.compared(), self.case.catalog());
        let shares = attribute(&before.case, &self.case, Answer::DailyCost);
        let mut text = String::new();
        for change in changes(&before.case.scenario, &self.case.scenario) {
            let [from, to] = [&before.case.scenario, &self.case.scenario]
                .map(|scenario| change.param.display(change.param.effective(scenario, catalog), catalog));
            let _ = write!(text, "- {}: {from} to {to}", change.param.label);
            let share = shares.as_ref().and_then(|shares| {
                shares
                    .shares
                    .iter()
                    .find(|share| share.changes.first().is_some_and(|one| one.param == change.param))
            });
            if let Some(share) = share.filter(|share| share.amount.abs() >= 0.005) {
                let sign = if share.amount > 0.0 { '+' } else { '-' };
                let _ = write!(text, " ({sign}{} a day)", format(share.amount.abs(), Unit::Usd));
            }
            text.push('\n');
        }
        for (words, answer) in EXPLAINED {
            let Some(sentence) = why(answer, &before.case, &self.case).and_then(|why| why.sentence()) else {
                continue;
            };
            let [was, is] = [&before.case, &self.case].map(|case| answer.of(&case.outcome));
            let by = if is > was { "more" } else { "less" };
            let _ = writeln!(text, "why {words} costs {by}: {sentence}");
        }
        text
    }

    /// The command line that opens what is shown.
    fn command(&self) -> String {
        let mut words = vec!["whatif".to_owned(), self.opened_by().unwrap_or_else(|| "-".to_owned())];
        for change in changes(&self.preset, &self.document.scenario) {
            words.push("--set".to_owned());
            words.push(format!(
                "{}={}",
                change.param.path,
                change.param.written(change.to, self.case.catalog())
            ));
        }
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    if word.chars().all(|sign| sign.is_ascii_alphanumeric() || PLAIN.contains(sign)) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
