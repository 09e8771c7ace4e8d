//! Growth: months along, cost of a day, GPUs, what has been spent, and the months in which marks are crossed.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::growth::Growth;
use crate::engine::money::DAYS_PER_MONTH;
use crate::report::tables;
use crate::text::quantity::{Unit, format};
use crate::views::overview::chart;
use crate::views::scene::{Content, Scene, View};
use crate::views::sheet::{Row, Sheet};
use crate::widgets::stack;
use crate::widgets::theme::Theme;

pub(super) const VIEW: View = View {
    title: "Growth",
    short_title: "Growth",
    keys: &["7"],
    help: "Growth: costs and GPUs month by month, and when budgets are exceeded",
    open: |scene| {
        let months = scene.growth.map_or(&[][..], |growth| &growth.months);
        let rows = months.iter().map(|_| Row::default()).collect();
        Box::new(Months {
            marks: scene.growth.map(marks),
            sheet: Sheet::new(&tables::growth(months), 0, rows),
        })
    },
};

/// The crossings in a sentence, and a row for each month.
#[derive(Debug)]
struct Months {
    marks: Option<String>,
    sheet: Sheet,
}

impl Content for Months {
    fn last_row(&self, _room: Size) -> Option<usize> {
        Some(self.sheet.last_row())
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let Some(marks) = &self.marks else {
            buffer.set_string(
                area.x,
                area.y,
                "no forecast: the model does not fit, or a price is missing",
                theme.alert,
            );
            return;
        };
        let height = (area.height / 2).max(stack::LEAST_HEIGHT).min(area.height);
        chart(scene, theme, Rect { height, ..area }, buffer);
        let y = area.y + height;
        if y < area.bottom() {
            buffer.set_stringn(area.x, y, marks, usize::from(area.width), theme.base);
        }
        let list = Rect { y: y + 1, height: area.bottom().saturating_sub(y + 1), ..area };
        self.sheet.draw(row, theme, list, buffer);
    }
}

/// The days and months in which something is reached or crossed.
fn marks(growth: &Growth) -> String {
    let horizon = growth.months.last().map_or(0.0, |month| (month.month + month.length) * DAYS_PER_MONTH);
    let day = growth.crossings.inference_reaches_80_percent.map_or("not within 20 years".to_owned(), |day| {
        let beyond = if day > horizon { ", past the horizon" } else { "" };
        format!("on day {}{beyond}", format(day.ceil(), Unit::Count))
    });
    let month = |month: u32| format!("in month {}", month + 1);
    let mut marks = vec![format!("Inference reaches 80% {day}")];
    marks.extend(growth.crosses_monthly_budget.map(|at| format!("exceeds the monthly budget {}", month(at))));
    marks.extend(
        growth.crosses_training_budget.map(|at| format!("training exceeds its budget {}", month(at))),
    );
    marks.join("; ")
}
