//! Large figures: three rows of half blocks, each digit three columns wide.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use crate::widgets::theme::Theme;

/// Rows of a large figure.
pub const HEIGHT: u16 = 3;

/// The signs of a figure, row by row, in pixels of half a cell: digits are three wide and five high. Other signs stay as
/// they are.
const SIGNS: [(char, [&str; 3]); 19] = [
    ('0', ["█▀█", "█ █", "▀▀▀"]),
    ('1', ["▄█ ", " █ ", "▀▀▀"]),
    ('2', ["▀▀█", "█▀▀", "▀▀▀"]),
    ('3', ["▀▀█", "▀▀█", "▀▀▀"]),
    ('4', ["█ █", "▀▀█", "  ▀"]),
    ('5', ["█▀▀", "▀▀█", "▀▀▀"]),
    ('6', ["█▀▀", "█▀█", "▀▀▀"]),
    ('7', ["▀▀█", "  █", "  ▀"]),
    ('8', ["█▀█", "█▀█", "▀▀▀"]),
    ('9', ["█▀█", "▀▀█", "▀▀▀"]),
    ('.', [" ", " ", "▀"]),
    (',', [" ", " ", "█"]),
    ('-', ["  ", "▀▀", "  "]),
    ('%', ["█ ▄▀", "▄▀ ▄", "▀  ▀"]),
    ('$', ["▄▀█▀▀", " ▀█▀▄", "▀▀█▀ "]),
    ('M', ["█▄ ▄█", "█ ▀ █", "▀   ▀"]),
    ('B', ["█▀▄", "█▀▄", "▀▀ "]),
    ('T', ["▀█▀", " █ ", " ▀ "]),
    ('k', ["█ ▄", "█▀▄", "▀ ▀"]),
];

/// The digits in ASCII, as displays of seven segments have them; other signs stay as they are.
const SEGMENTS: [[&str; 3]; 10] = [
    [" _ ", "| |", "|_|"],
    ["   ", "  |", "  |"],
    [" _ ", " _|", "|_ "],
    [" _ ", " _|", " _|"],
    ["   ", "|_|", "  |"],
    [" _ ", "|_ ", " _|"],
    [" _ ", "|_ ", "|_|"],
    [" _ ", "  |", "  |"],
    [" _ ", "|_|", "|_|"],
    [" _ ", "|_|", " _|"],
];

/// Signs that are no digits.
const PLAIN: [&str; 9] = [".", ",", "-", "$", "%", "M", "B", "T", "k"];

/// Columns of a figure in large signs; `None` where one of its characters has none.
pub fn width(figure: &str, is_ascii: bool) -> Option<u16> {
    let widths: Option<Vec<usize>> =
        figure.chars().map(|sign| Some(rows(sign, is_ascii)?[0].chars().count())).collect();
    let widths = widths?;
    Some((widths.iter().sum::<usize>() + widths.len().saturating_sub(1)) as u16)
}

/// Draws a figure whose [`width`] is known to fit.
pub fn draw(figure: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut x = area.x;
    for sign in figure.chars() {
        let Some(rows) = rows(sign, theme.ascii) else { continue };
        let mut end = x;
        for (y, row) in (area.y..area.bottom()).zip(rows) {
            let room = usize::from(area.right().saturating_sub(x));
            (end, _) = buffer.set_stringn(x, y, row, room, theme.answer);
        }
        x = end + 1;
    }
}

fn rows(sign: char, is_ascii: bool) -> Option<[&'static str; 3]> {
    let large = SIGNS.iter().find(|(known, _)| *known == sign).map(|(_, rows)| *rows)?;
    Some(match (is_ascii, sign.to_digit(10)) {
        (false, _) => large,
        (true, Some(digit)) => SEGMENTS[digit as usize],
        (true, None) => [" ", " ", PLAIN.iter().find(|plain| plain.starts_with(sign))?],
    })
}
