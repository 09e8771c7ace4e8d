//! Headlines in capitals of three rows, narrow enough that a sentence has room in a line: read from the end of a room.
//!
//! Points are quarters of a cell, so that a letter of three points takes two columns with the gap behind it.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Modifier, Style};

use crate::widgets::put;

/// Rows of a headline.
pub const HEIGHT: u16 = 3;
/// Points from the top of a letter to its foot.
const POINTS: usize = 5;
/// Points of the space between two words, with the gaps beside it.
const SPACE: usize = 4;

/// The signs, point row by point row.
const SIGNS: [(char, [&str; POINTS]); 58] = [
    ('A', ["###", "# #", "###", "# #", "# #"]),
    ('B', ["## ", "# #", "## ", "# #", "## "]),
    ('C', ["###", "#  ", "#  ", "#  ", "###"]),
    ('D', ["## ", "# #", "# #", "# #", "## "]),
    ('E', ["###", "#  ", "## ", "#  ", "###"]),
    ('F', ["###", "#  ", "## ", "#  ", "#  "]),
    ('G', ["###", "#  ", "# #", "# #", "###"]),
    ('H', ["# #", "# #", "###", "# #", "# #"]),
    ('I', ["#", "#", "#", "#", "#"]),
    ('J', ["  #", "  #", "  #", "# #", " # "]),
    ('K', ["# #", "# #", "## ", "# #", "# #"]),
    ('L', ["#  ", "#  ", "#  ", "#  ", "###"]),
    ('M', ["#   #", "## ##", "# # #", "#   #", "#   #"]),
    ('N', ["#  #", "## #", "# ##", "#  #", "#  #"]),
    ('O', ["###", "# #", "# #", "# #", "###"]),
    ('P', ["## ", "# #", "## ", "#  ", "#  "]),
    ('Q', ["###", "# #", "# #", "###", "  #"]),
    ('R', ["## ", "# #", "## ", "# #", "# #"]),
    ('S', ["###", "#  ", "###", "  #", "###"]),
    ('T', ["###", " # ", " # ", " # ", " # "]),
    ('U', ["# #", "# #", "# #", "# #", "###"]),
    ('V', ["# #", "# #", "# #", "# #", " # "]),
    ('W', ["#   #", "#   #", "# # #", "## ##", "#   #"]),
    ('X', ["# #", "# #", " # ", "# #", "# #"]),
    ('Y', ["# #", "# #", " # ", " # ", " # "]),
    ('Z', ["###", "  #", " # ", "#  ", "###"]),
    ('0', [" ## ", "#  #", "#  #", "#  #", " ## "]),
    ('1', [" # ", "## ", " # ", " # ", "###"]),
    ('2', ["###", "  #", "###", "#  ", "###"]),
    ('3', ["###", "  #", " ##", "  #", "###"]),
    ('4', ["# #", "# #", "###", "  #", "  #"]),
    ('5', ["###", "#  ", "## ", "  #", "## "]),
    ('6', [" ##", "#  ", "###", "# #", "###"]),
    ('7', ["###", "  #", " # ", " # ", " # "]),
    ('8', ["###", "# #", "###", "# #", "###"]),
    ('9', ["###", "# #", "###", "  #", "## "]),
    ('.', [" ", " ", " ", " ", "#"]),
    (',', ["  ", "  ", "  ", " #", "# "]),
    (':', [" ", "#", " ", "#", " "]),
    (';', ["  ", " #", "  ", " #", "# "]),
    ('!', ["#", "#", "#", " ", "#"]),
    ('?', ["## ", "  #", " # ", "   ", " # "]),
    ('-', ["  ", "  ", "##", "  ", "  "]),
    ('–', ["   ", "   ", "###", "   ", "   "]),
    ('\'', ["#", "#", " ", " ", " "]),
    ('’', ["#", "#", " ", " ", " "]),
    ('"', ["# #", "# #", "   ", "   ", "   "]),
    ('/', ["  #", "  #", " # ", "#  ", "#  "]),
    ('(', [" #", "# ", "# ", "# ", " #"]),
    (')', ["# ", " #", " #", " #", "# "]),
    ('+', ["   ", " # ", "###", " # ", "   "]),
    ('=', ["   ", "###", "   ", "###", "   "]),
    ('<', ["  #", " # ", "#  ", " # ", "  #"]),
    ('>', ["#  ", " # ", "  #", " # ", "#  "]),
    ('%', ["# #", "  #", " # ", "#  ", "# #"]),
    ('$', [" ##", "## ", " ##", "## ", " # "]),
    ('&', [" # ", "# #", " # ", "# #", " ##"]),
    ('#', ["# #", "###", "# #", "###", "# #"]),
];

/// The quarters of a cell: upper left 1, upper right 2, lower left 4, lower right 8.
const QUARTERS: [&str; 16] = [" ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█"];

fn sign(letter: char) -> Option<&'static [&'static str; POINTS]> {
    let capital = letter.to_ascii_uppercase();
    SIGNS.iter().find(|(known, _)| *known == capital).map(|(_, points)| points)
}

/// Points of a word, with the gap behind each of its letters; `None` where one of them has no sign.
fn points(word: &str) -> Option<usize> {
    word.chars().map(|letter| Some(sign(letter)?[0].len() + 1)).sum()
}

/// A sentence in lines of so many columns; `None` where one of its letters has no sign, or a word no room.
pub fn lines(sentence: &str, columns: u16) -> Option<Vec<String>> {
    let room = usize::from(columns) * 2;
    let mut lines: Vec<String> = Vec::new();
    let mut used = room + 1;
    for word in sentence.split_whitespace() {
        let wide = points(word)?;
        if wide > room {
            return None;
        }
        match lines.last_mut() {
            Some(line) if used + SPACE - 1 + wide <= room => {
                line.push(' ');
                line.push_str(word);
                used += SPACE - 1 + wide;
            }
            _ => {
                lines.push(word.to_owned());
                used = wide;
            }
        }
    }
    Some(lines)
}

/// Draws a line that is known to fit; a line under it would run through its letters.
pub fn draw(line: &str, style: Style, area: Rect, buffer: &mut Buffer) {
    let style = Style { add_modifier: style.add_modifier - Modifier::UNDERLINED, ..style };
    let mut columns: Vec<[bool; POINTS]> = Vec::new();
    for letter in line.chars() {
        let Some(rows) = sign(letter) else {
            columns.resize(columns.len() + SPACE - 1, [false; POINTS]);
            continue;
        };
        columns.extend((0..rows[0].len()).map(|x| rows.map(|row| row.as_bytes()[x] == b'#')));
        columns.push([false; POINTS]);
    }
    let is_set = |x: usize, y: usize| columns.get(x).and_then(|column| column.get(y)).is_some_and(|set| *set);
    for row in 0..HEIGHT.min(area.height) {
        for column in 0..(columns.len().div_ceil(2) as u16).min(area.width) {
            let (x, y) = (usize::from(column) * 2, usize::from(row) * 2);
            let quarters = [is_set(x, y), is_set(x + 1, y), is_set(x, y + 1), is_set(x + 1, y + 1)];
            let index = quarters.iter().rev().fold(0, |index, set| index * 2 + usize::from(*set));
            if index > 0 {
                put(area.x + column, area.y + row, QUARTERS[index], style, buffer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(line: &str) -> Vec<String> {
        let area = Rect::new(0, 0, 40, HEIGHT);
        let mut buffer = Buffer::empty(area);
        draw(line, Style::new(), area, &mut buffer);
        let row = |y| (0..area.width).map(|x| buffer[(x, y)].symbol().to_owned()).collect::<String>();
        (0..HEIGHT).map(|y| row(y).trim_end().to_owned()).collect()
    }

    #[test]
    fn a_letter_takes_two_columns_in_three_rows() {
        assert_eq!(drawn("Hi"), ["▌▌▌", "▛▌▌", "▘▘▘"]);
        // A letter of one point begins in the middle of a column.
        assert_eq!(drawn("h i"), ["▌▌ ▐", "▛▌ ▐", "▘▘ ▝"]);
    }

    #[test]
    fn letters_are_not_underlined() {
        let area = Rect::new(0, 0, 4, HEIGHT);
        let mut buffer = Buffer::empty(area);
        let style = Style::new().add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
        draw("Hi", style, area, &mut buffer);
        assert!(buffer.content.iter().all(|cell| !cell.modifier.contains(Modifier::UNDERLINED)));
        assert!(buffer[(0, 0)].modifier.contains(Modifier::BOLD));
    }

    #[test]
    fn a_sentence_is_cut_into_lines_between_words() {
        // H, i and the gaps are six points, three columns; with a space and another i five columns.
        assert_eq!(lines("Hi Hi", 3), Some(vec!["Hi".to_owned(), "Hi".to_owned()]));
        assert_eq!(lines("Hi i", 6), Some(vec!["Hi i".to_owned()]));
        assert_eq!(lines("Hi", 2), None);
        assert_eq!(lines("日本", 40), None);
    }

    #[test]
    fn every_sign_is_as_wide_in_all_of_its_rows() {
        for (sign, rows) in SIGNS {
            assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{sign}");
        }
    }
}
