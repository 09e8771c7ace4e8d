//! What moved an answer, and what would.

use crate::analysis::answer::{Answer, Better};
use crate::analysis::attribution::{Attribution, Share};
use crate::analysis::case::Case;
use crate::analysis::deck::words::words;
use crate::analysis::why::why;
use crate::export::chart::{Bar, Bars, Chart, Plot};
use crate::export::tone::Tone;
use crate::report::table::{Column, Table, WORDS, table};
use crate::text::quantity::{Unit, format};

/// Less than this share of an answer is no effect.
const NO_EFFECT: f64 = 1e-6;

/// What caused the change of an answer; `None` where nothing moved it.
pub fn causes(attribution: &Attribution, answer: Answer, before: &Case, now: &Case) -> Option<Chart> {
    let (unit, ends) = (answer.unit(), [attribution.before, attribution.after]);
    let moved = |share: &&Share| share.amount.abs() > NO_EFFECT * ends[0].abs().max(ends[1].abs());
    let shares: Vec<&Share> = attribution.shares.iter().filter(moved).collect();
    if shares.is_empty() {
        return None;
    }
    let mut running = ends[0];
    let mut rows = vec![total("before", ends[0], unit)];
    for share in &shares {
        let reach = [running, running + share.amount];
        running += share.amount;
        rows.push(Bar::new(
            cause(share, before, now),
            signed(share.amount, unit),
            reach,
            tone(share.amount, answer),
        ));
    }
    rows.push(total("now", ends[1], unit));
    let [from, to] = ends.map(|end| format(end, unit));
    let mut caption = vec![format!("{from} before, {to} now.")];
    caption.extend(why(answer, before, now).and_then(|why| why.sentence()));
    if shares.len() > 1 {
        caption.push("The shares do not depend on the order of the changes, and add up.".to_owned());
    }
    let causes = table!(shares.iter(), |share: &&Share| {
        "cause", "Cause", WORDS => cause(share, before, now);
        "amount", "Share of the change", WORDS => signed(share.amount, unit);
    });
    Some(Chart {
        title: format!("What moved the {}", answer.label()),
        caption: caption.join(" "),
        plot: Plot::Bars(Bars::new(unit, rows)),
        table: right(causes),
    })
}

fn total(label: &str, figure: f64, unit: Unit) -> Bar {
    Bar::new(label, format(figure, unit), [0.0, figure], Tone::Dim).strong()
}

/// What was changed from what to what.
fn cause(share: &Share, before: &Case, now: &Case) -> String {
    match share.changes.as_slice() {
        [only] => words(only, before, now),
        [first, rest @ ..] => format!("{} and {} more", words(first, before, now), rest.len()),
        [] => String::new(),
    }
}

fn signed(amount: f64, unit: Unit) -> String {
    format!("{}{}", if amount > 0.0 { "+" } else { "" }, format(amount, unit))
}

/// Whether more of an answer is better or worse.
pub fn tone(amount: f64, answer: Answer) -> Tone {
    match (answer.better(), amount > 0.0) {
        (Better::Neither, _) => Tone::Accent,
        (Better::Lower, false) | (Better::Higher, true) => Tone::Better,
        (Better::Lower, true) | (Better::Higher, false) => Tone::Worse,
    }
}

fn right(mut table: Table) -> Table {
    table.columns = table
        .columns
        .into_iter()
        .enumerate()
        .map(|(index, column)| match index {
            0 => column,
            _ => Column::right(column),
        })
        .collect();
    table
}
