//! Shapes as SVG.

use std::fmt::Write as _;

use ratatui_core::buffer::Buffer;

use crate::tui::picture::color::{Paper, Rgb};
use crate::tui::picture::shape::{Run, Shapes, rows};
use crate::tui::picture::sign::{Form, THIN};
use crate::tui::picture::{BASELINE, CELL_HEIGHT, CELL_WIDTH, FONT_SIZE, MARGIN};

/// The picture of a screen.
pub fn svg(screen: &Buffer, paper: Paper) -> String {
    let mut out = head(screen.area.width, screen.area.height, paper);
    for (index, cells) in rows(screen).enumerate() {
        let _ = write!(out, "<g transform=\"translate({MARGIN} {})\">", top(index));
        line(&mut out, &Shapes::of(cells, paper));
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// Where a line begins, in units from the top.
pub(super) fn top(index: usize) -> f32 {
    MARGIN + index as f32 * CELL_HEIGHT
}

/// How wide and how high a picture is, in units.
pub(super) fn size(columns: u16, rows: u16) -> [f32; 2] {
    [f32::from(columns) * CELL_WIDTH + 2.0 * MARGIN, f32::from(rows) * CELL_HEIGHT + 2.0 * MARGIN]
}

/// The beginning of a picture, and its paper. Areas keep to whole pixels, so that no gap is seen between them.
pub(super) fn head(columns: u16, rows: u16, paper: Paper) -> String {
    let [width, height] = size(columns, rows);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         font-size=\"{FONT_SIZE}\">\n<style>.a{{shape-rendering:crispEdges}}.d{{stroke-linecap:round}}\
         .r{{fill:none}}.b{{font-weight:bold}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n",
        hex(paper.ground)
    )
}

/// A line of the screen.
pub(super) fn line(out: &mut String, shapes: &Shapes) {
    forms(out, &shapes.grounds);
    forms(out, &shapes.signs);
    for run in &shapes.runs {
        letters(out, run);
    }
}

/// Forms of one color and kind are one path.
fn forms(out: &mut String, forms: &[(Form, Rgb)]) {
    let mut paths: Vec<(String, String)> = Vec::new();
    for (form, color) in forms {
        let (look, data) = path(form, &hex(*color));
        match paths.iter_mut().find(|(of, _)| *of == look) {
            Some((_, path)) => path.push_str(&data),
            None => paths.push((look, data)),
        }
    }
    for (look, data) in paths {
        let _ = write!(out, "<path {look} d=\"{data}\"/>");
    }
}

/// How a form is painted, and its outline.
fn path(form: &Form, color: &str) -> (String, String) {
    match form {
        Form::Area { x, y, width, height } => {
            let [x, y, width, height] = [x, y, width, height].map(|length| short(*length));
            (format!("class=\"a\" fill=\"{color}\""), format!("M{x} {y}h{width}v{height}h-{width}z"))
        }
        Form::Polygon(corners) => {
            let corners: Vec<String> =
                corners.iter().map(|[x, y]| format!("{} {}", short(*x), short(*y))).collect();
            (format!("fill=\"{color}\""), format!("M{}z", corners.join("L")))
        }
        // A line of no length with a round end.
        Form::Disc { center: [x, y], radius } => (
            format!("class=\"d\" stroke=\"{color}\" stroke-width=\"{}\"", short(radius * 2.0)),
            format!("M{} {}h0", short(*x), short(*y)),
        ),
        Form::Ring { center: [x, y], radius } => {
            let [left, y, radius, width] = [x - radius, *y, *radius, radius * 2.0].map(short);
            let arc = |to: &str| format!("a{radius} {radius} 0 0 1 {to}{width} 0");
            (stroke(color), format!("M{left} {y}{}{}", arc(""), arc("-")))
        }
        Form::Corner { center: [x, y], radius, toward: [right, down] } => {
            let [from, to] =
                [[x + right * radius, *y], [*x, y + down * radius]].map(|[x, y]| [short(x), short(y)]);
            let radius = short(*radius);
            let clockwise = u8::from(right * down > 0.0);
            let arc = format!("A{radius} {radius} 0 0 {clockwise} {} {}", to[0], to[1]);
            (stroke(color), format!("M{} {}{arc}", from[0], from[1]))
        }
    }
}

fn stroke(color: &str) -> String {
    format!("class=\"r\" stroke=\"{color}\" stroke-width=\"{THIN}\"")
}

/// Each letter is placed in its cell, whatever the font.
fn letters(out: &mut String, run: &Run) {
    let places: Vec<String> = run.letters.iter().map(|(left, _)| short(*left)).collect();
    let bold = if run.bold { " class=\"b\"" } else { "" };
    let _ =
        write!(out, "<text{bold} y=\"{BASELINE}\" fill=\"{}\" x=\"{}\">", hex(run.color), places.join(" "));
    for (_, letter) in &run.letters {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            letter => out.push(*letter),
        }
    }
    out.push_str("</text>");
}

/// A length to a hundredth, without what says nothing.
fn short(length: f32) -> String {
    ((length * 100.0).round() / 100.0).to_string()
}

/// A color as it is written in style sheets.
pub fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
