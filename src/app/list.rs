//! The list of sliders: headings that open and close, and the line that has the focus.

use crate::scenario::ParamId;
use crate::scenario::domain::Group;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Heading(Group),
    Param(ParamId),
}

/// Which headings are open and which line has the focus.
#[derive(Debug, Clone)]
pub struct SliderList {
    /// What a user opened or closed; the others open as far as there is room.
    chosen: [Option<bool>; Group::ALL.len()],
    open: [bool; Group::ALL.len()],
    focus: Line,
}

impl Default for SliderList {
    /// The main sliders and demand open, the focus on the first slider.
    fn default() -> Self {
        let mut list = Self {
            chosen: [None; Group::ALL.len()],
            open: [false; Group::ALL.len()],
            focus: Line::Param(ParamId::ModelSize),
        };
        list.make_room(0);
        list
    }
}

impl SliderList {
    /// Opens headings from the top, those for whose lines there is still room in `rows`; what a person opened or closed stays
    /// so.
    pub fn make_room(&mut self, rows: usize) {
        self.open = Group::ALL
            .map(|group| self.chosen[group as usize].unwrap_or(matches!(group, Group::Main | Group::Demand)));
        for group in Group::ALL {
            let index = group as usize;
            if self.chosen[index].is_none() && !self.open[index] {
                self.open[index] = true;
                if self.lines().len() > rows {
                    self.open[index] = false;
                }
            }
        }
        if let Line::Param(param) = self.focus {
            self.open[param.group as usize] = true;
        }
    }

    fn choose(&mut self, group: Group, open: bool) {
        self.chosen[group as usize] = Some(open);
        self.open[group as usize] = open;
    }

    /// The lines that are to be seen, top to bottom. The main sliders stand without a heading.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (group, open) in Group::ALL.into_iter().zip(self.open) {
            if group != Group::Main {
                lines.push(Line::Heading(group));
            }
            if open {
                lines.extend(ParamId::ALL.into_iter().filter(|param| param.group == group).map(Line::Param));
            }
        }
        lines
    }

    pub fn focused_line(&self) -> Line {
        self.focus
    }

    pub fn is_open(&self, group: Group) -> bool {
        self.open[group as usize]
    }

    /// Puts the focus on a line; a parameter under a closed heading opens it.
    pub fn focus(&mut self, line: Line) {
        if let Line::Param(param) = line {
            self.choose(param.group, true);
        }
        self.focus = line;
    }

    /// Moves the focus up or down; past an end it goes on at the other, but for more than all lines.
    pub fn move_focus(&mut self, by: isize) {
        let lines = self.lines();
        let here = lines.iter().position(|line| *line == self.focus).unwrap_or(0);
        let count = lines.len().cast_signed();
        let next = here.cast_signed().saturating_add(by);
        let next =
            if by.unsigned_abs() < lines.len() { next.rem_euclid(count) } else { next.clamp(0, count - 1) };
        self.focus = lines[next.cast_unsigned()];
    }

    /// Moves the focus to the next or previous heading.
    pub fn move_group(&mut self, by: isize) {
        let lines = self.lines();
        let here = lines.iter().position(|line| *line == self.focus).unwrap_or(0);
        let heading = |line: &Line| matches!(line, Line::Heading(_));
        let found = if by > 0 {
            lines.iter().skip(here + 1).find(|line| heading(line))
        } else {
            lines[..here].iter().rev().find(|line| heading(line))
        };
        self.focus = found.copied().unwrap_or(lines[0]);
    }

    /// Opens or closes the focused heading.
    pub fn open(&mut self, open: bool) {
        if let Line::Heading(group) = self.focus {
            self.choose(group, open);
        }
    }

    /// Opens the focused heading when it is closed, and the other way round.
    pub fn toggle(&mut self) {
        if let Line::Heading(group) = self.focus {
            self.choose(group, !self.is_open(group));
        }
    }
}
