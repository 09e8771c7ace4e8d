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

/// The characters that pictures are made of.
#[derive(Debug)]
pub struct Glyphs {
    /// Marker of the focused line.
    pub focus: &'static str,
    /// A slider's track.
    pub track: &'static str,
    /// A track's published band.
    pub band: &'static str,
    /// A named stop.
    pub stop: &'static str,
    /// The knob.
    pub knob: &'static str,
    /// The knob of the baseline.
    pub ghost: &'static str,
    /// The preset's place.
    pub preset: &'static str,
    /// Training in bars and charts.
    pub training: &'static str,
    /// Inference in bars and charts.
    pub inference: &'static str,
    /// The 80% mark on the split.
    pub mark: &'static str,
    /// More than before.
    pub more: &'static str,
    /// Less than before.
    pub less: &'static str,
    /// A closed heading.
    pub closed: &'static str,
    /// An open heading.
    pub open: &'static str,
    /// A locked parameter.
    pub lock: &'static str,
    /// Between two values.
    pub dash: &'static str,
    /// Between two things of a line.
    pub dot: &'static str,
    /// A vertical line.
    pub vertical: &'static str,
    /// Upper edges, from an eighth to a full block.
    pub eighths: [&'static str; 8],
    /// A horizontal line.
    pub horizontal: &'static str,
    /// A point of a chart.
    pub point: &'static str,
}

/// Block elements and arrows that every modern terminal font has.
const UNICODE: Glyphs = Glyphs {
    focus: "▸",
    track: "─",
    band: "━",
    stop: "┴",
    knob: "●",
    ghost: "○",
    preset: "╵",
    training: "▒",
    inference: "█",
    mark: "┃",
    more: "▲",
    less: "▼",
    closed: "▸",
    open: "▾",
    lock: "■",
    dash: "–",
    dot: "·",
    vertical: "│",
    eighths: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    horizontal: "─",
    point: "●",
};

/// For the poorest terminals.
const ASCII: Glyphs = Glyphs {
    focus: ">",
    track: "-",
    band: "=",
    stop: "+",
    knob: "O",
    ghost: "o",
    preset: "'",
    training: ":",
    inference: "#",
    mark: "!",
    more: "^",
    less: "v",
    closed: ">",
    open: "v",
    lock: "x",
    dash: "-",
    dot: "|",
    vertical: "|",
    eighths: [" ", " ", ".", ".", ":", ":", "#", "#"],
    horizontal: "-",
    point: "*",
};

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
