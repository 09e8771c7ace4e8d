//! Hardware: every accelerator for the current scenario, the cheapest day first.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::hardware::{HardwareRow, hardware, serve_on};
use crate::keymap::{Action, key_of};
use crate::report::table::Cell;
use crate::report::tables;
use crate::text::wrap::fit;
use crate::views::scene::{Choice, Content, Scene, View};
use crate::views::sheet::{Row, Sheet};
use crate::widgets::theme::{Role, Theme};

/// Columns to which the names of accelerators are cut for figures of less weight.
const NAME: usize = 16;

pub(super) const VIEW: View = View {
    title: "Hardware",
    short_title: "GPUs",
    keys: &["3"],
    help: "Hardware: every accelerator for this scenario",
    open: |scene| {
        let (ordered_by, figure) = ORDERS[scene.order % ORDERS.len()];
        let mut rows = hardware(scene.case);
        // What does not exist comes last.
        let key = |row: &HardwareRow| figure(row).unwrap_or(f64::INFINITY);
        rows.sort_by(|a, b| key(a).total_cmp(&key(b)));
        let key = key_of(Action::Order);
        let legend = format!("by {ordered_by} ({key}); dim: too slow; ~: weak price, after firm ones");
        Box::new(Accelerators { sheet: sheet(scene, &rows), rows, legend })
    },
};

/// An order of the table: what it is called, and the figure; the first is the analysis's own.
type Order = (&'static str, fn(&HardwareRow) -> Option<f64>);

const ORDERS: [Order; 6] = [
    ("daily cost", |_| None),
    ("cost per 1M tokens", |row| row.serving.ok()?.usd_per_million_tokens),
    ("time to first token", |row| Some(row.serving.ok()?.ttft_ms)),
    ("time per token", |row| Some(row.serving.ok()?.tpot_ms)),
    ("training days", |row| row.training.fits.then_some(row.training.days)),
    ("training cost", |row| row.training.programme_usd.filter(|_| row.training.fits)),
];

#[derive(Debug)]
struct Accelerators {
    rows: Vec<HardwareRow>,
    sheet: Sheet,
    legend: String,
}

impl Content for Accelerators {
    fn last_row(&self, _room: Size) -> Option<usize> {
        Some(self.sheet.last_row())
    }

    fn choose(&self, row: usize, scene: &Scene) -> Choice {
        match self.rows.get(row) {
            Some(row) if !row.serves_now => Choice::Apply {
                label: format!("serve on {}", scene.case.catalog().gpu(row.gpu).short_name()),
                scenario: Box::new(scene.case.changed(|scenario| serve_on(scenario, row.gpu))),
            },
            _ => Choice::Nothing("already serving on this GPU"),
        }
    }

    fn uses(&self, action: Action) -> bool {
        action == Action::Order
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        self.sheet.draw(row, theme, Rect { height: area.height.saturating_sub(2), ..area }, buffer);
        let y = area.bottom().saturating_sub(1);
        buffer.set_string(area.x, y, fit(&self.legend, usize::from(area.width)), theme.dim);
    }
}

fn sheet(scene: &Scene, rows: &[HardwareRow]) -> Sheet {
    let catalog = scene.case.catalog();
    let mut table = tables::hardware(catalog, rows);
    for (cells, row) in table.rows.iter_mut().zip(rows) {
        let estimated = if row.is_firm() { "" } else { "~" };
        cells[0] = format!("{}{estimated}", catalog.gpu(row.gpu).slider_name()).into();
        if !row.training.fits {
            [cells[8], cells[9]] = [Cell::from("no fit"), Cell::from("")];
        }
    }
    let look = |row: &HardwareRow| {
        let too_slow = !row.serving.is_ok_and(|serving| serving.meets_target);
        let needs = |gpus: Option<u32>| gpus.map_or(String::new(), |gpus| format!(": needs {gpus}"));
        let refusal = row.serving.err();
        Row {
            role: if too_slow { Role::Dim } else { Role::Base },
            is_present: row.serves_now,
            instead: refusal.map(|refusal| format!("  does not fit{}", needs(refusal.min_gpus_to_fit))),
        }
    };
    Sheet::new(&table, NAME, rows.iter().map(look).collect())
}
