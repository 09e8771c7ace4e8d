//! Growth: months along, cost of a day, GPUs, what has been spent, and the months in which marks are crossed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::growth::growth;
use crate::app::App;
use crate::text::quantity::{Unit, format};
use crate::tui::chart;
use crate::widgets::table;
use crate::widgets::theme::Theme;

/// Draws the chart, the crossings and a line for each month that there is room for.
pub(super) fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(growth) = growth(&app.case) else {
        buffer.set_string(area.x, area.y, "no growth: the model cannot be served so", theme.alert);
        return;
    };
    let height = (area.height / 2).max(chart::LEAST_HEIGHT).min(area.height);
    chart::draw(app, theme, Rect { height, ..area }, buffer);
    let day = |day: Option<f64>| {
        day.map_or("not within twenty years".to_owned(), |day| {
            format!("on day {}", format(day.ceil(), Unit::Count))
        })
    };
    let month = |month: Option<u32>| month.map(|month| format!("in month {}", month + 1));
    let mut marks = vec![format!("Inference reaches 80% {}", day(growth.day_inference_reaches_80_percent))];
    if let Some(month) = month(growth.crosses_monthly_budget) {
        marks.push(format!("crosses the monthly budget {month}"));
    }
    if let Some(month) = month(growth.crosses_training_budget) {
        marks.push(format!("training crosses its budget {month}"));
    }
    let y = area.y + height;
    if y < area.bottom() {
        buffer.set_stringn(area.x, y, marks.join("; "), usize::from(area.width), theme.base);
    }
    let rows: Vec<_> = growth
        .months
        .iter()
        .map(|month| {
            let share = month.inference_share().map_or("–".to_owned(), |share| format(share, Unit::Share));
            let line = format!(
                "{:>5}{:>7}{:>8}{:>6}{:>8} {share:>6}",
                month.month + 1.0,
                format(month.requests_per_day, Unit::Count),
                format(month.daily_usd, Unit::Usd),
                format(month.gpus_peak, Unit::Count),
                format(month.inference_usd, Unit::Usd),
            );
            (line, theme.base)
        })
        .collect();
    let heading =
        format!("{:>5}{:>7}{:>8}{:>6}{:>8} {:>6}", "Month", "asked", "a day", "GPUs", "spent", "share");
    let list = Rect { y: y + 1, height: area.bottom().saturating_sub(y + 1), ..area };
    table::list(&heading, &rows, app.row, theme, list, buffer);
}
