//! A session as an animated SVG that plays without scripts. Each line of the screen is a strip of all that is ever seen
//! there, side by side, and moves so that one piece of it is in the picture; the rest lies outside.

use std::fmt::Write as _;

use crate::tui::picture::MARGIN;
use crate::tui::picture::color::Paper;
use crate::tui::picture::shape::{Shapes, rows};
use crate::tui::picture::svg::{head, line, size, top};
use crate::tui::screen::Frame;

/// A film of the frames, from the first to the last and over again.
pub fn film(frames: &[Frame], paper: Paper) -> String {
    let Some(first) = frames.first() else { return String::new() };
    let area = first.screen.area;
    let mut out = head(area.width, area.height, paper);
    let pitch = size(area.width, area.height)[0];
    let duration: f64 = frames.iter().map(|frame| frame.seconds).sum();
    for index in 0..usize::from(area.height) {
        let strip = Strip::of(frames, index, paper, duration);
        let _ = write!(out, "<g transform=\"translate({MARGIN} {})\">", top(index));
        strip.write(&mut out, index, pitch, duration);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// What is seen in one line of the screen.
struct Strip {
    /// All that is ever seen there, each once.
    pieces: Vec<String>,
    /// When another piece is seen, from 0 to 1, and which.
    changes: Vec<(f64, usize)>,
}

impl Strip {
    fn of(frames: &[Frame], index: usize, paper: Paper, duration: f64) -> Self {
        let mut strip = Self { pieces: Vec::new(), changes: Vec::new() };
        let mut time = 0.0;
        for frame in frames {
            let mut piece = String::new();
            line(&mut piece, &Shapes::of(rows(&frame.screen).nth(index).unwrap_or_default(), paper));
            let seen = strip.pieces.iter().position(|one| *one == piece).unwrap_or_else(|| {
                strip.pieces.push(piece);
                strip.pieces.len() - 1
            });
            if strip.changes.last().is_none_or(|(_, last)| *last != seen) {
                strip.changes.push((time / duration, seen));
            }
            time += frame.seconds;
        }
        strip
    }

    /// Writes the strip, and when it moves where it does.
    fn write(&self, out: &mut String, index: usize, pitch: f32, duration: f64) {
        if let [(_, only)] = self.changes[..] {
            out.push_str(&self.pieces[only]);
            return;
        }
        let _ = write!(out, "<style>@keyframes k{index}{{");
        for (place, piece) in &self.changes {
            let _ = write!(out, "{:.3}%{{transform:translate({}px)}}", 100.0 * place, -pitch * *piece as f32);
        }
        let _ = write!(out, "}}</style><g style=\"animation:k{index} {duration:.2}s step-end infinite\">");
        for (place, piece) in self.pieces.iter().enumerate() {
            let _ = write!(out, "<g transform=\"translate({})\">{piece}</g>", pitch * place as f32);
        }
        out.push_str("</g>");
    }
}
