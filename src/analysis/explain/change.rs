//! What has changed a cost: the sentence about it, and each figure behind it from what to what.

use super::Line;
use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::why::why;
use crate::text::quantity::format;

/// Why a cost is another than before, and below that the figures between; nothing where it is as it was.
pub(super) fn since(answer: Answer, before: &Case, now: &Case) -> Vec<Line> {
    let Some(why) = why(answer, before, now) else { return Vec::new() };
    let Some(sentence) = why.sentence() else { return Vec::new() };
    let [from, to] = [before, now].map(|case| answer.of(&case.outcome).unwrap_or_default());
    let [from, to] = [from, to].map(|figure| format(figure, answer.unit()));
    let head = Line::from(format!("it was {from} and is {to}. {sentence}"));
    let each = why.factors.iter().filter_map(|moved| {
        let [before, now] = [moved.before, moved.now].map(|figure| moved.factor.words(figure));
        let words = format!("{}: {before} to {now}, cost x {:.2}", moved.factor.name(), moved.ratio());
        (before != now).then(|| Line::from(words).at(1))
    });
    std::iter::once(head).chain(each).collect()
}
