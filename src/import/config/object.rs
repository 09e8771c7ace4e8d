//! Keys of a configuration by any of the names that programs give them, with errors that point at them.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::import::json::place;
use crate::text::diagnostic::Diagnostic;

/// The most characters of a value that are shown beside its place.
const MOST_SHOWN: usize = 40;

/// An object of a configuration.
#[derive(Clone)]
pub(super) struct Object<'a> {
    source_name: &'a str,
    text: &'a str,
    path: Vec<&'a str>,
    map: &'a Map<String, Value>,
}

impl<'a> Object<'a> {
    /// The whole of a text.
    pub(super) fn root(source_name: &'a str, text: &'a str, value: &'a Value) -> Result<Self, Diagnostic> {
        let Value::Object(map) = value else {
            let help = Some("allowed: an object in braces, as config.json is".to_owned());
            return Err(Diagnostic::at(
                source_name,
                text,
                place(text, &[]),
                "this is no model's configuration",
                help,
            ));
        };
        Ok(Self { source_name, text, path: Vec::new(), map })
    }

    /// An error at a key, or at the object where it has no such key.
    pub(super) fn error(
        &self,
        key: &str,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) -> Diagnostic {
        let path: Vec<&str> = self.path.iter().copied().chain(key.split('.')).collect();
        let mut place = place(self.text, &path);
        if matches!(self.text.as_bytes().get(place.start), Some(b'{' | b'[')) {
            place.end = place.start + 1;
        }
        Diagnostic::at(self.source_name, self.text, place, message, help.into())
    }

    /// An error about a key that is not there.
    pub(super) fn missing(&self, names: &[&str], what: &str) -> Diagnostic {
        let help = match names {
            [_, others @ ..] if !others.is_empty() => {
                Some(format!("or, as others name it: `{}`", others.join("`, `")))
            }
            _ => None,
        };
        let message = format!("`{}`, {what}, is missing", names.first().copied().unwrap_or_default());
        let within = self.path.join(".");
        let help = match (within.is_empty(), help) {
            (true, help) => help,
            (false, help) => {
                Some(format!("in `{within}`{}", help.map_or(String::new(), |help| format!(" {help}"))))
            }
        };
        self.error("", message, help)
    }

    /// The first of several keys that says something; a dot leads into an object. `null` says nothing.
    pub(super) fn find<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &'a Value)> {
        names.iter().find_map(|name| {
            let mut words = name.split('.');
            let first = self.map.get(words.next()?)?;
            let value = words.try_fold(first, |value, word| value.get(word))?;
            (!value.is_null()).then_some((*name, value))
        })
    }

    /// One of several keys says something.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.find(names).is_some()
    }

    /// An object within it.
    pub(super) fn object(&self, key: &'a str) -> Result<Option<Self>, Diagnostic> {
        match self.find(&[key]) {
            None => Ok(None),
            Some((_, Value::Object(map))) => {
                let path = self.path.iter().copied().chain([key]).collect();
                Ok(Some(Self { path, map, ..self.clone() }))
            }
            Some(_) => Err(self.wrong(key, "an object in braces")),
        }
    }

    /// A count by one of several keys. Where each layer has its own, they must be the same.
    pub(super) fn count(
        &self,
        names: &[&str],
        bounds: RangeInclusive<f64>,
    ) -> Result<Option<f64>, Diagnostic> {
        let Some((name, value)) = self.find(names) else { return Ok(None) };
        let number = match value {
            Value::Array(each) => match each.first() {
                Some(first) if each.iter().all(|one| one == first) => first.as_f64(),
                _ => {
                    let message = format!("`{name}` differs from layer to layer, which is not modeled");
                    return Err(self.error(name, message, None));
                }
            },
            value => value.as_f64(),
        };
        match number {
            Some(number) if number.fract() == 0.0 && bounds.contains(&number) => Ok(Some(number)),
            _ => {
                Err(self.wrong(name, &format!("a whole number from {} to {}", bounds.start(), bounds.end())))
            }
        }
    }

    /// A switch.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, Diagnostic> {
        match self.find(&[key]) {
            None => Ok(None),
            Some((_, Value::Bool(flag))) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    /// A word by one of several keys.
    pub(super) fn word(&self, names: &[&str]) -> Result<Option<&'a str>, Diagnostic> {
        match self.find(names) {
            None => Ok(None),
            Some((_, Value::String(word))) => Ok(Some(word)),
            Some((name, _)) => Err(self.wrong(name, "a word in quotes")),
        }
    }

    /// What is said of each layer; it must be said of all `layers`, or of more where there are others after them.
    pub(super) fn each_layer(&self, key: &str, layers: f64) -> Result<Option<&'a [Value]>, Diagnostic> {
        match self.find(&[key]) {
            Some((_, Value::Array(each))) if each.len() as f64 >= layers => {
                Ok(Some(&each[..layers as usize]))
            }
            Some((_, Value::Array(each))) => {
                let message = format!("`{key}` tells of {} layers, of which there are {layers}", each.len());
                Err(self.error(key, message, None))
            }
            Some(_) | None => Ok(None),
        }
    }

    /// An error at a value that is none of what is allowed.
    pub(super) fn wrong(&self, key: &str, allowed: &str) -> Diagnostic {
        let found = match self.find(&[key]).map(|(_, value)| value) {
            Some(Value::Object(_)) => "an object".to_owned(),
            Some(Value::Array(_)) => "a list".to_owned(),
            // As it is written: numbers that are none, and such with many digits.
            Some(_) => {
                let path: Vec<&str> = self.path.iter().copied().chain(key.split('.')).collect();
                self.text[place(self.text, &path)].chars().take(MOST_SHOWN).collect()
            }
            None => "missing".to_owned(),
        };
        self.error(key, format!("`{key}` cannot be {found}"), format!("allowed: {allowed}"))
    }
}
