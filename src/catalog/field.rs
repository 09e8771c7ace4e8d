//! Mistakes in the fields of a catalog entry: which field, what is wrong, what is allowed.

use std::collections::HashSet;
use std::ops::Range;

use crate::text::diagnostic::Diagnostic;
use crate::text::name::{ID, is_id};

/// A field whose value cannot be that of a model or an accelerator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The key as it is written.
    pub field: &'static str,
    /// What is wrong.
    pub message: String,
    /// What is allowed, or what was probably meant.
    pub help: Option<String>,
}

impl FieldError {
    /// An error at a field.
    pub(super) fn new(field: &'static str, message: impl Into<String>, help: Option<String>) -> Self {
        Self { field, message: message.into(), help }
    }

    /// The error shown at its field within the entry that begins at `entry.start`.
    pub fn at(&self, source_name: &str, text: &str, entry: Range<usize>) -> Diagnostic {
        let span = value_span(text, entry.start, self.field).unwrap_or(entry);
        Diagnostic::at(source_name, text, span, self.message.clone(), self.help.clone())
    }
}

impl From<FieldError> for String {
    fn from(error: FieldError) -> Self {
        match error.help {
            Some(help) => format!("{} ({help})", error.message),
            None => error.message,
        }
    }
}

/// Checks that a number, where there is one, lies within bounds.
///
/// # Errors
///
/// A [`FieldError`] that names the bounds.
pub(super) fn within(
    field: &'static str,
    value: Option<f64>,
    least: f64,
    most: f64,
) -> Result<(), FieldError> {
    match value {
        Some(value) if !(least..=most).contains(&value) => {
            let help = format!("allowed: {least} to {most}");
            Err(FieldError::new(field, format!("`{field}` cannot be {value}"), Some(help)))
        }
        _ => Ok(()),
    }
}

/// Checks that an id can be named wherever ids are and is unique in its file.
///
/// # Errors
///
/// A [`FieldError`] at `id`.
pub(super) fn usable_id(id: &str, seen: &mut HashSet<String>) -> Result<(), FieldError> {
    plain_id(id)?;
    if !seen.insert(id.to_owned()) {
        return Err(FieldError::new("id", format!("`{id}` appears twice in this file"), None));
    }
    Ok(())
}

/// Checks that an id can be named wherever ids are.
///
/// # Errors
///
/// A [`FieldError`] at `id`.
pub(super) fn plain_id(id: &str) -> Result<(), FieldError> {
    if !is_id(id) {
        let help = format!("allowed: {ID}");
        return Err(FieldError::new("id", format!("`{id}` is not a valid id"), Some(help)));
    }
    Ok(())
}

/// The bytes of the value of `field` in the entry of a TOML file that begins at `start`.
fn value_span(text: &str, start: usize, field: &str) -> Option<Range<usize>> {
    let mut begin = start;
    for (number, line) in text[start..].split_inclusive('\n').enumerate() {
        // Tables inside the entry have a dot in their name.
        if number > 0 && line.starts_with('[') && (line.starts_with("[[") || !line.contains('.')) {
            return None;
        }
        if let Some((key, value)) = line.split_once('=')
            && key.trim() == field
        {
            let value_start = begin + key.len() + 1 + (value.len() - value.trim_start().len());
            let value = value.split(" #").next().unwrap_or(value).trim();
            return Some(value_start..value_start + value.len());
        }
        begin += line.len();
    }
    None
}
