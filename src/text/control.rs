//! Characters that a terminal obeys instead of showing them.

use std::path::Path;

/// A terminal would obey it: a control character but for line ends and tabs, or a mark that ends a line, turns the direction
/// of writing or has no width.
pub fn is_obeyed(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => true,
        _ => character.is_control(),
    }
}

/// A text whose tabs are four spaces and whose characters that a terminal would obey are pictures.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => shown.push_str("    "),
            '\x7f' => shown.push('␡'),
            _ if !is_obeyed(character) => shown.push(character),
            '\0'..='\x1f' => shown.extend(char::from_u32(0x2400 + u32::from(character))),
            _ => shown.push(char::REPLACEMENT_CHARACTER),
        }
    }
    shown
}

/// The same in one line: line ends and other room between words are single spaces.
pub fn one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The name of a file in one line.
pub fn shown(path: &Path) -> String {
    one_line(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_becomes_a_picture() {
        assert_eq!(visible("a\u{1b}]52;c;eA==\u{7}\n\tb\u{7f}"), "a␛]52;c;eA==␇\n    b␡");
        assert_eq!(visible("\u{9b}31m\u{202e}x\u{2066}"), "\u{fffd}31m\u{fffd}x\u{fffd}");
        assert_eq!(visible("a\u{2028}b\u{200b}c\u{200f}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
        assert_eq!(one_line(" two\r\nlines\u{1b} "), "two lines␛");
    }

    #[test]
    fn words_of_any_language_stay() {
        let words = "Größe 模型 🙂 e\u{301} \u{200d}";
        assert_eq!(visible(words), words);
    }
}
