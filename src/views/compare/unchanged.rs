//! Compare while nothing differs: what to do, what would save something, and what a change would be held against.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::keymap::{Action, key_of};
use crate::views::compare::scenarios::{Line, Scenarios};
use crate::views::levers::Switches;
use crate::views::scene::{Baseline, Choice, Content, Drawn, Hint, Scene};
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

/// Rows of what would save something that are seen before more is said of keys, or of what is compared with.
const LEAST: u16 = 8;
/// The most lines of what keys do: one for each.
const KEYS: u16 = 3;
/// Rows of the first table of what is compared with.
const TABLE: u16 = 4;

#[derive(Debug)]
pub(super) struct Unchanged {
    /// What to do.
    words: Text,
    /// What keys do, in full and in short.
    keys: [Text; 2],
    levers: Switches,
    scenarios: Option<Scenarios>,
}

impl Unchanged {
    pub(super) fn new(baseline: Option<&Baseline>, scene: &Scene) -> Self {
        let mut words = Text::default();
        words.head("Nothing has changed yet");
        words.add(
            Role::Base,
            "Move a slider, choose another model or GPU, or apply one of these: this view then shows what each change costs.",
        );
        let mut keys = [Text::default(), Text::default()];
        let [pin, keep, swap] = [Action::Pin, Action::Keep, Action::Swap].map(key_of);
        for (key, words) in [
            (&pin, "pins the scenario as it is now: figures then show their change against it"),
            (&keep, "keeps it as one more row to compare, up to nine"),
            (&swap, "swaps what is pinned with what is shown"),
        ] {
            keys[0].add(Role::Base, format!("  {key}  {words}"));
        }
        let short =
            format!("{pin} pins the scenario, {keep} keeps it as a row, {swap} swaps what is pinned.");
        keys[1].add(Role::Dim, short);
        let scenarios = baseline.map(|baseline| Scenarios::new(baseline, scene));
        Self { words, keys, levers: Switches::that_help(scene), scenarios }
    }

    /// Draws what a change will be compared with, as many of its tables as have room, and gives the row below them.
    fn tables(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
        let Some(scenarios) = &self.scenarios else { return area.y };
        let mut y = area.y;
        for (index, columns) in scenarios.tables(area.width).into_iter().enumerate() {
            let place = |y: u16| Rect { y, height: 1, ..area };
            let headings = scenarios.headings(&columns, area.width);
            let needed = headings.len() as u16 + 2 + u16::from(index == 0);
            if y + needed > area.bottom() {
                break;
            }
            if index == 0 {
                let words = "What a change will be compared with";
                buffer.set_stringn(area.x, y, words, usize::from(area.width), theme.heading);
                y += 1;
            }
            for line in headings.iter().chain(&[Line::Scenario(0)]) {
                scenarios.draw(&columns, *line, false, theme, place(y), buffer);
                y += 1;
            }
            y += 1;
        }
        y
    }
}

impl Content for Unchanged {
    fn last_row(&self, _room: Size) -> usize {
        self.levers.sheet.last_row()
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        self.levers.choose(row, scene)
    }

    fn hints(&self) -> &'static [Hint] {
        &[(&[Action::Up, Action::Down], "choose"), (&[Action::Enter], "apply")]
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let lines = |text: &Text| text.lines(area.width).len() as u16;
        let below = |y: u16| Rect { y, height: area.bottom().saturating_sub(y), ..area };
        self.words.draw(0, theme, area, buffer);
        let mut y = area.y + lines(&self.words);
        // In full where each key has a line of its own.
        let is_even = |keys: &&Text| lines(keys) <= KEYS && below(y).height >= lines(keys) + LEAST;
        let keys = self.keys.iter().find(is_even);
        if let Some(keys) = keys {
            keys.draw(0, theme, Rect { height: lines(keys), ..below(y) }, buffer);
            y += lines(keys);
        }
        // A blank row, where not every row is needed.
        y += u16::from(below(y).height > LEAST + 1);
        let all = below(y).height.saturating_sub(self.levers.sheet.height() + 1);
        let rest = if below(y).height >= TABLE + LEAST { all.max(TABLE) } else { 0 };
        y = self.tables(theme, Rect { height: rest, ..below(y) }, buffer);
        self.levers.sheet.draw(row, theme, below(y), buffer)
    }

    /// In front of people there is no key to press.
    fn present(&self, _scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        buffer.set_stringn(area.x, area.y, "Nothing has changed.", usize::from(area.width), theme.dim);
    }
}
