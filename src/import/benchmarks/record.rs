//! A record of a foreign table or object, whose numbers are read by name.

use serde_json::Value;

use crate::import::json::place;
use crate::text::diagnostic::Diagnostic;

/// Numbers beyond this are none that a benchmark has.
const MOST: f64 = 1e15;

/// An object, or a row of a table.
pub(super) struct Record<'a> {
    /// What it is called in errors.
    pub(super) place: String,
    text: &'a str,
    fields: Fields<'a>,
}

enum Fields<'a> {
    /// An object; `placed` where the text is its own.
    Object { value: &'a Value, placed: bool },
    /// A row by the headings of its table.
    Row { headings: &'a [String], cells: &'a [String], line: usize },
}

impl<'a> Record<'a> {
    /// The object that is a whole text.
    pub(super) fn of_json(place: &str, text: &'a str, value: &'a Value) -> Self {
        Self { place: place.to_owned(), text, fields: Fields::Object { value, placed: true } }
    }

    /// An object within a text.
    pub(super) fn of_part(place: &str, text: &'a str, value: &'a Value) -> Self {
        Self { place: place.to_owned(), text, fields: Fields::Object { value, placed: false } }
    }

    /// The record has something by this name. A dot leads into an object.
    pub(super) fn has(&self, name: &str) -> bool {
        self.word(name).is_some()
    }

    /// What stands there, as a word.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        match &self.fields {
            Fields::Object { value, .. } => {
                let found = name.split('.').try_fold(*value, |value, key| match value {
                    Value::Array(each) => each.get(key.parse::<usize>().ok()?),
                    value => value.get(key),
                })?;
                match found {
                    Value::Null => None,
                    Value::String(word) => Some(word.clone()),
                    other => Some(other.to_string()),
                }
            }
            Fields::Row { headings, cells, .. } => {
                let column = headings.iter().position(|heading| heading == name)?;
                cells.get(column).filter(|cell| !cell.is_empty()).cloned()
            }
        }
    }

    /// A number that is not negative; `None` where there is none.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, Diagnostic> {
        let Some(word) = self.word(name) else { return Ok(None) };
        match word.trim().parse::<f64>() {
            Ok(number) if (0.0..=MOST).contains(&number) => Ok(Some(number)),
            // As NaN and Infinity are read.
            _ if word.is_empty() => Err(self.error(name, format!("`{name}` is no number"), None)),
            _ => Err(self.error(
                name,
                format!("`{name}` cannot be {word:.40}"),
                Some("allowed: a number from 0 on"),
            )),
        }
    }

    /// Standard deviation over mean of a list of numbers; `None` where there is none.
    pub(super) fn spread_of(&self, name: &str) -> Option<f64> {
        let Fields::Object { value, .. } = &self.fields else { return None };
        let each: Vec<f64> = value.get(name)?.as_array()?.iter().filter_map(Value::as_f64).collect();
        let count = each.len() as f64;
        let mean = each.iter().sum::<f64>() / count;
        let variance = each.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / count;
        Some(variance.sqrt() / mean).filter(|spread| spread.is_finite() && *spread >= 0.0)
    }

    /// A number above zero that must be there.
    pub(super) fn needed(&self, name: &str) -> Result<f64, Diagnostic> {
        match self.number(name)? {
            Some(number) if number > 0.0 => Ok(number),
            Some(_) => Err(self.error(name, format!("`{name}` is 0: nothing was measured"), None)),
            None => Err(self.error(name, format!("`{name}` is missing"), None)),
        }
    }

    /// An error at a field.
    pub(super) fn error(&self, name: &str, message: String, help: Option<&str>) -> Diagnostic {
        let span = match self.fields {
            Fields::Object { placed: true, .. } => {
                let at = place(self.text, &name.split('.').collect::<Vec<_>>());
                if matches!(self.text.as_bytes().get(at.start), Some(b'{' | b'[')) {
                    at.start..at.start + 1
                } else {
                    at
                }
            }
            Fields::Object { placed: false, .. } => 0..1,
            Fields::Row { line, .. } => {
                let start = self.text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
                let end = self.text[start..].find('\n').map_or(self.text.len(), |end| start + end);
                start..end.min(start + 1)
            }
        };
        Diagnostic::at(&self.place, self.text, span, message, help.map(ToOwned::to_owned))
    }
}

/// The rows of a table.
pub(super) struct Rows<'a> {
    pub(super) name: String,
    text: &'a str,
    /// All rows, headings first.
    pub(super) cells: Vec<Vec<String>>,
    /// Names of the columns: their headings, one above the other.
    pub(super) headings: Vec<String>,
}

/// The cells of a table of comma-separated values.
pub(super) fn rows<'a>(name: &str, text: &'a str) -> Result<Rows<'a>, Diagnostic> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut cells: Vec<Vec<String>> = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| Diagnostic::at(name, text, 0..1, error.to_string(), None))?;
        cells.push(row.iter().map(|cell| cell.trim().to_owned()).collect());
    }
    let headings = cells.first().cloned().unwrap_or_default();
    Ok(Rows { name: name.to_owned(), text, cells, headings })
}

impl<'a> Rows<'a> {
    /// The same rows under other names of their columns.
    pub(super) fn with_headings(&self, headings: Vec<String>) -> Self {
        Self { name: self.name.clone(), text: self.text, cells: self.cells.clone(), headings }
    }

    /// One row under names of its columns.
    pub(super) fn turned(&self, headings: Vec<String>, row: Vec<String>) -> Self {
        Self { name: self.name.clone(), text: self.text, cells: vec![row], headings }
    }

    /// The rows below the headings, of which there are so many.
    pub(super) fn records(&'a self, headings: usize) -> impl Iterator<Item = Record<'a>> {
        self.cells.iter().enumerate().skip(headings).map(move |(index, cells)| Record {
            place: format!("{}, row {}", self.name, index + 1 - headings),
            text: self.text,
            fields: Fields::Row { headings: &self.headings, cells, line: index + 1 },
        })
    }
}
