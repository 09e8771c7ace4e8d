//! The list of sliders: headings that open and close, and the line that has the focus.

use crate::params::{Group, Param};

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A heading.
    Heading(Group),
    /// A parameter, by index in the table.
    Param(usize),
}

/// Which headings are open and which line has the focus.
#[derive(Debug, Clone)]
pub struct SliderList {
    open: [bool; Group::ALL.len()],
    focus: Line,
}

impl Default for SliderList {
    fn default() -> Self {
        Self::new()
    }
}

impl SliderList {
    /// The main sliders and demand open, the focus on the first slider.
    #[must_use]
    pub fn new() -> Self {
        let open = Group::ALL.map(|group| matches!(group, Group::Main | Group::Demand));
        let first = Param::all().iter().position(|param| param.path == "model.size").unwrap_or(0);
        Self { open, focus: Line::Param(first) }
    }

    /// The lines that are to be seen, top to bottom. The main sliders stand without a heading.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (group, open) in Group::ALL.into_iter().zip(self.open) {
            if group != Group::Main {
                lines.push(Line::Heading(group));
            }
            if open {
                let params = Param::all().iter().enumerate();
                lines.extend(
                    params.filter(|(_, param)| param.group == group).map(|(index, _)| Line::Param(index)),
                );
            }
        }
        lines
    }

    /// The line with the focus.
    #[must_use]
    pub fn focused_line(&self) -> Line {
        self.focus
    }

    /// A heading is open.
    #[must_use]
    pub fn is_open(&self, group: Group) -> bool {
        self.open[group as usize]
    }

    /// Puts the focus on a line; a parameter under a closed heading opens it.
    pub fn focus(&mut self, line: Line) {
        if let Line::Param(index) = line
            && let Some(param) = Param::all().get(index)
        {
            self.open[param.group as usize] = true;
        }
        self.focus = line;
    }

    /// Moves the focus up or down; past an end it goes on at the other.
    pub fn move_focus(&mut self, by: isize) {
        let lines = self.lines();
        let here = lines.iter().position(|line| *line == self.focus).unwrap_or(0);
        let count = lines.len().cast_signed();
        let next = (here.cast_signed() + by).rem_euclid(count);
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
            self.open[group as usize] = open;
        }
    }

    /// Opens the focused heading when it is closed, and the other way round.
    pub fn toggle(&mut self) {
        if let Line::Heading(group) = self.focus {
            self.open[group as usize] = !self.open[group as usize];
        }
    }
}
