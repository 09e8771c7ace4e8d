//! Errors in files, shown where they are: the line itself, a caret under the mistake, what is allowed, what was meant.

use std::fmt;
use std::ops::Range;

use crate::text::control::{one_line, visible};
use crate::text::suggest::closest;
use crate::text::wrap::{columns, fit, fit_end};

/// Columns of a line that are shown.
const MOST_SHOWN: usize = 160;
/// Columns of a quoted word that are shown.
const MOST_QUOTED: usize = 80;

/// A mistake at a place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Name of the file, or of what was read instead of one.
    pub source_name: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line itself.
    pub line_text: String,
    /// Characters that the carets span, at least 1.
    pub width: usize,
    /// What is wrong.
    pub message: String,
    /// What is allowed, or what was probably meant.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic at the bytes `span` of `text`.
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
    pub fn from_toml(source_name: &str, text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        let (message, help) = usual_slip(text, span.start).unwrap_or_else(|| explain(error.message()));
        Self::at(source_name, text, span, message, help)
    }
}

/// The two slips that a TOML parser describes in terms of its grammar: a decimal comma, and a value not yet written.
fn usual_slip(text: &str, place: usize) -> Option<(String, Option<String>)> {
    let (before, after) = text.split_at_checked(place)?;
    let digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
    let fraction =
        after.strip_prefix(',').map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or(rest));
    if let Some(fraction) = fraction
        && digit(fraction.chars().next())
        && digit(before.chars().next_back())
    {
        let whole = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        return Some((
            "decimal commas are not supported".to_owned(),
            Some(format!("write `{whole}.{fraction}`")),
        ));
    }
    let line = before.rsplit('\n').next().unwrap_or(before);
    (line.trim_end().ends_with('=') && after.lines().next().is_none_or(|rest| rest.trim().is_empty()))
        .then(|| ("a value is missing".to_owned(), None))
}

/// What is wrong, and what would be right, from the message of a TOML error.
///
/// Such a message ends with what was expected, all fields of a table if need be; the nearest of them comes first.
fn explain(message: &str) -> (String, Option<String>) {
    let message = message.trim().replace('\n', ", ").replacen("missing field", "missing key", 1);
    let Some((wrong, expected)) = message.split_once(", expected ") else {
        return (message, None);
    };
    let allowed = match expected {
        "f64" => "a number",
        "u32" => "a whole number",
        "a boolean" => "true or false",
        "a string" => "a quoted string",
        "a sequence" => "a list, or a table in double brackets",
        "a map" => "a table",
        list => list.strip_prefix("one of ").unwrap_or(list),
    };
    let unknown = wrong.strip_prefix("unknown ").and_then(|rest| rest.split('`').nth(1));
    let near = unknown.and_then(|word| closest(word, allowed.split('`').skip(1).step_by(2)));
    let help = match near {
        Some(near) => format!("did you mean `{near}`? allowed: {allowed}"),
        None => format!("allowed: {allowed}"),
    };
    let wrong =
        wrong.replacen("unknown field", "unknown key", 1).replacen("unknown variant", "unknown value", 1);
    (wrong, Some(help))
}

/// The last character boundary at or before a byte.
fn floor_boundary(text: &str, mut byte: usize) -> usize {
    byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

/// A text before and from a character on.
fn split_at_character(text: &str, index: usize) -> (&str, &str) {
    text.split_at(text.char_indices().nth(index).map_or(text.len(), |(byte, _)| byte))
}

/// A word as it is quoted: of one that fills a screen, its beginning tells enough.
pub fn quoted(word: &str) -> String {
    fit(&one_line(word), MOST_QUOTED)
}

/// A text whose long quotations are cut: of a value that fills a screen, its beginning tells enough.
fn shortened(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    let cut: Vec<String> =
        pieces.map(|(index, piece)| if index % 2 == 1 { quoted(piece) } else { visible(piece) }).collect();
    cut.join("`")
}

/// The part of a line that is shown: what stands before a mistake, the mistake itself, and what stands behind it.
fn shown(line: &str, column: usize, width: usize) -> [String; 3] {
    let (before, rest) = split_at_character(line, column - 1);
    let (wrong, after) = split_at_character(rest, width);
    let (before, wrong, after) = (visible(before), fit(&visible(wrong), MOST_SHOWN / 2), visible(after));
    let room = MOST_SHOWN.saturating_sub(columns(&wrong));
    let before = if columns(&before) > room / 2 { fit_end(&before, room / 2) } else { before };
    let after = fit(&after, room.saturating_sub(columns(&before)));
    [before, wrong, after]
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        let [before, wrong, after] = shown(&self.line_text, self.column, self.width);
        let indent = " ".repeat(columns(&before));
        let carets = "^".repeat(columns(&wrong).max(1));
        writeln!(f, "{}", shortened(&self.message))?;
        writeln!(f, "{gutter}--> {}:{}:{}", one_line(&self.source_name), self.line, self.column)?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {before}{wrong}{after}")?;
        write!(f, "{gutter} | {indent}{carets}")?;
        if let Some(help) = &self.help {
            write!(f, "\n{gutter} = help: {}", shortened(help))?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// An error where there is one line for it: its first, behind the place that a diagnostic tells in its second.
#[cfg(feature = "tui")]
pub fn in_one_line(error: &str) -> String {
    let mut lines = error.lines();
    let message = lines.next().unwrap_or_default();
    match lines.next().and_then(|line| line.trim_start().strip_prefix("--> ")) {
        Some(place) => format!("{place}: {message}"),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "tui")]
    #[test]
    fn in_one_line_a_mistake_keeps_its_place() {
        let mistake = Diagnostic::at("disk.toml", "a = 1\nb [", 8..9, "key with no value", None);
        assert_eq!(in_one_line(&mistake.to_string()), "disk.toml:2:3: key with no value");
        assert_eq!(in_one_line("cannot read x: gone\nmore"), "cannot read x: gone");
    }

    #[test]
    fn of_a_line_without_end_the_part_around_the_mistake_is_shown() {
        let text = format!("{}x{}", "a".repeat(5000), "b".repeat(5000));
        let shown = Diagnostic::at("f", &text, 5000..5001, format!("`{text}` is wrong"), None).to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.iter().all(|line| columns(line) < 200), "{shown}");
        assert!(lines[0].ends_with("…` is wrong"), "{shown}");
        assert_eq!(lines[1], " --> f:1:5001");
        let caret = lines[4].find('^').expect("a caret");
        assert_eq!(lines[3].chars().nth(caret), Some('x'));
        let all = Diagnostic::at("f", &text, 0..text.len(), "all of it", None).to_string();
        assert!(all.lines().all(|line| columns(line) < 200), "{all}");
    }
}
