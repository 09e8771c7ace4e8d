//! Lines and points between two axes. A line is made of the signs of boxes, which every font of a terminal has; words beside
//! points never lie on each other.

use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};

use crate::text::wrap::columns;
use crate::widgets::axes::{self, Axis};
use crate::widgets::theme::{Role, Theme};
use crate::widgets::{glyphs, put};

/// The least columns and rows of a plot that makes sense.
const LEAST: (u16, u16) = (12, 2);
/// Words may cover so many characters before shorter ones are taken.
const LITTLE: usize = 4;
/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    Whole,
    Dashed,
    Dotted,
}

impl Stroke {
    /// The signs of a line across, and of one down.
    fn signs(self) -> [&'static str; 2] {
        match self {
            Self::Whole => [glyphs::HORIZONTAL, glyphs::VERTICAL],
            Self::Dashed => glyphs::DASHED,
            Self::Dotted => glyphs::DOTTED,
        }
    }
}

/// A point with words beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where it is, in the units of the axes.
    pub at: (f64, f64),
    /// Its sign; without one, the words alone are there.
    pub glyph: &'static str,
    /// What is said of it, in as many words as there is room for: the longest first.
    pub words: Vec<String>,
    pub role: Role,
}

impl Mark {
    /// A sign, and what is said of it.
    pub fn new(at: (f64, f64), glyph: &'static str, words: &[&str], role: Role) -> Self {
        Self { at, glyph, words: words.iter().map(|words| (*words).to_owned()).collect(), role }
    }
}

/// A room between two axes.
#[derive(Debug, Clone, Copy)]
pub struct Plot {
    pub room: Rect,
    x: Axis,
    y: Axis,
    /// The lowest row of a line: that of the axis where zero lies on it.
    lowest: u16,
}

impl Plot {
    /// Draws the axes of a plot at the edges of an area; `None` where there is no room.
    pub fn new(x: Axis, y: Axis, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Self> {
        let room = axes::inside(area);
        if room.width < LEAST.0 || room.height < LEAST.1 {
            return None;
        }
        let (y, step) = y.on_rows(room.height);
        axes::draw(room, &x, (&y, step), theme, buffer);
        let lowest = room.height - u16::from(step.is_none());
        Some(Self { room, x, y, lowest })
    }

    /// The character at a point, where that is within the axes.
    pub fn cell(&self, point: (f64, f64)) -> Option<(u16, u16)> {
        let (x, y) = self.place(point)?;
        Some((self.room.x + x as u16, self.room.y + y as u16))
    }

    /// The value along the horizontal axis in the middle of a column of the room.
    pub fn at_column(&self, column: u16) -> f64 {
        self.x.at(f64::from(column) / f64::from(self.room.width - 1))
    }

    /// How many rows above the axis a value lies.
    pub fn rows_up(&self, value: f64) -> f64 {
        self.y.share(value) * f64::from(self.room.height)
    }

    /// The column and the row of a point, from the left and from the top; `None` beyond the axes.
    fn place(&self, (x, y): (f64, f64)) -> Option<(i32, i32)> {
        let (across, up) = (self.x.share(x), self.y.share(y));
        let is_within = |share: f64| (-1e-9..=1.0 + 1e-9).contains(&share);
        let last_column = f64::from(self.room.width - 1);
        let row = (axes::row(self.room, up) - self.room.y).min(self.lowest);
        (is_within(across) && is_within(up)).then(|| ((across * last_column).round() as i32, i32::from(row)))
    }

    /// Draws a line from point to point, from left to right; a point that is nowhere interrupts it. It goes
    /// through fills.
    pub fn line(
        &self,
        points: impl Iterator<Item = (f64, f64)>,
        stroke: Stroke,
        style: Style,
        buffer: &mut Buffer,
    ) {
        let mut before: Option<(i32, i32)> = None;
        for point in points {
            let Some(here) = self.place(point) else {
                before = None;
                continue;
            };
            let from = before.unwrap_or(here);
            let columns = (here.0 - from.0).max(0);
            // A column that the line is in already is drawn again only where it leaves its row there.
            let is_drawn = before.is_some() && (columns > 0 || from.1 == here.1);
            for column in i32::from(is_drawn)..=columns {
                let row = |column: i32| {
                    let share = f64::from(column) / f64::from(columns.max(1));
                    (f64::from(from.1) + f64::from(here.1 - from.1) * share).round() as i32
                };
                // Within its own column a line rises or falls to where the point is.
                let last = if column == 0 || columns == 0 { from.1 } else { row(column - 1) };
                let x = from.0 + column;
                let to = if columns == 0 { here.1 } else { row(column) };
                self.column(x, [last, to], stroke, style, buffer);
            }
            before = Some(here);
        }
    }

    /// The part of a line in one column: it comes in at one row and goes out at another.
    fn column(&self, x: i32, [from, to]: [i32; 2], stroke: Stroke, style: Style, buffer: &mut Buffer) {
        let [enters, leaves] = if from < to { glyphs::FALLS } else { glyphs::RISES };
        for y in from.min(to)..=from.max(to) {
            let [across, down] = stroke.signs();
            let glyph = match y {
                _ if from == to => across,
                _ if y == from => enters,
                _ if y == to => leaves,
                _ => down,
            };
            let place = (self.room.x + x as u16, self.room.y + y as u16);
            if let Some(cell) = buffer.cell_mut(place) {
                // A line that is broken anyway leaves out what would hide the edge of a fill: there it is hardly apart from
                // it. Without color a loose fill shows through a line.
                let is_hidden = match style.fg {
                    Some(_) => stroke != Stroke::Whole && glyphs::is_edge(cell.symbol()),
                    None => cell.symbol() == glyphs::TRAINING && x % 2 == 0,
                };
                if !is_hidden {
                    on_top(cell, glyph, style);
                }
            }
        }
    }

    /// Draws a line across at a height.
    pub fn level(&self, y: f64, stroke: Stroke, style: Style, buffer: &mut Buffer) {
        self.line([(self.x.low, y), (self.x.high, y)].into_iter(), stroke, style, buffer);
    }

    /// Draws points, and words beside those: never on each other, and on as little of what is drawn as can be.
    pub fn marks(&self, marks: &[Mark], theme: &Theme, buffer: &mut Buffer) {
        let cells: Vec<_> = marks.iter().map(|mark| self.cell(mark.at)).collect();
        let signs = marks.iter().zip(&cells).filter(|(mark, _)| !mark.glyph.is_empty());
        let mut taken: Vec<Rect> =
            signs.filter_map(|(_, cell)| cell.map(|(x, y)| Rect::new(x, y, 1, 1))).collect();
        for (mark, (x, y)) in marks.iter().zip(&cells).filter_map(|(mark, cell)| Some((mark, (*cell)?))) {
            if !mark.glyph.is_empty()
                && let Some(cell) = buffer.cell_mut((x, y))
            {
                on_top(cell, mark.glyph, theme.style(mark.role));
            }
            // The longest words that cover little; where all of them would, the shortest.
            let mut found = None;
            for words in mark.words.iter().map(|words| format!(" {words} ")) {
                let width = columns(&words) as u16;
                let is_free = |place: Rect| {
                    !taken.iter().any(|other| other.intersects(place))
                        && self.room.intersection(place) == place
                };
                let places = places(x, y, width, mark.glyph.is_empty()).filter(|(place, _)| is_free(*place));
                let place = places.min_by_key(|(place, price)| price + covered(*place, buffer));
                found = place.map(|(place, _)| (place, words)).or(found);
                if found.as_ref().is_some_and(|(place, _)| covered(*place, buffer) <= LITTLE) {
                    break;
                }
            }
            if let Some((place, words)) = found {
                for (column, letter) in (place.left()..place.right()).zip(words.chars()) {
                    let ground = buffer.cell((column, place.y)).filter(|cell| is_ground(cell));
                    let ground = ground.map_or(theme.base.bg, |cell| Some(cell.bg)).unwrap_or_default();
                    let style = theme.style(mark.role).bg(ground);
                    put(column, place.y, letter.encode_utf8(&mut [0; 4]), style, buffer);
                }
                taken.push(place);
            }
        }
    }
}

/// Puts a sign of a line over what is there: a fill stays around it, in the color of which the sign is left out where its
/// own would hardly be seen. Without color a dense fill is cut open.
fn on_top(cell: &mut Cell, glyph: &str, style: Style) {
    // Without color a warning is reversed, which a line is not.
    let style = style.remove_modifier(Modifier::REVERSED);
    let edge = glyphs::EIGHTHS.iter().position(|edge| *edge == cell.symbol());
    let is_dense = edge.is_some_and(|edge| edge >= 3);
    let is_solid = cell.fg == cell.bg && cell.fg != Color::Reset;
    let fill = if is_dense || is_solid { cell.fg } else { cell.bg };
    match style.fg {
        // A second line goes through what the first one has cut open.
        None if is_dense || cell.modifier.contains(Modifier::REVERSED) => {
            cell.modifier.insert(Modifier::REVERSED);
        }
        None => {
            cell.reset();
            cell.set_style(style);
        }
        Some(own) => {
            let ground = style.bg.unwrap_or_default();
            let seen = if apart(own, fill) < apart(ground, fill) { ground } else { own };
            cell.set_style(style).set_fg(seen).set_bg(fill);
        }
    }
    cell.set_symbol(glyph);
}

/// How far apart two colors are in lightness.
fn apart(one: Color, other: Color) -> u32 {
    let light = |color: Color| match color {
        Color::Rgb(r, g, b) => (299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)) / 1000,
        _ => 0,
    };
    light(one).abs_diff(light(other))
}

/// Where words may be, each place with its price: to the right of a point, to its left, above and below; where there is no
/// sign, around it as well.
fn places(x: u16, y: u16, width: u16, is_bare: bool) -> impl Iterator<Item = (Rect, usize)> {
    let middle = is_bare.then(|| x.checked_sub(width / 2)).flatten();
    [(0_i16, 0), (-1, 3), (1, 3), (-2, 6), (2, 12), (-3, 9)].into_iter().flat_map(move |(down, price)| {
        let columns = [middle, Some(x + 1), x.checked_sub(width)];
        let row = y.checked_add_signed(down);
        columns.into_iter().flatten().filter_map(move |x| Some((Rect::new(x, row?, width, 1), price)))
    })
}

/// How many characters are drawn in a place; what lies within a range hardly counts as drawn.
fn covered(place: Rect, buffer: &Buffer) -> usize {
    place.positions().filter(|at| buffer.cell(*at).is_some_and(|cell| !is_quiet(cell.symbol()))).count()
}

/// Words are read on the color behind it: it is no fill but a range, or a line.
fn is_ground(cell: &Cell) -> bool {
    is_quiet(cell.symbol()) || cell.fg != cell.bg && !glyphs::is_edge(cell.symbol())
}

/// Nothing, or a range, on which words are read.
fn is_quiet(symbol: &str) -> bool {
    symbol == " " || symbol == glyphs::BAND
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::settings::ThemeName;
    use crate::text::quantity::Unit;
    use crate::widgets::theme::Look;

    #[test]
    fn a_line_that_rises_within_a_column_stays_in_one_piece() {
        let [x, y] = [11.0, 4.0].map(|high| Axis { high, ..Axis::from_zero(high, Unit::Count) });
        let area = Rect::new(0, 0, axes::LEFT + 12, axes::UNDER + 4);
        let mut buffer = Buffer::empty(area);
        let theme = Theme::new(ThemeName::Mono, Look::default());
        let plot = Plot::new(x, y, &theme, area, &mut buffer).expect("room");
        let points = (0..=44).map(|step| (f64::from(step) / 4.0, 1.0 + f64::from(step) / 15.0));
        plot.line(points, Stroke::Whole, Style::new(), &mut buffer);
        let is_drawn = |x: u16, y: u16| buffer[(plot.room.x + x, plot.room.y + y)].symbol() != " ";
        for x in 1..plot.room.width {
            assert!((0..plot.room.height).any(|y| is_drawn(x, y) && is_drawn(x - 1, y)), "broken at {x}");
        }
    }

    #[test]
    fn a_line_over_a_fill_keeps_the_fill_in_color_and_cuts_it_open_without() {
        let [fill, ground, own] =
            [Color::Rgb(60, 90, 150), Color::Rgb(10, 10, 10), Color::Rgb(240, 240, 240)];
        let mut cell = Cell::new(glyphs::TRAINING);
        cell.set_fg(fill).set_bg(fill);
        on_top(&mut cell, glyphs::HORIZONTAL, Style::new().fg(own).bg(ground));
        assert_eq!((cell.symbol(), cell.fg, cell.bg), (glyphs::HORIZONTAL, own, fill));
        let mut light = Cell::new(glyphs::INFERENCE);
        light.set_fg(own).set_bg(own);
        on_top(&mut light, glyphs::HORIZONTAL, Style::new().fg(own).bg(ground));
        assert_eq!((light.fg, light.bg), (ground, own), "in its own color it would not be seen");
        let mut plain = Cell::new(glyphs::TRAINING);
        on_top(&mut plain, glyphs::HORIZONTAL, Style::new());
        assert_eq!((plain.symbol(), plain.bg), (glyphs::HORIZONTAL, Color::Reset));
        let mut solid = Cell::new(glyphs::INFERENCE);
        for sign in [glyphs::DASHED[0], glyphs::DOTTED[0]] {
            on_top(&mut solid, sign, Style::new());
            assert!(solid.symbol() == sign && solid.modifier.contains(Modifier::REVERSED));
        }
    }
}
