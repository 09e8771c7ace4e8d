//! All steps of a deck in front of people: going to one.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::text::{Line, Span};

use crate::app::dialog::filtered::Filtered;
use crate::app::dialog::{Dialog, Face, LISTED, Outcome};
use crate::app::state::State;
use crate::keymap::Action;
use crate::text::wrap::fit;
use crate::views::scene::Hint;
use crate::widgets::theme::Theme;

/// The steps by their headlines.
#[derive(Debug)]
pub struct OutlineDialog {
    steps: Filtered<(usize, String)>,
}

impl OutlineDialog {
    /// The steps of a deck, one of them chosen.
    pub fn new(titles: Vec<String>, here: usize) -> Self {
        let searched = |(index, title): &(usize, String)| (title.clone(), (index + 1).to_string());
        Self { steps: Filtered::new(titles.into_iter().enumerate(), searched, here) }
    }
}

impl Dialog for OutlineDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "show"),
            (&[Action::Escape], "close"),
            (&[Action::Up, Action::Down], "choose"),
        ];
        Face::new("Steps", self.steps.shown().len().max(1) as u16 + 4, LISTED, HINTS)
    }

    fn act(&mut self, action: Action, _state: &State) -> Outcome {
        if self.steps.act(action) {
            return Outcome::Open;
        }
        match (action, self.steps.chosen()) {
            (Action::Enter, Some((step, _))) => Outcome::Step(*step),
            (Action::Enter, None) => {
                self.steps.refuse();
                Outcome::Open
            }
            _ => Outcome::of(action),
        }
    }

    fn insert(&mut self, text: &str, _state: &State) -> Outcome {
        self.steps.insert(text);
        Outcome::Open
    }

    fn point(&mut self, row: usize, _state: &State) -> Outcome {
        self.steps.choose(row);
        Outcome::Open
    }

    fn count(&self) -> usize {
        self.steps.shown().len()
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let width = usize::from(room.width).saturating_sub(2);
        let line = |(index, title): &(usize, String), style| {
            Line::from(Span::styled(fit(&format!(" {:>2}  {title} ", index + 1), width), style))
        };
        self.steps.draw(|_| "", line, theme, room, buffer)
    }
}
