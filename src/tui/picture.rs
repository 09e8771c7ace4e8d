//! A screen as an SVG picture: the README's pictures are made from real frames by `whatif picture`.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// Width of a character, in pixels.
const CELL_WIDTH: f64 = 8.4;
/// Height of a line, in pixels.
const CELL_HEIGHT: f64 = 17.0;
/// Font size, in pixels.
const FONT_SIZE: f64 = 14.0;
/// Room around the screen, in pixels.
const MARGIN: f64 = 10.0;

/// The colors of a cell that sets none.
#[derive(Debug, Clone, Copy)]
pub struct Paper {
    pub foreground: &'static str,
    pub background: &'static str,
}

/// A dark terminal.
pub const DARK: Paper = Paper { foreground: "#dadada", background: "#1c1c1c" };
/// A light terminal.
pub const LIGHT: Paper = Paper { foreground: "#262626", background: "#ffffff" };

/// The picture of a buffer.
pub fn svg(buffer: &Buffer, paper: Paper) -> String {
    let area = buffer.area;
    let width = f64::from(area.width) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f64::from(area.height) * CELL_HEIGHT + 2.0 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         font-size=\"{FONT_SIZE}\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        paper.background
    );
    for y in area.top()..area.bottom() {
        let mut x = area.left();
        while x < area.right() {
            let first = &buffer[(x, y)];
            let mut end = x + 1;
            while end < area.right() && same_look(first, &buffer[(end, y)]) {
                end += 1;
            }
            run(&mut out, buffer, y, x..end, paper);
            x = end;
        }
    }
    out.push_str("</svg>\n");
    out
}

fn same_look(a: &Cell, b: &Cell) -> bool {
    a.fg == b.fg && a.bg == b.bg && a.modifier == b.modifier
}

/// Neighboring cells of one look.
fn run(out: &mut String, buffer: &Buffer, y: u16, columns: std::ops::Range<u16>, paper: Paper) {
    let cell = &buffer[(columns.start, y)];
    let mut letters = color(cell.fg, paper.foreground);
    let mut ground = color(cell.bg, paper.background);
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut letters, &mut ground);
    }
    let left = MARGIN + f64::from(columns.start - buffer.area.x) * CELL_WIDTH;
    let top = MARGIN + f64::from(y - buffer.area.y) * CELL_HEIGHT;
    let width = f64::from(columns.end - columns.start) * CELL_WIDTH;
    if ground != paper.background {
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT}\" fill=\"{ground}\"/>"
        );
    }
    let mut text = String::new();
    let mut places = String::new();
    for x in columns {
        let symbol = buffer[(x, y)].symbol();
        let place = MARGIN + f64::from(x - buffer.area.x) * CELL_WIDTH;
        if let Some((share, opacity)) = block(symbol) {
            let height = CELL_HEIGHT * share;
            let y = top + CELL_HEIGHT - height;
            let _ = writeln!(
                out,
                "<rect x=\"{place:.1}\" y=\"{y:.1}\" width=\"{CELL_WIDTH:.1}\" height=\"{height:.1}\" \
                 fill=\"{letters}\" opacity=\"{opacity}\"/>"
            );
        } else if symbol != " " {
            // Each letter is placed in its cell, whatever the font.
            let _ = write!(places, "{place:.1} ");
            text.push_str(symbol);
        }
    }
    if text.is_empty() {
        return;
    }
    let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let faint = if cell.modifier.contains(Modifier::DIM) { " opacity=\"0.65\"" } else { "" };
    let baseline = top + CELL_HEIGHT * 0.76;
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"{baseline:.1}\" fill=\"{letters}\"{weight}{faint}>{}</text>",
        places.trim_end(),
        escaped(&text)
    );
    if cell.modifier.contains(Modifier::UNDERLINED) {
        let under = top + CELL_HEIGHT - 2.0;
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{under:.1}\" width=\"{width:.1}\" height=\"1\" fill=\"{letters}\"/>"
        );
    }
}

/// Block elements, which are drawn as areas: how much of the cell they fill from below, and how densely.
fn block(symbol: &str) -> Option<(f64, f64)> {
    let eighths = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    if symbol == "▒" {
        return Some((1.0, 0.55));
    }
    eighths.iter().position(|eighth| *eighth == symbol).map(|index| ((index as f64 + 1.0) / 8.0, 1.0))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The sixteen colors of a usual terminal palette.
const ANSI: [(Color, &str); 16] = [
    (Color::Black, "#1d1f21"),
    (Color::Red, "#cc6666"),
    (Color::Green, "#b5bd68"),
    (Color::Yellow, "#f0c674"),
    (Color::Blue, "#5f87d7"),
    (Color::Magenta, "#b294bb"),
    (Color::Cyan, "#5fb3b3"),
    (Color::Gray, "#c5c8c6"),
    (Color::DarkGray, "#666666"),
    (Color::LightRed, "#d54e53"),
    (Color::LightGreen, "#b9ca4a"),
    (Color::LightYellow, "#e7c547"),
    (Color::LightBlue, "#7aa6da"),
    (Color::LightMagenta, "#c397d8"),
    (Color::LightCyan, "#70c0b1"),
    (Color::White, "#eaeaea"),
];

/// A terminal color as SVG writes it.
fn color(color: Color, unset: &str) -> String {
    let rgb = |red: u8, green: u8, blue: u8| format!("#{red:02x}{green:02x}{blue:02x}");
    match color {
        Color::Rgb(red, green, blue) => rgb(red, green, blue),
        Color::Indexed(index @ ..16) => ANSI[usize::from(index)].1.to_owned(),
        Color::Indexed(index @ 16..232) => {
            // The 6 x 6 x 6 color cube of 256-color terminals.
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            rgb(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        Color::Indexed(index) => {
            let gray = 8 + 10 * (index - 232);
            rgb(gray, gray, gray)
        }
        named => {
            ANSI.iter().find(|(name, _)| *name == named).map_or(unset, |(_, written)| written).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn letters_and_colors_are_drawn_and_markup_is_escaped() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        buffer.set_string(0, 0, "a<b", Style::new().fg(Color::Indexed(231)));
        let picture = svg(&buffer, DARK);
        assert!(picture.contains("a&lt;b"), "{picture}");
        assert!(picture.contains("#ffffff"), "{picture}");
    }
}
