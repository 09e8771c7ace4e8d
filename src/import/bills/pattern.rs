//! Patterns of words: letters as they stand, whatever their case, and `*` for any others.

use serde::Deserialize;

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What stands between the stars; the first begins the text and the last ends it.
    parts: Vec<String>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self { parts: text.to_lowercase().split('*').map(str::to_owned).collect() }
    }

    /// It fits a text in small letters, the whole of it.
    pub(super) fn matches(&self, text: &str) -> bool {
        let [first, middle @ ..] = &self.parts[..] else { return false };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        let [middle @ .., last] = middle else { return rest.is_empty() };
        for part in middle {
            let Some(at) = rest.find(part.as_str()) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last.as_str())
    }

    /// Letters that stand in every text that it fits.
    pub(super) fn longest_part(&self) -> &str {
        self.parts.iter().max_by_key(|part| part.len()).map_or("", String::as_str)
    }
}

/// One pattern, or several of which one must fit.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn patterns(&self) -> Vec<Pattern> {
        match self {
            Self::One(text) => vec![Pattern::new(text)],
            Self::More(texts) => texts.iter().map(|text| Pattern::new(text)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_letters() {
        for (pattern, text, fits) in [
            ("*Train:*", "use1-train:ml.p4d.24xlarge", true),
            ("*-input-tokens", "use1-claude-input-tokens", true),
            ("*-input-tokens", "use1-claude-input-tokens-batch", false),
            ("amazon*", "my amazon", false),
            ("AWS", "aws", true),
            ("aws", "aws2", false),
            ("a*a", "a", false),
            ("a*b*b", "ab", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), fits, "{pattern} {text}");
        }
    }
}
