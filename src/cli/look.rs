//! How the explorer looks.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::files::settings::ThemeName;

/// How the explorer looks.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct LookArgs {
    /// Color theme; defaults to dark, on a light terminal to light, and with `NO_COLOR` to none
    #[arg(long, value_enum)]
    theme: Option<ThemeName>,
    /// Use plain ASCII only
    #[arg(long)]
    pub(super) ascii: bool,
}

impl LookArgs {
    /// The theme that the command line or `NO_COLOR` asks for.
    pub(super) fn theme(self) -> Option<ThemeName> {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        self.theme.or(no_color.then_some(ThemeName::Mono))
    }
}

impl ValueEnum for ThemeName {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Auto => "As the terminal is: dark or light, in the colors that it has",
            Self::Dark => "Light on dark",
            Self::Light => "Dark on light",
            Self::Contrast => "High contrast, for projectors",
            Self::Mono => "No color",
        };
        Some(PossibleValue::new(self.id()).help(help))
    }
}
