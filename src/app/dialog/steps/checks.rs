//! Which figures a step shows large: a list of all, those that are shown checked.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::text::Line;
use ratatui_core::widgets::Widget as _;

use crate::analysis::answer::Answer;
use crate::analysis::deck::MOST_SHOWN;
use crate::keymap::Action;
use crate::text::capital;
use crate::text::wrap::fit;
use crate::widgets::list::window;
use crate::widgets::theme::Theme;

/// The figures of a step while they are chosen.
#[derive(Debug)]
pub(super) struct Checks {
    /// Those that are shown, in the order in which they were chosen.
    shown: Vec<Answer>,
    row: usize,
}

impl Checks {
    /// The figures that a step shows now.
    pub(super) fn new(shown: &[Answer]) -> Self {
        let first = Answer::ALL.iter().position(|answer| shown.first() == Some(answer));
        Self { shown: shown.to_vec(), row: first.unwrap_or(0) }
    }

    /// Those that are chosen.
    pub(super) fn shown(&self) -> &[Answer] {
        &self.shown
    }

    /// Checks the figure of the row, or no longer; the last one stays, and one beyond those that have room takes the place of
    /// the last.
    fn mark(&mut self) {
        let answer = Answer::ALL[self.row];
        let is_shown = self.shown.contains(&answer);
        if is_shown && self.shown.len() > 1 {
            self.shown.retain(|other| *other != answer);
        } else if !is_shown {
            self.shown.truncate(MOST_SHOWN - 1);
            self.shown.push(answer);
        }
    }

    /// An action; others than these mean nothing here.
    pub(super) fn act(&mut self, action: Action) {
        let last = Answer::ALL.len() - 1;
        match action {
            Action::Up => self.row = self.row.saturating_sub(1),
            Action::Down => self.row = (self.row + 1).min(last),
            Action::Mark => self.mark(),
            _ => {}
        }
    }

    /// A pointer checks a row.
    pub(super) fn point(&mut self, row: usize) {
        self.row = row.min(Answer::ALL.len() - 1);
        self.mark();
    }

    pub(super) fn draw(&self, theme: &Theme, list: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let rows = list.rows().zip(window(self.row, Answer::ALL.len(), list.height));
        let drawn = rows.map(|(row, index)| {
            let answer = Answer::ALL[index];
            let style = if index == self.row { theme.chosen } else { theme.base };
            let place = self.shown.iter().position(|shown| *shown == answer);
            let mark = place.map_or("   ".to_owned(), |place| format!("[{}]", place + 1));
            let words = format!("{mark} {}", capital(answer.label()));
            Line::styled(fit(&words, usize::from(row.width)), style).render(row, buffer);
            (row, index)
        });
        drawn.collect()
    }
}
