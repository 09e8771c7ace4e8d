//! The steps of the deck that is being made: going to one, reordering, renaming, its note and figures, replacing, deleting,
//! saving.

mod checks;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Constraint, Layout, Rect};
use ratatui_core::text::Line;
use ratatui_core::widgets::Widget as _;

use crate::analysis::answer::Answer;
use crate::analysis::deck::Step;
use crate::app::dialog::field::Field;
use crate::app::dialog::steps::checks::Checks;
use crate::app::dialog::{ASKED, Dialog, Face, Outcome, TYPED, widest};
use crate::app::draft::Draft;
use crate::app::state::State;
use crate::keymap::{Action, Place};
use crate::scenario::ParamId;
use crate::text::wrap::fit;
use crate::views::scene::Hint;
use crate::widgets::list::window;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// Lines under the list.
const FOOT: u16 = 2;
/// Rows of a page.
const PAGE: usize = 10;
/// The columns that it takes at most.
const WIDE: u16 = 100;

/// What is typed, or asked, over the list.
#[derive(Debug)]
enum Doing {
    /// Another headline for the chosen step.
    Renaming(Field),
    /// What to say at the chosen step.
    Noting(Field),
    /// Which figures the chosen step shows.
    Choosing(Checks),
    /// The title to save under.
    Saving(Field),
    /// Whether to replace the file of that title, and why that is asked.
    Replacing(String, &'static str),
    /// Whether to leave it unsaved for another deck.
    Leaving,
    /// Whether to delete the chosen step.
    Deleting,
    /// Whether to put what is on the screen in its place.
    Overwriting,
}

/// The steps of a deck.
#[derive(Debug)]
pub struct StepsDialog {
    draft: Draft,
    row: usize,
    doing: Option<Doing>,
}

impl StepsDialog {
    /// The steps of a deck, on one of them, or on the last.
    pub fn new(draft: Draft, row: usize) -> Self {
        Self { row: row.min(draft.document.deck().steps.len().saturating_sub(1)), draft, doing: None }
    }

    fn last(&self) -> usize {
        self.draft.document.deck().steps.len().saturating_sub(1)
    }

    /// The deck was changed, which is the application's to keep.
    fn changed(&mut self) -> Outcome {
        self.draft.is_saved = false;
        self.row = self.row.min(self.last());
        Outcome::Draft(Box::new(self.draft.clone()))
    }

    fn shift(&mut self, to: usize) -> Outcome {
        self.draft.document.move_to(self.row, to);
        self.row = to;
        self.changed()
    }

    /// Shows the scenario of the chosen step.
    fn visit(&self) -> Outcome {
        let deck = self.draft.document.deck();
        let Some((step, scenario)) = deck.steps.iter().zip(deck.scenarios()).nth(self.row) else {
            return Outcome::Close;
        };
        Outcome::Reach {
            label: format!("step {}", self.row + 1),
            scenario: Box::new(scenario),
            param: step.set.first().map_or(ParamId::ModelSize, |(param, _)| *param),
            message: format!("step {}: {}", self.row + 1, step.title),
        }
    }

    /// Saves under a title; asks first where a file of that title exists that is not its own, and where somebody has written
    /// something else into its own.
    fn save(&mut self, title: &str, state: &State) -> Outcome {
        let is_own = |path| self.draft.path.as_ref() == Some(path);
        self.doing = Some(match state.deck_file(&self.draft, title) {
            Some(path) if !is_own(&path) && path.exists() => {
                Doing::Replacing(title.to_owned(), "it already exists; replace it? ")
            }
            Some(path) if is_own(&path) && state.is_rewritten(&self.draft) => {
                Doing::Replacing(title.to_owned(), "its file was changed meanwhile; replace it? ")
            }
            Some(_) => {
                return Outcome::SaveDraft { title: title.to_owned(), overwrite: false, row: self.row };
            }
            None => Doing::Saving(Field::selected(title)),
        });
        Outcome::Open
    }

    /// An action while something is typed or asked.
    fn go_on(&mut self, doing: Doing, action: Action, state: &State) -> Outcome {
        match (doing, action) {
            (Doing::Renaming(field), Action::Enter) if !field.text().trim().is_empty() => {
                if let Some(step) = self.draft.document.step_mut(self.row) {
                    field.text().trim().clone_into(&mut step.title);
                }
                return self.changed();
            }
            (Doing::Saving(field), Action::Enter) => return self.save(field.text().trim(), state),
            (Doing::Leaving, Action::Yes) => return Outcome::Decks,
            (Doing::Replacing(title, _), Action::Yes) => {
                return Outcome::SaveDraft { title, overwrite: true, row: self.row };
            }
            (Doing::Deleting, Action::Yes) => {
                self.draft.document.remove(self.row);
                return self.changed();
            }
            (Doing::Renaming(mut field), Action::Edit(edit)) => {
                field.edit(edit);
                self.doing = Some(Doing::Renaming(field));
            }
            (Doing::Noting(field), Action::Enter) => {
                if let Some(step) = self.draft.document.step_mut(self.row) {
                    field.text().trim().clone_into(&mut step.say);
                }
                return self.changed();
            }
            (Doing::Noting(mut field), Action::Edit(edit)) => {
                field.edit(edit);
                self.doing = Some(Doing::Noting(field));
            }
            (Doing::Choosing(checks), Action::Enter) => {
                if let Some(step) = self.draft.document.step_mut(self.row) {
                    step.show = checks.shown().to_vec();
                }
                return self.changed();
            }
            (Doing::Choosing(mut checks), action) if action != Action::Escape => {
                checks.act(action);
                self.doing = Some(Doing::Choosing(checks));
            }
            (Doing::Overwriting, Action::Yes) => {
                state.replace_step(&mut self.draft, self.row);
                return self.changed();
            }
            (Doing::Saving(mut field), Action::Edit(edit)) => {
                field.edit(edit);
                self.doing = Some(Doing::Saving(field));
            }
            _ => {}
        }
        Outcome::Open
    }
}

impl Dialog for StepsDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "go there"),
            (&[Action::Rename], "rename"),
            (&[Action::Notes], "note"),
            (&[Action::Figures], "figures"),
            (&[Action::Save], "save"),
            (&[Action::Present], "present"),
            (&[Action::Replace], "replace"),
            (&[Action::Delete], "delete"),
            (&[Action::Earlier, Action::Later], "move"),
            (&[Action::Presets], "another"),
            (&[Action::Escape], "close"),
        ];
        const TYPING: &[Hint] = &[(&[Action::Enter], "accept"), (&[Action::Escape], "cancel")];
        const DELETE: &[Hint] = &[(&[Action::Yes], "delete"), (&[Action::No], "keep")];
        const REPLACE: &[Hint] = &[(&[Action::Yes], "replace"), (&[Action::No], "keep")];
        const CHOOSE: &[Hint] =
            &[(&[Action::Mark], "show or not"), (&[Action::Enter], "accept"), (&[Action::Escape], "cancel")];
        const FIGURES: &[Place] = &[Place::Figures, Place::List, Place::Dialog];
        const LEAVE: &[Hint] = &[(&[Action::Yes], "leave"), (&[Action::No], "stay")];
        let places: &[Place] = &[Place::Steps, Place::List, Place::Dialog];
        let rows = match &self.doing {
            Some(Doing::Choosing(_)) => Answer::ALL.len() as u16,
            _ => self.draft.document.deck().steps.len() as u16,
        };
        let face = Face::new("Steps of the deck", rows.saturating_add(FOOT + 4), places, HINTS);
        match &self.doing {
            None => face,
            Some(Doing::Renaming(_) | Doing::Noting(_) | Doing::Saving(_)) => {
                Face { places: TYPED, hints: TYPING, ..face }
            }
            Some(Doing::Choosing(_)) => {
                Face { title: "Figures of the step", places: FIGURES, hints: CHOOSE, ..face }
            }
            Some(Doing::Overwriting) => Face {
                places: ASKED,
                question: "replace it by what is on the screen? ",
                hints: REPLACE,
                ..face
            },
            Some(Doing::Deleting) => {
                Face { places: ASKED, question: "delete this step? ", hints: DELETE, ..face }
            }
            Some(Doing::Replacing(_, question)) => Face { places: ASKED, question, hints: REPLACE, ..face },
            Some(Doing::Leaving) => {
                Face { places: ASKED, question: "it is not saved; leave it? ", hints: LEAVE, ..face }
            }
        }
    }

    /// Wider than others: a list of headlines, and much that can be done to them.
    fn area(&self, screen: Rect, _slider: Option<u16>) -> Rect {
        let height = self.face().height.min(screen.height);
        Rect { width: widest(screen.width, WIDE), height, ..screen }
    }

    fn act(&mut self, action: Action, state: &State) -> Outcome {
        if action == Action::Quit {
            return Outcome::of(action);
        }
        if let Some(doing) = self.doing.take() {
            return self.go_on(doing, action, state);
        }
        let last = self.last();
        match action {
            Action::Enter => return self.visit(),
            Action::Present => return Outcome::Present(self.row),
            Action::Up => self.row = self.row.saturating_sub(1),
            Action::Down => self.row = (self.row + 1).min(last),
            Action::PageUp => self.row = self.row.saturating_sub(PAGE),
            Action::PageDown => self.row = (self.row + PAGE).min(last),
            Action::Earlier if self.row > 0 => return self.shift(self.row - 1),
            Action::Later if self.row < last => return self.shift(self.row + 1),
            Action::Rename => {
                let title = self.draft.document.deck().steps.get(self.row).map(|step| step.title.as_str());
                self.doing = title.map(|title| Doing::Renaming(Field::selected(title)));
            }
            Action::Notes => {
                let say = self.draft.document.deck().steps.get(self.row).map(|step| step.say.as_str());
                self.doing = say.map(|say| Doing::Noting(Field::new(&say.replace('\n', " "))));
            }
            Action::Figures => {
                let shown = self.draft.document.deck().steps.get(self.row).map(Step::shown);
                self.doing = shown.map(|shown| Doing::Choosing(Checks::new(shown)));
            }
            Action::Replace => self.doing = Some(Doing::Overwriting),
            Action::Presets if self.draft.is_saved => return Outcome::Decks,
            Action::Presets => self.doing = Some(Doing::Leaving),
            // A deck without a step is none.
            Action::Delete if last > 0 => self.doing = Some(Doing::Deleting),
            Action::Save => {
                self.doing = Some(Doing::Saving(Field::selected(&self.draft.document.deck().title)));
            }
            _ => return Outcome::of(action),
        }
        Outcome::Open
    }

    fn insert(&mut self, text: &str, _state: &State) -> Outcome {
        match &mut self.doing {
            Some(Doing::Renaming(field) | Doing::Noting(field) | Doing::Saving(field)) => field.insert(text),
            Some(Doing::Deleting | Doing::Overwriting | Doing::Replacing(..) | Doing::Leaving) => {
                self.doing = None;
            }
            Some(Doing::Choosing(_)) | None => {}
        }
        Outcome::Open
    }

    fn point(&mut self, row: usize, _state: &State) -> Outcome {
        match &mut self.doing {
            Some(Doing::Choosing(checks)) => checks.point(row),
            None => self.row = row.min(self.last()),
            Some(_) => {}
        }
        Outcome::Open
    }

    fn count(&self) -> usize {
        if let Some(Doing::Choosing(_)) = self.doing {
            return Answer::ALL.len();
        }
        self.draft.document.deck().steps.len()
    }

    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let [list, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(FOOT)]).areas(room);
        if let Some(Doing::Choosing(checks)) = &self.doing {
            paragraph("at most three, in the order in which they are marked", theme.dim, foot, buffer);
            return checks.draw(theme, list, buffer);
        }
        let deck = self.draft.document.deck();
        let mut places = Vec::new();
        for (row, index) in list.rows().zip(window(self.row, deck.steps.len(), list.height)) {
            let style = if index == self.row { theme.chosen } else { theme.base };
            let words = format!("{:>3}  {}", index + 1, deck.steps[index].title);
            Line::styled(fit(&words, usize::from(row.width)), style).render(row, buffer);
            places.push((row, index));
        }
        match &self.doing {
            Some(Doing::Renaming(field)) => field.draw("headline ", theme, foot, buffer),
            Some(Doing::Noting(field)) => field.draw("note ", theme, foot, buffer),
            Some(Doing::Saving(field)) => field.draw("title of the deck ", theme, foot, buffer),
            _ => {
                let saved = match (&self.draft.path, self.draft.is_saved) {
                    (Some(path), true) => format!("saved as {}", path.display()),
                    (None, true) => "as it was opened".to_owned(),
                    _ => "not saved yet".to_owned(),
                };
                let told = state.message.as_ref().filter(|message| message.is_error);
                let (words, style) =
                    told.map_or((saved.as_str(), theme.dim), |told| (told.text.as_str(), theme.warning));
                paragraph(words, style, foot, buffer);
            }
        }
        places
    }
}
