//! Colors by role, those of the screen's themes.

use plotters::style::RGBColor;
use ratatui_core::style::Style;

use crate::files::settings::ThemeName;
use crate::tui::picture::color::{Paper, Rgb, rgb};
use crate::widgets::theme::{Look, Theme};

/// What a color says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Text.
    Base,
    /// What is read second.
    Dim,
    /// Lines of a grid.
    Border,
    /// The present state, headings.
    Accent,
    Training,
    Inference,
    Better,
    Worse,
    Warning,
}

impl Tone {
    pub const ALL: [Self; 9] = [
        Self::Base,
        Self::Dim,
        Self::Border,
        Self::Accent,
        Self::Training,
        Self::Inference,
        Self::Better,
        Self::Worse,
        Self::Warning,
    ];

    /// Its name in style sheets.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Dim => "dim",
            Self::Border => "border",
            Self::Accent => "accent",
            Self::Training => "training",
            Self::Inference => "inference",
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Warning => "warning",
        }
    }

    fn style(self, theme: &Theme) -> Style {
        match self {
            Self::Base => theme.base,
            Self::Dim => theme.dim,
            Self::Border => theme.border,
            Self::Accent => theme.heading,
            Self::Training => theme.training,
            Self::Inference => theme.inference,
            Self::Better => theme.better,
            Self::Worse => theme.worse,
            Self::Warning => theme.warning,
        }
    }

    /// Its color on the paper of a theme.
    pub fn rgb(self, theme: &Theme) -> Rgb {
        rgb(self.style(theme).fg.unwrap_or_default(), Paper::of(theme).letters)
    }

    /// Its color in a drawing: the place of the role in the list. What that looks like is up to the page.
    pub(super) fn ink(self) -> RGBColor {
        RGBColor(Self::ALL.iter().position(|tone| *tone == self).unwrap_or_default() as u8, 0, 0)
    }

    /// The role behind a color of a drawing.
    pub(super) fn of((place, ..): (u8, u8, u8)) -> Self {
        Self::ALL.get(usize::from(place)).copied().unwrap_or(Self::Base)
    }
}

/// The screen's light and dark themes.
pub fn themes() -> [Theme; 2] {
    [ThemeName::Light, ThemeName::Dark].map(|name| Theme::new(name, Look::default()))
}
