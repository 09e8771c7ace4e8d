//! Undo and redo of the scenario. What a held key or a drag does is one step.

use crate::scenario::{ParamId, Scenario};

/// A change that can be undone.
#[derive(Debug, Clone)]
struct Change {
    /// The scenario on the other side of the change.
    other: Scenario,
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
        if self.done.len() == DEPTH {
            self.done.remove(0);
        }
        self.done.push(Change { other: *before, label, key });
    }

    /// Ends a run of changes under one key: the next is a step of its own.
    pub fn settle(&mut self) {
        if let Some(last) = self.done.last_mut() {
            last.key = None;
        }
    }

    /// Undoes the last change and says which it was.
    pub fn undo(&mut self, scenario: &mut Scenario) -> Option<String> {
        Self::cross(&mut self.done, &mut self.undone, scenario)
    }

    /// Redoes what was undone last and says what it was.
    pub fn redo(&mut self, scenario: &mut Scenario) -> Option<String> {
        Self::cross(&mut self.undone, &mut self.done, scenario)
    }

    /// The change that undo would revert.
    pub fn undo_label(&self) -> Option<&str> {
        self.done.last().map(|change| change.label.as_str())
    }

    /// Something was undone that can be redone.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    fn cross(from: &mut Vec<Change>, to: &mut Vec<Change>, scenario: &mut Scenario) -> Option<String> {
        let mut change = from.pop()?;
        std::mem::swap(&mut change.other, scenario);
        change.key = None;
        let label = change.label.clone();
        to.push(change);
        Some(label)
    }
}
