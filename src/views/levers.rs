//! Levers: what each would save now, best first.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::levers::{Lever, State, apply, levers};
use crate::keymap::{Action, Place};
use crate::text::quantity::{Unit, format};
use crate::text::wrap::fit;
use crate::views::{Choice, Content, KEYMAP, Scene, View};
use crate::widgets::list;
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

/// Columns of a saving.
const SAVING: usize = 9;

pub(super) const VIEW: View = View {
    title: "Levers",
    short_title: "Levers",
    keys: &["2"],
    help: "Levers: what each would save now, best first",
    open: |scene| Box::new(Levers(levers(scene.case))),
};

#[derive(Debug)]
struct Levers(Vec<Lever>);

impl Content for Levers {
    fn last_row(&self, _room: Size) -> Option<usize> {
        Some(self.0.len().saturating_sub(1))
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        match self.0.get(row) {
            Some(lever) if !lever.changes.is_empty() => Choice::Apply {
                label: lever.label.to_owned(),
                scenario: Box::new(scene.case.changed(|scenario| apply(lever, scenario))),
            },
            _ => Choice::Nothing("this lever is in use, or cannot be switched here"),
        }
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let width = usize::from(area.width);
        let label = width.saturating_sub(2 * SAVING).min(30);
        let wide = width >= label + 4 * SAVING + 2;
        let mut heading = format!("{:<label$}{:>SAVING$}{:>SAVING$}", "Lever saves", "a day", "training");
        if wide {
            let _ = write!(heading, "{:>SAVING$}{:>SAVING$}", "token 1", "memory");
        }
        let lines: Vec<_> = self.0.iter().map(|lever| line(lever, label, wide)).collect();
        let list = Rect { height: area.height.saturating_sub(4), ..area };
        list::draw(&heading, &lines, row, theme, list, buffer);
        let Some(lever) = self.0.get(row) else { return };
        let foot = Rect { y: list.bottom() + 1, height: 3, ..area }.intersection(area);
        details(scene, lever).draw(0, theme, foot, buffer);
    }
}

fn line(lever: &Lever, label: usize, wide: bool) -> (Role, String) {
    let (daily, training) = match lever.state {
        State::Off => (saving(lever.effect.saves_daily_usd), saving(lever.effect.saves_training_usd)),
        State::On => ("in use".to_owned(), String::new()),
        State::NotApplicable(_) => ("not here".to_owned(), String::new()),
    };
    let role = if lever.state == State::Off { Role::Base } else { Role::Dim };
    let name = fit(lever.label, label);
    let mut line = format!("{name:<label$}{daily:>SAVING$}{training:>SAVING$}");
    if wide && lever.state == State::Off {
        let latency = changed(lever.effect.latency_change_ms, 0.5, Unit::Milliseconds);
        let memory = changed(lever.effect.memory_change_bytes, 1e8, Unit::Bytes);
        let _ = write!(line, "{latency:>SAVING$}{memory:>SAVING$}");
    }
    (role, line)
}

fn saving(usd: Option<f64>) -> String {
    match usd {
        None => "–".to_owned(),
        Some(0.0) => String::new(),
        Some(usd) => format(usd, Unit::Usd),
    }
}

/// From what to what, and what it does to latency and memory.
fn details(scene: &Scene, lever: &Lever) -> Text {
    let mut text = Text::default();
    match lever.state {
        State::NotApplicable(why) => text.add(Role::Dim, why),
        State::On => text.add(Role::Dim, "in use, or nothing better of its kind exists"),
        State::Off => {
            let catalog = scene.case.catalog();
            let changes: Vec<String> = lever
                .changes
                .iter()
                .map(|change| format!("{} {}", change.param.path, change.param.display(change.to, catalog)))
                .collect();
            let key = KEYMAP.key(&[Place::Screen], Action::Enter);
            text.add(Role::Base, format!("{key} sets {}", changes.join(", ")));
            let mut effects = Vec::new();
            let latency = changed(lever.effect.latency_change_ms, 0.5, Unit::Milliseconds);
            if !latency.is_empty() {
                effects.push(format!("first token {latency}"));
            }
            let memory = changed(lever.effect.memory_change_bytes, 1e8, Unit::Bytes);
            if !memory.is_empty() {
                effects.push(format!("memory per GPU {memory}"));
            }
            if lever.effect.too_slow {
                effects.push("too slow for the target".to_owned());
            }
            if lever.effect.makes_it_fit {
                effects.push("makes it fit".to_owned());
            }
            text.add(Role::Dim, effects.join(", "));
        }
    }
    text
}

/// A change that is worth telling, with its sign.
fn changed(change: Option<f64>, least: f64, unit: Unit) -> String {
    change.filter(|change| change.abs() >= least).map_or(String::new(), |change| {
        format!("{}{}", if change >= 0.0 { "+" } else { "-" }, format(change.abs(), unit))
    })
}
