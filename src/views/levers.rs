//! Levers: what each would save now, best first.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::levers::{Lever, OnPromise, State, apply, levers};
use crate::keymap::{Action, key_of};
use crate::report::table::Cell;
use crate::report::tables;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::align_right;
use crate::views::scene::{Choice, Content, Scene, View};
use crate::views::sheet::{Row, Sheet};
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

/// Columns to which the names of levers are cut for figures of less weight.
const NAME: usize = 30;
/// Columns of a word in the place of a saving, so that it ends where a saving of a day does.
const SAVING: usize = 8;

pub(super) const VIEW: View = View {
    title: "Levers",
    short_title: "Levers",
    keys: &["2"],
    help: "Levers: what each would save now, best first",
    open: |scene| {
        let levers = levers(scene.case);
        Box::new(Levers { sheet: sheet(scene, &levers), levers })
    },
};

#[derive(Debug)]
struct Levers {
    levers: Vec<Lever>,
    sheet: Sheet,
}

impl Content for Levers {
    fn last_row(&self, _room: Size) -> Option<usize> {
        Some(self.sheet.last_row())
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        match self.levers.get(row) {
            Some(lever) if !lever.changes.is_empty() => Choice::Apply {
                label: lever.label.to_owned(),
                scenario: Box::new(scene.case.changed(|scenario| apply(lever, scenario))),
            },
            _ => Choice::Nothing("this lever is already in use or does not apply here"),
        }
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let list = Rect { height: area.height.saturating_sub(4), ..area };
        self.sheet.draw(row, theme, list, buffer);
        let Some(lever) = self.levers.get(row) else { return };
        let foot = Rect { y: list.bottom() + 1, height: 3, ..area }.intersection(area);
        details(scene, lever).draw(0, theme, foot, buffer);
    }
}

fn sheet(scene: &Scene, levers: &[Lever]) -> Sheet {
    let mut table = tables::levers(scene.case.catalog(), levers);
    for (cells, lever) in table.rows.iter_mut().zip(levers) {
        // Only what moves something is worth a figure.
        for saving in cells[3..5].iter_mut().filter(|saving| **saving == Cell::Number(0.0)) {
            *saving = "".into();
        }
        [cells[5], cells[6]] = changes(lever).map(Cell::from);
        if lever.mark.is_some() {
            cells[0] = format!("{}~", lever.label).into();
        }
    }
    let row = |lever: &Lever| {
        let (role, instead) = match lever.state {
            State::Off => (Role::Base, None),
            State::On => (Role::Dim, Some(align_right("in use", SAVING))),
            State::NotApplicable(_) => (Role::Dim, Some(align_right("n/a", SAVING))),
        };
        Row { role, instead, is_present: false }
    };
    Sheet::new(&table, NAME, levers.iter().map(row).collect())
}

/// From what to what, and what it does to latency and memory.
fn details(scene: &Scene, lever: &Lever) -> Text {
    let mut text = Text::default();
    match lever.state {
        State::NotApplicable(why) => text.add(Role::Dim, why),
        State::On => text.add(Role::Dim, "in use"),
        State::Off => {
            let catalog = scene.case.catalog();
            let sets: Vec<String> = lever
                .changes
                .iter()
                .map(|change| format!("{} {}", change.param.path, change.param.display(change.to, catalog)))
                .collect();
            let key = key_of(Action::Enter);
            text.add(Role::Base, format!("{key} sets {}", sets.join(", ")));
            let [latency, memory] = changes(lever);
            let assumed = lever.assumes.as_deref().unwrap_or_default();
            let effects = [
                (lever.effect.on_promise == OnPromise::Mends, "keeps the promise".to_owned()),
                (!assumed.is_empty(), format!("assumed: {assumed}")),
                (!latency.is_empty(), format!("first token {latency}")),
                (!memory.is_empty(), format!("memory per GPU {memory}")),
                (lever.effect.too_slow, "too slow for the target".to_owned()),
                (lever.effect.makes_it_fit, "makes it fit".to_owned()),
                (lever.mark.is_some(), format!("its price is {}", lever.mark.unwrap_or_default())),
            ];
            let told: Vec<String> =
                effects.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words).collect();
            text.add(Role::Dim, told.join(", "));
        }
    }
    text
}

/// Changes of latency and memory that are worth telling, with their signs.
fn changes(lever: &Lever) -> [String; 2] {
    let told = |change: Option<f64>, least: f64, unit: Unit| {
        change.filter(|change| change.abs() >= least).map_or(String::new(), |change| {
            format!("{}{}", if change >= 0.0 { "+" } else { "-" }, format(change.abs(), unit))
        })
    };
    [
        told(lever.effect.latency_change_ms, 0.5, Unit::Milliseconds),
        told(lever.effect.memory_change_bytes, 1e8, Unit::Bytes),
    ]
}
