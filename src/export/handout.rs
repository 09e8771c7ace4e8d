//! What is left behind, before any format: sections of answers, charts and tables, and what they rest on.

use crate::export::chart::Chart;
use crate::export::tone::Tone;
use crate::report::page::{Block, Figure};

/// A document about a scenario.
#[derive(Debug, Clone)]
pub struct Handout {
    pub title: String,
    /// Sentences below the title.
    pub introduction: Vec<String>,
    pub sections: Vec<Section>,
    /// What made it, from what, and when.
    pub colophon: Vec<Figure>,
    /// The text of a file that opens as what it was made from.
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct Section {
    /// Its heading; empty where it follows from the title.
    pub heading: String,
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone)]
pub enum Part {
    Answers(Vec<Headline>),
    Chart(Box<Chart>),
    Block(Block),
    /// A paragraph.
    Words(String),
}

/// A large figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    pub label: String,
    pub value: String,
    /// Its 80% range.
    pub range: Option<String>,
    /// What it was before, and by how much it changed.
    pub change: Option<(String, Tone)>,
}

impl Section {
    pub fn new(heading: impl Into<String>, parts: impl IntoIterator<Item = Part>) -> Self {
        Self { heading: heading.into(), parts: parts.into_iter().collect() }
    }
}

impl From<Chart> for Part {
    fn from(chart: Chart) -> Self {
        Self::Chart(Box::new(chart))
    }
}

impl From<Block> for Part {
    fn from(block: Block) -> Self {
        Self::Block(block)
    }
}
