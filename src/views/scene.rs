//! What a view is, what views are about, and what choosing a row of one does.

use std::fmt;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::explain::Subject;
use crate::analysis::findings::Finding;
use crate::analysis::growth::Growth;
use crate::analysis::profile::Profile;
use crate::analysis::range::Figures;
use crate::analysis::service::Keeping;
use crate::import::metrics::Watch;
use crate::keymap::Action;
use crate::scenario::{ParamId, Scenario};
use crate::widgets::text::Text;
use crate::widgets::theme::Theme;

#[derive(Debug)]
pub struct View {
    /// The word on its tab.
    pub title: &'static str,
    /// The same where there is little room.
    pub short: &'static str,
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

/// A row of a tree below which others are: its figure, and its line there, 0 for that of the figure itself.
pub type Fold = (&'static str, usize);

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
    /// What its promise takes; `None` where nothing is promised or served.
    pub keeping: Option<&'a Keeping>,
    /// What it is compared with.
    pub baseline: Option<&'a Baseline>,
    /// Scenarios compared along with it.
    pub kept: &'a [Baseline],
    /// The answer that views about one figure are about.
    pub answer: Answer,
    /// The answer at all that the focused parameter can be; `None` while no parameter has the focus.
    pub response: Option<(ParamId, &'a Profile)>,
    /// By which of its columns a table is ordered; a table with fewer starts over.
    pub order: usize,
    /// Rows of a tree that are not as they usually are: folded where they are open, and the other way round.
    pub folds: &'a [Fold],
    /// The view has the focus: it is what is read.
    pub is_read: bool,
    /// The engine that is watched, if one is.
    pub live: Option<&'a Watch>,
}

/// What a view shows.
pub trait Content: fmt::Debug {
    /// The last row that can be chosen or scrolled to in a room of this size.
    fn last_row(&self, room: Size) -> usize;

    /// The row that is chosen when it is opened.
    fn first_row(&self) -> usize {
        0
    }

    /// Rows by which a page moves in a room of this size: no more than are seen.
    fn page(&self, room: Size) -> usize {
        usize::from(room.height).clamp(1, 10)
    }

    /// What choosing a row does.
    fn choose(&self, _row: usize, _scene: &Scene) -> Choice {
        Choice::Nothing("nothing to apply in this view")
    }

    /// The figure that a row is about.
    fn answer(&self, _row: usize) -> Option<Answer> {
        None
    }

    /// The figure that a row is about, where it is explained.
    fn subject(&self, row: usize) -> Option<Subject> {
        self.answer(row).map(Subject::Of)
    }

    /// The row on which a figure is explained, and the fold that hides it there.
    fn row_of(&self, _subject: Subject) -> Option<(usize, Option<Fold>)> {
        None
    }

    /// The first row that has these words, where rows are looked for by them.
    fn find(&self, _words: &str) -> Option<usize> {
        None
    }

    /// Whether what is below a row is seen; `None` where nothing is.
    fn is_open(&self, _row: usize) -> Option<bool> {
        None
    }

    /// It is a tree, whose rows fold.
    fn folds(&self) -> bool {
        false
    }

    /// What the keys of this place do here, the most useful first.
    fn hints(&self) -> &'static [Hint] {
        &[(&[Action::Up, Action::Down], "scroll")]
    }

    /// An action that does nothing in most views does something in this one.
    fn uses(&self, _action: Action) -> bool {
        false
    }

    /// Draws it with a row chosen, or scrolled to.
    fn draw(&self, scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn;

    /// Draws it in front of people, who choose nothing.
    fn present(&self, scene: &Scene, theme: &Theme, area: Rect, buffer: &mut Buffer) {
        self.draw(scene, 0, theme, area, buffer);
    }
}

/// Something that a user may do: an action, or two that are opposites, and what they do here.
pub type Hint = (&'static [Action], &'static str);

/// What is to be known of what was drawn.
#[derive(Debug, Default)]
pub struct Drawn {
    /// Which rows of how many are seen, where not all are.
    pub seen: Option<String>,
    /// What a pointer can hit, and where.
    pub hits: Vec<(Rect, Hit)>,
}

/// What a pointer can hit in a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// A row that can be chosen.
    Row(usize),
    /// The heading of a column by which the rows can be ordered, by its place among the orders.
    Order(usize),
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
    /// Alerts are told in full.
    Alerts,
    /// A figure is explained.
    Explain(Subject),
    /// What is below a row is folded away, or seen again.
    Toggle(Fold),
    /// What was kept for comparison is dropped, by its place among the kept.
    Drop(usize),
    /// Nothing, and why.
    Nothing(&'static str),
}

/// A text to read: its rows are those that it scrolls by.
impl Content for Text {
    fn last_row(&self, room: Size) -> usize {
        self.last_line(room)
    }

    fn page(&self, room: Size) -> usize {
        usize::from(room.height).max(1)
    }

    fn draw(&self, _scene: &Scene, row: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Drawn {
        Drawn { seen: self.draw(row, theme, area, buffer), hits: Vec::new() }
    }
}

impl Choice {
    /// A parameter's slider gets the focus, where there is one.
    pub(super) fn focus(param: Option<ParamId>) -> Self {
        param.map_or(Self::Nothing("nothing is selected"), Self::Focus)
    }
}
