//! Styles by role: what a thing is, not what color it is. One meaning each, and never by color alone: what is better or
//! worse carries a sign, the two series have fills of their own, and the focus has a marker.

use ratatui_core::style::{Color, Modifier, Style};

use crate::files::settings::ThemeName;
use crate::widgets::glyphs;

/// How many colors a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colors {
    /// The sixteen of its own palette.
    Basic,
    /// The 256 of xterm.
    Indexed,
    /// All of them.
    #[default]
    True,
}

/// What a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Plain ASCII only.
    pub ascii: bool,
    /// Its own background is light.
    pub light_background: bool,
    /// The colors that it has.
    pub colors: Colors,
}

/// A style for each role.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Everything else.
    pub base: Style,
    /// Labels, ranges, what is read second.
    pub dim: Style,
    pub heading: Style,
    /// The large answers.
    pub answer: Style,
    /// The border of a panel.
    pub border: Style,
    /// The border of the panel with the focus.
    pub lit: Style,
    /// The line with the focus.
    pub focus: Style,
    /// The knob of a slider, and what is chosen among words.
    pub knob: Style,
    /// The track of a slider.
    pub track: Style,
    /// The knob of the baseline.
    pub ghost: Style,
    /// Better than the baseline.
    pub better: Style,
    /// Worse than the baseline.
    pub worse: Style,
    /// What needs attention.
    pub warning: Style,
    /// Training in charts.
    pub training: Style,
    /// Inference in charts.
    pub inference: Style,
    /// A key in the hints.
    pub key: Style,
    /// A chosen tab or row.
    pub chosen: Style,
    /// From good to bad, along a slider.
    pub ramp: [Style; 5],
    /// Every sign is drawn in ASCII.
    pub ascii: bool,
}

/// What a line says, for texts and rows that are written before a theme is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Everything else.
    #[default]
    Base,
    /// Secondary text.
    Dim,
    Heading,
    /// What stands out.
    Strong,
    /// What is better.
    Better,
    /// What is worse.
    Worse,
    /// What needs attention.
    Warning,
}

impl Theme {
    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        match role {
            Role::Base => self.base,
            Role::Dim => self.dim,
            Role::Heading => self.heading,
            Role::Strong => self.answer,
            Role::Better => self.better,
            Role::Worse => self.worse,
            Role::Warning => self.warning,
        }
    }

    /// Whether two of its colors can meet within a character: a terminal with many colors, and signs beyond ASCII.
    pub fn is_fine(&self) -> bool {
        self.base.bg.is_some() && !self.ascii
    }

    /// From good to bad, 0 to 1.
    pub fn of_ramp(&self, badness: f64) -> Style {
        glyphs::level(&self.ramp, badness)
    }

    /// For a panel without the focus: its chosen row is less lit.
    pub fn resting(&self) -> Self {
        Self { chosen: self.focus, ..*self }
    }

    /// The styles of a theme on a terminal. Without a theme of its own choice, a terminal with its sixteen colors alone
    /// keeps its own background.
    pub fn new(name: ThemeName, look: Look) -> Self {
        let palette = match (name, look.colors) {
            (ThemeName::Mono, _) => Palette::MONO,
            (ThemeName::Auto, Colors::Basic) if look.light_background => Palette::BASIC_ON_LIGHT,
            (ThemeName::Auto, Colors::Basic) => Palette::BASIC,
            (ThemeName::Light, _) => Palette::of(&LIGHT),
            (ThemeName::Auto, _) if look.light_background => Palette::of(&LIGHT),
            (ThemeName::Contrast, _) => Palette::of(&CONTRAST),
            (ThemeName::Auto | ThemeName::Dark, _) => Palette::of(&DARK),
        };
        let palette = if look.colors == Colors::True { palette } else { palette.indexed() };
        palette.theme(name == ThemeName::Mono, look.ascii)
    }
}

/// The styles that themes differ in.
#[derive(Debug, Clone, Copy)]
struct Palette {
    base: Style,
    dim: Style,
    border: Style,
    accent: Style,
    training: Style,
    inference: Style,
    better: Style,
    worse: Style,
    warning: Style,
    chosen: Style,
    ramp: [Style; 5],
}

/// A palette in numbers: each color as 0xRRGGBB.
struct Tones {
    ground: u32,
    base: u32,
    dim: u32,
    border: u32,
    accent: u32,
    training: u32,
    inference: u32,
    better: u32,
    worse: u32,
    warning: u32,
    /// Behind a chosen row.
    chosen: u32,
    ramp: [u32; 5],
}

const DARK: Tones = Tones {
    ground: 0x0012_161d,
    base: 0x00d9_e0ea,
    dim: 0x0093_a1b5,
    border: 0x003d_4a5c,
    accent: 0x005f_d7d7,
    training: 0x006c_a8ff,
    inference: 0x00ff_b454,
    better: 0x0078_d98a,
    worse: 0x00f7_8fb3,
    warning: 0x00ff_6b5e,
    chosen: 0x002b_3a52,
    ramp: [0x003f_8f72, 0x004c_7f74, 0x0055_6577, 0x0080_5c74, 0x00a8_5f7c],
};

const LIGHT: Tones = Tones {
    ground: 0x00fb_faf7,
    base: 0x0022_272e,
    dim: 0x0059_6474,
    border: 0x00bf_c6d0,
    accent: 0x0000_6b75,
    training: 0x001f_5fbf,
    inference: 0x00a0_5200,
    better: 0x0018_6f38,
    worse: 0x00ad_2460,
    warning: 0x00b4_2318,
    chosen: 0x00cf_e3ee,
    ramp: [0x0078_b896, 0x009c_c4ae, 0x00bc_c4cd, 0x00d6_aec1, 0x00d0_86a8],
};

/// For projectors: washed-out colors still tell apart.
const CONTRAST: Tones = Tones {
    ground: 0x0000_0000,
    base: 0x00ff_ffff,
    dim: 0x00d0_d0d0,
    border: 0x0080_8080,
    accent: 0x0000_ffff,
    training: 0x005f_afff,
    inference: 0x00ff_c000,
    better: 0x0050_ff70,
    worse: 0x00ff_80c0,
    warning: 0x00ff_5050,
    chosen: 0x0000_4080,
    ramp: [0x0040_e070, 0x0070_d0a0, 0x00b0_b0b0, 0x00e0_90c0, 0x00ff_70b0],
};

impl Palette {
    /// No style sets a color.
    const MONO: Self = Self::terminal([Style::new(); 7], [Style::new(); 5]);
    /// The terminal's own palette on a dark background.
    const BASIC: Self = Self::terminal(
        [
            letters(Color::Cyan),
            letters(Color::LightBlue),
            letters(Color::Yellow),
            letters(Color::Green),
            letters(Color::LightMagenta),
            letters(Color::LightRed),
            Style::new().add_modifier(Modifier::REVERSED),
        ],
        [
            letters(Color::Green),
            letters(Color::Green),
            FAINT,
            letters(Color::LightMagenta),
            letters(Color::LightMagenta),
        ],
    );
    /// The terminal's own palette on a light background.
    const BASIC_ON_LIGHT: Self = Self::terminal(
        [
            letters(Color::Blue),
            letters(Color::Blue),
            letters(Color::Red),
            letters(Color::Green),
            letters(Color::Magenta),
            letters(Color::Red),
            Style::new().add_modifier(Modifier::REVERSED),
        ],
        [
            letters(Color::Green),
            letters(Color::Green),
            FAINT,
            letters(Color::Magenta),
            letters(Color::Magenta),
        ],
    );

    /// Accent, training, inference, better, worse, warning and chosen on the terminal's own background.
    const fn terminal(
        [accent, training, inference, better, worse, warning, chosen]: [Style; 7],
        ramp: [Style; 5],
    ) -> Self {
        Self {
            base: Style::new(),
            dim: FAINT,
            border: FAINT,
            accent,
            training,
            inference,
            better,
            worse,
            warning,
            chosen,
            ramp,
        }
    }

    fn of(tones: &Tones) -> Self {
        let on = |tone: u32| Style::new().fg(Color::from_u32(tone));
        Self {
            base: on(tones.base).bg(Color::from_u32(tones.ground)),
            dim: on(tones.dim),
            border: on(tones.border),
            accent: on(tones.accent),
            training: on(tones.training),
            inference: on(tones.inference),
            better: on(tones.better),
            worse: on(tones.worse),
            warning: on(tones.warning),
            chosen: Style::new().bg(Color::from_u32(tones.chosen)),
            ramp: tones.ramp.map(on),
        }
    }

    /// The same with the nearest of xterm's 256 colors.
    fn indexed(self) -> Self {
        Self {
            base: nearest(self.base),
            dim: nearest(self.dim),
            border: nearest(self.border),
            accent: nearest(self.accent),
            training: nearest(self.training),
            inference: nearest(self.inference),
            better: nearest(self.better),
            worse: nearest(self.worse),
            warning: nearest(self.warning),
            chosen: nearest(self.chosen),
            ramp: self.ramp.map(nearest),
        }
    }

    fn theme(self, has_no_color: bool, ascii: bool) -> Theme {
        let on = |style: Style| self.base.patch(style);
        let bold = |style: Style| on(style).add_modifier(Modifier::BOLD);
        // Where there is no color, lines and reversed letters tell apart what colors do elsewhere.
        let without_color = |modifier| if has_no_color { modifier } else { Modifier::empty() };
        Theme {
            base: self.base,
            dim: on(self.dim),
            heading: bold(self.accent).add_modifier(without_color(Modifier::UNDERLINED)),
            answer: bold(self.base),
            border: on(self.border),
            lit: bold(self.accent),
            focus: bold(self.base),
            knob: bold(self.accent),
            track: on(self.dim),
            ghost: on(self.accent),
            better: on(self.better),
            worse: on(self.worse),
            warning: bold(self.warning).add_modifier(without_color(Modifier::REVERSED)),
            training: on(self.training),
            inference: on(self.inference),
            key: bold(self.accent),
            chosen: bold(self.chosen).add_modifier(without_color(Modifier::REVERSED)),
            ramp: self.ramp.map(on),
            ascii,
        }
    }
}

const fn letters(color: Color) -> Style {
    Style::new().fg(color)
}

const FAINT: Style = Style::new().add_modifier(Modifier::DIM);

/// A style in the nearest of xterm's 256 colors: its 6x6x6 cube, or its grays.
fn nearest(style: Style) -> Style {
    let index = |color: Color| match color {
        Color::Rgb(red, green, blue) => {
            let rgb = [red, green, blue].map(i32::from);
            let off = |other: [i32; 3]| -> i32 { rgb.iter().zip(other).map(|(a, b)| (a - b).pow(2)).sum() };
            let cell = rgb.map(|part| if part < 48 { 0 } else { ((part - 35) / 40).min(5) });
            let cube = cell.map(|cell| if cell == 0 { 0 } else { 55 + 40 * cell });
            let gray = ((rgb.iter().sum::<i32>() / 3 - 3) / 10).clamp(0, 23);
            let at = if off([8 + 10 * gray; 3]) < off(cube) {
                232 + gray
            } else {
                16 + 36 * cell[0] + 6 * cell[1] + cell[2]
            };
            Color::Indexed(at as u8)
        }
        other => other,
    };
    Style { fg: style.fg.map(index), bg: style.bg.map(index), ..style }
}
