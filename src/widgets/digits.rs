//! Large figures: three rows of heavy lines, each digit three columns wide.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Rows of a large figure.
pub const HEIGHT: u16 = 3;

/// The signs of a figure, row by row. Digits and the letters of a magnitude are large; other signs stay as they are.
const SIGNS: [(char, [&str; 3]); 17] = [
    ('0', ["┏━┓", "┃ ┃", "┗━┛"]),
    ('1', ["╺┓ ", " ┃ ", "╺┻╸"]),
    ('2', ["╺━┓", "┏━┛", "┗━╸"]),
    ('3', ["╺━┓", " ━┫", "╺━┛"]),
    ('4', ["╻ ╻", "┗━┫", "  ╹"]),
    ('5', ["┏━╸", "┗━┓", "╺━┛"]),
    ('6', ["┏━╸", "┣━┓", "┗━┛"]),
    ('7', ["╺━┓", "  ┃", "  ╹"]),
    ('8', ["┏━┓", "┣━┫", "┗━┛"]),
    ('9', ["┏━┓", "┗━┫", "╺━┛"]),
    ('.', [" ", " ", "▪"]),
    (',', [" ", " ", ","]),
    ('$', ["┏╋╸", "┗╋┓", "╺╋┛"]),
    ('M', ["┏┳┓", "┃┃┃", "╹ ╹"]),
    ('B', ["┏┓ ", "┣┻┓", "┗━┛"]),
    ('T', ["┏┳┓", " ┃ ", " ╹ "]),
    ('k', ["╻  ", "┣┳╸", "╹┗╸"]),
];

/// Columns of a figure in large signs; `None` where one of its characters has none.
pub fn width(figure: &str) -> Option<u16> {
    let widths: Option<Vec<usize>> =
        figure.chars().map(|sign| Some(rows(sign)?[0].chars().count())).collect();
    let widths = widths?;
    Some((widths.iter().sum::<usize>() + widths.len().saturating_sub(1)) as u16)
}

/// Draws a figure whose [`width`] is known to fit.
pub fn draw(figure: &str, style: Style, area: Rect, buffer: &mut Buffer) {
    let mut x = area.x;
    for sign in figure.chars() {
        let Some(rows) = rows(sign) else { continue };
        let mut end = x;
        for (y, row) in (area.y..area.bottom()).zip(rows) {
            let room = usize::from(area.right().saturating_sub(x));
            (end, _) = buffer.set_stringn(x, y, row, room, style);
        }
        x = end + 1;
    }
}

fn rows(sign: char) -> Option<[&'static str; 3]> {
    SIGNS.iter().find(|(known, _)| *known == sign).map(|(_, rows)| *rows)
}
