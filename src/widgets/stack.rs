//! Two fills, one on the other, that read without color.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Style};

use crate::widgets::plot::Plot;
use crate::widgets::{glyphs, put};

/// The look of a part.
pub type Fill = (&'static str, Style);

/// The least part of a character that is drawn.
const LEAST: f64 = 0.06;

/// Fills a plot from its bottom: `parts` gives the lower and the upper part by the value of the horizontal axis.
pub fn draw(plot: &Plot, fills: [Fill; 2], parts: impl Fn(f64) -> [f64; 2], buffer: &mut Buffer) {
    let height = f64::from(plot.room.height);
    for column in 0..plot.room.width {
        let [lower, upper] = parts(plot.at_column(column));
        let tops = [lower, lower + upper].map(|top| plot.height(top) * height);
        for row in 0..plot.room.height {
            let floor = f64::from(plot.room.height - 1 - row);
            let [below, all] = tops.map(|top| (top - floor).clamp(0.0, 1.0));
            let is_upper = below < 0.5 && all - below > below / 2.0;
            let found = if is_upper { edge(fills[1], all) } else { edge(fills[0], below) };
            if let Some((glyph, style)) = found {
                put(plot.room.x + column, plot.room.y + row, glyph, style, buffer);
            }
        }
    }
}

/// Shades what lies between two ends around the top of a filled plot: above the top as far as the upper end goes, and below
/// it, in paler fills, down to the lower end. In color it is as fine as the fills.
pub fn band(plot: &Plot, style: Style, around: impl Fn(f64) -> Option<[f64; 3]>, buffer: &mut Buffer) {
    let rows = plot.room.height;
    for column in 0..plot.room.width {
        let Some(ends) = around(plot.at_column(column)) else { continue };
        let [low, top, high] = ends.map(|end| plot.height(end) * f64::from(rows));
        for row in 0..rows {
            let floor = f64::from(rows - 1 - row);
            let Some(cell) = buffer.cell_mut((plot.room.x + column, plot.room.y + row)) else { continue };
            if floor < top && floor + 1.0 > low && cell.symbol() != " " {
                below(cell, low - floor, floor + 1.0 > top);
            }
            if floor + 1.0 > top {
                above(cell, style, high - floor);
            }
        }
    }
}

/// Shades a share of a character that is empty, or what an edge of a fill leaves of it.
fn above(cell: &mut Cell, style: Style, share: f64) {
    let is_empty = cell.symbol() == " ";
    match style.fg {
        // Words and lines on it find it empty.
        Some(color) if share >= 1.0 && cell.symbol() != glyphs::TRAINING => {
            cell.set_bg(color);
        }
        Some(_) if is_empty => {
            if let Some((glyph, style)) = edge((glyphs::INFERENCE, style), share.max(0.0)) {
                cell.set_symbol(glyph).set_style(style);
            }
        }
        None if is_empty && share >= 0.5 => {
            cell.set_symbol(glyphs::BAND).set_style(style);
        }
        _ => {}
    }
}

/// Makes a fill paler above a share of its character.
fn below(cell: &mut Cell, share: f64, is_edge: bool) {
    let is_training = cell.symbol() == glyphs::TRAINING;
    match paler(cell.fg, cell.bg) {
        Some(pale) if is_edge || is_training && share < 0.5 || share <= 0.0 => {
            cell.set_fg(pale);
        }
        Some(pale) if !is_training => {
            match edge((glyphs::INFERENCE, Style::new()), share) {
                Some((glyph, _)) => cell.set_symbol(glyph).set_bg(pale),
                None => cell.set_fg(pale),
            };
        }
        None if !is_edge && share < 0.5 => {
            cell.set_symbol(if is_training { glyphs::BAND } else { glyphs::INFERENCE_BAND });
        }
        _ => {}
    }
}

/// A color between two, nearer to the first; `None` where a terminal makes them itself.
pub(super) fn paler(color: Color, ground: Color) -> Option<Color> {
    let (Color::Rgb(r, g, b), Color::Rgb(to_r, to_g, to_b)) = (color, ground) else { return None };
    let mixed = |from: u8, to: u8| ((u16::from(from) * 2 + u16::from(to)) / 3) as u8;
    Some(Color::Rgb(mixed(r, to_r), mixed(g, to_g), mixed(b, to_b)))
}

/// The character of which a share is filled; only a solid fill has finer edges.
fn edge((glyph, style): Fill, share: f64) -> Option<Fill> {
    if glyph == glyphs::INFERENCE {
        let eighth = ((share * 8.0).round() as usize).clamp(1, 8) - 1;
        (share > LEAST).then(|| (glyphs::EIGHTHS[eighth], style))
    } else {
        (share >= 0.5).then_some((glyph, style))
    }
}
