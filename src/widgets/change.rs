//! How a figure differs from another: a sign, a number, a style.

use ratatui_core::style::Style;

use crate::analysis::answer::Better;
use crate::text::quantity::{Unit, format};
use crate::widgets::glyphs;
use crate::widgets::theme::Theme;

/// `▲ 12%`, `▼ 38%`, `= same`; shares change by points. The sign says which way, the style whether that is better.
pub fn words(before: f64, now: f64, unit: Unit, better: Better, theme: &Theme) -> (String, Style) {
    let by = if unit == Unit::Share { (now - before) * 100.0 } else { (now / before - 1.0) * 100.0 };
    let suffix = if unit == Unit::Share { " pt" } else { "%" };
    if !by.is_finite() || by.abs() < 0.05 {
        return ("= same".to_owned(), theme.dim);
    }
    let size = by.abs();
    let number = if size >= 1000.0 && unit != Unit::Share {
        format!("{}x", format(now / before, Unit::Count))
    } else if size < 9.95 {
        format!("{size:.1}{suffix}")
    } else {
        format!("{size:.0}{suffix}")
    };
    let style = match (better, by > 0.0) {
        (Better::Neither, _) => theme.base,
        (Better::Lower, false) | (Better::Higher, true) => theme.better,
        (Better::Lower, true) | (Better::Higher, false) => theme.worse,
    };
    (format!("{} {number}", if by > 0.0 { glyphs::MORE } else { glyphs::LESS }), style)
}
