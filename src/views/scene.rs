//! What a view is, what views are about, and what choosing a row of one does.

use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::findings::Finding;
use crate::analysis::growth::Growth;
use crate::analysis::range::Figures;
use crate::keymap::Action;
use crate::scenario::{ParamId, Scenario};
use crate::widgets::text::Text;
use crate::widgets::theme::Theme;

#[derive(Debug)]
pub struct View {
    /// The word on its tab.
    pub title: &'static str,
    /// The word on its tab where there is little room.
    pub short_title: &'static str,
    /// Keys that show it, the first of which is on its tab.
    pub keys: &'static [&'static str],
    /// One sentence for help.
    pub help: &'static str,
    /// Works out what it shows.
    pub open: fn(&Scene) -> Box<dyn Content>,
}

/// A scenario that figures are compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    pub name: String,
    pub case: Case,
    pub figures: Figures,
}

/// What views are about: the scenario that is shown, what is known of it, and what it is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The id of a built-in scenario or a model, under which figures were published.
    pub id: Option<&'a str>,
    pub case: &'a Case,
    /// Its figures with their ranges.
    pub figures: &'a Figures,
    /// What a reader should know of them, the most severe first.
    pub findings: &'a [Finding],
    /// Its months to the horizon; `None` where nothing can be served.
    pub growth: Option<&'a Growth>,
    pub baseline: Option<&'a Baseline>,
    /// Scenarios compared along with it.
    pub kept: &'a [Baseline],
    /// The answer that views about one figure are about.
    pub answer: Answer,
    /// By which of its columns a table is ordered; a table with fewer starts over.
    pub order: usize,
}

/// What a view shows.
pub trait Content: fmt::Debug {
    /// The last row that can be chosen or scrolled to in a room of this size; `None` where a view has no rows, and the
    /// keys for them choose sliders.
    fn last_row(&self, room: Size) -> Option<usize>;

    /// What choosing a row does.
    fn choose(&self, _row: usize, _scene: &Scene) -> Choice {
        Choice::Nothing("nothing to apply in this view")
    }

    /// An action that does nothing in most views does something in this one.
    fn uses(&self, _action: Action) -> bool {
        false
    }

    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer);
}

/// What choosing a row does.
#[derive(Debug, Clone)]
pub enum Choice {
    /// The scenario becomes this, as one step of undo.
    Apply {
        /// Its name in the history.
        label: String,
        scenario: Box<Scenario>,
    },
    /// A slider gets the focus.
    Focus(ParamId),
    /// Nothing, and why.
    Nothing(&'static str),
}

/// A text to read: its rows are those that it scrolls by.
impl Content for Text {
    fn last_row(&self, room: Size) -> Option<usize> {
        Some(self.last_line(room))
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        self.draw(row, theme, area, buffer);
    }
}

impl Choice {
    /// A parameter's slider gets the focus, where there is one.
    pub(super) fn focus(param: Option<ParamId>) -> Self {
        param.map_or(Self::Nothing("nothing is selected"), Self::Focus)
    }
}
