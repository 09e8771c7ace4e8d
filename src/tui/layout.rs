//! Where things are on the screen, by its size and the panel that has the focus.
//!
//! ```text
//! narrow, below 118 columns            in between                        wide, from 186 columns
//! ┌ header ──────────────────┐  ┌ header ─────────────────────┐  ┌ header ──────────────────────────┐
//! │ card     card     card   │  │ card       card       card  │  │ card         card         card   │
//! │ tabs                     │  │ tabs                        │  │ tabs                             │
//! │ sliders      │ figures   │  │ sliders    │ view           │  │ sliders │ view         │ figures │
//! │ (the view alone while it │  │ figures    │                │  │         │              │         │
//! │  has the focus)          │  │            │                │  │         │              │         │
//! │ message, meaning, hints  │  │ message, meaning, hints     │  │ message, meaning, hints          │
//! └──────────────────────────┘  └─────────────────────────────┘  └──────────────────────────────────┘
//! ```

use ratatui_core::layout::{Rect, Size};

use crate::app::state::{Panel, Room};

/// The fewest columns and rows that everything is served on; below, the answers and the focused slider alone.
pub const LEAST: Size = Size::new(80, 24);
/// The fewest columns and rows for the answers and the focused slider.
pub const LEAST_OF_ALL: Size = Size::new(40, 10);
/// From this width on, the view is beside the sliders.
const WITH_VIEW: u16 = 118;
/// From this width on, sliders, view and figures are side by side.
const WIDE: u16 = 186;
/// The columns of the view in between: the least, and the most, which a wide screen has again.
const VIEW: [u16; 2] = [72, 92];
/// The columns of the sliders in between: the least, and those from which on the view takes what more there is.
const SLIDERS: [u16; 2] = [46, 64];
/// The columns of sliders and figures on the narrowest wide screen, and on the widest that they grow with.
const SIDES: [[u16; 2]; 2] = [[48, 60], [46, 48]];
/// From this size on, the answers are large.
const LARGE: Size = Size::new(112, 32);
/// Rows of the cards, with small and with large figures.
const CARDS: [u16; 2] = [5, 7];
/// Rows below the panels: a message, a meaning, hints.
const FOOT: u16 = 3;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    pub header: Rect,
    pub cards: [Rect; 3],
    /// A line for the tabs.
    pub tabs: Rect,
    pub sliders: Option<Rect>,
    pub view: Option<Rect>,
    pub figures: Option<Rect>,
    pub message: Rect,
    pub meaning: Rect,
    pub hints: Rect,
    /// The panels together.
    pub body: Rect,
}

impl Layout {
    /// Lays out a screen of at least [`LEAST`].
    pub fn new(screen: Rect, focus: Panel) -> Self {
        let line = |y: u16| Rect { y, height: 1, ..screen };
        let is_large = screen.width >= LARGE.width && screen.height >= LARGE.height;
        let cards = Rect { y: screen.y + 1, height: CARDS[usize::from(is_large)], ..screen };
        let foot = screen.bottom() - FOOT;
        let has_view = screen.width >= WITH_VIEW;
        let tabs = line(cards.bottom());
        let top = tabs.bottom();
        let body = Rect { y: top, height: foot - top, ..screen };
        let (sliders, view, figures) = if screen.width >= WIDE {
            // Of ten more columns the sliders take eight as long as they grow, the figures one, the view the rest.
            let more = body.width - WIDE;
            let figures = (SIDES[1][0] + more / 10).min(SIDES[1][1]);
            let sliders = (SIDES[0][0] + more * 9 / 10 - more / 10).min(SIDES[0][1]);
            let [sliders, rest] = beside(body, sliders);
            let [view, figures] = beside(rest, rest.width - figures);
            (Some(sliders), Some(view), Some(figures))
        } else if has_view {
            let left =
                (body.width - VIEW[0]).clamp(SLIDERS[0], SLIDERS[1]).max(body.width.saturating_sub(VIEW[1]));
            let [left, view] = beside(body, left);
            let figures = (left.height * 2 / 5).min(left.height.saturating_sub(10));
            let sliders = Rect { height: left.height - figures, ..left };
            (Some(sliders), Some(view), Some(Rect { y: sliders.bottom(), height: figures, ..left }))
        } else if focus == Panel::View {
            (None, Some(body), None)
        } else {
            let [sliders, figures] = beside(body, body.width * 11 / 20);
            (Some(sliders), None, Some(figures))
        };
        let [first, rest] = beside(cards, cards.width / 3);
        let [second, third] = beside(rest, rest.width / 2);
        Self {
            header: line(screen.y),
            cards: [first, second, third],
            tabs,
            sliders,
            view,
            figures,
            message: line(foot),
            meaning: line(foot + 1),
            hints: line(foot + 2),
            body,
        }
    }

    /// The room inside the panels.
    pub fn room(&self) -> Room {
        let inside = |panel: Option<Rect>| {
            panel.map_or(Size::ZERO, |panel| {
                Size::new(panel.width.saturating_sub(4), panel.height.saturating_sub(2))
            })
        };
        Room {
            sliders: inside(self.sliders).height,
            view: inside(self.view.or(Some(self.body))),
            has_view: self.view.is_some(),
            figures: inside(self.figures),
            screen: Size::new(self.header.width, self.hints.bottom() - self.header.y),
        }
    }
}

/// The first columns of an area, and the others.
fn beside(area: Rect, width: u16) -> [Rect; 2] {
    let width = width.min(area.width);
    [Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area }]
}
