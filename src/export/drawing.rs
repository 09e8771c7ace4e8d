//! A drawing: shapes with roles for colors, as `plotters` draws them.

use std::convert::Infallible;

use plotters::prelude::DrawingBackend;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind, FontStyle,
};

use crate::export::tone::Tone;

/// Units of a drawing to a pixel, so that whole numbers place a shape to a tenth of one.
pub const UNITS: i32 = 10;
/// Width of a letter, to the size of its font, on average.
const LETTER: f64 = 0.6;

/// Width and height in pixels, and what is drawn, the lowest first.
#[derive(Debug, Clone)]
pub struct Drawing {
    pub width: u32,
    pub height: u32,
    pub shapes: Vec<Shape>,
}

/// A shape; lengths are in pixels.
#[derive(Debug, Clone)]
pub enum Shape {
    Line {
        points: Vec<[f64; 2]>,
        tone: Tone,
        width: f64,
    },
    /// What its corners enclose, so much of it.
    Area {
        corners: Vec<[f64; 2]>,
        tone: Tone,
        opacity: f64,
    },
    Disc {
        center: [f64; 2],
        radius: f64,
        tone: Tone,
        opacity: f64,
    },
    Words {
        at: [f64; 2],
        anchor: Anchor,
        tone: Tone,
        size: f64,
        bold: bool,
        words: String,
    },
}

/// What of words stands at their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Drawing {
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height, shapes: Vec::new() }
    }
}

/// How wide words are in pixels, nearly: what shows them has fonts of its own.
pub fn width_of(words: &str, size: f64) -> f64 {
    words.chars().count() as f64 * size * LETTER
}

/// A count as lengths and files count.
pub fn whole(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn pixels((x, y): BackendCoord) -> [f64; 2] {
    [x, y].map(|units| f64::from(units) / f64::from(UNITS))
}

fn ink(color: BackendColor) -> (Tone, f64) {
    (Tone::of(color.rgb), color.alpha)
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for &mut Drawing {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.width * UNITS as u32, self.height * UNITS as u32)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    /// There are no pixels in a drawing; nothing that is drawn here comes in single ones.
    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let (tone, opacity) = ink(style.color());
        if opacity > 0.0 {
            let width = f64::from(style.stroke_width()) / f64::from(UNITS);
            self.shapes.push(Shape::Line { points: path.into_iter().map(pixels).collect(), tone, width });
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        _: bool,
    ) -> Drawn {
        self.fill_polygon([(left, top), (right, top), (right, bottom), (left, bottom)], style)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let (tone, opacity) = ink(style.color());
        let corners = corners.into_iter().map(pixels).collect();
        self.shapes.push(Shape::Area { corners, tone, opacity });
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, at: BackendCoord, radius: u32, style: &S, _: bool) -> Drawn {
        let (tone, opacity) = ink(style.color());
        let radius = f64::from(radius) / f64::from(UNITS);
        self.shapes.push(Shape::Disc { center: pixels(at), radius, tone, opacity });
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, words: &str, style: &S, at: BackendCoord) -> Drawn {
        let size = style.size() / f64::from(UNITS);
        let place = style.anchor();
        let anchor = match place.h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        // From the anchor down to the line on which letters stand.
        let down = match place.v_pos {
            VPos::Top => 0.8,
            VPos::Center => 0.35,
            VPos::Bottom => -0.2,
        };
        let [x, y] = pixels(at);
        self.shapes.push(Shape::Words {
            at: [x, y + down * size],
            anchor,
            tone: ink(style.color()).0,
            size,
            bold: matches!(style.style(), FontStyle::Bold),
            words: words.to_owned(),
        });
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        words: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((width_of(words, style.size()) as u32, style.size() as u32))
    }
}
