//! Changes to the scenario, each a step of undo; and the scenarios that it is compared with.

use crate::app::App;
use crate::app::list::Line;
use crate::keymap::{Action, Place};
use crate::scenario::step::{Direction, StepSize};
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::views::{Baseline, KEYMAP};

/// Scenarios that are compared beside the baseline and the present one.
const MOST_KEPT: usize = 2;

impl App {
    /// Changes the scenario as one step of undo; changes under one `key` in a row are one step.
    pub(super) fn change(&mut self, label: String, key: Option<ParamId>, change: impl FnOnce(&mut Scenario)) {
        let before = self.document.scenario;
        change(&mut self.document.scenario);
        if self.document.scenario != before {
            self.history.record(before, label, key);
        }
        if self.document.scenario == self.case.scenario {
            self.open_view();
        } else {
            self.refresh();
        }
    }

    /// Sets one parameter, as a step of undo.
    pub fn set(&mut self, param: ParamId, value: Value, coalesce: bool) {
        let label = format!("{} {}", param.label, param.display(value, &self.world.catalog));
        self.change(label, coalesce.then_some(param), |scenario| param.set(scenario, value));
    }

    pub(super) fn step(&mut self, direction: Direction, size: StepSize) {
        match self.list.focused_line() {
            Line::Heading(_) => self.list.open(direction == Direction::Up),
            Line::Param(param) => {
                let value = param.stepped(&self.document.scenario, &self.world.catalog, direction, size);
                self.set(param, value, true);
            }
        }
    }

    pub(super) fn reset_one(&mut self) {
        if let Line::Param(param) = self.list.focused_line() {
            let value = param.stated(&self.preset);
            self.change(format!("reset {}", param.label), None, |scenario| param.set(scenario, value));
        }
    }

    pub(super) fn reset_all(&mut self) {
        let preset = self.preset;
        self.change("reset all".to_owned(), None, |scenario| *scenario = preset);
    }

    pub(super) fn lock(&mut self) {
        match self.list.focused_line() {
            Line::Heading(_) => self.list.toggle(),
            Line::Param(param) => match self.locked.iter().position(|locked| *locked == param) {
                Some(position) => {
                    self.locked.remove(position);
                }
                None => self.locked.push(param),
            },
        }
    }

    pub(super) fn undo(&mut self) {
        match self.history.undo(&mut self.document.scenario) {
            Some(label) => {
                self.refresh();
                self.say(format!("undone: {label}"));
            }
            None => self.say("nothing to undo"),
        }
    }

    pub(super) fn redo(&mut self) {
        match self.history.redo(&mut self.document.scenario) {
            Some(label) => {
                self.refresh();
                self.say(format!("redone: {label}"));
            }
            None => self.say("nothing to redo"),
        }
    }

    pub(super) fn pin(&mut self) {
        self.baseline = Some(self.as_baseline());
        self.open_view();
        self.say("this is the baseline now: every figure shows its change against it");
    }

    pub(super) fn unpin(&mut self) {
        self.baseline = None;
        self.open_view();
        self.say("the baseline is dropped");
    }

    pub(super) fn swap(&mut self) {
        let Some(baseline) = self.baseline.take() else {
            self.say(format!("no baseline yet: {} pins one", KEYMAP.key(&[Place::Screen], Action::Pin)));
            return;
        };
        self.baseline = Some(self.as_baseline());
        self.change("swap with the baseline".to_owned(), None, |scenario| *scenario = baseline.case.scenario);
        self.say("swapped with the baseline");
    }

    /// Keeps the scenario as a column of the comparison; the oldest makes room for a third.
    pub(super) fn keep(&mut self) {
        if self.kept.len() == MOST_KEPT {
            self.kept.remove(0);
        }
        self.kept.push(self.as_baseline());
        self.open_view();
        self.say(format!("kept for the comparison: {}", self.document.name));
    }

    /// The scenario at hand, with its figures.
    fn as_baseline(&self) -> Baseline {
        Baseline { name: self.document.name.clone(), case: self.case.clone(), figures: self.figures.clone() }
    }
}
