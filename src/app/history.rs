//! Undo and redo of the scenario. What a held key or a drag does is one step.

use crate::files::document::Document;
use crate::files::store::Origin;
use crate::scenario::{ParamId, Scenario};
use crate::views::scene::Baseline;

/// What is open: a scenario with what its file says, where that is, and what changes are counted from.
#[derive(Debug, Clone)]
pub struct Open {
    pub document: Document,
    pub origin: Origin,
    /// The scenario as it was opened or saved.
    pub preset: Scenario,
    /// The same, evaluated.
    pub start: Baseline,
}

/// What is on the other side of a change.
#[derive(Debug, Clone)]
enum Other {
    /// Another scenario under the same name.
    Scenario(Box<Scenario>),
    /// What was open in place of what is.
    Open(Box<Open>),
}

/// A change that can be undone.
#[derive(Debug, Clone)]
struct Change {
    other: Other,
    label: String,
    /// Changes in a row under one key are one step.
    key: Option<ParamId>,
}

/// What was done and what was undone.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: Vec<Change>,
    undone: Vec<Change>,
}

/// Steps that are remembered.
const DEPTH: usize = 500;

impl History {
    /// Remembers the scenario before a change.
    pub fn record(&mut self, before: &Scenario, label: String, key: Option<ParamId>) {
        self.undone.clear();
        if let Some(last) = self.done.last_mut()
            && key.is_some()
            && last.key == key
        {
            last.label = label;
            return;
        }
        self.push(Change { other: Other::Scenario(Box::new(*before)), label, key });
    }

    /// Remembers what was open before something else is.
    pub fn record_opening(&mut self, before: Open, label: String) {
        self.undone.clear();
        self.push(Change { other: Other::Open(Box::new(before)), label, key: None });
    }

    fn push(&mut self, change: Change) {
        if self.done.len() == DEPTH {
            self.done.remove(0);
        }
        self.done.push(change);
    }

    /// Ends a run of changes under one key: the next is a step of its own.
    pub fn settle(&mut self) {
        if let Some(last) = self.done.last_mut() {
            last.key = None;
        }
    }

    /// Undoes the last change and says which it was.
    pub fn undo(&mut self, open: &mut Open) -> Option<String> {
        Self::cross(&mut self.done, &mut self.undone, open)
    }

    /// Redoes what was undone last and says what it was.
    pub fn redo(&mut self, open: &mut Open) -> Option<String> {
        Self::cross(&mut self.undone, &mut self.done, open)
    }

    /// The change that undo would revert.
    pub fn undo_label(&self) -> Option<&str> {
        self.done.last().map(|change| change.label.as_str())
    }

    /// Something was undone that can be redone.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    fn cross(from: &mut Vec<Change>, to: &mut Vec<Change>, open: &mut Open) -> Option<String> {
        let mut change = from.pop()?;
        match &mut change.other {
            Other::Scenario(other) => std::mem::swap(&mut **other, &mut open.document.scenario),
            Other::Open(other) => std::mem::swap(&mut **other, open),
        }
        change.key = None;
        let label = change.label.clone();
        to.push(change);
        Some(label)
    }
}
