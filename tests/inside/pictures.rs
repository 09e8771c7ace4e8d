//! Pictures and recordings: what they are drawn with, and that they show what the screen shows.

use std::collections::HashSet;
use std::num::NonZero;

use super::harness::text;
use crate::files::settings::ThemeName;
use crate::tui::picture::cast::cast;
use crate::tui::picture::color::{Paper, rgb};
use crate::tui::picture::film::film;
use crate::tui::picture::shape::{Run, Shapes, rows};
use crate::tui::picture::sign::{Form, drawing};
use crate::tui::picture::svg::svg;
use crate::tui::screen::{Frame, Screen};
use crate::widgets::theme::{Look, Theme};
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};

/// A session with a panel changed, a value typed, a wait and a view.
const SESSION: &str = "b Right Down Enter text:8k Enter wait:1.5 3 Down 1";

fn screen() -> Screen {
    Screen::open("default", 100, 28).expect("a scenario")
}

/// A line of text in one style, as a screen.
fn line(words: &str, style: Style) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, words.chars().count() as u16, 1));
    buffer.set_string(0, 0, words, style);
    buffer
}

fn shapes(words: &str, style: Style) -> Shapes {
    let buffer = line(words, style);
    Shapes::of(rows(&buffer).next().expect("a line"), Paper::DARK)
}

#[test]
fn cells_are_drawn_as_grounds_signs_and_letters() {
    let (red, blue) = (Color::Rgb(200, 0, 0), Color::Rgb(0, 0, 100));
    let style = Style::new().fg(red).bg(blue).add_modifier(Modifier::BOLD);
    let drawn = shapes("a ──▄", style);
    let area = |x, y, width, height| Form::Area { x, y, width, height };
    assert_eq!(drawn.grounds, [(area(0.0, 0.0, 45.0, 18.0), [0, 0, 100])]);
    let signs = [(area(18.0, 8.0, 18.0, 1.0), [200, 0, 0]), (area(36.0, 9.0, 9.0, 9.0), [200, 0, 0])];
    assert_eq!(drawn.signs, signs, "lines that go on are one");
    assert_eq!(drawn.runs, [Run { color: [200, 0, 0], bold: true, letters: vec![(0.0, 'a')] }]);
}

#[test]
fn reversed_dim_and_underlined_text_is_drawn_so() {
    let paper = Paper::DARK;
    let reversed = shapes("x", Style::new().add_modifier(Modifier::REVERSED));
    assert_eq!((reversed.grounds[0].1, reversed.runs[0].color), (paper.letters, paper.ground));
    let dim = shapes("x", Style::new().fg(Color::Rgb(112, 116, 123)).add_modifier(Modifier::DIM));
    // 65% of the way from 18, 22, 29 up by 94.
    assert_eq!(dim.runs[0].color, [79, 83, 90]);
    let underlined = shapes("xy", Style::new().add_modifier(Modifier::UNDERLINED));
    let under = Form::Area { x: 0.0, y: 16.0, width: 18.0, height: 1.0 };
    assert_eq!(underlined.signs, [(under, paper.letters)]);
}

#[test]
fn colors_of_the_palette_the_cube_and_the_grays_are_those_of_xterm() {
    let color = |index| rgb(Color::Indexed(index), [1, 2, 3]);
    assert_eq!([color(16), color(67), color(231), color(244)], [[0; 3], [95, 135, 175], [255; 3], [128; 3]]);
    assert_eq!(rgb(Color::Red, [1, 2, 3]), color(1));
    assert_eq!(rgb(Color::Reset, [1, 2, 3]), [1, 2, 3]);
}

#[test]
fn the_paper_is_that_of_the_theme() {
    let ground = |name| Paper::of(&Theme::new(name, Look::default())).ground;
    assert!(ground(ThemeName::Light).iter().all(|part| *part > 200));
    assert_eq!(ground(ThemeName::Contrast), [0; 3]);
    assert_eq!(ground(ThemeName::Mono), Paper::DARK.ground);
    let mut screen = screen();
    screen.press("t").expect("a key");
    assert!(ground(ThemeName::Dark) != Paper::of(&screen.theme()).ground, "the key changes the picture too");
}

/// Where lines leave a cell, each must meet the line of its neighbor: in the middle of its side.
#[test]
fn lines_reach_the_middle_of_the_sides_of_their_cells() {
    // Left, up, right, down.
    let sides = [(0.0, 8.5), (4.5, 0.0), (9.0, 8.5), (4.5, 18.0)];
    for (sign, reached) in [
        ('─', [true, false, true, false]),
        ('┃', [false, true, false, true]),
        ('┌', [false, false, true, true]),
        ('┤', [true, true, false, true]),
        ('┻', [true, true, true, false]),
        ('╂', [true; 4]),
        ('╰', [false, true, true, false]),
        ('╮', [true, false, false, true]),
        ('╺', [false, false, true, false]),
    ] {
        let forms = drawing(sign, 0.0).expect("a drawing");
        let meets = |(x, y): (f32, f32)| {
            forms.iter().any(|form| match form {
                Form::Area { x: left, y: top, width, height } => {
                    (*left..=left + width).contains(&x) && (*top..=top + height).contains(&y)
                }
                Form::Corner { center, radius, toward } => {
                    let end = |place: f32, center: f32, toward: f32| place == center + toward * radius;
                    (x == center[0] && end(y, center[1], toward[1]))
                        || (y == center[1] && end(x, center[0], toward[0]))
                }
                _ => false,
            })
        };
        assert_eq!(sides.map(meets), reached, "{sign}");
    }
}

#[test]
fn a_dot_of_braille_is_where_the_standard_has_it() {
    let centers = |sign| -> Vec<[f32; 2]> {
        let forms = drawing(sign, 90.0).expect("a drawing");
        forms
            .iter()
            .map(|form| match form {
                Form::Disc { center, .. } => *center,
                other => panic!("{other:?}"),
            })
            .collect()
    };
    // Dots 1, 6 and 7: the upper left, the third of the right, the lowest of the left.
    assert_eq!(centers('⡡'), [[92.25, 2.25], [96.75, 11.25], [92.25, 15.75]]);
    assert_eq!(centers('⣿').len(), 8);
    assert!(centers('⠀').is_empty());
}

#[test]
fn a_picture_has_each_letter_in_its_cell_and_escapes_markup() {
    let picture = svg(&line("a<& b", Style::new()), Paper::DARK);
    assert!(picture.contains("x=\"0 9 18 36\">a&lt;&amp;b</text>"), "{picture}");
    well_formed(&picture);
}

/// Tags open and close in order, and nothing stands unescaped.
fn well_formed(picture: &str) {
    let mut open = Vec::new();
    for piece in picture.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "{text}");
        for escape in text.split('&').skip(1) {
            assert!(["lt;", "gt;", "amp;"].iter().any(|name| escape.starts_with(name)), "{text}");
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().expect("a name")),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_session_has_a_frame_for_each_key_and_letter() {
    let frames = screen().frames(SESSION).expect("keys");
    let seconds: f64 = frames.iter().map(|frame| frame.seconds).sum();
    // The start, eight keys, two letters, the wait, and the last frame.
    assert!((seconds - (9.0 * 0.6 + 2.0 * 0.12 + 1.5 + 2.0)).abs() < 1e-9, "{seconds}");
    let shown: Vec<String> = frames.iter().map(|frame| text(&frame.screen)).collect();
    assert!(shown.windows(2).all(|pair| pair[0] != pair[1]), "a key that changes nothing makes no frame");
    let mut person = screen();
    person.press(SESSION).expect("keys");
    assert_eq!(shown.last(), Some(&text(&person.draw())));
    for bad in ["Hyper-X", "wait:", "wait:-1", "wait:NaN", "wait:3600"] {
        assert_eq!(screen().frames(&format!("b {bad} q")).err(), Some(bad));
    }
}

#[test]
fn a_cast_played_on_a_terminal_shows_every_frame() {
    let frames = screen().frames(SESSION).expect("keys");
    let written = cast(&frames).expect("written");
    let mut lines =
        written.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let head = lines.next().expect("a head");
    assert_eq!((&head["version"], &head["width"], &head["height"]), (&2.into(), &100.into(), &28.into()));
    let size = |length| NonZero::new(length).expect("a size");
    let mut terminal = vt100::Parser::new(size(28), size(100), 0);
    let mut time = 0.0;
    for frame in &frames {
        let event = lines.next().expect("an event");
        let at = event[0].as_f64().expect("a time");
        assert!((at - time).abs() < 1e-3 && event[1] == "o", "{event}");
        terminal.process(event[2].as_str().expect("text").as_bytes());
        let shown: Vec<String> =
            terminal.screen().rows(0, 100).map(|row| row.trim_end().to_owned()).collect();
        assert_eq!(shown.join("\n"), text(&frame.screen));
        time += frame.seconds;
    }
    let last = lines.next().expect("the end");
    assert_eq!((last[0].as_f64().map(f64::round), &last[2]), (Some(time.round()), &"".into()));
    assert!(written.contains("38;2;"), "colors of the theme");
}

/// What a viewer sees at a time: of each strip the piece to which the last change before it moved.
#[test]
fn a_film_shows_every_frame_at_its_time_and_shares_lines() {
    let frames = screen().frames(SESSION).expect("keys");
    let paper = Paper::DARK;
    let written = film(&frames, paper);
    well_formed(&written);
    let total: f64 = frames.iter().map(|frame| frame.seconds).sum();
    let mut time = 0.0;
    for frame in &frames {
        let seen = still(&written, 100.0 * (time + frame.seconds / 2.0) / total);
        let picture = svg(&frame.screen, paper);
        let lines: Vec<&str> = picture.lines().filter(|line| line.starts_with("<g ")).collect();
        assert_eq!(seen, lines);
        time += frame.seconds;
    }
    // What is seen again is not drawn again.
    for index in 0..28 {
        let line = |frame: &Frame| {
            svg(&frame.screen, paper)
                .lines()
                .filter(|line| line.starts_with("<g "))
                .nth(index)
                .map(str::to_owned)
        };
        let seen: HashSet<_> = frames.iter().map(line).collect();
        let strip = written.lines().filter(|line| line.starts_with("<g ")).nth(index).expect("a line");
        let pieces = strip.matches("<g transform").count() - 1;
        assert_eq!(pieces, if seen.len() == 1 { 0 } else { seen.len() }, "line {index}");
    }
}

/// The lines of a film as they are at a percentage of its time.
fn still(film: &str, percent: f64) -> Vec<String> {
    let width: f64 = film
        .split("width=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a width")
        .parse()
        .expect("a number");
    let lines = film.lines().filter(|line| line.starts_with("<g "));
    lines
        .map(|line| {
            let Some((head, rest)) = line.split_once("<style>") else { return line.to_owned() };
            let (moves, rest) = rest.split_once("</style>").expect("the end of the style");
            let parts: Vec<&str> = moves.split(['{', '}']).collect();
            let piece = parts
                .windows(2)
                .filter_map(|part| {
                    let from: f64 = part[0].strip_suffix('%')?.parse().ok()?;
                    let by: f64 =
                        part[1].strip_prefix("transform:translate(")?.strip_suffix("px)")?.parse().ok()?;
                    (from <= percent).then_some((-by / width).round() as usize)
                })
                .next_back()
                .expect("a move at the start");
            let start = format!("<g transform=\"translate({})\">", width * piece as f64);
            let (_, seen) = rest.split_once(&start).expect("the piece");
            let end = seen.find("</g>").expect("its end");
            format!("{head}{}</g>", &seen[..end])
        })
        .collect()
}

#[cfg(feature = "png")]
mod png {
    use ab_glyph::{Font as _, FontRef};

    use super::*;
    use crate::tui::picture::png::png;
    use ratatui_core::symbols;

    /// Where the signs of the screen are listed.
    const SIGNS: &str = include_str!("../../src/widgets/glyphs.rs");

    /// Width, height and pixels.
    fn decoded(bytes: &[u8]) -> (usize, usize, Vec<[u8; 3]>) {
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a picture");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("pixels");
        assert_eq!(info.color_type, ::png::ColorType::Rgb);
        (info.width as usize, info.height as usize, pixels.as_chunks().0.to_vec())
    }

    #[test]
    fn a_png_has_the_colors_of_paper_ground_signs_and_letters_in_their_places() {
        let (red, blue) = (Color::Rgb(200, 0, 0), Color::Rgb(0, 0, 100));
        let mut screen = line("█ ▌ H", Style::new().fg(red));
        screen[(1, 0)].bg = blue;
        let (width, height, pixels) = decoded(&png(&screen, Paper::DARK, 2).expect("a picture"));
        assert_eq!((width, height), (2 * (5 * 9 + 20), 2 * (18 + 20)));
        // At a place in units, in the middle of a pixel.
        let at = |x: f32, y: f32| pixels[(y * 2.0) as usize * width + (x * 2.0) as usize];
        let paper = Paper::DARK.ground;
        assert_eq!(
            [at(1.0, 1.0), at(12.0, 12.0), at(18.5, 27.5), at(20.0, 20.0)],
            [paper, [200, 0, 0], [200, 0, 0], [0, 0, 100]]
        );
        // The left half of the fourth cell ends in the middle of a unit.
        assert_eq!([at(32.0, 19.0), at(33.0, 19.0)], [[200, 0, 0], paper]);
        // An H has two stems and a bar between them.
        let inked = |x: f32, y: f32| at(x, y) == [200, 0, 0];
        let stem = |from: f32| (0..8_u8).any(|half| inked(from + f32::from(half) / 2.0, 16.0));
        assert!(stem(46.0) && stem(51.0) && at(50.5, 16.0) == paper);
        assert!((16..22).any(|y| inked(50.5, y as f32)), "the bar");
    }

    #[test]
    fn neighbors_join_without_a_gap() {
        for (sign, row) in [("─", 8.0), ("█", 3.0), ("▒", 17.0), ("┼", 8.0)] {
            let (width, _, pixels) =
                decoded(&png(&line(&sign.repeat(7), Style::new()), Paper::DARK, 3).expect("a picture"));
            let start = ((10.0 + row) * 3.0) as usize * width;
            let colors = &pixels[start + 30..start + 30 + 7 * 27];
            assert!(colors.iter().all(|color| *color == colors[0] && *color != Paper::DARK.ground), "{sign}");
        }
    }

    /// No box in place of a sign: all that are in use are drawn, or in the font.
    #[test]
    fn every_sign_is_drawn_or_in_the_font() {
        let fonts = [dejavu::sans_mono::regular(), dejavu::sans_mono::bold()]
            .map(|bytes| FontRef::try_from_slice(bytes).expect("a font"));
        let borders = [
            symbols::border::PLAIN,
            symbols::border::ROUNDED,
            symbols::border::DOUBLE,
            symbols::border::THICK,
            symbols::border::QUADRANT_INSIDE,
            symbols::border::QUADRANT_OUTSIDE,
        ];
        let borders = borders.iter().flat_map(|set| {
            [
                set.top_left,
                set.top_right,
                set.bottom_left,
                set.bottom_right,
                set.vertical_left,
                set.horizontal_top,
            ]
        });
        let mut signs: String = borders.collect();
        signs.extend(SIGNS.chars().filter(|sign| !sign.is_ascii()));
        signs.extend((0x2800..0x2900).filter_map(char::from_u32));
        signs.extend((0x2500..0x25a0).filter_map(char::from_u32));
        for (name, keys) in [("default", "b S-Right 5"), ("gpt-4", "4"), ("default", "?")] {
            let mut screen = Screen::open(name, 160, 45).expect("a scenario");
            screen.press(keys).expect("keys");
            signs.push_str(&text(&screen.draw()).replace('\n', ""));
        }
        for sign in signs.chars().filter(|sign| *sign != ' ') {
            let written = fonts.iter().all(|font| font.glyph_id(sign).0 != 0);
            assert!(written || drawing(sign, 0.0).is_some(), "{sign} {:x}", u32::from(sign));
        }
    }
}
