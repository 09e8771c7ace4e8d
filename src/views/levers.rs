//! Levers: what each would save now, best first.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::levers::{Lever, State};
use crate::app::App;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::fit;
use crate::widgets::table;
use crate::widgets::theme::Theme;

/// Columns of a saving.
const SAVING: usize = 9;

/// Draws the levers, and what the chosen one would change.
pub(super) fn draw(app: &App, rows: &[Lever], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width);
    let label = width.saturating_sub(2 * SAVING).min(30);
    let wide = width >= label + 4 * SAVING + 2;
    let mut heading = format!("{:<label$}{:>SAVING$}{:>SAVING$}", "Lever saves", "a day", "training");
    if wide {
        let _ = write!(heading, "{:>SAVING$}{:>SAVING$}", "token 1", "memory");
    }
    let lines: Vec<_> = rows
        .iter()
        .map(|lever| {
            let (daily, training) = match lever.state {
                State::Off => (saving(lever.effect.saves_daily_usd), saving(lever.effect.saves_training_usd)),
                State::On => ("in use".to_owned(), String::new()),
                State::NotApplicable(_) => ("not here".to_owned(), String::new()),
            };
            let style = if lever.state == State::Off { theme.base } else { theme.dim };
            let name = fit(lever.label, label);
            let mut line = format!("{name:<label$}{daily:>SAVING$}{training:>SAVING$}");
            if wide && lever.state == State::Off {
                let latency = changed(lever.effect.latency_change_ms, 0.5, Unit::Milliseconds);
                let memory = changed(lever.effect.memory_change_bytes, 1e8, Unit::Bytes);
                let _ = write!(line, "{latency:>SAVING$}{memory:>SAVING$}");
            }
            (line, style)
        })
        .collect();
    let list = Rect { height: area.height.saturating_sub(4), ..area };
    table::list(&heading, &lines, app.row, theme, list, buffer);
    let Some(lever) = rows.get(app.row.min(rows.len().saturating_sub(1))) else { return };
    let foot = Rect { y: list.bottom() + 1, height: 3, ..area };
    table::text(&details(app, lever, theme), 0, theme, foot, buffer);
}

fn saving(usd: Option<f64>) -> String {
    match usd {
        None => "–".to_owned(),
        Some(0.0) => String::new(),
        Some(usd) => format(usd, Unit::Usd),
    }
}

/// From what to what, and what it does to latency and memory.
fn details(app: &App, lever: &Lever, theme: &Theme) -> Vec<(String, ratatui::style::Style)> {
    let catalog = &app.world.catalog;
    let mut lines = Vec::new();
    match lever.state {
        State::NotApplicable(why) => lines.push((why.to_owned(), theme.dim)),
        State::On => lines.push(("in use, or nothing better of its kind exists".to_owned(), theme.dim)),
        State::Off => {
            let changes: Vec<String> = lever
                .changes
                .iter()
                .map(|change| format!("{} {}", change.param.path, change.param.display(change.to, catalog)))
                .collect();
            lines.push((format!("Enter sets {}", changes.join(", ")), theme.base));
            let mut effects = Vec::new();
            if let Some(change) = lever.effect.latency_change_ms.filter(|change| change.abs() >= 0.5) {
                effects.push(format!("first token {}", signed(change, Unit::Milliseconds)));
            }
            if let Some(change) = lever.effect.memory_change_bytes.filter(|change| change.abs() >= 1e8) {
                effects.push(format!("memory per GPU {}", signed(change, Unit::Bytes)));
            }
            if lever.effect.too_slow {
                effects.push("too slow for the target".to_owned());
            }
            if lever.effect.makes_it_fit {
                effects.push("makes it fit".to_owned());
            }
            lines.push((effects.join(", "), theme.dim));
        }
    }
    lines
}

/// A change that is worth telling, with its sign.
fn changed(change: Option<f64>, least: f64, unit: Unit) -> String {
    change.filter(|change| change.abs() >= least).map_or(String::new(), |change| signed(change, unit))
}

/// A change with its sign.
fn signed(change: f64, unit: Unit) -> String {
    let sign = if change >= 0.0 { "+" } else { "-" };
    format!("{sign}{}", format(change.abs(), unit))
}
