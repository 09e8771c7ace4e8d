//! The one table of actions: where each applies, its keys, its name and what it does.
//!
//! Dispatch, hints, help, palette and README come from this table. Text elsewhere never hard-codes a key. The
//! views bring their own rows, which [`Keymap::new`] puts among these.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::scenario::step::{Direction, StepSize};

/// Where a key means something. A dialog has several places, and looks its keys up in one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Screen,
    /// The panel of the sliders.
    Sliders,
    /// The panel of a view, or that of the figures.
    Reading,
    /// A deck in front of people.
    Presenting,
    Dialog,
    /// A list of which one row is chosen.
    List,
    /// A text that is typed.
    Field,
    /// The list of scenarios.
    Files,
    /// The ways to a goal.
    Goal,
    /// The steps of a deck.
    Steps,
    /// The figures of a step.
    Figures,
    /// The list of keys and signs.
    Help,
    /// A question that is answered by yes or no.
    Question,
    /// The question of what to do with unsaved changes.
    Quitting,
}

/// What a user can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    NextPanel,
    PreviousPanel,
    NextGroup,
    PreviousGroup,
    Step(Direction, StepSize),
    Enter,
    Type,
    Escape,
    ResetOne,
    ResetAll,
    Lock,
    Undo,
    Redo,
    Pin,
    Swap,
    Unpin,
    /// Shows a view, by its place in the list of views.
    View(usize),
    NextView,
    PreviousView,
    GoalSeek,
    /// Shows where the figure in question comes from.
    Explain,
    NextAnswer,
    PreviousAnswer,
    Order,
    Keep,
    /// Makes a profile of what is measured of an engine.
    Calibrate,
    /// Adds what is on the screen as a step of the deck.
    AddStep,
    /// Lists the steps of the deck.
    Steps,
    Earlier,
    Later,
    /// Puts what is on the screen in the place of a step.
    Replace,
    /// Chooses the figures of a step.
    Figures,
    /// Chooses a row of several, or no longer.
    Mark,
    /// Shows every alert in full.
    Alerts,
    Presets,
    Find,
    Save,
    SaveAs,
    Delete,
    Rename,
    Help,
    Theme,
    Mouse,
    Copy,
    /// Changes a text that is typed.
    Edit(Edit),
    Yes,
    No,
    /// Presents the deck that is being made, or what is shown.
    Present,
    NextStep,
    PreviousStep,
    FirstStep,
    LastStep,
    /// Shows one figure and one slider alone.
    Spotlight,
    /// Shows what the presenter says.
    Notes,
    /// Lists the steps.
    Outline,
    Clock,
    /// Shows nothing, so that people look at the presenter.
    Blank,
    Quit,
}

/// A change to a text that is typed, or to the place of its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edit {
    Left,
    Right,
    Start,
    End,
    Backspace,
    Delete,
    Clear,
}

#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where its keys mean this.
    pub place: Place,
    pub action: Action,
    /// Keys that call it, the one to show first.
    pub keys: &'static [&'static str],
    /// Its name in a word or two.
    pub label: &'static str,
    /// One sentence for help.
    pub help: &'static str,
    /// What it has to do with, in help.
    pub group: &'static str,
}

/// Declares the table. A line is an action with its keys, its name in a word or two, and a sentence for help.
macro_rules! bindings {
    ($($place:ident $group:literal { $($action:expr, $keys:expr, $label:literal, $help:literal;)* })*) => {
        &[$($(Binding {
            place: Place::$place,
            action: $action,
            keys: &$keys,
            label: $label,
            help: $help,
            group: $group,
        },)*)*]
    };
}

use Action::{
    AddStep, Alerts, Blank, Calibrate, Clock, Delete, Down, Earlier, Enter, Escape, Explain, Figures, Find,
    First, FirstStep, GoalSeek, Help, Keep, Last, LastStep, Later, Lock, Mark, Mouse, NextAnswer, NextGroup,
    NextPanel, NextStep, NextView, No, Notes, Order, Outline, PageDown, PageUp, Pin, Present, Presets,
    PreviousAnswer, PreviousGroup, PreviousPanel, PreviousStep, PreviousView, Quit, Redo, Rename, Replace,
    ResetAll, ResetOne, Save, SaveAs, Spotlight, Step, Steps, Swap, Theme, Type, Undo, Unpin, Up, Yes,
};
use StepSize::{Coarse, End, Fine, Usual};

const LESS: Direction = Direction::Down;
const MORE: Direction = Direction::Up;

/// Every action but the views, those of the screen in the order of help.
const BINDINGS: &[Binding] = bindings! {
    Screen "Move" {
        Up, ["Up", "k"], "up", "Previous line";
        Down, ["Down", "j"], "down", "Next line";
        NextPanel, ["Tab"], "next panel", "Go to the next panel: sliders, view, figures";
        PreviousPanel, ["BackTab"], "previous panel", "Go to the previous panel";
        NextGroup, ["}"], "next heading", "Next heading among the sliders";
        PreviousGroup, ["{"], "previous heading", "Previous heading among the sliders";
        Escape, ["Esc"], "back", "Back to the sliders, then to the overview";
        Find, ["/", ":", "C-p"], "find", "Find anything: sliders, figures, views, models, GPUs, actions";
        Help, ["?", "F1"], "help", "Every key, and what the signs on the screen mean";
    }
    Reading "Move" {
        PageUp, ["PageUp"], "page up", "A page up in a view";
        PageDown, ["PageDown"], "page down", "A page down in a view";
        First, ["Home"], "first", "The first row of a view";
        Last, ["End"], "last", "The last row of a view";
    }
    Screen "Change" {
        Step(LESS, Usual), ["Left", "h"], "less", "One step down";
        Step(MORE, Usual), ["Right", "l"], "more", "One step up";
        Step(LESS, Coarse), ["S-Left", "H"], "much less", "A coarse step down";
        Step(MORE, Coarse), ["S-Right", "L"], "much more", "A coarse step up";
        Step(LESS, Fine), [","], "a bit less", "A fine step down";
        Step(MORE, Fine), ["."], "a bit more", "A fine step up";
    }
    Sliders "Move" {
        PageUp, ["PageUp"], "page up", "A page up among the sliders";
        PageDown, ["PageDown"], "page down", "A page down among the sliders";
    }
    Sliders "Change" {
        Step(LESS, End), ["Home"], "least", "The left end of the track";
        Step(MORE, End), ["End"], "most", "The right end of the track";
    }
    Screen "Change" {
        Enter, ["Enter", "="], "type a value",
            "Type an exact value (70B, 40%) or a relative one (+10%, *2); apply the chosen row";
        Type, ["+", "-", "*", "$"], "type from here", "Type a value that starts with this character";
        GoalSeek, ["g"], "goal", "Set a goal for a figure, and see what would reach it";
        ResetOne, ["r"], "reset", "Reset the focused parameter to the start";
        ResetAll, ["R"], "reset all", "Reset every parameter to the start";
        Lock, ["Space"], "lock", "Lock the focused parameter against goals; on a heading: open or close it";
        Undo, ["u", "C-z"], "undo", "Undo the last change";
        Redo, ["U", "C-y"], "redo", "Redo the last undone change";
    }
    Screen "Compare" {
        Pin, ["b"], "pin baseline", "Make this the baseline; figures then show their change";
        Swap, ["B"], "swap", "Swap the current scenario with the baseline";
        Unpin, ["C-b"], "drop baseline", "Drop the baseline: figures show their change since the start";
        Keep, ["c"], "keep", "Keep this scenario as another row of the comparison, up to nine";
    }
    Reading "Compare" {
        Calibrate, ["M"], "profile", "In Live: make a profile of the engine";
    }
    Screen "Views" {
        NextView, ["]"], "next view", "Next view";
        PreviousView, ["["], "previous view", "Previous view";
        Explain, ["e"], "why", "Where the figure comes from, down to sources";
        NextAnswer, ["a"], "next figure", "Next figure for the tracks, and for views about one figure";
        PreviousAnswer, ["A"], "previous figure", "Previous figure for the tracks, and for views about one figure";
        Order, ["o"], "sort", "Sort a table by its next column";
        Alerts, ["w"], "alerts", "Alerts in full, what went wrong: missed targets, budgets, and what would help";
        Theme, ["t"], "theme", "Next theme: auto, dark, light, contrast, mono";
        Mouse, ["m"], "mouse", "Release the mouse to select text, or capture it again";
    }
    Screen "Files" {
        Presets, ["p"], "open", "Open a scenario or a model, with a live preview";
        Save, ["s"], "save", "Save under the current name";
        SaveAs, ["S"], "save as", "Save under another name";
        Action::Copy, ["y"], "copy", "Copy the figures, their causes, and the command that reproduces them";
        Quit, ["q", "C-c"], "quit", "Quit; asks once about unsaved changes";
    }
    Screen "Meetings" {
        AddStep, ["d"], "add a step", "Add what is on the screen as a step of a deck, to be told step by step";
        Steps, ["D"], "steps", "The steps of the deck, or of one to go on with: reorder, rename, delete, save, present";
        Present, ["P", "F5"], "present", "Present the deck that you are making, or what is shown";
    }
    Presenting "Present" {
        NextStep, ["Right", "Space", "PageDown"], "next step", "Next step";
        PreviousStep, ["Left", "PageUp", "Backspace"], "previous step", "Previous step";
        FirstStep, ["Home"], "first step", "First step";
        LastStep, ["End"], "last step", "Last step";
        Outline, ["o"], "outline", "All steps: go to one";
        Enter, ["Enter"], "type", "Type a value for the slider; after a number: go to that step";
        Step(MORE, Usual), ["+", "=", "l"], "more", "Turn the slider up";
        Step(LESS, Usual), ["-", "h"], "less", "Turn the slider down";
        Step(MORE, Coarse), ["S-Right", "L"], "much more", "Turn the slider far up";
        Step(LESS, Coarse), ["S-Left", "H"], "much less", "Turn the slider far down";
        Up, ["Up", "k"], "previous slider", "Previous slider of the step";
        Down, ["Down", "j"], "next slider", "Next slider of the step";
        Find, ["/", "C-p"], "find", "Find any other slider, model or GPU";
        Escape, ["Esc"], "as written", "Leave the spotlight; then back to the step as written";
        Spotlight, ["f"], "spotlight", "One figure and one slider alone";
        Notes, ["n"], "notes", "What to say";
        Clock, ["c"], "clock", "Minutes since the start";
        Blank, [".", "b"], "blank", "Show nothing; any key shows the step again";
        Theme, ["t"], "theme", "Next theme: auto, dark, light, contrast, mono";
        Help, ["?", "F1"], "keys", "Every key";
        Quit, ["q", "C-c"], "leave", "Leave; asks once before the last step";
    }
    Dialog "Dialogs" {
        Enter, ["Enter"], "accept", "Accept what is typed or selected";
        Escape, ["Esc"], "cancel", "Close the dialog without changes";
        Quit, ["C-c"], "quit", "Quit; asks once about unsaved changes";
    }
    List "Dialogs" {
        Up, ["Up", "BackTab", "C-p"], "up", "Previous row";
        Down, ["Down", "Tab", "C-n"], "down", "Next row";
        PageUp, ["PageUp"], "page up", "Ten rows up";
        PageDown, ["PageDown"], "page down", "Ten rows down";
    }
    Goal "Dialogs" {
        Up, ["Up"], "up", "Previous way";
        Down, ["Down"], "down", "Next way";
        NextAnswer, ["Tab"], "next figure", "Next figure";
        PreviousAnswer, ["BackTab"], "previous figure", "Previous figure";
    }
    Help "Dialogs" {
        Up, ["Up"], "up", "Previous column";
        Down, ["Down"], "down", "Next column";
        PageUp, ["PageUp"], "page up", "A page up";
        PageDown, ["PageDown"], "page down", "A page down";
        First, ["Home"], "first", "The first page";
        Last, ["End"], "last", "The last page";
        Find, ["/", "C-p"], "find", "Find anything";
    }
    Field "Dialogs" {
        Action::Edit(Edit::Left), ["Left"], "left", "Move the cursor left";
        Action::Edit(Edit::Right), ["Right"], "right", "Move the cursor right";
        Action::Edit(Edit::Start), ["Home", "C-a"], "start", "Move the cursor to the start";
        Action::Edit(Edit::End), ["End", "C-e"], "end", "Move the cursor to the end";
        Action::Edit(Edit::Backspace), ["Backspace"], "erase", "Erase the character before the cursor";
        Action::Edit(Edit::Delete), ["Delete"], "delete", "Erase the character under the cursor";
        Action::Edit(Edit::Clear), ["C-u"], "clear", "Erase everything";
    }
    Files "Dialogs" {
        Delete, ["C-d"], "delete", "Delete the chosen file";
        Rename, ["C-r"], "rename", "Rename the chosen file";
    }
    Steps "Dialogs" {
        Earlier, ["Left", "K"], "earlier", "Move the chosen step up";
        Later, ["Right", "J"], "later", "Move the chosen step down";
        Present, ["P", "F5"], "present", "Present the deck from the chosen step on";
        Rename, ["r", "C-r"], "rename", "Give the chosen step another headline";
        Notes, ["n"], "note", "Write what to say at the chosen step";
        Figures, ["f"], "figures", "Choose which figures the chosen step shows large";
        Replace, ["u"], "replace", "Put what is on the screen in the place of the chosen step";
        Delete, ["x", "Delete", "C-d"], "delete", "Delete the chosen step";
        Save, ["s", "S"], "save", "Save the deck under its title";
        Presets, ["p"], "open", "Go on with another deck";
    }
    Figures "Dialogs" {
        Mark, ["Space"], "show or not", "Show the figure of this row large, or no longer";
    }
    Question "Dialogs" {
        Yes, ["y", "Y"], "yes", "Do it";
        No, ["n", "N", "Esc"], "no", "Do not";
    }
    Quitting "Dialogs" {
        Save, ["s", "S"], "save", "Save, then quit";
        Quit, ["q", "Q", "y", "Y", "C-c"], "quit", "Quit without saving";
        Escape, ["Esc", "n", "N"], "stay", "Keep working";
    }
};

/// The table with the rows of the views.
#[derive(Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Keymap {
    /// The table with a row for each view: its keys, its title, its help.
    pub fn new(views: impl Iterator<Item = (&'static [&'static str], &'static str, &'static str)>) -> Self {
        let mut bindings = BINDINGS.to_vec();
        let at = bindings.iter().position(|binding| binding.action == Action::NextView).unwrap_or(0);
        let rows = views.enumerate().map(|(index, (keys, label, help))| Binding {
            place: Place::Screen,
            action: Action::View(index),
            keys,
            label,
            help,
            group: "Views",
        });
        bindings.splice(at..at, rows);
        Self { bindings }
    }

    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The action of a key press in the first place that knows it.
    pub fn action(&self, places: &[Place], key: &KeyEvent) -> Option<Action> {
        let name = name_of(key)?;
        self.find(places, |binding| binding.keys.contains(&name.as_str())).map(|binding| binding.action)
    }

    /// The key to show for an action, as people read it; empty where it has none.
    pub fn key(&self, places: &[Place], action: Action) -> String {
        let row = self.find(places, |binding| binding.action == action);
        row.and_then(|binding| binding.keys.first()).map_or(String::new(), |key| readable(key))
    }

    fn find(&self, places: &[Place], is_it: impl Fn(&Binding) -> bool) -> Option<&Binding> {
        let row = |place| self.bindings.iter().find(|binding| binding.place == place && is_it(binding));
        places.iter().copied().find_map(row)
    }
}

/// The key to show for an action of the screen that is no view, as people read it.
pub fn key_of(action: Action) -> String {
    let on_screen = |binding: &&Binding| binding.place == Place::Screen && binding.action == action;
    BINDINGS.iter().find(on_screen).map_or(String::new(), |binding| readable(binding.keys[0]))
}

/// Keys that are no characters of their own, by name.
const NAMES: [(&str, KeyCode); 15] = [
    ("Space", KeyCode::Char(' ')),
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("BackTab", KeyCode::BackTab),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
];

/// The name of a key press as the table writes it: `C-` with Ctrl, `S-` an arrow with Shift.
pub fn name_of(key: &KeyEvent) -> Option<String> {
    let has = |modifier| key.modifiers.contains(modifier);
    if has(KeyModifiers::ALT) {
        return None;
    }
    let shift = has(KeyModifiers::SHIFT);
    let code = if key.code == KeyCode::Tab && shift { KeyCode::BackTab } else { key.code };
    match (NAMES.iter().find(|(_, named)| *named == code), code) {
        (Some((name, _)), KeyCode::Left | KeyCode::Right) if shift => Some(format!("S-{name}")),
        (Some((name, _)), _) => Some((*name).to_owned()),
        (None, KeyCode::Char(letter)) if has(KeyModifiers::CONTROL) => {
            Some(format!("C-{}", letter.to_ascii_lowercase()))
        }
        (None, KeyCode::Char(letter)) => Some(letter.to_string()),
        (None, KeyCode::F(number)) => Some(format!("F{number}")),
        _ => None,
    }
}

/// The key press with this name; the inverse of [`name_of`].
pub fn press(name: &str) -> Option<KeyEvent> {
    let (modifiers, rest) = match name.split_once('-') {
        Some(("C", rest)) if !rest.is_empty() => (KeyModifiers::CONTROL, rest),
        Some(("S", rest)) if !rest.is_empty() => (KeyModifiers::SHIFT, rest),
        _ => (KeyModifiers::NONE, name),
    };
    let mut letters = rest.chars();
    let code = match NAMES.iter().find(|(named, _)| *named == rest) {
        Some((_, code)) => *code,
        None => match (letters.next()?, letters.as_str()) {
            (letter, "") => KeyCode::Char(letter),
            ('F', number) => KeyCode::F(number.parse().ok()?),
            _ => return None,
        },
    };
    Some(KeyEvent::new(code, modifiers))
}

/// A key's name as people read it: `Ctrl-P`, `Shift-Left`.
pub fn readable(key: &str) -> String {
    match key.split_once('-') {
        Some(("C", rest)) => format!("Ctrl-{}", rest.to_uppercase()),
        Some(("S", rest)) => format!("Shift-{rest}"),
        _ if key == "BackTab" => "Shift-Tab".to_owned(),
        _ => key.to_owned(),
    }
}
