//! Texts measured, cut, padded and broken in columns of a terminal, of which a wide character takes two.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns that a text takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// At most `width` columns, the last an ellipsis where something was cut.
#[must_use]
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

/// A text with spaces behind it, exactly `width` columns: what is longer is cut.
#[must_use]
pub fn pad(text: &str, width: usize) -> String {
    let text = fit(text, width);
    let gap = width.saturating_sub(columns(&text));
    text + &" ".repeat(gap)
}

/// A text with spaces before it, exactly `width` columns: what is longer is cut.
#[must_use]
pub fn align_right(text: &str, width: usize) -> String {
    let text = fit(text, width);
    " ".repeat(width.saturating_sub(columns(&text))) + &text
}

/// A text broken at spaces; a word longer than `width` columns stands alone.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(fit("tensor", 6), "tensor");
        assert_eq!(fit("tensors", 6), "tenso…");
        assert_eq!(fit("x", 0), "");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(columns("客服"), 4);
        assert_eq!(fit("客服聊天", 8), "客服聊天");
        assert_eq!(fit("客服聊天", 7), "客服聊…");
        assert_eq!(fit("客服聊天", 6), "客服…");
        assert_eq!(pad("客服聊天", 6), "客服… ");
        assert_eq!(align_right("客服", 6), "  客服");
        assert_eq!(wrapped("客服 聊天 x", 6), ["客服", "聊天 x"]);
    }

    #[test]
    fn padding_fills_the_width_and_no_more() {
        assert_eq!(pad("gpu", 5), "gpu  ");
        assert_eq!(align_right("gpu", 5), "  gpu");
        assert_eq!(pad("tensors", 6), "tenso…");
        assert_eq!(pad("x", 0), "");
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_stand_alone() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a incomprehensible b", 5), ["a", "incomprehensible", "b"]);
        assert_eq!(wrapped("two-word words", 8), ["two-word", "words"]);
        assert_eq!(wrapped("", 5), [""]);
    }
}
