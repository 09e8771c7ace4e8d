//! A handout as PDF: sheets of A4 with the part of a font that they use.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use ab_glyph::InvalidFont;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};
use thiserror::Error;

use crate::export::drawing::{Anchor, Drawing, Shape, whole};
use crate::export::font::Face;
use crate::export::handout::Handout;
use crate::export::sheet::{Sheets, set};
use crate::export::tone::{Tone, themes};
use crate::tui::picture::color::over;
use crate::widgets::theme::Theme;

/// Names of the two fonts within the file.
const FONTS: [&[u8]; 2] = [b"F0", b"F1"];
/// What glyphs are numbered by: the font itself.
const SYSTEM: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// How far from an end of a quarter circle its Bezier curve is bent, to the radius.
const QUARTER: f64 = 0.552_284_75;

/// Why there is no PDF.
#[derive(Debug, Error)]
pub enum PdfError {
    #[error("the font of the program cannot be read")]
    Font(#[from] InvalidFont),
    #[error("the file cannot be packed")]
    Packing(#[from] io::Error),
}

/// The letters of each font that are used, by the numbers of their glyphs.
type Used = [BTreeMap<u16, char>; 2];

/// The bytes of the file.
///
/// # Errors
///
/// The font cannot be read, or nothing can be packed.
pub fn pdf(handout: &Handout) -> Result<Vec<u8>, PdfError> {
    let faces = Face::pair()?;
    let set = set(handout, &faces);
    let mut file = File { pdf: Pdf::new(), last: 0 };
    let [catalog, tree] = file.refs();
    let mut used = Used::default();
    let mut pages = Vec::new();
    let fonts: [Ref; 2] = file.refs();
    for sheet in &set.papers {
        let content = packed(&stream(sheet, &faces, &mut used))?;
        let [page, body] = file.refs();
        file.pdf.stream(body, &content).filter(Filter::FlateDecode);
        let mut out = file.pdf.page(page);
        out.parent(tree).contents(body);
        out.media_box(Rect::new(0.0, 0.0, sheet.width as f32, sheet.height as f32));
        let mut resources = out.resources();
        let mut named = resources.fonts();
        for (name, font) in FONTS.into_iter().zip(fonts) {
            named.pair(Name(name), font);
        }
        pages.push(page);
    }
    file.pdf.pages(tree).count(whole(pages.len())).kids(pages.iter().copied());
    let outline = file.outline(&set, &pages);
    for ((face, font), letters) in faces.iter().zip(fonts).zip(&used) {
        file.font(face, font, letters)?;
    }
    let mut root = file.pdf.catalog(catalog);
    root.pages(tree).lang(TextStr("en")).outlines(outline);
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    let [info] = file.refs();
    let maker = concat!("whatif ", env!("CARGO_PKG_VERSION"));
    file.pdf
        .document_info(info)
        .title(TextStr(&handout.title))
        .creator(TextStr(maker))
        .producer(TextStr(maker));
    Ok(file.pdf.finish())
}

struct File {
    pdf: Pdf,
    /// The last number that was given to an object.
    last: i32,
}

impl File {
    fn refs<const N: usize>(&mut self) -> [Ref; N] {
        std::array::from_fn(|_| {
            self.last += 1;
            Ref::new(self.last)
        })
    }

    /// The headings, for the reader's list of them.
    fn outline(&mut self, set: &Sheets, pages: &[Ref]) -> Ref {
        let [outline] = self.refs();
        let items: Vec<Ref> = set.headings.iter().map(|_| self.refs::<1>()[0]).collect();
        let mut root = self.pdf.outline(outline);
        if let [first, .., last] = items.as_slice() {
            root.first(*first).last(*last).count(whole(items.len()));
        }
        root.finish();
        for (index, (words, sheet, y)) in set.headings.iter().enumerate() {
            let mut item = self.pdf.outline_item(items[index]);
            item.title(TextStr(words)).parent(outline);
            if index > 0 {
                item.prev(items[index - 1]);
            }
            if let Some(next) = items.get(index + 1) {
                item.next(*next);
            }
            let top = f64::from(set.papers[*sheet].height) - y;
            item.dest().page(pages[*sheet]).xyz(0.0, top as f32, None);
        }
        outline
    }

    /// A font with the letters that are used, and what they are for those who copy or search text.
    fn font(&mut self, face: &Face, font: Ref, letters: &BTreeMap<u16, char>) -> io::Result<()> {
        let [cid, descriptor, data, unicode] = self.refs();
        let name = format!("WHATIF+{}", face.name);
        let name = Name(name.as_bytes());
        let mut out = self.pdf.type0_font(font);
        out.base_font(name).encoding_predefined(Name(b"Identity-H")).descendant_font(cid).to_unicode(unicode);
        out.finish();
        let mut out = self.pdf.cid_font(cid);
        out.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM).font_descriptor(descriptor);
        out.cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = out.widths();
        for glyph in letters.keys() {
            widths.consecutive(*glyph, [face.advance(*glyph)]);
        }
        widths.finish();
        out.finish();
        let [ascent, descent] = face.reach();
        self.pdf
            .font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(-1000.0, descent, 2000.0, ascent))
            .italic_angle(0.0)
            .ascent(ascent)
            .descent(descent)
            .cap_height(ascent)
            .stem_v(80.0)
            .font_file2(data);
        let part = face.part(&letters.keys().copied().collect());
        let content = packed(&part)?;
        let mut out = self.pdf.stream(data, &content);
        out.filter(Filter::FlateDecode).pair(Name(b"Length1"), whole(part.len()));
        out.finish();
        let mut map = UnicodeCmap::new(Name(b"Letters"), SYSTEM);
        for (glyph, letter) in letters {
            map.pair(*glyph, *letter);
        }
        self.pdf.stream(unicode, &map.finish());
        Ok(())
    }
}

fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// The commands that draw a sheet; it is as white as paper.
fn stream(sheet: &Drawing, faces: &[Face; 2], used: &mut Used) -> Vec<u8> {
    let [light, _] = themes();
    let mut content = Content::new();
    let height = f64::from(sheet.height);
    let place = |[x, y]: [f64; 2]| [x as f32, (height - y) as f32];
    for shape in &sheet.shapes {
        match shape {
            Shape::Line { points, tone, width } => {
                let [red, green, blue] = color(*tone, 1.0, &light);
                content.set_stroke_rgb(red, green, blue).set_line_width(*width as f32);
                path(&mut content, points.iter().map(|at| place(*at)));
                content.stroke();
            }
            Shape::Area { corners, tone, opacity } => {
                let [red, green, blue] = color(*tone, *opacity, &light);
                content.set_fill_rgb(red, green, blue);
                path(&mut content, corners.iter().map(|at| place(*at)));
                content.close_path().fill_nonzero();
            }
            Shape::Disc { center, radius, tone, opacity } => {
                let [red, green, blue] = color(*tone, *opacity, &light);
                content.set_fill_rgb(red, green, blue);
                disc(&mut content, place(*center), *radius as f32);
                content.fill_nonzero();
            }
            Shape::Words { at, anchor, tone, size, bold, words } => {
                let index = usize::from(*bold);
                let (face, [red, green, blue]) = (&faces[index], color(*tone, 1.0, &light));
                let back = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => 0.5,
                    Anchor::End => 1.0,
                };
                let [x, y] = place([at[0] - back * face.width(words, *size), at[1]]);
                let glyphs = words.chars().flat_map(|letter| {
                    let glyph = face.glyph(letter);
                    used[index].insert(glyph, letter);
                    glyph.to_be_bytes()
                });
                let glyphs: Vec<u8> = glyphs.collect();
                content
                    .begin_text()
                    .set_fill_rgb(red, green, blue)
                    .set_font(Name(FONTS[index]), *size as f32);
                content.next_line(x, y).show(Str(&glyphs)).end_text();
            }
        }
    }
    content.finish().to_vec()
}

/// A color on white paper, so much of it.
fn color(tone: Tone, opacity: f64, theme: &Theme) -> [f32; 3] {
    over([0xff; 3], tone.rgb(theme), opacity as f32).map(|part| f32::from(part) / 255.0)
}

fn path(content: &mut Content, points: impl Iterator<Item = [f32; 2]>) {
    for (index, [x, y]) in points.enumerate() {
        if index == 0 {
            content.move_to(x, y)
        } else {
            content.line_to(x, y)
        };
    }
}

fn disc(content: &mut Content, [x, y]: [f32; 2], radius: f32) {
    let bend = radius * QUARTER as f32;
    content.move_to(x + radius, y);
    for [from, to] in [
        [[1.0, 0.0], [0.0, 1.0]],
        [[0.0, 1.0], [-1.0, 0.0]],
        [[-1.0, 0.0], [0.0, -1.0]],
        [[0.0, -1.0], [1.0, 0.0]],
    ] {
        let [from, to]: [[f32; 2]; 2] = [from, to];
        content.cubic_to(
            x + from[0] * radius + to[0] * bend,
            y + from[1] * radius + to[1] * bend,
            x + to[0] * radius + from[0] * bend,
            y + to[1] * radius + from[1] * bend,
            x + to[0] * radius,
            y + to[1] * radius,
        );
    }
}
