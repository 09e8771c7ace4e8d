//! Hardware: every accelerator for the scenario at hand, the cheapest day first.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::hardware::{HardwareRow, hardware, serve_on};
use crate::keymap::{Action, Place};
use crate::text::quantity::{Unit, format};
use crate::text::wrap::{fit, pad};
use crate::views::{Choice, Content, KEYMAP, Scene, View};
use crate::widgets::list;
use crate::widgets::theme::{Role, Theme};

pub(super) const VIEW: View = View {
    title: "Hardware",
    short_title: "GPUs",
    keys: &["3"],
    help: "Hardware: every accelerator for this scenario",
    open: |scene| Box::new(Accelerators::new(scene)),
};

/// A column by which the table can be ordered: what it is called, and its figure; the first is the analysis's own.
type Order = (&'static str, fn(&HardwareRow) -> Option<f64>);

const ORDERS: [Order; 6] = [
    ("cost of a day", |_| None),
    ("cost of a million tokens", |row| row.serving.ok()?.usd_per_million_tokens),
    ("time to first token", |row| Some(row.serving.ok()?.ttft_ms)),
    ("time per token", |row| Some(row.serving.ok()?.tpot_ms)),
    ("training days", |row| row.training.fits.then_some(row.training.days)),
    ("training cost", |row| row.training.fits.then_some(row.training.programme_usd)),
];

/// A column: its heading, its width, and the room that the table needs to show it.
const COLUMNS: [(&str, usize, usize); 7] = [
    ("GPUs", 5, 0),
    ("a day", 9, 0),
    ("1M tok.", 8, 38),
    ("first", 9, 50),
    ("token", 9, 58),
    ("train days", 11, 68),
    ("training", 10, 78),
];

#[derive(Debug)]
struct Accelerators {
    rows: Vec<HardwareRow>,
    ordered_by: &'static str,
}

impl Accelerators {
    fn new(scene: &Scene) -> Self {
        let mut rows = hardware(scene.case);
        let (ordered_by, figure) = ORDERS[scene.order % ORDERS.len()];
        // What does not exist comes last.
        let key = |row: &HardwareRow| figure(row).unwrap_or(f64::INFINITY);
        rows.sort_by(|a, b| key(a).total_cmp(&key(b)));
        Self { rows, ordered_by }
    }
}

impl Content for Accelerators {
    fn last_row(&self, _room: Size) -> Option<usize> {
        Some(self.rows.len().saturating_sub(1))
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        match self.rows.get(row) {
            Some(row) if !row.serves_now => Choice::Apply {
                label: format!("serve on {}", scene.case.catalog().gpu(row.gpu).short_name()),
                scenario: Box::new(scene.case.changed(|scenario| serve_on(scenario, row.gpu))),
            },
            _ => Choice::Nothing("the scenario serves on it already"),
        }
    }

    fn uses(&self, action: Action) -> bool {
        action == Action::Order
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let width = usize::from(area.width);
        let shown: Vec<usize> = (0..COLUMNS.len()).filter(|column| COLUMNS[*column].2 <= width).collect();
        let used: usize = shown.iter().map(|column| COLUMNS[*column].1).sum();
        let name = width.saturating_sub(used).min(28);
        let mut heading = pad("GPU", name);
        for column in &shown {
            let _ = write!(heading, "{:>1$}", COLUMNS[*column].0, COLUMNS[*column].1);
        }
        let lines: Vec<_> = self.rows.iter().map(|row| line(row, scene, name, &shown, theme)).collect();
        let list = Rect { height: area.height.saturating_sub(2), ..area };
        list::draw(&heading, &lines, row, theme, list, buffer);
        let key = KEYMAP.key(&[Place::Screen], Action::Order);
        let words = format!("by {} ({key}); dim: too slow; ~: price estimated", self.ordered_by);
        buffer.set_string(area.x, area.bottom().saturating_sub(1), fit(&words, width), theme.dim);
    }
}

fn line(row: &HardwareRow, scene: &Scene, name: usize, shown: &[usize], theme: &Theme) -> (Role, String) {
    let mark = if row.serves_now { theme.glyphs.focus } else { " " };
    let estimated = if row.price_is_estimated { "~" } else { "" };
    let gpu = scene.case.catalog().gpu(row.gpu).slider_name();
    let mut line = pad(&fit(&format!("{mark}{gpu}{estimated}"), name.saturating_sub(1)), name);
    match &row.serving {
        Ok(_) => {
            let cells = cells(row);
            for column in shown {
                let _ = write!(line, "{:>1$}", cells[*column], COLUMNS[*column].1);
            }
        }
        Err(refusal) => {
            let needs = refusal
                .min_gpus_to_fit
                .map_or("does not fit".to_owned(), |gpus| format!("does not fit: needs {gpus}"));
            let _ = write!(line, "  {needs}");
        }
    }
    let role = match &row.serving {
        Ok(serving) if serving.meets_target => Role::Base,
        _ => Role::Dim,
    };
    (role, line)
}

/// The figures of a row, as text.
fn cells(row: &HardwareRow) -> [String; 7] {
    let mut cells: [String; 7] = Default::default();
    if let Ok(serving) = &row.serving {
        cells[0] = format(serving.gpus_per_replica, Unit::Count);
        cells[1] = format(serving.daily_usd, Unit::Usd);
        cells[2] = serving.usd_per_million_tokens.map_or("–".to_owned(), |usd| format(usd, Unit::Usd));
        cells[3] = format(serving.ttft_ms, Unit::Milliseconds);
        cells[4] = format(serving.tpot_ms, Unit::Milliseconds);
    }
    if row.training.fits {
        cells[5] = format(row.training.days, Unit::Days);
        cells[6] = format(row.training.programme_usd, Unit::Usd);
    } else {
        cells[5].push_str("no fit");
    }
    cells
}
