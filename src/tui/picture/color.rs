//! Terminal colors in numbers.

use ratatui_core::style::Color;

use crate::widgets::theme::Theme;

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// The colors of a cell that sets none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    pub letters: Rgb,
    pub ground: Rgb,
}

impl Paper {
    /// A dark terminal.
    pub const DARK: Self = Self { letters: [0xd9, 0xe0, 0xea], ground: [0x12, 0x16, 0x1d] };

    /// The colors of a theme; those of a dark terminal where it sets none.
    pub fn of(theme: &Theme) -> Self {
        let color = |set: Option<Color>, unset| rgb(set.unwrap_or_default(), unset);
        Self {
            letters: color(theme.base.fg, Self::DARK.letters),
            ground: color(theme.base.bg, Self::DARK.ground),
        }
    }
}

/// The sixteen colors of a usual terminal palette, from black to white.
const PALETTE: [u32; 16] = [
    0x001d_1f21,
    0x00cc_6666,
    0x00b5_bd68,
    0x00f0_c674,
    0x005f_87d7,
    0x00b2_94bb,
    0x005f_b3b3,
    0x00c5_c8c6,
    0x0066_6666,
    0x00d5_4e53,
    0x00b9_ca4a,
    0x00e7_c547,
    0x007a_a6da,
    0x00c3_97d8,
    0x0070_c0b1,
    0x00ea_eaea,
];

/// The names of the sixteen.
pub const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// A terminal color in numbers, by the palette of xterm.
pub fn rgb(color: Color, unset: Rgb) -> Rgb {
    let of_palette = |index: usize| {
        let [_, rgb @ ..] = PALETTE[index].to_be_bytes();
        rgb
    };
    match color {
        Color::Rgb(red, green, blue) => [red, green, blue],
        Color::Indexed(index @ ..16) => of_palette(usize::from(index)),
        Color::Indexed(index @ 16..232) => {
            // The 6 x 6 x 6 color cube of 256-color terminals.
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            [cube / 36, cube / 6 % 6, cube % 6].map(level)
        }
        Color::Indexed(index) => [8 + 10 * (index - 232); 3],
        named => NAMED.iter().position(|name| *name == named).map_or(unset, of_palette),
    }
}

/// A color over another one: 0 leaves the ground as it is.
pub fn over(ground: Rgb, color: Rgb, share: f32) -> Rgb {
    std::array::from_fn(|part| {
        let [from, to] = [ground, color].map(|color| f32::from(color[part]));
        (from + (to - from) * share).round() as u8
    })
}
