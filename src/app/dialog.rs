//! Dialogs over the screen, one file each: state, keys and drawing side by side.
//!
//! A dialog takes actions and texts and says what happens next; the application carries it out.

pub mod alerts;
pub mod changed;
pub mod choice;
pub mod decks;
pub mod entry;
pub mod field;
pub mod filtered;
pub mod goal;
pub mod help;
pub mod outline;
pub mod palette;
pub mod picker;
pub mod quit;
pub mod save;
pub mod steps;

use std::fmt;
use std::sync::Arc;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::answer::Answer;
use crate::app::draft::Draft;
use crate::app::hints::{self, HintPlace};
use crate::app::state::{Preview, State};
use crate::files::deck::OpenedDeck;
use crate::files::store::Opened;
use crate::keymap::{Action, Place};
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::views::scene::Hint;
use crate::widgets::frame;
use crate::widgets::list::seen;
use crate::widgets::theme::Theme;

/// Places of a dialog with a field.
const TYPED: &[Place] = &[Place::Field, Place::Dialog];
/// Places of a dialog with a list and a field.
const LISTED: &[Place] = &[Place::List, Place::Field, Place::Dialog];
/// Columns and rows of the frame of a text to read, and of what is beside the text.
const FRAME: [u16; 2] = [4, 3];
/// Places of a question inside a dialog.
const ASKED: &[Place] = &[Place::Question, Place::Dialog];

/// The columns that a dialog usually takes.
const WIDTH: u16 = 76;
/// The least columns of what is seen beside a dialog.
const LEAST_STRIP: u16 = 24;

pub trait Dialog: fmt::Debug {
    /// What it looks like at the moment, and which keys it takes.
    fn face(&self) -> Face;

    fn act(&mut self, action: Action, state: &State) -> Outcome;

    /// Takes a text that was typed or pasted, without control characters.
    fn insert(&mut self, _text: &str, _state: &State) -> Outcome {
        Outcome::Open
    }

    /// Where its frame goes: over the panels, so that the answers stay visible. `slider` is the row of the focused slider.
    fn area(&self, screen: Rect, _slider: Option<u16>) -> Rect {
        let height = self.face().height.min(screen.height);
        Rect { width: widest(screen.width, WIDTH), height, ..screen }
    }

    /// A pointer chose a row of those that it has drawn.
    fn point(&mut self, _row: usize, _state: &State) -> Outcome {
        Outcome::Open
    }

    /// How many rows it has to choose from, drawn or not.
    fn count(&self) -> usize {
        0
    }

    /// Which lines of how many are seen in a room, where not all are.
    fn seen(&self, _room: Size) -> Option<String> {
        None
    }

    /// Draws what is inside the frame, above the hints, and says where its rows are.
    fn draw(&self, state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)>;
}

/// What a dialog looks like, and which keys it takes.
#[derive(Debug, Clone, Copy)]
pub struct Face {
    /// The words on the frame.
    pub title: &'static str,
    /// The rows of the frame, where there are as many.
    pub height: u16,
    /// It takes all of the screen, not the room of the panels alone.
    pub is_whole: bool,
    /// Where keys are looked up, first place first.
    pub places: &'static [Place],
    /// What a user is asked before the hints.
    pub question: &'static str,
    /// What a user may do, the most useful first.
    pub hints: &'static [Hint],
}

impl Face {
    /// A face that asks nothing.
    const fn new(title: &'static str, height: u16, places: &'static [Place], hints: &'static [Hint]) -> Self {
        Self { title, height, is_whole: false, places, question: "", hints }
    }
}

/// What happens next after an action.
#[derive(Debug)]
pub enum Outcome {
    /// The dialog goes on.
    Open,
    /// It goes on, with another scenario shown behind it.
    Preview(Option<Box<Preview>>),
    /// It closes and nothing is changed.
    Close,
    /// It closes and sets a parameter.
    Set(ParamId, Value),
    /// It closes, and the scenario becomes another, as a step of undo.
    Reach {
        /// Its name in the history.
        label: String,
        scenario: Box<Scenario>,
        /// What gets the focus.
        param: ParamId,
        message: String,
    },
    /// It closes, and a slider gets the focus.
    Focus(ParamId),
    /// It closes, and a step of the deck is shown, from 0.
    Step(usize),
    /// It closes, and the deck that is being made is presented from a step on, from 0.
    Present(usize),
    /// It closes, and another deck is presented.
    PresentDeck(Box<OpenedDeck>),
    /// It closes, and a figure is explained.
    Explain(Answer),
    /// It closes, and what was published of a figure is shown with what is derived for it.
    Read(Answer, String),
    /// It gives way to the dialog that finds anything, with a text typed.
    Find(String),
    /// It closes, and something went wrong.
    Complain(String),
    /// It closes and opens a scenario.
    Load(Box<Opened>),
    /// It saves, and closes where that went well.
    SaveAs {
        name: String,
        /// Whether an existing file may be replaced.
        overwrite: bool,
    },
    /// It closes, and the file of the scenario is written over.
    Replace,
    /// It goes on, with another deck being made.
    Draft(Box<Draft>),
    /// It gives way to the list of decks.
    Decks,
    /// It gives way to the steps of another deck.
    Edit(Box<OpenedDeck>),
    /// It saves the deck under a title, and goes on.
    SaveDraft {
        title: String,
        /// Whether an existing file may be replaced.
        overwrite: bool,
        /// The step that is chosen.
        row: usize,
    },
    /// It closes and carries out an action.
    Run(Action),
    Quit,
    /// The scenario is saved and the program ends.
    SaveAndQuit,
}

impl Outcome {
    /// What an action does in every dialog that has no use of its own for it.
    fn of(action: Action) -> Self {
        match action {
            Action::Escape => Self::Close,
            Action::Quit => Self::Run(Action::Quit),
            _ => Self::Open,
        }
    }
}

/// Where a dialog's hints and rows are.
#[derive(Debug, Default)]
pub struct Places {
    pub hints: Vec<HintPlace>,
    pub rows: Vec<(Rect, usize)>,
}

/// Draws a dialog over the screen, and says where its hints and rows are.
pub fn draw(
    dialog: &dyn Dialog,
    state: &State,
    theme: &Theme,
    screen: Rect,
    slider: Option<u16>,
    buffer: &mut Buffer,
) -> Places {
    let face = dialog.face();
    let area = dialog.area(screen, slider);
    let room = frame::dialog(face.title, theme, area, buffer);
    let Some(height) = room.height.checked_sub(1) else { return Places::default() };
    let rows = dialog.draw(state, theme, Rect { height, ..room }, buffer);
    let shown = rows.first().zip(rows.last()).map(|((_, first), (_, last))| *first..last + 1);
    let listed = shown.and_then(|shown| seen(&shown, dialog.count()));
    if let Some(seen) = dialog.seen(Size { height, ..room.as_size() }).or(listed) {
        frame::note(&seen, theme, area, buffer);
    }
    let y = room.bottom() - 1;
    let (x, _) = buffer.set_stringn(room.x, y, face.question, usize::from(room.width), theme.warning);
    let line = Rect { x, y, width: room.right() - x, height: 1 };
    Places { hints: hints::draw(face.hints, 0, face.places, theme, line, buffer), rows }
}

/// The columns of a dialog that takes so many at most: no strip beside it is too narrow to read.
fn widest(columns: u16, most: u16) -> u16 {
    if columns < most + LEAST_STRIP { columns } else { most }
}

/// Columns of a screen in its middle, so many at most.
fn middle(screen: Rect, most: u16) -> Rect {
    let width = widest(screen.width, most);
    Rect { x: screen.x + (screen.width - width) / 2, width, ..screen }
}

/// Shows the current scenario with one parameter set; as it is without a value.
fn preview(state: &State, param: ParamId, value: Option<Value>) -> Outcome {
    let value = value.filter(|value| param.has_room(*value, &state.document.scenario));
    Outcome::Preview(value.map(|value| {
        let mut document = state.document.clone();
        param.put(&mut document.scenario, value);
        Box::new(Preview { document, world: Arc::clone(&state.world) })
    }))
}
