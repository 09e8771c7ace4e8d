//! Screens as a terminal is sent them: what differs from what it shows.

use std::io::{self, Write};
use std::mem;

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::style::{Attribute, Color as Sent, Colors, Print, SetAttribute, SetColors};
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier};

use crate::tui::picture::color::NAMED;

/// What letters can be, and how a terminal is told.
const ATTRIBUTES: [(Modifier, Attribute); 6] = [
    (Modifier::BOLD, Attribute::Bold),
    (Modifier::DIM, Attribute::Dim),
    (Modifier::ITALIC, Attribute::Italic),
    (Modifier::UNDERLINED, Attribute::Underlined),
    (Modifier::REVERSED, Attribute::Reverse),
    (Modifier::CROSSED_OUT, Attribute::CrossedOut),
];

/// A terminal, what it shows, and room to draw what it shows next.
pub struct Output<W> {
    out: W,
    shown: Buffer,
    next: Buffer,
}

impl<W: Write> Output<W> {
    /// A terminal that is blank.
    pub fn new(out: W, area: Rect) -> Self {
        Self { out, shown: Buffer::empty(area), next: Buffer::empty(area) }
    }

    /// What of the terminal is drawn.
    pub fn area(&self) -> Rect {
        self.next.area
    }

    /// Clears the terminal for screens of another size, or for a new start.
    ///
    /// # Errors
    ///
    /// Those of the terminal.
    pub fn resize(&mut self, area: Rect) -> io::Result<()> {
        queue!(self.out, Clear(ClearType::All))?;
        self.shown = Buffer::empty(area);
        self.next = Buffer::empty(area);
        Ok(())
    }

    /// Shows what is drawn on a blank screen, at once where the terminal can wait for the end of a frame.
    ///
    /// # Errors
    ///
    /// Those of the terminal.
    pub fn show(&mut self, draw: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        self.next.reset();
        draw(&mut self.next);
        queue!(self.out, BeginSynchronizedUpdate)?;
        send(&self.shown, &self.next, &mut self.out)?;
        queue!(self.out, EndSynchronizedUpdate)?;
        self.out.flush()?;
        mem::swap(&mut self.shown, &mut self.next);
        Ok(())
    }
}

/// Sends what turns one screen into another.
///
/// # Errors
///
/// Those of the terminal.
pub fn send(shown: &Buffer, next: &Buffer, out: &mut impl Write) -> io::Result<()> {
    let look = |cell: &Cell| (cell.modifier, cell.fg, cell.bg);
    let plain = (Modifier::empty(), Color::Reset, Color::Reset);
    let (mut present, mut cursor) = (plain, None);
    for (x, y, cell) in shown.diff_iter(next) {
        if cursor != Some((x, y)) {
            queue!(out, MoveTo(x, y))?;
        }
        cursor = Some((x + 1, y));
        let (modifier, fg, bg) = look(cell);
        if modifier != present.0 {
            // There is no sign for the end of one of them alone that all terminals know; colors end with them.
            queue!(out, SetAttribute(Attribute::Reset))?;
            for (_, attribute) in ATTRIBUTES.iter().filter(|(own, _)| modifier.contains(*own)) {
                queue!(out, SetAttribute(*attribute))?;
            }
            present = (modifier, Color::Reset, Color::Reset);
        }
        if (fg, bg) != (present.1, present.2) {
            queue!(out, SetColors(Colors::new(sent(fg), sent(bg))))?;
        }
        present = (modifier, fg, bg);
        queue!(out, Print(cell.symbol()))?;
    }
    if present != plain {
        queue!(out, SetAttribute(Attribute::Reset))?;
    }
    Ok(())
}

/// A color in the words of the library that writes it.
fn sent(color: Color) -> Sent {
    match color {
        Color::Rgb(r, g, b) => Sent::Rgb { r, g, b },
        Color::Indexed(index) => Sent::AnsiValue(index),
        named => {
            let place = NAMED.iter().position(|name| *name == named);
            place.map_or(Sent::Reset, |place| Sent::AnsiValue(place as u8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui_core::style::Style;
    use std::num::NonZero;

    const COLUMNS: u16 = 6;
    const ROWS: u16 = 2;

    fn terminal() -> vt100::Parser {
        let [rows, columns] = [ROWS, COLUMNS].map(|count| NonZero::new(count).expect("some"));
        vt100::Parser::new(rows, columns, 0)
    }

    /// What a terminal shows after what it was sent, with its colors and attributes.
    fn shown_by(bytes: &[u8], before: &mut vt100::Parser) -> Vec<(String, bool, bool, vt100::Color)> {
        before.process(bytes);
        let screen = before.screen();
        (0..ROWS)
            .flat_map(|row| (0..COLUMNS).map(move |column| (row, column)))
            .filter_map(|(row, column)| screen.cell(row, column))
            .map(|cell| (cell.contents().to_owned(), cell.bold(), cell.underline(), cell.fgcolor()))
            .collect()
    }

    #[test]
    fn a_terminal_shows_each_screen_as_it_was_drawn() {
        let area = Rect::new(0, 0, COLUMNS, ROWS);
        let mut terminal = terminal();
        let mut before = Buffer::empty(area);
        crossterm::style::force_color_output(true);
        let red = Style::new().fg(Color::Rgb(200, 0, 0));
        let screens: [&[(u16, u16, &str, Style)]; 4] = [
            &[(0, 0, "plain", Style::new()), (0, 1, "red", red)],
            &[(0, 0, "plain", Style::new().add_modifier(Modifier::BOLD)), (1, 1, "ed", red)],
            &[(0, 0, "pl", red.add_modifier(Modifier::UNDERLINED)), (2, 0, "ain", red)],
            &[(2, 0, "語", Style::new().fg(Color::Yellow)), (5, 1, "x", Style::new())],
        ];
        for words in screens {
            let mut next = Buffer::empty(area);
            for (x, y, text, style) in words {
                next.set_string(*x, *y, text, *style);
            }
            let mut bytes = Vec::new();
            send(&before, &next, &mut bytes).expect("memory takes everything");
            let shown = shown_by(&bytes, &mut terminal);
            // A terminal that has seen nothing else shows the same.
            let mut bytes = Vec::new();
            send(&Buffer::empty(area), &next, &mut bytes).expect("memory takes everything");
            let anew = shown_by(&bytes, &mut self::terminal());
            let text = |cells: &[(String, bool, bool, vt100::Color)]| -> Vec<_> {
                let blank = |text: &String| text.is_empty() || text == " ";
                cells.iter().cloned().map(|cell| if blank(&cell.0) { None } else { Some(cell) }).collect()
            };
            assert_eq!(text(&shown), text(&anew));
            for (x, y, sign, style) in words {
                let cell = &shown[usize::from(*y * COLUMNS) + usize::from(*x)];
                assert!(sign.starts_with(&cell.0) && !cell.0.is_empty(), "{cell:?} in place of {sign}");
                assert_eq!(cell.1, style.add_modifier.contains(Modifier::BOLD));
                assert_eq!(cell.2, style.add_modifier.contains(Modifier::UNDERLINED));
                let color = match style.fg {
                    Some(Color::Rgb(r, g, b)) => vt100::Color::Rgb(r, g, b),
                    Some(_) => vt100::Color::Idx(3),
                    None => vt100::Color::Default,
                };
                assert_eq!(cell.3, color);
            }
            before = next;
        }
    }
}
