//! Bars that begin anywhere along a line, to an eighth of a column at both ends, and the scale under them.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Modifier, Style};

use crate::text::quantity::{Unit, format};
use crate::text::wrap::columns;
use crate::widgets::theme::Theme;
use crate::widgets::{glyphs, put};

/// Rows of a scale: the line with its ticks, and their labels.
pub const SCALE: u16 = 2;
/// The most ticks of a scale.
const TICKS: usize = 12;
/// Columns between two labels.
const GAP: u16 = 2;

/// Draws a bar between two places, in columns from the left end of a line. However thin, it is seen.
pub fn draw(places: [f64; 2], style: Style, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let eighths = places.map(|place| (place.max(0.0) * 8.0).round() as usize);
    let from = eighths[0].min(eighths[1]);
    let to = eighths[0].max(eighths[1]).max(from + 1);
    for (x, start) in (line.x..line.right()).zip((0..).step_by(8)) {
        let [first, end] = [from, to].map(|place: usize| place.saturating_sub(start).min(8));
        let part = end - first;
        let (glyph, style) = match (first, end) {
            _ if part == 0 => continue,
            _ if theme.ascii && part < 4 && to - from >= 8 => continue,
            // The right part of a column is what is left of its left part.
            (1.., 8) if !theme.ascii => {
                (glyphs::LEFT_EIGHTHS[first - 1], style.add_modifier(Modifier::REVERSED))
            }
            _ => (glyphs::LEFT_EIGHTHS[part - 1], style),
        };
        put(x, line.y, glyph, style, buffer);
    }
}

/// Draws the scale of the figures from `low` to `high`, each at its place in columns from the left end of a line, with
/// as many round ticks as have room for their labels under them; on a logarithmic scale 1, 2 and 5 of each decade.
pub fn scale(
    [low, high]: [f64; 2],
    is_logarithmic: bool,
    unit: Unit,
    place: impl Fn(f64) -> f64,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) {
    let last = line.width.saturating_sub(1);
    let column = |figure: f64| line.x + (place(figure).max(0.0) as u16).min(last);
    for x in column(low)..=column(high) {
        put(x, line.y, glyphs::HORIZONTAL, theme.dim, buffer);
    }
    let labeled = |tick: f64| {
        let label = label(tick, unit);
        let width = columns(&label) as u16;
        let start = column(tick).saturating_sub(width / 2).max(line.x);
        (column(tick), start.min(line.right().saturating_sub(width)), label)
    };
    let apart = |labels: &Vec<(u16, u16, String)>| {
        labels.windows(2).all(|pair| pair[0].1 + columns(&pair[0].2) as u16 + GAP <= pair[1].1)
    };
    let even = (1..=TICKS).rev().map(|most| ticks([low, high], most).collect());
    let digits: &[&[f64]] = if is_logarithmic { &[&[1.0, 2.0, 5.0], &[1.0]] } else { &[] };
    let ratios = digits.iter().map(|digits| decades([low, high], digits)).filter(|ticks| ticks.len() > 1);
    let tries = ratios.chain(even);
    let mut tries = tries.map(|ticks: Vec<f64>| ticks.into_iter().map(labeled).collect());
    for (x, start, label) in tries.find(apart).unwrap_or_default() {
        put(x, line.y, glyphs::TICK, theme.dim, buffer);
        buffer.set_string(start, line.y + 1, label, theme.dim);
    }
}

/// Round figures between two, at so many steps of 1, 2 or 5 of a decade at most.
fn ticks([low, high]: [f64; 2], most: usize) -> impl Iterator<Item = f64> {
    let least = ((high - low) / most as f64).max(f64::MIN_POSITIVE);
    let decade = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0].map(|digit| digit * decade).into_iter().find(|step| *step >= least);
    let step = step.unwrap_or(10.0 * decade);
    let first = (low / step - 1e-9).ceil();
    (0..=most)
        .map(move |index| (first + index as f64) * step)
        .filter(move |tick| *tick <= high * (1.0 + 1e-9))
}

/// Some digits of each decade between two figures, both above zero.
fn decades([low, high]: [f64; 2], digits: &[f64]) -> Vec<f64> {
    let decades = (low.log10().floor() as i32)..=(high.log10().floor() as i32);
    let all = decades.flat_map(|power| digits.iter().map(move |digit| digit * 10_f64.powi(power)));
    all.filter(|tick| (low..=high).contains(tick)).collect()
}

/// A round figure, as short as can be.
fn label(tick: f64, unit: Unit) -> String {
    match unit {
        Unit::Usd if tick == 0.0 => "$0".to_owned(),
        Unit::Usd if (1e3..1e6).contains(&tick) => format!("${}k", format(tick / 1e3, Unit::Count)),
        _ => format(tick, unit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::settings::ThemeName;
    use crate::widgets::theme::Look;

    /// What is filled of each column, in eighths from the left, or from the right with a minus.
    fn drawn(places: [f64; 2]) -> Vec<i32> {
        let line = Rect::new(0, 0, 6, 1);
        let mut buffer = Buffer::empty(line);
        draw(places, Style::new(), &Theme::new(ThemeName::Mono, Look::default()), line, &mut buffer);
        let filled = |x: u16| {
            let cell = &buffer[(x, 0)];
            let left = glyphs::LEFT_EIGHTHS.iter().position(|glyph| *glyph == cell.symbol());
            let left = left.map_or(0, |eighths| i32::try_from(eighths).unwrap_or_default() + 1);
            if cell.modifier.contains(Modifier::REVERSED) { left - 8 } else { left }
        };
        (0..6).map(filled).collect()
    }

    #[test]
    fn a_bar_is_as_long_to_the_left_as_to_the_right() {
        assert_eq!(drawn([1.25, 3.0]), [0, -6, 8, 0, 0, 0]);
        assert_eq!(drawn([3.0, 4.75]), [0, 0, 0, 8, 6, 0]);
        assert_eq!(drawn([2.0, 2.0]), [0, 0, 1, 0, 0, 0], "nothing is seen as a thin line");
        assert_eq!(drawn([4.0, 9.0]), [0, 0, 0, 0, 8, 8], "what lies beyond the line is left out");
    }

    #[test]
    fn ticks_are_round_and_no_more_than_asked_for() {
        let ticks = |low: f64, high: f64, most| ticks([low, high], most).collect::<Vec<_>>();
        assert_eq!(ticks(26_000.0, 198_000.0, 4), [50_000.0, 100_000.0, 150_000.0]);
        assert_eq!(ticks(0.0, 10.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(decades([3.0, 210.0], &[1.0, 2.0, 5.0]), [5.0, 10.0, 20.0, 50.0, 100.0, 200.0]);
    }
}
