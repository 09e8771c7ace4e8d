//! JSON with places: a value is read first, and where it stands is looked up when something is wrong with it.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use crate::text::diagnostic::Diagnostic;

/// Reads a text. Its depth is limited, and control characters in words are refused. `NaN` and `Infinity`, which Python
/// writes though JSON has none, are read as empty words: whoever wants a number there finds none.
pub(super) fn parse(source_name: &str, text: &str) -> Result<Value, Diagnostic> {
    serde_json::from_str(&without_infinities(text)).map_err(|error| {
        let line_start: usize =
            text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let place = line_start + error.column().saturating_sub(1);
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        let message = match message {
            "expected value" => "this is not a JSON value",
            "recursion limit exceeded" => "too many tables within tables",
            "trailing characters" => "something follows the end of the JSON",
            other => other,
        };
        Diagnostic::at(source_name, text, place..place + 1, message, None)
    })
}

/// Where the value at a path of keys stands in a text that was read; the innermost that there is.
pub(super) fn place(text: &str, path: &[&str]) -> Range<usize> {
    let mut scan = Scan { text: text.as_bytes(), at: 0 };
    let mut place = scan.value();
    for key in path {
        let Some(inner) = Scan { text: text.as_bytes(), at: place.start }.entry(text, key) else { break };
        place = inner;
    }
    place
}

/// A text of the same length, with an empty word in place of each number that is none.
fn without_infinities(text: &str) -> Cow<'_, str> {
    if !["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
        return Cow::Borrowed(text);
    }
    let mut scan = Scan { text: text.as_bytes(), at: 0 };
    let mut replaced = text.to_owned();
    while scan.at < text.len() {
        match scan.peek() {
            b'"' => drop(scan.word()),
            b'N' | b'I' | b'-' => {
                let start = scan.at;
                scan.skip(|byte| byte == b'-' || byte.is_ascii_alphabetic());
                if ["NaN", "Infinity", "-Infinity"].contains(&&text[start..scan.at]) {
                    replaced.replace_range(start..scan.at, &format!("{:<1$}", "\"\"", scan.at - start));
                }
            }
            _ => scan.at += 1,
        }
    }
    Cow::Owned(replaced)
}

/// A walk over the bytes of sound JSON.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        while self.text.get(self.at).is_some_and(|byte| is_skipped(*byte)) {
            self.at += 1;
        }
    }

    fn blank(&mut self) {
        self.skip(|byte| byte.is_ascii_whitespace());
    }

    /// A word in quotes.
    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        self.at += 1;
        while self.at < self.text.len() && self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.text.len());
        start..self.at
    }

    /// Any value, after blanks.
    fn value(&mut self) -> Range<usize> {
        self.blank();
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                b'"' => drop(self.word()),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ if depth > 0 => self.at += 1,
                _ => self.skip(|byte| !b",]}".contains(&byte) && !byte.is_ascii_whitespace()),
            }
            if depth == 0 || self.at >= self.text.len() {
                return start..self.at.min(self.text.len());
            }
        }
    }

    /// The value of a key of the object here: of several, the last, as everybody reads them.
    fn entry(&mut self, text: &str, key: &str) -> Option<Range<usize>> {
        let mut found = None;
        if self.peek() != b'{' {
            return None;
        }
        self.at += 1;
        loop {
            self.skip(|byte| byte == b',' || byte.is_ascii_whitespace());
            if self.peek() != b'"' {
                return found;
            }
            let name = self.word();
            self.skip(|byte| byte == b':' || byte.is_ascii_whitespace());
            let value = self.value();
            if serde_json::from_str::<String>(&text[name]).is_ok_and(|name| name == key) {
                found = Some(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_where_it_stands() {
        let text = r#" {"a": 1, "b" : {"c\"}": [1, {"c": 2}], "c": -3.5e2 }, "a":"last"}"#;
        let at = |path: &[&str]| &text[place(text, path)];
        assert_eq!(at(&["a"]), "\"last\"");
        assert_eq!(at(&["b", "c"]), "-3.5e2");
        assert_eq!(at(&["b", "c\"}"]), r#"[1, {"c": 2}]"#);
        assert_eq!(at(&["b", "none"]), at(&["b"]));
        assert_eq!(at(&[]), text.trim());
    }

    #[test]
    fn python_writes_numbers_that_are_none() {
        let value =
            parse("f", "{\"a\": [-Infinity, NaN], \"b\": Infinity, \"NaN\": \"Infinity \\\" NaN\"}").unwrap();
        assert_eq!(value, serde_json::json!({"a": ["", ""], "b": "", "NaN": "Infinity \" NaN"}));
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        for (text, place, words) in [
            ("{\n  \"a\": nan\n}", (2, 9), "expected ident"),
            ("{\n  \"a\": ?\n}", (2, 8), "not a JSON value"),
            ("{\"a\": 1e999}", (1, 11), "number out of range"),
            ("{\"a\": \"\u{1}\"}", (1, 8), "control character"),
            ("{} {}", (1, 4), "follows the end"),
            ("", (1, 1), "EOF"),
            (&"[".repeat(1000), (1, 128), "too many tables"),
        ] {
            let told = parse("f", text).expect_err("no JSON");
            assert!(told.message.contains(words), "{text:.20}: {told}");
            assert_eq!((told.line, told.column), place, "{told}");
        }
    }
}
