//! `whatif picture`.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;

use crate::cli::explore::start;
use crate::cli::input::Scenario;
use crate::cli::look::LookArgs;
use crate::cli::output::print;
use crate::files::settings::ThemeName;
use crate::tui::picture;
use crate::tui::screen::Screen;
use crate::widgets::theme::Theme;

/// Print a picture of the explorer's screen, as SVG
#[derive(Debug, Args)]
pub(super) struct Picture {
    #[command(flatten)]
    scenario: Scenario,
    #[command(flatten)]
    look: LookArgs,
    /// Screen size in columns and rows
    #[arg(long, value_name = "COLSxROWS", default_value = "120x36", value_parser = screen_size)]
    size: (u16, u16),
    /// Keys to press first, named as in the help: "b Right Right 2"
    #[arg(long, default_value = "")]
    keys: String,
}

impl Picture {
    /// Draws one frame after the keys, and prints it.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let name = self.look.theme().unwrap_or_default();
        let theme = Theme::new(name, self.look.ascii, false);
        let mut screen = Screen::new(start(&self.scenario)?, theme, self.size.0, self.size.1);
        screen.press(&self.keys).map_err(|name| anyhow!("`{name}` is not a key"))?;
        let paper = if name == ThemeName::Light { picture::LIGHT } else { picture::DARK };
        print(picture::svg(&screen.draw(), paper))
    }
}

/// Reads `120x36`.
fn screen_size(text: &str) -> Result<(u16, u16), &'static str> {
    text.split_once('x')
        .and_then(|(columns, rows)| Some((columns.trim().parse().ok()?, rows.trim().parse().ok()?)))
        .filter(|(columns, rows)| (1..=500).contains(columns) && (1..=200).contains(rows))
        .ok_or("write it as 120x36, at most 500x200")
}
