//! Fills on each other, as high as figures say. In full color every edge is drawn to an eighth of a row; elsewhere fills
//! differ by how dense they are, and the edge of what is solid alone is as fine.

use ratatui_core::buffer::Buffer;
use ratatui_core::style::Style;

use crate::widgets::plot::Plot;
use crate::widgets::theme::Theme;
use crate::widgets::{glyphs, put};

/// The least part of a character that is drawn.
const LEAST: f64 = 0.06;

/// The look of a part: its sign where fills differ by density, and its style.
pub type Fill = (&'static str, Style);

/// A part of a column, from the top of the one below it to its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Where it ends, in the unit of the vertical axis.
    pub top: f64,
    pub fill: Fill,
}

/// A sign of a legend for a fill.
pub fn sign((sign, style): Fill, theme: &Theme) -> Fill {
    (if theme.is_fine() { glyphs::INFERENCE } else { sign }, style)
}

/// The style in which a sign of any density is as solid as its fill.
pub fn solid(style: Style, theme: &Theme) -> Style {
    if theme.is_fine() { Style { bg: style.fg, ..style } } else { style }
}

/// Fills a plot from its bottom with the parts that stand on each other at a value of the horizontal axis. The tops
/// that are kept, the first before the next, are where they should be, whatever else meets in a character.
pub fn draw<const N: usize>(
    plot: &Plot,
    theme: &Theme,
    kept: &[usize],
    parts: impl Fn(f64) -> [Part; N],
    buffer: &mut Buffer,
) {
    let rows = plot.room.height;
    for column in 0..plot.room.width {
        let parts = parts(plot.at_column(column));
        // Zero is in the middle of the row of the axis; whole rows go to those that they are nearest to.
        let below = if theme.is_fine() { 0.5 } else { 0.0 };
        let (fills, tops) = (parts.map(|part| part.fill), parts.map(|part| plot.rows_up(part.top) - below));
        for row in 0..rows {
            let floor = f64::from(rows - 1 - row);
            let ends = tops.map(|top| (top - floor).clamp(0.0, 1.0));
            let found =
                if theme.is_fine() { fine(&fills, &ends, kept, theme) } else { coarse(&fills, &ends) };
            if let Some((glyph, style)) = found {
                put(plot.room.x + column, plot.room.y + row, glyph, style, buffer);
            }
        }
        // What there is of the row of the axis is its upper half.
        let lowest = tops.iter().position(|top| *top >= -0.25).filter(|_| theme.is_fine());
        if let Some(part) = lowest {
            let style = Style { bg: theme.base.bg, ..fills[part].1 };
            put(plot.room.x + column, plot.room.bottom(), glyphs::UPPER_HALF, style, buffer);
        }
    }
}

/// A character of two colors, the lower one below an eighth and the upper one above it. Where more than two parts meet in it, an
/// edge that is kept decides, else the one that loses least.
fn fine(fills: &[Fill], ends: &[f64], kept: &[usize], theme: &Theme) -> Option<Fill> {
    // A sign in its own color is solid, and still read by what takes the text alone.
    let whole = |(sign, style): Fill| (sign != " ").then_some((sign, Style { bg: style.fg, ..style }));
    // Most characters are of one part alone.
    if ends.iter().all(|end| *end == 0.0 || *end == 1.0) {
        return ends.iter().position(|end| *end == 1.0).and_then(|index| whole(fills[index]));
    }
    // The ground is above all.
    let ground = (" ", Style { fg: theme.base.bg, ..theme.base });
    let part = |index: usize, from: f64, to: f64| {
        let bottom = index.checked_sub(1).map_or(0.0, |below| ends[below]);
        let top = ends.get(index).copied().unwrap_or(1.0);
        (top.min(to) - bottom.max(from)).max(0.0)
    };
    let largest = |from: f64, to: f64| {
        let parts = (0..=fills.len()).map(|index| (index, part(index, from, to)));
        let index = parts.max_by(|one, other| one.1.total_cmp(&other.1)).map_or(0, |(index, _)| index);
        fills.get(index).copied().unwrap_or(ground)
    };
    let is_within = |end: &f64| (LEAST..=1.0 - LEAST).contains(end);
    let edge = kept.iter().map(|kept| ends[*kept]).find(is_within).or_else(|| {
        let lost = |end: f64| {
            let all =
                |from: f64, to: f64| (0..=fills.len()).map(|index| part(index, from, to)).fold(0.0, f64::max);
            1.0 - all(0.0, end) - all(end, 1.0)
        };
        ends.iter().copied().filter(is_within).min_by(|one, other| lost(*one).total_cmp(&lost(*other)))
    });
    if let Some(edge) = edge {
        return Some(meet(largest(0.0, edge), largest(edge, 1.0), edge));
    }
    whole(largest(0.0, 1.0))
}

/// A character with one part below an edge and another above it.
fn meet(below: Fill, above: Fill, edge: f64) -> Fill {
    (eighth(edge), Style { bg: above.1.fg, ..below.1 })
}

/// The sign of the part that has the most of a character; where a solid one ends within it, the edge of that.
fn coarse(fills: &[Fill], ends: &[f64]) -> Option<Fill> {
    if let Some(index) = fills.iter().rposition(|(sign, _)| *sign == glyphs::INFERENCE) {
        let bottom = index.checked_sub(1).map_or(0.0, |below| ends[below]);
        let share = ends[index];
        if share < 1.0 && share - bottom > bottom / 2.0 {
            return (share > LEAST).then(|| (eighth(share), fills[index].1));
        }
    }
    let index = ends.iter().position(|end| *end >= 0.5)?;
    Some(fills[index])
}

/// The sign of which a share is solid, an eighth at least.
fn eighth(share: f64) -> &'static str {
    glyphs::EIGHTHS[((share * 8.0).round() as usize).clamp(1, 8) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::settings::ThemeName;
    use crate::widgets::theme::Look;

    fn theme(name: ThemeName) -> Theme {
        Theme::new(name, Look::default())
    }

    #[test]
    fn two_colors_meet_where_one_part_ends() {
        let theme = theme(ThemeName::Dark);
        let fills = [(glyphs::TRAINING, theme.training), (glyphs::INFERENCE, theme.inference)];
        let (glyph, style) = fine(&fills, &[0.5, 1.0], &[1], &theme).expect("it is filled");
        assert_eq!((glyph, style.fg, style.bg), ("▄", theme.training.fg, theme.inference.fg));
        let (glyph, style) = fine(&fills, &[0.0, 0.25], &[1], &theme).expect("a quarter is filled");
        assert_eq!((glyph, style.fg, style.bg), ("▂", theme.inference.fg, theme.base.bg));
    }

    #[test]
    fn a_whole_character_of_a_part_is_solid_and_keeps_its_sign() {
        let theme = theme(ThemeName::Light);
        let fills = [(glyphs::TRAINING, theme.training), (glyphs::INFERENCE, theme.inference)];
        let (glyph, style) = fine(&fills, &[1.0, 1.0], &[1], &theme).expect("it is filled");
        assert_eq!((glyph, style.fg, style.bg), (glyphs::TRAINING, theme.training.fg, theme.training.fg));
        assert_eq!(fine(&fills, &[0.0, 0.0], &[1], &theme), None);
    }

    #[test]
    fn where_three_parts_meet_the_edge_that_is_kept_stays() {
        let theme = theme(ThemeName::Dark);
        let fills = [
            (glyphs::TRAINING, theme.training),
            (glyphs::INFERENCE, theme.inference),
            (glyphs::BAND, theme.border),
        ];
        let (glyph, style) = fine(&fills, &[0.25, 0.75, 1.0], &[1], &theme).expect("it is filled");
        assert_eq!((glyph, style.fg, style.bg), ("▆", theme.inference.fg, theme.border.fg));
        let (glyph, style) = fine(&fills, &[0.5, 0.75, 1.0], &[1], &theme).expect("it is filled");
        assert_eq!((glyph, style.fg, style.bg), ("▆", theme.training.fg, theme.border.fg));
    }

    #[test]
    fn without_color_the_edge_of_what_is_solid_is_fine_and_all_else_is_a_sign() {
        let plain = Style::new();
        let fills = [(glyphs::TRAINING, plain), (glyphs::INFERENCE, plain)];
        assert_eq!(coarse(&fills, &[0.0, 0.4]), Some(("▃", plain)));
        assert_eq!(coarse(&fills, &[0.7, 0.7]), Some((glyphs::TRAINING, plain)));
        assert_eq!(coarse(&fills, &[0.0, 1.0]), Some((glyphs::INFERENCE, plain)));
        assert_eq!(coarse(&fills, &[0.3, 0.3]), None);
    }
}
