//! The text in which metrics are exposed (Prometheus's format 0.0.4; what OpenMetrics adds is passed over).

use std::borrow::Cow;

/// A measured value.
#[derive(Debug, PartialEq)]
pub(super) struct Sample<'a> {
    pub(super) name: &'a str,
    /// What stands between the braces.
    pub(super) labels: &'a str,
    pub(super) value: f64,
}

/// A line that is no sample.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoSample {
    /// Its number, from 1.
    pub(super) line: usize,
    pub(super) text: String,
}

/// Characters of a wrong line that are shown.
const SHOWN: usize = 60;

/// The samples of a page whose names are wanted.
pub(super) fn samples(
    text: &str,
    wanted: impl Fn(&str) -> bool,
) -> impl Iterator<Item = Result<Sample<'_>, NoSample>> {
    text.lines().enumerate().filter_map(move |(index, line)| {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let name = &line[..name_end(line)];
        match sample(line) {
            Some(_) if !wanted(name) => None,
            Some(sample) => Some(Ok(sample)),
            None => Some(Err(NoSample { line: index + 1, text: line.chars().take(SHOWN).collect() })),
        }
    })
}

fn name_end(line: &str) -> usize {
    line.find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':')))
        .unwrap_or(line.len())
}

/// Reads a line: a name, labels in braces, a value, and perhaps a time and an exemplar, which are passed over.
fn sample(line: &str) -> Option<Sample<'_>> {
    let (name, rest) = line.split_at(name_end(line));
    if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inside) => {
            let end = labels_end(inside)?;
            (&inside[..end], &inside[end + 1..])
        }
        None => ("", rest),
    };
    if !rest.starts_with([' ', '\t']) {
        return None;
    }
    let mut words = rest.split_ascii_whitespace();
    let value = number(words.next()?)?;
    // A time is a number, too.
    match words.next() {
        Some(time) if time != "#" => drop(number(time)?),
        _ => {}
    }
    Some(Sample { name, labels, value })
}

/// A number as Go writes it.
pub(super) fn number(word: &str) -> Option<f64> {
    match word {
        "NaN" => Some(f64::NAN),
        "+Inf" | "Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        _ if word
            .starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-' | '.')) =>
        {
            word.parse().ok()
        }
        _ => None,
    }
}

/// Where the brace is that closes labels, quotes aside.
fn labels_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'}' if !quoted => return Some(index),
            _ => {}
        }
    }
    None
}

/// The labels of a sample: names and values.
pub(super) fn labels(text: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (name, after) = rest.trim_start_matches([',', ' ']).split_once('=')?;
        let inside = after.trim_start().strip_prefix('"')?;
        let mut escaped = false;
        let end = inside.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        rest = &inside[end + 1..];
        Some((name.trim(), unescaped(&inside[..end])))
    })
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if text.contains('\\') {
        text.replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_read_as_engines_write_them() {
        for (line, expected) in [
            ("llamacpp:n_tokens_max 379", Some(("llamacpp:n_tokens_max", "", 379.0))),
            (r#"a{engine="0",x="}\"{"} 1.5e+06"#, Some(("a", r#"engine="0",x="}\"{""#, 1.5e6))),
            ("a{} 2 1795558156077", Some(("a", "", 2.0))),
            ("a 3 # {trace_id=\"x\"} 0.5", Some(("a", "", 3.0))),
            ("a +Inf", Some(("a", "", f64::INFINITY))),
            ("<html>", None),
            ("a", None),
            ("a{x=\"1\" 2", None),
            ("a {\"x\"} 2", None),
            ("a infinity", None),
            ("1a 2", None),
            ("a 2 yesterday", None),
        ] {
            let read = sample(line).map(|sample| (sample.name, sample.labels, sample.value));
            assert_eq!(read, expected, "{line}");
        }
        let read: Vec<_> = labels(r#"le="+Inf", model_name="a\\b\"c",engine="0""#).collect();
        assert_eq!(read, [("le", "+Inf".into()), ("model_name", "a\\b\"c".into()), ("engine", "0".into())]);
    }

    proptest! {
        #[test]
        fn any_page_is_read_or_refused(text in "(\\PC|\n|[{}=\",\\\\# 0-9a-z]){0,200}") {
            for sample in samples(&text, |_| true).flatten() {
                labels(sample.labels).for_each(drop);
            }
        }
    }
}
