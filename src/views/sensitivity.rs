//! Sensitivity: a tornado of what moves an answer most, with the values written at the ends.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::sensitivity::{Sensitivity, extent, sensitivities};
use crate::keymap::{Action, key_of};
use crate::scenario::domain::Domain;
use crate::text::quantity::format;
use crate::text::wrap::{align_right, columns, fit, pad};
use crate::views::scene::{Choice, Content, Scene, View};
use crate::widgets::list::window;
use crate::widgets::put;
use crate::widgets::theme::Theme;

/// Columns of a parameter's name.
const LABEL: u16 = 15;
/// Columns of a value at an end.
const END: u16 = 9;

pub(super) const VIEW: View = View {
    title: "Sensitivity",
    short_title: "Tornado",
    keys: &["4"],
    help: "Sensitivity: what moves an answer most",
    open: |scene| {
        // Another model or accelerator changes everything: they have views of their own.
        let mut rows = sensitivities(scene.case, scene.answer);
        rows.retain(|row| !matches!(row.param.domain, Domain::Model | Domain::Gpu));
        let present = scene.figures.value(scene.answer);
        Box::new(Tornado { extent: extent(&rows, present.unwrap_or(0.0)), present, rows })
    },
};

#[derive(Debug)]
struct Tornado {
    rows: Vec<Sensitivity>,
    /// The answer now; `None` where it does not exist.
    present: Option<f64>,
    /// The least and the greatest answer of all rows.
    extent: [f64; 2],
}

impl Content for Tornado {
    fn last_row(&self, _room: Size) -> Option<usize> {
        Some(self.rows.len().saturating_sub(1))
    }

    fn choose(&self, row: usize, _scene: &Scene) -> Choice {
        Choice::focus(self.rows.get(row).map(|row| row.param))
    }

    fn uses(&self, action: Action) -> bool {
        action == Action::NextAnswer
    }

    /// Draws the bars around the current answer, and the scale below them.
    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let width = usize::from(area.width);
        let Some(present) = self.present else {
            buffer.set_string(area.x, area.y, "this answer does not exist in this scenario", theme.alert);
            return;
        };
        let unit = scene.answer.unit();
        let key = key_of(Action::NextAnswer);
        let title = format!("What moves {} {} ({key}: next)", scene.answer.label(), format(present, unit));
        buffer.set_string(area.x, area.y, fit(&title, width), theme.heading);
        let bars = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
        let shown = window(row, self.rows.len(), bars.height);
        for (y, index) in (bars.y..).zip(shown) {
            let style = if index == row { theme.chosen } else { theme.base };
            let label = pad(self.rows[index].param.label, usize::from(LABEL - 1));
            buffer.set_string(area.x, y, label, style);
            self.bar(&self.rows[index], present, scene, theme, Rect { y, height: 1, ..area }, buffer);
        }
        if area.height > 1 {
            let legend = format!("{} ±10%", theme.glyphs.inference);
            let [least, most] = self.extent.map(|answer| format(answer, unit));
            let left = usize::from(LABEL + END).saturating_sub(columns(&legend));
            let right = usize::from(plot(area).width);
            let scale = format!("{legend}{}{}", align_right(&least, left), align_right(&most, right));
            buffer.set_string(area.x, area.bottom() - 1, fit(&scale, width), theme.dim);
        }
    }
}

/// The columns in which bars are drawn.
fn plot(area: Rect) -> Rect {
    Rect { x: area.x + LABEL + END, width: area.width.saturating_sub(LABEL + 2 * END).max(4), ..area }
}

impl Tornado {
    /// From the value at one end over both bars to the value at the other end.
    fn bar(
        &self,
        row: &Sensitivity,
        present: f64,
        scene: &Scene,
        theme: &Theme,
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let plot = plot(area);
        let [least, most] = self.extent;
        let column = |answer: f64| {
            let share = (answer - least) / (most - least).max(f64::MIN_POSITIVE);
            plot.x + ((share * f64::from(plot.width - 1)).round() as u16).min(plot.width - 1)
        };
        let words = |value| fit(&row.param.display(value, scene.case.catalog()), usize::from(END - 1));
        let [left, right] = row.range.ascending(present);
        let start = align_right(&words(left.1), usize::from(END - 1));
        buffer.set_string(area.x + LABEL, area.y, start, theme.dim);
        let small = row.small.map_or([present; 2], |small| small.ascending(present).map(|end| end.0));
        let [small_left, small_right] = small.map(column);
        let middle = column(present);
        for x in column(left.0)..=column(right.0) {
            let within = (small_left..=small_right).contains(&x);
            let glyph = if within { theme.glyphs.inference } else { theme.glyphs.training };
            put(x, area.y, glyph, if x < middle { theme.less } else { theme.more }, buffer);
        }
        put(middle, area.y, theme.glyphs.vertical, theme.answer, buffer);
        buffer.set_stringn(plot.right() + 1, area.y, words(right.1), usize::from(END - 1), theme.dim);
    }
}
