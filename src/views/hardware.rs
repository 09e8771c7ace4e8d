//! Hardware: every accelerator for the scenario at hand, the cheapest day first.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::hardware::HardwareRow;
use crate::app::App;
use crate::keymap::Action;
use crate::text::quantity::{Unit, format};
use crate::text::wrap::fit;
use crate::tui::sliders::short_gpu;
use crate::widgets::table;
use crate::widgets::theme::Theme;

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

/// Draws the table, and why the chosen accelerator does not do where it does not.
pub(super) fn draw(app: &App, rows: &[HardwareRow], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width);
    let shown: Vec<usize> = (0..COLUMNS.len()).filter(|column| COLUMNS[*column].2 <= width).collect();
    let used: usize = shown.iter().map(|column| COLUMNS[*column].1).sum();
    let name = width.saturating_sub(used).min(28);
    let mut heading = format!("{:<name$}", "GPU");
    for column in &shown {
        let _ = write!(heading, "{:>1$}", COLUMNS[*column].0, COLUMNS[*column].1);
    }
    let lines: Vec<_> = rows
        .iter()
        .map(|row| {
            let cells = cells(row);
            let gpu = app.world.catalog.gpu(row.gpu);
            let mark = if row.serves_now { theme.glyphs.focus } else { " " };
            let estimated = if row.price_is_estimated { "~" } else { "" };
            let label =
                fit(&format!("{mark}{}{estimated}", short_gpu(gpu.short_name())), name.saturating_sub(1));
            let mut line = format!("{label:<name$}");
            match &row.serving {
                Ok(_) => {
                    for column in &shown {
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
            let style = match &row.serving {
                Ok(serving) if serving.meets_target => theme.base,
                _ => theme.dim,
            };
            (line, style)
        })
        .collect();
    let list = Rect { height: area.height.saturating_sub(2), ..area };
    table::list(&heading, &lines, app.row, theme, list, buffer);
    let words =
        format!("by {} ({}); dim: too slow; ~: price estimated", app.order.label(), Action::Order.key());
    buffer.set_string(area.x, area.bottom().saturating_sub(1), fit(&words, width), theme.dim);
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
