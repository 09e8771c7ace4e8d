//! The signs that pictures are made of: in every modern terminal font, each one column wide. Where a terminal has
//! nothing but ASCII, the finished screen is written in the signs that come nearest.

use crate::text::ascii::ascii;
use ratatui_core::buffer::Buffer;

pub type Glyph = &'static str;

/// Marker of the focused line.
pub const FOCUS: Glyph = "▸";
/// A slider's track where no profile is known.
pub const TRACK: Glyph = "─";
/// The knob of a slider, and the likely value of a range.
pub const KNOB: Glyph = "●";
/// The knob of the baseline.
pub const GHOST: Glyph = "○";
/// The ends of a range.
pub const ENDS: [Glyph; 2] = ["├", "┤"];
/// A published figure on a track.
pub const PUBLISHED: Glyph = "◆";
/// A published figure of another total.
pub const PUBLISHED_ELSE: Glyph = "◇";
/// Where nothing fits, or a target is missed.
pub const HATCH: Glyph = "╱";
/// Training in bars and charts.
pub const TRAINING: Glyph = "▒";
/// Inference in bars and charts.
pub const INFERENCE: Glyph = "█";
/// What lies within a range.
pub const BAND: Glyph = "░";
/// The 80% mark on the split.
pub const MARK: Glyph = "┃";
/// More than before.
pub const MORE: Glyph = "▲";
/// Less than before.
pub const LESS: Glyph = "▼";
/// A closed heading.
pub const CLOSED: Glyph = "▸";
/// An open heading.
pub const OPEN: Glyph = "▾";
/// A locked parameter.
pub const LOCK: Glyph = "■";
/// A point that misses a target.
pub const MISS: Glyph = "×";
/// The best of a column.
pub const STAR: Glyph = "★";
/// Between two values.
pub const DASH: Glyph = "–";
/// Between two things of a line.
pub const DOT: Glyph = "·";
/// From one to another.
pub const ARROW: Glyph = "→";
/// A vertical line.
pub const VERTICAL: Glyph = "│";
/// Where a line that falls leaves a row, and where it comes to the one below.
pub const FALLS: [Glyph; 2] = ["╮", "╰"];
/// Where a line that rises leaves a row, and where it comes to the one above.
pub const RISES: [Glyph; 2] = ["╯", "╭"];
/// A horizontal line.
pub const HORIZONTAL: Glyph = "─";
/// A dashed line across, and down.
pub const DASHED: [Glyph; 2] = ["╌", "╎"];
/// A dotted line across, and down.
pub const DOTTED: [Glyph; 2] = ["┈", "┊"];
/// The corner of two axes.
pub const CORNER: Glyph = "└";
/// Where an axis is crossed.
pub const CROSS: Glyph = "┼";
/// A tick on the axis under a plot.
pub const TICK: Glyph = "┬";
/// A line along a bar.
pub const INLAY: Glyph = "━";
/// Neighbors of the choices that are seen.
pub const BESIDE: [Glyph; 2] = ["‹", "›"];
/// What of a fill is above the middle of a row.
pub const UPPER_HALF: Glyph = "▀";
/// Upper edges, from an eighth to a full block.
pub const EIGHTHS: [Glyph; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Right edges, from an eighth to a full block.
pub const LEFT_EIGHTHS: [Glyph; 8] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];

/// That of some levels, from the least to the most, at which a share of the whole lies.
pub fn level<T: Copy>(levels: &[T], share: f64) -> T {
    levels[((share * levels.len() as f64) as usize).min(levels.len() - 1)]
}

/// A sign that ends within its character.
pub fn is_edge(sign: &str) -> bool {
    sign == UPPER_HALF || EIGHTHS[..7].contains(&sign)
}

/// Writes every sign of a screen in ASCII, each in its column.
pub fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        if symbol.is_ascii() {
            continue;
        }
        let sign = symbol.chars().next().map_or(' ', ascii);
        cell.set_char(sign);
    }
}
