//! Going on with a deck: the user's own, and those that are built in.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect};
use ratatui_core::text::{Line, Span};

use crate::app::dialog::filtered::Filtered;
use crate::app::dialog::{Dialog, Face, LISTED, Outcome};
use crate::app::state::State;
use crate::files::store::{Entry, Opening, Store};
use crate::keymap::{Action, key_of};
use crate::text::diagnostic::in_one_line;
use crate::text::wrap::fit;
use crate::views::scene::Hint;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// Lines under the list.
const FOOT: u16 = 2;

/// The decks by their titles.
#[derive(Debug)]
pub struct DecksDialog {
    decks: Filtered<Entry>,
    /// Why the chosen one cannot be opened.
    error: Option<String>,
}

impl DecksDialog {
    /// The user's own decks, then those that are built in.
    pub fn new(state: &State) -> Self {
        let decks = state.store.user_decks().into_iter().chain(Store::built_in_decks());
        let searched = |entry: &Entry| (entry.name.clone(), format!("{} {}", entry.id, entry.summary));
        Self { decks: Filtered::new(decks, searched, 0), error: None }
    }

    fn open(&mut self, state: &State) -> Outcome {
        let Some(entry) = self.decks.chosen() else {
            self.decks.refuse();
            return Outcome::Open;
        };
        match state.store.open_any(&entry.opens(), &[], &state.world.catalog) {
            Ok(Opening::Deck(opened)) => return Outcome::Edit(opened),
            Ok(Opening::Scenario(_)) => self.error = Some(format!("{} is a scenario by now", entry.id)),
            Err(error) => self.error = Some(in_one_line(&error.to_string())),
        }
        Outcome::Open
    }
}

impl Dialog for DecksDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "its steps"),
            (&[Action::Escape], "close"),
            (&[Action::Up, Action::Down], "choose"),
        ];
        let rows = self.decks.shown().len().max(1) as u16;
        Face::new("Decks", rows.saturating_add(FOOT + 4), LISTED, HINTS)
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        self.error = None;
        match action {
            _ if self.decks.act(action) => Outcome::Open,
            Action::Enter => self.open(state),
            _ => Outcome::of(action),
        }
    }

    fn insert(&mut self, text: &str, _state: &State) -> Outcome {
        self.decks.insert(text);
        Outcome::Open
    }

    fn point(&mut self, row: usize, _state: &State) -> Outcome {
        self.decks.choose(row);
        Outcome::Open
    }

    fn count(&self) -> usize {
        self.decks.shown().len()
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let [list, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(FOOT)]).areas(room);
        let width = usize::from(room.width).saturating_sub(2);
        let line =
            |entry: &Entry, style| Line::from(Span::styled(fit(&format!(" {} ", entry.name), width), style));
        let add = key_of(Action::AddStep);
        let usual = format!("Close this, and {add} adds what is on the screen to a new deck.");
        let (words, style) = self.error.as_ref().map_or((&usual, theme.dim), |error| (error, theme.warning));
        paragraph(words, style, foot, buffer);
        self.decks.draw(|_| "", line, theme, list, buffer)
    }
}
