//! A line of the screen as shapes: grounds, then drawings, then letters, each in its color.

use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::style::Modifier;

use crate::tui::picture::color::{Paper, Rgb, over, rgb};
use crate::tui::picture::sign::{Form, THIN, density, drawing};
use crate::tui::picture::{CELL_HEIGHT, CELL_WIDTH};

/// How much of its color dim text keeps.
const DIM: f32 = 0.65;

/// What a line of the screen is drawn with, in units from its upper left corner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shapes {
    /// What lies under the rest, where it is not the paper.
    pub grounds: Vec<(Form, Rgb)>,
    /// What is drawn.
    pub signs: Vec<(Form, Rgb)>,
    /// What is written.
    pub runs: Vec<Run>,
}

/// Letters of one look.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub color: Rgb,
    pub bold: bool,
    /// Each with the left side of its cell.
    pub letters: Vec<(f32, char)>,
}

/// The cells of a buffer, line by line.
pub fn rows(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width).max(1))
}

impl Shapes {
    /// What neighboring cells are drawn with.
    pub fn of(cells: &[Cell], paper: Paper) -> Self {
        let mut shapes = Self::default();
        for (column, cell) in cells.iter().enumerate() {
            shapes.add(cell, column as f32 * CELL_WIDTH, paper);
        }
        shapes
    }

    fn add(&mut self, cell: &Cell, left: f32, paper: Paper) {
        let mut color = rgb(cell.fg, paper.letters);
        let mut ground = rgb(cell.bg, paper.ground);
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut color, &mut ground);
        }
        if cell.modifier.contains(Modifier::DIM) {
            color = over(ground, color, DIM);
        }
        if ground != paper.ground {
            let area = Form::Area { x: left, y: 0.0, width: CELL_WIDTH, height: CELL_HEIGHT };
            join(&mut self.grounds, area, ground);
        }
        let mut letters = cell.symbol().chars();
        let drawn = letters.next().and_then(|sign| Some((sign, drawing(sign, left)?)));
        match drawn {
            Some((sign, forms)) => {
                let color = over(ground, color, density(sign));
                for form in forms {
                    join(&mut self.signs, form, color);
                }
            }
            None if cell.symbol() != " " => {
                self.write(cell.symbol(), left, color, cell.modifier.contains(Modifier::BOLD));
            }
            None => {}
        }
        if cell.modifier.contains(Modifier::UNDERLINED) {
            let line = Form::Area { x: left, y: CELL_HEIGHT - 2.0, width: CELL_WIDTH, height: THIN };
            join(&mut self.signs, line, color);
        }
    }

    fn write(&mut self, symbol: &str, left: f32, color: Rgb, bold: bool) {
        let letters = symbol.chars().map(|letter| (left, letter));
        match self.runs.last_mut().filter(|run| run.color == color && run.bold == bold) {
            Some(run) => run.letters.extend(letters),
            None => self.runs.push(Run { color, bold, letters: letters.collect() }),
        }
    }
}

/// Adds a form, to the last one where it goes on from there in the same color.
fn join(forms: &mut Vec<(Form, Rgb)>, form: Form, color: Rgb) {
    let goes_on = forms.last_mut().is_some_and(|(last, of)| *of == color && last.joins(&form));
    if !goes_on {
        forms.push((form, color));
    }
}
