//! Shapes as PNG, with a font of the program's own.

use ab_glyph::{Font as _, FontRef, InvalidFont, PxScale, point};
use png::{BitDepth, ColorType, Encoder, EncodingError};
use ratatui_core::buffer::Buffer;
use thiserror::Error;

use crate::tui::picture::color::{Paper, Rgb, over};
use crate::tui::picture::shape::{Run, Shapes, rows};
use crate::tui::picture::sign::{Form, THIN};
use crate::tui::picture::svg::{size, top};
use crate::tui::picture::{BASELINE, FONT_SIZE, MARGIN};

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum PngError {
    #[error("the font of the program cannot be read")]
    Font(#[from] InvalidFont),
    #[error("the picture cannot be written")]
    Encoding(#[from] EncodingError),
}

/// The picture of a screen, with so many pixels to a unit.
///
/// # Errors
///
/// The font cannot be read, or the picture is too large to be written.
pub fn png(screen: &Buffer, paper: Paper, scale: u8) -> Result<Vec<u8>, PngError> {
    let scale = f32::from(scale);
    let [width, height] = size(screen.area.width, screen.area.height).map(|length| (length * scale) as usize);
    let fonts = Fonts {
        regular: FontRef::try_from_slice(dejavu::sans_mono::regular())?,
        bold: FontRef::try_from_slice(dejavu::sans_mono::bold())?,
    };
    let mut canvas = Canvas { width, pixels: vec![paper.ground; width * height], scale };
    for (index, cells) in rows(screen).enumerate() {
        let shapes = Shapes::of(cells, paper);
        let corner = [MARGIN, top(index)];
        for (form, color) in shapes.grounds.iter().chain(&shapes.signs) {
            canvas.fill(form, *color, corner);
        }
        for run in &shapes.runs {
            canvas.write(run, &fonts, corner);
        }
    }
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, width as u32, height as u32);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.write_header()?.write_image_data(canvas.pixels.as_flattened())?;
    Ok(out)
}

struct Fonts {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

struct Canvas {
    width: usize,
    pixels: Vec<Rgb>,
    /// Pixels to a unit.
    scale: f32,
}

impl Canvas {
    /// Lays a color over a pixel, as far as it is covered.
    fn blend(&mut self, x: f32, y: f32, color: Rgb, share: f32) {
        if x < 0.0 || x >= self.width as f32 || y < 0.0 {
            return;
        }
        if let Some(pixel) = self.pixels.get_mut(y as usize * self.width + x as usize) {
            *pixel = over(*pixel, color, share.min(1.0));
        }
    }

    /// Fills a form of a line whose upper left corner is given.
    fn fill(&mut self, form: &Form, color: Rgb, [left, top]: [f32; 2]) {
        let [from, to] = bounds(form);
        let pixels = |from: f32, to: f32, start: f32| {
            let [from, to] = [from, to].map(|length| (length + start) * self.scale);
            (from.floor() as usize..to.ceil() as usize, start)
        };
        let ((columns, left), (rows, top)) = (pixels(from[0], to[0], left), pixels(from[1], to[1], top));
        let unit = 1.0 / self.scale;
        for row in rows {
            for column in columns.clone() {
                let [x, y] = [column, row].map(|pixel| pixel as f32);
                let share = covered(form, [x * unit - left, y * unit - top], unit);
                self.blend(x, y, color, share);
            }
        }
    }

    /// Writes letters on the baseline of a line whose upper left corner is given.
    fn write(&mut self, run: &Run, fonts: &Fonts, [left, top]: [f32; 2]) {
        let font = if run.bold { &fonts.bold } else { &fonts.regular };
        // The font counts its size from the deepest to the highest letter.
        let size = FONT_SIZE * font.height_unscaled() / font.units_per_em().unwrap_or(1.0);
        for (place, letter) in &run.letters {
            let at = point((left + place) * self.scale, (top + BASELINE) * self.scale);
            let glyph = font.glyph_id(*letter).with_scale_and_position(PxScale::from(size * self.scale), at);
            if let Some(outline) = font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                outline.draw(|x, y, share| {
                    self.blend(corner.x + x as f32, corner.y + y as f32, run.color, share);
                });
            }
        }
    }
}

/// The upper left and the lower right corner of what holds a form.
fn bounds(form: &Form) -> [[f32; 2]; 2] {
    let around = |[x, y]: [f32; 2], reach: f32| [[x - reach, y - reach], [x + reach, y + reach]];
    match form {
        Form::Area { x, y, width, height } => [[*x, *y], [x + width, y + height]],
        Form::Polygon(corners) => {
            let ends = |pick: fn(f32, f32) -> f32, start: f32| {
                corners
                    .iter()
                    .fold([start; 2], |end, corner| [pick(end[0], corner[0]), pick(end[1], corner[1])])
            };
            [ends(f32::min, f32::MAX), ends(f32::max, f32::MIN)]
        }
        Form::Disc { center, radius } => around(*center, *radius),
        Form::Ring { center, radius } | Form::Corner { center, radius, .. } => {
            around(*center, radius + THIN / 2.0)
        }
    }
}

/// Points that are looked at along each side of a pixel.
const SAMPLES: u8 = 4;

/// How much of a square a form covers, from 0 to 1.
fn covered(form: &Form, [left, top]: [f32; 2], side: f32) -> f32 {
    if let Form::Area { x, y, width, height } = form {
        let shared = |from: f32, length: f32, start: f32| {
            ((from + length).min(start + side) - from.max(start)).max(0.0) / side
        };
        return shared(*x, *width, left) * shared(*y, *height, top);
    }
    let place = |index: u8| side * (f32::from(index) + 0.5) / f32::from(SAMPLES);
    let points =
        (0..SAMPLES).flat_map(|row| (0..SAMPLES).map(move |column| [left + place(column), top + place(row)]));
    points.filter(|point| holds(form, *point)).count() as f32 / f32::from(SAMPLES * SAMPLES)
}

/// Whether a point lies in a form.
fn holds(form: &Form, [x, y]: [f32; 2]) -> bool {
    let away = |[center_x, center_y]: &[f32; 2]| (x - center_x).hypot(y - center_y);
    let on_ring = |center, radius: &f32| (away(center) - radius).abs() <= THIN / 2.0;
    match form {
        Form::Area { x: left, y: top, width, height } => {
            (*left..left + width).contains(&x) && (*top..top + height).contains(&y)
        }
        // On the right of every side.
        Form::Polygon(corners) => corners
            .iter()
            .zip(corners.iter().cycle().skip(1))
            .all(|([ax, ay], [bx, by])| (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0),
        Form::Disc { center, radius } => away(center) <= *radius,
        Form::Ring { center, radius } => on_ring(center, radius),
        Form::Corner { center, radius, toward: [right, down] } => {
            on_ring(center, radius) && (x - center[0]) * right >= 0.0 && (y - center[1]) * down >= 0.0
        }
    }
}
