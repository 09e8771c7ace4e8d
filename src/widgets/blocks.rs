//! Figures as large as there is room for: signs of five by seven points at most, each point so many columns wide.
//!
//! A point is as wide as it is high, half a row at the smallest size. What is read at the end of a room is read by weight, not by
//! outline.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};
use ratatui_core::style::Style;

use crate::widgets::put;

/// Points from the top of a sign to its bottom.
const POINTS: u16 = 7;

/// The signs of a figure, point row by point row.
const SIGNS: [(char, [&str; 7]); 22] = [
    ('0', [" ## ", "#  #", "#  #", "#  #", "#  #", "#  #", " ## "]),
    ('1', [" # ", "## ", " # ", " # ", " # ", " # ", "###"]),
    ('2', [" ## ", "#  #", "   #", "  # ", " #  ", "#   ", "####"]),
    ('3', ["### ", "   #", "   #", " ## ", "   #", "   #", "### "]),
    ('4', ["#  #", "#  #", "#  #", "####", "   #", "   #", "   #"]),
    ('5', ["####", "#   ", "### ", "   #", "   #", "#  #", " ## "]),
    ('6', [" ## ", "#   ", "#   ", "### ", "#  #", "#  #", " ## "]),
    ('7', ["####", "   #", "   #", "  # ", "  # ", " #  ", " #  "]),
    ('8', [" ## ", "#  #", "#  #", " ## ", "#  #", "#  #", " ## "]),
    ('9', [" ## ", "#  #", "#  #", " ###", "   #", "   #", " ## "]),
    ('.', [" ", " ", " ", " ", " ", " ", "#"]),
    (',', ["  ", "  ", "  ", "  ", "  ", " #", "# "]),
    ('-', ["   ", "   ", "   ", "###", "   ", "   ", "   "]),
    ('$', ["  #  ", " ####", "# #  ", " ### ", "  # #", "#### ", "  #  "]),
    ('%', ["##  #", "## # ", "   # ", "  #  ", " #   ", " # ##", "#  ##"]),
    ('M', ["#   #", "## ##", "# # #", "#   #", "#   #", "#   #", "#   #"]),
    ('B', ["### ", "#  #", "#  #", "### ", "#  #", "#  #", "### "]),
    ('T', ["#####", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  "]),
    ('k', ["#   ", "#   ", "#  #", "# # ", "##  ", "# # ", "#  #"]),
    ('m', ["     ", "     ", "## # ", "# # #", "# # #", "# # #", "# # #"]),
    ('s', ["    ", "    ", " ###", "#   ", " ## ", "   #", "### "]),
    (' ', ["  ", "  ", "  ", "  ", "  ", "  ", "  "]),
];

/// The upper, the lower, and both halves of a row.
const HALVES: [&str; 3] = ["▀", "▄", "█"];

fn points(sign: char) -> Option<&'static [&'static str; 7]> {
    SIGNS.iter().find(|(known, _)| *known == sign).map(|(_, points)| points)
}

/// Columns and rows of a figure whose points are so many columns wide; `None` where one of its characters has no sign.
pub fn size(figure: &str, columns: u16) -> Option<Size> {
    let widths: Option<Vec<usize>> = figure.chars().map(|sign| Some(points(sign)?[0].len())).collect();
    let widths = widths?;
    let wide = widths.iter().sum::<usize>() + widths.len().saturating_sub(1);
    Some(Size::new(wide as u16 * columns, (POINTS * columns).div_ceil(2)))
}

/// Draws a figure whose [`size`] is known to fit.
pub fn draw(figure: &str, columns: u16, style: Style, area: Rect, buffer: &mut Buffer) {
    let mut x = area.x;
    for points in figure.chars().filter_map(points) {
        let width = points[0].len() as u16 * columns;
        let is_set = |column: u16, half: u16| {
            let row = points.get(usize::from(half / columns));
            row.is_some_and(|row| row.as_bytes()[usize::from(column / columns)] == b'#')
        };
        for row in 0..(POINTS * columns).div_ceil(2) {
            for column in 0..width {
                let half = match [is_set(column, 2 * row), is_set(column, 2 * row + 1)] {
                    [true, true] => HALVES[2],
                    [true, false] => HALVES[0],
                    [false, true] => HALVES[1],
                    [false, false] => continue,
                };
                if x + column < area.right() && area.y + row < area.bottom() {
                    put(x + column, area.y + row, half, style, buffer);
                }
            }
        }
        x += width + columns;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(figure: &str, columns: u16) -> Vec<String> {
        let area =
            Rect::from((ratatui_core::layout::Position::ORIGIN, size(figure, columns).expect("known signs")));
        let mut buffer = Buffer::empty(area);
        draw(figure, columns, Style::new(), area, &mut buffer);
        let line = |y| (0..area.width).map(|x| buffer[(x, y)].symbol().to_owned()).collect::<String>();
        (0..area.height).map(|y| line(y).trim_end().to_owned()).collect()
    }

    #[test]
    fn figures_grow_by_whole_points() {
        assert_eq!(drawn("7.", 1), ["▀▀▀█", "  ▄▀", " ▄▀", " ▀   ▀"].map(str::to_owned));
        assert_eq!(
            drawn("1", 2),
            ["  ██", "████", "  ██", "  ██", "  ██", "  ██", "██████"].map(str::to_owned)
        );
        assert_eq!(size("$3,554", 2), Some(Size::new(56, 7)));
        assert_eq!(size("never", 1), None);
    }

    #[test]
    fn every_sign_is_as_wide_in_all_of_its_rows() {
        for (sign, rows) in SIGNS {
            assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{sign}");
        }
    }
}
