//! Overview: every slider; where there is room, the cost over time, what was published, and what a reader should know.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::growth::spent_by;
use crate::analysis::published::published;
use crate::views::scene::{Content, Scene, View};
use crate::widgets::stack;
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

pub(super) const VIEW: View = View {
    title: "Overview",
    short_title: "Main",
    keys: &["1"],
    help: "Overview: every slider, the figures and the cost over time",
    open: |scene| Box::new(Overview { remarks: remarks(scene) }),
};

#[derive(Debug)]
struct Overview {
    remarks: Text,
}

impl Content for Overview {
    fn last_row(&self, _room: Size) -> Option<usize> {
        None
    }

    fn draw(&self, scene: &Scene, _row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        let height = (area.height / 2).min(area.width / 3).max(stack::LEAST_HEIGHT);
        chart(scene, theme, Rect { height, ..area }, buffer);
        let y = area.y + height + 1;
        let lines = self.remarks.lines(area.width);
        let room = usize::from(area.bottom().saturating_sub(y));
        let cut = lines.len() > room;
        for (index, (y, (role, line))) in (y..area.bottom()).zip(lines).enumerate() {
            let words = if cut && index + 1 == room { "… more in the report" } else { line.as_str() };
            buffer.set_stringn(area.x, y, words, usize::from(area.width), theme.style(role));
        }
    }
}

/// Draws how the cost of a scene adds up.
pub fn chart(scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let months = scene.case.scenario.workload.horizon_months;
    stack::draw(
        |month| spent_by(scene.case, scene.growth, month).unwrap_or_default(),
        months,
        theme,
        area,
        buffer,
    );
}

/// Published figures, then findings that are no alerts.
fn remarks(scene: &Scene) -> Text {
    let mut text = Text::default();
    let published = published(scene.case, scene.id, scene.figures);
    if !published.is_empty() {
        text.head("Published figures");
    }
    for row in published {
        let relation = row.relation().map_or(String::new(), |relation| format!(" {relation}"));
        text.add(Role::Base, format!("- {}{relation} ({})", row.statement, row.source));
    }
    let mut notes = scene.findings.iter().filter(|note| !note.is_alert() || note.is_refusal()).peekable();
    if notes.peek().is_some() {
        text.head("Notes");
    }
    for note in notes {
        let role = if note.is_refusal() { Role::Alert } else { Role::Dim };
        text.add(role, format!("- {}", note.text));
    }
    text
}
