//! Every alert in full: what is wrong, then what would help.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::findings::Severity;
use crate::app::dialog::{Dialog, FRAME, Face, Outcome, WIDTH};
use crate::app::state::State;
use crate::keymap::{Action, Place};
use crate::text::quantity::{Unit, count_of, format};
use crate::views::scene::Hint;
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

/// What is exceeded or missed, to read.
#[derive(Debug)]
pub struct AlertsDialog {
    text: Text,
    /// The first line that is seen.
    first: usize,
    /// The room that it had at most.
    room: Size,
}

impl AlertsDialog {
    /// The alerts of what is shown, the most severe first.
    pub fn new(state: &State) -> Self {
        let mut text = Text::default();
        for finding in state.findings.iter().filter(|finding| finding.is_alert()) {
            let is_breach = finding.severity == Severity::Breach;
            text.add(if is_breach { Role::Warning } else { Role::Base }, finding.problem());
            for remedy in finding.remedy.iter().flat_map(|remedy| remedy.split("; ")) {
                text.add(Role::Better, format!("- {remedy}"));
            }
            text.add(Role::Base, "");
        }
        if let Some(missed) = state.keeping.filter(|keeping| !keeping.keeps && keeping.more_gpus > 0.0) {
            let [load, planned] = [missed.load, missed.planned].map(|load| format(load, Unit::Share));
            let more = count_of(missed.more_gpus, "more GPU");
            let words = format!(
                "To come near the target the load was lowered from {planned} to {load}, which takes {more}; it is missed all the same."
            );
            text.add(Role::Base, words);
        }
        if text == Text::default() {
            text.add(Role::Base, "Nothing is exceeded and no target is missed.");
        }
        Self { text, first: 0, room: state.screen() }
    }

    /// The columns of the text, and its rows.
    fn shape(&self) -> Size {
        let width = WIDTH.min(self.room.width).saturating_sub(FRAME[0]);
        let rows = (self.text.lines(width).len() as u16).min(self.room.height.saturating_sub(FRAME[1]));
        Size { width, height: rows.max(1) }
    }
}

impl Dialog for AlertsDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[(&[Action::Escape], "close"), (&[Action::Up, Action::Down], "scroll")];
        Face::new("Alerts", self.shape().height + FRAME[1], &[Place::List, Place::Dialog], HINTS)
    }

    fn act(&mut self, action: Action, _state: &State) -> Outcome {
        let page = usize::from(self.shape().height);
        let first = match action {
            Action::Up => self.first.saturating_sub(1),
            Action::Down => self.first + 1,
            Action::PageUp => self.first.saturating_sub(page),
            Action::PageDown => self.first + page,
            Action::Enter => return Outcome::Close,
            _ => return Outcome::of(action),
        };
        self.first = first.min(self.text.last_line(self.shape()));
        Outcome::Open
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        self.text.draw(self.first, theme, room, buffer);
        Vec::new()
    }
}
