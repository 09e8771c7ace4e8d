//! Help: every action by name, and running it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use crate::app::dialog::filtered::Filtered;
use crate::app::dialog::{Dialog, Face, LISTED, Outcome};
use crate::app::hints::Hint;
use crate::app::state::State;
use crate::keymap::{Action, Binding, Place, readable};
use crate::text::wrap::{columns, fit, pad};
use crate::views::KEYMAP;
use crate::widgets::text::paragraph;
use crate::widgets::theme::Theme;

/// Columns of the keys.
const KEYS: u16 = 22;

/// Every action of the screen, by name.
#[derive(Debug)]
pub struct PaletteDialog {
    /// The actions, and whether each would do something now.
    actions: Filtered<(&'static Binding, bool)>,
}

impl PaletteDialog {
    /// Every action: those that do something now come first.
    pub fn new(state: &State) -> Self {
        let rows = KEYMAP.bindings().iter().filter(|binding| binding.place == Place::Screen);
        let mut actions: Vec<(&Binding, bool)> =
            rows.map(|binding| (binding, state.applies(binding.action))).collect();
        actions.sort_by_key(|(_, applies)| !applies);
        let searched = |(binding, _): &(&Binding, bool)| {
            format!("{}\n{}\n{}", binding.label, binding.help, readable(binding.keys[0]))
        };
        Self { actions: Filtered::new(actions, searched, 0) }
    }
}

impl Dialog for PaletteDialog {
    fn face(&self) -> Face {
        const HINTS: &[Hint] = &[
            (&[Action::Enter], "run"),
            (&[Action::Escape], "close"),
            (&[Action::Up, Action::Down], "choose"),
        ];
        Face::new("Help: search every action", u16::MAX, LISTED, HINTS)
    }

    fn act(&mut self, action: Action, _state: &State) -> Outcome {
        if self.actions.act(action) {
            return Outcome::Open;
        }
        match (action, self.actions.chosen()) {
            (Action::Enter, Some((binding, _))) => Outcome::Run(binding.action),
            _ => Outcome::of(action),
        }
    }

    fn insert(&mut self, text: &str, _state: &State) -> Outcome {
        self.actions.insert(text);
        Outcome::Open
    }

    fn area(&self, screen: Rect, _slider: Option<u16>) -> Rect {
        let width = screen.width.saturating_sub(8).min(110);
        Rect {
            x: screen.x + (screen.width - width) / 2,
            y: screen.y + 1,
            width,
            height: screen.height.saturating_sub(3),
        }
    }

    fn draw(&self, _state: &State, theme: &Theme, room: Rect, buffer: &mut Buffer) {
        let [list, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(2)]).areas(room);
        let width = usize::from(room.width.saturating_sub(KEYS));
        let line = |(binding, applies): &(&'static Binding, bool), style| {
            let keys: Vec<String> = binding.keys.iter().map(|key| readable(key)).collect();
            let style = if *applies || style == theme.chosen { style } else { theme.dim };
            Line::from(vec![
                Span::styled(pad(&keys.join(" "), usize::from(KEYS)), theme.key),
                Span::styled(fit(binding.help, width), style),
            ])
        };
        self.actions.draw(|_| "", line, theme, list, buffer);
        let Some((binding, _)) = self.actions.chosen() else {
            paragraph("no matching action", theme.alert, foot, buffer);
            return;
        };
        // The chosen row is shown in full where the list had to cut it.
        if columns(binding.help) > width {
            paragraph(binding.help, theme.base, foot, buffer);
        }
    }
}
