//! Errors in files, shown where they are: the line itself, a caret under the mistake, what is allowed, what was meant.

use std::fmt;
use std::ops::Range;

/// A mistake at a place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Name of the file, or of what was read instead of one.
    pub source_name: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line as it stands.
    pub line_text: String,
    /// Characters that the carets span, at least 1.
    pub width: usize,
    /// What is wrong.
    pub message: String,
    /// What is allowed, or what was perhaps meant.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic at the bytes `span` of `text`.
    #[must_use]
    pub fn at(
        source_name: &str,
        text: &str,
        span: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Self {
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        Self {
            source_name: source_name.to_owned(),
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            line_text: text[line_start..line_end].trim_end_matches('\r').to_owned(),
            width: text[start..end.min(line_end)].chars().count().max(1),
            message: message.into(),
            help,
        }
    }

    /// The diagnostic of a TOML error.
    #[must_use]
    pub fn from_toml(source_name: &str, text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        Self::at(source_name, text, span, error.message().trim(), None)
    }
}

/// The last character boundary at or before a byte.
fn floor_boundary(text: &str, mut byte: usize) -> usize {
    byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        // Tabs stay tabs, so that the caret stands under its character in any terminal.
        let indent: String = self
            .line_text
            .chars()
            .take(self.column - 1)
            .map(|character| if character == '\t' { '\t' } else { ' ' })
            .collect();
        writeln!(f, "{}", self.message)?;
        writeln!(f, "{gutter}--> {}:{}:{}", self.source_name, self.line, self.column)?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {}", self.line_text)?;
        write!(f, "{gutter} | {indent}{}", "^".repeat(self.width))?;
        if let Some(help) = &self.help {
            write!(f, "\n{gutter} = help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// The candidate nearest to a misspelt word, if one is near enough to have been meant.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let distance = edit_distance(&word, &lower);
            // What was typed as the beginning of a name was meant as its short form.
            let near = distance <= limit || (word.chars().count() >= 3 && lower.starts_with(&word));
            near.then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replace = last[j] + usize::from(a[i] != b[j]);
            let mut best = replace.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_mistake() {
        let text = "format = 1\n[serving]\nbach_size = 32\n";
        let start = text.find("bach").unwrap_or_default();
        let diagnostic =
            Diagnostic::at("demo.toml", text, start..start + 9, "unknown key `bach_size`", Some("x".into()));
        assert_eq!(
            diagnostic.to_string(),
            "unknown key `bach_size`\n --> demo.toml:3:1\n  |\n3 | bach_size = 32\n  | ^^^^^^^^^\n  = help: x"
        );
    }

    #[test]
    fn a_span_beyond_the_text_is_its_end() {
        let diagnostic = Diagnostic::at("é.toml", "é", 1..99, "x", None);
        assert_eq!((diagnostic.line, diagnostic.column), (1, 1));
    }

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let words = ["batch_size", "batching", "tensor_parallel"];
        assert_eq!(closest("bach_size", words.into_iter()), Some("batch_size"));
        assert_eq!(closest("btach_size", words.into_iter()), Some("batch_size"));
        assert_eq!(closest("tensor", words.into_iter()), Some("tensor_parallel"));
        assert_eq!(closest("colour", words.into_iter()), None);
    }
}
