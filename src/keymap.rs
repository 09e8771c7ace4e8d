//! The one table of actions: where each applies, its keys, its name and what it does.
//!
//! Dispatch, hints, help, palette and README come from this table. Text elsewhere never names a key. The views bring
//! their own rows, which [`Keymap::new`] puts among these.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::scenario::step::{Direction, StepSize};

/// Where a key means something. A dialog has several places, and looks its keys up in one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The screen, with no dialog over it.
    Screen,
    /// Every dialog.
    Dialog,
    /// A list of which one row is chosen.
    List,
    /// A text that is typed.
    Field,
    /// The list of scenarios.
    Files,
    /// A question that is answered by yes or no.
    Question,
    /// The question what to do with unsaved changes.
    Quitting,
}

/// What a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The line above.
    Up,
    /// The line below.
    Down,
    /// Some lines up.
    PageUp,
    /// Some lines down.
    PageDown,
    /// The next slider, also beside another view.
    NextSlider,
    /// The slider before.
    PreviousSlider,
    /// The next heading.
    NextGroup,
    /// The heading before.
    PreviousGroup,
    /// Moves the focused slider.
    Step(Direction, StepSize),
    /// Types a value, applies the chosen row, takes what a dialog offers.
    Enter,
    /// Types a value that begins with the key's own character.
    Type,
    /// Leaves a view or a dialog.
    Escape,
    /// Puts the focused parameter back to the preset.
    ResetOne,
    /// Puts every parameter back to the preset.
    ResetAll,
    /// Locks the focused parameter against goal seek, or opens and closes a heading.
    Lock,
    /// Takes the last change back.
    Undo,
    /// Redoes what was undone.
    Redo,
    /// Makes the present scenario the baseline.
    Pin,
    /// Swaps the present scenario and the baseline.
    Swap,
    /// Drops the baseline.
    Unpin,
    /// Shows a view, by its place in the list of views.
    View(usize),
    /// The next view.
    NextView,
    /// The view before.
    PreviousView,
    /// Asks for a goal.
    GoalSeek,
    /// The next answer, in views that are about one.
    NextAnswer,
    /// Sorts a table by its next column.
    Order,
    /// Keeps the scenario as one more column of the comparison.
    Keep,
    /// Opens the list of scenarios and models.
    Presets,
    /// Saves under the present name.
    Save,
    /// Saves under another name.
    SaveAs,
    /// Deletes a file.
    Delete,
    /// Renames a file.
    Rename,
    /// Opens help and the list of actions.
    Help,
    /// Switches the theme.
    Theme,
    /// Releases the mouse, or takes it back.
    Mouse,
    /// Copies a summary to the clipboard.
    Copy,
    /// Changes a text that is typed.
    Edit(Edit),
    /// Answers a question with yes.
    Yes,
    /// Answers a question with no.
    No,
    /// Quits.
    Quit,
}

/// A change to a text that is typed, or to the place of its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edit {
    /// The cursor one character to the left.
    Left,
    /// The cursor one character to the right.
    Right,
    /// The cursor before the first character.
    Start,
    /// The cursor behind the last character.
    End,
    /// Removes the character before the cursor.
    Backspace,
    /// Removes the character under the cursor.
    Delete,
    /// Removes everything.
    Clear,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where its keys mean this.
    pub place: Place,
    /// The action.
    pub action: Action,
    /// Keys that call it, the one to show first.
    pub keys: &'static [&'static str],
    /// Its name in a word or two.
    pub label: &'static str,
    /// One sentence for help.
    pub help: &'static str,
}

const fn bind(
    place: Place,
    action: Action,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Binding {
    Binding { place, action, keys, label, help }
}

use Action::Step;
use Direction::{Down, Up};
use Place::{Dialog, Field, Files, List, Question, Quitting, Screen};
use StepSize::{Coarse, End, Fine, Usual};

/// Every action but the views, those of the screen in the order of help.
const BINDINGS: &[Binding] = &[
    bind(Screen, Action::Up, &["Up", "k"], "up", "The line above"),
    bind(Screen, Action::Down, &["Down", "j"], "down", "The line below"),
    bind(Screen, Action::NextSlider, &["Tab"], "next slider", "The next slider, also beside another view"),
    bind(Screen, Action::PreviousSlider, &["BackTab"], "previous slider", "The slider before"),
    bind(Screen, Action::NextGroup, &["}"], "next heading", "The next heading"),
    bind(Screen, Action::PreviousGroup, &["{"], "previous heading", "The heading before"),
    bind(Screen, Step(Down, Usual), &["Left", "h"], "less", "One step down"),
    bind(Screen, Step(Up, Usual), &["Right", "l"], "more", "One step up"),
    bind(
        Screen,
        Step(Down, Coarse),
        &["S-Left", "H", "PageDown"],
        "much less",
        "A coarse step down, to the next mark on the track",
    ),
    bind(
        Screen,
        Step(Up, Coarse),
        &["S-Right", "L", "PageUp"],
        "much more",
        "A coarse step up, to the next mark on the track",
    ),
    bind(Screen, Step(Down, Fine), &[","], "a bit less", "A fine step down"),
    bind(Screen, Step(Up, Fine), &["."], "a bit more", "A fine step up"),
    bind(Screen, Step(Down, End), &["Home"], "least", "The left end of the track"),
    bind(Screen, Step(Up, End), &["End"], "most", "The right end of the track"),
    bind(
        Screen,
        Action::Enter,
        &["Enter", "="],
        "type a value",
        "Type an exact value (70B, 40%) or a relative one (+10%, *2); apply the chosen row",
    ),
    bind(
        Screen,
        Action::Type,
        &["+", "-", "*", "/", "$", "0"],
        "type from here",
        "Type a value that begins with this character",
    ),
    bind(Screen, Action::Escape, &["Esc"], "back", "Leave a dialog or a view; nothing is changed"),
    bind(Screen, Action::ResetOne, &["r"], "reset", "Put the focused parameter back to the preset"),
    bind(Screen, Action::ResetAll, &["R"], "reset all", "Put every parameter back to the preset"),
    bind(
        Screen,
        Action::Lock,
        &["Space"],
        "lock",
        "Lock the focused parameter against goal seek; on a heading: open or close it",
    ),
    bind(Screen, Action::Undo, &["u", "C-z"], "undo", "Take the last change back"),
    bind(Screen, Action::Redo, &["U", "C-y"], "redo", "Redo what was undone"),
    bind(
        Screen,
        Action::Pin,
        &["b"],
        "pin baseline",
        "Make this the baseline: every figure then shows its change",
    ),
    bind(Screen, Action::Swap, &["B"], "swap", "Swap the present scenario and the baseline"),
    bind(Screen, Action::Unpin, &["C-b"], "drop baseline", "Drop the baseline"),
    bind(Screen, Action::NextView, &["]"], "next view", "The next view"),
    bind(Screen, Action::PreviousView, &["["], "previous view", "The view before"),
    bind(
        Screen,
        Action::GoalSeek,
        &["g"],
        "goal",
        "Make a figure be a value by changing the focused parameter",
    ),
    bind(
        Screen,
        Action::NextAnswer,
        &["a"],
        "other answer",
        "The next answer, in views that are about one figure",
    ),
    bind(Screen, Action::Order, &["o"], "order", "Order the table of accelerators by its next column"),
    bind(
        Screen,
        Action::Keep,
        &["c"],
        "keep",
        "Keep this scenario as one more column of the comparison, up to two",
    ),
    bind(Screen, Action::Presets, &["p"], "presets", "Open a scenario or a model, with a live preview"),
    bind(Screen, Action::Save, &["s"], "save", "Save under the present name"),
    bind(Screen, Action::SaveAs, &["S"], "save as", "Save under another name"),
    bind(Screen, Action::Help, &["?", ":", "C-p"], "help", "Search every action by name, and run it"),
    bind(Screen, Action::Theme, &["t"], "theme", "The next theme: auto, dark, light, contrast, mono"),
    bind(
        Screen,
        Action::Mouse,
        &["m"],
        "mouse",
        "Release the mouse so that text can be selected, or take it back",
    ),
    bind(Screen, Action::Copy, &["y"], "copy", "Copy a summary to the clipboard"),
    bind(Screen, Action::Quit, &["q", "C-c"], "quit", "Quit; unsaved changes are asked about once"),
    bind(Dialog, Action::Enter, &["Enter"], "take", "Take what is typed or chosen"),
    bind(Dialog, Action::Escape, &["Esc"], "leave", "Leave the dialog; nothing is changed"),
    bind(Dialog, Action::Quit, &["C-c"], "quit", "Quit; unsaved changes are asked about once"),
    bind(List, Action::Up, &["Up", "BackTab", "C-p"], "up", "The row above"),
    bind(List, Action::Down, &["Down", "Tab", "C-n"], "down", "The row below"),
    bind(List, Action::PageUp, &["PageUp"], "page up", "Ten rows up"),
    bind(List, Action::PageDown, &["PageDown"], "page down", "Ten rows down"),
    bind(Field, Action::Edit(Edit::Left), &["Left"], "left", "The cursor to the left"),
    bind(Field, Action::Edit(Edit::Right), &["Right"], "right", "The cursor to the right"),
    bind(Field, Action::Edit(Edit::Start), &["Home", "C-a"], "start", "The cursor to the start"),
    bind(Field, Action::Edit(Edit::End), &["End", "C-e"], "end", "The cursor to the end"),
    bind(
        Field,
        Action::Edit(Edit::Backspace),
        &["Backspace"],
        "erase",
        "Erase the character before the cursor",
    ),
    bind(Field, Action::Edit(Edit::Delete), &["Delete"], "delete", "Erase the character under the cursor"),
    bind(Field, Action::Edit(Edit::Clear), &["C-u"], "clear", "Erase everything"),
    bind(Files, Action::Delete, &["C-d"], "delete", "Delete the chosen file"),
    bind(Files, Action::Rename, &["C-r"], "rename", "Rename the chosen file"),
    bind(Question, Action::Yes, &["y", "Y"], "yes", "Yes"),
    bind(Question, Action::No, &["n", "N", "Esc"], "no", "No"),
    bind(Quitting, Action::Save, &["s", "S"], "save", "Save, then quit"),
    bind(Quitting, Action::Quit, &["q", "Q", "y", "Y", "C-c"], "quit", "Quit without saving"),
    bind(Quitting, Action::Escape, &["Esc", "n", "N"], "stay", "Go on"),
];

/// The table with the rows of the views.
#[derive(Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Keymap {
    /// The table with a row for each view: its keys, its title, its help.
    #[must_use]
    pub fn new(views: impl Iterator<Item = (&'static [&'static str], &'static str, &'static str)>) -> Self {
        let mut bindings = BINDINGS.to_vec();
        let at = bindings.iter().position(|binding| binding.action == Action::NextView).unwrap_or(0);
        let rows = views
            .enumerate()
            .map(|(index, (keys, title, help))| bind(Screen, Action::View(index), keys, title, help));
        bindings.splice(at..at, rows);
        Self { bindings }
    }

    /// Every row.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The action of a key press in the first place that knows it.
    #[must_use]
    pub fn action(&self, places: &[Place], key: &KeyEvent) -> Option<Action> {
        let name = name_of(key)?;
        self.find(places, |binding| binding.keys.contains(&name.as_str())).map(|binding| binding.action)
    }

    /// The key to show for an action, as people read it; empty where it has none.
    #[must_use]
    pub fn key(&self, places: &[Place], action: Action) -> String {
        let row = self.find(places, |binding| binding.action == action);
        row.and_then(|binding| binding.keys.first()).map_or(String::new(), |key| readable(key))
    }

    fn find(&self, places: &[Place], is_it: impl Fn(&Binding) -> bool) -> Option<&Binding> {
        let row = |place| self.bindings.iter().find(|binding| binding.place == place && is_it(binding));
        places.iter().copied().find_map(row)
    }
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
#[must_use]
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
#[must_use]
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
#[must_use]
pub fn readable(key: &str) -> String {
    match key.split_once('-') {
        Some(("C", rest)) => format!("Ctrl-{}", rest.to_uppercase()),
        Some(("S", rest)) => format!("Shift-{rest}"),
        _ if key == "BackTab" => "Shift-Tab".to_owned(),
        _ => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_can_be_pressed_by_its_name() {
        let keymap = Keymap::new(std::iter::empty());
        for binding in BINDINGS {
            for key in binding.keys {
                let press = press(key).unwrap_or_else(|| panic!("{key} names no key"));
                assert_eq!(name_of(&press).as_deref(), Some(*key));
                assert_eq!(keymap.action(&[binding.place], &press), Some(binding.action), "{key}");
            }
        }
    }

    #[test]
    fn no_key_is_one_that_terminals_send_for_another() {
        // Ctrl-H, Ctrl-I, Ctrl-J and Ctrl-M arrive as Backspace, Tab, Enter and Enter.
        for binding in BINDINGS {
            for key in binding.keys {
                assert!(!["C-h", "C-i", "C-j", "C-m"].contains(key), "{key} cannot be told apart");
            }
        }
    }
}
