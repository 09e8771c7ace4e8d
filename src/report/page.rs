//! What a command prints: sections for people, a record for programs, a table for spreadsheets. Every format writes
//! one of them.

use serde_json::{Value as Json, json};

use crate::report::table::Table;

/// What a command prints.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What it is about; empty where the sections say so.
    pub title: String,
    /// Sentences below the title.
    pub introduction: Vec<String>,
    /// For people.
    pub sections: Vec<Section>,
    /// For people who read a document; a terminal does without.
    pub appendix: Vec<Section>,
    /// What it rests on, at the end of a document.
    pub closing: Option<String>,
    /// For programs.
    pub record: Json,
    /// For spreadsheets.
    pub table: Table,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its heading; may be empty.
    pub heading: String,
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Table(Table),
    /// A table whose columns need no headings where they can be seen to line up.
    Listing(Table),
    Figures(Vec<Figure>),
    /// Sentences, one an item.
    Items(Vec<String>),
    /// Lines that are never broken.
    Lines(Vec<String>),
}

/// A named figure, or a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Its name, indented by spaces where it is a part of the one above.
    pub label: String,
    pub words: String,
    pub range: Option<String>,
}

impl Page {
    /// A page without a title; sections that hold nothing are left out.
    pub fn new(mut sections: Vec<Section>, record: Json, table: Table) -> Self {
        sections.retain(|section| !section.is_empty());
        let (title, introduction, appendix) = Default::default();
        Self { title, introduction, sections, appendix, closing: None, record, table }
    }

    /// The same with sentences before all that it says.
    #[must_use]
    pub fn after(mut self, sentences: Vec<String>) -> Self {
        self.introduction.splice(0..0, sentences);
        self
    }
}

impl From<Table> for Page {
    fn from(table: Table) -> Self {
        let record = json!(table);
        Self::new(vec![Section::new("", Block::Table(table.clone()))], record, table)
    }
}

impl Section {
    pub fn new(heading: impl Into<String>, block: Block) -> Self {
        Self { heading: heading.into(), blocks: vec![block] }
    }

    /// It holds nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| match block {
            Block::Table(_) | Block::Listing(_) => false,
            Block::Figures(figures) => figures.is_empty(),
            Block::Items(lines) | Block::Lines(lines) => lines.is_empty(),
        })
    }
}

impl Figure {
    pub fn new(label: impl Into<String>, words: impl Into<String>) -> Self {
        Self { label: label.into(), words: words.into(), range: None }
    }
}
