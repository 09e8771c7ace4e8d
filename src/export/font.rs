//! Fonts of printed pages: how wide words are, and the part of a font that a file must carry.

use std::collections::BTreeSet;

use ab_glyph::{Font as _, FontRef, InvalidFont};

/// The name of a table of a font.
type Tag = [u8; 4];

/// Tables of a font without which no printer can draw it (ISO 32000-1, 9.9).
const TABLES: [Tag; 9] =
    [*b"cvt ", *b"fpgm", *b"glyf", *b"head", *b"hhea", *b"hmtx", *b"loca", *b"maxp", *b"prep"];
/// Flags of a glyph that is put together from others (OpenType, table `glyf`).
const WORDS: u16 = 0x1;
const SCALE: u16 = 0x8;
const MORE: u16 = 0x20;
const TWO_SCALES: u16 = 0x40;
const MATRIX: u16 = 0x80;

/// A font of the program's own.
#[derive(Debug)]
pub struct Face {
    /// Its name in a file.
    pub name: &'static str,
    bytes: &'static [u8],
    font: FontRef<'static>,
}

impl Face {
    /// The font of text, and that of what stands out.
    ///
    /// # Errors
    ///
    /// One of them cannot be read.
    pub fn pair() -> Result<[Self; 2], InvalidFont> {
        let face = |name, bytes| Ok(Self { name, bytes, font: FontRef::try_from_slice(bytes)? });
        Ok([
            face("DejaVuSansCondensed", dejavu::sans_condensed::regular())?,
            face("DejaVuSansCondensed-Bold", dejavu::sans_condensed::bold())?,
        ])
    }

    /// The number of a letter's glyph.
    pub fn glyph(&self, letter: char) -> u16 {
        self.font.glyph_id(letter).0
    }

    /// How wide a glyph is, in thousandths of the size.
    pub fn advance(&self, glyph: u16) -> f32 {
        self.thousandths(self.font.h_advance_unscaled(ab_glyph::GlyphId(glyph)))
    }

    /// How far letters reach up and down, in thousandths of the size.
    pub fn reach(&self) -> [f32; 2] {
        [self.font.ascent_unscaled(), self.font.descent_unscaled()].map(|length| self.thousandths(length))
    }

    fn thousandths(&self, length: f32) -> f32 {
        length / self.font.units_per_em().unwrap_or(1000.0) * 1000.0
    }

    /// How wide words are.
    pub fn width(&self, words: &str, size: f64) -> f64 {
        words.chars().map(|letter| f64::from(self.advance(self.glyph(letter)))).sum::<f64>() * size / 1000.0
    }

    /// The font with the outlines of some glyphs alone, which keep their numbers; whole where it cannot be cut.
    pub fn part(&self, glyphs: &BTreeSet<u16>) -> Vec<u8> {
        Outlines::of(self.bytes).and_then(|outlines| outlines.part(glyphs)).unwrap_or(self.bytes.to_vec())
    }
}

/// The outlines of a font's glyphs.
struct Outlines<'a> {
    font: &'a [u8],
    glyphs: &'a [u8],
    /// Where each glyph begins, and the last one ends.
    places: Vec<usize>,
}

impl<'a> Outlines<'a> {
    fn of(font: &'a [u8]) -> Option<Self> {
        // Places are halved unless the last but one field of the head says otherwise.
        let places = table(font, *b"loca")?;
        let places = match short(table(font, *b"head")?, 50)? {
            0 => places.chunks_exact(2).map(|place| Some(2 * usize::from(short(place, 0)?))).collect(),
            _ => places.chunks_exact(4).map(|place| long(place, 0)).collect::<Option<Vec<_>>>(),
        };
        Some(Self { font, glyphs: table(font, *b"glyf")?, places: places? })
    }

    fn outline(&self, glyph: u16) -> Option<&'a [u8]> {
        let glyph = usize::from(glyph);
        self.glyphs.get(*self.places.get(glyph)?..*self.places.get(glyph + 1)?)
    }

    /// Adds the glyphs that a glyph is put together from.
    fn add(&self, glyph: u16, used: &mut BTreeSet<u16>) -> Option<()> {
        if !used.insert(glyph) {
            return Some(());
        }
        let outline = self.outline(glyph)?;
        // A negative number of contours tells of one that is put together.
        if outline.is_empty() || short(outline, 0)? < 0x8000 {
            return Some(());
        }
        let mut at = 10;
        loop {
            let flags = short(outline, at)?;
            self.add(short(outline, at + 2)?, used)?;
            let scale = match flags & (SCALE | TWO_SCALES | MATRIX) {
                0 => 0,
                SCALE => 2,
                TWO_SCALES => 4,
                _ => 8,
            };
            at += 4 + if flags & WORDS == 0 { 2 } else { 4 } + scale;
            if flags & MORE == 0 {
                return Some(());
            }
        }
    }

    fn part(&self, glyphs: &BTreeSet<u16>) -> Option<Vec<u8>> {
        let mut used = BTreeSet::new();
        // The first glyph stands for letters that there are none for.
        for glyph in std::iter::once(&0).chain(glyphs) {
            self.add(*glyph, &mut used)?;
        }
        let (mut outlines, mut places) = (Vec::new(), Vec::new());
        for glyph in 0..self.places.len().saturating_sub(1) {
            places.extend((outlines.len() as u32).to_be_bytes());
            let glyph = u16::try_from(glyph).ok()?;
            if used.contains(&glyph) {
                outlines.extend_from_slice(self.outline(glyph)?);
                outlines.resize(outlines.len().next_multiple_of(4), 0);
            }
        }
        places.extend((outlines.len() as u32).to_be_bytes());
        let mut head = table(self.font, *b"head")?.to_vec();
        *head.get_mut(51)? = 1;
        let content = |tag: Tag| match &tag {
            b"glyf" => Some(outlines.clone()),
            b"loca" => Some(places.clone()),
            b"head" => Some(head.clone()),
            _ => table(self.font, tag).map(<[u8]>::to_vec),
        };
        let tables: Vec<(Tag, Vec<u8>)> =
            TABLES.into_iter().filter_map(|tag| Some((tag, content(tag)?))).collect();
        Some(font_of(&tables))
    }
}

/// A font file of some tables, which are in the order of their names.
fn font_of(tables: &[(Tag, Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let power = count.ilog2() as u16;
    let range = 16 << power;
    let mut font = vec![0, 1, 0, 0];
    for number in [count, range, power, count * 16 - range] {
        font.extend(number.to_be_bytes());
    }
    let mut at = font.len() + 16 * tables.len();
    for (tag, content) in tables {
        let sum = content.chunks(4).fold(0_u32, |sum, bytes| {
            let mut word = [0; 4];
            word[..bytes.len()].copy_from_slice(bytes);
            sum.wrapping_add(u32::from_be_bytes(word))
        });
        font.extend_from_slice(tag);
        for number in [sum, at as u32, content.len() as u32] {
            font.extend(number.to_be_bytes());
        }
        at += content.len().next_multiple_of(4);
    }
    for (_, content) in tables {
        font.extend_from_slice(content);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    font
}

/// A table of a font by its name.
fn table(font: &[u8], tag: Tag) -> Option<&[u8]> {
    let count = usize::from(short(font, 4)?);
    let entry = font.get(12..)?.chunks_exact(16).take(count).find(|entry| entry.starts_with(&tag))?;
    let (start, length) = (long(entry, 8)?, long(entry, 12)?);
    font.get(start..start + length)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_font_draws_its_letters_as_the_whole_does_and_no_others() {
        for face in Face::pair().expect("fonts") {
            // An accented letter is put together from two others.
            let glyphs: BTreeSet<u16> = "aé→".chars().map(|letter| face.glyph(letter)).collect();
            let part = face.part(&glyphs);
            assert!(part.len() * 5 < face.bytes.len(), "{} of {}", part.len(), face.bytes.len());
            let (whole, part) =
                (Outlines::of(face.bytes).expect("a font"), Outlines::of(&part).expect("a font"));
            for glyph in &glyphs {
                let [kept, own] = [&part, &whole].map(|font| font.outline(*glyph).expect("an outline"));
                assert!(!own.is_empty() && kept.starts_with(own));
            }
            assert_eq!(part.outline(face.glyph('b')), Some(&[][..]));
            assert!(!part.outline(face.glyph('e')).expect("a part of an accented letter").is_empty());
        }
    }
}
