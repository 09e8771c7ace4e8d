//! Texts in TOML: read with the places of what they hold, and refused where a terminal would obey it.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::control::is_obeyed;
use crate::text::diagnostic::Diagnostic;

/// The table that a text is.
///
/// # Errors
///
/// Where it is no TOML, or a word in it has a character that a terminal would obey.
pub fn table<'a>(source_name: &str, text: &'a str) -> Result<Spanned<DeTable<'a>>, Diagnostic> {
    let table = DeTable::parse(text).map_err(|error| Diagnostic::from_toml(source_name, text, &error))?;
    match obeyed_in(table.get_ref()) {
        Some(span) => {
            let help = "allowed: letters, digits, signs and line ends".to_owned();
            Err(Diagnostic::at(source_name, text, span, "this text has control characters", Some(help)))
        }
        None => Ok(table),
    }
}

/// The first key or word with such a character.
fn obeyed_in(table: &DeTable<'_>) -> Option<Range<usize>> {
    table.iter().find_map(|(key, value)| {
        let in_key = key.get_ref().contains(is_obeyed).then(|| key.span());
        in_key.or_else(|| obeyed_at(value))
    })
}

fn obeyed_at(value: &Spanned<DeValue<'_>>) -> Option<Range<usize>> {
    match value.get_ref() {
        DeValue::String(words) => words.contains(is_obeyed).then(|| value.span()),
        DeValue::Array(values) => values.iter().find_map(obeyed_at),
        DeValue::Table(table) => obeyed_in(table),
        _ => None,
    }
}
