//! A scenario as a file holds it: with a name, what it shows, and where its inputs come from.

use std::ops::Range;
#[cfg(feature = "tui")]
use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::catalog::{Catalog, GpuId};
use crate::engine::inputs::MAX_TIERS;
use crate::scenario::Scenario;

/// The format that this program writes and reads.
pub const FORMAT: i64 = 1;

/// A scenario with what a file says of it. `read` makes one from the text of a file, `write` the text from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Name shown to people.
    pub name: String,
    /// One sentence: what it shows.
    pub summary: String,
    /// Where its inputs come from.
    pub sources: Vec<String>,
    pub scenario: Scenario,
    pub tier_names: [Option<String>; MAX_TIERS],
    /// Where a serving engine's metrics are.
    pub metrics: Option<String>,
    /// What was read otherwise than it is written now.
    pub notes: Vec<String>,
    /// The text that it was read from, whose comments and order it keeps when it is written.
    pub(super) source: Option<Source>,
    /// Accelerators that this text describes.
    pub(super) described: Vec<GpuId>,
}

/// The text of a file and the name of what it was read from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) text: String,
}

impl Document {
    /// The defaults under a name.
    pub fn new(name: &str, catalog: &Catalog) -> Self {
        Self {
            name: name.to_owned(),
            summary: String::new(),
            sources: Vec::new(),
            scenario: Scenario::defaults(catalog),
            tier_names: Default::default(),
            metrics: None,
            notes: Vec::new(),
            source: None,
            described: Vec::new(),
        }
    }

    /// The line of its file, from 1, on which the first of these paths is stated; `None` where none of them is.
    pub fn line_of(&self, paths: &[&str]) -> Option<usize> {
        let text = &self.source.as_ref()?.text;
        let table = DeTable::parse(text).ok()?;
        let start = paths.iter().find_map(|path| key_of(table.get_ref(), path))?.start;
        Some(text[..start].matches('\n').count() + 1)
    }

    /// This is the text that it was read from, or saved as last.
    #[cfg(feature = "tui")]
    pub(super) fn was_read_from(&self, text: &str) -> bool {
        self.source.as_ref().is_some_and(|source| source.text == text)
    }

    /// It is now what this file holds: what is saved next keeps the comments and the order of this text.
    #[cfg(feature = "tui")]
    pub(super) fn become_saved(&mut self, path: &Path, text: String, catalog: &Catalog) {
        let name = path.display().to_string();
        if let Ok((saved, _)) = Self::parse(&name, &text, catalog) {
            self.described = saved.described;
        }
        self.source = Some(Source { name, text });
    }
}

/// The bytes of the key that ends a path.
fn key_of(table: &DeTable<'_>, path: &str) -> Option<Range<usize>> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let (key, value) = table.get_key_value(first)?;
    match (rest, value.get_ref()) {
        (None, _) => Some(key.span()),
        (Some(rest), DeValue::Table(inner)) => key_of(inner, rest),
        _ => None,
    }
}
