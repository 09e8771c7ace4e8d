//! Looks by role: what a thing is, not which colour it has.
//!
//! Changes are blue and orange, which colour-blind people tell apart, and always carry a sign or a word as well.

use ratatui::style::{Color, Modifier, Style};

use crate::files::settings::ThemeName;

/// A style for each role, and the characters to draw with.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Everything that is not said otherwise.
    pub base: Style,
    /// Labels, ranges, what is read second.
    pub dim: Style,
    /// Headings.
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
    /// Characters.
    pub glyphs: &'static Glyphs,
}

/// Declares the characters that pictures are made of: in every modern terminal font, and in the poorest.
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
    /// The knob.
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
    /// Everything that is not said otherwise.
    #[default]
    Base,
    /// What is read second.
    Dim,
    /// A heading.
    Heading,
    /// What stands out.
    Strong,
    /// What needs attention.
    Alert,
}

impl Glyphs {
    /// Nothing but ASCII.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.horizontal.is_ascii()
    }
}

impl Theme {
    /// The style of a role.
    #[must_use]
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
    #[must_use]
    pub fn new(name: ThemeName, ascii: bool, light_background: bool) -> Self {
        let glyphs = if ascii { &ASCII } else { &UNICODE };
        match name {
            ThemeName::Auto if light_background => Self::colours(glyphs, Style::new(), &AUTO_ON_LIGHT),
            ThemeName::Auto => Self::colours(glyphs, Style::new(), &AUTO),
            ThemeName::Dark => {
                Self::colours(glyphs, Style::new().fg(Color::Indexed(253)).bg(Color::Indexed(234)), &DARK)
            }
            ThemeName::Light => {
                Self::colours(glyphs, Style::new().fg(Color::Indexed(235)).bg(Color::Indexed(231)), &LIGHT)
            }
            ThemeName::Contrast => {
                Self::colours(glyphs, Style::new().fg(Color::Indexed(231)).bg(Color::Indexed(16)), &CONTRAST)
            }
            ThemeName::Mono => Self::mono(glyphs),
        }
    }

    fn colours(glyphs: &'static Glyphs, base: Style, palette: &Palette) -> Self {
        let bold = Modifier::BOLD;
        Self {
            base,
            dim: base.patch(palette.dim),
            heading: base.fg(palette.heading).add_modifier(bold),
            answer: base.add_modifier(bold),
            focus: base.add_modifier(bold),
            knob: base.fg(palette.accent).add_modifier(bold),
            track: base.patch(palette.dim),
            ghost: base.fg(palette.accent),
            more: base.fg(palette.orange),
            less: base.fg(palette.blue),
            alert: base.fg(palette.orange).add_modifier(bold),
            training: base.fg(palette.blue),
            inference: base.fg(palette.orange),
            key: base.fg(palette.accent).add_modifier(bold),
            chosen: base.add_modifier(bold | Modifier::REVERSED),
            glyphs,
        }
    }

    /// Bold, dim and reverse only: no style sets a colour.
    fn mono(glyphs: &'static Glyphs) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        Self {
            base: plain,
            dim: plain,
            heading: bold.add_modifier(Modifier::UNDERLINED),
            answer: bold,
            focus: bold,
            knob: bold,
            track: plain,
            ghost: plain,
            more: plain,
            less: plain,
            alert: bold.add_modifier(Modifier::REVERSED),
            training: plain,
            inference: plain,
            key: bold,
            chosen: bold.add_modifier(Modifier::REVERSED),
            glyphs,
        }
    }
}

/// The colours that themes differ in.
struct Palette {
    dim: Style,
    heading: Color,
    accent: Color,
    orange: Color,
    blue: Color,
}

const AUTO: Palette = Palette {
    dim: Style::new().add_modifier(Modifier::DIM),
    heading: Color::Cyan,
    accent: Color::Cyan,
    orange: Color::Yellow,
    blue: Color::LightBlue,
};

const AUTO_ON_LIGHT: Palette = Palette {
    dim: Style::new().add_modifier(Modifier::DIM),
    heading: Color::Blue,
    accent: Color::Blue,
    orange: Color::Indexed(130),
    blue: Color::Blue,
};

const DARK: Palette = Palette {
    dim: Style::new().fg(Color::Indexed(246)),
    heading: Color::Indexed(117),
    accent: Color::Indexed(117),
    orange: Color::Indexed(215),
    blue: Color::Indexed(75),
};

const LIGHT: Palette = Palette {
    dim: Style::new().fg(Color::Indexed(241)),
    heading: Color::Indexed(24),
    accent: Color::Indexed(24),
    orange: Color::Indexed(130),
    blue: Color::Indexed(25),
};

const CONTRAST: Palette = Palette {
    dim: Style::new().fg(Color::Indexed(252)),
    heading: Color::Indexed(51),
    accent: Color::Indexed(51),
    orange: Color::Indexed(214),
    blue: Color::Indexed(81),
};
