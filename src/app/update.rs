//! What actions do to the state: changes to the scenario, each a step of undo, and to what is shown.

use crate::analysis::changes::changes;
use crate::analysis::explain::Subject;
use crate::app::history::{History, Open};
use crate::app::list::Line;
use crate::app::state::{Effect, Panel, State};
use crate::keymap::{Action, key_of};
use crate::scenario::step::{Direction, StepSize};
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::views::scene::{Baseline, Choice};
use crate::views::{EXPLAIN, OVERVIEW, VIEWS};

/// Scenarios compared along with the baseline and the current one.
const MOST_KEPT: usize = 9;

impl State {
    /// Begins an action: clears the last message; only steps extend the change before them.
    pub(super) fn begin(&mut self, action: Action) {
        self.message = None;
        if !matches!(action, Action::Step(..)) {
            self.history.settle();
        }
    }

    /// Carries out an action that opens no dialog.
    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Up => self.move_row(-1),
            Action::Down => self.move_row(1),
            Action::PageUp => self.move_row(-self.page()),
            Action::PageDown => self.move_row(self.page()),
            Action::First => self.move_row(isize::MIN),
            Action::Last => self.move_row(isize::MAX),
            Action::NextPanel => self.focus = self.focus.after(1),
            Action::PreviousPanel => self.focus = self.focus.after(2),
            Action::NextGroup => self.list.move_group(1),
            Action::PreviousGroup => self.list.move_group(-1),
            Action::Step(direction, size) => self.step(direction, size),
            Action::Enter => self.enter(),
            Action::Escape if self.focus == Panel::Sliders => {
                self.show(OVERVIEW);
                self.focus = Panel::Sliders;
            }
            Action::Escape => self.focus = Panel::Sliders,
            Action::ResetOne => self.reset_one(),
            Action::ResetAll => self.reset_all(),
            Action::Lock => self.lock(),
            Action::Undo => {
                let label = self.cross(History::undo);
                self.restored(label, "undo", "undone");
            }
            Action::Redo => {
                let label = self.cross(History::redo);
                self.restored(label, "redo", "redone");
            }
            Action::Pin => self.pin(),
            Action::Swap => self.swap(),
            Action::Unpin => self.unpin(),
            Action::View(index) => self.show(index),
            Action::NextView => self.show((self.view + 1) % VIEWS.len()),
            Action::PreviousView => self.show((self.view + VIEWS.len() - 1) % VIEWS.len()),
            Action::NextAnswer => {
                self.answer = self.answer.after(1);
                self.folds.clear();
                self.open_view();
            }
            Action::PreviousAnswer => {
                self.answer = self.answer.after(-1);
                self.open_view();
            }
            Action::Order => {
                self.order = self.order.wrapping_add(1);
                self.open_view();
            }
            Action::Keep => self.keep(),
            Action::Calibrate => self.make_profile(),
            Action::AddStep => self.add_step(),
            Action::Theme => {
                self.theme = self.theme.next();
                self.say(format!("theme: {}", self.theme.id()));
            }
            Action::Mouse => {
                self.mouse = !self.mouse;
                self.effects.push(Effect::Mouse(self.mouse));
                self.say(if self.mouse {
                    "the mouse moves the sliders"
                } else {
                    "mouse released: select text as usual"
                });
            }
            Action::Copy => {
                self.effects.push(Effect::Copy(self.summary()));
                self.say("summary copied to the clipboard, if the terminal allows it");
            }
            // The others open a dialog, or mean something in one.
            _ => {}
        }
    }

    /// Does what the chosen row of the focused panel offers.
    fn enter(&mut self) {
        match self.chosen() {
            None => self.list.toggle(),
            Some(choice) => self.choose(choice),
        }
    }

    /// What the chosen row of the focused panel offers; `None` among the sliders.
    fn chosen(&self) -> Option<Choice> {
        match self.focus {
            Panel::Sliders => None,
            Panel::View => Some(self.content.choose(self.row, &self.scene())),
            Panel::Figures => Some(self.panel.choose(self.figure_row, &self.scene())),
        }
    }

    /// The chosen row is about what an alert tells.
    pub(super) fn is_on_alert(&self) -> bool {
        matches!(self.chosen(), Some(Choice::Alerts))
    }

    fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Apply { label, scenario } => {
                self.change(label.clone(), None, |present| *present = *scenario);
                self.say(format!("done: {label}"));
            }
            Choice::Focus(param) => {
                self.go_to(param);
            }
            Choice::Explain(subject) => self.explain(subject),
            Choice::Toggle(fold) => {
                match self.folds.iter().position(|other| *other == fold) {
                    Some(index) => drop(self.folds.remove(index)),
                    None => self.folds.push(fold),
                }
                self.open_view();
            }
            Choice::Drop(index) => {
                let name = self.kept.remove(index).name;
                self.open_view();
                self.say(format!("dropped: {name}"));
            }
            // A dialog tells of alerts.
            Choice::Alerts => {}
            Choice::Nothing(why) => self.say(why),
        }
    }

    /// Shows where a figure comes from: the line that gives it.
    pub(super) fn explain(&mut self, subject: Subject) {
        if let Subject::Of(answer) = subject {
            self.answer = answer;
        }
        self.show(EXPLAIN);
        if let Some((_, Some(fold))) = self.content.row_of(subject) {
            self.folds.push(fold);
            self.open_view();
        }
        self.row = self.content.row_of(subject).map_or(0, |(row, _)| row);
    }

    /// Changes the scenario as one step of undo; changes under one `key` in a row are one step.
    fn change(&mut self, label: String, key: Option<ParamId>, change: impl FnOnce(&mut Scenario)) {
        let before = self.document.scenario;
        change(&mut self.document.scenario);
        if self.document.scenario != before {
            self.history.record(&before, label, key);
        }
        if self.document.scenario == self.case.scenario {
            self.open_view();
        } else {
            self.refresh();
        }
    }

    /// Sets one parameter, as a step of undo.
    pub fn set(&mut self, param: ParamId, value: Value, coalesce: bool) {
        if let Err(error) = param.beside(value, &self.document.scenario) {
            return self.complain(error.to_string());
        }
        let label = format!("{} {}", param.label, param.display(value, &self.world.catalog));
        self.change(label, coalesce.then_some(param), |scenario| param.put(scenario, value));
    }

    /// Sets what a dialog found, as a step of undo of its own.
    pub(super) fn set_from_dialog(&mut self, param: ParamId, value: Value) {
        self.preview = None;
        self.history.settle();
        self.set(param, value, false);
    }

    /// Becomes the scenario that a dialog found, as a step of undo of its own.
    pub(super) fn become_another(&mut self, label: String, scenario: &Scenario) {
        self.preview = None;
        self.history.settle();
        self.change(label, None, |present| *present = *scenario);
    }

    fn step(&mut self, direction: Direction, size: StepSize) {
        if self.focus == Panel::View && self.content.folds() {
            // In a tree they fold and unfold.
            if self.content.is_open(self.row) == Some(direction == Direction::Down) {
                self.enter();
            }
            return;
        }
        match self.list.focused_line() {
            Line::Heading(_) => self.list.open(direction == Direction::Up),
            Line::Param(param) => {
                let value = param.stepped(&self.document.scenario, &self.world.catalog, direction, size);
                self.set(param, value, true);
            }
        }
    }

    fn reset_one(&mut self) {
        if let Line::Param(param) = self.list.focused_line() {
            let preset = self.preset;
            self.change(format!("reset {}", param.label), None, |scenario| param.restore(scenario, &preset));
        }
    }

    fn reset_all(&mut self) {
        let preset = self.preset;
        self.change("reset all".to_owned(), None, |scenario| *scenario = preset);
    }

    fn lock(&mut self) {
        match self.list.focused_line() {
            Line::Heading(_) => self.list.toggle(),
            Line::Param(param) if self.locked.contains(&param) => {
                self.locked.retain(|locked| *locked != param);
            }
            Line::Param(param) => self.locked.push(param),
        }
    }

    /// Goes to the other side of a change, which may be another file.
    fn cross(&mut self, cross: fn(&mut History, &mut Open) -> Option<String>) -> Option<String> {
        let mut open = self.open();
        let label = cross(&mut self.history, &mut open);
        let Open { document, origin, preset, start } = open;
        (self.document, self.origin, self.preset, self.start) = (document, origin, preset, start);
        label
    }

    /// Continues with the scenario that undo or redo gave, and says which change it was.
    fn restored(&mut self, label: Option<String>, what: &str, done: &str) {
        match label {
            Some(label) => {
                self.refresh();
                self.say(format!("{done}: {label}"));
            }
            None => self.say(format!("nothing to {what}")),
        }
    }

    fn pin(&mut self) {
        self.baseline = Some(self.as_baseline());
        self.open_view();
        self.say(format!(
            "pinned: figures show their change from here; {} swaps the two, {} unpins",
            key_of(Action::Swap),
            key_of(Action::Unpin)
        ));
    }

    fn unpin(&mut self) {
        self.baseline = None;
        self.open_view();
        self.say("unpinned: figures show their change since the start");
    }

    fn swap(&mut self) {
        let Some(baseline) = self.baseline.take() else {
            self.say(format!("nothing is pinned yet: {} pins this to compare with", key_of(Action::Pin)));
            return;
        };
        self.baseline = Some(self.as_baseline());
        self.change("swap with the baseline".to_owned(), None, |scenario| *scenario = baseline.case.scenario);
        self.say(format!("swapped with what was pinned; {} swaps back", key_of(Action::Swap)));
    }

    /// Keeps the scenario as a row of the comparison, named by what differs from the start.
    fn keep(&mut self) {
        if let Some(same) = self.kept.iter().find(|kept| kept.case.scenario == self.case.scenario) {
            let words = format!("kept already: {}", same.name);
            return self.say(words);
        }
        if self.kept.len() == MOST_KEPT {
            return self.complain(format!("{MOST_KEPT} are kept already: drop one in the comparison first"));
        }
        let catalog = self.case.catalog();
        let words: Vec<String> = changes(&self.start.case.scenario, self.scenario())
            .iter()
            .map(|change| format!("{} {}", change.param.label, change.param.display(change.to, catalog)))
            .collect();
        let name =
            if words.is_empty() { self.document.name.clone() } else { format!("+ {}", words.join(", ")) };
        self.say(format!("kept for comparison: {name}"));
        self.kept.push(Baseline { name, ..self.as_baseline() });
        self.open_view();
    }

    /// The current scenario, with its figures.
    pub(super) fn as_baseline(&self) -> Baseline {
        Baseline { name: self.document.name.clone(), case: self.case.clone(), figures: self.figures.clone() }
    }
}
