//! Texts measured, cut, padded and broken in columns of a terminal, of which a wide character takes two.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns that a text takes.
pub fn columns(text: &str) -> usize {
    // Most texts are ASCII, of which each character takes a column.
    if text.is_ascii() { text.len() } else { text.width() }
}

/// At most `width` columns, the last an ellipsis where something was cut.
pub fn fit(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let Some(room) = width.checked_sub(1) else { return String::new() };
    let mut used = 0;
    let whole = |character: &char| {
        used += character.width().unwrap_or(0);
        used <= room
    };
    text.chars().take_while(whole).chain(['…']).collect()
}

/// At most `width` columns at the end of a text, the first an ellipsis where something was cut.
pub fn fit_end(text: &str, width: usize) -> String {
    let reversed: String = text.chars().rev().collect();
    fit(&reversed, width).chars().rev().collect()
}

/// At most `width` columns of a text's beginning and its end, with an ellipsis between them where something was cut.
pub fn fit_middle(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let beginning = fit(text, width.div_ceil(2));
    let end = fit_end(text, (width + 1).saturating_sub(columns(&beginning)));
    beginning + end.strip_prefix('…').unwrap_or(&end)
}

/// At most `width` columns, of which the longest word, as of a path, gives its middle first: what is said of it stays whole.
pub fn fit_longest(text: &str, width: usize) -> String {
    /// Columns that are left of the word.
    const LEAST: usize = 12;
    let longest = text.split(' ').max_by_key(|word| columns(word)).unwrap_or_default();
    let over = columns(text).saturating_sub(width);
    let cut = fit_middle(longest, columns(longest).saturating_sub(over).max(LEAST));
    fit_middle(&text.replacen(longest, &cut, 1), width)
}

/// A text with spaces behind it, exactly `width` columns: what is longer is cut.
pub fn pad(text: &str, width: usize) -> String {
    let text = fit(text, width);
    let gap = width.saturating_sub(columns(&text));
    text + &" ".repeat(gap)
}

/// A text with spaces before it, exactly `width` columns: what is longer is cut.
pub fn align_right(text: &str, width: usize) -> String {
    let text = fit(text, width);
    " ".repeat(width.saturating_sub(columns(&text))) + &text
}

/// A text broken at spaces; a word longer than `width` columns gets a line of its own.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split_whitespace() {
        let needed = columns(word);
        if !line.is_empty() && used + 1 + needed > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += needed;
    }
    lines.push(line);
    lines
}
