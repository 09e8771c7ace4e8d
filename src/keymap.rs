//! The one table of actions: each with its keys, its name and what it does.
//!
//! Dispatch, footer, help, palette and README come from this table. Text elsewhere never names a key.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::scenario::step::{Direction, StepSize};

/// What a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The line above.
    Up,
    /// The line below.
    Down,
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
    /// Types a value, or applies the chosen row.
    Enter,
    /// Leaves a view, a dialog, an entry.
    Escape,
    /// Puts the focused parameter back to the preset.
    ResetOne,
    /// Puts every parameter back to the preset.
    ResetAll,
    /// Locks the focused parameter against goal seek, or opens and closes a heading.
    Lock,
    /// Takes the last change back.
    Undo,
    /// Does it again.
    Redo,
    /// Makes the present scenario the baseline.
    Pin,
    /// Swaps the present scenario and the baseline.
    Swap,
    /// Drops the baseline.
    Unpin,
    /// Shows a view, counted from 1.
    View(u8),
    /// The next view.
    NextView,
    /// The view before.
    PreviousView,
    /// Asks for a goal.
    GoalSeek,
    /// Explains a figure.
    Explain,
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
    /// Opens help and the list of actions.
    Help,
    /// Switches the theme.
    Theme,
    /// Releases the mouse, or takes it back.
    Mouse,
    /// Copies a summary to the clipboard.
    Copy,
    /// Quits.
    Quit,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The action.
    pub action: Action,
    /// Keys that call it, the one to show first.
    pub keys: &'static [&'static str],
    /// A word or two for the footer.
    pub label: &'static str,
    /// One sentence for help and palette.
    pub help: &'static str,
}

const fn bind(
    action: Action,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Binding {
    Binding { action, keys, label, help }
}

use Action::Step;
use Direction::{Down, Up};
use StepSize::{Coarse, End, Fine, Usual};

/// Every action, in the order of help.
pub const BINDINGS: &[Binding] = &[
    bind(Action::Up, &["Up", "k"], "up", "The line above"),
    bind(Action::Down, &["Down", "j"], "down", "The line below"),
    bind(Action::NextSlider, &["Tab"], "next slider", "The next slider, also beside another view"),
    bind(Action::PreviousSlider, &["BackTab"], "previous slider", "The slider before"),
    bind(Action::NextGroup, &["}"], "next heading", "The next heading"),
    bind(Action::PreviousGroup, &["{"], "previous heading", "The heading before"),
    bind(Step(Down, Usual), &["Left", "h"], "less", "One step down"),
    bind(Step(Up, Usual), &["Right", "l"], "more", "One step up"),
    bind(
        Step(Down, Coarse),
        &["S-Left", "H", "PageDown"],
        "much less",
        "A coarse step down, to the next mark on the track",
    ),
    bind(
        Step(Up, Coarse),
        &["S-Right", "L", "PageUp"],
        "much more",
        "A coarse step up, to the next mark on the track",
    ),
    bind(Step(Down, Fine), &[","], "a bit less", "A fine step down"),
    bind(Step(Up, Fine), &["."], "a bit more", "A fine step up"),
    bind(Step(Down, End), &["Home"], "least", "The left end of the track"),
    bind(Step(Up, End), &["End"], "most", "The right end of the track"),
    bind(
        Action::Enter,
        &["Enter", "="],
        "type a value",
        "Type an exact value (70B, 40%) or a relative one (+10%, *2); apply the chosen row",
    ),
    bind(Action::Escape, &["Esc"], "back", "Leave a dialog or a view; nothing is changed"),
    bind(Action::ResetOne, &["r"], "reset", "Put the focused parameter back to the preset"),
    bind(Action::ResetAll, &["R"], "reset all", "Put every parameter back to the preset"),
    bind(
        Action::Lock,
        &["Space"],
        "lock",
        "Lock the focused parameter against goal seek; on a heading: open or close it",
    ),
    bind(Action::Undo, &["u", "C-z"], "undo", "Take the last change back"),
    bind(Action::Redo, &["U", "C-y"], "redo", "Do it again"),
    bind(Action::Pin, &["b"], "pin baseline", "Make this the baseline: every figure then shows its change"),
    bind(Action::Swap, &["B"], "swap", "Swap the present scenario and the baseline"),
    bind(Action::Unpin, &["C-b"], "drop baseline", "Drop the baseline"),
    bind(Action::View(1), &["1"], "overview", "Overview: every slider, the figures and the cost over time"),
    bind(Action::View(2), &["2"], "levers", "Levers: what each would save now, best first"),
    bind(Action::View(3), &["3"], "hardware", "Hardware: every accelerator for this scenario"),
    bind(Action::View(4), &["4"], "sensitivity", "Sensitivity: what moves an answer most"),
    bind(
        Action::View(5),
        &["5"],
        "frontier",
        "Frontier: cost against speed over batch, degree and precision",
    ),
    bind(Action::View(6), &["6"], "compare", "Compare: against the baseline, and what caused the difference"),
    bind(Action::View(7), &["7"], "growth", "Growth: months to come, GPUs needed, budgets crossed"),
    bind(
        Action::View(8),
        &["8"],
        "explain",
        "Explain: every figure's formula with this scenario's numbers and sources",
    ),
    bind(
        Action::View(9),
        &["9"],
        "advice",
        "Advice: where to put the money, and the same traffic bought from an API",
    ),
    bind(Action::NextView, &["]"], "next view", "The next view"),
    bind(Action::PreviousView, &["["], "previous view", "The view before"),
    bind(Action::GoalSeek, &["g"], "goal", "Make a figure be a value by changing the focused parameter"),
    bind(Action::Explain, &["e"], "explain", "Explain a figure: formula, numbers, sources"),
    bind(Action::NextAnswer, &["a"], "other answer", "The next answer, in views that are about one figure"),
    bind(Action::Order, &["o"], "order", "Order the table of accelerators by its next column"),
    bind(Action::Keep, &["c"], "keep", "Keep this scenario as one more column of the comparison, up to two"),
    bind(Action::Presets, &["p"], "presets", "Open a scenario or a model, with a live preview"),
    bind(Action::Save, &["s"], "save", "Save under the present name"),
    bind(Action::SaveAs, &["S"], "save as", "Save under another name"),
    bind(Action::Help, &["?", ":", "C-p"], "help", "Search every action by name, and run it"),
    bind(Action::Theme, &["t"], "theme", "The next theme: auto, dark, light, contrast, mono"),
    bind(Action::Mouse, &["m"], "mouse", "Release the mouse so that text can be selected, or take it back"),
    bind(Action::Copy, &["y"], "copy", "Copy a summary to the clipboard"),
    bind(Action::Quit, &["q", "C-c"], "quit", "Quit; unsaved changes are asked about once"),
];

impl Action {
    /// Its row in the table.
    #[must_use]
    pub fn binding(self) -> Option<&'static Binding> {
        BINDINGS.iter().find(|binding| binding.action == self)
    }

    /// The key to show for it.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.binding().and_then(|binding| binding.keys.first()).copied().unwrap_or_default()
    }
}

/// The action of a key press, outside of text fields.
#[must_use]
pub fn action_of(key: &KeyEvent) -> Option<Action> {
    let name = name_of(key)?;
    BINDINGS.iter().find(|binding| binding.keys.contains(&name.as_str())).map(|binding| binding.action)
}

/// The name of a key press as the table writes it.
#[must_use]
pub fn name_of(key: &KeyEvent) -> Option<String> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    if key.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    let name = match key.code {
        KeyCode::Char(' ') => "Space".to_owned(),
        KeyCode::Char(character) if control => return Some(format!("C-{}", character.to_ascii_lowercase())),
        KeyCode::Char(character) => character.to_string(),
        KeyCode::F(number) => format!("F{number}"),
        KeyCode::Enter => "Enter".to_owned(),
        KeyCode::Esc => "Esc".to_owned(),
        KeyCode::Tab => if shift { "BackTab" } else { "Tab" }.to_owned(),
        KeyCode::BackTab => "BackTab".to_owned(),
        KeyCode::Backspace => "Backspace".to_owned(),
        KeyCode::Delete => "Delete".to_owned(),
        KeyCode::Home => "Home".to_owned(),
        KeyCode::End => "End".to_owned(),
        KeyCode::PageUp => "PageUp".to_owned(),
        KeyCode::PageDown => "PageDown".to_owned(),
        KeyCode::Up => "Up".to_owned(),
        KeyCode::Down => "Down".to_owned(),
        KeyCode::Left => if shift { "S-Left" } else { "Left" }.to_owned(),
        KeyCode::Right => if shift { "S-Right" } else { "Right" }.to_owned(),
        _ => return None,
    };
    Some(name)
}

/// The key press with this name; the inverse of [`name_of`].
#[must_use]
pub fn press(name: &str) -> Option<KeyEvent> {
    let (modifiers, rest) = match name.split_once('-') {
        Some(("C", rest)) if !rest.is_empty() => (KeyModifiers::CONTROL, rest),
        Some(("S", rest)) if !rest.is_empty() => (KeyModifiers::SHIFT, rest),
        _ => (KeyModifiers::NONE, name),
    };
    let code = match rest {
        "Space" => KeyCode::Char(' '),
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "BackTab" => KeyCode::BackTab,
        "Backspace" => KeyCode::Backspace,
        "Delete" => KeyCode::Delete,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "PageUp" => KeyCode::PageUp,
        "PageDown" => KeyCode::PageDown,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        _ => {
            let mut characters = rest.chars();
            match (characters.next(), characters.as_str()) {
                (Some(character), "") => KeyCode::Char(character),
                (Some('F'), number) => KeyCode::F(number.parse().ok()?),
                _ => return None,
            }
        }
    };
    Some(KeyEvent::new(code, modifiers))
}

/// A key's name as people read it: `Ctrl-P`, `Shift-Left`.
#[must_use]
pub fn readable(key: &str) -> String {
    match key.split_once('-') {
        Some(("C", rest)) => format!("Ctrl-{}", rest.to_uppercase()),
        Some(("S", rest)) => format!("Shift-{rest}"),
        _ => match key {
            "BackTab" => "Shift-Tab".to_owned(),
            other => other.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_calls_two_actions_and_no_action_stands_twice() {
        let mut keys = HashSet::new();
        let mut actions = HashSet::new();
        for binding in BINDINGS {
            assert!(actions.insert(binding.action), "{:?} stands twice", binding.action);
            for key in binding.keys {
                assert!(keys.insert(key), "{key} is bound twice");
            }
        }
    }

    #[test]
    fn every_key_of_the_table_can_be_pressed_by_its_name() {
        for binding in BINDINGS {
            for key in binding.keys {
                let press = press(key).unwrap_or_else(|| panic!("{key} names no key"));
                assert_eq!(name_of(&press).as_deref(), Some(*key));
                assert_eq!(action_of(&press), Some(binding.action), "{key}");
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
