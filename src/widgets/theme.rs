//! Styles by role: what a thing is, not what color it is.
//!
//! Changes are blue and orange, which color-blind people tell apart, and always carry a sign or a word as well.

use ratatui::style::{Color, Modifier, Style};

use crate::files::settings::ThemeName;

/// A style for each role, and the characters to draw with.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Everything else.
    pub base: Style,
    /// Labels, ranges, what is read second.
    pub dim: Style,
    pub heading: Style,
    /// The large answers.
    pub answer: Style,
    /// The line with the focus.
    pub focus: Style,
    /// The knob of a slider.
    pub knob: Style,
    /// The track of a slider.
    pub track: Style,
    /// The knob of the baseline.
    pub ghost: Style,
    /// More than the baseline.
    pub more: Style,
    /// Less than the baseline.
    pub less: Style,
    /// What needs attention.
    pub alert: Style,
    /// Training in charts.
    pub training: Style,
    /// Inference in charts.
    pub inference: Style,
    /// A key in the footer.
    pub key: Style,
    /// A chosen tab or row.
    pub chosen: Style,
    pub glyphs: &'static Glyphs,
}

/// Declares the characters that pictures are made of: in every modern terminal font, and in the most basic ones.
macro_rules! glyphs {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $unicode:expr, $ascii:expr;)*) => {
        /// The characters that pictures are made of.
        #[derive(Debug)]
        pub struct Glyphs {
            $($(#[$doc])* pub $name: $type,)*
        }

        const UNICODE: Glyphs = Glyphs { $($name: $unicode,)* };
        const ASCII: Glyphs = Glyphs { $($name: $ascii,)* };
    };
}

type Glyph = &'static str;

glyphs! {
    /// Marker of the focused line.
    focus: Glyph = "▸", ">";
    /// A slider's track.
    track: Glyph = "─", "-";
    /// A track's published band.
    band: Glyph = "━", "=";
    /// A named stop.
    stop: Glyph = "┴", "+";
    knob: Glyph = "●", "O";
    /// The knob of the baseline.
    ghost: Glyph = "○", "o";
    /// The preset's place.
    preset: Glyph = "╵", "'";
    /// Training in bars and charts.
    training: Glyph = "▒", ":";
    /// Inference in bars and charts.
    inference: Glyph = "█", "#";
    /// The 80% mark on the split.
    mark: Glyph = "┃", "!";
    /// More than before.
    more: Glyph = "▲", "^";
    /// Less than before.
    less: Glyph = "▼", "v";
    /// A closed heading.
    closed: Glyph = "▸", ">";
    /// An open heading.
    open: Glyph = "▾", "v";
    /// A locked parameter.
    lock: Glyph = "■", "x";
    /// Between two values.
    dash: Glyph = "–", "-";
    /// Between two things of a line.
    dot: Glyph = "·", "|";
    /// A vertical line.
    vertical: Glyph = "│", "|";
    /// Upper edges, from an eighth to a full block.
    eighths: [Glyph; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], [" ", " ", ".", ".", ":", ":", "#", "#"];
    /// A horizontal line.
    horizontal: Glyph = "─", "-";
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
    /// What needs attention.
    Alert,
}

impl Glyphs {
    /// Nothing but ASCII.
    pub fn is_ascii(&self) -> bool {
        self.horizontal.is_ascii()
    }
}

impl Theme {
    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        match role {
            Role::Base => self.base,
            Role::Dim => self.dim,
            Role::Heading => self.heading,
            Role::Strong => self.answer,
            Role::Alert => self.alert,
        }
    }

    /// The styles of a theme.
    pub fn new(name: ThemeName, ascii: bool, light_background: bool) -> Self {
        let palette = match name {
            ThemeName::Auto if light_background => AUTO_ON_LIGHT,
            ThemeName::Auto => AUTO,
            ThemeName::Dark => DARK,
            ThemeName::Light => LIGHT,
            ThemeName::Contrast => CONTRAST,
            ThemeName::Mono => MONO,
        };
        let [base, dim, accent, orange, blue] = palette;
        let bold = |style: Style| base.patch(style).add_modifier(Modifier::BOLD);
        // Where there is no color, lines and reversed letters tell apart what colors do elsewhere.
        let without_color = |modifier| if name == ThemeName::Mono { modifier } else { Modifier::empty() };
        Self {
            base,
            dim: base.patch(dim),
            heading: bold(accent).add_modifier(without_color(Modifier::UNDERLINED)),
            answer: bold(base),
            focus: bold(base),
            knob: bold(accent),
            track: base.patch(dim),
            ghost: base.patch(accent),
            more: base.patch(orange),
            less: base.patch(blue),
            alert: bold(orange).add_modifier(without_color(Modifier::REVERSED)),
            training: base.patch(blue),
            inference: base.patch(orange),
            key: bold(accent),
            chosen: bold(base).add_modifier(Modifier::REVERSED),
            glyphs: if ascii { &ASCII } else { &UNICODE },
        }
    }
}

/// The styles that themes differ in: base, dim, accent, orange and blue.
type Palette = [Style; 5];

const fn letters(color: Color) -> Style {
    Style::new().fg(color)
}

const fn indexed(color: u8) -> Style {
    letters(Color::Indexed(color))
}

const FAINT: Style = Style::new().add_modifier(Modifier::DIM);

const AUTO: Palette =
    [Style::new(), FAINT, letters(Color::Cyan), letters(Color::Yellow), letters(Color::LightBlue)];
const AUTO_ON_LIGHT: Palette =
    [Style::new(), FAINT, letters(Color::Blue), indexed(130), letters(Color::Blue)];
const DARK: Palette =
    [indexed(253).bg(Color::Indexed(234)), indexed(246), indexed(117), indexed(215), indexed(75)];
const LIGHT: Palette =
    [indexed(235).bg(Color::Indexed(231)), indexed(241), indexed(24), indexed(130), indexed(25)];
const CONTRAST: Palette =
    [indexed(231).bg(Color::Indexed(16)), indexed(252), indexed(51), indexed(214), indexed(81)];
/// No style sets a color.
const MONO: Palette = [Style::new(); 5];
