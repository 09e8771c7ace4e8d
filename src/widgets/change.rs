//! How a figure differs from another: a sign, a number, a style.

use ratatui::style::Style;

use crate::text::quantity::Unit;
use crate::widgets::theme::Theme;

/// `▲ +12%`, `▼ -38%`, `= same`; shares change by points.
pub fn words(before: f64, now: f64, unit: Unit, theme: &Theme) -> (String, Style) {
    let glyphs = theme.glyphs;
    let by = if unit == Unit::Share { (now - before) * 100.0 } else { (now / before - 1.0) * 100.0 };
    let suffix = if unit == Unit::Share { " pt" } else { "%" };
    if !by.is_finite() || by.abs() < 0.05 {
        return ("= same".to_owned(), theme.dim);
    }
    let number = if by.abs() >= 1000.0 && unit != Unit::Share {
        format!("{:.0}x", now / before)
    } else if by.abs() < 9.95 {
        format!("{by:+.1}{suffix}")
    } else {
        format!("{by:+.0}{suffix}")
    };
    if by > 0.0 {
        (format!("{} {number}", glyphs.more), theme.more)
    } else {
        (format!("{} {number}", glyphs.less), theme.less)
    }
}
