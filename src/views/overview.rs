//! Overview: how cost adds up over time, how the answer responds to the focused slider, what was published, and what a
//! reader should know.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::published::{Published, published, withdrawn};
use crate::catalog::records::ClaimBasis;
use crate::rank;
use crate::views::scene::{Content, Drawn, Scene, View};
use crate::views::spending::Spending;
use crate::views::{EXPLAIN, VIEWS, response};
use crate::widgets::text::Text;
use crate::widgets::theme::{Role, Theme};

pub(super) const VIEW: View = View {
    title: "Overview",
    short: "Over",
    keys: &["1"],
    help: "Overview: every slider, cost over time, and what the focused slider does to it",
    open: |scene| Box::new(Overview { spending: Spending::new(scene), remarks: remarks(scene) }),
};

/// The least rows of a chart.
const LEAST: u16 = 8;
/// The same while remarks are read that have no room else.
const LEAST_READ: u16 = 6;
/// The rows that are left for remarks by charts one below the other.
const LEAST_REMARKS: u16 = 4;
/// From this width on, charts can be side by side.
const WIDE: u16 = 70;
/// Columns between two charts.
const GAP: u16 = 2;

#[derive(Debug)]
struct Overview {
    spending: Spending,
    remarks: Text,
}

impl Overview {
    /// The rooms of the chart of spending, of that of the response, and of the remarks, which take no more than they need:
    /// the charts are one below the other where that leaves room for all remarks, else side by side. While they are read,
    /// remarks that are cut take what charts can spare.
    fn rooms(&self, area: Rect, has_response: bool, is_read: bool) -> [Rect; 3] {
        let needed = self.remarks.lines(area.width).len() as u16 + 1;
        let both = 2 * LEAST + 1;
        let is_wide = area.width >= WIDE;
        let is_tall = has_response && area.height >= both + if is_wide { needed } else { LEAST_REMARKS };
        let least = if is_tall { both } else { LEAST };
        if is_read && area.height < least + needed {
            let both = 2 * LEAST_READ + 1;
            let is_tall = is_tall && area.height >= both + needed;
            let least = if is_tall { both } else { LEAST_READ };
            return self.arranged(area, least, is_tall, is_wide && has_response);
        }
        self.arranged(area, least, is_tall, is_wide && has_response)
    }

    /// The charts in no fewer rows than the least: one below the other, side by side, or the first alone.
    fn arranged(&self, area: Rect, least: u16, is_tall: bool, is_beside: bool) -> [Rect; 3] {
        let needed = self.remarks.lines(area.width).len() as u16 + 1;
        let [charts, remarks] = below(area, area.height.saturating_sub(needed).max(least));
        let remarks = Rect { y: remarks.y + 1, height: remarks.height.saturating_sub(1), ..remarks };
        let [spending, response] = if is_tall {
            let [spending, rest] = below(charts, charts.height * 11 / 20);
            [spending, Rect { y: rest.y + 1, height: rest.height - 1, ..rest }]
        } else if is_beside {
            let width = charts.width / 2 - GAP / 2;
            let x = charts.right() - width;
            [Rect { width, ..charts }, Rect { x, width, ..charts }]
        } else {
            [charts, Rect::ZERO]
        };
        [spending, response, remarks]
    }

    /// The room in which remarks are read: where not all are seen, the last row says how many there are below.
    fn read(&self, remarks: Rect) -> Rect {
        let is_cut = self.remarks.last_line(remarks.as_size()) > 0 && remarks.height > 2;
        Rect { height: remarks.height - u16::from(is_cut), ..remarks }
    }

    /// The same of a view with so much room.
    fn read_in(&self, room: Size) -> Size {
        let [_, _, remarks] = self.rooms(Rect::new(0, 0, room.width, room.height), true, true);
        self.read(remarks).as_size()
    }
}

/// The first rows of an area, and the others.
fn below(area: Rect, height: u16) -> [Rect; 2] {
    let height = height.min(area.height);
    [Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area }]
}

impl Content for Overview {
    fn last_row(&self, room: Size) -> usize {
        self.remarks.last_line(self.read_in(room))
    }

    fn page(&self, room: Size) -> usize {
        usize::from(self.read_in(room).height).max(1)
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        let [spending, response, remarks] = self.rooms(area, scene.response.is_some(), scene.is_read);
        self.spending.draw(theme, spending, buffer);
        response::draw(scene, theme, response, buffer);
        let read = self.read(remarks);
        let seen = self.remarks.draw(row, theme, read, buffer);
        let below = self.remarks.last_line(read.as_size()).saturating_sub(row);
        if below > 0 && read.height < remarks.height {
            let line = if below == 1 { "line" } else { "lines" };
            let words = format!("\u{2026} {below} more {line}");
            buffer.set_stringn(read.x, read.bottom(), words, usize::from(read.width), theme.dim);
        }
        Drawn { seen, hits: Vec::new() }
    }

    fn present(&self, _scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        self.spending.draw(theme, area, buffer);
    }
}

/// Published figures, then findings that are no alerts.
fn remarks(scene: &Scene) -> Text {
    let mut text = Text::default();
    let mut published = published(scene.case, scene.id, scene.figures);
    // What speaks of a part alone comes last.
    let is_part = |row: &Published| {
        matches!(
            row.basis,
            Some(ClaimBasis::FinalRun | ClaimBasis::Compute | ClaimBasis::DepreciatedHardware)
        )
    };
    rank::by_key(&mut published, is_part);
    let withdrawn = withdrawn(scene.case, scene.id);
    if withdrawn.is_some() || !published.is_empty() {
        text.head("Published figures");
    }
    if let Some(why) = withdrawn {
        text.add(Role::Dim, format!("- {why}"));
    }
    let has_reasons = !published.is_empty();
    for row in published {
        text.add(Role::Base, format!("- {}", row.beside()));
    }
    if has_reasons {
        let explain = &VIEWS[EXPLAIN];
        text.add(
            Role::Dim,
            format!("{} {} has the sources, and why they differ.", explain.keys[0], explain.title),
        );
    }
    let mut notes = scene.findings.iter().filter(|note| !note.is_alert() || note.is_refusal()).peekable();
    if notes.peek().is_some() {
        text.head("Notes");
    }
    for note in notes {
        let role = if note.is_refusal() { Role::Warning } else { Role::Dim };
        text.add(role, format!("- {}", note.text));
    }
    text
}
